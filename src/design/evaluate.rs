//! What a design costs on ready tables: microseconds, so that it may run on the window's thread while a hand drags a cut.
//!
//! One inference is compute and transfers in series: its latency is the sum of all layers' latencies on their devices and of all
//! messages of [`super::traffic`]. Pipelined, a result comes whenever the busiest device or link is done. A device that cannot
//! run one of its layers takes for ever, and a violation says why.

use super::memory::Share;
use super::traffic::{LinkTraffic, traffic, wire_bits};
use super::{Bottleneck, Design, DeviceLoad, Evaluation, LinkLoad, Message, Problem, Step, Work, limits};
use crate::link::{Direction, Duplex};
use crate::network::{LayerId, TensorId};

/// Everything the window shows about a design.
///
/// The table must be the one of the problem's network and system, and the design must have one placement per device
/// ([`crate::cost::table::CostTable::fits`] and [`Design::fits`] tell).
pub fn evaluate(problem: &Problem, design: &Design) -> Evaluation {
    let device_of = design.assignment(problem.table.flat().layers());
    let used = layers_by_device(problem, &device_of);
    let senders = senders(&used);
    let traffic = traffic(problem, &device_of);

    let mut devices: Vec<_> = (0..used.len())
        .map(|d| {
            let arriving = d.checked_sub(1).map_or(&[][..], |link| &traffic[link].forward);
            let sender = d.checked_sub(1).and_then(|link| senders[link]);
            device_load(problem, &device_of, d, &used[d], arriving, sender)
        })
        .collect();
    for (layer, &device) in device_of.iter().enumerate() {
        let row = problem.table.row(device);
        devices[device].compute_s += row.latency_s[layer];
        devices[device].compute_j += row.energy_j[layer];
    }
    let links: Vec<_> = traffic
        .iter()
        .enumerate()
        .map(|(link, traffic)| {
            let (load, earlier_j, later_j) = link_load(problem, design, &device_of, link, traffic, senders[link]);
            devices[link].link_j += earlier_j;
            devices[link + 1].link_j += later_j;
            load
        })
        .collect();

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
        area_m2: area_m2(problem, design, &used),
        steps: steps(&devices, &links),
        devices,
        links,
        violations: Vec::new(),
        assumptions: problem.table.assumptions().to_vec(),
    };
    evaluation.violations = limits::violations(problem, &evaluation, &device_of);
    if let Some(asked_hz) = problem.system.frame_rate_hz.filter(|&asked| asked > throughput_hz) {
        evaluation
            .assumptions
            .push(limits::rate_not_reached(asked_hz, throughput_hz));
    }
    evaluation
}

/// Area of the devices that have layers.
fn area_m2(problem: &Problem, design: &Design, used: &[Vec<LayerId>]) -> f64 {
    let devices = problem.system.devices.iter().zip(&design.alternatives).zip(used);
    let used = devices.filter(|(_, layers)| !layers.is_empty());
    used.filter_map(|((device, &chosen), _)| device.alternative(chosen))
        .filter_map(|device| device.area_m2)
        .sum()
}

