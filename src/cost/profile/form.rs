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
    /// The same with the clock that a file's name ends with, `nano_alexnet_latencies_fixed_460800000.csv`, if it does.
    #[must_use]
    pub fn named_by(self, file: &Path) -> Self {
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        let digits = stem.and_then(|stem| stem.rsplit_once('_')).map(|(_, end)| end);
        // Shorter numbers are versions or sizes; no clock is below 10 kHz.
        let clock = digits
            .filter(|digits| digits.len() >= 5)
            .and_then(|end| end.parse().ok());
        let clock_hz = clock.and_then(|clock: u64| clock.checked_mul(self.clocks.hertz()));
        Self {
            clock_hz: self.clock_hz.or(clock_hz),
            ..self
        }
    }
}
