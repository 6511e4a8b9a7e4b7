//! The Pareto plot: any metric against any other, both the better the farther to the lower left, a third as the area of
//! the dots. The front is a staircase; points of it that only the metrics not shown keep on the front are paler.
//!
//! egui_plot keeps the view (axes, grid, pan, zoom); marks are painted over it, because rings, flags and labels that
//! avoid each other are no items of a chart. Hovering previews a design in every view, a click loads it as one undo step.

mod choosing;
mod evolved;
mod filter;
mod limits;
pub(super) mod marks;
pub(super) mod paint;
mod panel;
mod pickers;
mod projection;
pub(super) mod readout;
mod scene;
mod shown;
mod sizes;
mod view;

use crate::app::command::{Command, MenuCommand};
use crate::app::plots::axis::Axis;
use crate::app::plots::{frame, titles};
use crate::app::session::Tab;
use crate::app::{Cx, evolution, icon, theme, widgets};
use crate::explore::Front;
use crate::project::{Action, export};
pub use choosing::Choice;
use egui::{Align2, CursorIcon, EventFilter, FontId, Key, Pos2, Rect, Response, Role, Ui, WidgetInfo, pos2, vec2};
use egui_plot::PlotResponse;
pub use filter::BoxFilter;
use filter::Drag;
use marks::{Mark, Placed, Subject};
use paint::Canvas;
use shown::Shown;
use std::sync::Arc;
use view::View;

/// Height of the line below the plot.
const CAPTION: f32 = 18.0;

/// Room in that line for the title of the horizontal axis.
const ROOM_FOR_AXIS: f32 = 96.0;

/// Room in the bar, that of the tab included, from which on there are icons beside the menu, and from which on buttons
/// carry words.
const ROOM_FOR_ICONS: f32 = 340.0;
const ROOM_FOR_WORDS: f32 = 360.0;

/// What can be done with the whole plot.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Export,
    Copy,
    Fit,
    Evolve,
}

/// The same with icons and words, from right to left.
const DEEDS: [(&str, &str, Deed); 3] = [
    (icon::EXPORT, "Export the front as CSV", Deed::Export),
    (icon::COPY, "Copy the front as CSV", Deed::Copy),
    (icon::FIT, "Show the whole front (or double-click the plot)", Deed::Fit),
];

/// What the menu's entry for NSGA-II opens.
const EVOLVE: &str = "Settings of a heuristic search whose points are laid over the front";

/// State of the Pareto tab between frames.
#[derive(Default)]
pub struct Pareto {
    view: Option<View>,
    /// Index of the front's point the arrow keys stand on.
    cursor: Option<usize>,
    drag: Drag,
    positions: Vec<Pos2>,
    exclusion: limits::Exclusion,
}

impl Pareto {
    /// Screen positions of the front's points in the last frame, in the order of [`Front::points`]; points that the axes
    /// have no place for are missing.
    pub fn positions(&self) -> &[Pos2] {
        &self.positions
    }

    /// Shows everything again.
    pub fn fit(&mut self) {
        self.view = None;
    }

