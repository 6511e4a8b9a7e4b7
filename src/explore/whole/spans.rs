//! What partitions between two positions of a schedule cost on devices where that is not the sum of their layers.

use super::super::costs::Costs;
use super::super::exact::Sums;
use crate::network::LayerId;

/// Costs of all partitions of one device over a lattice that is one schedule.
#[derive(Debug, Clone)]
pub(super) struct Spans<const M: usize> {
    positions: usize,
    /// By first and last position: seconds and joules, and the same as sums.
    costs: Vec<Option<([f64; 2], Sums<M>)>>,
}

impl<const M: usize> Spans<M> {
    /// Costs of a device; `None` where its partitions cost the sum of their layers.
    pub(super) fn of(costs: &Costs<M>, device: usize) -> Option<Self> {
        let partitions = costs.problem.table.row(device).partitions.as_ref()?;
        let lattice = costs.lattice;
        let positions = lattice.places().len();
        let order: Vec<LayerId> = (0..positions)
            .filter_map(|place| lattice.steps(place).first().map(|step| step.layer))
            .collect();
        let mut all = vec![None; positions * positions];
        for start in 0..positions {
            for end in start + 1..positions {
                let cost = order.get(start..end).and_then(|layers| partitions.cost(layers));
                all[start * positions + end] = cost.and_then(|cost| Some((cost, costs.whole(cost)?)));
            }
        }
        Some(Self { positions, costs: all })
    }

    /// Seconds and joules of the partition between two positions, and what it adds; `None` = the device cannot run it.
    pub(super) fn between(&self, start: usize, end: usize) -> Option<([f64; 2], Sums<M>)> {
        *self.costs.get(start * self.positions + end)?
    }
}
