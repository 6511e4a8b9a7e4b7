//! Plots of the dock.

mod axis;
mod labels;
pub mod pareto;

pub use pareto::Pareto;
