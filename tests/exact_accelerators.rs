//! Searching families of accelerators with the real mapper: the presets are templates, results do not depend on threads, and what
//! evolution finds is not better than everything there is.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::Widths;
use cutscape::cost::spatial::Spatial;
use cutscape::cost::spatial::space::{Design, EyerissLists, Family, GenomeRanges, Lists, Metric};
use cutscape::explore::space::{EvolveSettings, Explored, NetworkCosts, device_of, evolve, exhaustive};
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{LayerId, Network};
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use std::path::Path;
use std::time::Instant;

const WIDTHS: Widths = Widths {
    activation_bits: 8,
    weight_bits: 8,
};

fn network(name: &str) -> Network {
    open(&Path::new("models").join(name), &ImportOptions::default())
        .unwrap()
        .network
}

fn spatial(name: &str) -> Spatial {
    let presets = Presets::load(None);
    match &presets.devices.get(name).unwrap().value.model {
        DeviceModel::Spatial(spatial) => spatial.as_ref().clone(),
        _ => panic!("{name} is no spatial accelerator"),
    }
}

/// Layers on the array with the fewest multiply-accumulates, so that the tests stay short.
fn light_layers(network: &Network, count: usize) -> Vec<LayerId> {
    let mut layers: Vec<LayerId> = (0..network.layers.len())
        .filter(|&layer| network.layers[layer].macs.unwrap_or(0) > 0)
        .collect();
    layers.sort_by_key(|&layer| (network.layers[layer].macs, layer));
    layers.truncate(count);
    layers.sort_unstable();
    layers
}

