//! Choosing one point of a front, by weights or by priority.
//!
//! Points are lists of numbers to be made small, one per objective in the same order. What is chosen depends on the numbers
//! only, ties go to the point that comes first.

/// The index of the point with the least weighted sum of its numbers, each scaled linearly to 0 at the front's least and 1 at its
/// greatest; a number that is the same everywhere counts 0.
///
/// Weights are 0 or more and need not add up to 1. `None` without points, without a positive weight, or where lengths differ. The
/// optimum is never dominated: where the weighted sums tie, the plain sum of the scaled numbers decides.
pub fn by_weights<P: AsRef<[f64]>>(points: &[P], weights: &[f64]) -> Option<usize> {
    let is_weight = |weight: &f64| weight.is_finite() && *weight >= 0.0;
    if !weights.iter().all(is_weight) || !weights.iter().any(|weight| *weight > 0.0) {
        return None;
    }
    let ranges = ranges(points, weights.len())?;
    let scaled = |value: f64, [low, high]: [f64; 2]| if low < high { (value - low) / (high - low) } else { 0.0 };
    let sums = points.iter().map(|point| {
        let parts = point
            .as_ref()
            .iter()
            .zip(&ranges)
            .map(|(&value, &range)| scaled(value, range));
        let weighted = parts
            .clone()
            .zip(weights)
            .map(|(part, weight)| part * weight)
            .sum::<f64>();
        (weighted, parts.sum::<f64>())
    });
    let best = sums
        .enumerate()
        .min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    best.map(|(index, _)| index)
}

/// The index of the point that is left when the objectives are looked at one after the other: each keeps the points that
/// are at most its tolerance (a share, 0 or more) above the least among those left; the last keeps its best.
///
/// `None` without points or objectives, or where lengths differ. Where several points are left, the earlier objectives
/// decide once more, without tolerance.
pub fn by_priority<P: AsRef<[f64]>>(points: &[P], tolerances: &[f64]) -> Option<usize> {
    ranges(points, tolerances.len())?;
    let last = tolerances.len().checked_sub(1)?;
    let value = |index: usize, objective: usize| points[index].as_ref()[objective];
    let mut left: Vec<usize> = (0..points.len()).collect();
    for (objective, tolerance) in tolerances.iter().enumerate().take(last) {
        let best = left
            .iter()
            .map(|&index| value(index, objective))
            .fold(f64::INFINITY, f64::min);
        let most = best + best.abs() * tolerance.max(0.0);
        left.retain(|&index| value(index, objective) <= most);
    }
    let order = |a: usize, b: usize| {
        let objectives = std::iter::once(last).chain(0..last);
        let mut orders = objectives.map(|objective| value(a, objective).total_cmp(&value(b, objective)));
        orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    };
    left.into_iter().min_by(|&a, &b| order(a, b))
}

/// Least and greatest of every objective; `None` without points, or where a point has another number of them or one that
/// is not finite.
fn ranges<P: AsRef<[f64]>>(points: &[P], objectives: usize) -> Option<Vec<[f64; 2]>> {
    let is_sound = |point: &P| {
        let values = point.as_ref();
        values.len() == objectives && values.iter().all(|value| value.is_finite())
    };
    if points.is_empty() || !points.iter().all(is_sound) {
        return None;
    }
    let range = |objective: usize| {
        let values = points.iter().map(|point| point.as_ref()[objective]);
        values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| {
            [low.min(value), high.max(value)]
        })
    };
    Some((0..objectives).map(range).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: [[f64; 2]; 4] = [[1.0, 10.0], [2.0, 4.0], [4.0, 3.0], [5.0, 2.0]];

    #[test]
    fn weights_choose_on_numbers_scaled_to_the_front() {
        assert_eq!(by_weights(&FRONT, &[1.0, 0.0]), Some(0));
        assert_eq!(by_weights(&FRONT, &[0.0, 1.0]), Some(3));
        // Scaled to 0..1 the second point is (0.25, 0.25).
        assert_eq!(by_weights(&FRONT, &[1.0, 1.0]), Some(1));
        assert_eq!(
            by_weights(&FRONT, &[3.0, 3.0]),
            Some(1),
            "only the ratio of weights counts"
        );
    }

    #[test]
    fn an_objective_of_weight_0_still_breaks_ties() {
        let front = [[1.0, 2.0, 9.0], [1.0, 3.0, 4.0], [2.0, 1.0, 1.0]];
        assert_eq!(by_weights(&front, &[1.0, 0.0, 0.0]), Some(1));
    }

    #[test]
    fn priority_keeps_what_is_within_the_tolerance() {
        assert_eq!(by_priority(&FRONT, &[0.0, 0.0]), Some(0));
        assert_eq!(by_priority(&FRONT, &[1.0, 0.0]), Some(1), "100 % above the least is 2");
        assert_eq!(by_priority(&FRONT, &[3.5, 0.0]), Some(2));
        assert_eq!(by_priority(&FRONT, &[f64::INFINITY, 0.0]), Some(3));
        let front = [[3.0, 1.0, 7.0], [2.0, 1.5, 7.0], [2.0, 2.0, 7.0]];
        assert_eq!(
            by_priority(&front, &[1.0, 1.0, 0.0]),
            Some(1),
            "ties go back to the first objective"
        );
    }

    #[test]
    fn a_number_that_is_0_everywhere_decides_nothing() {
        let front = [[0.0, 2.0], [0.0, 1.0]];
        assert_eq!(by_weights(&front, &[1.0, 1.0]), Some(1));
        assert_eq!(by_priority(&front, &[0.0, 0.0]), Some(1));
    }

    #[test]
    fn nothing_is_chosen_from_nothing() {
        let none: [[f64; 2]; 0] = [];
        assert_eq!(by_weights(&none, &[1.0, 1.0]), None);
        assert_eq!(by_priority(&none, &[0.0, 0.0]), None);
        assert_eq!(by_weights(&FRONT, &[0.0, 0.0]), None);
        assert_eq!(by_weights(&FRONT, &[1.0]), None);
        assert_eq!(by_weights(&[[f64::INFINITY, 1.0]], &[1.0, 1.0]), None);
    }
}
