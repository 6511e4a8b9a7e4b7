//! What the curve under the hand, “best position” and Optimise look for.

use super::heading;
use crate::app::input::chip;
use crate::app::{Command, Cx, MenuCommand};
use crate::explore::Objective;
use egui::{Button, Role, Stroke, Ui, WidgetInfo, vec2};

/// The objectives with their names.
const OBJECTIVES: [(Objective, &str); 3] = [
    (Objective::Latency, "latency"),
    (Objective::Energy, "energy"),
    (Objective::Interval, "throughput"),
];

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    heading(ui, "Objective");
    let gap = 4.0;
    let width = (ui.available_width() - 2.0 * gap) / 3.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        ui.spacing_mut().button_padding.x = 1.0;
        for (objective, name) in OBJECTIVES {
            let on = cx.session.objective == objective;
            let chip = chip(ui, cx.theme, name, on, width);
            chip.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, format!("Objective: {name}")));
            if chip.clicked() {
                cx.push(Command::Objective(objective));
            }
        }
    });
    let button = Button::new("Optimise")
        .fill(cx.theme.card)
        .stroke(Stroke::new(1.0, cx.theme.grid));
    let optimise = ui.add_sized(vec2(ui.available_width(), 26.0), button);
    let words = "load the best design for this objective that keeps every limit";
    if optimise.on_hover_text(words).clicked() {
        cx.push(Command::Menu(MenuCommand::Optimise));
    }
}
