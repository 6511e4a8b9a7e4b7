//! What stands in place of schedules where there are none: why, and what to do.

use crate::app::{Command, Cx, MenuCommand};
use crate::project::bundling::Unstated;
use egui::{RichText, Ui};

/// Shows the reason, and the button that helps.
pub fn ui(ui: &mut Ui, cx: &mut Cx<'_>, why: &Unstated) {
    let height = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.set_max_width(520.0_f32.min(ui.available_width()));
        ui.add_space((height / 2.0 - 44.0).max(0.0));
        if *why == Unstated::NoProfile {
            let text =
                "Schedules are found over bundles, runs of layers that were measured as a whole on real devices.";
            ui.label(RichText::new(text).color(cx.theme.weak));
        }
        ui.label(RichText::new(format!("{why}.")).color(cx.theme.weak));
        ui.add_space(2.0);
        match why {
            Unstated::Clock { .. } => {
                if ui.button("Any clock").clicked() {
                    super::settings::edit(cx, |bundling| bundling.clock_hz = None);
                }
            }
            Unstated::Constraint(_) | Unstated::NoEnergy { .. } => {
                if ui.button("Remove all constraints").clicked() {
                    super::form::remove_constraints(cx);
                }
            }
            Unstated::NoProfile | Unstated::OtherNetwork(_) | Unstated::Problem(_) => {
                let command = MenuCommand::AddMeasured;
                if ui.button(command.text()).on_hover_text(command.hint()).clicked() {
                    cx.push(Command::Menu(command));
                }
            }
        }
    });
}
