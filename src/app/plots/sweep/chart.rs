//! One number: a line per design that is the best somewhere, thick where it is, the present design dashed, flips upright.

use super::canvas::{self, Canvas};
use super::readout;
use crate::app::plots::axis::Axis;
pub use crate::app::plots::canvas::message;
use crate::app::{Cx, theme};
use crate::explore::Objective;
use crate::explore::sweep::{Reading, Sweep};
use crate::units::Unit;
use egui::epaint::PathShape;
use egui::{Align2, Pos2, Rect, Shape, Stroke, pos2, vec2};
use egui_plot::PlotBounds;

/// Least distance between ticks in points: horizontal, vertical.
const TICK_POINTS: [f32; 2] = [64.0, 24.0];
/// Margin above and below what is shown, as a share of it.
const MARGIN: f64 = 0.06;
/// Rows in which the values of flips stand.
const ROWS: usize = 3;
/// The present design is shown as far as it is so many times as large as the best anywhere.
const FAR: f64 = 3.0;

/// Axes and bounds.
#[derive(Clone)]
pub struct View {
    /// Horizontal and vertical.
    pub axes: [Axis; 2],
    /// In plot coordinates.
    pub bounds: PlotBounds,
}

impl View {
    /// The view of a whole sweep.
    pub fn of(sweep: &Sweep, present: &[Reading], metric: Objective, log: bool, unit: Unit) -> Self {
        let range = sweep.question.range;
        let x = Axis::new("", unit, range.log, [range.low, range.high], TICK_POINTS[0]);
        let best = best(sweep).map(|(_, reading)| reading.metrics.shown(metric));
        let shown = |value: &f64| value.is_finite() && (!log || *value > 0.0);
        let best: Vec<f64> = best.filter(shown).collect();
        let most = best.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let present = present.iter().map(|reading| reading.metrics.shown(metric));
        let near = present.filter(|value| shown(value) && (!most.is_finite() || *value <= most * FAR));
        let all: Vec<f64> = best.iter().copied().chain(near).collect();
        let ends = all.iter().map(|&value| [value; 2]);
        let ends = ends.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
        let [low, high] = ends.unwrap_or(if log { [1e-3, 1.0] } else { [0.0, 1.0] });
        let y = Axis::new(metric.name(), metric.unit(), log, [low, high], TICK_POINTS[1]);
        let place = |axis: &Axis, value: f64| axis.coordinate(value).unwrap_or(0.0);
        let (bottom, top) = (place(&y, low), place(&y, high));
        // A line that is level gets room around it.
        let margin = match (top - bottom) * MARGIN {
            margin if margin > 0.0 => margin,
            _ => (top.abs() * 0.2).max(0.1),
        };
        let corners = [
            [place(&x, range.low), bottom - margin],
            [place(&x, range.high), top + margin],
        ];
        Self {
            bounds: PlotBounds::from_min_max(corners[0], corners[1]),
            axes: [x, y],
        }
    }
}

/// The numbers of the best design at every value, where there is one.
fn best(sweep: &Sweep) -> impl Iterator<Item = (f64, Reading)> + '_ {
    let of = |(index, &value): (usize, &f64)| {
        let design = sweep.region_at(value)?.design?;
        Some((value, *sweep.readings.get(design)?.get(index)?))
    };
    sweep.values.iter().enumerate().filter_map(of)
}

/// Paints everything within the frame.
pub fn draw(canvas: &Canvas<'_>, cx: &Cx<'_>, sweep: &Sweep, present: &[Reading]) {
    let (theme, metric) = (cx.theme, cx.session.sweep.metric);
    let hues = canvas::hues(theme, &sweep.designs);
    for (design, readings) in sweep.readings.iter().enumerate() {
        let hue = hues[design];
        line(
            canvas,
            &sweep.values,
            readings,
            metric,
            Stroke::new(1.0, hue.gamma_multiply(0.7)),
        );
        for region in sweep.regions.iter().filter(|region| region.design == Some(design)) {
            let inside = |value: f64| (region.from..=region.to).contains(&value);
            let along = sweep.values.iter().zip(readings).filter(|(value, _)| inside(**value));
            let (values, readings): (Vec<f64>, Vec<Reading>) = along.map(|(v, r)| (*v, *r)).unzip();
            line(canvas, &values, &readings, metric, Stroke::new(3.0, hue));
        }
    }
    let dashes = Stroke::new(1.5, theme.text);
    for points in pieces(canvas, &sweep.values, present, metric) {
        canvas.painter.extend(Shape::dashed_line(&points, dashes, 5.0, 4.0));
    }
    flips(canvas, cx, sweep);
    if let Some(at) = label_place(canvas, &sweep.values, present, metric) {
        canvas.label(at + vec2(-4.0, -3.0), Align2::RIGHT_BOTTOM, "this design", theme.text);
    }
}

/// Where the words for a line stand: at the last of its points that is in sight.
fn label_place(canvas: &Canvas<'_>, values: &[f64], readings: &[Reading], metric: Objective) -> Option<Pos2> {
    let frame = canvas.frame();
    let pieces = pieces(canvas, values, readings, metric);
    let last = pieces.into_iter().flatten().rfind(|at| frame.contains(*at))?;
    Some(last)
}

