//! Edits of a design's boundaries. Every one keeps the design valid: one placement per device in system order, each
//! boundary an ideal that contains the one before, the last of all layers.

use crate::design::{Design, Placement};
use crate::network::{Ideal, Network, Schedule};

/// Why an edit of the cuts cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutError {
    /// A cut is at this place already, or it is an end of the network.
    NothingToCut,
    /// Every device has layers; one added at this index would take the new partition.
    EveryDeviceUsed(usize),
    /// All layers lie on one side of the cut.
    NothingToMerge,
}

/// A design that gives every device about the same number of multiply-accumulates (of layers, where none is known).
///
/// Each cut stands at the schedule position whose share of the work is nearest to its part; of equal ones the last,
/// because what follows a heavy layer without work of its own (pooling) leaves fewer bytes to send. No device is left
/// without layers while there are enough of them.
pub fn even_split(network: &Network, schedule: &Schedule, devices: usize) -> Design {
    let macs: Vec<u128> = schedule
        .order()
        .iter()
        .map(|&l| u128::from(network.layers[l].macs.unwrap_or(0)))
        .collect();
    let work = if macs.iter().all(|&m| m == 0) {
        vec![1; macs.len()]
    } else {
        macs
    };
    let mut done = vec![0];
    for amount in work {
        done.push(done[done.len() - 1] + amount);
    }
    let layers = done.len() - 1;
    let total = done[layers];
    let parts = devices as u128;
    let mut positions: Vec<usize> = Vec::with_capacity(devices);
    for part in 1..devices {
        let least = (positions.last().unwrap_or(&0) + 1).min(layers);
        let most = layers.saturating_sub(devices - part).max(least);
        let distance = |&position: &usize| (done[position] * parts).abs_diff(total * part as u128);
        positions.extend((least..=most).rev().min_by_key(distance));
    }
    Design::at_positions(schedule, &positions)
}

/// Whether a device has layers.
fn is_used(design: &Design, network: &Network, device: usize) -> bool {
    start(design, network, device) != design.placements[device].end
}

/// The boundary before a device's partition.
fn start(design: &Design, network: &Network, device: usize) -> Ideal {
    match device.checked_sub(1) {
        Some(before) => design.placements[before].end.clone(),
        None => Ideal::empty(network.layers.len()),
    }
}

/// Makes a cut at a boundary with the nearest unused device, the one after before the one ahead of it. The devices
/// between take over their neighbour's partition; all other cuts stay. Returns the device that came into use.
///
/// Where the boundary crosses a cut of the design, it gives way: it is widened to contain that cut.
pub fn new_cut(design: &mut Design, network: &Network, boundary: &Ideal) -> Result<usize, CutError> {
    let devices = design.placements.len();
    let split = (0..devices)
        .find(|&d| boundary.is_subset(&design.placements[d].end))
        .ok_or(CutError::NothingToCut)?;
    let mut boundary = boundary.clone();
    boundary.union_with(&start(design, network, split));
    if boundary == start(design, network, split) || boundary == design.placements[split].end {
        return Err(CutError::NothingToCut);
    }
    let unused = (0..devices)
        .filter(|&d| !is_used(design, network, d))
        .min_by_key(|&d| (d.abs_diff(split), d < split))
        .ok_or(CutError::EveryDeviceUsed(split + 1))?;
    let ends = &mut design.placements;
    if unused > split {
        for device in (split + 1..unused).rev() {
            ends[device].end = ends[device - 1].end.clone();
        }
        ends[split].end = boundary;
    } else {
        for device in unused..split - 1 {
            ends[device].end = ends[device + 1].end.clone();
        }
        ends[split - 1].end = boundary;
    }
    Ok(unused)
}

/// Merges the partitions on both sides of a cut; the device after it becomes unused. Returns that device.
pub fn remove_cut(design: &mut Design, network: &Network, cut: usize) -> Result<usize, CutError> {
    let devices = design.placements.len();
    let first = (0..=cut).rev().find(|&d| is_used(design, network, d));
    let second = (cut + 1..devices).find(|&d| is_used(design, network, d));
    let (Some(first), Some(second)) = (first, second) else {
        return Err(CutError::NothingToMerge);
    };
    let end = design.placements[second].end.clone();
    for placement in &mut design.placements[first..second] {
        placement.end = end.clone();
    }
    Ok(second)
}

/// Adds an unused device before index `at`.
pub fn insert_device(design: &mut Design, network: &Network, at: usize) {
    let end = if at == design.placements.len() {
        Ideal::full(network.layers.len())
    } else {
        start(design, network, at)
    };
    design.placements.insert(at, Placement { device: at, end });
    design.alternatives.insert(at, 0);
    renumber(design);
}

/// Removes a device; its layers go to the device before it, or after it where it was the first.
pub fn remove_device(design: &mut Design, device: usize) {
    let removed = design.placements.remove(device);
    design.alternatives.remove(device);
    if let Some(before) = device.checked_sub(1) {
        design.placements[before].end = removed.end;
    }
    renumber(design);
}

/// Changes the number of devices. Devices that come are unused; unused ones go first, then the last cuts.
/// Returns how many cuts were lost.
pub fn fit_to(design: &mut Design, network: &Network, devices: usize) -> usize {
    let mut lost = 0;
    while design.placements.len() > devices {
        let count = design.placements.len();
        let unused = (0..count).rev().find(|&d| !is_used(design, network, d));
        lost += usize::from(unused.is_none());
        remove_device(design, unused.unwrap_or(count - 1));
    }
    while design.placements.len() < devices {
        insert_device(design, network, design.placements.len());
    }
    lost
}

fn renumber(design: &mut Design) {
    for (index, placement) in design.placements.iter_mut().enumerate() {
        placement.device = index;
    }
}
