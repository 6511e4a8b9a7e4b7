//! Whether a system can be evaluated at all: finite numbers in range, and counts and places that fit together.
//!
//! Files, presets and typed values all pass through here, so that the cost formulas never meet NaN, a negative size or a
//! link that leads nowhere.

use super::{Device, DeviceModel, Link, MAX_ALTERNATIVES, MAX_DEVICES, System, Topology};
use crate::cost::layer_table::LayerTable;
use crate::cost::roofline::Roofline;
use crate::link::preset;
use crate::presets::{Allowed, Fault, MAX_BITS, Parameter};
use crate::units::Unit;

use Allowed::{AboveZero, NotNegative, Width};

impl System {
    /// Everything wrong with the system, named by parameter; empty if it can be evaluated.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut refuse = |parameter: &str, problem: String| {
            faults.push(Fault {
                parameter: parameter.to_owned(),
                problem,
            });
        };
        let (devices, links) = (self.devices.len(), self.links.len());
        if !(1..=MAX_DEVICES).contains(&devices) {
            refuse("devices", format!("are {devices}, must be 1 to {MAX_DEVICES}"));
        }
        let needed = self.topology.links(devices);
        if links != needed {
            let why = match self.topology {
                Topology::Chain => "one between neighbours",
                Topology::Bus => "one that several devices share",
            };
            refuse("links", format!("are {links}, must be {needed}, {why}"));
        }
        for (parameter, place) in [("input_at", self.input_at), ("output_at", self.output_at)] {
            if place >= devices {
                refuse(parameter, format!("names device {place}, must be below {devices}"));
            }
        }
        faults.extend(self.parameters().iter().filter_map(Parameter::fault));
        for (index, device) in self.devices.iter().enumerate() {
            let owner = format!("devices[{index}]");
            faults.extend(device.validate().into_iter().map(|fault| fault.inside(&owner)));
        }
        for (index, link) in self.links.iter().enumerate() {
            let owner = format!("links[{index}]");
            faults.extend(link.validate().into_iter().map(|fault| fault.inside(&owner)));
        }
        for (index, direct) in self.direct.iter().enumerate() {
            let owner = format!("direct[{index}]");
            let faults_of_link = direct.link.validate().into_iter().map(|fault| fault.inside("link"));
            let all = self.ends_fault(index).into_iter().chain(faults_of_link);
            faults.extend(all.map(|fault| fault.inside(&owner)));
        }
        faults
    }

    /// What is wrong with the ends of a direct link, if anything is.
    fn ends_fault(&self, index: usize) -> Option<Fault> {
        let (ends, count) = (self.direct[index].ends, self.devices.len());
        let (first, second) = ends;
        let earlier = self.direct[..index].iter().any(|other| other.ends == ends);
        let problem = if first >= second || second >= count {
            format!("are {first} and {second}, must be two of the devices below {count}, the lower first")
        } else if self.topology == Topology::Bus {
            "are joined by the bus already, must be left out".to_owned()
        } else if second == first + 1 {
            format!("are the neighbours {first} and {second}, must be devices the chain does not link")
        } else if earlier {
            format!("are {first} and {second} as in another direct link, must be a pair that has none")
        } else {
            return None;
        };
        Some(Fault {
            parameter: "ends".to_owned(),
            problem,
        })
    }

    /// The system's own numbers, those of its devices and links not among them.
    pub fn parameters(&self) -> Vec<Parameter> {
        let bits = Parameter::new("input_bits", f64::from(self.input_bits), Unit::Bits, Width);
        let rate = self.frame_rate_hz;
        let rate = rate.map(|hz| Parameter::new("frame_rate_hz", hz, Unit::PerSecond, AboveZero));
        [bits].into_iter().chain(rate).collect()
    }
}

