//! The exact front of sums by label setting over boundaries (algorithms.md F1 and F3).
//!
//! A state is a boundary and the device that ran the last layer before it. From it the next layer runs on the same device, or
//! links are crossed to a later device, which then runs at least one layer. A label's sums are kept less the cost of all layers of the boundary on the state's device, so that running a
//! layer changes no label: lists are merged, and numbers change only where a link is crossed.

use super::costs::Costs;
use super::exact::{Scale, Sums, minus, plus};
use super::labels::{Arena, Change, Crossing, Cuts, Label, Merger, NONE, Rules};

/// Crossings in memory (12 bytes each) at which those that lead nowhere are dropped.
const MOST_CROSSINGS: usize = 4_000_000;

/// Why a search ended without a front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// It was cancelled.
    Cancelled,
    /// It had too many labels.
    TooManyLabels,
    /// It would have taken too much memory or time in any case.
    TooLarge,
}

/// A whole design by its boundaries, with its sums.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found<const M: usize> {
    /// Its numbers.
    pub(crate) cost: Sums<M>,
    /// The boundary of every link.
    pub(crate) cuts: Cuts,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome<const M: usize> {
    /// Designs, in rising order of their numbers.
    pub(crate) found: Vec<Found<M>>,
    /// Of the numbers.
    pub(crate) scales: [Scale; M],
    /// Largest debt of a label.
    pub(crate) debt: u32,
    /// Labels that were looked at.
    pub(crate) labels: u64,
}

/// All designs no other is better than in the sums.
pub(crate) fn front<const M: usize>(
    costs: &Costs<M>,
    rules: &Rules<M>,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Result<Outcome<M>, Stopped> {
    let lattice = costs.lattice;
    let devices = costs.problem.system.devices.len();
    let places = lattice.places().len();
    // By boundary and device: designs whose last layer ran on the device.
    let mut ran: Vec<Vec<Vec<Label<M>>>> = vec![Vec::new(); places];
    ran[0].resize_with(devices, Vec::new);
    let mut arena = Arena::default();
    let mut merger = Merger::new(rules.clone());
    for place in 0..places - 1 {
        if place % 16 == 0 {
            if cancel() {
                return Err(Stopped::Cancelled);
            }
            progress(place as f32 / places as f32);
        }
        if arena.len() > MOST_CROSSINGS {
            arena.sweep(ran[place..].iter_mut().flatten().flatten());
            if arena.len() > MOST_CROSSINGS / 2 {
                return Err(Stopped::TooManyLabels);
            }
        }
        if merger.seen > rules.most_labels {
            return Err(Stopped::TooManyLabels);
        }
        let mut ready = std::mem::take(&mut ran[place]);
        if place == 0 {
            start(costs, &mut ready, &mut arena);
        } else {
            cross(costs, place, &mut ready, &mut arena, &mut merger);
        }
        let steps = lattice.steps(place);
        for (index, step) in steps.iter().enumerate() {
            let next = &mut ran[step.to];
            next.resize_with(devices, Vec::new);
            for device in (0..devices).filter(|&d| costs.runs(step.layer, d)) {
                if index + 1 == steps.len() && next[device].is_empty() {
                    std::mem::swap(&mut next[device], &mut ready[device]);
                } else {
                    let base = costs.before(step.to, device);
                    merger.merge(&mut next[device], &ready[device], Change::None, &base, &mut arena);
                }
            }
        }
    }
    let last = places - 1;
    let mut whole = Vec::new();
    if last == 0 {
        // No layers: one design, all of whose links are cut at the only boundary.
        let cost = costs.links(0, 0, devices - 1, None);
        whole.extend(cost.map(|cost| Label {
            cost,
            crossing: NONE,
            debt: 0,
        }));
    }
    for (device, labels) in ran[last].iter().enumerate() {
        let Some(links) = costs.links(last, device, devices - 1, Some(device)) else {
            continue;
        };
        let change = Change::Cross {
            cost: plus(costs.before(last, device), links),
            crossing: crossing(last, device, devices - 1),
        };
        merger.merge(&mut whole, labels, change, &[0; M], &mut arena);
    }
    let found = |label: &Label<M>| Found {
        cost: label.cost,
        cuts: arena.cuts(label.crossing),
    };
    Ok(Outcome {
        scales: costs.scales,
        debt: whole.iter().map(|label| label.debt).max().unwrap_or(0),
        found: whole.iter().map(found).collect(),
        labels: merger.seen,
    })
}

/// Lets the first layer run on any device, the links before it being cut at the empty boundary.
fn start<const M: usize>(costs: &Costs<M>, ready: &mut [Vec<Label<M>>], arena: &mut Arena) {
    for (device, labels) in ready.iter_mut().enumerate() {
        if let Some(links) = costs.links(0, 0, device, None) {
            labels.push(Label {
                cost: plus(links, costs.using(device)),
                crossing: arena.add(crossing(0, 0, device)),
                debt: 0,
            });
        }
    }
}

/// Adds to every device's list what comes from earlier devices over the links between, cut at this boundary.
fn cross<const M: usize>(
    costs: &Costs<M>,
    place: usize,
    ready: &mut [Vec<Label<M>>],
    arena: &mut Arena,
    merger: &mut Merger<M>,
) {
    // From the last device down, so that each list is still without arrivals when it is sent on: what has only
    // arrived at a device has not used it.
    for from in (0..ready.len()).rev() {
        let (earlier, later) = ready.split_at_mut(from + 1);
        if earlier[from].is_empty() {
            continue;
        }
        let mut way = [0; M];
        for (index, arrivals) in later.iter_mut().enumerate() {
            let to = from + 1 + index;
            let Some(link) = costs.link(place, to - 1, Some(from)) else {
                break;
            };
            way = plus(way, link);
            let base = costs.before(place, to);
            let added = plus(way, costs.using(to));
            let change = Change::Cross {
                cost: minus(plus(added, costs.before(place, from)), base),
                crossing: crossing(place, from, to),
            };
            merger.merge(arrivals, &earlier[from], change, &base, arena);
        }
    }
}

fn crossing(place: usize, from: usize, to: usize) -> Crossing {
    Crossing {
        place: place as u32,
        from: from as u8,
        to: to as u8,
        earlier: NONE,
    }
}
