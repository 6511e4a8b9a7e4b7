//! Which tensors cross which link, in which message, and how wide they are on it.
//!
//! Every tensor has a **home**: the device that makes it, or where a raw input arrives. It must reach every other device that has a
//! reader of it, and the device where it is wanted as an output. It goes there on the ways of [`Routes`] and crosses each of their hops
//! once however many layers read it; devices on the way store and forward.
//!
//! The placements of a design are its clock. Over a hop, a tensor is **due** before the first placement beyond the hop that reads it; an
//! output that is only wanted there is due at the end. Messages wait as long as they can: when a tensor becomes due, one message
//! takes it together with all other tensors for this hop that have been made by then and were not sent before; but a raw input that
//! goes back only to be an output waits for the outputs. In chain order this comes to one message forward over each link, before it
//! one back with raw input, after it one back with outputs. Every hop forms its messages for itself. A message without bytes is not sent.
//!
//! Width on the wire (rulings.md 5): a tensor's own integer width, else the link's, else the raw input's source width for a raw input,
//! else the width of the device that encodes it: the last on its way to the hop that ran a partition between making and sending it.

use super::{Placed, Problem};
use crate::link::Direction;
use crate::network::TensorId;
use crate::system::MAX_DEVICES;
use crate::system::routes::{Hop, Hops, Routes};

/// A tensor that is needed beyond the placement that makes it.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    /// The tensor.
    pub(crate) tensor: TensorId,
    /// The device that makes it, or where it arrives.
    pub(crate) home: usize,
    /// The first placement that finds it made: one after its maker, 0 for a raw input.
    pub(crate) made: usize,
    /// What it asks of each device.
    pub(crate) stops: [Stop; MAX_DEVICES],
}

/// What a tensor asks of one device.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stop {
    /// One more than the last placement here that reads it; 0 = none does.
    pub(crate) read_until: usize,
    /// The placement before which it is sent on from here, the last of several; 0 = it is not, or before everything.
    pub(crate) leaves: usize,
    /// The link it comes over and its bits per element on it.
    pub(crate) arrives: Option<(usize, u32)>,
    /// Whether it is wanted here as an output.
    pub(crate) wanted: bool,
}

/// A message, not yet weighed by a link model.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// Over which link, from where to where.
    pub(crate) hop: Hop,
    /// The placement before which it is sent; the number of placements = at the end.
    pub(crate) before: usize,
    /// What is in it, by ascending tensor.
    pub(crate) contents: Vec<Content>,
    /// Its size.
    pub(crate) bytes: u64,
}

/// A tensor in a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content {
    pub(crate) tensor: TensorId,
    /// The device that encoded it; `None` for a raw input.
    pub(crate) encoder: Option<usize>,
    /// Bits per element on the wire, if it has no width of its own.
    pub(crate) bits: u32,
}

/// All that travels in one inference.
pub(crate) struct Traffic {
    /// Tensors needed beyond their placement, ascending.
    pub(crate) journeys: Vec<Journey>,
    /// Messages in order of time.
    pub(crate) parcels: Vec<Parcel>,
}

/// A tensor on one hop of its way.
#[derive(Clone, Copy)]
struct Load {
    hop: Hop,
    /// The first placement before which it may be sent.
    ready: usize,
    /// The placement before which it must be there.
    due: usize,
    journey: usize,
}

impl Traffic {
    pub(crate) fn new(problem: &Problem, routes: &Routes, placed: &Placed) -> Self {
        let flat = problem.table.flat();
        let mut journeys = Vec::new();
        let mut loads = Vec::new();
        for tensor in 0..flat.tensors() {
            if let Some((journey, first_read)) = journey(problem, placed, tensor) {
                let end = placed.count();
                loads.extend(routes.hops(hops(routes, &journey)).map(|hop| {
                    let due = due(routes, &journey, &first_read, hop, end);
                    let waits = journey.made == 0 && due == end && hop.direction() == Direction::Back;
                    Load {
                        hop,
                        ready: if waits { end } else { journey.made },
                        due,
                        journey: journeys.len(),
                    }
                }));
                journeys.push(journey);
            }
        }
        loads.sort_by_key(|load| (load.hop.from, load.hop.to));
        let mut made = Self {
            journeys,
            parcels: Vec::new(),
        };
        for loads in loads.chunk_by(|a, b| a.hop == b.hop) {
            made.send(problem, routes, placed, loads[0].hop, loads.to_vec());
        }
        made.parcels.sort_by_key(|parcel| {
            // What several links hand on before one placement comes nearer to its device with every hop.
            let target = placed.devices.get(parcel.before);
            let target = target.copied().unwrap_or(problem.system.output_at);
            let left = routes.distance(parcel.hop.from, target);
            (parcel.before, std::cmp::Reverse(left), parcel.hop.link, parcel.hop.to)
        });
        made
    }

    /// The journey of a tensor, if it has one.
    pub(crate) fn journey(&self, tensor: TensorId) -> Option<&Journey> {
        let found = self.journeys.binary_search_by_key(&tensor, |j| j.tensor).ok()?;
        self.journeys.get(found)
    }

    /// Forms the messages over one hop.
    fn send(&mut self, problem: &Problem, routes: &Routes, placed: &Placed, hop: Hop, mut waiting: Vec<Load>) {
        let flat = problem.table.flat();
        loop {
            let sized = waiting
                .iter()
                .filter(|l| flat.is_sized(self.journeys[l.journey].tensor));
            let Some(before) = sized.map(|load| load.due).min() else {
                return;
            };
            let mut parcel = Parcel {
                hop,
                before,
                contents: Vec::new(),
                bytes: 0,
            };
            waiting.retain(|load| {
                if load.ready > before {
                    return true;
                }
                let journey = &mut self.journeys[load.journey];
                let content = content(problem, routes, placed, journey, hop, before);
                parcel.bytes = parcel.bytes.saturating_add(flat.bytes(content.tensor, content.bits));
                parcel.contents.push(content);
                let leaves = &mut journey.stops[hop.from].leaves;
                *leaves = before.max(*leaves);
                journey.stops[hop.to].arrives = Some((hop.link, content.bits));
                false
            });
            self.parcels.push(parcel);
        }
    }
}

