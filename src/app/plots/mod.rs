//! Plots of the dock.

mod axis;
pub mod designs;
mod labels;
pub mod pareto;

pub use pareto::{BoxFilter, Choice, Pareto};
