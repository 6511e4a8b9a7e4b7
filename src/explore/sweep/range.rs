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

/// Numbers of which the largest is more than this many times the smallest are looked at around the present one.
const FAR: f64 = 1e5;

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
            // A capacity may be anything up to a very large one, far from what is there.
            Allowed::Steps(low, high, _) if low > 0.0 && high / low > FAR && value > 0.0 => {
                let (low, high) = (low.log10(), high.log10());
                let end = |power: f64, more: i32| 10_f64.powf((power + f64::from(more)).clamp(low, high));
                let power = value.log10();
                Self::decades(end(power.floor(), below.max(-1)), end(power.ceil(), above.min(1)))
            }
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

    /// Why the number cannot be varied over it, in words; `None` where it can.
    pub fn fault(&self, parameter: &Parameter) -> Option<String> {
        if self.log && self.low <= 0.0 {
            return Some("a range that is walked in ratios must start above 0".to_owned());
        }
        if !self.is_sound() {
            return Some("a range must end above its start".to_owned());
        }
        // Ends between two steps are no values themselves.
        let allowed = match parameter.allowed {
            Allowed::Steps(low, high, _) => Allowed::Between(low, high),
            allowed => allowed,
        };
        let fault = |(name, value)| Parameter::new(name, value, parameter.unit, allowed).fault();
        let mut faults = [("its start", self.low), ("its end", self.high)]
            .into_iter()
            .filter_map(fault);
        if let Some(fault) = faults.next() {
            return Some(format!("{} {}", fault.parameter, fault.problem));
        }
        let none = self.values(parameter.allowed, 2).is_empty();
        none.then(|| "there is no value between its ends".to_owned())
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

    /// Whether these many values are all there are.
    pub(super) fn has_only(&self, allowed: Allowed, count: usize) -> bool {
        self.steps(allowed)
            .is_some_and(|[low, high]| high - low + 1.0 == count as f64)
    }

    /// The first and the last step within the range, counted from the first that is allowed; `None` where there are no steps.
    fn steps(&self, allowed: Allowed) -> Option<[f64; 2]> {
        let (first, step) = grid(allowed)?;
        let place = |value: f64| (value - first) / step;
        Some([(place(self.low) - 1e-6).ceil(), (place(self.high) + 1e-6).floor()])
    }

    /// At most `count` values (2 or more) from end to end, rising; every allowed one where these are few, and none where none lies within.
    pub(super) fn values(&self, allowed: Allowed, count: usize) -> Vec<f64> {
        let even = |index: usize| match index {
            0 => self.low,
            last if last + 1 == count => self.high,
            _ => self.at(index as f64 / (count - 1) as f64),
        };
        let (Some((first, step)), Some([low, high])) = (grid(allowed), self.steps(allowed)) else {
            return (0..count).map(even).collect();
        };
        if high < low {
            return Vec::new();
        }
        let mut places: Vec<f64> = if high - low < count as f64 {
            (0..=(high - low) as usize).map(|index| low + index as f64).collect()
        } else {
            let place = |index| ((even(index) - first) / step).round().clamp(low, high);
            (0..count).map(place).collect()
        };
        places.dedup();
        places.into_iter().map(|place| first + place * step).collect()
    }
}

/// The first value of a number that has only some, and the distance to the next.
fn grid(allowed: Allowed) -> Option<(f64, f64)> {
    match allowed {
        Allowed::Width => Some((0.0, 1.0)),
        Allowed::Steps(first, _, step) => Some((first, step)),
        Allowed::AboveZero | Allowed::NotNegative | Allowed::Between(..) => None,
    }
}

/// The nearest value that a number can have.
pub fn snapped(allowed: Allowed, value: f64) -> f64 {
    match grid(allowed) {
        Some((first, step)) => first + ((value - first) / step).round() * step,
        None => value,
    }
}

/// Whether only some values of a number make sense, so that nothing lies between two neighbours.
pub(super) fn is_stepped(allowed: Allowed) -> bool {
    grid(allowed).is_some()
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
    fn capacities_are_whole_and_around_the_present_one() {
        let capacity = Allowed::Steps(1.0, 1e12, 1.0);
        let range = Range::around(&parameter(65_536.0, Unit::Count, capacity), [-1, 1]);
        assert_eq!((range.low.round(), range.high.round(), range.log), (1e3, 1e6, true));
        let values = range.values(capacity, 20);
        assert!(
            values.len() == 20 && values.iter().all(|value| value.fract() == 0.0),
            "{values:?}"
        );
        let least = Range::around(&parameter(3.0, Unit::Count, capacity), [-2, 2]);
        assert_eq!((least.low, least.high.round()), (1.0, 100.0));
        assert_eq!(least.fault(&parameter(3.0, Unit::Count, capacity)), None);
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
