//! Schedules over bundles against an independent search: every optimum, front, sweep, clock and private block.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/bundles.rs"]
mod bundles;
#[path = "common/close.rs"]
mod close;
#[path = "common/dime.rs"]
mod dime;
#[path = "common/golden.rs"]
mod golden;
#[path = "common/solver.rs"]
mod solver;

use close::close;
use cutscape::explore::schedule::{Objective, Plan, Rules, even, sweep};
use dime::of_kind;
use golden::Deviations;
use serde::Deserialize;
use solver::{Solver, ceil, over, uj};
use std::collections::BTreeMap;

const TOLERANCE: f64 = 1e-9;

fn written(solver: &mut Solver, conn: &str, model: &str, plan: &Plan) -> String {
    let blocks = solver.blocks.clone();
    plan.written(solver.problem(conn, model), &blocks)
}

#[derive(Deserialize)]
struct Optimum {
    conn: String,
    max_bundle: usize,
    comm_energy_model: String,
    min_latency_s: f64,
    energy_uj_at_min_latency: f64,
    schedule_min_latency: String,
    min_energy_uj: f64,
    latency_s_at_min_energy: f64,
    schedule_min_energy: String,
    max_latency_s: f64,
    max_energy_uj: f64,
    pareto_points: usize,
}

#[test]
fn optima_match() {
    over("_optima", |deviations, solver, row: &Optimum| {
        let (conn, model, rules) = (&row.conn, &row.comm_energy_model, ceil(row.max_bundle));
        let what = format!("{} {conn} {model} {}", solver.network, row.max_bundle);
        let front = solver.front(conn, model, &rules).clone();
        let fastest = front.best(Objective::Latency, None).unwrap();
        let thriftiest = front.best(Objective::Energy, None).unwrap();
        let problem = solver.problem(conn, model);
        let pairs = [
            (fastest.latency_s(), row.min_latency_s),
            (uj(fastest), row.energy_uj_at_min_latency),
            (uj(thriftiest), row.min_energy_uj),
            (thriftiest.latency_s(), row.latency_s_at_min_energy),
            (problem.most(&rules, Objective::Latency).unwrap(), row.max_latency_s),
            (
                problem.most(&rules, Objective::Energy).unwrap() * 1e6,
                row.max_energy_uj,
            ),
        ];
        for (index, (ours, reference)) in pairs.into_iter().enumerate() {
            close(
                deviations,
                || format!("{what}, number {index}"),
                ours,
                reference,
                TOLERANCE,
            );
        }
        deviations.equal(|| what.clone(), &front.plans.len(), &row.pareto_points);
        for (plan, reference) in [
            (fastest, &row.schedule_min_latency),
            (thriftiest, &row.schedule_min_energy),
        ] {
            let ours = written(solver, conn, model, plan);
            deviations.equal(|| what.clone(), &ours, reference);
        }
    });
}

#[derive(Deserialize)]
struct Point {
    conn: String,
    max_bundle: usize,
    comm_energy_model: String,
    latency_s: f64,
    energy_uj: f64,
    schedule: String,
}

#[test]
fn fronts_match() {
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    over("_pareto", |deviations, solver, row: &Point| {
        let (conn, model) = (&row.conn, &row.comm_energy_model);
        let what = format!("{} {conn} {model} {}", solver.network, row.max_bundle);
        let index = at.entry(what.clone()).or_default();
        let front = solver.front(conn, model, &ceil(row.max_bundle));
        let plan = front
            .plans
            .get(*index)
            .unwrap_or_else(|| panic!("{what}: {index}"))
            .clone();
        *index += 1;
        close(
            deviations,
            || format!("{what}: latency"),
            plan.latency_s(),
            row.latency_s,
            TOLERANCE,
        );
        close(
            deviations,
            || format!("{what}: energy"),
            uj(&plan),
            row.energy_uj,
            TOLERANCE,
        );
        let ours = written(solver, conn, model, &plan);
        deviations.equal(|| what, &ours, &row.schedule);
    });
}

#[derive(Deserialize)]
struct Swept {
    conn: String,
    max_bundle: usize,
    comm_energy_model: String,
    objective: String,
    budget: f64,
    latency_s: f64,
    energy_uj: f64,
}

