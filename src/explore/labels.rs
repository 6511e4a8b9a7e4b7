//! Labels: the costs of partial designs, and how they came about.
//!
//! A label belongs to a state of a search and holds the numbers to be minimised; a list of labels keeps the ones no other is
//! at least as good as, in rising order. Each points at the last crossing of a link in an arena, from which the cuts are read back.
//!
//! **Merging within a tolerance** (algorithms.md F9): where labels are too many, one is also dropped if another is worse by at most a
//! small share δ in any number. The other then stands in for it: its *debt* becomes one more than that of the dropped one. What is added
//! later is the same for both and never negative, so a label with debt d is never worse than any design it stands for by
//! more than (1 + δ)^d, and the debts of the labels that are left in the end say what the front is worth.

use super::exact::{Sums, plus};
use super::stairs::Stairs;
use crate::system::MAX_DEVICES;

/// Costs of a partial design that is worth keeping.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Label<const M: usize> {
    /// Its numbers.
    pub(crate) cost: Sums<M>,
    /// Index of its last crossing.
    pub(crate) crossing: u32,
    /// How many times in a row labels were dropped for one that is slightly worse, until this one was left.
    pub(crate) debt: u32,
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
    pub(crate) fn sweep<'l, const M: usize>(&mut self, labels: impl Iterator<Item = &'l mut Label<M>>) {
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
pub(crate) enum Change<const M: usize> {
    /// They come as they are.
    None,
    /// They cross links: each gets `cost` added and a crossing of its own (whose `earlier` is filled in).
    Cross { cost: Sums<M>, crossing: Crossing },
}

/// Which labels are worth keeping.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rules<const M: usize> {
    /// Labels with more than this in any number are dropped.
    pub(crate) most: Sums<M>,
    /// 1 / δ; `None` = only what is no better in anything is dropped.
    pub(crate) tolerance: Option<i128>,
    /// Labels that may be looked at.
    pub(crate) most_labels: u64,
    /// Numbers that may be worse by δ: those without a limit.
    pub(crate) tolerant: [bool; M],
}

/// Merges and sorts lists of labels by some rules; holds the scratch space this takes.
#[derive(Debug)]
pub(crate) struct Merger<const M: usize> {
    rules: Rules<M>,
    stairs: Stairs<M>,
    buffer: Vec<Label<M>>,
    /// Labels looked at so far.
    pub(crate) seen: u64,
}

impl<const M: usize> Merger<M> {
    pub(crate) fn new(rules: Rules<M>) -> Self {
        Self {
            rules,
            stairs: Stairs::default(),
            buffer: Vec::new(),
            seen: 0,
        }
    }

    /// Merges `other` into `labels`, both in rising order; of equal costs the lexicographically smaller cuts stay.
    ///
    /// The labels' costs are those of their designs less `base`.
    pub(crate) fn merge(
        &mut self,
        labels: &mut Vec<Label<M>>,
        other: &[Label<M>],
        change: Change<M>,
        base: &Sums<M>,
        arena: &mut Arena,
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
        self.seen += (labels.len() + other.len()) as u64;
        self.start();
        let changed = |label: &Label<M>| match change {
            Change::None => *label,
            Change::Cross { cost, .. } => Label {
                cost: plus(label.cost, cost),
                ..*label
            },
        };
        let (mut left, mut right) = (labels.iter().peekable(), other.iter().map(changed).peekable());
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
            let Some(label) = taken.filter(|label| self.is_worth(label, base)) else {
                continue;
            };
            let crossing = match change {
                Change::Cross { crossing, .. } if !take_left => arena.add(Crossing {
                    earlier: label.crossing,
                    ..crossing
                }),
                _ => label.crossing,
            };
            self.keep(Label { crossing, ..label });
        }
        std::mem::swap(labels, &mut self.buffer);
    }

    /// Starts an empty list.
    pub(crate) fn start(&mut self) {
        self.stairs.clear();
        self.buffer.clear();
    }

    /// Whether a label, none of the list so far being larger, is worth keeping; if not, one that is kept pays for it.
    pub(crate) fn is_worth(&mut self, label: &Label<M>, base: &Sums<M>) -> bool {
        if (0..M).any(|i| label.cost[i] + base[i] > self.rules.most[i]) {
            return false;
        }
        if let Some(equal) = self.stairs.at_most(&label.cost).and_then(|i| self.buffer.get_mut(i)) {
            equal.debt = equal.debt.max(label.debt);
            return false;
        }
        let Some(share) = self.rules.tolerance else {
            return true;
        };
        let most = std::array::from_fn(|i| {
            let slack = if self.rules.tolerant[i] {
                (label.cost[i] + base[i]) / share
            } else {
                0
            };
            label.cost[i] + slack
        });
        match self.stairs.at_most(&most).and_then(|i| self.buffer.get_mut(i)) {
            Some(near) => {
                near.debt = near.debt.max(label.debt + 1);
                false
            }
            None => true,
        }
    }

    /// Adds a label that is worth it.
    pub(crate) fn keep(&mut self, label: Label<M>) {
        self.stairs.keep(&label.cost);
        self.buffer.push(label);
    }

    /// The list as it is.
    pub(crate) fn take(&mut self) -> Vec<Label<M>> {
        std::mem::take(&mut self.buffer)
    }
}

impl<const M: usize> Rules<M> {
    /// The proven share by which designs may be better than the labels that stand for them.
    pub(crate) fn within(&self, debt: u32) -> f64 {
        self.tolerance
            .map_or(0.0, |share| (1.0 / share as f64).ln_1p() * f64::from(debt))
            .exp_m1()
    }
}

fn cuts_of<const M: usize>(crossing: u32, change: Change<M>, arena: &Arena) -> Cuts {
    match change {
        Change::None => arena.cuts(crossing),
        Change::Cross { crossing: next, .. } => Crossing {
            earlier: crossing,
            ..next
        }
        .cuts(arena),
    }
}
