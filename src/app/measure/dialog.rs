//! The dialog: what is asked at the left, how far it is and what was found at the right.

use super::{Measured, NAME, State, Wish, form, found};
use crate::app::input::small;
use crate::app::measured::{self, full};
use crate::app::theme::{self, semibold};
use crate::app::{Command, Cx, icon, widgets};
use crate::cost::profile::measure::{Existing, Report};
use crate::system::Device;
use egui::{Align, Button, Label, Layout, ProgressBar, Rect, RichText, Role, Ui, UiBuilder, WidgetInfo, vec2};
use std::sync::Arc;

/// Most notes that are shown.
const NOTES: usize = 4;

/// The dialog's state.
#[derive(Debug)]
pub struct Dialog {
    wish: Wish,
    /// Whether the profile's file was there when it was looked for last.
    exists: bool,
    /// Whether a measurement was under way in the last frame.
    was_running: bool,
    /// The device that what is measured replaces; `None` = it becomes a new one.
    target: Option<usize>,
}

impl Dialog {
    /// With a wish to begin with.
    pub fn new(wish: Wish) -> Self {
        Self {
            exists: wish.out.exists(),
            wish,
            was_running: false,
            target: None,
        }
    }

    /// Draws it; whether it is to be closed.
    pub fn ui(&mut self, cx: &mut Cx, ui: &mut Ui) -> bool {
        let window = ui.ctx().content_rect().size();
        let size = vec2((window.x - 80.0).min(860.0), (window.y - 80.0).min(560.0));
        let (whole, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        let (top, rest) = whole.split_top_bottom_at_y(whole.top() + 30.0);
        let running = cx.derived.measurement.as_ref();
        let running = running.filter(|own| own.state == State::Running);
        let running = running.map(|own| Arc::clone(&own.request));
        // It may be another network's than the one that is open by now.
        let network = match &running {
            Some(request) => request.origin.label(),
            None => cx.document.network.raw.name.clone(),
        };
        let close = head(cx, ui, top, &network);
        let (left, right) = rest.split_left_right_at_x(rest.left() + form::WIDTH);
        let child = |rect: Rect, name| UiBuilder::new().id_salt(name).max_rect(rect);
        let is_running = running.is_some();
        if self.was_running && !is_running {
            self.exists = self.wish.out.exists();
        }
        self.was_running = is_running;
        let mut asked = running.map(|request| request.wish.clone());
        ui.scope_builder(child(left, "asked"), |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let wish = asked.as_mut().unwrap_or(&mut self.wish);
            ui.add_enabled_ui(!is_running, |ui| form::ui(ui, cx, wish));
            ui.add_space(6.0);
            self.buttons(cx, ui, is_running);
        });
        let right = right.with_min_x(right.left() + 20.0);
        let derived = cx.derived;
        ui.scope_builder(child(right, "measured"), |ui| match &derived.measurement {
            Some(measured) => shown(cx, ui, measured, &mut self.target),
            None => {
                let words = "Runs of blocks of this network are executed on this machine as they would be in a partition, and timed. \
                             The profile becomes a device that other partitions can be compared with.\n\n\
                             Close other programs first: what they take is measured as well.";
                ui.vertical_centered(|ui| {
                    ui.add_space(0.36 * ui.available_height());
                    ui.set_max_width(420.0);
                    ui.label(RichText::new(words).color(cx.theme.weak));
                });
            }
        });
        close
    }

    /// Starts, continues and stops.
    fn buttons(&self, cx: &mut Cx, ui: &mut Ui, running: bool) {
        ui.horizontal_wrapped(|ui| {
            if running {
                let hint = "End it after this run; what is measured stays in the file and can be continued";
                let stop = ui.button(format!("{} Stop", icon::STOP)).on_hover_text(hint);
                stop.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Stop the measurement"));
                if stop.clicked() {
                    cx.push(Command::CancelJob(NAME));
                }
                return;
            }
            let continue_it = (
                Existing::Continue,
                format!("{} Continue", icon::PLAY),
                "Measure what the profile lacks",
            );
            let anew = (
                Existing::Replace,
                "Measure anew".to_owned(),
                "Replace the profile that is there, which stays as .bak",
            );
            let start = (Existing::Keep, format!("{} Start", icon::PLAY), "Measure this machine");
            let choices = if self.exists {
                vec![continue_it, anew]
            } else {
                vec![start]
            };
            for (existing, text, hint) in choices {
                let button = ui.add(Button::new(text)).on_hover_text(hint);
                button.widget_info(|| WidgetInfo::labeled(Role::Button, true, hint));
                if button.clicked() {
                    let wish = Box::new(self.wish.clone());
                    cx.push(Command::Measure { wish, existing });
                }
            }
        });
        if self.exists && !running {
            let words = "this profile is there already";
            ui.label(small(cx.theme, words));
        }
    }
}

