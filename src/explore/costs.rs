//! The numbers a search minimises, in fixed point: what a layer adds on a device, a device that is used, and a link that is cut at a boundary.
//!
//! Layers are added up beforehand: [`Costs::before`] is the cost of all layers of a boundary on one device, so that a partition costs
//! the difference of two of them. Terms that are no sums ([`Term::is_sum`]) stay 0 here.

use super::crossings::{Crossings, Messages};
use super::exact::{Scale, Sums, plus};
use super::homeward::Homeward;
use super::terms::{Term, Varied};
use crate::design::Problem;
use crate::design::traffic::sent_bits;
use crate::link::{Direction, Transfer};
use crate::network::LayerId;
use crate::network::lattice::Lattice;

/// Costs of all layers and links.
pub(crate) struct Costs<'a, const M: usize> {
    pub(crate) problem: &'a Problem<'a>,
    pub(crate) lattice: &'a Lattice,
    pub(crate) terms: [Term; M],
    pub(crate) scales: [Scale; M],
    crossings: &'a Crossings<'a>,
    homeward: Homeward,
    /// By boundary, then by device.
    before: Vec<Sums<M>>,
    /// By layer, then by device: whether the device can run it.
    runs: Vec<bool>,
    /// By device: what it adds when it has layers.
    using: Vec<Sums<M>>,
}

