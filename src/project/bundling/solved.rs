//! The answer: the exact front, what others do, and sweeps of budgets.

use super::{Bundling, Stated, Unstated, state};
use crate::explore::schedule::{
    Baseline, Conflict, Engine, Front, Machine, Objective, Plan, Rules, Step, baselines, sweep, within,
};
use crate::network::Network;
use crate::system::System;

/// Sweeps of the budget on energy and of that on latency.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweeps {
    /// Least latency by budgets on energy.
    pub latency: Vec<Step>,
    /// Least energy by budgets on latency.
    pub energy: Vec<Step>,
}

impl Sweeps {
    /// The steps whose least is looked for.
    pub fn of(&self, objective: Objective) -> &[Step] {
        match objective {
            Objective::Latency => &self.latency,
            Objective::Energy => &self.energy,
        }
    }
}

/// All there is to say about schedules over the bundles of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// The problem.
    pub stated: Stated,
    /// All trade-offs, whatever the budgets. Where the edge's energies were not measured, the fastest schedule alone.
    pub front: Front,
    /// What others do.
    pub baselines: Vec<Baseline>,
    /// Sweeps of budgets, where they were asked for.
    pub sweeps: Option<Sweeps>,
    /// Why no schedule keeps rules, budgets and constraints, in words; `None` = one does.
    pub conflict: Option<String>,
}

/// States and solves; `sweep_by` = how many budgets are swept each way.
///
/// # Errors
/// See [`state`].
pub fn solve(
    system: &System,
    alternatives: &[usize],
    raw: &Network,
    bundling: &Bundling,
    sweep_by: Option<usize>,
    cancel: &dyn Fn() -> bool,
) -> Result<Solved, Unstated> {
    let stated = state(system, alternatives, raw, bundling)?;
    let problem = &stated.problem;
    let bundling = &bundling.as_known(problem.knows_energy());
    let rules = bundling.rules(&stated);
    let asked = problem.asked(&rules).until(cancel);
    let mut front = asked.front();
    if !problem.knows_energy() {
        // There is nothing to trade latency for.
        front.plans.truncate(1);
    }
    let within = asked.with(bundling.rules_within(&stated));
    if front.engine == Engine::Programme && (within.rules.latency_s, within.rules.energy_j) != (None, None) {
        // The programme gives the two ends alone: the best within the budgets is a question of its own.
        let best = within.best(bundling.objective).ok().flatten();
        let is_new = |best: &Plan| !front.plans.iter().any(|plan| is_same(plan, best));
        if let Some(best) = best.filter(is_new) {
            let place = front.plans.partition_point(|plan| plan.latency_s() < best.latency_s());
            front.plans.insert(place, best);
        }
    }
    let swept = sweep_by.filter(|_| problem.knows_energy() && !cancel());
    let sweeps = swept.map(|count| Sweeps {
        latency: sweep(&asked, Objective::Latency, count),
        energy: sweep(&asked, Objective::Energy, count),
    });
    let baselines = match cancel() {
        true => Vec::new(),
        false => baselines(&within, bundling.objective),
    };
    let rules = within.rules;
    let mut solved = Solved {
        baselines,
        front,
        sweeps,
        conflict: None,
        stated,
    };
    if solved.best(bundling).is_none() && !cancel() {
        let conflict = solved.stated.problem.asked(&rules).until(cancel).conflict();
        solved.conflict = Some(conflict.unwrap_or(Conflict::Unknown).words());
    }
    Ok(solved)
}

/// Whether two schedules cost the same up to rounding.
fn is_same(a: &Plan, b: &Plan) -> bool {
    let is_near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs();
    is_near(a.latency_s(), b.latency_s()) && is_near(a.energy_j(), b.energy_j())
}

/// What no schedule within the budgets can undercut in the objective, by the hull of the front or the relaxed programme; `None` = not known.
/// The programme may take longer than all the rest.
pub fn bound(solved: &Solved, bundling: &Bundling, cancel: &dyn Fn() -> bool) -> Option<f64> {
    let problem = &solved.stated.problem;
    let bundling = &bundling.as_known(problem.knows_energy());
    let asked = problem.asked(&bundling.rules_within(&solved.stated)).until(cancel);
    let bound = asked.bound_by(&solved.front, bundling.objective);
    bound.ok().map(|bound| bound.value)
}

/// The best schedule with the edge at each of its clocks alone; those that were not found before `cancel` called it off are left out.
pub fn by_clock(stated: &Stated, bundling: &Bundling, cancel: &dyn Fn() -> bool) -> Vec<(u64, Option<Plan>)> {
    let problem = &stated.problem;
    let bundling = &bundling.as_known(problem.knows_energy());
    let asked = problem.asked(&bundling.rules_within(stated)).until(cancel);
    let clocks = problem.machines().first().map(Machine::clocks).unwrap_or_default();
    let best = |clock_hz: u64| {
        let rules = Rules {
            clock_hz: Some(clock_hz),
            ..asked.rules
        };
        let plan = asked.with(rules).best(bundling.objective).ok()?;
        Some((clock_hz, plan))
    };
    clocks.into_iter().filter_map(best).collect()
}

impl Solved {
    /// The best schedule within both budgets, by its index in the front.
    pub fn best(&self, bundling: &Bundling) -> Option<usize> {
        let bundling = bundling.as_known(self.stated.problem.knows_energy());
        let keeps =
            |plan: &Plan| within(plan.latency_s(), bundling.latency_s) && within(plan.energy_j(), bundling.energy_j);
        let plans = &self.front.plans;
        match bundling.objective {
            Objective::Latency => plans.iter().position(keeps),
            Objective::Energy => plans.iter().rposition(keeps),
        }
    }

    /// The knee of the front: the schedule farthest below the line between its ends, on linear scales; `None` = fewer than three.
    pub fn knee(&self) -> Option<usize> {
        let plans = &self.front.plans;
        let (first, last) = (plans.first()?, plans.last()?);
        let width = last.latency_s() - first.latency_s();
        let height = first.energy_j() - last.energy_j();
        if plans.len() < 3 || width <= 0.0 || height <= 0.0 {
            return None;
        }
        let depth = |plan: &Plan| {
            let x = (plan.latency_s() - first.latency_s()) / width;
            let y = (plan.energy_j() - last.energy_j()) / height;
            1.0 - x - y
        };
        let inner = 1..plans.len() - 1;
        let deepest = inner.max_by(|&a, &b| depth(&plans[a]).total_cmp(&depth(&plans[b])))?;
        (depth(&plans[deepest]) > 0.0).then_some(deepest)
    }
}
