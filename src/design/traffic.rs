//! Which tensors cross which link, and how wide they are on it.
//!
//! Devices stand in a chain and run in chain order, so a layer's output is only ever read on its own device or a later
//! one. Three messages can therefore cross link *l* (between device *l* and *l* + 1), in this order of time:
//!
//! 1. **back**, raw input: inputs that arrive beyond the link and are read at or before device *l*;
//! 2. **forward**: every tensor held at or before device *l* that a later device reads, or that is wanted at a later one. A raw
//!    input is held where it arrives, so it joins the forward messages from there on;
//! 3. **back**, output: outputs held beyond the link and wanted at or before device *l*.
//!
//! A tensor is in a message once however many layers read it, and never travels to where it already is. Devices without layers
//! store and forward. A message without bytes is not sent.
//!
//! Width on the wire (rulings.md 5): a tensor's own integer width, else the link's, else the raw input's source width for a
//! raw input, the width of the last used device before the link for a forward tensor (which re-encodes what it passes on), the width of
//! the device that made it for an output on its way back.

use super::Problem;
use crate::network::TensorId;

/// How far a tensor travels from where it is made or arrives: device indices with `first <= lowest <= home <= last`.
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

/// Tensors in the three messages of one link, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LinkTraffic {
    /// Raw inputs on their way back to a reader.
    pub(crate) input_back: Vec<TensorId>,
    /// Everything on its way forward.
    pub(crate) forward: Vec<TensorId>,
    /// Outputs on their way back.
    pub(crate) output_back: Vec<TensorId>,
}

/// The traffic of every link under an assignment of layers to devices.
pub(crate) fn traffic(problem: &Problem, device_of: &[usize]) -> Vec<LinkTraffic> {
    let mut links = vec![LinkTraffic::default(); problem.system.links.len()];
    for tensor in 0..problem.table.flat().tensors() {
        let span = Span::of(problem, device_of, tensor);
        for link in &mut links[span.home..span.last] {
            link.forward.push(tensor);
        }
        for link in &mut links[span.lowest..span.home] {
            link.input_back.push(tensor);
        }
        for link in &mut links[span.first..span.lowest] {
            link.output_back.push(tensor);
        }
    }
    links
}

/// Bits per element of a raw input on a link, if it has no width of its own.
pub(crate) fn raw_bits(problem: &Problem, link: usize) -> u32 {
    problem.system.links[link].bits.unwrap_or(problem.system.input_bits)
}

/// Bits per element on a link of what `sender` encoded, if it has no width of its own.
pub(crate) fn sent_bits(problem: &Problem, link: usize, sender: usize) -> u32 {
    problem.system.links[link]
        .bits
        .unwrap_or(problem.system.devices[sender].bits)
}

/// Bits per element of a tensor on a link, `sender` being the device that encoded it; its own width goes first.
pub(crate) fn wire_bits(problem: &Problem, link: usize, tensor: TensorId, sender: Option<usize>) -> u32 {
    match (problem.table.flat().producer[tensor], sender) {
        (Some(_), Some(sender)) => sent_bits(problem, link, sender),
        _ => raw_bits(problem, link),
    }
}
