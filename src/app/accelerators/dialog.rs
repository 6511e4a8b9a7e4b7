//! The dialog: what is searched at the left, what was found at the right, and what can be done with a design below.

use super::{Found, NAME, State, Way, Wish, form, layers, table};
use crate::app::input::{dropdown, small};
use crate::app::plots::accelerators::AcceleratorPlot;
use crate::app::theme::{self, semibold};
use crate::app::{Command, Cx, Theme, icon, picker, widgets};
use crate::cost::spatial::space::Metric;
use crate::project::Action;
use crate::system::MAX_ALTERNATIVES;
use egui::{
    Align, Button, Layout, Popup, ProgressBar, Rect, RichText, Role, ScrollArea, Ui, UiBuilder, WidgetInfo, vec2,
};

/// Width of what is asked, in points.
const FORM: f32 = 222.0;
/// Height of the table.
const TABLE: f32 = 152.0;
/// How many of the best can be listed.
const COUNTS: [(usize, &str); 4] = [(5, "5 best"), (10, "10 best"), (20, "20 best"), (100, "100 best")];

/// The dialog's state.
#[derive(Debug)]
pub struct Dialog {
    index: usize,
    wish: Wish,
    metric: Metric,
    count: usize,
    chosen: Option<usize>,
    plot: AcceleratorPlot,
}

impl Dialog {
    /// For a device, with a wish to begin with.
    pub fn new(index: usize, wish: Wish) -> Self {
        Self {
            index,
            wish,
            metric: Metric::Edap,
            count: 5,
            chosen: None,
            plot: AcceleratorPlot::default(),
        }
    }

    /// Draws it; whether it is to be closed.
    pub fn ui(&mut self, cx: &mut Cx, ui: &mut Ui) -> bool {
        let window = ui.ctx().content_rect().size();
        let size = vec2((window.x - 80.0).min(1000.0), (window.y - 80.0).min(620.0));
        let (whole, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        let (top, rest) = whole.split_top_bottom_at_y(whole.top() + 28.0);
        let close = self.head(cx, ui, top);
        let (left, right) = rest.split_left_right_at_x(rest.left() + FORM);
        let child = |rect: Rect, name| UiBuilder::new().id_salt(name).max_rect(rect);
        ui.scope_builder(child(left, "asked"), |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            form::ui(ui, cx, self.index, &mut self.wish);
            ui.add_space(6.0);
            self.run(cx, ui);
        });
        let right = right.with_min_x(right.left() + 16.0);
        let derived = cx.derived;
        let found = derived
            .accelerators
            .as_ref()
            .filter(|found| found.request.index == self.index);
        ui.scope_builder(child(right, "found"), |ui| match found {
            Some(found) => self.found(cx, ui, found),
            None => {
                let words = "Each size of array and buffers makes another accelerator; each is mapped, layer by layer, as the device \
                             itself is. Start the search to see them by latency, energy and area.";
                ui.vertical_centered(|ui| {
                    ui.add_space(0.4 * ui.available_height());
                    ui.set_max_width(420.0);
                    ui.label(RichText::new(words).color(cx.theme.weak));
                });
            }
        });
        close
    }

