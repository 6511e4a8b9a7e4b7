//! Schedules over bundles against the published optimiser and an independent search: every optimum, front, sweep and comparison.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/close.rs"]
mod close;
#[path = "common/dime.rs"]
mod dime;
#[path = "common/golden.rs"]
mod golden;

use close::close;
use cutscape::cost::profile::{BundleCost, BundleTable};
use cutscape::explore::schedule::{
    Count, Front, Machine, Objective, Piece, Plan, Problem, Rules, Transfers, even, single_cut, sweep,
};
use cutscape::link::{LinkModel, PlainLink, RadioEnergy};
use cutscape::network::blocks::Blocks;
use cutscape::system::preset::Presets;
use dime::{of_kind, rows};
use golden::Deviations;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

const TOLERANCE: f64 = 1e-9;
/// What the original's solver leaves open (README of the reference values).
const SOLVER: f64 = 1.3e-3;
/// Between edge and hub, bytes per second.
const HUB: f64 = 137_500.0;

#[derive(Deserialize)]
struct Bundle {
    device: String,
    first: usize,
    last: usize,
    frequency: Option<i64>,
    latency_s: f64,
    energy_uj: Option<f64>,
}

fn table(blocks: &Blocks, bundles: &[Bundle], device: &str) -> BundleTable {
    let own = bundles.iter().filter(|bundle| bundle.device == device);
    let costs = own.map(|bundle| {
        let cost = BundleCost {
            clock_hz: bundle.frequency.and_then(|clock| u64::try_from(clock).ok()),
            latency_s: bundle.latency_s,
            energy_j: bundle.energy_uj.map(|energy| energy / 1e6),
            runs: 1,
            estimated: false,
        };
        ((bundle.first, bundle.last), cost)
    });
    BundleTable::of(blocks.len(), costs)
}

/// The radio of a published link without round-trip time, which the original does not know.
fn radio(conn: &str, model: &str) -> LinkModel {
    let preset = match conn {
        "3G" => "3G (phone)",
        "4G" => "LTE (phone)",
        "WiFi" => "Wi-Fi (phone)",
        other => panic!("{other}"),
    };
    let LinkModel::Radio(mut radio) = Presets::load(None).link(preset).unwrap().model else {
        panic!("{preset} is no radio");
    };
    radio.rtt_s = 0.0;
    radio.energy = match model {
        "corrected" => RadioEnergy::Corrected,
        "legacy" => RadioEnergy::Legacy,
        other => panic!("{other}"),
    };
    LinkModel::Radio(radio)
}

/// The problems of a network by link and energy model, and the fronts found.
struct Solver {
    network: String,
    blocks: Blocks,
    bundles: Vec<Bundle>,
    problems: BTreeMap<(String, String), Problem>,
    fronts: BTreeMap<String, Front>,
}

impl Solver {
    fn new(network: &str, file: &Path) -> Self {
        Self {
            network: network.to_owned(),
            blocks: Blocks::preset(network).unwrap_or_else(|| panic!("the blocks of {network} are not known")),
            bundles: rows(&file.with_file_name(format!("{network}_bundles.csv"))),
            problems: BTreeMap::new(),
            fronts: BTreeMap::new(),
        }
    }

    fn problem(&mut self, conn: &str, model: &str) -> &Problem {
        let key = (conn.to_owned(), model.to_owned());
        self.problems.entry(key).or_insert_with(|| {
            let machines = vec![
                Machine::edge("edge", &table(&self.blocks, &self.bundles, "edge")),
                Machine::server("cloud", &table(&self.blocks, &self.bundles, "cloud")),
            ];
            let link = radio(conn, model);
            let transfers = Transfers::new(self.blocks.bytes(), 2, |_, _| &link);
            Problem::new(self.blocks.len(), machines, transfers).unwrap()
        })
    }

    fn front(&mut self, conn: &str, model: &str, rules: &Rules) -> &Front {
        let key = format!("{conn} {model} {rules:?}");
        if !self.fronts.contains_key(&key) {
            let front = self.problem(conn, model).front(rules);
            self.fronts.insert(key.clone(), front);
        }
        &self.fronts[&key]
    }

    fn written(&mut self, conn: &str, model: &str, plan: &Plan) -> String {
        let blocks = self.blocks.clone();
        plan.written(self.problem(conn, model), &blocks)
    }
}

/// The rule of most reference rows.
fn ceil(longest: usize) -> Rules {
    Rules {
        count: Count::Ceil,
        ..Rules::up_to(longest)
    }
}

fn uj(plan: &Plan) -> f64 {
    plan.energy_j() * 1e6
}

