//! The mapper of spatial accelerators: the best mapping of every layer on one core, whole networks on all cores from nothing and when
//! they are known, and the first mapping. With `CUTSCAPE_REFERENCE` set, times are also printed as multiples of the CPU seconds that
//! Timeloop took for the same layers (`accelerators/timeloop_summary.csv`).

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use criterion::{Criterion, criterion_group, criterion_main};
use cutscape::cost::Watch;
use cutscape::cost::spatial::Spatial;
use cutscape::cost::spatial::layer::Work;
use cutscape::cost::spatial::memo::{Memo, Question};
use cutscape::cost::spatial::search::search;
use cutscape::cost::spatial::workload::Workload;
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Accelerators with the names that the reference gives them.
const ACCELERATORS: [(&str, &str); 4] = [
    ("Eyeriss-like (CNNParted)", "eyeriss_like"),
    ("Gemmini-like (CNNParted)", "gemmini_like"),
    ("Simba-like (CNNParted)", "simba_like"),
    ("Output-stationary (CNNParted)", "simple_output_stationary"),
];

const NETWORKS: [&str; 3] = ["alexnet", "squeezenet1_1", "resnet50"];

fn accelerator(name: &str) -> Spatial {
    match Presets::load(None).device(name).unwrap().model {
        DeviceModel::Spatial(spatial) => *spatial,
        _ => panic!("{name} is no spatial accelerator"),
    }
}

/// The loops of all layers of a network, each shape once.
fn shapes(network: &str, spatial: &Spatial) -> Vec<Workload> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{network}.onnx"));
    let network = fuse(&open(&path, &ImportOptions::default()).unwrap().network);
    let layers = 0..network.layers.len();
    let works = layers.filter_map(|layer| match Work::of(&network, layer, spatial.rules) {
        Ok(Work::Nest(nest)) => Some(nest.workload),
        _ => None,
    });
    works.collect::<BTreeSet<_>>().into_iter().collect()
}

fn question(spatial: &Spatial) -> Question<'_> {
    Question {
        architecture: &spatial.architecture,
        rules: spatial.rules,
        objective: spatial.objective,
        budget: spatial.budget,
    }
}

/// Seconds of one search, the best of three.
fn seconds(spatial: &Spatial, workload: &Workload, budget: u64) -> f64 {
    let once = || {
        let start = Instant::now();
        let found = search(
            &spatial.architecture,
            workload,
            spatial.rules,
            spatial.objective,
            budget,
            &mut |_| {},
            &|| false,
        );
        let _ = black_box(found);
        start.elapsed().as_secs_f64()
    };
    (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints the median and the worst over the unique layers of each network.
fn single_core(_: &mut Criterion) {
    for (name, reference) in ACCELERATORS {
        let spatial = accelerator(name);
        for network in NETWORKS {
            let shapes = shapes(network, &spatial);
            let times: Vec<f64> = shapes
                .iter()
                .map(|shape| seconds(&spatial, shape, spatial.budget))
                .collect();
            let firsts = shapes.iter().map(|shape| seconds(&spatial, shape, 1));
            println!(
                "{name}, {network}: {} shapes, per shape on one core: median {:.2} ms, worst {:.2} ms; first mapping of each: worst {:.2} ms",
                shapes.len(),
                median(times.clone()) * 1e3,
                times.iter().copied().fold(0.0, f64::max) * 1e3,
                firsts.fold(0.0, f64::max) * 1e3,
            );
        }
        compare_with_timeloop(name, reference, &spatial);
    }
}

/// A run of Timeloop.
#[derive(Deserialize)]
struct Run {
    network: String,
    arch: String,
    layer: String,
    victory_condition: u64,
    cpu_s: Option<f64>,
}

/// A layer's loops.
#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Shape {
    #[serde(rename = "net")]
    net: String,
    #[serde(rename = "input")]
    input: u64,
    #[serde(rename = "layer")]
    layer: String,
    n: u64,
    c: u64,
    m: u64,
    p: u64,
    q: u64,
    r: u64,
    s: u64,
    #[serde(rename = "Wstride")]
    stride: u64,
}

fn compare_with_timeloop(name: &str, reference: &str, spatial: &Spatial) {
    let Some(root) = std::env::var_os("CUTSCAPE_REFERENCE") else {
        return;
    };
    let folder = Path::new(&root).join("accelerators");
    let mut reader = csv::Reader::from_path(folder.join("layers.csv")).unwrap();
    let shapes: Vec<Shape> = reader.deserialize().map(Result::unwrap).collect();
    let mut reader = csv::Reader::from_path(folder.join("timeloop_summary.csv")).unwrap();
    let mut ratios = Vec::new();
    for run in reader
        .deserialize::<Run>()
        .map(Result::unwrap)
        .filter(|run| run.arch == reference)
    {
        let same = |shape: &&Shape| shape.net == run.network && shape.layer == run.layer && shape.input == 227;
        let (Some(shape), Some(cpu_s)) = (shapes.iter().find(same), run.cpu_s) else {
            continue;
        };
        let bounds = [shape.n, shape.m, shape.c, shape.p, shape.q, shape.r, shape.s];
        let workload = Workload::convolution(bounds, [shape.stride; 2]);
        let ratio = cpu_s / seconds(spatial, &workload, spatial.budget);
        let settings = if run.victory_condition >= 500 {
            "its full setting"
        } else {
            "its shortest setting"
        };
        println!(
            "{name}, {} {}: {ratio:.0} x as fast as Timeloop at {settings}",
            run.network, run.layer
        );
        ratios.push(ratio);
    }
    if !ratios.is_empty() {
        println!(
            "{name}: median of {} layers {:.0} x as fast as Timeloop",
            ratios.len(),
            median(ratios)
        );
    }
}

/// Whole networks on all cores.
fn networks(criterion: &mut Criterion) {
    for (name, _) in ACCELERATORS {
        let spatial = accelerator(name);
        for network in NETWORKS {
            let shapes = shapes(network, &spatial);
            let shapes: Vec<&Workload> = shapes.iter().collect();
            let map = |memo: &Memo| black_box(memo.mappings(&question(&spatial), &shapes, &Watch::default()));
            criterion.bench_function(&format!("{network} on {name}, cold"), |bencher| {
                bencher.iter(|| map(&Memo::default()));
            });
            let known = Memo::default();
            map(&known);
            criterion.bench_function(&format!("{network} on {name}, known"), |bencher| {
                bencher.iter(|| map(&known));
            });
        }
    }
}

criterion_group! {
    name = accelerators;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(200));
    targets = single_core, networks
}
criterion_main!(accelerators);
