//! From where to where a number is varied, and at which values.

use crate::presets::{Allowed, Parameter};
use crate::units::Unit;
use serde::{Deserialize, Serialize};

/// A range of a number with the scale it is walked on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The least value.
    pub low: f64,
    /// The greatest value, above the least.
    pub high: f64,
    /// Whether equal ratios (else equal differences) are equally far apart; the least value is above 0 then.
    pub log: bool,
}

/// Widths of operands beyond this are no use to look at.
const WIDEST: f64 = 32.0;

impl Range {
    /// Some decades below and above a number's present value, within what is allowed; all widths up to 32 bit; from 0 where the
    /// present value is 0.
    pub(super) fn around(parameter: &Parameter, [below, above]: [i32; 2]) -> Self {
        let value = match parameter.value {
            value if value.is_finite() => value,
            // What has no value yet starts from what its unit is usually like.
            _ => typical(parameter.unit),
        };
        match parameter.allowed {
            Allowed::Width => Self::linear(1.0, WIDEST.max(value)),
            Allowed::Between(low, high) => Self::linear(low, high),
            Allowed::Steps(low, high, _) if low > 0.0 && high / low >= 100.0 => Self::decades(low, high),
            Allowed::Steps(low, high, _) => Self::linear(low, high),
            Allowed::AboveZero | Allowed::NotNegative if value > 0.0 => {
                // Rates are read in bits, whose decades are not those of bytes.
                let scale = parameter.unit.scale_for(0.0).factor;
                let power = (value / scale).log10();
                let end = |power: f64, more: i32| scale * 10_f64.powf(power + f64::from(more));
                Self::decades(end(power.floor(), below), end(power.ceil(), above))
            }
            Allowed::AboveZero | Allowed::NotNegative => Self::linear(0.0, typical(parameter.unit)),
        }
    }

    fn linear(low: f64, high: f64) -> Self {
        Self { low, high, log: false }
    }

    fn decades(low: f64, high: f64) -> Self {
        Self { low, high, log: true }
    }

    /// Whether it can be walked: finite, rising, and above 0 where it is walked in ratios.
    pub fn is_sound(&self) -> bool {
        self.low.is_finite() && self.high.is_finite() && self.low < self.high && (!self.log || self.low > 0.0)
    }

    /// The value a share of the way along.
    pub fn at(&self, share: f64) -> f64 {
        if self.log {
            self.low * (self.high / self.low).powf(share)
        } else {
            self.low + (self.high - self.low) * share
        }
    }

    /// How far along a value is, 0 to 1 within the range.
    pub fn share(&self, value: f64) -> f64 {
        if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// The value in the middle between two.
    pub(super) fn between(&self, low: f64, high: f64) -> f64 {
        if self.log {
            (low * high).sqrt()
        } else {
            f64::midpoint(low, high)
        }
    }

    /// At most `count` values (2 or more) from end to end, rising; every allowed one where these are few.
    pub(super) fn values(&self, allowed: Allowed, count: usize) -> Vec<f64> {
        let even = |index: usize| match index {
            0 => self.low,
            last if last + 1 == count => self.high,
            _ => self.at(index as f64 / (count - 1) as f64),
        };
        let step = match allowed {
            Allowed::Width => 1.0,
            Allowed::Steps(_, _, step) => step,
            _ => return (0..count).map(even).collect(),
        };
        let first = match allowed {
            Allowed::Steps(first, ..) => first,
            _ => 0.0,
        };
        let place = |value: f64| (value - first) / step;
        let (low, high) = ((place(self.low) - 1e-6).ceil(), (place(self.high) + 1e-6).floor());
        let steps = (high - low).max(0.0);
        let mut places: Vec<f64> = if steps < count as f64 {
            (0..=steps as usize).map(|index| low + index as f64).collect()
        } else {
            (0..count)
                .map(|index| place(even(index)).round().clamp(low, high))
                .collect()
        };
        places.dedup();
        places.into_iter().map(|place| first + place * step).collect()
    }
}

/// Whether only some values of a number make sense, so that nothing lies between two neighbours.
pub(super) fn is_stepped(allowed: Allowed) -> bool {
    matches!(allowed, Allowed::Width | Allowed::Steps(..))
}

/// A value of the usual size for its unit.
fn typical(unit: Unit) -> f64 {
    unit.parse(unit.example()).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(value: f64, unit: Unit, allowed: Allowed) -> Parameter {
        Parameter::new("p", value, unit, allowed)
    }

    #[test]
    fn ranges_are_whole_decades_of_what_is_read() {
        let rate = Range::around(&parameter(2.5e6, Unit::BitsPerSecond, Allowed::AboveZero), [-2, 1]);
        let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
        assert!(close(rate.low * 8.0, 1e5) && close(rate.high * 8.0, 1e9), "{rate:?}");
        let moved = Range::around(&parameter(9.0e6, Unit::BitsPerSecond, Allowed::AboveZero), [-2, 1]);
        assert_eq!(rate, moved);
        assert_eq!(
            Range::around(&parameter(8.0, Unit::Bits, Allowed::Width), [0, 0]),
            Range::linear(1.0, 32.0)
        );
        let none = Range::around(&parameter(0.0, Unit::Watts, Allowed::NotNegative), [-1, 1]);
        assert_eq!(none, Range::linear(0.0, 2.0));
        let unknown = Range::around(&parameter(f64::NAN, Unit::Seconds, Allowed::AboveZero), [-2, 2]);
        assert!(unknown.is_sound() && unknown.log);
    }

    #[test]
    fn widths_are_whole_and_each_once() {
        let widths = Range::linear(1.0, 8.0).values(Allowed::Width, 100);
        assert_eq!(widths, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        let few = Range::linear(1.0, 32.0).values(Allowed::Width, 3);
        assert_eq!(few, [1.0, 17.0, 32.0]);
        let steps = Range::linear(0.0075, 0.0125).values(Allowed::Steps(0.0075, 4.0, 0.00125), 50);
        assert_eq!(steps.len(), 5);
    }

    #[test]
    fn values_go_from_end_to_end() {
        let range = Range::decades(1.0, 100.0);
        let values = range.values(Allowed::AboveZero, 5);
        assert_eq!((values[0], values[4]), (1.0, 100.0));
        assert!((values[2] - 10.0).abs() < 1e-9);
        assert!((range.share(values[3]) - 0.75).abs() < 1e-12);
    }
}
