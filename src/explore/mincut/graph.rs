//! A sub-problem as a flow network (Ishikawa, IEEE PAMI 25(10), 2003): its least cut is its best design.
//!
//! Every layer has a vertex per link, on the source's side if the layer runs beyond the link. The vertices of a layer form a column from source
//! to sink whose arcs are its costs on the devices, so that exactly one of them is cut. What must not be has arcs without end: a
//! layer is not beyond a link without being beyond all earlier ones, and not before a layer it reads from.
//!
//! A tensor pays for a link once however many layers read it: where several could make it travel, a vertex of its own stands for
//! "some reader is beyond", and the arc to the producer's vertex is its cost. A message's constant part is paid in the same way, by a vertex
//! for "something is sent" ([`super::messages`]).

use super::flow::{Amount, ArcId, Cancelled, ENDLESS, Flow, FlowNetwork, LeastCut, Vertex};
use super::guess::Guess;
use super::messages::{Charge, charge_messages};
use super::terms::{Kind, Terms, Weights, weigh};
use crate::design::traffic::{raw_bits, sent_bits};
use crate::network::{LayerId, TensorId};

const SOURCE: Vertex = 0;
const SINK: Vertex = 1;

/// The flow network of a sub-problem.
pub(crate) struct Graph<'a> {
    pub(crate) terms: &'a Terms<'a>,
    pub(crate) guess: &'a Guess,
    weights: Weights,
    network: FlowNetwork,
    /// By layer, then by device: the arc that is cut when the layer runs there.
    columns: Vec<ArcId>,
    /// What every design of the sub-problem pays on top of its cut.
    paid: i128,
    /// By link and [`Kind`].
    charges: Vec<[Charge; 3]>,
}

/// A sub-problem whose flow is under way.
#[derive(Debug, Clone)]
pub(crate) struct Solver {
    flow: Flow,
    layers: usize,
    devices: usize,
    columns: Vec<ArcId>,
    paid: i128,
    charges: Vec<[Charge; 3]>,
}

/// The best design of a sub-problem.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Solved {
    /// By layer.
    pub(crate) device_of: Vec<usize>,
    /// Its weighted sum as the sub-problem charges it: no design of the sub-problem costs less.
    pub(crate) charged: Amount,
    /// By link and [`Kind`]: whether the constant part of the message is in it.
    pub(crate) paid_for: Vec<[bool; 3]>,
}

impl<'a> Graph<'a> {
    /// The flow network of a sub-problem; `None` if the guess contradicts itself or some layer has no device.
    pub(crate) fn solver(terms: &'a Terms<'a>, guess: &'a Guess, weights: Weights) -> Option<Solver> {
        let mut made = Self {
            terms,
            guess,
            weights,
            network: FlowNetwork::default(),
            columns: Vec::new(),
            paid: 0,
            charges: Vec::new(),
        };
        let flat = terms.problem.table.flat();
        for _ in 0..2 + flat.layers() * terms.links() {
            made.network.vertex();
        }
        for layer in 0..flat.layers() {
            made.column(layer)?;
        }
        for tensor in 0..flat.tensors() {
            for link in 0..terms.links() {
                match flat.producer[tensor] {
                    Some(producer) => made.made_tensor(tensor, producer, link),
                    None => made.raw_tensor(tensor, link)?,
                }
            }
        }
        for device in (0..terms.devices()).filter(|&device| guess.used[device] == Some(true)) {
            made.pay(weigh(terms.area(device), weights));
        }
        made.charges = charge_messages(&mut made)?;
        Some(Solver {
            flow: Flow::new(&made.network, SOURCE, SINK),
            layers: flat.layers(),
            devices: terms.devices(),
            columns: made.columns,
            paid: made.paid,
            charges: made.charges,
        })
    }

    /// The vertex that is with the source if a layer runs beyond a link.
    pub(crate) fn beyond(&self, layer: LayerId, link: usize) -> Vertex {
        (2 + layer * self.terms.links() + link) as Vertex
    }

    /// Charges every design of the sub-problem.
    pub(crate) fn pay(&mut self, amount: Amount) {
        self.paid += amount as i128;
    }

