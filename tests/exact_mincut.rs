//! The hull by least cuts against brute force on random networks and systems, and against exact fronts of real networks.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[path = "support/networks.rs"]
mod networks;

use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, evaluate};
use cutscape::explore::mincut::{Hull, gap, supported};
use cutscape::explore::{Bound, Caps, Front, Metrics, Objective, Problem, Search, Space, front, front_within};
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{ContentHash, DataType, Layer, Network, OpKind, ScheduleKind, Tensor};
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

/// The front over positions of the schedule, with the hull of all designs or without.
fn of_positions(problem: &Problem, objectives: [Objective; 2], sums: usize) -> Front {
    let caps = Caps {
        ideals: 0,
        sums,
        ..Caps::default()
    };
    front_within(problem, &search(objectives), caps, &|| false, &|_| {}).expect("not cancelled")
}

fn both(front: &Front, objectives: [Objective; 2]) -> Vec<[f64; 2]> {
    let points = front.points.iter();
    points.map(|p| objectives.map(|o| p.metrics.get(o))).collect()
}

/// Whether some point is worse than a value by at most a share in both objectives.
fn covers(points: &[[f64; 2]], value: &[f64; 2], share: f64) -> bool {
    let near = |p: &[f64; 2]| (0..2).all(|o| p[o] <= value[o] * (1.0 + share) * (1.0 + 1e-9));
    points.iter().any(near)
}

/// Whether a front with a bound is what it says, given all designs that keep the limits.
fn check_bound(problem: &Problem, objectives: [Objective; 2], feasible: &[[f64; 2]]) -> Result<Bound, TestCaseError> {
    let plain = of_positions(problem, objectives, 0);
    prop_assert_eq!(plain.bound, None);
    let front = of_positions(problem, objectives, Caps::default().sums);
    let bound = front.bound.expect("two sums on a chain");
    let (found, before) = (both(&front, objectives), both(&plain, objectives));
    prop_assert!(bound.gap >= 0.0, "{:?}", bound);
    for value in &before {
        prop_assert!(covers(&found, value, 0.0), "{:?} lost", value);
    }
    for point in &hull(problem, objectives).points {
        let value = objectives.map(|o| point.metrics.get(o));
        prop_assert!(covers(&found, &value, 0.0), "corner {:?} lost", value);
    }
    for value in feasible {
        prop_assert!(
            bound.gap.is_infinite() || covers(&found, value, bound.gap),
            "{:?} is more than {} better than {:?}",
            value,
            bound.gap,
            found
        );
    }
    for (index, point) in found.iter().enumerate() {
        let same_or_better = |other: &[f64; 2]| (0..2).all(|o| other[o] <= point[o]);
        let beaten = found
            .iter()
            .enumerate()
            .any(|(i, other)| i != index && same_or_better(other));
        prop_assert!(!beaten, "{:?} is dominated", point);
    }
    prop_assert!(front.points.iter().all(|p| p.feasible));
    Ok(bound)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_front_of_positions_knows_how_far_all_designs_are(
        mut case in prop_oneof![networks::cases(0..=5, 1..=4), networks::cases(6..=9, 2..=2), networks::cases(6..=7, 3..=3)],
        pair in 0_usize..4,
        limit in prop::option::of(0.2..1.0),
    ) {
        let designs = case.all_designs();
        if let Some(share) = limit {
            let all = values(&case.problem(), &designs, PAIRS[0]);
            let most = all.iter().map(|v| v[0]).fold(0.0, f64::max);
            case.constraints.latency_s = Some(most * share);
        }
        let problem = case.problem();
        let kept: Vec<Design> = designs.into_iter().filter(|d| evaluate(&problem, d).violations.is_empty()).collect();
        check_bound(&problem, PAIRS[pair], &values(&problem, &kept, PAIRS[pair]))?;
    }
}

