//! NSGA-II and least cuts. Bars on one core: 0.5 million evaluations per second for resnet50 on 2 devices with 1 cut, operators, ranking and
//! duplicates included; a hull search of 1 500 layers on 3 devices 500 ms per weighted sum (printed, from the time of the whole search).

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
#[path = "../support/branches.rs"]
mod branches;
#[expect(dead_code, reason = "files made here are valid")]
#[path = "../common/onnx.rs"]
mod onnx;

use cutscape::cost::table::CostTable;
use cutscape::design::Constraints;
use cutscape::explore::mincut::{gap, supported};
use cutscape::explore::nsga2::{Settings, search};
use cutscape::explore::{Problem, Search, Space, front};
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open, read};
use cutscape::network::{Network, Schedule, ScheduleKind};
use cutscape::system::System;
use cutscape::system::preset::Presets;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::time::Instant;

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
            b.iter(|| black_box(run()));
        });
        group.finish();
    }
}

/// A network far too wide for its ideals: 30 branches of 50 layers.
fn wide() -> Network {
    let bytes = branches::onnx(30, 50);
    read(Cursor::new(bytes), "branches", &ImportOptions::default())
        .unwrap()
        .network
}

fn hull(c: &mut Criterion) {
    let case = Case::new(
        wide(),
        &["Raspberry Pi 4", "Jetson Nano", "A100 40GB"],
        &["Wi-Fi 4 (20 Mbit/s)", "Ethernet 1000BASE-T"],
    );
    let (problem, of) = (case.problem(), Search::default());
    let search = || supported(&problem, &of, &|| false, &|_| {}).unwrap();
    let begin = Instant::now();
    let hull = search();
    let took_s = begin.elapsed().as_secs_f64();
    println!(
        "{} layers on 3 devices: {} corners, {} weighted sums of {:.0} ms, gap {:.2} %, exact {}",
        case.network.layers.len(),
        hull.points.len(),
        hull.lines.len(),
        1e3 * took_s / hull.lines.len() as f64,
        100.0 * gap(&hull.points, &hull),
        hull.exact
    );
    let mut group = c.benchmark_group("hull");
    group.sample_size(10);
    group.bench_function(format!("{} layers, 3 devices", case.network.layers.len()), |b| {
        b.iter(|| black_box(search()));
    });
    let found = front(&problem, &of, &|| false, &|_| {}).unwrap();
    assert_eq!(found.space, Space::Schedules(1));
    println!("front with the hull: {} points, {:?}", found.points.len(), found.bound);
    group.bench_function("its front along the schedule with the hull", |b| {
        b.iter(|| black_box(front(&problem, &of, &|| false, &|_| {})));
    });
    group.finish();
}

criterion_group!(benches, evolution, hull);
criterion_main!(benches);
