//! From runs to one latency and one energy per bundle and clock.

use super::bundles::{BundleCost, BundleTable};
use super::runs::Run;
use crate::network::blocks::Blocks;
use std::collections::BTreeMap;

/// How runs become costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Share of the runs that is left out in all, half at each end of the durations; 0 to below 1.
    pub trim: f64,
    /// Whether energies are averaged over the runs whose durations were kept; otherwise over all.
    pub joint: bool,
    /// Blocks of the longest bundle that is kept; `None` = any.
    pub longest: Option<usize>,
    /// Runs of this energy in joules or less are left out; `None` = none are.
    pub least_energy_j: Option<f64>,
    /// Outer repetitions at the beginning that only warm up; runs that have no others after them are kept.
    pub warm_up: u32,
}

/// Which part of a system a profile's device plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// The device where the input arrives, whose energy counts.
    #[default]
    Edge,
    /// A hub or a server.
    Other,
}

impl Statistics {
    /// The trim of the published optimisers, no filter.
    pub const PLAIN: Self = Self {
        trim: 0.2,
        joint: false,
        longest: None,
        least_energy_j: None,
        warm_up: 0,
    };

    /// What is usual for a device's profile in these blocks. Filters are those of published networks alone, not of a model that happens to have
    /// the name of one, and of the edge alone.
    pub fn usual(blocks: &Blocks, role: Role) -> Self {
        match role {
            Role::Edge if blocks.is_published() => Self::of_edge(&blocks.network),
            Role::Edge | Role::Other => Self::PLAIN,
        }
    }

    /// What the published optimisers do with the edge profile of a network: AlexNet's loses runs without energy and the first repetition.
    pub fn of_edge(network: &str) -> Self {
        match network {
            "alexnet" => Self {
                least_energy_j: Some(1e-6),
                warm_up: 1,
                ..Self::PLAIN
            },
            _ => Self::PLAIN,
        }
    }
}

/// Runs that were left out, by reason; the first that applies counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Of bundles longer than asked for.
    pub longer: usize,
    /// Without energy.
    pub energy: usize,
    /// Of the warm-up.
    pub warm_up: usize,
    /// Of the warm-up, but kept: there is no later repetition.
    pub kept: usize,
}

