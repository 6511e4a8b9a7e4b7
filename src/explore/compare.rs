//! How good a set of designs is beside an exact front: shares of its hypervolume and of its points.

use super::{Front, FrontPoint, Guarantee, hypervolume, reference_point};

/// Numbers that differ by no more than this share are the same: sums over a schedule and over a design round differently.
const SAME: f64 = 1e-9;

/// The most points whose hypervolume is computed, by number of objectives: about a tenth of a second. More objectives cost more than
/// anybody waits for.
const MOST_POINTS: [usize; 6] = [usize::MAX, usize::MAX, usize::MAX, 600, 120, 60];

/// A set of designs beside a front.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The hypervolume of the set as a share of the front's, both to [`reference_point`] of the front; above 1 where the set is better.
    /// `None` where the front has none or where it would take too long.
    pub share: Option<f64>,
    /// How many points of the front the set has, or better ones.
    pub matched: usize,
    /// Number of points of the front.
    pub of: usize,
}

/// Compares points with a front over the objectives of the front's search.
pub fn compare(points: &[FrontPoint], front: &Front) -> Comparison {
    let objectives = front.search.objectives();
    let values = |point: &FrontPoint| -> Vec<f64> { objectives.iter().map(|&o| point.metrics.get(o)).collect() };
    let found: Vec<_> = points.iter().map(values).collect();
    let exact: Vec<_> = front.points.iter().map(values).collect();
    let reaches = |own: &Vec<f64>, value: &Vec<f64>| own.iter().zip(value).all(|(a, b)| *a <= b + SAME * b.abs());
    let is_matched = |value: &&Vec<f64>| found.iter().any(|own| reaches(own, value));
    let most = MOST_POINTS.get(objectives.len() - 1).copied().unwrap_or(0);
    Comparison {
        share: (found.len().max(exact.len()) <= most)
            .then(|| share(&found, &exact))
            .flatten(),
        matched: exact.iter().filter(is_matched).count(),
        of: exact.len(),
    }
}

impl Front {
    /// Whether no design it is the front of is better than it: all designs where a bound was looked for, else those of its space.
    pub fn is_exact(&self) -> bool {
        self.guarantee == Guarantee::Exact && self.bound.is_none_or(|bound| bound.closes())
    }

    /// What a share of its hypervolume is a share of, in words before “hypervolume”.
    pub fn whose_hypervolume(&self) -> &'static str {
        match self.guarantee {
            _ if self.is_exact() => "exact",
            Guarantee::Exact | Guarantee::Within(_) => "approximate front's",
            Guarantee::Incomplete(_) => "best known front's",
        }
    }
}

fn share(found: &[Vec<f64>], exact: &[Vec<f64>]) -> Option<f64> {
    let reference = reference_point(exact);
    let whole = hypervolume(exact, &reference);
    (whole > 0.0).then(|| hypervolume(found, &reference) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::made::{front, point};

    #[test]
    fn shares_are_of_the_exact_front() {
        let front = front(&[(1.0, 2.0), (2.0, 1.0)]);
        let whole = compare(&front.points, &front);
        assert_eq!((whole.share, whole.matched, whole.of), (Some(1.0), 2, 2));
        // The reference is (2.2, 2.2): boxes of 1.2 × 0.2 on both sides share 0.2 × 0.2.
        let half = compare(&[point(1.0 + 1e-12, 2.0)], &front);
        assert_eq!(half.matched, 1);
        assert!((half.share.unwrap_or(0.0) - 0.24 / 0.44).abs() < 1e-9, "{half:?}");
        let none = compare(&[], &front);
        assert_eq!((none.share, none.matched), (Some(0.0), 0));
        let better = compare(&[point(0.9, 0.9)], &front);
        assert!(better.matched == 2 && better.share > Some(1.0), "{better:?}");
        let empty = Front {
            points: Vec::new(),
            ..front
        };
        assert_eq!(compare(&[point(1.0, 1.0)], &empty).share, None);
    }
}
