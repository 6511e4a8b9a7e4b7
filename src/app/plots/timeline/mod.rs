//! The Timeline tab: what every device and link does while one or several frames are under way.
//!
//! A row per device and link, painted by hand: spans in the device's hue and hatch, a shade per frame, gaps shaded. The design in the window
//! is laid out anew every frame (microseconds), so that it follows the hand; a kept design can be laid out below it on the same axis.

mod compare;
mod paint;
mod readout;
mod rows;
mod scene;

use crate::app::plots::axis::Axis;
use crate::app::session::{MOST_FRAMES, Part, Selection};
use crate::app::{Command, Cx, icon, picker, theme, widgets};
use crate::design::timeline::Span;
use crate::design::{Evaluation, Timeline, Work};
use crate::units::Unit;
use egui::containers::scroll_area::ScrollSource;
use egui::{
    Align2, EventFilter, FontId, Key, Rangef, Rect, Response, Role, ScrollArea, Sense, StrokeKind, Tooltip, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use paint::Canvas;
use scene::{Lane, Meant, Scene};

/// Height of the line below the axis.
const CAPTION: f32 = 18.0;
/// Height of the axis' texts.
const TICKS: f32 = 15.0;
/// Least distance between ticks.
const TICK_POINTS: f32 = 64.0;
/// Room in the bar, the tabs included, from which on its choices are told in full.
const ROOM_FOR_WORDS: f32 = 620.0;
/// How many frames can be shown, apart from one.
const COUNTS: [usize; 9] = [2, 3, 4, 6, 8, 12, 16, 24, MOST_FRAMES];
/// Room for the names of the rows.
const NAMES: Rangef = Rangef { min: 64.0, max: 140.0 };
/// Share of the axis left free behind the last span.
const MARGIN: f64 = 0.03;
/// The shortest stretch of time that can be looked at, as a share of all.
const CLOSEST: f64 = 1e-5;

/// State of the Timeline tab between frames.
#[derive(Default)]
pub struct TimelineTab {
    /// What part of the time is looked at in seconds; `None` = all of it.
    view: Option<[f64; 2]>,
    /// What was looked at in the last frame, so that lengths can be compared while a cut is in the hand.
    shown_s: f64,
    /// Index of the span the arrow keys stand on.
    cursor: Option<usize>,
    spans: Vec<(usize, usize, Rect)>,
}

impl TimelineTab {
    /// Frame, step and place on the screen of the spans drawn for the design in the window.
    pub fn spans(&self) -> &[(usize, usize, Rect)] {
        &self.spans
    }

    /// The choices of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let fit = "Show the whole timeline (or double-click it)";
        if widgets::icon_button(ui, cx.theme, icon::FIT, fit).clicked() {
            self.view = None;
        }
        let is_wide = ui.available_width() > ROOM_FOR_WORDS;
        let names: Vec<String> = cx.document.pins.iter().map(|pin| pin.name.clone()).collect();
        if !names.is_empty() {
            let none = if is_wide { "compare with a pin" } else { "compare" };
            let mut choices = vec![(None, none)];
            choices.extend(
                names
                    .iter()
                    .enumerate()
                    .map(|(index, name)| (Some(index), name.as_str())),
            );
            if let Some(chosen) = picker::choose(ui, cx.theme, "compare with", compared(cx), &choices) {
                cx.session.timeline.against = chosen.map(|index| names[index].clone());
            }
        }
        let how = if is_wide { ", pipelined" } else { "" };
        let counts: Vec<(usize, String)> = std::iter::once((1, "one inference".to_owned()))
            .chain(COUNTS.map(|count| (count, format!("{count} frames{how}"))))
            .collect();
        let choices: Vec<(usize, &str)> = counts.iter().map(|(count, text)| (*count, text.as_str())).collect();
        let settings = &mut cx.session.timeline;
        if let Some(frames) = picker::choose(ui, cx.theme, "timeline of", settings.frames(), &choices) {
            settings.set_frames(frames);
            self.view = None;
        }
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.spans.clear();
        let (derived, document) = (cx.derived, cx.document);
        let frames = cx.session.timeline.frames();
        let covers = |evaluation: &&Evaluation| evaluation.devices.len() == document.system.devices.len();
        let Some(evaluation) = derived.evaluation.as_ref().filter(covers) else {
            return message(
                ui,
                cx,
                "No design is evaluated yet: the layer costs are being computed…",
            );
        };
        let Some(timeline) = Timeline::new(&document.system, evaluation, frames) else {
            return message(ui, cx, &readout::no_timeline(evaluation));
        };
        let mut lanes = vec![Lane::new(cx, &document.design, evaluation, &timeline)];
        let compared = compared(cx).map(|index| compare::laid_out(cx, &document.pins[index], frames));
        match &compared {
            Some(Ok(pin)) => {
                let mut below = Lane::new(cx, pin.design, &pin.evaluation, &pin.timeline);
                below.name = Some(format!("{} on this system", pin.name));
                lanes[0].name = Some("this design".to_owned());
                lanes.push(below);
            }
            Some(Err(why)) => lanes[0].name = Some(why.clone()),
            None => {}
        }
        self.draw(ui, cx, &lanes);
    }

    fn draw(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, lanes: &[Lane<'_>]) {
        let area = ui.available_rect_before_wrap();
        let (rest, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        let (rows, ticks) = rest.split_top_bottom_at_y(rest.bottom() - TICKS);
        let end_s = lanes
            .iter()
            .map(|lane| lane.timeline.end_s())
            .fold(f64::MIN_POSITIVE, f64::max);
        let whole_s = end_s * (1.0 + MARGIN);
        // While a cut is in the hand the axis only grows, so that lengths can be compared.
        self.shown_s = match cx.derived.hand {
            Some(_) => self.shown_s.max(whole_s),
            None => whole_s,
        };
        let whole = [0.0, self.shown_s];
        let view = self.view.unwrap_or(whole);
        let names = NAMES.clamp(area.width() * 0.22);
        let axis = Axis::new("time", Unit::Seconds, false, [view[0], view[1]], TICK_POINTS);
        let scrolled = UiBuilder::new().max_rect(rows);
        let (response, scene) = ui
            .scope_builder(scrolled, |ui| {
                let scroll = ScrollArea::vertical()
                    .auto_shrink(false)
                    .scroll_source(ScrollSource::SCROLL_BAR);
                let drawn = scroll.show(ui, |ui| {
                    let size = vec2(rows.width(), Scene::height(lanes, rows.height()));
                    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
                    let time = Rect::from_min_max(
                        pos2(rect.left() + names, rect.top()),
                        pos2(rect.right() - 8.0, rect.bottom()),
                    );
                    let scene = Scene::new(lanes, time, rows.height(), view);
                    Self::names(ui, cx, lanes, &scene, rect.left());
                    let id = egui::Id::unique("timeline spans");
                    let response = ui.interact(time, id, Sense::click_and_drag());
                    self.time(ui, cx, lanes, &scene, &axis, &response);
                    (response, scene)
                });
                drawn.inner
            })
            .inner;
        self.navigate(ui, &response, scene.area, whole);
        paint::ticks(ui.painter(), cx.theme, &axis, &scene, ticks);
        caption_line(ui, cx, caption, &lanes[0]);
    }

    /// What stands in front of the rows.
    fn names(ui: &Ui, cx: &mut Cx<'_>, lanes: &[Lane<'_>], scene: &Scene, left: f32) {
        for (index, lane) in lanes.iter().enumerate() {
            if let Some(title) = &lane.name {
                let at = pos2(left, scene.top(index) - scene::TITLE + 1.0);
                let font = FontId::proportional(theme::SMALL);
                let galley = paint::one_line(ui.painter(), title, font, cx.theme.weak, scene.area.right() - left);
                ui.painter().galley(at, galley, cx.theme.weak);
            }
            for (track, row) in lane.rows.iter().enumerate() {
                let band = scene.band(index, track);
                let rect = Rect::from_x_y_ranges(left..=scene.area.left() - 4.0, band);
                paint::name(ui.painter(), cx.theme, rect, lane, track);
                let id = ui.scope_id().with(("track", index, track));
                let response = ui.interact(rect, id, Sense::click());
                let text = readout::track(lane, track);
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
                if response.clicked() {
                    cx.push(Command::Select(Some(row.selects)));
                }
                response.on_hover_text(text);
            }
        }
    }

    /// The rows themselves, and what is meant in them.
    fn time(&mut self, ui: &Ui, cx: &mut Cx<'_>, lanes: &[Lane<'_>], scene: &Scene, axis: &Axis, response: &Response) {
        let canvas = Canvas {
            painter: ui.painter_at(scene.area),
            scene,
            theme: cx.theme,
        };
        for (index, lane) in lanes.iter().enumerate() {
            canvas.ground(index, lane);
        }
        canvas.grid(axis);
        for (index, lane) in lanes.iter().enumerate() {
            canvas.lane(index, lane);
        }
        let place = |span: &Span| {
            (
                span.frame,
                span.step,
                scene.rect(0, span.track, span.start_s, span.end_s),
            )
        };
        self.spans = lanes[0].timeline.spans.iter().map(place).collect();
        let pointed = response.hover_pos().and_then(|at| scene.pick(lanes, at));
        let stepped = self.step(ui, response, lanes[0].timeline);
        let meant = pointed.or(stepped.map(|span| (0, Meant::Span(span))));
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Timeline chart");
            info.current_text_value = Some(match meant {
                Some((lane, meant)) => readout::line(cx, &lanes[lane], meant),
                None => readout::bottleneck(&lanes[0]),
            });
            info
        });
        if response.has_focus() {
            ui.painter()
                .rect_stroke(response.rect, 2, cx.theme.selection(), StrokeKind::Inside);
        }
        let Some((lane, meant)) = meant else { return };
        canvas.emphasis(lane, meant);
        let mut tooltip = Tooltip::for_widget(response);
        tooltip = match pointed {
            Some(_) => tooltip.at_pointer().gap(14.0),
            None => tooltip,
        };
        tooltip.show(|ui| readout::tooltip(ui, cx, &lanes[lane], meant));
        if lane > 0 {
            cx.session.preview = Some(lanes[lane].design.clone());
        } else if let Meant::Span(span) = meant {
            highlight(cx, &lanes[0], span, response.clicked());
        }
    }

    /// Walks the spans with the arrow keys while the rows have the keyboard.
    fn step(&mut self, ui: &Ui, response: &Response, timeline: &Timeline) -> Option<Span> {
        if !response.has_focus() || timeline.spans.is_empty() {
            self.cursor = None;
            return None;
        }
        let arrows = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let (left, right) = ui.input(|i| (i.num_presses(Key::ArrowLeft), i.num_presses(Key::ArrowRight)));
        let last = timeline.spans.len() - 1;
        let cursor = match self.cursor {
            Some(cursor) => (cursor + right).saturating_sub(left).min(last),
            None => 0,
        };
        self.cursor = Some(cursor);
        timeline.spans.get(cursor).copied()
    }

    /// Wheel and pinch zoom to the pointer, a drag moves, a double click shows everything.
    fn navigate(&mut self, ui: &Ui, response: &Response, time: Rect, whole: [f64; 2]) {
        let [from, to] = self.view.unwrap_or(whole);
        let length = to - from;
        let mut next = [from, to];
        if let Some(at) = response.hover_pos() {
            let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
            if wheel != 0.0 || pinch != 1.0 {
                let factor = f64::from((-wheel / 200.0).exp() / pinch).max(CLOSEST * whole[1] / length);
                let share = f64::from((at.x - time.left()) / time.width().max(1.0));
                let still = from + share * length;
                next = [still - share * length * factor, still + (1.0 - share) * length * factor];
            }
        }
        if response.dragged() {
            let moved = f64::from(response.drag_delta().x / time.width().max(1.0)) * length;
            next = next.map(|end| end - moved);
        }
        if next != [from, to] {
            let length = (next[1] - next[0]).min(whole[1]);
            let start = next[0].clamp(0.0, whole[1] - length);
            self.view = (length < whole[1]).then_some([start, start + length]);
            ui.request_repaint();
        }
        if response.double_clicked() {
            self.view = None;
        }
    }
}

