//! The exact front where busy times, memory or power matter: search over whole partitions (algorithms.md F2 and F3).
//!
//! The longest busy time and the largest memory of a device, as objectives or under limits, are properties of a partition and of the
//! links beside it, so a step of this search gives a device its whole partition, from one boundary to any later one, and is
//! taken only if the device and its link keep their limits. A state is a boundary and the width of the last used device before it, which is all
//! that a later device notices of the earlier ones.
//!
//! Average power at the design's own throughput depends on the slowest part of the whole design; labels carry it as a number of
//! its own ([`Strain`]). What must be known of outputs on their way home is assumed ([`super::homeward`]).

mod limits;
mod memory;
mod spans;
mod strain;

use super::additive::{Found, Outcome, Stopped};
use super::costs::{Costs, sums_before};
use super::exact::{Pair, Scale, Sums, minus, plus};
use super::labels::{Arena, Crossing, Label, Merger, NONE, Rules};
use super::terms::Term;
use crate::network::LayerId;
pub(crate) use limits::Limits;
use limits::LinkUse;
use memory::Memory;
use rayon::prelude::*;
use spans::Spans;
use strain::Strain;

/// Most partitions looked at in one search.
const MOST_PARTITIONS: usize = 6_000_000;
/// Most labels kept in one search.
const MOST_LABELS: usize = 12_000_000;
/// Labels of one state at which those not worth keeping are dropped.
const MANY: usize = 100_000;
/// How many boundaries are searched between two looks at the cancel flag.
const CHUNK: usize = 16;

/// Partial designs in one state.
#[derive(Debug, Clone, Default)]
struct State<const M: usize> {
    labels: Vec<Label<M>>,
    /// Joules the next device spends on the link before it.
    next_j: f64,
}

/// States by class of the last used device, then by boundary.
type States<const M: usize> = Vec<Vec<State<M>>>;

/// Where in a label the numbers stand that are no sums.
#[derive(Debug, Clone, Copy, Default)]
struct Slots {
    interval: Option<usize>,
    memory: Option<usize>,
    strain: Option<usize>,
}

/// Everything about a search that does not change from device to device.
struct Search<'a, const M: usize> {
    costs: &'a Costs<'a, M>,
    limits: &'a Limits,
    slots: Slots,
    /// Seconds and joules of computing, by boundary and device.
    compute: Vec<Pair>,
    /// By device: what its partitions cost where that is not the sum of their layers.
    spans: Vec<Option<Spans<M>>>,
    scales: [Scale; 2],
    memory: Memory<'a>,
    /// By boundary: layers that may have come last, with the boundary before them.
    back: Vec<Vec<(LayerId, usize)>>,
    /// By class: a device of it. The first class is that no device was used, the others are widths.
    classes: Vec<Option<usize>>,
    /// By device.
    class_of: Vec<usize>,
}

/// A label before it is known whether its last partition fits the memory.
struct Candidate<const M: usize> {
    label: Label<M>,
    /// Boundary its last partition starts at, and the class of the device before.
    from: (usize, usize),
}

/// What a device with a partition, or without one, adds to labels.
struct Added<const M: usize> {
    /// To sums.
    sums: Sums<M>,
    /// Least values of the other numbers.
    tops: Sums<M>,
    compute_s: f64,
    energy_j: f64,
    link_s: f64,
}

/// Scratch space of one thread.
struct Scratch<const M: usize> {
    seen: Vec<usize>,
    round: usize,
    stack: Vec<usize>,
    candidates: Vec<Candidate<M>>,
    merger: Merger<M>,
    memory: memory::Scratch,
}

