//! In which units a profile is written.

use std::path::Path;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Nanoseconds.
    Nanoseconds,
}

/// A unit of clock rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockUnit {
    /// Hertz.
    Hertz,
    /// Kilohertz.
    Kilohertz,
}

impl TimeUnit {
    /// Decimal places from seconds to this unit.
    pub(super) fn places(self) -> u32 {
        match self {
            Self::Seconds => 0,
            Self::Milliseconds => 3,
            Self::Microseconds => 6,
            Self::Nanoseconds => 9,
        }
    }

    /// Seconds of an amount.
    pub fn seconds(self, amount: f64) -> f64 {
        // A division by a power of ten rounds once; a multiplication by its inverse would round twice.
        amount / 10_f64.powi(self.places().cast_signed())
    }

    /// Its symbol.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::Nanoseconds => "ns",
        }
    }
}

impl ClockUnit {
    /// Hertz of one.
    pub fn hertz(self) -> u64 {
        match self {
            Self::Hertz => 1,
            Self::Kilohertz => 1000,
        }
    }
}

/// How a profile is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Unit of the column `durs`.
    pub durations: TimeUnit,
    /// Unit of the columns `starts` and `ends`, wall clock since 1970.
    pub stamps: TimeUnit,
    /// Unit of the column `frequency`, and of a clock in a file's name.
    pub clocks: ClockUnit,
    /// The clock in hertz of a file without a column `frequency`.
    pub clock_hz: Option<u64>,
    /// Runs per outer repetition where a cell holds a list of all runs, at least 1.
    pub runs_per_iteration: u32,
}

/// Who wrote a profile, hence in which units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Producer {
    /// Everything in seconds and hertz: the generic profiler, "nano", joint profiles of "nano", and this program.
    Seconds,
    /// "potato": times in nanoseconds, clocks in kilohertz.
    Nanoseconds,
    /// Joint profiles of "potato": times in seconds, clocks in kilohertz.
    Kilohertz,
    /// "wiscad" with AlexNet and VGG-11: durations in milliseconds.
    Milliseconds,
}

impl Producer {
    /// The producer's units.
    pub fn form(self) -> Form {
        let seconds = Form {
            durations: TimeUnit::Seconds,
            stamps: TimeUnit::Seconds,
            clocks: ClockUnit::Hertz,
            clock_hz: None,
            runs_per_iteration: 20,
        };
        match self {
            Self::Seconds => seconds,
            Self::Nanoseconds => Form {
                durations: TimeUnit::Nanoseconds,
                stamps: TimeUnit::Nanoseconds,
                clocks: ClockUnit::Kilohertz,
                ..seconds
            },
            Self::Kilohertz => Form {
                clocks: ClockUnit::Kilohertz,
                ..seconds
            },
            Self::Milliseconds => Form {
                durations: TimeUnit::Milliseconds,
                ..seconds
            },
        }
    }
}

impl Form {
    /// The same with the clock in a file's name, if there is one: `nano_alexnet_latencies_fixed_460800000.csv`,
    /// `vgg11_segments_latencies_460800000.csv`.
    #[must_use]
    pub fn named_by(self, file: &Path) -> Self {
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        // Behind any other word a number is a date, a version or a size. No clock is below 10 kHz.
        let is_clock = |(before, digits): &(&str, &str)| {
            let word = before.rsplit('_').next().unwrap_or_default();
            digits.len() >= 5 && ["latencies", "fixed"].contains(&word)
        };
        let parts = stem.and_then(|stem| stem.rsplit_once('_')).filter(is_clock);
        let clock = parts.and_then(|(_, digits)| digits.parse().ok());
        let clock_hz = clock.and_then(|clock: u64| clock.checked_mul(self.clocks.hertz()));
        Self {
            clock_hz: self.clock_hz.or(clock_hz),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_stands_behind_the_words_of_the_producers_alone() {
        let clock = |producer: Producer, name: &str| producer.form().named_by(name.as_ref()).clock_hz;
        for name in [
            "nano_alexnet_latencies_fixed_460800000.csv",
            "alexnet_segments_latencies_460800000.csv",
            "fixed_460800000.csv",
        ] {
            assert_eq!(clock(Producer::Seconds, name), Some(460_800_000), "{name}");
        }
        let potato = "potato_vgg11_segments_latencies_1512000.csv";
        assert_eq!(clock(Producer::Nanoseconds, potato), Some(1_512_000_000));
        for name in [
            "edge_20261128.csv",
            "latencies_fixed_edge_20261128.csv",
            "460800000.csv",
            "fixed460800000.csv",
            "alexnet_latencies_2.csv",
            "alexnet_latencies_fixed.csv",
            "latencies_99999999999999999999.csv",
        ] {
            assert_eq!(clock(Producer::Seconds, name), None, "{name}");
        }
    }
}
