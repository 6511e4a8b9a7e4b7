//! Evaluating and searching designs. Bars (medians on two cores): one evaluation of 300 layers on 4 devices 20 us, objective curve 2 ms,
//! exact front of resnet50 on 4 devices 2 ms, of densenet121 20 ms, both without limits; of latency and energy of 200 layers on 8 devices
//! 30 ms, of latency, energy and throughput of 60 layers on 4 devices 60 ms (costs of a chain drawn log-uniformly, as in the design card);
//! the best design while a rate moves 2 ms. With two measured devices, one evaluation of 300 layers 100 us, their front 50 ms.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use criterion::{Criterion, criterion_group, criterion_main};
use cutscape::cost::layer_table::{LayerRow, LayerTable, MissingRows};
use cutscape::cost::profile::{BundleCost, BundleTable, Profile};
use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, evaluate};
use cutscape::explore::sweep::{Knob, Question, map, readings, sweep};
use cutscape::explore::{Objective, Problem, Rate, Search, curve, envelope, front};
use cutscape::link::{LinkModel, PlainLink};
use cutscape::network::blocks::Blocks;
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{ContentHash, DataType, Layer, Network, OpKind, Schedule, ScheduleKind, Tensor};
use cutscape::system::preset::Presets;
use cutscape::system::{DeviceModel, System, Topology};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

/// Four devices that are far apart in speed and joined by links that are too, the result wanted where the input arrives.
fn system() -> System {
    let presets = Presets::load(None);
    let device = |name| presets.device(name).unwrap();
    let link = |name| presets.link(name).unwrap();
    System {
        name: "bench".to_owned(),
        devices: ["Raspberry Pi 4", "Jetson Nano", "GeForce RTX 3060", "A100 40GB"]
            .map(device)
            .map(|d| cutscape::system::Device {
                memory_limit_bytes: None,
                ..d
            })
            .to_vec(),
        links: ["Wi-Fi 4 (20 Mbit/s)", "Ethernet 1000BASE-T", "PCIe 3.0 x4"]
            .map(link)
            .to_vec(),
        input_at: 0,
        output_at: 0,
        input_bits: 8,
        frame_rate_hz: None,
        topology: Topology::Chain,
        direct: Vec::new(),
    }
}

struct Case {
    network: Network,
    schedule: Schedule,
    system: System,
    table: CostTable,
}

impl Case {
    fn new(model: &str, fused: bool) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("models")
            .join(format!("{model}.onnx"));
        let raw = open(&path, &ImportOptions::default()).unwrap().network;
        let network = if fused { fuse(&raw) } else { raw };
        let system = system();
        Self {
            schedule: network.schedule(ScheduleKind::default()),
            table: CostTable::new(&network, &system),
            network,
            system,
        }
    }

    fn problem(&self) -> Problem<'_> {
        const UNLIMITED: Constraints = Constraints {
            latency_s: None,
            energy_j: None,
            throughput_hz: None,
            area_m2: None,
            most_devices: None,
        };
        Problem {
            network: &self.network,
            schedule: &self.schedule,
            system: &self.system,
            table: &self.table,
            constraints: &UNLIMITED,
        }
    }

    fn even(&self) -> Design {
        let layers = self.network.layers.len();
        Design::at_positions(&self.schedule, &[layers / 4, layers / 2, layers * 3 / 4])
    }
}

fn evaluation(c: &mut Criterion) {
    for (name, fused) in [("densenet121", false), ("vit_b_16", true)] {
        let case = Case::new(name, fused);
        let design = case.even();
        let layers = case.network.layers.len();
        c.bench_function(&format!("evaluate {name}, {layers} layers"), |b| {
            b.iter(|| evaluate(&case.problem(), black_box(&design)));
        });
        c.bench_function(&format!("curve {name}, {layers} layers"), |b| {
            b.iter(|| curve(&case.problem(), black_box(&design), 1, Objective::Latency));
        });
        c.bench_function(&format!("table {name}, {layers} layers"), |b| {
            b.iter(|| CostTable::new(black_box(&case.network), &case.system));
        });
    }
}

