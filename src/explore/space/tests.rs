//! The search with costs that are made up, so that its answers are known.

use super::*;
use crate::cost::spatial::space::{EyerissLists, Family, GenomeRanges, Lists};
use crate::cost::spatial::{VectorUnit, architecture::*, rules::Rules};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The skeleton of an Eyeriss-like accelerator.
fn template() -> Spatial {
    let level = |name: &str, class, x, y| Level {
        name: name.to_owned(),
        storage: Storage {
            class,
            width_bits: None,
            banks: 1,
            address_generators: false,
        },
        capacity_words: Some(16),
        word_bits: 16,
        block_words: 1,
        cluster: 1,
        mesh_x: x,
        mesh_y: y,
        read_words_per_cycle: None,
        write_words_per_cycle: None,
        shared_words_per_cycle: None,
        read_energy_j: 1e-12,
        write_energy_j: 1e-12,
        area_m2: 1e-9,
        keep: [Keep::Yes; 3],
        temporal: Loops::default(),
        spatial: Spread::default(),
    };
    let register = StorageClass::RegisterFile;
    Spatial {
        architecture: Architecture {
            clock_hz: 2e8,
            levels: vec![
                level("DRAM", StorageClass::Dram(DramKind::Lpddr4), 1, 1),
                level("shared_glb", StorageClass::Sram, 1, 1),
                level("DummyBuffer", register, 14, 1),
                level("ifmap_spad", register, 14, 12),
                level("weights_spad", register, 14, 12),
                level("psum_spad", register, 14, 12),
            ],
            mac: Mac {
                bits: 16,
                mesh_x: 14,
                mesh_y: 12,
                energy_j: 2e-12,
                area_m2: 1e-9,
            },
            energy_per_hop_j: 0.0,
            leakage_w: 0.0,
        },
        rules: Rules::TIMELOOP,
        objective: Default::default(),
        budget: 1,
        vector: VectorUnit {
            lanes: 14,
            energy_per_op_j: 0.0,
        },
    }
}

/// More units are faster and take more energy; layer 1 needs twelve rows.
#[derive(Default)]
struct MadeUp {
    asked: AtomicUsize,
}

impl LayerCosts for MadeUp {
    fn layers(&self) -> usize {
        3
    }

    fn costs(&self, spatial: &Spatial, _: Cancelled) -> Vec<Result<LayerNumbers, String>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mac = &spatial.architecture.mac;
        let units = mac.units() as f64;
        let cost = |layer: usize| {
            if layer == 1 && mac.mesh_y < 12 {
                return Err(format!("needs 12 rows, has {}", mac.mesh_y));
            }
            Ok(LayerNumbers {
                latency_s: (layer + 1) as f64 / units,
                energy_j: units,
                utilisation: Some(0.5),
            })
        };
        (0..self.layers()).map(cost).collect()
    }
}

fn designs() -> Vec<Design> {
    let lists = EyerissLists {
        rows: vec![8, 12, 16],
        columns: vec![14, 16],
        ..EyerissLists::default()
    };
    Lists::Eyeriss(lists).designs().unwrap()
}

#[test]
fn every_design_is_evaluated_once() {
    let costs = MadeUp::default();
    let mut reports = Vec::new();
    let report = &mut |progress: Progress| reports.push((progress.done, progress.of));
    let found = exhaustive(&template(), &designs(), &costs, &|| false, report).unwrap();
    assert!(found.complete);
    assert_eq!(reports, [(4, 6), (6, 6)]);
    assert_eq!(costs.asked.load(Ordering::Relaxed), 6);
    assert_eq!((found.designs.len(), found.unmappable()), (6, 2));
    let unmappable: Vec<_> = found.designs[0].unmappable().collect();
    assert_eq!(unmappable, [(1, "needs 12 rows, has 8")]);
    let totals = found.designs[2].totals().unwrap();
    assert_eq!(totals.energy_j, 3.0 * 168.0);
    // Of those that can run every design is another compromise.
    assert_eq!(found.front(&[Metric::Energy, Metric::Latency]), [2, 3, 4, 5]);
    assert_eq!(found.front(&[Metric::Area]), [2]);
    assert_eq!(found.best(Metric::Latency, Some(1), true), [5]);
    assert_eq!(found.best(Metric::Energy, Some(2), false), [2, 3]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let costs = MadeUp::default();
            let all = exhaustive(&template(), &designs(), &costs, &|| false, &mut |_| {}).unwrap();
            let ranges = GenomeRanges::usual(Family::Eyeriss);
            let settings = EvolveSettings {
                generations: 4,
                ..EvolveSettings::default()
            };
            let some = evolve(&template(), &ranges, &settings, &costs, &|| false, &mut |_| {}).unwrap();
            (all, some)
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn evolution_finds_the_ends_of_the_ranges() {
    let ranges = GenomeRanges {
        side: (10, 20),
        ..GenomeRanges::usual(Family::Eyeriss)
    };
    let costs = MadeUp::default();
    let settings = EvolveSettings {
        objectives: vec![Metric::Latency],
        ..EvolveSettings::default()
    };
    let found = evolve(&template(), &ranges, &settings, &costs, &|| false, &mut |_| {}).unwrap();
    assert!(found.complete && found.designs.len() > 100);
    let [best] = found.best(Metric::Latency, Some(1), true)[..] else {
        panic!("one was asked for");
    };
    let Design::Eyeriss(best) = found.designs[best].design else {
        panic!("another family");
    };
    assert!(best.units() >= 19 * 19, "{best:?}");
}

#[test]
fn a_cancelled_search_keeps_what_it_has() {
    let costs = MadeUp::default();
    let cancelled = || costs.asked.load(Ordering::Relaxed) >= 5;
    let found = exhaustive(&template(), &designs(), &costs, &cancelled, &mut |_| {}).unwrap();
    assert!(!found.complete && found.designs.len() == 4);
    let costs = MadeUp::default();
    let cancelled = || costs.asked.load(Ordering::Relaxed) >= 5;
    let ranges = GenomeRanges::usual(Family::Eyeriss);
    let settings = EvolveSettings::default();
    let found = evolve(&template(), &ranges, &settings, &costs, &cancelled, &mut |_| {}).unwrap();
    assert!(!found.complete && found.designs.len() <= 5);
}

#[test]
fn a_template_of_another_family_is_refused() {
    let lists = Lists::usual(Family::Simba).designs().unwrap();
    let costs = MadeUp::default();
    let error = exhaustive(&template(), &lists, &costs, &|| false, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("no level “GlobalBuffer”"), "{error}");
    let ranges = GenomeRanges::usual(Family::Gemmini);
    let settings = EvolveSettings::default();
    let error = evolve(&template(), &ranges, &settings, &costs, &|| false, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("no level “Scratchpad”"), "{error}");
}

#[test]
fn a_memory_without_room_is_named_before_any_mapping_is_tried() {
    let lists = EyerissLists {
        buffer_kib: vec![0.001],
        ..EyerissLists::default()
    };
    let designs = Lists::Eyeriss(lists).designs().unwrap();
    let costs = MadeUp::default();
    let found = exhaustive(&template(), &designs, &costs, &|| false, &mut |_| {}).unwrap();
    assert_eq!(costs.asked.load(Ordering::Relaxed), 0);
    let (layers, reason) = (
        found.designs[0].unmappable().count(),
        found.designs[0].unmappable().next(),
    );
    assert_eq!(layers, 3);
    assert!(
        reason.is_some_and(|(_, reason)| reason.contains("shared_glb holds 0 words")),
        "{reason:?}"
    );
}