/// A network of parallel branches that are joined at the end: (length + 1)^branches ideals and more.
fn branches(branches: usize, length: usize) -> Network {
    let tensor = |name: String, producer: Option<usize>, size: u64| Tensor {
        name,
        dtype: DataType::Float32,
        shape: Some(vec![size]),
        producer,
        consumers: Vec::new(),
        is_output: false,
    };
    let layer = |id: usize, macs: u64, inputs: Vec<usize>| Layer {
        name: format!("layer{id}"),
        op: "Conv".to_owned(),
        domain: String::new(),
        kind: OpKind::Linear,
        attributes: Vec::new(),
        inputs,
        outputs: vec![id + 1],
        constants: Vec::new(),
        macs: Some(macs),
        params: 0,
        unknown: None,
        members: vec![format!("layer{id}")],
    };
    // Sizes and costs that differ from layer to layer, the same in every run.
    let mut state = 1_u64;
    let mut draw = |least: u64, most: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        least + (state >> 33) % (most - least)
    };
    let mut tensors = vec![tensor("in".to_owned(), None, 3_000)];
    let mut layers = Vec::new();
    let mut ends = Vec::new();
    for _ in 0..branches {
        let mut last = 0;
        for _ in 0..length {
            let id = layers.len();
            tensors[last].consumers.push(id);
            layers.push(layer(id, draw(100_000, 9_000_000), vec![last]));
            tensors.push(tensor(format!("t{id}"), Some(id), draw(50, 4_000)));
            last = id + 1;
        }
        ends.push(last);
    }
    let id = layers.len();
    for &end in &ends {
        tensors[end].consumers.push(id);
    }
    layers.push(layer(id, 1_000_000, ends));
    tensors.push(tensor("out".to_owned(), Some(id), 10));
    tensors[id + 1].is_output = true;
    Network {
        name: "branches".to_owned(),
        layers,
        inputs: vec![0],
        outputs: vec![id + 1],
        tensors,
        symbols: Default::default(),
        hash: ContentHash::default(),
        fused: false,
    }
}

#[test]
fn a_network_with_too_many_ideals_gets_the_hull_and_a_bound() {
    let mut case = real("resnet18", true, [8; 4]);
    case.network = branches(8, 6);
    case.schedule = case.network.schedule(ScheduleKind::default());
    case.table = CostTable::new(&case.network, &case.system);
    let problem = case.problem();
    let objectives = [Objective::Latency, Objective::Energy];
    let started = Instant::now();
    let found = front(&problem, &search(objectives), &|| false, &|_| {}).expect("not cancelled");
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(
        found.space,
        Space::Schedules(1),
        "more than {} ideals",
        Caps::default().ideals
    );
    let bound = check_bound(&problem, objectives, &[]).expect("a sound bound");
    println!("{} points, {bound:?}, {seconds:.3} s", found.points.len());
    assert_eq!(found.bound, Some(bound));
    assert!(
        bound.hull_is_exact && bound.gap.is_finite() && bound.gap < 0.2,
        "{bound:?}"
    );
    let at_positions = |design: &Design| {
        let mut ends = design.placements.iter().map(|placement| &placement.end);
        ends.all(|end| end.position(problem.schedule).is_some())
    };
    assert!(
        found.points.iter().any(|point| !at_positions(&point.design)),
        "cuts across branches are better than those along the schedule"
    );
    // Whoever gives up gets no half answer.
    let cancelled = front(&problem, &search(objectives), &|| true, &|_| {});
    assert_eq!(cancelled, None);
    let asked = std::cell::Cell::new(0);
    let later = || {
        asked.set(asked.get() + 1);
        asked.get() > 20
    };
    assert_eq!(front(&problem, &search(objectives), &later, &|_| {}), None);
    // Three objectives have no hull, and nothing is claimed.
    let three = Search {
        objectives: vec![Objective::Latency, Objective::Energy, Objective::LinkBytes],
        ..Search::default()
    };
    let found = front(&problem, &three, &|| false, &|_| {}).expect("not cancelled");
    assert_eq!((found.space, found.bound), (Space::Schedules(1), None));
}

#[test]
fn few_weighted_sums_still_give_a_bound() {
    let case = real("googlenet", true, [8; 4]);
    let problem = case.problem();
    let objectives = [Objective::Latency, Objective::Energy];
    let gaps = [2, 6, 2_000].map(|sums| {
        let bound = of_positions(&problem, objectives, sums)
            .bound
            .expect("two sums on a chain");
        assert!(bound.gap.is_finite(), "{bound:?}");
        bound.gap
    });
    assert!(gaps[0] >= gaps[1] && gaps[1] >= gaps[2], "{gaps:?}");
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
