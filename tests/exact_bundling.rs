//! From a document with measured devices to schedules over their bundles and back: routes, loads, devices that take no part, designs.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

use cutscape::cost::profile::{Profile, Role, Statistics};
use cutscape::explore::schedule::{Engine, Objective, Plan};
use cutscape::link::{Direction, LinkModel};
use cutscape::project::bundling::{Solved, Unstated, solve, state, taken};
use cutscape::project::measured::{Division, Reading, load, read};
use cutscape::project::{Action, Bundling, Document, History, OpenNetwork, Origin, View, file};
use cutscape::system::preset::Presets;
use cutscape::system::{Device, DeviceModel, System, Topology};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

static NETWORK: LazyLock<Arc<OpenNetwork>> = LazyLock::new(|| {
    let origin = Origin::Example("alexnet".to_owned());
    Arc::new(OpenNetwork::open(origin, BTreeMap::new()).unwrap())
});

fn measured(name: &str, file: &str, statistics: Statistics) -> Device {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/dime")
        .join(file);
    let reading = Reading {
        statistics,
        ..Reading::usual(Division::ByNames, Role::Edge)
    };
    let found = read(&[load(&path).unwrap()], None, &reading, &NETWORK.raw).unwrap();
    found.device(name)
}

fn nano() -> Device {
    measured("Nano", "alexnet_edge_profile.csv", Statistics::of_edge("alexnet"))
}

fn server() -> Device {
    measured("server", "alexnet_cloud_profile.csv", Statistics::PLAIN)
}

fn system(devices: Vec<Device>, links: &[&str]) -> System {
    let presets = Presets::load(None);
    System {
        name: "Measured".to_owned(),
        devices,
        links: links.iter().map(|name| presets.link(name).unwrap()).collect(),
        topology: Topology::Chain,
        direct: Vec::new(),
        input_at: 0,
        output_at: 0,
        ..presets.start_system()
    }
}

fn document(devices: Vec<Device>, links: &[&str]) -> Document {
    Document::new(Arc::clone(&NETWORK), system(devices, links)).unwrap()
}

fn solved(document: &Document, bundling: &Bundling) -> Solved {
    let alternatives = &document.design.alternatives;
    solve(
        &document.system,
        alternatives,
        &document.network.raw,
        bundling,
        Some(20),
        &|| false,
    )
    .unwrap()
}

/// What a transfer over a link takes, and what its sender and its receiver spend.
fn over(model: &LinkModel, bytes: u64, direction: Direction) -> [f64; 3] {
    let transfer = model.transfer(bytes, direction, None);
    [transfer.latency_s, transfer.transmit_j, transfer.receive_j]
}

/// All on the last machine.
fn all_on_last(solved: &Solved) -> Plan {
    let baselines = solved
        .baselines
        .iter()
        .filter(|baseline| baseline.name.starts_with("all on server"));
    baselines.filter_map(|baseline| baseline.plan.clone()).next().unwrap()
}

#[test]
fn transfers_go_over_every_link_of_the_route_and_only_the_edge_pays() {
    let phone = Presets::load(None).start_system().devices[0].clone();
    let name = phone.name.clone();
    let document = document(vec![nano(), phone, server()], &["LTE (phone)", "Wi-Fi (phone)"]);
    let found = solved(&document, &Bundling::default());
    assert_eq!(found.stated.devices, [0, 2]);
    assert_eq!(found.stated.left_out, [format!("{name} was not measured")]);
    // The input arrives with 8 bits, the result leaves with the 32 the server computes with.
    let mut bytes = found.stated.blocks.bytes().to_vec();
    bytes[0] /= 4;
    let models: Vec<&LinkModel> = document.system.links.iter().map(|link| &link.model).collect();
    let up = models.iter().map(|model| over(model, bytes[0], Direction::Forward));
    let down = models.iter().map(|model| over(model, bytes[8], Direction::Back));
    let latency: f64 = up.clone().chain(down.clone()).map(|cost| cost[0]).sum();
    // Of the first link the edge is the sender on the way out and the receiver on the way back; the second is none of its business.
    let energy = up.clone().next().unwrap()[1] + down.clone().next().unwrap()[2];
    let plan = all_on_last(&found);
    assert!((plan.transfer.latency_s / latency - 1.0).abs() < 1e-12);
    assert!((plan.transfer.energy_j / energy - 1.0).abs() < 1e-12);
}

