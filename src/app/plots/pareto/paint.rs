//! The shapes of the Pareto plot. Meaning is carried by form first, so that it survives without colour.

use super::shown::Shown;
use crate::app::plots::axis::Axis;
use crate::app::theme::{self, Theme};
use crate::explore::Metrics;
use egui::epaint::PathShape;
use egui::{Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};
use egui_plot::{PlotPoint, PlotTransform};
use std::sync::Arc;

/// Radius of a front point in points, where the area of dots means nothing.
pub const DOT: f32 = 3.5;
/// Smallest and largest radius where it does.
pub const DOTS: [f32; 2] = [2.0, 7.0];
/// Radius of the ring around the current design.
pub const RING: f32 = 7.0;

/// Side of the square around a design of NSGA-II: it stands out around the dot of a front point.
const SQUARE: f32 = 10.0;

/// The corners of the steps between points from left to right: what lies above and to the right of the line through them is
/// attainable.
pub fn staircase(points: &[Pos2]) -> Vec<Pos2> {
    let mut line = Vec::with_capacity(points.len() * 2);
    for pair in points.windows(2) {
        line.extend([pair[0], pos2(pair[1].x, pair[0].y)]);
    }
    line.extend(points.last());
    line
}

/// A painter that knows the axes.
pub struct Canvas<'a> {
    /// Clipped to the plot's frame.
    pub painter: Painter,
    /// From plot coordinates to the screen.
    pub transform: PlotTransform,
    /// Horizontal and vertical.
    pub axes: [Axis; 2],
    /// The metrics they are for.
    pub shown: Shown,
    /// Colours.
    pub theme: &'a Theme,
}

