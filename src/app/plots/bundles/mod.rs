//! The Bundles tab: exact schedules over measured bundles of two or three devices, with clocks and budgets.
//!
//! - `settings` what is shown; `form` what is asked; `empty` why there is nothing
//! - `front` the trade-offs with the budgets as lines that can be dragged (`budgets`); `result` the schedule in words (`strip`, `others`)
//! - `heat`, `table` the profiles; `clocks` what clocks trade; `steps` sweeps of budgets; `chart` the frame the plots share,
//!   `keys` how the keyboard walks them

mod budgets;
mod chart;
mod clocks;
mod empty;
mod form;
mod front;
mod heat;
mod keys;
mod others;
mod readout;
mod result;
mod settings;
mod steps;
mod strip;
mod table;

pub use settings::{BundlesSettings, Chosen, Quantity, View, Wish};

use super::canvas::message;
use crate::app::command::{Command, MenuCommand};
use crate::app::workers::BundlesAnswer;
use crate::app::{Cx, icon, picker, widgets};
use crate::project::bundling::Solved;
use crate::project::export_schedule::{self, Swept};
use crate::system::routes::Routes;
use egui::{Pos2, Rect, ScrollArea, Ui, UiBuilder, vec2};

/// Width of the form, and the least and greatest of the schedule in words.
const FORM: f32 = 208.0;
const RESULT: [f32; 2] = [272.0, 372.0];
/// Room from which on the form has a place of its own.
const ROOM_FOR_FORM: f32 = 760.0;
/// The largest share of the room that the schedule in words takes beside the plot, and the share it takes of much room.
const RESULT_SHARE: f32 = 0.48;
const RESULT_GROWS: f32 = 0.36;
/// Room between parts.
const GAP: f32 = 12.0;

/// State of the Bundles tab between frames.
#[derive(Default)]
pub struct BundlesTab {
    front: front::FrontPlot,
    heat: heat::HeatMap,
    clocks: clocks::ClockPlot,
    steps: steps::StepPlot,
    table: table::ProfileTable,
    /// Whether the form had a place of its own in the last frame.
    has_form: bool,
    /// Whether it takes the place of the schedule where it has none of its own.
    form_is_open: bool,
}

impl BundlesTab {
    /// Schedules of the front with their places on the screen in the last frame.
    pub fn dots(&self) -> &[(usize, Pos2)] {
        self.front.dots()
    }

    /// Budgets of the sweep with their places on the screen in the last frame.
    pub fn steps(&self) -> &[(usize, Pos2)] {
        self.steps.dots()
    }

    /// Clocks of the clock plot with their places on the screen in the last frame.
    pub fn clocks(&self) -> &[(u64, Pos2)] {
        self.clocks.dots()
    }

    /// The frame of the front plot on the screen in the last frame.
    pub fn frame(&self) -> Option<Rect> {
        self.front.frame()
    }

