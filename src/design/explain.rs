//! Where a number comes from: the whole tree from a headline down to parameters with their sources.
//!
//! Every node's value follows from its parts by its formula, so that a person can check it with a calculator; the root is the
//! number [`super::evaluate`] gives. Formulas use `+ − × /`, `max( , )`, `min( , )`, `ceil( )`, `floor( )`, numbers and the symbols of the parts; [`SUM`]
//! stands for the sum of all parts where they are many.

mod bundles;
mod device;
mod layer;
mod link;
mod spatial;
mod transfer;

use super::evaluate::evaluate_chosen;
use super::traffic::Traffic;
use super::{Design, Evaluation, Explanation, Placed, Problem};
use crate::network::LayerId;
use crate::system::routes::Routes;
use crate::units::Unit;
use std::collections::BTreeMap;

/// The formula of a node that is the sum of all its parts.
pub const SUM: &str = "sum of the parts";

/// A number that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Seconds of one inference.
    Latency,
    /// Joules of one inference.
    Energy,
    /// Results per second when pipelined.
    Throughput,
    /// Bytes over all links.
    LinkBytes,
    /// Computing seconds of a device.
    DeviceLatency(usize),
    /// Computing joules of a device.
    DeviceEnergy(usize),
    /// Bytes of memory of a device.
    DeviceMemory(usize),
    /// Average watts of a device.
    DevicePower(usize),
    /// Seconds of all messages of a link.
    LinkTransfer(usize),
    /// Joules of all messages of a link.
    LinkEnergy(usize),
    /// Bytes of all messages sent at a cut.
    CutBytes(usize),
    /// Seconds of a layer.
    LayerLatency {
        /// The layer.
        layer: LayerId,
        /// The device; `None` = its own in the design.
        device: Option<usize>,
    },
    /// Joules of a layer.
    LayerEnergy {
        /// The layer.
        layer: LayerId,
        /// The device; `None` = its own in the design.
        device: Option<usize>,
    },
}

/// Explains a number of a design. Devices, links, cuts and layers must exist; table and design must fit the problem.
pub fn explain(problem: &Problem, design: &Design, quantity: Quantity) -> Explanation {
    problem.chosen(design, |problem| explain_chosen(problem, design, quantity))
}

/// As [`explain`], for a problem whose devices are what the design chose them to be.
fn explain_chosen(problem: &Problem, design: &Design, quantity: Quantity) -> Explanation {
    let placed = Placed::new(problem, design);
    let context = Context {
        problem,
        traffic: Traffic::new(problem, &Routes::of(problem.system), &placed),
        placed,
        evaluation: evaluate_chosen(problem, design),
    };
    let own = |layer: LayerId, device: Option<usize>| device.unwrap_or(context.placed.device_of(layer));
    match quantity {
        Quantity::Latency => context.latency(),
        Quantity::Energy => context.energy(),
        Quantity::Throughput => context.throughput(),
        Quantity::LinkBytes => context.link_bytes(),
        Quantity::DeviceLatency(device) => context.device_latency(device),
        Quantity::DeviceEnergy(device) => context.device_energy(device),
        Quantity::DeviceMemory(device) => context.device_memory(device),
        Quantity::DevicePower(device) => context.device_power(device),
        Quantity::LinkTransfer(link) => context.link_transfer(link),
        Quantity::LinkEnergy(link) => context.link_energy(link),
        Quantity::CutBytes(cut) => context.cut_bytes(cut),
        Quantity::LayerLatency { layer, device } => layer::latency(problem, layer, own(layer, device)),
        Quantity::LayerEnergy { layer, device } => layer::energy(problem, layer, own(layer, device)),
    }
}

/// What all explanations of one design share.
struct Context<'a> {
    problem: &'a Problem<'a>,
    placed: Placed,
    traffic: Traffic,
    evaluation: Evaluation,
}

