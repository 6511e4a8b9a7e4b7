//! Accelerators and layers that nobody would build: what validation lets through is searched without panic and within bounds, and a
//! mapping that is found keeps every promise.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::spatial::architecture::{
    Architecture, Keep, Level, Loops, Mac, Rule, Spread, Storage, StorageClass,
};
use cutscape::cost::spatial::dim::{DIMS, Dim, Operand};
use cutscape::cost::spatial::rules::{Objective, Rules};
use cutscape::cost::spatial::search::search;
use cutscape::cost::spatial::workload::Workload;
use cutscape::cost::spatial::{Spatial, VectorUnit};
use cutscape::system::preset::Presets;
use cutscape::system::{Device, DeviceModel};
use proptest::prelude::*;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Numbers at the edges of their ranges, and ordinary ones.
fn size() -> BoxedStrategy<u64> {
    prop_oneof![
        Just(0),
        Just(1),
        2_u64..20,
        Just(97),
        Just(4096),
        Just(1_000_003),
        Just(u64::MAX)
    ]
    .boxed()
}

fn rule() -> BoxedStrategy<Rule> {
    prop_oneof![
        5 => Just(Rule::Free),
        3 => Just(Rule::One),
        1 => Just(Rule::Full),
        1 => size().prop_map(Rule::Exactly),
        1 => size().prop_map(Rule::AtMost),
    ]
    .boxed()
}

fn dims() -> BoxedStrategy<Vec<Dim>> {
    prop::collection::vec(prop::sample::select(Dim::ALL.to_vec()), 0..9).boxed()
}

fn level() -> BoxedStrategy<Level> {
    let rules = || prop::collection::btree_map(prop::sample::select(Dim::ALL.to_vec()), rule(), 0..4);
    let keep = prop::array::uniform3(prop::sample::select(vec![Keep::Yes, Keep::No, Keep::Free]));
    let rate = || prop::option::of(prop_oneof![Just(0.0), Just(f64::NAN), Just(1e-30), 0.1..100.0]);
    let energy = || prop_oneof![Just(0.0), Just(-1.0), Just(f64::INFINITY), 1e-15..1e-9];
    let mesh = || prop_oneof![Just(0_u32), Just(1), Just(2), Just(16), Just(64), Just(4096)];
    (
        ("[a-c]?", prop::option::of(size()), mesh(), mesh()),
        (keep, rules(), rule(), dims()),
        (rules(), rule(), dims()),
        (rate(), rate(), rate(), energy(), energy()),
        prop_oneof![Just(0_u32), Just(1), Just(8), Just(1 << 20), Just(u32::MAX)],
    )
        .prop_map(
            |((name, capacity_words, mesh_x, mesh_y), (keep, rules, others, order), spread, rates, block_words)| {
                Level {
                    name,
                    storage: Storage {
                        class: StorageClass::Sram,
                        width_bits: None,
                        banks: 1,
                        address_generators: false,
                    },
                    capacity_words,
                    word_bits: 8,
                    block_words,
                    cluster: block_words,
                    mesh_x,
                    mesh_y,
                    read_words_per_cycle: rates.0,
                    write_words_per_cycle: rates.1,
                    shared_words_per_cycle: rates.2,
                    read_energy_j: rates.3,
                    write_energy_j: rates.4,
                    area_m2: 0.0,
                    keep,
                    temporal: Loops { rules, others, order },
                    spatial: Spread {
                        rules: spread.0,
                        others: spread.1,
                        along_x: spread.2,
                    },
                }
            },
        )
        .boxed()
}

