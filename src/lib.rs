//! Cutscape: drag cuts through a neural network and see what a split across several accelerators costs.
//!
//! # Code map
//! Each module may use those above it, never those below:
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`units`] | quantities: printing and parsing with prefixes |
//! | [`network`] | `Network`, `Layer`, `Tensor`; ONNX import, statistics, fusion, schedules, ideals |
//! | [`presets`] | catalogue of RON presets: embedded defaults and the user's folder, with sources |
//! | [`cost`] | cost models of devices, their roofs and the table of layer costs: roofline, measured tables, spatial accelerators; profiles of real devices, and measuring this machine |
//! | [`link`] | link models: latency and energy of a number of bytes |
//! | [`system`] | devices, and the chain, direct links or bus that join them |
//! | [`design`] | designs, their evaluation, the explanation of every number, and how fast links feed partitions |
//! | [`explore`] | exact fronts, baselines, knee, the curve of one cut, flip rates, sweeps of any number, NSGA-II, families of accelerators, schedules over measured bundles, bounds, check by linear programmes |
//! | [`cnnparted`] | CNNParted's rules, faults included by name, and its files |
//! | [`project`] | the document: actions, undo, design files, exports |
//! | [`jobs`] | named background workers: latest request wins, progress, cancellation, contained panics |
//! | [`cli`] | headless commands over the same library |
//! | `app` | the window (feature `window`): shell, panels, graph, ribbon, plots |
//!
//! Nothing above [`jobs`] knows a thread policy, a window or the clock. Inside, every quantity is in SI base units.

#[cfg(feature = "window")]
pub mod app;
pub mod cli;
pub mod cnnparted;
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
