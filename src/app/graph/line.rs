//! The line of a cut: for every x it runs below what is done before the boundary and above what comes after, so that
//! it crosses exactly the tensors that cross the boundary.

use super::layout::{Layout, NODE, ROW, Route};
use crate::network::{Ideal, TensorId};
use egui::{Pos2, Rect, pos2};

/// Distance of the points of a line in graph space; wide drawings take at most [`MOST_POINTS`].
const STEP: f32 = 6.0;
const MOST_POINTS: f32 = 500.0;
/// How far the line goes beyond the drawing.
const BEYOND: f32 = 60.0;
/// What the line keeps free above and below layers, where there is room.
const CLEARANCE: f32 = 10.0;
/// Rounds of smoothing.
const ROUNDS: usize = 40;

/// A drawable boundary.
#[derive(Debug, Clone, PartialEq)]
pub struct CutLine {
    /// The line from left to right in graph space.
    pub points: Vec<Pos2>,
    /// Whether it separates the layers; else the boundary is no line in this drawing and its partitions need outlines.
    pub separates: bool,
    /// Where tensors cross it, per tensor the crossing nearest to the spine first.
    pub crossings: Vec<Crossing>,
}

/// A tensor crosses a cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// Which tensor.
    pub tensor: TensorId,
    /// Where, in graph space.
    pub at: Pos2,
    /// Whether it is the first crossing of this tensor; it is paid there and nowhere else.
    pub pays: bool,
}

impl CutLine {
    /// The line of a boundary in a layout.
    pub fn new(layout: &Layout, ideal: &Ideal) -> Self {
        let corridor = Corridor::new(layout, ideal);
        let points = corridor.line();
        let mut line = Self {
            points,
            separates: corridor.separates,
            crossings: Vec::new(),
        };
        line.crossings = line.crossings(layout, ideal);
        line
    }

