//! Two numbers: a field per region of the map in the hue and with the number of its design, and a legend in words.

use super::canvas::{self, Canvas};
use super::readout;
use crate::app::plots::axis::Axis;
use crate::app::{Cx, theme};
use crate::explore::sweep::{Map, Region};
use egui::{Rect, RichText, ScrollArea, Stroke, Ui, pos2, vec2};
use egui_plot::PlotBounds;

/// Least distance between ticks in points: horizontal, vertical.
const TICK_POINTS: [f32; 2] = [64.0, 24.0];
/// Width of the legend: its share of the tab, at least and at most.
const LEGEND: (f32, egui::Rangef) = (0.34, egui::Rangef { min: 118.0, max: 240.0 });
/// Room from which on there is a legend.
const ROOM_FOR_LEGEND: f32 = 330.0;

/// Width of the legend in a tab of this width.
pub fn legend_width(room: f32) -> f32 {
    let (share, limits) = LEGEND;
    if room > ROOM_FOR_LEGEND {
        limits.clamp(room * share)
    } else {
        0.0
    }
}

/// Axes and bounds of a whole map.
pub fn view(cx: &Cx<'_>, map: &Map) -> super::chart::View {
    let (first, second) = (map.question.range, map.range);
    let unit = |knob| readout::unit(cx, knob);
    let x = Axis::new(
        "",
        unit(&map.question.knob),
        first.log,
        [first.low, first.high],
        TICK_POINTS[0],
    );
    let y = Axis::new(
        "",
        unit(&map.knob),
        second.log,
        [second.low, second.high],
        TICK_POINTS[1],
    );
    let place = |axis: &Axis, value: f64| axis.coordinate(value).unwrap_or(0.0);
    let (bottom, top) = (place(&y, second.low), place(&y, second.high));
    // The corner where ticks of both axes meet.
    let below = (top - bottom) * 0.04;
    let low = [place(&x, first.low), bottom - below];
    let high = [place(&x, first.high), top];
    super::chart::View {
        bounds: PlotBounds::from_min_max(low, high),
        axes: [x, y],
    }
}

/// The fields on the screen, each with its row and region.
fn fields<'m>(canvas: &Canvas<'_>, map: &'m Map) -> Vec<(Rect, &'m Region)> {
    let ys: Vec<Option<f32>> = map.rows.iter().map(|&value| canvas.y(value)).collect();
    let middle = |a: usize, b: usize| Some(f32::midpoint(*ys.get(a)?.as_ref()?, *ys.get(b)?.as_ref()?));
    let mut fields = Vec::new();
    for (row, regions) in map.regions.iter().enumerate() {
        let Some(y) = ys[row] else { continue };
        // A row reaches half way to its neighbours.
        let below = row.checked_sub(1).and_then(|before| middle(before, row)).unwrap_or(y);
        let above = middle(row, row + 1).unwrap_or(y);
        for region in regions {
            if let (Some(left), Some(right)) = (canvas.x(region.from), canvas.x(region.to)) {
                let rect = Rect::from_two_pos(pos2(left, below), pos2(right, above));
                fields.push((rect, region));
            }
        }
    }
    fields
}

/// Paints the map.
pub fn draw(canvas: &Canvas<'_>, cx: &Cx<'_>, map: &Map) {
    let hues = canvas::hues(cx.theme, &map.designs);
    let fields = fields(canvas, map);
    let frame = canvas.frame();
    for (rect, region) in &fields {
        let hue = region.design.and_then(|design| hues.get(design));
        let fill = hue.map_or(cx.theme.card, |hue| cx.theme.background.lerp_to_gamma(*hue, 0.75));
        canvas.painter.rect_filled(*rect, 0, fill);
    }
    for (design, hue) in hues.iter().enumerate() {
        let own: Vec<Rect> = fields
            .iter()
            .filter(|(_, region)| region.design == Some(design))
            .map(|(rect, _)| rect.intersect(frame))
            .filter(Rect::is_positive)
            .collect();
        if let Some(at) = middle(&own) {
            canvas::badge(&canvas.painter, *hue, at, design);
        }
    }
}

/// A place in the middle of what fields cover: that field's middle which is nearest to the centre of all; `None` where they are too small for
/// a number.
fn middle(fields: &[Rect]) -> Option<egui::Pos2> {
    let area = |rect: &Rect| rect.width() * rect.height();
    let all: f32 = fields.iter().map(area).sum();
    if all < 400.0 {
        return None;
    }
    let sum = fields.iter().map(|rect| rect.center().to_vec2() * area(rect));
    let centre = (sum.fold(egui::Vec2::ZERO, |a, b| a + b) / all).to_pos2();
    let wide = fields.iter().filter(|rect| rect.width() > 18.0);
    let nearest = wide.min_by(|a, b| {
        let distance = |rect: &Rect| rect.center().distance_sq(centre);
        distance(a).total_cmp(&distance(b))
    });
    nearest.map(Rect::center)
}

/// The present values of both numbers.
pub fn present(canvas: &Canvas<'_>, first: f64, second: f64) {
    let Some(at) = canvas.at(first, second) else { return };
    let frame = canvas.frame();
    let stroke = Stroke::new(1.0, canvas.theme.text);
    canvas.painter.vline(at.x, frame.y_range(), stroke);
    canvas.painter.hline(frame.x_range(), at.y, stroke);
    canvas
        .painter
        .circle_stroke(at, 6.0, Stroke::new(2.0, canvas.theme.text));
}

/// Every design with its number and words; the design that was clicked, and the one under the pointer.
pub fn legend(ui: &mut Ui, cx: &Cx<'_>, map: &Map) -> [Option<usize>; 2] {
    let hues = canvas::hues(cx.theme, &map.designs);
    let [mut clicked, mut hovered] = [None; 2];
    ui.spacing_mut().item_spacing.y = 2.0;
    ScrollArea::vertical()
        .id_salt("legend")
        .auto_shrink(false)
        .show(ui, |ui| {
            for (index, design) in map.designs.iter().enumerate() {
                let words = readout::design(cx, design);
                let size = vec2(ui.available_width(), 18.0);
                let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
                response.widget_info(|| {
                    let spoken = format!("design {}: {words}", index + 1);
                    egui::WidgetInfo::labeled(egui::Role::Button, true, spoken)
                });
                if response.hovered() || response.has_focus() {
                    ui.painter().rect_filled(rect, 3, cx.theme.card);
                }
                canvas::badge(ui.painter(), hues[index], rect.left_center() + vec2(10.0, 0.0), index);
                let texts = readout::texts(cx, design);
                if let Some(galley) = canvas::fitting(ui, &texts, cx.theme.text, rect.width() - 26.0) {
                    let at = pos2(rect.left() + 24.0, rect.center().y - galley.size().y / 2.0);
                    ui.painter().galley(at, galley, cx.theme.text);
                }
                clicked = clicked.or(response.clicked().then_some(index));
                hovered = hovered.or(response.hovered().then_some(index));
                response.on_hover_text(format!("{words}\nclick loads it"));
            }
            if map.regions.iter().flatten().any(|region| region.design.is_none()) {
                let none = RichText::new(format!("no number: {}", readout::NOTHING));
                ui.label(none.size(theme::SMALL).color(cx.theme.weak));
            }
        });
    [clicked, hovered]
}
