//! A difference between two numbers, as a number, as a share and in words.

use crate::units::Unit;

/// What differs by less than this share differs by rounding alone.
const ROUNDING: f64 = 1e-12;

/// The smallest share that is printed as a number.
const SMALLEST_SHOWN: f64 = 5e-5;

/// Larger shares are not printed as numbers either: they say no more than that.
const LARGEST_SHOWN: f64 = 99.99;

/// How a number differs from another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The difference; exactly 0 where both are equal but for rounding.
    pub absolute: f64,
    /// The difference as a share of the other number; `None` where that is 0 or infinite.
    pub share: Option<f64>,
}

impl Change {
    /// How `now` differs from `base`.
    pub fn new(now: f64, base: f64) -> Self {
        let absolute = now - base;
        if now == base || absolute.abs() <= ROUNDING * base.abs() && base.is_finite() {
            return Self {
                absolute: 0.0,
                share: Some(0.0),
            };
        }
        let share = absolute / base;
        Self {
            absolute,
            share: (base != 0.0 && share.is_finite()).then_some(share),
        }
    }

    /// Whether the number is larger than the other one.
    pub fn is_more(self) -> bool {
        self.absolute > 0.0
    }

    /// Whether the number is smaller than the other one.
    pub fn is_less(self) -> bool {
        self.absolute < 0.0
    }

    /// The share with arrow and sign, as `▼ −12.3 %`; the difference itself where there is no share.
    pub fn text(self, unit: Unit) -> String {
        match self.share {
            Some(share) if share != 0.0 && share.abs() < SMALLEST_SHOWN => {
                let (arrow, sign) = arrow_and_sign(share);
                format!("{arrow} {sign}<{}", Unit::Percent.format(0.0001))
            }
            Some(share) if share > LARGEST_SHOWN => {
                let (arrow, sign) = arrow_and_sign(share);
                format!("{arrow} {sign}>{}", Unit::Percent.format(LARGEST_SHOWN))
            }
            Some(share) => signed(Unit::Percent, share),
            None => signed(unit, self.absolute),
        }
    }
}

/// A difference with arrow and sign; no colour carries it (rulings.md 16).
pub fn signed(unit: Unit, difference: f64) -> String {
    if difference == 0.0 {
        return "= 0".to_owned();
    }
    let (arrow, sign) = arrow_and_sign(difference);
    format!("{arrow} {sign}{}", unit.format(difference.abs()))
}

fn arrow_and_sign(difference: f64) -> (&'static str, &'static str) {
    match difference > 0.0 {
        true => ("▲", "+"),
        false => ("▼", "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: f64, base: f64, text: &str) {
        assert_eq!(Change::new(now, base).text(Unit::Seconds), text, "{now} against {base}");
    }

    #[test]
    fn shares_carry_arrow_and_sign() {
        check(0.9, 1.0, "▼ −10.0 %");
        check(1.25, 1.0, "▲ +25.0 %");
        check(31.0, 1.0, "▲ +3000 %");
        check(1659.0, 1.0, "▲ +>9999 %");
        check(1.0, 1.0, "= 0");
        check(0.1 + 0.2, 0.3, "= 0");
        check(1.000_001, 1.0, "▲ +<0.01 %");
    }

    #[test]
    fn without_a_share_the_difference_itself_is_told() {
        check(0.002, 0.0, "▲ +2.00 ms");
        check(0.0, 0.0, "= 0");
        check(1.0, f64::INFINITY, "▼ −∞ s");
        check(f64::INFINITY, 1.0, "▲ +∞ s");
        check(f64::INFINITY, f64::INFINITY, "= 0");
    }
}
