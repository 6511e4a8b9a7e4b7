//! What can be varied: every number of a system, and a few that stand for several of them.

use super::range::Range;
use crate::design::Constraints;
use crate::explore::{Objective, Problem};
use crate::presets::{Allowed, Parameter};
use crate::system::{DeviceModel, System};
use crate::units::Unit;
use serde::{Deserialize, Serialize};

/// One number that is varied while all others stay. Devices and links are told by their index in the system.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Knob {
    /// The rate of a link, as far as no standard fixes it; in both directions, which keep their ratio.
    Rate(usize),
    /// All such rates together, as a share of what they are.
    Rates,
    /// The speed of a device as a share of what it is: arithmetic, memory and fixed times together.
    Speed(usize),
    /// A number of a device by its name.
    Device(usize, String),
    /// A number of a link by its name.
    Link(usize, String),
    /// Bits per element of the raw input.
    InputBits,
    /// Results per second that are asked for.
    FrameRate,
    /// A limit of the whole design.
    Limit(DesignLimit),
}

/// Limits of the whole design that are numbers on a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DesignLimit {
    /// Largest latency.
    Latency,
    /// Largest energy.
    Energy,
    /// Least throughput.
    Throughput,
    /// Largest area.
    Area,
}

/// How the objective of any one design depends on a knob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Law {
    /// A line over the knob's value, or over its inverse. The least of lines bends downwards only, so a design that is the best at two
    /// values is the best between them.
    Line,
    /// Some other way.
    Other,
}

impl DesignLimit {
    const ALL: [Self; 4] = [Self::Latency, Self::Energy, Self::Throughput, Self::Area];

    fn place(self, constraints: &mut Constraints) -> &mut Option<f64> {
        match self {
            Self::Latency => &mut constraints.latency_s,
            Self::Energy => &mut constraints.energy_j,
            Self::Throughput => &mut constraints.throughput_hz,
            Self::Area => &mut constraints.area_m2,
        }
    }

    /// Its name in files.
    fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency_s",
            Self::Energy => "energy_j",
            Self::Throughput => "throughput_hz",
            Self::Area => "area_m2",
        }
    }

    /// What it limits.
    pub fn objective(self) -> Objective {
        match self {
            Self::Latency => Objective::Latency,
            Self::Energy => Objective::Energy,
            Self::Throughput => Objective::Interval,
            Self::Area => Objective::Area,
        }
    }

    fn unit(self) -> Unit {
        match self {
            Self::Latency => Unit::Seconds,
            Self::Energy => Unit::Joules,
            Self::Throughput => Unit::PerSecond,
            Self::Area => Unit::SquareMetres,
        }
    }
}

impl Knob {
    /// All knobs of a system, each once, those that matter most first.
    pub fn all(system: &System) -> Vec<Self> {
        let tunable = |link: &usize| system.link(*link).model.tunable().is_some();
        let rates: Vec<usize> = (0..system.link_count()).filter(tunable).collect();
        let several = (rates.len() > 1).then_some(Self::Rates);
        let devices = 0..system.devices.len();
        let of_devices = system.devices.iter().enumerate().flat_map(|(index, device)| {
            let names = device.parameters().into_iter().map(|parameter| parameter.name);
            names.map(move |name| Self::Device(index, name))
        });
        let of_links = (0..system.link_count()).flat_map(|index| {
            let link = system.link(index);
            let names = link.parameters().into_iter().map(|parameter| parameter.name);
            // A rate that is a number of its own is there already.
            let mut tuned = link.model.clone();
            let known = link.model.tunable().map(|t| tuned.set_rate(t.rate_bytes_per_s));
            let is_new = move |name: &String| known.is_none_or(|known| known != [name.as_str()]);
            names.filter(is_new).map(move |name| Self::Link(index, name))
        });
        rates
            .iter()
            .map(|&link| Self::Rate(link))
            .chain(several)
            .chain(devices.map(Self::Speed))
            .chain(DesignLimit::ALL.map(Self::Limit))
            .chain([Self::FrameRate, Self::InputBits])
            .chain(of_devices)
            .chain(of_links)
            .collect()
    }

