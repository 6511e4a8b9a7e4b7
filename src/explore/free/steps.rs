//! Steps of the search: a layer placed on a device, by the general rule of traffic.

use super::meters::{Event, Meter, Meters};
use super::state::{Crossing, Key, NOWHERE, Open, Whereabouts};
use super::trees::{Tree, trees};
use crate::design::Problem;
use crate::link::{Affine, Direction, LinkModel, Transfer};
use crate::network::lattice::Lattice;
use crate::network::{LayerId, TensorId};
use crate::system::routes::Hop;
use crate::system::{MAX_DEVICES, Topology};

/// Which sequences of devices are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turns {
    /// Whether a device may come after one that stands behind it in the system.
    pub(crate) any_order: bool,
    /// Whether a device may run several partitions.
    pub(crate) again: bool,
    /// Largest number of partitions.
    pub(crate) most_partitions: usize,
    /// Largest number of devices with layers.
    pub(crate) most_devices: usize,
}

/// How a message over a link is paid for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Price {
    /// So much for every byte, whoever else is in the message.
    PerByte(Transfer),
    /// So much for the message and for every byte.
    Affine { fixed: Transfer, per_byte: Transfer },
    /// By the bytes of the whole message.
    Whole,
}

/// What a step leads to.
pub(crate) struct Next {
    pub(crate) key: Key,
    /// What it adds to the meters, the layer itself excluded.
    pub(crate) paid: Vec<i128>,
    /// Whether it begins a partition.
    pub(crate) begins: bool,
}

