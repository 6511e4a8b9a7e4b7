//! Explanations of a message over Bluetooth LE.

use super::super::Node;
use super::{Sent, Side};
use crate::design::Explanation;
use crate::link::{BleAccounting, BluetoothLe};
use crate::units::Unit;

impl Sent<'_> {
    pub(super) fn ble_time(&self, node: Node, model: &BluetoothLe) -> Explanation {
        let interval = self.parameter("c", "interval_s", "time between connection events", model.interval_s);
        let mut parts = vec![self.attributes(model), self.intervals(model), interval];
        match model.accounting {
            BleAccounting::Corrected => {
                parts.push(self.on_air(model));
                node.formula("max(N × k × c, t_air)", parts)
            }
            BleAccounting::Published => node.formula("N × k × c", parts),
        }
    }

    pub(super) fn ble_energy(&self, node: Node, model: &BluetoothLe, side: Side) -> Explanation {
        let power = match side {
            Side::Sender => self.parameter(
                "P",
                "transmit_power_w",
                "power of the sender on air",
                model.transmit_power_w,
            ),
            Side::Receiver => self.parameter(
                "P",
                "receive_power_w",
                "power of the receiver on air",
                model.receive_power_w,
            ),
        };
        node.formula("P × t_air", vec![power, self.on_air(model)])
    }

    fn mtu(&self, model: &BluetoothLe) -> Explanation {
        self.parameter("mtu", "mtu_bytes", "largest attribute packet", model.mtu_bytes)
    }

    fn payload(&self, model: &BluetoothLe) -> Explanation {
        self.parameter(
            "p",
            "payload_bytes",
            "payload of a packet of the link layer",
            model.payload_bytes,
        )
    }

    /// Attribute packets.
    fn attributes(&self, model: &BluetoothLe) -> Explanation {
        let value = model.packets(self.bytes.value).attributes;
        let node = Node::new("N", "attribute packets, each with 7 B of headers", Unit::Count, value);
        node.formula("ceil(b / (mtu − 7))", vec![self.bytes.clone(), self.mtu(model)])
    }

    /// Connection intervals per attribute packet.
    fn intervals(&self, model: &BluetoothLe) -> Explanation {
        let packets = model.packets(self.bytes.value);
        let per_interval = self.parameter(
            "n",
            "packets_per_interval",
            "packets of the link layer in a connection event",
            model.packets_per_interval,
        );
        let cap = Node::new(
            "cap",
            "bytes of a connection event",
            Unit::Bytes,
            model.interval_bytes(),
        );
        let cap = cap.formula(
            "min(mtu, p × n)",
            vec![self.mtu(model), self.payload(model), per_interval],
        );
        let largest = Node::new("x", "bytes of the largest packet", Unit::Bytes, packets.largest_bytes);
        let both = vec![self.bytes.clone(), self.mtu(model)];
        let counted_as_empty = model.accounting == BleAccounting::Published && packets.largest_bytes < self.bytes.value;
        let largest = if packets.attributes > 1.0 {
            largest.formula("mtu", vec![self.mtu(model)])
        } else if counted_as_empty {
            largest.formula("b − (mtu − 7) + 3", both)
        } else {
            largest.formula("b + 3", vec![self.bytes.clone()])
        };
        let node = Node::new(
            "k",
            "connection intervals per attribute packet",
            Unit::Count,
            packets.intervals,
        );
        node.formula("ceil(x / cap)", vec![largest, cap])
    }

    /// Seconds on air.
    fn on_air(&self, model: &BluetoothLe) -> Explanation {
        let packets = model.packets(self.bytes.value);
        let parts = vec![
            self.bytes.clone(),
            self.attributes(model),
            self.intervals(model),
            self.mtu(model),
            self.payload(model),
        ];
        let meaning = "bytes on air: 10 B of headers for each packet of the link layer, 7 B for each attribute packet";
        let bytes = Node::new("a", meaning, Unit::Bytes, packets.air_bytes);
        let bytes = bytes.formula("b + N × k × ceil(mtu / p) × 10 + N × 7", parts);
        let rate = Node::new("r", "bits per second on air", Unit::Count, model.phy.bits_per_s());
        let rate = rate.given("Bluetooth Core Specification, volume 6, fixed by the physical layer chosen");
        let (formula, meaning) = match model.accounting {
            BleAccounting::Corrected => ("8 × a / r", "time on air"),
            BleAccounting::Published => ("a / r", "time on air, as CNNParted with bytes for bits"),
        };
        let node = Node::new("t_air", meaning, Unit::Seconds, model.air_s(&packets));
        node.formula(formula, vec![bytes, rate])
    }
}
