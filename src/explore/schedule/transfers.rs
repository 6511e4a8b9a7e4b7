//! What handing over at a boundary costs.

use crate::link::{Direction, LinkModel};

/// Time and energy of something.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Seconds.
    pub latency_s: f64,
    /// Joules of the edge.
    pub energy_j: f64,
}

impl Cost {
    /// Of what cannot be done: two devices without a way between them.
    pub const NEVER: Self = Self {
        latency_s: f64::INFINITY,
        energy_j: f64::INFINITY,
    };

    /// Whether it can be done.
    pub fn is_possible(self) -> bool {
        self.latency_s.is_finite() && self.energy_j.is_finite()
    }

    pub(super) fn is_amount(self) -> bool {
        let is_amount = |value: f64| value.is_finite() && value >= 0.0;
        self == Self::NEVER || is_amount(self.latency_s) && is_amount(self.energy_j)
    }
}

/// Costs of handing over between any two devices at every boundary.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfers {
    machines: usize,
    /// By boundary.
    bytes: Vec<u64>,
    /// By boundary, sender, receiver.
    costs: Vec<Cost>,
}

impl Transfers {
    /// Costs of `bytes` at every boundary, before each block and behind the last, over the link of every two devices (the first one
    /// smaller). Of the energy counts what the edge, device 0, spends on sending and receiving.
    pub fn new<'a>(bytes: &[u64], machines: usize, link: impl Fn(usize, usize) -> &'a LinkModel) -> Self {
        Self::by(bytes, machines, |bytes, from, to| {
            Self::over(link(from.min(to), from.max(to)), bytes, from, to)
        })
    }

    /// Costs of `bytes` at every boundary by any rule of bytes (above 0), sender and receiver (never the same): routes over several links,
    /// for example. [`Cost::NEVER`] where there is no way. Handing over nothing costs nothing.
    pub fn by(bytes: &[u64], machines: usize, mut cost: impl FnMut(u64, usize, usize) -> Cost) -> Self {
        let mut costs = Vec::with_capacity(bytes.len() * machines * machines);
        for &bytes in bytes {
            for from in 0..machines {
                for to in 0..machines {
                    costs.push(match from == to || bytes == 0 {
                        true => Cost::default(),
                        false => cost(bytes, from, to),
                    });
                }
            }
        }
        Self {
            machines,
            bytes: bytes.to_vec(),
            costs,
        }
    }

    /// The cost of bytes between two devices over one link whose first end is the smaller device: energy of the edge, device 0, alone.
    pub fn over(link: &LinkModel, bytes: u64, from: usize, to: usize) -> Cost {
        let direction = if from < to { Direction::Forward } else { Direction::Back };
        let transfer = link.transfer(bytes, direction, None);
        Cost {
            latency_s: transfer.latency_s,
            energy_j: match (from, to) {
                (0, _) => transfer.transmit_j,
                (_, 0) => transfer.receive_j,
                _ => 0.0,
            },
        }
    }

    /// The cost at a boundary, 0 before the first block.
    pub fn at(&self, boundary: usize, from: usize, to: usize) -> Cost {
        let index = (boundary * self.machines + from) * self.machines + to;
        self.costs.get(index).copied().unwrap_or_default()
    }

    /// Bytes that a change of the device at a boundary sends.
    pub fn bytes(&self, boundary: usize) -> u64 {
        self.bytes.get(boundary).copied().unwrap_or(0)
    }

    /// Number of boundaries and of devices.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.bytes.len(), self.machines)
    }

    /// All costs.
    pub(super) fn costs(&self) -> &[Cost] {
        &self.costs
    }

    /// Adds the energy of an edge that takes this power while something is sent.
    pub(super) fn wait(&mut self, power_w: f64) {
        for cost in self.costs.iter_mut().filter(|cost| cost.is_possible()) {
            cost.energy_j += power_w * cost.latency_s;
        }
    }
}
