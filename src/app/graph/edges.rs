//! Paints the paths of tensors, with arrows and, where there is room, their bytes or shapes.

use super::layout::{NODE, Route};
use super::names;
use super::scene::{Detail, Scene};
use crate::app::{Cx, theme};
use crate::network::TensorId;
use crate::units::Unit;
use egui::{Align2, Color32, FontId, Pos2, Shape, Stroke, Vec2, pos2, vec2};

/// Paints the paths that are in view; those at the hovered or selected layer stand out.
pub fn paint(scene: &Scene, cx: &Cx) {
    let visible = scene.visible().expand(4.0);
    let width = (1.3 * scene.camera.zoom.sqrt()).clamp(0.7, 1.6);
    let plain = Stroke::new(width, cx.theme.edge.gamma_multiply(0.75));
    let strong = Stroke::new(width + 0.7, cx.theme.text);
    let near = cx.session.hovered();
    let mut shapes = Vec::new();
    for route in scene.layout.routes.iter().filter(|r| r.bounds.intersects(visible)) {
        let touches = near.is_some_and(|layer| route.from == layer || (route.arrives && route.readers == [layer]));
        let stroke = if touches { strong } else { plain };
        let points: Vec<Pos2> = route.points.iter().map(|&p| scene.at(p)).collect();
        if route.arrives && scene.detail() > Detail::Block {
            arrow(&mut shapes, &points, stroke, 5.0 * scene.camera.zoom.clamp(0.5, 1.2));
        }
        shapes.push(Shape::line(points, stroke));
    }
    scene.painter.extend(shapes);
}

/// An open arrow head at the end of a path.
fn arrow(shapes: &mut Vec<Shape>, points: &[Pos2], stroke: Stroke, size: f32) {
    let [.., before, tip] = points else { return };
    let direction = (*tip - *before).normalized();
    for side in [-1.0, 1.0] {
        let wing = -direction * size + direction.rot90() * side * size * 0.8;
        shapes.push(Shape::line_segment([*tip, *tip + wing], stroke));
    }
}

/// Paints bytes (or shapes) beside the paths that lead straight to the next row; tensors in `taken` have theirs elsewhere.
pub fn paint_labels(scene: &Scene, cx: &Cx, shapes: bool, taken: &[TensorId]) {
    let Some(size) = scene.font_size(theme::SMALL).map(|s| s.min(13.0)) else {
        return;
    };
    if scene.detail() < Detail::Size {
        return;
    }
    let visible = scene.visible();
    for route in scene.layout.routes.iter().filter(|r| r.bounds.intersects(visible)) {
        if let ([from, to], true) = (&route.points[..], route.arrives)
            && (to.y - from.y) < 2.0 * NODE.y
            && !taken.contains(&route.tensor)
        {
            let at = scene.at(from.lerp(*to, 0.5)) + vec2(7.0, 0.0);
            let text = text(cx, scene, route, shapes);
            let font = FontId::proportional(size);
            scene.painter.text(at, Align2::LEFT_CENTER, text, font, cx.theme.weak);
        }
    }
}

/// What stands at an edge: the bytes as the producer's device holds them, or the shape.
fn text(cx: &Cx, scene: &Scene, route: &Route, shapes: bool) -> String {
    let tensor = &cx.network.tensors[route.tensor];
    match (&tensor.shape, shapes) {
        (None, _) => "unknown size".to_owned(),
        (Some(shape), true) => names::dimensions(shape),
        (Some(_), false) => {
            let device = scene.device_of.get(route.from).copied().unwrap_or(0);
            let bits = cx.document.built(device).map_or(32, |d| d.bits);
            Unit::Bytes.format(tensor.bytes(bits) as f64)
        }
    }
}

/// Short arrows where data enters the network from outside and leaves it.
pub fn paint_ends(scene: &Scene, cx: &Cx) {
    let visible = scene.visible().expand(40.0);
    let colour = cx.theme.edge.gamma_multiply(0.75);
    let length = 24.0;
    for &tensor in &cx.network.inputs {
        for &layer in &cx.network.tensors[tensor].consumers {
            let node = scene.layout.node(layer);
            if visible.contains(node.center()) && cx.network.layers[layer].inputs.first() == Some(&tensor) {
                let tip = pos2(node.center().x, node.top());
                end(
                    scene,
                    [tip - vec2(0.0, length), tip],
                    colour,
                    &format!("in: {}", cx.network.tensors[tensor].name),
                    Align2::CENTER_BOTTOM,
                );
            }
        }
    }
    for &tensor in &cx.network.outputs {
        if let Some(layer) = cx.network.tensors[tensor].producer {
            let node = scene.layout.node(layer);
            if visible.contains(node.center()) && cx.network.tensors[tensor].consumers.is_empty() {
                let start = pos2(node.center().x, node.bottom());
                end(
                    scene,
                    [start, start + vec2(0.0, length)],
                    colour,
                    &format!("out: {}", cx.network.tensors[tensor].name),
                    Align2::CENTER_TOP,
                );
            }
        }
    }
}

fn end(scene: &Scene, points: [Pos2; 2], colour: Color32, text: &str, align: Align2) {
    let stroke = Stroke::new(1.3, colour);
    let points = points.map(|p| scene.at(p));
    let mut shapes = vec![Shape::line_segment(points, stroke)];
    arrow(&mut shapes, &points, stroke, 5.0);
    scene.painter.extend(shapes);
    let Some(size) = scene.font_size(theme::SMALL).map(|s| s.min(13.0)) else {
        return;
    };
    let outer: Vec2 = if align == Align2::CENTER_BOTTOM {
        vec2(0.0, -2.0)
    } else {
        vec2(0.0, 2.0)
    };
    let at = if align == Align2::CENTER_BOTTOM {
        points[0]
    } else {
        points[1]
    };
    scene
        .painter
        .text(at + outer, align, text, FontId::proportional(size), scene.theme.weak);
}
