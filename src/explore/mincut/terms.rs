//! The two sums of a design as whole numbers: what layers, tensors on links, messages and devices add to them.
//!
//! Both sums are scaled so that no design reaches 2^60. Products with weights of as many bits then still fit into 128 bits, and no
//! sum is ever rounded: two designs cost the same or they do not.

use super::super::exact::{Pair, Scale, plus};
use super::super::{Objective, Problem};
use super::flow::Amount;
use super::line::{Line, Sizes};
use crate::link::Direction;
use crate::network::{LayerId, TensorId};

/// No sum has more bits.
pub(crate) const BITS: u32 = 60;

/// The weights of the two sums, below 2^[`BITS`] or one of them equal to it.
pub(crate) type Weights = [Amount; 2];

/// What messages a link can carry, in order of time (see `design::traffic`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Raw inputs on their way back to a reader.
    InputBack,
    /// Everything on its way forward.
    Forward,
    /// Outputs on their way home.
    OutputBack,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::InputBack, Self::Forward, Self::OutputBack];

    /// Which way it goes.
    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::Forward => Direction::Forward,
            Self::InputBack | Self::OutputBack => Direction::Back,
        }
    }
}

/// Costs of two additive objectives.
pub(crate) struct Terms<'a> {
    pub(crate) problem: &'a Problem<'a>,
    scales: [Scale; 2],
    /// By layer, then by device; `None` where the device cannot run the layer.
    layers: Vec<Option<Pair>>,
    /// By device: what it adds when it has layers.
    areas: Vec<Pair>,
    /// By link: forward and back.
    lines: Vec<[Line; 2]>,
}

impl<'a> Terms<'a> {
    /// Of objectives that are sums ([`is_sum`]).
    pub(crate) fn new(problem: &'a Problem<'a>, objectives: [Objective; 2]) -> Self {
        let devices = &problem.system.devices;
        let layers = problem.table.flat().layers();
        let sizes = sizes(problem);
        let lines: Vec<_> = (0..problem.system.links.len())
            .map(|link| {
                [Direction::Forward, Direction::Back]
                    .map(|way| Line::below(problem.system, link, way, objectives, sizes))
            })
            .collect();
        let layer = |i: usize| layer_terms(problem, objectives, i / devices.len(), i % devices.len());
        let costs: Vec<[f64; 2]> = (0..layers * devices.len()).map(layer).collect();
        let areas: Vec<[f64; 2]> = (0..devices.len()).map(|d| area_terms(problem, objectives, d)).collect();
        let scales = [0, 1].map(|o| {
            let widest = |layer: &[[f64; 2]]| {
                let all = layer.iter().map(|terms| terms[o]).filter(|cost| cost.is_finite());
                all.fold(0.0, f64::max)
            };
            let computing: f64 = costs.chunks(devices.len()).map(widest).sum();
            let area: f64 = areas.iter().map(|terms| terms[o]).sum();
            Scale::within(computing + area + sending(sizes.most, &lines, o), BITS as i32 - 2)
        });
        let exact = |terms: &[f64; 2]| Some([scales[0].exact(terms[0])?, scales[1].exact(terms[1])?]);
        Self {
            problem,
            layers: costs.iter().map(exact).collect(),
            areas: areas.iter().map(|terms| exact(terms).unwrap_or_default()).collect(),
            lines,
            scales,
        }
    }

    /// Number of devices.
    pub(crate) fn devices(&self) -> usize {
        self.areas.len()
    }

    /// Number of links.
    pub(crate) fn links(&self) -> usize {
        self.lines.len()
    }

    /// What a layer adds on a device; `None` if the device cannot run it.
    pub(crate) fn layer(&self, layer: LayerId, device: usize) -> Option<Pair> {
        self.layers[layer * self.areas.len() + device]
    }

    /// What a device adds when it has layers.
    pub(crate) fn area(&self, device: usize) -> Pair {
        self.areas[device]
    }

