//! The search itself: label setting level by level over boundaries of equal size.
//!
//! A level holds all states at boundaries of so many layers. Every state says which states of the next level it leads to; these
//! then gather the labels of all that lead to them, sort them and keep what no other makes superfluous. Both run in parallel, and both
//! in an order that does not depend on the number of threads.
//!
//! A label's sums are kept less what all layers of the boundary cost on the device that runs now. A layer that goes on where the one
//! before it ran and reads nothing from elsewhere therefore changes no label at all.

use super::super::additive::Stopped;
use super::super::exact::{Sums, minus, plus};
use super::super::stairs::Stairs;
use super::meters::{Event, Meter};
use super::state::{Key, NOWHERE};
use super::steps::Steps;
use rayon::prelude::*;
use std::collections::HashMap;

/// Bytes of labels in one level at which a search is too large.
const MOST_BYTES: usize = 400_000_000;
/// States in one level at which a search is too large.
const MOST_STATES: usize = 300_000;
/// Beginnings of partitions in memory (12 bytes each) at which those that lead nowhere are dropped.
const MOST_BEGINNINGS: usize = 16_000_000;
/// How many states are looked at between two looks at the cancel flag.
const CHUNK: usize = 512;
/// No beginning.
const NONE: u32 = u32::MAX;

/// What a search does when labels become many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// It stops.
    Exact,
    /// It takes labels for equal that differ by less than 2^-n of their numbers.
    Rounded(u32),
    /// It keeps at most so many in each state, evenly chosen.
    Beam(usize),
}

/// Costs of a partial design that is worth keeping.
#[derive(Debug, Clone, Copy)]
struct Label<const M: usize> {
    sums: Sums<M>,
    /// Where its last partition began.
    begun: u32,
    /// How many times in a row labels were dropped for one that is slightly worse, until this one was left.
    debt: u32,
}

/// The beginning of a partition.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    place: u32,
    device: u8,
    earlier: u32,
}

/// A state with its labels.
struct State<const M: usize> {
    place: usize,
    key: Key,
    labels: Vec<Label<M>>,
}

/// A way from a state of one level to a state of the next.
struct Edge<const M: usize> {
    /// Index of the state it comes from.
    from: u32,
    begins: bool,
    change: Sums<M>,
}

/// A design as the search knows it: its numbers by meter, and by partition the boundary it begins at and its device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) sums: Vec<i128>,
    pub(crate) partitions: Vec<(usize, usize)>,
    /// How many roundings it may have stood for in a row.
    pub(crate) debt: u32,
}

/// What a search found.
pub(crate) struct Outcome {
    /// Designs, by rising sums.
    pub(crate) found: Vec<Found>,
    /// Labels that were looked at.
    pub(crate) labels: u64,
}

/// Designs among which is one at least as good as any other (as far as `effort` goes), by rising sums.
pub(crate) fn run(
    steps: &Steps,
    effort: Effort,
    most_labels: u64,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Result<Outcome, Stopped> {
    match steps.meters.len() {
        0..=1 => Search::<1>::new(steps, effort, most_labels).run(cancel, progress),
        2 => Search::<2>::new(steps, effort, most_labels).run(cancel, progress),
        3 => Search::<3>::new(steps, effort, most_labels).run(cancel, progress),
        4 => Search::<4>::new(steps, effort, most_labels).run(cancel, progress),
        5..=6 => Search::<6>::new(steps, effort, most_labels).run(cancel, progress),
        7..=10 => Search::<10>::new(steps, effort, most_labels).run(cancel, progress),
        11..=20 => Search::<20>::new(steps, effort, most_labels).run(cancel, progress),
        _ => Search::<MOST_METERS>::new(steps, effort, most_labels).run(cancel, progress),
    }
}

/// More than all meters of eight devices that are all joined: four sums, two peaks, three of every device, four of every link.
const MOST_METERS: usize = 160;

/// A largest value and the meters it is the largest of.
struct Peak {
    /// The meter that holds it; `None` where the members only have limits.
    most: Option<usize>,
    members: Vec<usize>,
}

struct Search<'a, const M: usize> {
    steps: &'a Steps<'a>,
    effort: Effort,
    /// By boundary and device: what all its layers cost there.
    before: Vec<Sums<M>>,
    /// By meter: as [`super::meters::Meters`], filled up with numbers that stay 0.
    limits: Sums<M>,
    rounds: [bool; M],
    now: Option<usize>,
    /// Meters of which only the largest counts, in the end or for a limit.
    peaks: [Peak; 2],
    beginnings: Vec<Beginning>,
    /// Labels looked at so far, and the most there may be.
    labels: u64,
    most_labels: u64,
}

