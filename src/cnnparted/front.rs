//! Which candidates no other beats: the published filter, and the exact front over all candidates.

use super::{Candidate, Evaluator, Problem, Totals};
use rayon::prelude::*;

/// The largest number of candidates that [`exact_front`] looks at: some minutes of work.
pub const MOST_CANDIDATES: u128 = 500_000_000;

/// By what the final filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optimization {
    /// All six objectives.
    All,
    /// Latency, energy and area.
    Ppa,
    /// Latency, energy and their product.
    Edp,
}

/// A feasible candidate and its objectives.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Where it cuts and what runs where.
    pub candidate: Candidate,
    /// Its objectives.
    pub totals: Totals,
}

/// There are too many candidates to look at all of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{cuts} cuts over {layers} layers and {platforms} platforms make {} candidates, more than the {most} that are looked at one by \
     one. Use fewer cuts or platforms, or explore the system in a design, which needs no enumeration",
    candidates.map_or("over 10^38".to_owned(), |count| count.to_string())
)]
pub struct TooMany {
    cuts: usize,
    layers: usize,
    platforms: usize,
    candidates: Option<u128>,
    most: u128,
}

impl Optimization {
    /// The filter of this name in CNNParted's files: `all`, `ppa` or `edp`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "all" => Some(Self::All),
            "ppa" => Some(Self::Ppa),
            "edp" => Some(Self::Edp),
            _ => None,
        }
    }

    /// What is minimised.
    fn objectives(self, totals: &Totals) -> [f64; 6] {
        let Totals {
            latency_ms,
            energy_mj,
            throughput_fps,
            area_mm2,
            link_latency_ms,
            link_energy_mj,
        } = *totals;
        match self {
            Self::All => [
                latency_ms,
                energy_mj,
                -throughput_fps,
                area_mm2,
                link_latency_ms,
                link_energy_mj,
            ],
            Self::Ppa => [latency_ms, energy_mj, area_mm2, 0.0, 0.0, 0.0],
            Self::Edp => [latency_ms, energy_mj, latency_ms * energy_mj, 0.0, 0.0, 0.0],
        }
    }
}

/// Marks the points that no other dominates, all coordinates being minimised; of equal points the first.
pub fn nondominated<P: AsRef<[f64]>>(points: &[P]) -> Vec<bool> {
    let mut front: Vec<usize> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        if !front
            .iter()
            .any(|&other| covers(points[other].as_ref(), point.as_ref()))
        {
            front.retain(|&other| !covers(point.as_ref(), points[other].as_ref()));
            front.push(index);
        }
    }
    let mut mask = vec![false; points.len()];
    for index in front {
        mask[index] = true;
    }
    mask
}

/// Whether `a` is at most `b` in every coordinate.
fn covers(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b)
}

/// Rounded to 12 decimals, as the original compares its results: sums in another order are equal then.
fn rounded(objectives: [f64; 6]) -> [f64; 6] {
    objectives.map(|value| (value * 1e12).round())
}

/// Number of candidates with `cuts` cuts; `None` = more than fit.
fn count(cuts: usize, layers: usize, platforms: usize) -> Option<u128> {
    // C(layers + cuts - 1, cuts), exact after every factor.
    let places = (1..=cuts as u128).try_fold(1_u128, |product, k| {
        Some(product.checked_mul(layers as u128 + k - 1)? / k)
    })?;
    let sequences = (platforms as u128).checked_pow(u32::try_from(cuts).ok()?.checked_add(1)?)?;
    places.checked_mul(sequences)
}

/// The exact front over all candidates with `cuts` cuts, by looking at each of them, in the order of cuts, then platforms.
/// Of candidates with equal objectives the first stays.
pub fn exact_front(problem: &Problem, cuts: usize, optimization: Optimization) -> Result<Vec<Solution>, TooMany> {
    limited(problem, cuts, MOST_CANDIDATES)?;
    let of_share = |share| {
        let mut front = Front::default();
        each_feasible(problem, cuts, share, |places, platforms, totals| {
            front.offer(rounded(optimization.objectives(totals)), || Solution {
                candidate: Candidate {
                    cuts: places.to_vec(),
                    platforms: platforms.to_vec(),
                },
                totals: *totals,
            });
        });
        front
    };
    let fronts: Vec<Front> = (0..shares(problem, cuts)).into_par_iter().map(of_share).collect();
    let (objectives, solutions): (Vec<_>, Vec<_>) = fronts.into_iter().flat_map(|front| front.members).unzip();
    let stays = nondominated(&objectives);
    let whole = solutions.into_iter().zip(stays).filter(|(_, stays)| *stays);
    Ok(whole.map(|(solution, _)| solution).collect())
}

