//! Which row every layer stands in: longest-path ranks, kept in the order of the schedule where a caller asks for it.

use super::Wire;
use crate::network::{LayerId, Network, Schedule};

/// The most layers beside one another; what does not fit moves a row down.
const WIDEST: usize = 16;

/// Layers that must stand above others although no tensor joins them: `below[a]` lists those under `a`. Every pair follows the
/// schedule, so that rows always exist.
pub(super) type Below = Vec<Vec<LayerId>>;

/// A row for every layer: below all its producers and below what `below` says.
pub(super) fn rows(wires: &[Wire], schedule: &Schedule, below: &Below) -> Vec<usize> {
    let count = schedule.order().len();
    let mut successors = below.clone();
    let mut has_producer = vec![false; count];
    for wire in wires {
        for &to in &wire.to {
            successors[wire.from].push(to);
            has_producer[to] = true;
        }
    }
    let mut row = vec![0; count];
    let mut filled = Vec::new();
    for &layer in schedule.order() {
        row[layer] = first_free(&mut filled, row[layer]);
        filled[row[layer]] += 1;
        for &next in &successors[layer] {
            row[next] = row[next].max(row[layer] + 1);
        }
    }
    // A source belongs next to its first reader, not to the top.
    for &layer in schedule.order() {
        let nearest = successors[layer].iter().map(|&s| row[s] - 1).min();
        let (false, Some(nearest)) = (has_producer[layer], nearest) else {
            continue;
        };
        if let Some(found) = (row[layer] + 1..=nearest).rev().find(|&r| filled[r] < WIDEST) {
            filled[row[layer]] -= 1;
            filled[found] += 1;
            row[layer] = found;
        }
    }
    row
}

fn first_free(filled: &mut Vec<usize>, from: usize) -> usize {
    let mut row = from;
    loop {
        if filled.len() <= row {
            filled.resize(row + 1, 0);
        }
        if filled[row] < WIDEST {
            return row;
        }
        row += 1;
    }
}

/// The longest chain of layers, the one with more MACs among equals: it is drawn as the straight spine.
pub(super) fn spine(network: &Network, wires: &[Wire], schedule: &Schedule) -> Vec<LayerId> {
    let count = schedule.order().len();
    let mut successors = vec![Vec::new(); count];
    for wire in wires {
        successors[wire.from].extend(&wire.to);
    }
    let mut best = vec![(0_usize, 0_u128); count];
    let mut next = vec![None; count];
    for &layer in schedule.order().iter().rev() {
        let follower = successors[layer]
            .iter()
            .copied()
            .max_by_key(|&s| (best[s], std::cmp::Reverse(s)));
        next[layer] = follower;
        let (length, macs) = follower.map_or((0, 0), |f| best[f]);
        best[layer] = (length + 1, macs + u128::from(network.layers[layer].macs.unwrap_or(0)));
    }
    let first = (0..count).max_by_key(|&l| (best[l], std::cmp::Reverse(l)));
    std::iter::successors(first, |&layer| next[layer]).collect()
}
