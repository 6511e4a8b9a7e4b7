//! A phone's radio towards a network that is not part of the system: unequal rates, and the phone pays for both directions.

use super::field::{self, Choice, Described, Number, Options, Selector, number, selector};
use super::{Affine, Along, Direction, Formula, Transfer, Tunable};
use crate::presets::Allowed::{AboveZero, NotNegative};
use serde::{Deserialize, Serialize};

/// latency = rtt / 2 + bytes / rate of the direction; energy = (alpha × rate + beta) × bytes / rate, all of it at the phone.
///
/// Power grows with the rate: alpha in joules per byte, beta in watts while the radio transfers. Rates and powers of the presets for 3G, LTE
/// and Wi-Fi are those of JointDNN (Eshratifar et al., IEEE Transactions on Mobile Computing 20(2), 2021).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Radio {
    /// Rate from the phone to the network in bytes per second, > 0.
    pub up_bytes_per_s: f64,
    /// Rate from the network to the phone in bytes per second, > 0.
    pub down_bytes_per_s: f64,
    /// Joules per byte sent, on top of the power of the active radio (alpha; 1 mW per Mbit/s = 8 nJ/B).
    pub up_j_per_byte: f64,
    /// Joules per byte received, on top of the power of the active radio.
    pub down_j_per_byte: f64,
    /// Watts of the radio while it transfers, whatever the rate (beta).
    pub active_power_w: f64,
    /// Seconds of a round trip; a message takes half of it.
    pub rtt_s: f64,
    /// Which end of the link is the phone.
    pub phone: End,
    /// How energy is counted.
    #[serde(default)]
    pub energy: RadioEnergy,
}

/// One end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum End {
    /// The device that comes first in the system.
    #[default]
    First,
    /// The other one.
    Second,
}

/// How the energy of a radio is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum RadioEnergy {
    /// With the units the powers were published in.
    #[default]
    Corrected,
    /// As in the published DIME/FreDDI optimisers, whose unit slip makes alpha 64 times and beta a million times too small.
    Legacy,
}

/// By how much the published formula makes alpha too small: it divides mW per Mbit/s by 8 × 1000 where × 8 / 1000 gives µW per byte/s.
pub(crate) const LEGACY_ALPHA: f64 = 64.0;
/// By how much the published formula makes beta too small: it divides milliwatts by 1000 where × 1000 gives µW.
pub(crate) const LEGACY_BETA: f64 = 1e6;

impl Options for End {
    const ALL: &'static [(Self, &'static str)] = &[(Self::First, "first device"), (Self::Second, "second device")];
}

impl Options for RadioEnergy {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Corrected, "corrected"), (Self::Legacy, "as DIME")];
}

const NUMBERS: [Number<Radio>; 6] = [
    number!(
        up_bytes_per_s,
        BitsPerSecond,
        AboveZero,
        "rate up",
        "Rate from the phone to the network"
    ),
    number!(
        down_bytes_per_s,
        BitsPerSecond,
        AboveZero,
        "rate down",
        "Rate from the network to the phone"
    ),
    number!(
        up_j_per_byte,
        JoulesPerByte,
        NotNegative,
        "sending",
        "Energy per byte sent, on top of the power of the active radio (1 mW per Mbit/s = 8 nJ/B)"
    ),
    number!(
        down_j_per_byte,
        JoulesPerByte,
        NotNegative,
        "receiving",
        "Energy per byte received, on top of the power of the active radio"
    ),
    number!(
        active_power_w,
        Watts,
        NotNegative,
        "active power",
        "Power of the radio while it transfers, whatever the rate"
    ),
    number!(
        rtt_s,
        Seconds,
        NotNegative,
        "round trip",
        "Time of a round trip; a message takes half of it"
    ),
];

const SELECTORS: [Selector<Radio>; 2] = [
    selector!(
        phone: End,
        "phone",
        "Which device is the phone: it pays for both directions, and its rate up applies to what it sends",
        false
    ),
    selector!(
        energy: RadioEnergy,
        "energy rule",
        "Corrected, or with the unit slip of the published DIME optimisers",
        true
    ),
];

impl Radio {
    /// Whether a message in this direction goes from the phone to the network.
    pub(crate) fn is_up(&self, direction: Direction) -> bool {
        (direction == Direction::Forward) == (self.phone == End::First)
    }

    /// Bytes per second in a direction.
    pub(crate) fn rate_bytes_per_s(&self, direction: Direction) -> f64 {
        if self.is_up(direction) {
            self.up_bytes_per_s
        } else {
            self.down_bytes_per_s
        }
    }

    /// Joules per byte (alpha) and watts (beta) in a direction, as the energy rule takes them.
    pub(crate) fn power(&self, direction: Direction) -> (f64, f64) {
        let per_byte_j = if self.is_up(direction) {
            self.up_j_per_byte
        } else {
            self.down_j_per_byte
        };
        match self.energy {
            RadioEnergy::Corrected => (per_byte_j, self.active_power_w),
            RadioEnergy::Legacy => (per_byte_j / LEGACY_ALPHA, self.active_power_w / LEGACY_BETA),
        }
    }

    fn at_phone(&self, direction: Direction, latency_s: f64, energy_j: f64) -> Transfer {
        let receiver_share = if self.is_up(direction) { 0.0 } else { 1.0 };
        Transfer::shared(latency_s, energy_j, receiver_share)
    }
}

impl Formula for Radio {
    fn transfer(&self, bytes: u64, direction: Direction, _: Option<f64>) -> Transfer {
        let rate = self.rate_bytes_per_s(direction);
        let (per_byte_j, active_w) = self.power(direction);
        let time_s = bytes as f64 / rate;
        let energy_j = (per_byte_j * rate + active_w) * time_s;
        self.at_phone(direction, self.rtt_s / 2.0 + time_s, energy_j)
    }

    fn available_bytes_per_s(&self, direction: Direction) -> f64 {
        self.rate_bytes_per_s(direction)
    }

    fn affine(&self, direction: Direction) -> Option<Affine> {
        let rate = self.rate_bytes_per_s(direction);
        let (per_byte_j, active_w) = self.power(direction);
        Some(Affine {
            fixed: Transfer::shared(self.rtt_s / 2.0, 0.0, 0.0),
            per_byte: self.at_phone(direction, 1.0 / rate, per_byte_j + active_w / rate),
        })
    }

    /// The rate up; the rate down keeps its ratio to it.
    fn tunable(&self) -> Option<Tunable> {
        let weight = |direction| self.up_bytes_per_s / self.rate_bytes_per_s(direction);
        Some(Tunable {
            rate_bytes_per_s: self.up_bytes_per_s,
            forward: weight(Direction::Forward),
            back: weight(Direction::Back),
        })
    }

    fn set_rate(&mut self, rate_bytes_per_s: f64) -> &'static [&'static str] {
        self.down_bytes_per_s *= rate_bytes_per_s / self.up_bytes_per_s;
        self.up_bytes_per_s = rate_bytes_per_s;
        &["up_bytes_per_s", "down_bytes_per_s"]
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
