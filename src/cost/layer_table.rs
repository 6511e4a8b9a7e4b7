//! Devices described by a table of measured or simulated layer costs instead of a formula.

use super::{CostModel, Infeasible, LayerCost, LimitedBy, PartitionCost, Widths};
use crate::network::{LayerId, Network};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Costs by the name of the raw layer. A layer that stands for several raw ones costs the sum of their rows; one row is enough for it,
/// because what a measurement fuses with its producer has no row of its own.
///
/// The numbers hold at the widths they were measured at; a device with a table ignores its widths when it comes to time and energy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerTable {
    /// Where the numbers come from, in words.
    pub source: String,
    /// What becomes of layers without a row.
    #[serde(default)]
    pub missing: MissingRows,
    /// Costs by raw layer name, at least one.
    pub layers: Arc<BTreeMap<String, LayerRow>>,
}

/// One row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerRow {
    /// Seconds, 0 or more.
    pub latency_s: f64,
    /// Joules, 0 or more.
    pub energy_j: f64,
}

/// What becomes of layers without a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MissingRows {
    /// The device cannot run them.
    #[default]
    Unsupported,
    /// They cost nothing, which the evaluation says. Simulators of convolutions list nothing else.
    Free,
}

impl LayerTable {
    /// Cost of one layer.
    fn layer(&self, network: &Network, id: LayerId) -> Result<LayerCost, Infeasible> {
        let layer = &network.layers[id];
        let rows: Vec<&LayerRow> = layer.members.iter().filter_map(|name| self.layers.get(name)).collect();
        if rows.is_empty() && self.missing == MissingRows::Unsupported {
            return Err(Infeasible {
                reason: format!(
                    "{} has no row in the table of layer costs ({})",
                    layer.name, self.source
                ),
                layer: Some(id),
            });
        }
        let assumption = format!("{} without a row in a table of layer costs: counted as free", layer.op);
        Ok(LayerCost {
            latency_s: rows.iter().map(|row| row.latency_s).sum(),
            energy_j: rows.iter().map(|row| row.energy_j).sum(),
            utilisation: None,
            limited_by: LimitedBy::Table,
            assumption: rows.is_empty().then_some(assumption),
        })
    }

    /// Rows of the raw layers that a layer stands for, with their names.
    pub fn rows<'a>(&'a self, members: &'a [String]) -> impl Iterator<Item = (&'a str, LayerRow)> {
        members
            .iter()
            .filter_map(|name| Some((name.as_str(), *self.layers.get(name)?)))
    }
}

impl CostModel for LayerTable {
    fn is_additive(&self) -> bool {
        true
    }

    fn partition(&self, network: &Network, layers: &[LayerId], _: Widths) -> Result<PartitionCost, Infeasible> {
        let costs = layers.iter().map(|&layer| self.layer(network, layer));
        let layers = costs.collect::<Result<Vec<_>, _>>()?;
        let latency_s = layers.iter().map(|c| c.latency_s).sum();
        Ok(PartitionCost {
            latency_s,
            energy_j: layers.iter().map(|c| c.energy_j).sum(),
            interval_s: latency_s,
            area_m2: None,
            layers,
        })
    }
}
