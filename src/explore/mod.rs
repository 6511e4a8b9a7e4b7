//! Searching the designs of a network on a system.

use crate::design::Design;
pub use crate::design::Problem;

/// Designs no other is better than in latency and energy, in order of rising latency.
#[derive(Debug, Clone, PartialEq)]
pub struct Front {
    /// The non-dominated designs that keep every limit.
    pub points: Vec<FrontPoint>,
    /// Some of the designs that are dominated or break a limit, for the plot.
    pub others: Vec<FrontPoint>,
    /// Designs to compare with, named.
    pub baselines: Vec<Baseline>,
    /// Index into `points` of the knee: farthest from the chord between the ends, both axes scaled to 0..1.
    pub knee: Option<usize>,
    /// What was searched.
    pub space: Space,
}

/// One design on the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontPoint {
    /// Seconds.
    pub latency_s: f64,
    /// Joules.
    pub energy_j: f64,
    /// Whether it keeps every limit.
    pub feasible: bool,
    /// The design itself.
    pub design: Design,
}

/// A named design.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// For example `all on A`, `best single cut`, `least latency`.
    pub name: String,
    /// Where it lies.
    pub point: FrontPoint,
}

/// The set of designs a front is exact over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// All nested sequences of ideals, of which there are this many single ones.
    Ideals(usize),
    /// Cuts at the positions of the schedule only, because the ideals are more than the cap.
    Schedule,
}

/// What a search looks for, the smaller the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub enum Objective {
    /// Seconds of one inference.
    #[default]
    Latency,
    /// Joules of one inference.
    Energy,
    /// Seconds between two results when pipelined (1 / throughput).
    Interval,
}

/// A rate of one link at which the design of least latency changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    /// The rate in bytes per second.
    pub rate_bytes_per_s: f64,
    /// The best design just below it.
    pub below: Design,
    /// The best design just above it.
    pub above: Design,
}
