//! Roofline devices: peak arithmetic rate against memory bandwidth (Williams, Waterman and Patterson, CACM 52(4), 2009).

use super::{CostModel, Infeasible, LayerCost, LimitedBy, PartitionCost, Widths};
use crate::network::{Layer, LayerId, Network};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Parameters of a roofline device.
///
/// Per layer (rulings.md 7): t = max(MACs / peak, bytes / bandwidth) + overhead;
/// E = MACs × e_mac + bytes × e_byte + static power × t; bytes = weights + inputs + outputs at the device's widths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roofline {
    /// What the arithmetic offers by operand width in bits; a width in between takes the next wider entry, a width beyond the widest is infeasible.
    pub arithmetic: BTreeMap<u32, Arithmetic>,
    /// Bytes per second between the arithmetic and the memory that holds weights and activations.
    pub bandwidth_bytes_per_s: f64,
    /// Joules per byte moved.
    pub energy_per_byte_j: f64,
    /// Watts drawn in addition while a layer runs.
    pub static_power_w: f64,
    /// Seconds added to every layer (kernel launch, interpreter).
    pub overhead_s: f64,
}

/// Rate and energy at one operand width.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arithmetic {
    /// Multiply-accumulates per second that real layers reach at best.
    pub macs_per_s: f64,
    /// Joules per multiply-accumulate.
    pub energy_per_mac_j: f64,
}

/// What a layer asks of a roofline device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Multiply-accumulates; 0 where they are not known.
    pub macs: u64,
    /// Bytes of constant operands.
    pub weight_bytes: u64,
    /// Bytes of data-path inputs.
    pub input_bytes: u64,
    /// Bytes of outputs.
    pub output_bytes: u64,
    /// Bits of the wider operand of its arithmetic.
    pub operand_bits: u32,
}

impl Work {
    /// What `layer` asks for at these widths; tensors and constants with a width of their own keep it.
    pub fn of(network: &Network, layer: &Layer, widths: Widths) -> Self {
        let moved = |tensors: &[usize]| {
            let bytes = tensors
                .iter()
                .map(|&t| network.tensors[t].bytes(widths.activation_bits));
            bytes.fold(0_u64, u64::saturating_add)
        };
        Self {
            macs: layer.macs.unwrap_or(0),
            weight_bytes: layer.weight_bytes(widths.weight_bits),
            input_bytes: moved(&layer.inputs),
            output_bytes: moved(&layer.outputs),
            operand_bits: operand_bits(network, layer, widths),
        }
    }

    /// Weights, inputs and outputs together.
    pub fn bytes(&self) -> u64 {
        self.weight_bytes
            .saturating_add(self.input_bytes)
            .saturating_add(self.output_bytes)
    }
}

/// Width of the wider operand: what the file quantises keeps its integer width, all else takes the device's.
/// A layer without MACs only needs the device's activation width, whatever integers it moves.
fn operand_bits(network: &Network, layer: &Layer, widths: Widths) -> u32 {
    if layer.macs.unwrap_or(0) == 0 {
        return widths.activation_bits;
    }
    let data = layer.inputs.first().and_then(|&t| network.tensors[t].dtype.own_bits());
    let data = data.unwrap_or(widths.activation_bits);
    // The largest constant is the weight; biases and zero points come in wider types that set no rate.
    let weight = layer.constants.iter().max_by_key(|c| c.elements());
    let weight = weight.map_or(0, |c| c.dtype.own_bits().unwrap_or(widths.weight_bits));
    data.max(weight)
}

impl Roofline {
    /// The entry that serves an operand width, with the width it is listed under.
    pub fn arithmetic_for(&self, bits: u32) -> Option<(u32, Arithmetic)> {
        self.arithmetic
            .range(bits.max(1)..)
            .next()
            .map(|(&width, &entry)| (width, entry))
    }

    /// The place of a number by its name in [`crate::system::Device::parameters`].
    pub fn number_mut(&mut self, name: &str) -> Option<&mut f64> {
        match name {
            "bandwidth_bytes_per_s" => Some(&mut self.bandwidth_bytes_per_s),
            "energy_per_byte_j" => Some(&mut self.energy_per_byte_j),
            "static_power_w" => Some(&mut self.static_power_w),
            "overhead_s" => Some(&mut self.overhead_s),
            _ => {
                let (bits, field) = name.strip_prefix("arithmetic.")?.split_once('.')?;
                let arithmetic = self.arithmetic.get_mut(&bits.parse().ok()?)?;
                match field {
                    "macs_per_s" => Some(&mut arithmetic.macs_per_s),
                    "energy_per_mac_j" => Some(&mut arithmetic.energy_per_mac_j),
                    _ => None,
                }
            }
        }
    }

    /// Cost of one layer.
    fn layer(&self, network: &Network, id: LayerId, widths: Widths) -> Result<LayerCost, Infeasible> {
        let layer = &network.layers[id];
        let work = Work::of(network, layer, widths);
        let infeasible = |reason| Infeasible {
            reason,
            layer: Some(id),
        };
        if widths.activation_bits == 0 || widths.weight_bits == 0 {
            return Err(infeasible("a width of 0 bit holds no number".to_owned()));
        }
        let Some((_, arithmetic)) = self.arithmetic_for(work.operand_bits) else {
            let widest = self.arithmetic.keys().next_back().copied().unwrap_or(0);
            let needed = work.operand_bits;
            return Err(infeasible(format!(
                "{} needs {needed} bit, the widest arithmetic has {widest} bit",
                layer.name
            )));
        };
        let compute_s = ratio(work.macs as f64, arithmetic.macs_per_s);
        let memory_s = ratio(work.bytes() as f64, self.bandwidth_bytes_per_s);
        let latency_s = compute_s.max(memory_s) + self.overhead_s;
        let energy_j = work.macs as f64 * arithmetic.energy_per_mac_j
            + work.bytes() as f64 * self.energy_per_byte_j
            + self.static_power_w * latency_s;
        if !latency_s.is_finite() || !energy_j.is_finite() {
            return Err(infeasible(format!(
                "{} would take for ever: a rate of the device is 0",
                layer.name
            )));
        }
        let limited_by = if self.overhead_s > compute_s.max(memory_s) {
            LimitedBy::Overhead
        } else if compute_s >= memory_s {
            LimitedBy::Compute
        } else {
            LimitedBy::Memory
        };
        Ok(LayerCost {
            latency_s,
            energy_j,
            utilisation: Some(ratio(compute_s, latency_s)),
            limited_by,
            assumption: layer
                .macs
                .is_none()
                .then(|| format!("{} is not modelled: counted as 0 MAC, memory traffic only", layer.op)),
            detail: None,
        })
    }
}

/// Quotient in which nothing takes no time, whatever the rate.
fn ratio(amount: f64, rate: f64) -> f64 {
    if amount == 0.0 { 0.0 } else { amount / rate }
}

impl CostModel for Roofline {
    fn partition(&self, network: &Network, layers: &[LayerId], widths: Widths) -> Result<PartitionCost, Infeasible> {
        let costs = layers.iter().map(|&l| self.layer(network, l, widths));
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
