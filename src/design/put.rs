//! Putting a layer on a device: which others come along, and which partition takes it.

use super::{Design, Placement};
use crate::network::{Ideal, LayerId, Network};

impl Design {
    /// The placement that runs a layer.
    pub fn placement_of(&self, layer: LayerId) -> usize {
        let found = self.placements.iter().position(|p| p.end.contains(layer));
        found.unwrap_or(self.placements.len().saturating_sub(1))
    }

    /// Puts a layer on a device by the closure rule: what it depends on comes no later, what depends on it no earlier. Of several
    /// partitions of the device the nearest takes it; a device without any gets one beside the layer, on the side where fewer layers
    /// come along.
    pub fn put(&mut self, network: &Network, layer: LayerId, device: usize) {
        let own = self.placement_of(layer);
        let all = self.placements.iter().enumerate();
        let of_device = all.filter(|(_, p)| p.device == device).map(|(index, _)| index);
        if let Some(nearest) = of_device.min_by_key(|&index| (index.abs_diff(own), index < own)) {
            return self.put_in(network, layer, nearest);
        }
        let size = |design: &Self, index: usize| {
            let before = index
                .checked_sub(1)
                .map_or(0, |before| design.placements[before].end.len());
            design.placements[index].end.len() - before
        };
        let beside = |at: usize, end: Ideal| {
            let mut design = self.clone();
            design.placements.insert(at, Placement { device, end });
            design.put_in(network, layer, at);
            (size(&design, at), design)
        };
        let start = match own.checked_sub(1) {
            Some(before) => self.placements[before].end.clone(),
            None => Ideal::empty(network.layers.len()),
        };
        let (before, after) = (beside(own, start), beside(own + 1, self.placements[own].end.clone()));
        *self = if before.0 < after.0 { before.1 } else { after.1 };
    }

    /// Puts a layer into a placement, with what must come along.
    fn put_in(&mut self, network: &Network, layer: LayerId, target: usize) {
        let last = self.placements.len() - 1;
        for (index, placement) in self.placements[..last].iter_mut().enumerate() {
            if index < target {
                placement.end.exclude(network, layer);
            } else {
                placement.end.include(network, layer);
            }
        }
    }
}
