//! A lab with measurements: a Jetson-like edge measured at several clocks and a server, ViT-B/16, least energy within 120 ms; in the library and from the
//! command line. The profile is the synthetic one of `tests/golden/dime`.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use cutscape::cost::profile::Role;
use cutscape::explore::schedule::{Count, Objective};
use cutscape::link::LinkModel;
use cutscape::network::blocks::Blocks;
use cutscape::project::bundling::{solve, taken};
use cutscape::project::measured::{Division, Reading, Source, read};
use cutscape::project::store::Previous;
use cutscape::project::{Action, Bundling, Document, OpenNetwork, Origin, file};
use cutscape::system::preset::Presets;
use cutscape::system::{Device, System, Topology};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// The profile of a device as its producer would write it, without one bundle.
fn profile(device: &str, missing: (usize, usize)) -> String {
    let blocks = Blocks::preset("vit").unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/dime/vit_bundles.csv");
    let mut text = "layers,frequency,durs,run_energy,iter,run\n".to_owned();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let span = (row[1].parse().unwrap(), row[2].parse().unwrap());
        if &row[0] == device && span != missing {
            let bundle = blocks.bundle(span.0, span.1);
            writeln!(text, "{bundle},{},{},{},1,1", &row[3], &row[4], &row[5]).unwrap();
        }
    }
    text
}

fn measured(device: &str, missing: (usize, usize), network: &OpenNetwork) -> Device {
    let file = Source {
        path: format!("{device}.csv").into(),
        text: profile(device, missing),
    };
    let reading = Reading::usual(Division::ByNames, Role::Edge);
    read(&[file], None, &reading, &network.raw).unwrap().device(device)
}

#[test]
fn least_energy_within_120_ms_and_the_same_from_the_command_line() {
    let network = OpenNetwork::open(Origin::Example("vit_b_16".to_owned()), BTreeMap::new()).unwrap();
    let presets = Presets::load(None);
    let mut link = presets.link("3G (phone)").unwrap();
    if let LinkModel::Radio(radio) = &mut link.model {
        radio.rtt_s = 0.0;
    }
    let system = System {
        name: "lab".to_owned(),
        devices: vec![measured("edge", (2, 9), &network), measured("cloud", (0, 0), &network)],
        links: vec![link],
        topology: Topology::Chain,
        direct: Vec::new(),
        input_at: 0,
        output_at: 0,
        ..presets.start_system()
    };
    let mut document = Document::new(Arc::new(network), system).unwrap();
    let bundling = Bundling {
        objective: Objective::Energy,
        latency_s: Some(0.12),
        // As the published optimiser counts: with bundles of any length, one stay and one clock.
        count: Count::Ceil,
        ..Bundling::default()
    };
    document.apply(Action::SetBundling(bundling.clone())).unwrap();
    let solved = solve(
        &document.system,
        &document.design.alternatives,
        &document.network.raw,
        &bundling,
        None,
        &|| false,
    )
    .unwrap();
    let best = &solved.front.plans[solved.best(&bundling).unwrap()];
    // The row of `vit_pareto.csv` of least energy within the limit: everything at the edge at 844.8 MHz.
    assert!((best.latency_s() - 0.11726264).abs() < 1e-9, "{}", best.latency_s());
    assert!((best.energy_j() - 649_849.4e-6).abs() < 1e-9, "{}", best.energy_j());
    let words = best.words(&solved.stated.problem, &solved.stated.blocks);
    assert_eq!(words, "conv_proj..head on edge at 844.8 MHz");
    // The bundle that was not measured is named, never counted as nothing.
    let missing: Vec<String> = solved.stated.profiled[0]
        .missing
        .iter()
        .map(|missing| missing.words(&solved.stated.blocks))
        .collect();
    assert!(
        missing.contains(&"add_pos_embedding..encoder_layer_6 at 844.8 MHz".to_owned()),
        "{missing:?}"
    );

    let folder = tempfile::tempdir().unwrap();
    let [asked, chosen] = ["asked.ron", "chosen.ron"].map(|name| folder.path().join(name));
    file::save(&asked, &document, Previous::Drop).unwrap();
    let taken = taken(&document, &solved.stated, best).unwrap();
    // In the window's design the device runs its fastest bundles, two instead of the one the rule allows; that is told.
    assert_eq!(taken.lost.len(), 1, "{:?}", taken.lost);
    assert!(taken.lost[0].contains("as the fastest bundles"), "{:?}", taken.lost);
    for action in taken.actions(&document) {
        document.apply(action).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutscape"));
    command
        .args(["schedule", "--json", "--design"])
        .arg(&asked)
        .arg("--out")
        .arg(&chosen);
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["best"]["words"], words);
    assert_eq!(json["best"]["latency_s"].as_f64(), Some(best.latency_s()));
    let written = std::fs::read_to_string(&chosen).unwrap();
    assert_eq!(written, file::to_text(&document, Some(folder.path())).unwrap());
}
