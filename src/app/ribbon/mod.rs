//! The cut ribbon: one column per layer in schedule order, the cost of the layer on its device above the line, the bytes a
//! cut behind it would send below; the cuts as handles across, and the objective curve while one is held.
//!
//! Everything is painted from the document and the newest derived values; the view itself only remembers a drag.

mod axis;
mod bars;
mod columns;
mod crossing;
mod curve;
mod handles;
mod header;

pub use crossing::{Crossing, crossings};

use super::session::Selection;
use super::{Command, Cx};
use crate::network::Ideal;
use crate::project::Action;
use crate::units::Unit;
use axis::Axis;
use bars::Bands;
use columns::Columns;
use egui::{Frame, Margin, Rangef, Rect, Response, RichText, Sense, Ui, vec2};

/// Width of the scale labels at the left.
const GUTTER: f32 = 56.0;
/// Height of the strip with tabs and letters.
const STRIP: f32 = 22.0;
/// Space between the two bands, where the ticks stand.
const GAP: f32 = 6.0;
/// Share of the costs in the height of both bands.
const COSTS: f32 = 0.58;

/// State of the ribbon between frames.
#[derive(Debug, Default)]
pub struct RibbonView {
    /// Where the handle in the hand was last seen; `None` = no handle of the ribbon is held.
    held_at: Option<usize>,
}

impl RibbonView {
    /// Draws the ribbon into all the space there is.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx) {
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 4));
        frame.show(ui, |ui| self.contents(ui, cx));
    }

    fn contents(&mut self, ui: &mut Ui, cx: &mut Cx) {
        let columns = Columns::new(cx);
        header::ui(ui, cx, columns.as_ref());
        let Some(columns) = columns else {
            ui.label(RichText::new("ordering the layers…").color(cx.theme.weak));
            return;
        };
        let (area, background) = ui.allocate_exact_size(ui.available_size().max(vec2(80.0, 60.0)), Sense::click());
        let plot = Rect::from_min_max(area.min + vec2(GUTTER, 2.0), area.max - vec2(10.0, 2.0));
        let axis = Axis::new(plot.x_range(), columns.schedule.order().len());
        let bands = bands(plot);
        let background = background.on_hover_cursor(egui::CursorIcon::Default);
        self.point(cx, &columns, &axis, &background);
        let painter = ui.painter_at(area);
        bars::paint(&painter, cx, &columns, &axis, &bands);
        bars::paint_scales(&painter, cx, &columns, plot.left() - 8.0, &bands);
        if let Some(hand) = &cx.derived.hand {
            let now = cx.document.design.placements.get(hand.cut).map_or(0, |p| p.end.len());
            curve::paint(&painter, cx.theme, &axis, bands.costs.shrink(4.0), &hand.curve, now);
            let before = hand.before.placements.get(hand.cut).map(|p| p.end.len());
            handles::paint_ghost(&painter, cx.theme.weak, &axis, plot, before.into_iter());
        }
        if let Some(preview) = cx.session.previewed() {
            let cuts = preview.placements.len().saturating_sub(1);
            let counts = preview.placements[..cuts].iter().map(|p| p.end.len());
            handles::paint_ghost(&painter, cx.theme.accent, &axis, plot, counts);
        }
        handles::paint_letters(&painter, cx.theme, &cx.document.design, &axis, plot);
        handles::ui(ui, cx, self, &columns, &axis, plot);
    }

    /// Pointing at columns: hover tells, click selects, double click cuts.
    fn point(&self, cx: &mut Cx, columns: &Columns, axis: &Axis, response: &Response) {
        if self.held_at.is_some() {
            return;
        }
        let Some(pointer) = response.hover_pos().or(response.interact_pointer_pos()) else {
            return;
        };
        let Some(column) = axis.column_at(pointer.x) else {
            return;
        };
        let layer = columns.schedule.order()[column];
        cx.session.hovered_layer = Some(layer);
        if response.double_clicked() {
            let position = axis.snap(pointer.x, &columns.crossings);
            cx.edit(Action::NewCut(Ideal::prefix(&columns.schedule, position)));
        } else if response.clicked() {
            cx.push(Command::Select(Some(Selection::Layer(layer))));
        }
        response
            .clone()
            .on_hover_ui_at_pointer(|ui| tell(ui, cx, columns, column));
    }
}

/// Divides the height: costs, ticks, bytes, strip.
fn bands(plot: Rect) -> Bands {
    let height = (plot.height() - STRIP - GAP).max(2.0);
    let line = plot.top() + height * COSTS;
    Bands {
        costs: Rangef::new(plot.top(), line),
        bytes: Rangef::new(line + GAP, plot.top() + height + GAP),
    }
}

/// The tooltip of a column.
fn tell(ui: &mut Ui, cx: &Cx, columns: &Columns, column: usize) {
    let layer = columns.schedule.order()[column];
    let device = columns.device_of[layer];
    ui.horizontal(|ui| {
        super::widgets::badge(ui, cx.theme, device);
        ui.label(&cx.network.layers[layer].name);
    });
    match columns.costs.get(column) {
        None => {}
        Some(None) => {
            ui.colored_label(cx.theme.worse, "this device cannot run it");
        }
        Some(&Some(cost)) => {
            let unit = columns::unit(cx.session.ribbon);
            ui.weak(format!("{} · {}", cx.network.layers[layer].op, unit.format(cost)));
        }
    }
    let crossing = columns.crossings[column + 1];
    let noun = if crossing.tensors == 1 { "tensor" } else { "tensors" };
    let bytes = Unit::Bytes.format(crossing.bytes as f64);
    ui.weak(format!("a cut behind it sends {bytes} in {} {noun}", crossing.tensors));
    ui.weak("double click: new cut here");
}
