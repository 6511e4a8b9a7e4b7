//! CNNParted's own rules and files (Kress et al., github.com/itiv-kit/CNNParted): the named compatibility mode.
//!
//! CNNParted cuts the level order of a network's raw layers into a chain of partitions, one platform each, and charges the
//! whole live set wherever its transfer rule sees a change of platform. That is another problem than the one
//! [`crate::design`] solves, so it has an evaluator and a candidate type of its own here, with the published faults as named
//! options of [`Rules`]. Units are those of its files: ms, mJ, mm², inferences per second, elements.

pub mod accelerator;
mod candidate;
pub mod description;
mod error;
mod evaluate;
pub mod export;
mod fields;
mod front;
mod graph;
pub mod import;
pub mod links;
mod memory;
mod platform;
mod prefix;
mod problem;
mod rules;
pub mod tables;
mod yaml;

pub use candidate::{Broken, Candidate, Rejection};
pub use error::InputError;
pub use evaluate::{Evaluation, Evaluator, PartitionNumbers, Totals};
pub use front::{MOST_CANDIDATES, Optimization, Solution, TooMany, exact_front, feasible_candidates, nondominated};
pub use graph::{Graph, GraphError};
pub use platform::{AreaRule, Bits, NodeCost, NodeDesign, NodeTable, Platform};
pub use problem::{Crossing, Limits, Order, Problem, RequiredBits, required_bits};
pub use rules::Rules;
