//! The inputs of CNNParted's reference cases: networks, cost tables, links.

use super::common::model;
use cutscape::cnnparted::description::LinkDescription;
use cutscape::cnnparted::links::crossings;
use cutscape::cnnparted::{AreaRule, Bits, Crossing, Graph, Platform, Rules, tables};
use cutscape::network::import::{ImportOptions, open};
use std::path::Path;

/// A network in level order.
pub fn graph(network: &str) -> Graph {
    let network = open(&model(network), &ImportOptions::default()).unwrap().network;
    Graph::new(&network, Rules::cnnparted()).unwrap()
}

/// The platform of a letter with the first `designs` designs of its table; C stands for crossbars (README of the cases).
pub fn platform(folder: &Path, network: &str, letter: char, bits: f64, designs: usize) -> Platform {
    let file = folder.join(format!("tables/{network}__{letter}.csv"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut table = tables::parse(&text, &file.display().to_string()).unwrap();
    table.designs.truncate(designs);
    Platform {
        name: letter.to_string(),
        bits: Bits::Uniform(bits),
        area: if letter == 'C' {
            AreaRule::OfLayers
        } else {
            AreaRule::OfDesign
        },
        table,
    }
}

/// The links of a case: one, or none where the link is called `none`.
pub fn links(folder: &Path, graph: &Graph, link: &str) -> Vec<Vec<Crossing>> {
    let file = folder.join("partitioning/links.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let settings: serde_json::Value = serde_json::from_str(&text).unwrap();
    let setting = settings
        .get(link)
        .unwrap_or_else(|| panic!("{}: no link {link}", file.display()));
    if setting.is_null() {
        return Vec::new();
    }
    let link = LinkDescription::from_json(setting, &file.display().to_string()).unwrap();
    vec![crossings(graph, &link, Rules::cnnparted())]
}
