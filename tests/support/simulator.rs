//! A second, slower account of what a design costs: time goes from placement to placement, every tensor is carried hop by hop, and every
//! buffer is looked into.
//!
//! It shares no code with `design::evaluate` beyond the layer costs of the table and the cost of a message.

use cutscape::design::{Design, Problem};
use cutscape::link::{Direction, Duplex};
use cutscape::network::{LayerId, TensorId};
use cutscape::system::{System, Topology};
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of one design.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    pub latency_s: f64,
    pub energy_j: f64,
    pub interval_s: f64,
    pub link_bytes: u64,
    pub area_m2: f64,
    pub messages: Vec<usize>,
    pub weight_bytes: Vec<u64>,
    pub activation_bytes: Vec<u64>,
    /// Compute and link ends by device.
    pub device_j: Vec<f64>,
    pub busy_s: Vec<f64>,
}

/// From one device to another.
type Hop = (usize, usize);

/// A tensor on its way.
struct Parcel {
    home: usize,
    /// The placement that makes it; `None` = it is there from the beginning.
    maker: Option<usize>,
    /// Every hop with the placement that needs it beyond; `None` = only the outside does.
    hops: BTreeMap<Hop, Option<usize>>,
    /// When it crossed a hop, and at what width.
    crossed: BTreeMap<Hop, (usize, u32)>,
}

struct Run<'a> {
    problem: &'a Problem<'a>,
    devices: Vec<usize>,
    placement_of: Vec<usize>,
    ways: Vec<Vec<Vec<Hop>>>,
    parcels: Vec<Parcel>,
    /// By device: the last placement so far that ran a layer on it.
    last_ran: Vec<Option<usize>>,
    result: Simulated,
    link_s: Vec<[f64; 2]>,
}

