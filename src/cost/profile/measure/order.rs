//! Which bundles are measured in which order, and how long the rest will take.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// First and last block of bundles of up to `longest` blocks: by size, then by first block.
pub fn bundles(blocks: usize, longest: Option<usize>) -> Vec<(usize, usize)> {
    let longest = longest.unwrap_or(blocks).min(blocks);
    let of_size = |size: usize| (0..=blocks - size).map(move |first| (first, first + size - 1));
    (1..=longest).flat_map(of_size).collect()
}

/// How far a measurement is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Outer repetition, from 1.
    pub iteration: u32,
    /// Outer repetitions.
    pub iterations: u32,
    /// What is measured now, in words.
    pub now: String,
    /// Measurements of a bundle in a repetition that are done, those of an earlier start included.
    pub done: usize,
    /// All of them.
    pub of: usize,
    /// Seconds that the rest will take, as far as what was measured tells.
    pub remaining_s: Option<f64>,
}

/// Remembers how long measurements took, to say how long the others will.
#[derive(Debug, Default)]
pub struct Pace {
    took: BTreeMap<(usize, usize), f64>,
    seconds: f64,
    blocks: usize,
}

impl Pace {
    /// A bundle took so long, all its runs and what it took to prepare them.
    pub fn took(&mut self, (first, last): (usize, usize), seconds: f64) {
        self.took.insert((first, last), seconds);
        self.seconds += seconds;
        self.blocks += last + 1 - first;
    }

    /// How long bundles will take: as long as last time, else as long as their single blocks, else by their number of blocks.
    /// `None` = nothing was measured yet.
    pub fn remaining(&self, bundles: impl Iterator<Item = (usize, usize)>) -> Option<f64> {
        let per_block = (self.blocks > 0).then(|| self.seconds / self.blocks as f64)?;
        // What single blocks took up to before each, and how many of them are known.
        let mut up_to = vec![(0.0, 0)];
        let blocks = self.took.keys().map(|&(_, last)| last + 1).max().unwrap_or(0);
        for block in 0..blocks {
            let (seconds, known) = up_to.last().copied().unwrap_or_default();
            let own = self.took.get(&(block, block));
            up_to.push((
                seconds + own.copied().unwrap_or(0.0),
                known + usize::from(own.is_some()),
            ));
        }
        let singles = |first: usize, last: usize| {
            let (begin, end) = (up_to.get(first)?, up_to.get(last + 1)?);
            (end.1 - begin.1 == last + 1 - first).then_some(end.0 - begin.0)
        };
        let of = |(first, last): (usize, usize)| {
            let known = self.took.get(&(first, last)).copied();
            let known = known.or_else(|| singles(first, last));
            known.unwrap_or(per_block * (last + 1 - first) as f64)
        };
        Some(bundles.map(of).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_size_then_by_first_block() {
        let three = [(0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2)];
        assert_eq!(bundles(3, None), three);
        assert_eq!(bundles(3, Some(9)), three);
        assert_eq!(bundles(3, Some(2)), three[..5]);
        assert_eq!(bundles(8, None).len(), 36);
    }

    #[test]
    fn the_rest_is_told_from_what_was_measured() {
        let mut pace = Pace::default();
        assert_eq!(pace.remaining([(0, 0)].into_iter()), None);
        pace.took((0, 0), 1.0);
        pace.took((1, 1), 3.0);
        // By the mean block, by the single blocks, as last time.
        assert_eq!(pace.remaining([(2, 2)].into_iter()), Some(2.0));
        assert_eq!(pace.remaining([(0, 1)].into_iter()), Some(4.0));
        pace.took((0, 1), 2.5);
        assert_eq!(pace.remaining([(0, 1), (1, 1)].into_iter()), Some(5.5));
    }
}
