//! Fronts made by hand, for tests.

use super::{Front, FrontPoint, Guarantee, Search, Space};
use crate::design::{Design, Metrics};

/// A point of these numbers and no design.
pub fn point(latency_s: f64, energy_j: f64) -> FrontPoint {
    FrontPoint {
        metrics: Metrics {
            latency_s,
            energy_j,
            throughput_hz: 1.0,
            link_bytes: 0,
            peak_memory_bytes: 0,
            area_m2: 0.0,
        },
        feasible: true,
        design: Design {
            placements: Vec::new(),
            alternatives: Vec::new(),
        },
    }
}

/// A front of points of these latencies and energies.
pub fn front(points: &[(f64, f64)]) -> Front {
    Front {
        search: Search::default(),
        points: points
            .iter()
            .map(|&(latency_s, energy_j)| point(latency_s, energy_j))
            .collect(),
        others: Vec::new(),
        baselines: Vec::new(),
        knee: None,
        space: Space::Schedules(1),
        guarantee: Guarantee::Exact,
        bound: None,
        labels: 0,
    }
}