impl Canvas<'_> {
    /// The plot's frame on the screen.
    pub fn frame(&self) -> Rect {
        *self.transform.frame()
    }

    /// Where a design lies on the screen; `None` where the axes have no place for it.
    pub fn at(&self, metrics: &Metrics) -> Option<Pos2> {
        let place = |side: usize| self.axes[side].coordinate(metrics.shown(self.shown.axes[side]));
        // Far beyond the frame a screen coordinate loses its meaning in 32 bits; the edge of the visible suffices.
        let at = self
            .transform
            .position_from_point(&PlotPoint::new(place(0)?, place(1)?));
        let far = self.frame().expand(1e5);
        Some(at.clamp(far.min, far.max))
    }

    /// Shades what a limit on a metric forbids; a place on its edge for its name, unless all of the view is allowed.
    pub fn forbid(&self, side: usize, limit: f64) -> Option<Pos2> {
        let frame = self.frame();
        let coordinate = self.axes[side].coordinate(limit)?;
        let line = (1.0, self.theme.worse);
        if side == 0 {
            let at = self.transform.position_from_point_x(coordinate);
            let edge = at.max(frame.left());
            (at < frame.right()).then(|| {
                self.shade(Rect::from_min_max(pos2(edge, frame.top()), frame.max));
                self.painter.vline(edge, frame.y_range(), line);
                pos2(edge, frame.top() + 12.0)
            })
        } else {
            let at = self.transform.position_from_point_y(coordinate);
            let edge = at.min(frame.bottom());
            (at > frame.top()).then(|| {
                self.shade(Rect::from_min_max(frame.min, pos2(frame.right(), edge)));
                self.painter.hline(frame.x_range(), edge, line);
                pos2(frame.right() - 40.0, edge)
            })
        }
    }

    fn shade(&self, rect: Rect) {
        self.painter.rect_filled(rect, 0, self.theme.worse.gamma_multiply(0.12));
    }

    /// The line of the front.
    pub fn line(&self, corners: Vec<Pos2>) {
        let stroke = Stroke::new(1.5, self.theme.accent.gamma_multiply(0.8));
        self.painter.add(PathShape::line(corners, stroke));
    }

    /// A point of the front.
    pub fn dot(&self, at: Pos2, radius: f32) {
        self.painter.circle_filled(at, radius, self.theme.accent);
        if radius > DOT {
            // Large dots lie on each other: an outline keeps them apart.
            let stroke = Stroke::new(1.0, self.theme.background);
            self.painter.circle_stroke(at, radius, stroke);
        }
    }

    /// A point of the front that others beat in what the axes show.
    pub fn pale_dot(&self, at: Pos2, radius: f32) {
        let pale = self.theme.background.lerp_to_gamma(self.theme.accent, 0.45);
        self.painter.circle_filled(at, radius, pale);
    }

    /// A dominated design.
    pub fn faint(&self, at: Pos2) {
        self.painter
            .circle_filled(at, 2.5, self.theme.text.gamma_multiply(0.25));
    }

    /// A design that breaks a limit.
    pub fn hollow(&self, at: Pos2) {
        self.painter
            .circle_stroke(at, 2.5, Stroke::new(1.0, self.theme.weak.gamma_multiply(0.7)));
    }

    /// A design to compare with.
    pub fn diamond(&self, at: Pos2, feasible: bool) {
        let corners = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)].map(|d| at + d);
        let fill = if feasible {
            self.theme.link
        } else {
            Color32::TRANSPARENT
        };
        let stroke = Stroke::new(1.5, self.theme.text);
        self.painter
            .add(PathShape::convex_polygon(corners.to_vec(), fill, stroke));
    }

    /// The knee.
    pub fn double_ring(&self, at: Pos2) {
        for radius in [DOT + 2.5, DOT + 5.5] {
            self.painter
                .circle_stroke(at, radius, Stroke::new(1.2, self.theme.accent));
        }
    }

    /// The point that weights or priorities chose.
    pub fn square(&self, at: Pos2) {
        let rect = Rect::from_center_size(at, Vec2::splat(2.0 * RING + 4.0));
        let stroke = Stroke::new(2.0, self.theme.text);
        self.painter.rect_stroke(rect, 3, stroke, StrokeKind::Middle);
    }

    /// A design that NSGA-II found; paler where it was for an earlier problem.
    pub fn hollow_square(&self, at: Pos2, is_stale: bool) {
        let rect = Rect::from_center_size(at, Vec2::splat(SQUARE));
        let stroke = Stroke::new(1.2, self.evolved(is_stale));
        self.painter.rect_stroke(rect, 0, stroke, StrokeKind::Middle);
    }

    /// The line of what NSGA-II found.
    pub fn dashes(&self, corners: &[Pos2], is_stale: bool) {
        let stroke = Stroke::new(1.0, self.evolved(is_stale).gamma_multiply(0.8));
        self.painter.extend(Shape::dashed_line(corners, stroke, 4.0, 3.0));
    }

    fn evolved(&self, is_stale: bool) -> Color32 {
        if is_stale {
            self.theme.weak.gamma_multiply(0.6)
        } else {
            self.theme.text
        }
    }

    /// The best of both axes together, which no design reaches.
    pub fn star(&self, at: Pos2) {
        let spoke = |index: i32| {
            let angle = index as f32 * std::f32::consts::TAU / 10.0 - std::f32::consts::FRAC_PI_2;
            at + Vec2::angled(angle) * if index % 2 == 0 { 5.0 } else { 2.1 }
        };
        // A star is not convex: ten triangles around its middle.
        for index in 0..10 {
            let triangle = vec![at, spoke(index), spoke(index + 1)];
            self.painter
                .add(PathShape::convex_polygon(triangle, self.theme.weak, Stroke::NONE));
        }
    }

    /// A kept design: a lettered flag on a pole. Returns the flag's place.
    pub fn flag(&self, at: Pos2, name: &str) -> Rect {
        let galley = self.text(name, theme::semibold(theme::SMALL), self.theme.panel);
        let size = galley.size() + vec2(6.0, 1.0);
        let flag = Rect::from_min_size(at + vec2(0.0, -16.0 - size.y / 2.0), size);
        let stroke = Stroke::new(1.5, self.theme.text);
        self.painter.line_segment([at, flag.left_top()], stroke);
        self.painter.rect_filled(flag, 2, self.theme.text);
        self.painter.galley(flag.min + vec2(3.0, 0.5), galley, self.theme.panel);
        self.painter.circle_filled(at, 2.0, self.theme.text);
        flag
    }

    /// The current design: a ring with guides to both axes. Outside the frame an arrow at its edge points there. Returns where
    /// it was painted.
    pub fn crosshair(&self, at: Pos2) -> Pos2 {
        let frame = self.frame();
        let stroke = Stroke::new(1.0, self.theme.weak.gamma_multiply(0.7));
        let guides = [
            [pos2(at.x, frame.top()), pos2(at.x, frame.bottom())],
            [pos2(frame.left(), at.y), pos2(frame.right(), at.y)],
        ];
        for guide in guides {
            self.painter.extend(Shape::dashed_line(&guide, stroke, 2.0, 3.0));
        }
        let inside = frame.shrink(RING + 2.0);
        if frame.contains(at) {
            let stroke = Stroke::new(2.0, self.theme.text);
            self.painter.circle_stroke(at, RING, stroke);
            return at;
        }
        let edge = inside.clamp(at);
        let towards = (at - edge).normalized();
        let across = towards.rot90() * 5.0;
        let arrow = vec![edge + towards * RING, edge + across, edge - across];
        self.painter
            .add(PathShape::convex_polygon(arrow, self.theme.text, Stroke::NONE));
        edge
    }

    /// The mark under the pointer or the keyboard.
    pub fn emphasis(&self, at: Pos2) {
        self.painter.circle_filled(at, DOT + 1.0, self.theme.accent);
        self.painter
            .circle_stroke(at, DOT + 2.5, Stroke::new(1.5, self.theme.text));
    }

    /// A text ready to be painted.
    pub fn text(&self, text: &str, font: FontId, colour: Color32) -> Arc<egui::Galley> {
        self.painter.layout_no_wrap(text.to_owned(), font, colour)
    }

    /// Paints a label whose place is known.
    pub fn label(&self, place: Rect, galley: Arc<egui::Galley>) {
        let ground = self.theme.background.gamma_multiply(0.75);
        self.painter.rect_filled(place.expand2(vec2(2.0, 0.0)), 2, ground);
        self.painter.galley(place.min, galley, self.theme.text);
    }
}