    /// Its present value with unit and allowed range; `None` where the system has no such number. What is not limited, and a frame rate
    /// nobody asked for, have an infinite or no value but can be varied all the same.
    pub fn parameter(&self, system: &System, constraints: &Constraints) -> Option<Parameter> {
        let of = |value: f64, unit: Unit, allowed: Allowed| Some(Parameter::new("", value, unit, allowed));
        match self {
            Self::Rate(link) => {
                let model = &(*link < system.link_count()).then(|| system.link(*link))?.model;
                of(
                    model.tunable()?.rate_bytes_per_s,
                    Unit::BitsPerSecond,
                    Allowed::AboveZero,
                )
            }
            Self::Rates => {
                let mut links = (0..system.link_count()).map(|link| system.link(link));
                let tunable = links.any(|link| link.model.tunable().is_some());
                tunable.then_some(())?;
                of(1.0, Unit::Percent, Allowed::AboveZero)
            }
            Self::Speed(device) => {
                system.devices.get(*device)?;
                of(1.0, Unit::Percent, Allowed::AboveZero)
            }
            Self::Device(device, name) => {
                let mut all = system.devices.get(*device)?.parameters().into_iter();
                all.find(|parameter| parameter.name == *name)
            }
            Self::Link(link, name) => {
                let link = (*link < system.link_count()).then(|| system.link(*link))?;
                link.parameters().into_iter().find(|parameter| parameter.name == *name)
            }
            Self::InputBits => of(f64::from(system.input_bits), Unit::Bits, Allowed::Width),
            Self::FrameRate => of(
                system.frame_rate_hz.unwrap_or(f64::NAN),
                Unit::PerSecond,
                Allowed::AboveZero,
            ),
            Self::Limit(limit) => {
                let value = limit.place(&mut constraints.clone()).unwrap_or(f64::NAN);
                of(value, limit.unit(), Allowed::AboveZero)
            }
        }
    }

    /// Sets it; `false` where the system has no such number and stays as it is.
    pub fn set(&self, system: &mut System, constraints: &mut Constraints, value: f64) -> bool {
        match self {
            Self::Rate(link) => match link_mut(system, *link) {
                Some(link) => !link.model.set_rate(value).is_empty(),
                None => false,
            },
            Self::Rates => {
                let links = 0..system.link_count();
                let scaled = links.filter_map(|index| {
                    let model = &mut link_mut(system, index)?.model;
                    let rate = model.tunable()?.rate_bytes_per_s;
                    model.set_rate(rate * value);
                    Some(())
                });
                scaled.count() > 0
            }
            Self::Speed(device) => match system.devices.get_mut(*device) {
                Some(device) => {
                    device.speed_up(value);
                    true
                }
                None => false,
            },
            Self::Device(device, name) => system.devices.get_mut(*device).is_some_and(|d| d.set(name, value)),
            Self::Link(link, name) => link_mut(system, *link).is_some_and(|link| link.set(name, value)),
            Self::InputBits => {
                system.input_bits = value.round() as u32;
                true
            }
            Self::FrameRate => {
                system.frame_rate_hz = Some(value);
                true
            }
            Self::Limit(limit) => {
                *limit.place(constraints) = Some(value);
                true
            }
        }
    }

    /// Where it stands, as files and errors say it: `devices[1].static_power_w`, `links[0].rate`.
    pub fn path(&self) -> String {
        match self {
            Self::Rate(link) => format!("links[{link}].rate"),
            Self::Rates => "links.rates".to_owned(),
            Self::Speed(device) => format!("devices[{device}].speed"),
            Self::Device(device, name) => format!("devices[{device}].{name}"),
            Self::Link(link, name) => format!("links[{link}].{name}"),
            Self::InputBits => "input_bits".to_owned(),
            Self::FrameRate => "frame_rate_hz".to_owned(),
            Self::Limit(limit) => format!("constraints.{}", limit.name()),
        }
    }

    /// Whether it changes the very number another one stands for, so that not both can have a value of their own.
    pub fn conflicts(&self, other: &Self, system: &System) -> bool {
        let covers = |knob: &Self, other: &Self| match (knob, other) {
            (Self::Rate(a), Self::Link(b, name)) if a == b && *a < system.link_count() => {
                let mut model = system.link(*a).model.clone();
                let rate = model.tunable().map(|tunable| tunable.rate_bytes_per_s);
                // A rate made of wires and more leaves these as they are.
                let changed = rate.map_or(&[][..], |rate| model.set_rate(rate));
                changed.contains(&name.as_str())
            }
            (Self::Rates, Self::Rate(_) | Self::Link(..)) => true,
            (Self::Speed(a), Self::Device(b, name)) => {
                a == b
                    && (name.ends_with(".macs_per_s")
                        || ["bandwidth_bytes_per_s", "overhead_s", "clock_hz"].contains(&name.as_str()))
            }
            _ => false,
        };
        self == other || covers(self, other) || covers(other, self)
    }

