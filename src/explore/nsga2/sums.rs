//! Designs at positions of the schedule evaluated in as many steps as there are partitions and links.
//!
//! For devices in chain order everything a design costs apart from its memory follows from its positions: layers are differences of sums
//! over the schedule, and what crosses a link depends on the position of its cut and on the device that encodes it. Only outputs on
//! their way home depend on more, on the devices that make them; there are few, and they are added up one by one.

use super::encoding::{Encoding, Part};
use crate::design::exceeds;
use crate::design::traffic::{raw_bits, sent_bits};
use crate::explore::{Objective, Problem};
use crate::link::{Direction, Duplex, Transfer};
use crate::network::TensorId;
use crate::system::Topology;

/// Sums over the schedule's positions.
pub(super) struct Sums<'a> {
    problem: &'a Problem<'a>,
    positions: usize,
    /// By device, then by position: the layers before it.
    layers: Vec<Layers>,
    /// By link, then by sender (0 = none, else device + 1), then by position of the cut.
    crossings: Vec<Crossing>,
    /// Outputs that are made by layers, with the place of the layer.
    outputs: Vec<(TensorId, usize)>,
}

/// What the layers before a position cost on a device.
#[derive(Debug, Clone, Copy, Default)]
struct Layers {
    latency_s: f64,
    energy_j: f64,
    /// How many of them it cannot run.
    unable: u32,
}

/// What crosses a link.
#[derive(Debug, Clone, Copy, Default)]
struct Crossing {
    forward_s: f64,
    /// Of raw inputs on their way back.
    back_s: f64,
    /// Both.
    energy_j: f64,
    /// Both.
    bytes: u64,
    /// Raw inputs that are wanted before the link and that no layer reads there: they travel with the outputs.
    raw_home: u64,
}

/// The numbers of a design.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Numbers {
    latency_s: f64,
    energy_j: f64,
    interval_s: f64,
    link_bytes: u64,
    area_m2: f64,
    unable: u32,
}

impl<'a> Sums<'a> {
    /// Sums for a problem whose designs they carry.
    pub(super) fn new(encoding: &Encoding<'a>, objectives: &[Objective]) -> Option<Self> {
        let problem = encoding.problem;
        let system = problem.system;
        let is_chain = system.direct.is_empty() && (system.topology == Topology::Chain || system.devices.len() <= 2);
        let without_memory = !objectives.contains(&Objective::Memory);
        let without_limits = system.frame_rate_hz.is_none()
            && system.devices.iter().all(|device| {
                device.memory_limit_bytes.is_none() && device.power_limit_w.is_none() && device.alternatives.is_empty()
            });
        if !(encoding.in_order && is_chain && without_memory && without_limits && problem.table.is_additive()) {
            return None;
        }
        let flat = problem.table.flat();
        let place = |layer: usize| problem.schedule.place(layer);
        let outputs = (0..flat.tensors()).filter(|&t| flat.wanted[t]);
        let outputs = outputs.filter_map(|t| Some((t, place(flat.producer[t]?))));
        Some(Self {
            problem,
            positions: flat.layers() + 1,
            layers: (0..system.devices.len())
                .flat_map(|device| layers(problem, device))
                .collect(),
            crossings: (0..system.links.len())
                .flat_map(|link| crossings(problem, link))
                .collect(),
            outputs: outputs.collect(),
        })
    }

    /// The numbers of partitions in chain order.
    pub(super) fn numbers(&self, parts: &[Part]) -> Numbers {
        let mut sum = Numbers::default();
        for part in parts {
            let [start, end] = [part.start, part.end].map(|at| &self.layers[part.device * self.positions + at]);
            let busy_s = end.latency_s - start.latency_s;
            sum.latency_s += busy_s;
            sum.energy_j += end.energy_j - start.energy_j;
            sum.unable += end.unable - start.unable;
            sum.interval_s = sum.interval_s.max(busy_s);
            sum.area_m2 += self.problem.system.devices[part.device].area_m2.unwrap_or(0.0);
        }
        let senders = self.problem.system.devices.len() + 1;
        let (mut before, mut sender, mut cut) = (parts, 0, 0);
        for (link, description) in self.problem.system.links.iter().enumerate() {
            while let Some((part, rest)) = before.split_first()
                && part.device <= link
            {
                (before, sender, cut) = (rest, part.device + 1, part.end);
            }
            let crossing = &self.crossings[(link * senders + sender) * self.positions + cut];
            let home = self.home(link, crossing, parts, cut);
            sum.latency_s += crossing.forward_s + crossing.back_s + home.1.latency_s;
            sum.energy_j += crossing.energy_j + home.1.transmit_j + home.1.receive_j;
            sum.link_bytes = sum.link_bytes.saturating_add(crossing.bytes).saturating_add(home.0);
            let back_s = crossing.back_s + home.1.latency_s;
            let busy_s = match description.duplex {
                Duplex::Half => crossing.forward_s + back_s,
                Duplex::Full => crossing.forward_s.max(back_s),
            };
            sum.interval_s = sum.interval_s.max(busy_s);
        }
        sum
    }

    /// Outputs on their way home over a link: bytes and cost.
    fn home(&self, link: usize, crossing: &Crossing, parts: &[Part], cut: usize) -> (u64, Transfer) {
        let system = self.problem.system;
        let mut bytes = 0_u64;
        if link >= system.output_at {
            bytes = crossing.raw_home;
            for &(tensor, place) in self.outputs.iter().filter(|output| output.1 >= cut) {
                let maker = parts.iter().find(|part| place < part.end).map_or(0, |part| part.device);
                let size = self
                    .problem
                    .table
                    .flat()
                    .bytes(tensor, sent_bits(self.problem, link, maker));
                bytes = bytes.saturating_add(size);
            }
        }
        (bytes, transfer(self.problem, link, bytes, Direction::Back))
    }
}