impl<'a, const M: usize> Search<'a, M> {
    fn new(steps: &'a Steps<'a>, effort: Effort, most_labels: u64) -> Self {
        let meters = steps.meters;
        let fill = |values: &[i128]| std::array::from_fn(|i| values.get(i).copied().unwrap_or(i128::MAX));
        let members = |is_one: fn(&Meter) -> bool| (0..meters.len()).filter(|&i| is_one(&meters.list[i])).collect();
        let mut made = Self {
            steps,
            effort,
            before: Vec::new(),
            limits: fill(&meters.limits),
            rounds: std::array::from_fn(|i| meters.rounds.get(i).copied().unwrap_or(false)),
            now: meters.position(Meter::Now),
            peaks: [
                Peak {
                    most: meters.position(Meter::Longest),
                    members: members(|meter| matches!(meter, Meter::Now | Meter::Device(_) | Meter::Link(..))),
                },
                Peak {
                    most: meters.position(Meter::Heaviest),
                    members: members(|meter| matches!(meter, Meter::Weights(_))),
                },
            ],
            beginnings: Vec::new(),
            labels: 0,
            most_labels,
        };
        made.before = made.sums_before();
        made
    }

    /// By boundary and device: the sum over all layers of the boundary, those the device cannot run left out.
    fn sums_before(&self) -> Vec<Sums<M>> {
        let (problem, lattice) = (self.steps.problem, self.steps.lattice);
        let devices = problem.system.devices.len();
        let layers = problem.table.flat().layers();
        let mut costs = vec![[0; M]; layers * devices];
        for (index, sums) in costs.iter_mut().enumerate() {
            let (layer, device) = (index / devices, index % devices);
            let row = problem.table.row(device);
            let event = Event::Compute {
                device,
                seconds: row.latency_s[layer],
                joules: row.energy_j[layer],
                weight_bytes: row.weight_bytes[layer],
            };
            if self.steps.meters.count(&event, 1, sums).is_none() {
                *sums = [0; M];
            }
        }
        let mut before = vec![[0; M]; lattice.places().len() * devices];
        for place in 0..lattice.places().len() {
            for step in lattice.steps(place) {
                for device in 0..devices {
                    let sum = plus(before[place * devices + device], costs[step.layer * devices + device]);
                    before[step.to * devices + device] = sum;
                }
            }
        }
        before
    }

    /// What all layers of a boundary cost on the device that runs now.
    fn offset(&self, place: usize, at: u8) -> Sums<M> {
        if at == NOWHERE {
            return [0; M];
        }
        self.before[place * self.steps.problem.system.devices.len() + usize::from(at)]
    }