    /// The buttons of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(front) = cx.derived.front.clone() else {
            return;
        };
        let (crowded, wordy) = (
            ui.available_width() < ROOM_FOR_ICONS,
            ui.available_width() > ROOM_FOR_WORDS,
        );
        let mut deed = None;
        if !crowded {
            for (icon, words, this) in DEEDS {
                let clicked = widgets::icon_button(ui, cx.theme, icon, words).clicked();
                deed = deed.or(clicked.then_some(this));
            }
        }
        let shown = Shown::of(cx.session, &front.search);
        let button = widgets::icon_button(ui, cx.theme, icon::MORE, "What the plot shows");
        pickers::switches(&button, cx, shown, |ui| {
            ui.separator();
            if ui.button("NSGA-II…").on_hover_text(EVOLVE).clicked() {
                deed = Some(Deed::Evolve);
                ui.close();
            }
            for (icon, words, this) in DEEDS.into_iter().rev().filter(|_| crowded) {
                let clicked = ui.button(format!("{icon}  {words}")).clicked();
                deed = deed.or(clicked.then_some(this));
            }
        });
        match deed {
            Some(Deed::Fit) => self.fit(),
            Some(Deed::Evolve) => evolved::open(cx),
            Some(Deed::Export) => cx.push(Command::Menu(MenuCommand::ExportFront)),
            Some(Deed::Copy) => match export::front(&cx.document.network, cx.document.view, &front).csv() {
                Ok(text) => cx.push(Command::Copy(text)),
                Err(error) => log::error!("the front cannot be copied: {error}"),
            },
            None => {}
        }
        evolved::panel(&button, cx, &front);
        let hint = "Choose a point of the front by weights or priority";
        let is_open = cx.session.choice.is_open;
        let button = match wordy {
            true => widgets::toggle(ui, cx.theme, is_open, "choose for me", hint),
            false => widgets::icon_button(ui, cx.theme, icon::OPTIMISE, "choose for me"),
        };
        choosing::panel(&button, cx, &front);
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(front) = cx.derived.front.clone() else {
            self.positions.clear();
            message(ui, cx, &cx.derived.front_age.missing("the front"));
            return;
        };
        let shown = Shown::of(cx.session, &front.search);
        let marks = marks::collect(cx, &front);
        let area = ui.available_rect_before_wrap();
        let (plot_area, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        let (strip, plot_area) = plot_area.split_left_right_at_x(area.left() + titles::STRIP);
        let (plot, axes) = self.plot(ui, plot_area, cx, &front, shown, &marks);
        let frame = *plot.transform.frame();
        let strip = Rect::from_x_y_ranges(strip.x_range(), frame.y_range());
        pickers::vertical(ui, cx, shown, &axes[1], strip);
        caption_line(ui, caption, frame.left(), cx, &front, (shown, &axes[0]));
        let canvas = Canvas {
            painter: ui.painter_at(frame),
            transform: plot.transform,
            axes,
            shown,
            theme: cx.theme,
        };
        let placed: Vec<Placed> = marks
            .iter()
            .filter_map(|mark| Some((*mark, canvas.at(&mark.metrics)?)))
            .collect();
        self.positions = placed
            .iter()
            .filter(|(mark, _)| matches!(mark.subject, Subject::Front(_)))
            .map(|(_, at)| *at)
            .collect();
        let free = |pointer: &Pos2| !self.drag.is_on() && frame.contains(*pointer);
        let pointed = plot.response.hover_pos().filter(free);
        let pointed = pointed.and_then(|pointer| marks::pick(&placed, pointer));
        let stepped = self.step(ui, &plot.response, &front, &placed);
        let legend = scene::draw(&canvas, cx, &front, &placed);
        if let Some(filter) = &cx.session.box_filter {
            filter.draw(&canvas);
        }
        if let Some(filter) = self.drag.follow(ui, &plot.response, &canvas) {
            cx.session.box_filter = Some(filter);
            cx.push(Command::ShowTab(Tab::Designs));
        }
        let run = evolution::shown(cx);
        if let (Some(place), Some(run)) = (legend, run) {
            evolved::legend_response(ui, cx, place, run, &front);
        }
        if front.points.is_empty() {
            let text = self.exclusion.text(cx, &front);
            message_in(ui, canvas.frame(), cx, text);
        }
        let meant = pointed.or(stepped);
        if let Some((mark, at)) = meant {
            canvas.emphasis(at);
            if pointed.is_some() {
                ui.set_cursor_icon(CursorIcon::PointingHand);
            }
            Self::show_meant(&plot.response, cx, &front, &mark, pointed.is_none().then_some(at));
        }
        self.announce(&plot.response, cx, &front, meant.map(|(mark, _)| mark));
    }

    fn plot(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        cx: &Cx<'_>,
        front: &Arc<Front>,
        shown: Shown,
        marks: &[Mark],
    ) -> (PlotResponse<()>, [Axis; 2]) {
        let last = self.view.take().filter(|view| view.still_fits(front, shown));
        let refit = last.is_none();
        let view = last.unwrap_or_else(|| View::fit(Arc::clone(front), shown, marks));
        let bounds = refit.then_some(view.bounds);
        let response = frame::show(ui, "pareto plot", area, &view.axes, bounds, cx.theme);
        let axes = view.axes.clone();
        self.view = (!response.response.double_clicked()).then_some(view);
        if self.view.is_none() {
            ui.request_repaint();
        }
        (response, axes)
    }

    /// Moves along the front with the arrow keys while the plot has the keyboard.
    fn step(&mut self, ui: &Ui, response: &Response, front: &Front, placed: &[Placed]) -> Option<Placed> {
        if !response.has_focus() || front.points.is_empty() {
            self.cursor = None;
            return None;
        }
        let arrows = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let (left, right) = ui.input(|i| (i.num_presses(Key::ArrowLeft), i.num_presses(Key::ArrowRight)));
        let last = front.points.len() - 1;
        let start = self.cursor.or(front.knee).unwrap_or(0);
        let cursor = (start + right).saturating_sub(left).min(last);
        self.cursor = Some(cursor);
        placed
            .iter()
            .find(|(mark, _)| mark.subject == Subject::Front(cursor))
            .copied()
    }

    /// Tooltip, preview and loading of the mark that is meant; `beside` = where to show the tooltip for the keyboard.
    fn show_meant(response: &Response, cx: &mut Cx<'_>, front: &Front, mark: &Mark, beside: Option<Pos2>) {
        let numbers = marks::design(cx, front, mark.subject).and_then(|design| limits::numbers(cx, design));
        let tooltip = match beside {
            None => egui::Tooltip::for_widget(response).at_pointer().gap(14.0),
            Some(at) => {
                let mut tooltip = egui::Tooltip::for_widget(response);
                tooltip.popup = tooltip.popup.at_position(at + vec2(14.0, 14.0));
                tooltip
            }
        };
        tooltip.show(|ui| readout::tooltip(ui, cx, front, mark, numbers.as_ref()));
        let Some(design) = marks::design(cx, front, mark.subject).cloned() else {
            return;
        };
        if design == cx.document.design {
            return;
        }
        if response.clicked() {
            cx.edit(Action::LoadDesign(design.clone()));
        }
        cx.session.preview = Some(design);
    }

    /// Names the plot and what is meant for a screen reader.
    fn announce(&self, response: &Response, cx: &Cx<'_>, front: &Front, meant: Option<Mark>) {
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Pareto plot");
            info.current_text_value = Some(match meant {
                None => readout::guarantee(cx, front),
                Some(mark) => readout::spoken(cx, front, &mark),
            });
            info
        });
        if response.has_focus() {
            let painter = response.ctx.layer_painter(response.layer_id);
            painter.rect_stroke(response.rect, 2, cx.theme.selection(), egui::StrokeKind::Inside);
        }
    }
}