impl Device {
    /// Everything wrong with the device, named by parameter.
    pub fn validate(&self) -> Vec<Fault> {
        let numbers = self.parameters();
        let mut faults: Vec<Fault> = numbers.iter().filter_map(Parameter::fault).collect();
        faults.extend(self.model.faults());
        let count = self.alternatives.len();
        if count > MAX_ALTERNATIVES {
            faults.push(Fault {
                parameter: "alternatives".to_owned(),
                problem: format!("are {count}, must be at most {MAX_ALTERNATIVES}"),
            });
        }
        for (index, other) in self.alternatives.iter().enumerate() {
            let owner = format!("alternatives[{index}]");
            if !other.alternatives.is_empty() {
                faults.push(Fault {
                    parameter: format!("{owner}.alternatives"),
                    problem: "are alternatives of an alternative, must be none".to_owned(),
                });
                continue;
            }
            faults.extend(other.validate().into_iter().map(|fault| fault.inside(&owner)));
        }
        faults
    }

    /// Every number of the device with its name, unit and range.
    pub fn parameters(&self) -> Vec<Parameter> {
        let width = |name, bits| Parameter::new(name, f64::from(bits), Unit::Bits, Width);
        let mut list = vec![width("bits", self.bits)];
        list.extend(self.weight_bits.map(|bits| width("weight_bits", bits)));
        let memory = self.memory_limit_bytes;
        list.extend(memory.map(|limit| Parameter::new("memory_limit_bytes", limit, Unit::Bytes, AboveZero)));
        let power = self.power_limit_w;
        list.extend(power.map(|limit| Parameter::new("power_limit_w", limit, Unit::Watts, AboveZero)));
        list.push(Parameter::new(
            "idle_power_w",
            self.idle_power_w,
            Unit::Watts,
            NotNegative,
        ));
        let area = self.area_m2;
        list.extend(area.map(|area| Parameter::new("area_m2", area, Unit::SquareMetres, NotNegative)));
        list.extend(self.model.parameters());
        list
    }
}

impl Link {
    /// Everything wrong with the link, named by parameter.
    pub fn validate(&self) -> Vec<Fault> {
        preset::faults(self.bits, &self.model)
    }

    /// Every number of the link with its name, unit and range.
    pub fn parameters(&self) -> Vec<Parameter> {
        preset::parameters(self.bits, &self.model)
    }
}

impl DeviceModel {
    /// The model's numbers with their names, units and ranges.
    pub fn parameters(&self) -> Vec<Parameter> {
        match self {
            Self::Roofline(model) => model.parameters(),
            Self::Table(_) => Vec::new(),
            Self::Spatial(model) => model.parameters(),
            Self::Profile(model) => model.parameters(),
        }
    }

    /// What is wrong with the model beyond single numbers.
    fn faults(&self) -> Vec<Fault> {
        match self {
            Self::Roofline(model) => model.faults(),
            Self::Table(model) => model.faults(),
            Self::Spatial(model) => model.faults(),
            Self::Profile(model) => model.faults(),
        }
    }
}

impl Roofline {
    fn parameters(&self) -> Vec<Parameter> {
        let mut list = Vec::new();
        for (bits, arithmetic) in &self.arithmetic {
            let name = |field| format!("arithmetic.{bits}.{field}");
            let (rate, energy) = (arithmetic.macs_per_s, arithmetic.energy_per_mac_j);
            list.push(Parameter::new(name("macs_per_s"), rate, Unit::MacsPerSecond, AboveZero));
            list.push(Parameter::new(
                name("energy_per_mac_j"),
                energy,
                Unit::JoulesPerMac,
                NotNegative,
            ));
        }
        list.extend([
            Parameter::new(
                "bandwidth_bytes_per_s",
                self.bandwidth_bytes_per_s,
                Unit::BytesPerSecond,
                AboveZero,
            ),
            Parameter::new(
                "energy_per_byte_j",
                self.energy_per_byte_j,
                Unit::JoulesPerByte,
                NotNegative,
            ),
            Parameter::new("static_power_w", self.static_power_w, Unit::Watts, NotNegative),
            Parameter::new("overhead_s", self.overhead_s, Unit::Seconds, NotNegative),
        ]);
        list
    }

