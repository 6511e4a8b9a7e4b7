//! What a measurement says of the whole network: sums over bundles beside what the network takes in one piece.

use super::Header;
use crate::cost::profile::BundleTable;
use crate::cost::profile::runs::Run;
use crate::cost::profile::statistics::{Statistics, table, trimmed_mean};
use crate::network::blocks::Blocks;

/// A measurement that is complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What it belongs to.
    pub header: Header,
    /// The network's blocks.
    pub blocks: Blocks,
    /// What the bundles take.
    pub table: BundleTable,
    /// Seconds the network takes in one piece, from its input to its output.
    pub end_to_end_s: f64,
    /// How many runs that is the mean of.
    pub end_to_end_runs: usize,
    /// What sums over bundles say it takes.
    pub predictions: Vec<Prediction>,
}

/// What a sum over bundles says the network takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Which sum, in words.
    pub name: &'static str,
    /// The bundles, by first and last block.
    pub tiling: Vec<(usize, usize)>,
    /// Seconds.
    pub latency_s: f64,
}

impl Outcome {
    /// From all runs, and the durations in seconds of the network in one piece, at least one.
    pub fn new(header: Header, blocks: Blocks, runs: &[Run], mut end_to_end: Vec<f64>) -> Self {
        let (table, _) = table(runs, &blocks, &Statistics::PLAIN);
        let end_to_end_runs = end_to_end.len();
        let end_to_end_s = trimmed_mean(&mut end_to_end, Statistics::PLAIN.trim).unwrap_or(f64::NAN);
        Self {
            predictions: predictions(&table),
            header,
            blocks,
            table,
            end_to_end_s,
            end_to_end_runs,
        }
    }

    /// What is predicted too much, as a share of what was measured; negative where it is too little.
    pub fn deviation(&self, prediction: &Prediction) -> f64 {
        prediction.latency_s / self.end_to_end_s - 1.0
    }

    /// Sum of the single blocks of a bundle beside what it takes, as a share too much; `None` for single blocks.
    pub fn layer_sum_error(&self, first: usize, last: usize) -> Option<f64> {
        let measured = latency(&self.table, first, last)?;
        let sum: Option<f64> = (first..=last).map(|block| latency(&self.table, block, block)).sum();
        (first < last).then_some(sum? / measured - 1.0)
    }

    /// Seconds of a bundle; `None` = it was not measured.
    pub fn latency(&self, first: usize, last: usize) -> Option<f64> {
        latency(&self.table, first, last)
    }

    /// A tiling in words: `conv1..conv5 | fc1..fc3`.
    pub fn words(&self, prediction: &Prediction) -> String {
        let names = prediction
            .tiling
            .iter()
            .map(|&(first, last)| self.blocks.words(first, last));
        names.collect::<Vec<_>>().join(" | ")
    }
}

/// A measurement has one clock.
fn latency(table: &BundleTable, first: usize, last: usize) -> Option<f64> {
    table.at(first, last).first().map(|cost| cost.latency_s)
}

fn predictions(table: &BundleTable) -> Vec<Prediction> {
    let count = table.blocks();
    let sum = |tiling: &[(usize, usize)]| tiling.iter().map(|&(first, last)| latency(table, first, last)).sum();
    let singles: Vec<_> = (0..count).map(|block| (block, block)).collect();
    let whole = vec![(0, count.saturating_sub(1))];
    let tilings = [
        ("single blocks", Some(singles)),
        ("best tiling", best(table)),
        ("one bundle", Some(whole)),
    ];
    let made = tilings.into_iter().filter_map(|(name, tiling)| {
        let tiling = tiling?;
        let latency_s: Option<f64> = sum(&tiling);
        Some(Prediction {
            name,
            latency_s: latency_s?,
            tiling,
        })
    });
    made.collect()
}

/// The tiling of measured bundles with the least sum; of equal ones that with the longest bundles at the end.
fn best(table: &BundleTable) -> Option<Vec<(usize, usize)>> {
    let count = table.blocks();
    // The least sum up to before each block, and where its last bundle begins.
    let mut least: Vec<Option<(f64, usize)>> = vec![Some((0.0, 0))];
    for last in 0..count {
        let of = |first: usize| {
            let (before, _) = (*least.get(first)?)?;
            Some((before + latency(table, first, last)?, first))
        };
        let found = (0..=last).filter_map(of).min_by(|a, b| a.0.total_cmp(&b.0));
        least.push(found);
    }
    let mut tiling = Vec::new();
    let mut end = count;
    while end > 0 {
        let (_, first) = (*least.get(end)?)?;
        tiling.push((first, end - 1));
        end = first;
    }
    tiling.reverse();
    Some(tiling)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::profile::BundleCost;

    fn table_of(costs: &[((usize, usize), f64)], blocks: usize) -> BundleTable {
        let cost = |latency_s| BundleCost {
            clock_hz: None,
            latency_s,
            energy_j: None,
            runs: 1,
            estimated: false,
        };
        BundleTable::of(blocks, costs.iter().map(|&(span, latency_s)| (span, cost(latency_s))))
    }

    #[test]
    fn tilings_are_summed_and_the_best_is_found() {
        let singles = [((0, 0), 3.0), ((1, 1), 2.0), ((2, 2), 2.0)];
        let found = predictions(&table_of(
            &[&singles[..], &[((1, 2), 1.5), ((0, 1), 4.5), ((0, 2), 6.0)]].concat(),
            3,
        ));
        let told: Vec<_> = found
            .iter()
            .map(|own| (own.name, own.latency_s, own.tiling.clone()))
            .collect();
        assert_eq!(
            told,
            [
                ("single blocks", 7.0, vec![(0, 0), (1, 1), (2, 2)]),
                ("best tiling", 4.5, vec![(0, 0), (1, 2)]),
                ("one bundle", 6.0, vec![(0, 2)]),
            ]
        );
        // Where the whole network was no bundle, it predicts nothing.
        let found = predictions(&table_of(&singles, 3));
        assert_eq!(
            found.iter().map(|own| own.name).collect::<Vec<_>>(),
            ["single blocks", "best tiling"]
        );
        assert_eq!(predictions(&table_of(&singles[..2], 3)), []);
    }
}
