//! The paths of tensors: one trunk per tensor, from which every reader branches off, as flattened curves.

use super::{Items, NODE, ROW, Route, Trunk, Wire};
use crate::network::LayerId;
use egui::{Pos2, Rect, pos2};

/// Height of the bend between a row's side and a vertical line.
const BEND: f32 = 26.0;
/// Straight pieces a curve is drawn with.
const PIECES: usize = 10;

/// Everything a path needs to know about where things stand.
pub(super) struct Ground<'a> {
    pub items: &'a Items,
    pub x: &'a [f32],
    /// x of the layers of every row, ascending.
    pub layers_in_row: &'a [Vec<f32>],
}

impl Ground<'_> {
    /// The centre of an item.
    pub fn centre(&self, item: usize) -> Pos2 {
        pos2(self.x[item], self.items.row[item] as f32 * ROW)
    }

    /// Whether one can go sideways from the layer at `from` to `x` in its row and turn there without touching another layer.
    fn is_clear(&self, from: LayerId, x: f32) -> bool {
        let own = self.x[from];
        let margin = NODE.x / 2.0 + 4.0;
        (x - own).abs() > margin
            && self.layers_in_row[self.items.row[from]]
                .iter()
                .all(|&other| other == own || other + margin < own.min(x) || other - margin > own.max(x))
    }

    /// All paths of one tensor.
    pub fn routes(&self, wire: &Wire, trunk: Option<&Trunk>) -> Vec<Route> {
        let from_row = self.items.row[wire.from];
        let mut readers = wire.to.clone();
        readers.sort_by_key(|&to| (self.items.row[to], to));
        let mut routes = Vec::new();
        let mut stem: Option<Path> = None;
        let mut stem_row = from_row;
        for (index, &to) in readers.iter().enumerate() {
            let to_row = self.items.row[to];
            let Some(trunk) = trunk.filter(|_| to_row > from_row + 1) else {
                routes.push(self.direct(wire, to));
                continue;
            };
            if to_row - 1 > stem_row {
                let first = trunk.item(stem_row + 1);
                let mut path = stem.take().unwrap_or_else(|| self.leave(wire.from, self.x[first]));
                for row in stem_row + 1..to_row {
                    path.through(self.centre(trunk.item(row)));
                }
                routes.push(path.clone().finish(wire, readers[index..].to_vec(), false));
                path.points.drain(..path.points.len() - 1);
                stem = Some(path);
                stem_row = to_row - 1;
            }
            if let Some(stem) = &stem {
                let mut tail = stem.clone();
                self.arrive(&mut tail, to);
                routes.push(tail.finish(wire, vec![to], true));
            }
        }
        routes
    }

    /// From a layer to a reader in the next row.
    fn direct(&self, wire: &Wire, to: LayerId) -> Route {
        let mut path = if self.is_clear(wire.from, self.x[to]) {
            self.leave(wire.from, self.x[to])
        } else {
            Path::at(self.centre(wire.from) + egui::vec2(0.0, NODE.y / 2.0))
        };
        let bottom = self.items.row[wire.from] as f32 * ROW + NODE.y / 2.0;
        if path.end().y > bottom {
            path.curve_to(pos2(self.x[to], self.items.row[to] as f32 * ROW - NODE.y / 2.0));
        } else {
            self.arrive(&mut path, to);
        }
        path.finish(wire, vec![to], true)
    }

    /// The beginning of a path that goes on below at `x`.
    fn leave(&self, from: LayerId, x: f32) -> Path {
        let centre = self.centre(from);
        if !self.is_clear(from, x) {
            return Path::at(centre + egui::vec2(0.0, NODE.y / 2.0));
        }
        let side = pos2(centre.x + NODE.x / 2.0 * (x - centre.x).signum(), centre.y);
        let mut path = Path::at(side);
        path.bend_to(pos2(x, centre.y + BEND), pos2(x, centre.y));
        path
    }

    /// The end of a path that comes from above.
    fn arrive(&self, path: &mut Path, to: LayerId) {
        let centre = self.centre(to);
        let x = path.end().x;
        if self.is_clear(to, x) {
            path.curve_to(pos2(x, centre.y - BEND));
            let side = pos2(centre.x + NODE.x / 2.0 * (x - centre.x).signum(), centre.y);
            path.bend_to(side, pos2(x, centre.y));
        } else {
            path.curve_to(centre - egui::vec2(0.0, NODE.y / 2.0));
        }
    }
}

/// A path in the making.
#[derive(Clone)]
struct Path {
    points: Vec<Pos2>,
}

impl Path {
    fn at(start: Pos2) -> Self {
        Self { points: vec![start] }
    }

    fn end(&self) -> Pos2 {
        self.points.last().copied().unwrap_or_default()
    }

    /// A straight line; it lengthens the last one where both are vertical.
    fn line_to(&mut self, to: Pos2) {
        if let [.., before, last] = &mut self.points[..]
            && before.x == to.x
            && last.x == to.x
        {
            *last = to;
        } else {
            self.points.push(to);
        }
    }

    /// Down to a point, leaving and arriving vertically.
    fn curve_to(&mut self, to: Pos2) {
        let from = self.end();
        if from.x == to.x {
            return self.line_to(to);
        }
        let middle = (from.y + to.y) / 2.0;
        self.cubic(from, pos2(from.x, middle), pos2(to.x, middle), to);
    }

    /// Through a row at an x, vertically past the layers that stand in it.
    fn through(&mut self, centre: Pos2) {
        let half = egui::vec2(0.0, NODE.y / 2.0);
        self.curve_to(centre - half);
        self.line_to(centre + half);
    }

    /// A quarter turn around a corner.
    fn bend_to(&mut self, to: Pos2, corner: Pos2) {
        let from = self.end();
        // Long ways sideways stay straight; only the last stretch bends.
        let reach = |p: Pos2| corner + (p - corner).normalized() * (p - corner).length().min(2.0 * BEND);
        let (start, stop) = (reach(from), reach(to));
        self.line_to(start);
        let weight = 0.56;
        self.cubic(start, start.lerp(corner, weight), stop.lerp(corner, weight), stop);
        self.line_to(to);
    }

    fn cubic(&mut self, a: Pos2, b: Pos2, c: Pos2, d: Pos2) {
        for piece in 1..=PIECES {
            let t = piece as f32 / PIECES as f32;
            let s = 1.0 - t;
            let sum = a.to_vec2() * (s * s * s)
                + b.to_vec2() * (3.0 * s * s * t)
                + c.to_vec2() * (3.0 * s * t * t)
                + d.to_vec2() * (t * t * t);
            self.points.push(sum.to_pos2());
        }
    }

    fn finish(mut self, wire: &Wire, readers: Vec<LayerId>, arrives: bool) -> Route {
        self.points.dedup();
        Route {
            tensor: wire.tensor,
            from: wire.from,
            readers,
            bounds: Rect::from_points(&self.points),
            points: self.points,
            arrives,
        }
    }
}
