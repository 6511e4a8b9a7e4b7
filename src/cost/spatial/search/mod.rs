//! The best mapping of a layer: every way to spread its loops, then branch and bound over the loops of each level from the innermost
//! outwards, best first, with bounds that are exact once an operand's tile has moved ([`bound`]).
//!
//! The result depends on layer, architecture and budget alone, never on threads or time. A search that ends within its budget has
//! proven its mapping the best; otherwise it says how far the best could be.

mod bound;
mod explore;
mod orders;
mod problem;
mod spread;
mod unmappable;

use super::architecture::Architecture;
use super::count::{Counted, count};
use super::dim::Operand;
use super::mapping::Mapping;
use super::rules::{Objective, Rules};
use super::workload::Workload;
use problem::Problem;

/// Partly chosen mappings that a search looks at by default: a fraction of a second; most layers are proven long before.
pub const DEFAULT_BUDGET: u64 = 1_000_000;

/// Counts up to here are exact in floating point, padding included.
const MOST: u64 = 1 << 45;

/// Strides and dilations below this keep the steps of tiles within whole numbers.
const LONGEST_STEP: u64 = 1 << 16;

/// The best mapping found and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The loops.
    pub mapping: Mapping,
    /// What they cost.
    pub counted: Counted,
    /// How it was found.
    pub search: Statistics,
}

/// How a search went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Partly chosen mappings whose bound was computed.
    pub nodes: u64,
    /// Share of the objective by which the best mapping may be better than the one found; 0 = proven optimal.
    pub gap: f64,
}

/// Why a layer has no mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmappable {
    /// No mapping fits: which constraint, which level, by how much.
    #[error("unmappable: {0}")]
    Constraint(String),
    /// The search was cancelled before it found any.
    #[error("the search was cancelled")]
    Cancelled,
}

/// Searches the best mapping of `workload`, looking at about `budget` partly chosen ones, and on until there is one at all. Better and
/// better ones are handed to `on_better` as they are found, and `is_cancelled` is asked now and then: the best so far is the result then.
pub fn search(
    architecture: &Architecture,
    workload: &Workload,
    rules: Rules,
    objective: Objective,
    budget: u64,
    on_better: &mut dyn FnMut(&Mapping),
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Found, Unmappable> {
    if let Some(reason) = architecture.misfit() {
        return Err(Unmappable::Constraint(reason));
    }
    let volumes = Operand::ALL.map(|operand| workload.volume(operand, &workload.bounds));
    if volumes.into_iter().chain([workload.macs()]).any(|count| count >= MOST) {
        let reason = format!("more than {MOST} multiply-accumulates or words cannot be counted exactly");
        return Err(Unmappable::Constraint(reason));
    }
    let steps = workload.stride.iter().chain(&workload.dilation);
    if let Some(step) = steps.copied().find(|&step| step >= LONGEST_STEP) {
        let reason = format!("a stride or dilation of {step}, at most {LONGEST_STEP} can be counted");
        return Err(Unmappable::Constraint(reason));
    }
    let problem = Problem::new(architecture, workload, rules, objective);
    if let Some(reason) = unmappable::constraint(&problem) {
        return Err(Unmappable::Constraint(reason));
    }
    let explored = explore::explore(&problem, budget, on_better, is_cancelled);
    match explored.best {
        Some(mapping) => Ok(Found {
            counted: count(architecture, workload, &mapping, rules),
            mapping,
            search: explored.statistics,
        }),
        None if is_cancelled() => Err(Unmappable::Cancelled),
        None => {
            let reason = unmappable::together(&problem, explored.gave_up);
            Err(Unmappable::Constraint(reason))
        }
    }
}
