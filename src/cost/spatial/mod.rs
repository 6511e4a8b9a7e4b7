//! Spatial accelerators: arrays of MAC units under a hierarchy of memories, evaluated by the best mapping found for every layer
//! (accelerators.md; the counting rules are those of Timeloop 3.0, Parashar et al., ISPASS 2019).
//!
//! - [`dim`] loops and operands; [`workload`] a layer as loops; [`architecture`] the accelerator and what its dataflow allows;
//!   [`mapping`] the loops laid over it; [`rules`] what counts how
//! - [`count`] what a given mapping costs, over the tiles of `tile`; [`search`] the best mapping; [`memo`] mappings already found
//! - [`layer`] what a layer of a network asks for; [`model`] the cost model; [`usage`] what several layers need together
//! - [`estimate`] energy and area of memories and MAC units; [`space`] families of accelerators of different sizes

pub mod architecture;
pub mod count;
pub mod dim;
pub mod estimate;
pub mod layer;
pub mod mapping;
pub mod memo;
pub mod model;
pub mod rules;
pub mod search;
pub mod space;
mod tile;
pub mod usage;
pub mod workload;

use self::architecture::Architecture;
use self::rules::{Objective, Rules};
use serde::{Deserialize, Serialize};

/// Parameters of a spatial accelerator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spatial {
    /// Levels and MAC units.
    pub architecture: Architecture,
    /// What counts how.
    #[serde(default)]
    pub rules: Rules,
    /// What mappings are chosen for.
    #[serde(default)]
    pub objective: Objective,
    /// Partly chosen mappings that are looked at per layer before the search gives up proving that the best one is found.
    #[serde(default = "default_budget")]
    pub budget: u64,
    /// What runs the layers without multiply-accumulates.
    pub vector: VectorUnit,
}

fn default_budget() -> u64 {
    search::DEFAULT_BUDGET
}

/// The unit that pools, adds and normalises: one operation per lane and cycle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorUnit {
    /// Operations per cycle.
    pub lanes: u32,
    /// Joules of one operation.
    pub energy_per_op_j: f64,
}
