//! Schedules over bundles against enumeration by the definition, and against an integer programme.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/small.rs"]
mod small;

use cutscape::explore::schedule::{Count, Objective, Plan, Problem, Rules};
use minilp::{ComparisonOp, OptimizationDirection, Variable};
use proptest::prelude::*;
use small::{Made, all, key, made, rules};

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fronts_are_those_of_enumeration(made in made(), rules in rules()) {
        let problem = made.problem();
        let every = all(&problem, &rules);
        for (objective, value) in [(Objective::Latency, Plan::latency_s as fn(&Plan) -> f64), (Objective::Energy, Plan::energy_j)] {
            let most = every.iter().map(value).max_by(f64::total_cmp);
            let ours = problem.most(&rules, objective);
            prop_assert!(ours == most || (ours.unwrap() - most.unwrap()).abs() < 1e-12, "{ours:?} {most:?}");
        }
        let within = |value: f64, budget: Option<f64>| budget.is_none_or(|budget| value <= budget * (1.0 + 1e-9));
        let mut kept: Vec<&Plan> = every.iter().filter(|plan| within(plan.latency_s(), rules.latency_s) && within(plan.energy_j(), rules.energy_j)).collect();
        kept.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap());
        let mut least = f64::INFINITY;
        kept.retain(|plan| {
            let is_better = plan.energy_j() < least;
            least = least.min(plan.energy_j());
            is_better
        });
        let front = problem.front(&rules);
        let numbers = |plan: &Plan| (plan.latency_s(), plan.energy_j());
        let ours: Vec<_> = front.plans.iter().map(numbers).collect();
        let theirs: Vec<_> = kept.iter().map(|plan| numbers(plan)).collect();
        prop_assert_eq!(ours, theirs);
        for plan in &front.plans {
            prop_assert!(every.contains(plan), "{:?} breaks a rule", plan);
            let parts = plan.compute.latency_s + plan.transfer.latency_s;
            prop_assert!((parts - plan.latency_s()).abs() < 1e-12);
        }
    }

    #[test]
    fn optima_under_a_budget_are_those_of_an_integer_programme(made in made(), longest in 1_usize..=4, is_counted in any::<bool>(), share in 0.0..1.0) {
        let problem = made.problem();
        let rules = Rules { count: if is_counted { Count::Ceil } else { Count::Free }, ..Rules::up_to(longest) };
        let front = problem.front(&rules);
        let (Some(fastest), Some(thriftiest)) = (front.plans.first(), front.plans.last()) else {
            return Ok(());
        };
        let budget = thriftiest.energy_j() + share * (fastest.energy_j() - thriftiest.energy_j());
        let ours = front.best(Objective::Latency, Some(budget)).unwrap().latency_s();
        let theirs = programme(&problem, &made, &rules, budget);
        prop_assert!((ours - theirs).abs() <= 1e-6 * ours, "{ours} {theirs}");
        let relaxed = linear(&problem, &made, &rules, budget);
        prop_assert!(relaxed <= ours * (1.0 + 1e-9), "the linear programme is no bound: {relaxed} {ours}");
    }

    #[test]
    fn bounds_by_the_hull_are_those_of_the_linear_programme(made in made(), rules in rules()) {
        let problem = made.problem();
        let rules = Rules { count: Count::Free, ..rules };
        for (objective, value) in [(Objective::Latency, Plan::latency_s as fn(&Plan) -> f64), (Objective::Energy, Plan::energy_j)] {
            match (problem.bound(&rules, objective), problem.bound_by_programme(&rules, objective)) {
                (Ok(ours), Ok(theirs)) => {
                    prop_assert!((ours.value - theirs.value).abs() <= 1e-7 * theirs.value + 1e-10, "{:?} {:?}", ours, theirs);
                    let shares: f64 = ours.mix.iter().map(|own| own.share).sum();
                    let mean: f64 = ours.mix.iter().map(|own| own.share * value(&own.plan)).sum();
                    prop_assert!((shares - 1.0).abs() < 1e-12 && (mean - ours.value).abs() <= 1e-12, "{:?}", ours);
                    let mean = |of: fn(&Plan) -> f64| ours.mix.iter().map(|own| own.share * of(&own.plan)).sum::<f64>();
                    let (latency, energy) = (mean(Plan::latency_s), mean(Plan::energy_j));
                    let keeps = |value: f64, budget: Option<f64>| budget.is_none_or(|budget| value <= budget * (1.0 + 2e-9));
                    prop_assert!(keeps(latency, rules.latency_s) && keeps(energy, rules.energy_j), "{:?}", ours);
                }
                (Err(ours), Err(theirs)) => prop_assert_eq!(ours, theirs),
                (ours, theirs) => prop_assert!(false, "{:?} {:?}", ours, theirs),
            }
        }
    }
}

