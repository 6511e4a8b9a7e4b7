//! The corners of a front of two sums and a bound on all of it, on any network, without enumerating its boundaries.
//!
//! Wide networks have astronomically many ideals, so their designs cannot be searched one boundary after the other. But for devices in
//! chain order the least weighted sum of two additive objectives is the least cut of a flow network with a vertex per layer and link
//! (`graph`), exact and in milliseconds; `optimum` adds what a cut cannot say, `dichotomy` goes through the weights that matter. The designs it
//! finds are the corners of the front's convex hull. What lies between them can only be bounded, and [`gap`] says how far.
//!
//! Exact are: latency, energy, link bytes and area of any network on a chain of devices, widths on the links and constant parts of
//! messages included; the largest number of used devices. Links whose cost is no line (frames, packets) are replaced by a line below it and every
//! other limit is left out, which keeps the bound a bound.

mod dichotomy;
mod flow;
mod gap;
mod graph;
mod guess;
mod line;
mod messages;
mod optimum;
mod terms;

use super::points::{front, point};
use super::{DeviceOrder, FrontPoint, Objective, Problem, Search};
use crate::design::{Design, Placement};
use crate::network::Ideal;
use crate::system::Topology;
pub use dichotomy::MOST_SUMS;
use dichotomy::{Bound, corners};
pub use gap::gap;
use terms::{Terms, is_sum};

/// The corners of a front's convex hull, and what they say about the rest of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hull {
    /// The two objectives.
    pub objectives: [Objective; 2],
    /// Designs that keep every limit, by rising first objective, none dominated by another of them.
    pub points: Vec<FrontPoint>,
    /// No design has less of the first or of the second objective.
    pub least: [f64; 2],
    /// Lines below every design.
    pub lines: Vec<HullLine>,
    /// Whether the points are exactly the corners of the hull of all designs that keep the limits.
    pub exact: bool,
}

/// For every design, first objective × `per_unit[0]` + second × `per_unit[1]` is at least 1 (objectives in SI base units).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HullLine {
    /// Both at least 0.
    pub per_unit: [f64; 2],
}

/// Whether a search's designs and objectives are of the kind [`supported`] can carry: two sums, devices in chain order without revisits.
pub fn carries(problem: &Problem, search: &Search) -> bool {
    let system = problem.system;
    let in_chain = system.topology == Topology::Chain || system.devices.len() <= 2;
    matches!(search.objectives.as_slice(), &[a, b] if a != b && is_sum(a) && is_sum(b))
        && search.order == DeviceOrder::Fixed
        && !search.revisits
        && in_chain
        && system.direct.is_empty()
        && problem.table.is_additive()
}

/// The corners of the front's convex hull; `None` when `cancel` said so or the search is of another kind ([`carries`]).
///
/// `progress` is given the share done, 0 to 1.
pub fn supported(
    problem: &Problem,
    search: &Search,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Hull> {
    supported_within(problem, search, MOST_SUMS, cancel, progress)
}

/// As [`supported`], by at most so many weighted sums (at least two): the hull then misses corners, but its lines still hold.
pub(crate) fn supported_within(
    problem: &Problem,
    search: &Search,
    most_sums: usize,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Hull> {
    let &[first, second] = search.objectives.as_slice() else {
        return None;
    };
    if !carries(problem, search) {
        return None;
    }
    let objectives = [first, second];
    let terms = Terms::new(problem, objectives);
    let limits = [search.most_partitions, problem.constraints.most_devices];
    let most_devices = limits.into_iter().flatten().fold(terms.devices(), usize::min);
    let corners = corners(&terms, most_devices, most_sums, cancel, progress).ok()?;
    let found = corners.points.iter();
    let points: Vec<_> = found
        .map(|actual| point(problem, design(problem, &actual.device_of)))
        .collect();
    let all_keep_limits = points.iter().all(|p| p.feasible);
    progress(1.0);
    Some(Hull {
        objectives,
        points: front(points, &objectives),
        least: least(&terms, &corners.bounds),
        lines: corners.bounds.iter().filter_map(|bound| line(&terms, bound)).collect(),
        exact: corners.complete && all_keep_limits && terms.links_are_exact(),
    })
}

/// The design of an assignment of layers to devices in chain order.
fn design(problem: &Problem, device_of: &[usize]) -> Design {
    let devices = problem.system.devices.len();
    let mut end = Ideal::empty(device_of.len());
    let placements = (0..devices).map(|device| {
        for layer in (0..device_of.len()).filter(|&l| device_of[l] == device) {
            end.include(problem.network, layer);
        }
        let end = end.clone();
        Placement { device, end }
    });
    Design {
        placements: placements.collect(),
        alternatives: vec![0; devices],
    }
}

/// What no design goes below in one objective and in the other.
fn least(terms: &Terms, bounds: &[Bound]) -> [f64; 2] {
    // The weights of the ends leave the other objective in the last bits.
    let of = |end: usize| {
        let bound = bounds.iter().find(|bound| bound.weights == dichotomy::ENDS[end]);
        bound.map_or(0, |bound| (bound.least >> terms::BITS) as i128)
    };
    terms.values([of(0), of(1)])
}

/// A bound on whole numbers as a line on values; `None` if it says nothing.
fn line(terms: &Terms, bound: &Bound) -> Option<HullLine> {
    // A sum of 2^BITS weighs so much; what rounding of single costs and of this conversion could do is taken off.
    let units = terms.values([1 << terms::BITS; 2]);
    let least = bound.least as f64 * (1.0 - 1e-11);
    let unit = 2_f64.powi(terms::BITS as i32);
    let per_unit = [0, 1].map(|o| bound.weights[o] as f64 * unit / (units[o] * least));
    per_unit.iter().all(|v| v.is_finite()).then_some(HullLine { per_unit })
}
