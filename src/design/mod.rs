//! A design and what it costs.

pub mod evaluate;
pub mod explain;
pub mod feeds;
mod limits;
pub(crate) mod memory;
mod metrics;
mod placed;
mod put;
pub mod timeline;
pub(crate) mod traffic;

pub use evaluate::evaluate;
pub use explain::{Quantity, explain};
pub(crate) use limits::exceeds;
pub use metrics::{Metrics, Objective};
use placed::Placed;
pub use timeline::Timeline;

use crate::cost::table::CostTable;
use crate::network::{Ideal, LayerId, Network, Schedule, TensorId};
use crate::system::System;
use serde::{Deserialize, Serialize};

/// Everything a design's numbers depend on apart from the design.
#[derive(Clone, Copy)]
pub struct Problem<'a> {
    /// The network in the view designs are made in.
    pub network: &'a Network,
    /// The order that gives positions their meaning.
    pub schedule: &'a Schedule,
    /// Devices and links.
    pub system: &'a System,
    /// Layer costs of `network` on `system`.
    pub table: &'a CostTable,
    /// Limits of the whole design.
    pub constraints: &'a Constraints,
}

/// A problem in which every device is what a design chose it to be, owning what differs.
pub struct Resolved<'a> {
    problem: Problem<'a>,
    system: System,
    table: CostTable,
}

impl<'a> Problem<'a> {
    /// The problem in which every device is built as this alternative and has no others; designs of it choose 0 everywhere.
    /// One choice per device, each of which must exist.
    pub fn resolved(&self, alternatives: &[usize]) -> Resolved<'a> {
        Resolved {
            system: self.system.resolved(alternatives),
            table: self.table.resolved(alternatives),
            problem: *self,
        }
    }

    /// Does some work on the problem in which every device is what the design chose it to be; where it chose no alternatives,
    /// that is the problem itself.
    pub(crate) fn chosen<T>(&self, design: &Design, work: impl FnOnce(&Problem) -> T) -> T {
        if design.alternatives.iter().all(|&chosen| chosen == 0) {
            work(self)
        } else {
            work(&self.resolved(&design.alternatives).problem())
        }
    }
}

impl Resolved<'_> {
    /// The problem.
    pub fn problem(&self) -> Problem<'_> {
        Problem {
            system: &self.system,
            table: &self.table,
            ..self.problem
        }
    }
}

/// Where every layer runs: an ordered list of (device, boundary after which its partition ends).
///
/// In *chain order* there is one placement per device in system order; an empty partition means the device is unused. Otherwise devices
/// stand in any order and may come again. **Cut** `i` is the boundary `placements[i].end` between placement `i` and the next; the last
/// placement ends with all layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    /// At least one, nested: each `end` contains the one before.
    pub placements: Vec<Placement>,
    /// By device: which of its alternatives it is built as ([`crate::system::Device::alternative`]).
    pub alternatives: Vec<usize>,
}

/// One device's share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Index into [`crate::system::System::devices`].
    pub device: usize,
    /// All layers done when this device is.
    pub end: Ideal,
}

impl Design {
    /// Everything on one device of `devices`.
    pub fn all_on(network: &Network, devices: usize, device: usize) -> Self {
        let layers = network.layers.len();
        let end = |d| {
            if d < device {
                Ideal::empty(layers)
            } else {
                Ideal::full(layers)
            }
        };
        Self {
            placements: (0..devices).map(|d| Placement { device: d, end: end(d) }).collect(),
            alternatives: vec![0; devices],
        }
    }

    /// These placements, all with layers, the last with all that are left: in chain order where their devices stand in order, else as they are.
    pub fn of_placements(devices: usize, placements: Vec<Placement>) -> Self {
        let alternatives = vec![0; devices];
        if !placements.windows(2).all(|pair| pair[0].device < pair[1].device) {
            return Self {
                placements,
                alternatives,
            };
        }
        let layers = placements.last().map_or(0, |placement| placement.end.universe());
        let mut end = Ideal::empty(layers);
        let mut used = placements.into_iter().peekable();
        let in_order = |device: usize| {
            if let Some(placement) = used.next_if(|p| p.device == device) {
                end = placement.end;
            }
            Placement {
                device,
                end: end.clone(),
            }
        };
        let mut placements: Vec<Placement> = (0..devices).map(in_order).collect();
        if let Some(last) = placements.last_mut() {
            last.end = Ideal::full(layers);
        }
        Self {
            placements,
            alternatives,
        }
    }

