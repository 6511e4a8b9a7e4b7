//! The two sums a search minimises, in fixed point: what a layer adds on a device and what cutting a link at a boundary adds.
//!
//! Layers are added up beforehand: [`Costs::before`] is the cost of all layers of a boundary on one device, so that a partition costs
//! the difference of two of them.
//!
//! An output made beyond the link where it is wanted pays for its way home where it is made, at the width of the device that made it;
//! what is fixed about that message is paid with the cut, where it is known whether there is such a message at all.

use super::crossings::{Crossings, Messages};
use super::exact::{Pair, Scale, plus};
use crate::design::Problem;
use crate::design::traffic::sent_bits;
use crate::link::{Direction, Transfer};
use crate::network::LayerId;
use crate::network::lattice::Lattice;

/// Which two sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Latency in seconds and energy in joules.
    LatencyEnergy,
    /// Latency in seconds without the time this link takes for its bytes, and the bytes over it.
    LatencyBytes(usize),
}

/// Costs of all layers and links for one aim.
pub(crate) struct Costs<'a> {
    pub(crate) problem: &'a Problem<'a>,
    pub(crate) lattice: &'a Lattice,
    aim: Aim,
    crossings: Crossings<'a>,
    scales: [Scale; 2],
    /// By boundary, then by device.
    before: Vec<Pair>,
    /// By layer, then by device: whether the device can run it.
    runs: Vec<bool>,
}

/// By boundary, then by device: the sum over all layers of the boundary.
pub(crate) fn sums_before(lattice: &Lattice, devices: usize, layer: impl Fn(LayerId, usize) -> Pair) -> Vec<Pair> {
    let mut sums = vec![[0, 0]; lattice.places().len() * devices];
    for place in 0..lattice.places().len() {
        for step in lattice.steps(place) {
            for device in 0..devices {
                let sum = plus(sums[place * devices + device], layer(step.layer, device));
                sums[step.to * devices + device] = sum;
            }
        }
    }
    sums
}

impl<'a> Costs<'a> {
    pub(crate) fn new(problem: &'a Problem<'a>, lattice: &'a Lattice, aim: Aim) -> Self {
        let devices = problem.system.devices.len();
        let layers = problem.table.flat().layers();
        let mut made = Self {
            problem,
            lattice,
            aim,
            crossings: Crossings::new(problem, lattice),
            scales: [Scale::up_to(0.0); 2],
            before: Vec::new(),
            runs: Vec::with_capacity(layers * devices),
        };
        let costs: Vec<Vec<[f64; 2]>> = (0..layers * devices)
            .map(|i| made.layer_terms(i / devices, i % devices))
            .collect();
        made.scales = made.scales_for(&costs);
        let exact: Vec<Option<Pair>> = costs.iter().map(|terms| made.exact_sum(terms)).collect();
        made.runs = exact.iter().map(Option::is_some).collect();
        // A layer the device cannot run counts nothing: no partition of the device has it.
        let layer = |layer: LayerId, device: usize| exact[layer * devices + device].unwrap_or_default();
        made.before = sums_before(lattice, devices, layer);
        made
    }

    /// Sum over all layers of a boundary on a device.
    pub(crate) fn before(&self, place: usize, device: usize) -> Pair {
        self.before[place * self.problem.system.devices.len() + device]
    }

    /// Whether a device can run a layer.
    pub(crate) fn runs(&self, layer: LayerId, device: usize) -> bool {
        self.runs[layer * self.problem.system.devices.len() + device]
    }

    /// Sizes of a link's messages when it is cut at a boundary.
    pub(crate) fn messages(&self, place: usize, link: usize, sender: Option<usize>) -> Messages {
        self.crossings.messages(place, link, sender)
    }

    /// Cost of cutting a link at a boundary, `sender` being the last used device before it; `None` if it takes for ever.
    pub(crate) fn link(&self, place: usize, link: usize, sender: Option<usize>) -> Option<Pair> {
        let messages = self.messages(place, link, sender);
        let sent = [
            (messages.input_back, Direction::Back),
            (messages.forward, Direction::Forward),
        ];
        let sent = sent.into_iter().filter(|&(bytes, _)| bytes > 0);
        let mut sum = [0, 0];
        for (bytes, direction) in sent.chain(messages.output_back.map(|bytes| (bytes, Direction::Back))) {
            let terms = self.message(link, bytes, direction);
            sum = plus(sum, self.exact(terms)?);
        }
        Some(sum)
    }

