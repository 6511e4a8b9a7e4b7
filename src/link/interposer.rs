//! A link between chiplets in one package: parallel wires over an interposer, a bridge or an organic substrate.

use super::field::{self, Choice, Described, Number, Options, Selector, number, selector};
use super::{Affine, Along, Direction, Formula, Transfer, Tunable};
use crate::presets::Allowed::{self, AboveZero, NotNegative};
use serde::{Deserialize, Serialize};

/// latency = `latency_s` + b / R with R = wires × rate per wire × efficiency; energy = 8 b × energy per bit.
///
/// The model of CNNParted (Kreß et al., Computer Networks 229, 2023, 109759), whose profiles for SerDes, AIB, BoW and UCIe are presets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interposer {
    /// Data wires in each direction, 1 to 4096.
    pub wires: f64,
    /// Bytes per second of one wire, > 0.
    pub wire_bytes_per_s: f64,
    /// Share of the raw rate that carries data, > 0 to 1; the rest goes to flits and protocol.
    pub efficiency: f64,
    /// Seconds per message, whatever its size: both adapters and transceivers.
    pub latency_s: f64,
    /// Joules per bit of data, both ends together.
    pub j_per_bit: f64,
    /// Share of the energy that the receiver spends, 0 to 1.
    pub receiver_share: f64,
    /// How energy is counted.
    #[serde(default)]
    pub energy: InterposerEnergy,
}

/// How the energy of a message over an interposer is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum InterposerEnergy {
    /// Every bit costs its energy.
    #[default]
    PerBit,
    /// As CNNParted publishes it: the average power over the frame period × the time of the transfer, which is too small by the factor
    /// latency × frame rate. Without a frame rate messages follow one another, and both rules agree.
    PerFramePeriod,
}

impl Options for InterposerEnergy {
    const ALL: &'static [(Self, &'static str)] = &[(Self::PerBit, "per bit"), (Self::PerFramePeriod, "as CNNParted")];
}

const NUMBERS: [Number<Interposer>; 6] = [
    number!(
        wires,
        Count,
        Allowed::Steps(1.0, 4096.0, 1.0),
        "wires",
        "Data wires in each direction"
    ),
    number!(
        wire_bytes_per_s,
        BitsPerSecond,
        AboveZero,
        "rate per wire",
        "Raw rate of one wire"
    ),
    number!(
        efficiency,
        Percent,
        Allowed::Between(0.01, 1.0),
        "efficiency",
        "Share of the raw rate that carries data; the rest goes to flits and protocol"
    ),
    number!(
        latency_s,
        Seconds,
        NotNegative,
        "per message",
        "Time per message, whatever its size: both adapters and transceivers"
    ),
    number!(
        j_per_bit,
        JoulesPerBit,
        NotNegative,
        "per bit",
        "Energy per bit of data, both ends together"
    ),
    number!(
        receiver_share,
        Percent,
        Allowed::SHARE,
        "receiver's share",
        "Share of the energy that the receiver spends"
    ),
];

const SELECTORS: [Selector<Interposer>; 1] = [selector!(
    energy: InterposerEnergy,
    "energy rule",
    "Per bit, or as CNNParted publishes it: average power over the frame period × time of the transfer, which is too small",
    true
)];

impl Interposer {
    /// Bytes of data per second.
    pub(crate) fn rate_bytes_per_s(&self) -> f64 {
        self.wires * self.wire_bytes_per_s * self.efficiency
    }

    /// Joules of a message, both ends together.
    fn energy_j(&self, bytes: f64, latency_s: f64, frame_rate_hz: Option<f64>) -> f64 {
        let physical_j = 8.0 * bytes * self.j_per_bit;
        match (self.energy, frame_rate_hz) {
            (InterposerEnergy::PerFramePeriod, Some(frame_rate_hz)) => physical_j * frame_rate_hz * latency_s,
            (InterposerEnergy::PerFramePeriod, None) | (InterposerEnergy::PerBit, _) => physical_j,
        }
    }
}

impl Formula for Interposer {
    fn transfer(&self, bytes: u64, _: Direction, frame_rate_hz: Option<f64>) -> Transfer {
        let bytes = bytes as f64;
        let latency_s = self.latency_s + bytes / self.rate_bytes_per_s();
        let energy_j = self.energy_j(bytes, latency_s, frame_rate_hz);
        Transfer::shared(latency_s, energy_j, self.receiver_share)
    }

    fn available_bytes_per_s(&self, _: Direction) -> f64 {
        self.rate_bytes_per_s()
    }

    fn affine(&self, _: Direction) -> Option<Affine> {
        (self.energy == InterposerEnergy::PerBit).then(|| Affine {
            fixed: Transfer::shared(self.latency_s, 0.0, 0.0),
            per_byte: Transfer::shared(1.0 / self.rate_bytes_per_s(), 8.0 * self.j_per_bit, self.receiver_share),
        })
    }

    fn tunable(&self) -> Option<Tunable> {
        Some(Tunable {
            rate_bytes_per_s: self.rate_bytes_per_s(),
            forward: 1.0,
            back: 1.0,
        })
    }

    fn set_rate(&mut self, rate_bytes_per_s: f64) -> &'static [&'static str] {
        self.wire_bytes_per_s = rate_bytes_per_s / (self.wires * self.efficiency);
        &["wire_bytes_per_s"]
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
