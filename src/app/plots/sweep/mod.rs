//! The Sweep tab: what becomes of the best design and of the one in the window while any number of the system is varied, or a map of the best
//! design over two numbers.
//!
//! The titles of the axes are the menus that choose. A strip above the plot names the best design of every region; hovering previews it in every
//! view, a click loads it. The present value is an upright line that can be dragged, which sets the number itself. Regions come from a worker and
//! do not depend on the present value, so that nothing is searched while it is dragged.

mod canvas;
mod chart;
mod grid;
mod knobs;
mod menus;
pub mod readout;
mod settings;
#[cfg(test)]
mod tests;

use crate::app::command::{Command, MenuCommand};
use crate::app::input::Slid;
use crate::app::plots::{frame, titles};
use crate::app::{Cx, icon, picker, theme, widgets};
use crate::design::Design;
use crate::explore::sweep::{Knob, Map, Sweep};
use crate::project::{Action, export_sweep};
use canvas::Canvas;
use chart::View;
use egui::{
    Align2, CursorIcon, FontId, Key, Pos2, Rect, Response, Role, Sense, Tooltip, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
pub use settings::{SweepSettings, Wish};
use std::sync::Arc;
use titles::Title;

/// Height of the strip of regions.
const STRIP: f32 = 18.0;
/// Height of the line below the plot.
const CAPTION: f32 = 18.0;
/// Room at the right for the half of the last tick's text that reaches beyond the frame.
const END: f32 = 24.0;
/// Distance in points within which the line of the present value is meant by the pointer.
const REACH: f32 = 6.0;
/// Room in the bar, that of the tabs included, from which on it tells what is best; else only a menu of the axis does.
const ROOM_FOR_BEST: f32 = 260.0;

/// What a sweep found.
#[derive(Debug, Clone, PartialEq)]
pub enum Swept {
    /// Over one number.
    One(Sweep),
    /// Over two.
    Two(Map),
}

/// State of the Sweep tab between frames.
#[derive(Default)]
pub struct SweepTab {
    /// What was fitted to what.
    view: Option<(Arc<Swept>, SweepSettings, View)>,
    /// Whether the present value is in the hand.
    held: bool,
    places: Vec<(usize, Rect)>,
    frame: Option<Rect>,
}

impl SweepTab {
    /// Places on the screen of the regions in the strip, by index.
    pub fn places(&self) -> &[(usize, Rect)] {
        &self.places
    }

    /// The plot's frame on the screen in the last frame, if there was one.
    pub fn frame(&self) -> Option<Rect> {
        self.frame
    }

    /// The buttons of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if widgets::icon_button(ui, cx.theme, icon::EXPORT, "Export the sweep as CSV").clicked() {
            cx.push(Command::Menu(MenuCommand::ExportSweep));
        }
        let copy = "Copy the regions in words";
        if widgets::icon_button(ui, cx.theme, icon::COPY, copy).clicked()
            && let Some(Swept::One(sweep)) = cx.derived.sweep.as_deref()
        {
            let text = readout::regions(cx, sweep).join("\n");
            cx.push(Command::Copy(text));
        }
        if widgets::icon_button(ui, cx.theme, icon::FIT, "Show the whole range").clicked() {
            self.view = None;
        }
        if ui.available_width() > ROOM_FOR_BEST {
            let best_in = cx.session.sweep.best_in();
            let text = format!("best in {}", best_in.name());
            picker::menu(ui, cx.theme, "designs shown", &text, false, |ui| menus::best_in(ui, cx));
        }
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.places.clear();
        self.frame = None;
        let area = ui.available_rect_before_wrap();
        let Some(wish) = cx.session.sweep.wish(cx) else {
            return chart::message(ui, cx, area, "This system has no number that could be varied.");
        };
        cx.session.sweep_wish = Some(wish.clone());
        let swept = cx.derived.sweep.clone().filter(|swept| is_about(swept, &wish));
        let (rest, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        match swept.as_deref() {
            Some(Swept::One(sweep)) => {
                let swept = swept.clone().unwrap_or_else(|| Arc::new(Swept::One(sweep.clone())));
                let frame = self.one(ui, cx, rest, &wish, &swept, sweep);
                let known = readout::proof(cx, &sweep.proof, sweep.regions.len());
                let hint = readout::proof_hint(&sweep.proof, sweep.question.objective);
                caption_line(ui, cx, caption, frame.left(), &wish, &known, hint);
            }
            Some(Swept::Two(map)) => {
                let swept = swept.clone().unwrap_or_else(|| Arc::new(Swept::Two(map.clone())));
                let frame = self.two(ui, cx, rest, &wish, &swept, map);
                let known = readout::proof(cx, &map.proof, map.designs.len());
                let hint = readout::proof_hint(&map.proof, map.question.objective);
                caption_line(ui, cx, caption, frame.left(), &wish, &known, hint);
            }
            None => {
                chart::message(ui, cx, rest, "computing the sweep…");
                caption_line(ui, cx, caption, area.left() + 60.0, &wish, "", String::new());
            }
        }
    }

    /// The view of what is shown: fitted anew where something else is.
    fn fitted(&mut self, swept: &Arc<Swept>, settings: &SweepSettings, fit: impl FnOnce() -> View) -> bool {
        let fits = |(known, with, _): &(Arc<Swept>, SweepSettings, View)| Arc::ptr_eq(known, swept) && with == settings;
        if self.view.as_ref().is_some_and(fits) {
            return false;
        }
        self.view = Some((Arc::clone(swept), settings.clone(), fit()));
        true
    }

    /// One number; the plot's frame.
    fn one(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        area: Rect,
        wish: &Wish,
        swept: &Arc<Swept>,
        sweep: &Sweep,
    ) -> Rect {
        let settings = cx.session.sweep.clone();
        let unit = readout::unit(cx, &sweep.question.knob);
        let present = cx.derived.along.clone();
        let refit = self.fitted(swept, &settings, || {
            View::of(sweep, &present, settings.metric, settings.log, unit)
        });
        let (strip, plot_area) = area.split_top_bottom_at_y(area.top() + STRIP);
        let (canvas, response) = self.plot(ui, cx, plot_area, refit, wish);
        let frame = canvas.frame();
        if sweep.regions.is_empty() {
            chart::message(
                ui,
                cx,
                frame,
                "This range cannot be walked: choose another one at the title of the axis.",
            );
            return frame;
        }
        chart::draw(&canvas, cx, sweep, &present);
        let strip = Rect::from_x_y_ranges(frame.x_range(), strip.top()..=strip.bottom() - 2.0);
        self.places = chart::strip(ui, &canvas, cx, sweep, strip);
        let over_strip = ui.interact(strip, egui::Id::unique("sweep strip"), Sense::click());
        over_strip.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Best designs");
            info.current_text_value = Some(readout::regions(cx, sweep).join("; "));
            info
        });
        let dragged = self.marker(ui, cx, &canvas, &sweep.question.knob, &response);
        let pointer = response.hover_pos().or(over_strip.hover_pos()).filter(|_| !dragged);
        if let Some(at) = pointer {
            let clicked = response.clicked() || over_strip.clicked();
            let over = if over_strip.hovered() { &over_strip } else { &response };
            Self::pointed(over, cx, &canvas, sweep, &present, at, clicked);
        }
        self.frame = Some(frame);
        frame
    }

    /// Two numbers; the plot's frame.
    fn two(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, area: Rect, wish: &Wish, swept: &Arc<Swept>, map: &Map) -> Rect {
        let settings = cx.session.sweep.clone();
        let refit = self.fitted(swept, &settings, || grid::view(cx, map));
        let (plot_area, legend) = area.split_left_right_at_x(area.right() - grid::legend_width(area.width()));
        let (canvas, response) = self.plot(ui, cx, plot_area, refit, wish);
        let frame = canvas.frame();
        if map.regions.is_empty() {
            chart::message(
                ui,
                cx,
                frame,
                "These ranges cannot be walked: choose others at the titles of the axes.",
            );
            return frame;
        }
        grid::draw(&canvas, cx, map);
        let value = |knob: &Knob| {
            let parameter = knob.parameter(&cx.document.system, &cx.document.constraints);
            parameter.map_or(f64::NAN, |parameter| parameter.value)
        };
        grid::present(&canvas, value(&map.question.knob), value(&map.knob));
        let mut meant = None;
        if let Some(at) = response.hover_pos().filter(|at| frame.contains(*at)) {
            let [first, second] = canvas.values(at);
            meant = map.design_at(first, second);
            let words = match meant.and_then(|index| map.designs.get(index)) {
                Some(design) => format!("{}\nclick loads it", readout::design(cx, design)),
                None => readout::NOTHING.to_owned(),
            };
            let text = format!(
                "{} {}, {} {}\nbest in {}: {words}",
                knobs::name(&cx.document.system, &map.question.knob),
                readout::unit(cx, &map.question.knob).format(first),
                knobs::name(&cx.document.system, &map.knob),
                readout::unit(cx, &map.knob).format(second),
                map.question.objective.name(),
            );
            Tooltip::for_widget(&response).at_pointer().gap(14.0).show(|ui| {
                ui.set_max_width(360.0);
                ui.label(text);
            });
        }
        let mut clicked = meant.filter(|_| response.clicked());
        if legend.width() > 0.0 {
            let inner = legend.shrink2(vec2(8.0, 2.0));
            let [chosen, hovered] = ui
                .scope_builder(UiBuilder::new().max_rect(inner), |ui| grid::legend(ui, cx, map))
                .inner;
            clicked = clicked.or(chosen);
            meant = meant.or(hovered);
        }
        let design = |index: Option<usize>| index.and_then(|index| map.designs.get(index)).cloned();
        show_meant(cx, design(meant), clicked.is_some());
        if let Some(design) = design(clicked).filter(|design| *design != cx.document.design) {
            cx.edit(Action::LoadDesign(design));
        }
        self.frame = Some(frame);
        frame
    }

    /// The frame with its axes, and the title of the vertical one.
    fn plot<'a>(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'a>,
        area: Rect,
        refit: bool,
        wish: &Wish,
    ) -> (Canvas<'a>, Response) {
        let (strip, plot_area) = area.split_left_right_at_x(area.left() + titles::STRIP);
        let plot_area = plot_area.with_max_x(plot_area.right() - END);
        // Fitted by the caller in this frame or an earlier one.
        let view = self.view.as_ref().map(|(_, _, view)| (view.axes.clone(), view.bounds));
        let (axes, bounds) = view.unwrap_or_else(|| {
            let empty = crate::app::plots::axis::Axis::new("", crate::units::Unit::Count, false, [0.0, 1.0], 64.0);
            ([empty.clone(), empty], egui_plot::PlotBounds::NOTHING)
        });
        let plot = frame::show(ui, "sweep plot", plot_area, &axes, refit.then_some(bounds), cx.theme);
        let frame = *plot.transform.frame();
        plot.response
            .widget_info(|| WidgetInfo::labeled(Role::Figure, true, "Sweep plot"));
        if plot.response.double_clicked() {
            self.view = None;
        }
        let strip = Rect::from_x_y_ranges(strip.x_range(), frame.y_range());
        let text = match &wish.second {
            Some((knob, range)) => {
                let name = knobs::name(&cx.document.system, knob);
                let log = if range.log { ", log" } else { "" };
                format!("{name} ({}{log})", axes[1].symbol())
            }
            None => axes[1].title(),
        };
        let title = Title {
            spoken: format!("vertical axis: {text}"),
            texts: vec![format!("{text} {}", icon::CARET_DOWN), icon::CARET_DOWN.to_owned()],
        };
        if let Some(response) = titles::vertical(ui, cx.theme, &title, strip) {
            menus::vertical(&response, cx, wish);
        }
        let canvas = Canvas {
            painter: ui.painter_at(frame),
            transform: plot.transform,
            axes,
            theme: cx.theme,
        };
        (canvas, plot.response)
    }

    /// The present value, which can be dragged where it is no share of what is there; whether it is in the hand.
    fn marker(&mut self, ui: &Ui, cx: &mut Cx<'_>, canvas: &Canvas<'_>, knob: &Knob, response: &Response) -> bool {
        let Some(parameter) = knob.parameter(&cx.document.system, &cx.document.constraints) else {
            return false;
        };
        let can_drag = !knob.is_share();
        let near = |at: Pos2| canvas.x(parameter.value).is_some_and(|x| (x - at.x).abs() <= REACH);
        let is_near = can_drag && response.hover_pos().is_some_and(near);
        let mut slid = Slid::default();
        if response.drag_started_by(egui::PointerButton::Primary) && can_drag {
            let pressed = ui.input(|input| input.pointer.press_origin());
            if pressed.is_some_and(near) {
                self.held = true;
                slid.begins = true;
            }
        }
        if self.held {
            let escaped = ui.input(|input| input.key_down(Key::Escape));
            if let Some(at) = response
                .interact_pointer_pos()
                .filter(|_| response.dragged() && !escaped)
            {
                let frame = canvas.frame();
                let [value, _] = canvas.values(pos2(at.x.clamp(frame.left(), frame.right()), at.y));
                slid.value = Some(crate::app::input::as_shown(parameter.unit, value)).filter(|v| *v != parameter.value);
            } else {
                self.held = false;
                slid.ends = !escaped;
                slid.cancelled = escaped;
            }
        }
        if is_near || self.held {
            ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
        }
        // A new system for every value: what it does not have was filtered out above.
        let value = slid.value.and_then(|value| knobs::action(cx, knob, value));
        let commands = [
            slid.begins.then_some(Command::BeginGesture),
            value.map(Command::Edit),
            slid.ends.then_some(Command::EndGesture),
            slid.cancelled.then_some(Command::CancelGesture),
        ];
        cx.commands.extend(commands.into_iter().flatten());
        chart::marker(canvas, parameter.value, is_near || self.held);
        self.held
    }

    /// What the pointer means: tooltip, preview and loading of the best design there.
    fn pointed(
        response: &Response,
        cx: &mut Cx<'_>,
        canvas: &Canvas<'_>,
        sweep: &Sweep,
        present: &[crate::explore::sweep::Reading],
        at: Pos2,
        clicked: bool,
    ) {
        let [value, _] = canvas.values(at);
        let Some(region) = sweep.region_at(value) else { return };
        chart::crosshair(canvas, at.x);
        let range = sweep.question.range;
        let near = |index: &usize| (range.share(sweep.values[*index]) - range.share(value)).abs();
        let nearest = (0..sweep.values.len()).min_by(|a, b| near(a).total_cmp(&near(b)));
        let reading = |readings: &[crate::explore::sweep::Reading]| readings.get(nearest?).copied();
        let best = region.design.and_then(|design| sweep.readings.get(design));
        let hovered = readout::Hovered {
            value,
            region,
            best: best.and_then(|readings| reading(readings)),
            present: reading(present),
        };
        let tooltip = Tooltip::for_widget(response).at_pointer().gap(14.0);
        tooltip.show(|ui| readout::tooltip(ui, cx, sweep, &hovered));
        let design = region.design.and_then(|design| sweep.designs.get(design)).cloned();
        show_meant(cx, design.clone(), clicked);
        if clicked && let Some(design) = design.filter(|design| *design != cx.document.design) {
            cx.edit(Action::LoadDesign(design));
        }
    }
}

