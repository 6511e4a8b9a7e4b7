//! Paints layers: boxes in the tint of their hue, with a bar, a letter and as much text as the zoom makes legible.

use super::layout::{NODE, ROW};
use super::scene::{Detail, Scene};
use super::{colour, names};
use crate::app::hatch::Hatch;
use crate::app::session::{ColourBy, Part, Selection};
use crate::app::{Cx, icon, theme, widgets};
use crate::network::{LayerId, OpKind};
use egui::{Align2, CornerRadius, FontId, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};

/// Paints the layers that are in view.
pub fn paint(scene: &Scene, cx: &Cx, layers: impl Iterator<Item = LayerId>) {
    let visible = scene.visible();
    for layer in layers {
        if scene.layout.node(layer).intersects(visible) {
            paint_layer(scene, cx, layer);
        }
    }
}

fn paint_layer(scene: &Scene, cx: &Cx, layer: LayerId) {
    let rect = scene.rect(scene.layout.node(layer));
    let hue = scene.colours.hue(cx.theme, layer);
    let is_selected = cx.session.selection == Some(Selection::Layer(layer));
    let is_hovered = cx.session.hovered() == Some(layer) || is_of_hovered_part(cx, layer);
    let detail = scene.detail();
    let zoom = scene.camera.zoom;
    let rounding = CornerRadius::same((5.0 * zoom).clamp(1.0, 6.0) as u8);
    if detail == Detail::Block {
        let fill = scene.theme.background.lerp_to_gamma(hue, 0.75);
        scene.painter.rect_filled(rect, rounding, fill);
        if scene.colours.is_unknown(layer) {
            colour::unknown(&scene.painter, cx.theme, rect, 4.0);
        }
    } else {
        let is_heat = matches!(cx.session.colour_by, ColourBy::Heat(_));
        let fill = if is_heat {
            cx.theme.background.lerp_to_gamma(hue, 0.3)
        } else {
            cx.theme.tint(hue)
        };
        scene
            .painter
            .rect(rect, rounding, fill, Stroke::new(1.3, hue), StrokeKind::Inside);
        if scene.colours.is_unknown(layer) {
            colour::unknown(&scene.painter, cx.theme, rect, (10.0 * zoom).max(4.0));
        }
        if cx.network.layers[layer].kind == OpKind::Unknown || cx.network.layers[layer].unknown.is_some() {
            // Something about the layer is not known.
            let spacing = (10.0 * zoom).max(4.0);
            let stroke = Stroke::new(1.0, cx.theme.warning.gamma_multiply(0.35));
            Hatch::Rising.paint(&scene.painter, rect, spacing, stroke);
        }
        let bar = Rect::from_min_size(rect.min, vec2((4.0 * zoom).clamp(2.0, 6.0), rect.height()));
        let left = CornerRadius {
            ne: 0,
            se: 0,
            ..rounding
        };
        scene.painter.rect_filled(bar, left, hue);
        paint_text(scene, cx, layer, rect);
    }
    if is_selected {
        scene
            .painter
            .rect_stroke(rect, rounding, cx.theme.selection(), StrokeKind::Outside);
    } else if is_hovered {
        let stroke = Stroke::new(1.0, cx.theme.text);
        scene.painter.rect_stroke(rect, rounding, stroke, StrokeKind::Outside);
    }
}

/// Whether a layer is of the partition whose time is under the pointer.
fn is_of_hovered_part(cx: &Cx, layer: LayerId) -> bool {
    match cx.session.hovered_part() {
        Some(Part::Partition(placement)) => cx.document.design.holds(placement, layer),
        Some(Part::Cut(_)) | None => false,
    }
}

/// Title, letter and lines below, as far as they fit.
fn paint_text(scene: &Scene, cx: &Cx, layer: LayerId, rect: Rect) {
    let Some(size) = scene.font_size(theme::BODY).map(|s| s.min(15.0)) else {
        return;
    };
    let zoom = scene.camera.zoom;
    let detail = scene.detail();
    let left = rect.left() + (14.0 * zoom).min(18.0);
    let badge_side = (15.0 * zoom).clamp(8.0, 18.0);
    let inset = (5.0 * zoom).min(6.0);
    let badge = Rect::from_min_size(
        pos2(rect.right() - inset - badge_side, rect.top() + inset),
        Vec2::splat(badge_side),
    );
    widgets::paint_badge(&scene.painter, cx.theme, badge, scene.device_of[layer]);
    let mut right = badge.left() - 4.0;
    if cx.network.layers[layer].unknown.is_some() {
        let font = FontId::proportional(size);
        let at = pos2(right, badge.center().y);
        let mark = scene
            .painter
            .text(at, Align2::RIGHT_CENTER, icon::WARNING, font, cx.theme.warning);
        right = mark.left() - 4.0;
    }
    let lines = match detail {
        Detail::Block | Detail::Title => 1,
        Detail::Size => 2,
        Detail::Attributes => 3,
    };
    let small = FontId::proportional(scene.font_size(theme::SMALL).unwrap_or(7.0).min(13.0));
    let row = |index: usize| {
        let share = match lines {
            1 => 0.5,
            2 => [0.31, 0.72][index],
            _ => [0.23, 0.52, 0.80][index],
        };
        pos2(left, rect.top() + rect.height() * share)
    };
    let title = names::title(&cx.network.layers[layer]);
    let text = scene.one_line(&title, theme::semibold(size), cx.theme.text, right - left);
    scene.text_line(row(0), text, cx.theme.text);
    let room = rect.right() - 6.0 - left;
    // On the strong fills of a heat map only full text is legible.
    let quiet = match cx.session.colour_by {
        ColourBy::Heat(_) => cx.theme.text,
        ColourBy::Partition | ColourBy::Operator => cx.theme.weak,
    };
    let line = |index: usize, text: String| {
        let galley = scene.one_line(&text, small.clone(), quiet, room);
        scene.text_line(row(index), galley, quiet);
    };
    if lines > 1 {
        line(1, names::size(cx.network, layer));
    }
    if lines > 2 {
        line(2, names::attributes(&cx.network.layers[layer]));
    }
}

/// A tinted ground behind the layers of every partition; with an outline, whatever the colours mean, where not every cut is
/// a line that separates them.
pub fn paint_regions<I: Iterator<Item = LayerId>>(scene: &Scene, cx: &Cx, is_divided: bool, layers: impl Fn() -> I) {
    let is_tinted = cx.session.colour_by == ColourBy::Partition;
    if !is_tinted && is_divided {
        return;
    }
    let visible = scene.visible();
    let margin = vec2(14.0, ROW / 2.0 - NODE.y / 2.0);
    let ground = |layer: LayerId| scene.layout.node(layer).expand2(margin);
    let paint = |layer: LayerId, grow: f32, strength: f32| {
        let hue = cx.theme.device(scene.device_of[layer]);
        let fill = cx.theme.background.lerp_to_gamma(hue, strength);
        let rect = scene.rect(ground(layer)).expand(grow);
        scene.painter.rect_filled(rect, CornerRadius::ZERO, fill);
    };
    let in_view = || layers().filter(|&l| ground(l).intersects(visible));
    if !is_divided {
        // All grounds grown by the outline first: what the grounds themselves then leave of them is the outline of their union.
        in_view().for_each(|layer| paint(layer, 1.5, 0.8));
    }
    in_view().for_each(|layer| paint(layer, 0.0, if is_tinted { 0.07 } else { 0.0 }));
}