    fn run(mut self, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)) -> Result<Outcome, Stopped> {
        let layers = self.steps.lattice.places()[0].universe();
        let mut level = vec![State {
            place: 0,
            key: self.steps.start(),
            labels: vec![Label {
                sums: [0; M],
                begun: NONE,
                debt: 0,
            }],
        }];
        for size in 0..layers {
            progress(size as f32 / layers as f32);
            level = self.next(level, cancel)?;
        }
        Ok(Outcome {
            found: self.finish(&level),
            labels: self.labels,
        })
    }

    /// The states with one layer more.
    fn next(&mut self, level: Vec<State<M>>, cancel: &dyn Fn() -> bool) -> Result<Vec<State<M>>, Stopped> {
        let mut index: HashMap<(usize, Key), usize> = HashMap::new();
        let mut targets: Vec<(usize, Key)> = Vec::new();
        let mut edges: Vec<Vec<Edge<M>>> = Vec::new();
        for (chunk, states) in level.chunks(CHUNK).enumerate() {
            if cancel() {
                return Err(Stopped::Cancelled);
            }
            let led: Vec<Vec<(usize, Key, Edge<M>)>> = states
                .par_iter()
                .enumerate()
                .map(|(i, state)| self.leads_to((chunk * CHUNK + i) as u32, state))
                .collect();
            for (to, key, edge) in led.into_iter().flatten() {
                let target = (to, key);
                let found = index.get(&target).copied().unwrap_or_else(|| {
                    let new = targets.len();
                    index.insert(target.clone(), new);
                    targets.push(target);
                    edges.push(Vec::new());
                    new
                });
                edges[found].push(edge);
            }
            if targets.len() > MOST_STATES {
                return Err(Stopped::TooLarge);
            }
        }
        let mut made: Vec<State<M>> = Vec::with_capacity(targets.len());
        let mut bytes = 0;
        let mut targets = targets.into_iter();
        for edges in edges.chunks(CHUNK) {
            if cancel() {
                return Err(Stopped::Cancelled);
            }
            let chunk: Vec<(usize, Key)> = targets.by_ref().take(edges.len()).collect();
            let looked_at = edges
                .iter()
                .flatten()
                .map(|edge| level[edge.from as usize].labels.len() as u64);
            self.labels += looked_at.sum::<u64>();
            if self.labels > self.most_labels && !matches!(self.effort, Effort::Beam(_)) {
                return Err(Stopped::TooManyLabels);
            }
            let gathered: Vec<Vec<(Label<M>, u32)>> = chunk
                .par_iter()
                .zip(edges)
                .map(|((to, key), edges)| self.gather(&level, *to, key, edges))
                .collect();
            for ((place, key), gathered) in chunk.into_iter().zip(gathered) {
                let labels: Vec<_> = gathered
                    .into_iter()
                    .map(|(label, began)| self.keep(label, began, key.at))
                    .collect();
                bytes += labels.len() * size_of::<Label<M>>();
                made.push(State { place, key, labels });
            }
            if bytes > MOST_BYTES {
                return Err(Stopped::TooManyLabels);
            }
        }
        made.retain(|state| !state.labels.is_empty());
        if self.beginnings.len() > MOST_BEGINNINGS {
            self.sweep(&mut made);
            if self.beginnings.len() > MOST_BEGINNINGS / 2 {
                return Err(Stopped::TooManyLabels);
            }
        }
        Ok(made)
    }

    /// All states one layer on.
    fn leads_to(&self, from: u32, state: &State<M>) -> Vec<(usize, Key, Edge<M>)> {
        let devices = self.steps.problem.system.devices.len();
        let mut led = Vec::new();
        let offset = self.offset(state.place, state.key.at);
        for step in self.steps.lattice.steps(state.place) {
            for device in 0..devices {
                let Some(next) = self.steps.place(&state.key, state.place, step.layer, step.to, device) else {
                    continue;
                };
                let mut change: Sums<M> = std::array::from_fn(|i| next.paid.get(i).copied().unwrap_or(0));
                if next.begins {
                    change = minus(plus(change, offset), self.offset(state.place, device as u8));
                }
                led.push((
                    step.to,
                    next.key,
                    Edge {
                        from,
                        begins: next.begins,
                        change,
                    },
                ));
            }
        }
        led
    }

    /// The labels worth keeping of all that lead to a state, each with the boundary its last partition begins at if it begins here.
    fn gather(&self, level: &[State<M>], to: usize, key: &Key, edges: &[Edge<M>]) -> Vec<(Label<M>, u32)> {
        let offset = self.offset(to, key.at);
        let rest = self.rest(to, key.at);
        let mut all = Vec::new();
        for edge in edges {
            let state = &level[edge.from as usize];
            let began = if edge.begins { state.place as u32 } else { NONE };
            for label in &state.labels {
                let mut sums = plus(label.sums, edge.change);
                if let (true, Some(now)) = (edge.begins, self.now) {
                    // What ran until now is done; its busy time is in the longest one already.
                    sums[now] = -self.offset(state.place, key.at)[now];
                }
                self.level_off(&mut sums, &offset, &rest);
                if (0..M).all(|i| sums[i].saturating_add(offset[i]) <= self.limits[i]) {
                    all.push((Label { sums, ..*label }, began));
                }
            }
        }
        // Stable, and the lists that come together are sorted themselves; of equals the first stays.
        all.sort_by_key(|(label, _)| label.sums);
        let mut stairs = Stairs::<M>::default();
        let mut debts: Vec<u32> = Vec::new();
        all.retain(|(label, _)| {
            if stairs.at_most(&label.sums).is_some() {
                return false;
            }
            if let Some(similar) = stairs.at_most(&self.rounded(&label.sums, &offset)) {
                debts[similar] = debts[similar].max(label.debt + 1);
                return false;
            }
            stairs.keep(&label.sums);
            debts.push(label.debt);
            true
        });
        for ((label, _), debt) in all.iter_mut().zip(debts) {
            label.debt = debt;
        }
        if let Effort::Beam(most) = self.effort
            && all.len() > most
        {
            let count = all.len();
            let mut index = 0;
            all.retain(|_| {
                let kept = index * most / count != (index + 1) * most / count;
                index += 1;
                kept
            });
        }
        all
    }

    /// By meter of a peak: the most that layers and messages after a boundary can add to it.
    fn rest(&self, place: usize, at: u8) -> Sums<M> {
        let mut rest = [0; M];
        let steps = self.steps;
        let devices = steps.problem.system.devices.len();
        let last = steps.lattice.places().len() - 1;
        for &i in self.peaks.iter().flat_map(|peak| &peak.members) {
            rest[i] = match steps.meters.list[i] {
                Meter::Now => self.offset(last, at)[i] - self.offset(place, at)[i],
                Meter::Device(d) | Meter::Weights(d) => {
                    self.before[last * devices + d][i] - self.before[place * devices + d][i]
                }
                _ => steps.still_to_send(place, i),
            };
        }
        rest
    }

    /// Raises the largest of each peak to what it is by now, and its members to the least that can still make a difference.
    fn level_off(&self, sums: &mut Sums<M>, offset: &Sums<M>, rest: &Sums<M>) {
        for peak in &self.peaks {
            let mut most = None;
            if let Some(index) = peak.most {
                for &i in &peak.members {
                    sums[index] = sums[index].max(sums[i] + offset[i]);
                }
                most = Some(sums[index]);
            }
            for &i in &peak.members {
                let least = most.unwrap_or(self.limits[i]);
                if least < i128::MAX {
                    sums[i] = sums[i].max(least.saturating_sub(rest[i]) - offset[i]);
                }
            }
        }
    }

    /// What a label must not exceed to make one with these sums superfluous.
    fn rounded(&self, sums: &Sums<M>, offset: &Sums<M>) -> Sums<M> {
        let Effort::Rounded(bits) = self.effort else {
            return *sums;
        };
        let more = |i: usize| {
            if self.rounds[i] {
                (sums[i] + offset[i]) >> bits
            } else {
                0
            }
        };
        std::array::from_fn(|i| sums[i] + more(i))
    }

    /// Enters a label's new partition.
    fn keep(&mut self, mut label: Label<M>, began: u32, device: u8) -> Label<M> {
        if began != NONE {
            self.beginnings.push(Beginning {
                place: began,
                device,
                earlier: label.begun,
            });
            label.begun = (self.beginnings.len() - 1) as u32;
        }
        label
    }
}

