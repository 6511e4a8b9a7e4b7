//! What the published optimiser itself wrote and printed, with its own energy model: never better, and at the same cost.
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
use cutscape::explore::schedule::{Objective, Piece, Plan, Rules};
use golden::Deviations;
use serde::Deserialize;
use solver::{ceil, over, uj};

const TOLERANCE: f64 = 1e-9;
/// What the original's solver leaves open (README of the reference values).
const SOLVER: f64 = 1.3e-3;

#[derive(Deserialize)]
struct Original {
    conn: String,
    max_bundle: usize,
    sweep: String,
    budget: f64,
    latency_s: f64,
    energy_uj: f64,
}

/// What the original found with its own energy model: never better than ours beyond what its solver takes for a whole number, and no
/// worse than its solver's slack.
fn beside_original(deviations: &mut Deviations, what: &str, ours: f64, original: f64) {
    let share = original / ours - 1.0;
    deviations.check((-1e-8..=SOLVER).contains(&share), || {
        format!("{what}: ours {ours}, original {original}, off by {share:.2e}")
    });
}

#[test]
fn sweeps_of_the_original_are_no_better() {
    over("_original_sweeps", |deviations, solver, row: &Original| {
        let what = format!("{} {} {} {}", row.conn, row.max_bundle, row.sweep, row.budget);
        let rules = ceil(row.max_bundle);
        let front = solver.front(&row.conn, "legacy", &rules);
        match row.sweep.as_str() {
            "min_latency" => {
                let plan = front.best(Objective::Latency, Some(row.budget / 1e6)).unwrap();
                beside_original(deviations, &what, plan.latency_s(), row.latency_s);
            }
            "min_energy" => {
                let plan = front.best(Objective::Energy, Some(row.budget)).unwrap();
                beside_original(deviations, &what, uj(plan), row.energy_uj);
            }
            "min_energy_private" => {
                let private = row.budget as usize;
                let front = solver.front(&row.conn, "legacy", &Rules { private, ..rules });
                beside_original(
                    deviations,
                    &what,
                    uj(front.best(Objective::Energy, None).unwrap()),
                    row.energy_uj,
                );
            }
            other => panic!("{other}"),
        }
    });
}

#[derive(Deserialize)]
struct Report {
    conn: String,
    max_bundle: usize,
    report: String,
    latency_s: f64,
    comm_latency_s: f64,
    energy_uj: f64,
    comm_energy_uj: f64,
    schedule: String,
}

/// Fastest and slowest useful clock and the budgets of the original's three comparisons, by network.
fn comparisons(network: &str) -> (u64, u64, f64, f64) {
    match network {
        "alexnet" => (921_600_000, 537_600_000, 95_000.0, 0.1),
        "vgg11" => (921_600_000, 537_600_000, 650_000.0, 0.16),
        "vit" => (921_600_000, 614_400_000, 1_800_000.0, 0.5),
        other => panic!("{other}"),
    }
}

#[test]
fn schedules_of_the_original_cost_the_same_and_are_no_better() {
    over("_original_reports", |deviations, solver, row: &Report| {
        let what = format!("{} {} {}", row.conn, row.max_bundle, row.report);
        let (fast, slow, most_uj, most_s) = comparisons(&solver.network);
        let (lock, query) = match row.report.trim_end_matches("(again)").split_once(':') {
            Some(("fast", query)) => (Some(fast), query),
            Some(("slow", query)) => (Some(slow), query),
            Some((other, _)) => panic!("{other}"),
            None => (None, row.report.trim_end_matches("(again)")),
        };
        let rules = Rules {
            clock_hz: lock,
            ..ceil(row.max_bundle)
        };
        // The schedule itself.
        let blocks = solver.blocks.clone();
        let problem = solver.problem(&row.conn, "legacy");
        let pieces = row.schedule.split(" + ").map(|part| {
            let words: Vec<&str> = part.split(", ").collect();
            let (first, last) = blocks.span(words[0]).unwrap();
            let clock_hz = words[1].parse().ok();
            let machine = usize::from(words[2] != "nano");
            let choices = problem.machines()[machine].choices(first, last);
            let choice = *choices.iter().find(|choice| choice.clock_hz == clock_hz).unwrap();
            Piece {
                first,
                last,
                machine,
                choice,
            }
        });
        let plan = Plan::of(problem, &rules, pieces.collect());
        let end = plan.pieces.last().map(|piece| piece.last + 1);
        deviations.equal(|| what.clone(), &end, &Some(blocks.len()));
        let pairs = [
            (plan.latency_s(), row.latency_s),
            (plan.transfer.latency_s, row.comm_latency_s),
            (uj(&plan), row.energy_uj),
            (plan.transfer.energy_j * 1e6, row.comm_energy_uj),
        ];
        for (ours, reference) in pairs {
            close(
                deviations,
                || format!("{what}: {}", row.schedule),
                ours,
                reference,
                TOLERANCE,
            );
        }
        let front = solver.front(&row.conn, "legacy", &rules);
        match query {
            "min_latency" | "min_latency|energy" => {
                let budget = query.ends_with("energy").then_some(most_uj / 1e6);
                let best = front.best(Objective::Latency, budget).unwrap();
                beside_original(deviations, &what, best.latency_s(), row.latency_s);
            }
            "min_energy" | "min_energy|latency" => {
                let budget = query.ends_with("latency").then_some(most_s);
                let best = front.best(Objective::Energy, budget).unwrap();
                beside_original(deviations, &what, uj(best), row.energy_uj);
            }
            other => panic!("{other}"),
        }
    });
}
