//! Exact fronts over measured bundles, beside what the published optimiser's solver takes on the same profiles: one of its sweeps asks for
//! one point of the front after another.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use criterion::{Criterion, criterion_group, criterion_main};
use cutscape::cost::profile::{BundleCost, BundleTable};
use cutscape::explore::schedule::{Constraint, Count, Machine, Objective, Problem, Rules, Transfers};
use cutscape::link::{LinkModel, RadioEnergy};
use cutscape::network::blocks::Blocks;
use cutscape::system::preset::Presets;
use serde::Deserialize;
use std::hint::black_box;
use std::path::Path;

#[derive(Deserialize)]
struct Bundle {
    device: String,
    first: usize,
    last: usize,
    frequency: i64,
    latency_s: f64,
    energy_uj: f64,
}

fn problem(network: &str) -> Problem {
    let blocks = Blocks::preset(network).unwrap();
    let file = format!("tests/golden/dime/{network}_bundles.csv");
    let mut reader = csv::Reader::from_path(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let bundles: Vec<Bundle> = reader.deserialize().map(Result::unwrap).collect();
    let table = |device: &str| {
        let own = bundles.iter().filter(|bundle| bundle.device == device);
        let costs = own.map(|bundle| {
            let cost = BundleCost {
                clock_hz: u64::try_from(bundle.frequency).ok(),
                latency_s: bundle.latency_s,
                energy_j: Some(bundle.energy_uj / 1e6),
                runs: 1,
                estimated: false,
            };
            ((bundle.first, bundle.last), cost)
        });
        BundleTable::of(blocks.len(), costs)
    };
    let LinkModel::Radio(mut radio) = Presets::load(None).link("LTE (phone)").unwrap().model else {
        panic!("LTE is no radio");
    };
    radio.rtt_s = 0.0;
    // The published energies make the longest fronts.
    radio.energy = RadioEnergy::Legacy;
    let link = LinkModel::Radio(radio);
    let machines = vec![
        Machine::edge("edge", &table("edge")),
        Machine::server("cloud", &table("cloud")),
    ];
    let transfers = Transfers::new(blocks.bytes(), 2, |_, _| &link);
    Problem::new(blocks.len(), machines, transfers).unwrap()
}

fn fronts(criterion: &mut Criterion) {
    println!(
        "the published optimiser on a shared two-core machine, solver alone: alexnet 0.4 to 0.7 s for 53 points, vit 3.3 to 8.7 s for 51"
    );
    let cases = [
        ("alexnet", 8, Count::Free, "bar 0.2 ms"),
        ("alexnet", 8, Count::Ceil, "bar 300 ms"),
        ("alexnet", 1, Count::Ceil, "bar 300 ms"),
        ("vit", 16, Count::Free, "bar 2 ms"),
        ("vit", 16, Count::Ceil, "bar 300 ms"),
        ("vit", 5, Count::Ceil, "bar 300 ms"),
    ];
    for (network, longest, count, bar) in cases {
        let problem = problem(network);
        let rules = Rules {
            count,
            ..Rules::up_to(longest)
        };
        let points = problem.front(&rules).plans.len();
        let name = format!("{network}, bundles up to {longest}, {count:?}, {points} points ({bar})");
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| black_box(&problem).front(black_box(&rules)));
        });
    }
    let constrained = [
        ("alexnet", "bundles(edge) <= 1"),
        ("alexnet", "2*time(edge) + transfer <= 0.1 s"),
        ("vit", "time(cloud) >= 5 ms"),
        ("vit", "conv_proj..encoder_layer_3 on edge"),
    ];
    for (network, text) in constrained {
        let problem = problem(network);
        let blocks = Blocks::preset(network).unwrap();
        let problem = problem.constrained([Constraint::parse(text, &blocks, &["edge", "cloud"]).unwrap()]);
        let rules = Rules::up_to(blocks.len());
        let front = problem.front(&rules);
        let name = format!(
            "{network}, {text}, {} points, {} labels, {:?}",
            front.plans.len(),
            front.labels,
            front.engine
        );
        criterion.bench_function(&name, |bencher| {
            bencher.iter(|| black_box(&problem).front(black_box(&rules)));
        });
    }
    for network in ["alexnet", "vit"] {
        let problem = problem(network);
        let rules = Rules::up_to(problem.blocks());
        criterion.bench_function(&format!("{network}, bound by the hull"), |bencher| {
            bencher.iter(|| black_box(&problem).bound(black_box(&rules), Objective::Latency));
        });
        criterion.bench_function(&format!("{network}, bound by the linear programme"), |bencher| {
            bencher.iter(|| black_box(&problem).bound_by_programme(black_box(&rules), Objective::Latency));
        });
    }
}

criterion_group!(benches, fronts);
criterion_main!(benches);
