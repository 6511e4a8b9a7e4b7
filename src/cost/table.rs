//! Layer costs of a network on every device of a system.
//!
//! A row is made of everything one device's model says about every layer. Rows are shared and keyed by what they depend on,
//! so that editing one device computes one row ([`CostTable::for_system`]) and copying a table copies pointers.

use super::flat::FlatNetwork;
use super::{Infeasible, LayerCost, Widths};
use crate::network::{LayerId, Network};
use crate::system::{Device, DeviceModel, System};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Layer costs of a network on every device of a system.
#[derive(Debug, Clone, PartialEq)]
pub struct CostTable {
    shape: Arc<Shape>,
    rows: Vec<Arc<DeviceRow>>,
}

/// What a table knows of the network whatever the devices are.
#[derive(Debug, PartialEq)]
struct Shape {
    flat: FlatNetwork,
    assumptions: Vec<String>,
}

/// Costs of every layer on one device.
#[derive(Debug, PartialEq)]
pub struct DeviceRow {
    model: DeviceModel,
    widths: Widths,
    costs: Vec<Result<LayerCost, Infeasible>>,
    /// Seconds by layer; infinite where the device cannot run it.
    pub(crate) latency_s: Vec<f64>,
    /// Joules by layer; infinite where the device cannot run it.
    pub(crate) energy_j: Vec<f64>,
    /// Bytes of weights by layer at the device's weight width.
    pub(crate) weight_bytes: Vec<u64>,
    /// Bytes by tensor at the device's activation width.
    pub(crate) activation_bytes: Vec<u64>,
}

impl CostTable {
    /// Costs of every layer of `network` on every device of `system`.
    pub fn new(network: &Network, system: &System) -> Self {
        let flat = FlatNetwork::new(network);
        let rows = system
            .devices
            .iter()
            .map(|d| Arc::new(DeviceRow::new(network, &flat, d)));
        Self {
            rows: rows.collect(),
            shape: Arc::new(Shape {
                assumptions: assumptions(network),
                flat,
            }),
        }
    }

    /// The table of the same network on another system: rows of devices whose model and widths are known are shared,
    /// the others are computed. Another network gives an entirely new table.
    pub fn for_system(&self, network: &Network, system: &System) -> Self {
        if FlatNetwork::new(network) != self.shape.flat {
            return Self::new(network, system);
        }
        let row = |device: &Device| {
            let known = self.rows.iter().find(|row| row.is_of(device));
            known.map_or_else(
                || Arc::new(DeviceRow::new(network, &self.shape.flat, device)),
                Arc::clone,
            )
        };
        Self {
            shape: Arc::clone(&self.shape),
            rows: system.devices.iter().map(row).collect(),
        }
    }

    /// Whether the table is the one of this system (as far as the devices' models and widths go) and of a network of as many layers.
    pub fn fits(&self, network: &Network, system: &System) -> bool {
        let mut rows = self.rows.iter().zip(&system.devices);
        self.covers(network, system) && rows.all(|(row, device)| row.is_of(device))
    }

    /// Whether the table has a cost for every layer of the network on every device of the system, be it of devices as they
    /// were before an edit: enough to go on showing it until the newer one is there.
    pub fn covers(&self, network: &Network, system: &System) -> bool {
        self.shape.flat.layers() == network.layers.len()
            && self.shape.flat.tensors() == network.tensors.len()
            && self.rows.len() == system.devices.len()
    }

    /// Cost of a layer on a device, or why the device cannot run it.
    pub fn layer(&self, device: usize, layer: LayerId) -> Result<&LayerCost, &Infeasible> {
        self.rows[device].costs[layer].as_ref()
    }

    /// Whether a device can run a layer.
    pub fn runs(&self, device: usize, layer: LayerId) -> bool {
        self.rows[device].costs[layer].is_ok()
    }

    /// One device's costs.
    pub fn row(&self, device: usize) -> &DeviceRow {
        &self.rows[device]
    }

    /// The network as flat arrays.
    pub fn flat(&self) -> &FlatNetwork {
        &self.shape.flat
    }

    /// What is not known about the network and had to be assumed, in whole sentences.
    pub fn assumptions(&self) -> &[String] {
        &self.shape.assumptions
    }
}

impl DeviceRow {
    fn new(network: &Network, flat: &FlatNetwork, device: &Device) -> Self {
        let widths = device.widths();
        let model = device.model.cost_model();
        let cost = |layer: LayerId| {
            let partition = model.partition(network, &[layer], widths)?;
            partition.layers.into_iter().next().ok_or_else(|| Infeasible {
                reason: "its model gives no cost for a single layer".to_owned(),
                layer: Some(layer),
            })
        };
        let costs: Vec<_> = (0..network.layers.len()).map(cost).collect();
        let number =
            |pick: fn(&LayerCost) -> f64| costs.iter().map(|c| c.as_ref().map_or(f64::INFINITY, pick)).collect();
        Self {
            latency_s: number(|c| c.latency_s),
            energy_j: number(|c| c.energy_j),
            weight_bytes: network
                .layers
                .iter()
                .map(|l| l.weight_bytes(widths.weight_bits))
                .collect(),
            activation_bytes: (0..flat.tensors())
                .map(|t| flat.bytes(t, widths.activation_bits))
                .collect(),
            model: device.model.clone(),
            widths,
            costs,
        }
    }

    fn is_of(&self, device: &Device) -> bool {
        self.widths == device.widths() && self.model == device.model
    }
}

/// One sentence per operator type with unknown work, and one for tensors of unknown size.
fn assumptions(network: &Network) -> Vec<String> {
    let mut unknown_work: BTreeMap<&str, usize> = BTreeMap::new();
    for layer in network.layers.iter().filter(|l| l.macs.is_none()) {
        *unknown_work.entry(&layer.op).or_default() += 1;
    }
    let mut sentences: Vec<_> = unknown_work
        .into_iter()
        .map(|(op, count)| {
            let (noun, verb) = if count == 1 { ("layer", "is") } else { ("layers", "are") };
            format!("{count} {noun} of type {op} {verb} not modelled: counted as 0 MAC, memory traffic only")
        })
        .collect();
    match network.tensors.iter().filter(|t| t.elements().is_none()).count() {
        0 => {}
        1 => sentences.push("1 tensor has an unknown shape: counted as 0 bytes".to_owned()),
        count => sentences.push(format!("{count} tensors have unknown shapes: counted as 0 bytes")),
    }
    sentences
}
