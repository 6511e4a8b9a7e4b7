//! Memory a partition needs for live activations (rulings.md 8).
//!
//! The partition runs its layers in schedule order. Its own outputs live from the layer that makes them; what comes from elsewhere lives from
//! the beginning, at the width it arrives with: on a tensor's way every device keeps room for it from when it is made. A
//! tensor is freed after the last layer of the partition that reads it, unless it leaves the device later, a later partition of the device
//! reads it or it is wanted there: then it stays to the partition's end. A device without layers counts nothing at all, and
//! one that is visited again needs room for the fullest of its partitions.

use super::traffic::{Stop, Traffic, raw_bits, wire_bits};
use super::{Placed, Problem};
use crate::network::{LayerId, TensorId};
use std::cmp::Ordering;

/// A partition, as far as memory depends on it.
pub(crate) trait Partition {
    /// Its device.
    fn device(&self) -> usize;
    /// Its layers in schedule order.
    fn layers(&self) -> &[LayerId];
    /// Whether a layer belongs to it.
    fn runs(&self, layer: LayerId) -> bool;
    /// Tensors in memory before its first layer runs.
    fn at_start(&self) -> impl Iterator<Item = TensorId>;
    /// How a tensor is held that it does not make: the link it came over, if it did, and its width, if it has none of its own.
    fn foreign(&self, tensor: TensorId) -> (Option<usize>, u32);
    /// Whether a tensor is kept until the partition's end.
    fn stays(&self, tensor: TensorId) -> bool;
}

/// A tensor in memory, with the bytes it takes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// Which tensor.
    pub(crate) tensor: TensorId,
    /// Its size at the width it is held with.
    pub(crate) bytes: u64,
    /// That width, if it has none of its own.
    pub(crate) bits: u32,
    /// The link it came over, if it did.
    pub(crate) link: Option<usize>,
}

/// What happens to a device's memory.
enum Event {
    /// A tensor comes.
    Hold(TensorId),
    /// A tensor goes.
    Free(TensorId),
    /// A layer runs with this many live bytes.
    Run(LayerId, u128),
}

/// Largest number of bytes live at once.
pub(crate) fn peak(problem: &Problem, partition: &impl Partition) -> u64 {
    let mut peak = 0;
    walk(problem, partition, |event| {
        if let Event::Run(_, live) = event {
            peak = peak.max(live);
        }
    });
    u64::try_from(peak).unwrap_or(u64::MAX)
}

/// The layer that runs when most is live (the first of several), and what is live then.
pub(crate) fn peak_contents(problem: &Problem, partition: &impl Partition) -> Option<(LayerId, Vec<Held>)> {
    let mut held: Vec<TensorId> = Vec::new();
    let mut found: Option<(u128, LayerId, Vec<TensorId>)> = None;
    walk(problem, partition, |event| match event {
        Event::Hold(tensor) => held.push(tensor),
        Event::Free(tensor) => held.retain(|&t| t != tensor),
        Event::Run(layer, live) => {
            if found.as_ref().is_none_or(|(most, ..)| live > *most) {
                found = Some((live, layer, held.clone()));
            }
        }
    });
    let (_, layer, tensors) = found?;
    let held = tensors.into_iter().map(|tensor| held_as(problem, partition, tensor));
    Some((layer, held.collect()))
}

/// Reports all that happens while the layers run.
fn walk(problem: &Problem, partition: &impl Partition, mut report: impl FnMut(Event)) {
    let flat = problem.table.flat();
    let mut live: u128 = 0;
    for tensor in partition.at_start() {
        live += u128::from(held_as(problem, partition, tensor).bytes);
        report(Event::Hold(tensor));
    }
    let own = &problem.table.row(partition.device()).activation_bytes;
    for &layer in partition.layers() {
        for &tensor in flat.outputs.get(layer) {
            live += u128::from(own[tensor]);
            report(Event::Hold(tensor));
        }
        report(Event::Run(layer, live));
        let place = problem.schedule.place(layer);
        for &tensor in flat.inputs.get(layer) {
            // From the back, where the last readers stand.
            let read_later = |&reader: &LayerId| partition.runs(reader) && problem.schedule.place(reader) > place;
            let done = !flat.consumers.get(tensor).iter().rev().any(read_later);
            if done && !partition.stays(tensor) {
                live -= u128::from(held_as(problem, partition, tensor).bytes);
                report(Event::Free(tensor));
            }
        }
    }
}

/// How a tensor is held.
fn held_as(problem: &Problem, partition: &impl Partition, tensor: TensorId) -> Held {
    let (device, flat) = (partition.device(), problem.table.flat());
    if flat.producer[tensor].is_some_and(|layer| partition.runs(layer)) {
        return Held {
            tensor,
            bytes: problem.table.row(device).activation_bytes[tensor],
            bits: problem.system.devices[device].bits,
            link: None,
        };
    }
    let (link, bits) = partition.foreign(tensor);
    Held {
        tensor,
        bytes: flat.bytes(tensor, bits),
        bits,
        link,
    }
}