    /// The choices of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if widgets::icon_button(ui, cx.theme, icon::EXPORT, "Export what this tab shows as CSV").clicked() {
            cx.push(Command::Menu(MenuCommand::ExportBundles));
        }
        if widgets::icon_button(ui, cx.theme, icon::COPY, "Copy what this tab shows as CSV").clicked()
            && cx.derived.bundles_age.is_current()
            && let Some(Ok(text)) = csv(cx)
        {
            cx.push(Command::Copy(text));
        }
        let view = cx.session.bundles.view;
        if view == View::Front && !self.has_form {
            let name = match self.form_is_open {
                true => "Show the schedule",
                false => "What schedules must keep",
            };
            if widgets::icon_button(ui, cx.theme, icon::SETTINGS, name).clicked() {
                self.form_is_open ^= true;
            }
        }
        if let Some(view) = picker::choose(ui, cx.theme, "view", view, &View::ALL) {
            cx.session.bundles.view = view;
        }
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.front.forget();
        self.clocks.forget();
        self.steps.forget();
        self.has_form = false;
        cx.session.bundles_wish = Some(cx.session.bundles.wish());
        let area = ui.available_rect_before_wrap();
        let Some(answer) = cx.derived.bundles.clone() else {
            return message(ui, cx, area, &cx.derived.bundles_age.missing("schedules over bundles"));
        };
        let solved = match &answer.solved {
            Ok(solved) => solved,
            Err(why) => return empty::ui(ui, cx, why),
        };
        match cx.session.bundles.view {
            View::Front => self.trade_offs(ui, cx, area, &answer, solved),
            View::Heat => self.heat.ui(ui, cx, area, solved),
            View::Table => self.table.ui(ui, cx, &answer, solved),
            View::Clocks => self.clocks.ui(ui, cx, area, &answer, solved),
            View::Sweep => {
                let (plot, right) = beside_schedule(steps::head(ui, cx, area));
                self.steps.ui(ui, cx, plot, solved);
                part(ui, "schedule", right, |ui| result::ui(ui, cx, solved));
            }
        }
    }

    /// What is asked at the left where there is room, the front in the middle, the schedule at the right.
    fn trade_offs(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, area: Rect, answer: &BundlesAnswer, solved: &Solved) {
        self.has_form = area.width() >= ROOM_FOR_FORM;
        let mut rest = area;
        if self.has_form {
            let (left, right) = area.split_left_right_at_x(area.left() + FORM);
            rest = right.with_min_x(right.left() + GAP);
            part(ui, "form", left, |ui| form::ui(ui, cx, solved));
        }
        let (plot, right) = beside_schedule(rest);
        self.front.ui(ui, cx, plot, answer, solved);
        match self.form_is_open && !self.has_form {
            true => part(ui, "form", right, |ui| form::ui(ui, cx, solved)),
            false => part(ui, "schedule", right, |ui| result::ui(ui, cx, solved)),
        }
    }
}

/// Room for a plot, and for the schedule in words at its right.
fn beside_schedule(area: Rect) -> (Rect, Rect) {
    let width = (area.width() * RESULT_GROWS).clamp(RESULT[0], RESULT[1]);
    let width = width.min(area.width() * RESULT_SHARE);
    let (plot, right) = area.split_left_right_at_x(area.right() - width);
    (plot.with_max_x(plot.right() - GAP), right)
}

/// A column of the tab that scrolls by itself.
fn part(ui: &mut Ui, name: &str, rect: Rect, contents: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(rect), |ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
        ui.set_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
        let scroll = ScrollArea::vertical().id_salt(name).auto_shrink([false, false]);
        scroll.show(ui, |ui| {
            // Room for the bar, which lies over the contents.
            ui.set_max_width(rect.width() - 8.0);
            contents(ui);
        });
    });
}

/// What the tab shows as a table, for a file or the clipboard; `None` while there is nothing.
pub fn csv(cx: &Cx<'_>) -> Option<std::io::Result<String>> {
    let answer = cx.derived.bundles.as_deref()?;
    let solved = answer.solved.as_ref().ok()?;
    let stated = &solved.stated;
    let (problem, blocks) = (&stated.problem, &stated.blocks);
    let objective = cx.session.bundles.swept();
    let table = match cx.session.bundles.view {
        View::Front => export_schedule::plans(problem, blocks, &solved.front.plans),
        View::Sweep => {
            let steps = solved.sweeps.as_ref()?.of(objective);
            return Some(
                export_schedule::sweep(problem, blocks, &link(cx, solved), objective, Swept::Budget, steps).csv(),
            );
        }
        View::Heat | View::Table | View::Clocks => {
            let tables = stated
                .profiled
                .iter()
                .map(|device| (device.name.as_str(), device.table.clone()));
            return Some(export_schedule::bundles(blocks, &tables.collect::<Vec<_>>()).csv());
        }
    };
    Some(table.csv())
}

/// The links over which the edge reaches the last device, by name.
fn link(cx: &Cx<'_>, solved: &Solved) -> String {
    let system = &cx.document.system;
    let (Some(&edge), Some(&last)) = (solved.stated.devices.first(), solved.stated.devices.last()) else {
        return String::new();
    };
    let routes = Routes::of(system);
    let names = routes.links(edge, last).map(|link| system.link(link).name.clone());
    names.collect::<Vec<_>>().join(" + ")
}