    /// What a tensor of `bits` per element (its own width going first) adds to a message; `None` where nothing can be sent.
    pub(crate) fn tensor(&self, tensor: TensorId, link: usize, kind: Kind, bits: u32) -> Option<Pair> {
        let bytes = self.problem.table.flat().bytes(tensor, bits) as f64;
        let line = self.line(link, kind);
        line.is_open()
            .then(|| [0, 1].map(|o| self.whole(o, line.per_byte[o] * bytes)))
    }

    /// What a message adds whatever is in it.
    pub(crate) fn message(&self, link: usize, kind: Kind) -> Pair {
        let line = self.line(link, kind);
        [0, 1].map(|o| self.whole(o, line.fixed[o]))
    }

    fn whole(&self, objective: usize, cost: f64) -> i128 {
        self.scales[objective].exact(cost).unwrap_or_default()
    }

    /// Whether a tensor takes any bytes: without them it is not sent.
    pub(crate) fn has_bytes(&self, tensor: TensorId) -> bool {
        self.problem.table.flat().bytes(tensor, 1) > 0
    }

    /// Sums in SI units.
    pub(crate) fn values(&self, sums: Pair) -> [f64; 2] {
        [0, 1].map(|o| self.scales[o].value(sums[o]))
    }

    /// Whether every link costs exactly what its line says.
    pub(crate) fn links_are_exact(&self) -> bool {
        self.lines.iter().flatten().all(|line| line.exact)
    }

    fn line(&self, link: usize, kind: Kind) -> &Line {
        &self.lines[link][usize::from(kind.direction() == Direction::Back)]
    }
}

/// Whether an objective is a sum over layers, messages and devices.
pub(crate) fn is_sum(objective: Objective) -> bool {
    match objective {
        Objective::Latency | Objective::Energy | Objective::LinkBytes | Objective::Area => true,
        Objective::Interval | Objective::Memory => false,
    }
}

/// A weighted sum of two sums.
pub(crate) fn weigh(sums: Pair, weights: Weights) -> Amount {
    // Sums of costs are not negative.
    (0..2).map(|o| sums[o].unsigned_abs() * weights[o]).sum()
}

/// Component-wise sum of many.
pub(crate) fn total(pairs: impl Iterator<Item = Pair>) -> Pair {
    pairs.fold([0, 0], plus)
}

fn layer_terms(problem: &Problem, objectives: [Objective; 2], layer: LayerId, device: usize) -> [f64; 2] {
    let row = problem.table.row(device);
    objectives.map(|objective| match objective {
        Objective::Latency => row.latency_s[layer],
        Objective::Energy => row.energy_j[layer],
        _ if problem.table.runs(device, layer) => 0.0,
        _ => f64::INFINITY,
    })
}

fn area_terms(problem: &Problem, objectives: [Objective; 2], device: usize) -> [f64; 2] {
    let area_m2 = problem.system.devices[device].area_m2;
    let asked = |objective: &Objective| *objective == Objective::Area;
    objectives.map(|objective| area_m2.filter(|_| asked(&objective)).unwrap_or(0.0))
}

/// The sizes of messages: none has more than all tensors at the largest width, and most are about as large as a tensor.
fn sizes(problem: &Problem) -> Sizes {
    let system = problem.system;
    let widths = system.devices.iter().map(|d| d.bits);
    let widths = widths.chain(system.links.iter().filter_map(|l| l.bits));
    let widest = widths.chain([system.input_bits]).max().unwrap_or(0);
    let flat = problem.table.flat();
    let most = (0..flat.tensors()).fold(0_u64, |sum, t| sum.saturating_add(flat.bytes(t, widest)));
    Sizes {
        typical: most as f64 / flat.tensors().max(1) as f64,
        most,
    }
}

/// At least what all links can add to an objective: every tensor over every link at the largest width, and all messages.
fn sending(most_bytes: u64, lines: &[[Line; 2]], objective: usize) -> f64 {
    let both = lines.iter().flatten().filter(|line| line.is_open());
    both.map(|line| 2.0 * line.fixed[objective] + most_bytes as f64 * line.per_byte[objective])
        .sum()
}
