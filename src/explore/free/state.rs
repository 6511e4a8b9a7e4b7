//! States of the search: all that the rest of a design notices of its beginning.
//!
//! What later layers cost depends on the boundary reached, on the device that runs now, on which devices may still run, and on the
//! whereabouts of every tensor that is still needed ([`Whereabouts`]). A tensor's way is paid for when a layer that reads it is placed on a
//! device that does not have it yet: then its deadline is known, and with it everything the general rule of `design::traffic` asks for.
//!
//! - **Does it travel in a message that is sent anyway?** By earliest-deadline grouping a message sent before a partition takes along
//!   everything that existed then, goes over the same hop and has not gone before. So every tensor notes, hop by hop, whether a
//!   message went since it was made: if one did, the tensor was in it, else it starts the next one.
//! - **How wide is it on the wire?** As wide as the last device computes that ran on the way to the hop, from the making of the tensor until
//!   the sending of the message. A partition notes itself as encoder for the hops beyond its device when it begins, for tensors that
//!   are in no message over the hop yet; its own readers are not beyond it.
//! - **What does its share of the message cost?** Where a link's cost is affine in the bytes, the fixed part for the tensor that starts the
//!   message and the bytes' part for each. Where it is not, a state also holds the bytes of every message that may still grow, and a tensor
//!   that joins pays the difference.
//!
//! A message that is started while a partition runs never concerns what the same partition made before: hops towards its device
//! lead to it, and routes from it lead away. Layers of one partition therefore give the same state in whatever order they are placed.

use super::trees::Tree;
use crate::system::MAX_DEVICES;
use crate::system::routes::Hop;

/// No device: the state before the first layer.
pub(crate) const NOWHERE: u8 = u8::MAX;

/// What a state consists of, its boundary aside. Equal keys at one boundary are the same state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// The device that runs now, [`NOWHERE`] at the start.
    pub(crate) at: u8,
    /// Devices that have layers, as far as it matters.
    pub(crate) used: u8,
    /// Partitions so far, as far as they are limited.
    pub(crate) partitions: u8,
    /// One for each tensor that lives at the boundary.
    pub(crate) tensors: Vec<Whereabouts>,
    /// Messages that may still grow, by hop and number.
    pub(crate) open: Vec<Open>,
}

/// Where a tensor has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Whereabouts {
    /// The device that made it or where it arrived; [`NOWHERE`] stands for [`Whereabouts::EVERYWHERE`].
    pub(crate) home: u8,
    /// By device: what is known of the hop into it on the way from home.
    pub(crate) hops: [Crossing; MAX_DEVICES],
}

/// A tensor and a hop on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Crossing {
    /// Whether it has crossed: the device beyond has it.
    pub(crate) done: bool,
    /// Index of the width it would have on the wire, as far as it depends on who encodes it.
    pub(crate) width: u8,
    /// Number of the message over this hop it would be part of; 0 = none was sent since it was made.
    pub(crate) message: u8,
}

/// A message whose cost is not affine in its bytes and that another tensor may turn out to be part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Open {
    pub(crate) from: u8,
    pub(crate) to: u8,
    /// As in [`Crossing::message`].
    pub(crate) number: u8,
    pub(crate) bytes: u64,
}

impl Key {
    /// Makes states equal that differ only in what can no longer matter: `needed(tensor)` is the set of devices a tensor may still
    /// have to get to.
    pub(crate) fn simplify(&mut self, trees: &[Tree], needed: impl Fn(usize) -> u8) {
        for (index, tensor) in self.tensors.iter_mut().enumerate() {
            let needed = needed(index);
            let Some(tree) = trees.get(usize::from(tensor.home)) else {
                continue;
            };
            let mut ahead = false;
            for (device, crossing) in tensor.hops.iter_mut().enumerate() {
                if tree.into[device].is_none() || tree.through[device] & needed == 0 {
                    *crossing = Crossing::default();
                } else {
                    ahead |= !crossing.done;
                }
            }
            if !ahead {
                *tensor = Whereabouts::EVERYWHERE;
            }
        }
        if !self.open.is_empty() {
            self.renumber(trees);
        }
    }

    /// Numbers the open messages of every hop anew, in the order of the first tensor that may be part of them; drops the others.
    fn renumber(&mut self, trees: &[Tree]) {
        let old = std::mem::take(&mut self.open);
        let mut numbers: Vec<(Open, u8)> = Vec::new();
        for tensor in &mut self.tensors {
            let Some(tree) = trees.get(usize::from(tensor.home)) else {
                continue;
            };
            for (crossing, hop) in tensor.hops.iter_mut().zip(tree.into) {
                let Some(hop) = hop else { continue };
                let Some(message) = old.iter().find(|o| o.is(hop, crossing.message)) else {
                    continue;
                };
                let known = numbers.iter().find(|(known, _)| known == message);
                let number = known.map_or_else(
                    || 1 + numbers.iter().filter(|(known, _)| known.is(hop, known.number)).count() as u8,
                    |&(_, number)| number,
                );
                if known.is_none() {
                    numbers.push((*message, number));
                    self.open.push(Open { number, ..*message });
                }
                crossing.message = number;
            }
        }
        self.open.sort_unstable();
    }
}

impl Whereabouts {
    /// On every device that may still need it.
    pub(crate) const EVERYWHERE: Self = Self {
        home: NOWHERE,
        hops: [Crossing {
            done: false,
            width: 0,
            message: 0,
        }; MAX_DEVICES],
    };
}

impl Open {
    /// Whether it is the message of this number over a hop.
    pub(crate) fn is(&self, hop: Hop, number: u8) -> bool {
        (usize::from(self.from), usize::from(self.to), self.number) == (hop.from, hop.to, number)
    }
}
