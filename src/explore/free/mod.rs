//! Exact fronts where the order of the devices is free, where devices may be revisited, and on a bus or with direct links.
//!
//! There, a tensor no longer just crosses the cut between two neighbours: it may be read on any device at any time, in a message of its
//! own or along with others, at a width that depends on who ran on its way. The search places layer by layer and keeps in its states
//! what the rest of a design can notice ([`state`]), pays for a tensor's way when it is read ([`steps`]), and sets labels of as many
//! numbers as the objectives and limits need ([`meters`], [`search`]).
//!
//! What a message would add to the memory of a device is only known when the tensors in it have been read, so memory is no part of
//! the labels. Nor is a power limit without a frame rate, which a slower design keeps more easily. Such limits are checked on the
//! designs found: if all keep them, the front is exact with them too; if not, its guarantee says what was not proven.

mod answer;
mod meters;
mod search;
mod state;
mod steps;
mod trees;

use super::additive::Stopped;
use super::chain::Answer;
use super::{Caps, DeviceOrder, FrontPoint, Guarantee, Problem, Search, Space, orders, points};
use crate::link::Direction;
use crate::network::lattice::Lattice;
use crate::system::Device;
use meters::{Bounds, Largest, Meters};
use search::{Effort, Found};
use steps::{Steps, Turns};

/// Partitions of a design with revisits where nothing else is asked for.
const MOST_PARTITIONS: usize = 6;
/// What is tried in turn over the positions of a schedule.
const EFFORTS: [Effort; 4] = [
    Effort::Exact,
    Effort::Rounded(12),
    Effort::Rounded(8),
    Effort::Beam(200),
];

/// Whether a search is one for this module.
pub(crate) fn concerns(problem: &Problem, search: &Search) -> bool {
    search.revisits || search.order == DeviceOrder::Free || !problem.system.is_plain_chain()
}

/// The front; `None` when `cancel` said so.
pub(crate) fn front(
    problem: &Problem,
    search: &Search,
    caps: Caps,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Answer> {
    let turns = turns(problem, search);
    let bounds = bounds(problem);
    let meters = Meters::new(problem, &search.objectives(), &bounds, turns.again, largest(problem));
    if let Some(lattice) = Lattice::of_ideals(problem.network, caps.ideals) {
        let steps = Steps::new(problem, &lattice, &meters, turns);
        match search::run(&steps, Effort::Exact, caps.labels, cancel, progress) {
            Ok(outcome) => {
                let (points, guarantee) = answer::points(&steps, search, &outcome.found, Guarantee::Exact);
                return Some(Answer {
                    points,
                    space: Space::Ideals(lattice.places().len()),
                    guarantee,
                    labels: outcome.labels,
                    bound: None,
                });
            }
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::TooManyLabels | Stopped::TooLarge) => {}
        }
    }
    let orders = orders::orders(problem, search.schedules);
    let mut answer = Answer {
        points: Vec::new(),
        space: Space::Schedules(orders.len()),
        guarantee: Guarantee::Exact,
        labels: 0,
        bound: None,
    };
    for (index, order) in orders.iter().enumerate() {
        let share = |share: f32| progress((index as f32 + share) / orders.len() as f32);
        let lattice = Lattice::of_schedule(order);
        let problem = Problem {
            schedule: order,
            ..*problem
        };
        let steps = Steps::new(&problem, &lattice, &meters, turns);
        let (points, guarantee) = over_positions(&steps, search, caps, &mut answer.labels, cancel, &share)?;
        answer.points.extend(points);
        answer.guarantee = answer.guarantee.weaker(guarantee);
    }
    answer.points = points::front(answer.points, &search.objectives());
    Some(answer)
}

/// The front over the positions of one schedule, as exact as it can be; `None` when `cancel` said so.
fn over_positions(
    steps: &Steps,
    search: &Search,
    caps: Caps,
    labels: &mut u64,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<(Vec<FrontPoint>, Guarantee)> {
    for effort in EFFORTS {
        match search::run(steps, effort, caps.labels, cancel, progress) {
            Ok(outcome) => {
                *labels += outcome.labels;
                let guarantee = guarantee(effort, &outcome.found);
                return Some(answer::points(steps, search, &outcome.found, guarantee));
            }
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::TooManyLabels | Stopped::TooLarge) => {}
        }
    }
    let why =
        "the search would take too much memory even where only few designs are followed: there may be better ones";
    Some((Vec::new(), Guarantee::Incomplete(why.to_owned())))
}

/// What the designs found with an effort are worth.
fn guarantee(effort: Effort, found: &[Found]) -> Guarantee {
    match effort {
        Effort::Exact => Guarantee::Exact,
        Effort::Rounded(bits) => {
            let debt = found.iter().map(|f| f.debt).max().unwrap_or(0);
            Guarantee::of(f64::exp_m1(f64::from(debt) * f64::ln_1p((-f64::from(bits)).exp2())))
        }
        Effort::Beam(most) => Guarantee::Incomplete(format!(
            "the search would be too large: at most {most} designs were followed from every state, so there may be better ones"
        )),
    }
}

fn turns(problem: &Problem, search: &Search) -> Turns {
    let devices = problem.system.devices.len();
    let most = if search.revisits { MOST_PARTITIONS } else { devices };
    Turns {
        any_order: search.order == DeviceOrder::Free || search.revisits,
        again: search.revisits,
        most_partitions: search.most_partitions.unwrap_or(most).max(1),
        most_devices: problem.constraints.most_devices.unwrap_or(devices).max(1),
    }
}

/// The limits that labels carry.
fn bounds(problem: &Problem) -> Bounds {
    let (constraints, system) = (problem.constraints, problem.system);
    let device_j = |device: &Device| {
        let (limit_w, rate_hz) = (device.power_limit_w?, system.frame_rate_hz?);
        Some((limit_w - device.idle_power_w) / rate_hz)
    };
    Bounds {
        latency_s: constraints.latency_s,
        energy_j: constraints.energy_j,
        area_m2: constraints.area_m2,
        interval_s: constraints.throughput_hz.map(|least| 1.0 / least),
        device_j: system.devices.iter().map(device_j).collect(),
        medium_s: system.frame_rate_hz.map(|rate_hz| 1.0 / rate_hz),
    }
}

/// The largest amounts that occur at once.
fn largest(problem: &Problem) -> Largest {
    let (system, flat) = (problem.system, problem.table.flat());
    let mut largest = Largest::default();
    let mut see = |seconds: f64, joules: f64| {
        let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
        largest.seconds = largest.seconds.max(finite(seconds));
        largest.joules = largest.joules.max(finite(joules));
    };
    for device in 0..system.devices.len() {
        let row = problem.table.row(device);
        for layer in 0..flat.layers() {
            see(row.latency_s[layer], row.energy_j[layer]);
        }
    }
    let bits = system.devices.iter().map(|d| d.bits).chain([system.input_bits]);
    let bits = bits
        .chain((0..system.link_count()).filter_map(|l| system.link(l).bits))
        .max()
        .unwrap_or(0);
    let bytes = (0..flat.tensors()).fold(0_u64, |sum, t| sum.saturating_add(flat.bytes(t, bits)));
    for link in 0..system.link_count() {
        for direction in [Direction::Forward, Direction::Back] {
            let transfer = system.transfer(link, bytes, direction);
            see(transfer.latency_s, transfer.transmit_j + transfer.receive_j);
        }
    }
    let areas = system.devices.iter().filter_map(|d| d.area_m2);
    largest.area_m2 = areas.filter(|a| a.is_finite()).fold(0.0, f64::max);
    largest
}
