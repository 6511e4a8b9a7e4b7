//! The graph analysis of CNNParted, exactly: layers, neighbours, layer parameters, level-order schedule, live tensors at
//! every cut.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/checks.rs"]
mod checks;
mod common;
#[path = "common/golden.rs"]
mod golden;

use checks::check_network;
use common::model;
use cutscape::network::cnnparted::{ConvParams, GemmParams, PoolParams};
use cutscape::network::cnnparted::{conv_params, gemm_params, pool_params, with_pseudo_layers};
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::statistics::crossing;
use cutscape::network::{Ideal, Network, ScheduleKind};
use golden::{Deviations, cases, reference};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Expected {
    network: String,
    layers: Vec<Row>,
    schedule: Vec<String>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Row {
    name: String,
    op: String,
    output_size: Vec<u64>,
    predecessors: Vec<String>,
    successors: Vec<String>,
    conv_params: Option<ConvParams>,
    gemm_params: Option<GemmParams>,
    pool_params: Option<PoolParams>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Cut {
    cut_after_index: usize,
    layer: String,
    live_elements: u64,
    live_tensors: usize,
}

/// The untimed columns of the summary.
#[derive(Deserialize, Debug, PartialEq)]
struct Summary {
    network: String,
    nodes_in_schedule: usize,
    edges: usize,
    conv_layers: usize,
    gemm_layers: usize,
    weights_original_rule: u64,
    macs: u64,
    weights_correct: u64,
}

fn rows<T: for<'a> Deserialize<'a>>(path: &Path) -> Vec<T> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader
        .deserialize()
        .map(|row| row.unwrap_or_else(|e| panic!("{}: {e}", path.display())))
        .collect()
}

fn network(name: &str) -> Network {
    with_pseudo_layers(&open(&model(name), &ImportOptions::default()).unwrap().network)
}

#[test]
fn layers_neighbours_and_schedule_match() {
    let files = cases(&reference("cnnparted/graphs"), "json");
    let mut deviations = Deviations::default();
    for file in &files {
        let expected: Expected = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let name = &expected.network;
        let network = network(name);
        check_network(&network);
        let names = |ids: Vec<usize>| {
            ids.into_iter()
                .map(|id| network.layers[id].name.clone())
                .collect::<Vec<_>>()
        };
        deviations.equal(
            || format!("{name}: layers"),
            &network.layers.len(),
            &expected.layers.len(),
        );
        for (id, (layer, row)) in network.layers.iter().zip(&expected.layers).enumerate() {
            let ours = Row {
                name: layer.name.clone(),
                op: layer.op.clone(),
                output_size: network.output_shape(id).unwrap().to_vec(),
                predecessors: names(network.predecessors(id)),
                successors: names(network.successors(id)),
                conv_params: conv_params(&network, id),
                gemm_params: gemm_params(&network, id),
                pool_params: pool_params(&network, id),
            };
            deviations.equal(|| format!("{name}: layer {id}"), &ours, row);
        }
        let schedule = names(network.schedule(ScheduleKind::LevelOrder).order().to_vec());
        deviations.equal(|| format!("{name}: schedule"), &schedule, &expected.schedule);
    }
    deviations.finish(files.len());
}

#[test]
fn elements_and_tensors_crossing_every_cut_match() {
    let files = cases(&reference("cnnparted/graphs"), "csv");
    let mut deviations = Deviations::default();
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap().trim_end_matches("_cuts");
        let network = network(name);
        let schedule = network.schedule(ScheduleKind::LevelOrder);
        let expected: Vec<Cut> = rows(file);
        deviations.equal(|| format!("{name}: cuts"), &(network.layers.len() - 1), &expected.len());
        for cut in expected {
            let live = crossing(&network, &Ideal::prefix(&schedule, cut.cut_after_index + 1));
            let ours = Cut {
                cut_after_index: cut.cut_after_index,
                layer: network.layers[schedule.order()[cut.cut_after_index]].name.clone(),
                live_elements: live.iter().map(|&t| network.tensors[t].elements().unwrap()).sum(),
                live_tensors: live.len(),
            };
            deviations.equal(|| format!("{name}: cut {}", cut.cut_after_index), &ours, &cut);
        }
    }
    deviations.finish(files.len());
}

#[test]
fn summaries_match() {
    let summaries: Vec<Summary> = rows(&reference("cnnparted").join("graph_summary.csv"));
    let mut deviations = Deviations::default();
    for summary in &summaries {
        let network = network(&summary.network);
        let layers = 0..network.layers.len();
        let convolutions: Vec<ConvParams> = layers.clone().filter_map(|id| conv_params(&network, id)).collect();
        let gemm: u64 = layers
            .clone()
            .filter_map(|id| gemm_params(&network, id))
            .map(|g| g.weights)
            .sum();
        let ours = Summary {
            network: network.name.clone(),
            nodes_in_schedule: network.layers.len(),
            edges: layers.map(|id| network.successors(id).len()).sum(),
            conv_layers: convolutions.len(),
            gemm_layers: network.layers.iter().filter(|l| l.op == "Gemm").count(),
            weights_original_rule: convolutions.iter().map(|c| c.weights).sum::<u64>() + gemm,
            macs: network.layers.iter().map(|l| l.macs.unwrap()).sum(),
            weights_correct: convolutions.iter().map(|c| c.weights / c.groups).sum::<u64>() + gemm,
        };
        deviations.equal(|| summary.network.clone(), &ours, summary);
    }
    deviations.finish(summaries.len());
}
