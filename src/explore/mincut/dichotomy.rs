//! All corners of the convex hull of a front of two sums, by weighted sums alone (Aneja and Nair, Management Science 25(1), 1979).
//!
//! The two ends are the designs least in one sum and then in the other. Between two neighbouring points the weights are chosen so that
//! both cost the same; a design that costs less is a new point between them, and if there is none the line through both bounds the front
//! from below. Every weighted sum that was searched leaves such a line behind, so that a bound is known at any time.

use super::super::exact::Pair;
use super::super::share::share;
use super::flow::{Amount, Cancelled, MOST};
use super::guess::Actual;
use super::optimum::{Optimum, least};
use super::terms::{BITS, Terms, Weights, weigh};

/// Weighted sums after which the search leaves the rest of the hull to its bound.
pub const MOST_SUMS: usize = 2_000;

/// The weights by which one sum goes before the other.
pub(crate) const ENDS: [Weights; 2] = [[1 << BITS, 1], [1, 1 << BITS]];

/// What a weighted sum taught: no design's weighted sum is below `least`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bound {
    pub(crate) weights: Weights,
    pub(crate) least: Amount,
}

/// The corners of a hull, and bounds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Corners {
    /// By rising first sum.
    pub(crate) points: Vec<Actual>,
    pub(crate) bounds: Vec<Bound>,
    /// Whether every weighted sum was searched to its end, so that no corner is missing.
    pub(crate) complete: bool,
}

/// Finds the corners.
pub(crate) fn corners(
    terms: &Terms,
    most_devices: usize,
    most_sums: usize,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Result<Corners, Cancelled> {
    let mut found = Corners {
        points: Vec::new(),
        bounds: Vec::new(),
        complete: true,
    };
    for weights in ENDS {
        let optimum = least(terms, weights, most_devices, MOST, cancel)?;
        found.learn(weights, MOST, optimum);
    }
    let ends: Vec<Pair> = found.points.iter().map(|point| point.cost).collect();
    let &[first, last] = ends.as_slice() else {
        return Ok(found);
    };
    let width = (last[0] - first[0]) as f64;
    let mut closed = 0.0;
    let mut open = vec![(first, last)];
    open.retain(is_open);
    let mut searches = 2;
    while !open.is_empty() {
        if searches + open.len() > most_sums {
            found.complete = false;
            break;
        }
        searches += open.len();
        let optima = share(&open, cancel, |&(left, right), cancel| {
            let weights = level(left, right);
            least(terms, weights, most_devices, weigh(left, weights), cancel)
        });
        let mut next = Vec::new();
        for ((left, right), optimum) in open.into_iter().zip(optima) {
            let optimum = optimum?;
            let weights = level(left, right);
            if let Some((_, better)) = &optimum.best {
                next.extend([(left, better.cost), (better.cost, right)].into_iter().filter(is_open));
            } else {
                closed += (right[0] - left[0]) as f64 / width;
            }
            found.learn(weights, weigh(left, weights), optimum);
        }
        progress(closed as f32);
        open = next;
    }
    found.points.sort_by_key(|point| point.cost);
    found.points.dedup_by_key(|point| point.cost);
    Ok(found)
}

impl Corners {
    fn learn(&mut self, weights: Weights, below: Amount, optimum: Optimum) {
        let reached = optimum.best.as_ref().map_or(below, |(cost, _)| *cost);
        self.complete &= optimum.bound == reached;
        self.bounds.push(Bound {
            weights,
            least: optimum.bound,
        });
        self.points.extend(optimum.best.map(|(_, point)| point));
    }
}

/// Whether something can lie between two points.
fn is_open((left, right): &(Pair, Pair)) -> bool {
    left[0] < right[0] && left[1] > right[1]
}

/// Weights by which two points cost the same.
fn level(left: Pair, right: Pair) -> Weights {
    [(left[1] - right[1]).unsigned_abs(), (right[0] - left[0]).unsigned_abs()]
}
