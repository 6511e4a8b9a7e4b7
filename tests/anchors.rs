//! Spatial accelerators beside what was published of real chips: the Eyeriss chip layer by layer, Simba's ResNet-50. A model of an
//! accelerator “like” a chip is no model of the chip, so that only the shape is held: which layers take long, and within what factor.
//! `-- --nocapture` prints the tables of the README.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::spatial::Spatial;
use cutscape::cost::spatial::layer::Work;
use cutscape::cost::spatial::rules::Objective;
use cutscape::cost::spatial::search::{Found, search};
use cutscape::cost::spatial::workload::Workload;
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use std::path::Path;

fn accelerator(name: &str) -> Spatial {
    match Presets::load(None).device(name).unwrap().model {
        DeviceModel::Spatial(spatial) => *spatial,
        _ => panic!("{name} is no spatial accelerator"),
    }
}

fn mapped(spatial: &Spatial, workload: &Workload, objective: Objective) -> Found {
    let (rules, budget) = (spatial.rules, spatial.budget);
    search(
        &spatial.architecture,
        workload,
        rules,
        objective,
        budget,
        &mut |_| {},
        &|| false,
    )
    .unwrap()
}

/// The fastest mapping: a chip's compiler looks for speed.
fn fastest(spatial: &Spatial, workload: &Workload) -> Found {
    mapped(spatial, workload, Objective::Latency)
}

/// A convolution as the chip ran it: groups one after another, the whole batch, milliseconds of processing (DRAM waits not counted).
struct Layer {
    name: &'static str,
    groups: u64,
    /// Per group: n, m, c, p, q, r, s.
    bounds: [u64; 7],
    stride: u64,
    processing_ms: f64,
    active_pes: u64,
}

/// Eyeriss chip, 65 nm, 200 MHz (Chen, Krishna, Emer, Sze, IEEE Journal of Solid-State Circuits 52(1), 2017, per-layer tables). Recalled,
/// not re-read; sums agree with the published totals.
const ALEXNET: [Layer; 5] = [
    Layer {
        name: "conv1",
        groups: 1,
        bounds: [4, 96, 3, 55, 55, 11, 11],
        stride: 4,
        processing_ms: 16.5,
        active_pes: 154,
    },
    Layer {
        name: "conv2",
        groups: 2,
        bounds: [4, 128, 48, 27, 27, 5, 5],
        stride: 1,
        processing_ms: 39.2,
        active_pes: 135,
    },
    Layer {
        name: "conv3",
        groups: 1,
        bounds: [4, 384, 256, 13, 13, 3, 3],
        stride: 1,
        processing_ms: 21.8,
        active_pes: 156,
    },
    Layer {
        name: "conv4",
        groups: 2,
        bounds: [4, 192, 192, 13, 13, 3, 3],
        stride: 1,
        processing_ms: 16.0,
        active_pes: 156,
    },
    Layer {
        name: "conv5",
        groups: 2,
        bounds: [4, 128, 192, 13, 13, 3, 3],
        stride: 1,
        processing_ms: 10.0,
        active_pes: 156,
    },
];

const fn vgg(name: &'static str, m: u64, c: u64, side: u64, processing_ms: f64, active_pes: u64) -> Layer {
    let bounds = [3, m, c, side, side, 3, 3];
    Layer {
        name,
        groups: 1,
        bounds,
        stride: 1,
        processing_ms,
        active_pes,
    }
}

const VGG16: [Layer; 13] = [
    vgg("conv1_1", 64, 3, 224, 38.0, 156),
    vgg("conv1_2", 64, 64, 224, 810.6, 156),
    vgg("conv2_1", 128, 64, 112, 405.3, 156),
    vgg("conv2_2", 128, 128, 112, 810.8, 156),
    vgg("conv3_1", 256, 128, 56, 204.0, 156),
    vgg("conv3_2", 256, 256, 56, 408.1, 156),
    vgg("conv3_3", 256, 256, 56, 408.1, 156),
    vgg("conv4_1", 512, 256, 28, 105.1, 168),
    vgg("conv4_2", 512, 512, 28, 210.0, 168),
    vgg("conv4_3", 512, 512, 28, 210.0, 168),
    vgg("conv5_1", 512, 512, 14, 48.3, 168),
    vgg("conv5_2", 512, 512, 14, 48.5, 168),
    vgg("conv5_3", 512, 512, 14, 48.5, 168),
];

