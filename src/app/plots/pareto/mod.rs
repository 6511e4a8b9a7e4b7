//! The Pareto plot: latency against energy, both the smaller the better, with the exact front as a staircase.
//!
//! egui_plot keeps the view (axes, grid, pan, zoom); marks are painted over it, because rings, flags and labels that
//! avoid each other are no items of a chart. Hovering previews a design in every view, a click loads it as one undo step.

mod limits;
mod marks;
mod paint;
mod readout;
mod scene;
mod view;

use crate::app::command::{Command, MenuCommand};
use crate::app::plots::axis::{Axis, GRID_POINTS};
use crate::app::{Cx, icon, theme, widgets};
use crate::explore::Front;
use crate::project::Action;
use crate::units::Unit;
use egui::{
    Align2, CursorIcon, EventFilter, FontId, Key, Popup, PopupCloseBehavior, Pos2, Rect, Response, RichText, Role, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use egui_plot::{AxisHints, Plot, PlotResponse};
use marks::{Mark, Placed, Subject};
use paint::Canvas;
use std::sync::Arc;
use view::View;

/// Height of the line below the plot.
const CAPTION: f32 = 18.0;

/// Room in the bar, that of the tab included, from which on its switches stand there instead of in a menu.
const ROOM_FOR_SWITCHES: f32 = 330.0;

/// State of the Pareto tab between frames.
#[derive(Default)]
pub struct Pareto {
    view: Option<View>,
    /// Index of the front's point the arrow keys stand on.
    cursor: Option<usize>,
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
        if widgets::icon_button(ui, cx.theme, icon::EXPORT, "Export the front as CSV").clicked() {
            cx.push(Command::Menu(MenuCommand::ExportFront));
        }
        if widgets::icon_button(ui, cx.theme, icon::COPY, "Copy the front as CSV").clicked() {
            match readout::csv(cx, &front) {
                Ok(text) => cx.push(Command::Copy(text)),
                Err(error) => log::error!("the front cannot be copied: {error}"),
            }
        }
        if widgets::icon_button(
            ui,
            cx.theme,
            icon::FIT,
            "Show the whole front (or double-click the plot)",
        )
        .clicked()
        {
            self.fit();
        }
        let mut switches = [
            (
                !cx.session.hide_dominated,
                "dominated",
                "Show designs that others beat in both",
            ),
            (cx.session.log_axes[1], "log energy", "Logarithmic energy axis"),
            (cx.session.log_axes[0], "log latency", "Logarithmic latency axis"),
        ];
        if ui.available_width() > ROOM_FOR_SWITCHES {
            for (on, text, hint) in &mut switches {
                *on ^= widgets::toggle(ui, cx.theme, *on, text, hint).clicked();
            }
        } else {
            let button = widgets::icon_button(ui, cx.theme, icon::MORE, "What the plot shows");
            Popup::menu(&button)
                .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
                .show(|ui| {
                    for (on, text, hint) in switches.iter_mut().rev() {
                        ui.checkbox(on, *text).on_hover_text(*hint);
                    }
                });
        }
        let [(dominated, ..), (log_energy, ..), (log_latency, ..)] = switches;
        cx.session.hide_dominated = !dominated;
        cx.session.log_axes = [log_latency, log_energy];
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(front) = cx.derived.front.clone() else {
            self.positions.clear();
            message(ui, cx, "computing the front…");
            return;
        };
        let marks = marks::collect(cx, &front);
        let area = ui.available_rect_before_wrap();
        let (plot_area, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        let plot = self.plot(ui, plot_area, cx, &front, &marks);
        self.caption(ui, caption, plot.transform.frame().left(), cx, &front);
        let Some(view) = &self.view else {
            return;
        };
        let canvas = Canvas {
            painter: ui.painter_at(*plot.transform.frame()),
            transform: plot.transform,
            axes: view.axes.clone(),
            theme: cx.theme,
        };
        let placed: Vec<Placed> = marks
            .iter()
            .filter_map(|mark| Some((*mark, canvas.at(mark.latency_s, mark.energy_j)?)))
            .collect();
        self.positions = placed
            .iter()
            .filter(|(mark, _)| matches!(mark.subject, Subject::Front(_)))
            .map(|(_, at)| *at)
            .collect();
        let pointed = plot
            .response
            .hover_pos()
            .and_then(|pointer| marks::pick(&placed, pointer));
        let stepped = self.step(ui, &plot.response, &front, &placed);
        scene::draw(&canvas, cx, &front, &placed);
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

    fn plot(&mut self, ui: &mut Ui, area: Rect, cx: &Cx<'_>, front: &Arc<Front>, marks: &[Mark]) -> PlotResponse<()> {
        let last = self
            .view
            .take()
            .filter(|view| view.still_fits(front, cx.session.log_axes));
        let refit = last.is_none();
        let view = last.unwrap_or_else(|| View::fit(Arc::clone(front), cx.session.log_axes, marks));
        let [x, y] = &view.axes;
        let font = FontId::proportional(theme::SMALL);
        let hints = |hints: AxisHints<'static>, axis: &Axis| {
            let axis = axis.clone();
            hints
                .formatter(move |mark, _| axis.tick(&mark))
                .tick_label_color(cx.theme.weak)
                .tick_label_font(font.clone())
                .label_spacing(egui::Rangef::new(1.0, 2.0))
        };
        let title = RichText::new(y.title()).size(theme::SMALL).color(cx.theme.weak);
        let (x_marks, y_marks) = (x.clone(), y.clone());
        let plot = Plot::new("pareto")
            // What part is shown stays the same when the tab moves to another place of the dock.
            .id(egui::Id::unique("pareto plot"))
            .custom_x_axes(vec![hints(AxisHints::new_x(), x)])
            .custom_y_axes(vec![hints(AxisHints::new_y(), y).label(title)])
            .x_grid_spacer(move |input| x_marks.marks(&input))
            .y_grid_spacer(move |input| y_marks.marks(&input))
            .grid_spacing(egui::Rangef::new(GRID_POINTS, 300.0))
            .grid_fade(0.0)
            .grid_color(cx.theme.grid.gamma_multiply(0.7))
            .show_x(false)
            .show_y(false)
            .auto_bounds(false)
            .allow_scroll(false)
            .allow_double_click_reset(false);
        let bounds = view.bounds;
        let response = ui
            .scope_builder(UiBuilder::new().max_rect(area), |ui| {
                plot.show(ui, move |plot| {
                    if refit {
                        plot.set_plot_bounds(bounds);
                    } else if plot.response().contains_pointer() {
                        let wheel = plot.ctx().input(|input| input.smooth_scroll_delta.y);
                        if wheel != 0.0 {
                            plot.zoom_bounds_around_hovered(egui::Vec2::splat((wheel / 200.0).exp()));
                        }
                    }
                })
            })
            .inner;
        self.view = (!response.response.double_clicked()).then_some(view);
        if self.view.is_none() {
            ui.request_repaint();
        }
        response
    }

    /// The line below the plot: the latency axis at the left, what is known about the front at the right. Where both do not
    /// fit, the title gives way first.
    fn caption(&self, ui: &Ui, rect: Rect, left: f32, cx: &Cx<'_>, front: &Front) {
        let Some(view) = &self.view else {
            return;
        };
        let y = rect.center().y + 2.0;
        let galley = |text: String| {
            let font = FontId::proportional(theme::SMALL);
            ui.painter().layout_no_wrap(text, font, cx.theme.weak)
        };
        let known = galley(readout::guarantee(cx, front));
        let place = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), y), known.size());
        let name = view.axes[0].title();
        let titles = [format!("{name} ← better"), name];
        let title = titles
            .into_iter()
            .map(galley)
            .find(|title| left + title.size().x + 12.0 < place.left());
        if let Some(title) = title {
            let at = Align2::LEFT_CENTER.anchor_size(pos2(left, y), title.size());
            ui.painter().galley(at.min, title, cx.theme.weak);
        }
        let response = ui.interact(place, ui.scope_id().with("guarantee"), egui::Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, known.text()));
        ui.painter().galley(place.min, known, cx.theme.weak);
        response.on_hover_text(readout::guarantee_hint(front));
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
                Some(mark) => format!(
                    "{}: latency {}, energy {}",
                    readout::name(cx, front, mark.subject),
                    Unit::Seconds.format(mark.latency_s),
                    Unit::Joules.format(mark.energy_j)
                ),
            });
            info
        });
        if response.has_focus() {
            let painter = response.ctx.layer_painter(response.layer_id);
            painter.rect_stroke(response.rect, 2, cx.theme.selection(), egui::StrokeKind::Inside);
        }
    }
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