/// The line below the plot: the horizontal axis at the left, what is known about the front at the right.
fn caption_line(ui: &Ui, rect: Rect, left: f32, cx: &mut Cx<'_>, front: &Front, (shown, axis): (Shown, &Axis)) {
    let y = rect.center().y + 2.0;
    let font = FontId::proportional(theme::SMALL);
    let room = rect.right() - left - ROOM_FOR_AXIS;
    let words = |text: String| ui.painter().layout_no_wrap(text, font.clone(), cx.theme.weak);
    let [full, medium, short] = readout::guarantees(cx, front).map(words);
    let known = [full, medium]
        .into_iter()
        .find(|text| text.size().x <= room)
        .unwrap_or(short);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), y), known.size());
    let response = ui.interact(place, ui.scope_id().with("guarantee"), egui::Sense::hover());
    let spoken = readout::guarantee(cx, front);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    ui.painter().galley(place.min, known, cx.theme.weak);
    response.on_hover_text(readout::guarantee_hint(cx, front, shown));
    pickers::horizontal(ui, cx, shown, axis, pos2(left, y), place.left() - 12.0);
}

fn message(ui: &Ui, cx: &Cx<'_>, text: &str) {
    message_in(ui, ui.available_rect_before_wrap(), cx, text);
}

fn message_in(ui: &Ui, rect: Rect, cx: &Cx<'_>, text: &str) {
    let font = FontId::proportional(theme::BODY);
    let width = (rect.width() - 32.0).max(60.0);
    let galley = ui.painter().layout(text.to_owned(), font, cx.theme.text, width);
    let place = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().rect_filled(place.expand(8.0), 4, cx.theme.panel);
    ui.painter().galley(place.min, Arc::clone(&galley), cx.theme.text);
    let response = ui.interact(place, ui.scope_id().with("message"), egui::Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, galley.text()));
}
