//! The headline numbers of a design, and what can be made small.

use super::{DeviceLoad, Evaluation};
use crate::units::Unit;
use serde::{Deserialize, Serialize};

/// What a search makes as small as it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Objective {
    /// Seconds of one inference.
    #[default]
    Latency,
    /// Joules of one inference.
    Energy,
    /// Seconds between two results when pipelined (1 / throughput).
    Interval,
    /// Largest memory use of a device in bytes.
    Memory,
    /// Bytes over all links.
    LinkBytes,
    /// Area of the devices that have layers, in square metres.
    Area,
}

impl Objective {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 6] = [
        Self::Latency,
        Self::Energy,
        Self::Interval,
        Self::Memory,
        Self::LinkBytes,
        Self::Area,
    ];

    /// What it is called; the interval goes by its better known reciprocal.
    pub fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Energy => "energy",
            Self::Interval => "throughput",
            Self::Memory => "peak memory",
            Self::LinkBytes => "link traffic",
            Self::Area => "area",
        }
    }

    /// The unit of what [`Metrics::shown`] gives.
    pub fn unit(self) -> Unit {
        match self {
            Self::Latency => Unit::Seconds,
            Self::Energy => Unit::Joules,
            Self::Interval => Unit::PerSecond,
            Self::Memory | Self::LinkBytes => Unit::Bytes,
            Self::Area => Unit::SquareMetres,
        }
    }

    /// Whether what [`Metrics::shown`] gives is better the larger it is.
    pub fn more_is_better(self) -> bool {
        self == Self::Interval
    }
}

/// The headline numbers, as stored in files, pins and fronts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Seconds of one inference.
    pub latency_s: f64,
    /// Joules of one inference.
    pub energy_j: f64,
    /// Results per second when pipelined.
    pub throughput_hz: f64,
    /// Bytes over all links.
    pub link_bytes: u64,
    /// Largest memory use of a device in bytes.
    pub peak_memory_bytes: u64,
    /// Area of the devices that have layers, in square metres.
    #[serde(default)]
    pub area_m2: f64,
}

impl Metrics {
    /// The number an objective makes small, in SI base units.
    pub fn get(&self, objective: Objective) -> f64 {
        match objective {
            Objective::Latency => self.latency_s,
            Objective::Energy => self.energy_j,
            Objective::Interval => 1.0 / self.throughput_hz,
            Objective::Memory => self.peak_memory_bytes as f64,
            Objective::LinkBytes => self.link_bytes as f64,
            Objective::Area => self.area_m2,
        }
    }

    /// The number an objective is known by, in SI base units: [`Metrics::get`], but the throughput in place of the interval.
    pub fn shown(&self, objective: Objective) -> f64 {
        match objective {
            Objective::Interval => self.throughput_hz,
            _ => self.get(objective),
        }
    }
}

impl From<&Evaluation> for Metrics {
    fn from(evaluation: &Evaluation) -> Self {
        let memory = evaluation.devices.iter().map(DeviceLoad::memory_bytes);
        Self {
            latency_s: evaluation.latency_s,
            energy_j: evaluation.energy_j,
            throughput_hz: evaluation.throughput_hz,
            link_bytes: evaluation.link_bytes,
            peak_memory_bytes: memory.max().unwrap_or(0),
            area_m2: evaluation.area_m2,
        }
    }
}
