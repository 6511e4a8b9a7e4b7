//! A named number with its unit and allowed range: one list serves validation, sources and editing.

use crate::units::Unit;

/// The largest magnitude any parameter may have, and the inverse of the smallest where zero is refused: far beyond
/// every physical value, and near enough that no cost formula overflows.
const LARGEST: f64 = 1e30;

/// The largest operand width in bits.
pub const MAX_BITS: u32 = 64;

/// One numeric parameter of a device, link or system.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name as in files and in the list of sources, for example `arithmetic.8.macs_per_s`.
    pub name: String,
    /// Its value in SI base units.
    pub value: f64,
    /// How the value is shown.
    pub unit: Unit,
    /// Which values make sense.
    pub allowed: Allowed,
}

/// Whole numbers from here on are said with a prefix.
const MOST_SAID: f64 = 1e7;

/// Which values of a parameter make sense.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// Finite and above zero.
    AboveZero,
    /// Finite, zero or more.
    NotNegative,
    /// A width of 1 to 64 bits.
    Width,
    /// From the first to the second, both included.
    Between(f64, f64),
    /// From the first to the second, both included, in steps of the third from the first.
    Steps(f64, f64, f64),
}

impl Allowed {
    /// A share of something: 0 to 1.
    pub const SHARE: Self = Self::Between(0.0, 1.0);
}

/// Something that makes a device, link or system unusable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {problem}")]
pub struct Fault {
    /// The parameter, with the path to it where it lies deeper: `devices[1].idle_power_w`.
    pub parameter: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl Parameter {
    /// Describes a parameter.
    pub fn new(name: impl Into<String>, value: f64, unit: Unit, allowed: Allowed) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            allowed,
        }
    }

    /// What is wrong with the value, if anything.
    pub fn fault(&self) -> Option<Fault> {
        // Limits of what is counted are said to the last one.
        let said = |number: f64| match self.unit {
            Unit::Count if number.is_finite() && number.fract() == 0.0 && number.abs() < MOST_SAID => {
                number.to_string()
            }
            unit => unit.format(number),
        };
        let rule = match self.allowed {
            Allowed::AboveZero if (1.0 / LARGEST..=LARGEST).contains(&self.value) => return None,
            Allowed::NotNegative if (0.0..=LARGEST).contains(&self.value) => return None,
            Allowed::Width if (1.0..=f64::from(MAX_BITS)).contains(&self.value) => return None,
            Allowed::Between(least, most) if (least..=most).contains(&self.value) => return None,
            Allowed::Steps(least, most, step) if on_step(self.value, least, most, step) => return None,
            Allowed::AboveZero => "a finite number above 0".to_owned(),
            Allowed::NotNegative => "a finite number, 0 or more".to_owned(),
            Allowed::Width => "a whole number from 1 to 64".to_owned(),
            Allowed::Between(least, most) => format!("{} to {}", said(least), said(most)),
            Allowed::Steps(least, most, 1.0) if self.unit == Unit::Count => {
                format!("a whole number from {} to {}", said(least), said(most))
            }
            Allowed::Steps(least, most, step) => {
                let [least, most, step] = [least, most, step].map(said);
                format!("{least} to {most} in steps of {step}")
            }
        };
        let value = if self.value.is_nan() {
            "not a number".to_owned()
        } else {
            said(self.value)
        };
        Some(Fault {
            parameter: self.name.clone(),
            problem: format!("is {value}, must be {rule}"),
        })
    }
}

/// Whether a value is one of the steps, rounding aside.
fn on_step(value: f64, least: f64, most: f64, step: f64) -> bool {
    let steps = (value - least) / step;
    (least..=most).contains(&value) && (steps - steps.round()).abs() <= 1e-6
}

impl Fault {
    /// The same fault seen from one level up: `idle_power_w` -> `devices[1].idle_power_w`.
    #[must_use]
    pub fn inside(self, owner: &str) -> Self {
        Self {
            parameter: format!("{owner}.{}", self.parameter),
            problem: self.problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, allowed: Allowed, fits: bool) {
        let parameter = Parameter::new("p", value, Unit::Watts, allowed);
        assert_eq!(parameter.fault().is_none(), fits, "{parameter:?}");
    }

    #[test]
    fn counts_are_said_to_the_last_one() {
        let rows = Parameter::new("rows", 10_000.0, Unit::Count, Allowed::Steps(1.0, 4096.0, 1.0));
        let fault = rows.fault().unwrap().to_string();
        assert_eq!(fault, "rows: is 10000, must be a whole number from 1 to 4096");
    }

    #[test]
    fn ranges() {
        for bad in [f64::NAN, f64::INFINITY, -1.0, 1e31] {
            check(bad, Allowed::AboveZero, false);
            check(bad, Allowed::NotNegative, false);
            check(bad, Allowed::Width, false);
        }
        check(0.0, Allowed::AboveZero, false);
        check(0.0, Allowed::NotNegative, true);
        check(0.0, Allowed::Width, false);
        check(64.0, Allowed::Width, true);
        check(65.0, Allowed::Width, false);
        check(1e-12, Allowed::AboveZero, true);
        check(1.0, Allowed::SHARE, true);
        check(1.01, Allowed::SHARE, false);
        check(f64::NAN, Allowed::SHARE, false);
        let intervals = Allowed::Steps(0.0075, 4.0, 0.00125);
        check(0.1, intervals, true);
        check(0.101, intervals, false);
        check(4.1, intervals, false);
        check(f64::NAN, intervals, false);
    }

    #[test]
    fn a_fault_names_parameter_value_and_rule() {
        let parameter = Parameter::new("idle_power_w", -1.0, Unit::Watts, Allowed::NotNegative);
        let fault = parameter.fault().unwrap().inside("devices[1]");
        assert_eq!(
            fault.to_string(),
            "devices[1].idle_power_w: is -1.00 W, must be a finite number, 0 or more"
        );
    }
}
