//! Evaluating and searching designs. Bars (medians on two cores): one evaluation of 300 layers on 4 devices 20 us, objective curve 2 ms,
//! exact front of resnet50 on 4 devices 2 ms, of densenet121 20 ms, both without limits.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use criterion::{Criterion, criterion_group, criterion_main};
use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, evaluate};
use cutscape::explore::{Objective, Problem, Search, curve, front};
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{Network, Schedule, ScheduleKind};
use cutscape::system::preset::Presets;
use cutscape::system::{System, Topology};
use std::hint::black_box;
use std::path::Path;

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

criterion_group!(benches, evaluation, fronts);
criterion_main!(benches);
