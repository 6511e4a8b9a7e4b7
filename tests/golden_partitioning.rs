//! CNNParted's evaluation of candidates, every row, faults included: feasibility, objectives, chosen designs, transfers, memory.
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
use cutscape::cnnparted::{Candidate, Evaluation, Graph, Limits, Order, Problem, RequiredBits, Rules};
use golden::{Deviations, cases, reference};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

const TOLERANCE: f64 = 1e-9;

/// One candidate. Lists are separated by semicolons; what a rejected candidate does not have is empty.
#[derive(Deserialize)]
struct Row {
    case: String,
    link: String,
    cuts: String,
    platforms: String,
    feasible: u8,
    latency_ms: Option<f64>,
    energy_mj: Option<f64>,
    throughput_fps: Option<f64>,
    area_mm2: Option<f64>,
    link_latency_ms: Option<f64>,
    link_energy_mj: Option<f64>,
    design_per_platform: String,
    real_cuts: Option<usize>,
    part_latency_ms: String,
    part_energy_mj: String,
    link_latency_per_part: String,
    link_energy_per_part: String,
    mem_elements_per_part: String,
    bytes_in_per_part: String,
}

/// What the name of a case says about it.
struct Case {
    platforms: Vec<(char, f64)>,
    designs: usize,
    order: Order,
    limits: Limits,
    requires_bits: bool,
}

impl Case {
    /// `three_cuts_ABC`: platforms A, B, C. `bits_A16_B8_C6`: their bits, and layers require bits. `constraint_…`: A, B, C under a
    /// rule of order. `sysc {…}`: A, B under limits. `multi_design_…`: all designs of the tables instead of the first.
    fn of(name: &str) -> Self {
        let mut case = Self {
            platforms: vec![('A', 8.0), ('B', 8.0), ('C', 8.0)],
            designs: if name.starts_with("multi_design") {
                usize::MAX
            } else {
                1
            },
            order: Order::default(),
            limits: Limits::default(),
            requires_bits: false,
        };
        if let Some(limits) = name.strip_prefix("sysc ") {
            case.platforms.truncate(2);
            case.limits = limits_of(limits);
        } else if let Some(rule) = name.strip_prefix("constraint_") {
            match rule.strip_prefix("max") {
                Some(count) => case.order.max_platforms = Some(count.parse().unwrap()),
                None if rule == "fixed_order" => case.order.fixed = true,
                None if rule == "acc_once" => case.order.each_once = true,
                None => panic!("unknown rule {rule}"),
            }
        } else if let Some(widths) = name.strip_prefix("bits_") {
            let width = |part: &str| (part.chars().next().unwrap(), part[1..].parse().unwrap());
            case.platforms = widths.split('_').map(width).collect();
            case.requires_bits = true;
        } else {
            let letters = name.rsplit('_').next().unwrap();
            case.platforms = letters.chars().map(|letter| (letter, 8.0)).collect();
        }
        case
    }

    fn problem(&self, folder: &Path, network: &str, graph: &Graph, link: &str) -> Problem {
        let platforms: Vec<_> = self
            .platforms
            .iter()
            .map(|&(letter, bits)| platform(folder, network, letter, bits, self.designs))
            .collect();
        let required: RequiredBits = if self.requires_bits {
            let file = folder.join(format!("partitioning/{network}_bits_required.json"));
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
        } else {
            RequiredBits::new()
        };
        let links = links(folder, graph, link);
        Problem::new(graph.clone(), &platforms, links, &required, Rules::cnnparted())
            .with_order(self.order)
            .with_limits(self.limits)
    }
}

/// `{latency: 54.8, energy: 3.03}`.
fn limits_of(text: &str) -> Limits {
    let mut limits = Limits::default();
    for entry in text.trim_matches(['{', '}']).split(',') {
        let (name, value) = entry.split_once(':').unwrap();
        let limit = match name.trim() {
            "latency" => &mut limits.latency_ms,
            "energy" => &mut limits.energy_mj,
            "area" => &mut limits.area_mm2,
            "throughput" => &mut limits.throughput_fps,
            other => panic!("unknown limit {other}"),
        };
        *limit = Some(value.trim().parse().unwrap());
    }
    limits
}

fn list<T: std::str::FromStr>(text: &str) -> Vec<T> {
    let entries = text.split(';').filter(|entry| !entry.is_empty());
    entries
        .map(|entry| entry.parse().unwrap_or_else(|_| panic!("{text}")))
        .collect()
}

