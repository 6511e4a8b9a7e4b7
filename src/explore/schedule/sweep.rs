//! Schedules along budgets.

use super::plan::Plan;
use super::{Engine, Machine, Objective, Problem, Rules};

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
/// own budget on it is replaced; empty = no schedule keeps the rules.
pub fn sweep(problem: &Problem, rules: &Rules, objective: Objective, count: usize) -> Vec<Step> {
    let (other, rules) = match objective {
        Objective::Latency => (
            Objective::Energy,
            Rules {
                energy_j: None,
                ..*rules
            },
        ),
        Objective::Energy => (
            Objective::Latency,
            Rules {
                latency_s: None,
                ..*rules
            },
        ),
    };
    let front = problem.front(&rules);
    let best = |budget: f64| match front.engine {
        Engine::Labels => front.best(objective, Some(budget)).cloned(),
        // The front is not whole: every budget is a search of its own.
        _ => problem.best(&limited(&rules, other, budget), objective),
    };
    let value = |plan: &Plan| match other {
        Objective::Latency => plan.latency_s(),
        Objective::Energy => plan.energy_j(),
    };
    let least = front.best(other, None).map(value);
    let Some((low, high)) = least.zip(problem.most(&rules, other)) else {
        return Vec::new();
    };
    let budgets = even(low, high, count).into_iter();
    budgets.map(|at| Step { at, plan: best(at) }).collect()
}

fn limited(rules: &Rules, objective: Objective, budget: f64) -> Rules {
    let mut rules = *rules;
    match objective {
        Objective::Latency => rules.latency_s = Some(budget),
        Objective::Energy => rules.energy_j = Some(budget),
    }
    rules
}

/// The best schedules with the first 1, 2 … blocks at the edge.
pub fn private(problem: &Problem, rules: &Rules, objective: Objective) -> Vec<Step> {
    let counts = 1..=problem.blocks();
    counts
        .map(|private| Step {
            at: private as f64,
            plan: problem.best(&Rules { private, ..*rules }, objective),
        })
        .collect()
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
/// clock, usually the slowest there is. With all clocks alone where the edge has none to choose.
pub fn by_clocks(problem: &Problem, rules: &Rules, objective: Objective, slowest: Option<u64>) -> Vec<Clocked> {
    let clocks = problem.machines.first().map(Machine::clocks).unwrap_or_default();
    let all = [
        Some(("all", None)),
        clocks.last().map(|&clock| ("fastest", Some(clock))),
        slowest
            .or(clocks.first().copied())
            .map(|clock| ("slowest", Some(clock))),
    ];
    let all = all.into_iter().flatten();
    all.map(|(name, clock_hz)| Clocked {
        name,
        clock_hz,
        plan: problem.best(&Rules { clock_hz, ..*rules }, objective),
    })
    .collect()
}
