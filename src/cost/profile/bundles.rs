//! What bundles cost on one device: by first and last block and clock.

use super::error::ProfileError;
use crate::network::blocks::Blocks;
use crate::units;
use std::collections::BTreeMap;

/// Cost of a bundle at one clock.
#[derive(Debug, Clone, PartialEq)]
pub struct BundleCost {
    /// Clock in hertz; `None` = the device has none to choose.
    pub clock_hz: Option<u64>,
    /// Seconds.
    pub latency_s: f64,
    /// Joules; `None` = not measured.
    pub energy_j: Option<f64>,
    /// How many runs it is the mean of.
    pub runs: usize,
    /// Whether it is the sum of its single blocks and not a measurement.
    pub estimated: bool,
}

/// Costs of a device's bundles. A bundle is measured as a whole: its cost is not the sum of its blocks.
#[derive(Debug, Clone, PartialEq)]
pub struct BundleTable {
    blocks: usize,
    costs: BTreeMap<(usize, usize), Vec<BundleCost>>,
}

/// A bundle without a cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// First block.
    pub first: usize,
    /// Last block.
    pub last: usize,
    /// Clock in hertz; `None` = the device has none to choose.
    pub clock_hz: Option<u64>,
}

impl BundleTable {
    /// A table of costs by first and last block of a network of `blocks` blocks; of two costs of a bundle at a clock the later holds.
    pub fn of(blocks: usize, costs: impl IntoIterator<Item = ((usize, usize), BundleCost)>) -> Self {
        let mut table = Self {
            blocks,
            costs: BTreeMap::new(),
        };
        for (span, cost) in costs {
            table.insert(span, cost);
        }
        table
    }

    fn insert(&mut self, span: (usize, usize), cost: BundleCost) {
        let at = self.costs.entry(span).or_default();
        match at.binary_search_by_key(&cost.clock_hz, |own| own.clock_hz) {
            Ok(same) => at[same] = cost,
            Err(place) => at.insert(place, cost),
        }
    }

    /// The costs of bundles of up to `longest` blocks alone.
    #[must_use]
    pub fn up_to(&self, longest: usize) -> Self {
        let costs = self.costs.iter();
        let kept = costs.filter(|&(&(first, last), _)| last + 1 - first <= longest);
        Self {
            blocks: self.blocks,
            costs: kept.map(|(&span, costs)| (span, costs.clone())).collect(),
        }
    }

    /// Number of blocks of the network.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// Costs of blocks `first..=last` by clock, ascending; empty = not available.
    pub fn at(&self, first: usize, last: usize) -> &[BundleCost] {
        self.costs.get(&(first, last)).map_or(&[], Vec::as_slice)
    }

    /// The cost of blocks `first..=last` at a clock.
    pub fn get(&self, first: usize, last: usize, clock_hz: Option<u64>) -> Option<&BundleCost> {
        self.at(first, last).iter().find(|cost| cost.clock_hz == clock_hz)
    }

    /// All costs by first and last block.
    pub fn iter(&self) -> impl Iterator<Item = ((usize, usize), &BundleCost)> {
        self.costs
            .iter()
            .flat_map(|(&span, costs)| costs.iter().map(move |cost| (span, cost)))
    }

    /// All clocks that occur, ascending.
    pub fn clocks(&self) -> Vec<Option<u64>> {
        let mut clocks: Vec<_> = self.iter().map(|(_, cost)| cost.clock_hz).collect();
        clocks.sort_unstable();
        clocks.dedup();
        clocks
    }

    /// Whether every cost has an energy.
    pub fn has_energy(&self) -> bool {
        self.iter().all(|(_, cost)| cost.energy_j.is_some())
    }

    /// Bundles of up to `longest` blocks without a cost at one of the clocks, by size, then first block.
    pub fn missing(&self, longest: usize) -> Vec<Missing> {
        let clocks = self.clocks();
        let mut missing = Vec::new();
        for size in 1..=longest.min(self.blocks) {
            for first in 0..=self.blocks - size {
                let last = first + size - 1;
                let absent = clocks.iter().filter(|&&clock| self.get(first, last, clock).is_none());
                missing.extend(absent.map(|&clock_hz| Missing { first, last, clock_hz }));
            }
        }
        missing
    }

