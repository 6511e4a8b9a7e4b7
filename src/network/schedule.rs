//! Schedules: topological orders of a network's layers. **Position** p is the place before the layer at index p, so
//! a network of n layers has positions 0 to n, and every prefix of a schedule is an [`super::Ideal`].

use super::{LayerId, Network, TensorId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How the order among unrelated layers is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ScheduleKind {
    /// Greedy least bytes crossing after every step, ties by file order (the default, rulings.md 4).
    #[default]
    LeastCrossing,
    /// Breadth first by longest distance from the input: CNNParted's order.
    LevelOrder,
    /// As the file lists the layers.
    FileOrder,
}

/// One topological order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    order: Vec<LayerId>,
    place: Vec<usize>,
}

impl Schedule {
    /// Wraps an order that is a permutation of the network's layers with every producer before its consumers.
    pub(crate) fn from_order(order: Vec<LayerId>) -> Self {
        let mut place = vec![0; order.len()];
        for (index, &layer) in order.iter().enumerate() {
            place[layer] = index;
        }
        Self { order, place }
    }

    /// Layers in the order they run.
    pub fn order(&self) -> &[LayerId] {
        &self.order
    }

    /// Index of a layer in the order.
    pub fn place(&self, layer: LayerId) -> usize {
        self.place[layer]
    }
}

impl Network {
    /// The schedule of this kind.
    pub fn schedule(&self, kind: ScheduleKind) -> Schedule {
        match kind {
            ScheduleKind::FileOrder => Schedule::from_order((0..self.layers.len()).collect()),
            ScheduleKind::LevelOrder => level_order(self),
            ScheduleKind::LeastCrossing => least_crossing(self),
        }
    }
}

/// Levels by longest distance; within a level the order in which the last predecessor releases a layer, each
/// layer's successors being walked in file order (CNNParted, `GraphAnalysis`; specification section 3.5).
fn level_order(network: &Network) -> Schedule {
    let mut open: Vec<usize> = (0..network.layers.len())
        .map(|l| network.predecessors(l).len())
        .collect();
    let mut level: Vec<LayerId> = (0..open.len()).filter(|&l| open[l] == 0).collect();
    let mut order = Vec::with_capacity(open.len());
    while !level.is_empty() {
        let mut next = Vec::new();
        for &layer in &level {
            for successor in network.successors(layer) {
                open[successor] -= 1;
                if open[successor] == 0 {
                    next.push(successor);
                }
            }
        }
        order.append(&mut level);
        level = next;
    }
    Schedule::from_order(order)
}

/// Takes, among the layers that are ready, the one after which the fewest elements are live; ties by file order.
fn least_crossing(network: &Network) -> Schedule {
    let mut greedy = Greedy::of(network);
    let mut order = Vec::with_capacity(network.layers.len());
    while let Some((_, layer)) = greedy.ready.pop_first() {
        greedy.take(layer);
        order.push(layer);
    }
    Schedule::from_order(order)
}

/// The state of the greedy choice. What a ready layer would free changes only when it becomes the last reader of a
/// tensor, so its entry is replaced then instead of weighing all ready layers at every step.
struct Greedy<'a> {
    network: &'a Network,
    /// Predecessors of each layer that have not run.
    open: Vec<usize>,
    /// Readers of each tensor that have not run; the outside counts as one that never does.
    readers: Vec<usize>,
    /// Growth of the live elements if each ready layer ran now.
    growth: Vec<i128>,
    ready: BTreeSet<(i128, LayerId)>,
}

impl<'a> Greedy<'a> {
    fn of(network: &'a Network) -> Self {
        let layers = 0..network.layers.len();
        let mut this = Self {
            network,
            open: layers.clone().map(|l| network.predecessors(l).len()).collect(),
            readers: network
                .tensors
                .iter()
                .map(|t| t.consumers.len() + usize::from(t.is_output))
                .collect(),
            growth: vec![0; network.layers.len()],
            ready: BTreeSet::new(),
        };
        for layer in layers.filter(|&l| network.predecessors(l).is_empty()) {
            this.release(layer);
        }
        this
    }

    fn size(&self, tensor: TensorId) -> i128 {
        i128::from(self.network.tensors[tensor].elements().unwrap_or(0))
    }

    /// Makes a layer ready.
    fn release(&mut self, layer: LayerId) {
        let node = &self.network.layers[layer];
        let made: i128 = node.outputs.iter().map(|&t| self.size(t)).sum();
        let last = node.inputs.iter().filter(|&&t| self.readers[t] == 1);
        let freed: i128 = last.map(|&t| self.size(t)).sum();
        self.growth[layer] = made - freed;
        self.ready.insert((made - freed, layer));
    }

    /// Runs a layer.
    fn take(&mut self, layer: LayerId) {
        self.open[layer] = usize::MAX;
        for &tensor in &self.network.layers[layer].inputs {
            self.readers[tensor] -= 1;
            if self.readers[tensor] != 1 || self.network.tensors[tensor].is_output {
                continue;
            }
            let consumers = &self.network.tensors[tensor].consumers;
            let last = consumers.iter().copied().find(|&l| self.open[l] != usize::MAX);
            if let Some(last) = last
                && self.ready.remove(&(self.growth[last], last))
            {
                self.growth[last] -= self.size(tensor);
                self.ready.insert((self.growth[last], last));
            }
        }
        for successor in self.network.successors(layer) {
            self.open[successor] -= 1;
            if self.open[successor] == 0 {
                self.release(successor);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Tensor;
    use crate::network::import::{ImportOptions, open};
    use std::path::Path;

    /// The greedy choice as its sentence says, weighing all ready layers at every step.
    fn by_definition(network: &Network) -> Vec<LayerId> {
        let count = network.layers.len();
        let mut done = vec![false; count];
        let live = |done: &[bool]| -> u64 {
            let is_live = |t: &&Tensor| {
                t.producer.is_none_or(|p| done[p]) && (t.is_output || t.consumers.iter().any(|&c| !done[c]))
            };
            network
                .tensors
                .iter()
                .filter(is_live)
                .filter_map(Tensor::elements)
                .sum()
        };
        let mut order = Vec::new();
        while order.len() < count {
            let is_ready = |&l: &LayerId| !done[l] && network.predecessors(l).iter().all(|&p| done[p]);
            let after = |&l: &LayerId| {
                let mut next = done.clone();
                next[l] = true;
                live(&next)
            };
            let next = (0..count).filter(is_ready).min_by_key(|l| (after(l), *l)).unwrap();
            done[next] = true;
            order.push(next);
        }
        order
    }

    #[test]
    fn the_default_schedule_is_greedy_at_every_step() {
        for name in ["googlenet", "squeezenet1_0", "mobilenet_v3_small", "digits_resnet"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{name}.onnx"));
            let network = open(&path, &ImportOptions::default()).unwrap().network;
            let schedule = network.schedule(ScheduleKind::LeastCrossing);
            assert_eq!(schedule.order(), by_definition(&network), "{name}");
        }
    }
}
