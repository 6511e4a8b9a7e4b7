//! Searching the designs of a network on a system.
//!
//! [`front`] gives the exact front of latency and energy. Without limits on memory, power or throughput it is label setting over
//! boundaries (`additive`); with them whole partitions are searched (`whole`), because these limits are properties of
//! partitions. Boundaries are all ideals of the network while there are not too many, the positions of the schedule otherwise; [`Space`] says
//! which, and [`Guarantee`] what the answer is worth.

mod additive;
mod costs;
mod crossings;
mod curve;
mod exact;
mod flips;
mod hypervolume;
mod labels;
mod lp;
pub mod mincut;
mod points;
mod whole;

use crate::design::Design;
pub use crate::design::{Metrics, Objective, Problem};
use crate::network::lattice::Lattice;
use additive::{Found, Stopped};
use costs::{Aim, Costs};
pub use curve::{best_position, curve, single_tensor_positions};
pub use flips::flips;
pub use hypervolume::{hypervolume, reference_point};
pub use lp::{LpBound, LpError, check_with_lp};
use serde::{Deserialize, Serialize};
use whole::Limits;

/// The largest number of ideals that is enumerated (algorithms.md).
pub const MOST_IDEALS: usize = 20_000;
/// The largest number of ideals for a search of whole partitions, which looks at pairs of them.
const MOST_IDEALS_IN_PAIRS: usize = 2_500;

/// Designs no other is better than in latency and energy, in order of rising latency.
#[derive(Debug, Clone, PartialEq)]
pub struct Front {
    /// What it is the front of.
    pub search: Search,
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
    /// What is known about `points`.
    pub guarantee: Guarantee,
}

/// What is known about a front.
#[derive(Debug, Clone, PartialEq)]
pub enum Guarantee {
    /// No design of the space that keeps every limit is better than a point in every objective, and none is missing.
    Exact,
    /// Every design of the space that keeps every limit is matched by a point that is worse by at most this share in any objective.
    Within(f64),
    /// The points keep every limit, but there may be better ones: why, in a sentence.
    Incomplete(String),
}

/// One design on the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontPoint {
    /// Its numbers.
    pub metrics: Metrics,
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
    /// Cuts at the positions of the schedule only, because the ideals are more than [`MOST_IDEALS`] or too many for a search
    /// under limits.
    Schedule,
}

/// Most schedules a search can be asked for.
pub const MOST_SCHEDULES: usize = 5;

/// What a search asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Search {
    /// One to six different objectives.
    pub objectives: Vec<Objective>,
    /// Whether devices run in the order of the system or in any order.
    pub order: DeviceOrder,
    /// Whether a device may run several partitions; otherwise each is used at most once.
    pub revisits: bool,
    /// Largest number of partitions with layers; `None` = as many as there are devices, or 6 with revisits.
    pub most_partitions: Option<usize>,
    /// How many schedules are searched where the ideals are too many, 1 to [`MOST_SCHEDULES`].
    pub schedules: usize,
}

/// The order in which devices run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum DeviceOrder {
    /// As they stand in the system.
    #[default]
    Fixed,
    /// Any.
    Free,
}

impl Default for Search {
    /// Latency and energy, devices in order, each at most once.
    fn default() -> Self {
        Self {
            objectives: vec![Objective::Latency, Objective::Energy],
            order: DeviceOrder::Fixed,
            revisits: false,
            most_partitions: None,
            schedules: 1,
        }
    }
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

/// The exact latency-energy front with everything the plot shows; `None` when `cancel` said so.
///
/// `progress` is given the share done, 0 to 1.
pub fn front(problem: &Problem, search: &Search, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)) -> Option<Front> {
    front_within(problem, search, MOST_IDEALS, cancel, progress)
}

/// As [`front`], with another cap on the number of ideals (0 = search the schedule's positions only).
pub fn front_within(
    problem: &Problem,
    search: &Search,
    most_ideals: usize,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Front> {
    let ideals = ideals(problem, &Limits::of(problem), most_ideals);
    if let Some(lattice) = &ideals {
        let costs = Costs::new(problem, lattice, Aim::LatencyEnergy);
        match exact_front(&costs, cancel, progress) {
            Ok(found) => {
                let points = points::front_points(problem, lattice, &found);
                let space = Space::Ideals(lattice.places().len());
                return Some(complete(&costs, search, points, space, Guarantee::Exact, progress));
            }
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::TooLarge) => {}
        }
    }
    let lattice = Lattice::of_schedule(problem.schedule);
    let costs = Costs::new(problem, &lattice, Aim::LatencyEnergy);
    let (points, guarantee) = match exact_front(&costs, cancel, progress) {
        Ok(found) => (points::front_points(problem, &lattice, &found), Guarantee::Exact),
        Err(Stopped::Cancelled) => return None,
        Err(Stopped::TooLarge) => best_effort(&costs, cancel, progress)?,
    };
    Some(complete(&costs, search, points, Space::Schedule, guarantee, progress))
}

/// All ideals, if they are few enough for the search these limits ask for.
fn ideals(problem: &Problem, limits: &Limits, most: usize) -> Option<Lattice> {
    let most = if limits.any() {
        most.min(MOST_IDEALS_IN_PAIRS)
    } else {
        most
    };
    Lattice::of_ideals(problem.network, most)
}

/// Designs no other that keeps the limits is better than, in fixed point.
fn exact_front(costs: &Costs, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)) -> Result<Vec<Found>, Stopped> {
    let limits = Limits::of(costs.problem);
    if limits.any() {
        whole::front(costs, &limits, cancel, progress)
    } else {
        additive::front(costs, cancel, progress)
    }
}

/// Where a search with limits is too large: what keeps them of the front without limits and of a sample.
fn best_effort(
    costs: &Costs,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<(Vec<FrontPoint>, Guarantee)> {
    let found = match additive::front(costs, cancel, progress) {
        Ok(found) => found,
        Err(Stopped::Cancelled) => return None,
        Err(Stopped::TooLarge) => Vec::new(),
    };
    let mut points = points::front_points(costs.problem, costs.lattice, &found);
    points.extend(points::others(costs.problem, &points));
    let why = "the search under the limits of this system would be too large: these are the designs that keep them among the \
               front without limits and a sample of others";
    Some((points::staircase(points), Guarantee::Incomplete(why.to_owned())))
}

/// Adds to a front's points what stands beside them.
fn complete(
    costs: &Costs,
    search: &Search,
    points: Vec<FrontPoint>,
    space: Space,
    guarantee: Guarantee,
    progress: &dyn Fn(f32),
) -> Front {
    let knee = points::knee(&points);
    let front = Front {
        search: search.clone(),
        others: points::others(costs.problem, &points),
        baselines: points::baselines(costs, &points, knee),
        knee,
        points,
        space,
        guarantee,
    };
    progress(1.0);
    front
}
