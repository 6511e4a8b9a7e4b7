//! Edits of a design's boundaries. Every one keeps the design valid: each boundary an ideal that contains the one before, the last of
//! all layers. A design in chain order stays one; another becomes one as soon as its devices stand in the order of the system.

use crate::design::{Design, Placement};
use crate::network::{Ideal, Network, Schedule};
use crate::system::{Device, DeviceModel};

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

/// A design that gives every device about the same number of multiply-accumulates (of layers, where none is known). Devices that were
/// measured on another network get none, unless all were.
///
/// Each cut stands at the schedule position whose share of the work is nearest to its part; of equal ones the last,
/// because what follows a heavy layer without work of its own (pooling) leaves fewer bytes to send. No device is left
/// without layers while there are enough of them.
pub fn even_split(network: &Network, schedule: &Schedule, devices: &[Device]) -> Design {
    let mut takes_part: Vec<bool> = devices.iter().map(|device| suits(device, network)).collect();
    if !takes_part.contains(&true) {
        takes_part.fill(true);
    }
    let taking = takes_part.iter().filter(|takes| **takes).count();
    let mut ends = split(network, schedule, taking);
    ends.push(schedule.order().len());
    // A device that takes no part ends where the one before it does.
    let mut before = 0;
    let positions = takes_part.iter().scan(0, |end, &takes| {
        if takes {
            *end = ends[before];
            before += 1;
        }
        Some(*end)
    });
    let mut positions: Vec<usize> = positions.collect();
    positions.pop();
    Design::at_positions(schedule, &positions)
}

/// Whether a device is not known to be of no use for a network.
pub fn suits(device: &Device, network: &Network) -> bool {
    match &device.model {
        DeviceModel::Profile(profile) => profile.is_of(network),
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Spatial(_) => true,
    }
}

/// Where each of a number of devices ends but the last.
fn split(network: &Network, schedule: &Schedule, devices: usize) -> Vec<usize> {
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
    positions
}

/// Whether a device has layers.
pub fn is_used(design: &Design, device: usize) -> bool {
    (0..design.placements.len()).any(|index| design.placements[index].device == device && has_layers(design, index))
}

/// Whether a placement has layers.
fn has_layers(design: &Design, index: usize) -> bool {
    let before = index
        .checked_sub(1)
        .map_or(0, |before| design.placements[before].end.len());
    design.placements[index].end.len() > before
}

/// The boundary before a placement's partition.
pub fn start(design: &Design, network: &Network, index: usize) -> Ideal {
    match index.checked_sub(1) {
        Some(before) => design.placements[before].end.clone(),
        None => Ideal::empty(network.layers.len()),
    }
}

/// Whether a design is one of chain order.
fn in_chain_order(design: &Design) -> bool {
    design.is_in_chain_order(design.alternatives.len())
}

/// Leaves out what a design that is not in chain order need not say: partitions without layers, and cuts between partitions of one
/// device. Where its devices then stand in the order of the system, it becomes one in chain order.
pub fn tidy(design: &mut Design, network: &Network) {
    if in_chain_order(design) {
        return;
    }
    let mut kept: Vec<Placement> = Vec::with_capacity(design.placements.len());
    let mut done = 0;
    for placement in std::mem::take(&mut design.placements) {
        if placement.end.len() == done {
            continue;
        }
        done = placement.end.len();
        match kept.last_mut() {
            Some(last) if last.device == placement.device => last.end = placement.end,
            _ => kept.push(placement),
        }
    }
    if !kept.windows(2).all(|pair| pair[0].device < pair[1].device) {
        design.placements = kept;
        return;
    }
    let mut end = Ideal::empty(network.layers.len());
    let mut used = kept.into_iter().peekable();
    design.placements = (0..design.alternatives.len())
        .map(|device| {
            if let Some(placement) = used.next_if(|p| p.device == device) {
                end = placement.end;
            }
            Placement {
                device,
                end: end.clone(),
            }
        })
        .collect();
}