impl Context<'_> {
    fn latency(&self) -> Explanation {
        let links = self.busy_links().map(|link| self.link_transfer(link));
        let parts = self.used_devices().map(|d| self.device_latency(d)).chain(links);
        let node = Node::new(
            "T",
            "latency of one inference",
            Unit::Seconds,
            self.evaluation.latency_s,
        );
        node.sum(parts.collect())
    }

    fn energy(&self) -> Explanation {
        let links = self.busy_links().map(|link| self.link_energy(link));
        let parts = self.used_devices().map(|d| self.device_energy(d)).chain(links);
        let node = Node::new("E", "energy of one inference", Unit::Joules, self.evaluation.energy_j);
        node.sum(parts.collect())
    }

    fn throughput(&self) -> Explanation {
        let meaning = "results per second when pipelined: the busiest device or link sets the pace";
        let node = Node::new("f", meaning, Unit::PerSecond, self.evaluation.throughput_hz);
        let links = self.busy_links().map(|link| self.link_busy(link));
        let parts: Vec<_> = self
            .used_devices()
            .map(|d| self.device_latency(d))
            .chain(links)
            .collect();
        if parts.is_empty() {
            return node.given("nothing to compute and nothing to send");
        }
        let symbols: Vec<_> = parts.iter().map(|p| p.symbol.as_str()).collect();
        let formula = match symbols.as_slice() {
            [only] => format!("1 / {only}"),
            several => format!("1 / max({})", several.join(", ")),
        };
        node.formula(&formula, parts)
    }

    fn link_bytes(&self) -> Explanation {
        let links = 0..self.evaluation.links.len();
        let messages = links.flat_map(|link| (0..self.evaluation.links[link].messages.len()).map(move |m| (link, m)));
        let parts = messages
            .map(|(link, message)| self.message_bytes(link, message))
            .collect();
        Node::new(
            "b",
            "bytes over all links",
            Unit::Bytes,
            self.evaluation.link_bytes as f64,
        )
        .sum(parts)
    }

    fn used_devices(&self) -> impl Iterator<Item = usize> + '_ {
        let loads = self.evaluation.devices.iter().enumerate();
        loads.filter(|(_, load)| load.layers > 0).map(|(device, _)| device)
    }

    fn busy_links(&self) -> impl Iterator<Item = usize> + '_ {
        let loads = self.evaluation.links.iter().enumerate();
        loads
            .filter(|(_, load)| !load.messages.is_empty())
            .map(|(link, _)| link)
    }
}

/// The letter a device goes by in symbols.
fn letter(device: usize) -> char {
    char::from(b'A' + u8::try_from(device).unwrap_or(0).min(25))
}

/// The recorded source of a parameter.
fn source(sources: &BTreeMap<String, String>, parameter: &str) -> String {
    let found = sources.get(parameter).cloned();
    found.unwrap_or_else(|| "a parameter of the system without a recorded source".to_owned())
}

/// An explanation that still needs a formula or a source.
struct Node(Explanation);

impl Node {
    fn new(symbol: impl Into<String>, meaning: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self(Explanation {
            symbol: symbol.into(),
            meaning: meaning.into(),
            value,
            unit,
            formula: String::new(),
            source: String::new(),
            parts: Vec::new(),
        })
    }

    /// A number that is not computed here.
    fn given(mut self, source: impl Into<String>) -> Explanation {
        self.0.source = source.into();
        self.0
    }

    fn formula(mut self, formula: &str, parts: Vec<Explanation>) -> Explanation {
        self.0.formula = formula.to_owned();
        self.0.parts = parts;
        self.0
    }

    /// The sum of its parts; nothing if there are none.
    fn sum(self, parts: Vec<Explanation>) -> Explanation {
        match parts.len() {
            0 => self.given("there is nothing to add up"),
            1..=4 => {
                let symbols: Vec<_> = parts.iter().map(|p| p.symbol.as_str()).collect();
                let formula = symbols.join(" + ");
                self.formula(&formula, parts)
            }
            _ => self.formula(SUM, parts),
        }
    }
}
