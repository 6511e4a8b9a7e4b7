//! The hull by least cuts against brute force on random networks and systems, and against exact fronts of real networks.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[path = "support/networks.rs"]
mod networks;

use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, evaluate};
use cutscape::explore::mincut::{Hull, gap, supported};
use cutscape::explore::{Metrics, Objective, Problem, Search, front};
use cutscape::network::ScheduleKind;
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::system::Device;
use cutscape::system::preset::Presets;
use networks::Case;
use proptest::prelude::*;
use std::path::Path;
use std::time::Instant;

fn search(objectives: [Objective; 2]) -> Search {
    Search {
        objectives: objectives.to_vec(),
        ..Search::default()
    }
}

fn hull(problem: &Problem, objectives: [Objective; 2]) -> Hull {
    supported(problem, &search(objectives), &|| false, &|_| {}).expect("two sums")
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(b.abs())
}

/// The two objectives of every design that can run.
fn values(problem: &Problem, designs: &[Design], objectives: [Objective; 2]) -> Vec<[f64; 2]> {
    let all = designs.iter().map(|design| Metrics::from(&evaluate(problem, design)));
    let all = all.map(|metrics| objectives.map(|o| metrics.get(o)));
    all.filter(|v| v[0].is_finite() && v[1].is_finite()).collect()
}

/// Corners of the lower left hull, by rising first value.
fn corners(mut values: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    values.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    let mut hull: Vec<[f64; 2]> = Vec::new();
    for point in values {
        if hull
            .last()
            .is_some_and(|last| point[1] >= last[1] || same(point[1], last[1]))
        {
            continue;
        }
        if hull.last().is_some_and(|last| same(point[0], last[0])) {
            hull.pop();
        }
        while let [.., a, b] = hull.as_slice() {
            let (left, right) = ((b[1] - a[1]) * (point[0] - a[0]), (point[1] - a[1]) * (b[0] - a[0]));
            if left < right && (left - right).abs() > 1e-9 * left.abs() {
                break;
            }
            hull.pop();
        }
        hull.push(point);
    }
    hull
}

/// Whether the hull is what all designs say it is.
fn check(hull: &Hull, all: &[[f64; 2]]) -> Result<(), TestCaseError> {
    let found: Vec<[f64; 2]> = hull
        .points
        .iter()
        .map(|p| hull.objectives.map(|o| p.metrics.get(o)))
        .collect();
    let has = |set: &[[f64; 2]], point: &[f64; 2]| set.iter().any(|p| same(p[0], point[0]) && same(p[1], point[1]));
    for corner in corners(all.to_vec()) {
        prop_assert!(
            !hull.exact || has(&found, &corner),
            "missing {:?} of {:?}\nfound {:?}",
            corner,
            corners(all.to_vec()),
            found
        );
    }
    for point in &found {
        prop_assert!(has(all, point), "impossible {:?}", point);
    }
    let apart = gap(&hull.points, hull);
    for value in all {
        for line in &hull.lines {
            let height = value[0] * line.per_unit[0] + value[1] * line.per_unit[1];
            prop_assert!(height >= 1.0 - 1e-9, "{:?} below {:?}", value, line);
        }
        for o in 0..2 {
            prop_assert!(
                value[o] >= hull.least[o] * (1.0 - 1e-9),
                "{:?} below {:?}",
                value,
                hull.least
            );
        }
        let near = |p: &[f64; 2]| (0..2).all(|o| p[o] <= value[o] * (1.0 + apart) * (1.0 + 1e-9));
        prop_assert!(
            apart.is_infinite() || found.iter().any(near),
            "{:?} is more than {} better than {:?}",
            value,
            apart,
            found
        );
    }
    Ok(())
}

/// Raw inputs that are outputs too and have several readers: the one case a cut cannot say exactly.
fn has_returning_inputs(case: &Case) -> bool {
    let tensors = &case.network.tensors;
    tensors
        .iter()
        .any(|t| t.producer.is_none() && t.is_output && t.consumers.len() > 1)
}