/// All feasible designs no other feasible one is better than in the numbers of a label.
pub(crate) fn front<const M: usize>(
    costs: &Costs<M>,
    limits: &Limits,
    rules: &Rules<M>,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Result<Outcome<M>, Stopped> {
    Search::new(costs, limits).run(rules, cancel, progress)
}

impl<'a, const M: usize> Search<'a, M> {
    fn new(costs: &'a Costs<'a, M>, limits: &'a Limits) -> Self {
        let (problem, lattice) = (costs.problem, costs.lattice);
        let devices = problem.system.devices.len();
        let rows: Vec<_> = (0..devices).map(|d| problem.table.row(d)).collect();
        let largest = |pick: fn(&crate::cost::table::DeviceRow) -> &[f64]| {
            let all = rows.iter().flat_map(|row| pick(row).iter().copied());
            Scale::up_to(all.filter(|cost| cost.is_finite()).fold(0.0, f64::max))
        };
        let scales = [largest(|row| &row.latency_s), largest(|row| &row.energy_j)];
        let compute = |layer: LayerId, d: usize| {
            let exact = |i: usize, cost: f64| scales[i].exact(cost).unwrap_or(0);
            [exact(0, rows[d].latency_s[layer]), exact(1, rows[d].energy_j[layer])]
        };
        let mut back = vec![Vec::new(); lattice.places().len()];
        for place in 0..lattice.places().len() {
            for step in lattice.steps(place) {
                back[step.to].push((step.layer, place));
            }
        }
        let slot = |term: Term| costs.terms.iter().position(|&t| t == term);
        let mut classes = vec![None];
        let bits = |device: usize| problem.system.devices[device].bits;
        for device in 0..devices {
            if !classes.iter().flatten().any(|&other| bits(other) == bits(device)) {
                classes.push(Some(device));
            }
        }
        let class = |device: usize| {
            classes
                .iter()
                .position(|c| c.is_some_and(|other| bits(other) == bits(device)))
        };
        Self {
            costs,
            limits,
            slots: Slots {
                interval: slot(Term::Interval),
                memory: slot(Term::Memory),
                strain: slot(Term::Strain),
            },
            compute: sums_before(lattice, devices, compute),
            spans: (0..devices).map(|device| Spans::of(costs, device)).collect(),
            scales,
            memory: Memory::new(problem, lattice),
            back,
            class_of: (0..devices).map(|device| class(device).unwrap_or(0)).collect(),
            classes,
        }
    }

    fn run(&self, rules: &Rules<M>, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)) -> Result<Outcome<M>, Stopped> {
        let devices = self.costs.problem.system.devices.len();
        let places = self.costs.lattice.places().len();
        let last = places - 1;
        let mut arena = Arena::default();
        let mut states: States<M> = vec![vec![State::default(); places]; self.classes.len()];
        states[0][0].labels.push(Label {
            cost: [0; M],
            crossing: NONE,
            debt: 0,
        });
        let (mut partitions, mut seen) = (0, 0);
        for device in 0..devices {
            // The last device takes all that is left.
            let ends: Vec<usize> = if device + 1 < devices {
                (0..places).collect()
            } else {
                vec![last]
            };
            let mut next: States<M> = vec![vec![State::default(); places]; self.classes.len()];
            for (index, ends) in ends.chunks(CHUNK).enumerate() {
                if cancel() {
                    return Err(Stopped::Cancelled);
                }
                let share = (index * CHUNK) as f32 / places as f32;
                progress((device as f32 + share) / devices as f32);
                let made: Vec<_> = ends
                    .par_iter()
                    .map_init(
                        || Scratch::new(places, self.classes.len(), rules.clone()),
                        |scratch, &end| self.ending_at(scratch, &states, &arena, device, end),
                    )
                    .collect();
                for (&end, (made, looked_at, labels)) in ends.iter().zip(made) {
                    partitions += looked_at;
                    seen += labels;
                    for (class, state) in made.into_iter().enumerate() {
                        next[class][end] = self.keep(state, device, end, &mut arena);
                    }
                }
                if partitions > MOST_PARTITIONS {
                    return Err(Stopped::TooLarge);
                }
                if arena.len() > MOST_LABELS || seen > rules.most_labels {
                    return Err(Stopped::TooManyLabels);
                }
            }
            states = next;
        }
        let whole = states.iter().flat_map(|of_class| &of_class[last].labels);
        let kept = whole.filter(|label| {
            let strain = self.slots.strain.map(|slot| Strain::of_key(label.cost[slot]));
            strain.is_none_or(Strain::is_met)
        });
        let kept: Vec<_> = kept.collect();
        Ok(Outcome {
            scales: self.costs.scales,
            debt: kept.iter().map(|label| label.debt).max().unwrap_or(0),
            found: kept
                .iter()
                .map(|label| Found {
                    cost: label.cost,
                    cuts: arena.cuts(label.crossing),
                })
                .collect(),
            labels: seen,
        })
    }

    /// Gives every label its own crossing of the link after `device`.
    fn keep(&self, mut state: State<M>, device: usize, end: usize, arena: &mut Arena) -> State<M> {
        if device < self.costs.problem.system.links.len() {
            for label in &mut state.labels {
                label.crossing = arena.add(Crossing {
                    place: end as u32,
                    from: device as u8,
                    to: device as u8 + 1,
                    earlier: label.crossing,
                });
            }
        }
        state
    }

    /// The states after `device` at the boundary `end`, by class; the number of partitions and of labels looked at.
    fn ending_at(
        &self,
        scratch: &mut Scratch<M>,
        states: &States<M>,
        arena: &Arena,
        device: usize,
        end: usize,
    ) -> (Vec<State<M>>, usize, u64) {
        let mut partitions = 0;
        scratch.merger.seen = 0;
        let mut made = Vec::with_capacity(self.classes.len());
        for (class, &sender) in self.classes.iter().enumerate() {
            scratch.candidates.clear();
            let mut state = State::default();
            if let Some((links, link)) = self.link(end, device, sender) {
                state.next_j = link.later_j;
                self.unused(scratch, &states[class][end], (device, end, class), links, link);
                if class == self.class_of[device] {
                    partitions += self.used(scratch, states, arena, device, end, links, link);
                }
                self.prune(scratch, arena, device, end);
                state.labels = scratch.candidates.drain(..).map(|candidate| candidate.label).collect();
            }
            made.push(state);
        }
        (made, partitions, scratch.merger.seen)
    }

    /// Designs that leave `device` without layers.
    fn unused(
        &self,
        scratch: &mut Scratch<M>,
        before: &State<M>,
        (device, end, class): (usize, usize, usize),
        sums: Sums<M>,
        link: LinkUse,
    ) {
        if before.labels.is_empty() {
            return;
        }
        let mut added = Added {
            sums,
            tops: [i128::MIN; M],
            compute_s: 0.0,
            energy_j: before.next_j + link.earlier_j,
            link_s: link.busy_s,
        };
        self.set_interval(&mut added);
        self.add(scratch, before, &added, device, (end, class));
    }

    /// Designs in which `device` runs the layers up to the boundary `end`; the number of partitions looked at.
    #[expect(
        clippy::too_many_arguments,
        reason = "one partition: the state before it, itself and the link after it"
    )]
    fn used(
        &self,
        scratch: &mut Scratch<M>,
        states: &States<M>,
        arena: &Arena,
        device: usize,
        end: usize,
        links: Sums<M>,
        link: LinkUse,
    ) -> usize {
        let fixed = plus(plus(links, self.costs.using(device)), self.costs.before(end, device));
        let mut looked_at = 0;
        scratch.round += 1;
        scratch.stack.push(end);
        while let Some(to) = scratch.stack.pop() {
            for &(layer, start) in &self.back[to] {
                if scratch.seen[start] == scratch.round || !self.costs.runs(layer, device) {
                    continue;
                }
                scratch.seen[start] = scratch.round;
                let weights = self.memory.weights(start, end, device);
                if self.limits.memory_broken(device, weights) {
                    // More layers only make it larger.
                    continue;
                }
                let (compute, whole) = match &self.spans[device] {
                    None => (self.compute(start, end, device), [0; M]),
                    Some(spans) => match spans.between(start, end) {
                        Some(span) => span,
                        None => {
                            // More layers may be a partition again.
                            scratch.stack.push(start);
                            continue;
                        }
                    },
                };
                if self.limits.interval_broken(compute[0]) {
                    if self.spans[device].is_some() {
                        scratch.stack.push(start);
                    }
                    // Where partitions cost the sum of their layers, more of them only take longer.
                    continue;
                }
                scratch.stack.push(start);
                looked_at += 1;
                let mut added = Added {
                    sums: plus(minus(fixed, self.costs.before(start, device)), whole),
                    tops: [i128::MIN; M],
                    compute_s: compute[0],
                    energy_j: 0.0,
                    link_s: link.busy_s,
                };
                self.set_interval(&mut added);
                for (class, of_class) in states.iter().enumerate() {
                    let state = &of_class[start];
                    if state.labels.is_empty() {
                        continue;
                    }
                    if let Some(slot) = self.slots.memory {
                        let needed = self.needed(&mut scratch.memory, device, (start, end), class);
                        if self.limits.memory_broken(device, needed) {
                            continue;
                        }
                        added.tops[slot] = needed;
                    }
                    added.energy_j = compute[1] + state.next_j + link.earlier_j;
                    self.add(scratch, state, &added, device, (start, class));
                }
                if scratch.candidates.len() > MANY {
                    self.prune(scratch, arena, device, end);
                }
            }
        }
        looked_at
    }

    fn set_interval(&self, added: &mut Added<M>) {
        if let Some(slot) = self.slots.interval {
            let longest = added.compute_s.max(added.link_s);
            // The search steps over endless transfers, so the time is finite.
            added.tops[slot] = self.costs.scales[slot].exact(longest).unwrap_or(i128::MAX);
        }
    }

    /// Continues all labels of a state, as far as the limits allow.
    fn add(&self, scratch: &mut Scratch<M>, state: &State<M>, added: &Added<M>, device: usize, from: (usize, usize)) {
        let load = |strain| {
            self.limits
                .load(device, added.compute_s, added.energy_j, added.link_s, strain)
        };
        if load(Strain::default()).is_none() {
            return;
        }
        let continued = state.labels.iter().filter_map(|label| {
            let mut cost: Sums<M> = std::array::from_fn(|i| (label.cost[i] + added.sums[i]).max(added.tops[i]));
            if let Some(slot) = self.slots.strain {
                cost[slot] = load(Strain::of_key(label.cost[slot]))?.key();
            }
            let label = Label { cost, ..*label };
            Some(Candidate { label, from })
        });
        scratch.candidates.extend(continued);
    }

    /// Keeps the candidates whose partition fits the device's memory and which are worth it; of equals the one with
    /// lexicographically smaller cuts.
    fn prune(&self, scratch: &mut Scratch<M>, arena: &Arena, device: usize, end: usize) {
        let mut candidates = std::mem::take(&mut scratch.candidates);
        // Stable, because that is fast with lists that are sorted already.
        candidates.sort_by(|a, b| {
            let by_cost = a.label.cost.cmp(&b.label.cost);
            by_cost.then_with(|| arena.cuts(a.label.crossing).cmp(&arena.cuts(b.label.crossing)))
        });
        scratch.merger.seen += candidates.len() as u64;
        scratch.merger.start();
        let limited = self.limits.limits_memory(device) && self.slots.memory.is_none();
        candidates.retain(|candidate| {
            if !scratch.merger.is_worth(&candidate.label, &[0; M]) {
                return false;
            }
            let (start, class) = candidate.from;
            if limited && start != end {
                let needed = self.needed(&mut scratch.memory, device, (start, end), class);
                if self.limits.memory_broken(device, needed) {
                    return false;
                }
            }
            scratch.merger.keep(candidate.label);
            true
        });
        // Debts may have grown since a label was kept.
        for (candidate, kept) in candidates.iter_mut().zip(scratch.merger.take()) {
            candidate.label = kept;
        }
        scratch.candidates = candidates;
    }

    /// Sums and loads of the link after a device, cut at a boundary; no cost after the last device, `None` if it
    /// takes for ever, cannot carry its messages or breaks the throughput limit.
    fn link(&self, place: usize, link: usize, sender: Option<usize>) -> Option<(Sums<M>, LinkUse)> {
        let system = self.costs.problem.system;
        if link >= system.links.len() {
            return Some(([0; M], LinkUse::default()));
        }
        let used = LinkUse::of(system, link, &self.costs.messages(place, link, sender));
        let cost = self.costs.link(place, link, sender)?;
        (!self.limits.interval_broken(used.busy_s)).then_some((cost, used))
    }

    /// Seconds and joules of computing the layers between two boundaries.
    fn compute(&self, start: usize, end: usize, device: usize) -> [f64; 2] {
        let devices = self.costs.problem.system.devices.len();
        let sums = minus(
            self.compute[end * devices + device],
            self.compute[start * devices + device],
        );
        [self.scales[0].value(sums[0]), self.scales[1].value(sums[1])]
    }

    /// Bytes a partition takes on a device, what arrives being encoded by a device of a class.
    fn needed(&self, scratch: &mut memory::Scratch, device: usize, (start, end): (usize, usize), class: usize) -> i128 {
        self.memory
            .needed(scratch, device, (start, end), (class, self.classes[class]))
    }
}

impl<const M: usize> Scratch<M> {
    fn new(places: usize, classes: usize, rules: Rules<M>) -> Self {
        Self {
            seen: vec![0; places],
            round: 0,
            stack: Vec::new(),
            candidates: Vec::new(),
            merger: Merger::new(rules),
            memory: memory::Scratch::new(places, classes),
        }
    }
}
