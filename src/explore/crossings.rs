//! What crosses a link when it is cut at a boundary.
//!
//! By the rules of `design::traffic` the messages of a link depend only on the boundary, on the device that encodes what goes forward
//! and, for outputs on their way back, on the devices that make them. This module adds up the bytes of every boundary once, for every width
//! that can occur on a wire.

use crate::design::Problem;
use crate::link::Direction;
use crate::network::lattice::Lattice;
use crate::network::{Ideal, TensorId};

/// Bytes over one boundary at one width, by what decides whether they travel.
#[derive(Debug, Clone, Copy, Default)]
struct Bytes {
    /// Made before the boundary and read after it.
    read_later: u64,
    /// Made before it, not read after it, but wanted.
    wanted: u64,
    /// Raw, read after it.
    raw_read_later: u64,
    /// Raw, not read after it, but wanted.
    raw_wanted: u64,
    /// Raw, read before it.
    raw_read_before: u64,
    /// Raw, not read before it, but wanted.
    raw_wanted_back: u64,
}

/// Sizes of the messages of one link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Messages {
    /// Bytes of raw input going back.
    pub(crate) input_back: u64,
    /// Bytes going forward.
    pub(crate) forward: u64,
    /// Bytes of outputs going back, maybe without those still to be made; `None` = there is no such message.
    pub(crate) output_back: Option<u64>,
}

impl Messages {
    /// The messages in order of time. Outputs going back are there even if what is known of them is empty and
    /// `some_to_come` says that this is not all.
    pub(crate) fn sent(&self, some_to_come: bool) -> Vec<(u64, Direction)> {
        let sent = [(self.input_back, Direction::Back), (self.forward, Direction::Forward)];
        let sent = sent.into_iter().filter(|&(bytes, _)| bytes > 0);
        let back = self.output_back.filter(|&bytes| bytes > 0 || some_to_come);
        sent.chain(back.map(|bytes| (bytes, Direction::Back))).collect()
    }
}

/// Bytes over every boundary.
pub(crate) struct Crossings<'a> {
    pub(crate) problem: &'a Problem<'a>,
    widths: Vec<u32>,
    /// By boundary, then by width.
    bytes: Vec<Bytes>,
    /// By boundary: whether an output with bytes is made after it.
    outputs_later: Vec<bool>,
}

impl<'a> Crossings<'a> {
    pub(crate) fn new(problem: &'a Problem<'a>, lattice: &Lattice) -> Self {
        let system = problem.system;
        let mut widths: Vec<u32> = system.devices.iter().map(|d| d.bits).collect();
        widths.extend(system.links.iter().filter_map(|l| l.bits));
        widths.push(system.input_bits);
        widths.sort_unstable();
        widths.dedup();
        let flat = problem.table.flat();
        let sizes: Vec<Vec<u64>> = (0..flat.tensors())
            .map(|t| widths.iter().map(|&bits| flat.bytes(t, bits)).collect())
            .collect();
        let mut bytes = vec![Bytes::default(); lattice.places().len() * widths.len()];
        let mut outputs_later = Vec::with_capacity(lattice.places().len());
        for (ideal, bytes) in lattice.places().iter().zip(bytes.chunks_exact_mut(widths.len())) {
            let mut later = false;
            for (tensor, sizes) in sizes.iter().enumerate() {
                later |= add_tensor(problem, ideal, tensor, sizes, bytes);
            }
            outputs_later.push(later);
        }
        Self {
            problem,
            widths,
            bytes,
            outputs_later,
        }
    }

    /// Bytes of all tensors at the widest width: no message is larger.
    pub(crate) fn everything(&self) -> u64 {
        let widest = self.widths.last().copied().unwrap_or(0);
        let flat = self.problem.table.flat();
        (0..flat.tensors()).fold(0, |sum, t| sum.saturating_add(flat.bytes(t, widest)))
    }

    /// Messages of `link` cut at the boundary `place`, `sender` being the last used device before it.
    pub(crate) fn messages(&self, place: usize, link: usize, sender: Option<usize>) -> Messages {
        let system = self.problem.system;
        let on_wire = |bits: u32| {
            let bits = system.links[link].bits.unwrap_or(bits);
            let width = self.widths.binary_search(&bits).unwrap_or(0);
            &self.bytes[place * self.widths.len() + width]
        };
        let raw = on_wire(system.input_bits);
        let wanted_later = system.output_at > link;
        let mut forward = 0_u64;
        if let Some(sender) = sender {
            let made = on_wire(system.devices[sender].bits);
            forward = made.read_later;
            if wanted_later {
                forward = forward.saturating_add(made.wanted);
            }
        }
        let raw_arrives_later = system.input_at > link;
        if !raw_arrives_later {
            forward = forward.saturating_add(raw.raw_read_later);
            if wanted_later {
                forward = forward.saturating_add(raw.raw_wanted);
            }
        }
        let raw_back = if raw_arrives_later { raw.raw_wanted_back } else { 0 };
        let returns = !wanted_later && (raw_back > 0 || self.outputs_later[place]);
        Messages {
            input_back: if raw_arrives_later { raw.raw_read_before } else { 0 },
            forward,
            output_back: returns.then_some(raw_back),
        }
    }
}

/// Adds a tensor to the sums of a boundary; whether it is an output with bytes made after it.
fn add_tensor(problem: &Problem, ideal: &Ideal, tensor: TensorId, sizes: &[u64], sums: &mut [Bytes]) -> bool {
    let flat = problem.table.flat();
    let consumers = flat.consumers.get(tensor);
    let wanted = flat.wanted[tensor];
    let mut add = |pick: fn(&mut Bytes) -> &mut u64| {
        for (sum, &size) in sums.iter_mut().zip(sizes) {
            let sum = pick(sum);
            *sum = sum.saturating_add(size);
        }
    };
    let read_later = |l: &usize| !ideal.contains(*l);
    match flat.producer[tensor] {
        Some(producer) if !ideal.contains(producer) => return wanted && sizes.iter().any(|&size| size > 0),
        Some(_) => {
            if consumers.iter().any(read_later) {
                add(|b| &mut b.read_later);
            } else if wanted {
                add(|b| &mut b.wanted);
            }
        }
        None => {
            if consumers.iter().any(read_later) {
                add(|b| &mut b.raw_read_later);
            } else if wanted {
                add(|b| &mut b.raw_wanted);
            }
            if consumers.iter().any(|&l| ideal.contains(l)) {
                add(|b| &mut b.raw_read_before);
            } else if wanted {
                add(|b| &mut b.raw_wanted_back);
            }
        }
    }
    false
}
