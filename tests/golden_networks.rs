//! The raw view of every reference network: layers, shapes, multiply-accumulates and parameters, exactly.

mod common;

use common::{Deviations, cases, model, reference};
use cutscape::network::import::{ImportOptions, open};
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
