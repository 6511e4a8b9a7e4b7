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

/// Costs of handing over between any two devices at every boundary.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfers {
    machines: usize,
    /// By boundary, sender, receiver.
    costs: Vec<Cost>,
}

impl Transfers {
    /// Costs of `bytes` at every boundary, before each block and behind the last, over the link of every two devices (the first one
    /// smaller). Of the energy counts what the edge, device 0, spends on sending and receiving.
    pub fn new<'a>(bytes: &[u64], machines: usize, link: impl Fn(usize, usize) -> &'a LinkModel) -> Self {
        Self::by(bytes, machines, |bytes, from, to| cost(bytes, from, to, &link))
    }

    /// Costs of `bytes` at every boundary by any rule of bytes (above 0), sender and receiver (never the same): routes over several links,
    /// for example. Handing over nothing costs nothing.
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
        Self { machines, costs }
    }

    /// The cost at a boundary, 0 before the first block.
    pub fn at(&self, boundary: usize, from: usize, to: usize) -> Cost {
        let index = (boundary * self.machines + from) * self.machines + to;
        self.costs.get(index).copied().unwrap_or_default()
    }
}

fn cost<'a>(bytes: u64, from: usize, to: usize, link: &impl Fn(usize, usize) -> &'a LinkModel) -> Cost {
    let direction = if from < to { Direction::Forward } else { Direction::Back };
    let transfer = link(from.min(to), from.max(to)).transfer(bytes, direction, None);
    Cost {
        latency_s: transfer.latency_s,
        energy_j: match (from, to) {
            (0, _) => transfer.transmit_j,
            (_, 0) => transfer.receive_j,
            _ => 0.0,
        },
    }
}