fn line(canvas: &Canvas<'_>, values: &[f64], readings: &[Reading], metric: Objective, stroke: Stroke) {
    for points in pieces(canvas, values, readings, metric) {
        canvas.painter.add(PathShape::line(points, stroke));
    }
}

/// The points of a line, broken where the axes have no place for a number or where a limit is broken.
fn pieces(canvas: &Canvas<'_>, values: &[f64], readings: &[Reading], metric: Objective) -> Vec<Vec<Pos2>> {
    let mut pieces = vec![Vec::new()];
    for (&value, reading) in values.iter().zip(readings) {
        let at = canvas
            .at(value, reading.metrics.shown(metric))
            .filter(|_| reading.feasible);
        match (at, pieces.last_mut()) {
            (Some(at), Some(piece)) => piece.push(at),
            (None, Some(piece)) if !piece.is_empty() => pieces.push(Vec::new()),
            _ => {}
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// Upright lines where the best design changes, with the values at those that have room.
fn flips(canvas: &Canvas<'_>, cx: &Cx<'_>, sweep: &Sweep) {
    let (theme, frame) = (cx.theme, canvas.frame());
    let unit = readout::unit(cx, &sweep.question.knob);
    // Values stand in the lowest row that has room for them.
    let mut taken = [f32::NEG_INFINITY; ROWS];
    for flip in sweep.flips() {
        let Some(x) = canvas.x(flip).filter(|x| frame.x_range().contains(*x)) else {
            continue;
        };
        let ends = [pos2(x, frame.top()), pos2(x, frame.bottom())];
        let stroke = Stroke::new(1.0, theme.weak);
        canvas.painter.extend(Shape::dashed_line(&ends, stroke, 2.0, 3.0));
        let text = unit.format(flip);
        let font = egui::FontId::proportional(theme::SMALL);
        let width = canvas.painter.layout_no_wrap(text.clone(), font, theme.text).size().x;
        let row = taken.iter().position(|taken| x - width / 2.0 > *taken);
        if let Some(row) = row {
            let at = pos2(x, frame.bottom() - 3.0 - row as f32 * (theme::SMALL + 4.0));
            let place = canvas.label(at, Align2::CENTER_BOTTOM, &text, theme.text);
            taken[row] = place.right() + 6.0;
        }
    }
}

/// The strip of regions above the frame: hue, number and words of the best design of each; their places.
pub fn strip(ui: &egui::Ui, canvas: &Canvas<'_>, cx: &Cx<'_>, sweep: &Sweep, strip: Rect) -> Vec<(usize, Rect)> {
    let theme = cx.theme;
    let hues = canvas::hues(theme, &sweep.designs);
    let painter = ui.painter_at(strip);
    let mut places = Vec::new();
    for (index, region) in sweep.regions.iter().enumerate() {
        let (Some(left), Some(right)) = (canvas.x(region.from), canvas.x(region.to)) else {
            continue;
        };
        let rect = Rect::from_x_y_ranges(left..=right, strip.y_range()).intersect(strip);
        if rect.width() <= 0.0 {
            continue;
        }
        places.push((index, rect));
        let hue = region.design.and_then(|design| hues.get(design)).copied();
        let ground = hue.map_or(theme.card, |hue| theme.tint(hue));
        painter.rect_filled(rect.shrink2(vec2(0.5, 0.0)), 2, ground);
        let mut text_at = rect.left() + 5.0;
        if let (Some(design), Some(hue)) = (region.design, hue)
            && rect.width() > 18.0
        {
            canvas::badge(&painter, hue, pos2(rect.left() + 9.0, rect.center().y), design);
            text_at = rect.left() + 21.0;
        }
        let best = region.design.and_then(|design| sweep.designs.get(design));
        let words = best.map_or_else(|| vec![readout::NOTHING.to_owned()], |best| readout::texts(cx, best));
        if let Some(galley) = canvas::fitting(ui, &words, theme.text, rect.right() - text_at - 4.0) {
            let at = pos2(text_at, rect.center().y - galley.size().y / 2.0);
            painter.galley(at, galley, theme.text);
        }
    }
    places
}

/// The present value: an upright line with a knob below the strip. Returns the knob's place.
pub fn marker(canvas: &Canvas<'_>, value: f64, is_hot: bool) -> Option<Rect> {
    let frame = canvas.frame();
    let x = canvas.x(value).filter(|x| frame.x_range().contains(*x))?;
    let stroke = Stroke::new(if is_hot { 2.0 } else { 1.2 }, canvas.theme.text);
    canvas.painter.vline(x, frame.y_range(), stroke);
    let top = pos2(x, frame.top() + 5.0);
    canvas.painter.circle_filled(top, 5.0, canvas.theme.text);
    canvas
        .painter
        .circle_stroke(top, 5.0, Stroke::new(1.0, canvas.theme.background));
    Some(Rect::from_center_size(top, vec2(24.0, 24.0)))
}

/// A line under the pointer.
pub fn crosshair(canvas: &Canvas<'_>, x: f32) {
    let stroke = Stroke::new(1.0, canvas.theme.text.gamma_multiply(0.5));
    canvas.painter.vline(x, canvas.frame().y_range(), stroke);
}
