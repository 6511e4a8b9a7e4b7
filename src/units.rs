//! Units at the edge of the program: printing with engineering prefixes and reading what a person types.
//!
//! Inside, every quantity is an SI base unit in an `f64` whose name carries the unit (`latency_s`, `energy_j`).
//! [`Unit`] says how such a number is shown and parsed; nothing else in the crate formats a quantity.

use std::fmt;

/// What a number means, and therefore how it is printed and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Unit {
    /// Seconds, shown as ns … s.
    Seconds,
    /// Joules, shown as pJ … J.
    Joules,
    /// Watts, shown as µW … kW.
    Watts,
    /// Bytes with decimal prefixes (1 kB = 1000 B).
    Bytes,
    /// Bytes per second inside, shown as bit/s (a link's rate).
    BitsPerSecond,
    /// Bytes per second, shown as B/s (a memory's bandwidth).
    BytesPerSecond,
    /// Multiply-accumulate operations.
    Macs,
    /// Multiply-accumulate operations per second.
    MacsPerSecond,
    /// Joules per multiply-accumulate.
    JoulesPerMac,
    /// Joules per byte.
    JoulesPerByte,
    /// Joules per bit.
    JoulesPerBit,
    /// Metres.
    Metres,
    /// MAC per byte moved (arithmetic intensity).
    MacsPerByte,
    /// Results per second.
    PerSecond,
    /// Cycles per second.
    Hertz,
    /// Square metres inside, shown as µm² or mm² (silicon area).
    SquareMetres,
    /// A width in bits.
    Bits,
    /// A plain count (parameters, elements, layers).
    Count,
    /// A fraction shown in percent.
    Percent,
}

/// The clock of a device with all its digits, as settings and profiles give it: `691.2 MHz`.
pub fn clock(hz: u64) -> String {
    format!("{} MHz", hz as f64 / 1e6)
}

/// A unit with one prefix for many numbers: the ticks of an axis share it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Internal value = shown number × this.
    pub factor: f64,
    /// The unit with its prefix, for example `ms`.
    pub symbol: String,
}

impl Scale {
    /// Prints a value without the unit, with as many decimals as tell neighbours `step` apart.
    pub fn print(&self, value: f64, step: f64) -> String {
        let step = (step / self.factor).abs();
        let is_whole = |decimals: &i32| {
            let scaled = step * 10_f64.powi(*decimals);
            (scaled - scaled.round()).abs() <= 1e-6 * scaled
        };
        let decimals = if step.is_normal() {
            (0..=9).find(is_whole).unwrap_or(9)
        } else {
            0
        };
        let number = value / self.factor;
        let number = if number.abs() < step * 1e-6 { 0.0 } else { number };
        format!("{number:.*}", decimals as usize)
    }
}

/// A typed quantity that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}: write a number and a unit, for example “{example}”")]
pub struct ParseQuantityError {
    /// What is wrong with the text.
    pub problem: String,
    /// A text that would have been understood.
    pub example: &'static str,
}

/// A printed quantity in two parts, so that a view can set the unit in a quieter colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The digits, for example `12.3`.
    pub number: String,
    /// The unit with its prefix, for example `ms`; empty for a plain count below 1000.
    pub unit: String,
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit.as_str() {
            "" => f.write_str(&self.number),
            unit => write!(f, "{} {unit}", self.number),
        }
    }
}

const PREFIXES: [(f64, &str); 10] = [
    (1e15, "P"),
    (1e12, "T"),
    (1e9, "G"),
    (1e6, "M"),
    (1e3, "k"),
    (1.0, ""),
    (1e-3, "m"),
    (1e-6, "µ"),
    (1e-9, "n"),
    (1e-12, "p"),
];