/// A partition of a whole design.
pub(crate) struct Visit<'a> {
    pub(crate) problem: &'a Problem<'a>,
    pub(crate) placed: &'a Placed,
    pub(crate) traffic: &'a Traffic,
    /// Which placement it is.
    pub(crate) placement: usize,
}

impl Visit<'_> {
    fn stop(&self, tensor: TensorId) -> Option<Stop> {
        let journey = self.traffic.journey(tensor)?;
        Some(journey.stops[self.device()])
    }

    fn outlives(&self, stop: &Stop) -> bool {
        stop.wanted || stop.leaves > self.placement || stop.read_until > self.placement + 1
    }
}

impl Partition for Visit<'_> {
    fn device(&self) -> usize {
        self.placed.devices[self.placement]
    }

    fn layers(&self) -> &[LayerId] {
        &self.placed.layers[self.placement]
    }

    fn runs(&self, layer: LayerId) -> bool {
        self.placed.placement_of[layer] == self.placement
    }

    fn at_start(&self) -> impl Iterator<Item = TensorId> {
        let made = self.traffic.journeys.iter().filter(|j| j.made <= self.placement);
        let here = made.filter(|journey| {
            let stop = &journey.stops[self.device()];
            stop.read_until > self.placement || self.outlives(stop)
        });
        here.map(|journey| journey.tensor)
    }

    fn foreign(&self, tensor: TensorId) -> (Option<usize>, u32) {
        let system = self.problem.system;
        match self.stop(tensor).and_then(|stop| stop.arrives) {
            Some((link, bits)) => (Some(link), bits),
            None if self.problem.table.flat().producer[tensor].is_none() => (None, system.input_bits),
            None => (None, system.devices[self.device()].bits),
        }
    }

    fn stays(&self, tensor: TensorId) -> bool {
        self.stop(tensor).is_some_and(|stop| self.outlives(&stop))
    }
}

/// A partition of a chain-order design of which only the boundaries before and after it are known: what a search looks at.
pub(crate) struct Share<'a, F> {
    /// The problem.
    pub(crate) problem: &'a Problem<'a>,
    /// The device.
    pub(crate) device: usize,
    /// Its layers in schedule order, at least one.
    pub(crate) layers: &'a [LayerId],
    /// Tensors in the forward message that reaches it, if there is one.
    pub(crate) arriving: &'a [TensorId],
    /// The device that encoded that message.
    pub(crate) sender: Option<usize>,
    /// Whether a layer runs before, in or after this share.
    pub(crate) side: F,
}

impl<F: Fn(LayerId) -> Ordering> Share<'_, F> {
    /// Whether a layer on this side reads a tensor.
    fn read(&self, tensor: TensorId, side: Ordering) -> bool {
        let readers = self.problem.table.flat().consumers.get(tensor).iter().rev();
        readers.copied().any(|layer| (self.side)(layer) == side)
    }
}

impl<F: Fn(LayerId) -> Ordering> Partition for Share<'_, F> {
    fn device(&self) -> usize {
        self.device
    }

    fn layers(&self) -> &[LayerId] {
        self.layers
    }

    fn runs(&self, layer: LayerId) -> bool {
        (self.side)(layer) == Ordering::Equal
    }

    fn at_start(&self) -> impl Iterator<Item = TensorId> {
        let raw_comes = self.problem.system.input_at >= self.device;
        let raw = self.problem.table.flat().raw.iter().copied();
        let raw = raw.filter(move |&t| raw_comes && (self.read(t, Ordering::Equal) || self.stays(t)));
        self.arriving.iter().copied().chain(raw)
    }

    fn foreign(&self, tensor: TensorId) -> (Option<usize>, u32) {
        let system = self.problem.system;
        match self.problem.table.flat().producer[tensor] {
            None if system.input_at == self.device => (None, system.input_bits),
            None if system.input_at > self.device => (Some(self.device), raw_bits(self.problem, self.device)),
            _ => {
                // What is neither made here nor comes from beyond arrived over the link before, so there is one.
                let link = self.device.saturating_sub(1);
                (Some(link), wire_bits(self.problem, link, tensor, self.sender))
            }
        }
    }

    fn stays(&self, tensor: TensorId) -> bool {
        let flat = self.problem.table.flat();
        let (input_at, output_at) = (self.problem.system.input_at, self.problem.system.output_at);
        let producer = flat.producer[tensor];
        // A raw input that arrives beyond this device reaches later readers from there.
        let sends = producer.is_some() || input_at <= self.device;
        if sends && self.read(tensor, Ordering::Greater) {
            return true;
        }
        let goes_home = || match producer {
            Some(layer) => self.runs(layer),
            // With the outputs, unless it is on its way to a reader anyway.
            None => input_at >= self.device && !self.read(tensor, Ordering::Less),
        };
        flat.wanted[tensor]
            && match output_at.cmp(&self.device) {
                Ordering::Equal => true,
                Ordering::Greater => sends,
                Ordering::Less => goes_home(),
            }
    }
}
