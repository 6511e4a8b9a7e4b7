//! Putting an unused device to use: it takes over part of a neighbour's work.

use crate::design::Design;
use crate::network::{Network, Schedule};
use crate::project::cuts;

/// The design in which an unused device takes about half of the multiply-accumulates of the nearest partition that has at
/// least two layers, in schedule order; `None` if there is none.
pub fn take_work(design: &Design, network: &Network, schedule: &Schedule, device: usize) -> Option<Design> {
    let start = |placement: usize| cuts::start(design, network, placement);
    let size = |placement: usize| design.placements[placement].end.len() - start(placement).len();
    let donors = (0..design.placements.len()).filter(|&placement| size(placement) >= 2);
    let of = |placement: usize| design.placements[placement].device;
    let donor = donors.min_by_key(|&placement| (of(placement).abs_diff(device), of(placement) > device))?;
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
    cuts::share(&mut design, network, donor, &middle, device);
    Some(design)
}
