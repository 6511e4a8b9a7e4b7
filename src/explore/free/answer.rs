//! From what the search found to the points of a front.

use super::super::stairs::Stairs;
use super::super::{FrontPoint, Guarantee, Objective, Search, points};
use super::meters::Meter;
use super::search::Found;
use super::steps::Steps;
use crate::design::{Design, Placement, Problem, evaluate};
use crate::network::Ideal;
use rayon::prelude::*;

/// The front of the designs found, and what it is worth after a look at what the search did not carry.
pub(crate) fn points(
    steps: &Steps,
    search: &Search,
    found: &[Found],
    guarantee: Guarantee,
) -> (Vec<FrontPoint>, Guarantee) {
    let problem = steps.problem;
    let objectives = search.objectives();
    let candidates: Vec<FrontPoint> = least(steps, &objectives, found)
        .into_par_iter()
        .map(|found| points::point(problem, design(steps, found)))
        .collect();
    let guarantee = match guarantee {
        Guarantee::Incomplete(why) => Guarantee::Incomplete(why),
        known => match unproven(problem, &objectives, &candidates) {
            Some(why) => Guarantee::Incomplete(why),
            None => known,
        },
    };
    (points::front(candidates, &objectives), guarantee)
}

/// What keeps a front from being proven, in a sentence.
fn unproven(problem: &Problem, objectives: &[Objective], candidates: &[FrontPoint]) -> Option<String> {
    if objectives.contains(&Objective::Memory) {
        return Some(
            "where the order of devices is free, the search adds up weights only: peak memory is compared among the designs it \
             found, and there may be better ones"
                .to_owned(),
        );
    }
    let broken = candidates.iter().find(|p| !p.feasible)?;
    let violations = evaluate(problem, &broken.design).violations;
    let first = violations.first()?;
    Some(format!(
        "designs that break a limit which is only checked at the end were left out, and there may be others in their place ({})",
        first.text
    ))
}

/// The designs no other is at least as good as in the objectives that the search adds up.
fn least<'f>(steps: &Steps, objectives: &[Objective], found: &'f [Found]) -> Vec<&'f Found> {
    let meters = objectives.iter().filter_map(|objective| {
        steps.meters.position(match objective {
            Objective::Latency => Meter::Latency,
            Objective::Energy => Meter::Energy,
            Objective::Interval => Meter::Longest,
            Objective::LinkBytes => Meter::LinkBytes,
            Objective::Area => Meter::Area,
            Objective::Memory => Meter::Heaviest,
        })
    });
    let meters: Vec<usize> = meters.collect();
    let sums = |found: &Found| {
        std::array::from_fn::<i128, { Objective::ALL.len() }, _>(|i| meters.get(i).map_or(0, |&m| found.sums[m]))
    };
    let mut order: Vec<_> = found.iter().map(|f| (sums(f), f)).collect();
    order.sort_by_key(|(sums, _)| *sums);
    let mut stairs = Stairs::default();
    order.retain(|(sums, _)| {
        let worth = stairs.at_most(sums).is_none();
        if worth {
            stairs.keep(sums);
        }
        worth
    });
    order.into_iter().map(|(_, found)| found).collect()
}

/// The design with these partitions.
fn design(steps: &Steps, found: &Found) -> Design {
    let (problem, places) = (steps.problem, steps.lattice.places());
    let devices = problem.system.devices.len();
    let layers = problem.table.flat().layers();
    let ends = found.partitions.iter().skip(1).map(|&(place, _)| places[place].clone());
    let ends = ends.chain([Ideal::full(layers)]);
    let placements: Vec<Placement> = found
        .partitions
        .iter()
        .zip(ends)
        .map(|(&(_, device), end)| Placement { device, end })
        .collect();
    Design::of_placements(devices, placements)
}
