//! The whole network in a corner, with the part in view; dragging in it moves the view.

use super::camera::Camera;
use super::colour::paint_frame;
use super::layout::{Layout, NODE};
use super::scene::Scene;
use crate::app::{Cx, Theme};
use egui::{CornerRadius, Pos2, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};

/// Outer size.
const SIZE: Vec2 = vec2(132.0, 144.0);
/// Free space inside.
const PADDING: f32 = 8.0;

/// Where the map lies, if the network is larger than the canvas.
pub fn frame(camera: &Camera, view: Rect, layout: &Layout) -> Option<Rect> {
    let shown = camera.visible(view).expand(1.0);
    let fits = shown.height() >= layout.bounds.height() && shown.width() >= layout.bounds.width();
    // In a low canvas the map would stand where the handles of cuts belong.
    let has_room = view.width() > 3.0 * SIZE.x && view.height() > 2.0 * SIZE.y;
    let corner = pos2(view.right() - 12.0 - SIZE.x, view.top() + 12.0);
    (!fits && has_room).then(|| Rect::from_min_size(corner, SIZE))
}

/// From graph space to the map: the whole height is used, the width only as far as boxes do not get wider than high ones need.
struct Map {
    inner: Rect,
    bounds: Rect,
    scale: Vec2,
}

impl Map {
    fn new(frame: Rect, layout: &Layout) -> Self {
        let inner = frame.shrink(PADDING);
        let scale = inner.size() / layout.bounds.size();
        Self {
            inner,
            bounds: layout.bounds,
            scale: vec2(scale.x.min(0.18), scale.y.min(0.18)),
        }
    }

    fn at(&self, point: Pos2) -> Pos2 {
        self.inner.center() + (point - self.bounds.center()) * self.scale
    }

    fn to_graph(&self, point: Pos2) -> Pos2 {
        self.bounds.center() + (point - self.inner.center()) / self.scale
    }
}

/// The point of graph space under a point of the map.
pub fn point(frame: Rect, layout: &Layout, at: Pos2) -> Pos2 {
    Map::new(frame, layout).to_graph(at)
}

/// Paints the map; layers that fall on the same point are painted once.
pub fn paint(scene: &Scene, cx: &Cx, frame: Rect) {
    paint_frame(&scene.painter, cx.theme, frame);
    let map = Map::new(frame, scene.layout);
    let painter = scene.painter.with_clip_rect(frame);
    let size = vec2((NODE.x * map.scale.x).max(1.5), (NODE.y * map.scale.y).max(1.0));
    let mut painted = vec![false; (SIZE.x * SIZE.y) as usize];
    for (layer, &centre) in scene.layout.centres.iter().enumerate() {
        let at = map.at(centre);
        let place = (at - frame.min).floor();
        let cell = place.y as usize * SIZE.x as usize + place.x as usize;
        if painted.get(cell).copied().unwrap_or(true) {
            continue;
        }
        painted[cell] = true;
        let hue = cx.theme.device(scene.device_of[layer]);
        painter.rect_filled(Rect::from_center_size(at, size), CornerRadius::ZERO, hue);
    }
    let shown = scene.visible();
    let window = Rect::from_min_max(map.at(shown.min), map.at(shown.max)).intersect(frame.shrink(3.0));
    let stroke = Stroke::new(1.5, Theme::selection(cx.theme).color);
    painter.rect_stroke(window, CornerRadius::same(3), stroke, StrokeKind::Middle);
}
