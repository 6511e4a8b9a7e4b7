//! Schedules along budgets.

use super::plan::Plan;
use super::{Asked, Engine, Machine, Objective, Rules, within};

/// The best schedule of one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The budget in joules or seconds, or the number of blocks kept at the edge.
    pub at: f64,
    /// The schedule; `None` = none keeps it.
    pub plan: Option<Plan>,
}

/// `count` numbers from `low` to `high`, both included.
pub fn even(low: f64, high: f64, count: usize) -> Vec<f64> {
    let last = count.saturating_sub(1);
    let step = (high - low) / last.max(1) as f64;
    let inner = (0..last).map(|index| low + index as f64 * step);
    let end = if last == 0 { low } else { high };
    inner.chain((count > 0).then_some(end)).collect()
}

/// The least of one quantity under `count` budgets on the other, from the least of that to the most any schedule has. The rules'
/// own budget on it is replaced; empty = no schedule keeps the rules. Steps whose schedule was not found in time are left out.
pub fn sweep(asked: &Asked<'_>, objective: Objective, count: usize) -> Vec<Step> {
    let mut rules = asked.rules;
    let other = match objective {
        Objective::Latency => Objective::Energy,
        Objective::Energy => Objective::Latency,
    };
    match other {
        Objective::Latency => rules.latency_s = None,
        Objective::Energy => rules.energy_j = None,
    }
    let asked = asked.with(rules);
    let front = asked.front();
    let value = |plan: &Plan| match other {
        Objective::Latency => plan.latency_s(),
        Objective::Energy => plan.energy_j(),
    };
    let least = front.best(other, None).map(value);
    let Some((low, high)) = least.zip(asked.most(other)) else {
        return Vec::new();
    };
    let budgets = even(low, high, count);
    if front.engine == Engine::Labels {
        let best = |budget: f64| front.best(objective, Some(budget)).cloned();
        return budgets.into_iter().map(|at| Step { at, plan: best(at) }).collect();
    }
    // The front is not whole: budgets are searches of their own, from the loosest on. What one finds is best under every tighter budget it
    // keeps as well.
    let mut steps: Vec<Step> = Vec::new();
    for &at in budgets.iter().rev() {
        let last = steps.last().and_then(|step| step.plan.as_ref());
        let found = match last.filter(|plan| within(value(plan), Some(at))) {
            Some(plan) => Ok(Some(plan.clone())),
            None => asked.with(limited(&asked.rules, other, at)).best(objective),
        };
        steps.extend(found.ok().map(|plan| Step { at, plan }));
    }
    steps.reverse();
    steps
}

fn limited(rules: &Rules, objective: Objective, budget: f64) -> Rules {
    let mut rules = *rules;
    match objective {
        Objective::Latency => rules.latency_s = Some(budget),
        Objective::Energy => rules.energy_j = Some(budget),
    }
    rules
}

/// The best schedules with the first 1, 2 … blocks at the edge; those that were not found in time are left out.
pub fn private(asked: &Asked<'_>, objective: Objective) -> Vec<Step> {
    let counts = 1..=asked.problem.blocks();
    let steps = counts.filter_map(|private| {
        let rules = Rules { private, ..asked.rules };
        let plan = asked.with(rules).best(objective).ok()?;
        Some(Step {
            at: private as f64,
            plan,
        })
    });
    steps.collect()
}

/// The best schedule with some clocks of the edge alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Clocked {
    /// `all`, `fastest`, `slowest`.
    pub name: &'static str,
    /// The only clock in hertz; `None` = any.
    pub clock_hz: Option<u64>,
    /// The schedule; `None` = none keeps the rules.
    pub plan: Option<Plan>,
}

/// The best schedules with all clocks of the edge, with the fastest alone and with the slowest alone; `slowest` is what counts as that
/// clock, usually the slowest there is. With all clocks alone where the edge has none to choose. Those not found in time are left out.
pub fn by_clocks(asked: &Asked<'_>, objective: Objective, slowest: Option<u64>) -> Vec<Clocked> {
    let clocks = asked.problem.machines.first().map(Machine::clocks).unwrap_or_default();
    let all = [
        Some(("all", None)),
        clocks.last().map(|&clock| ("fastest", Some(clock))),
        slowest
            .or(clocks.first().copied())
            .map(|clock| ("slowest", Some(clock))),
    ];
    let all = all.into_iter().flatten().filter_map(|(name, clock_hz)| {
        let rules = Rules {
            clock_hz,
            ..asked.rules
        };
        let plan = asked.with(rules).best(objective).ok()?;
        Some(Clocked { name, clock_hz, plan })
    });
    all.collect()
}
