//! CNNParted's files as a user meets them: descriptions in every style, tables of layer costs in every form, and what becomes of them.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

mod common;

use common::model;
use cutscape::cnnparted::description::{self, Description, Simulator};
use cutscape::cnnparted::import::NodeCosts;
use cutscape::cnnparted::{
    Bits, Candidate, Graph, Limits, NodeTable, Optimization, Order, RequiredBits, Rules, tables,
};
use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, Problem, evaluate};
use cutscape::link::LinkModel;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{Network, ScheduleKind};
use cutscape::project::cnnparted as files;
use cutscape::project::{Document, OpenNetwork, Origin};
use cutscape::system::preset::Presets;
use cutscape::system::{DeviceModel, Topology};
use std::path::Path;
use std::sync::Arc;

const NEW_STYLE: &str = "
general: {fixed_sys: True, acc_once: False, num_pp: 1, num_topos: 1, optimization: ppa, max_num_platforms: 2}
workload:
  - name: alexnet
    input-size: [1, 3, 224, 224]
system_constraints: {latency: 55.5, energy: null, area: 0, throughput: 10}
system:
  compute:
    - id: 2
      bits: 8
      max_memory_size: 500000
      evaluation: {simulator: timeloop, accelerator: simba_like, frequency: 200000000}
    - id: 0
      bits: 16
      max_memory_size: 600000
      evaluation: {simulator: mnsim, accelerator: crossbars, conf_path: RRAM.ini}
  link:
    - id: 1
      data_bit_width: 8
      fps: 25
      noi: {noi_mode: UCIe, width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5}
pipeline:
  stages: [WorkloadParser, SystemParser]
";

const OLD_STYLE: &str = "
general:
  num_pp: -1
neural-network:
  name: resnet18
components:
  - id: 0
    bits: 16
    timeloop:
      accelerator: eyeriss_like
      frequency: 2e8
  - id: 1
    data_bit_width: 16
    max_out_size: 150000000
    ethernet: {eth_mode: BASE1000-T, cable_len_m: 5, enable_eee: false, eee_lmi_ratio: 1e-1}
    fps: 25
  - id: 2
    instances: 2
    zigzag: {accelerator: ascend_like}
";

fn parse(text: &str) -> Description {
    description::parse(text, "system.yaml").unwrap()
}

#[test]
fn the_new_style_is_read_completely() {
    let read = parse(NEW_STYLE);
    assert_eq!(read.workload.as_deref(), Some("alexnet"));
    assert_eq!((read.cuts, read.optimization), (Some(1), Optimization::Ppa));
    let order = Order {
        fixed: true,
        each_once: false,
        max_platforms: Some(2),
    };
    assert_eq!(read.order, order);
    let limits = Limits {
        latency_ms: Some(55.5),
        throughput_fps: Some(10.0),
        ..Limits::default()
    };
    assert_eq!(read.limits, limits);
    let nodes: Vec<_> = read.nodes.iter().map(|n| (n.id, n.simulator, n.name())).collect();
    let expected = [
        (0, Simulator::Mnsim, "crossbars 0".to_owned()),
        (2, Simulator::Timeloop, "simba_like 2".to_owned()),
    ];
    assert_eq!(nodes, expected);
    assert_eq!(read.nodes[1].bits, Bits::Uniform(8.0));
    assert_eq!(read.nodes[1].max_memory_bytes, Some(500_000.0));
    assert_eq!((read.links[0].data_bits, read.links[0].frame_rate_hz), (8, 25.0));
    let LinkModel::Interposer(link) = &read.links[0].model else {
        panic!("{:?}", read.links[0]);
    };
    assert_eq!((link.wires, link.wire_bytes_per_s), (16.0, 0.5e9));
    for key in [
        "pipeline",
        "general.num_topos",
        "system.compute[0].evaluation.frequency",
        "workload[0].input-size",
    ] {
        assert!(read.ignored.iter().any(|path| path == key), "{key}: {:?}", read.ignored);
    }
}