#[test]
fn presets_are_templates_and_their_own_sizes_change_nothing() {
    for (name, family) in [
        ("Eyeriss-like", Family::Eyeriss),
        ("Simba-like", Family::Simba),
        ("Gemmini-like", Family::Gemmini),
    ] {
        for name in [name.to_owned(), format!("{name} (CNNParted)")] {
            let template = spatial(&name);
            let [mut design] = Lists::usual(family).designs().unwrap()[..] else {
                panic!("one usual design");
            };
            // CNNParted's lists give Simba a larger buffer than its description.
            if let Design::Simba(simba) = &mut design {
                simba.buffer.rows = 2048;
            }
            let built = design.build(&template).unwrap();
            assert_eq!(built.spatial, template, "{name}");
            assert_eq!(built.assumptions, Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn limits_follow_the_array() {
    let lists = Lists::usual(Family::Gemmini);
    let Lists::Gemmini(mut lists) = lists else { panic!() };
    lists.sides = cutscape::cost::spatial::space::MeshDims::Fixed(vec![32]);
    let design = Lists::Gemmini(lists).designs().unwrap()[0];
    let built = design.build(&spatial("Gemmini-like (CNNParted)")).unwrap();
    let text = format!("{:?}", built.spatial.architecture);
    assert!(text.contains("AtMost(32)") && !text.contains("AtMost(16)"), "{text}");
    assert!(built.area_m2 > spatial("Gemmini-like (CNNParted)").architecture.area_m2());
    assert_eq!(built.spatial.vector.lanes, 32);
}

fn designs() -> Vec<Design> {
    let lists = EyerissLists {
        rows: vec![8, 12],
        columns: vec![8, 14],
        buffer_kib: vec![64.0, 128.0],
        ..EyerissLists::default()
    };
    Lists::Eyeriss(lists).designs().unwrap()
}

fn all_of(threads: usize, network: &Network, layers: &[LayerId]) -> Explored {
    let mut template = spatial("Eyeriss-like (CNNParted)");
    // Another name, so that no mapping of the other run is remembered.
    template.architecture.levels[0].name = format!("DRAM of {threads}");
    let costs = NetworkCosts {
        network,
        layers,
        widths: WIDTHS,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| exhaustive(&template, &designs(), &costs, &|| false, &mut |_| {}).unwrap())
}

#[test]
fn every_design_of_a_list_is_mapped_the_same_on_any_number_of_threads() {
    let network = network("squeezenet1_1.onnx");
    let layers = light_layers(&network, 4);
    let begin = Instant::now();
    let found = all_of(2, &network, &layers);
    println!("8 designs, 4 layers: {:?} cold on 2 threads", begin.elapsed());
    assert_eq!(found, all_of(1, &network, &layers));
    assert!(found.complete);
    // Eight rows hold no kernel of more than eight: these layers are smaller.
    assert_eq!((found.designs.len(), found.unmappable()), (8, 0));
    let front = found.front(&[Metric::Energy, Metric::Latency, Metric::Area]);
    assert!(!front.is_empty());
    for &index in &found.best(Metric::Edap, Some(1), true) {
        assert!(front.contains(&index), "the best product is not dominated");
    }
    let best = |metric| {
        found.designs[found.best(metric, Some(1), true)[0]]
            .metric(metric)
            .unwrap()
    };
    let of_all = |metric: Metric| found.designs.iter().filter_map(move |design| design.metric(metric));
    for metric in Metric::ALL {
        assert_eq!(best(metric), of_all(metric).fold(f64::INFINITY, f64::min), "{metric:?}");
    }
}

#[test]
fn evolution_is_repeatable_and_finds_no_design_outside_its_ranges() {
    let network = network("squeezenet1_1.onnx");
    let layers = light_layers(&network, 2);
    let costs = NetworkCosts {
        network: &network,
        layers: &layers,
        widths: WIDTHS,
    };
    let ranges = GenomeRanges {
        side: (8, 16),
        shared_kib: (64, 128),
        local: (16, 192),
        ..GenomeRanges::usual(Family::Eyeriss)
    };
    let settings = EvolveSettings {
        population: 4,
        generations: 2,
        ..EvolveSettings::default()
    };
    let template = spatial("Eyeriss-like");
    let run = || evolve(&template, &ranges, &settings, &costs, &|| false, &mut |_| {}).unwrap();
    let found = run();
    assert_eq!(found, run());
    assert!((4..=8).contains(&found.designs.len()), "{}", found.designs.len());
    for design in &found.designs {
        let Design::Eyeriss(sizes) = design.design else {
            panic!("another family");
        };
        assert!((8..=16).contains(&sizes.rows) && (8..=16).contains(&sizes.columns));
        assert!((64.0..=128.0).contains(&sizes.buffer_kib));
    }
}

#[test]
fn a_layer_that_cannot_be_mapped_is_named_and_the_others_are_evaluated() {
    let network = network("alexnet.onnx");
    // The first kernel has eleven rows, the smallest layers behind it have fewer.
    let first = (0..network.layers.len())
        .find(|&l| network.layers[l].macs.unwrap_or(0) > 0)
        .unwrap();
    let mut layers = light_layers(&network, 1);
    layers.insert(0, first);
    let lists = EyerissLists {
        rows: vec![8],
        ..EyerissLists::default()
    };
    let designs = Lists::Eyeriss(lists).designs().unwrap();
    let costs = NetworkCosts {
        network: &network,
        layers: &layers,
        widths: WIDTHS,
    };
    let template = spatial("Eyeriss-like (CNNParted)");
    let found = exhaustive(&template, &designs, &costs, &|| false, &mut |_| {}).unwrap();
    let unmappable: Vec<(usize, &str)> = found.designs[0].unmappable().collect();
    assert!(
        matches!(unmappable[..], [(0, reason)] if reason.contains("unmappable")),
        "{unmappable:?}"
    );
    assert!(found.designs[0].layers[1].is_ok());
    assert_eq!(found.front(&[Metric::Energy]), Vec::<usize>::new());
}

#[test]
fn a_design_stands_as_an_alternative_of_its_device() {
    let presets = Presets::load(None);
    let mut device = presets.device("Gemmini-like").unwrap();
    let lists = Lists::Gemmini(cutscape::cost::spatial::space::GemminiLists {
        scratchpad_kib: (128.0, 128.0),
        ..Default::default()
    });
    let design = lists.designs().unwrap()[0];
    let (other, assumptions) = device_of(&design, &device).unwrap();
    assert_eq!(assumptions, Vec::<String>::new());
    assert_eq!(other.name, "Gemmini-like 16 × 16, 128 KiB, 1024 sums a column");
    assert!(other.area().unwrap() < device.area().unwrap());
    // Only what the design changed has a new source.
    let changed: Vec<&String> = other
        .sources
        .iter()
        .filter(|(name, source)| device.sources.get(*name) != Some(source))
        .map(|(name, _)| name)
        .collect();
    assert!(
        changed.iter().all(|name| name.starts_with("levels.Scratchpad.")),
        "{changed:?}"
    );
    assert!(changed.iter().any(|name| name.ends_with("capacity_words")));
    device.alternatives.push(other);
    assert_eq!(device.validate(), []);
    let roofline = presets.device("Raspberry Pi 4").unwrap();
    let error = device_of(&design, &roofline).unwrap_err().to_string();
    assert!(error.contains("is no spatial accelerator"), "{error}");
}
