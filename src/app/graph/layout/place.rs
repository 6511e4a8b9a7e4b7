//! The x of every item. Items that follow one another without branching form a segment, and a segment is one straight vertical line.
//! The spine lies at x = 0; the other segments hug it from both sides, as near as their neighbours let them, and
//! move outward again where that brings them above or below what they are joined to.

use super::{ITEM_GAP, Items, NODE, TRACK};

/// Half of what an item keeps free to each side of its centre.
fn half(items: &Items, item: usize) -> f32 {
    if items.is_layer(item) {
        NODE.x / 2.0 + ITEM_GAP / 2.0
    } else {
        TRACK / 2.0
    }
}

/// The x of every item, given the order in rows and the item of each row that stands on the spine.
pub(super) fn place(items: &Items, rows: &[Vec<usize>], pinned: &[usize]) -> Vec<f32> {
    let count = items.row.len();
    let mut on_spine = vec![false; count];
    for &item in pinned {
        on_spine[item] = true;
    }
    let mut segments = segments(items, rows, &on_spine);
    let mut x = vec![0.0; count];
    for side in [Side::Left, Side::Right] {
        let outward = outward_pairs(rows, &on_spine, side);
        if !compact(items, &segments, &outward, side, &mut x) {
            // Lines that do not cross can always be sorted; should rounding of the rules ever break that, every item stands alone.
            segments = (0..count).collect();
            compact(items, &segments, &outward, side, &mut x);
        }
    }
    x
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Pairs (nearer to the spine, farther) of neighbours in a row, spine included.
fn outward_pairs(rows: &[Vec<usize>], on_spine: &[bool], side: Side) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for row in rows {
        let middle = row.iter().position(|&i| on_spine[i]).unwrap_or(0);
        match side {
            Side::Right => pairs.extend(row[middle..].windows(2).map(|w| (w[0], w[1]))),
            Side::Left => pairs.extend(row[..=middle].windows(2).map(|w| (w[1], w[0]))),
        }
    }
    pairs
}

/// The segment of every item, named by its first item.
fn segments(items: &Items, rows: &[Vec<usize>], on_spine: &[bool]) -> Vec<usize> {
    let mut place = vec![0; items.row.len()];
    for row in rows {
        for (index, &item) in row.iter().enumerate() {
            place[item] = index;
        }
    }
    let mut segment: Vec<usize> = (0..items.row.len()).collect();
    for pair in rows.windows(2) {
        // The only link down of the upper item and the only link up of the lower one continues a segment.
        let mut straight: Vec<(usize, usize)> = pair[0]
            .iter()
            .filter_map(|&upper| match items.below[upper][..] {
                [lower] if items.above[lower].len() == 1 && !on_spine[upper] && !on_spine[lower] => {
                    Some((upper, lower))
                }
                _ => None,
            })
            .collect();
        // Where two of them would cross each other, or the spine, they part.
        let spine = |row: &[usize]| row.iter().position(|&i| on_spine[i]).unwrap_or(0);
        let (spine_above, spine_below) = (spine(&pair[0]), spine(&pair[1]));
        straight.retain(|&(upper, lower)| (place[upper] < spine_above) == (place[lower] < spine_below));
        let mut least_after = usize::MAX;
        let mut crosses = vec![false; straight.len()];
        for (index, &(_, lower)) in straight.iter().enumerate().rev() {
            crosses[index] = place[lower] > least_after;
            least_after = least_after.min(place[lower]);
        }
        let mut most_before = None;
        for (index, &(upper, lower)) in straight.iter().enumerate() {
            if !crosses[index] && most_before < Some(place[lower]) {
                segment[lower] = segment[upper];
            }
            most_before = most_before.max(Some(place[lower]));
        }
    }
    segment
}

/// Sets the x of one side; `false` if the segments cannot be sorted outward.
fn compact(items: &Items, segment: &[usize], pairs: &[(usize, usize)], side: Side, x: &mut [f32]) -> bool {
    let count = items.row.len();
    let sign = if side == Side::Right { 1.0 } else { -1.0 };
    let mut farther: Vec<Vec<(usize, f32)>> = vec![Vec::new(); count];
    let mut open = vec![0_usize; count];
    let mut present = vec![false; count];
    for &(near, far) in pairs {
        let gap = half(items, near) + half(items, far);
        farther[segment[near]].push((segment[far], gap));
        open[segment[far]] += 1;
        present[segment[near]] = true;
        present[segment[far]] = true;
    }
    let mut sorted: Vec<usize> = (0..count).filter(|&s| present[s] && open[s] == 0).collect();
    let mut distance = vec![0.0_f32; count];
    let mut index = 0;
    while let Some(&near) = sorted.get(index) {
        index += 1;
        for &(far, gap) in &farther[near] {
            distance[far] = distance[far].max(distance[near] + gap);
            open[far] -= 1;
            if open[far] == 0 {
                sorted.push(far);
            }
        }
    }
    if sorted.len() != present.iter().filter(|&&p| p).count() {
        return false;
    }
    for item in 0..count {
        if present[segment[item]] {
            x[item] = sign * distance[segment[item]];
        }
    }
    widen(items, segment, &sorted, &farther, sign, x);
    true
}

/// From the outermost segment inward: each moves away from the spine as far as its joints ask and its outer neighbours allow.
fn widen(items: &Items, segment: &[usize], sorted: &[usize], farther: &[Vec<(usize, f32)>], sign: f32, x: &mut [f32]) {
    let mut members = vec![Vec::new(); segment.len()];
    for (item, &s) in segment.iter().enumerate() {
        members[s].push(item);
    }
    for &near in sorted.iter().rev() {
        let limit = farther[near]
            .iter()
            .map(|&(far, gap)| sign * x[far] - gap)
            .fold(f32::INFINITY, f32::min);
        let mut joints: Vec<f32> = members[near]
            .iter()
            .flat_map(|&item| items.above[item].iter().chain(&items.below[item]))
            .filter(|&&joint| segment[joint] != near)
            .map(|&joint| sign * x[joint])
            .collect();
        joints.sort_by(f32::total_cmp);
        let Some(&wish) = joints.get(joints.len() / 2) else {
            continue;
        };
        let current = sign * x[near];
        let moved = wish.min(limit).max(current);
        // The spine and what stands on it have distance 0 and stay.
        if current > 0.0 && moved > current {
            for &item in &members[near] {
                x[item] = sign * moved;
            }
        }
    }
}