#[test]
fn sweeps_match() {
    let mut budgets: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    over("_sweep", |deviations, solver, row: &Swept| {
        let (conn, model, rules) = (&row.conn, &row.comm_energy_model, ceil(row.max_bundle));
        let what = format!("{} {conn} {model} {} {}", solver.network, row.max_bundle, row.objective);
        let front = solver.front(conn, model, &rules);
        let (plan, budget) = match row.objective.as_str() {
            "min_latency" => (front.best(Objective::Latency, Some(row.budget / 1e6)), row.budget / 1e6),
            "min_energy" => (front.best(Objective::Energy, Some(row.budget)), row.budget),
            "min_energy_private" => {
                let private = row.budget as usize;
                let front = solver.front(conn, model, &Rules { private, ..rules });
                (front.best(Objective::Energy, None), f64::NAN)
            }
            other => panic!("{other}"),
        };
        let plan = plan.unwrap_or_else(|| panic!("{what}: nothing within {budget}"));
        close(
            deviations,
            || format!("{what}: latency"),
            plan.latency_s(),
            row.latency_s,
            TOLERANCE,
        );
        close(
            deviations,
            || format!("{what}: energy"),
            uj(plan),
            row.energy_uj,
            TOLERANCE,
        );
        if !budget.is_nan() {
            budgets
                .entry(format!("{what}|{conn}|{model}|{}|{}", row.max_bundle, row.objective))
                .or_default()
                .push(budget);
        }
    });
    // Our own budgets are the reference's.
    let mut deviations = Deviations::default();
    for (network, file) in of_kind("_sweep") {
        let mut solver = Solver::new(&network, &file);
        for (key, budgets) in budgets.iter().filter(|(key, _)| key.starts_with(&network)) {
            let parts: Vec<&str> = key.split('|').collect();
            let rules = ceil(parts[3].parse().unwrap());
            let objective = match parts[4] {
                "min_latency" => Objective::Latency,
                _ => Objective::Energy,
            };
            let steps = sweep(
                &solver.problem(parts[1], parts[2]).asked(&rules),
                objective,
                budgets.len(),
            );
            for (step, budget) in steps.iter().zip(budgets) {
                close(&mut deviations, || key.clone(), step.at, *budget, TOLERANCE);
            }
            deviations.equal(|| key.clone(), &steps.len(), &budgets.len());
        }
    }
    deviations.finish(budgets.len());
    assert_eq!(even(1.0, 2.0, 3), [1.0, 1.5, 2.0]);
}

#[derive(Deserialize)]
struct Locked {
    conn: String,
    max_bundle: usize,
    comm_energy_model: String,
    locked_frequency_hz: u64,
    min_latency_s: f64,
    energy_uj: f64,
    latency_s: f64,
    min_energy_uj: f64,
}

#[test]
fn optima_at_one_clock_match() {
    over("_frequency_locked", |deviations, solver, row: &Locked| {
        let rules = Rules {
            clock_hz: Some(row.locked_frequency_hz),
            ..ceil(row.max_bundle)
        };
        let what = format!("{} {} {rules:?}", row.conn, row.comm_energy_model);
        let front = solver.front(&row.conn, &row.comm_energy_model, &rules);
        let fastest = front.best(Objective::Latency, None).unwrap();
        let thriftiest = front.best(Objective::Energy, None).unwrap();
        let pairs = [
            (fastest.latency_s(), row.min_latency_s),
            (uj(fastest), row.energy_uj),
            (thriftiest.latency_s(), row.latency_s),
            (uj(thriftiest), row.min_energy_uj),
        ];
        for (ours, reference) in pairs {
            close(deviations, || what.clone(), ours, reference, TOLERANCE);
        }
    });
}

#[derive(Deserialize)]
struct Private {
    conn: String,
    max_bundle: usize,
    comm_energy_model: String,
    private_layers: usize,
    latency_s: f64,
    min_energy_uj: f64,
}

#[test]
fn optima_with_private_blocks_match() {
    over("_privacy", |deviations, solver, row: &Private| {
        let rules = Rules {
            private: row.private_layers,
            ..ceil(row.max_bundle)
        };
        let what = format!("{} {} {rules:?}", row.conn, row.comm_energy_model);
        let front = solver.front(&row.conn, &row.comm_energy_model, &rules);
        let plan = front.best(Objective::Energy, None).unwrap();
        close(deviations, || what.clone(), plan.latency_s(), row.latency_s, TOLERANCE);
        close(deviations, || what.clone(), uj(plan), row.min_energy_uj, TOLERANCE);
    });
}