    /// Sum of the single blocks' costs at a clock: what a model of layers would say of the bundle.
    pub fn layer_sum(&self, first: usize, last: usize, clock_hz: Option<u64>) -> Option<BundleCost> {
        let mut sum = BundleCost {
            clock_hz,
            latency_s: 0.0,
            energy_j: Some(0.0),
            runs: 0,
            estimated: true,
        };
        for block in first..=last {
            let cost = self.get(block, block, clock_hz)?;
            sum.latency_s += cost.latency_s;
            sum.energy_j = sum.energy_j.zip(cost.energy_j).map(|(sum, energy)| sum + energy);
        }
        Some(sum)
    }

    /// Fills missing bundles of up to `longest` blocks with the sums of their single blocks, marked as estimated; gives those it filled.
    pub fn estimate_missing(&mut self, longest: usize) -> Vec<Missing> {
        let missing = self.missing(longest);
        let filled = missing.into_iter().filter(|missing| {
            let sum = self.layer_sum(missing.first, missing.last, missing.clock_hz);
            let sum = sum.filter(|_| missing.first < missing.last);
            let is_known = sum.is_some();
            if let Some(sum) = sum {
                self.insert((missing.first, missing.last), sum);
            }
            is_known
        });
        filled.collect()
    }

    /// Joins the tables of one device whose clocks lie in files of their own.
    ///
    /// # Errors
    /// Both have a cost of the same bundle at the same clock; `file` names the other table.
    pub fn merge(&mut self, other: Self, blocks: &Blocks, file: &str) -> Result<(), ProfileError> {
        for (span, costs) in other.costs {
            for cost in costs {
                if self.get(span.0, span.1, cost.clock_hz).is_some() {
                    let clock = cost
                        .clock_hz
                        .map_or("without a clock".to_owned(), |hz| format!("at {}", units::clock(hz)));
                    return Err(ProfileError {
                        file: file.to_owned(),
                        row: None,
                        column: None,
                        problem: format!(
                            "{} {clock} is in another file of the device as well",
                            blocks.bundle(span.0, span.1)
                        ),
                        remedy: "Give every clock's file once, with a column frequency or with its clock in its name behind latencies_ or fixed_"
                            .to_owned(),
                    });
                }
                self.insert(span, cost);
            }
        }
        Ok(())
    }
}

impl Missing {
    /// In words: `conv1..conv3 at 460.8 MHz`.
    pub fn words(&self, blocks: &Blocks) -> String {
        let bundle = blocks.words(self.first, self.last);
        match self.clock_hz {
            Some(hz) => format!("{bundle} at {}", units::clock(hz)),
            None => bundle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(latency_s: f64, clock_hz: Option<u64>) -> BundleCost {
        BundleCost {
            clock_hz,
            latency_s,
            energy_j: None,
            runs: 3,
            estimated: false,
        }
    }

    #[test]
    fn missing_bundles_are_named_and_filled_only_when_asked_for() {
        let single = |block| ((block, block), cost(1.0, Some(7)));
        let mut table = BundleTable::of(3, (0..3).map(single).chain([((0, 1), cost(1.5, Some(7)))]));
        let missing = |first, last| Missing {
            first,
            last,
            clock_hz: Some(7),
        };
        assert_eq!(table.missing(2), [missing(1, 2)]);
        assert_eq!(table.missing(9), [missing(1, 2), missing(0, 2)]);
        assert_eq!(table.estimate_missing(3), [missing(1, 2), missing(0, 2)]);
        assert!(table.missing(3).is_empty());
        assert_eq!(table.at(0, 2)[0].latency_s, 3.0);
        assert!(table.at(0, 2)[0].estimated && !table.at(0, 1)[0].estimated);
        let blocks = Blocks::preset("alexnet").unwrap();
        assert_eq!(missing(1, 2).words(&blocks), "conv2..conv3 at 0.000007 MHz");
        assert_eq!(table.up_to(2).missing(3), [missing(0, 2)]);
    }

    #[test]
    fn a_missing_single_block_stays_missing() {
        let mut table = BundleTable::of(2, [((0, 0), cost(1.0, None))]);
        assert!(table.estimate_missing(2).is_empty());
        assert_eq!(table.missing(2).len(), 2);
    }

    #[test]
    fn clocks_in_files_of_their_own_are_joined_once() {
        let blocks = Blocks::preset("alexnet").unwrap();
        let of = |clock| BundleTable::of(8, [((0, 0), cost(1.0, Some(clock)))]);
        let mut table = of(1);
        table.merge(of(2), &blocks, "b.csv").unwrap();
        assert_eq!(table.clocks(), [Some(1), Some(2)]);
        let error = table.merge(of(2), &blocks, "b.csv").unwrap_err().to_string();
        assert!(
            error.starts_with("b.csv: conv1 at 0.000002 MHz is in another file"),
            "{error}"
        );
    }
}
