//! The worst schedule: where sweeps end.

use super::choices::allowed;
use super::count::{self, State};
use super::{Asked, Cost, MOST_MACHINES, Objective, resources};
use std::collections::BTreeMap;

/// The largest latency in seconds or energy in joules of all schedules that keep the rules but for the budgets.
pub(super) fn most(asked: &Asked<'_>, objective: Objective) -> Option<f64> {
    let (problem, rules) = (asked.problem, &asked.rules);
    if !problem.constraints.is_empty() {
        return resources::most(asked, objective);
    }
    let of = |cost: Cost| match objective {
        Objective::Latency => cost.latency_s,
        Objective::Energy => cost.energy_j,
    };
    let (blocks, machines) = (problem.blocks, problem.machines.len());
    let mut lists: Vec<BTreeMap<(usize, State), f64>> = vec![BTreeMap::new(); blocks + 1];
    let largest = |list: &mut BTreeMap<(usize, State), f64>, key, value: f64| {
        let own = list.entry(key).or_insert(value);
        *own = own.max(value);
    };
    for boundary in 0..blocks {
        if asked.is_cancelled() {
            return None;
        }
        let mut ready = BTreeMap::new();
        if boundary == 0 {
            for machine in 0..machines {
                let cost = rules.input.map(|from| problem.transfers.at(0, from, machine));
                let cost = cost.unwrap_or_default();
                if cost.is_possible() {
                    ready.insert((machine, [0; MOST_MACHINES]), of(cost));
                }
            }
        }
        for (&(from, state), &value) in &lists[boundary] {
            for machine in (0..machines).filter(|&machine| rules.follows(from, machine)) {
                let cost = problem.transfers.at(boundary, from, machine);
                if cost.is_possible() {
                    largest(&mut ready, (machine, state), value + of(cost));
                }
            }
        }
        for ((machine, state), value) in ready {
            for last in boundary..blocks.min(boundary + rules.longest) {
                let Some(next) = count::after(state, machine, last + 1 - boundary, machines, rules) else {
                    continue;
                };
                for choice in allowed(&problem.machines[machine], machine, boundary, last, rules) {
                    let cost = Cost {
                        latency_s: choice.latency_s,
                        energy_j: choice.energy_j,
                    };
                    largest(&mut lists[last + 1], (machine, next), value + of(cost));
                }
            }
        }
    }
    let home = lists[blocks].iter().filter_map(|(&(from, _), &value)| {
        let cost = rules.output.map(|to| problem.transfers.at(blocks, from, to));
        let cost = cost.unwrap_or_default();
        cost.is_possible().then(|| value + of(cost))
    });
    home.max_by(f64::total_cmp)
}
