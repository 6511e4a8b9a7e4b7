//! The exact front by label setting over boundaries.
//!
//! A state at a boundary is the device that ran the last block and, for the rule on the number of bundles, [`State`]. Its labels are the
//! sums of latency and energy no other label of the state beats. From every boundary each bundle leads to a later one; a list of labels
//! shifted by the bundle's cost is still sorted and is merged into the list there. Rounding keeps order (a ≤ b gives a + c ≤ b + c in
//! floating point), so leaving out beaten labels loses nothing, not even in the last digit.

use super::asked::Stopped;
use super::choices::{Choice, undominated};
use super::count::{self, State};
use super::plan::{Piece, Plan};
use super::{Asked, Cost, Engine, Front, MOST_MACHINES, Problem, Rules};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Most labels at a time: some hundred megabytes.
const MOST_LABELS: usize = 4_000_000;
/// Most schedules of a front.
const MOST_PLANS: usize = 100_000;
/// No label before this one.
const NONE: u32 = u32::MAX;

/// A partial schedule: sums, and the last bundle with the label before it.
#[derive(Debug, Clone, Copy)]
struct Label {
    latency_s: f64,
    energy_j: f64,
    bundles: u32,
    before: u32,
    piece: Option<(u16, u16, u8, u64)>,
}

/// A device and how the counts stand.
type Key = (usize, State);

struct Search<'a> {
    problem: &'a Problem,
    rules: &'a Rules,
    cancel: &'a dyn Fn() -> bool,
    /// All labels that were kept.
    kept: Vec<Label>,
    /// By boundary and state, labels sorted by latency.
    lists: Vec<BTreeMap<Key, Vec<Label>>>,
    /// Labels in all lists.
    listed: usize,
    scratch: Vec<Label>,
}

pub(super) fn front(asked: &Asked<'_>) -> Result<Front, Stopped> {
    let blocks = asked.problem.blocks;
    let mut search = Search {
        problem: asked.problem,
        rules: &asked.rules,
        cancel: asked.cancel,
        kept: Vec::new(),
        lists: vec![BTreeMap::new(); blocks + 1],
        listed: 0,
        scratch: Vec::new(),
    };
    for boundary in 0..blocks {
        search.from(boundary)?;
    }
    search.finish()
}

