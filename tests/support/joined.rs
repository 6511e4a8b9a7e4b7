//! Random systems that are no plain chain, and random designs in any order.

use crate::networks::{Case, Draw, cases, link};
use cutscape::design::{Design, Placement};
use cutscape::network::Ideal;
use cutscape::system::{DirectLink, Topology};
use proptest::prelude::*;

/// As [`cases`], on a chain with direct links or on a bus.
pub fn joined_cases(
    layers: std::ops::RangeInclusive<usize>,
    devices: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Case> {
    (cases(layers, devices), prop::collection::vec(any::<u32>(), 60)).prop_map(|(mut case, numbers)| {
        let mut draw = Draw(numbers.iter());
        let devices = case.system.devices.len();
        if draw.chance(3) {
            case.system.topology = Topology::Bus;
            case.system.links.truncate(1);
            return case;
        }
        for ends in (0..devices).flat_map(|a| (a + 2..devices).map(move |b| (a, b))) {
            if draw.chance(3) {
                let link = link(&mut draw, 90);
                case.system.direct.push(DirectLink { ends, link });
            }
        }
        case
    })
}

/// A design with placements on these devices, which cut the schedule at these positions, in ascending order; what comes after
/// the last runs where the last ran.
pub fn general_design(case: &Case, placements: &[(usize, usize)]) -> Design {
    let mut positions: Vec<usize> = placements
        .iter()
        .map(|p| p.1 % (case.network.layers.len() + 1))
        .collect();
    positions.sort_unstable();
    positions.pop();
    positions.push(case.network.layers.len());
    let devices = placements.iter().map(|p| p.0 % case.system.devices.len());
    let placements = devices.zip(positions).map(|(device, position)| Placement {
        device,
        end: Ideal::prefix(&case.schedule, position),
    });
    Design {
        placements: placements.collect(),
        alternatives: vec![0; case.system.devices.len()],
    }
}
