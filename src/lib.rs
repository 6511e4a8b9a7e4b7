//! Cutscape: drag cuts through a neural network and see what a split across several accelerators costs.
#[cfg(feature = "window")]
pub mod app;
pub mod cli;
pub mod cost;
pub mod design;
pub mod explore;
pub mod jobs;
pub mod link;
pub mod network;
pub mod presets;
pub mod project;
pub mod system;
pub mod units;
