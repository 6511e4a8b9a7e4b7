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

impl Progress {
    /// How long the rest will take, as a person says it: `40 s`, `12 min`, `3 h 5 min`.
    pub fn left(&self) -> Option<String> {
        let seconds = self.remaining_s?.ceil() as u64;
        Some(match seconds {
            0..=99 => format!("{seconds} s"),
            100..=5_999 => format!("{} min", seconds.div_ceil(60)),
            _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        })
    }
}

/// What is still to be measured, repetition by repetition in the order of the bundles; each is asked for once whether it `is_done`.
pub fn wanting(
    bundles: &[(usize, usize)],
    iterations: u32,
    is_done: impl Fn(u32, (usize, usize)) -> bool,
) -> Vec<(u32, (usize, usize))> {
    let all = (1..=iterations).flat_map(|iteration| bundles.iter().map(move |&bundle| (iteration, bundle)));
    all.filter(|&(iteration, bundle)| !is_done(iteration, bundle)).collect()
}

/// Remembers how long measurements took, to say how long the others will.
#[derive(Debug, Default)]
pub struct Pace {
    took: BTreeMap<(usize, usize), f64>,
    seconds: f64,
    blocks: usize,
    /// What is left, by bundle: how often, and how long each will take, where that is known by more than its number of blocks.
    left: BTreeMap<(usize, usize), (usize, Option<f64>)>,
    /// Sum over what is left and known.
    known_s: f64,
    /// Blocks of what is left and not known.
    unknown: usize,
}

impl Pace {
    /// Before these measurements.
    pub fn new(left: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut pace = Self::default();
        for (first, last) in left {
            pace.left.entry((first, last)).or_default().0 += 1;
            pace.unknown += last + 1 - first;
        }
        pace
    }

    /// A bundle took so long, all its runs and what it took to prepare them; it is left once less.
    pub fn took(&mut self, (first, last): (usize, usize), seconds: f64) {
        let before = self.took.insert((first, last), seconds);
        self.seconds += seconds;
        self.blocks += last + 1 - first;
        if let Some((count, _)) = self.left.get_mut(&(first, last)) {
            *count = count.saturating_sub(1);
        }
        if first == last && before.is_none() {
            return self.estimate_all();
        }
        // Only of single blocks others are told from, and these take in every repetition what they took.
        let Some((count, known)) = self.left.get_mut(&(first, last)) else {
            return;
        };
        match known.replace(seconds) {
            Some(known) => self.known_s += *count as f64 * (seconds - known) - known,
            None => {
                self.known_s += *count as f64 * seconds;
                self.unknown = self.unknown.saturating_sub((*count + 1) * (last + 1 - first));
            }
        }
    }

    /// Tells anew how long everything will take: as long as last time, else as long as its single blocks.
    fn estimate_all(&mut self) {
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
        (self.known_s, self.unknown) = (0.0, 0);
        for (&(first, last), (count, known)) in &mut self.left {
            *known = self.took.get(&(first, last)).copied().or_else(|| singles(first, last));
            match known {
                Some(seconds) => self.known_s += *count as f64 * *seconds,
                None => self.unknown += *count * (last + 1 - first),
            }
        }
    }

    /// Seconds that the rest will take: each as long as last time, else as long as its single blocks, else by its number of blocks.
    /// `None` = nothing was measured yet.
    pub fn remaining(&self) -> Option<f64> {
        let per_block = (self.blocks > 0).then(|| self.seconds / self.blocks as f64)?;
        // Rounding alone makes less than nothing of it.
        Some(self.known_s.max(0.0) + per_block * self.unknown as f64)
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
    fn the_rest_is_said_in_words() {
        let left = |remaining_s| {
            let progress = Progress {
                iteration: 1,
                iterations: 1,
                now: String::new(),
                done: 0,
                of: 1,
                remaining_s,
            };
            progress.left()
        };
        assert_eq!(left(None), None);
        let told = [0.2, 99.0, 100.0, 2040.0, 11_160.0].map(|seconds| left(Some(seconds)).unwrap());
        assert_eq!(told, ["1 s", "99 s", "2 min", "34 min", "3 h 6 min"]);
    }

    #[test]
    fn the_rest_is_told_from_what_was_measured() {
        let left = |bundles: &[(usize, usize)], took: &[((usize, usize), f64)]| {
            let all = took.iter().map(|(bundle, _)| bundle).chain(bundles);
            let mut pace = Pace::new(all.copied());
            for &(bundle, seconds) in took {
                pace.took(bundle, seconds);
            }
            pace.remaining()
        };
        assert_eq!(left(&[(0, 0)], &[]), None);
        let singles = [((0, 0), 1.0), ((1, 1), 3.0)];
        // By the mean block, by the single blocks, as last time.
        assert_eq!(left(&[(2, 2)], &singles), Some(2.0));
        assert_eq!(left(&[(2, 4), (2, 4)], &singles), Some(12.0));
        assert_eq!(left(&[(0, 1)], &singles), Some(4.0));
        let more = [((0, 0), 1.0), ((1, 1), 3.0), ((0, 1), 2.5)];
        assert_eq!(left(&[(0, 1), (1, 1)], &more), Some(5.5));
        // A bundle whose blocks were measured in an earlier session, and one that takes longer the second time.
        assert_eq!(left(&[(0, 1), (3, 3)], &[((0, 1), 3.0), ((0, 1), 5.0)]), Some(7.0));
        assert_eq!(left(&[], &more), Some(0.0));
    }

    #[test]
    fn two_hundred_blocks_are_planned_at_once() {
        let (blocks, iterations) = (200, 5);
        let order = bundles(blocks, None);
        let asked = std::cell::Cell::new(0_usize);
        let left = wanting(&order, iterations, |iteration, bundle| {
            asked.set(asked.get() + 1);
            iteration == 1 && bundle == (0, 0)
        });
        assert_eq!((asked.get(), left.len()), (100_500, 100_499));
        assert_eq!((left[0], left[100_498]), ((1, (1, 1)), (5, (0, 199))));
        // With the rest told before each of them: hours if each looked at all others.
        let begin = std::time::Instant::now();
        let mut pace = Pace::new(left.iter().map(|&(_, bundle)| bundle));
        let told = left.iter().map(|&(_, (first, last))| {
            pace.took((first, last), (last + 1 - first) as f64);
            pace.remaining().unwrap()
        });
        assert!(told.last().unwrap() < 1e-3);
        assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
    }
}
