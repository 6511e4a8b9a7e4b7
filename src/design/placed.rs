//! A design spelled out layer by layer, as evaluation needs it.

use super::{Design, Problem};
use crate::network::LayerId;

/// Which layers every placement of a design runs.
pub(crate) struct Placed {
    /// By placement: its device.
    pub(crate) devices: Vec<usize>,
    /// By layer: its placement.
    pub(crate) placement_of: Vec<usize>,
    /// By placement: its layers in schedule order.
    pub(crate) layers: Vec<Vec<LayerId>>,
}

impl Placed {
    pub(crate) fn new(problem: &Problem, design: &Design) -> Self {
        let placements = design.placements.len();
        let mut placement_of = vec![placements - 1; problem.table.flat().layers()];
        for (index, placement) in design.placements.iter().enumerate().rev() {
            for layer in placement.end.iter() {
                placement_of[layer] = index;
            }
        }
        let mut layers = vec![Vec::new(); placements];
        for &layer in problem.schedule.order() {
            layers[placement_of[layer]].push(layer);
        }
        Self {
            devices: design.placements.iter().map(|p| p.device).collect(),
            placement_of,
            layers,
        }
    }

    /// Number of placements, unused ones included.
    pub(crate) fn count(&self) -> usize {
        self.devices.len()
    }

    /// Whether a placement has layers.
    pub(crate) fn is_used(&self, placement: usize) -> bool {
        !self.layers[placement].is_empty()
    }

    /// The device of a layer.
    pub(crate) fn device_of(&self, layer: LayerId) -> usize {
        self.devices[self.placement_of[layer]]
    }

    /// The used placements of a device.
    pub(crate) fn visits(&self, device: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.count()).filter(move |&p| self.devices[p] == device && self.is_used(p))
    }

    /// The layers of a device, partition by partition.
    pub(crate) fn layers_on(&self, device: usize) -> impl Iterator<Item = LayerId> + '_ {
        self.visits(device).flat_map(|p| self.layers[p].iter().copied())
    }
}
