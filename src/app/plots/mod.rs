//! Plots of the dock, and of the search of accelerators.

pub mod accelerators;
mod axis;
pub mod bundles;
mod canvas;
pub mod designs;
mod frame;
mod labels;
pub mod pareto;
mod roofline;
pub mod sweep;
pub mod timeline;
mod titles;

pub use bundles::BundlesTab;
pub use pareto::{BoxFilter, Choice, Pareto};
pub use roofline::RooflineTab;
pub use sweep::SweepTab;
pub use timeline::TimelineTab;
