//! Platforms: what the layers of a network cost on each accelerator, for one or several designs of it.

use super::Rules;
use std::collections::BTreeMap;

/// What one layer costs on one design of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct NodeCost {
    /// Milliseconds.
    pub latency_ms: f64,
    /// Millijoules.
    pub energy_mj: f64,
    /// Square millimetres: of the whole design, or of the layer's own crossbars.
    pub area_mm2: f64,
}

/// One design of an accelerator and its measured or modelled layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeDesign {
    /// The number in its tag `design_0`, `design_1` …
    pub tag: u32,
    /// Costs by layer name, in the order of the table. Layers that are missing cost nothing.
    pub rows: Vec<(String, NodeCost)>,
}

/// All designs of one accelerator for one network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeTable {
    /// At least one design.
    pub designs: Vec<NodeDesign>,
}

/// How area is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AreaRule {
    /// The design's area (of its first row) once if it has layers.
    OfDesign,
    /// The areas of the layers it has: every layer has crossbars of its own.
    OfLayers,
}

/// Widths a platform computes with.
#[derive(Debug, Clone, PartialEq)]
pub enum Bits {
    /// One width for all layers.
    Uniform(f64),
    /// Widths by layer name; a layer that is missing has no limit.
    PerLayer(BTreeMap<String, f64>),
}

/// One accelerator of a system.
#[derive(Debug, Clone, PartialEq)]
pub struct Platform {
    /// What the user calls it.
    pub name: String,
    /// Widths it computes with.
    pub bits: Bits,
    /// How its area is counted.
    pub area: AreaRule,
    /// What the layers cost on it.
    pub table: NodeTable,
}

impl NodeDesign {
    /// The design's area in square millimetres: that of its first row.
    pub fn area_mm2(&self) -> f64 {
        self.rows.first().map_or(0.0, |(_, row)| row.area_mm2)
    }
}

impl Bits {
    /// The width available to a layer; `None` = not limited.
    pub(super) fn of(&self, layer: &str, rules: Rules) -> Option<f64> {
        match self {
            Self::Uniform(bits) => Some(*bits),
            Self::PerLayer(bits) if rules.layer_bits_halved => Some(bits.get(layer)? / 2.0),
            Self::PerLayer(bits) => bits.get(layer).copied(),
        }
    }
}
