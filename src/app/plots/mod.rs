//! Plots of the dock.

mod axis;
pub mod designs;
mod labels;
pub mod pareto;
pub mod timeline;

pub use pareto::{BoxFilter, Choice, Pareto};
pub use timeline::TimelineTab;
