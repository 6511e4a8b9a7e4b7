//! What a cut at each position of the schedule would send ahead: the ribbon's lower bars, and where a single tensor crosses.

use crate::app::at_cut;
use crate::design::Design;
use crate::network::{Network, Schedule, Tensor};
use crate::system::{System, Topology};

/// The message a cut would send ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Crossing {
    /// Number of tensors in it.
    pub tensors: usize,
    /// Its size.
    pub bytes: u64,
}

impl Crossing {
    /// Whether exactly one tensor crosses: the places where cuts are most often worth while.
    pub fn is_single(self) -> bool {
        self.tensors == 1
    }
}

/// The crossing of every position 0 to n, as a design uses the devices.
///
/// Along the chain the sender is the device of the layer before the position, or the device before it where that is the last of the
/// chain; what a position sends is what layers after it read, and outputs that are wanted beyond the sender; a raw input counts once
/// it has arrived. In any other order, on a bus and with direct links the sender is the device of the layer before the position, and
/// outputs count where they are wanted elsewhere. Widths follow rulings.md 5: the tensor's own, else the link's (of a bus, or of the
/// sender on a chain), else the source's for a raw input and the sender's for the rest.
pub fn crossings(network: &Network, schedule: &Schedule, system: &System, design: &Design) -> Vec<Crossing> {
    let order = schedule.order();
    let device_of = design.assignment(network.layers.len());
    let along_chain = at_cut::is_along_chain(system, design);
    let last_sender = match along_chain {
        true => system.devices.len().saturating_sub(2),
        false => usize::MAX,
    };
    let mut senders = vec![if along_chain { 0 } else { system.input_at }];
    senders.extend(order.iter().map(|&layer| device_of[layer].min(last_sender)));
    let mut found = vec![Crossing::default(); senders.len()];
    for tensor in &network.tensors {
        let made = tensor.producer.map_or(0, |layer| schedule.place(layer) + 1);
        let last_read = tensor.consumers.iter().map(|&layer| schedule.place(layer)).max();
        let end = if tensor.is_output { Some(order.len()) } else { last_read };
        let Some(end) = end else { continue };
        let mut sized = None;
        for position in made..=end {
            let sender = senders[position];
            let is_read = last_read.is_some_and(|place| position <= place);
            let is_wanted = tensor.is_output
                && match along_chain {
                    true => system.output_at > sender,
                    false => system.output_at != sender,
                };
            let has_arrived = !along_chain || tensor.producer.is_some() || system.input_at <= sender;
            if !(is_read || is_wanted) || !has_arrived {
                continue;
            }
            let bits = wire_bits(system, design, tensor, sender);
            let bytes = match sized {
                Some((known, bytes)) if known == bits => bytes,
                _ => tensor.bytes(bits),
            };
            sized = Some((bits, bytes));
            found[position].tensors += 1;
            found[position].bytes = found[position].bytes.saturating_add(bytes);
        }
    }
    found
}

/// Bits per element of a tensor that `sender` sends ahead, if the tensor has no width of its own.
fn wire_bits(system: &System, design: &Design, tensor: &Tensor, sender: usize) -> u32 {
    let own = if tensor.producer.is_some() {
        at_cut::built(system, design, sender).bits
    } else {
        system.input_bits
    };
    let link = match system.topology {
        Topology::Chain => sender,
        Topology::Bus => 0,
    };
    system.links.get(link).and_then(|link| link.bits).unwrap_or(own)
}