/// Prints the layers and gives the sums, published and ours.
fn compare(network: &str, layers: &[Layer], spatial: &Spatial) -> (f64, f64) {
    println!("| {network} | published ms | model ms | active PEs | model PEs |");
    println!("| --- | --- | --- | --- | --- |");
    let (mut published, mut ours) = (0.0, 0.0);
    for layer in layers {
        let workload = Workload::convolution(layer.bounds, [layer.stride; 2]);
        let found = fastest(spatial, &workload);
        let ms = found.counted.cycles as f64 * layer.groups as f64 / spatial.architecture.clock_hz * 1e3;
        println!(
            "| {} | {:.1} | {ms:.1} | {} | {} |",
            layer.name, layer.processing_ms, layer.active_pes, found.counted.macs_used
        );
        (published, ours) = (published + layer.processing_ms, ours + ms);
    }
    println!("| all | {published:.1} | {ours:.1} | | |");
    on_chip(network, layers, spatial);
    (published, ours)
}

/// Prints power without DRAM and DRAM traffic of the mappings of least energy × delay.
fn on_chip(network: &str, layers: &[Layer], spatial: &Spatial) {
    let (mut joules, mut seconds, mut words, mut macs) = (0.0, 0.0, 0, 0);
    for layer in layers {
        let workload = Workload::convolution(layer.bounds, [layer.stride; 2]);
        let counted = mapped(spatial, &workload, Objective::Edp).counted;
        joules += (counted.energy_j - counted.levels[0].energy_j()) * layer.groups as f64;
        seconds += (counted.cycles * layer.groups) as f64 / spatial.architecture.clock_hz;
        words += counted.levels[0].words() * layer.groups;
        macs += workload.macs() * layer.groups;
    }
    let power_mw = joules / seconds * 1e3;
    println!(
        "{network}: {power_mw:.0} mW without DRAM, {:.4} DRAM words per MAC",
        words as f64 / macs as f64
    );
}

#[test]
fn the_eyeriss_chip_and_the_accelerator_like_it() {
    let spatial = accelerator("Eyeriss-like (CNNParted)");
    for (network, layers) in [("AlexNet, batch 4", &ALEXNET[..]), ("VGG-16, batch 3", &VGG16[..])] {
        let (published, ours) = compare(network, layers, &spatial);
        assert!(
            (0.2..=1.5).contains(&(ours / published)),
            "{network}: {ours} against {published} ms"
        );
    }
}

/// 1988 images per second on 36 chiplets of 1024 MAC units at up to 2 GHz, all layers on all chiplets (Shao et al., MICRO 2019, abstract).
#[test]
fn simbas_resnet_50() {
    let spatial = accelerator("Simba-like");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/resnet50.onnx");
    let network = fuse(&open(&path, &ImportOptions::default()).unwrap().network);
    let (mut cycles, mut macs) = (0, 0);
    for layer in 0..network.layers.len() {
        if let Ok(Work::Nest(nest)) = Work::of(&network, layer, spatial.rules) {
            cycles += fastest(&spatial, &nest.workload).counted.cycles * nest.repeat;
            macs += nest.workload.macs() * nest.repeat;
        }
    }
    let utilisation = macs as f64 / (cycles as f64 * spatial.architecture.mac.units() as f64);
    let published = 1988.0 * macs as f64 / (128e12 / 2.0);
    println!(
        "Simba: share of the peak rate on ResNet-50: published {:.1} %, model {:.1} %",
        published * 100.0,
        utilisation * 100.0
    );
    assert!(
        utilisation > published && utilisation <= 1.0,
        "{utilisation} against {published}"
    );
}
