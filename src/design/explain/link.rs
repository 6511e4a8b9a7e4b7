//! Explanations of what links cost: messages, their tensors and the link's parameters.

use super::layer::tensor_size;
use super::transfer::{Sent, Side};
use super::{Context, Node, letter, source};
use crate::design::traffic::Content;
use crate::design::{Explanation, Message};
use crate::link::{Direction, Duplex};
use crate::network::TensorId;
use crate::system::Topology;
use crate::units::Unit;

impl Context<'_> {
    /// Seconds of all messages of a link.
    pub(super) fn link_transfer(&self, link: usize) -> Explanation {
        let name = &self.problem.system.link(link).name;
        let value = self.evaluation.links[link].transfer_s;
        let parts = self.messages(link).map(|m| self.message_time(link, m)).collect();
        Node::new(
            format!("t_{}", self.between(link)),
            format!("transfers over {name}"),
            Unit::Seconds,
            value,
        )
        .sum(parts)
    }

    /// Seconds a link is taken per result.
    pub(super) fn link_busy(&self, link: usize) -> Explanation {
        let load = &self.evaluation.links[link];
        let description = self.problem.system.link(link);
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
        let node = Node::new(format!("t_{}", self.between(link)), meaning, Unit::Seconds, load.busy_s);
        node.formula("max(t_forward, t_back)", vec![direction(true), direction(false)])
    }

    /// Joules of all messages of a link.
    pub(super) fn link_energy(&self, link: usize) -> Explanation {
        let name = &self.problem.system.link(link).name;
        let value = self.evaluation.links[link].energy_j;
        let parts = self.messages(link).map(|m| self.message_energy(link, m)).collect();
        Node::new(
            format!("e_{}", self.between(link)),
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
            let sends = description.from == device;
            let side = if sends { Side::Sender } else { Side::Receiver };
            let sent = self.sent(link, message);
            sent.end_energy(side, &format!("e_{message}"), &words(description))
        };
        let ends = |&m: &usize| {
            let description = &self.evaluation.links[link].messages[m];
            description.from == device || description.to == device
        };
        let parts: Vec<_> = self.messages(link).filter(ends).map(end).collect();
        let value = parts.iter().map(|p| p.value).sum();
        let meaning = format!("its end of {}", self.problem.system.link(link).name);
        Node::new(format!("e_{}", self.between(link)), meaning, Unit::Joules, value).sum(parts)
    }

    /// Bytes of the messages sent at a cut.
    pub(super) fn cut_bytes(&self, cut: usize) -> Explanation {
        let links = 0..self.evaluation.links.len();
        let all = links.flat_map(|link| self.messages(link).map(move |message| (link, message)));
        let sent: Vec<_> = all
            .filter(|&(link, message)| self.evaluation.links[link].messages[message].cut == Some(cut))
            .collect();
        match sent.as_slice() {
            [] => Node::new("b", "bytes at the cut", Unit::Bytes, 0.0).given("nothing crosses it"),
            &[(link, message)] => self.message_bytes_as(link, message, "b".to_owned()),
            several => {
                let parts: Vec<_> = several.iter().map(|&(l, m)| self.message_bytes(l, m)).collect();
                let value = parts.iter().map(|part| part.value).sum();
                Node::new("b", "bytes at the cut", Unit::Bytes, value).sum(parts)
            }
        }
    }

    /// The size of a message, with a symbol that is unique among all messages.
    pub(super) fn message_bytes(&self, link: usize, message: usize) -> Explanation {
        self.message_bytes_as(link, message, format!("b_{}_{message}", self.between(link)))
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
        let size = |content: &Content| {
            let why_bits = self.why_bits(link, content.encoder);
            tensor_size(self.problem, content.tensor, content.bits, why_bits)
        };
        let parts = self.contents(link, message).iter().map(size).collect();
        Node::new(symbol, words(description), Unit::Bytes, description.bytes as f64).sum(parts)
    }

    /// The link's name in symbols: the letters of its ends, or what it is where all devices share it.
    fn between(&self, link: usize) -> String {
        let system = self.problem.system;
        let (first, second) = match link.checked_sub(system.links.len()) {
            Some(direct) => system.direct[direct].ends,
            None if system.topology == Topology::Bus => return "bus".to_owned(),
            None => (link, link + 1),
        };
        format!("{}{}", letter(first), letter(second))
    }

    /// What is in a message.
    fn contents(&self, link: usize, message: usize) -> &[Content] {
        let mut parcels = self.traffic.parcels.iter().filter(|parcel| parcel.hop.link == link);
        parcels.nth(message).map_or(&[], |parcel| &parcel.contents)
    }

    /// The device that encoded a tensor that came over a link; `None` for a raw input.
    pub(super) fn encoder(&self, link: usize, tensor: TensorId) -> Option<usize> {
        let parcels = self.traffic.parcels.iter().filter(|parcel| parcel.hop.link == link);
        let mut contents = parcels.flat_map(|parcel| &parcel.contents);
        contents.find(|content| content.tensor == tensor)?.encoder
    }

    /// Where the width on a link comes from.
    pub(super) fn why_bits(&self, link: usize, sender: Option<usize>) -> String {
        let system = self.problem.system;
        match (system.link(link).bits, sender) {
            (Some(_), _) => source(&system.link(link).sources, "bits"),
            (None, Some(sender)) => {
                let device = &system.devices[sender];
                format!("width of {}: {}", device.name, source(&device.sources, "bits"))
            }
            (None, None) => "source width of the raw input, a setting of the system".to_owned(),
        }
    }
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
