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

impl Held {
    fn new(problem: &Problem, tensor: TensorId, bits: u32, link: Option<usize>) -> Self {
        Self {
            tensor,
            bytes: problem.table.flat().bytes(tensor, bits),
            bits,
            link,
        }
    }
}

impl<F: Fn(LayerId) -> Ordering> Share<'_, F> {
    /// Largest number of bytes live at once.
    pub(crate) fn peak(&self, problem: &Problem) -> u64 {
        let mut peak = 0;
        self.walk(problem, |_, live, _| peak = peak.max(live));
        u64::try_from(peak).unwrap_or(u64::MAX)
    }

    /// The layer that runs when most is live (the first of several), and what is live then.
    pub(crate) fn peak_contents(&self, problem: &Problem) -> Option<(LayerId, Vec<Held>)> {
        let mut found: Option<(u128, LayerId, Vec<Held>)> = None;
        self.walk(problem, |layer, live, held| {
            if found.as_ref().is_none_or(|(most, ..)| live > *most) {
                found = Some((live, layer, held.to_vec()));
            }
        });
        found.map(|(_, layer, held)| (layer, held))
    }

    /// Calls `at` while each layer runs, with the number of live bytes and what they are.
    fn walk(&self, problem: &Problem, mut at: impl FnMut(LayerId, u128, &[Held])) {
        let flat = problem.table.flat();
        let own = problem.table.row(self.device);
        let own_bits = problem.system.devices[self.device].bits;
        let mut held: Vec<Held> = Vec::with_capacity(self.arriving.len() + flat.raw.len() + 8);
        for &tensor in self.arriving {
            let link = self.device - 1;
            held.push(Held::new(
                problem,
                tensor,
                wire_bits(problem, link, tensor, self.sender),
                Some(link),
            ));
        }
        if problem.system.input_at >= self.device {
            let (bits, link) = match problem.system.input_at == self.device {
                true => (problem.system.input_bits, None),
                false => (raw_bits(problem, self.device), Some(self.device)),
            };
            let raw = flat.raw.iter().filter(|&&t| self.raw_is_held(problem, t));
            held.extend(raw.map(|&tensor| Held::new(problem, tensor, bits, link)));
        }
        let mut live: u128 = held.iter().map(|h| u128::from(h.bytes)).sum();
        for &layer in self.layers {
            for &tensor in flat.outputs.get(layer) {
                let bytes = own.activation_bytes[tensor];
                live += u128::from(bytes);
                held.push(Held {
                    tensor,
                    bytes,
                    bits: own_bits,
                    link: None,
                });
            }
            at(layer, live, &held);
            for &tensor in flat.inputs.get(layer) {
                if self.last_reader(problem, tensor) == Some(layer)
                    && !self.stays(problem, tensor)
                    && let Some(index) = held.iter().position(|h| h.tensor == tensor)
                {
                    live -= u128::from(held.swap_remove(index).bytes);
                }
            }
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

    /// The layer of this share that reads the tensor last.
    fn last_reader(&self, problem: &Problem, tensor: TensorId) -> Option<LayerId> {
        let readers = problem.table.flat().consumers.get(tensor).iter();
        let own = readers.filter(|&&layer| (self.side)(layer) == Ordering::Equal);
        own.copied().max_by_key(|&layer| problem.schedule.place(layer))
    }

    /// Whether the tensor is kept until the partition's end.
    fn stays(&self, problem: &Problem, tensor: TensorId) -> bool {
        let flat = problem.table.flat();
        let output_at = problem.system.output_at;
        let producer = flat.producer[tensor];
        let wanted = flat.wanted[tensor]
            && (output_at == self.device
                || producer.is_some_and(|layer| (self.side)(layer) == Ordering::Equal)
                || output_at > self.device && (producer.is_some() || problem.system.input_at <= self.device));
        // A raw input that arrives beyond this device reaches later readers from there.
        let sends = producer.is_some() || problem.system.input_at <= self.device;
        let later = |&layer: &LayerId| (self.side)(layer) == Ordering::Greater;
        wanted || sends && flat.consumers.get(tensor).iter().any(later)
    }
}