    fn faults(&self) -> Vec<Fault> {
        let fault = |problem: String| Fault {
            parameter: "arithmetic".to_owned(),
            problem,
        };
        if self.arithmetic.is_empty() {
            return vec![fault("is empty, must hold at least one width".to_owned())];
        }
        let widths = self.arithmetic.keys().filter(|&&bits| bits == 0 || bits > MAX_BITS);
        widths
            .map(|bits| fault(format!("has the width {bits}, must be 1 to {MAX_BITS} bits")))
            .collect()
    }
}

impl LayerTable {
    fn faults(&self) -> Vec<Fault> {
        if self.layers.is_empty() {
            return vec![Fault {
                parameter: "layers".to_owned(),
                problem: "are none, must be at least one".to_owned(),
            }];
        }
        let numbers = self.layers.iter().flat_map(|(name, row)| {
            let number =
                |field, value, unit| Parameter::new(format!("layers.{name}.{field}"), value, unit, NotNegative);
            [
                number("latency_s", row.latency_s, Unit::Seconds),
                number("energy_j", row.energy_j, Unit::Joules),
            ]
        });
        numbers.filter_map(|number| number.fault()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::DirectLink;
    use crate::system::preset::Presets;

    #[track_caller]
    fn check(spoil: impl Fn(&mut System), expected: &str) {
        let mut system = Presets::load(None).start_system();
        assert_eq!(system.validate(), []);
        spoil(&mut system);
        let faults: Vec<_> = system.validate().iter().map(Fault::to_string).collect();
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{faults:?}");
    }

    #[test]
    fn names_what_is_wrong() {
        check(
            |s| s.devices[1].idle_power_w = f64::NAN,
            "devices[1].idle_power_w: is not a number",
        );
        check(|s| s.devices[0].bits = 0, "devices[0].bits: is 0 bit");
        check(
            |s| s.devices[0].memory_limit_bytes = Some(-5.0),
            "devices[0].memory_limit_bytes",
        );
        check(|s| s.input_at = 3, "input_at: names device 3, must be below 3");
        check(
            |s| s.links.truncate(1),
            "links: are 1, must be 2, one between neighbours",
        );
        check(
            |s| s.topology = Topology::Bus,
            "links: are 2, must be 1, one that several",
        );
        let direct = |s: &mut System, ends| {
            let link = s.links[0].clone();
            s.direct.push(DirectLink { ends, link });
        };
        check(|s| direct(s, (2, 0)), "direct[0].ends: are 2 and 0");
        check(|s| direct(s, (0, 1)), "direct[0].ends: are the neighbours 0 and 1");
        check(
            |s| [(0, 2), (0, 2)].into_iter().for_each(|ends| direct(s, ends)),
            "direct[1].ends: are 0 and 2 as in another direct link",
        );
        check(
            |s| {
                direct(s, (0, 2));
                s.topology = Topology::Bus;
                s.links.truncate(1);
            },
            "direct[0].ends: are joined by the bus",
        );
        check(
            |s| {
                let mut other = s.devices[0].clone();
                other.bits = 0;
                s.devices[0].alternatives = vec![other];
            },
            "devices[0].alternatives[0].bits",
        );
        check(
            |s| {
                let mut other = s.devices[0].clone();
                other.alternatives = vec![other.clone()];
                s.devices[0].alternatives = vec![other];
            },
            "devices[0].alternatives[0].alternatives: are alternatives of an alternative",
        );
        check(|s| s.devices.clear(), "devices: are 0, must be 1 to 8");
        check(|s| s.input_bits = 65, "input_bits");
        check(|s| s.frame_rate_hz = Some(0.0), "frame_rate_hz");
        check(
            |s| {
                if let DeviceModel::Roofline(model) = &mut s.devices[0].model {
                    model.arithmetic.clear();
                }
            },
            "devices[0].arithmetic: is empty",
        );
        check(
            |s| {
                s.links[0].model.set_rate(f64::INFINITY);
            },
            "links[0].rate_bytes_per_s",
        );
    }
}
