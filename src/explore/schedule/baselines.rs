//! What others do: schedules to show next to the best one.

use super::choices::allowed;
use super::plan::{Piece, Plan, clock_words};
use super::{Asked, Count, Objective, Order, Problem, Rules};

/// A named schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// For example `all on edge at 921.6 MHz`, `best single cut`.
    pub name: String,
    /// The schedule; `None` = the profiles lack a bundle it needs, or, of those that keep rules and budgets, there is none.
    pub plan: Option<Plan>,
}

/// All baselines: everything on one device, the best single cut, single blocks only, any number of bundles, fastest and slowest clock.
///
/// The first two kinds are fixed schedules, shown whatever rules and constraints ask; the others keep all but the one they are named after,
/// and are left out where they were not found in time.
pub fn baselines(asked: &Asked<'_>, objective: Objective) -> Vec<Baseline> {
    let (problem, rules) = (asked.problem, &asked.rules);
    let mut found = Vec::new();
    let mut add = |name: String, plan: Option<Plan>| found.push(Baseline { name, plan });
    let last = problem.blocks().saturating_sub(1);
    for (machine, own) in problem.machines().iter().enumerate() {
        let choices = own.choices(0, last);
        if choices.is_empty() {
            add(format!("all on {}", own.name), None);
        }
        for &choice in choices {
            let at = choice.clock_hz.map(clock_words);
            let at = at.map_or(String::new(), |clock| format!(" at {clock}"));
            let piece = Piece {
                first: 0,
                last,
                machine,
                choice,
            };
            let plan = Plan::of(problem, rules, vec![piece]);
            add(format!("all on {}{at}", own.name), plan.is_possible().then_some(plan));
        }
    }
    if problem.machines().len() > 1 {
        add("best single cut".to_owned(), best_cut(problem, rules, objective));
    }
    let mut kinds = vec![
        ("single blocks".to_owned(), Rules { longest: 1, ..*rules }),
        (
            "any number of bundles".to_owned(),
            Rules {
                count: Count::Free,
                ..*rules
            },
        ),
    ];
    let clocks = problem
        .machines()
        .first()
        .map(super::Machine::clocks)
        .unwrap_or_default();
    for (name, clock) in [("fastest", clocks.last()), ("slowest", clocks.first())] {
        if let Some(&clock) = clock {
            let rules = Rules {
                clock_hz: Some(clock),
                ..*rules
            };
            kinds.push((format!("{name} clock only"), rules));
        }
    }
    for (name, rules) in kinds {
        if let Ok(plan) = asked.with(rules).best(objective) {
            add(name, plan);
        }
    }
    found
}

/// One bundle per device in the order of the devices, cut at `cuts` (ascending boundaries, one fewer than devices), each at the clock
/// that is best in the objective; a device without blocks is left out. `None` = a bundle has no cost, or two devices no way between them.
pub fn single_cut(problem: &Problem, rules: &Rules, objective: Objective, cuts: &[usize]) -> Option<Plan> {
    let mut pieces = Vec::new();
    let mut first = 0;
    let ends = cuts.iter().copied().chain([problem.blocks()]);
    for (machine, end) in ends.enumerate() {
        if first < end {
            let free = Rules {
                longest: problem.blocks(),
                private: 0,
                order: Order::Any,
                ..*rules
            };
            let choices = allowed(problem.machines().get(machine)?, machine, first, end - 1, &free);
            let key = |choice: &&super::Choice| match objective {
                Objective::Latency => (choice.latency_s, choice.energy_j),
                Objective::Energy => (choice.energy_j, choice.latency_s),
            };
            let best = choices.min_by(|a, b| {
                let (a, b) = (key(a), key(b));
                a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
            });
            pieces.push(Piece {
                first,
                last: end - 1,
                machine,
                choice: *best?,
            });
        }
        first = first.max(end);
    }
    let plan = Plan::of(problem, rules, pieces);
    plan.is_possible().then_some(plan)
}

fn best_cut(problem: &Problem, rules: &Rules, objective: Objective) -> Option<Plan> {
    let blocks = problem.blocks();
    let cuts: Vec<Vec<usize>> = match problem.machines().len() {
        2 => (0..=blocks).map(|cut| vec![cut]).collect(),
        _ => (0..=blocks)
            .flat_map(|first| (first..=blocks).map(move |second| vec![first, second]))
            .collect(),
    };
    let plans = cuts
        .iter()
        .filter_map(|cuts| single_cut(problem, rules, objective, cuts));
    let value = |plan: &Plan| match objective {
        Objective::Latency => plan.latency_s(),
        Objective::Energy => plan.energy_j(),
    };
    plans.min_by(|a, b| value(a).total_cmp(&value(b)))
}
