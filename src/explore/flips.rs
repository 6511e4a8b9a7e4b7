//! Rates of a link at which the design of least latency changes (algorithms.md F7).
//!
//! With everything else fixed, the latency of a design is a + b / rate, where b is its bytes over the link. The best design at any rate is
//! on the front of a and b, and which one it is follows from the lower envelope of those lines over 1 / rate: one search answers for
//! every rate at once.

use super::additive::{self, Found, Stopped};
use super::costs::{Aim, Costs};
use super::exact::minus;
use super::points::design;
use super::whole::{self, Limits};
use super::{Flip, MOST_IDEALS, Problem, ideals};
use crate::network::lattice::Lattice;

/// Every rate of `link` at which the design of least latency changes, rising; `None` when `cancel` said so.
///
/// Designs that exceed a device's memory are left out; limits on power, throughput, latency and energy, which themselves depend on the
/// rate, are not looked at. Empty where the search would be too large, and where a standard fixes the link's rate.
pub fn flips(problem: &Problem, link: usize, cancel: &dyn Fn() -> bool) -> Option<Vec<Flip>> {
    if problem.system.link(link).model.tunable().is_none() {
        return Some(Vec::new());
    }
    let limits = Limits::of(problem).memory_only();
    let ideals = ideals(problem, &limits, MOST_IDEALS);
    let lattices = ideals
        .into_iter()
        .chain(std::iter::once_with(|| Lattice::of_schedule(problem.schedule)));
    for lattice in lattices {
        match flips_over(problem, &lattice, &limits, link, cancel) {
            Ok(flips) => return Some(flips),
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::TooLarge) => {}
        }
    }
    Some(Vec::new())
}

fn flips_over(
    problem: &Problem,
    lattice: &Lattice,
    limits: &Limits,
    link: usize,
    cancel: &dyn Fn() -> bool,
) -> Result<Vec<Flip>, Stopped> {
    let costs = Costs::new(problem, lattice, Aim::LatencyBytes(link));
    let front = if limits.any() {
        whole::front(&costs, limits, cancel, &|_| {})?
    } else {
        additive::front(&costs, cancel, &|_| {})?
    };
    let hull = hull(&costs, &front);
    let devices = problem.system.devices.len();
    let flip = |pair: &[Found]| Flip {
        rate_bytes_per_s: rate(&costs, &pair[0], &pair[1]),
        below: design(lattice, devices, &pair[1].cuts),
        above: design(lattice, devices, &pair[0].cuts),
    };
    Ok(hull.windows(2).map(flip).rev().collect())
}

/// The rate at which two designs are equally fast: `fast` sends more bytes and is better above it.
fn rate(costs: &Costs, fast: &Found, lean: &Found) -> f64 {
    let [seconds, _] = costs.values(minus(lean.cost, fast.cost));
    let [_, bytes] = costs.values(minus(fast.cost, lean.cost));
    bytes / seconds
}

/// The designs of a front that are best at some rate, from the highest rate down.
fn hull(costs: &Costs, front: &[Found]) -> Vec<Found> {
    let mut hull: Vec<Found> = Vec::new();
    for &next in front {
        while let [.., first, second] = hull.as_slice()
            && rate(costs, second, &next) >= rate(costs, first, second)
        {
            hull.pop();
        }
        hull.push(next);
    }
    hull
}
