//! Link models: latency and energy of sending a number of bytes between two neighbouring devices.

pub mod preset;

use serde::{Deserialize, Serialize};

/// Whether both directions of a link share its medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Duplex {
    /// Both directions share the rate (the default, rulings.md 6).
    Half,
    /// Each direction has the full rate.
    Full,
}

/// The way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// From the device that comes first in the system to the later one.
    Forward,
    /// From the later device to the earlier one.
    Back,
}

/// The link models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LinkModel {
    /// A constant rate with a fixed latency per message and energy per byte.
    Plain(PlainLink),
}

/// latency = `latency_s` + bytes / rate; energy = bytes × (transmit + receive), each end paying its own share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainLink {
    /// Sustained rate in bytes per second, > 0.
    pub rate_bytes_per_s: f64,
    /// Seconds per message, whatever its size.
    pub latency_s: f64,
    /// Joules per byte at the sender.
    pub transmit_j_per_byte: f64,
    /// Joules per byte at the receiver (0 = the sender pays all).
    pub receive_j_per_byte: f64,
}

/// What one message costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transfer {
    /// Seconds from the first byte sent to the last byte received; the link is busy that long.
    pub latency_s: f64,
    /// Joules spent by the sender.
    pub transmit_j: f64,
    /// Joules spent by the receiver.
    pub receive_j: f64,
}

impl LinkModel {
    /// Cost of one message of `bytes` bytes (> 0; no bytes = no message, decided by the caller) on a link that is used
    /// `frame_rate_hz` times per second, `None` = as often as it can be.
    pub fn transfer(&self, bytes: u64, _direction: Direction, _frame_rate_hz: Option<f64>) -> Transfer {
        match self {
            Self::Plain(link) => Transfer {
                latency_s: link.latency_s + bytes as f64 / link.rate_bytes_per_s,
                transmit_j: bytes as f64 * link.transmit_j_per_byte,
                receive_j: bytes as f64 * link.receive_j_per_byte,
            },
        }
    }

    /// What `bytes` further bytes add to a message that is sent anyway: `transfer(a + b) = transfer(a) + marginal(b)`.
    ///
    /// The search charges returning outputs layer by layer and relies on this, so every link model must be affine in the bytes.
    pub fn marginal(&self, bytes: u64, direction: Direction, frame_rate_hz: Option<f64>) -> Transfer {
        match self {
            Self::Plain(link) => Transfer {
                latency_s: bytes as f64 / link.rate_bytes_per_s,
                ..self.transfer(bytes, direction, frame_rate_hz)
            },
        }
    }
}