impl Search<'_> {
    /// Runs every bundle that starts at a boundary.
    fn from(&mut self, boundary: usize) -> Result<(), Stopped> {
        for (machine, state, labels) in self.entering(boundary)? {
            for last in boundary..self.problem.blocks {
                let size = last + 1 - boundary;
                if size > self.rules.longest {
                    break;
                }
                let Some(next) = count::after(state, machine, size, self.problem.machines.len(), self.rules) else {
                    continue;
                };
                let choices = undominated(&self.problem.machines[machine], machine, boundary, last, self.rules);
                if choices.is_empty() {
                    continue;
                }
                let list = self.lists[last + 1].entry((machine, next)).or_default();
                for choice in &choices {
                    if (self.cancel)() {
                        return Err(Stopped::Cancelled);
                    }
                    let piece = |choice: &Choice| {
                        let clock = choice.clock_hz.unwrap_or(0);
                        (boundary as u16, last as u16, machine as u8, clock)
                    };
                    let shifted = labels.iter().map(|label| Label {
                        latency_s: label.latency_s + choice.latency_s,
                        energy_j: label.energy_j + choice.energy_j,
                        bundles: label.bundles + 1,
                        before: label.before,
                        piece: Some(piece(choice)),
                    });
                    let rules = self.rules;
                    let shifted = shifted.filter(|label| rules.keeps(label.latency_s, label.energy_j));
                    self.listed -= list.len();
                    merge(list, shifted, &self.kept, &mut self.scratch);
                    self.listed += list.len();
                    if self.listed + self.kept.len() > MOST_LABELS {
                        return Err(Stopped::TooMany);
                    }
                }
            }
        }
        Ok(())
    }

    /// Labels ready to run a bundle at a boundary, by device and counts: transfers are added, and `before` is their own place.
    fn entering(&mut self, boundary: usize) -> Result<Vec<(usize, State, Vec<Label>)>, Stopped> {
        let machines = self.problem.machines.len();
        let mut ready: BTreeMap<Key, Vec<Label>> = BTreeMap::new();
        if boundary == 0 {
            for machine in 0..machines {
                let cost = self.rules.input.map(|from| self.problem.transfers.at(0, from, machine));
                let cost = cost.unwrap_or_default();
                if !cost.is_possible() {
                    continue;
                }
                let label = Label {
                    latency_s: cost.latency_s,
                    energy_j: cost.energy_j,
                    bundles: 0,
                    before: NONE,
                    piece: None,
                };
                ready.insert((machine, [0; MOST_MACHINES]), vec![label]);
            }
        }
        for ((from, state), labels) in std::mem::take(&mut self.lists[boundary]) {
            let base = self.kept.len();
            self.kept.extend_from_slice(&labels);
            self.listed -= labels.len();
            for machine in (0..machines).filter(|&machine| self.rules.follows(from, machine)) {
                let cost = self.problem.transfers.at(boundary, from, machine);
                if !cost.is_possible() {
                    continue;
                }
                if (self.cancel)() {
                    return Err(Stopped::Cancelled);
                }
                let own = labels.iter().enumerate().map(|(index, label)| Label {
                    latency_s: label.latency_s + cost.latency_s,
                    energy_j: label.energy_j + cost.energy_j,
                    bundles: label.bundles,
                    before: (base + index) as u32,
                    piece: None,
                });
                let list = ready.entry((machine, state)).or_default();
                merge(list, own, &self.kept, &mut self.scratch);
            }
        }
        let ready = ready.into_iter();
        let ready = ready.map(|((machine, state), labels)| (machine, state, labels));
        Ok(ready.collect())
    }

    /// Brings the result home and merges what all states found.
    fn finish(mut self) -> Result<Front, Stopped> {
        let mut all = Vec::new();
        for ((from, _), labels) in std::mem::take(&mut self.lists[self.problem.blocks]) {
            let base = self.kept.len();
            self.kept.extend_from_slice(&labels);
            let cost = self.rules.output.map_or(Cost::default(), |to| {
                self.problem.transfers.at(self.problem.blocks, from, to)
            });
            if !cost.is_possible() {
                continue;
            }
            let home = labels.iter().enumerate().map(|(index, label)| Label {
                latency_s: label.latency_s + cost.latency_s,
                energy_j: label.energy_j + cost.energy_j,
                bundles: label.bundles,
                before: (base + index) as u32,
                piece: None,
            });
            let rules = self.rules;
            let home = home.filter(|label| rules.keeps(label.latency_s, label.energy_j));
            merge(&mut all, home, &self.kept, &mut self.scratch);
        }
        if all.len() > MOST_PLANS {
            return Err(Stopped::TooMany);
        }
        let plans = all.iter().map(|label| {
            let pieces = chain(&self.kept, label).filter_map(|label| self.piece(label));
            let mut pieces: Vec<Piece> = pieces.collect();
            pieces.reverse();
            Plan::of(self.problem, self.rules, pieces)
        });
        Ok(Front {
            plans: plans.collect(),
            labels: self.kept.len(),
            engine: Engine::Labels,
        })
    }

    fn piece(&self, label: &Label) -> Option<Piece> {
        let (first, last, machine, clock) = label.piece?;
        let (first, last, machine) = (usize::from(first), usize::from(last), usize::from(machine));
        let choices = self.problem.machines[machine].choices(first, last).iter();
        let choice = choices.copied().find(|choice| choice.clock_hz.unwrap_or(0) == clock)?;
        Some(Piece {
            first,
            last,
            machine,
            choice,
        })
    }
}

/// A label and those before it, from its end.
fn chain<'a>(kept: &'a [Label], label: &'a Label) -> impl Iterator<Item = &'a Label> {
    std::iter::successors(Some(label), |label| kept.get(label.before as usize))
}

/// Which of two labels of equal sums is kept: fewer bundles, then lower clocks, compared from the first bundle on.
fn prefer(a: &Label, b: &Label, kept: &[Label]) -> Ordering {
    let clocks = |label: &Label| {
        let mut clocks: Vec<u64> = chain(kept, label).filter_map(|label| Some(label.piece?.3)).collect();
        clocks.reverse();
        clocks
    };
    a.bundles.cmp(&b.bundles).then_with(|| clocks(a).cmp(&clocks(b)))
}

/// Merges labels sorted by latency into a list of labels none of which is beaten.
fn merge(list: &mut Vec<Label>, new: impl Iterator<Item = Label>, kept: &[Label], scratch: &mut Vec<Label>) {
    scratch.clear();
    let mut old = list.iter().copied().peekable();
    let mut new = new.peekable();
    loop {
        let next = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) => {
                let order = a.latency_s.total_cmp(&b.latency_s);
                let order = order.then(a.energy_j.total_cmp(&b.energy_j));
                if order.then_with(|| prefer(a, b, kept)).is_le() {
                    old.next()
                } else {
                    new.next()
                }
            }
            (Some(_), None) => old.next(),
            (None, _) => new.next(),
        };
        let Some(next) = next else { break };
        if scratch.last().is_none_or(|last: &Label| next.energy_j < last.energy_j) {
            // Latencies that differed may be rounded to the same sum.
            if scratch.last().is_some_and(|last| last.latency_s == next.latency_s) {
                scratch.pop();
            }
            scratch.push(next);
        }
    }
    std::mem::swap(list, scratch);
}
