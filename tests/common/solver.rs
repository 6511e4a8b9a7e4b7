//! The problems of the reference files by network, link and energy model, and their fronts.

use super::bundles::{Bundle, table};
use super::dime::{of_kind, rows};
use super::golden::Deviations;
use cutscape::explore::schedule::{Count, Front, Machine, Plan, Problem, Rules, Transfers};
use cutscape::link::{LinkModel, RadioEnergy};
use cutscape::network::blocks::Blocks;
use cutscape::system::preset::Presets;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The radio of a published link without round-trip time, which the original does not know.
pub fn radio(conn: &str, model: &str) -> LinkModel {
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
pub struct Solver {
    pub network: String,
    pub blocks: Blocks,
    bundles: Vec<Bundle>,
    problems: BTreeMap<(String, String), Problem>,
    fronts: BTreeMap<String, Front>,
}

impl Solver {
    pub fn new(network: &str, file: &Path) -> Self {
        Self {
            network: network.to_owned(),
            blocks: Blocks::preset(network).unwrap_or_else(|| panic!("the blocks of {network} are not known")),
            bundles: rows(&file.with_file_name(format!("{network}_bundles.csv"))),
            problems: BTreeMap::new(),
            fronts: BTreeMap::new(),
        }
    }

    pub fn problem(&mut self, conn: &str, model: &str) -> &Problem {
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

    pub fn front(&mut self, conn: &str, model: &str, rules: &Rules) -> &Front {
        let key = format!("{conn} {model} {rules:?}");
        if !self.fronts.contains_key(&key) {
            let front = self.problem(conn, model).front(rules);
            self.fronts.insert(key.clone(), front);
        }
        &self.fronts[&key]
    }
}

/// The rule of most reference rows.
pub fn ceil(longest: usize) -> Rules {
    Rules {
        count: Count::Ceil,
        ..Rules::up_to(longest)
    }
}

pub fn uj(plan: &Plan) -> f64 {
    plan.energy_j() * 1e6
}

/// Runs a check over all rows of all files of a kind.
pub fn over<Row: for<'a> Deserialize<'a>>(kind: &str, mut check: impl FnMut(&mut Deviations, &mut Solver, &Row)) {
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
