//! What a search adds up along a design: its objectives, and what its limits depend on.
//!
//! Every number is a sum that only grows, in fixed point, except the longest busy time so far, which the busy times of what is done
//! are folded into. Two partial designs in the same state can be completed in the same ways at the same further cost, so one that is
//! no larger in every meter makes the other superfluous.

use super::super::exact::Scale;
use crate::design::{Objective, Problem};
use crate::link::{Direction, Duplex, Transfer};
use crate::system::routes::Hop;

/// One number of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meter {
    /// Seconds of all layers and messages.
    Latency,
    /// Joules of all layers and messages.
    Energy,
    /// Bytes over all links.
    LinkBytes,
    /// Square metres of the devices used.
    Area,
    /// The longest busy time of what is folded in.
    Longest,
    /// Busy seconds of the device that runs now; of one that ran before nothing is added any more.
    Now,
    /// Busy seconds of a device that may run again.
    Device(usize),
    /// Busy seconds of a link, or of one direction of it.
    Link(usize, Option<Direction>),
    /// Seconds per frame that messages take a link's medium, or one direction of it.
    Medium(usize, Option<Direction>),
    /// The largest number of bytes of weights on a device.
    Heaviest,
    /// Bytes of weights on a device.
    Weights(usize),
    /// Joules a device spends on layers and on its ends of the links.
    Joules(usize),
}

/// What something adds to the meters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    /// A layer on a device.
    Compute {
        device: usize,
        seconds: f64,
        joules: f64,
        weight_bytes: u64,
    },
    /// A message or a part of one.
    Send {
        hop: Hop,
        seconds: f64,
        transmit_j: f64,
        receive_j: f64,
        bytes: u64,
        /// Seconds the link's medium is taken.
        wire_s: f64,
    },
    /// A device is used for the first time.
    Use { area_m2: f64 },
}

/// The meters of a search.
#[derive(Debug, Clone)]
pub(crate) struct Meters {
    pub(crate) list: Vec<Meter>,
    /// By meter: the largest value allowed.
    pub(crate) limits: Vec<i128>,
    /// By meter: whether nothing but an objective depends on it, so that a search that gives up exactness may round it.
    pub(crate) rounds: Vec<bool>,
    scales: Scales,
}

/// Fixed-point scales by kind of quantity.
#[derive(Debug, Clone, Copy)]
struct Scales {
    seconds: Scale,
    joules: Scale,
    area: Scale,
}

/// The largest single amounts that occur, from which the scales follow.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Largest {
    pub(crate) seconds: f64,
    pub(crate) joules: f64,
    pub(crate) area_m2: f64,
}

/// Limits in SI units, as far as meters carry them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    pub(crate) latency_s: Option<f64>,
    pub(crate) energy_j: Option<f64>,
    pub(crate) area_m2: Option<f64>,
    /// Longest busy time of any device or link.
    pub(crate) interval_s: Option<f64>,
    /// Joules by device.
    pub(crate) device_j: Vec<Option<f64>>,
    /// Seconds per frame that a link's medium may be taken.
    pub(crate) medium_s: Option<f64>,
}

impl Meters {
    /// The meters these objectives and limits need; `again` = a device may run several partitions.
    pub(crate) fn new(
        problem: &Problem,
        objectives: &[Objective],
        bounds: &Bounds,
        again: bool,
        largest: Largest,
    ) -> Self {
        let system = problem.system;
        let mut meters = Self {
            list: Vec::new(),
            limits: Vec::new(),
            rounds: Vec::new(),
            scales: Scales {
                seconds: Scale::up_to(largest.seconds),
                joules: Scale::up_to(largest.joules),
                area: Scale::up_to(largest.area_m2),
            },
        };
        let sums = [
            (Objective::Latency, Meter::Latency, bounds.latency_s),
            (Objective::Energy, Meter::Energy, bounds.energy_j),
            (Objective::LinkBytes, Meter::LinkBytes, None),
            (Objective::Area, Meter::Area, bounds.area_m2),
        ];
        for (objective, meter, limit) in sums {
            if objectives.contains(&objective) || limit.is_some() {
                meters.add(meter, limit);
            }
        }
        let interval = objectives.contains(&Objective::Interval);
        if interval {
            meters.add(Meter::Longest, bounds.interval_s);
        }
        if interval || bounds.interval_s.is_some() {
            if again {
                (0..system.devices.len()).for_each(|d| meters.add(Meter::Device(d), bounds.interval_s));
            } else {
                meters.add(Meter::Now, bounds.interval_s);
            }
            for link in 0..system.link_count() {
                for direction in lanes(system.link(link).duplex) {
                    meters.add(Meter::Link(link, *direction), bounds.interval_s);
                }
            }
        }
        let memory = objectives.contains(&Objective::Memory);
        if memory {
            meters.add(Meter::Heaviest, None);
        }
        for (device, description) in system.devices.iter().enumerate() {
            let all = problem
                .table
                .row(device)
                .weight_bytes
                .iter()
                .fold(0_u64, |sum, &bytes| sum.saturating_add(bytes));
            let limit = description.memory_limit_bytes.filter(|&limit| all as f64 > limit);
            if memory || limit.is_some() {
                meters.add(Meter::Weights(device), limit);
            }
        }
        for link in (0..system.link_count()).filter(|_| bounds.medium_s.is_some()) {
            for direction in lanes(system.link(link).duplex) {
                meters.add(Meter::Medium(link, *direction), bounds.medium_s);
            }
        }
        for (device, limit) in bounds.device_j.iter().enumerate().filter(|(_, limit)| limit.is_some()) {
            meters.add(Meter::Joules(device), *limit);
        }
        meters
    }