fn fronts(c: &mut Criterion) {
    for name in ["resnet50", "densenet121", "googlenet"] {
        let case = Case::new(name, true);
        let size = front(&case.problem(), &Search::default(), &|| false, &|_| {}).map_or(0, |f| f.points.len());
        c.bench_function(&format!("front {name}, {size} points"), |b| {
            b.iter(|| front(black_box(&case.problem()), &Search::default(), &|| false, &|_| {}));
        });
    }
    for name in ["resnet50", "googlenet"] {
        let mut case = Case::new(name, true);
        for device in &mut case.system.devices {
            device.memory_limit_bytes = Some(12e6);
        }
        c.bench_function(&format!("front {name} under memory limits"), |b| {
            b.iter(|| front(black_box(&case.problem()), &Search::default(), &|| false, &|_| {}));
        });
    }
    let case = Case::new("vit_b_16", false);
    c.bench_function("front vit_b_16, raw view", |b| {
        b.iter(|| front(black_box(&case.problem()), &Search::default(), &|| false, &|_| {}));
    });
}

/// A chain of layers with costs drawn log-uniformly over a factor of 100 on every device, as in the design card.
/// Two devices measured in bundles of the network's blocks: a bundle takes less than its blocks alone.
fn measured(c: &mut Criterion) {
    let mut case = Case::new("densenet121", false);
    let blocks = Blocks::of_network(&case.network).unwrap();
    let count = blocks.len();
    let bundles = |slow: f64| {
        let spans = (0..count).flat_map(|first| (first..count.min(first + 40)).map(move |last| (first, last)));
        let costs = spans.map(|(first, last)| {
            let size = (last + 1 - first) as f64;
            let cost = BundleCost {
                clock_hz: None,
                latency_s: slow * (1e-3 + 1e-3 * size),
                energy_j: Some(1e-3 * size / slow),
                runs: 20,
                estimated: false,
            };
            ((first, last), cost)
        });
        BundleTable::of(count, costs)
    };
    for (device, slow) in [(0, 5.0), (1, 1.0)] {
        let profile = Profile::new("bench", &case.network, &blocks, bundles(slow)).unwrap();
        case.system.devices[device].model = DeviceModel::Profile(Box::new(profile));
    }
    case.table = CostTable::new(&case.network, &case.system);
    let problem = case.problem();
    let layers = case.network.layers.len();
    let design = case.even();
    c.bench_function(
        &format!("evaluate two measured devices, {layers} layers, {count} blocks"),
        |b| {
            b.iter(|| evaluate(&problem, black_box(&design)));
        },
    );
    let search =
        |problem: &Problem| front(problem, &Search::default(), &|| false, &|_| {}).map_or(0, |f| f.points.len());
    let size = search(&problem);
    c.bench_function(&format!("front with two measured devices, {size} points"), |b| {
        b.iter(|| search(black_box(&problem)));
    });
    c.bench_function("table with two measured devices", |b| {
        b.iter(|| CostTable::new(&case.network, &case.system));
    });
}

fn chain(layers: usize, devices: usize, seed: u64) -> Case {
    let mut state = seed;
    let mut draw = |least: f64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        least * 100_f64.powf((state >> 11) as f64 / (1_u64 << 53) as f64)
    };
    let tensor = |id: usize, elements: u64| Tensor {
        name: format!("t{id}"),
        dtype: DataType::Float32,
        shape: Some(vec![elements]),
        producer: id.checked_sub(1),
        consumers: if id < layers { vec![id] } else { Vec::new() },
        is_output: id == layers,
    };
    let network = Network {
        name: "chain".to_owned(),
        layers: (0..layers).map(layer).collect(),
        tensors: (0..=layers).map(|id| tensor(id, draw(1e4) as u64)).collect(),
        inputs: vec![0],
        outputs: vec![layers],
        symbols: BTreeMap::new(),
        hash: ContentHash::default(),
        fused: false,
    };
    let mut table = || {
        let row = |id| {
            (
                format!("layer{id}"),
                LayerRow {
                    latency_s: draw(1e-4),
                    energy_j: draw(1e-4),
                },
            )
        };
        DeviceModel::Table(LayerTable {
            source: "drawn".to_owned(),
            missing: MissingRows::Unsupported,
            layers: Arc::new((0..layers).map(row).collect()),
        })
    };
    let any = system();
    let devices: Vec<_> = (0..devices)
        .map(|index| cutscape::system::Device {
            name: format!("device {index}"),
            model: table(),
            ..any.devices[0].clone()
        })
        .collect();
    let links = (1..devices.len()).map(|_| cutscape::system::Link {
        model: LinkModel::Plain(PlainLink {
            rate_bytes_per_s: draw(1e8),
            latency_s: 1e-5,
            transmit_j_per_byte: draw(1e-10),
            receive_j_per_byte: 0.0,
        }),
        ..any.links[0].clone()
    });
    let system = System {
        links: links.collect(),
        devices,
        ..any
    };
    Case {
        schedule: network.schedule(ScheduleKind::default()),
        table: CostTable::new(&network, &system),
        network,
        system,
    }
}

