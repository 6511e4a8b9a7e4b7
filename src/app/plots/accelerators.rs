//! Accelerators in two metrics: every design that was looked at, those on the front, the present device, and the one that is chosen.

use super::axis::Axis;
use super::canvas::{Canvas, message};
use super::frame;
use super::titles::{self, Title};
use crate::app::accelerators::{Found, State};
use crate::app::{Cx, theme};
use crate::cost::spatial::space::{Metric, Totals};
use crate::units::Unit;
use egui::{Align2, CursorIcon, Popup, Pos2, Rect, Response, Role, Shape, Stroke, Tooltip, Ui, WidgetInfo, pos2, vec2};
use egui_plot::PlotBounds;

/// Least distance between ticks in points: horizontal, vertical.
const TICK_POINTS: [f32; 2] = [64.0, 26.0];
/// Height of the line below the plot.
const CAPTION: f32 = 18.0;
/// How near the pointer must be to mean a design, in points.
const NEAR: f32 = 10.0;
/// Room around what is shown, as a share of it.
const MARGIN: f64 = 0.06;

/// The plot's state.
#[derive(Debug)]
pub struct AcceleratorPlot {
    /// Metrics of the horizontal and the vertical axis.
    metrics: [Metric; 2],
    /// What it was fitted to.
    fitted: Option<[[f64; 2]; 2]>,
}

impl Default for AcceleratorPlot {
    fn default() -> Self {
        Self {
            metrics: [Metric::Latency, Metric::Energy],
            fitted: None,
        }
    }
}

/// The unit of a metric that an axis can have.
fn unit(metric: Metric) -> Unit {
    match metric {
        Metric::Latency => Unit::Seconds,
        Metric::Energy => Unit::Joules,
        Metric::Area => Unit::SquareMetres,
        // Products have no unit of their own.
        Metric::Edp | Metric::Eap | Metric::Adp | Metric::Edap | Metric::Eda2p => Unit::Count,
    }
}

