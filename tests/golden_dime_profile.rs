//! Profiles against reference values: statistics of raw runs, and the energies of runs by a power log.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/close.rs"]
mod close;
#[path = "common/dime.rs"]
mod dime;
#[path = "common/golden.rs"]
mod golden;

use close::close;
use cutscape::cost::profile::power::{Join, PowerLog};
use cutscape::cost::profile::runs::{self, Run};
use cutscape::cost::profile::statistics::{self, Statistics};
use cutscape::cost::profile::{BundleTable, Producer, read_text};
use cutscape::network::blocks::Blocks;
use dime::{of_kind, rows};
use golden::{Deviations, reference};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Trimmed {
    count: usize,
    p: f64,
    dropped_each_end: usize,
    trimmed_mean: f64,
    values: String,
}

#[test]
fn trimmed_means_match() {
    let cases: Vec<Trimmed> = rows(&reference("dime").join("trimmed_mean_cases.csv"));
    let mut deviations = Deviations::default();
    for case in &cases {
        let values = case.values.split_whitespace().flat_map(|part| part.split(';'));
        let mut values: Vec<f64> = values.map(|value| value.parse().unwrap()).collect();
        let what = || format!("{} values, p = {}", case.count, case.p);
        deviations.equal(what, &values.len(), &case.count);
        let dropped = statistics::dropped(values.len(), case.p);
        deviations.equal(what, &dropped, &case.dropped_each_end);
        let ours = statistics::trimmed_mean(&mut values, case.p).unwrap();
        // The values are printed with six digits.
        close(&mut deviations, what, ours, case.trimmed_mean, 5e-6);
    }
    deviations.finish(cases.len());
}

#[derive(Deserialize)]
struct Bundle {
    device: String,
    first: usize,
    last: usize,
    frequency: i64,
    latency_s: f64,
    energy_uj: f64,
    layerwise_sum_latency_s: f64,
}

fn profile(path: &Path, blocks: &Blocks, statistics: &Statistics) -> BundleTable {
    let file = path.display().to_string();
    let form = Producer::Seconds.form().named_by(path);
    let runs = runs::read(&read_text(path).unwrap(), &file, &form, blocks).unwrap();
    statistics::table(&runs, blocks, statistics).0
}

#[test]
fn bundles_of_raw_runs_match() {
    let mut deviations = Deviations::default();
    let mut compared = 0;
    for (network, edge) in of_kind("_edge_profile") {
        let blocks = Blocks::preset(&network).unwrap();
        let edge_table = profile(&edge, &blocks, &Statistics::of_edge(&network));
        let cloud = edge.with_file_name(format!("{network}_cloud_profile.csv"));
        let cloud_table = profile(&cloud, &blocks, &Statistics::PLAIN);
        assert!(edge_table.missing(blocks.len()).is_empty() && cloud_table.missing(blocks.len()).is_empty());
        let reference: Vec<Bundle> = rows(&edge.with_file_name(format!("{network}_bundles.csv")));
        let ours = edge_table.iter().count() + cloud_table.iter().count();
        deviations.equal(|| network.clone(), &ours, &reference.len());
        for row in &reference {
            let (table, energy_of) = match row.device.as_str() {
                "edge" => (&edge_table, row.energy_uj),
                _ => (&cloud_table, 0.0),
            };
            let clock = u64::try_from(row.frequency).ok();
            let what = |number: &str| {
                format!(
                    "{network} {} {}..{} {clock:?}: {number}",
                    row.device, row.first, row.last
                )
            };
            let cost = table
                .get(row.first, row.last, clock)
                .unwrap_or_else(|| panic!("{}", what("missing")));
            close(&mut deviations, || what("latency"), cost.latency_s, row.latency_s, 1e-9);
            let energy_uj = cost.energy_j.unwrap_or(0.0) * 1e6;
            close(&mut deviations, || what("energy"), energy_uj, energy_of, 1e-9);
            let sum = table.layer_sum(row.first, row.last, clock).unwrap();
            close(
                &mut deviations,
                || what("sum of layers"),
                sum.latency_s,
                row.layerwise_sum_latency_s,
                1e-9,
            );
        }
        compared += 1;
    }
    deviations.finish(compared);
}

#[derive(Deserialize)]
struct Joined {
    iter: u32,
    run: u32,
    start_ns: i64,
    end_ns: i64,
    run_energy_uj: f64,
}

#[test]
fn energies_by_the_power_log_match() {
    let folder = reference("dime");
    let log = folder.join("power_log.csv");
    let log = PowerLog::read(&read_text(&log).unwrap(), "power_log.csv").unwrap();
    let reference: Vec<Joined> = rows(&folder.join("power_join.csv"));
    let run = |(row, joined): (usize, &Joined)| Run {
        first: 0,
        last: 0,
        clock_hz: None,
        latency_s: (joined.end_ns - joined.start_ns) as f64 / 1e9,
        energy_j: None,
        start_ns: Some(joined.start_ns),
        end_ns: Some(joined.end_ns),
        iteration: Some(joined.iter),
        run: Some(joined.run),
        row: row as u64 + 2,
    };
    let mut runs: Vec<Run> = reference.iter().enumerate().map(run).collect();
    let joined = log.join(&mut runs, &Join::default(), "power_join.csv").unwrap();
    let mut deviations = Deviations::default();
    for (run, reference) in runs.iter().zip(&reference) {
        let energy_uj = run.energy_j.unwrap() * 1e6;
        let what = || format!("{}, {}", reference.iter, reference.run);
        close(&mut deviations, what, energy_uj, reference.run_energy_uj, 1e-6);
        let is_outside = joined.outside.contains(&run.row);
        deviations.equal(what, &is_outside, &(reference.run_energy_uj == 0.0));
    }
    deviations.finish(reference.len());
}
