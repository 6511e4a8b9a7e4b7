//! Plots of the dock.

mod axis;
pub mod designs;
mod frame;
mod labels;
pub mod pareto;
pub mod sweep;
pub mod timeline;
mod titles;

pub use pareto::{BoxFilter, Choice, Pareto};
pub use sweep::SweepTab;
pub use timeline::TimelineTab;