    /// Cuts at schedule positions (ascending, one fewer than devices).
    pub fn at_positions(schedule: &Schedule, positions: &[usize]) -> Self {
        let layers = schedule.order().len();
        let ends = positions
            .iter()
            .map(|&p| Ideal::prefix(schedule, p))
            .chain([Ideal::full(layers)]);
        Self {
            placements: ends
                .enumerate()
                .map(|(device, end)| Placement { device, end })
                .collect(),
            alternatives: vec![0; positions.len() + 1],
        }
    }

    /// Whether there is one placement per device, in the order of the system.
    pub fn is_in_chain_order(&self, devices: usize) -> bool {
        self.placements.len() == devices && self.placements.iter().enumerate().all(|(i, p)| p.device == i)
    }

    /// Number of cuts, touching ones included.
    pub fn cuts(&self) -> usize {
        self.placements.len().saturating_sub(1)
    }

    /// The boundary of a cut.
    pub fn cut(&self, cut: usize) -> &Ideal {
        &self.placements[cut].end
    }

    /// The device of a layer.
    pub fn device_of(&self, layer: LayerId) -> usize {
        let found = self.placements.iter().find(|p| p.end.contains(layer));
        found.map_or(self.placements.len() - 1, |p| p.device)
    }

    /// Whether a layer belongs to a placement.
    pub fn holds(&self, placement: usize, layer: LayerId) -> bool {
        let is_done_by = |index: usize| self.placements.get(index).is_some_and(|p| p.end.contains(layer));
        is_done_by(placement) && !placement.checked_sub(1).is_some_and(is_done_by)
    }

    /// The device of every layer.
    pub fn assignment(&self, layers: usize) -> Vec<usize> {
        let mut device_of = vec![self.placements.last().map_or(0, |p| p.device); layers];
        for placement in self.placements.iter().rev() {
            for layer in placement.end.iter() {
                device_of[layer] = placement.device;
            }
        }
        device_of
    }

    /// Whether it is a design for this network and system: on its devices, nested, complete.
    pub fn fits(&self, network: &Network, system: &System) -> bool {
        let layers = network.layers.len();
        self.placements.iter().all(|p| p.device < system.devices.len())
            && self.placements.iter().all(|p| p.end.universe() == layers)
            && self.alternatives.len() == system.devices.len()
            && (self.alternatives.iter().zip(&system.devices)).all(|(&chosen, d)| d.alternative(chosen).is_some())
            && self
                .placements
                .windows(2)
                .all(|pair| pair[0].end.is_subset(&pair[1].end))
            && self.placements.last().is_some_and(|p| p.end.len() == layers)
    }

    /// Moves a cut to a boundary; cuts it would cross are pushed along, so that the nesting holds.
    pub fn move_cut(&mut self, cut: usize, to: &Ideal) {
        for (index, placement) in self.placements.iter_mut().enumerate() {
            match index.cmp(&cut) {
                std::cmp::Ordering::Less => placement.end.intersect_with(to),
                std::cmp::Ordering::Equal => placement.end = to.clone(),
                std::cmp::Ordering::Greater => placement.end.union_with(to),
            }
        }
    }
}

/// Limits a design must keep; memory and power limits stand at the devices.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Constraints {
    /// Largest latency of one inference in seconds.
    pub latency_s: Option<f64>,
    /// Largest energy of one inference in joules.
    pub energy_j: Option<f64>,
    /// Least results per second.
    pub throughput_hz: Option<f64>,
    /// Largest area of the devices that have layers, in square metres.
    pub area_m2: Option<f64>,
    /// Largest number of devices that have layers.
    pub most_devices: Option<usize>,
}

