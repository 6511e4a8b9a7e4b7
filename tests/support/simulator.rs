//! A second, slower account of what a design costs: tensors are carried about device by device and every buffer is looked into.
//!
//! It shares no code with `design::evaluate` beyond the layer costs of the table.

use cutscape::design::{Design, Problem};
use cutscape::link::Direction;
use cutscape::link::Duplex;
use cutscape::network::{LayerId, TensorId};
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of one design.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    pub latency_s: f64,
    pub energy_j: f64,
    pub interval_s: f64,
    pub link_bytes: u64,
    pub weight_bytes: Vec<u64>,
    pub activation_bytes: Vec<u64>,
    /// Compute and link ends by device.
    pub device_j: Vec<f64>,
    pub busy_s: Vec<f64>,
}

/// Copies of tensors by device, with the bits they are encoded in and the bits they arrived with.
type Copies = Vec<BTreeMap<TensorId, Copy>>;

#[derive(Debug, Clone, Copy)]
struct Copy {
    bits: u32,
    arrived_bits: u32,
}

struct Run<'a> {
    problem: &'a Problem<'a>,
    device_of: Vec<usize>,
    copies: Copies,
    /// Tensors a device sends to the next one.
    sent_on: Vec<BTreeSet<TensorId>>,
    result: Simulated,
    link_s: Vec<[f64; 2]>,
}

/// Carries one inference through the devices.
pub fn simulate(problem: &Problem, design: &Design) -> Simulated {
    let devices = problem.system.devices.len();
    let mut run = Run {
        problem,
        device_of: (0..problem.network.layers.len()).map(|l| design.device_of(l)).collect(),
        copies: vec![BTreeMap::new(); devices],
        sent_on: vec![BTreeSet::new(); devices],
        result: Simulated {
            latency_s: 0.0,
            energy_j: 0.0,
            interval_s: 0.0,
            link_bytes: 0,
            weight_bytes: vec![0; devices],
            activation_bytes: vec![0; devices],
            device_j: vec![0.0; devices],
            busy_s: Vec::new(),
        },
        link_s: vec![[0.0; 2]; devices - 1],
    };
    let (input_at, output_at) = (problem.system.input_at, problem.system.output_at);
    for &input in &problem.network.inputs {
        let bits = problem.system.input_bits;
        run.copies[input_at].insert(
            input,
            Copy {
                bits,
                arrived_bits: bits,
            },
        );
    }
    for link in (0..input_at).rev() {
        let read = |t: &TensorId| run.readers(*t).any(|d| d <= link);
        let tensors: Vec<_> = run.copies[link + 1].keys().copied().filter(read).collect();
        run.send(link, false, &tensors);
    }
    let mut compute_s = vec![0.0; devices];
    for (device, compute_s) in compute_s.iter_mut().enumerate() {
        for &layer in problem.schedule.order().iter().filter(|&&l| run.device_of[l] == device) {
            for &input in &problem.network.layers[layer].inputs {
                assert!(
                    run.copies[device].contains_key(&input),
                    "layer {layer} misses tensor {input}"
                );
            }
            let row = problem.table.layer(device, layer);
            *compute_s += row.map_or(f64::INFINITY, |c| c.latency_s);
            run.result.device_j[device] += row.map_or(f64::INFINITY, |c| c.energy_j);
            run.result.weight_bytes[device] +=
                problem.network.layers[layer].weight_bytes(problem.system.devices[device].weight_bits());
            let bits = problem.system.devices[device].bits;
            for &output in &problem.network.layers[layer].outputs {
                run.copies[device].insert(
                    output,
                    Copy {
                        bits,
                        arrived_bits: bits,
                    },
                );
            }
        }
        if run.device_of.contains(&device) {
            // What it passes on it encodes again, except for raw input.
            for (&tensor, copy) in &mut run.copies[device] {
                if problem.network.tensors[tensor].producer.is_some() {
                    copy.bits = problem.system.devices[device].bits;
                }
            }
        }
        if device + 1 < devices {
            let needed = |t: &TensorId| {
                let later = run.readers(*t).any(|d| d > device) || run.wanted(*t) && output_at > device;
                later && !run.copies[device + 1..].iter().any(|held| held.contains_key(t))
            };
            let tensors: Vec<_> = run.copies[device].keys().copied().filter(needed).collect();
            run.sent_on[device].extend(tensors.iter().copied());
            run.send(device, true, &tensors);
        }
    }
    for device in 0..devices {
        run.result.activation_bytes[device] = run.peak(device);
    }
    for link in (output_at..devices - 1).rev() {
        let due = |t: &TensorId| run.wanted(*t) && !run.copies[..=link].iter().any(|held| held.contains_key(t));
        let tensors: Vec<_> = run.copies[link + 1].keys().copied().filter(due).collect();
        run.send(link, false, &tensors);
    }
    for &output in &problem.network.outputs {
        assert!(
            run.copies[output_at].contains_key(&output),
            "output {output} did not get home"
        );
    }
    let busy = |(link, [forward, back]): (usize, &[f64; 2])| match problem.system.links[link].duplex {
        Duplex::Half => forward + back,
        Duplex::Full => f64::max(*forward, *back),
    };
    let link_busy: Vec<f64> = run.link_s.iter().enumerate().map(busy).collect();
    let mut result = run.result;
    result.latency_s = compute_s.iter().sum::<f64>() + run.link_s.iter().flatten().sum::<f64>();
    result.energy_j = result.device_j.iter().sum();
    result.busy_s = compute_s.into_iter().chain(link_busy).collect();
    result.interval_s = result.busy_s.iter().copied().fold(0.0, f64::max);
    result
}