    fn add(&mut self, meter: Meter, limit: Option<f64>) {
        self.list.push(meter);
        // What differs by rounding alone breaks no limit, as in `design::exceeds`.
        let limit = limit.map(|limit| limit * (1.0 + 1e-9));
        // What lies beyond all sums that can come up limits nothing.
        let exact = limit.and_then(|limit| self.scale(meter).exact(limit));
        self.limits
            .push(exact.filter(|&limit| limit < 1 << 120).unwrap_or(i128::MAX));
        self.rounds.push(limit.is_none());
    }

    /// Number of meters.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The place of a meter.
    pub(crate) fn position(&self, meter: Meter) -> Option<usize> {
        self.list.iter().position(|&m| m == meter)
    }

    fn scale(&self, meter: Meter) -> Scale {
        match meter {
            Meter::Energy | Meter::Joules(_) => self.scales.joules,
            Meter::LinkBytes | Meter::Heaviest | Meter::Weights(_) => Scale::WHOLE,
            Meter::Area => self.scales.area,
            Meter::Latency | Meter::Longest | Meter::Now | Meter::Device(_) | Meter::Link(..) | Meter::Medium(..) => {
                self.scales.seconds
            }
        }
    }

    /// Adds what an event adds, `sign` times; `None` if an amount is not finite.
    pub(crate) fn count(&self, event: &Event, sign: i128, sums: &mut [i128]) -> Option<()> {
        for (sum, &meter) in sums.iter_mut().zip(&self.list) {
            let amount = event.amount(meter);
            if amount != 0.0 {
                *sum += sign * self.scale(meter).exact(amount)?;
            }
        }
        Some(())
    }
}

/// What shares a busy time on a link.
fn lanes(duplex: Duplex) -> &'static [Option<Direction>] {
    use Direction::{Back, Forward};
    match duplex {
        Duplex::Half => &[None],
        Duplex::Full => &[Some(Forward), Some(Back)],
    }
}

impl Event {
    /// A message of these bytes, or so much more of one.
    pub(crate) fn sending(hop: Hop, transfer: Transfer, bytes: u64, wire_s: f64) -> Self {
        Self::Send {
            hop,
            seconds: transfer.latency_s,
            transmit_j: transfer.transmit_j,
            receive_j: transfer.receive_j,
            bytes,
            wire_s,
        }
    }

    fn amount(&self, meter: Meter) -> f64 {
        match *self {
            Self::Compute {
                device,
                seconds,
                joules,
                weight_bytes,
            } => match meter {
                Meter::Latency | Meter::Now => seconds,
                Meter::Device(d) if d == device => seconds,
                Meter::Energy => joules,
                Meter::Joules(d) if d == device => joules,
                Meter::Weights(d) if d == device => weight_bytes as f64,
                _ => 0.0,
            },
            Self::Send {
                hop,
                seconds,
                transmit_j,
                receive_j,
                bytes,
                wire_s,
            } => match meter {
                Meter::Latency => seconds,
                Meter::Medium(link, lane) if link == hop.link && lane.is_none_or(|way| way == hop.direction()) => {
                    wire_s
                }
                Meter::Link(link, lane) if link == hop.link && lane.is_none_or(|way| way == hop.direction()) => seconds,
                Meter::Energy => transmit_j + receive_j,
                Meter::Joules(d) if d == hop.from => transmit_j,
                Meter::Joules(d) if d == hop.to => receive_j,
                Meter::LinkBytes => bytes as f64,
                _ => 0.0,
            },
            Self::Use { area_m2 } => match meter {
                Meter::Area => area_m2,
                _ => 0.0,
            },
        }
    }
}
