//! Layer costs of a network on every device of a system.
//!
//! A row is made of everything one device's model says about every layer; a device with alternative designs has one for each. Rows
//! are shared and keyed by what they depend on, so that editing one device computes one row ([`CostTable::for_system`]) and copying a
//! table copies pointers.

use super::flat::FlatNetwork;
use super::{Infeasible, LayerCost, Partitions, Watch, Widths};
use crate::network::{LayerId, Network};
use crate::system::{Device, DeviceModel, System};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Layer costs of a network on every device of a system.
#[derive(Debug, Clone, PartialEq)]
pub struct CostTable {
    shape: Arc<Shape>,
    /// By device: the device itself and its alternatives.
    rows: Vec<Vec<Arc<DeviceRow>>>,
}

/// What a table knows of the network whatever the devices are.
#[derive(Debug, PartialEq)]
struct Shape {
    flat: FlatNetwork,
    /// By layer: bits it needs at least; 0 = any width will do.
    required_bits: Vec<u32>,
    assumptions: Vec<String>,
}

/// Costs of every layer on one device.
#[derive(Debug)]
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
    /// What partitions cost where that is not the sum of their layers.
    pub(crate) partitions: Option<Arc<dyn Partitions>>,
}

/// The same model and widths on the same network have the same partitions.
impl PartialEq for DeviceRow {
    fn eq(&self, other: &Self) -> bool {
        self.is_like(&other.model, other.widths) && self.costs == other.costs
    }
}

impl CostTable {
    /// Costs of every layer of `network` on every device of `system`, at any width.
    pub fn new(network: &Network, system: &System) -> Self {
        Self::requiring(network, system, &BTreeMap::new())
    }

    /// As [`Self::new`], where some raw layers need a number of bits at least: a device that computes them with fewer cannot run
    /// them. A fused layer needs what the most demanding of its members does.
    pub fn requiring(network: &Network, system: &System, required_bits: &BTreeMap<String, u32>) -> Self {
        Self::watched(None, network, system, required_bits, &Watch::default())
    }

    /// The table of the same network on another system: rows of devices whose model and widths are known are shared,
    /// the others are computed. Another network, or other required widths, give an entirely new table.
    pub fn for_system(&self, network: &Network, system: &System, required_bits: &BTreeMap<String, u32>) -> Self {
        Self::watched(Some(self), network, system, required_bits, &Watch::default())
    }

    /// As [`Self::for_system`], or [`Self::requiring`] where no table is `known`, under a watch; after a cancellation the table is of no use.
    pub fn watched(
        known: Option<&Self>,
        network: &Network,
        system: &System,
        required_bits: &BTreeMap<String, u32>,
        watch: &Watch,
    ) -> Self {
        let shape = Shape {
            flat: FlatNetwork::new(network),
            required_bits: bits_by_layer(network, required_bits),
            assumptions: assumptions(network),
        };
        let same =
            known.filter(|known| known.shape.required_bits == shape.required_bits && known.shape.flat == shape.flat);
        match same {
            Some(known) => Self::with_rows(network, system, Arc::clone(&known.shape), &known.rows, watch),
            None => Self::with_rows(network, system, Arc::new(shape), &[], watch),
        }
    }

    /// The table of the same network, which needs the same widths, on another system.
    pub(crate) fn on(&self, network: &Network, system: &System) -> Self {
        let watch = Watch::default();
        Self::with_rows(network, system, Arc::clone(&self.shape), &self.rows, &watch)
    }

    /// A table with what fits of the known rows.
    fn with_rows(
        network: &Network,
        system: &System,
        shape: Arc<Shape>,
        known: &[Vec<Arc<DeviceRow>>],
        watch: &Watch,
    ) -> Self {
        let mut made: Vec<Vec<Arc<DeviceRow>>> = Vec::with_capacity(system.devices.len());
        for device in &system.devices {
            let mut rows: Vec<Arc<DeviceRow>> = Vec::new();
            for design in device.designs() {
                let all = known.iter().chain(&made).flatten().chain(&rows);
                let same = all.into_iter().find(|row| row.is_of(design)).map(Arc::clone);
                rows.push(same.unwrap_or_else(|| Arc::new(DeviceRow::new(network, &shape, design, watch))));
            }
            made.push(rows);
        }
        Self { shape, rows: made }
    }

    /// The table in which every device is what a design chose it to be ([`System::resolved`]). Choices must exist.
    pub fn resolved(&self, alternatives: &[usize]) -> Self {
        let chosen = self.rows.iter().zip(alternatives);
        let chosen = chosen.map(|(rows, &index)| rows.get(index).into_iter().map(Arc::clone).collect());
        Self {
            shape: Arc::clone(&self.shape),
            rows: chosen.collect(),
        }
    }

    /// Whether the table is the one of this system (as far as the devices' models and widths go) and of a network of as many layers.
    pub fn fits(&self, network: &Network, system: &System) -> bool {
        let same = |(rows, device): (&Vec<Arc<DeviceRow>>, &Device)| {
            rows.iter().zip(device.designs()).all(|(row, design)| row.is_of(design))
        };
        self.covers(network, system) && self.rows.iter().zip(&system.devices).all(same)
    }

