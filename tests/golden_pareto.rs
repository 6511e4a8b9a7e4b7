//! Which candidates no other beats: the published filter, and exact fronts over all candidates in the compatibility mode.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/close.rs"]
mod close;
#[path = "common/cnnparted.rs"]
mod cnnparted;
mod common;
#[path = "common/golden.rs"]
mod golden;

use close::close;
use cnnparted::{graph, links, platform};
use cutscape::cnnparted::{Optimization, Problem, RequiredBits, Rules, exact_front, nondominated};
use golden::{Deviations, cases, reference};
use serde::Deserialize;
use std::path::Path;

const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Filtered {
    kind: String,
    points: Vec<Vec<f64>>,
    mask: Vec<u8>,
}

#[test]
fn the_published_filter_keeps_the_same_points() {
    let files = cases(&reference("cnnparted/pareto"), "json");
    let mut deviations = Deviations::default();
    let mut sets = 0;
    for file in &files {
        let expected: Vec<Filtered> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for (index, set) in expected.iter().enumerate() {
            let mask: Vec<u8> = nondominated(&set.points).into_iter().map(u8::from).collect();
            deviations.equal(
                || format!("{}[{index}], {}", file.display(), set.kind),
                &mask,
                &set.mask,
            );
            sets += 1;
        }
    }
    deviations.finish(sets);
}

#[derive(Deserialize, Debug)]
struct Point {
    latency_ms: f64,
    #[serde(rename = "energy_mJ")]
    energy_mj: f64,
    throughput_fps: f64,
    area_mm2: f64,
    link_latency_ms: f64,
    #[serde(rename = "link_energy_mJ")]
    link_energy_mj: f64,
}

impl Point {
    fn objectives(&self) -> [f64; 6] {
        [
            self.latency_ms,
            self.energy_mj,
            self.throughput_fps,
            self.area_mm2,
            self.link_latency_ms,
            self.link_energy_mj,
        ]
    }
}

/// `alexnet_ABC_2cut_eth1000__all`: network, platforms, number of cuts, link, final filter.
struct Case<'a> {
    network: &'a str,
    platforms: &'a str,
    cuts: usize,
    link: &'a str,
    filter: Optimization,
}

impl<'a> Case<'a> {
    fn of(name: &'a str) -> Option<Self> {
        let (setting, filter) = name.split_once("__")?;
        // Both networks and links may have underscores in their names; the number of cuts stands between them.
        let (before, after) = setting.split_once("cut_")?;
        let (rest, cuts) = before.rsplit_once('_')?;
        let (network, platforms) = rest.rsplit_once('_')?;
        Some(Self {
            network,
            platforms,
            cuts: cuts.parse().ok()?,
            link: after,
            filter: Optimization::from_word(filter)?,
        })
    }

    fn front(&self, folder: &Path) -> Vec<[f64; 6]> {
        let graph = graph(self.network);
        let platforms: Vec<_> = self
            .platforms
            .chars()
            .map(|letter| platform(folder, self.network, letter, 8.0, 1))
            .collect();
        let links = links(folder, &graph, self.link);
        let problem = Problem::new(graph, &platforms, links, &RequiredBits::new(), Rules::cnnparted());
        let front = exact_front(&problem, self.cuts, self.filter).unwrap();
        let objectives = front.iter().map(|solution| {
            let t = &solution.totals;
            [
                t.latency_ms,
                t.energy_mj,
                t.throughput_fps,
                t.area_mm2,
                t.link_latency_ms,
                t.link_energy_mj,
            ]
        });
        objectives.collect()
    }
}

/// Compares a point with the one of `points` that is nearest to it by its largest relative difference.
fn compare(deviations: &mut Deviations, name: &str, point: &[f64; 6], points: &[[f64; 6]]) {
    let difference = |other: &[f64; 6]| {
        let each = point
            .iter()
            .zip(other)
            .map(|(a, b)| (a - b).abs() / b.abs().max(f64::MIN_POSITIVE));
        each.fold(0.0, f64::max)
    };
    let nearest = points
        .iter()
        .min_by(|a, b| difference(a).total_cmp(&difference(b)))
        .unwrap();
    for (&value, &other) in point.iter().zip(nearest) {
        close(
            deviations,
            || format!("{name}: {point:?}, nearest {nearest:?}"),
            value,
            other,
            TOLERANCE,
        );
    }
}

#[test]
fn exact_fronts_hold_the_same_objectives() {
    let folder = reference("cnnparted");
    let files = cases(&folder.join("pareto"), "csv");
    let mut deviations = Deviations::default();
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let case = Case::of(name).unwrap_or_else(|| panic!("{name}: the name says no case"));
        let mut reader = csv::Reader::from_path(file).unwrap();
        let expected: Vec<[f64; 6]> = reader
            .deserialize()
            .map(|row| {
                row.map(|point: Point| point.objectives())
                    .unwrap_or_else(|e| panic!("{name}: {e}"))
            })
            .collect();
        let ours = case.front(&folder);
        for point in &expected {
            compare(&mut deviations, &format!("{name}, in the reference"), point, &ours);
        }
        for point in &ours {
            compare(&mut deviations, &format!("{name}, ours"), point, &expected);
        }
        deviations.equal(|| format!("{name}: points"), &ours.len(), &expected.len());
    }
    deviations.finish(files.len());
}
