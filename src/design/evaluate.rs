//! What a design costs on ready tables: microseconds, so that it may run on the window's thread while a hand drags a cut.
//!
//! One inference is compute and transfers in series: its latency is the sum of all layers' latencies on their devices and of all
//! messages of [`super::traffic`]. Pipelined, a result comes whenever the busiest device or link is done. A device that cannot
//! run one of its layers takes for ever, and a violation says why.

use super::memory::{self, Visit};
use super::traffic::{Parcel, Traffic};
use super::{Bottleneck, Design, DeviceLoad, Evaluation, LinkLoad, Message, Placed, Problem, Step, Work, limits};
use crate::link::{Direction, Duplex};
use crate::system::routes::Routes;

/// Everything the window shows about a design.
///
/// The table must be the one of the problem's network and system, and the design must be one for them
/// ([`crate::cost::table::CostTable::fits`] and [`Design::fits`] tell).
pub fn evaluate(problem: &Problem, design: &Design) -> Evaluation {
    problem.chosen(design, |problem| evaluate_chosen(problem, design))
}

/// As [`evaluate`], for a problem whose devices are what the design chose them to be.
pub(crate) fn evaluate_chosen(problem: &Problem, design: &Design) -> Evaluation {
    let placed = Placed::new(problem, design);
    let traffic = Traffic::new(problem, &Routes::of(problem.system), &placed);
    let compute = compute(problem, &placed);
    let mut devices = device_loads(problem, &placed, &traffic, &compute);
    let mut links = vec![LinkLoad::default(); problem.system.link_count()];
    let transfers: Vec<Step> = (traffic.parcels.iter())
        .map(|parcel| send(problem, &placed, parcel, &mut devices, &mut links))
        .collect();
    for (index, load) in links.iter_mut().enumerate() {
        total(load, problem.system.link(index).duplex);
    }

    let latency_s = devices.iter().map(|d| d.compute_s).sum::<f64>() + links.iter().map(|l| l.transfer_s).sum::<f64>();
    let energy_j = devices.iter().map(|d| d.compute_j).sum::<f64>() + links.iter().map(|l| l.energy_j).sum::<f64>();
    let (interval_s, bottleneck) = bottleneck(&devices, &links);
    let throughput_hz = 1.0 / interval_s;
    let rate_hz = problem.system.frame_rate_hz.unwrap_or(throughput_hz);
    for (load, device) in devices.iter_mut().zip(&problem.system.devices) {
        let energy_j = load.compute_j + load.link_j;
        let active_w = average_power_w(energy_j, rate_hz);
        load.power_w = active_w + device.idle_power_w;
    }
    let mut evaluation = Evaluation {
        latency_s,
        energy_j,
        throughput_hz,
        bottleneck,
        link_bytes: links.iter().fold(0, |sum, l| sum.saturating_add(l.bytes)),
        area_m2: area_m2(problem, &devices),
        steps: steps(&placed, &compute, &traffic, transfers),
        devices,
        links,
        violations: Vec::new(),
        assumptions: assumptions(problem, &placed),
    };
    evaluation.violations = limits::violations(problem, &evaluation, &placed);
    if let Some(asked_hz) = problem.system.frame_rate_hz.filter(|&asked| asked > throughput_hz) {
        evaluation
            .assumptions
            .push(limits::rate_not_reached(asked_hz, throughput_hz));
    }
    evaluation
}

/// Seconds and joules of every placement, added up in layer order where a partition costs the sum of its layers.
fn compute(problem: &Problem, placed: &Placed) -> Vec<[f64; 2]> {
    let mut sums = vec![[0.0; 2]; placed.count()];
    for (layer, &placement) in placed.placement_of.iter().enumerate() {
        let row = problem.table.row(placed.devices[placement]);
        sums[placement][0] += row.latency_s[layer];
        sums[placement][1] += row.energy_j[layer];
    }
    for (placement, sum) in sums.iter_mut().enumerate().filter(|&(p, _)| placed.is_used(p)) {
        let row = problem.table.row(placed.devices[placement]);
        if row.partitions.is_some() {
            *sum = row.partition(&placed.layers[placement]).unwrap_or([f64::INFINITY; 2]);
        }
    }
    sums
}

