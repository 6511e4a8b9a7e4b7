//! The mapper against brute force on small nests: whatever the architecture, a search that ends within its budget finds a mapping as
//! good as the best of all, and none where there is none. What is legal is written down here a second time, in the plainest way.

use cutscape::cost::spatial::architecture::{
    Architecture, Keep, Level, Loops, Mac, Rule, Spread, Storage, StorageClass,
};
use cutscape::cost::spatial::count::count;
use cutscape::cost::spatial::dim::{DIMS, Dim, Operand, PerOperand};
use cutscape::cost::spatial::mapping::{LevelMapping, Mapping};
use cutscape::cost::spatial::rules::{Groups, Objective, Rules};
use cutscape::cost::spatial::search::search;
use cutscape::cost::spatial::workload::Workload;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Cases with more mappings than this are left out.
const MOST: usize = 12_000;

fn level(name: &str) -> BoxedStrategy<Level> {
    let name = name.to_owned();
    let keep = prop::array::uniform3(prop_oneof![3 => Just(Keep::Yes), 3 => Just(Keep::No), 1 => Just(Keep::Free)]);
    let rates = prop::array::uniform3(prop::option::weighted(0.2, 1_u32..4));
    let sizes = (prop::option::weighted(0.8, 1_u64..60), 1_u32..4, 1_u32..3);
    let energies = (1_u32..50, 1_u32..50);
    (keep, rates, sizes, energies, loops(), spread())
        .prop_map(
            move |(keep, [read, write, shared], (capacity, block, cluster), energies, temporal, spatial)| Level {
                name: name.clone(),
                storage: Storage {
                    class: StorageClass::Sram,
                    width_bits: None,
                    banks: 1,
                    address_generators: false,
                },
                capacity_words: capacity,
                word_bits: 8,
                block_words: block,
                cluster,
                mesh_x: 1,
                mesh_y: 1,
                read_words_per_cycle: read.map(f64::from),
                write_words_per_cycle: write.map(f64::from),
                shared_words_per_cycle: shared.map(f64::from),
                read_energy_j: f64::from(energies.0),
                write_energy_j: f64::from(energies.1),
                area_m2: 0.0,
                keep,
                temporal,
                spatial,
            },
        )
        .boxed()
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        6 => Just(Rule::Free),
        2 => Just(Rule::One),
        1 => Just(Rule::Full),
        1 => (2_u64..4).prop_map(Rule::Exactly),
        1 => (2_u64..4).prop_map(Rule::AtMost),
    ]
}

fn rules_of() -> impl Strategy<Value = BTreeMap<Dim, Rule>> {
    prop::collection::btree_map(prop::sample::select(Dim::ALL.to_vec()), rule(), 0..3)
}

fn loops() -> BoxedStrategy<Loops> {
    let order = prop::sample::subsequence(Dim::ALL.to_vec(), 0..4).prop_shuffle();
    let others = prop_oneof![3 => Just(Rule::Free), 1 => Just(Rule::One)];
    (rules_of(), others, order)
        .prop_map(|(rules, others, order)| Loops { rules, others, order })
        .boxed()
}

fn spread() -> BoxedStrategy<Spread> {
    let along_x = prop::sample::subsequence(Dim::ALL.to_vec(), 0..8);
    let others = prop_oneof![2 => Just(Rule::Free), 1 => Just(Rule::One)];
    (rules_of(), others, along_x)
        .prop_map(|(rules, others, along_x)| Spread { rules, others, along_x })
        .boxed()
}