/// Shows what a span is about in the other views; a click selects it.
fn highlight(cx: &mut Cx<'_>, lane: &Lane<'_>, span: Span, clicked: bool) {
    let (part, selection) = match lane.evaluation.steps[span.step].work {
        Work::Compute { placement, device } => (Some(Part::Partition(placement)), Selection::Device(device)),
        Work::Transfer { link, message } => match lane.evaluation.links[link].messages[message].cut {
            Some(cut) => (Some(Part::Cut(cut)), Selection::Cut(cut)),
            None => (None, Selection::Link(link)),
        },
    };
    cx.session.hovered_part = part;
    if clicked {
        cx.push(Command::Select(Some(selection)));
    }
}

/// The pin that is laid out below, if it still is one.
fn compared(cx: &Cx<'_>) -> Option<usize> {
    let name = cx.session.timeline.against.as_ref()?;
    cx.document.pins.iter().position(|pin| pin.name == *name)
}

/// The line below the axis: how much goes on at the left, what limits it at the right. Where both do not fit, the left gives way.
fn caption_line(ui: &Ui, cx: &Cx<'_>, rect: Rect, lane: &Lane<'_>) {
    let y = rect.center().y + 2.0;
    let painter = ui.painter();
    let limit = paint::one_line(
        painter,
        &readout::bottleneck(lane),
        theme::semibold(theme::SMALL),
        cx.theme.text,
        rect.width(),
    );
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), y), limit.size());
    let response = ui.interact(place, ui.scope_id().with("bottleneck"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, readout::bottleneck(lane)));
    painter.galley(place.min, limit, cx.theme.text);
    response.on_hover_text(readout::bottleneck_hint(lane));
    let pipelined = cx.session.timeline.frames() > 1;
    let swatch = Rect::from_center_size(pos2(rect.left() + 7.0, y), vec2(14.0, 9.0));
    let legend = [
        format!("idle    {}", readout::summary(lane, pipelined)),
        readout::summary(lane, pipelined),
    ];
    let font = FontId::proportional(theme::SMALL);
    for (index, text) in legend.into_iter().enumerate() {
        let galley = painter.layout_no_wrap(text, font.clone(), cx.theme.weak);
        let left = if index == 0 { swatch.right() + 4.0 } else { rect.left() };
        if left + galley.size().x + 12.0 > place.left() {
            continue;
        }
        if index == 0 {
            paint::idle(painter, cx.theme, swatch);
        }
        let at = Align2::LEFT_CENTER.anchor_size(pos2(left, y), galley.size());
        let response = ui.interact(at, ui.scope_id().with("summary"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, galley.text()));
        painter.galley(at.min, galley, cx.theme.weak);
        break;
    }
}

fn message(ui: &Ui, cx: &Cx<'_>, text: &str) {
    let rect = ui.available_rect_before_wrap();
    let font = FontId::proportional(theme::BODY);
    let galley = ui
        .painter()
        .layout(text.to_owned(), font, cx.theme.weak, (rect.width() - 32.0).max(60.0));
    let place = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    let response = ui.interact(place, ui.scope_id().with("message"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, galley.text()));
    ui.painter().galley(place.min, galley, cx.theme.weak);
}
