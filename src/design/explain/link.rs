//! Explanations of what links cost: messages, their tensors and the link's parameters.

use super::layer::tensor_size;
use super::transfer::{Sent, Side};
use super::{Context, Node, letter, source};
use crate::design::traffic::wire_bits;
use crate::design::{Explanation, Message};
use crate::link::{Direction, Duplex};
use crate::network::TensorId;
use crate::units::Unit;

impl Context<'_> {
    /// Seconds of all messages of a link.
    pub(super) fn link_transfer(&self, link: usize) -> Explanation {
        let name = &self.problem.system.links[link].name;
        let value = self.evaluation.links[link].transfer_s;
        let parts = self.messages(link).map(|m| self.message_time(link, m)).collect();
        Node::new(
            format!("t_{}", between(link)),
            format!("transfers over {name}"),
            Unit::Seconds,
            value,
        )
        .sum(parts)
    }

    /// Seconds a link is taken per result.
    pub(super) fn link_busy(&self, link: usize) -> Explanation {
        let load = &self.evaluation.links[link];
        let description = &self.problem.system.links[link];
        if description.duplex == Duplex::Half {
            return self.link_transfer(link);
        }
        let direction = |forward: bool| {
            let (symbol, meaning) = if forward {
                ("t_forward", "forward")
            } else {
                ("t_back", "back")
            };
            let own: Vec<_> = self
                .messages(link)
                .filter(|&m| load.messages[m].forward == forward)
                .collect();
            let value = own.iter().map(|&m| load.messages[m].latency_s).sum();
            let parts = own.into_iter().map(|m| self.message_time(link, m)).collect();
            Node::new(symbol, meaning, Unit::Seconds, value).sum(parts)
        };
        let meaning = format!("{}, each direction for itself", description.name);
        let node = Node::new(format!("t_{}", between(link)), meaning, Unit::Seconds, load.busy_s);
        node.formula("max(t_forward, t_back)", vec![direction(true), direction(false)])
    }

    /// Joules of all messages of a link.
    pub(super) fn link_energy(&self, link: usize) -> Explanation {
        let name = &self.problem.system.links[link].name;
        let value = self.evaluation.links[link].energy_j;
        let parts = self.messages(link).map(|m| self.message_energy(link, m)).collect();
        Node::new(
            format!("e_{}", between(link)),
            format!("transfers over {name}"),
            Unit::Joules,
            value,
        )
        .sum(parts)
    }

    /// Joules a device at one end of a link spends on its messages.
    pub(super) fn link_end_energy(&self, link: usize, device: usize) -> Explanation {
        let end = |message: usize| {
            let description = &self.evaluation.links[link].messages[message];
            let sends = (device == link) == description.forward;
            let side = if sends { Side::Sender } else { Side::Receiver };
            let sent = self.sent(link, message);
            sent.end_energy(side, &format!("e_{message}"), &words(description))
        };
        let parts: Vec<_> = self.messages(link).map(end).collect();
        let value = parts.iter().map(|p| p.value).sum();
        let meaning = format!("its end of {}", self.problem.system.links[link].name);
        Node::new(format!("e_{}", between(link)), meaning, Unit::Joules, value).sum(parts)
    }

    /// Bytes of the forward message at a cut.
    pub(super) fn cut_bytes(&self, cut: usize) -> Explanation {
        let forward = self
            .messages(cut)
            .find(|&m| self.evaluation.links[cut].messages[m].forward);
        forward.map_or_else(
            || Node::new("b", "bytes at the cut", Unit::Bytes, 0.0).given("nothing crosses it"),
            |message| self.message_bytes_as(cut, message, "b".to_owned()),
        )
    }

    /// The size of a message, with a symbol that is unique among all messages.
    pub(super) fn message_bytes(&self, link: usize, message: usize) -> Explanation {
        self.message_bytes_as(link, message, format!("b_{}_{message}", between(link)))
    }

    fn messages(&self, link: usize) -> std::ops::Range<usize> {
        0..self.evaluation.links[link].messages.len()
    }

    fn message_time(&self, link: usize, message: usize) -> Explanation {
        let meaning = words(&self.evaluation.links[link].messages[message]);
        self.sent(link, message).time(&format!("t_{message}"), &meaning)
    }

    fn message_energy(&self, link: usize, message: usize) -> Explanation {
        let meaning = words(&self.evaluation.links[link].messages[message]);
        self.sent(link, message).energy(&format!("e_{message}"), &meaning)
    }

    fn sent(&self, link: usize, message: usize) -> Sent<'_> {
        let description = &self.evaluation.links[link].messages[message];
        Sent {
            link: self.problem.system.link(link),
            bytes: self.message_bytes_as(link, message, "b".to_owned()),
            direction: if description.forward {
                Direction::Forward
            } else {
                Direction::Back
            },
            frame_rate_hz: self.problem.system.frame_rate_hz,
        }
    }

    fn message_bytes_as(&self, link: usize, message: usize, symbol: String) -> Explanation {
        let description = &self.evaluation.links[link].messages[message];
        let size = |&tensor: &TensorId| {
            let sender = self.encoder(link, description, tensor);
            let bits = wire_bits(self.problem, link, tensor, sender);
            tensor_size(self.problem, tensor, bits, self.why_bits(link, sender))
        };
        let parts = description.tensors.iter().map(size).collect();
        Node::new(symbol, words(description), Unit::Bytes, description.bytes as f64).sum(parts)
    }

    /// The device that encodes a tensor of a message; `None` for raw input.
    pub(super) fn encoder(&self, link: usize, message: &Message, tensor: TensorId) -> Option<usize> {
        let producer = self.problem.table.flat().producer[tensor]?;
        if message.forward {
            self.last_used(link)
        } else {
            Some(self.device_of[producer])
        }
    }

    /// The last device with layers up to and including one.
    pub(super) fn last_used(&self, device: usize) -> Option<usize> {
        (0..=device).rev().find(|&d| self.evaluation.devices[d].layers > 0)
    }

    /// Where the width on a link comes from.
    pub(super) fn why_bits(&self, link: usize, sender: Option<usize>) -> String {
        let system = self.problem.system;
        match (system.links[link].bits, sender) {
            (Some(_), _) => source(&system.links[link].sources, "bits"),
            (None, Some(sender)) => {
                let device = &system.devices[sender];
                format!("width of {}: {}", device.name, source(&device.sources, "bits"))
            }
            (None, None) => "source width of the raw input, a setting of the system".to_owned(),
        }
    }
}

/// The link's name in symbols: the letters of its ends.
fn between(link: usize) -> String {
    format!("{}{}", letter(link), letter(link + 1))
}

fn words(message: &Message) -> String {
    let count = match message.tensors.len() {
        1 => "1 tensor".to_owned(),
        count => format!("{count} tensors"),
    };
    format!(
        "message {} of {count}",
        if message.forward { "forward" } else { "back" }
    )
}