fn compare(deviations: &mut Deviations, place: &str, row: &Row, problem: &Problem) {
    let candidate = Candidate {
        cuts: list(&row.cuts),
        platforms: list(&row.platforms),
    };
    let is_feasible = row.feasible == 1;
    let Ok(evaluation) = problem.evaluate(&candidate) else {
        let is_rejected = !is_feasible && row.latency_ms.is_none();
        deviations.equal(|| format!("{place}: rejected"), &true, &is_rejected);
        return;
    };
    deviations.equal(
        || format!("{place}: feasible"),
        &evaluation.broken.is_empty(),
        &is_feasible,
    );
    let totals = &evaluation.totals;
    for (name, ours, reference) in [
        ("latency", totals.latency_ms, row.latency_ms),
        ("energy", totals.energy_mj, row.energy_mj),
        ("throughput", totals.throughput_fps, row.throughput_fps),
        ("area", totals.area_mm2, row.area_mm2),
        ("link latency", totals.link_latency_ms, row.link_latency_ms),
        ("link energy", totals.link_energy_mj, row.link_energy_mj),
    ] {
        let reference = reference.unwrap_or(f64::NAN);
        close(deviations, || format!("{place}: {name}"), ours, reference, TOLERANCE);
    }
    let memory: Vec<u64> = evaluation.partitions.iter().map(|p| p.memory_elements).collect();
    deviations.equal(
        || format!("{place}: memory"),
        &memory,
        &list(&row.mem_elements_per_part),
    );
    let bytes = evaluation.partitions.iter().map(|p| p.transfer.map(|t| t.bytes));
    let reference = row.bytes_in_per_part.split(';').map(|text| text.parse().ok());
    deviations.equal(
        || format!("{place}: bytes"),
        &bytes.collect::<Vec<Option<u64>>>(),
        &reference.collect(),
    );
    if is_feasible {
        compare_details(deviations, place, row, &evaluation);
    }
}

fn compare_details(deviations: &mut Deviations, place: &str, row: &Row, evaluation: &Evaluation) {
    deviations.equal(
        || format!("{place}: designs"),
        &evaluation.designs,
        &list(&row.design_per_platform),
    );
    deviations.equal(
        || format!("{place}: real cuts"),
        &evaluation.real_cuts(),
        &row.real_cuts.unwrap(),
    );
    let parts = &evaluation.partitions;
    let of_transfer = |part: &cutscape::cnnparted::PartitionNumbers| {
        part.transfer.map_or((0.0, 0.0), |t| (t.latency_ms, t.energy_mj))
    };
    let lists: [(&str, Vec<f64>, &str); 4] = [
        (
            "latency",
            parts.iter().map(|p| p.latency_ms).collect(),
            &row.part_latency_ms,
        ),
        (
            "energy",
            parts.iter().map(|p| p.energy_mj).collect(),
            &row.part_energy_mj,
        ),
        (
            "link latency",
            parts.iter().map(|p| of_transfer(p).0).collect(),
            &row.link_latency_per_part,
        ),
        (
            "link energy",
            parts.iter().map(|p| of_transfer(p).1).collect(),
            &row.link_energy_per_part,
        ),
    ];
    for (name, ours, reference) in lists {
        let reference: Vec<f64> = list(reference);
        deviations.equal(|| format!("{place}: partitions"), &ours.len(), &reference.len());
        for (part, (&ours, &reference)) in ours.iter().zip(&reference).enumerate() {
            close(
                deviations,
                || format!("{place}: {name} of partition {part}"),
                ours,
                reference,
                TOLERANCE,
            );
        }
    }
}

#[test]
fn every_candidate_is_judged_as_published() {
    let folder = reference("cnnparted");
    let files = cases(&folder.join("partitioning"), "csv");
    let mut deviations = Deviations::default();
    let mut rows = 0;
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let network = name.strip_suffix("_eval").unwrap_or(name);
        let graph = graph(network);
        let mut problems: BTreeMap<(String, String), Problem> = BTreeMap::new();
        let mut reader = csv::Reader::from_path(file).unwrap();
        let headers = reader.headers().unwrap().iter().map(str::to_lowercase).collect();
        reader.set_headers(headers);
        for (index, row) in reader.deserialize().enumerate() {
            let row: Row = row.unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            let key = (row.case.clone(), row.link.clone());
            let problem = problems
                .entry(key)
                .or_insert_with(|| Case::of(&row.case).problem(&folder, network, &graph, &row.link));
            let place = format!(
                "{name} line {}, {} [{}] on [{}]",
                index + 2,
                row.case,
                row.cuts,
                row.platforms
            );
            compare(&mut deviations, &place, &row, problem);
            rows += 1;
        }
    }
    println!("{} files", files.len());
    deviations.finish(rows);
}
