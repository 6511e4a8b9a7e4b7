//! What a sub-problem takes for granted, and what a design really costs.
//!
//! Two parts of a design's cost are no sums over layers and tensors: the width on a link is that of the last used device before it, and a
//! message costs its constant part if there is one at all. A [`Guess`] fixes some of these facts; what it leaves open is charged as
//! low as it could be, so that the least cut of a sub-problem never lies above a design that agrees with its guess.

use super::super::exact::{Pair, plus};
use super::terms::{Kind, Terms, total};
use crate::design::traffic::{raw_bits, sent_bits};
use crate::network::{LayerId, TensorId};

/// Facts that are fixed; `None` = open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Guess {
    /// By device: whether it has layers.
    pub(crate) used: Vec<Option<bool>>,
    /// By link and [`Kind`]: whether there is such a message.
    pub(crate) sent: Vec<[Option<bool>; 3]>,
}

impl Guess {
    /// Everything open.
    pub(crate) fn open(terms: &Terms) -> Self {
        Self {
            used: vec![None; terms.devices()],
            sent: vec![[None; 3]; terms.links()],
        }
    }

    /// The device that is taken to encode what goes forward over a link: the one of least width that can be the last used one before
    /// it; `None` if no device there is used.
    pub(crate) fn sender(&self, terms: &Terms, link: usize) -> Option<usize> {
        let open = (0..=link).rev().filter(|&device| self.used[device] != Some(false));
        let mut narrowest: Option<usize> = None;
        for device in open {
            let bits = |device: usize| sent_bits(terms.problem, link, device);
            if narrowest.is_none_or(|found| bits(device) < bits(found)) {
                narrowest = Some(device);
            }
            if self.used[device] == Some(true) {
                break;
            }
        }
        narrowest
    }
}

/// A design with what it really costs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Actual {
    /// By layer.
    pub(crate) device_of: Vec<usize>,
    /// The two sums.
    pub(crate) cost: Pair,
    /// By device: whether it has layers.
    pub(crate) used: Vec<bool>,
    /// By link: the last used device before it.
    pub(crate) senders: Vec<Option<usize>>,
    /// By link and [`Kind`]: whether there is such a message.
    pub(crate) sent: Vec<[bool; 3]>,
}

impl Actual {
    /// Of layers on devices that can run them.
    pub(crate) fn new(terms: &Terms, device_of: Vec<usize>) -> Self {
        let mut used = vec![false; terms.devices()];
        for &device in &device_of {
            used[device] = true;
        }
        let last_used = |link: usize| (0..=link).rev().find(|&device| used[device]);
        let mut made = Self {
            senders: (0..terms.links()).map(last_used).collect(),
            sent: vec![[false; 3]; terms.links()],
            cost: [0, 0],
            device_of,
            used,
        };
        let layers = made.device_of.iter().enumerate();
        let layers = total(layers.filter_map(|(layer, &device)| terms.layer(layer, device)));
        let areas = total((0..terms.devices()).filter(|&d| made.used[d]).map(|d| terms.area(d)));
        let tensors = total((0..terms.problem.table.flat().tensors()).map(|tensor| made.send(terms, tensor)));
        let messages = made.sent.iter().enumerate();
        let messages = messages.flat_map(|(link, sent)| {
            let there = Kind::ALL.into_iter().zip(sent).filter(|(_, sent)| **sent);
            there.map(move |(kind, _)| terms.message(link, kind))
        });
        made.cost = plus(plus(layers, areas), plus(tensors, total(messages)));
        made
    }

    /// Puts a tensor into the messages it travels in; what it adds to them.
    fn send(&mut self, terms: &Terms, tensor: TensorId) -> Pair {
        let problem = terms.problem;
        let flat = problem.table.flat();
        let readers = || {
            flat.consumers
                .get(tensor)
                .iter()
                .map(|&layer: &LayerId| self.device_of[layer])
        };
        let home = flat.producer[tensor].map_or(problem.system.input_at, |layer| self.device_of[layer]);
        let wanted_at = flat.wanted[tensor].then_some(problem.system.output_at);
        let last = readers().chain(wanted_at).fold(home, usize::max);
        let lowest_reader = readers().fold(home, usize::min);
        let first = wanted_at.map_or(lowest_reader, |at| at.min(lowest_reader));
        let is_raw = flat.producer[tensor].is_none();
        let mut sum = [0, 0];
        if !terms.has_bytes(tensor) {
            return sum;
        }
        for link in first..last {
            let (kind, encoder) = if link >= home {
                (Kind::Forward, self.senders[link])
            } else if link >= lowest_reader {
                (Kind::InputBack, None)
            } else {
                (Kind::OutputBack, Some(home))
            };
            let bits = match encoder.filter(|_| !is_raw) {
                Some(device) => sent_bits(problem, link, device),
                None => raw_bits(problem, link),
            };
            self.sent[link][kind as usize] = true;
            sum = plus(sum, terms.tensor(tensor, link, kind, bits).unwrap_or_default());
        }
        sum
    }
}