/// Makes a cut at a boundary with the nearest unused device, the one after before the one ahead of it. In chain order the devices
/// between take over their neighbour's partition, else the device takes what lies behind the cut; all other cuts stay. Returns the
/// device that came into use.
///
/// Where the boundary crosses a cut of the design, it gives way: it is widened to contain that cut.
pub fn new_cut(design: &mut Design, network: &Network, boundary: &Ideal) -> Result<usize, CutError> {
    tidy(design, network);
    let split = (0..design.placements.len())
        .find(|&index| boundary.is_subset(&design.placements[index].end))
        .ok_or(CutError::NothingToCut)?;
    let mut boundary = boundary.clone();
    boundary.union_with(&start(design, network, split));
    if boundary == start(design, network, split) || boundary == design.placements[split].end {
        return Err(CutError::NothingToCut);
    }
    let (devices, own) = (design.alternatives.len(), design.placements[split].device);
    let is_chain = in_chain_order(design);
    let unused = (0..devices)
        .filter(|&d| !is_used(design, d))
        .min_by_key(|&d| (d.abs_diff(own), d < own))
        .ok_or(CutError::EveryDeviceUsed(if is_chain { split + 1 } else { devices }))?;
    let ends = &mut design.placements;
    if !is_chain {
        let end = std::mem::replace(&mut ends[split].end, boundary);
        ends.insert(split + 1, Placement { device: unused, end });
        tidy(design, network);
    } else if unused > split {
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

/// Merges the partitions on both sides of a cut: the device before it takes them. Returns the device that gave its partition up.
pub fn remove_cut(design: &mut Design, network: &Network, cut: usize) -> Result<usize, CutError> {
    let first = (0..=cut).rev().find(|&index| has_layers(design, index));
    let second = (cut + 1..design.placements.len()).find(|&index| has_layers(design, index));
    let (Some(first), Some(second)) = (first, second) else {
        return Err(CutError::NothingToMerge);
    };
    let (device, end) = (design.placements[second].device, design.placements[second].end.clone());
    for placement in &mut design.placements[first..second] {
        placement.end = end.clone();
    }
    tidy(design, network);
    Ok(device)
}

/// Gives a device without layers what lies between `middle` and the end of a placement.
pub fn share(design: &mut Design, network: &Network, placement: usize, middle: &Ideal, device: usize) {
    if in_chain_order(design) {
        for placement in &mut design.placements[placement.min(device)..placement.max(device)] {
            placement.end.clone_from(middle);
        }
        return;
    }
    let end = std::mem::replace(&mut design.placements[placement].end, middle.clone());
    design.placements.insert(placement + 1, Placement { device, end });
    tidy(design, network);
}

/// Adds an unused device before index `at`.
pub fn insert_device(design: &mut Design, network: &Network, at: usize) {
    let end = in_chain_order(design).then(|| {
        if at == design.placements.len() {
            Ideal::full(network.layers.len())
        } else {
            start(design, network, at)
        }
    });
    for placement in &mut design.placements {
        placement.device += usize::from(placement.device >= at);
    }
    design.alternatives.insert(at, 0);
    if let Some(end) = end {
        design.placements.insert(at, Placement { device: at, end });
    }
}

/// Removes a device. In chain order its layers go to the device before it, or after it where it was the first; else every partition of
/// it goes to the partition ahead, or to the next one where there is none ahead.
pub fn remove_device(design: &mut Design, network: &Network, device: usize) {
    let is_alone = design.placements.iter().all(|p| p.device == device);
    let is_chain = in_chain_order(design);
    design.alternatives.remove(device);
    let mut kept: Vec<Placement> = Vec::with_capacity(design.placements.len());
    for placement in std::mem::take(&mut design.placements) {
        match kept.last_mut() {
            _ if placement.device != device => kept.push(placement),
            Some(before) => before.end = placement.end,
            None => {}
        }
    }
    if is_alone {
        kept.push(Placement {
            device: device.saturating_sub(1),
            end: Ideal::full(network.layers.len()),
        });
    }
    for placement in &mut kept {
        placement.device -= usize::from(placement.device > device);
    }
    design.placements = kept;
    if is_alone || !is_chain {
        tidy(design, network);
    }
}

/// The devices `device` and the next one change places. In chain order the layers stay where they are along the chain, else they go
/// with their devices.
pub fn swap_devices(design: &mut Design, device: usize) {
    design.alternatives.swap(device, device + 1);
    if in_chain_order(design) {
        return;
    }
    for placement in &mut design.placements {
        placement.device = match placement.device {
            this if this == device => device + 1,
            this if this == device + 1 => device,
            other => other,
        };
    }
}

/// Changes the number of devices. Devices that come are unused; unused ones go first, then the last.
/// Returns how many cuts between partitions with layers were lost.
pub fn fit_to(design: &mut Design, network: &Network, devices: usize) -> usize {
    let partitions = |design: &Design| (0..design.placements.len()).filter(|&p| has_layers(design, p)).count();
    let before = partitions(design);
    while design.alternatives.len() > devices {
        let count = design.alternatives.len();
        let unused = (0..count).rev().find(|&d| !is_used(design, d));
        remove_device(design, network, unused.unwrap_or(count - 1));
    }
    while design.alternatives.len() < devices {
        insert_device(design, network, design.alternatives.len());
    }
    before - partitions(design)
}