/// Everything the window shows about one design; a pure function of network, system, constraints and design.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Seconds from input to output of one inference (compute and transfers in series).
    pub latency_s: f64,
    /// Joules of one inference: compute of all devices and both ends of all links.
    pub energy_j: f64,
    /// Results per second when pipelined: 1 / the busiest device's or link's time. Infinite for a network without cost.
    pub throughput_hz: f64,
    /// What sets the throughput.
    pub bottleneck: Bottleneck,
    /// Bytes over all links.
    pub link_bytes: u64,
    /// Area of the devices that have layers, in square metres.
    pub area_m2: f64,
    /// One per device of the system.
    pub devices: Vec<DeviceLoad>,
    /// One per link of the system, direct ones last.
    pub links: Vec<LinkLoad>,
    /// What happens in one inference, one after the other; their times add up to the latency.
    pub steps: Vec<Step>,
    /// What breaks a limit, in words.
    pub violations: Vec<Violation>,
    /// What had to be assumed, in words, each once.
    pub assumptions: Vec<String>,
}

/// What sets the throughput.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bottleneck {
    /// A device's compute time.
    Device(usize),
    /// A link's busy time.
    Link(usize),
}

/// What a design asks of one device.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeviceLoad {
    /// Number of layers on it; 0 = unused.
    pub layers: usize,
    /// Busy seconds per inference.
    pub compute_s: f64,
    /// Joules of computing per inference.
    pub compute_j: f64,
    /// Joules of its ends of the links per inference.
    pub link_j: f64,
    /// Bytes of weights held.
    pub weight_bytes: u64,
    /// Largest number of bytes of live activations, arriving and passing tensors included (rulings.md 8).
    pub activation_bytes: u64,
    /// Watts on average at the frame rate asked for (else at the design's throughput), idle power included.
    pub power_w: f64,
}

impl DeviceLoad {
    /// Bytes of memory used.
    pub fn memory_bytes(&self) -> u64 {
        self.weight_bytes.saturating_add(self.activation_bytes)
    }
}

/// A part of one inference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// What is busy.
    pub work: Work,
    /// For how many seconds.
    pub seconds: f64,
}

/// What is busy in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A device with the layers of a placement.
    Compute {
        /// Index into [`Design::placements`].
        placement: usize,
        /// The device.
        device: usize,
    },
    /// A link with a message.
    Transfer {
        /// The link.
        link: usize,
        /// Index into its [`LinkLoad::messages`].
        message: usize,
    },
}

/// What a design asks of one link.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkLoad {
    /// Messages over it, in order of time.
    pub messages: Vec<Message>,
    /// Seconds of all its messages (their share of the latency).
    pub transfer_s: f64,
    /// Seconds the link is taken per inference: the sum of both directions if half-duplex, else the larger.
    pub busy_s: f64,
    /// Joules at both ends.
    pub energy_j: f64,
    /// Bytes over it.
    pub bytes: u64,
}

/// One message over one link.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The cut at which it is sent, after the last partition that has run by then; `None` for raw input on its way to the first partition
    /// and for outputs on their way home when all is done.
    pub cut: Option<usize>,
    /// The device that sends it.
    pub from: usize,
    /// The device that receives it.
    pub to: usize,
    /// Whether it goes to a device that comes later in the system.
    pub forward: bool,
    /// The tensors in it, ascending, each once however many consumers it has.
    pub tensors: Vec<TensorId>,
    /// Its size.
    pub bytes: u64,
    /// Seconds it takes.
    pub latency_s: f64,
    /// Joules at both ends.
    pub energy_j: f64,
}

/// A broken limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// Which limit.
    pub limit: Limit,
    /// The whole sentence: what, by how much, made of what.
    pub text: String,
}

/// The limits a design can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Latency of one inference.
    Latency,
    /// Energy of one inference.
    Energy,
    /// Results per second.
    Throughput,
    /// Area of the devices that have layers.
    Area,
    /// Number of devices that have layers.
    Devices,
    /// Bandwidth of a link at the frame rate.
    Bandwidth(usize),
    /// Memory of a device.
    Memory(usize),
    /// Average power of a device.
    Power(usize),
    /// A device cannot run a layer at all.
    Unsupported(usize),
}

/// A number together with how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The symbol in its parent's formula, for example `t_A`.
    pub symbol: String,
    /// What it is, in words.
    pub meaning: String,
    /// Its value in SI base units.
    pub value: f64,
    /// How the value is shown.
    pub unit: crate::units::Unit,
    /// The formula over the symbols of `parts`; empty for a given number.
    pub formula: String,
    /// Where a given number comes from: a preset with its source, the network file, the user.
    pub source: String,
    /// The numbers the formula uses.
    pub parts: Vec<Explanation>,
}
