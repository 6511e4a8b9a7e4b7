//! What stands in place of schedules where there are none: why, and what to do.

use crate::app::{Command, Cx, MenuCommand};
use crate::project::bundling::Unstated;
use egui::{FontSelection, RichText, TextStyle, Ui};

/// Shows the reason, and the buttons that help.
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
                commands(ui, cx, &[MenuCommand::AddMeasured, MenuCommand::MeasureMachine]);
            }
        }
    });
}

/// Buttons side by side in the middle, or where that is too narrow below each other.
fn commands(ui: &mut Ui, cx: &mut Cx<'_>, commands: &[MenuCommand]) {
    let font = FontSelection::Style(TextStyle::Button).resolve(ui.style());
    let spacing = ui.spacing().clone();
    let widths = commands.iter().map(|command| {
        let galley = ui
            .painter()
            .layout_no_wrap(command.text().to_owned(), font.clone(), cx.theme.text);
        galley.size().x + 2.0 * spacing.button_padding.x
    });
    let gaps = spacing.item_spacing.x * commands.len().saturating_sub(1) as f32;
    let room = ui.available_width() - widths.sum::<f32>() - gaps;
    let mut show = |ui: &mut Ui| {
        for &command in commands {
            if ui.button(command.text()).on_hover_text(command.hint()).clicked() {
                cx.push(Command::Menu(command));
            }
        }
    };
    if room < 0.0 {
        return show(ui);
    }
    ui.horizontal(|ui| {
        ui.add_space(room / 2.0);
        show(ui);
    });
}