fn programme(problem: &Problem, made: &Made, rules: &Rules, budget: f64) -> f64 {
    solve(problem, made, rules, budget, true)
}

fn linear(problem: &Problem, made: &Made, rules: &Rules, budget: f64) -> f64 {
    solve(problem, made, rules, budget, false)
}

/// The least latency in seconds: one unit of flow through (boundary, device), milliseconds and millijoules.
fn solve(problem: &Problem, made: &Made, rules: &Rules, budget: f64, is_integer: bool) -> f64 {
    let machines = problem.machines().len();
    let (blocks, most) = (made.blocks, rules.longest as f64);
    // A device holds the data at a boundary, ready to run; handing over comes first.
    let node = |boundary: usize, machine: usize, ready: usize| (boundary * machines + machine) * 2 + ready;
    let mut balance: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); (blocks + 1) * machines * 2];
    let mut energies = Vec::new();
    let mut counts: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); machines];
    let mut lp = minilp::Problem::new(OptimizationDirection::Minimize);
    let transfers = transfers(problem, made);
    let mut arc = |from: usize, to: usize, ms: f64, mj: f64| {
        let flow = match is_integer {
            true => lp.add_binary_var(ms),
            false => lp.add_var(ms, (0.0, 1.0)),
        };
        balance[from].push((flow, -1.0));
        balance[to].push((flow, 1.0));
        energies.push((flow, mj));
        flow
    };
    for boundary in 0..=blocks {
        for from in 0..machines {
            for to in 0..machines {
                let (ms, mj) = transfers[(boundary * machines + from) * machines + to];
                arc(node(boundary, from, 0), node(boundary, to, 1), ms, mj);
            }
        }
    }
    for first in 0..blocks {
        for last in first..blocks.min(first + rules.longest) {
            for (machine, own) in problem.machines().iter().enumerate() {
                for choice in own.choices(first, last) {
                    let (ms, mj) = (choice.latency_s * 1e3, choice.energy_j * 1e3);
                    let flow = arc(node(first, machine, 1), node(last + 1, machine, 0), ms, mj);
                    // most × bundles <= blocks + most - 1
                    counts[machine].push((flow, most - (last + 1 - first) as f64));
                }
            }
        }
    }
    let (source, sink) = (node(0, 0, 0), node(blocks, 0, 1));
    for (index, terms) in balance.iter().enumerate().filter(|(_, terms)| !terms.is_empty()) {
        let excess = match index {
            index if index == source => -1.0,
            index if index == sink => 1.0,
            _ => 0.0,
        };
        lp.add_constraint(terms, ComparisonOp::Eq, excess);
    }
    lp.add_constraint(&energies, ComparisonOp::Le, budget * 1e3 * (1.0 + 1e-9));
    if rules.count == Count::Ceil {
        for terms in counts.iter().filter(|terms| !terms.is_empty()) {
            lp.add_constraint(terms, ComparisonOp::Le, most - 1.0);
        }
    }
    lp.solve().unwrap().into_solution().unwrap().objective() / 1e3
}

/// Milliseconds and millijoules by boundary, sender, receiver, from the bytes themselves.
fn transfers(problem: &Problem, made: &Made) -> Vec<(f64, f64)> {
    let machines = problem.machines().len();
    let mut costs = Vec::new();
    for &bytes in &made.bytes {
        let bytes = bytes as f64;
        for from in 0..machines {
            for to in 0..machines {
                costs.push(match (from, to) {
                    _ if from == to => (0.0, 0.0),
                    (0, _) => (bytes, bytes),
                    (_, 0) => (bytes / 4.0, bytes / 4.0),
                    _ => (bytes / 2.0, 0.0),
                });
            }
        }
    }
    costs
}
