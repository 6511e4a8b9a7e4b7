//! Searching the designs of a network on a system.
//!
//! [`front`] gives the exact front of any objectives. Sums (latency, energy, link bytes, area) without limits on single devices are
//! searched by label setting over boundaries (`additive`); where busy times, memory or power matter whole partitions are searched (`whole`),
//! because these are properties of partitions. Boundaries are all ideals of the network while there are not too many, the positions of
//! some schedules otherwise; [`Space`] says which, and [`Guarantee`] what the answer is worth. Beside schedules two sums are searched
//! for the hull of all designs too (`mincut`), and [`Bound`] says how far any design can be from the front.
//!
//! [`schedule`] chooses bundles, devices and clocks by profiles of real devices; [`space`] (the module) searches accelerators instead of cuts: the sizes of one device for a network.

mod additive;
mod alternatives;
mod beside;
mod bound;
mod chain;
pub mod choose;
mod compare;
mod costs;
mod crossings;
mod curve;
mod exact;
mod flips;
mod free;
mod homeward;
mod hypervolume;
mod labels;
mod listed;
mod lp;
#[cfg(test)]
pub(crate) mod made;
pub mod mincut;
pub mod nsga2;
mod orders;
mod plan;
mod points;
pub mod schedule;
mod share;
pub mod space;
mod stairs;
pub mod sweep;
mod terms;
mod whole;

use crate::design::Design;
pub use crate::design::{Metrics, Objective, Problem};
use crate::network::lattice::Lattice;
pub use alternatives::ways;
pub use bound::Bound;
pub use compare::{Comparison, compare};
pub use curve::{best_position, curve, single_tensor_positions};
pub use flips::{Envelope, MOST_WAYS, Rate, envelope, flips};
pub use hypervolume::{hypervolume, reference_point};
pub use lp::{LpBound, LpError, check_with_lp};
use serde::{Deserialize, Serialize};

/// The largest number of ideals that is enumerated (algorithms.md).
pub const MOST_IDEALS: usize = 20_000;

/// Designs no other is at least as good as in all objectives, sorted by the first objective, then the next.
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
    /// Index into `points` of the knee: farthest below the plane through the corners at which one objective is at its best and all others at
    /// their worst, every objective scaled to 0..1; for two objectives that is the chord between the ends.
    pub knee: Option<usize>,
    /// What was searched.
    pub space: Space,
    /// What is known about `points`.
    pub guarantee: Guarantee,
    /// How far designs beyond the space can be, where the hull of all designs was searched too; its corners are then among `points`.
    pub bound: Option<Bound>,
    /// How many partial designs were looked at.
    pub labels: u64,
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
    /// Cuts at the positions of this many schedules only, because the ideals are more than [`MOST_IDEALS`] or too many for a
    /// search of whole partitions.
    Schedules(usize),
}

/// Most schedules a search can be asked for.
pub const MOST_SCHEDULES: usize = 5;

/// What a search asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Search {
    /// One to six different objectives; repeated ones count once, and none means latency.
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

/// What a search may take before it settles for less: for the positions of schedules instead of all ideals, for labels merged within a
/// tolerance instead of all of them, for fewer corners of the hull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Ideals that are enumerated; 0 = search the positions of schedules.
    pub ideals: usize,
    /// Labels that are looked at in one attempt.
    pub labels: u64,
    /// Weighted sums that are searched for the hull of all designs where not all ideals were; 0 = none.
    pub sums: usize,
}

impl Default for Caps {
    /// An attempt takes a few seconds at most.
    fn default() -> Self {
        Self {
            ideals: MOST_IDEALS,
            labels: 60_000_000,
            sums: mincut::MOST_SUMS,
        }
    }
}

/// The front with everything the plot shows; `None` when `cancel` said so.
///
/// `progress` is given the share done, 0 to 1.
pub fn front(problem: &Problem, search: &Search, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)) -> Option<Front> {
    front_within(problem, search, Caps::default(), cancel, progress)
}

/// As [`front`], with other caps.
pub fn front_within(
    problem: &Problem,
    search: &Search,
    caps: Caps,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Front> {
    let found = answer(problem, search, caps, cancel, progress)?;
    let objectives = search.objectives();
    let lattice = match found.space {
        Space::Ideals(count) => Lattice::of_ideals(problem.network, count),
        Space::Schedules(_) => None,
    };
    let lattice = lattice.unwrap_or_else(|| Lattice::of_schedule(problem.schedule));
    let knee = beside::knee(&found.points, &objectives);
    let front = Front {
        search: search.clone(),
        others: beside::others(problem, &found.points),
        baselines: beside::baselines(problem, &lattice, &found.points, &objectives, knee),
        knee,
        points: found.points,
        space: found.space,
        guarantee: found.guarantee,
        bound: found.bound,
        labels: found.labels,
    };
    progress(1.0);
    Some(front)
}

/// The best design in one objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// The design with its numbers; `None` where no design keeps every limit.
    pub point: Option<FrontPoint>,
    /// What was searched.
    pub space: Space,
    /// What is known about it.
    pub guarantee: Guarantee,
}

/// The design that is best in the search's first objective and keeps every limit; `None` when `cancel` said so.
pub fn best(problem: &Problem, search: &Search, cancel: &dyn Fn() -> bool) -> Option<Best> {
    let search = Search {
        objectives: search.objectives().into_iter().take(1).collect(),
        ..search.clone()
    };
    let found = answer(problem, &search, Caps::default(), cancel, &|_| {})?;
    Some(Best {
        point: found.points.into_iter().next(),
        space: found.space,
        guarantee: found.guarantee,
    })
}

/// The points of the front, by the method for this kind of search, over every way devices can be built.
fn answer(
    problem: &Problem,
    search: &Search,
    caps: Caps,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<chain::Answer> {
    let one = |problem: &Problem, ways: usize, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)| {
        if free::concerns(problem, search) {
            if !problem.table.is_additive() {
                return listed::front(problem, search, cancel, progress);
            }
            return free::front(problem, search, caps, cancel, progress);
        }
        let mut found = chain::front(problem, search, caps, cancel, progress)?;
        let is_open = matches!(found.space, Space::Schedules(_));
        if is_open && caps.sums > 0 && mincut::carries(problem, search) {
            // All ways devices can be built share what may be searched.
            let sums = (caps.sums / ways).max(2);
            found.bound = Some(bound::add(problem, search, &mut found.points, sums, cancel, progress)?);
        }
        Some(found)
    };
    alternatives::front(problem, search, cancel, progress, one)
}

impl Guarantee {
    /// What two fronts together are worth.
    fn weaker(self, other: Self) -> Self {
        match (self, other) {
            (Self::Incomplete(why), _) | (_, Self::Incomplete(why)) => Self::Incomplete(why),
            (Self::Within(a), Self::Within(b)) => Self::Within(a.max(b)),
            (Self::Within(share), Self::Exact) | (Self::Exact, Self::Within(share)) => Self::Within(share),
            (Self::Exact, Self::Exact) => Self::Exact,
        }
    }

    /// Of a front every design is within this share of.
    fn of(share: f64) -> Self {
        if share > 0.0 { Self::Within(share) } else { Self::Exact }
    }
}