/// By boundary, then by device: the sum over all layers of the boundary.
pub(crate) fn sums_before<const M: usize>(
    lattice: &Lattice,
    devices: usize,
    layer: impl Fn(LayerId, usize) -> Sums<M>,
) -> Vec<Sums<M>> {
    let mut sums = vec![[0; M]; lattice.places().len() * devices];
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

impl<'a, const M: usize> Costs<'a, M> {
    pub(crate) fn new(
        problem: &'a Problem<'a>,
        lattice: &'a Lattice,
        crossings: &'a Crossings<'a>,
        terms: [Term; M],
        homeward: Homeward,
    ) -> Self {
        let devices = problem.system.devices.len();
        let layers = problem.table.flat().layers();
        let mut made = Self {
            problem,
            lattice,
            terms,
            scales: [Scale::WHOLE; M],
            crossings,
            homeward,
            before: Vec::new(),
            runs: Vec::with_capacity(layers * devices),
            using: Vec::new(),
        };
        let costs: Vec<Vec<[f64; M]>> = (0..layers * devices)
            .map(|i| made.layer_terms(i / devices, i % devices))
            .collect();
        made.scales = made.scales_for(&costs);
        let exact = costs.iter().enumerate().map(|(i, terms)| {
            // Its own cost comes first; where partitions do not cost the sum of their layers, it counts with the partition.
            let is_whole = problem.table.row(i % devices).partitions.is_some();
            made.exact_sum(terms.get(usize::from(is_whole)..).unwrap_or_default())
        });
        let exact: Vec<Option<Sums<M>>> = exact.collect();
        made.runs = exact
            .iter()
            .enumerate()
            .map(|(i, sum)| {
                let (layer, device) = (i / devices, i % devices);
                sum.is_some() && problem.table.runs(device, layer) && made.homeward.allows(problem, layer, device)
            })
            .collect();
        // A layer the device cannot run counts nothing: no partition of the device has it.
        let layer = |layer: LayerId, device: usize| exact[layer * devices + device].unwrap_or([0; M]);
        made.before = sums_before(lattice, devices, layer);
        made.using = (0..devices).map(|device| made.device_terms(device)).collect();
        made
    }

    /// Sum over all layers of a boundary on a device.
    pub(crate) fn before(&self, place: usize, device: usize) -> Sums<M> {
        self.before[place * self.problem.system.devices.len() + device]
    }

    /// What computing a partition adds where that is not the sum of its layers.
    pub(crate) fn whole(&self, [latency_s, energy_j]: [f64; 2]) -> Option<Sums<M>> {
        self.exact(self.terms.map(|term| match term {
            Term::Latency | Term::Fixed(_) => latency_s,
            Term::Energy => energy_j,
            _ => 0.0,
        }))
    }

    /// Whether a device can run a layer.
    pub(crate) fn runs(&self, layer: LayerId, device: usize) -> bool {
        self.runs[layer * self.problem.system.devices.len() + device]
    }

    /// What a device adds when it has layers.
    pub(crate) fn using(&self, device: usize) -> Sums<M> {
        self.using[device]
    }

    /// Sizes of a link's messages when it is cut at a boundary, `sender` being the last used device before it.
    pub(crate) fn messages(&self, place: usize, link: usize, sender: Option<usize>) -> Messages {
        let mut messages = self.crossings.messages(place, link, sender);
        let boundary = &self.lattice.places()[place];
        self.homeward.complete(self.problem, boundary, link, &mut messages);
        messages
    }

    /// Cost of cutting a link at a boundary, `sender` being the last used device before it; `None` if it takes for ever or
    /// cannot carry the messages at the frame rate.
    pub(crate) fn link(&self, place: usize, link: usize, sender: Option<usize>) -> Option<Sums<M>> {
        let system = self.problem.system;
        let messages = self.messages(place, link, sender);
        let charged_by_layer = matches!(self.homeward, Homeward::ByLayer);
        let sent = messages.sent(charged_by_layer);
        if let Some(rate_hz) = system.frame_rate_hz
            && (system.link(link).model)
                .shortage(system.link(link).duplex, &sent, rate_hz)
                .is_some()
        {
            return None;
        }
        sent.into_iter().try_fold([0; M], |sum, (bytes, direction)| {
            Some(plus(sum, self.exact(self.message(link, bytes, direction))?))
        })
    }

    /// Cost of cutting all links from device `from` to device `to` at one boundary.
    pub(crate) fn links(&self, place: usize, from: usize, to: usize, sender: Option<usize>) -> Option<Sums<M>> {
        (from..to).try_fold([0; M], |sum, link| Some(plus(sum, self.link(place, link, sender)?)))
    }

    /// Sums in SI units.
    pub(crate) fn values(&self, sums: Sums<M>) -> [f64; M] {
        std::array::from_fn(|i| self.scales[i].value(sums[i]))
    }

    fn exact(&self, terms: [f64; M]) -> Option<Sums<M>> {
        let mut sums = [0; M];
        for i in 0..M {
            sums[i] = self.scales[i].exact(terms[i])?;
        }
        Some(sums)
    }

    fn exact_sum(&self, terms: &[[f64; M]]) -> Option<Sums<M>> {
        terms
            .iter()
            .try_fold([0; M], |sum, &term| Some(plus(sum, self.exact(term)?)))
    }

    /// What a message adds.
    fn message(&self, link: usize, bytes: u64, direction: Direction) -> [f64; M] {
        let transfer = self.problem.system.transfer(link, bytes, direction);
        self.terms
            .map(|term| self.message_term(term, link, transfer, bytes, direction))
    }

    fn message_term(&self, term: Term, link: usize, transfer: Transfer, bytes: u64, direction: Direction) -> f64 {
        let system = self.problem.system;
        match term {
            Term::Latency => transfer.latency_s,
            Term::Energy => transfer.transmit_j + transfer.receive_j,
            Term::LinkBytes => bytes as f64,
            Term::Fixed(varied) if varied.has(link) && system.link(link).model.tunable().is_some() => {
                system.transfer(link, 0, direction).latency_s
            }
            Term::Fixed(_) => transfer.latency_s,
            Term::Bytes(varied) => self.varied_bytes(varied, link, bytes, direction),
            Term::Area | Term::Devices | Term::Interval | Term::Memory | Term::Strain => 0.0,
        }
    }

    /// What a message takes on a varied link per unit of the varied rate.
    fn varied_bytes(&self, varied: Varied, link: usize, bytes: u64, direction: Direction) -> f64 {
        let tunable = self.problem.system.link(link).model.tunable();
        let Some(tunable) = tunable.filter(|_| varied.has(link)) else {
            return 0.0;
        };
        let weighted = bytes as f64 * tunable.weight(direction);
        match varied {
            Varied::One(_) => weighted,
            Varied::All => weighted / tunable.rate_bytes_per_s,
        }
    }

    /// What a layer adds on a device: its own cost, and its outputs' way home where layers pay for that.
    fn layer_terms(&self, layer: LayerId, device: usize) -> Vec<[f64; M]> {
        let problem = self.problem;
        let row = problem.table.row(device);
        let mut all = vec![self.terms.map(|term| match term {
            Term::Latency | Term::Fixed(_) => row.latency_s[layer],
            Term::Energy => row.energy_j[layer],
            _ => 0.0,
        })];
        if self.homeward != Homeward::ByLayer {
            return all;
        }
        let flat = problem.table.flat();
        for &tensor in flat.outputs.get(layer).iter().filter(|&&t| flat.wanted[t]) {
            for link in problem.system.output_at..device {
                let bytes = flat.bytes(tensor, sent_bits(problem, link, device));
                if bytes > 0 {
                    let model = &problem.system.links[link].model;
                    let marginal = model.marginal(bytes, Direction::Back, problem.system.frame_rate_hz);
                    all.push(self.terms.map(|term| match term {
                        // The fixed part is in the cut, not here.
                        Term::Fixed(varied) if varied.has(link) && model.tunable().is_some() => 0.0,
                        _ => self.message_term(term, link, marginal, bytes, Direction::Back),
                    }));
                }
            }
        }
        all
    }

    fn device_terms(&self, device: usize) -> Sums<M> {
        std::array::from_fn(|i| match self.terms[i] {
            Term::Area => self.scales[i]
                .exact(self.problem.system.devices[device].area_m2.unwrap_or(0.0))
                .unwrap_or(0),
            Term::Devices => 1,
            _ => 0,
        })
    }

    /// Scales that hold every layer and every message.
    fn scales_for(&self, layers: &[Vec<[f64; M]>]) -> [Scale; M] {
        let (system, table) = (self.problem.system, self.problem.table);
        let everything = self.crossings.everything();
        let whole: Vec<_> = (0..system.links.len())
            .flat_map(|link| [Direction::Forward, Direction::Back].map(|way| (link, way)))
            .map(|(link, way)| (link, way, system.transfer(link, everything, way)))
            .collect();
        let up_to = |costs: &mut dyn Iterator<Item = f64>| {
            Scale::up_to(costs.filter(|cost| cost.is_finite()).fold(0.0, f64::max))
        };
        std::array::from_fn(|i| match self.terms[i] {
            Term::LinkBytes | Term::Devices | Term::Memory | Term::Strain => Scale::WHOLE,
            Term::Area => up_to(&mut system.devices.iter().filter_map(|d| d.area_m2)),
            Term::Interval => {
                let computing = (0..system.devices.len()).flat_map(|d| &table.row(d).latency_s);
                let sending = whole.iter().map(|(_, _, transfer)| transfer.latency_s);
                up_to(&mut computing.copied().chain(sending))
            }
            term => {
                let computing = layers.iter().flatten().map(|terms| terms[i]);
                let sending = whole.iter();
                let sending =
                    sending.map(|&(link, way, transfer)| self.message_term(term, link, transfer, everything, way));
                up_to(&mut computing.chain(sending))
            }
        })
    }
}