/// Previews a design in the other views, unless it is the one they show or is being loaded.
fn show_meant(cx: &mut Cx<'_>, design: Option<Design>, clicked: bool) {
    let other = design.filter(|design| *design != cx.document.design && !clicked);
    if other.is_some() {
        cx.session.preview = other;
    }
}

/// The sweep as a table, for a file; `None` while there is none.
pub fn csv(cx: &Cx<'_>) -> Option<std::io::Result<String>> {
    let (network, view) = (&cx.document.network, cx.document.view);
    let table = match cx.derived.sweep.as_deref()? {
        Swept::One(sweep) => {
            let along = &cx.derived.along;
            let present = (along.len() == sweep.values.len()).then_some((&cx.document.design, along.as_slice()));
            export_sweep::sweep(network, view, sweep, present)
        }
        Swept::Two(map) => export_sweep::map(network, view, map),
    };
    Some(table.csv())
}

/// Whether an answer is about the numbers and ranges of a wish; it may be one of an earlier system.
fn is_about(swept: &Swept, wish: &Wish) -> bool {
    match swept {
        Swept::One(sweep) => sweep.question == wish.question && wish.second.is_none(),
        Swept::Two(map) => {
            map.question == wish.question && wish.second.as_ref() == Some(&(map.knob.clone(), map.range))
        }
    }
}

