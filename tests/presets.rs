//! The presets inside the program: complete, sourced, consistent, and good enough to show a trade-off at once.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::roofline::Roofline;
use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Problem};
use cutscape::explore::{Front, Guarantee, Search, front};
use cutscape::link::Direction;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{ScheduleKind, fusion};
use cutscape::presets::{Parameter, Preset};
use cutscape::system::preset::{DevicePreset, Presets};
use cutscape::system::{DeviceModel, System};
use std::collections::BTreeMap;
use std::path::Path;

fn presets() -> Presets {
    Presets::load(None)
}

fn roofline(preset: &Preset<DevicePreset>) -> &Roofline {
    match &preset.value.model {
        DeviceModel::Roofline(model) => model,
        _ => panic!("{} is no roofline", preset.name),
    }
}

fn is_spatial(preset: &Preset<DevicePreset>) -> bool {
    matches!(preset.value.model, DeviceModel::Spatial(_))
}

#[test]
fn all_files_are_read() {
    let presets = presets();
    let problems: Vec<_> = presets.problems().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    let files = |folder| {
        let entries = std::fs::read_dir(Path::new("presets").join(folder)).unwrap();
        entries.count()
    };
    assert_eq!(presets.devices.iter().count(), files("devices"));
    assert_eq!(presets.links.iter().count(), files("links"));
    assert_eq!(presets.systems.iter().count(), files("systems"));
    assert!(files("devices") >= 14 && files("links") >= 14 && files("systems") >= 7);
}

/// Every number has a source that says something, and no source is left of a number that went.
#[track_caller]
fn check_sources(name: &str, sources: &BTreeMap<String, String>, parameters: &[Parameter], others: &[&str]) {
    let mut named: Vec<_> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    named.extend(others);
    named.sort_unstable();
    let sourced: Vec<_> = sources.keys().map(String::as_str).collect();
    assert_eq!(sourced, named, "{name}");
    for (parameter, source) in sources {
        assert!(
            source.len() >= 10 && !source.contains('\n'),
            "{name}: {parameter}: {source}"
        );
    }
}

#[test]
fn every_number_has_a_source() {
    let presets = presets();
    for preset in presets.devices.iter() {
        check_sources(&preset.name, &preset.sources, &preset.device().parameters(), &[]);
    }
    for preset in presets.links.iter() {
        let choices = preset.value.model.choices().into_iter();
        let choices = choices.filter(|choice| !choice.compatibility).map(|choice| choice.name);
        let others: Vec<_> = choices.chain(["duplex"]).collect();
        check_sources(&preset.name, &preset.sources, &preset.value.parameters(), &others);
    }
}

#[test]
fn pickers_get_one_short_line() {
    let presets = presets();
    let devices = presets.devices.iter().map(|p| (&p.name, &p.class, &p.summary));
    let links = presets.links.iter().map(|p| (&p.name, &p.class, &p.summary));
    let systems = presets.systems.iter().map(|p| (&p.name, &p.class, &p.summary));
    for (name, class, summary) in devices.chain(links).chain(systems) {
        assert!(!class.is_empty() && !summary.is_empty(), "{name}");
        assert!(
            !summary.contains('\n') && summary.chars().count() <= 110,
            "{name}: {summary}"
        );
    }
}

/// Largest power in watts by data sheet, to which rest + running + arithmetic at full rate must add up.
const PUBLISHED_POWER_W: [(&str, f64); 20] = [
    ("STM32L4R5 (Cortex-M4)", 0.0436),
    ("STM32F746 (Cortex-M7)", 0.337),
    ("ESP32-S3", 0.218),
    ("Eyeriss chip", 0.278),
    ("Coral Edge TPU", 2.0),
    ("Hailo-8", 2.5),
    ("Myriad X", 2.0),
    ("Raspberry Pi 4", 6.4),
    ("Raspberry Pi 5", 11.0),
    ("Jetson Nano", 10.0),
    ("Jetson Orin Nano 8GB", 15.0),
    ("Jetson AGX Orin 64GB", 60.0),
    ("Phone CPU (Snapdragon 8 Gen 2 class)", 5.0),
    ("Phone NPU (Snapdragon 888 class)", 4.0),
    ("Core i7-1165G7", 28.0),
    ("GeForce RTX 3060", 170.0),
    ("GeForce RTX 4090", 450.0),
    ("Tesla T4", 70.0),
    ("A100 40GB", 400.0),
    ("Xeon Platinum 8380", 270.0),
];

