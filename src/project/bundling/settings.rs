//! What is asked of schedules over bundles.

use super::Stated;
use crate::explore::schedule::{Count, Objective, Order, Rules};
use crate::network::blocks::MOST_BLOCKS;
use crate::presets::{Allowed, Fault, Parameter};
use crate::units::Unit;
use serde::{Deserialize, Serialize};

/// Most bits of an element on its way.
pub const MOST_BITS: u32 = 64;

/// Most constraints a person can type.
pub const MOST_LINES: usize = 16;

/// Longest constraint in characters.
const LONGEST_LINE: usize = 500;

/// What schedules over bundles must keep, what is to be least, and how tensors are sent. The first measured device of the system is the edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bundling {
    /// What is to be least.
    #[serde(with = "StoredObjective")]
    pub objective: Objective,
    /// Blocks of the longest bundle; `None` = any that was measured.
    pub longest: Option<usize>,
    /// How many bundles a device may run.
    #[serde(with = "StoredCount")]
    pub count: Count,
    /// The first blocks that must run at the edge.
    pub private: usize,
    /// The only clock of the edge in hertz; `None` = any, and another one for each bundle.
    pub clock_hz: Option<u64>,
    /// In which order devices may be visited.
    #[serde(with = "StoredOrder")]
    pub order: Order,
    /// Whether the input arrives where the system says, else wherever the first block runs.
    #[serde(alias = "input_at_edge")]
    pub input_is_fixed: bool,
    /// Whether the result is wanted where the system says, else wherever the last block runs.
    #[serde(alias = "output_at_edge")]
    pub output_is_fixed: bool,
    /// Most seconds of an inference.
    pub latency_s: Option<f64>,
    /// Most joules of the edge for an inference.
    pub energy_j: Option<f64>,
    /// Bits per element on the way between devices, 1 to [`MOST_BITS`]; `None` = as a design sends them: as wide as the sender computes.
    pub bits: Option<u32>,
    /// By which factor tensors shrink on the way, 1 or more.
    pub compression: f64,
    /// Further linear constraints as they were typed, at most [`MOST_LINES`].
    pub constraints: Vec<String>,
    /// Watts of the edge while it waits for transfers and other devices.
    pub idle_power_w: f64,
}