impl AcceleratorPlot {
    /// Draws it into the space there is; a click chooses a design.
    pub fn ui(&mut self, ui: &mut Ui, cx: &Cx, found: &Found, chosen: &mut Option<usize>) {
        let area = ui.available_rect_before_wrap();
        let (rest, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        let (strip, plot_area) = rest.split_left_right_at_x(area.left() + titles::STRIP);
        let plot_area = plot_area.with_max_x(plot_area.right() - 8.0);
        let present = present(cx, found);
        let values: Vec<(usize, [f64; 2])> = found
            .designs
            .iter()
            .enumerate()
            .filter_map(|(index, c)| Some((index, self.values(*c.totals.as_ref().ok()?))))
            .collect();
        let here = present.map(|totals| self.values(totals));
        let all = values.iter().map(|(_, values)| *values).chain(here);
        let Some(bounds) = ends(all) else {
            let words = match &found.state {
                State::Running => "The first designs are being mapped…".to_owned(),
                State::Impossible(why) => why.clone(),
                State::Done | State::Stopped => {
                    "No design can run all layers: hover “unmappable” to see why.".to_owned()
                }
            };
            return message(ui, cx, area, &words);
        };
        let axes = [0, 1].map(|side| {
            let metric = self.metrics[side];
            Axis::new(metric.words(), unit(metric), false, bounds[side], TICK_POINTS[side])
        });
        let refit = self.fitted != Some(bounds);
        self.fitted = Some(bounds);
        let view = refit.then(|| plot_bounds(&axes, bounds)).flatten();
        let plot = frame::show(ui, "accelerators plot", plot_area, &axes, view, cx.theme);
        let canvas = Canvas {
            painter: ui.painter_at(*plot.transform.frame()),
            transform: plot.transform,
            axes: axes.clone(),
            theme: cx.theme,
        };
        let at = |values: [f64; 2]| canvas.at(values[0], values[1]);
        let placed: Vec<(usize, Pos2)> = values.iter().filter_map(|(index, v)| Some((*index, at(*v)?))).collect();
        paint(&canvas, found, &placed, here.and_then(at), *chosen);
        pointed(ui, cx, found, &plot.response, &placed, chosen);
        self.titles(ui, cx, &axes, caption, strip, canvas.frame());
    }

    fn values(&self, totals: Totals) -> [f64; 2] {
        self.metrics.map(|metric| metric.value(totals))
    }

    /// Titles of the axes, which choose what they show.
    fn titles(&mut self, ui: &Ui, cx: &Cx, axes: &[Axis; 2], caption: Rect, strip: Rect, frame: Rect) {
        let start = pos2(frame.left(), caption.center().y);
        let title = Title::of(&axes[0], "horizontal axis");
        let horizontal = titles::horizontal(ui, cx.theme, &title, start, frame.right());
        let title = Title::of(&axes[1], "vertical axis");
        let strip = Rect::from_x_y_ranges(strip.x_range(), frame.y_range());
        let vertical = titles::vertical(ui, cx.theme, &title, strip);
        for (side, response) in [horizontal, vertical].into_iter().enumerate() {
            let Some(response) = response else { continue };
            Popup::menu(&response).show(|ui| {
                for metric in [Metric::Latency, Metric::Energy, Metric::Area] {
                    if ui
                        .selectable_label(metric == self.metrics[side], metric.words())
                        .clicked()
                    {
                        self.metrics[side] = metric;
                        self.fitted = None;
                    }
                }
            });
        }
    }
}

/// What the present device costs over the same layers, where it is still the one that was searched from.
fn present(cx: &Cx, found: &Found) -> Option<Totals> {
    let request = &found.request;
    let device = cx.document.built(request.index)?;
    if device.model != request.device.model {
        return None;
    }
    let mut totals = Totals {
        energy_j: 0.0,
        latency_s: 0.0,
        area_m2: device.area()?,
    };
    for &layer in &request.layers {
        let cost = cx.cost(request.index, layer)?.ok()?;
        totals.energy_j += cost.energy_j;
        totals.latency_s += cost.latency_s;
    }
    Some(totals)
}

/// Least and greatest values, with room around them; `None` where there are none.
fn ends(values: impl Iterator<Item = [f64; 2]>) -> Option<[[f64; 2]; 2]> {
    let mut ends = [[f64::INFINITY, f64::NEG_INFINITY]; 2];
    for value in values {
        for side in 0..2 {
            ends[side] = [ends[side][0].min(value[side]), ends[side][1].max(value[side])];
        }
    }
    let widened = ends.map(|[low, high]| {
        let room = ((high - low) * MARGIN).max(high.abs() * 0.02);
        [(low - room).max(0.0), high + room]
    });
    let is_finite = widened.iter().flatten().all(|end| end.is_finite());
    (is_finite && widened.iter().all(|[low, high]| low < high)).then_some(widened)
}

fn plot_bounds(axes: &[Axis; 2], ends: [[f64; 2]; 2]) -> Option<PlotBounds> {
    let end = |side: usize, which: usize| axes[side].coordinate(ends[side][which]);
    Some(PlotBounds::from_min_max(
        [end(0, 0)?, end(1, 0)?],
        [end(0, 1)?, end(1, 1)?],
    ))
}

fn paint(canvas: &Canvas, found: &Found, placed: &[(usize, Pos2)], here: Option<Pos2>, chosen: Option<usize>) {
    let (painter, theme) = (&canvas.painter, canvas.theme);
    let mut on_front = vec![false; found.designs.len()];
    for &index in found.front.iter() {
        if let Some(mark) = on_front.get_mut(index) {
            *mark = true;
        }
    }
    for &(_, at) in placed.iter().filter(|(index, _)| !on_front[*index]) {
        painter.circle_filled(at, 2.5, theme.weak.gamma_multiply(0.6));
    }
    for &(_, at) in placed.iter().filter(|(index, _)| on_front[*index]) {
        let corners = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)].map(|by| at + by);
        let stroke = Stroke::new(1.0, theme.background);
        painter.add(Shape::convex_polygon(corners.to_vec(), theme.accent, stroke));
    }
    if let Some(at) = here {
        painter.circle_stroke(at, 7.0, Stroke::new(1.5, theme.text));
        canvas.label(at + vec2(11.0, -9.0), Align2::LEFT_CENTER, "this device", theme.text);
    }
    let chosen = placed.iter().find(|(index, _)| chosen == Some(*index));
    if let Some(&(_, at)) = chosen {
        painter.circle_stroke(at, 9.0, theme.selection());
    }
}

/// What the pointer means: a tooltip, and a choice by a click.
fn pointed(ui: &Ui, cx: &Cx, found: &Found, response: &Response, placed: &[(usize, Pos2)], chosen: &mut Option<usize>) {
    response.widget_info(|| {
        let text = format!("Plot of {} designs, {} on the front", placed.len(), found.front.len());
        WidgetInfo::labeled(Role::Figure, true, text)
    });
    let Some(pointer) = response.hover_pos() else { return };
    let distance = |at: &Pos2| at.distance(pointer);
    let nearest = placed
        .iter()
        .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    let Some(&(index, _)) = nearest.filter(|(_, at)| distance(at) <= NEAR) else {
        return;
    };
    ui.set_cursor_icon(CursorIcon::PointingHand);
    if response.clicked() {
        *chosen = Some(index);
    }
    let Some(candidate) = found.designs.get(index) else {
        return;
    };
    let tooltip = Tooltip::for_widget(response).at_pointer().gap(14.0);
    tooltip.show(|ui| {
        ui.set_max_width(380.0);
        ui.label(egui::RichText::new(candidate.design.to_string()).font(theme::semibold(theme::BODY)));
        for metric in [Metric::Latency, Metric::Energy, Metric::Area] {
            if let Some(value) = candidate.metric(metric) {
                ui.label(format!("{} {}", metric.words(), unit(metric).format(value)));
            }
        }
        for assumption in &candidate.assumptions {
            ui.label(egui::RichText::new(assumption).size(theme::SMALL).color(cx.theme.weak));
        }
    });
}