/// Carries one inference through the placements.
pub fn simulate(problem: &Problem, design: &Design) -> Simulated {
    let devices = problem.system.devices.len();
    let mut run = Run {
        problem,
        devices: design.placements.iter().map(|p| p.device).collect(),
        placement_of: (0..problem.network.layers.len())
            .map(|l| design.placements.iter().position(|p| p.end.contains(l)).unwrap())
            .collect(),
        ways: (0..devices)
            .map(|home| (0..devices).map(|device| way(problem.system, home, device)).collect())
            .collect(),
        parcels: Vec::new(),
        last_ran: vec![None; devices],
        result: Simulated {
            latency_s: 0.0,
            energy_j: 0.0,
            interval_s: 0.0,
            link_bytes: 0,
            area_m2: 0.0,
            messages: vec![0; problem.system.link_count()],
            weight_bytes: vec![0; devices],
            activation_bytes: vec![0; devices],
            device_j: vec![0.0; devices],
            busy_s: Vec::new(),
        },
        link_s: vec![[0.0; 2]; problem.system.link_count()],
    };
    run.parcels = (0..problem.network.tensors.len()).map(|t| run.parcel(t)).collect();
    let mut compute_s = vec![0.0; devices];
    for placement in 0..run.devices.len() {
        run.deliver(Some(placement));
        let device = run.devices[placement];
        for layer in run.layers(placement) {
            run.check_inputs(layer, placement);
            let cost = problem.table.layer(device, layer);
            compute_s[device] += cost.map_or(f64::INFINITY, |c| c.latency_s);
            run.result.device_j[device] += cost.map_or(f64::INFINITY, |c| c.energy_j);
            let bits = problem.system.devices[device].weight_bits();
            run.result.weight_bytes[device] += problem.network.layers[layer].weight_bytes(bits);
            run.last_ran[device] = Some(placement);
        }
    }
    run.deliver(None);
    for placement in 0..run.devices.len() {
        let peak = run.peak(placement);
        let most = &mut run.result.activation_bytes[run.devices[placement]];
        *most = peak.max(*most);
    }
    for (device, ran) in run.last_ran.iter().enumerate() {
        let area_m2 = problem.system.devices[device].area_m2.unwrap_or(0.0);
        run.result.area_m2 += ran.map_or(0.0, |_| area_m2);
    }
    let busy = |(link, [forward, back]): (usize, &[f64; 2])| match problem.system.link(link).duplex {
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

/// The link between two devices.
fn link(system: &System, a: usize, b: usize) -> Option<usize> {
    let (low, high) = (a.min(b), a.max(b));
    match system.topology {
        Topology::Bus => (low != high).then_some(0),
        Topology::Chain if high == low + 1 => Some(low),
        Topology::Chain => {
            let direct = system.direct.iter().position(|d| d.ends == (low, high))?;
            Some(system.links.len() + direct)
        }
    }
}

/// The hops from one device to another, found from the far end.
fn way(system: &System, home: usize, device: usize) -> Vec<Hop> {
    let devices = system.devices.len();
    let mut reached = BTreeMap::from([(home, 0)]);
    for round in 1..devices {
        let known: Vec<usize> = reached.keys().copied().collect();
        for next in 0..devices {
            if known.iter().any(|&k| link(system, k, next).is_some()) {
                reached.entry(next).or_insert(round);
            }
        }
    }
    let mut hops = Vec::new();
    let mut at = device;
    while at != home {
        let nearer = (0..devices).filter(|n| reached[n] + 1 == reached[&at]);
        let (_, from) = nearer.filter_map(|n| Some((link(system, n, at)?, n))).min().unwrap();
        hops.push((from, at));
        at = from;
    }
    hops
}

impl Run<'_> {
    fn layers(&self, placement: usize) -> Vec<LayerId> {
        let order = self.problem.schedule.order().iter().copied();
        order.filter(|&l| self.placement_of[l] == placement).collect()
    }

    fn readers(&self, tensor: TensorId) -> impl Iterator<Item = usize> {
        let readers = &self.problem.network.tensors[tensor].consumers;
        readers.iter().map(|&l| self.placement_of[l])
    }

    fn wanted(&self, tensor: TensorId) -> bool {
        self.problem.network.outputs.contains(&tensor)
    }

    fn has_bytes(&self, tensor: TensorId) -> bool {
        self.problem.network.tensors[tensor].bytes(1) > 0
    }

    fn parcel(&self, tensor: TensorId) -> Parcel {
        let maker = self.problem.network.tensors[tensor]
            .producer
            .map(|l| self.placement_of[l]);
        let home = maker.map_or(self.problem.system.input_at, |p| self.devices[p]);
        let mut hops: BTreeMap<Hop, Option<usize>> = BTreeMap::new();
        if self.wanted(tensor) {
            for &hop in &self.ways[home][self.problem.system.output_at] {
                hops.insert(hop, None);
            }
        }
        for reader in self.readers(tensor) {
            for &hop in &self.ways[home][self.devices[reader]] {
                let due = hops.entry(hop).or_insert(Some(reader));
                *due = Some(due.map_or(reader, |due| due.min(reader)));
            }
        }
        Parcel {
            home,
            maker,
            hops,
            crossed: BTreeMap::new(),
        }
    }

    /// Sends what a placement (or the outside, at the end) waits for, and whatever can come along.
    fn deliver(&mut self, due: Option<usize>) {
        let now = due.unwrap_or(self.devices.len());
        let hops: BTreeSet<Hop> = self.parcels.iter().flat_map(|p| p.hops.keys().copied()).collect();
        for hop in hops {
            let waits = |t: &TensorId| {
                let parcel = &self.parcels[*t];
                let made = match parcel.maker {
                    Some(maker) => maker < now,
                    // A raw input that nobody beyond reads goes back with the outputs.
                    None => hop.0 < hop.1 || parcel.hops.get(&hop) != Some(&None) || due.is_none(),
                };
                made && parcel.hops.contains_key(&hop) && !parcel.crossed.contains_key(&hop)
            };
            let waiting: Vec<TensorId> = (0..self.parcels.len()).filter(waits).collect();
            if waiting
                .iter()
                .any(|&t| self.has_bytes(t) && self.parcels[t].hops[&hop] == due)
            {
                self.send(hop, now, &waiting);
            }
        }
    }

    fn send(&mut self, (from, to): Hop, now: usize, tensors: &[TensorId]) {
        let system = self.problem.system;
        let link = link(system, from, to).unwrap();
        let mut bytes = 0;
        for &tensor in tensors {
            let parcel = &self.parcels[tensor];
            let encoded = match parcel.maker {
                None => system.input_bits,
                Some(maker) => {
                    let on_the_way = self.ways[parcel.home][from].iter().flat_map(|&(a, b)| [a, b]);
                    let ran = on_the_way.chain([parcel.home]).filter_map(|d| self.last_ran[d]);
                    let last = ran.filter(|&p| p >= maker).max().unwrap();
                    system.devices[self.devices[last]].bits
                }
            };
            let bits = system.link(link).bits.unwrap_or(encoded);
            bytes += self.problem.network.tensors[tensor].bytes(bits);
            self.parcels[tensor].crossed.insert((from, to), (now, bits));
        }
        let direction = if from < to { Direction::Forward } else { Direction::Back };
        let transfer = system.transfer(link, bytes, direction);
        self.link_s[link][usize::from(from > to)] += transfer.latency_s;
        self.result.link_bytes += bytes;
        self.result.messages[link] += 1;
        self.result.device_j[from] += transfer.transmit_j;
        self.result.device_j[to] += transfer.receive_j;
    }

    fn check_inputs(&self, layer: LayerId, placement: usize) {
        let device = self.devices[placement];
        for &input in &self.problem.network.layers[layer].inputs {
            let parcel = &self.parcels[input];
            let came = parcel.crossed.keys().any(|&(_, to)| to == device);
            assert!(
                parcel.home == device || came || !self.has_bytes(input),
                "layer {layer} misses tensor {input}"
            );
        }
    }

    /// Looks at what is in a device's memory while each layer of a placement runs.
    fn peak(&self, placement: usize) -> u64 {
        let (network, device) = (self.problem.network, self.devices[placement]);
        let own = self.layers(placement);
        let mut peak = 0;
        for step in 0..own.len() {
            let mut live = 0;
            for (tensor, parcel) in self.parcels.iter().enumerate() {
                let made_here = parcel.maker == Some(placement);
                let exists = if made_here {
                    own[..=step]
                        .iter()
                        .any(|&l| network.layers[l].outputs.contains(&tensor))
                } else {
                    parcel.maker.is_none_or(|maker| maker < placement)
                };
                let read_now = own[step..].iter().any(|&l| network.layers[l].inputs.contains(&tensor));
                let read_later = self.readers(tensor).any(|p| p > placement && self.devices[p] == device);
                let leaves_later = (parcel.crossed.iter()).any(|(hop, (when, _))| hop.0 == device && *when > placement);
                let kept = self.wanted(tensor) && self.problem.system.output_at == device;
                if exists && (read_now || read_later || leaves_later || kept) {
                    live += network.tensors[tensor].bytes(self.held_bits(parcel, device));
                }
            }
            peak = peak.max(live);
        }
        peak
    }

    /// The width of a tensor in a device's memory.
    fn held_bits(&self, parcel: &Parcel, device: usize) -> u32 {
        let system = self.problem.system;
        let came = parcel.crossed.iter().find(|((_, to), _)| *to == device);
        match (came, parcel.maker) {
            (Some((_, (_, bits))), _) => *bits,
            (None, None) => system.input_bits,
            (None, Some(_)) => system.devices[device].bits,
        }
    }
}