impl Default for Bundling {
    fn default() -> Self {
        Self {
            objective: Objective::Latency,
            longest: None,
            count: Count::Free,
            private: 0,
            clock_hz: None,
            order: Order::Any,
            input_is_fixed: true,
            output_is_fixed: true,
            latency_s: None,
            energy_j: None,
            bits: None,
            compression: 1.0,
            constraints: Vec::new(),
            idle_power_w: 0.0,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Objective")]
enum StoredObjective {
    Latency,
    Energy,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Count")]
enum StoredCount {
    Free,
    Ceil,
    FloorPlusOne,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Order")]
enum StoredOrder {
    Any,
    Forward,
}

impl Bundling {
    /// The same where energies may not be known: then there is only latency to ask for.
    #[must_use]
    pub fn as_known(&self, knows_energy: bool) -> Self {
        match knows_energy {
            true => self.clone(),
            false => Self {
                objective: Objective::Latency,
                energy_j: None,
                ..self.clone()
            },
        }
    }

    /// The rules on a problem, without the budgets: these are looked up in the front.
    pub fn rules(&self, stated: &Stated) -> Rules {
        let blocks = stated.blocks.len();
        Rules {
            count: self.count,
            private: self.private.min(blocks),
            clock_hz: self.clock_hz,
            order: self.order,
            input: self.input_is_fixed.then_some(stated.input_at),
            output: self.output_is_fixed.then_some(stated.output_at),
            ..Rules::up_to(self.longest.unwrap_or(blocks))
        }
    }

    /// The same with the budgets.
    pub fn rules_within(&self, stated: &Stated) -> Rules {
        Rules {
            latency_s: self.latency_s,
            energy_j: self.energy_j,
            ..self.rules(stated)
        }
    }

    /// The first value that makes no sense.
    pub fn check(&self) -> Result<(), Fault> {
        let refuse = |parameter: &str, problem: String| {
            Err(Fault {
                parameter: parameter.to_owned(),
                problem,
            })
        };
        let numbers = [
            ("latency_s", self.latency_s, Unit::Seconds, Allowed::AboveZero),
            ("energy_j", self.energy_j, Unit::Joules, Allowed::AboveZero),
            ("compression", Some(self.compression), Unit::Count, Allowed::AboveZero),
            (
                "idle_power_w",
                Some(self.idle_power_w),
                Unit::Watts,
                Allowed::NotNegative,
            ),
        ];
        for (name, value, unit, allowed) in numbers {
            let fault = value.and_then(|value| Parameter::new(name, value, unit, allowed).fault());
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        if self.compression < 1.0 {
            let problem = format!(
                "is {}, must be 1 or more: the factor by which tensors shrink",
                self.compression
            );
            return refuse("compression", problem);
        }
        if let Some(bits) = self.bits.filter(|bits| !(1..=MOST_BITS).contains(bits)) {
            return refuse("bits", format!("is {bits}, must be 1 to {MOST_BITS}"));
        }
        let sizes = [("longest", self.longest, 1), ("private", Some(self.private), 0)];
        for (name, blocks, least) in sizes {
            if let Some(blocks) = blocks.filter(|blocks| !(least..=MOST_BLOCKS).contains(blocks)) {
                return refuse(name, format!("is {blocks}, must be {least} to {MOST_BLOCKS} blocks"));
            }
        }
        if self.clock_hz == Some(0) {
            return refuse("clock_hz", "is 0, must be above 0".to_owned());
        }
        if self.constraints.len() > MOST_LINES {
            let problem = format!("are {}, must be at most {MOST_LINES}", self.constraints.len());
            return refuse("constraints", problem);
        }
        let is_long = |line: &String| line.chars().count() > LONGEST_LINE;
        match self.constraints.iter().position(is_long) {
            Some(index) => refuse(
                &format!("constraints[{index}]"),
                format!("has more than {LONGEST_LINE} characters, must have fewer"),
            ),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        assert_eq!(Bundling::default().check(), Ok(()));
        let base = Bundling::default;
        let cases = [
            (
                Bundling {
                    latency_s: Some(0.0),
                    ..base()
                },
                "latency_s",
            ),
            (
                Bundling {
                    energy_j: Some(f64::NAN),
                    ..base()
                },
                "energy_j",
            ),
            (
                Bundling {
                    compression: 0.5,
                    ..base()
                },
                "compression",
            ),
            (
                Bundling {
                    idle_power_w: -1.0,
                    ..base()
                },
                "idle_power_w",
            ),
            (
                Bundling {
                    bits: Some(0),
                    ..base()
                },
                "bits",
            ),
            (
                Bundling {
                    bits: Some(65),
                    ..base()
                },
                "bits",
            ),
            (
                Bundling {
                    longest: Some(0),
                    ..base()
                },
                "longest",
            ),
            (
                Bundling {
                    private: 100_000,
                    ..base()
                },
                "private",
            ),
            (
                Bundling {
                    clock_hz: Some(0),
                    ..base()
                },
                "clock_hz",
            ),
            (
                Bundling {
                    constraints: vec![String::new(); 17],
                    ..base()
                },
                "constraints",
            ),
            (
                Bundling {
                    constraints: vec!["x".repeat(501)],
                    ..base()
                },
                "constraints[0]",
            ),
        ];
        for (bundling, parameter) in cases {
            assert_eq!(
                bundling.check().map_err(|fault| fault.parameter),
                Err(parameter.to_owned())
            );
        }
    }

    #[test]
    fn what_a_file_leaves_out_is_as_usual() {
        assert_eq!(ron::from_str::<Bundling>("()").unwrap(), Bundling::default());
        let text = ron::to_string(&Bundling {
            count: Count::Ceil,
            ..Bundling::default()
        })
        .unwrap();
        assert_eq!(ron::from_str::<Bundling>(&text).unwrap().count, Count::Ceil);
        assert!(ron::from_str::<Bundling>("(longets: 3)").is_err());
    }
}