/// Levels that follow each other as they must, so that most pass validation, and some that need not.
fn architecture() -> BoxedStrategy<Architecture> {
    let sides = prop_oneof![Just(1_u32), Just(4), Just(16), Just(256), Just(4096)];
    (
        prop::collection::vec(level(), 0..5),
        sides.clone(),
        sides,
        any::<bool>(),
    )
        .prop_map(|(mut levels, x, y, repair)| {
            if repair {
                for (index, level) in levels.iter_mut().enumerate() {
                    level.name = format!("level {index}");
                    (level.mesh_x, level.mesh_y) = (1, 1);
                    level.temporal.order.sort_unstable();
                    level.temporal.order.dedup();
                    level.block_words = level.block_words.clamp(1, 64);
                    level.cluster = 1;
                    level.capacity_words = level.capacity_words.map(|words| words.clamp(3, 1_000_000));
                    let rates = [
                        &mut level.read_words_per_cycle,
                        &mut level.write_words_per_cycle,
                        &mut level.shared_words_per_cycle,
                    ];
                    for rate in rates {
                        *rate = rate.filter(|rate| *rate > 1e-3);
                    }
                    (level.read_energy_j, level.write_energy_j) = (1e-12, 1e-12);
                }
                if let Some(outermost) = levels.first_mut() {
                    outermost.keep = [Keep::Yes; 3];
                    outermost.capacity_words = None;
                }
            }
            Architecture {
                clock_hz: 1e9,
                levels,
                mac: Mac {
                    bits: 8,
                    mesh_x: x,
                    mesh_y: y,
                    energy_j: 1e-12,
                    area_m2: 0.0,
                },
                energy_per_hop_j: 0.0,
                leakage_w: 0.0,
            }
        })
        .boxed()
}

fn workload() -> BoxedStrategy<Workload> {
    let bound = prop_oneof![4 => Just(1_u64), 2 => Just(3_u64), 2 => Just(64_u64), 1 => Just(97_u64), 1 => Just(4096_u64), 1 => Just(720_720_u64), 1 => Just(u64::MAX)];
    let step = prop_oneof![4 => Just(1_u64), 1 => Just(2_u64), 1 => Just(u64::MAX)];
    let steps = prop::array::uniform2(step).boxed();
    (prop::array::uniform8(bound), steps.clone(), steps)
        .prop_map(|(bounds, stride, dilation)| Workload {
            bounds,
            stride,
            dilation,
        })
        .boxed()
}

fn device(architecture: Architecture) -> Device {
    let mut device = Presets::load(None).devices.iter().next().unwrap().device();
    device.model = DeviceModel::Spatial(Box::new(Spatial {
        architecture,
        rules: Rules::default(),
        objective: Objective::Edp,
        budget: 1,
        vector: VectorUnit {
            lanes: 1,
            energy_per_op_j: 0.0,
        },
    }));
    device
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_is_valid_is_searched_without_panic(
        architecture in architecture(),
        workload in workload(),
        objective in prop::sample::select(Objective::ALL.to_vec()),
        padding in any::<bool>(),
    ) {
        let faults = device(architecture.clone()).validate();
        for fault in &faults {
            prop_assert!(!fault.problem.is_empty(), "{fault:?}");
        }
        if !faults.is_empty() {
            return Ok(());
        }
        let rules = Rules { padding, ..Rules::default() };
        let asked = Cell::new(0);
        let is_cancelled = || {
            asked.set(asked.get() + 1);
            asked.get() > 20
        };
        match search(&architecture, &workload, rules, objective, 2_000, &mut |_| {}, &is_cancelled) {
            Err(why) => prop_assert!(!why.to_string().is_empty()),
            Ok(found) => {
                prop_assert!(found.counted.energy_j.is_finite() && found.counted.cycles > 0, "{found:?}");
                prop_assert!((0.0..=1.0).contains(&found.search.gap), "{found:?}");
                let bounds = found.mapping.bounds();
                for (ours, asked) in bounds.into_iter().zip(workload.bounds) {
                    prop_assert!(ours >= asked && (padding || ours == asked), "{found:?}");
                }
                let mut extents = [1; DIMS];
                for (level, mapped) in architecture.levels.iter().zip(&found.mapping.levels).rev() {
                    for &(dim, factor) in mapped.spatial.iter().chain(&mapped.temporal) {
                        extents[dim.index()] *= factor;
                    }
                    let kept = Operand::ALL.into_iter().filter(|operand| mapped.keep[operand.index()]);
                    let words: u64 = kept.map(|operand| workload.volume(operand, &extents)).sum();
                    prop_assert!(level.capacity_words.is_none_or(|capacity| words <= capacity), "{found:?}");
                }
            }
        }
    }
}