const PAIRS: [[Objective; 2]; 4] = [
    [Objective::Latency, Objective::Energy],
    [Objective::Latency, Objective::LinkBytes],
    [Objective::Area, Objective::Latency],
    [Objective::LinkBytes, Objective::Energy],
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn corners_are_those_of_all_designs(
        mut case in prop_oneof![networks::cases(0..=5, 1..=4), networks::cases(6..=9, 2..=2), networks::cases(6..=7, 3..=3)],
        pair in 0_usize..4,
        areas in prop::collection::vec(0_u32..4, 4),
        most in prop::option::of(1_usize..=4),
    ) {
        for (device, area) in case.system.devices.iter_mut().zip(areas) {
            device.area_m2 = (area > 0).then_some(f64::from(area) * 1e-6);
        }
        case.constraints.most_devices = most;
        let problem = case.problem();
        let used = |design: &Design| evaluate(&problem, design).devices.iter().filter(|d| d.layers > 0).count();
        let mut designs = case.all_designs();
        designs.retain(|design| most.is_none_or(|most| used(design) <= most));
        let all = values(&problem, &designs, PAIRS[pair]);
        let hull = hull(&problem, PAIRS[pair]);
        prop_assert!(hull.exact || has_returning_inputs(&case), "not proven");
        check(&hull, &all)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bounds_hold_on_links_that_send_frames_and_packets(
        mut case in prop_oneof![networks::cases(1..=5, 2..=4), networks::cases(6..=9, 2..=2)],
        pair in 0_usize..4,
        frame_rate_hz in prop::option::of(0.1..100.0),
    ) {
        let presets = Presets::load(None);
        let names = ["Bluetooth LE 5 in connection events", "Ethernet 1000BASE-T, energy-efficient", "Wi-Fi (phone)"];
        for (link, name) in case.system.links.iter_mut().zip(names) {
            link.model = presets.link(name).expect(name).model;
        }
        case.system.frame_rate_hz = frame_rate_hz;
        let problem = case.problem();
        let hull = hull(&problem, PAIRS[pair]);
        prop_assert!(!hull.exact);
        check(&hull, &values(&problem, &case.all_designs(), PAIRS[pair]))?;
    }

    #[test]
    fn nothing_at_positions_of_longer_networks_is_better(case in networks::cases(8..=14, 2..=4), pair in 0_usize..4) {
        let problem = case.problem();
        let hull = hull(&problem, PAIRS[pair]);
        let all = values(&problem, &case.all_position_designs(), PAIRS[pair]);
        let apart = gap(&hull.points, &hull);
        let found: Vec<[f64; 2]> = hull.points.iter().map(|p| PAIRS[pair].map(|o| p.metrics.get(o))).collect();
        for value in &all {
            for line in &hull.lines {
                prop_assert!(value[0] * line.per_unit[0] + value[1] * line.per_unit[1] >= 1.0 - 1e-9);
            }
            let near = |p: &[f64; 2]| (0..2).all(|o| p[o] <= value[o] * (1.0 + apart) * (1.0 + 1e-9));
            prop_assert!(found.iter().any(near));
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same(case in networks::cases(1..=9, 2..=4), pair in 0_usize..4) {
        let problem = case.problem();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| hull(&problem, PAIRS[pair]))
        };
        prop_assert_eq!(with(1), with(4));
    }
}

/// A network that came with the program on four devices far apart in speed, the result wanted where the input arrives.
fn real(model: &str, fused: bool, bits: [u32; 4]) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("models")
        .join(format!("{model}.onnx"));
    let network = open(&path, &ImportOptions::default())
        .expect("a model of the program")
        .network;
    let network = if fused { fuse(&network) } else { network };
    let presets = Presets::load(None);
    let mut system = presets.system("Raspberry Pi and laptop").expect("a preset");
    let names = ["Raspberry Pi 4", "Jetson Nano", "GeForce RTX 3060", "A100 40GB"];
    let device = |(name, bits)| Device {
        memory_limit_bytes: None,
        power_limit_w: None,
        bits,
        ..presets.device(name).expect("a preset")
    };
    system.devices = names.into_iter().zip(bits).map(device).collect();
    let links = ["Wi-Fi 4 (20 Mbit/s)", "USB 3 (5 Gbit/s)", "PCIe 3.0 x4"];
    system.links = links.map(|name| presets.link(name).expect("a preset")).to_vec();
    (system.input_at, system.output_at) = (0, 0);
    Case {
        schedule: network.schedule(ScheduleKind::default()),
        table: CostTable::new(&network, &system),
        network,
        system,
        constraints: Constraints::default(),
    }
}

#[test]
fn corners_of_real_networks_are_those_of_the_exact_front() {
    for (model, fused, bits) in [
        ("resnet50", true, [8; 4]),
        ("resnet50", true, [16, 8, 16, 8]),
        ("googlenet", true, [16, 8, 16, 8]),
        ("googlenet", false, [8; 4]),
        ("densenet121", true, [8, 16, 8, 16]),
    ] {
        let case = real(model, fused, bits);
        let problem = case.problem();
        let objectives = [Objective::Latency, Objective::Energy];
        let started = Instant::now();
        let hull = hull(&problem, objectives);
        let seconds = started.elapsed().as_secs_f64();
        let exact = front(&problem, &search(objectives), &|| false, &|_| {}).expect("not cancelled");
        let exact: Vec<_> = exact
            .points
            .iter()
            .map(|p| [p.metrics.latency_s, p.metrics.energy_j])
            .collect();
        println!(
            "{model} {bits:?}: {} of {} points, gap {:.2} %, {} lines, {seconds:.3} s",
            hull.points.len(),
            exact.len(),
            100.0 * gap(&hull.points, &hull),
            hull.lines.len()
        );
        assert!(hull.exact, "{model}");
        check(&hull, &exact).expect(model);
    }
}
