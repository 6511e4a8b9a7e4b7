//! Hypervolume: how much of the objective space a set of points dominates, in one exact number to compare fronts by.
//!
//! It is the volume of all points that some point of the set is at least as good as and that are better than a fixed
//! reference; of two fronts of the same problem the one with the larger volume is better, and no set has a larger one than the exact
//! front (Zitzler and Thiele, PPSN 1998). Two and three objectives take O(n log n) steps: a staircase, and a staircase that a
//! plane sweeps along the third objective (Fonseca, Paquete and López-Ibáñez, CEC 2006). More objectives are sliced as by
//! While, Bradstreet and Barone (WFG, IEEE TEC 16(1), 2012): each point adds what it dominates alone, which lies in a space with one
//! objective less because the points are taken worst first in the last one.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The share by which the reference point lies beyond the worst values of the exact front (algorithms.md F10).
const BEYOND_NADIR: f64 = 1.1;

/// The reference point to compare fronts with: 1.1 × the largest value of each objective over the exact front (its nadir).
///
/// An objective that is 0 on the whole front gets 1, so that it scales the volume instead of making it vanish. Empty for
/// a front without points.
pub fn reference_point<P: AsRef<[f64]>>(exact: &[P]) -> Vec<f64> {
    let objectives = exact.first().map_or(0, |point| point.as_ref().len());
    (0..objectives)
        .map(|objective| {
            let values = exact.iter().filter_map(|point| point.as_ref().get(objective).copied());
            let worst = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
            if worst > 0.0 { BEYOND_NADIR * worst } else { 1.0 }
        })
        .collect()
}

/// The volume between the reference point and the points, all objectives minimised; 0 for no points.
///
/// Points that are not better than the reference in every objective add nothing, nor do points with another number of
/// objectives or with values that are not finite. With no objective at all the volume is 0.
pub fn hypervolume<P: AsRef<[f64]>>(points: &[P], reference: &[f64]) -> f64 {
    let counts = |point: &&[f64]| {
        point.len() == reference.len() && point.iter().zip(reference).all(|(p, r)| p.is_finite() && p < r)
    };
    let points: Vec<&[f64]> = points.iter().map(AsRef::as_ref).filter(counts).collect();
    // From here on: distances from the reference, all above 0, the larger the better.
    let gains = points.iter().map(|point| distances(point, reference)).collect();
    volume(gains, reference.len())
}

fn distances(point: &[f64], reference: &[f64]) -> Vec<f64> {
    point.iter().zip(reference).map(|(p, r)| r - p).collect()
}

/// The volume of the union of the boxes from the origin to each corner, in the first `objectives` coordinates.
fn volume(corners: Vec<Vec<f64>>, objectives: usize) -> f64 {
    if corners.is_empty() {
        return 0.0;
    }
    match objectives {
        0 => 0.0,
        1 => corners.iter().map(|corner| corner[0]).fold(0.0, f64::max),
        2 => area(corners),
        3 => swept(corners),
        _ => {
            let last = objectives - 1;
            let mut corners = non_dominated(corners);
            corners.sort_by(|a, b| a[last].total_cmp(&b[last]));
            (0..corners.len())
                .map(|index| corners[index][last] * alone(&corners[index], &corners[index + 1..], last))
                .sum()
        }
    }
}

/// What a corner's box has outside the boxes of the others, in the first `objectives` coordinates.
fn alone(corner: &[f64], others: &[Vec<f64>], objectives: usize) -> f64 {
    let within = |other: &Vec<f64>| -> Vec<f64> {
        let both = corner.iter().zip(other).take(objectives);
        both.map(|(a, b)| a.min(*b)).collect()
    };
    let whole: f64 = corner.iter().take(objectives).product();
    let shared = volume(others.iter().map(within).collect(), objectives);
    (whole - shared).max(0.0)
}

/// The corners no other is at least as far out as in every coordinate, each once.
fn non_dominated(mut corners: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    // Farthest out first, so that what covers a corner stands before it.
    corners.sort_by(|a, b| {
        let pairs = a.iter().zip(b).map(|(a, b)| b.total_cmp(a));
        pairs.fold(Ordering::Equal, Ordering::then)
    });
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for corner in corners {
        let covers = |other: &Vec<f64>| other.iter().zip(&corner).all(|(o, c)| o >= c);
        if !kept.iter().any(covers) {
            kept.push(corner);
        }
    }
    kept
}

/// The area under a staircase.
fn area(mut corners: Vec<Vec<f64>>) -> f64 {
    corners.sort_by(|a, b| b[0].total_cmp(&a[0]));
    let mut height = 0.0;
    let mut sum = 0.0;
    for corner in corners {
        if corner[1] > height {
            sum += corner[0] * (corner[1] - height);
            height = corner[1];
        }
    }
    sum
}

/// The volume under a staircase that grows while a plane sweeps from the farthest corner to the origin.
fn swept(mut corners: Vec<Vec<f64>>) -> f64 {
    corners.sort_by(|a, b| b[2].total_cmp(&a[2]));
    let mut stairs = Stairs::default();
    let mut sum = 0.0;
    for (index, corner) in corners.iter().enumerate() {
        stairs.add(corner[0], corner[1]);
        let next = corners.get(index + 1).map_or(0.0, |corner| corner[2]);
        sum += stairs.area * (corner[2] - next);
    }
    sum
}

