//! A device's bundles as they were measured, with what views ask of them in every frame.

use crate::cost::profile::{BundleCost, BundleTable, Missing};

/// The bundles of one device.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiled {
    /// The device's name.
    pub name: String,
    /// What bundles cost there, without other load on the device.
    pub table: BundleTable,
    /// Its clocks, ascending; `None` = it has none to choose.
    pub clocks: Vec<Option<u64>>,
    /// Bundles without a cost, whatever their length.
    pub missing: Vec<Missing>,
    /// By clock, then by first and last block: seconds of the single blocks together.
    sums: Vec<Vec<Option<f64>>>,
}

impl Profiled {
    /// The bundles of a device.
    pub fn new(name: String, table: BundleTable) -> Self {
        let clocks = table.clocks();
        Self {
            missing: table.missing(table.blocks()),
            sums: clocks.iter().map(|&clock| sums(&table, clock)).collect(),
            clocks,
            table,
            name,
        }
    }

    /// Seconds of the single blocks `first..=last` together at a clock; `None` = one of them was not measured.
    pub fn sum_of_blocks(&self, first: usize, last: usize, clock_hz: Option<u64>) -> Option<f64> {
        let clock = self.clocks.binary_search(&clock_hz).ok()?;
        *self.sums[clock].get(first * self.table.blocks() + last)?
    }

    /// By which share the sum of its single blocks is off a bundle that was measured as a whole.
    pub fn off(&self, first: usize, last: usize, cost: &BundleCost) -> Option<f64> {
        let sum_s = self.sum_of_blocks(first, last, cost.clock_hz)?;
        (cost.latency_s > 0.0 && !cost.estimated).then(|| sum_s / cost.latency_s - 1.0)
    }
}

/// Running sums from every first block, added up in the order of [`BundleTable::layer_sum`], so that they are equal to the last bit.
fn sums(table: &BundleTable, clock_hz: Option<u64>) -> Vec<Option<f64>> {
    let blocks = table.blocks();
    let single: Vec<Option<f64>> = (0..blocks)
        .map(|block| Some(table.get(block, block, clock_hz)?.latency_s))
        .collect();
    let mut sums = vec![None; blocks * blocks];
    for first in 0..blocks {
        let mut sum = Some(0.0);
        for last in first..blocks {
            sum = sum.zip(single[last]).map(|(sum, own)| sum + own);
            sums[first * blocks + last] = sum;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_table_to_the_last_bit() {
        let cost = |latency_s: f64, clock| BundleCost {
            clock_hz: Some(clock),
            latency_s,
            energy_j: None,
            runs: 1,
            estimated: false,
        };
        let singles = (0..9).map(|block| ((block, block), cost(0.1 + block as f64 / 7.0, 5)));
        // One block is missing at the second clock.
        let others = (0..9)
            .filter(|&block| block != 4)
            .map(|block| ((block, block), cost(0.3, 8)));
        let table = BundleTable::of(9, singles.chain(others).chain([((2, 3), cost(0.5, 5))]));
        let profiled = Profiled::new("a".to_owned(), table.clone());
        for first in 0..9 {
            for last in first..9 {
                for clock in [Some(5), Some(8)] {
                    let expected = table.layer_sum(first, last, clock).map(|sum| sum.latency_s);
                    assert_eq!(profiled.sum_of_blocks(first, last, clock), expected);
                }
            }
        }
        assert_eq!(profiled.sum_of_blocks(0, 0, None), None);
        let off = profiled.off(2, 3, &cost(0.5, 5)).unwrap();
        assert!((off - ((0.2 + 5.0 / 7.0) / 0.5 - 1.0)).abs() < 1e-12);
        assert_eq!(profiled.missing, table.missing(9));
    }
}