    /// Cost of cutting all links from device `from` to device `to` at one boundary.
    pub(crate) fn links(&self, place: usize, from: usize, to: usize, sender: Option<usize>) -> Option<Pair> {
        (from..to).try_fold([0, 0], |sum, link| Some(plus(sum, self.link(place, link, sender)?)))
    }

    /// Sums in SI units.
    pub(crate) fn values(&self, sums: Pair) -> [f64; 2] {
        [self.scales[0].value(sums[0]), self.scales[1].value(sums[1])]
    }

    fn exact(&self, terms: [f64; 2]) -> Option<Pair> {
        Some([self.scales[0].exact(terms[0])?, self.scales[1].exact(terms[1])?])
    }

    fn exact_sum(&self, terms: &[[f64; 2]]) -> Option<Pair> {
        terms
            .iter()
            .try_fold([0, 0], |sum, &term| Some(plus(sum, self.exact(term)?)))
    }

    /// What a message adds to the two sums.
    fn message(&self, link: usize, bytes: u64, direction: Direction) -> [f64; 2] {
        let system = self.problem.system;
        self.terms(link, system.transfer(link, bytes, direction), bytes, direction)
    }

    fn terms(&self, link: usize, transfer: Transfer, bytes: u64, direction: Direction) -> [f64; 2] {
        match self.aim {
            Aim::LatencyEnergy => [transfer.latency_s, transfer.transmit_j + transfer.receive_j],
            Aim::LatencyBytes(varied) if varied == link => {
                let fixed = self.problem.system.transfer(link, 0, direction);
                let tunable = self.problem.system.link(link).model.tunable();
                // Only links with such a rate are varied.
                let weight = tunable.map_or(1.0, |tunable| tunable.weight(direction));
                [fixed.latency_s, bytes as f64 * weight]
            }
            Aim::LatencyBytes(_) => [transfer.latency_s, 0.0],
        }
    }

    /// What a layer adds on a device: its own cost and its outputs' way home.
    fn layer_terms(&self, layer: LayerId, device: usize) -> Vec<[f64; 2]> {
        let problem = self.problem;
        let row = problem.table.row(device);
        let mut terms = vec![match self.aim {
            Aim::LatencyEnergy => [row.latency_s[layer], row.energy_j[layer]],
            Aim::LatencyBytes(_) => [row.latency_s[layer], 0.0],
        }];
        let flat = problem.table.flat();
        for &tensor in flat.outputs.get(layer).iter().filter(|&&t| flat.wanted[t]) {
            for link in problem.system.output_at..device {
                let bytes = flat.bytes(tensor, sent_bits(problem, link, device));
                if bytes > 0 {
                    let model = &problem.system.links[link].model;
                    let marginal = model.marginal(bytes, Direction::Back, problem.system.frame_rate_hz);
                    let [latency, other] = self.terms(link, marginal, bytes, Direction::Back);
                    // The fixed part is in the cut, not here.
                    let latency = match self.aim {
                        Aim::LatencyBytes(varied) if varied == link => 0.0,
                        _ => latency,
                    };
                    terms.push([latency, other]);
                }
            }
        }
        terms
    }

    /// Scales that hold every layer and every message.
    fn scales_for(&self, layers: &[Vec<[f64; 2]>]) -> [Scale; 2] {
        let flat = self.problem.table.flat();
        let widest = self.problem.system.devices.iter().map(|d| d.bits);
        let widest = widest.chain(self.problem.system.links.iter().filter_map(|l| l.bits));
        let widest = widest.chain([self.problem.system.input_bits]).max().unwrap_or(0);
        let all = (0..flat.tensors()).fold(0_u64, |sum, t| sum.saturating_add(flat.bytes(t, widest)));
        let links = 0..self.problem.system.links.len();
        let messages = links.flat_map(|l| [Direction::Forward, Direction::Back].map(|way| self.message(l, all, way)));
        let terms = layers.iter().flatten().copied().chain(messages);
        terms
            .fold([0.0, 0.0], |most: [f64; 2], term| {
                let finite = |i: usize| {
                    if term[i].is_finite() {
                        most[i].max(term[i])
                    } else {
                        most[i]
                    }
                };
                [finite(0), finite(1)]
            })
            .map(Scale::up_to)
    }
}
