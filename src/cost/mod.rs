//! Cost models: what a set of layers costs on a device.
//!
//! A model is a pure function of network, layers and its own parameters: same input, same bits out, whatever the number of threads.
//! It is **additive** when a partition costs the sum of its layers; the explorer then works with prefix sums. Models that need whole
//! partitions (measured bundles, folding, packing, fusion) offer [`CostModel::partitions`] and are asked partition by partition.

pub mod flat;
pub mod layer_table;
pub mod profile;
pub mod roof;
pub mod roofline;
pub mod spatial;
pub mod table;
mod watch;

pub use watch::Watch;

use crate::network::{LayerId, Network};
use crate::system::DeviceModel;
use std::sync::Arc;

/// Widths a device computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Widths {
    /// Bits per activation element.
    pub activation_bits: u32,
    /// Bits per weight element.
    pub weight_bits: u32,
}

/// What bounds a layer's latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitedBy {
    /// The arithmetic rate.
    Compute,
    /// Moving weights and activations.
    Memory,
    /// The fixed cost of starting a layer.
    Overhead,
    /// Not known: the latency stands in a table.
    Table,
}

impl LimitedBy {
    /// One word, for tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Memory => "memory",
            Self::Overhead => "overhead",
            Self::Table => "table",
        }
    }
}

/// Cost of one layer on one device.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerCost {
    /// Seconds.
    pub latency_s: f64,
    /// Joules, static power during the layer included.
    pub energy_j: f64,
    /// Achieved share of the peak MAC rate, 0 to 1; `None` = the model knows no peak.
    pub utilisation: Option<f64>,
    /// What bounds the latency.
    pub limited_by: LimitedBy,
    /// What was assumed because it is not known, in words.
    pub assumption: Option<String>,
    /// How a spatial accelerator runs it; `None` for other models.
    pub detail: Option<Arc<spatial::model::Detail>>,
}

/// Cost of a partition on a device.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionCost {
    /// Seconds from the partition's inputs to its outputs.
    pub latency_s: f64,
    /// Joules per inference.
    pub energy_j: f64,
    /// Seconds between two results when pipelined.
    pub interval_s: f64,
    /// Square metres of silicon, where the model knows it.
    pub area_m2: Option<f64>,
    /// Costs per layer, in the order asked for.
    pub layers: Vec<LayerCost>,
}

/// Why a partition cannot run on a device.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct Infeasible {
    /// In words: which limit, by how much.
    pub reason: String,
    /// The first layer at fault, where one can be named.
    pub layer: Option<LayerId>,
}

/// What every device model offers.
pub trait CostModel {
    /// Costs of `layers`, each a partition of its own, in their order. A model that searches asks `watch` whether to go on; after a
    /// cancellation the answer is of no use.
    fn each(
        &self,
        network: &Network,
        layers: &[LayerId],
        widths: Widths,
        watch: &Watch,
    ) -> Vec<Result<LayerCost, Infeasible>> {
        let one = |&layer: &LayerId| {
            if watch.is_cancelled() {
                return Err(Infeasible {
                    reason: "its cost was not computed to the end".to_owned(),
                    layer: Some(layer),
                });
            }
            let partition = self.partition(network, &[layer], widths)?;
            partition.layers.into_iter().next().ok_or_else(|| Infeasible {
                reason: "its model gives no cost for a single layer".to_owned(),
                layer: Some(layer),
            })
        };
        layers.iter().map(one).collect()
    }

    /// What partitions cost, ready to be asked many times; `None` = the model is additive.
    fn partitions(&self, _network: &Network, _widths: Widths) -> Option<Arc<dyn Partitions>> {
        None
    }

    /// Cost of `layers` (ascending) of `network` as one partition.
    fn partition(&self, network: &Network, layers: &[LayerId], widths: Widths) -> Result<PartitionCost, Infeasible>;
}

/// What partitions cost on a device where that is not the sum of their layers.
pub trait Partitions: std::fmt::Debug + Send + Sync {
    /// Seconds and joules of a set of layers, each once, as one partition; `None` = the device cannot run them as one. Asked for every run of
    /// layers in a search.
    fn cost(&self, layers: &[LayerId]) -> Option<[f64; 2]>;

    /// Why the device cannot run a set of layers as one partition, in words.
    fn why_not(&self, layers: &[LayerId]) -> Infeasible;

    /// What was assumed about a partition the device can run, in sentences.
    fn assumptions(&self, _layers: &[LayerId]) -> Vec<String> {
        Vec::new()
    }
}

impl DeviceModel {
    /// The model behind the parameters.
    pub fn cost_model(&self) -> &dyn CostModel {
        match self {
            Self::Roofline(model) => model,
            Self::Table(model) => model,
            Self::Spatial(model) => model.as_ref(),
            Self::Profile(model) => model.as_ref(),
        }
    }
}
