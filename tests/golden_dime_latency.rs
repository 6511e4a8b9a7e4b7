//! Schedules for latency alone, two or three devices, against an independent search and the published optimiser.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/bundles.rs"]
mod bundles;
#[path = "common/close.rs"]
mod close;
#[path = "common/dime.rs"]
mod dime;
#[path = "common/golden.rs"]
mod golden;

use bundles::{Bundle, table};
use close::close;
use cutscape::explore::schedule::{Count, Machine, Objective, Plan, Problem, Rules, Transfers, single_cut};
use cutscape::link::{LinkModel, PlainLink};
use cutscape::network::blocks::Blocks;
use dime::{of_kind, rows};
use golden::Deviations;
use serde::Deserialize;
use std::path::Path;

const TOLERANCE: f64 = 1e-9;
/// Between edge and hub, bytes per second.
const HUB: f64 = 137_500.0;

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
            let written = |plan: &Plan| plan.written(&problem, &blocks).replace("@-1", "");
            deviations.equal(|| what.clone(), &written(&pairs[0].0), &row.dp_same_rule_schedule);
            deviations.equal(|| what.clone(), &written(&pairs[2].0), &row.dp_unlimited_schedule);
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

/// A column of another name fails the test by naming it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(non_snake_case, reason = "the column's name")]
struct Cut {
    bandwidth_Bps: f64,
    /// Of files for three devices; none of the blocks without it.
    #[serde(default, alias = "layers_on_nano")]
    layers_on_hub: Option<usize>,
    layers_on_cloud: usize,
    latency_s: f64,
}

impl Cut {
    /// The boundaries between the devices, for `machines` devices.
    fn cuts(&self, blocks: usize, machines: usize) -> Vec<usize> {
        let cloud = blocks - self.layers_on_cloud;
        let hub = cloud - self.layers_on_hub.unwrap_or(0);
        if machines == 3 { vec![hub, cloud] } else { vec![cloud] }
    }
}

#[test]
fn single_cuts_of_three_devices_are_understood_and_others_named() {
    let read = |text: &str| -> Result<Vec<Cut>, csv::Error> {
        csv::Reader::from_reader(text.as_bytes()).deserialize().collect()
    };
    let three = read("bandwidth_Bps,layers_on_hub,layers_on_cloud,latency_s\n50000,2,3,0.5\n").unwrap();
    assert_eq!(three[0].cuts(8, 3), [3, 5]);
    let two = read("bandwidth_Bps,layers_on_cloud,latency_s\n50000,3,0.5\n").unwrap();
    assert_eq!((two[0].cuts(8, 2), two[0].cuts(8, 3)), (vec![5], vec![5, 5]));
    let other = read("bandwidth_Bps,layers_on_moon,layers_on_cloud,latency_s\n50000,2,3,0.5\n");
    let error = other.map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("layers_on_moon"), "{error}");
}

#[test]
fn single_cuts_match() {
    let mut deviations = Deviations::default();
    let mut compared = 0;
    for (network, file) in of_kind("_sym_single_cut") {
        for row in &rows::<Cut>(&file) {
            let (blocks, problem) = symmetric(&network, file.parent().unwrap(), row.bandwidth_Bps);
            let rules = Rules::up_to(blocks.len());
            let cuts = row.cuts(blocks.len(), problem.machines().len());
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
