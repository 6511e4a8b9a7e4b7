//! Limits and what a design says about them in whole sentences.

use super::evaluate::average_power_w;
use super::{Bottleneck, Evaluation, Limit, Message, Placed, Problem, Violation};
use crate::link::Direction;
use crate::units::Unit;

/// Whether a value breaks an upper limit; what differs by rounding alone does not.
pub(crate) fn exceeds(value: f64, limit: f64) -> bool {
    value > limit * (1.0 + 1e-9)
}

/// Every broken limit, in the order latency, energy, throughput, area, number of devices, then link by link and device by device.
pub(super) fn violations(problem: &Problem, evaluation: &Evaluation, placed: &Placed) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut report = |limit, text| found.push(Violation { limit, text });
    let constraints = problem.constraints;
    if let Some(limit) = constraints.latency_s
        && exceeds(evaluation.latency_s, limit)
    {
        report(
            Limit::Latency,
            over("latency", Unit::Seconds, evaluation.latency_s, limit),
        );
    }
    if let Some(limit) = constraints.energy_j
        && exceeds(evaluation.energy_j, limit)
    {
        report(Limit::Energy, over("energy", Unit::Joules, evaluation.energy_j, limit));
    }
    if let Some(least) = constraints.throughput_hz
        && exceeds(least, evaluation.throughput_hz)
    {
        let (reached, least) = (
            Unit::PerSecond.format(evaluation.throughput_hz),
            Unit::PerSecond.format(least),
        );
        let slowest = slowest(problem, evaluation);
        report(
            Limit::Throughput,
            format!("throughput: {reached} reached, at least {least} asked for; {slowest}"),
        );
    }
    if let Some(limit) = constraints.area_m2
        && exceeds(evaluation.area_m2, limit)
    {
        report(Limit::Area, over("area", Unit::SquareMetres, evaluation.area_m2, limit));
    }
    let used = evaluation.devices.iter().filter(|load| load.layers > 0).count();
    if let Some(most) = constraints.most_devices.filter(|&most| used > most) {
        report(
            Limit::Devices,
            format!("devices: {used} have layers, at most {most} may"),
        );
    }
    for (link, load) in evaluation.links.iter().enumerate() {
        if let Some(text) = bandwidth(problem, link, &load.messages) {
            report(Limit::Bandwidth(link), text);
        }
    }
    for device in 0..problem.system.devices.len() {
        if let Some(text) = unsupported(problem, placed, device) {
            report(Limit::Unsupported(device), text);
        }
        if let Some(text) = memory(problem, evaluation, device) {
            report(Limit::Memory(device), text);
        }
        if let Some(text) = power(problem, evaluation, device) {
            report(Limit::Power(device), text);
        }
    }
    found
}

/// Says that the frame rate power is taken at is not reached.
pub(super) fn rate_not_reached(asked_hz: f64, reached_hz: f64) -> String {
    let (asked, reached) = (Unit::PerSecond.format(asked_hz), Unit::PerSecond.format(reached_hz));
    format!("average power is taken at {asked}, although this design reaches {reached}")
}

fn over(what: &str, unit: Unit, value: f64, limit: f64) -> String {
    let (is, excess, limit) = (unit.format(value), unit.format(value - limit), unit.format(limit));
    format!("{what}: {is}, {excess} over the limit of {limit}")
}

/// What a link lacks to carry its messages at the frame rate.
fn bandwidth(problem: &Problem, link: usize, messages: &[Message]) -> Option<String> {
    let rate_hz = problem.system.frame_rate_hz?;
    let link = problem.system.link(link);
    let sent: Vec<_> = messages.iter().map(|m| (m.bytes, direction(m))).collect();
    let shortage = link.model.shortage(link.duplex, &sent, rate_hz)?;
    let bandwidth = |bytes_per_s| Unit::BitsPerSecond.format(bytes_per_s);
    Some(format!(
        "bandwidth of {}: {} needed at {}, {} available",
        link.name,
        bandwidth(shortage.needed_bytes_per_s),
        Unit::PerSecond.format(rate_hz),
        bandwidth(shortage.available_bytes_per_s),
    ))
}

