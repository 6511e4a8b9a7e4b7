//! Link models: what sending a number of bytes from one device to another takes.
//!
//! One file holds one model: its parameters, its formula and where the formula comes from. [`LinkModel`] is the choice among them;
//! everything else asks it through the methods here and need not know which model it is.
//!
//! A model whose costs are a fixed part and a part per byte says so by [`LinkModel::affine`]; Ethernet, Bluetooth LE and DRAM send whole
//! frames, packets and bursts and are not. One whose latency is a + bytes / rate for a rate that can be chosen freely has a
//! [`LinkModel::tunable`] rate: only there does it make sense to ask at which rate the best design changes.

mod ble;
pub(crate) mod dram;
pub(crate) mod ethernet;
mod field;
mod interposer;
mod plain;
pub mod preset;
mod radio;
mod shortage;

pub use ble::{BleAccounting, BlePhy, BluetoothLe, Packets};
pub use dram::{AccessPattern, Dram, DramBin, RequestRule, Timing};
pub use ethernet::{Eee, EeeRule, Ethernet, EthernetMode, Sleep, Standard};
pub use field::{Along, Choice, Described};
pub use interposer::{Interposer, InterposerEnergy};
pub use plain::PlainLink;
pub use radio::{End, Radio, RadioEnergy};
pub use shortage::Shortage;

use crate::presets::Fault;
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
    /// A constant rate with a fixed time per message.
    Plain(PlainLink),
    /// Ethernet over twisted pair.
    Ethernet(Ethernet),
    /// Parallel wires between chiplets in one package.
    Interposer(Interposer),
    /// Bluetooth Low Energy.
    BluetoothLe(BluetoothLe),
    /// A shared memory.
    Dram(Dram),
    /// A phone's radio towards a network.
    Radio(Radio),
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

/// Costs that are a fixed part and a part per byte.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// Of a message, whatever its size.
    pub fixed: Transfer,
    /// Of every byte.
    pub per_byte: Transfer,
}

/// A rate that can be chosen freely: a message of b bytes takes a fixed time + b × weight of its direction / rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tunable {
    /// The present rate in bytes per second.
    pub rate_bytes_per_s: f64,
    /// Weight of a byte that goes forward: the rate / the rate of that direction.
    pub forward: f64,
    /// Weight of a byte that goes back.
    pub back: f64,
}

impl Tunable {
    /// Weight of a byte in a direction.
    pub fn weight(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Forward => self.forward,
            Direction::Back => self.back,
        }
    }
}

impl Transfer {
    /// A transfer of which the receiver spends a share of the energy.
    fn shared(latency_s: f64, energy_j: f64, receiver_share: f64) -> Self {
        Self {
            latency_s,
            transmit_j: energy_j * (1.0 - receiver_share),
            receive_j: energy_j * receiver_share,
        }
    }

    /// Joules at both ends.
    pub fn energy_j(&self) -> f64 {
        self.transmit_j + self.receive_j
    }
}

/// What every link model can tell.
trait Formula {
    /// Cost of one message.
    fn transfer(&self, bytes: u64, direction: Direction, frame_rate_hz: Option<f64>) -> Transfer;

    /// Bytes that occupy the medium while a message is sent, framing included.
    fn wire_bytes(&self, bytes: u64) -> f64 {
        bytes as f64
    }

    /// Bytes per second that the medium carries in a direction.
    fn available_bytes_per_s(&self, direction: Direction) -> f64;

    /// Fixed part and part per byte, where the costs are made of these.
    fn affine(&self, _direction: Direction) -> Option<Affine> {
        None
    }

    /// The rate that can be chosen freely.
    fn tunable(&self) -> Option<Tunable> {
        None
    }

    /// Sets the tunable rate; returns the names of the numbers that changed.
    fn set_rate(&mut self, _rate_bytes_per_s: f64) -> &'static [&'static str] {
        &[]
    }

    /// Its numbers.
    fn numbers(&self) -> Vec<Described>;

    /// The place of a number.
    fn number_mut(&mut self, name: &str) -> Option<&mut f64>;

    /// Its choices.
    fn choices(&self) -> Vec<Choice> {
        Vec::new()
    }

    /// Chooses an option; returns the numbers that changed along with it.
    fn choose(&mut self, _name: &str, _option: usize) -> &'static [Along] {
        &[]
    }

    /// What is wrong beyond single numbers.
    fn faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}

