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
            detail: None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::fusion::fuse;
    use crate::network::import::{ImportOptions, open};
    use std::path::Path;

    const WIDTHS: Widths = Widths {
        activation_bits: 8,
        weight_bits: 8,
    };

    fn table(rows: &[(&str, f64)], missing: MissingRows) -> LayerTable {
        let row = |&(name, latency_s): &(&str, f64)| {
            let energy_j = 2.0 * latency_s;
            (name.to_owned(), LayerRow { latency_s, energy_j })
        };
        LayerTable {
            source: "test bench".to_owned(),
            missing,
            layers: Arc::new(rows.iter().map(row).collect()),
        }
    }

    #[test]
    fn fused_layers_sum_their_rows_and_one_row_is_enough() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/alexnet.onnx");
        let raw = open(&path, &ImportOptions::default()).unwrap().network;
        let fused = fuse(&raw);
        let (conv, relu) = ("/features/features.0/Conv", "/features/features.1/Relu");
        let both = table(&[(conv, 3.0), (relu, 0.5)], MissingRows::Unsupported);
        let first = fused.layer_of_member(conv).unwrap();
        assert_eq!(fused.layer_of_member(relu), Some(first));
        let cost = both.partition(&fused, &[first], WIDTHS).unwrap();
        assert_eq!((cost.latency_s, cost.energy_j), (3.5, 7.0));
        let one = table(&[(conv, 3.0)], MissingRows::Unsupported);
        assert_eq!(one.partition(&fused, &[first], WIDTHS).unwrap().latency_s, 3.0);
    }

    #[test]
    fn a_layer_without_a_row_is_refused_by_name_or_free_and_said() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/alexnet.onnx");
        let network = open(&path, &ImportOptions::default()).unwrap().network;
        let refused = table(&[("other", 1.0)], MissingRows::Unsupported).partition(&network, &[0], WIDTHS);
        let refused = refused.unwrap_err();
        assert_eq!(refused.layer, Some(0));
        assert!(refused.reason.contains("/features/features.0/Conv") && refused.reason.contains("test bench"));
        let free = table(&[("other", 1.0)], MissingRows::Free)
            .partition(&network, &[0], WIDTHS)
            .unwrap();
        assert_eq!(free.latency_s, 0.0);
        assert!(
            free.layers[0]
                .assumption
                .as_ref()
                .is_some_and(|text| text.contains("counted as free"))
        );
    }
}