/// Everything about steps that does not change during a search.
pub(crate) struct Steps<'a> {
    pub(crate) problem: &'a Problem<'a>,
    pub(crate) lattice: &'a Lattice,
    pub(crate) meters: &'a Meters,
    pub(crate) turns: Turns,
    trees: Vec<Tree>,
    /// By link, forward and back.
    prices: Vec<[Price; 2]>,
    /// All widths a device computes with, rising.
    widths: Vec<u32>,
    /// By boundary: tensors that exist and are needed after it, ascending.
    live: Vec<Vec<TensorId>>,
    /// Whether states need the set of used devices or the number of partitions.
    counts: (bool, bool),
    /// By boundary and meter: the most that tensors which are needed after it can add, each in a message of its own over all hops.
    to_send: Vec<i128>,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(problem: &'a Problem<'a>, lattice: &'a Lattice, meters: &'a Meters, turns: Turns) -> Self {
        let system = problem.system;
        let devices = system.devices.len();
        let flat = problem.table.flat();
        let mut widths: Vec<u32> = system.devices.iter().map(|d| d.bits).collect();
        widths.sort_unstable();
        widths.dedup();
        let area = meters.position(Meter::Area).is_some();
        let counts_used = turns.any_order && !turns.again || turns.again && (area || turns.most_devices < devices);
        let most_partitions = turns
            .most_partitions
            .min(if turns.again { usize::MAX } else { turns.most_devices });
        let live = live(problem, lattice);
        Self {
            problem,
            lattice,
            meters,
            turns,
            trees: trees(system),
            prices: (0..system.link_count())
                .map(|link| [Direction::Forward, Direction::Back].map(|way| price(problem, meters, link, way)))
                .collect(),
            widths,
            to_send: to_send(problem, meters, lattice.places().len(), &live, &|t, place: usize| {
                flat.producer[t].is_none_or(|layer| lattice.places()[place].contains(layer))
            }),
            live,
            counts: (counts_used, turns.again || most_partitions < devices),
        }
    }

    /// The state before the first layer.
    pub(crate) fn start(&self) -> Key {
        let home = self.problem.system.input_at;
        let mut key = Key {
            at: NOWHERE,
            used: 0,
            partitions: 0,
            tensors: self.live[0].iter().map(|_| Whereabouts::at(home)).collect(),
            open: Vec::new(),
        };
        self.simplify(&mut key, 0);
        key
    }

    /// Places a layer on a device; `None` if that is not allowed or would take for ever.
    pub(crate) fn place(&self, key: &Key, place: usize, layer: LayerId, to: usize, device: usize) -> Option<Next> {
        let begins = usize::from(key.at) != device;
        if !self.problem.table.runs(device, layer) || begins && !self.may_begin(key, device) {
            return None;
        }
        let mut next = Next {
            key: key.clone(),
            paid: vec![0; self.meters.len()],
            begins,
        };
        if begins {
            self.begin(&mut next, place, device)?;
        }
        let flat = self.problem.table.flat();
        for tensor in flat.inputs.get(layer) {
            if let Ok(index) = self.live[place].binary_search(tensor) {
                self.deliver(&mut next, place, index, device)?;
            }
        }
        self.pass(&mut next.key, place, to, device);
        Some(next)
    }

    /// What the way home of the outputs costs after the last layer.
    pub(crate) fn finish(&self, key: &Key) -> Option<Vec<i128>> {
        let place = self.live.len() - 1;
        let mut next = Next {
            key: key.clone(),
            paid: vec![0; self.meters.len()],
            begins: false,
        };
        self.hold_back(&mut next.key, &self.live[place]);
        for index in 0..self.live[place].len() {
            self.deliver(&mut next, place, index, self.problem.system.output_at)?;
        }
        Some(next.paid)
    }

    /// By boundary and meter of a link: the most that can still be added to it.
    pub(crate) fn still_to_send(&self, place: usize, meter: usize) -> i128 {
        self.to_send[place * self.meters.len() + meter]
    }

    /// A raw input that goes back only to be an output was in no message before: it waits for the outputs.
    fn hold_back(&self, key: &mut Key, live: &[TensorId]) {
        let producer = &self.problem.table.flat().producer;
        for (whereabouts, _) in key
            .tensors
            .iter_mut()
            .zip(live)
            .filter(|(_, t)| producer[**t].is_none())
        {
            let Some(tree) = self.trees.get(usize::from(whereabouts.home)) else {
                continue;
            };
            for (crossing, hop) in whereabouts.hops.iter_mut().zip(tree.into) {
                if !crossing.done && hop.is_some_and(|hop| hop.direction() == Direction::Back) {
                    crossing.message = 0;
                }
            }
        }
    }

    fn may_begin(&self, key: &Key, device: usize) -> bool {
        let is_new = key.used >> device & 1 == 0;
        if self.counts.1 && usize::from(key.partitions) >= self.most_partitions() {
            return false;
        }
        if self.counts.0 && is_new && key.used.count_ones() as usize >= self.turns.most_devices {
            return false;
        }
        self.turns.again
            || if self.turns.any_order {
                is_new
            } else {
                key.at == NOWHERE || usize::from(key.at) < device
            }
    }

    fn most_partitions(&self) -> usize {
        let devices = if self.turns.again {
            usize::MAX
        } else {
            self.turns.most_devices
        };
        self.turns.most_partitions.min(devices)
    }

    /// Begins a partition on a device: from now on it encodes what goes beyond it.
    fn begin(&self, next: &mut Next, place: usize, device: usize) -> Option<()> {
        let description = &self.problem.system.devices[device];
        let key = &mut next.key;
        if !self.turns.again || self.counts.0 && key.used >> device & 1 == 0 {
            let area_m2 = description.area_m2.unwrap_or(0.0);
            self.meters.count(&Event::Use { area_m2 }, 1, &mut next.paid)?;
        }
        if self.counts.0 {
            key.used |= 1 << device;
        }
        if self.counts.1 {
            key.partitions += 1;
        }
        key.at = device as u8;
        let width = self.width_index(description.bits);
        for (whereabouts, &tensor) in key.tensors.iter_mut().zip(&self.live[place]) {
            let Some(tree) = self.trees.get(usize::from(whereabouts.home)) else {
                continue;
            };
            for (far, crossing) in whereabouts.hops.iter_mut().enumerate() {
                let sent = crossing.done || crossing.message != 0;
                if !sent && tree.before[far] >> device & 1 == 1 && self.is_encoded(tensor, tree.into[far]) {
                    crossing.width = width;
                }
            }
        }
        Some(())
    }

    /// Sends a tensor over what is left of its way to a device.
    fn deliver(&self, next: &mut Next, place: usize, index: usize, device: usize) -> Option<()> {
        let mut far = device;
        loop {
            let whereabouts = next.key.tensors[index];
            let Some(tree) = self.trees.get(usize::from(whereabouts.home)) else {
                return Some(());
            };
            let Some(hop) = tree.into[far].filter(|_| !whereabouts.hops[far].done) else {
                return Some(());
            };
            self.cross(next, place, index, hop)?;
            far = hop.from;
        }
    }

    /// Sends a tensor over a hop, in a message that was sent anyway or in one of its own.
    fn cross(&self, next: &mut Next, place: usize, index: usize, hop: Hop) -> Option<()> {
        let tensor = self.live[place][index];
        let crossing = next.key.tensors[index].hops[hop.to];
        let bytes = self.bytes(tensor, hop, crossing.width);
        let price = self.price(hop);
        let mut number = crossing.message;
        let joins = number != 0;
        if !joins {
            number = self.start_message(&mut next.key, &self.live[place], hop);
        }
        let model = &self.problem.system.link(hop.link).model;
        let mut count = |transfer: Transfer, bytes: u64, sign: i128| {
            let event = Event::sending(hop, transfer, bytes, wire_s(model, bytes, hop.direction()));
            self.meters.count(&event, sign, &mut next.paid)
        };
        match price {
            Price::PerByte(per_byte) => count(times(per_byte, bytes), bytes, 1)?,
            Price::Affine { fixed, per_byte } => {
                count(times(per_byte, bytes), bytes, 1)?;
                if !joins {
                    count(fixed, 0, 1)?;
                }
            }
            Price::Whole => {
                let transfer = |bytes| self.problem.system.transfer(hop.link, bytes, hop.direction());
                let known = next.key.open.iter_mut().find(|o| o.is(hop, number));
                if let Some(open) = known {
                    count(transfer(open.bytes), open.bytes, -1)?;
                    open.bytes += bytes;
                    count(transfer(open.bytes), open.bytes, 1)?;
                } else {
                    count(transfer(bytes), bytes, 1)?;
                    next.key.open.push(Open {
                        from: hop.from as u8,
                        to: hop.to as u8,
                        number,
                        bytes,
                    });
                }
            }
        }
        next.key.tensors[index].hops[hop.to] = Crossing {
            done: true,
            ..Crossing::default()
        };
        Some(())
    }

    /// Starts a message over a hop, which takes along all that has not crossed it before; its number.
    fn start_message(&self, key: &mut Key, live: &[TensorId], hop: Hop) -> u8 {
        let over = |whereabouts: &Whereabouts| {
            let tree = self.trees.get(usize::from(whereabouts.home));
            tree.is_some_and(|tree| tree.into[hop.to] == Some(hop))
        };
        let price = self.price(hop);
        let number = match price {
            Price::PerByte(_) | Price::Affine { .. } => 1,
            Price::Whole => {
                let open = key.open.iter().filter(|o| o.is(hop, o.number));
                1 + open.map(|o| o.number).max().unwrap_or(0)
            }
        };
        for (whereabouts, &tensor) in key.tensors.iter_mut().zip(live) {
            let crossing = &mut whereabouts.hops[hop.to];
            // Without a price for the message itself it only settles the width.
            let matters =
                !matches!(price, Price::PerByte(_)) || self.widths.len() > 1 && self.is_encoded(tensor, Some(hop));
            if !crossing.done && crossing.message == 0 && matters && over(whereabouts) {
                whereabouts.hops[hop.to].message = number;
            }
        }
        number
    }

    /// Goes on to the next boundary: what is no longer needed is forgotten, what the layer made starts here.
    fn pass(&self, key: &mut Key, place: usize, to: usize, device: usize) {
        let before = &self.live[place];
        let width = self.width_index(self.problem.system.devices[device].bits);
        let tensors = self.live[to].iter().map(|&tensor| match before.binary_search(&tensor) {
            Ok(index) => key.tensors[index],
            Err(_) => {
                let mut made = Whereabouts::at(device);
                for (crossing, hop) in made.hops.iter_mut().zip(self.trees[device].into) {
                    if self.is_encoded(tensor, hop) {
                        crossing.width = width;
                    }
                }
                made
            }
        });
        key.tensors = tensors.collect();
        self.simplify(key, to);
    }

    /// Forgets what can no longer matter at a boundary.
    fn simplify(&self, key: &mut Key, place: usize) {
        let devices = self.problem.system.devices.len();
        let at = key.at;
        let can_run = |d: usize| usize::from(at) == d || self.may_begin(key, d);
        let may_run = (0..devices).filter(|&d| can_run(d)).fold(0_u8, |set, d| set | 1 << d);
        let flat = self.problem.table.flat();
        let ideal = &self.lattice.places()[place];
        let live = &self.live[place];
        let needed = |index: usize| {
            let tensor = live[index];
            let unread = flat.consumers.get(tensor).iter().any(|&l| !ideal.contains(l));
            let readers = if unread { may_run } else { 0 };
            let home = if flat.wanted[tensor] {
                1 << self.problem.system.output_at
            } else {
                0
            };
            readers | home
        };
        key.simplify(&self.trees, needed);
    }

    fn price(&self, hop: Hop) -> Price {
        self.prices[hop.link][usize::from(hop.direction() == Direction::Back)]
    }

    /// Whether a tensor's width over a hop depends on who encodes it.
    fn is_encoded(&self, tensor: TensorId, hop: Option<Hop>) -> bool {
        let flat = self.problem.table.flat();
        let link_bits = hop.map(|hop| self.problem.system.link(hop.link).bits);
        link_bits == Some(None) && flat.producer[tensor].is_some() && !flat.has_own_width(tensor)
    }

    /// Bytes of a tensor over a hop.
    fn bytes(&self, tensor: TensorId, hop: Hop, width: u8) -> u64 {
        let (system, flat) = (self.problem.system, self.problem.table.flat());
        let bits = match (system.link(hop.link).bits, flat.producer[tensor]) {
            (Some(bits), _) => bits,
            (None, None) => system.input_bits,
            (None, Some(_)) => self.widths[usize::from(width)],
        };
        flat.bytes(tensor, bits)
    }

    fn width_index(&self, bits: u32) -> u8 {
        self.widths.binary_search(&bits).unwrap_or(0) as u8
    }
}