impl Numbers {
    /// An objective.
    pub(super) fn get(&self, objective: Objective) -> f64 {
        match objective {
            Objective::Latency => self.latency_s,
            Objective::Energy => self.energy_j,
            Objective::Interval => self.interval_s,
            Objective::LinkBytes => self.link_bytes as f64,
            Objective::Area => self.area_m2,
            // Not carried: see `Sums::new`.
            Objective::Memory => f64::INFINITY,
        }
    }

    /// By how much limits are broken: the number of layers that cannot run, and the shares by which limits are exceeded.
    pub(super) fn violation(&self, problem: &Problem) -> f64 {
        f64::from(self.unable) + excess(problem, |objective| self.get(objective))
    }
}

/// The sum of the shares by which the limits of a whole design are exceeded.
pub(super) fn excess(problem: &Problem, value: impl Fn(Objective) -> f64) -> f64 {
    let constraints = problem.constraints;
    let limits = [
        (Objective::Latency, constraints.latency_s),
        (Objective::Energy, constraints.energy_j),
        (Objective::Interval, constraints.throughput_hz.map(|least| 1.0 / least)),
        (Objective::Area, constraints.area_m2),
    ];
    let excess = |(objective, limit): (Objective, Option<f64>)| {
        let limit = limit?;
        let value = value(objective);
        exceeds(value, limit).then(|| if limit > 0.0 { value / limit - 1.0 } else { value })
    };
    limits.into_iter().filter_map(excess).sum()
}

fn transfer(problem: &Problem, link: usize, bytes: u64, way: Direction) -> Transfer {
    if bytes == 0 {
        // Nothing to send: no message.
        return Transfer {
            latency_s: 0.0,
            transmit_j: 0.0,
            receive_j: 0.0,
        };
    }
    problem.system.transfer(link, bytes, way)
}

/// By position: what the layers before it cost on a device.
fn layers(problem: &Problem, device: usize) -> Vec<Layers> {
    let row = problem.table.row(device);
    let mut sum = Layers::default();
    let mut sums = vec![sum];
    for &layer in problem.schedule.order() {
        if problem.table.runs(device, layer) {
            sum.latency_s += row.latency_s[layer];
            sum.energy_j += row.energy_j[layer];
        } else {
            sum.unable += 1;
        }
        sums.push(sum);
    }
    sums
}

/// By sender and position of the cut: what crosses a link.
fn crossings(problem: &Problem, link: usize) -> Vec<Crossing> {
    let system = problem.system;
    let flat = problem.table.flat();
    let positions = flat.layers() + 1;
    let senders = system.devices.len() + 1;
    // Changes from one position to the next, made into sums below.
    let mut forward = vec![vec![0_u64; positions + 1]; senders];
    let (mut back, mut raw_home) = (vec![0_u64; positions + 1], vec![0_u64; positions + 1]);
    let (arrives_beyond, wanted_beyond) = (system.input_at > link, system.output_at > link);
    for tensor in 0..flat.tensors() {
        let reads = || {
            flat.consumers
                .get(tensor)
                .iter()
                .map(|&layer| problem.schedule.place(layer))
        };
        let made = flat.producer[tensor].map_or(0, |layer| problem.schedule.place(layer) + 1);
        let last = if flat.wanted[tensor] && wanted_beyond {
            Some(positions - 1)
        } else {
            reads().max()
        };
        let raw_bytes = flat.bytes(tensor, raw_bits(problem, link));
        match (flat.producer[tensor], last) {
            (Some(_), Some(last)) => {
                for (sender, forward) in forward.iter_mut().enumerate().skip(1) {
                    add(
                        forward,
                        made..last + 1,
                        flat.bytes(tensor, sent_bits(problem, link, sender - 1)),
                    );
                }
            }
            (None, Some(last)) if !arrives_beyond => {
                for forward in &mut forward {
                    add(forward, 0..last + 1, raw_bytes);
                }
            }
            _ => {}
        }
        if flat.producer[tensor].is_none() && arrives_beyond {
            let first = reads().min().map_or(positions, |first| first + 1);
            add(&mut back, first..positions, raw_bytes);
            if flat.wanted[tensor] && !wanted_beyond {
                add(&mut raw_home, 0..first, raw_bytes);
            }
        }
    }
    for changes in forward.iter_mut().chain([&mut back, &mut raw_home]) {
        for position in 1..positions {
            changes[position] = changes[position].wrapping_add(changes[position - 1]);
        }
    }
    let crossing = |sender: usize, cut: usize| {
        let sent = transfer(problem, link, forward[sender][cut], Direction::Forward);
        let returned = transfer(problem, link, back[cut], Direction::Back);
        Crossing {
            forward_s: sent.latency_s,
            back_s: returned.latency_s,
            energy_j: sent.transmit_j + sent.receive_j + returned.transmit_j + returned.receive_j,
            bytes: forward[sender][cut].saturating_add(back[cut]),
            raw_home: raw_home[cut],
        }
    };
    (0..senders)
        .flat_map(|sender| (0..positions).map(move |cut| (sender, cut)))
        .map(|(sender, cut)| crossing(sender, cut))
        .collect()
}

/// Notes that so many bytes are there at some positions.
fn add(changes: &mut [u64], at: std::ops::Range<usize>, bytes: u64) {
    if at.start < at.end {
        changes[at.start] = changes[at.start].wrapping_add(bytes);
        changes[at.end] = changes[at.end].wrapping_sub(bytes);
    }
}