    /// Takes back what was charged to every design.
    pub(crate) fn refund(&mut self, amount: Amount) {
        self.paid -= amount as i128;
    }

    /// What the constant part of a message weighs.
    pub(crate) fn message(&self, link: usize, kind: Kind) -> Amount {
        weigh(self.terms.message(link, kind), self.weights)
    }

    /// Charges designs in which some of these layers run beyond a link; the vertex that is with the source then.
    pub(crate) fn charge_beyond(&mut self, layers: &[LayerId], link: usize, amount: Amount) -> Option<Vertex> {
        let some = self.some(layers, link, true)?;
        self.network.arc(some, SINK, amount, 0);
        Some(some)
    }

    /// Charges designs in which some of these layers run before a link; the vertex that is with the sink then.
    pub(crate) fn charge_before(&mut self, layers: &[LayerId], link: usize, amount: Amount) -> Option<Vertex> {
        let some = self.some(layers, link, false)?;
        self.network.arc(SOURCE, some, amount, 0);
        Some(some)
    }

    /// A vertex that is on the given side as soon as one of these layers is.
    fn some(&mut self, layers: &[LayerId], link: usize, beyond: bool) -> Option<Vertex> {
        if let [only] = layers {
            return Some(self.beyond(*only, link));
        }
        let (&first, _) = layers.split_first()?;
        debug_assert!(first < self.terms.problem.table.flat().layers());
        let some = self.network.vertex();
        for &layer in layers {
            let layer = self.beyond(layer, link);
            let (from, to) = if beyond { (layer, some) } else { (some, layer) };
            self.network.arc(from, to, ENDLESS, 0);
        }
        Some(some)
    }

    /// The costs of a layer on every device; `None` if it can run on none.
    fn column(&mut self, layer: LayerId) -> Option<()> {
        let devices = self.terms.devices();
        let costs: Vec<Option<Amount>> = (0..devices).map(|device| self.layer(layer, device)).collect();
        let least = costs.iter().flatten().copied().min()?;
        self.pay(least);
        if devices == 1 {
            return Some(());
        }
        for (device, cost) in costs.into_iter().enumerate() {
            let cost = cost.map_or(ENDLESS, |cost| cost - least);
            let from = device.checked_sub(1).map_or(SOURCE, |link| self.beyond(layer, link));
            let arc = if device + 1 == devices {
                self.network.arc(from, SINK, cost, 0)
            } else {
                let to = self.beyond(layer, device);
                let back = if device == 0 { 0 } else { ENDLESS };
                self.network.arc(from, to, cost, back)
            };
            self.columns.push(arc);
        }
        Some(())
    }

    /// What a layer adds on a device, its outputs' way home included; `None` if it must not run there.
    fn layer(&self, layer: LayerId, device: usize) -> Option<Amount> {
        if self.guess.used[device] == Some(false) {
            return None;
        }
        let problem = self.terms.problem;
        let flat = problem.table.flat();
        let mut sum = weigh(self.terms.layer(layer, device)?, self.weights);
        let outputs = flat.outputs.get(layer).iter().copied();
        for tensor in outputs.filter(|&t| flat.wanted[t]) {
            for link in problem.system.output_at..device {
                let bits = sent_bits(problem, link, device);
                let home = self.tensor(tensor, link, Kind::OutputBack, bits);
                sum += (home < ENDLESS).then_some(home)?;
            }
        }
        Some(sum)
    }

    /// What a tensor adds to a message; without end if there must be no such message or nothing can be sent.
    fn tensor(&self, tensor: TensorId, link: usize, kind: Kind, bits: u32) -> Amount {
        if !self.terms.has_bytes(tensor) {
            return 0;
        }
        let may_be_sent = self.guess.sent[link][kind as usize] != Some(false);
        let cost = self.terms.tensor(tensor, link, kind, bits).filter(|_| may_be_sent);
        cost.map_or(ENDLESS, |cost| weigh(cost, self.weights))
    }