/// Runs a check over all rows of all files of a kind.
fn over<Row: for<'a> Deserialize<'a>>(kind: &str, mut check: impl FnMut(&mut Deviations, &mut Solver, &Row)) {
    let mut files = of_kind(kind);
    // The set-up for latency alone has columns of its own.
    files.retain(|(network, _)| !network.ends_with("_sym"));
    if files.is_empty() {
        println!("no files of the kind {kind}");
        return;
    }
    let mut deviations = Deviations::default();
    let mut compared = 0;
    for (network, file) in files {
        let mut solver = Solver::new(&network, &file);
        for row in &rows::<Row>(&file) {
            check(&mut deviations, &mut solver, row);
            compared += 1;
        }
    }
    deviations.finish(compared);
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
            let ours = solver.written(conn, model, plan);
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
        let ours = solver.written(conn, model, &plan);
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
            let steps = sweep(solver.problem(parts[1], parts[2]), &rules, objective, budgets.len());
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

/// The set-up for latency alone: two or three devices, one bandwidth for whatever touches the cloud.
fn symmetric(network: &str, folder: &Path, bandwidth: f64) -> (Blocks, Problem) {
    let blocks = Blocks::preset(network).unwrap();
    let bundles: Vec<Bundle> = rows(&folder.join(format!("{network}_sym_bundles.csv")));
    let mut machines = vec![Machine::edge("edge", &table(&blocks, &bundles, "edge"))];
    if bundles.iter().any(|bundle| bundle.device == "hub") {
        machines.push(Machine::server("hub", &table(&blocks, &bundles, "hub")));
    }
    machines.push(Machine::server("cloud", &table(&blocks, &bundles, "cloud")));
    let plain = |rate_bytes_per_s| {
        LinkModel::Plain(PlainLink {
            rate_bytes_per_s,
            latency_s: 0.0,
            transmit_j_per_byte: 0.0,
            receive_j_per_byte: 0.0,
        })
    };
    let (near, far) = (plain(HUB), plain(bandwidth));
    let last = machines.len() - 1;
    let link = |_, to: usize| if to == last { &far } else { &near };
    let transfers = Transfers::new(blocks.bytes(), machines.len(), link);
    let problem = Problem::new(blocks.len(), machines, transfers).unwrap();
    (blocks, problem)
}

#[derive(Deserialize)]
#[expect(non_snake_case, reason = "the column's name")]
struct Symmetric {
    bandwidth_Bps: f64,
    max_bundle: usize,
    original_latency_s: Option<f64>,
    dp_same_rule_latency_s: f64,
    dp_same_rule_schedule: String,
    dp_ceil_rule_latency_s: f64,
    dp_unlimited_latency_s: f64,
    dp_unlimited_schedule: String,
}

#[test]
fn optima_for_latency_alone_match() {
    let mut deviations = Deviations::default();
    let mut compared = 0;
    for (network, file) in of_kind("_sym_optima") {
        let folder = file.parent().unwrap();
        // The original's AlexNet program alone rounds otherwise.
        let same = match network.as_str() {
            "alexnet" => Count::FloorPlusOne,
            _ => Count::Ceil,
        };
        for row in &rows::<Symmetric>(&file) {
            let (blocks, problem) = symmetric(&network, folder, row.bandwidth_Bps);
            let what = format!("{network} {} {}", row.bandwidth_Bps, row.max_bundle);
            let best = |count| {
                let rules = Rules {
                    count,
                    ..Rules::up_to(row.max_bundle)
                };
                problem.best(&rules, Objective::Latency).unwrap()
            };
            let pairs = [
                (best(same), row.dp_same_rule_latency_s),
                (best(Count::Ceil), row.dp_ceil_rule_latency_s),
                (best(Count::Free), row.dp_unlimited_latency_s),
            ];
            for (plan, reference) in &pairs {
                let words = || format!("{what}: {}", plan.words(&problem, &blocks));
                close(&mut deviations, words, plan.latency_s(), *reference, TOLERANCE);
            }
            // Equal costs may be told by other schedules, so these are only counted.
            let written = |plan: &Plan| plan.written(&problem, &blocks).replace("@-1", "");
            let same = written(&pairs[0].0) == row.dp_same_rule_schedule;
            let free = written(&pairs[2].0) == row.dp_unlimited_schedule;
            if !(same && free) {
                println!("{what}: another schedule of the same latency");
            }
            if let Some(original) = row.original_latency_s {
                let share = original / row.dp_same_rule_latency_s - 1.0;
                deviations.check((-1e-9..=1e-4).contains(&share), || {
                    format!("{what}: original {share:.2e}")
                });
            }
            compared += 1;
        }
    }
    if compared > 0 {
        deviations.finish(compared);
    }
}

#[derive(Deserialize)]
#[expect(non_snake_case, reason = "the column's name")]
struct Cut {
    bandwidth_Bps: f64,
    layers_on_cloud: usize,
    latency_s: f64,
}

#[test]
fn single_cuts_match() {
    let mut deviations = Deviations::default();
    let mut compared = 0;
    for (network, file) in of_kind("_sym_single_cut") {
        for row in &rows::<Cut>(&file) {
            let (blocks, problem) = symmetric(&network, file.parent().unwrap(), row.bandwidth_Bps);
            let rules = Rules::up_to(blocks.len());
            let cut = blocks.len() - row.layers_on_cloud;
            // With a hub: none of the blocks on it.
            let cuts = vec![cut; problem.machines().len() - 1];
            let plan = single_cut(&problem, &rules, Objective::Latency, &cuts).unwrap();
            let what = || format!("{network} {} {}", row.bandwidth_Bps, row.layers_on_cloud);
            close(&mut deviations, what, plan.latency_s(), row.latency_s, TOLERANCE);
            compared += 1;
        }
    }
    if compared > 0 {
        deviations.finish(compared);
    }
}