#[test]
fn powers_add_up_to_the_published_one() {
    let presets = presets();
    for (name, published_w) in PUBLISHED_POWER_W {
        let preset = presets.devices.get(name).unwrap_or_else(|| panic!("{name}"));
        let model = roofline(preset);
        let rest_w = preset.value.idle_power_w + model.static_power_w;
        for (bits, arithmetic) in &model.arithmetic {
            let full_w = rest_w + arithmetic.macs_per_s * arithmetic.energy_per_mac_j;
            let ratio = full_w / published_w;
            assert!((0.97..=1.03).contains(&ratio), "{name}: {full_w} W at {bits} bit");
        }
    }
}

#[test]
fn wider_operands_are_neither_faster_nor_cheaper() {
    for preset in presets().devices.iter().filter(|preset| !is_spatial(preset)) {
        let entries: Vec<_> = roofline(preset).arithmetic.iter().collect();
        for pair in entries.windows(2) {
            let ((narrow, a), (wide, b)) = (pair[0], pair[1]);
            assert!(a.macs_per_s >= b.macs_per_s, "{}: {narrow}, {wide} bit", preset.name);
            assert!(
                a.energy_per_mac_j <= b.energy_per_mac_j,
                "{}: {narrow}, {wide} bit",
                preset.name
            );
        }
        assert!(
            roofline(preset).arithmetic.contains_key(&preset.value.bits),
            "{}",
            preset.name
        );
    }
}

#[test]
fn energies_are_physical() {
    for preset in presets().devices.iter() {
        if let DeviceModel::Spatial(spatial) = &preset.value.model {
            let architecture = &spatial.architecture;
            let mac = &architecture.mac;
            assert!((1e-14..1e-11).contains(&mac.energy_j), "{}", preset.name);
            assert_eq!(mac.bits, preset.value.bits, "{}", preset.name);
            for level in &architecture.levels {
                let bits = f64::from(level.word_bits * level.block_words);
                // From a register's bit to DRAM.
                for energy_j in [level.read_energy_j, level.write_energy_j] {
                    assert!(
                        (5e-15..1e-10).contains(&(energy_j / bits)),
                        "{}: {}",
                        preset.name,
                        level.name
                    );
                }
            }
            // From a small array to a large chip.
            assert!((1e-7..1e-3).contains(&architecture.area_m2()), "{}", preset.name);
            continue;
        }
        for arithmetic in roofline(preset).arithmetic.values() {
            // From the most efficient 4-bit tensor core to a microcontroller without a vector unit.
            assert!((1e-13..1e-8).contains(&arithmetic.energy_per_mac_j), "{}", preset.name);
        }
    }
    for preset in presets().links.iter() {
        let cost = preset.value.model.transfer(1_000_000, Direction::Forward, None);
        let joules_per_bit = (cost.transmit_j + cost.receive_j) / 8e6;
        // From a link inside a package to long-range radio.
        assert!(
            (1e-13..5e-5).contains(&joules_per_bit),
            "{}: {joules_per_bit} J/bit",
            preset.name
        );
    }
}

#[track_caller]
fn exact_front(system: &System, network: &str) -> Front {
    let imported = open(&Path::new("models").join(network), &ImportOptions::default()).unwrap();
    let network = fusion::fuse(&imported.network);
    let problem = Problem {
        network: &network,
        schedule: &network.schedule(ScheduleKind::default()),
        system,
        table: &CostTable::new(&network, system),
        constraints: &Constraints::default(),
    };
    let front = front(&problem, &Search::default(), &|| false, &|_| ()).unwrap();
    assert_eq!(front.guarantee, Guarantee::Exact);
    front
}

/// Number of front designs in which a device has some layers and not all.
fn interior(front: &Front, device: usize) -> usize {
    let shares = front.points.iter().map(|point| {
        let ends: Vec<_> = point.design.placements.iter().map(|p| p.end.len()).collect();
        let begin = if device == 0 { 0 } else { ends[device - 1] };
        let all = ends[ends.len() - 1];
        (1..all).contains(&(ends[device] - begin))
    });
    shares.filter(|&inside| inside).count()
}

#[test]
fn the_start_system_shows_a_trade_off() {
    let front = exact_front(&presets().start_system(), "mobilenet_v2.onnx");
    assert!(front.points.len() >= 15, "{} points", front.points.len());
    for device in 0..3 {
        assert!(interior(&front, device) >= 5, "device {device} is seldom cut");
    }
    let (fast, frugal) = (&front.points[0], &front.points[front.points.len() - 1]);
    assert!(
        frugal.metrics.latency_s > 2.0 * fast.metrics.latency_s
            && fast.metrics.energy_j > 2.0 * frugal.metrics.energy_j
    );
}

#[test]
fn the_car_shows_a_front_with_a_knee() {
    let presets = presets();
    let system = presets
        .system("Sensor ECU and zone computer (1 Gbit/s Ethernet)")
        .unwrap();
    let front = exact_front(&system, "efficientnet_b0.onnx");
    assert!(front.points.len() >= 10, "{} points", front.points.len());
    assert!(front.knee.is_some());
}