fn layer(id: usize) -> Layer {
    Layer {
        name: format!("layer{id}"),
        op: "Conv".to_owned(),
        domain: String::new(),
        kind: OpKind::Linear,
        attributes: Vec::new(),
        inputs: vec![id],
        outputs: vec![id + 1],
        constants: Vec::new(),
        macs: Some(1000),
        params: 0,
        unknown: None,
        members: vec![format!("layer{id}")],
    }
}

fn chains(c: &mut Criterion) {
    use Objective::{Energy, Interval, Latency};
    let cases: [(usize, usize, &[Objective]); 4] = [
        (200, 8, &[Latency, Energy]),
        (60, 4, &[Latency, Energy, Interval]),
        (200, 4, &[Latency, Energy, Interval]),
        (100, 4, &[Latency, Energy, Interval, Objective::LinkBytes]),
    ];
    for (layers, devices, objectives) in cases {
        let search = Search {
            objectives: objectives.to_vec(),
            ..Search::default()
        };
        let case = chain(layers, devices, 1);
        let found = front(&case.problem(), &search, &|| false, &|_| {}).unwrap();
        let name = format!(
            "front of {} objectives, {layers} layers, {devices} devices: {} points, {} labels",
            objectives.len(),
            found.points.len(),
            found.labels
        );
        c.bench_function(&name, |b| {
            b.iter(|| front(black_box(&case.problem()), &search, &|| false, &|_| {}));
        });
    }
    let case = Case::new("resnet50", true);
    for rate in [Rate::Of(0), Rate::All] {
        c.bench_function(&format!("envelope resnet50 {rate:?}"), |b| {
            b.iter(|| envelope(black_box(&case.problem()), rate, &|| false));
        });
    }
    sweeps(c, &case);
    let found = envelope(&case.problem(), Rate::Of(0), &|| false).unwrap();
    c.bench_function("best design at a rate", |b| {
        b.iter(|| found.best_at(black_box(2.5e6)).map(|(_, seconds)| seconds));
    });
}

/// What the Sweep tab asks for: regions with the numbers of their designs, and the numbers of the design in the window along them.
fn sweeps(c: &mut Criterion, case: &Case) {
    let (problem, search) = (case.problem(), Search::default());
    for knob in [
        Knob::Rate(0),
        Knob::Speed(0),
        Knob::Device(1, "bandwidth_bytes_per_s".to_owned()),
    ] {
        let question = Question {
            range: knob.usual_range(problem.system, problem.constraints).unwrap(),
            knob,
            objective: Objective::Latency,
        };
        let run = || sweep(&problem, &search, &question, &|| false, &|_| {}).unwrap();
        let found = run();
        let name = question.knob.path();
        let regions = found.regions.len();
        c.bench_function(&format!("sweep resnet50 {name}, {regions} regions"), |b| b.iter(run));
        let design = [case.even()];
        c.bench_function(&format!("a design along {name}"), |b| {
            b.iter(|| readings(&problem, &question.knob, black_box(&found.values), &design, &|| false));
        });
    }
    let question = Question {
        knob: Knob::Rate(0),
        range: Knob::Rate(0).usual_range(problem.system, problem.constraints).unwrap(),
        objective: Objective::Latency,
    };
    let second = Knob::Speed(0);
    let range = second.usual_range(problem.system, problem.constraints).unwrap();
    c.bench_function("map resnet50 of a rate and a speed, 32 rows", |b| {
        b.iter(|| map(&problem, &search, &question, (&second, range), 32, &|| false, &|_| {}));
    });
}

criterion_group!(benches, evaluation, fronts, measured, chains);
criterion_main!(benches);
