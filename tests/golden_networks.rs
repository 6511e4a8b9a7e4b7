//! The raw view of every reference network: layers, shapes, multiply-accumulates and parameters, exactly.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/checks.rs"]
mod checks;
mod common;
#[path = "common/golden.rs"]
mod golden;

use checks::check_network;
use common::model;
use cutscape::network::Network;
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use golden::{Deviations, cases, reference};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    network: String,
    params: u64,
    macs: u64,
    layers: Vec<Row>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Row {
    name: String,
    op: String,
    output_shape: Vec<u64>,
    macs: u64,
    params: u64,
}

#[test]
fn every_reference_network_imports_exactly() {
    let files = cases(&reference("networks"), "json");
    let mut deviations = Deviations::default();
    for file in &files {
        let expected: Expected = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let imported = open(&model(&expected.network), &ImportOptions::default()).unwrap();
        let network = &imported.network;
        let name = &expected.network;
        deviations.equal(|| format!("{name}: name"), &network.name, name);
        deviations.equal(
            || format!("{name}: layers"),
            &network.layers.len(),
            &expected.layers.len(),
        );
        let totals = |get: fn(&cutscape::network::Layer) -> u64| network.layers.iter().map(get).sum::<u64>();
        deviations.equal(|| format!("{name}: params"), &totals(|l| l.params), &expected.params);
        deviations.equal(
            || format!("{name}: macs"),
            &totals(|l| l.macs.unwrap_or(0)),
            &expected.macs,
        );
        for (id, (layer, row)) in network.layers.iter().zip(&expected.layers).enumerate() {
            let ours = Row {
                name: layer.name.clone(),
                op: layer.op.clone(),
                output_shape: network.output_shape(id).unwrap_or_default().to_vec(),
                macs: layer.macs.unwrap_or(u64::MAX),
                params: layer.params,
            };
            deviations.equal(|| format!("{name}: layer {id}"), &ours, row);
            deviations.equal(|| format!("{name}: gap of layer {id}"), &layer.unknown, &None);
        }
        deviations.equal(|| format!("{name}: notes"), &imported.notes, &Vec::new());
    }
    deviations.finish(files.len());
}

#[test]
fn fused_views_have_the_counts_of_the_ruling_and_the_totals_of_the_raw_view() {
    let counts = [("resnet50", 122, 72), ("googlenet", 139, 81), ("squeezenet1_1", 65, 38)];
    let files = cases(&reference("networks"), "json");
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let raw = open(&model(name), &ImportOptions::default()).unwrap().network;
        let fused = fuse(&raw);
        if let Some((_, before, after)) = counts.iter().find(|(n, ..)| *n == name) {
            assert_eq!((raw.layers.len(), fused.layers.len()), (*before, *after), "{name}");
        }
        println!("{name}: {} layers, fused {}", raw.layers.len(), fused.layers.len());
        check_network(&raw);
        check_network(&fused);
        let totals = |n: &Network| {
            n.layers
                .iter()
                .fold((0, 0), |(macs, params), l| (macs + l.macs.unwrap(), params + l.params))
        };
        assert_eq!(totals(&raw), totals(&fused), "{name}");
        let place = |member: &String| raw.layers.iter().position(|l| l.name == *member).unwrap();
        let mut members: Vec<usize> = fused.layers.iter().flat_map(|l| l.members.iter().map(place)).collect();
        assert!(
            fused.layers.iter().all(|l| l.members.iter().map(place).is_sorted()),
            "{name}"
        );
        members.sort_unstable();
        assert_eq!(
            members,
            (0..raw.layers.len()).collect::<Vec<_>>(),
            "{name}: each raw layer once"
        );
        assert_eq!(fuse(&fused), fused, "{name}");
        assert_eq!(raw.hash, fused.hash);
    }
}

/// The networks inside the `onnx` Python wheel; see models/README.md for how to get them.
#[test]
fn light_networks_open_complete() {
    let Some(folder) = std::env::var_os("CUTSCAPE_LIGHT_MODELS") else {
        println!("skipped: CUTSCAPE_LIGHT_MODELS does not name a folder of light_*.onnx");
        return;
    };
    let files = cases(std::path::Path::new(&folder), "onnx");
    for file in &files {
        let imported = open(file, &ImportOptions::default()).unwrap();
        let network = imported.network;
        check_network(&network);
        check_network(&fuse(&network));
        let gap = network.layers.iter().find(|l| l.unknown.is_some() || l.macs.is_none());
        assert_eq!(gap, None, "{}", file.display());
        let gap = network.tensors.iter().find(|t| t.elements().is_none());
        assert_eq!(gap, None, "{}", file.display());
        assert_eq!(imported.notes, Vec::new(), "{}", file.display());
        let macs: u64 = network.layers.iter().filter_map(|l| l.macs).sum();
        println!(
            "{}: {} layers, fused {}, {macs} MACs",
            network.name,
            network.layers.len(),
            fuse(&network).layers.len()
        );
    }
}