impl<const M: usize> Search<'_, M> {
    /// Drops every beginning that no label came by.
    fn sweep(&mut self, states: &mut [State<M>]) {
        let mut alive = vec![false; self.beginnings.len()];
        for label in states.iter().flat_map(|state| &state.labels) {
            let mut index = label.begun as usize;
            while alive.get(index) == Some(&false) {
                alive[index] = true;
                index = self.beginnings[index].earlier as usize;
            }
        }
        // A beginning always stands after the one before it, so one pass moves them all.
        let mut moved = vec![NONE; self.beginnings.len()];
        let mut kept = Vec::new();
        for (index, mut beginning) in std::mem::take(&mut self.beginnings).into_iter().enumerate() {
            if alive[index] {
                beginning.earlier = moved.get(beginning.earlier as usize).copied().unwrap_or(NONE);
                moved[index] = kept.len() as u32;
                kept.push(beginning);
            }
        }
        self.beginnings = kept;
        for label in states.iter_mut().flat_map(|state| &mut state.labels) {
            label.begun = moved.get(label.begun as usize).copied().unwrap_or(NONE);
        }
    }

    /// Whole designs from the states at the last boundary.
    fn finish(&self, level: &[State<M>]) -> Vec<Found> {
        let mut found = Vec::new();
        for state in level {
            let Some(paid) = self.steps.finish(&state.key) else {
                continue;
            };
            let paid: Sums<M> = std::array::from_fn(|i| paid.get(i).copied().unwrap_or(0));
            let offset = plus(self.offset(state.place, state.key.at), paid);
            for label in &state.labels {
                let mut sums = plus(label.sums, offset);
                self.level_off(&mut sums, &[0; M], &[0; M]);
                if (0..M).all(|i| sums[i] <= self.limits[i]) {
                    found.push(Found {
                        sums: sums[..self.steps.meters.len()].to_vec(),
                        partitions: self.partitions(label.begun),
                        debt: label.debt,
                    });
                }
            }
        }
        found.sort_by(|a, b| (&a.sums, &a.partitions).cmp(&(&b.sums, &b.partitions)));
        found
    }

    /// Boundary and device of every partition up to a beginning.
    fn partitions(&self, mut index: u32) -> Vec<(usize, usize)> {
        let mut partitions = Vec::new();
        while let Some(beginning) = self.beginnings.get(index as usize) {
            partitions.push((beginning.place as usize, usize::from(beginning.device)));
            index = beginning.earlier;
        }
        partitions.reverse();
        partitions
    }
}