/// Corners in the plane no other covers, with the area they cover together.
#[derive(Default)]
struct Stairs {
    /// Height by width, falling as the width rises. Positive floats keep their order as bits.
    heights: BTreeMap<u64, f64>,
    area: f64,
}

impl Stairs {
    fn add(&mut self, width: f64, height: f64) {
        let key = width.to_bits();
        // What stands at least as far out to the right.
        let right = self.heights.range(key..).next().map_or(0.0, |(_, &h)| h);
        if right >= height {
            return;
        }
        // Steps to the left that the new corner covers go; up to the last of them it adds its height above them.
        let mut outer = width;
        let mut below = right;
        while let Some((&left, &step)) = self.heights.range(..=key).next_back() {
            let left_width = f64::from_bits(left);
            self.area += (outer - left_width) * (height - below);
            outer = left_width;
            below = step;
            if step > height {
                below = height;
                break;
            }
            self.heights.remove(&left);
        }
        self.area += outer * (height - below).max(0.0);
        self.heights.insert(key, height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Number of unit cells some point is at least as good as.
    fn cells(points: &[Vec<f64>], reference: &[f64]) -> f64 {
        let sides: Vec<usize> = reference.iter().map(|&r| r as usize).collect();
        let mut cell = vec![0_usize; sides.len()];
        let mut count = 0;
        loop {
            let covers = |point: &Vec<f64>| point.iter().zip(&cell).all(|(&p, &c)| p <= c as f64);
            count += usize::from(points.iter().any(covers));
            let Some(turn) = (0..sides.len()).find(|&i| cell[i] + 1 < sides[i]) else {
                return count as f64;
            };
            cell[..turn].fill(0);
            cell[turn] += 1;
        }
    }

    /// Sum over all subsets, alternating in sign, of what all points of the subset cover.
    fn inclusion_exclusion(points: &[Vec<f64>], reference: &[f64]) -> f64 {
        let subsets = 1..1_u32 << points.len();
        let term = |subset: u32| {
            let chosen = || (0..points.len()).filter(|i| subset & (1 << i) != 0);
            let side = |(axis, r): (usize, &f64)| {
                let worst = chosen().map(|i| points[i][axis]).fold(f64::NEG_INFINITY, f64::max);
                (r - worst).max(0.0)
            };
            let covered: f64 = reference.iter().enumerate().map(side).product();
            if subset.count_ones() % 2 == 1 {
                covered
            } else {
                -covered
            }
        };
        subsets.map(term).sum()
    }

    fn sets(most: usize) -> impl Strategy<Value = Vec<Vec<f64>>> {
        let point = |axes| prop::collection::vec((0_u32..7).prop_map(f64::from), axes);
        (1_usize..=6).prop_flat_map(move |axes| prop::collection::vec(point(axes), 1..=most))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn counts_the_cells_of_a_grid(points in sets(12)) {
            let reference = vec![5.0; points[0].len()];
            prop_assert_eq!(hypervolume(&points, &reference), cells(&points, &reference));
        }

        #[test]
        fn agrees_with_inclusion_and_exclusion(points in sets(7)) {
            let scaled: Vec<Vec<f64>> = points.iter().map(|p| p.iter().map(|v| v * 0.3 + 0.01).collect()).collect();
            let reference = vec![1.7; points[0].len()];
            let (own, other) = (hypervolume(&scaled, &reference), inclusion_exclusion(&scaled, &reference));
            prop_assert!((own - other).abs() <= 1e-9 * (1.0 + other), "{} {}", own, other);
        }

        #[test]
        fn a_further_point_never_makes_it_smaller_and_order_does_not_matter(points in sets(10)) {
            let reference = vec![6.0; points[0].len()];
            let all = hypervolume(&points, &reference);
            prop_assert!(hypervolume(&points[1..], &reference) <= all);
            let backwards: Vec<_> = points.iter().rev().collect();
            prop_assert_eq!(hypervolume(&backwards, &reference), all);
        }
    }

    #[test]
    fn what_cannot_be_compared_adds_nothing() {
        let reference = [2.0, 2.0];
        assert_eq!(hypervolume::<[f64; 2]>(&[], &reference), 0.0);
        assert_eq!(
            hypervolume(&[[2.0, 0.0], [f64::NAN, 0.0], [f64::NEG_INFINITY, 0.0]], &reference),
            0.0
        );
        assert_eq!(hypervolume(&[vec![1.0, 1.0], vec![0.0]], &reference), 1.0);
        assert_eq!(hypervolume::<[f64; 0]>(&[[]], &[]), 0.0);
    }

    #[test]
    fn the_reference_lies_a_tenth_beyond_the_worst_values() {
        let front = [[1.0, 20.0, 0.0], [3.0, 10.0, 0.0]];
        let reference = reference_point(&front);
        assert_eq!(reference, [1.1 * 3.0, 22.0, 1.0]);
        assert!(hypervolume(&front, &reference) > 0.0);
        assert!(reference_point::<[f64; 2]>(&[]).is_empty());
    }
}
