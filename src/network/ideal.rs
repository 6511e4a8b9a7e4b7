//! Ideals: sets of layers closed under predecessors. Every valid boundary between partitions is one, and the closure
//! rule ([`Ideal::include`], [`Ideal::exclude`]) makes every edit yield a valid one again.

use super::{LayerId, Network, Schedule};
use fixedbitset::FixedBitSet;

/// A set of layers closed under predecessors.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ideal {
    layers: FixedBitSet,
}

impl Ideal {
    /// The ideal without layers, for a network of `layers` layers.
    pub fn empty(layers: usize) -> Self {
        Self {
            layers: FixedBitSet::with_capacity(layers),
        }
    }

    /// The ideal of all layers.
    pub fn full(layers: usize) -> Self {
        let mut set = FixedBitSet::with_capacity(layers);
        set.insert_range(..);
        Self { layers: set }
    }

    /// The first `position` layers of a schedule (clamped to its length).
    pub fn prefix(schedule: &Schedule, position: usize) -> Self {
        let mut ideal = Self::empty(schedule.order().len());
        for &layer in schedule.order().iter().take(position) {
            ideal.layers.insert(layer);
        }
        ideal
    }

    /// Whether the layer belongs to it.
    pub fn contains(&self, layer: LayerId) -> bool {
        self.layers.contains(layer)
    }

    /// Number of layers of the network it is a set of.
    pub fn universe(&self) -> usize {
        self.layers.len()
    }

    /// Number of layers in it.
    pub fn len(&self) -> usize {
        self.layers.count_ones(..)
    }

    /// Whether it has no layers.
    pub fn is_empty(&self) -> bool {
        self.layers.is_clear()
    }

    /// Its layers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = LayerId> + '_ {
        self.layers.ones()
    }

    /// Whether every layer of it belongs to `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.layers.is_subset(&other.layers)
    }

    /// Whether it is a boundary of this network: made for its number of layers and closed under predecessors.
    pub fn is_boundary_of(&self, network: &Network) -> bool {
        self.layers.len() == network.layers.len()
            && self
                .iter()
                .all(|l| network.predecessors(l).iter().all(|&p| self.contains(p)))
    }

    /// A copy with one more layer, all of whose predecessors it has.
    pub(crate) fn with(&self, layer: LayerId) -> Self {
        let mut larger = self.clone();
        larger.layers.insert(layer);
        larger
    }

    /// Adds a layer and everything it depends on.
    pub fn include(&mut self, network: &Network, layer: LayerId) {
        let mut stack = vec![layer];
        while let Some(layer) = stack.pop() {
            if !self.layers.put(layer) {
                stack.extend(network.predecessors(layer));
            }
        }
    }

    /// Removes a layer and everything that depends on it.
    pub fn exclude(&mut self, network: &Network, layer: LayerId) {
        let mut stack = vec![layer];
        while let Some(layer) = stack.pop() {
            if self.layers.contains(layer) {
                self.layers.remove(layer);
                stack.extend(network.successors(layer));
            }
        }
    }

    /// Makes it contain `other` (the union of two ideals is one).
    pub fn union_with(&mut self, other: &Self) {
        self.layers.union_with(&other.layers);
    }

    /// Makes it lie within `other` (the intersection of two ideals is one).
    pub fn intersect_with(&mut self, other: &Self) {
        self.layers.intersect_with(&other.layers);
    }

    /// Its maximal layers: those none of whose successors belong to it. They determine it, and are how it is stored.
    pub fn maximal(&self, network: &Network) -> Vec<LayerId> {
        self.iter()
            .filter(|&l| network.successors(l).iter().all(|&s| !self.contains(s)))
            .collect()
    }

    /// The position in a schedule whose prefix it is, if it is one.
    pub fn position(&self, schedule: &Schedule) -> Option<usize> {
        let count = self.len();
        schedule
            .order()
            .iter()
            .take(count)
            .all(|&l| self.contains(l))
            .then_some(count)
    }
}