/// Raw inputs go back first; then every device computes and sends on; outputs go home last.
fn steps(devices: &[DeviceLoad], links: &[LinkLoad]) -> Vec<Step> {
    let mut steps = Vec::new();
    let transfer = |link: usize, message: usize| Step {
        work: Work::Transfer { link, message },
        seconds: links[link].messages[message].latency_s,
    };
    // Before the forward message there is at most one that goes back; all after it go home.
    let split = |link: usize| {
        let messages = &links[link].messages;
        messages.iter().position(|m| m.forward).unwrap_or(messages.len())
    };
    for link in (0..links.len()).rev() {
        steps.extend((0..split(link)).map(|message| transfer(link, message)));
    }
    for (device, load) in devices.iter().enumerate() {
        if load.layers > 0 {
            let work = Work::Compute {
                placement: device,
                device,
            };
            steps.push(Step {
                work,
                seconds: load.compute_s,
            });
        }
        if device < links.len() && split(device) < links[device].messages.len() {
            steps.push(transfer(device, split(device)));
        }
    }
    for link in (0..links.len()).rev() {
        steps.extend((split(link) + 1..links[link].messages.len()).map(|message| transfer(link, message)));
    }
    steps
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

/// Every device's layers in schedule order.
pub(crate) fn layers_by_device(problem: &Problem, device_of: &[usize]) -> Vec<Vec<LayerId>> {
    let mut lists = vec![Vec::new(); problem.system.devices.len()];
    for &layer in problem.schedule.order() {
        lists[device_of[layer]].push(layer);
    }
    lists
}

/// For every link the last device before it that has layers: it encodes what goes forward.
pub(crate) fn senders(used: &[Vec<LayerId>]) -> Vec<Option<usize>> {
    let mut last = None;
    let of_link = |(device, layers): (usize, &Vec<LayerId>)| {
        if !layers.is_empty() {
            last = Some(device);
        }
        last
    };
    used.iter()
        .enumerate()
        .take(used.len().saturating_sub(1))
        .map(of_link)
        .collect()
}

/// Layers and memory of a device; its time and energy are added by the caller, in layer order.
fn device_load(
    problem: &Problem,
    device_of: &[usize],
    device: usize,
    layers: &[LayerId],
    arriving: &[TensorId],
    sender: Option<usize>,
) -> DeviceLoad {
    let weights = &problem.table.row(device).weight_bytes;
    let share = Share {
        device,
        layers,
        arriving,
        sender,
        side: |layer: LayerId| device_of[layer].cmp(&device),
    };
    DeviceLoad {
        layers: layers.len(),
        compute_s: 0.0,
        compute_j: 0.0,
        link_j: 0.0,
        weight_bytes: layers.iter().fold(0, |sum, &l| sum.saturating_add(weights[l])),
        activation_bytes: if layers.is_empty() { 0 } else { share.peak(problem) },
        power_w: 0.0,
    }
}

/// The load of a link, and the joules its earlier and its later device spend on it.
fn link_load(
    problem: &Problem,
    design: &Design,
    device_of: &[usize],
    link: usize,
    traffic: &LinkTraffic,
    sender: Option<usize>,
) -> (LinkLoad, f64, f64) {
    let flat = problem.table.flat();
    let home = |tensor: TensorId| flat.producer[tensor].map(|layer| device_of[layer]);
    let boundary = design.cut(link);
    let cut = (!boundary.is_empty() && boundary.len() < flat.layers()).then_some(link);
    let mut load = LinkLoad::default();
    let (mut earlier_j, mut later_j, mut forward_s, mut back_s) = (0.0, 0.0, 0.0, 0.0);
    let directions = [
        (&traffic.input_back, false),
        (&traffic.forward, true),
        (&traffic.output_back, false),
    ];
    for (tensors, forward) in directions {
        let size = |&tensor: &TensorId| {
            let encoder = if forward { sender } else { home(tensor) };
            flat.bytes(tensor, wire_bits(problem, link, tensor, encoder))
        };
        let bytes = tensors.iter().map(size).fold(0_u64, u64::saturating_add);
        if bytes == 0 {
            continue;
        }
        let direction = if forward { Direction::Forward } else { Direction::Back };
        let transfer = problem.system.transfer(link, bytes, direction);
        if forward {
            forward_s += transfer.latency_s;
            earlier_j += transfer.transmit_j;
            later_j += transfer.receive_j;
        } else {
            back_s += transfer.latency_s;
            earlier_j += transfer.receive_j;
            later_j += transfer.transmit_j;
        }
        load.bytes = load.bytes.saturating_add(bytes);
        load.messages.push(Message {
            cut: cut.filter(|_| forward),
            forward,
            tensors: tensors.clone(),
            bytes,
            latency_s: transfer.latency_s,
            energy_j: transfer.transmit_j + transfer.receive_j,
        });
    }
    load.transfer_s = load.messages.iter().map(|m| m.latency_s).sum();
    load.energy_j = load.messages.iter().map(|m| m.energy_j).sum();
    load.busy_s = match problem.system.links[link].duplex {
        Duplex::Half => load.transfer_s,
        Duplex::Full => f64::max(forward_s, back_s),
    };
    (load, earlier_j, later_j)
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