/// All feasible candidates with `cuts` cuts, in the order of cuts, then platforms, if there are at most `most` candidates.
pub fn feasible_candidates(problem: &Problem, cuts: usize, most: u128) -> Result<Vec<Candidate>, TooMany> {
    limited(problem, cuts, most)?;
    let mut found = Vec::new();
    for share in 0..shares(problem, cuts) {
        each_feasible(problem, cuts, share, |places, platforms, _| {
            found.push(Candidate {
                cuts: places.to_vec(),
                platforms: platforms.to_vec(),
            });
        });
    }
    Ok(found)
}

fn limited(problem: &Problem, cuts: usize, most: u128) -> Result<(), TooMany> {
    let layers = problem.graph.layers.len();
    let platforms = problem.platforms.len();
    let candidates = count(cuts, layers, platforms);
    if candidates.is_some_and(|count| count <= most) {
        return Ok(());
    }
    Err(TooMany {
        cuts,
        layers,
        platforms,
        candidates,
        most,
    })
}

/// The candidates come in shares: each has another first cut (and there is one share where there is no cut).
fn shares(problem: &Problem, cuts: usize) -> usize {
    if cuts == 0 { 1 } else { problem.graph.layers.len() }
}

/// Visits every feasible candidate of a share.
fn each_feasible(problem: &Problem, cuts: usize, share: usize, mut visit: impl FnMut(&[usize], &[usize], &Totals)) {
    let mut evaluator = Evaluator::new(problem);
    let last = problem.graph.last();
    let mut places = vec![share; cuts];
    loop {
        let mut platforms = vec![0; cuts + 1];
        loop {
            // A rejected candidate is no candidate; the lists themselves are in order here.
            if let Ok((totals, true)) = evaluator.totals(&places, &platforms) {
                visit(&places, &platforms, &totals);
            }
            if !next_sequence(&mut platforms, problem.platforms.len()) {
                break;
            }
        }
        if !next_cuts(&mut places, last) {
            return;
        }
    }
}

/// Solutions none of which beats another, in the order they came.
#[derive(Debug, Default)]
struct Front {
    members: Vec<([f64; 6], Solution)>,
}

impl Front {
    fn offer(&mut self, objectives: [f64; 6], solution: impl FnOnce() -> Solution) {
        if self.members.iter().any(|(other, _)| covers(other, &objectives)) {
            return;
        }
        self.members.retain(|(other, _)| !covers(&objectives, other));
        self.members.push((objectives, solution()));
    }
}

/// The next sequence of platforms in lexicographic order; `false` after the last.
fn next_sequence(platforms: &mut [usize], count: usize) -> bool {
    for platform in platforms.iter_mut().rev() {
        *platform += 1;
        if *platform < count {
            return true;
        }
        *platform = 0;
    }
    false
}

/// The next non-decreasing cuts with the same first one in lexicographic order; `false` after the last.
fn next_cuts(cuts: &mut [usize], last: usize) -> bool {
    let Some(index) = cuts.iter().skip(1).rposition(|&cut| cut < last) else {
        return false;
    };
    let raised = cuts[index + 1] + 1;
    cuts[index + 1..].fill(raised);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_counted_and_enumerated_alike() {
        for (cuts, layers, platforms) in [(0, 5, 3), (1, 4, 2), (2, 5, 3), (3, 4, 2)] {
            let mut found = 0;
            for first in 0..if cuts == 0 { 1 } else { layers } {
                let mut places = vec![first; cuts];
                loop {
                    let mut sequence = vec![0; cuts + 1];
                    found += 1;
                    while next_sequence(&mut sequence, platforms) {
                        found += 1;
                    }
                    assert!(places.is_sorted());
                    if !next_cuts(&mut places, layers - 1) {
                        break;
                    }
                }
            }
            assert_eq!(
                count(cuts, layers, platforms),
                Some(found),
                "{cuts} {layers} {platforms}"
            );
        }
        assert_eq!(count(500, 1000, 8), None);
    }
}