impl Run<'_> {
    fn readers(&self, tensor: TensorId) -> impl Iterator<Item = usize> {
        self.problem.network.tensors[tensor]
            .consumers
            .iter()
            .map(|&l| self.device_of[l])
    }

    fn wanted(&self, tensor: TensorId) -> bool {
        self.problem.network.outputs.contains(&tensor)
    }

    fn send(&mut self, link: usize, forward: bool, tensors: &[TensorId]) {
        let (from, to) = if forward { (link, link + 1) } else { (link + 1, link) };
        let description = &self.problem.system.links[link];
        let mut bytes = 0;
        for &tensor in tensors {
            let copy = self.copies[from][&tensor];
            let arrived_bits = description.bits.unwrap_or(copy.bits);
            bytes += self.problem.network.tensors[tensor].bytes(arrived_bits);
            self.copies[to].entry(tensor).or_insert(Copy { arrived_bits, ..copy });
        }
        if bytes > 0 {
            let transfer =
                self.problem
                    .system
                    .transfer(link, bytes, if forward { Direction::Forward } else { Direction::Back });
            self.link_s[link][usize::from(!forward)] += transfer.latency_s;
            self.result.link_bytes += bytes;
            self.result.device_j[from] += transfer.transmit_j;
            self.result.device_j[to] += transfer.receive_j;
        }
    }

    /// Looks at what is in a device's memory while each of its layers runs.
    fn peak(&self, device: usize) -> u64 {
        let (network, system) = (self.problem.network, self.problem.system);
        let order = self.problem.schedule.order();
        let own: Vec<LayerId> = order.iter().copied().filter(|&l| self.device_of[l] == device).collect();
        let mut peak = 0;
        for step in 0..own.len() {
            let mut live = 0;
            for (&tensor, copy) in &self.copies[device] {
                let description = &network.tensors[tensor];
                let made_here = description.producer.is_some_and(|p| self.device_of[p] == device);
                let exists = !made_here
                    || own[..=step]
                        .iter()
                        .any(|l| network.layers[*l].outputs.contains(&tensor));
                let read = own[step..].iter().any(|l| network.layers[*l].inputs.contains(&tensor));
                let kept = self.wanted(tensor) && (made_here || system.output_at == device);
                if exists && (read || kept || self.sent_on[device].contains(&tensor)) {
                    live += description.bytes(copy.arrived_bits);
                }
            }
            peak = peak.max(live);
        }
        peak
    }
}
