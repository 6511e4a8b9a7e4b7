//! Labels: the costs of partial designs, and how they came about.
//!
//! A label belongs to a state of a search and holds two sums to be minimised; a list of labels keeps the ones no other is
//! better than, sorted by the first sum. Each points at the last crossing of a link in an arena, from which the cuts are read back.

use super::exact::{Pair, plus};
use crate::system::MAX_DEVICES;

/// Costs of a partial design that is worth keeping.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Label {
    /// The two sums.
    pub(crate) cost: Pair,
    /// Index of its last crossing.
    pub(crate) crossing: u32,
}

/// Boundaries of the links crossed so far, unused entries 0.
pub(crate) type Cuts = [u32; MAX_DEVICES];

/// One or several neighbouring links cut at the same boundary: all from device `from` to device `to`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Crossing {
    /// The boundary.
    pub(crate) place: u32,
    /// The first device of the way.
    pub(crate) from: u8,
    /// The last device of the way.
    pub(crate) to: u8,
    /// The crossing before, [`NONE`] for the first.
    pub(crate) earlier: u32,
}

/// No crossing.
pub(crate) const NONE: u32 = u32::MAX;

/// Every crossing some label was ever kept with.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    crossings: Vec<Crossing>,
}

impl Arena {
    /// Number of crossings.
    pub(crate) fn len(&self) -> usize {
        self.crossings.len()
    }

    /// Keeps a crossing.
    pub(crate) fn add(&mut self, crossing: Crossing) -> u32 {
        self.crossings.push(crossing);
        (self.crossings.len() - 1) as u32
    }

    /// Drops every crossing that none of these labels came by.
    pub(crate) fn sweep<'l>(&mut self, labels: impl Iterator<Item = &'l mut Label>) {
        let labels: Vec<_> = labels.collect();
        let mut alive = vec![false; self.crossings.len()];
        for label in &labels {
            let mut index = label.crossing as usize;
            while alive.get(index) == Some(&false) {
                alive[index] = true;
                index = self.crossings[index].earlier as usize;
            }
        }
        // A crossing always stands after the one before it, so one pass moves them all.
        let mut moved = vec![NONE; self.crossings.len()];
        let mut kept = Vec::new();
        for (index, mut crossing) in std::mem::take(&mut self.crossings).into_iter().enumerate() {
            if alive[index] {
                crossing.earlier = moved.get(crossing.earlier as usize).copied().unwrap_or(NONE);
                moved[index] = kept.len() as u32;
                kept.push(crossing);
            }
        }
        self.crossings = kept;
        for label in labels {
            label.crossing = moved.get(label.crossing as usize).copied().unwrap_or(NONE);
        }
    }

    /// The boundaries of all links up to a crossing.
    pub(crate) fn cuts(&self, mut index: u32) -> Cuts {
        let mut cuts = Cuts::default();
        while let Some(crossing) = self.crossings.get(index as usize) {
            crossing.fill(&mut cuts);
            index = crossing.earlier;
        }
        cuts
    }
}

impl Crossing {
    fn fill(&self, cuts: &mut Cuts) {
        cuts[usize::from(self.from)..usize::from(self.to)].fill(self.place);
    }

    fn cuts(&self, arena: &Arena) -> Cuts {
        let mut cuts = arena.cuts(self.earlier);
        self.fill(&mut cuts);
        cuts
    }
}

/// What merging does to the labels of the other list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    /// They come as they are.
    None,
    /// They cross links: each gets `cost` added and a crossing of its own (whose `earlier` is filled in).
    Cross { cost: Pair, crossing: Crossing },
}

/// Merges `other` into `labels`, keeping what is not dominated; of equal costs the lexicographically smaller cuts stay.
///
/// Both lists are sorted by the first sum, strictly falling in the second; so is the result. `buffer` is scratch space.
pub(crate) fn merge(
    labels: &mut Vec<Label>,
    other: &[Label],
    change: Change,
    arena: &mut Arena,
    buffer: &mut Vec<Label>,
) {
    if other.is_empty() {
        return;
    }
    if labels.is_empty()
        && let Change::None = change
    {
        labels.extend_from_slice(other);
        return;
    }
    buffer.clear();
    let changed = |label: &Label| match change {
        Change::None => *label,
        Change::Cross { cost, .. } => Label {
            cost: plus(label.cost, cost),
            ..*label
        },
    };
    let (mut left, mut right) = (labels.iter().peekable(), other.iter().map(changed).peekable());
    let mut least = i128::MAX;
    loop {
        let take_left = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if a.cost == b.cost => {
                // The loser of a tie is dropped below, not being better than the winner.
                a.crossing == b.crossing && matches!(change, Change::None)
                    || arena.cuts(a.crossing) <= cuts_of(b.crossing, change, arena)
            }
            (Some(a), Some(b)) => a.cost < b.cost,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => break,
        };
        let taken = if take_left { left.next().copied() } else { right.next() };
        let Some(mut label) = taken.filter(|label| label.cost[1] < least) else {
            continue;
        };
        least = label.cost[1];
        if let (false, Change::Cross { crossing, .. }) = (take_left, change) {
            label.crossing = arena.add(Crossing {
                earlier: label.crossing,
                ..crossing
            });
        }
        buffer.push(label);
    }
    std::mem::swap(labels, buffer);
}

fn cuts_of(crossing: u32, change: Change, arena: &Arena) -> Cuts {
    match change {
        Change::None => arena.cuts(crossing),
        Change::Cross { crossing: next, .. } => Crossing {
            earlier: crossing,
            ..next
        }
        .cuts(arena),
    }
}
