//! Costs of a network's layers by the model of spatial accelerators itself.

use super::{Cancelled, LayerCosts, LayerNumbers};
use crate::cost::spatial::Spatial;
use crate::cost::{CostModel, Watch, Widths};
use crate::network::{LayerId, Network};

/// All layers of a network, or some.
#[derive(Debug, Clone, Copy)]
pub struct NetworkCosts<'a> {
    /// The network.
    pub network: &'a Network,
    /// Its layers that count.
    pub layers: &'a [LayerId],
    /// The widths the device computes with.
    pub widths: Widths,
}

impl LayerCosts for NetworkCosts<'_> {
    fn layers(&self) -> usize {
        self.layers.len()
    }

    fn costs(&self, spatial: &Spatial, cancelled: Cancelled) -> Vec<Result<LayerNumbers, String>> {
        let watch = Watch {
            cancelled: Some(cancelled),
            progress: None,
        };
        let costs = spatial.each(self.network, self.layers, self.widths, &watch);
        let numbers = costs.into_iter().map(|cost| {
            let cost = cost.map_err(|why| why.reason)?;
            Ok(LayerNumbers {
                latency_s: cost.latency_s,
                energy_j: cost.energy_j,
                utilisation: cost.utilisation,
            })
        });
        numbers.collect()
    }
}
