//! Roofline devices: peak arithmetic rate against memory bandwidth (Williams, Waterman and Patterson, CACM 52(4), 2009).

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

impl super::CostModel for Roofline {
    fn is_additive(&self) -> bool {
        true
    }

    fn partition(
        &self,
        _network: &crate::network::Network,
        _layers: &[crate::network::LayerId],
        _widths: super::Widths,
    ) -> Result<super::PartitionCost, super::Infeasible> {
        Err(super::Infeasible {
            reason: String::new(),
            layer: None,
        })
    }
}