impl Whereabouts {
    /// Just made or arrived on a device.
    fn at(device: usize) -> Self {
        Self {
            home: device as u8,
            hops: [Crossing::default(); MAX_DEVICES],
        }
    }
}

/// Seconds a link's medium is taken by a message, framing included.
fn wire_s(model: &LinkModel, bytes: u64, way: Direction) -> f64 {
    let rate = model.available_bytes_per_s(way);
    rate.map_or(0.0, |rate| model.wire_bytes(bytes) / rate)
}

/// A cost per byte times bytes.
fn times(per_byte: Transfer, bytes: u64) -> Transfer {
    let bytes = bytes as f64;
    Transfer {
        latency_s: per_byte.latency_s * bytes,
        transmit_j: per_byte.transmit_j * bytes,
        receive_j: per_byte.receive_j * bytes,
    }
}

/// Two ways to add up a cost differ by less than 2^-n of it.
const ROUNDING: u32 = 40;

/// By boundary and meter: the most that tensors needed after the boundary can add to a link's busy time.
fn to_send(
    problem: &Problem,
    meters: &Meters,
    places: usize,
    live: &[Vec<TensorId>],
    exists: &dyn Fn(TensorId, usize) -> bool,
) -> Vec<i128> {
    let (system, flat) = (problem.system, problem.table.flat());
    let mut sums = vec![0; places * meters.len()];
    let widest = system
        .devices
        .iter()
        .map(|d| d.bits)
        .chain([system.input_bits])
        .max()
        .unwrap_or(0);
    for (index, meter) in meters.list.iter().enumerate() {
        let Meter::Link(link, lane) = *meter else { continue };
        let model = &system.link(link).model;
        let ways = [Direction::Forward, Direction::Back]
            .into_iter()
            .filter(|way| lane.is_none_or(|lane| lane == *way));
        // On a way a tensor crosses a link of its own once, a bus once for every device.
        let hops = if link < system.links.len() && system.topology == Topology::Bus {
            system.devices.len() - 1
        } else {
            1
        };
        let alone = |tensor: TensorId| {
            let bytes = flat.bytes(tensor, system.link(link).bits.unwrap_or(widest));
            let cost = |way: Direction| {
                // Where costs are not affine, joining a message may cost more than one of its own.
                model.affine(way)?;
                let hop = match way {
                    Direction::Forward => Hop { link, from: 0, to: 1 },
                    Direction::Back => Hop { link, from: 1, to: 0 },
                };
                let event = Event::sending(hop, system.transfer(link, bytes, way), bytes, 0.0);
                let mut sums = vec![0; meters.len()];
                meters.count(&event, 1, &mut sums)?;
                // What is paid in the end is put together from a fixed part and a part per byte, which rounds another way.
                Some((sums[index] + (sums[index] >> ROUNDING)) * hops as i128)
            };
            ways.clone()
                .map(cost)
                .try_fold(0, |most, cost| Some(i128::max(most, cost?)))
        };
        let alone: Vec<Option<i128>> = (0..flat.tensors())
            .map(|t| if flat.bytes(t, 8) > 0 { alone(t) } else { Some(0) })
            .collect();
        for place in 0..places {
            let later = (0..flat.tensors()).filter(|&t| !exists(t, place) || live[place].binary_search(&t).is_ok());
            let sum = later
                .map(|t| alone[t])
                .try_fold(0_i128, |sum, cost| sum.checked_add(cost?));
            sums[place * meters.len() + index] = sum.unwrap_or(i128::MAX);
        }
    }
    sums
}

