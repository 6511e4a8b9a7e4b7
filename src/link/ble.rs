//! Bluetooth Low Energy: attribute packets in connection events.

use super::field::{self, Choice, Described, Number, Options, Selector, number, selector};
use super::{Along, Direction, Formula, Transfer};
use crate::presets::Allowed::{NotNegative, Steps};
use serde::{Deserialize, Serialize};

/// Preamble 1, access address and header 7, header of the fragment 2 bytes per packet on air (CNNParted's count).
pub(crate) const PACKET_HEADER_BYTES: f64 = 10.0;
/// L2CAP header 4 and attribute header 3 bytes per attribute packet (Bluetooth Core Specification, volume 3).
pub(crate) const ATTRIBUTE_HEADER_BYTES: f64 = 7.0;
/// The part of it that CNNParted adds to a message of one attribute packet.
pub(crate) const SINGLE_HEADER_BYTES: f64 = 3.0;

/// A message of b bytes becomes N = ceil(b / (mtu − 7)) attribute packets; each takes k connection intervals.
///
/// One interval carries cap = min(mtu, payload × packets per interval) bytes; k = ceil(mtu / cap), and ceil((b + 3) / cap) for a single
/// attribute packet. On air are a = b + 7 N + 10 N k ceil(mtu / payload) bytes, t = 8 a / phy seconds; latency = max(N k interval, t);
/// energy = t × (transmit + receive power). The model of CNNParted (Computer Networks 229, 2023, 109759), its slips corrected
/// ([`BleAccounting`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BluetoothLe {
    /// The physical layer.
    pub phy: BlePhy,
    /// Largest attribute packet in bytes, 23 to 512.
    pub mtu_bytes: f64,
    /// Payload of a packet of the link layer in bytes: 27, up to 251 with data length extension.
    pub payload_bytes: f64,
    /// Seconds between connection events, 7.5 ms to 4 s in steps of 1.25 ms.
    pub interval_s: f64,
    /// Packets of the link layer in a connection event, 1 to 16.
    pub packets_per_interval: f64,
    /// Watts of the sender while on air.
    pub transmit_power_w: f64,
    /// Watts of the receiver while on air (0 = not counted).
    pub receive_power_w: f64,
    /// How time on air and the last packet are counted.
    #[serde(default)]
    pub accounting: BleAccounting,
}

/// The physical layers of Bluetooth LE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlePhy {
    /// 2 Mbit/s.
    Le2M,
    /// 1 Mbit/s.
    Le1M,
    /// 500 kbit/s, coded.
    Coded500k,
    /// 125 kbit/s, coded.
    Coded125k,
}

/// How time on air and the last packet are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum BleAccounting {
    /// Eight bits a byte; a single attribute packet that is exactly full is full; no message is faster than its bits.
    #[default]
    Corrected,
    /// As CNNParted publishes it: bytes divided by bits per second, and a single full attribute packet counted as empty.
    Published,
}

impl Options for BlePhy {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Le2M, "2 Mbit/s"),
        (Self::Le1M, "1 Mbit/s"),
        (Self::Coded500k, "500 kbit/s"),
        (Self::Coded125k, "125 kbit/s"),
    ];
}

impl Options for BleAccounting {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Corrected, "corrected"), (Self::Published, "as CNNParted")];
}

impl BlePhy {
    /// Bits per second on air.
    pub(crate) fn bits_per_s(self) -> f64 {
        match self {
            Self::Le2M => 2e6,
            Self::Le1M => 1e6,
            Self::Coded500k => 5e5,
            Self::Coded125k => 1.25e5,
        }
    }
}

const NUMBERS: [Number<BluetoothLe>; 6] = [
    number!(
        mtu_bytes,
        Bytes,
        Steps(23.0, 512.0, 1.0),
        "attribute packet",
        "Largest attribute packet (ATT MTU)"
    ),
    number!(
        payload_bytes,
        Bytes,
        Steps(27.0, 251.0, 1.0),
        "packet payload",
        "Payload of a packet of the link layer: 27 B, up to 251 B with data length extension"
    ),
    number!(
        interval_s,
        Seconds,
        Steps(0.0075, 4.0, 0.00125),
        "interval",
        "Time between connection events, in steps of 1.25 ms"
    ),
    number!(
        packets_per_interval,
        Count,
        Steps(1.0, 16.0, 1.0),
        "packets each",
        "Packets of the link layer in one connection event"
    ),
    number!(
        transmit_power_w,
        Watts,
        NotNegative,
        "sending",
        "Power of the sender while on air"
    ),
    number!(
        receive_power_w,
        Watts,
        NotNegative,
        "receiving",
        "Power of the receiver while on air (0 = not counted)"
    ),
];

