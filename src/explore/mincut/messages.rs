//! The constant part of messages in a flow network: which message there is, said by a vertex or two.
//!
//! That a message exists is a fact about a whole cut, and not every such fact can be said by a cut's cost. But in a network that hangs together
//! it comes down to whether some layer runs beyond the link, or before it:
//!
//! - raw inputs come back if a reader of one is before the link, outputs go home if the producer of one is beyond it;
//! - if raw inputs arrive before the link, something goes forward as soon as a layer beyond it depends on them, since what it depends on
//!   must cross somewhere; if they arrive beyond it and outputs are wanted there, as soon as an output depends on a layer before it; if they
//!   are wanted before it, as soon as layers of one connected part are on both sides.
//!
//! Where tensors without bytes, layers without inputs or parts without connection make it less simple, what is charged here is less than
//! the truth, and the search over guesses does the rest.

use super::flow::Vertex;
use super::graph::Graph;
use super::terms::{Kind, Terms};
use crate::network::{LayerId, TensorId};
use petgraph::unionfind::UnionFind;

/// How the constant part of a message is charged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Charge {
    /// Never.
    Never,
    /// To every design, or there is nothing to charge.
    Always,
    /// If a vertex is with the source.
    Beyond(Vertex),
    /// If a vertex is with the sink.
    Before(Vertex),
    /// If the first vertex is with the source and the second with the sink.
    Both(Vertex, Vertex),
}

impl Charge {
    /// Whether a cut pays it.
    pub(crate) fn is_paid(self, with_source: &[bool]) -> bool {
        let beyond = |vertex: Vertex| with_source.get(vertex as usize) == Some(&true);
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Beyond(vertex) => beyond(vertex),
            Self::Before(vertex) => !beyond(vertex),
            Self::Both(some_beyond, some_before) => beyond(some_beyond) && !beyond(some_before),
        }
    }
}

/// When there is a message, or at least when there is one for sure.
enum There {
    Always,
    /// As soon as some of these layers are beyond the link.
    Beyond(Vec<LayerId>),
    /// As soon as some of these layers are before the link.
    Before(Vec<LayerId>),
    /// As soon as some of the first are beyond and some of the others before it.
    Both(Vec<LayerId>, Vec<LayerId>),
}

/// Charges the messages of every link; `None` if one must not be there but always is.
pub(crate) fn charge_messages(graph: &mut Graph) -> Option<Vec<[Charge; 3]>> {
    let paths = Paths::new(graph.terms);
    let mut charges = vec![[Charge::Never; 3]; graph.terms.links()];
    for (link, charges) in charges.iter_mut().enumerate() {
        for (kind, charge) in Kind::ALL.into_iter().zip(charges) {
            let amount = graph.message(link, kind);
            *charge = match graph.guess.sent[link][kind as usize] {
                _ if amount == 0 => Charge::Always,
                Some(false) => Charge::Never,
                Some(true) => {
                    graph.pay(amount);
                    Charge::Always
                }
                None => match paths.when(graph.terms, link, kind) {
                    There::Always => {
                        graph.pay(amount);
                        Charge::Always
                    }
                    There::Beyond(layers) => {
                        let vertex = graph.charge_beyond(&layers, link, amount);
                        vertex.map_or(Charge::Never, Charge::Beyond)
                    }
                    There::Before(layers) => {
                        let vertex = graph.charge_before(&layers, link, amount);
                        vertex.map_or(Charge::Never, Charge::Before)
                    }
                    There::Both(beyond, before) => {
                        // There is always one of the two: taking the amount back leaves it charged where both hold.
                        graph.refund(amount);
                        let beyond = graph.charge_beyond(&beyond, link, amount)?;
                        let before = graph.charge_before(&before, link, amount)?;
                        Charge::Both(beyond, before)
                    }
                },
            };
        }
    }
    Some(charges)
}

/// Layers that tell whether something crosses a link.
struct Paths {
    /// Layers that depend on raw inputs and on which no other depends.
    last_fed: Vec<LayerId>,
    /// Whether an output depends on raw inputs.
    feeds_output: bool,
    /// Layers on which outputs depend and that depend on no other.
    first_draining: Vec<LayerId>,
    /// First and last layers of the largest part that hangs together by tensors with bytes; none if no layers do.
    part: Option<(Vec<LayerId>, Vec<LayerId>)>,
}