    fn head(&self, cx: &Cx, ui: &mut Ui, place: Rect) -> bool {
        let mut close = false;
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            ui.horizontal(|ui| {
                widgets::badge(ui, cx.theme, self.index);
                let text = format!("Search {} designs", self.wish.family().words());
                ui.label(RichText::new(text).font(semibold(theme::TITLE)));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    close = widgets::icon_button(ui, cx.theme, icon::REMOVE, "Close the search of designs").clicked();
                });
            });
        });
        close
    }

    /// How many designs there are, and the buttons that start and stop.
    fn run(&self, cx: &mut Cx, ui: &mut Ui) {
        let theme = cx.theme;
        let running = cx
            .derived
            .accelerators
            .as_ref()
            .is_some_and(|found| found.state == State::Running);
        let counted = layers(cx, self.index, self.wish.here_only).len();
        let possible = match self.wish.way {
            _ if counted == 0 => Err(format!("{} has no layers in this design", Theme::letter(self.index))),
            Way::Every => self
                .wish
                .lists
                .designs()
                .map(|all| format!("{} designs", all.len()))
                .map_err(|e| e.to_string()),
            Way::Evolution => {
                let bounds = self.wish.ranges.bounds().map_err(|error| error.to_string());
                let most = self.wish.settings.population * self.wish.settings.generations;
                bounds.map(|_| format!("at most {most} designs"))
            }
        };
        match &possible {
            Ok(designs) => ui.label(small(theme, format!("{designs}, {counted} layers each"))),
            Err(why) => ui.label(
                RichText::new(format!("{} {why}", icon::WARNING))
                    .size(theme::SMALL)
                    .color(theme.worse),
            ),
        };
        ui.horizontal(|ui| {
            let start = ui.add_enabled(possible.is_ok(), Button::new(format!("{} Search", icon::PLAY)));
            start.widget_info(|| WidgetInfo::labeled(Role::Button, possible.is_ok(), "Start the search of designs"));
            if start.clicked() {
                let wish = Box::new(self.wish.clone());
                let device = self.index;
                cx.push(Command::SearchAccelerators { device, wish });
            }
            if running
                && ui
                    .button("Stop")
                    .on_hover_text("End the search with what it has found")
                    .clicked()
            {
                cx.push(Command::CancelJob(NAME));
            }
        });
        if let Some(found) = cx
            .derived
            .accelerators
            .as_ref()
            .filter(|found| found.request.index == self.index)
        {
            progress(cx, ui, found);
        }
    }

    fn found(&mut self, cx: &mut Cx, ui: &mut Ui, found: &Found) {
        let area = ui.available_rect_before_wrap();
        let (above, below) = area.split_top_bottom_at_y(area.bottom() - TABLE - 62.0);
        ui.scope_builder(UiBuilder::new().id_salt("plot").max_rect(above), |ui| {
            self.plot.ui(ui, cx, found, &mut self.chosen);
        });
        let best = found.best(self.metric, self.count);
        let (bar, rest) = below.split_top_bottom_at_y(below.top() + 28.0);
        ui.scope_builder(UiBuilder::new().id_salt("bar").max_rect(bar), |ui| {
            ui.horizontal(|ui| self.bar(cx, ui, found, &best));
        });
        let (rows, foot) = rest.split_top_bottom_at_y(rest.bottom() - 32.0);
        ui.scope_builder(UiBuilder::new().id_salt("table").max_rect(rows), |ui| {
            let scroll = ScrollArea::vertical()
                .id_salt("best designs")
                .auto_shrink([false, false]);
            scroll.show(ui, |ui| table::ui(ui, cx, found, &best, &mut self.chosen));
        });
        ui.scope_builder(UiBuilder::new().id_salt("foot").max_rect(foot), |ui| {
            ui.horizontal(|ui| self.foot(cx, ui, found, &best));
        });
    }

    /// What the best are best by, and what could not be mapped.
    fn bar(&mut self, cx: &Cx, ui: &mut Ui, found: &Found, best: &[usize]) {
        let counts: Vec<(usize, &str)> = COUNTS.to_vec();
        if let Some(count) = picker::choose(ui, cx.theme, "how many", self.count, &counts) {
            self.count = count;
        }
        ui.label(small(cx.theme, "by"));
        let button = dropdown(ui, cx.theme, "Best by", self.metric.words(), 176.0);
        Popup::menu(&button).show(|ui| {
            for metric in Metric::ALL {
                if ui.selectable_label(metric == self.metric, metric.words()).clicked() {
                    self.metric = metric;
                }
            }
        });
        ui.label(small(
            cx.theme,
            format!("{} of {} shown", best.len(), found.designs.len()),
        ));
        let failed = found.unmappable().count();
        if failed > 0 {
            let text = format!("{} {failed} unmappable", icon::WARNING);
            let label = ui.label(RichText::new(text).size(theme::SMALL).color(cx.theme.warning));
            label.on_hover_ui(|ui| {
                ui.set_max_width(460.0);
                for (candidate, reason) in found.unmappable().take(8) {
                    ui.label(small(cx.theme, format!("{}: {reason}", candidate.design)));
                }
            });
        }
    }

    /// What can be done with designs.
    fn foot(&self, cx: &mut Cx, ui: &mut Ui, found: &Found, best: &[usize]) {
        let letter = Theme::letter(self.index);
        let chosen = self
            .chosen
            .filter(|&index| found.designs.get(index).is_some_and(|c| c.totals.is_ok()));
        let choose = "choose a design in the plot or the table first";
        let use_it = ui.add_enabled(chosen.is_some(), Button::new(format!("Use for {letter}")));
        if use_it
            .on_hover_text("The device becomes this design")
            .on_disabled_hover_text(choose)
            .clicked()
            && let Some(device) = chosen.and_then(|index| made(cx, found, index))
        {
            cx.edit(cx.document.rebuild(self.index, device));
        }
        let add = ui.add_enabled(chosen.is_some(), Button::new("Add as alternative"));
        let hint = "The device can be built as this design too; the search of the front chooses";
        if add.on_hover_text(hint).on_disabled_hover_text(choose).clicked()
            && let Some(index) = chosen
        {
            self.add(cx, found, &[index]);
        }
        let text = format!("Add the {} best", best.len());
        let all = ui.add_enabled(!best.is_empty(), Button::new(text));
        if all
            .on_hover_text("Each of the listed designs becomes an alternative of the device")
            .clicked()
        {
            self.add(cx, found, best);
        }
    }

    /// Adds alternatives in one step to undo, as many as a device may have.
    fn add(&self, cx: &mut Cx, found: &Found, indices: &[usize]) {
        let Some(device) = cx.document.system.devices.get(self.index) else {
            return;
        };
        let room = MAX_ALTERNATIVES.saturating_sub(device.alternatives.len());
        let devices: Vec<_> = indices.iter().filter_map(|&index| made(cx, found, index)).collect();
        if devices.len() > room {
            let words = format!("A device has at most {MAX_ALTERNATIVES} alternatives: {room} of these were added");
            cx.push(Command::Tell(words));
        }
        cx.push(Command::BeginGesture);
        for device in devices.into_iter().take(room) {
            cx.edit(Action::AddAlternative(self.index, device));
        }
        cx.push(Command::EndGesture);
    }
}