/// A main memory over a buffer over MAC units that may be spread over in any way.
fn plain(buffer: (u32, u32), mac: (u32, u32)) -> Architecture {
    let level = |name: &str, mesh: (u32, u32)| {
        let text = format!(
            "(name: \"{name}\", storage: (class: Sram), word_bits: 8, mesh_x: {}, mesh_y: {}, read_energy_j: 0, write_energy_j: 0, \
             keep: (Yes, Yes, Yes), spatial: (others: Free, along_x: [M, P]))",
            mesh.0, mesh.1
        );
        ron::from_str(&text).unwrap()
    };
    Architecture {
        clock_hz: 1e9,
        levels: vec![level("main", (1, 1)), level("buffer", buffer)],
        mac: Mac {
            bits: 8,
            mesh_x: mac.0,
            mesh_y: mac.1,
            energy_j: 0.0,
            area_m2: 0.0,
        },
        energy_per_hop_j: 0.0,
        leakage_w: 0.0,
    }
}

fn refusal(architecture: &Architecture, workload: &Workload) -> String {
    let found = search(
        architecture,
        workload,
        Rules::default(),
        Objective::Edp,
        1_000,
        &mut |_| {},
        &|| false,
    );
    found.unwrap_err().to_string()
}

#[test]
fn arrays_that_do_not_divide_are_named() {
    let layer = Workload::convolution([1, 8, 8, 4, 4, 3, 3], [1, 1]);
    let columns = refusal(&plain((2, 1), (5, 4)), &layer);
    assert_eq!(
        columns,
        "unmappable: 5 MAC units in a row cannot be shared evenly by 2 of buffer"
    );
    let rows = refusal(&plain((1, 3), (4, 4)), &layer);
    assert_eq!(
        rows,
        "unmappable: 4 rows of MAC units cannot be shared evenly by 3 of buffer"
    );
}

#[test]
fn a_factor_asked_for_outside_a_level_that_takes_all_is_named() {
    let mut architecture = plain((1, 1), (4, 4));
    architecture.levels[1].mesh_x = 2;
    architecture.levels[1].temporal.rules.insert(Dim::C, Rule::Full);
    architecture.levels[0].spatial.rules.insert(Dim::C, Rule::Exactly(2));
    let why = refusal(&architecture, &Workload::convolution([1, 8, 8, 4, 4, 3, 3], [1, 1]));
    assert_eq!(
        why,
        "unmappable: input channels must be spread by a fixed factor below main, but a level further in takes all 8 of them"
    );
}

#[test]
fn energies_of_nothing_leave_a_gap_that_is_a_number() {
    let architecture = plain((2, 2), (8, 8));
    let layer = Workload::convolution([1, 60, 60, 30, 30, 3, 3], [1, 1]);
    for objective in Objective::ALL {
        for budget in [1, 50, 5_000] {
            let found = search(
                &architecture,
                &layer,
                Rules::default(),
                objective,
                budget,
                &mut |_| {},
                &|| false,
            );
            let gap = found.unwrap().search.gap;
            assert!((0.0..=1.0).contains(&gap), "{objective:?}, {budget}: {gap}");
        }
    }
}

/// The largest arrays there may be, with every freedom.
#[test]
fn huge_arrays_take_no_time_without_end() {
    let begin = Instant::now();
    let layer = Workload::convolution([64, 256, 256, 64, 64, 7, 7], [1, 1]);
    for architecture in [plain((1, 1), (4096, 4096)), plain((64, 64), (4096, 4096))] {
        let found = search(
            &architecture,
            &layer,
            Rules::default(),
            Objective::Edp,
            1_000,
            &mut |_| {},
            &|| false,
        );
        println!("{:?} {:?}", begin.elapsed(), found.map(|found| found.search));
    }
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}