impl LinkModel {
    fn formula(&self) -> &dyn Formula {
        match self {
            Self::Plain(model) => model,
            Self::Ethernet(model) => model,
            Self::Interposer(model) => model,
            Self::BluetoothLe(model) => model,
            Self::Dram(model) => model,
            Self::Radio(model) => model,
        }
    }

    fn formula_mut(&mut self) -> &mut dyn Formula {
        match self {
            Self::Plain(model) => model,
            Self::Ethernet(model) => model,
            Self::Interposer(model) => model,
            Self::BluetoothLe(model) => model,
            Self::Dram(model) => model,
            Self::Radio(model) => model,
        }
    }

    /// The kind of model in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Plain(_) => "constant rate",
            Self::Ethernet(_) => "Ethernet",
            Self::Interposer(_) => "chiplet link",
            Self::BluetoothLe(_) => "Bluetooth LE",
            Self::Dram(_) => "shared memory",
            Self::Radio(_) => "phone radio",
        }
    }

    /// Cost of one message of `bytes` bytes (> 0; no bytes = no message, decided by the caller) on a link that is used
    /// `frame_rate_hz` times per second, `None` = as often as it can be, so that it is never idle.
    ///
    /// Never NaN or negative if the model is valid, and never less for more bytes unless a published slip is chosen.
    pub fn transfer(&self, bytes: u64, direction: Direction, frame_rate_hz: Option<f64>) -> Transfer {
        self.formula().transfer(bytes, direction, frame_rate_hz)
    }

    /// What a message of `bytes` bytes costs on top of an empty one.
    ///
    /// For a model that is [affine](Self::affine), `transfer(a + b) = transfer(a) + marginal(b)`: further bytes may be charged wherever
    /// they come up. For others this holds for a = 0 only.
    pub fn marginal(&self, bytes: u64, direction: Direction, frame_rate_hz: Option<f64>) -> Transfer {
        if let Some(affine) = self.affine(direction) {
            let bytes = bytes as f64;
            return Transfer {
                latency_s: bytes * affine.per_byte.latency_s,
                transmit_j: bytes * affine.per_byte.transmit_j,
                receive_j: bytes * affine.per_byte.receive_j,
            };
        }
        let [all, none] = [bytes, 0].map(|bytes| self.transfer(bytes, direction, frame_rate_hz));
        Transfer {
            latency_s: all.latency_s - none.latency_s,
            transmit_j: all.transmit_j - none.transmit_j,
            receive_j: all.receive_j - none.receive_j,
        }
    }

    /// Bytes that occupy the medium while a message is sent, framing included.
    pub fn wire_bytes(&self, bytes: u64) -> f64 {
        self.formula().wire_bytes(bytes)
    }

    /// Bytes per second, framing included, that the medium carries in a direction; `None` = no limit is known.
    pub fn available_bytes_per_s(&self, direction: Direction) -> Option<f64> {
        Some(self.formula().available_bytes_per_s(direction))
    }

    /// Fixed part and part per byte of the costs in a direction; `None` where they are not made of these.
    pub fn affine(&self, direction: Direction) -> Option<Affine> {
        self.formula().affine(direction)
    }

    /// The rate that can be chosen freely; `None` where a standard fixes it.
    pub fn tunable(&self) -> Option<Tunable> {
        self.formula().tunable()
    }

    /// Sets the [tunable](Self::tunable) rate; returns the names of the numbers that changed (none where there is no such rate).
    pub fn set_rate(&mut self, rate_bytes_per_s: f64) -> &'static [&'static str] {
        self.formula_mut().set_rate(rate_bytes_per_s)
    }

    /// Its numbers with names, units, ranges and words.
    pub fn numbers(&self) -> Vec<Described> {
        self.formula().numbers()
    }

    /// A number by its name.
    pub fn number_mut(&mut self, name: &str) -> Option<&mut f64> {
        self.formula_mut().number_mut(name)
    }

    /// Parameters that are one of a few named options.
    pub fn choices(&self) -> Vec<Choice> {
        self.formula().choices()
    }

    /// Chooses an option by its index; returns the numbers that changed along with it. Unknown names and options change nothing.
    pub fn choose(&mut self, name: &str, option: usize) -> &'static [Along] {
        self.formula_mut().choose(name, option)
    }
}
