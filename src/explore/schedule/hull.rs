//! The bound of the relaxed programme without solving it: where nothing but budgets is to be kept, mixes of schedules reach the lower convex
//! hull of the front, so the least within a budget lies on the hull at that budget, between the two schedules beside it.

use super::plan::Plan;
use super::programme::{Bound, BoundError, Share};
use super::{Objective, Rules, SLACK, within};

/// What no schedule within the budgets of the rules can undercut, by the front without budgets: sorted by latency, energies descending.
///
/// # Errors
/// Not even a mix of schedules keeps the budgets.
pub(super) fn bound(plans: &[Plan], rules: &Rules, objective: Objective) -> Result<Bound, BoundError> {
    let (budget, own) = match objective {
        Objective::Latency => (rules.energy_j, rules.latency_s),
        Objective::Energy => (rules.latency_s, rules.energy_j),
    };
    let point = |plan: &Plan| match objective {
        Objective::Latency => (plan.energy_j(), plan.latency_s()),
        Objective::Energy => (plan.latency_s(), plan.energy_j()),
    };
    // By what is limited, ascending.
    let hull = match objective {
        Objective::Latency => lower(plans.iter().rev(), point),
        Objective::Energy => lower(plans.iter(), point),
    };
    let at = budget.map_or(f64::INFINITY, |budget| budget * (1.0 + SLACK));
    let behind = hull.partition_point(|plan| point(plan).0 <= at);
    let below = behind.checked_sub(1).and_then(|index| hull.get(index));
    let below = below.ok_or(BoundError::Infeasible)?;
    let share = |share: f64, plan: &Plan| Share {
        share,
        plan: plan.clone(),
    };
    let (left, y) = point(below);
    let (value, mix) = match hull.get(behind) {
        Some(above) if at > left => {
            let (right, lower) = point(above);
            let part = (at - left) / (right - left);
            let mut mix = vec![share(1.0 - part, below), share(part, above)];
            mix.sort_by(|a, b| b.share.total_cmp(&a.share));
            (y + part * (lower - y), mix)
        }
        _ => (y, vec![share(1.0, below)]),
    };
    match within(value, own) {
        true => Ok(Bound { value, mix }),
        false => Err(BoundError::Infeasible),
    }
}

/// The corners of the lower convex hull of points whose first number ascends and whose second descends.
fn lower<'a>(plans: impl Iterator<Item = &'a Plan>, point: impl Fn(&Plan) -> (f64, f64)) -> Vec<&'a Plan> {
    let mut hull: Vec<&Plan> = Vec::new();
    for plan in plans {
        while let [.., before, last] = hull.as_slice() {
            let ((ax, ay), (bx, by), (cx, cy)) = (point(before), point(last), point(plan));
            // On or above the line between its neighbours.
            if (by - ay) * (cx - ax) < (cy - ay) * (bx - ax) {
                break;
            }
            hull.pop();
        }
        hull.push(plan);
    }
    hull
}