    /// Whether another table was made for the same network and required widths.
    pub fn shares_network(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shape, &other.shape)
    }

    /// Whether the table has a cost for every layer of the network on every device of the system, be it of devices as they
    /// were before an edit: enough to go on showing it until the newer one is there.
    pub fn covers(&self, network: &Network, system: &System) -> bool {
        let devices = self.rows.len() == system.devices.len();
        let mut designs = self.rows.iter().zip(&system.devices);
        self.shape.flat.layers() == network.layers.len()
            && self.shape.flat.tensors() == network.tensors.len()
            && devices
            && designs.all(|(rows, device)| rows.len() == device.alternatives.len() + 1)
    }

    /// Cost of a layer on a device, or why the device cannot run it.
    pub fn layer(&self, device: usize, layer: LayerId) -> Result<&LayerCost, &Infeasible> {
        self.row(device).costs[layer].as_ref()
    }

    /// Cost of a layer on a device built as one of its designs (the device itself where there is no such one), or why it cannot run it.
    pub fn layer_as(&self, device: usize, alternative: usize, layer: LayerId) -> Result<&LayerCost, &Infeasible> {
        let rows = &self.rows[device];
        rows.get(alternative).unwrap_or(&rows[0]).costs[layer].as_ref()
    }

    /// Whether a device can run a layer.
    pub fn runs(&self, device: usize, layer: LayerId) -> bool {
        self.row(device).costs[layer].is_ok()
    }

    /// Seconds and joules of a set of layers in order as one partition of a device.
    ///
    /// # Errors
    /// The device cannot run one of them, or not together: in words.
    pub fn partition(&self, device: usize, layers: &[LayerId]) -> Result<[f64; 2], Infeasible> {
        self.row(device).partition(layers)
    }

    /// Whether every device's partitions cost the sum of their layers, whichever way it is built.
    pub fn is_additive(&self) -> bool {
        self.rows.iter().flatten().all(|row| row.partitions.is_none())
    }

    /// One device's costs, those of the device itself where it has alternatives.
    pub fn row(&self, device: usize) -> &DeviceRow {
        &self.rows[device][0]
    }

    /// Costs on a device as it is built one of its ways; 0 is the device itself. The device must have that way.
    pub(crate) fn row_of(&self, device: usize, way: usize) -> &DeviceRow {
        &self.rows[device][way]
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
    fn new(network: &Network, shape: &Shape, device: &Device, watch: &Watch) -> Self {
        let (flat, widths) = (&shape.flat, device.widths());
        let layers: Vec<LayerId> = (0..network.layers.len()).collect();
        let costs = device.model.cost_model().each(network, &layers, widths, watch);
        let costs: Vec<_> = costs
            .into_iter()
            .zip(layers)
            .map(
                |(cost, layer)| match too_narrow(network, layer, shape.required_bits[layer], widths) {
                    Some(reason) => Err(Infeasible {
                        reason,
                        layer: Some(layer),
                    }),
                    None => cost,
                },
            )
            .collect();
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
            partitions: device.model.cost_model().partitions(network, widths),
            model: device.model.clone(),
            widths,
            costs,
        }
    }

    fn is_of(&self, device: &Device) -> bool {
        self.is_like(&device.model, device.widths())
    }

    fn is_like(&self, model: &DeviceModel, widths: Widths) -> bool {
        self.widths == widths && self.model == *model
    }

    /// Whether the device can run a set of layers as one partition.
    pub(crate) fn can(&self, layers: &[LayerId]) -> bool {
        let together = self.partitions.as_ref();
        layers.iter().all(|&layer| self.costs[layer].is_ok())
            && together.is_none_or(|partitions| partitions.cost(layers).is_some())
    }

    /// Seconds and joules of a set of layers in order as one partition.
    ///
    /// # Errors
    /// The device cannot run one of them, or not together: in words.
    pub(crate) fn partition(&self, layers: &[LayerId]) -> Result<[f64; 2], Infeasible> {
        for &layer in layers {
            if let Err(why) = &self.costs[layer] {
                return Err(why.clone());
            }
        }
        match &self.partitions {
            Some(partitions) if !layers.is_empty() => partitions.cost(layers).ok_or_else(|| partitions.why_not(layers)),
            _ => Ok(layers.iter().fold([0.0; 2], |[seconds, joules], &layer| {
                [seconds + self.latency_s[layer], joules + self.energy_j[layer]]
            })),
        }
    }
}

/// By layer: the bits it needs at least, where only raw layers say so.
fn bits_by_layer(network: &Network, required_bits: &BTreeMap<String, u32>) -> Vec<u32> {
    let members = network.layers.iter().map(|layer| layer.members.iter());
    let needed = members.map(|names| names.filter_map(|name| required_bits.get(name)).max());
    needed.map(|bits| bits.copied().unwrap_or(0)).collect()
}

/// Why a device computes a layer with too few bits, if it does; the width of weights matters only to layers that have some.
fn too_narrow(network: &Network, layer: LayerId, needed: u32, widths: Widths) -> Option<String> {
    let (description, activation) = (&network.layers[layer], widths.activation_bits);
    let name = &description.name;
    if activation < needed {
        return Some(format!("layer {name} needs {needed} bits, the device has {activation}"));
    }
    let weight = widths.weight_bits;
    (weight < needed && !description.constants.is_empty())
        .then(|| format!("layer {name} needs {needed} bits, the device's weights have {weight}"))
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
