//! The exact front under limits on memory, power and throughput: search over whole partitions (algorithms.md F2 and F3).
//!
//! These limits are properties of a partition and of the links beside it, so a step of this search gives a device its whole partition,
//! from one boundary to any later one, and is taken only if the device and its link keep their limits. A state is a
//! boundary and the last used device before it, which is all that a later device notices of the earlier ones.
//!
//! Two things need care. Average power at the design's own throughput depends on the slowest part of the whole design; labels carry it
//! as a third component ([`Strain`]). And outputs on their way home have the width of the device that makes them, which is not
//! known yet when their links are cut; the search is therefore run for every combination of widths ([`returns`]).

mod limits;
mod returns;
mod strain;

use super::additive::{Found, Stopped};
use super::costs::{Costs, sums_before};
use super::exact::{Pair, Scale, minus, plus};
use super::labels::{Arena, Crossing, NONE};
use crate::design::memory::Share;
use crate::network::{LayerId, TensorId};
pub(crate) use limits::Limits;
use limits::LinkUse;
use rayon::prelude::*;
use returns::Returns;
use std::cmp::Ordering;
use strain::Strain;

/// Most partitions looked at in one search.
const MOST_PARTITIONS: usize = 6_000_000;
/// Most labels kept in one search.
const MOST_LABELS: usize = 12_000_000;
/// How many boundaries are searched between two looks at the cancel flag.
const CHUNK: usize = 32;

/// Costs of a partial design, with what its limits still depend on.
#[derive(Debug, Clone, Copy)]
struct Partial {
    cost: Pair,
    strain: Strain,
    crossing: u32,
}

/// Partial designs in one state.
#[derive(Debug, Clone, Default)]
struct State {
    labels: Vec<Partial>,
    /// Joules the next device spends on the link before it.
    next_j: f64,
}

/// States by last used device (0 = none, else device + 1), then by boundary.
type States = Vec<Vec<State>>;

/// Everything about a search that does not change from device to device.
struct Search<'a> {
    costs: &'a Costs<'a>,
    limits: &'a Limits,
    returns: Returns,
    /// Seconds and joules of computing, by boundary and device.
    compute: Vec<Pair>,
    scales: [Scale; 2],
    /// Bytes of weights, by boundary and device.
    weights: Vec<Pair>,
    /// By boundary: layers that may have come last, with the boundary before them.
    back: Vec<Vec<(LayerId, usize)>>,
    /// By boundary: tensors that exist before it and are needed, and whether a later layer reads them.
    crossing: Vec<Vec<(TensorId, bool)>>,
}

/// Scratch space of one thread.
struct Walk {
    seen: Vec<usize>,
    round: usize,
    stack: Vec<usize>,
    layers: Vec<LayerId>,
    arriving: Vec<TensorId>,
}

