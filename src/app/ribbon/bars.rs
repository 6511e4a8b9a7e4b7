//! Bars, ticks, scales and highlights of the ribbon.

use super::axis::{Axis, Scale};
use super::columns::{Columns, unit};
use crate::app::session::Selection;
use crate::app::{Cx, theme};
use crate::network::LayerId;
use crate::units::Unit;
use egui::{Align2, Color32, CornerRadius, FontId, Mesh, Painter, Pos2, Rangef, Rect, Shape, Stroke, StrokeKind, pos2};

/// Columns narrower than this are painted as one mesh without rounding or gaps.
const NARROW: f32 = 4.0;

/// The two bands of bars: the costs stand on the upper one's bottom, the bytes hang from the lower one's top.
pub struct Bands {
    /// Vertical range of the costs.
    pub costs: Rangef,
    /// Vertical range of the bytes.
    pub bytes: Rangef,
}

/// Paints everything that lies below the handles.
pub fn paint(painter: &Painter, cx: &Cx, columns: &Columns, axis: &Axis, bands: &Bands) {
    paint_highlights(painter, cx, columns, axis, bands);
    let base = bands.costs.max;
    let costs = columns.costs.iter().zip(columns.schedule.order()).enumerate();
    let bars = costs.map(|(index, (cost, &layer))| {
        let hue = cx.theme.device(columns.device_of[layer]);
        let height = cost.map_or(0.0, |cost| height(&columns.cost_scale, cost, bands.costs));
        (index, Rangef::new(base - height, base), hue)
    });
    paint_bars(painter, axis, bars);
    let impossible = columns.costs.iter().enumerate().filter(|(_, cost)| cost.is_none());
    for (index, _) in impossible {
        let rect = column_rect(axis, index, bands.costs);
        painter.rect_stroke(
            rect,
            CornerRadius::ZERO,
            Stroke::new(1.0, cx.theme.worse),
            StrokeKind::Inside,
        );
    }
    let top = bands.bytes.min;
    let after = columns.crossings.iter().skip(1).enumerate();
    let bars = after.map(|(index, crossing)| {
        let height = height(&columns.byte_scale, crossing.bytes as f64, bands.bytes);
        (index, Rangef::new(top, top + height), cx.theme.link)
    });
    paint_bars(painter, axis, bars);
    paint_ticks(painter, cx, columns, axis, bands);
}

/// Height of a bar; what is not nothing stays visible.
fn height(scale: &Scale, value: f64, band: Rangef) -> f32 {
    let height = scale.share(value) * band.span();
    if value > 0.0 { height.max(1.0) } else { height }
}

fn column_rect(axis: &Axis, index: usize, y: Rangef) -> Rect {
    let gap = if axis.column < NARROW { 0.0 } else { 1.0 };
    Rect::from_x_y_ranges(axis.x(index)..=axis.x(index + 1) - gap, y)
}

fn paint_bars(painter: &Painter, axis: &Axis, bars: impl Iterator<Item = (usize, Rangef, Color32)>) {
    if axis.column < NARROW {
        let mut mesh = Mesh::default();
        for (index, y, hue) in bars {
            mesh.add_colored_rect(column_rect(axis, index, y), hue);
        }
        painter.add(Shape::mesh(mesh));
    } else {
        let radius = CornerRadius::same(if axis.column < 2.0 * NARROW { 1 } else { 2 });
        for (index, y, hue) in bars {
            painter.rect_filled(column_rect(axis, index, y), radius, hue);
        }
    }
}

/// Small ticks between the bands mark positions that a single tensor crosses.
fn paint_ticks(painter: &Painter, cx: &Cx, columns: &Columns, axis: &Axis, bands: &Bands) {
    let y = Rangef::new(bands.costs.max + 1.0, bands.bytes.min - 1.0);
    let mut mesh = Mesh::default();
    for (position, crossing) in columns.crossings.iter().enumerate() {
        if crossing.is_single() {
            let half = (axis.column / 4.0).clamp(0.25, 0.75);
            let x = axis.x(position);
            mesh.add_colored_rect(Rect::from_x_y_ranges(x - half..=x + half, y), cx.theme.weak);
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// A band behind the layer under the pointer (in any view) and an outline around the selected one.
fn paint_highlights(painter: &Painter, cx: &Cx, columns: &Columns, axis: &Axis, bands: &Bands) {
    let whole = Rangef::new(bands.costs.min, bands.bytes.max);
    let rect = |layer: LayerId| {
        let rect = column_rect(axis, columns.schedule.place(layer), whole);
        rect.expand2(egui::vec2((3.0 - axis.column).max(0.0) / 2.0, 0.0))
    };
    let is_known = |layer: &LayerId| *layer < axis.count;
    if let Some(layer) = cx.session.hovered().filter(is_known) {
        painter.rect_filled(rect(layer), CornerRadius::same(2), cx.theme.card);
    }
    if let Some(Selection::Layer(layer)) = cx.session.selection
        && is_known(&layer)
    {
        painter.rect_filled(rect(layer), CornerRadius::same(2), cx.theme.card);
        painter.rect_stroke(
            rect(layer),
            CornerRadius::same(2),
            cx.theme.selection(),
            StrokeKind::Outside,
        );
    }
}

/// The largest values at the left, and whether heights follow the square root.
pub fn paint_scales(painter: &Painter, cx: &Cx, columns: &Columns, right: f32, bands: &Bands) {
    let cost = unit(cx.session.ribbon).format(columns.cost_scale.max);
    let bytes = Unit::Bytes.format(columns.byte_scale.max);
    let label = |at: Pos2, align: Align2, text: &str| {
        let font = FontId::proportional(theme::SMALL);
        painter.text(at, align, text, font, cx.theme.weak);
    };
    if !columns.costs.is_empty() {
        label(pos2(right, bands.costs.min), Align2::RIGHT_TOP, &cost);
    }
    label(pos2(right, bands.bytes.max), Align2::RIGHT_BOTTOM, &bytes);
    let line = f32::midpoint(bands.costs.max, bands.bytes.min);
    let scale = match (columns.cost_scale.root, columns.byte_scale.root) {
        (true, true) => "√ scale",
        (true, false) => "↑ √ scale",
        (false, true) => "↓ √ scale",
        (false, false) => "0",
    };
    label(pos2(right, line), Align2::RIGHT_CENTER, scale);
}
