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
    boundaries: usize,
    machines: usize,
    /// By boundary, sender, receiver.
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
        Self::encoded(bytes.len(), machines, |boundary, from, to| {
            let bytes = bytes[boundary];
            let is_free = bytes == 0;
            (
                bytes,
                if is_free {
                    Cost::default()
                } else {
                    cost(bytes, from, to)
                },
            )
        })
    }

    /// Bytes and costs by any rule of boundary, sender and receiver (never the same), where devices write tensors in widths of their own.
    pub fn encoded(
        boundaries: usize,
        machines: usize,
        mut rule: impl FnMut(usize, usize, usize) -> (u64, Cost),
    ) -> Self {
        let count = boundaries * machines * machines;
        let (mut bytes, mut costs) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for boundary in 0..boundaries {
            for from in 0..machines {
                for to in 0..machines {
                    let (sent, cost) = match from == to {
                        true => (0, Cost::default()),
                        false => rule(boundary, from, to),
                    };
                    bytes.push(sent);
                    costs.push(cost);
                }
            }
        }
        Self {
            boundaries,
            machines,
            bytes,
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
        self.costs
            .get(self.index(boundary, from, to))
            .copied()
            .unwrap_or_default()
    }

    /// Bytes that are sent at a boundary.
    pub fn bytes(&self, boundary: usize, from: usize, to: usize) -> u64 {
        self.bytes.get(self.index(boundary, from, to)).copied().unwrap_or(0)
    }

    fn index(&self, boundary: usize, from: usize, to: usize) -> usize {
        (boundary * self.machines + from) * self.machines + to
    }

    /// Number of boundaries and of devices.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.boundaries, self.machines)
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
