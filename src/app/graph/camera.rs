//! Which part of graph space the canvas shows, and how large.

use super::layout::Layout;
use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// Smallest and largest zoom.
const ZOOM: std::ops::RangeInclusive<f32> = 0.02..=4.0;
/// Screen points left free around everything when it is made to fit.
const MARGIN: f32 = 40.0;

/// The point of graph space in the middle of the canvas, and the zoom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// In the middle of the canvas, in graph space.
    pub centre: Pos2,
    /// Screen points per point of graph space.
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            centre: Pos2::ZERO,
            zoom: 1.0,
        }
    }
}

impl Camera {
    /// From graph space to the screen.
    pub fn to_screen(self, view: Rect, point: Pos2) -> Pos2 {
        view.center() + (point - self.centre) * self.zoom
    }

    /// From the screen to graph space.
    pub fn to_graph(self, view: Rect, point: Pos2) -> Pos2 {
        self.centre + (point - view.center()) / self.zoom
    }

    /// A rectangle of graph space on the screen.
    pub fn rect_to_screen(self, view: Rect, rect: Rect) -> Rect {
        Rect::from_min_max(self.to_screen(view, rect.min), self.to_screen(view, rect.max))
    }

    /// What of graph space is visible.
    pub fn visible(self, view: Rect) -> Rect {
        Rect::from_center_size(self.centre, view.size() / self.zoom)
    }

    /// Moves by screen points, as a hand moves a sheet.
    pub fn pan(&mut self, by: Vec2) {
        self.centre -= by / self.zoom;
    }

    /// Zooms by a factor while the graph point under `at` stays there.
    pub fn zoom_at(&mut self, view: Rect, at: Pos2, factor: f32) {
        let fixed = self.to_graph(view, at);
        self.zoom = (self.zoom * factor).clamp(*ZOOM.start(), *ZOOM.end());
        self.centre = fixed - (at - view.center()) / self.zoom;
    }

    /// Shows everything.
    pub fn fit(&mut self, view: Rect, bounds: Rect) {
        let room = (view.size() - Vec2::splat(2.0 * MARGIN)).max(vec2(1.0, 1.0));
        let fitting = (room / bounds.size()).min_elem();
        self.zoom = fitting.clamp(*ZOOM.start(), 1.0);
        self.centre = bounds.center();
    }

    /// A readable start: actual size, the spine in the middle, `y` (a cut) in the middle or else the first layer at the top.
    pub fn start(&mut self, view: Rect, layout: &Layout, y: Option<f32>) {
        self.zoom = 1.0;
        let top = layout.bounds.top() + view.height() / 2.0 - MARGIN;
        let bottom = (layout.bounds.bottom() - view.height() / 2.0 + MARGIN).max(top);
        self.centre = pos2(0.0, y.map_or(top, |y| y.clamp(top, bottom)));
    }

    /// Moves up or down as little as brings a height into view, `margin` screen points away from the edges.
    pub fn reveal(&mut self, view: Rect, y: f32, margin: f32) {
        let reach = (view.height() / 2.0 - margin).max(0.0) / self.zoom;
        self.centre.y = self.centre.y.clamp(y - reach, y + reach);
    }

    /// Keeps some of the drawing in view.
    pub fn clamp(&mut self, bounds: Rect) {
        self.centre = bounds.clamp(self.centre);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let view = Rect::from_min_size(pos2(100.0, 50.0), vec2(800.0, 400.0));
        let mut camera = Camera::default();
        let pointer = pos2(220.0, 330.0);
        let before = camera.to_graph(view, pointer);
        camera.zoom_at(view, pointer, 1.7);
        assert!((camera.to_graph(view, pointer) - before).length() < 1e-3);
        assert!((camera.to_screen(view, before) - pointer).length() < 1e-3);
    }
}