/// The line below the plot: the number that is varied at the left, what is known at the right.
fn caption_line(ui: &Ui, cx: &mut Cx<'_>, rect: Rect, left: f32, wish: &Wish, known: &str, hint: String) {
    let y = rect.center().y + 2.0;
    let font = FontId::proportional(theme::SMALL);
    let galley = ui.painter().layout_no_wrap(known.to_owned(), font, cx.theme.weak);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), y), galley.size());
    if !known.is_empty() {
        let response = ui.interact(place, ui.scope_id().with("proof"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, known));
        ui.painter().galley(place.min, galley, cx.theme.weak);
        response.on_hover_text(hint);
    }
    let (knob, range) = (&wish.question.knob, wish.question.range);
    let name = knobs::name(&cx.document.system, knob);
    let unit = readout::unit(cx, knob);
    let (low, high) = (unit.format(range.low), unit.format(range.high));
    let caret = icon::CARET_DOWN;
    let title = Title {
        spoken: format!("horizontal axis: {name}"),
        texts: vec![
            format!("{name}, {low} to {high} {caret}"),
            format!("{name} {caret}"),
            caret.to_owned(),
        ],
    };
    if let Some(response) = titles::horizontal(ui, cx.theme, &title, pos2(left, y), place.left() - 12.0) {
        menus::first(&response, cx, wish);
    }
}
