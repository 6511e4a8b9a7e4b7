//! Explanations of what one message takes, by link model.

mod ble;
mod dram;
mod ethernet;

use super::{Node, source};
use crate::design::Explanation;
use crate::link::{Direction, Interposer, InterposerEnergy, LinkModel, PlainLink, Radio, RadioEnergy};
use crate::system::Link;
use crate::units::Unit;

/// One message over a link.
pub(super) struct Sent<'a> {
    /// The link.
    pub(super) link: &'a Link,
    /// Its size, with the symbol `b`.
    pub(super) bytes: Explanation,
    /// The way it goes.
    pub(super) direction: Direction,
    /// How often per second, where a rate is set.
    pub(super) frame_rate_hz: Option<f64>,
}

/// One of the two ends of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The sender of a message.
    Sender,
    /// Its receiver.
    Receiver,
}

impl Sent<'_> {
    /// Seconds of the message.
    pub(super) fn time(&self, symbol: &str, meaning: &str) -> Explanation {
        let transfer = self.cost();
        let node = Node::new(symbol, meaning, Unit::Seconds, transfer.latency_s);
        match &self.link.model {
            LinkModel::Plain(model) => {
                let rate = self.parameter("R", "rate_bytes_per_s", "rate of the link", model.rate_bytes_per_s);
                node.formula(
                    "t_0 + b / R",
                    vec![self.fixed(model.latency_s), self.bytes.clone(), rate],
                )
            }
            LinkModel::Interposer(model) => {
                let parts = vec![self.fixed(model.latency_s), self.bytes.clone(), self.wires(model)];
                node.formula("t_0 + b / R", parts)
            }
            LinkModel::Radio(model) => {
                let round_trip = self.parameter("rtt", "rtt_s", "time of a round trip", model.rtt_s);
                node.formula(
                    "rtt / 2 + b / R",
                    vec![round_trip, self.bytes.clone(), self.radio_rate(model)],
                )
            }
            LinkModel::Ethernet(model) => self.ethernet_time(node, model),
            LinkModel::BluetoothLe(model) => self.ble_time(node, model),
            LinkModel::Dram(model) => self.dram_time(node, model),
        }
    }

    /// Joules of the message at both ends.
    pub(super) fn energy(&self, symbol: &str, meaning: &str) -> Explanation {
        let parts = vec![
            self.end_energy(Side::Sender, "e_send", "energy of the sender"),
            self.end_energy(Side::Receiver, "e_receive", "energy of the receiver"),
        ];
        Node::new(symbol, meaning, Unit::Joules, self.cost().energy_j()).sum(parts)
    }

    /// Joules of the message at one end.
    pub(super) fn end_energy(&self, side: Side, symbol: &str, meaning: &str) -> Explanation {
        let cost = self.cost();
        let value = match side {
            Side::Sender => cost.transmit_j,
            Side::Receiver => cost.receive_j,
        };
        let node = Node::new(symbol, meaning, Unit::Joules, value);
        match &self.link.model {
            LinkModel::Plain(model) => self.plain_energy(node, model, side),
            LinkModel::Interposer(model) => self.interposer_energy(node, model, side),
            LinkModel::Radio(model) => self.radio_energy(node, model, side),
            LinkModel::Ethernet(model) => self.ethernet_energy(node, model, side),
            LinkModel::BluetoothLe(model) => self.ble_energy(node, model, side),
            LinkModel::Dram(model) => self.dram_energy(node, model, side),
        }
    }

    fn cost(&self) -> crate::link::Transfer {
        let bytes = self.bytes.value as u64;
        self.link.model.transfer(bytes, self.direction, self.frame_rate_hz)
    }

    /// A parameter of the model with its unit and source.
    fn parameter(&self, symbol: &str, name: &str, meaning: &str, value: f64) -> Explanation {
        let numbers = self.link.model.numbers();
        let unit = numbers.iter().find(|n| n.parameter.name == name);
        let unit = unit.map_or(Unit::Count, |n| n.parameter.unit);
        Node::new(symbol, meaning, unit, value).given(source(&self.link.sources, name))
    }

    /// The fixed time per message.
    fn fixed(&self, latency_s: f64) -> Explanation {
        self.parameter("t_0", "latency_s", "fixed time per message", latency_s)
    }

    /// The frame rate.
    fn frame_rate(&self, frame_rate_hz: f64) -> Explanation {
        Node::new("f", "frame rate", Unit::PerSecond, frame_rate_hz).given("frame rate of the system, a setting")
    }

    /// What a side pays of an energy that both share, as a factor over the receiver's share.
    fn share(&self, side: Side, receiver_share: f64) -> (&'static str, Explanation) {
        let share = self.parameter(
            "s",
            "receiver_share",
            "share of the energy the receiver spends",
            receiver_share,
        );
        match side {
            Side::Sender => ("(1 − s)", share),
            Side::Receiver => ("s", share),
        }
    }

    fn plain_energy(&self, node: Node, model: &PlainLink, side: Side) -> Explanation {
        let (symbol, name, meaning, value) = match side {
            Side::Sender => (
                "e_tx",
                "transmit_j_per_byte",
                "energy of sending a byte",
                model.transmit_j_per_byte,
            ),
            Side::Receiver => (
                "e_rx",
                "receive_j_per_byte",
                "energy of receiving a byte",
                model.receive_j_per_byte,
            ),
        };
        let per_byte = self.parameter(symbol, name, meaning, value);
        node.formula(&format!("b × {symbol}"), vec![self.bytes.clone(), per_byte])
    }

    /// The rate of all wires together.
    fn wires(&self, model: &Interposer) -> Explanation {
        let parts = vec![
            self.parameter("n", "wires", "wires in each direction", model.wires),
            self.parameter("r", "wire_bytes_per_s", "rate of one wire", model.wire_bytes_per_s),
            self.parameter(
                "η",
                "efficiency",
                "share of the raw rate that carries data",
                model.efficiency,
            ),
        ];
        let node = Node::new("R", "rate of the link", Unit::BitsPerSecond, model.rate_bytes_per_s());
        node.formula("n × r × η", parts)
    }

    fn interposer_energy(&self, node: Node, model: &Interposer, side: Side) -> Explanation {
        let (factor, share) = self.share(side, model.receiver_share);
        let mut parts = vec![
            self.bytes.clone(),
            self.parameter("e_bit", "j_per_bit", "energy of a bit at both ends", model.j_per_bit),
            share,
        ];
        let period = match (model.energy, self.frame_rate_hz) {
            (InterposerEnergy::PerFramePeriod, Some(frame_rate_hz)) => {
                parts.push(self.frame_rate(frame_rate_hz));
                parts.push(self.time(
                    "t",
                    "time of the message: as CNNParted, power over the frame period × time",
                ));
                " × f × t"
            }
            _ => "",
        };
        node.formula(&format!("8 × b × e_bit{period} × {factor}"), parts)
    }

    fn radio_rate(&self, model: &Radio) -> Explanation {
        let rate = model.rate_bytes_per_s(self.direction);
        if model.is_up(self.direction) {
            self.parameter("R", "up_bytes_per_s", "rate from the phone to the network", rate)
        } else {
            self.parameter("R", "down_bytes_per_s", "rate from the network to the phone", rate)
        }
    }

    fn radio_energy(&self, node: Node, model: &Radio, side: Side) -> Explanation {
        let is_up = model.is_up(self.direction);
        if is_up != (side == Side::Sender) {
            return node.given("the network's end is not part of the system");
        }
        let alpha = if is_up {
            self.parameter(
                "α",
                "up_j_per_byte",
                "energy of sending a byte, on top",
                model.up_j_per_byte,
            )
        } else {
            let value = model.down_j_per_byte;
            self.parameter("α", "down_j_per_byte", "energy of receiving a byte, on top", value)
        };
        let beta = self.parameter("β", "active_power_w", "power of the active radio", model.active_power_w);
        let formula = match model.energy {
            RadioEnergy::Corrected => "(α × R + β) × (b / R)",
            RadioEnergy::Legacy => "(α / 64 × R + β / 1000000) × (b / R)",
        };
        node.formula(formula, vec![alpha, self.radio_rate(model), beta, self.bytes.clone()])
    }
}