/// All feasible designs no other feasible one is better than in latency and energy.
pub(crate) fn front(
    costs: &Costs,
    limits: &Limits,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Result<Vec<Found>, Stopped> {
    let all = returns::combinations(costs.problem, limits).ok_or(Stopped::TooLarge)?;
    let count = all.len() as f32;
    let mut found = Vec::new();
    for (index, returns) in all.into_iter().enumerate() {
        let search = Search::new(costs, limits, returns);
        found.extend(search.run(cancel, &|share| progress((index as f32 + share) / count))?);
    }
    // Points of different combinations may dominate each other.
    found.sort_unstable_by_key(|f: &Found| (f.cost, f.cuts));
    let mut least = i128::MAX;
    found.retain(|f| {
        let better = f.cost[1] < least;
        least = least.min(f.cost[1]);
        better
    });
    Ok(found)
}

impl<'a> Search<'a> {
    fn new(costs: &'a Costs<'a>, limits: &'a Limits, returns: Returns) -> Self {
        let (problem, lattice) = (costs.problem, costs.lattice);
        let devices = problem.system.devices.len();
        let layers = problem.table.flat().layers();
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
        let weight = |layer: LayerId, d: usize| [i128::from(rows[d].weight_bytes[layer]), 0];
        let mut back = vec![Vec::new(); lattice.places().len()];
        for place in 0..lattice.places().len() {
            for step in lattice.steps(place) {
                back[step.to].push((step.layer, place));
            }
        }
        debug_assert_eq!(lattice.places()[0].universe(), layers);
        Self {
            costs,
            limits,
            returns,
            compute: sums_before(lattice, devices, compute),
            scales,
            weights: sums_before(lattice, devices, weight),
            back,
            crossing: crossing_tensors(costs),
        }
    }

    fn run(&self, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)) -> Result<Vec<Found>, Stopped> {
        let devices = self.costs.problem.system.devices.len();
        let places = self.costs.lattice.places().len();
        let last = places - 1;
        let mut arena = Arena::default();
        let mut states: States = vec![vec![State::default(); places]; devices + 1];
        states[0][0].labels.push(Partial {
            cost: [0, 0],
            strain: Strain::default(),
            crossing: NONE,
        });
        let mut partitions = 0;
        for device in 0..devices {
            // The last device takes all that is left.
            let ends: Vec<usize> = if device + 1 < devices {
                (0..places).collect()
            } else {
                vec![last]
            };
            let mut next: States = vec![vec![State::default(); places]; devices + 1];
            for (index, ends) in ends.chunks(CHUNK).enumerate() {
                if cancel() {
                    return Err(Stopped::Cancelled);
                }
                let share = (index * CHUNK) as f32 / places as f32;
                progress((device as f32 + share) / devices as f32);
                let made: Vec<_> = ends
                    .par_iter()
                    .map_init(
                        || Walk::new(places),
                        |walk, &end| self.used(walk, &states, &arena, device, end),
                    )
                    .collect();
                for (&end, (state, looked_at)) in ends.iter().zip(made) {
                    partitions += looked_at;
                    next[device + 1][end] = self.keep(state, device, end, &mut arena);
                }
                for &end in ends {
                    for sender in 0..=device {
                        let state = self.unused(&states[sender][end], device, end, sender.checked_sub(1));
                        next[sender][end] = self.keep(state, device, end, &mut arena);
                    }
                }
                if partitions > MOST_PARTITIONS || arena.len() > MOST_LABELS {
                    return Err(Stopped::TooLarge);
                }
            }
            states = next;
        }
        let whole = states.iter().flat_map(|of_sender| &of_sender[last].labels);
        let kept = whole.filter(|label| label.strain.is_met()).map(|label| Found {
            cost: label.cost,
            cuts: arena.cuts(label.crossing),
        });
        Ok(kept.collect())
    }

    /// Gives every label its own crossing of the link after `device`.
    fn keep(&self, mut state: State, device: usize, end: usize, arena: &mut Arena) -> State {
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

    /// Designs that leave `device` without layers.
    fn unused(&self, before: &State, device: usize, place: usize, sender: Option<usize>) -> State {
        if before.labels.is_empty() {
            return State::default();
        }
        let Some((links, link)) = self.link(place, device, sender) else {
            return State::default();
        };
        let load = |label: &Partial| {
            let strain = self
                .limits
                .load(device, 0.0, before.next_j + link.earlier_j, link.busy_s, label.strain)?;
            Some(Partial {
                cost: plus(label.cost, links),
                strain,
                ..*label
            })
        };
        State {
            labels: before.labels.iter().filter_map(load).collect(),
            next_j: link.later_j,
        }
    }

    /// Designs in which `device` runs the layers up to the boundary `end`, and the number of partitions looked at.
    fn used(&self, walk: &mut Walk, states: &States, arena: &Arena, device: usize, end: usize) -> (State, usize) {
        let Some((links, link)) = self.link(end, device, Some(device)) else {
            return (State::default(), 0);
        };
        let mut labels = Vec::new();
        let mut looked_at = 0;
        walk.start(end);
        while let Some(to) = walk.stack.pop() {
            for &(layer, start) in &self.back[to] {
                if walk.seen[start] == walk.round || !self.may_run(layer, device) {
                    continue;
                }
                walk.seen[start] = walk.round;
                let compute = self.compute(start, end, device);
                let weights = self.weights(start, end, device);
                if self.limits.interval_broken(compute[0]) || self.limits.memory_broken(device, weights) {
                    // More layers only make both larger.
                    continue;
                }
                walk.stack.push(start);
                looked_at += 1;
                let layers = minus(self.costs.before(end, device), self.costs.before(start, device));
                let cost = plus(layers, links);
                let mut fits = None;
                for (sender, of_sender) in states.iter().enumerate() {
                    let state = &of_sender[start];
                    if state.labels.is_empty() {
                        continue;
                    }
                    let sender = sender.checked_sub(1);
                    let bits = sender.map(|s| self.costs.problem.system.devices[s].bits);
                    let fits = match fits {
                        Some((known, fits)) if known == bits => fits,
                        _ => {
                            let new = self.fits(walk, device, start, end, sender, weights);
                            fits = Some((bits, new));
                            new
                        }
                    };
                    if !fits {
                        continue;
                    }
                    let energy_j = compute[1] + state.next_j + link.earlier_j;
                    labels.extend(state.labels.iter().filter_map(|label| {
                        let strain = self
                            .limits
                            .load(device, compute[0], energy_j, link.busy_s, label.strain)?;
                        Some(Partial {
                            cost: plus(label.cost, cost),
                            strain,
                            ..*label
                        })
                    }));
                }
                if labels.len() > 100_000 {
                    prune(&mut labels, arena);
                }
            }
        }
        prune(&mut labels, arena);
        let next_j = link.later_j;
        (State { labels, next_j }, looked_at)
    }

    /// Sums and loads of the link after a device, cut at a boundary; no cost after the last device, `None` if it
    /// takes for ever or breaks the throughput limit.
    fn link(&self, place: usize, link: usize, sender: Option<usize>) -> Option<(Pair, LinkUse)> {
        let problem = self.costs.problem;
        if link >= problem.system.links.len() {
            return Some(([0, 0], LinkUse::default()));
        }
        let mut messages = self.costs.messages(place, link, sender);
        self.returns
            .complete(problem, &self.costs.lattice.places()[place], link, &mut messages);
        let used = LinkUse::of(problem.system, link, &messages);
        let cost = self.costs.link(place, link, sender)?;
        (!self.limits.interval_broken(used.busy_s)).then_some((cost, used))
    }

    fn may_run(&self, layer: LayerId, device: usize) -> bool {
        self.costs.runs(layer, device) && self.returns.allow(self.costs.problem, layer, device)
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

    /// Bytes of the weights between two boundaries.
    fn weights(&self, start: usize, end: usize, device: usize) -> i128 {
        let devices = self.costs.problem.system.devices.len();
        self.weights[end * devices + device][0] - self.weights[start * devices + device][0]
    }

    /// Whether the layers between two boundaries fit the device's memory.
    fn fits(
        &self,
        walk: &mut Walk,
        device: usize,
        start: usize,
        end: usize,
        sender: Option<usize>,
        weights: i128,
    ) -> bool {
        if !self.limits.limits_memory(device) {
            return true;
        }
        let problem = self.costs.problem;
        let places = self.costs.lattice.places();
        let (before, after) = (&places[start], &places[end]);
        walk.layers.clear();
        let order = problem.schedule.order().iter().copied();
        walk.layers
            .extend(order.filter(|&l| after.contains(l) && !before.contains(l)));
        walk.arriving.clear();
        if let Some(link) = device.checked_sub(1) {
            let raw_is_there = problem.system.input_at <= link;
            let wanted_later = problem.system.output_at > link;
            let producer = &problem.table.flat().producer;
            let crossing = self.crossing[start].iter().copied();
            let crossing = crossing
                .filter(|&(t, read_later)| (read_later || wanted_later) && (raw_is_there || producer[t].is_some()));
            walk.arriving.extend(crossing.map(|(t, _)| t));
        }
        let share = Share {
            device,
            layers: &walk.layers,
            arriving: &walk.arriving,
            sender,
            side: |layer: LayerId| match (before.contains(layer), after.contains(layer)) {
                (true, _) => Ordering::Less,
                (false, true) => Ordering::Equal,
                (false, false) => Ordering::Greater,
            },
        };
        !self
            .limits
            .memory_broken(device, weights + i128::from(share.peak(problem)))
    }
}

impl Walk {
    fn new(places: usize) -> Self {
        Self {
            seen: vec![0; places],
            round: 0,
            stack: Vec::new(),
            layers: Vec::new(),
            arriving: Vec::new(),
        }
    }

    fn start(&mut self, place: usize) {
        self.round += 1;
        self.stack.push(place);
    }
}

/// By boundary: tensors that exist before it and that a later layer reads (`true`) or that are wanted only.
fn crossing_tensors(costs: &Costs) -> Vec<Vec<(TensorId, bool)>> {
    let flat = costs.problem.table.flat();
    let of_place = |ideal: &crate::network::Ideal| {
        let there = (0..flat.tensors()).filter(|&t| flat.producer[t].is_none_or(|layer| ideal.contains(layer)));
        let needed = there.map(|t| (t, flat.consumers.get(t).iter().any(|&l| !ideal.contains(l))));
        needed.filter(|&(t, read_later)| read_later || flat.wanted[t]).collect()
    };
    costs.lattice.places().iter().map(of_place).collect()
}

/// Keeps the labels no other is at least as good as in both sums and in strain; of equals the one with lexicographically smaller cuts.
fn prune(labels: &mut Vec<Partial>, arena: &Arena) {
    labels.sort_unstable_by(|a, b| {
        let by_cost = a.cost.cmp(&b.cost).then(a.strain.cmp(&b.strain));
        by_cost.then_with(|| arena.cuts(a.crossing).cmp(&arena.cuts(b.crossing)))
    });
    // Of the labels kept so far: second sum rising, strain falling.
    let mut stairs: Vec<(i128, Strain)> = Vec::new();
    labels.retain(|label| {
        let key = label.cost[1];
        let at = stairs.partition_point(|stair| stair.0 <= key);
        if at > 0 && stairs[at - 1].1 <= label.strain {
            return false;
        }
        let from = stairs.partition_point(|stair| stair.0 < key);
        let to = from
            + stairs[from..]
                .iter()
                .take_while(|stair| stair.1 >= label.strain)
                .count();
        stairs.splice(from..to, [(key, label.strain)]);
        true
    });
}