#[test]
fn the_old_style_tells_nodes_from_links_and_clones_instances() {
    let read = parse(OLD_STYLE);
    assert_eq!(read.cuts, None, "-1 = a cut at every boundary");
    let ids: Vec<u64> = read.nodes.iter().map(|n| n.id).collect();
    assert_eq!(ids, [0, 1020, 1021]);
    assert_eq!(read.nodes[1].bits, Bits::Uniform(8.0), "the default");
    assert_eq!(read.nodes[0].simulator, Simulator::Timeloop);
    assert_eq!(read.nodes[2].simulator, Simulator::Zigzag);
    assert!(matches!(read.links[0].model, LinkModel::Ethernet(_)));
}

#[test]
fn tables_of_layer_costs_come_in_many_forms() {
    let forms = [
        "No.;Design Tag;Layer;Latency [ms];Energy [mJ];Area [mm2]\n1;design_0;/conv;1.5;0.25;2\n2;design_1;/conv;1;0.5;3\n",
        "design,layer,latency_ms,energy_mJ,area_mm2\n0,/conv,1.5,0.25,2\n1,/conv,1,0.5,3\n",
        r#"{"design_0": {"arch_config": {}, "layers": {"/conv": {"latency": 1.5, "energy": 0.25, "area": 2}}},
            "design_1": {"layers": {"/conv": {"latency": 1, "energy": 0.5, "area": 3}}}}"#,
        r#"{"bits": 8, "eval": {"design_0": {"layers": {"/conv": {"latency": 1.5, "energy": 0.25, "area": 2}}},
            "design_1": {"/conv": {"latency": 1, "energy": 0.5, "area": 3}}}}"#,
    ];
    let read: Vec<NodeTable> = forms.iter().map(|text| tables::parse(text, "table").unwrap()).collect();
    assert!(read.iter().all(|table| *table == read[0]), "{read:?}");
    assert_eq!(read[0].designs[1].tag, 1);
    let older = tables::parse("No.;Layer;Latency [ms];Energy [mJ]\n1;/conv;1.5;0.25\n", "table").unwrap();
    assert_eq!(older.designs[0].rows[0].1.latency_ms, 1.5);
    let bare = tables::parse(r#"{"/conv": {"latency": 1.5, "energy": 0.25}}"#, "table").unwrap();
    assert_eq!(bare, older);
}