#[test]
fn loads_and_longest_bundles_of_devices_count() {
    let mut document = document(vec![nano(), server()], &["Wi-Fi (phone)"]);
    let before = all_on_last(&solved(&document, &Bundling::default()));
    let change = |device: &mut Device, change: &dyn Fn(&mut Profile)| {
        let DeviceModel::Profile(profile) = &mut device.model else {
            panic!()
        };
        change(profile);
    };
    change(&mut document.system.devices[1], &|profile| profile.load = 3.0);
    let loaded = all_on_last(&solved(&document, &Bundling::default()));
    assert!((loaded.compute.latency_s / before.compute.latency_s - 3.0).abs() < 1e-12);
    change(&mut document.system.devices[0], &|profile| profile.longest = Some(2));
    let short = solved(&document, &Bundling::default());
    let at_edge = short
        .front
        .plans
        .iter()
        .flat_map(|plan| &plan.pieces)
        .filter(|piece| piece.machine == 0);
    assert!(at_edge.clone().count() > 0);
    assert!(at_edge.clone().all(|piece| piece.last - piece.first < 2));
}

#[test]
fn budgets_are_looked_up_in_the_front() {
    let document = document(vec![nano(), server()], &["Wi-Fi (phone)"]);
    let bundling = Bundling {
        objective: Objective::Energy,
        ..Bundling::default()
    };
    let found = solved(&document, &bundling);
    let plans = &found.front.plans;
    assert!(plans.len() >= 2);
    for (index, plan) in plans.iter().enumerate() {
        let within = Bundling {
            latency_s: Some(plan.latency_s()),
            ..bundling.clone()
        };
        assert_eq!(found.best(&within), Some(index));
        let problem = &found.stated.problem;
        let best = problem
            .best(&within.rules_within(&found.stated), Objective::Energy)
            .unwrap();
        assert_eq!(best.energy_j(), plan.energy_j());
    }
    let impossible = Bundling {
        latency_s: Some(plans[0].latency_s() / 2.0),
        ..bundling
    };
    assert_eq!(found.best(&impossible), None);
    let sweeps = found.sweeps.unwrap();
    assert_eq!((sweeps.latency.len(), sweeps.energy.len()), (20, 20));
}

#[test]
fn budgets_missed_by_less_than_a_solver_sees_are_told_apart() {
    let document = document(vec![nano(), server()], &["Wi-Fi (phone)"]);
    let constraints = [
        "conv1 on Nano",
        "5*on(conv3,Nano) + 2*on(fc2,server) + 1*on(conv2,Nano) + 2*bundles(Nano) + 1*handovers <= 22",
        "6*on(conv2,server) + 4*on(conv2,Nano) + 4*on(fc1,Nano) + 1*bundles(Nano) + 2*handovers <= 23",
        "3*on(conv5,server) + 1*on(conv2,server) + 4*on(conv2,server) + 2*bundles(Nano) + 1*handovers <= 15",
        "4*on(conv4,Nano) + 4*on(fc3,Nano) + 6*on(conv5,server) + 1*bundles(Nano) + 2*handovers <= 16",
        "4*on(conv2,server) + 9*on(conv5,Nano) + 7*on(conv2,server) + 3*bundles(Nano) + 1*handovers <= 23",
        "2*on(fc2,Nano) + 7*on(fc2,server) + 7*on(conv4,server) + 2*bundles(Nano) + 1*handovers <= 19",
        "6*on(conv5,server) + 1*on(fc3,server) + 4*on(conv5,server) + 1*bundles(Nano) + 1*handovers <= 21",
        "3*on(conv5,Nano) + 2*on(conv5,server) + 8*on(fc3,Nano) + 1*bundles(Nano) + 1*handovers <= 15",
        "9*on(conv3,server) + 2*on(fc1,server) + 9*on(conv3,Nano) + 2*bundles(Nano) + 2*handovers <= 17",
    ];
    let bundling = Bundling {
        constraints: constraints.map(str::to_owned).to_vec(),
        ..Bundling::default()
    };
    let ask = |bundling: &Bundling| {
        let alternatives = &document.design.alternatives;
        solve(
            &document.system,
            alternatives,
            &document.network.raw,
            bundling,
            None,
            &|| false,
        )
        .unwrap()
    };
    let free = ask(&bundling);
    assert_eq!(free.front.engine, Engine::Programme);
    let fastest = free.best(&bundling).unwrap();
    assert_eq!(fastest, 0);
    let latency_s = free.front.plans[fastest].latency_s();
    for share in [0.0, 5e-9, 1e-7] {
        let within = Bundling {
            latency_s: Some(latency_s * (1.0 - share)),
            ..bundling.clone()
        };
        let found = ask(&within);
        assert_eq!(found.best(&within).is_some(), share == 0.0, "{share}");
        let conflict = found.conflict.unwrap_or_else(|| "at most".to_owned());
        assert!(conflict.contains("at most"), "{share}: {conflict}");
    }
}