fn architecture() -> BoxedStrategy<Architecture> {
    let inner = prop_oneof![
        Just(vec![]),
        level("a").prop_map(|a| vec![a]),
        (level("a"), level("b")).prop_map(|(a, b)| vec![a, b]),
        (level("a"), level("b"), level("c")).prop_map(|(a, b, c)| vec![a, b, c]),
    ];
    let fan_outs = prop::collection::vec((1_u32..4, 1_u32..3), 4);
    (level("main"), inner, fan_outs, 0_u32..3, 0_u32..3)
        .prop_map(|(main, inner, fan_outs, hop, leak)| {
            let mut levels = vec![Level {
                keep: [Keep::Yes; 3],
                capacity_words: None,
                ..main
            }];
            let (mut x, mut y) = (1, 1);
            for (index, level) in inner.into_iter().enumerate() {
                // Two slots with several instances are enough for brute force.
                if index == 1 {
                    (x, y) = (x * fan_outs[index].0, y * fan_outs[index].1);
                }
                levels.push(Level {
                    mesh_x: x,
                    mesh_y: y,
                    ..level
                });
            }
            let (x, y) = (x * fan_outs[3].0, y * fan_outs[3].1);
            Architecture {
                clock_hz: 1.0,
                levels,
                mac: Mac {
                    bits: 8,
                    mesh_x: x,
                    mesh_y: y,
                    energy_j: 1.0,
                    area_m2: 0.0,
                },
                energy_per_hop_j: f64::from(hop),
                leakage_w: f64::from(leak),
            }
        })
        .boxed()
}