const SELECTORS: [Selector<BluetoothLe>; 2] = [
    selector!(phy: BlePhy, "radio", "Physical layer: bits per second on air; 500 and 125 kbit/s are coded for long range", false),
    selector!(
        accounting: BleAccounting,
        "time on air",
        "Corrected, or as CNNParted publishes it: bytes divided by bits per second, and a full single packet counted as empty",
        true
    ),
];

/// How a message is cut up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packets {
    /// Attribute packets (N).
    pub attributes: f64,
    /// Connection intervals per attribute packet (k).
    pub intervals: f64,
    /// Bytes that decide the intervals: those of the only attribute packet, or of a full one.
    pub largest_bytes: f64,
    /// Bytes on air (a).
    pub air_bytes: f64,
}

impl BluetoothLe {
    /// Bytes an interval carries (cap).
    pub(crate) fn interval_bytes(&self) -> f64 {
        self.mtu_bytes.min(self.payload_bytes * self.packets_per_interval)
    }

    /// How a message is cut up.
    pub(crate) fn packets(&self, bytes: f64) -> Packets {
        let data = self.mtu_bytes - ATTRIBUTE_HEADER_BYTES;
        let attributes = (bytes / data).ceil();
        let largest_bytes = if attributes > 1.0 {
            self.mtu_bytes
        } else if self.accounting == BleAccounting::Published {
            bytes % data + SINGLE_HEADER_BYTES
        } else {
            bytes + SINGLE_HEADER_BYTES
        };
        let intervals = (largest_bytes / self.interval_bytes()).ceil();
        let air_packets = attributes * intervals * (self.mtu_bytes / self.payload_bytes).ceil();
        Packets {
            attributes,
            intervals,
            largest_bytes,
            air_bytes: bytes + air_packets * PACKET_HEADER_BYTES + attributes * ATTRIBUTE_HEADER_BYTES,
        }
    }

    /// Seconds on air.
    pub(crate) fn air_s(&self, packets: &Packets) -> f64 {
        let per_byte = match self.accounting {
            BleAccounting::Corrected => 8.0,
            BleAccounting::Published => 1.0,
        };
        per_byte * packets.air_bytes / self.phy.bits_per_s()
    }

    /// Seconds of a message.
    pub(crate) fn latency_s(&self, packets: &Packets) -> f64 {
        let events_s = packets.attributes * packets.intervals * self.interval_s;
        match self.accounting {
            BleAccounting::Corrected => events_s.max(self.air_s(packets)),
            BleAccounting::Published => events_s,
        }
    }
}

impl Formula for BluetoothLe {
    fn transfer(&self, bytes: u64, _: Direction, _: Option<f64>) -> Transfer {
        let packets = self.packets(bytes as f64);
        let air_s = self.air_s(&packets);
        Transfer {
            latency_s: self.latency_s(&packets),
            transmit_j: self.transmit_power_w * air_s,
            receive_j: self.receive_power_w * air_s,
        }
    }

    /// Bytes that full connection events could have carried while the message takes them.
    fn wire_bytes(&self, bytes: u64) -> f64 {
        let packets = self.packets(bytes as f64);
        self.latency_s(&packets) * self.available_bytes_per_s(Direction::Forward)
    }

    fn available_bytes_per_s(&self, _: Direction) -> f64 {
        self.interval_bytes() / self.interval_s
    }

    fn numbers(&self) -> Vec<Described> {
        field::describe(self, &NUMBERS)
    }

    fn number_mut(&mut self, name: &str) -> Option<&mut f64> {
        field::find(self, &NUMBERS, name)
    }

    fn choices(&self) -> Vec<Choice> {
        field::choices(self, &SELECTORS)
    }

    fn choose(&mut self, name: &str, option: usize) -> &'static [Along] {
        field::choose(self, &SELECTORS, name, option);
        &[]
    }
}