#[test]
fn what_cannot_be_stated_is_told() {
    let start = Presets::load(None).start_system();
    let raw = &NETWORK.raw;
    let none = state(&start, &vec![0; start.devices.len()], raw, &Bundling::default());
    assert_eq!(none, Err(Unstated::NoProfile));
    let document = document(vec![nano(), server()], &["Wi-Fi (phone)"]);
    let locked = Bundling {
        clock_hz: Some(1),
        ..Bundling::default()
    };
    let refused = state(&document.system, &[0, 0], raw, &locked).unwrap_err().to_string();
    assert!(
        refused.starts_with("Nano was not measured at 0.000001 MHz"),
        "{refused}"
    );
    let origin = Origin::Example("squeezenet1_1".to_owned());
    let other = OpenNetwork::open(origin, BTreeMap::new()).unwrap();
    let refused = state(&document.system, &[0, 0], &other.raw, &Bundling::default()).unwrap_err();
    assert!(
        matches!(&refused, Unstated::OtherNetwork(devices) if devices.len() == 2),
        "{refused}"
    );
}

#[test]
fn schedules_become_designs_that_cost_the_same() {
    let mut compared = 0;
    // Where input and result are, and how wide the input and what devices compute is.
    let cases = [
        (View::Fused, [0, 0], 32, [32, 32]),
        (View::Raw, [0, 0], 8, [32, 32]),
        (View::Fused, [0, 1], 8, [16, 32]),
        (View::Fused, [1, 0], 8, [32, 8]),
        (View::Raw, [1, 1], 12, [8, 16]),
    ];
    for (view, [input_at, output_at], input_bits, bits) in cases {
        let mut devices = vec![nano(), server()];
        for (device, bits) in devices.iter_mut().zip(bits) {
            device.bits = bits;
        }
        let mut document = document(devices, &["Wi-Fi (phone)"]);
        document.apply(Action::SetView(view)).unwrap();
        document
            .apply(Action::SetSystemSettings {
                name: "Measured".to_owned(),
                input_at,
                output_at,
                input_bits,
                frame_rate_hz: None,
            })
            .unwrap();
        let found = solved(&document, &Bundling::default());
        let others = found.baselines.iter().filter_map(|baseline| baseline.plan.as_ref());
        for plan in found.front.plans.iter().chain(others) {
            let mut history = History::new(document.clone(), true);
            let taken = taken(&document, &found.stated, plan).unwrap();
            for (index, device) in taken.devices {
                history.apply(Action::SetDevice(index, device)).unwrap();
            }
            history.apply(Action::LoadDesign(taken.design)).unwrap();
            if taken.lost.is_empty() {
                let evaluation = history.document().evaluate();
                let ratio = evaluation.latency_s / plan.latency_s();
                assert!(
                    (ratio - 1.0).abs() < 1e-9,
                    "{ratio} {view:?} {input_at} {output_at} {bits:?} {plan:?}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared >= 20, "{compared}");
}

#[test]
fn what_is_asked_comes_back_from_a_file() {
    let mut document = document(vec![nano(), server()], &["Wi-Fi (phone)"]);
    let bundling = Bundling {
        latency_s: Some(0.1),
        private: 2,
        bits: Some(8),
        constraints: vec!["bundles(Nano) <= 2".to_owned()],
        ..Bundling::default()
    };
    document.apply(Action::SetBundling(bundling.clone())).unwrap();
    let text = file::to_text(&document, None).unwrap();
    let opened = file::parse(&text, "d.ron", None).unwrap();
    let opened = opened
        .into_document(Arc::clone(&NETWORK), file::Trust::Content)
        .unwrap();
    assert_eq!(opened.document, document);
    let faulty = text.replacen("bits: Some(8),\n    compression", "bits: Some(99),\n    compression", 1);
    assert_ne!(faulty, text);
    let error = file::parse(&faulty, "d.ron", None).unwrap_err().to_string();
    assert!(error.contains("d.ron, bundling.bits"), "{error}");
    let mut wrong = bundling;
    wrong.bits = Some(0);
    assert!(document.apply(Action::SetBundling(wrong)).is_err());
}
