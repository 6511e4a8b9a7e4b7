//! Random measured devices: profiles over blocks of a case's network, with bundles missing here and there.

use super::networks::{Case, Draw};
use cutscape::cost::profile::device::{Block, Profile};
use cutscape::cost::profile::{BundleCost, BundleTable};
use cutscape::cost::table::CostTable;
use cutscape::system::DeviceModel;
use std::sync::Arc;

/// Makes some of a case's devices measured ones, at least one.
pub fn measure(case: &mut Case, which: u32, numbers: &[u32]) {
    let mut draw = Draw(numbers.iter());
    let devices = case.system.devices.len();
    let first = which as usize % devices;
    for device in 0..devices {
        if device == first || which & (0x100 << device) != 0 {
            case.system.devices[device].model = DeviceModel::Profile(Box::new(profile(case, &mut draw)));
        }
    }
    case.table = CostTable::new(&case.network, &case.system);
}

fn profile(case: &Case, draw: &mut Draw) -> Profile {
    let order = case.schedule.order();
    let mut blocks: Vec<Block> = Vec::new();
    for &layer in order {
        let names = case.network.layers[layer].members.clone();
        match blocks.last_mut().filter(|_| draw.chance(3)) {
            Some(last) => last.layers.extend(names),
            None => blocks.push(Block {
                name: format!("b{}", blocks.len()),
                layers: names,
            }),
        }
    }
    let count = blocks.len();
    let clocks = draw.pick(&[&[None][..], &[Some(10), Some(20)]]);
    let mut costs = Vec::new();
    for first in 0..count {
        for last in first..count {
            for &clock_hz in clocks {
                if draw.chance(8) {
                    continue;
                }
                let energy_j = draw.pick(&[0.5, 1.0, 2.0, 7.0]);
                costs.push((
                    (first, last),
                    BundleCost {
                        clock_hz,
                        latency_s: draw.pick(&[1.0, 1.5, 2.0, 4.0, 9.0]),
                        energy_j: (!draw.chance(9)).then_some(energy_j),
                        runs: 3,
                        estimated: draw.chance(5),
                    },
                ));
            }
        }
    }
    Profile {
        source: "a random bench".to_owned(),
        network: case.network.name.clone(),
        blocks: Arc::new(blocks),
        bundles: Arc::new(BundleTable::of(count, costs)),
        clock_hz: draw.pick(clocks),
        longest: draw.pick(&[None, None, Some(1), Some(2)]),
        load: draw.pick(&[1.0, 1.0, 2.5]),
        battery_j: None,
        sizes: None,
    }
}