#[track_caller]
fn refused(text: &str, words: &[&str]) {
    let error = tables::parse(text, "costs.csv").unwrap_err().to_string();
    for word in words.iter().chain(&["costs.csv"]) {
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn wrong_tables_are_refused_with_place_and_remedy() {
    refused("", &["Layer", "Name the columns"]);
    refused("Layer;Latency [s];Energy [mJ]\n/a;1;2\n", &[":1", "Latency [ms]"]);
    refused(
        "Layer;Latency [ms];Energy [mJ]\n/a;-0.1;2\n",
        &[":2", "-0.1", "0 or more"],
    );
    refused("Layer;Latency [ms];Energy [mJ]\n/a;1;2\n/a;1;2\n", &["/a", "twice"]);
    refused("Layer;Latency [ms];Energy [mJ]\n/a;1\n", &["2 fields", "3"]);
    refused("Layer;Latency [ms];Energy [mJ]\n", &["no rows"]);
    refused("{\"design_0\": 5}", &["design_0"]);
    refused("{\"/a\": {\"latency\": 1}}", &["/a", "energy"]);
    refused("{\"/a\"", &[":1:"]);
}

/// A network in its raw view, and costs of two nodes for it.
fn costs() -> (Network, Vec<NodeTable>) {
    let network = open(&model("alexnet"), &ImportOptions::default()).unwrap().network;
    let table = |letter| {
        let file = format!(
            "{}/tests/golden/cnnparted/tables/alexnet__{letter}.csv",
            env!("CARGO_MANIFEST_DIR")
        );
        tables::parse(&std::fs::read_to_string(&file).unwrap(), &file).unwrap()
    };
    (network, vec![table("A"), table("B")])
}

fn sourced(tables: &[NodeTable]) -> Vec<NodeCosts> {
    let costs = tables
        .iter()
        .map(|table| NodeCosts::Table(table.clone(), "measured".to_owned()));
    costs.collect()
}

#[test]
fn a_description_becomes_a_system_with_alternatives_and_limits() {
    let (_, tables) = costs();
    let imported = parse(NEW_STYLE)
        .system("mine", sourced(&tables), "system.yaml")
        .unwrap();
    let system = &imported.system;
    assert_eq!(
        (system.devices.len(), system.links.len(), system.topology),
        (2, 1, Topology::Chain)
    );
    assert_eq!(system.frame_rate_hz, Some(25.0));
    assert_eq!(system.devices[1].memory_limit_bytes, Some(500_000.0));
    assert_eq!(system.devices[0].alternatives.len(), tables[0].designs.len() - 1);
    assert!(
        system
            .devices
            .iter()
            .all(|device| matches!(device.model, DeviceModel::Table(_)))
    );
    let constraints = Constraints {
        latency_s: Some(55.5e-3),
        throughput_hz: Some(10.0),
        ..Constraints::default()
    };
    assert_eq!(imported.constraints, constraints);
    assert!(
        imported.notes.iter().any(|note| note.contains("pipeline")),
        "{:?}",
        imported.notes
    );
}

#[test]
fn three_nodes_with_one_link_share_a_bus() {
    let text = "system:
  compute:
    - {id: 0, bits: 8, evaluation: {simulator: timeloop, accelerator: first}}
    - {id: 1, bits: 8, evaluation: {simulator: timeloop, accelerator: second}}
    - {id: 2, bits: 8, evaluation: {simulator: timeloop, accelerator: third}}
  link:
    - {id: 3, data_bit_width: 8, fps: 25, noi: {width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5}}
";
    let (_, tables) = costs();
    let three = [&tables[0], &tables[1], &tables[0]].map(Clone::clone);
    let system = parse(text)
        .system("mine", sourced(&three), "system.yaml")
        .unwrap()
        .system;
    assert_eq!(
        (system.devices.len(), system.links.len(), system.topology),
        (3, 1, Topology::Bus)
    );
    let network = OpenNetwork::new(Origin::Example("alexnet".into()), costs().0, Vec::new());
    let document = Document::new(Arc::new(network), system).unwrap();
    assert!(document.evaluate().latency_s > 0.0);
}

#[test]
fn of_very_many_designs_the_best_are_taken_over_and_the_others_named() {
    let (_, mut tables) = costs();
    let model = tables[0].designs[0].clone();
    tables[0].designs = (0..100)
        .map(|tag| {
            let mut design = model.clone();
            design.tag = tag;
            // Later ones are faster.
            design
                .rows
                .iter_mut()
                .for_each(|(_, row)| row.latency_ms /= f64::from(tag + 1));
            design
        })
        .collect();
    let imported = parse(NEW_STYLE)
        .system("mine", sourced(&tables), "system.yaml")
        .unwrap();
    let device = &imported.system.devices[0];
    assert_eq!(device.alternatives.len(), 63);
    assert!(
        device.alternatives[62].name.ends_with("design 99"),
        "{}",
        device.alternatives[62].name
    );
    assert!(
        imported.notes.iter().any(|note| note.contains("100 designs")),
        "{:?}",
        imported.notes
    );
}

#[test]
fn links_that_join_nothing_and_missing_tables_are_refused_in_words() {
    let (_, tables) = costs();
    let two_links = NEW_STYLE.replace("pipeline:", "x:").replace(
        "    - id: 1\n",
        "    - {id: 5, data_bit_width: 8, fps: 25, ble: {}}\n    - {id: 6, data_bit_width: 8, fps: 25, ble: {}}\n    - id: 1\n",
    );
    let error = parse(&two_links)
        .system("mine", sourced(&tables), "system.yaml")
        .unwrap_err();
    assert!(error.to_string().contains("3 links cannot join 2 nodes"), "{error}");
    let error = parse(NEW_STYLE)
        .system("mine", sourced(&tables[..1]), "system.yaml")
        .unwrap_err();
    assert!(error.to_string().contains("crossbars 0, simba_like 2"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("system.yaml");
    std::fs::write(&path, NEW_STYLE).unwrap();
    let error = files::import(&path, &Presets::load(None)).unwrap_err().to_string();
    for words in ["system.yaml", "crossbars 0", "0_crossbars_tl_layers.csv", "preset"] {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn tables_beside_a_description_and_presets_give_its_costs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("system.yaml");
    std::fs::write(
        folder.path().join("alexnet_crossbars_mnsim_layers.csv"),
        "Layer;Latency [ms];Energy [mJ]\n/a;1;2\n",
    )
    .unwrap();
    let presets = Presets::load(None);
    let preset = presets.devices.iter().next().unwrap();
    let named = NEW_STYLE.replace("- id: 2\n", &format!("- id: 2\n      preset: {:?}\n", preset.name));
    std::fs::write(&path, named).unwrap();
    let imported = files::import(&path, &presets).unwrap();
    assert_eq!(imported.system.name, "system");
    assert!(matches!(imported.system.devices[0].model, DeviceModel::Table(_)));
    assert_eq!(imported.system.devices[1].model, preset.value.model);
    std::fs::write(
        &path,
        NEW_STYLE.replace("- id: 2\n", "- id: 2\n      preset: none such\n"),
    )
    .unwrap();
    let error = files::import(&path, &presets).unwrap_err().to_string();
    assert!(error.contains("none such") && error.contains("node 2"), "{error}");
}

/// With the published faults corrected, a cut costs what the program's own rules say, wherever input and output are free in neither.
#[test]
fn corrected_rules_agree_with_the_programs_own() {
    let (network, mut tables) = costs();
    // With several designs there the best is chosen for each candidate.
    for table in &mut tables {
        table.designs.truncate(1);
    }
    let rules = Rules::corrected();
    for (kind, text) in [
        ("interposer", NEW_STYLE.to_owned()),
        (
            "Ethernet",
            NEW_STYLE.replace(
                "noi: {noi_mode: UCIe, width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5}",
                "ethernet: {eth_mode: 10GBASE-T, enable_eee: true}",
            ),
        ),
    ] {
        let description = parse(&text);
        let graph = Graph::new(&network, rules).unwrap();
        let last = graph.last();
        let judged = description
            .problem(graph, tables.clone(), &RequiredBits::new(), rules, "system.yaml")
            .unwrap();
        let imported = description.system("mine", sourced(&tables), "system.yaml").unwrap();
        let schedule = network.schedule(ScheduleKind::LevelOrder);
        let table = CostTable::new(&network, &imported.system);
        let problem = Problem {
            network: &network,
            schedule: &schedule,
            system: &imported.system,
            table: &table,
            constraints: &imported.constraints,
        };
        for cut in 1..last - 1 {
            let candidate = Candidate {
                cuts: vec![cut],
                platforms: vec![0, 1],
            };
            let theirs = judged.evaluate(&candidate).unwrap();
            // Position p is before layer p without the pseudo layer `input`, so that cut k is position k.
            let ours = evaluate(&problem, &Design::at_positions(&schedule, &[cut]));
            for (what, ours, theirs) in [
                ("latency", ours.latency_s * 1e3, theirs.totals.latency_ms),
                ("energy", ours.energy_j * 1e3, theirs.totals.energy_mj),
            ] {
                assert!(
                    (ours / theirs - 1.0).abs() < 1e-9,
                    "{kind}, cut {cut}, {what}: {ours} {theirs}"
                );
            }
        }
    }
}

#[test]
fn invented_transfers_are_named_and_gone_when_corrected() {
    let (network, tables) = costs();
    let description = parse(NEW_STYLE);
    let with = |rules: Rules| {
        let graph = Graph::new(&network, rules).unwrap();
        let problem = description.problem(graph, tables.clone(), &RequiredBits::new(), rules, "system.yaml");
        problem
            .unwrap()
            .with_order(Order::default())
            .with_limits(Limits::default())
    };
    // A, nothing on B, A: nothing moves.
    let back = Candidate {
        cuts: vec![5, 5],
        platforms: vec![0, 1, 0],
    };
    // A, nothing on A, B: the data moves once.
    let there = Candidate {
        cuts: vec![5, 5],
        platforms: vec![0, 0, 1],
    };
    let moves = |rules, candidate| with(rules).evaluate(candidate).unwrap().real_cuts();
    assert_eq!(
        (moves(Rules::cnnparted(), &back), moves(Rules::corrected(), &back)),
        (1, 0)
    );
    assert_eq!(
        (moves(Rules::cnnparted(), &there), moves(Rules::corrected(), &there)),
        (1, 1)
    );
    // Only this fault corrected.
    let rules = Rules {
        phantom_transfers: false,
        ..Rules::cnnparted()
    };
    assert_eq!(moves(rules, &back), 0);
}

#[test]
fn files_are_told_by_their_ending() {
    assert!(files::is_description(Path::new("a/b.YAML")) && files::is_description(Path::new("c.yml")));
    assert!(!files::is_description(Path::new("yaml.onnx")));
}