    /// Order of a tensor's readers after its producer, and its cost if they are beyond a link and the producer is not.
    fn made_tensor(&mut self, tensor: TensorId, producer: LayerId, link: usize) {
        let problem = self.terms.problem;
        let flat = problem.table.flat();
        let readers = flat.consumers.get(tensor);
        let made = self.beyond(producer, link);
        // Without a device that could send, the producer cannot be before the link either.
        let sender = self.guess.sender(self.terms, link);
        let forward = sender.map_or(0, |device| {
            let bits = sent_bits(problem, link, device);
            self.tensor(tensor, link, Kind::Forward, bits)
        });
        let is_wanted_beyond = flat.wanted[tensor] && problem.system.output_at > link;
        if is_wanted_beyond {
            self.network.arc(SOURCE, made, forward, 0);
        }
        match readers {
            [only] if !is_wanted_beyond => {
                let reader = self.beyond(*only, link);
                self.network.arc(made, reader, ENDLESS, forward);
                return;
            }
            _ if !is_wanted_beyond => {
                if let Some(some) = self.some(readers, link, true) {
                    self.network.arc(some, made, forward, 0);
                }
            }
            _ => {}
        }
        for &reader in readers {
            let reader = self.beyond(reader, link);
            self.network.arc(made, reader, ENDLESS, 0);
        }
    }

    /// The cost of a raw input over a link; `None` if it must travel but must not.
    fn raw_tensor(&mut self, tensor: TensorId, link: usize) -> Option<()> {
        let problem = self.terms.problem;
        let flat = problem.table.flat();
        let readers = flat.consumers.get(tensor);
        let bits = raw_bits(problem, link);
        let arrives_before = problem.system.input_at <= link;
        let wanted_before = flat.wanted[tensor] && problem.system.output_at <= link;
        let wanted_beyond = flat.wanted[tensor] && problem.system.output_at > link;
        if arrives_before {
            let forward = self.tensor(tensor, link, Kind::Forward, bits);
            if wanted_beyond {
                self.pay((forward < ENDLESS).then_some(forward)?);
            } else {
                self.charge_beyond(readers, link, forward);
            }
            return Some(());
        }
        let back = self.tensor(tensor, link, Kind::InputBack, bits);
        if wanted_before {
            let home = self.tensor(tensor, link, Kind::OutputBack, bits);
            // It travels with the raw inputs if it is read before the link, else with the outputs, at the same cost.
            let either = back.min(home);
            self.pay((either < ENDLESS).then_some(either)?);
            if back == ENDLESS {
                self.charge_before(readers, link, ENDLESS);
            }
            if home == ENDLESS {
                match readers {
                    [] => return None,
                    [only] => {
                        self.charge_beyond(&[*only], link, ENDLESS);
                    }
                    // "Not all beyond" cannot be said in a cut: the sub-problem stays wider than its guess.
                    _ => {}
                }
            }
        } else {
            self.charge_before(readers, link, back);
        }
        Some(())
    }
}

impl Solver {
    /// From now on a layer runs on this device.
    pub(crate) fn force(&mut self, layer: LayerId, device: usize) {
        let column = self.columns.chunks(self.devices).nth(layer);
        for (other, &arc) in column.into_iter().flatten().enumerate() {
            if other != device {
                self.flow.never_cut(arc);
            }
        }
    }

    /// The best design, if it is charged less than `below`.
    pub(crate) fn solve(&mut self, below: Amount, cancel: &dyn Fn() -> bool) -> Result<Option<Solved>, Cancelled> {
        let room = i128::try_from(below).unwrap_or(i128::MAX).saturating_sub(self.paid);
        let Some(limit) = Amount::try_from(room).ok().and_then(|room| room.checked_sub(1)) else {
            return Ok(None);
        };
        let cut = self.flow.least_cut(limit, cancel)?;
        Ok(cut.map(|cut| self.solved(&cut)))
    }

    fn solved(&self, cut: &LeastCut) -> Solved {
        let links = self.devices - 1;
        let of_layer = |layer: usize| &cut.with_source[2 + layer * links..2 + (layer + 1) * links];
        let device = |layer: usize| of_layer(layer).iter().filter(|&&beyond| beyond).count();
        Solved {
            device_of: (0..self.layers).map(device).collect(),
            charged: cut.amount.saturating_add_signed(self.paid),
            paid_for: self
                .charges
                .iter()
                .map(|charges| charges.map(|charge| charge.is_paid(&cut.with_source)))
                .collect(),
        }
    }
}
