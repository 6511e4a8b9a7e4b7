//! What of a front of many objectives is left on two axes.

/// Which points no other is better than in the pair shown: `true` for those, index by index. Points that are equal in the
/// pair stand or fall together; what is not a number is never kept.
pub fn edge(points: &[[f64; 2]]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..points.len())
        .filter(|&index| points[index].iter().all(|value| !value.is_nan()))
        .collect();
    order.sort_by(|&a, &b| {
        let ([ax, ay], [bx, by]) = (points[a], points[b]);
        ax.total_cmp(&bx).then(ay.total_cmp(&by))
    });
    let mut kept = vec![false; points.len()];
    let mut last: Option<[f64; 2]> = None;
    for index in order {
        if last.is_none_or(|last| points[index][1] < last[1] || points[index] == last) {
            kept[index] = true;
            last = Some(points[index]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_holds_what_nothing_beats_in_both() {
        let points = [
            [3.0, 1.0],
            [1.0, 3.0],
            [2.0, 3.0],
            [1.0, 3.0],
            [2.0, 2.0],
            [f64::NAN, 0.0],
        ];
        assert_eq!(edge(&points), [true, true, false, true, true, false]);
    }
}
