//! The search on real networks: scenario 2 (flip bandwidths of AlexNet), linear programmes, ideals against positions.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

mod common;

use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, evaluate};
use cutscape::explore::{Caps, Problem, Search, Space, check_with_lp, flips, front, front_within};
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{Network, Schedule, ScheduleKind};
use cutscape::system::System;
use cutscape::system::preset::Presets;
use std::time::Duration;

/// Searches the positions of the schedule only.
const POSITIONS: Caps = Caps {
    ideals: 0,
    labels: u64::MAX,
    sums: 0,
};

struct Case {
    network: Network,
    schedule: Schedule,
    system: System,
    table: CostTable,
    constraints: Constraints,
}

impl Case {
    fn new(model: &str, system: &str) -> Self {
        let raw = open(&common::model(model), &ImportOptions::default()).unwrap().network;
        let network = fuse(&raw);
        let system = Presets::load(None).system(system).unwrap();
        Self {
            schedule: network.schedule(ScheduleKind::default()),
            table: CostTable::new(&network, &system),
            network,
            system,
            constraints: Constraints::default(),
        }
    }

    fn unlimited(mut self) -> Self {
        for device in &mut self.system.devices {
            device.memory_limit_bytes = None;
            device.power_limit_w = None;
        }
        self
    }

    fn problem(&self) -> Problem<'_> {
        Problem {
            network: &self.network,
            schedule: &self.schedule,
            system: &self.system,
            table: &self.table,
            constraints: &self.constraints,
        }
    }

    /// Layers on each device.
    fn split(&self, design: &Design) -> Vec<usize> {
        let ends = design.placements.iter().map(|p| p.end.len());
        let mut before = 0;
        ends.map(|end| end - std::mem::replace(&mut before, end)).collect()
    }
}

#[test]
fn the_best_cut_of_alexnet_moves_with_the_bandwidth() {
    let case = Case::new("alexnet", "Phone and server (Wi-Fi)").unlimited();
    let problem = case.problem();
    let flips = flips(&problem, 0, &|| false).unwrap();
    let layers = case.network.layers.len();
    assert_eq!(case.split(&flips[0].below), [layers, 0], "slow link: all on the phone");
    assert_eq!(
        case.split(&flips[flips.len() - 1].above),
        [0, layers],
        "fast link: all on the server"
    );
    // In between the last pooling layer's 9216 bytes are sent.
    let forward = |design: &Design| {
        let messages = evaluate(&problem, design).links[0].messages.clone();
        messages.iter().find(|m| m.cut.is_some()).map(|m| m.bytes)
    };
    assert_eq!(forward(&flips[0].above), Some(9216));
    // Two designs that take T1 and T2 without the link and send B1 and B2 bytes flip at 8 (B1 - B2) / (T2 - T1) bit/s.
    let parts = |design: &Design| {
        let evaluation = evaluate(&problem, design);
        let link = &evaluation.links[0];
        let tunable = case.system.links[0].model.tunable().unwrap();
        (
            evaluation.latency_s - link.bytes as f64 / tunable.rate_bytes_per_s,
            link.bytes as f64,
        )
    };
    for flip in &flips {
        let ((t1, b1), (t2, b2)) = (parts(&flip.above), parts(&flip.below));
        let expected = 8.0 * (b1 - b2) / (t2 - t1);
        assert!((flip.rate_bytes_per_s * 8.0 / expected - 1.0).abs() < 1e-9);
    }
}

#[test]
fn broken_limits_are_whole_sentences() {
    let mut case = Case::new("mobilenet_v2", "Jetson and cloud GPU, Wi-Fi 20 Mbit/s");
    case.system.devices[0].memory_limit_bytes = Some(1e6);
    case.system.devices[0].power_limit_w = Some(0.5);
    case.system.frame_rate_hz = Some(10.0);
    case.constraints = Constraints {
        latency_s: Some(1e-4),
        energy_j: None,
        throughput_hz: Some(1e4),
        area_m2: None,
        most_devices: None,
    };
    let layers = case.network.layers.len();
    let evaluation = evaluate(&case.problem(), &Design::at_positions(&case.schedule, &[layers / 2]));
    let texts: Vec<_> = evaluation.violations.iter().map(|v| v.text.as_str()).collect();
    let [latency, throughput, memory, power] = texts.as_slice() else {
        panic!("{texts:?}");
    };
    assert!(
        latency.starts_with("latency: ") && latency.ends_with("over the limit of 100 µs"),
        "{latency}"
    );
    assert!(throughput.contains("at least 10.0 k/s asked for; "), "{throughput}");
    let name = &case.system.devices[0].name;
    assert!(
        memory.starts_with(&format!("memory of {name}: ")) && memory.contains("needed (weights "),
        "{memory}"
    );
    assert!(memory.ends_with("1.00 MB available"), "{memory}");
    let link = &case.system.links[0].name;
    assert!(
        power.starts_with(&format!("power of {name}: ")) && power.ends_with("500 mW allowed"),
        "{power}"
    );
    assert!(
        power.contains(&format!("({link} ")) && power.contains("compute "),
        "{power}"
    );
}

#[test]
fn linear_programmes_agree_on_real_networks() {
    for (model, system) in [
        ("alexnet", "Edge · Gateway · Server"),
        ("squeezenet1_1", "Phone and server (Wi-Fi)"),
    ] {
        let case = Case::new(model, system).unlimited();
        for weight in [0.0, 0.3, 1.0] {
            let bound = check_with_lp(&case.problem(), weight, Duration::from_secs(60), &|| false).unwrap();
            eprintln!(
                "{model} {weight} {} {} {} {}",
                bound.bound, bound.found, bound.variables, bound.constraints
            );
            assert!((bound.bound - bound.found).abs() <= 1e-6, "{model}: {bound:?}");
        }
    }
}

#[test]
fn no_cut_of_a_schedule_beats_the_front_over_ideals() {
    for model in ["resnet18", "googlenet"] {
        let case = Case::new(model, "Edge · Gateway · Server").unlimited();
        let problem = case.problem();
        let ideals = front(&problem, &Search::default(), &|| false, &|_| {}).unwrap();
        let positions = front_within(&problem, &Search::default(), POSITIONS, &|| false, &|_| {}).unwrap();
        assert!(matches!(ideals.space, Space::Ideals(count) if count > case.network.layers.len()));
        let beaten = |p: &cutscape::explore::FrontPoint| {
            let close = 1.0 + 1e-9;
            ideals.points.iter().any(|i| {
                i.metrics.latency_s <= p.metrics.latency_s * close && i.metrics.energy_j <= p.metrics.energy_j * close
            })
        };
        assert!(
            positions
                .points
                .iter()
                .chain(&positions.others)
                .filter(|p| p.feasible)
                .all(beaten)
        );
        for baseline in &ideals.baselines {
            let evaluation = evaluate(&problem, &baseline.point.design);
            assert_eq!(
                evaluation.latency_s, baseline.point.metrics.latency_s,
                "{}",
                baseline.name
            );
        }
    }
}