    /// Whether the value is a share of the present one, so that setting it once more changes more.
    pub fn is_share(&self) -> bool {
        matches!(self, Self::Rates | Self::Speed(_))
    }

    /// The range a person is likely to want: some decades around the present value, in whole decades so that it stays while the value
    /// moves a little. `None` where there is no such number.
    pub fn usual_range(&self, system: &System, constraints: &Constraints) -> Option<Range> {
        let parameter = self.parameter(system, constraints)?;
        let decades = match self {
            Self::Rate(_) | Self::Rates => [-2, 1],
            Self::Speed(_) | Self::Device(..) | Self::Link(..) => [-1, 1],
            Self::InputBits | Self::FrameRate | Self::Limit(_) => [-2, 2],
        };
        Some(Range::around(&parameter, decades))
    }

    /// How the objective depends on it for any one design. Where limits depend on the knob as well, what is allowed changes along
    /// with what is best, and nothing is promised.
    pub(super) fn law(&self, problem: &Problem, objective: Objective) -> Law {
        let is_sum = matches!(
            objective,
            Objective::Latency | Objective::Energy | Objective::LinkBytes | Objective::Area
        );
        let constraints = problem.constraints;
        let limits = [constraints.latency_s, constraints.energy_j, constraints.throughput_hz];
        let power = problem
            .system
            .devices
            .iter()
            .any(|device| device.power_limit_w.is_some());
        // At a frame rate a link may be too slow, and some links' energy depends on how often they are used.
        if !is_sum || power || limits.iter().any(Option::is_some) || problem.system.frame_rate_hz.is_some() {
            return Law::Other;
        }
        let is_line = |link: usize| {
            let model = &problem.system.link(link).model;
            model.affine(crate::link::Direction::Forward).is_some()
        };
        match self {
            Self::Rate(link) if is_line(*link) => Law::Line,
            Self::Rates if (0..problem.system.link_count()).all(is_line) => Law::Line,
            // What leaks while it computes makes other mappings the best ones.
            Self::Speed(device) if leaks(problem.system.devices.get(*device)) => Law::Other,
            Self::Speed(_) => Law::Line,
            Self::Device(_, name) => {
                let is_energy = name.starts_with("arithmetic.") && name.ends_with(".energy_per_mac_j");
                let linear = [
                    "energy_per_byte_j",
                    "static_power_w",
                    "overhead_s",
                    "idle_power_w",
                    "area_m2",
                ];
                match is_energy || linear.contains(&name.as_str()) {
                    true => Law::Line,
                    false => Law::Other,
                }
            }
            _ => Law::Other,
        }
    }
}

/// Whether the device, or what it could be built as, is an array that leaks.
fn leaks(device: Option<&crate::system::Device>) -> bool {
    device.is_some_and(|device| {
        device.designs().any(|design| match &design.model {
            DeviceModel::Spatial(model) => model.architecture.leakage_w > 0.0,
            DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Profile(_) => false,
        })
    })
}

/// Sets several knobs, of which none [conflicts](Knob::conflicts) with another, so that each has its value in the end: a rate comes after what it is made of.
pub fn set_all<'k>(
    system: &mut System,
    constraints: &mut Constraints,
    knobs: impl IntoIterator<Item = (&'k Knob, f64)>,
) {
    let mut knobs: Vec<_> = knobs.into_iter().collect();
    knobs.sort_by_key(|(knob, _)| match knob {
        Knob::Rates | Knob::Speed(_) => 2,
        Knob::Rate(_) => 1,
        _ => 0,
    });
    for (knob, value) in knobs {
        knob.set(system, constraints, value);
    }
}

fn link_mut(system: &mut System, index: usize) -> Option<&mut crate::system::Link> {
    match index.checked_sub(system.links.len()) {
        None => system.links.get_mut(index),
        Some(direct) => Some(&mut system.direct.get_mut(direct)?.link),
    }
}