/// What a tensor asks of the devices, and by device the first placement that reads it; `None` if nothing beyond its placement needs it.
fn journey(problem: &Problem, placed: &Placed, tensor: TensorId) -> Option<(Journey, [usize; MAX_DEVICES])> {
    let flat = problem.table.flat();
    let (home, made) = match flat.producer[tensor] {
        Some(layer) => (placed.device_of(layer), placed.placement_of[layer] + 1),
        None => (problem.system.input_at, 0),
    };
    let readers = flat.consumers.get(tensor);
    let at_once = |&layer: &usize| placed.placement_of[layer] + 1 == made;
    if !flat.wanted[tensor] && readers.iter().all(at_once) {
        return None;
    }
    let mut stops = [Stop::default(); MAX_DEVICES];
    let mut first_read = [usize::MAX; MAX_DEVICES];
    for &layer in readers {
        let placement = placed.placement_of[layer];
        let device = placed.devices[placement];
        first_read[device] = first_read[device].min(placement);
        stops[device].read_until = stops[device].read_until.max(placement + 1);
    }
    stops[problem.system.output_at].wanted = flat.wanted[tensor];
    let journey = Journey {
        tensor,
        home,
        made,
        stops,
    };
    Some((journey, first_read))
}

impl Journey {
    /// Whether the tensor must get to a device.
    fn needs(&self, device: usize) -> bool {
        self.stops[device].read_until > 0 || self.stops[device].wanted
    }
}

/// All hops a tensor crosses.
fn hops(routes: &Routes, journey: &Journey) -> Hops {
    let needers = (0..MAX_DEVICES).filter(|&device| journey.needs(device));
    let ways = needers.map(|device| routes.way(journey.home, device));
    ways.fold(Hops::default(), Hops::with)
}

/// The placement before which a tensor must have crossed a hop.
fn due(routes: &Routes, journey: &Journey, first_read: &[usize; MAX_DEVICES], hop: Hop, end: usize) -> usize {
    let beyond = |&device: &usize| journey.needs(device) && routes.way(journey.home, device).contain(hop);
    let reads = (0..MAX_DEVICES).filter(beyond).map(|device| first_read[device]);
    reads.fold(end, usize::min)
}

/// How a tensor goes into a message sent before a placement.
fn content(problem: &Problem, routes: &Routes, placed: &Placed, journey: &Journey, hop: Hop, before: usize) -> Content {
    let (system, tensor) = (problem.system, journey.tensor);
    let maker = journey.made.checked_sub(1);
    let encoder = maker.map(|maker| {
        let on_the_way = |&p: &usize| placed.is_used(p) && routes.passes(journey.home, hop.from, placed.devices[p]);
        let last = (maker..before).rev().find(on_the_way);
        placed.devices[last.unwrap_or(maker)]
    });
    let bits = encoder.map_or(system.input_bits, |device| system.devices[device].bits);
    Content {
        tensor,
        encoder,
        bits: system.link(hop.link).bits.unwrap_or(bits),
    }
}

/// How far a tensor travels in chain order from where it is made or arrives: device indices with `first <= lowest <= home <= last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Lowest device it must get to: `lowest`, or where it is wanted.
    pub(crate) first: usize,
    /// Lowest device that reads it, if below `home`.
    pub(crate) lowest: usize,
    /// Device of its producer, or where it arrives.
    pub(crate) home: usize,
    /// Highest device it must get to.
    pub(crate) last: usize,
}

impl Span {
    /// The span of a tensor under an assignment of layers to devices.
    pub(crate) fn of(problem: &Problem, device_of: &[usize], tensor: TensorId) -> Self {
        let flat = problem.table.flat();
        let home = flat.producer[tensor].map_or(problem.system.input_at, |layer| device_of[layer]);
        let mut span = Self {
            first: home,
            lowest: home,
            home,
            last: home,
        };
        for &layer in flat.consumers.get(tensor) {
            span.lowest = span.lowest.min(device_of[layer]);
            span.last = span.last.max(device_of[layer]);
        }
        span.first = span.lowest;
        if flat.wanted[tensor] {
            span.first = span.first.min(problem.system.output_at);
            span.last = span.last.max(problem.system.output_at);
        }
        span
    }
}

/// Bits per element of a raw input on a link, if it has no width of its own.
pub(crate) fn raw_bits(problem: &Problem, link: usize) -> u32 {
    problem.system.link(link).bits.unwrap_or(problem.system.input_bits)
}

/// Bits per element on a link of what `sender` encoded, if it has no width of its own.
pub(crate) fn sent_bits(problem: &Problem, link: usize, sender: usize) -> u32 {
    let bits = problem.system.link(link).bits;
    bits.unwrap_or(problem.system.devices[sender].bits)
}

/// Bits per element of a tensor on a link, `sender` being the device that encoded it; its own width goes first.
pub(crate) fn wire_bits(problem: &Problem, link: usize, tensor: TensorId, sender: Option<usize>) -> u32 {
    match (problem.table.flat().producer[tensor], sender) {
        (Some(_), Some(sender)) => sent_bits(problem, link, sender),
        _ => raw_bits(problem, link),
    }
}