impl Paths {
    fn new(terms: &Terms) -> Self {
        let flat = terms.problem.table.flat();
        let sized = |tensors: &[TensorId]| -> Vec<TensorId> {
            tensors.iter().copied().filter(|&t| terms.has_bytes(t)).collect()
        };
        let (inputs, outputs): (Vec<_>, Vec<_>) = (0..flat.layers())
            .map(|layer| (sized(flat.inputs.get(layer)), sized(flat.outputs.get(layer))))
            .unzip();
        let is_last = |layer: LayerId| outputs[layer].iter().all(|&t| flat.consumers.get(t).is_empty());
        let is_first = |layer: LayerId| inputs[layer].iter().all(|&t| flat.producer[t].is_none());
        let order = terms.problem.schedule.order();
        let mut fed = vec![false; flat.layers()];
        for &layer in order {
            fed[layer] = inputs[layer].iter().any(|&t| flat.producer[t].is_none_or(|p| fed[p]));
        }
        let mut draining = vec![false; flat.layers()];
        for &layer in order.iter().rev() {
            let drains = |&t: &TensorId| flat.wanted[t] || flat.consumers.get(t).iter().any(|&l| draining[l]);
            draining[layer] = outputs[layer].iter().any(drains);
        }
        let mut parts = UnionFind::<usize>::new(flat.layers());
        for (layer, outputs) in outputs.iter().enumerate() {
            for &reader in outputs.iter().flat_map(|&t| flat.consumers.get(t)) {
                parts.union(layer, reader);
            }
        }
        let of_layer = parts.into_labeling();
        let mut sizes = vec![0_usize; flat.layers()];
        for &part in &of_layer {
            sizes[part] += 1;
        }
        let largest = (0..sizes.len())
            .rev()
            .max_by_key(|&part| sizes[part])
            .filter(|&part| sizes[part] > 1);
        let all = || 0..flat.layers();
        Self {
            last_fed: all().filter(|&l| fed[l] && is_last(l)).collect(),
            feeds_output: all().any(|l| fed[l] && outputs[l].iter().any(|&t| flat.wanted[t])),
            first_draining: all().filter(|&l| draining[l] && is_first(l)).collect(),
            part: largest.map(|part| {
                let members = || all().filter(|&l| of_layer[l] == part);
                (
                    members().filter(|&l| is_first(l)).collect(),
                    members().filter(|&l| is_last(l)).collect(),
                )
            }),
        }
    }

    /// When a message is there.
    fn when(&self, terms: &Terms, link: usize, kind: Kind) -> There {
        let system = terms.problem.system;
        let flat = terms.problem.table.flat();
        let arrives_beyond = system.input_at > link;
        let wanted_beyond = system.output_at > link;
        let raw = || flat.raw.iter().copied().filter(|&t| terms.has_bytes(t));
        match kind {
            Kind::InputBack if arrives_beyond => {
                There::Before(distinct(raw().flat_map(|t| flat.consumers.get(t).iter().copied())))
            }
            Kind::InputBack => There::Before(Vec::new()),
            Kind::OutputBack if wanted_beyond => There::Beyond(Vec::new()),
            Kind::OutputBack => {
                let returning = || raw().filter(|&t| arrives_beyond && flat.wanted[t]);
                if returning().any(|t| flat.consumers.get(t).is_empty()) {
                    return There::Always;
                }
                let outputs = (0..flat.tensors()).filter(|&t| flat.wanted[t] && terms.has_bytes(t));
                let makers = outputs.filter_map(|t| flat.producer[t]);
                let only_readers = returning().filter_map(|t| match flat.consumers.get(t) {
                    [only] => Some(*only),
                    _ => None,
                });
                There::Beyond(distinct(makers.chain(only_readers)))
            }
            Kind::Forward => match (arrives_beyond, wanted_beyond) {
                (false, true) if self.feeds_output || raw().any(|t| flat.wanted[t]) => There::Always,
                (false, _) => There::Beyond(self.last_fed.clone()),
                (true, true) => There::Before(self.first_draining.clone()),
                (true, false) => match &self.part {
                    Some((first, last)) => There::Both(last.clone(), first.clone()),
                    None => There::Beyond(Vec::new()),
                },
            },
        }
    }
}

fn distinct(layers: impl Iterator<Item = LayerId>) -> Vec<LayerId> {
    let mut layers: Vec<_> = layers.collect();
    layers.sort_unstable();
    layers.dedup();
    layers
}