/// How messages over a link are paid for, as far as the meters notice.
fn price(problem: &Problem, meters: &Meters, link: usize, way: Direction) -> Price {
    let Some(Affine { fixed, per_byte }) = problem.system.link(link).model.affine(way) else {
        return Price::Whole;
    };
    let mut sums = vec![0; meters.len()];
    let message = Event::sending(Hop { link, from: 0, to: 1 }, fixed, 0, 0.0);
    if meters.count(&message, 1, &mut sums).is_some() && sums.iter().all(|&sum| sum == 0) {
        return Price::PerByte(per_byte);
    }
    Price::Affine { fixed, per_byte }
}

/// By boundary: tensors with bytes that exist before it and are read after it or wanted outside.
fn live(problem: &Problem, lattice: &Lattice) -> Vec<Vec<TensorId>> {
    let flat = problem.table.flat();
    let lives = |place: usize, tensor: TensorId| {
        let ideal = &lattice.places()[place];
        let exists = flat.producer[tensor].is_none_or(|layer| ideal.contains(layer));
        let unread = || flat.consumers.get(tensor).iter().any(|&l| !ideal.contains(l));
        exists && flat.bytes(tensor, 8) > 0 && (flat.wanted[tensor] || unread())
    };
    (0..lattice.places().len())
        .map(|place| (0..flat.tensors()).filter(|&t| lives(place, t)).collect())
        .collect()
}
