//! What the tab says while nothing is pinned.

use crate::app::{Cx, icon};
use crate::project::Action;
use egui::{Button, Label, Role, TextWrapMode, Ui, WidgetInfo};

/// Says what to do, with a button that does it.
pub fn ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.5 - 44.0).max(4.0));
        let text = "Nothing is pinned yet. Pin this design, change it or its system, and see here what that did: in the whole, on \
                    every device and link, and layer by layer.";
        ui.scope(|ui| {
            ui.set_max_width(460.0_f32.min(ui.available_width()));
            let text = egui::RichText::new(text).color(cx.theme.weak);
            ui.add(Label::new(text).wrap_mode(TextWrapMode::Wrap));
        });
        ui.add_space(8.0);
        let button = ui.add(Button::new(format!("{} Pin this design", icon::PIN)));
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Pin this design"));
        if button.clicked() {
            cx.edit(Action::Pin);
        }
    });
}