impl LeftOut {
    /// What was left out, and what was not although it is of the warm-up, in words; `None` = nothing.
    pub fn words(&self) -> Option<String> {
        let parts = [
            (self.longer, "of longer bundles"),
            (self.energy, "without energy"),
            (self.warm_up, "of the warm-up"),
        ];
        let parts = parts.into_iter().filter(|&(count, _)| count > 0);
        let parts: Vec<String> = parts.map(|(count, why)| format!("{count} runs {why}")).collect();
        let left_out = (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")));
        let kept = (self.kept > 0).then(|| "no warm-up is left out: no repetition follows it".to_owned());
        let words: Vec<String> = left_out.into_iter().chain(kept).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}

/// Mean of the values without `floor(trim × count / 2)` at each end; `None` = no values. `values` are sorted.
pub fn trimmed_mean(values: &mut [f64], trim: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let drop = dropped(values.len(), trim);
    mean(values.get(drop..values.len() - drop)?.iter().copied())
}

/// How many of `count` values are dropped at each end.
pub fn dropped(count: usize, trim: f64) -> usize {
    // The product of a decimal share and a count may fall just short of the whole number it means.
    let share = (trim * count as f64 / 2.0 * (1.0 + f64::EPSILON)).floor();
    (share.max(0.0) as usize).min(count.saturating_sub(1) / 2)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Costs by bundle and clock of the runs of one file, and what was left out.
pub fn table(runs: &[Run], blocks: &Blocks, statistics: &Statistics) -> (BundleTable, LeftOut) {
    let mut left_out = LeftOut::default();
    let repetitions = runs.iter().filter_map(|run| run.iteration).max().unwrap_or(0);
    let is_all_warm_up = repetitions <= statistics.warm_up;
    let mut groups: BTreeMap<(usize, usize, Option<u64>), Vec<&Run>> = BTreeMap::new();
    for run in runs {
        let is_longer = statistics
            .longest
            .is_some_and(|longest| run.last + 1 - run.first > longest);
        let is_empty = match (statistics.least_energy_j, run.energy_j) {
            (Some(least), Some(energy)) => energy <= least,
            _ => false,
        };
        let is_of_warm_up = run.iteration.is_some_and(|iteration| iteration <= statistics.warm_up);
        let is_warm_up = is_of_warm_up && !is_all_warm_up;
        let place = match (is_longer, is_empty, is_warm_up) {
            (true, ..) => &mut left_out.longer,
            (_, true, _) => &mut left_out.energy,
            (.., true) => &mut left_out.warm_up,
            _ => {
                left_out.kept += usize::from(is_of_warm_up);
                groups.entry((run.first, run.last, run.clock_hz)).or_default().push(run);
                continue;
            }
        };
        *place += 1;
    }
    let costs = groups.into_iter().filter_map(|((first, last, clock_hz), mut runs)| {
        // Stable, so that equal durations stay in the order of the file.
        runs.sort_by(|a, b| a.latency_s.total_cmp(&b.latency_s));
        let drop = dropped(runs.len(), statistics.trim);
        let kept = runs.get(drop..runs.len() - drop)?;
        let of_energy = if statistics.joint { kept } else { &runs };
        let energies: Option<Vec<f64>> = of_energy.iter().map(|run| run.energy_j).collect();
        let cost = BundleCost {
            clock_hz,
            latency_s: mean(kept.iter().map(|run| run.latency_s))?,
            energy_j: energies.and_then(|energies| mean(energies.into_iter())),
            runs: runs.len(),
            estimated: false,
        };
        Some(((first, last), cost))
    });
    (BundleTable::of(blocks.len(), costs), left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_is_a_tenth_at_each_end() {
        let mut ten: Vec<f64> = (0..10).map(f64::from).rev().collect();
        ten[0] = 1000.0;
        assert_eq!(trimmed_mean(&mut ten, 0.2), Some(4.5));
        let mut nine: Vec<f64> = (0..9).map(f64::from).collect();
        assert_eq!((dropped(9, 0.2), trimmed_mean(&mut nine, 0.2)), (0, Some(4.0)));
        assert_eq!(dropped(10, 0.6), 3);
        assert_eq!(trimmed_mean(&mut [], 0.2), None);
        assert_eq!(trimmed_mean(&mut [1.0, 2.0, 3.0], 0.999), Some(2.0));
    }

    fn run(latency_s: f64, energy_j: f64, iteration: u32) -> Run {
        Run {
            first: 0,
            last: 0,
            clock_hz: None,
            latency_s,
            energy_j: Some(energy_j),
            start_ns: None,
            end_ns: None,
            iteration: Some(iteration),
            run: None,
            row: 1,
        }
    }

    #[test]
    fn filters_come_first_and_a_joint_trim_takes_the_energies_along() {
        let mut runs: Vec<Run> = (0..10).map(|k| run(f64::from(10 - k), f64::from(k + 1), 2)).collect();
        runs.push(run(100.0, 1.0, 1));
        runs.push(run(100.0, 0.0, 2));
        let blocks = Blocks::preset("alexnet").unwrap();
        let settings = Statistics::of_edge("alexnet");
        let (separate, left_out) = table(&runs, &blocks, &settings);
        assert_eq!((left_out.energy, left_out.warm_up, left_out.longer), (1, 1, 0));
        let cost = |table: &BundleTable| table.at(0, 0)[0].clone();
        assert_eq!((cost(&separate).latency_s, cost(&separate).energy_j), (5.5, Some(5.5)));
        runs[9].energy_j = Some(1000.0);
        let joint = Statistics {
            joint: true,
            ..settings
        };
        let (joint, _) = table(&runs, &blocks, &joint);
        assert_eq!(cost(&joint).energy_j, Some(5.5));
    }

    #[test]
    fn a_warm_up_that_nothing_follows_is_kept_and_told() {
        let blocks = Blocks::preset("alexnet").unwrap();
        let settings = Statistics::usual(&blocks, Role::Edge);
        assert_eq!(settings, Statistics::of_edge("alexnet"));
        assert_eq!(Statistics::usual(&blocks, Role::Other), Statistics::PLAIN);
        let (only, left_out) = table(&[run(2.0, 1.0, 1), run(4.0, 1.0, 1)], &blocks, &settings);
        assert_eq!(
            (only.at(0, 0)[0].latency_s, left_out.warm_up, left_out.kept),
            (3.0, 0, 2)
        );
        let words = left_out.words().unwrap();
        assert!(words.starts_with("no warm-up is left out: no repetition"), "{words}");
        let (later, left_out) = table(&[run(2.0, 1.0, 1), run(4.0, 1.0, 2)], &blocks, &settings);
        assert_eq!(
            (later.at(0, 0)[0].latency_s, left_out.warm_up, left_out.kept),
            (4.0, 1, 0)
        );
    }
}
