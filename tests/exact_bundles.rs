//! What a measured device asks for partitions, and how that is explained, against every tiling of the blocks by measured bundles.

#[path = "support/measured.rs"]
mod measured;
#[expect(dead_code, reason = "not all designs are walked through here")]
#[path = "support/networks.rs"]
mod networks;

use cutscape::cost::profile::Profile;
use cutscape::design::{Design, Limit, Quantity, evaluate, explain};
use cutscape::network::LayerId;
use cutscape::system::DeviceModel;
use networks::Case;
use proptest::prelude::*;

/// Seconds and joules of the best tiling of blocks `first..end`: least time, then least energy.
fn best(profile: &Profile, first: usize, end: usize) -> Option<(f64, f64)> {
    if first == end {
        return Some((0.0, 0.0));
    }
    let tilings = (first..end).filter_map(|last| {
        let size = last + 1 - first;
        let cost = profile.bundles.get(first, last, profile.clock_hz)?;
        let (seconds, joules) = best(profile, last + 1, end)?;
        let is_allowed = profile.longest.is_none_or(|longest| size <= longest);
        is_allowed.then_some((
            cost.latency_s * profile.load + seconds,
            cost.energy_j.unwrap_or(0.0) + joules,
        ))
    });
    tilings.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)))
}

/// Blocks `first..end` that a set of layers is exactly.
fn blocks(case: &Case, profile: &Profile, layers: &[LayerId]) -> Option<(usize, usize)> {
    let names: Vec<&String> = layers
        .iter()
        .flat_map(|&layer| &case.network.layers[layer].members)
        .collect();
    let has = |block: &usize| profile.blocks[*block].layers.iter().any(|name| names.contains(&name));
    let own: Vec<usize> = (0..profile.blocks.len()).filter(has).collect();
    let (first, end) = (*own.first()?, own.last()? + 1);
    let all: usize = profile.blocks[first..end].iter().map(|block| block.layers.len()).sum();
    (own.len() == end - first && all == names.len()).then_some((first, end))
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_partition_takes_what_the_best_tiling_takes(
        mut case in networks::cases(1..=7, 1..=3),
        which in any::<u32>(),
        numbers in prop::collection::vec(any::<u32>(), 400),
        positions in prop::collection::vec(0_usize..8, 2),
    ) {
        measured::measure(&mut case, which, &numbers);
        let layers = case.network.layers.len();
        let mut positions: Vec<usize> = positions.iter().map(|&p| p.min(layers)).collect();
        positions.sort_unstable();
        positions.truncate(case.system.devices.len() - 1);
        let design = Design::at_positions(&case.schedule, &positions);
        let problem = case.problem();
        let evaluation = evaluate(&problem, &design);
        let mut starts = vec![0];
        starts.extend(&positions);
        positions.push(layers);
        for (device, (&start, &end)) in starts.iter().zip(&positions).enumerate() {
            let DeviceModel::Profile(profile) = &case.system.devices[device].model else { continue };
            if start == end {
                continue;
            }
            let own = &case.schedule.order()[start..end];
            let load = &evaluation.devices[device];
            let blamed = evaluation.violations.iter().find(|v| v.limit == Limit::Unsupported(device));
            match blocks(&case, profile, own).and_then(|(first, end)| best(profile, first, end)) {
                Some((seconds, joules)) => {
                    prop_assert!(same(load.compute_s, seconds), "{} {}", load.compute_s, seconds);
                    // All numbers are drawn so that their sums are exact: ties are ties, and energy decides them.
                    prop_assert!(same(load.compute_j, joules), "{} {}", load.compute_j, joules);
                    prop_assert!(blamed.is_none());
                    let why = explain(&problem, &design, Quantity::DeviceLatency(device));
                    let sum: f64 = why.parts.iter().map(|part| part.value).sum();
                    prop_assert!(same(why.value, load.compute_s) && same(sum, load.compute_s), "{:?}", why);
                }
                None => {
                    prop_assert!(load.compute_s.is_infinite());
                    let text = &blamed.expect("a partition that cannot run is named").text;
                    prop_assert!(text.contains(&case.system.devices[device].name), "{}", text);
                }
            }
        }
    }
}