/// What was assumed about partitions that do not cost the sum of their layers, by device.
fn assumptions(problem: &Problem, placed: &Placed) -> Vec<String> {
    let mut found = problem.table.assumptions().to_vec();
    for placement in (0..placed.count()).filter(|&p| placed.is_used(p)) {
        let device = placed.devices[placement];
        let Some(partitions) = &problem.table.row(device).partitions else {
            continue;
        };
        let name = &problem.system.devices[device].name;
        let own = partitions.assumptions(&placed.layers[placement]).into_iter();
        for text in own.map(|text| format!("{name}: {text}")) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// What the partitions ask of their devices.
fn device_loads(problem: &Problem, placed: &Placed, traffic: &Traffic, compute: &[[f64; 2]]) -> Vec<DeviceLoad> {
    let mut loads = vec![DeviceLoad::default(); problem.system.devices.len()];
    for placement in (0..placed.count()).filter(|&p| placed.is_used(p)) {
        let (device, layers) = (placed.devices[placement], &placed.layers[placement]);
        let weights = &problem.table.row(device).weight_bytes;
        let visit = Visit {
            problem,
            placed,
            traffic,
            placement,
        };
        let load = &mut loads[device];
        load.layers += layers.len();
        load.compute_s += compute[placement][0];
        load.compute_j += compute[placement][1];
        let add = |sum: u64, &layer: &usize| sum.saturating_add(weights[layer]);
        load.weight_bytes = layers.iter().fold(load.weight_bytes, add);
        load.activation_bytes = load.activation_bytes.max(memory::peak(problem, &visit));
    }
    loads
}

/// Adds a message to its link and to the devices at both ends.
fn send(
    problem: &Problem,
    placed: &Placed,
    parcel: &Parcel,
    devices: &mut [DeviceLoad],
    links: &mut [LinkLoad],
) -> Step {
    let (hop, bytes) = (parcel.hop, parcel.bytes);
    let transfer = problem.system.transfer(hop.link, bytes, hop.direction());
    devices[hop.from].link_j += transfer.transmit_j;
    devices[hop.to].link_j += transfer.receive_j;
    let load = &mut links[hop.link];
    load.bytes = load.bytes.saturating_add(bytes);
    load.messages.push(Message {
        cut: cut(placed, parcel.before),
        from: hop.from,
        to: hop.to,
        forward: hop.direction() == Direction::Forward,
        tensors: parcel.contents.iter().map(|content| content.tensor).collect(),
        bytes,
        latency_s: transfer.latency_s,
        energy_j: transfer.transmit_j + transfer.receive_j,
    });
    Step {
        work: Work::Transfer {
            link: hop.link,
            message: load.messages.len() - 1,
        },
        seconds: transfer.latency_s,
    }
}

/// The cut at which a message sent before a placement is sent: the one after the last partition that has run by then.
fn cut(placed: &Placed, before: usize) -> Option<usize> {
    let last = || (0..before).rev().find(|&p| placed.is_used(p));
    (before < placed.count()).then(last).flatten()
}

/// Adds up the messages of a link.
fn total(load: &mut LinkLoad, duplex: Duplex) {
    load.transfer_s = load.messages.iter().map(|m| m.latency_s).sum();
    load.energy_j = load.messages.iter().map(|m| m.energy_j).sum();
    let way = |forward: bool| {
        let messages = load.messages.iter().filter(|m| m.forward == forward);
        messages.map(|m| m.latency_s).sum::<f64>()
    };
    load.busy_s = match duplex {
        Duplex::Half => load.transfer_s,
        Duplex::Full => f64::max(way(true), way(false)),
    };
}

/// Partitions and messages in order of time.
fn steps(placed: &Placed, compute: &[[f64; 2]], traffic: &Traffic, transfers: Vec<Step>) -> Vec<Step> {
    let mut steps = Vec::with_capacity(placed.count() + transfers.len());
    let mut transfers = traffic.parcels.iter().zip(transfers).peekable();
    for placement in 0..=placed.count() {
        while let Some((_, step)) = transfers.next_if(|(parcel, _)| parcel.before <= placement) {
            steps.push(step);
        }
        let used = compute.get(placement).filter(|_| placed.is_used(placement));
        if let Some(&[seconds, _]) = used {
            steps.push(Step {
                work: Work::Compute {
                    placement,
                    device: placed.devices[placement],
                },
                seconds,
            });
        }
    }
    steps
}

/// Area of the devices that have layers.
fn area_m2(problem: &Problem, loads: &[DeviceLoad]) -> f64 {
    let devices = problem.system.devices.iter().zip(loads);
    let used = devices.filter(|(_, load)| load.layers > 0);
    used.filter_map(|(device, _)| device.area()).sum()
}

/// Energy per result × results per second, where no energy needs no power even at an infinite rate.
pub(crate) fn average_power_w(energy_j: f64, rate_hz: f64) -> f64 {
    if energy_j == 0.0 {
        0.0
    } else if energy_j.is_infinite() {
        f64::INFINITY
    } else {
        energy_j * rate_hz
    }
}

/// The longest busy time and whose it is (the first of several, devices before links).
fn bottleneck(devices: &[DeviceLoad], links: &[LinkLoad]) -> (f64, Bottleneck) {
    let devices = devices
        .iter()
        .enumerate()
        .map(|(d, load)| (load.compute_s, Bottleneck::Device(d)));
    let links = links
        .iter()
        .enumerate()
        .map(|(l, load)| (load.busy_s, Bottleneck::Link(l)));
    devices
        .chain(links)
        .fold((0.0, Bottleneck::Device(0)), |longest, candidate| {
            if candidate.0 > longest.0 { candidate } else { longest }
        })
}