/// A design as a device; what hinders it is told.
fn made(cx: &mut Cx, found: &Found, index: usize) -> Option<crate::system::Device> {
    match found.device(index) {
        Ok(device) => Some(device),
        Err(why) => {
            cx.push(Command::Tell(why));
            None
        }
    }
}

/// How far the search is, and whether what is shown is of the device as it is.
fn progress(cx: &Cx, ui: &mut Ui, found: &Found) {
    let (done, of) = found.done;
    let unit = match found.request.wish.way {
        Way::Every => "designs",
        Way::Evolution => "generations",
    };
    let words = match &found.state {
        State::Running => format!("{done} of {of} {unit}…"),
        State::Stopped => format!("stopped after {done} of {of} {unit}: there may be better ones"),
        State::Done => format!("{} designs, {} on the front", found.designs.len(), found.front.len()),
        State::Impossible(why) => format!("{} {why}", icon::WARNING),
    };
    if found.state == State::Running {
        let bar = ProgressBar::new(done as f32 / of.max(1) as f32).desired_height(6.0);
        ui.add(bar.desired_width(FORM - 8.0));
    }
    ui.label(small(cx.theme, words));
    let present = cx.document.built(found.request.index);
    if present.is_none_or(|present| present.model != found.request.device.model) {
        let words = "found from the device as it was before it was changed";
        ui.label(RichText::new(words).size(theme::SMALL).color(cx.theme.warning));
    }
}
