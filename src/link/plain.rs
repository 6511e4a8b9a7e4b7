//! A constant rate with a fixed time per message.

use super::field::{self, Described, Number, number};
use super::{Affine, Direction, Formula, Transfer, Tunable};
use crate::presets::Allowed::{AboveZero, NotNegative};
use serde::{Deserialize, Serialize};

/// latency = `latency_s` + bytes / rate; energy = bytes × (transmit + receive), each end paying its own share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainLink {
    /// Sustained rate in bytes per second, > 0.
    pub rate_bytes_per_s: f64,
    /// Seconds per message, whatever its size: half of a round trip and what software adds.
    pub latency_s: f64,
    /// Joules per byte at the sender.
    pub transmit_j_per_byte: f64,
    /// Joules per byte at the receiver (0 = the sender pays all).
    pub receive_j_per_byte: f64,
}

const NUMBERS: [Number<PlainLink>; 4] = [
    number!(rate_bytes_per_s, BitsPerSecond, AboveZero, "rate", "Sustained rate"),
    number!(
        latency_s,
        Seconds,
        NotNegative,
        "per message",
        "Time per message, whatever its size: half of a round trip and what software adds"
    ),
    number!(
        transmit_j_per_byte,
        JoulesPerByte,
        NotNegative,
        "sending",
        "Energy per byte at the sender"
    ),
    number!(
        receive_j_per_byte,
        JoulesPerByte,
        NotNegative,
        "receiving",
        "Energy per byte at the receiver (0 = the sender pays all)"
    ),
];

impl Formula for PlainLink {
    fn transfer(&self, bytes: u64, _: Direction, _: Option<f64>) -> Transfer {
        let bytes = bytes as f64;
        Transfer {
            latency_s: self.latency_s + bytes / self.rate_bytes_per_s,
            transmit_j: bytes * self.transmit_j_per_byte,
            receive_j: bytes * self.receive_j_per_byte,
        }
    }

    fn available_bytes_per_s(&self, _: Direction) -> f64 {
        self.rate_bytes_per_s
    }

    fn affine(&self, _: Direction) -> Option<Affine> {
        Some(Affine {
            fixed: Transfer {
                latency_s: self.latency_s,
                transmit_j: 0.0,
                receive_j: 0.0,
            },
            per_byte: Transfer {
                latency_s: 1.0 / self.rate_bytes_per_s,
                transmit_j: self.transmit_j_per_byte,
                receive_j: self.receive_j_per_byte,
            },
        })
    }

    fn tunable(&self) -> Option<Tunable> {
        Some(Tunable {
            rate_bytes_per_s: self.rate_bytes_per_s,
            forward: 1.0,
            back: 1.0,
        })
    }

    fn set_rate(&mut self, rate_bytes_per_s: f64) -> &'static [&'static str] {
        self.rate_bytes_per_s = rate_bytes_per_s;
        &["rate_bytes_per_s"]
    }

    fn numbers(&self) -> Vec<Described> {
        field::describe(self, &NUMBERS)
    }

    fn number_mut(&mut self, name: &str) -> Option<&mut f64> {
        field::find(self, &NUMBERS, name)
    }
}