fn direction(message: &Message) -> Direction {
    if message.forward {
        Direction::Forward
    } else {
        Direction::Back
    }
}

fn slowest(problem: &Problem, evaluation: &Evaluation) -> String {
    let (name, busy_s) = match evaluation.bottleneck {
        Bottleneck::Device(d) => (&problem.system.devices[d].name, evaluation.devices[d].compute_s),
        Bottleneck::Link(l) => (&problem.system.link(l).name, evaluation.links[l].busy_s),
    };
    format!("{name} is busy {} per result", Unit::Seconds.format(busy_s))
}

/// What a device cannot run: layers, or layers together.
fn unsupported(problem: &Problem, placed: &Placed, device: usize) -> Option<String> {
    let name = &problem.system.devices[device].name;
    let mut layers: Vec<_> = placed
        .layers_on(device)
        .filter(|&l| !problem.table.runs(device, l))
        .collect();
    layers.sort_unstable();
    let mut reasons = layers
        .into_iter()
        .filter_map(|layer| problem.table.layer(device, layer).err());
    let Some(first) = reasons.next() else {
        let mut visits = placed.visits(device);
        let why = visits.find_map(|visit| problem.table.partition(device, &placed.layers[visit]).err())?;
        return Some(format!("{name} cannot run its partition: {why}"));
    };
    Some(match reasons.count() {
        0 => format!("{name} cannot run a layer: {first}"),
        more => format!("{name} cannot run {} layers: {first}", more + 1),
    })
}

fn memory(problem: &Problem, evaluation: &Evaluation, device: usize) -> Option<String> {
    let limit = problem.system.devices[device].memory_limit_bytes?;
    let load = &evaluation.devices[device];
    // Memory is counted in whole bytes, so there is no rounding to forgive.
    (load.memory_bytes() as f64 > limit).then(|| {
        let bytes = |value: f64| Unit::Bytes.format(value);
        format!(
            "memory of {}: {} needed (weights {} + activations {}), {} available",
            problem.system.devices[device].name,
            bytes(load.memory_bytes() as f64),
            bytes(load.weight_bytes as f64),
            bytes(load.activation_bytes as f64),
            bytes(limit),
        )
    })
}

fn power(problem: &Problem, evaluation: &Evaluation, device: usize) -> Option<String> {
    let limit = problem.system.devices[device].power_limit_w?;
    let load = &evaluation.devices[device];
    if !exceeds(load.power_w, limit) {
        return None;
    }
    let system = problem.system;
    let rate_hz = system.frame_rate_hz.unwrap_or(evaluation.throughput_hz);
    let mut parts = Vec::new();
    let mut add = |name: &str, power_w: f64| {
        if power_w > 0.0 {
            parts.push(format!("{name} {}", Unit::Watts.format(power_w)));
        }
    };
    for (link, load) in evaluation.links.iter().enumerate() {
        let ends = load.messages.iter().filter_map(|m| end_j(problem, link, device, m));
        add(&system.link(link).name, average_power_w(ends.sum(), rate_hz));
    }
    add("compute", average_power_w(load.compute_j, rate_hz));
    add("idle", system.devices[device].idle_power_w);
    Some(format!(
        "power of {}: {} at {} ({}), {} allowed",
        system.devices[device].name,
        Unit::Watts.format(load.power_w),
        Unit::PerSecond.format(rate_hz),
        parts.join(" + "),
        Unit::Watts.format(limit),
    ))
}

/// Joules a device spends on a message over a link, if it is at one of its ends.
pub(super) fn end_j(problem: &Problem, link: usize, device: usize, message: &Message) -> Option<f64> {
    let transfer = problem.system.transfer(link, message.bytes, direction(message));
    if message.from == device {
        Some(transfer.transmit_j)
    } else {
        (message.to == device).then_some(transfer.receive_j)
    }
}
