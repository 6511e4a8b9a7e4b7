//! Schedules: topological orders of a network's layers. **Position** p is the place before the layer at index p, so
//! a network of n layers has positions 0 to n, and every prefix of a schedule is an [`super::Ideal`].

use super::{LayerId, Network};
use serde::{Deserialize, Serialize};

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
    let mut open: Vec<usize> = (0..network.layers.len())
        .map(|l| network.predecessors(l).len())
        .collect();
    let mut readers: Vec<usize> = network
        .tensors
        .iter()
        .map(|t| t.consumers.len() + usize::from(t.is_output))
        .collect();
    let mut ready: Vec<LayerId> = (0..open.len()).filter(|&l| open[l] == 0).collect();
    let mut order = Vec::with_capacity(open.len());
    while !ready.is_empty() {
        let growth = |&layer: &LayerId| -> (i128, LayerId) {
            let layer_ref = &network.layers[layer];
            let size = |t: usize| i128::from(network.tensors[t].elements().unwrap_or(0));
            let made: i128 = layer_ref.outputs.iter().map(|&t| size(t)).sum();
            let freed: i128 = layer_ref
                .inputs
                .iter()
                .filter(|&&t| readers[t] == 1)
                .map(|&t| size(t))
                .sum();
            (made - freed, layer)
        };
        let Some(index) = (0..ready.len()).min_by_key(|&i| growth(&ready[i])) else {
            break;
        };
        let layer = ready.swap_remove(index);
        for &tensor in &network.layers[layer].inputs {
            readers[tensor] -= 1;
        }
        for successor in network.successors(layer) {
            open[successor] -= 1;
            if open[successor] == 0 {
                ready.push(successor);
            }
        }
        order.push(layer);
    }
    Schedule::from_order(order)
}
