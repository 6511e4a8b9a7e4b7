//! Putting an unused device to use: it takes over part of a neighbour's work.

use crate::design::Design;
use crate::network::{Ideal, Network, Schedule};

/// The design in which an unused device takes about half of the multiply-accumulates of the nearest partition that has at
/// least two layers, in schedule order; `None` if there is none.
pub fn take_work(design: &Design, network: &Network, schedule: &Schedule, device: usize) -> Option<Design> {
    let layers = network.layers.len();
    let start = |d: usize| match d.checked_sub(1) {
        Some(before) => design.placements[before].end.clone(),
        None => Ideal::empty(layers),
    };
    let size = |d: usize| design.placements[d].end.len() - start(d).len();
    let donors = (0..design.placements.len()).filter(|&d| size(d) >= 2);
    let donor = donors.min_by_key(|&d| (d.abs_diff(device), d > device))?;
    let first = start(donor);
    let own: Vec<_> = schedule
        .order()
        .iter()
        .copied()
        .filter(|&l| design.placements[donor].end.contains(l) && !first.contains(l))
        .collect();
    let done: Vec<u128> = own
        .iter()
        .scan(0, |sum, &l| {
            *sum += u128::from(network.layers[l].macs.unwrap_or(0));
            Some(*sum)
        })
        .collect();
    let total = *done.last()?;
    let kept = (1..own.len()).min_by_key(|&count| (done[count - 1] * 2).abs_diff(total))?;
    let mut middle = first;
    for &layer in &own[..kept] {
        middle.include(network, layer);
    }
    let mut design = design.clone();
    for placement in &mut design.placements[donor.min(device)..donor.max(device)] {
        placement.end.clone_from(&middle);
    }
    Some(design)
}