impl Unit {
    /// The unit's symbol without a prefix.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Joules => "J",
            Self::Watts => "W",
            Self::Bytes => "B",
            Self::BitsPerSecond => "bit/s",
            Self::BytesPerSecond => "B/s",
            Self::Macs => "MAC",
            Self::MacsPerSecond => "MAC/s",
            Self::JoulesPerMac => "J/MAC",
            Self::JoulesPerByte => "J/B",
            Self::JoulesPerBit => "J/bit",
            Self::Metres => "m",
            Self::MacsPerByte => "MAC/B",
            Self::PerSecond => "/s",
            Self::Hertz => "Hz",
            Self::SquareMetres => "mm²",
            Self::Bits => "bit",
            Self::Count => "",
            Self::Percent => "%",
        }
    }

    /// A text [`Unit::parse`] understands, for hints and errors.
    pub fn example(self) -> &'static str {
        match self {
            Self::Seconds => "50 ms",
            Self::Joules => "2.5 mJ",
            Self::Watts => "2 W",
            Self::Bytes => "2 MB",
            Self::BitsPerSecond => "20 Mbit/s",
            Self::BytesPerSecond => "4 GB/s",
            Self::Macs => "4.1 GMAC",
            Self::MacsPerSecond => "2 TMAC/s",
            Self::JoulesPerMac => "3 pJ/MAC",
            Self::JoulesPerByte => "80 pJ/B",
            Self::JoulesPerBit => "0.5 pJ/bit",
            Self::Metres => "5 m",
            Self::MacsPerByte => "12 MAC/B",
            Self::PerSecond => "30 /s",
            Self::Hertz => "200 MHz",
            Self::SquareMetres => "6 mm²",
            Self::Bits => "8 bit",
            Self::Count => "12",
            Self::Percent => "25 %",
        }
    }

    /// Internal value = shown value × this.
    fn scale(self) -> f64 {
        match self {
            Self::BitsPerSecond => 0.125,
            Self::Percent => 0.01,
            Self::SquareMetres => 1e-6,
            _ => 1.0,
        }
    }

    fn has_prefixes(self) -> bool {
        !matches!(self, Self::Bits | Self::Percent | Self::SquareMetres)
    }

    /// The symbol with a prefix. A square's prefix is that of its side.
    fn prefixed(self, prefix: &str) -> String {
        match (self, prefix) {
            (Self::SquareMetres, "µ") => "µm²".to_owned(),
            _ => format!("{prefix}{}", self.symbol()),
        }
    }

    fn prefix_for(self, magnitude: f64) -> (f64, &'static str) {
        // Three digits of less than a hundredth of a square millimetre are whole square micrometres.
        if self == Self::SquareMetres && magnitude > 0.0 && magnitude < 0.01 {
            return (1e-6, "µ");
        }
        if !self.has_prefixes() || magnitude == 0.0 || !magnitude.is_finite() {
            return (1.0, "");
        }
        // 999.6 rounds to 1000 at three digits, so the next prefix is chosen from 999.5 on.
        let found = PREFIXES.iter().find(|(factor, _)| magnitude >= factor * 0.9995);
        *found.unwrap_or(&PREFIXES[PREFIXES.len() - 1])
    }

    /// The scale that suits values up to `largest`.
    pub fn scale_for(self, largest: f64) -> Scale {
        let (factor, prefix) = self.prefix_for((largest / self.scale()).abs());
        Scale {
            factor: factor * self.scale(),
            symbol: self.prefixed(prefix),
        }
    }

    /// Prints a value with three significant digits and an engineering prefix.
    pub fn print(self, value: f64) -> Printed {
        let shown = value / self.scale();
        if shown.is_nan() {
            return Printed {
                number: "unknown".into(),
                unit: String::new(),
            };
        }
        if shown.is_infinite() {
            return Printed {
                number: if shown > 0.0 { "∞" } else { "-∞" }.into(),
                unit: self.symbol().into(),
            };
        }
        let (factor, prefix) = self.prefix_for(shown.abs());
        let scaled = shown / factor;
        let whole = matches!(self, Self::Count | Self::Bits | Self::Bytes) && factor == 1.0 && scaled.fract() == 0.0;
        let digits = match scaled.abs() {
            _ if whole => 0,
            m if m >= 99.95 => 0,
            m if m >= 9.995 => 1,
            _ => 2,
        };
        let number = if shown == 0.0 {
            "0".to_owned()
        } else {
            format!("{scaled:.digits$}")
        };
        Printed {
            number,
            unit: self.prefixed(prefix),
        }
    }

    /// Prints a value as one text: `12.3 ms`.
    pub fn format(self, value: f64) -> String {
        self.print(value).to_string()
    }

    /// Prints a signed difference: `+2.10 ms`, `-1.00 mJ`, `±0`.
    pub fn format_delta(self, delta: f64) -> String {
        if delta == 0.0 {
            "±0".to_owned()
        } else {
            let sign = if delta > 0.0 { "+" } else { "-" };
            format!("{sign}{}", self.format(delta.abs()))
        }
    }

    /// Reads a typed quantity; a bare number is taken in the unit without a prefix.
    ///
    /// Accepts decimal prefixes (`k M G T P m u µ n p`), `Ki Mi Gi` for bytes, a missing space and any case of
    /// `bit`/`bps`, and `Wh` for energies. Negative, infinite and NaN values are refused.
    pub fn parse(self, text: &str) -> Result<f64, ParseQuantityError> {
        let fail = |problem: String| ParseQuantityError {
            problem,
            example: self.example(),
        };
        let text = text.trim().trim_start_matches(['≤', '≥', '<', '>', '=']).trim();
        let split = text
            .char_indices()
            .find(|&(i, c)| {
                let exponent = matches!(c, 'e' | 'E')
                    && text[i + 1..].starts_with(|d: char| d.is_ascii_digit() || d == '-' || d == '+');
                let sign = matches!(c, '-' | '+') && (i == 0 || text[..i].ends_with(['e', 'E']));
                !(c.is_ascii_digit() || c == '.' || c == ',' || exponent || sign)
            })
            .map_or(text.len(), |(i, _)| i);
        let (digits, rest) = text.split_at(split);
        if let (Self::Joules, Some(prefix)) = (self, rest.trim().strip_suffix("Wh")) {
            // What batteries are sold by.
            return Ok(3600.0 * self.parse(&format!("{digits}{prefix}J"))?);
        }
        if digits.is_empty() {
            return Err(fail(format!("“{text}” does not begin with a number")));
        }
        let number: f64 = digits
            .replace(',', ".")
            .parse()
            .map_err(|_| fail(format!("“{digits}” is not one number")))?;
        let factor = self
            .prefix_of(rest.trim())
            .ok_or_else(|| fail(format!("“{}” is not a unit of this", rest.trim())))?;
        // Dividing by 10^6 rounds once where multiplying by 10^-6 would round twice: “2.5 µs” is 2.5e-6 to the last bit.
        let shown = if factor < 1.0 {
            number / (1.0 / factor).round()
        } else {
            number * factor
        };
        let value = shown * self.scale();
        if !value.is_finite() || value < 0.0 {
            return Err(fail(format!("“{text}” is out of range")));
        }
        Ok(value)
    }

    /// The factor of a typed unit, `None` if it is not this unit.
    fn prefix_of(self, typed: &str) -> Option<f64> {
        if typed.is_empty() {
            return Some(1.0);
        }
        let typed = typed
            .replace("bps", "bit/s")
            .replace("Bit", "bit")
            .replace("bits", "bit")
            .replace("fps", "/s");
        let typed = typed.replace(['u', 'μ'], "µ");
        if self == Self::SquareMetres && ["µm²", "µm2"].contains(&typed.as_str()) {
            return Some(1e-6);
        }
        let mut symbols = vec![self.symbol()];
        match self {
            Self::Bytes => symbols.extend(["byte", "bytes"]),
            Self::BitsPerSecond => symbols.push("bit"),
            Self::PerSecond => symbols.extend(["Hz", "1/s", "frames/s"]),
            Self::Percent => symbols.push("percent"),
            Self::SquareMetres => symbols.push("mm2"),
            _ => {}
        }
        for symbol in symbols {
            let Some(prefix) = typed.strip_suffix(symbol) else {
                continue;
            };
            let prefix = prefix.trim();
            if prefix.is_empty() {
                return Some(1.0);
            }
            if !self.has_prefixes() {
                continue;
            }
            let binary = match prefix {
                "Ki" => Some(1024.0),
                "Mi" => Some(1024.0 * 1024.0),
                "Gi" => Some(1024.0 * 1024.0 * 1024.0),
                _ => None,
            };
            if binary.is_some() && self == Self::Bytes {
                return binary;
            }
            let prefix = if prefix == "K" { "k" } else { prefix };
            if let Some((factor, _)) = PREFIXES.iter().find(|(_, name)| *name == prefix) {
                return Some(*factor);
            }
        }
        // A lone prefix ("20 M") means the unit itself.
        PREFIXES
            .iter()
            .find(|(_, name)| self.has_prefixes() && *name == typed)
            .map(|(factor, _)| *factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(unit: Unit, value: f64, expected: &str) {
        assert_eq!(unit.format(value), expected);
    }

    #[test]
    fn prints_three_digits_and_a_prefix() {
        check(Unit::Seconds, 0.0123, "12.3 ms");
        check(Unit::Seconds, 0.9999, "1.00 s");
        check(Unit::Bytes, 147_456.0, "147 kB");
        check(Unit::Bytes, 12.0, "12 B");
        check(Unit::BitsPerSecond, 2.5e6, "20.0 Mbit/s");
        check(Unit::Joules, 0.0, "0 J");
        check(Unit::Percent, 0.25, "25.0 %");
        check(Unit::SquareMetres, 6e-6, "6.00 mm²");
        check(Unit::SquareMetres, 1.2395e-9, "1240 µm²");
        check(Unit::SquareMetres, 5.98e-12, "5.98 µm²");
        check(Unit::Hertz, 2e8, "200 MHz");
        assert_eq!(
            (clock(691_200_000), clock(1_512_000_000)),
            ("691.2 MHz".to_owned(), "1512 MHz".to_owned())
        );
        check(Unit::Count, 64.0, "64");
        check(Unit::Count, 1728.0, "1.73 k");
        check(Unit::Seconds, f64::NAN, "unknown");
    }

    #[test]
    fn a_scale_prints_what_tells_ticks_apart() {
        let scale = Unit::Seconds.scale_for(0.05);
        assert_eq!(scale.symbol, "ms");
        assert_eq!(scale.print(0.0125, 0.0025), "12.5");
        assert_eq!(scale.print(0.02, 0.01), "20");
        assert_eq!(scale.print(0.3, 0.0), "300");
        assert_eq!(Unit::Joules.scale_for(f64::NAN).symbol, "J");
    }

    #[test]
    fn reads_what_people_type() {
        let rate = |text| Unit::BitsPerSecond.parse(text);
        assert_eq!(rate("20 Mbit/s"), Ok(2.5e6));
        assert_eq!(rate("20Mbps"), Ok(2.5e6));
        assert_eq!(rate("20 M"), Ok(2.5e6));
        assert_eq!(rate("1e9"), Ok(1.25e8));
        assert_eq!(Unit::Seconds.parse("≤ 50 ms"), Ok(0.05));
        assert_eq!(Unit::Seconds.parse("2,5 us"), Ok(2.5e-6));
        assert_eq!(Unit::SquareMetres.parse("6 mm2"), Ok(6e-6));
        let small = Unit::SquareMetres.parse("1240 um2").unwrap();
        assert!((small - 1.24e-9).abs() < 1e-20, "{small}");
        assert_eq!(Unit::Hertz.parse("200 MHz"), Ok(2e8));
        assert_eq!(Unit::Bytes.parse("2 MiB"), Ok(2_097_152.0));
        assert_eq!(Unit::PerSecond.parse("30 fps"), Ok(30.0));
        assert_eq!(Unit::Joules.parse("10 Wh"), Ok(36_000.0));
        assert_eq!(Unit::Joules.parse("500mWh"), Ok(1800.0));
        assert!(Unit::Joules.parse("5 gWh").is_err());
    }

    #[test]
    fn refuses_what_is_no_quantity() {
        for text in ["", "abc", "-5 ms", "1e999 s", "5 kg", "nan", "1.2.3 s"] {
            assert!(Unit::Seconds.parse(text).is_err(), "{text}");
        }
    }
}