fn workload() -> impl Strategy<Value = Workload> {
    let bound = prop_oneof![4 => Just(1_u64), 2 => Just(2_u64), 2 => Just(3_u64), 2 => Just(4_u64), 1 => Just(5_u64), 1 => Just(6_u64)];
    let steps = prop::array::uniform2(1_u64..3);
    (prop::array::uniform8(bound), steps.clone(), steps).prop_map(|(bounds, stride, dilation)| Workload {
        bounds,
        stride,
        dilation,
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    (any::<bool>(), any::<bool>()).prop_map(|(padding, drain_reads)| Rules {
        groups: Groups::Packed,
        ignore_dilation: false,
        ignore_other_layers: false,
        padding,
        drain_reads,
    })
}

/// The rule that counts for a dimension of this bound.
fn adapted(rule: Rule, bound: u64) -> Rule {
    match rule {
        Rule::Exactly(factor) if factor > bound => Rule::Free,
        other => other,
    }
}

/// One dimension's factors: below every level, then over time at every level, both from the innermost level outwards.
type Split = (Vec<u64>, Vec<u64>);

/// All legal ways to split a dimension over the slots, as far as rules go.
fn splits(architecture: &Architecture, bound: u64, dim: Dim, padding: bool) -> Vec<Split> {
    let inner_first: Vec<usize> = (0..architecture.levels.len()).rev().collect();
    let mut spatial: Vec<Vec<u64>> = vec![vec![]];
    for &level in &inner_first {
        let (x, y) = architecture.fan_out(level);
        let spread = &architecture.levels[level].spatial;
        let room = if spread.along_x.contains(&dim) { x } else { y };
        let has_slot = (x, y) != (1, 1);
        let fits = |factor: u64| match adapted(spread.rule(dim), bound) {
            _ if bound == 1 || !has_slot => factor == 1,
            Rule::One => factor == 1,
            Rule::Exactly(exactly) => factor == exactly,
            Rule::AtMost(most) => factor <= most,
            Rule::Free | Rule::Full => true,
        };
        let factors: Vec<u64> = (1..=room).filter(|&factor| fits(factor)).collect();
        let longer = spatial.iter().flat_map(|chosen| {
            factors
                .iter()
                .map(move |&factor| [chosen.clone(), vec![factor]].concat())
        });
        spatial = longer.collect();
    }
    let mut all = Vec::new();
    for spatial in spatial {
        let total: u64 = spatial.iter().product();
        if total > bound || (!padding && !bound.is_multiple_of(total)) {
            continue;
        }
        let left = bound.div_ceil(total);
        let mut temporal: Vec<Vec<u64>> = vec![vec![]];
        for &level in &inner_first {
            let rule = adapted(architecture.levels[level].temporal.rule(dim), bound);
            let longer = temporal.iter().flat_map(|chosen: &Vec<u64>| {
                let rest = left / chosen.iter().product::<u64>();
                let fits = move |factor: &u64| {
                    rest.is_multiple_of(*factor)
                        && match rule {
                            _ if bound == 1 => *factor == 1,
                            Rule::One => *factor == 1,
                            Rule::Exactly(exactly) => *factor == exactly,
                            Rule::AtMost(most) => *factor <= most,
                            Rule::Free | Rule::Full => true,
                        }
                };
                let chosen = chosen.clone();
                (1..=rest)
                    .filter(fits)
                    .map(move |factor| [chosen.clone(), vec![factor]].concat())
            });
            temporal = longer.collect();
        }
        for temporal in temporal.into_iter().filter(|t| t.iter().product::<u64>() == left) {
            if full_is_full(architecture, bound, dim, &inner_first, &spatial, &temporal) {
                all.push((spatial.clone(), temporal));
            }
        }
    }
    all
}

/// A slot that takes all leaves nothing to slots further out.
fn full_is_full(
    architecture: &Architecture,
    bound: u64,
    dim: Dim,
    inner_first: &[usize],
    spatial: &[u64],
    temporal: &[u64],
) -> bool {
    let mut taken = false;
    for (place, &level) in inner_first.iter().enumerate() {
        let has_slot = architecture.fan_out(level) != (1, 1);
        for (factor, rule) in [
            (
                spatial[place],
                has_slot.then(|| architecture.levels[level].spatial.rule(dim)),
            ),
            (temporal[place], Some(architecture.levels[level].temporal.rule(dim))),
        ] {
            if taken && factor > 1 {
                return false;
            }
            taken |= bound > 1 && rule.is_some_and(|rule| rule == Rule::Full);
        }
    }
    true
}

fn permutations(loops: Vec<(Dim, u64)>) -> Vec<Vec<(Dim, u64)>> {
    if loops.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for index in 0..loops.len() {
        let mut rest = loops.clone();
        let first = rest.remove(index);
        all.extend(permutations(rest).into_iter().map(|tail| [vec![first], tail].concat()));
    }
    all
}

/// Whether the loops respect the order that a level asks for.
fn in_order(level: &Level, loops: &[(Dim, u64)]) -> bool {
    let place = |dim: Dim| {
        level
            .temporal
            .order
            .iter()
            .position(|other| *other == dim)
            .unwrap_or(usize::MAX)
    };
    loops.windows(2).all(|pair| place(pair[0].0) <= place(pair[1].0))
}

fn keeps(architecture: &Architecture) -> Vec<Vec<PerOperand<bool>>> {
    let mut all: Vec<Vec<PerOperand<bool>>> = vec![vec![]];
    for level in &architecture.levels {
        let choices: Vec<PerOperand<bool>> = (0..8_u8)
            .map(|mask| [0, 1, 2].map(|bit| mask & (1 << bit) != 0))
            .filter(|choice| {
                (0..3).all(|o| match level.keep[o] {
                    Keep::Yes => choice[o],
                    Keep::No => !choice[o],
                    Keep::Free => true,
                })
            })
            .collect();
        let longer = all.iter().flat_map(|chosen| {
            choices
                .iter()
                .map(move |&choice| [chosen.clone(), vec![choice]].concat())
        });
        all = longer.collect();
    }
    all
}

/// The best key of all mappings; `None` = there is none, an error = too many to try.
fn brute_force(
    architecture: &Architecture,
    workload: &Workload,
    rules: Rules,
    objective: Objective,
) -> Result<Option<(f64, f64)>, ()> {
    let count_levels = architecture.levels.len();
    let mut combined: Vec<Vec<Split>> = vec![vec![]];
    for dim in Dim::ALL {
        let splits = splits(architecture, workload.bounds[dim.index()], dim, rules.padding);
        if combined.len() * splits.len() > MOST {
            return Err(());
        }
        let longer = combined.iter().flat_map(|chosen| {
            splits
                .iter()
                .map(move |split| [chosen.clone(), vec![split.clone()]].concat())
        });
        combined = longer.collect();
    }
    let keeps = keeps(architecture);
    let mut best: Option<(f64, f64)> = None;
    let mut tried = 0;
    for chosen in combined {
        let spatial = |level: usize| {
            let place = count_levels - 1 - level;
            let loops = Dim::ALL.into_iter().map(|dim| (dim, chosen[dim.index()].0[place]));
            loops.filter(|&(_, factor)| factor > 1).collect::<Vec<_>>()
        };
        let temporal = |level: usize| {
            let place = count_levels - 1 - level;
            let loops = Dim::ALL.into_iter().map(|dim| (dim, chosen[dim.index()].1[place]));
            loops.filter(|&(_, factor)| factor > 1).collect::<Vec<_>>()
        };
        let fits_mesh = (0..count_levels).all(|level| {
            let (x, y) = architecture.fan_out(level);
            let along_x = &architecture.levels[level].spatial.along_x;
            let (on_x, on_y): (Vec<_>, Vec<_>) = spatial(level).into_iter().partition(|(dim, _)| along_x.contains(dim));
            let product = |loops: Vec<(Dim, u64)>| loops.iter().map(|&(_, factor)| factor).product::<u64>();
            product(on_x) <= x && product(on_y) <= y
        });
        if !fits_mesh {
            continue;
        }
        let mut mappings: Vec<Vec<LevelMapping>> = vec![vec![]];
        for level in 0..count_levels {
            let orders = permutations(temporal(level));
            let orders: Vec<_> = orders
                .into_iter()
                .filter(|order| in_order(&architecture.levels[level], order))
                .collect();
            let longer = mappings.iter().flat_map(|done| {
                let spatial = spatial(level);
                orders.iter().map(move |order| {
                    let level = LevelMapping {
                        keep: [false; 3],
                        temporal: order.clone(),
                        spatial: spatial.clone(),
                    };
                    [done.clone(), vec![level]].concat()
                })
            });
            mappings = longer.collect();
        }
        tried += mappings.len() * keeps.len();
        if tried > MOST {
            return Err(());
        }
        for levels in &mappings {
            for keep in &keeps {
                let mut mapping = Mapping { levels: levels.clone() };
                for (level, keep) in mapping.levels.iter_mut().zip(keep) {
                    level.keep = *keep;
                }
                if !fits_memory(architecture, workload, &mapping) {
                    continue;
                }
                let counted = count(architecture, workload, &mapping, rules);
                let key = objective.key(counted.energy_j, counted.cycles as f64);
                if best.is_none_or(|best| key < best) {
                    best = Some(key);
                }
            }
        }
    }
    Ok(best)
}

fn fits_memory(architecture: &Architecture, workload: &Workload, mapping: &Mapping) -> bool {
    let mut extents = [1; DIMS];
    for (level, mapped) in architecture.levels.iter().zip(&mapping.levels).rev() {
        for &(dim, factor) in mapped.spatial.iter().chain(&mapped.temporal) {
            extents[dim.index()] *= factor;
        }
        let stored = Operand::ALL.into_iter().filter(|operand| mapped.keep[operand.index()]);
        let words: u64 = stored.map(|operand| workload.volume(operand, &extents)).sum();
        if level.capacity_words.is_some_and(|capacity| words > capacity) {
            return false;
        }
    }
    true
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_search_finds_what_brute_force_finds(
        architecture in architecture(),
        workload in workload(),
        rules in rules(),
        objective in prop::sample::select(Objective::ALL.to_vec()),
    ) {
        let Ok(best) = brute_force(&architecture, &workload, rules, objective) else {
            return Ok(());
        };
        let found = search(&architecture, &workload, rules, objective, 1_000_000, &mut |_| {}, &|| false);
        match best {
            None => prop_assert!(found.is_err(), "{found:?}"),
            Some(best) => {
                let found = found.unwrap();
                prop_assert_eq!(found.search.gap, 0.0);
                let key = objective.key(found.counted.energy_j, found.counted.cycles as f64);
                prop_assert!(close(key.0, best.0), "found {:?}, best {:?}, {:?}", key, best, found);
                // Among equals in the first number, up to rounding, the second decides.
                prop_assert!(objective == Objective::Edp || close(key.1, best.1), "found {:?}, best {:?}", key, best);
            }
        }
    }
}
