//! Memory a partition needs for live activations (rulings.md 8).
//!
//! The partition runs its layers in schedule order. Its own outputs live from the layer that makes them, arriving tensors from the
//! beginning, at the width they arrive with. A tensor is freed after the last layer of the partition that reads it, unless a later device
//! reads it or the outside wants it: then it stays until it is sent at the partition's end. What merely passes
//! through on its way **back** (raw input to an earlier reader, outputs coming home) is forwarded at once and does not count, and a
//! device without layers counts nothing at all.

use super::Problem;
use super::traffic::{raw_bits, wire_bits};
use crate::network::{LayerId, TensorId};
use std::cmp::Ordering;

/// One device's share, as far as its memory depends on it.
pub(crate) struct Share<'a, F> {
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

impl<F: Fn(LayerId) -> Ordering> Share<'_, F> {
    /// Largest number of bytes live at once.
    pub(crate) fn peak(&self, problem: &Problem) -> u64 {
        let mut peak = 0;
        self.walk(problem, |event| {
            if let Event::Run(_, live) = event {
                peak = peak.max(live);
            }
        });
        u64::try_from(peak).unwrap_or(u64::MAX)
    }

    /// The layer that runs when most is live (the first of several), and what is live then.
    pub(crate) fn peak_contents(&self, problem: &Problem) -> Option<(LayerId, Vec<Held>)> {
        let mut held: Vec<TensorId> = Vec::new();
        let mut found: Option<(u128, LayerId, Vec<TensorId>)> = None;
        self.walk(problem, |event| match event {
            Event::Hold(tensor) => held.push(tensor),
            Event::Free(tensor) => held.retain(|&t| t != tensor),
            Event::Run(layer, live) => {
                if found.as_ref().is_none_or(|(most, ..)| live > *most) {
                    found = Some((live, layer, held.clone()));
                }
            }
        });
        found.map(|(_, layer, held)| (layer, held.into_iter().map(|t| self.held(problem, t)).collect()))
    }

    /// Reports all that happens while the layers run.
    fn walk(&self, problem: &Problem, mut report: impl FnMut(Event)) {
        let flat = problem.table.flat();
        let mut live: u128 = 0;
        let raw = flat
            .raw
            .iter()
            .filter(|&&t| problem.system.input_at >= self.device && self.raw_is_held(problem, t));
        for &tensor in self.arriving.iter().chain(raw) {
            live += u128::from(self.held(problem, tensor).bytes);
            report(Event::Hold(tensor));
        }
        let own = &problem.table.row(self.device).activation_bytes;
        for &layer in self.layers {
            for &tensor in flat.outputs.get(layer) {
                live += u128::from(own[tensor]);
                report(Event::Hold(tensor));
            }
            report(Event::Run(layer, live));
            let place = problem.schedule.place(layer);
            for &tensor in flat.inputs.get(layer) {
                // From the back, where the last readers stand.
                let read_later = |&reader: &LayerId| {
                    (self.side)(reader) == Ordering::Equal && problem.schedule.place(reader) > place
                };
                let done = !flat.consumers.get(tensor).iter().rev().any(read_later);
                if done && !self.stays(problem, tensor) {
                    live -= u128::from(self.held(problem, tensor).bytes);
                    report(Event::Free(tensor));
                }
            }
        }
    }

    /// How a tensor is held.
    fn held(&self, problem: &Problem, tensor: TensorId) -> Held {
        let (system, flat) = (problem.system, problem.table.flat());
        let (bits, link) = match flat.producer[tensor] {
            Some(layer) if (self.side)(layer) == Ordering::Equal => {
                return Held {
                    tensor,
                    bytes: problem.table.row(self.device).activation_bytes[tensor],
                    bits: system.devices[self.device].bits,
                    link: None,
                };
            }
            None if system.input_at == self.device => (system.input_bits, None),
            None if system.input_at > self.device => (raw_bits(problem, self.device), Some(self.device)),
            _ => {
                // What is neither made here nor comes from beyond arrived over the link before, so there is one.
                let link = self.device.saturating_sub(1);
                (wire_bits(problem, link, tensor, self.sender), Some(link))
            }
        };
        Held {
            tensor,
            bytes: flat.bytes(tensor, bits),
            bits,
            link,
        }
    }

    /// Whether a raw input that arrives here or beyond is in this device's memory while it computes.
    fn raw_is_held(&self, problem: &Problem, tensor: TensorId) -> bool {
        let flat = problem.table.flat();
        let read = |side: Ordering| flat.consumers.get(tensor).iter().any(|&l| (self.side)(l) == side);
        let output_at = problem.system.output_at;
        if problem.system.input_at == self.device {
            let sent = read(Ordering::Greater) || flat.wanted[tensor] && output_at >= self.device;
            return read(Ordering::Equal) || sent;
        }
        // It comes by on its way back to a reader; without one it goes home as an output, when all is computed.
        read(Ordering::Equal) || flat.wanted[tensor] && output_at == self.device && read(Ordering::Less)
    }

    /// Whether the tensor is kept until the partition's end.
    fn stays(&self, problem: &Problem, tensor: TensorId) -> bool {
        let flat = problem.table.flat();
        let output_at = problem.system.output_at;
        let producer = flat.producer[tensor];
        // A raw input that arrives beyond this device reaches later readers from there.
        let sends = producer.is_some() || problem.system.input_at <= self.device;
        let wanted = flat.wanted[tensor]
            && (output_at == self.device
                || output_at > self.device && sends
                || producer.is_some_and(|layer| (self.side)(layer) == Ordering::Equal));
        let later = |&layer: &LayerId| (self.side)(layer) == Ordering::Greater;
        wanted || sends && flat.consumers.get(tensor).iter().rev().any(later)
    }
}
