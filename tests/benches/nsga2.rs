//! NSGA-II and least cuts. Bars on one core: 0.5 million evaluations per second for resnet50 on 2 devices with 1 cut, operators, ranking and
//! duplicates included; a hull search of 1 500 layers on 3 devices 500 ms per weighted sum.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use cutscape::cost::table::CostTable;
use cutscape::design::Constraints;
use cutscape::explore::mincut::supported;
use cutscape::explore::nsga2::{Settings, search};
use cutscape::explore::{Objective, Problem, Search};
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{Network, Schedule, ScheduleKind};
use cutscape::system::System;
use cutscape::system::preset::Presets;
use std::hint::black_box;
use std::path::Path;

struct Case {
    network: Network,
    schedule: Schedule,
    system: System,
    table: CostTable,
    constraints: Constraints,
}

impl Case {
    fn new(network: Network, devices: &[&str], links: &[&str]) -> Self {
        let presets = Presets::load(None);
        let mut system = presets.system("Raspberry Pi and laptop").unwrap();
        let device = |name: &&str| cutscape::system::Device {
            memory_limit_bytes: None,
            ..presets.device(name).unwrap()
        };
        system.devices = devices.iter().map(device).collect();
        system.links = links.iter().map(|name| presets.link(name).unwrap()).collect();
        Self {
            schedule: network.schedule(ScheduleKind::default()),
            table: CostTable::new(&network, &system),
            network,
            system,
            constraints: Constraints::default(),
        }
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
}

fn model(name: &str) -> Network {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("models")
        .join(format!("{name}.onnx"));
    open(&path, &ImportOptions::default()).unwrap().network
}

fn evolution(c: &mut Criterion) {
    let raw = model("resnet50");
    for (name, network) in [("fused", fuse(&raw)), ("raw", raw)] {
        let case = Case::new(network, &["Raspberry Pi 4", "Jetson Nano"], &["Wi-Fi 4 (20 Mbit/s)"]);
        let of = Search::default();
        let settings = Settings::cnnparted(&case.problem(), &of, 1);
        let run = || search(&case.problem(), &of, &settings, &[], &|| false, &mut |_| {});
        let done = run();
        println!(
            "resnet50 {name}: {} generations of {}, {} points",
            done.generations,
            settings.population,
            done.points.len()
        );
        let mut group = c.benchmark_group("nsga2");
        group.throughput(Throughput::Elements(done.evaluations)).sample_size(10);
        group.bench_function(format!("resnet50 {name}, 2 devices, 1 cut"), |b| {
            b.iter(|| black_box(run()))
        });
        group.finish();
    }
}

criterion_group!(benches, evolution);
criterion_main!(benches);