    /// The line's height at an x (beyond its ends that of the end).
    pub fn y_at(&self, x: f32) -> f32 {
        let after = self.points.partition_point(|p| p.x < x);
        match (
            after.checked_sub(1).and_then(|i| self.points.get(i)),
            self.points.get(after),
        ) {
            (Some(a), Some(b)) => a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x).max(f32::EPSILON),
            (Some(end), None) | (None, Some(end)) => end.y,
            (None, None) => 0.0,
        }
    }

    fn crossings(&self, layout: &Layout, ideal: &Ideal) -> Vec<Crossing> {
        let mut found: Vec<Crossing> = layout
            .routes
            .iter()
            .filter(|r| ideal.contains(r.from) && r.readers.iter().any(|&to| !ideal.contains(to)))
            .filter_map(|route| {
                let at = self.crossing_with(route)?;
                Some(Crossing {
                    tensor: route.tensor,
                    at,
                    pays: false,
                })
            })
            .collect();
        found.sort_by(|a, b| {
            (a.tensor, a.at.x.abs())
                .partial_cmp(&(b.tensor, b.at.x.abs()))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        // A trunk and what branches off it may meet the line at the same place.
        found.dedup_by(|b, a| a.tensor == b.tensor && a.at.distance(b.at) < 1.0);
        let mut before = None;
        for crossing in &mut found {
            crossing.pays = before != Some(crossing.tensor);
            before = Some(crossing.tensor);
        }
        found
    }

    /// Where a path goes from above the line to below it.
    fn crossing_with(&self, route: &Route) -> Option<Pos2> {
        route.points.windows(2).find_map(|pair| {
            let above = |p: Pos2| self.y_at(p.x) - p.y;
            let (from, to) = (above(pair[0]), above(pair[1]));
            (from >= 0.0 && to < 0.0).then(|| pair[0].lerp(pair[1], from / (from - to)))
        })
    }
}

/// Per sampled x the heights between which the line may run.
struct Corridor {
    left: f32,
    step: f32,
    least: Vec<f32>,
    most: Vec<f32>,
    separates: bool,
}

impl Corridor {
    fn new(layout: &Layout, ideal: &Ideal) -> Self {
        let left = layout.bounds.left() - BEYOND;
        let width = layout.bounds.width() + 2.0 * BEYOND;
        let step = STEP.max(width / MOST_POINTS);
        let count = (width / step).ceil() as usize + 1;
        let mut corridor = Self {
            left,
            step,
            least: vec![f32::NEG_INFINITY; count],
            most: vec![f32::INFINITY; count],
            separates: true,
        };
        for (layer, &centre) in layout.centres.iter().enumerate() {
            let node = Rect::from_center_size(centre, NODE);
            corridor.keep_clear(node, ideal.contains(layer));
        }
        corridor.separates = corridor.least.iter().zip(&corridor.most).all(|(l, m)| l < m);
        corridor.keep_clear_of_tensors(layout, ideal);
        corridor
    }

    fn column(&self, x: f32) -> usize {
        (((x - self.left) / self.step).round().max(0.0) as usize).min(self.least.len() - 1)
    }

    fn keep_clear(&mut self, rect: Rect, before: bool) {
        for column in self.column(rect.left())..=self.column(rect.right()) {
            if before {
                self.least[column] = self.least[column].max(rect.bottom());
            } else {
                self.most[column] = self.most[column].min(rect.top());
            }
        }
    }

    /// Tensors that do not cross the boundary stay on their side, as far as the layers leave room for that.
    fn keep_clear_of_tensors(&mut self, layout: &Layout, ideal: &Ideal) {
        let mut tensors = Self {
            least: vec![f32::NEG_INFINITY; self.least.len()],
            most: vec![f32::INFINITY; self.most.len()],
            ..*self
        };
        for route in &layout.routes {
            let before = route.readers.iter().any(|&to| ideal.contains(to));
            if before || !ideal.contains(route.from) {
                for pair in route.points.windows(2) {
                    tensors.keep_clear(Rect::from_two_pos(pair[0], pair[1]), before);
                }
            }
        }
        for column in 0..self.least.len() {
            let (least, most) = (self.least[column], self.most[column]);
            if tensors.least[column] < most - 1.0 {
                self.least[column] = least.max(tensors.least[column]);
            }
            if tensors.most[column] > self.least[column] + 1.0 {
                self.most[column] = most.min(tensors.most[column]);
            }
        }
    }

    /// A smooth line through the corridor: level with the gap at the spine wherever it can be.
    fn line(&self) -> Vec<Pos2> {
        let spine = self.column(0.0);
        let level = match (self.least[spine], self.most[spine]) {
            (l, m) if l.is_finite() && m.is_finite() => (l + m) / 2.0,
            (l, _) if l.is_finite() => l + (ROW - NODE.y) / 2.0,
            (_, m) if m.is_finite() => m - (ROW - NODE.y) / 2.0,
            _ => 0.0,
        };
        let within = |column: usize, y: f32| {
            let (least, most) = (self.least[column], self.most[column]);
            let room = most - least;
            if room <= 0.0 {
                return (least + most) / 2.0;
            }
            let free = CLEARANCE.min(room / 2.0);
            y.clamp(least + free, most - free)
        };
        let mut y: Vec<f32> = (0..self.least.len()).map(|c| within(c, level)).collect();
        // Beyond the drawing it stays on the level of the outermost layers.
        let is_free = |c: &usize| self.least[*c].is_infinite() && self.most[*c].is_infinite();
        let first = (0..y.len()).find(|c| !is_free(c)).unwrap_or(0);
        let last = (0..y.len()).rev().find(|c| !is_free(c)).unwrap_or(0);
        let ends = (y[first], y[last]);
        y[..first].fill(ends.0);
        y[last + 1..].fill(ends.1);
        for _ in 0..ROUNDS {
            for column in 1..y.len().saturating_sub(1) {
                y[column] = within(column, (y[column - 1] + y[column + 1]) / 2.0);
            }
        }
        let point = |(column, &y): (usize, &f32)| pos2(self.left + column as f32 * self.step, y);
        y.iter().enumerate().map(point).collect()
    }
}
