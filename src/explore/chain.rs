//! The front of designs in chain order: over all ideals where they are few enough, else over the positions of some schedules.
//!
//! Where labels are too many for an exact front they are merged within a tolerance, the smallest of a few with which the search
//! gets through; the guarantee says what that costs.

use super::additive::Stopped;
use super::crossings::Crossings;
use super::plan::{Effort, Plan};
use super::terms::Term;
use super::whole::Limits;
use super::{Bound, Caps, FrontPoint, Guarantee, Problem, Search, Space, orders, points};
use crate::network::lattice::Lattice;

/// The largest number of ideals for a search of whole partitions, which looks at pairs of them.
const MOST_IDEALS_IN_PAIRS: usize = 2_500;
/// What is tried when labels are too many: labels that are worse by at most one part in these are merged.
const TOLERANCES: [i128; 4] = [2_000, 200, 50, 15];

/// What a search found.
pub(crate) struct Answer {
    pub(crate) points: Vec<FrontPoint>,
    pub(crate) space: Space,
    pub(crate) guarantee: Guarantee,
    pub(crate) labels: u64,
    pub(crate) bound: Option<Bound>,
}

/// All ideals, if they are few enough for the search of this plan. Devices that need whole partitions are searched over positions of schedules only
/// (rulings.md 2).
pub(crate) fn ideals(problem: &Problem, plan: &Plan, most: usize) -> Option<Lattice> {
    if !problem.table.is_additive() {
        return None;
    }
    let most = if plan.is_whole(problem) {
        most.min(MOST_IDEALS_IN_PAIRS)
    } else {
        most
    };
    Lattice::of_ideals(problem.network, most)
}

/// The front; `None` when `cancel` said so.
pub(crate) fn front(
    problem: &Problem,
    search: &Search,
    caps: Caps,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Answer> {
    let plan = Plan::new(problem, search);
    if let Some(lattice) = ideals(problem, &plan, caps.ideals) {
        let space = Space::Ideals(lattice.places().len());
        match over(problem, search, &plan, &lattice, caps, cancel, progress) {
            Ok((points, within, labels)) => {
                return Some(Answer {
                    points,
                    space,
                    guarantee: Guarantee::of(within),
                    labels,
                    bound: None,
                });
            }
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::TooManyLabels | Stopped::TooLarge) => {}
        }
    }
    let orders = orders::orders(problem, search.schedules);
    let space = Space::Schedules(orders.len());
    let (mut all, mut worst, mut labels) = (Vec::new(), 0.0, 0);
    for (index, order) in orders.iter().enumerate() {
        let share = |share: f32| progress((index as f32 + share) / orders.len() as f32);
        let lattice = Lattice::of_schedule(order);
        match over(problem, search, &plan, &lattice, caps, cancel, &share) {
            Ok((points, within, looked_at)) => {
                all.extend(points);
                worst = f64::max(worst, within);
                labels += looked_at;
            }
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::TooManyLabels | Stopped::TooLarge) => {
                let (points, guarantee) = best_effort(problem, search, &lattice, cancel, progress)?;
                all.extend(points);
                return Some(Answer {
                    points: points::front(all, &search.objectives()),
                    space,
                    guarantee,
                    labels,
                    bound: None,
                });
            }
        }
    }
    if orders.len() > 1 {
        all = points::front(all, &search.objectives());
    }
    Some(Answer {
        points: all,
        space,
        guarantee: Guarantee::of(worst),
        labels,
        bound: None,
    })
}

/// The front over some boundaries, how far it may be from the exact one, and the number of labels.
fn over(
    problem: &Problem,
    search: &Search,
    plan: &Plan,
    lattice: &Lattice,
    caps: Caps,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Result<(Vec<FrontPoint>, f64, u64), Stopped> {
    let crossings = Crossings::new(problem, lattice);
    let mut tolerances = TOLERANCES.into_iter();
    let mut tolerance = None;
    let effort = |tolerance| Effort {
        tolerance,
        most_labels: caps.labels,
    };
    loop {
        match plan.front(&crossings, lattice, effort(tolerance), cancel, progress) {
            Ok(found) => {
                let points = points::of_cuts(problem, lattice, &found.cuts, &search.objectives());
                return Ok((points, found.within, found.labels));
            }
            Err(Stopped::TooManyLabels) => {
                let Some(next) = tolerances.next() else {
                    return Err(Stopped::TooManyLabels);
                };
                tolerance = Some(next);
            }
            Err(stopped) => return Err(stopped),
        }
    }
}

/// Where a search is too large: what keeps the limits of the front of latency and energy without limits, and of a sample.
fn best_effort(
    problem: &Problem,
    search: &Search,
    lattice: &Lattice,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<(Vec<FrontPoint>, Guarantee)> {
    let plan = Plan::of_two([Term::Latency, Term::Energy], Limits::none(problem));
    let crossings = Crossings::new(problem, lattice);
    let effort = Effort {
        tolerance: TOLERANCES.first().copied(),
        ..Effort::default()
    };
    let cuts = match plan.front(&crossings, lattice, effort, cancel, progress) {
        Ok(found) => found.cuts,
        Err(Stopped::Cancelled) => return None,
        Err(Stopped::TooManyLabels | Stopped::TooLarge) => Vec::new(),
    };
    let objectives = search.objectives();
    let mut found = points::of_cuts(problem, lattice, &cuts, &objectives);
    found.extend(super::beside::others(problem, &found));
    let most = search.most_partitions.unwrap_or(usize::MAX);
    found.retain(|point| points::devices_used(problem, &point.design) <= most);
    let why = "the search for these objectives and limits would be too large: these are the designs that keep the limits among \
               the front of latency and energy without limits and a sample of others";
    Some((found, Guarantee::Incomplete(why.to_owned())))
}
