//! From boundaries to designs and their numbers.

use super::labels::Cuts;
use super::stairs::Stairs;
use super::{FrontPoint, Metrics, Objective};
use crate::design::{Design, Placement, Problem, evaluate};
use crate::network::lattice::Lattice;
use rayon::prelude::*;

/// The design that cuts every link at these boundaries.
pub(crate) fn design(lattice: &Lattice, devices: usize, cuts: &Cuts) -> Design {
    let places = lattice.places();
    let last = places.len() - 1;
    let end = |device: usize| {
        let place = if device + 1 < devices {
            cuts[device] as usize
        } else {
            last
        };
        places[place].clone()
    };
    Design {
        placements: (0..devices)
            .map(|device| Placement {
                device,
                end: end(device),
            })
            .collect(),
        alternatives: vec![0; devices],
    }
}

/// A design with its numbers.
pub(crate) fn point(problem: &Problem, design: Design) -> FrontPoint {
    let evaluation = evaluate(problem, &design);
    FrontPoint {
        metrics: Metrics::from(&evaluation),
        feasible: evaluation.violations.is_empty(),
        design,
    }
}

/// The feasible ones of the designs with these boundaries, as a front by their evaluated numbers.
pub(crate) fn of_cuts(
    problem: &Problem,
    lattice: &Lattice,
    cuts: &[Cuts],
    objectives: &[Objective],
) -> Vec<FrontPoint> {
    let devices = problem.system.devices.len();
    let points = cuts
        .par_iter()
        .map(|cuts| point(problem, design(lattice, devices, cuts)));
    front(points.collect(), objectives)
}

/// The feasible points no other is at least as good as, sorted by the first objective, then the next.
pub(crate) fn front(points: Vec<FrontPoint>, objectives: &[Objective]) -> Vec<FrontPoint> {
    // Numbers that are not negative are in the order of their bits.
    let key = |point: &FrontPoint| {
        let value = |i: usize| objectives.get(i).map_or(0.0, |&o| point.metrics.get(o).abs());
        std::array::from_fn::<i128, { Objective::ALL.len() }, _>(|i| i128::from(value(i).to_bits()))
    };
    let is_finite = |point: &FrontPoint| objectives.iter().all(|&o| point.metrics.get(o).is_finite());
    let feasible = points.into_iter().filter(|p| p.feasible && is_finite(p));
    let mut keyed: Vec<_> = feasible.map(|point| (key(&point), point)).collect();
    // Stable: designs that evaluate to the same numbers stay in the order of their exact sums.
    keyed.sort_by_key(|(key, _)| *key);
    let mut stairs = Stairs::default();
    keyed.retain(|(key, _)| {
        let worth = stairs.at_most(key).is_none();
        if worth {
            stairs.keep(key);
        }
        worth
    });
    keyed.into_iter().map(|(_, point)| point).collect()
}

/// Number of devices that have layers.
pub(crate) fn devices_used(problem: &Problem, design: &Design) -> usize {
    let mut used = vec![false; problem.system.devices.len()];
    for device in design.assignment(problem.table.flat().layers()) {
        used[device] = true;
    }
    used.into_iter().filter(|&used| used).count()
}
