//! The order within rows: barycentre sweeps that keep the order with the fewest crossings (Sugiyama, Tagawa and Toda, 1981;
//! crossings counted with a Fenwick tree after Barth, Jünger and Mutzel, JGAA 8(2), 2004).

use super::Items;

/// Sweeps without improvement after which the search stops.
const PATIENCE: usize = 4;
/// Sweeps at most.
const SWEEPS: usize = 16;

/// Items of every row from left to right; `None` when cancelled.
pub(super) fn order(items: &Items, cancel: &dyn Fn() -> bool) -> Option<Vec<Vec<usize>>> {
    let mut rows = first_order(items);
    let mut place = places(items, &rows);
    let mut best = (crossings(items, &rows, &place), rows.clone());
    let mut idle = 0;
    for sweep in 0..SWEEPS {
        if best.0 == 0 || idle == PATIENCE {
            break;
        }
        if cancel() {
            return None;
        }
        let downward = sweep % 2 == 1;
        let count = rows.len();
        for step in 1..count {
            let row = if downward { step } else { count - 1 - step };
            let neighbours = if downward { &items.above } else { &items.below };
            sort_row(&mut rows[row], neighbours, &mut place);
        }
        let found = crossings(items, &rows, &place);
        if found < best.0 {
            best = (found, rows.clone());
            idle = 0;
        } else {
            idle += 1;
        }
    }
    Some(best.1)
}

/// Row by row below the mean of the producers; among equals layers in file order, then passing tensors, so that branches keep
/// the file's order and arcs run at the right.
fn first_order(items: &Items) -> Vec<Vec<usize>> {
    let count = items.row.iter().max().map_or(0, |&r| r + 1);
    let mut rows = vec![Vec::new(); count];
    for (item, &row) in items.row.iter().enumerate() {
        rows[row].push(item);
    }
    let mut place = vec![0; items.row.len()];
    for row in &mut rows {
        sort_row(row, &items.above, &mut place);
    }
    rows
}

fn places(items: &Items, rows: &[Vec<usize>]) -> Vec<usize> {
    let mut place = vec![0; items.row.len()];
    for row in rows {
        for (index, &item) in row.iter().enumerate() {
            place[item] = index;
        }
    }
    place
}

/// Sorts by the mean place of the neighbours; an item without neighbours keeps its place, equals keep their order.
fn sort_row(row: &mut [usize], neighbours: &[Vec<usize>], place: &mut [usize]) {
    let mean = |item: usize| -> f64 {
        let near = &neighbours[item];
        if near.is_empty() {
            return place[item] as f64;
        }
        near.iter().map(|&n| place[n] as f64).sum::<f64>() / near.len() as f64
    };
    let mut keyed: Vec<(f64, usize)> = row.iter().map(|&item| (mean(item), item)).collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (index, (slot, (_, item))) in row.iter_mut().zip(keyed).enumerate() {
        *slot = item;
        place[item] = index;
    }
}

/// Number of pairs of links that cross.
fn crossings(items: &Items, rows: &[Vec<usize>], place: &[usize]) -> u64 {
    let mut total = 0;
    let mut ends = Vec::new();
    let mut tree = Vec::new();
    for pair in rows.windows(2) {
        ends.clear();
        for &item in &pair[0] {
            let first = ends.len();
            ends.extend(items.below[item].iter().map(|&b| place[b]));
            ends[first..].sort_unstable();
        }
        tree.clear();
        tree.resize(pair[1].len() + 1, 0_u64);
        for (seen, &end) in ends.iter().enumerate() {
            // Earlier links that end further right cross this one.
            let mut not_right = 0;
            let mut index = end + 1;
            while index > 0 {
                not_right += tree[index];
                index &= index - 1;
            }
            total += seen as u64 - not_right;
            let mut index = end + 1;
            while index < tree.len() {
                tree[index] += 1;
                index += index & index.wrapping_neg();
            }
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_are_counted_once_per_pair() {
        // Two layers above three: 0-4, 1-2, 1-3 cross twice, 0-2 crosses nothing.
        let items = Items {
            row: vec![0, 0, 1, 1, 1],
            above: vec![vec![], vec![], vec![0, 1], vec![1], vec![0]],
            below: vec![vec![2, 4], vec![2, 3], vec![], vec![], vec![]],
            ..Items::default()
        };
        let rows = vec![vec![0, 1], vec![2, 3, 4]];
        let place = places(&items, &rows);
        assert_eq!(crossings(&items, &rows, &place), 2);
    }

    #[test]
    fn a_twisted_ladder_is_untwisted() {
        let items = Items {
            row: vec![0, 0, 1, 1],
            above: vec![vec![], vec![], vec![1], vec![0]],
            below: vec![vec![3], vec![2], vec![], vec![]],
            ..Items::default()
        };
        let rows = order(&items, &|| false).unwrap();
        let place = places(&items, &rows);
        assert_eq!(crossings(&items, &rows, &place), 0);
    }
}
