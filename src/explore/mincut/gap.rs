//! How far a set of points can be from what is possible, by the lines of a hull.

use super::super::FrontPoint;
use super::Hull;

/// The largest share by which some design could be better than every point in both objectives of the hull at once: 0 = nothing can be, 0.03 =
/// for every design there is a point whose objectives are at most 1.03 times as large. Infinite for no points.
///
/// The points may come from any search. Between two neighbouring points nothing better than the corner they form (the first objective of the
/// later, the second of the earlier one) is known to be impossible but by the lines; the corner is drawn towards the origin until it meets
/// the highest of them.
pub fn gap(points: &[FrontPoint], hull: &Hull) -> f64 {
    let mut values: Vec<[f64; 2]> = points
        .iter()
        .map(|p| hull.objectives.map(|o| p.metrics.get(o)))
        .collect();
    values.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let mut stairs: Vec<[f64; 2]> = Vec::new();
    for point in values {
        if stairs.last().is_none_or(|last| point[1] < last[1]) {
            stairs.push(point);
        }
    }
    let (Some(first), Some(last)) = (stairs.first(), stairs.last()) else {
        return f64::INFINITY;
    };
    let between = stairs.windows(2).map(|pair| [pair[1][0], pair[0][1]]);
    let corners = between.map(|corner| beyond(hull, corner));
    let ends = [beyond_least(hull, 0, first[0]), beyond_least(hull, 1, last[1])];
    corners.chain(ends).fold(0.0, f64::max)
}

/// How far a point lies beyond the lines of a hull.
fn beyond(hull: &Hull, at: [f64; 2]) -> f64 {
    let lines = hull.lines.iter();
    let heights = lines.map(|line| at[0] * line.per_unit[0] + at[1] * line.per_unit[1]);
    // A point on the origin's side of some line is impossible: nothing is gained by asking for it.
    heights.fold(f64::INFINITY, f64::min) - 1.0
}

/// How far the least value of one objective lies beyond what is possible.
fn beyond_least(hull: &Hull, objective: usize, value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    value / hull.least[objective] - 1.0
}