fn head(cx: &Cx, ui: &mut Ui, place: Rect, network: &str) -> bool {
    let mut close = false;
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        ui.horizontal(|ui| {
            let text = format!("Measure this machine with {network}");
            ui.label(RichText::new(text).font(semibold(theme::TITLE)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                close = widgets::icon_button(ui, cx.theme, icon::REMOVE, "Close the measurement").clicked();
            });
        });
    });
    close
}

/// How far it is, what is to be known, and what was found.
fn shown(cx: &mut Cx, ui: &mut Ui, measured: &Measured, target: &mut Option<usize>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let theme = cx.theme;
    let fault = |ui: &mut Ui, words: &str| {
        let text = RichText::new(format!("{} {words}", icon::WARNING)).color(theme.worse);
        ui.add(Label::new(text).wrap());
    };
    match &measured.state {
        State::Running => progress(cx, ui, measured),
        State::Stopped => {
            let words = "Stopped: what was measured is in the profile, and “Continue” goes on from there";
            ui.add(Label::new(RichText::new(words).color(theme.warning)).wrap());
        }
        State::Failed(why) => fault(ui, why),
        State::Done(report) => found::facts(ui, theme, report),
    }
    let notes = measured.notes.iter().take(NOTES);
    for note in notes {
        let text = small(theme, format!("{} {note}", icon::INFO));
        ui.add(Label::new(text).wrap());
    }
    let State::Done(report) = &measured.state else {
        ui.add_space(6.0);
        return found::so_far(ui, theme, &measured.timings);
    };
    ui.add_space(6.0);
    let area = ui.available_rect_before_wrap();
    let (above, foot) = area.split_top_bottom_at_y(area.bottom() - 34.0);
    ui.scope_builder(UiBuilder::new().id_salt("report").max_rect(above), |ui| {
        found::ui(ui, cx, report);
    });
    ui.scope_builder(UiBuilder::new().id_salt("foot").max_rect(foot), |ui| {
        ui.horizontal(|ui| add(cx, ui, measured, report, target));
    });
}

fn progress(cx: &Cx, ui: &mut Ui, measured: &Measured) {
    let Some(progress) = &measured.progress else {
        ui.label(small(cx.theme, "reading the network…"));
        return;
    };
    let share = progress.done as f32 / progress.of.max(1) as f32;
    let bar = ui.add(ProgressBar::new(share).desired_height(8.0));
    bar.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, "Progress of the measurement"));
    let stage = match progress.iteration {
        0 => "before the first repetition".to_owned(),
        iteration => format!("repetition {iteration} of {}", progress.iterations),
    };
    let left = progress.left().map(|left| format!(", {left} left"));
    let (done, of) = (progress.done, progress.of);
    ui.label(small(
        cx.theme,
        format!("{stage}, {done} of {of}{}", left.unwrap_or_default()),
    ));
    ui.add(Label::new(RichText::new(&progress.now)).truncate());
}

/// The button that makes a device of it.
fn add(cx: &mut Cx, ui: &mut Ui, measured: &Measured, report: &Report, target: &mut Option<usize>) {
    let is_other = report.network_hash != cx.document.network.raw.hash.0;
    let problem = match &measured.device {
        _ if is_other => Some(format!(
            "{} was measured; open it to use what was found",
            report.network
        )),
        Some(Err(why)) => Some(why.clone()),
        Some(Ok(_)) | None => full(cx).filter(|_| target.is_none()),
    };
    measured::target(ui, cx, target);
    let text = if target.is_none() {
        "Add device"
    } else {
        "Replace device"
    };
    let button = ui.add_enabled(problem.is_none(), Button::new(text));
    let hint = "This machine becomes a device of the system, with what was measured as its costs";
    let button = button.on_hover_text(hint);
    if let Some(problem) = &problem {
        button.on_disabled_hover_text(problem);
        ui.label(small(cx.theme, problem.as_str()));
    } else {
        if let Some(Ok(device)) = measured.device.as_ref().filter(|_| button.clicked()) {
            cx.push(Command::TakeMeasured {
                device: Box::new(Device::clone(device)),
                target: *target,
            });
        }
        let name = report
            .profile
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = small(cx.theme, format!("written to {name}"));
        ui.add(Label::new(text).truncate())
            .on_hover_text(report.profile.display().to_string());
    }
}
