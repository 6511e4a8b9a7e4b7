//! What a device can be built as: its designs, of which the design in the window chooses one; adding, removing and promoting them.
//!
//! The card of a device is about the design it is built as at present, so that its parameters are edited where they are seen.

use super::{from_right, id, preset_picker, rest};
use crate::app::input::{dropdown, small};
use crate::app::widgets::icon_button;
use crate::app::{Cx, Theme, icon};
use crate::project::{Action, Document};
use crate::system::{Device, MAX_ALTERNATIVES};
use egui::{Align, Button, Layout, Popup, RichText, Ui};

/// Which of its designs a device is built as.
pub fn chosen(document: &Document, index: usize) -> usize {
    document.design.alternatives.get(index).copied().unwrap_or(0)
}

/// The row “built as” of a device that has alternatives.
pub fn row(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let (document, letter) = (cx.document, Theme::letter(index));
    let device = &document.system.devices[index];
    if device.alternatives.is_empty() {
        return;
    }
    from_right(ui, |ui| {
        let more = icon_button(ui, cx.theme, icon::MORE, &format!("Alternatives of {letter}"));
        Popup::menu(&more).show(|ui| menu(ui, cx, index));
        let plus = icon_button(ui, cx.theme, icon::PLUS, &format!("Add an alternative of {letter}"));
        add(ui, cx, index, &plus);
        rest(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(small(cx.theme, "built as"));
            pick(ui, cx, index);
        });
    });
}

/// The choice among the designs of a device by name.
fn pick(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let device = &cx.document.system.devices[index];
    let chosen = chosen(cx.document, index);
    let shown = device.alternative(chosen).map_or("", |design| design.name.as_str());
    let name = format!("Built as, {}", Theme::letter(index));
    let width = ui.available_width();
    let button = dropdown(ui, cx.theme, &name, shown, width);
    Popup::menu(&button).show(|ui| {
        for (alternative, design) in device.designs().enumerate() {
            let text = match alternative {
                0 => format!("{} (the device itself)", design.name),
                _ => design.name.clone(),
            };
            if ui.selectable_label(alternative == chosen, text).clicked() && alternative != chosen {
                cx.edit(Action::BuildAs {
                    device: index,
                    alternative,
                });
            }
        }
    });
}

/// What can be done with the alternative a device is built as.
fn menu(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let chosen = chosen(cx.document, index);
    let entries = [
        (
            "Make it the device itself",
            Action::PromoteAlternative {
                device: index,
                alternative: chosen,
            },
        ),
        (
            "Remove this alternative",
            Action::RemoveAlternative {
                device: index,
                alternative: chosen,
            },
        ),
    ];
    for (text, action) in entries {
        let button = ui.add_enabled(chosen > 0, Button::new(text));
        let button = button.on_disabled_hover_text("it is built as the device itself; choose an alternative first");
        if button.clicked() {
            cx.edit(action);
        }
    }
}

/// Below the parameters of a device: a button for its first alternative.
pub fn foot(ui: &mut Ui, cx: &mut Cx, index: usize) {
    if !cx.document.system.devices[index].alternatives.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        ui.label(small(cx.theme, "alternatives"))
            .on_hover_text("other designs this device could be built as; the search of the front chooses among them");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new("+ alternative").color(cx.theme.weak);
            let button = ui.add(Button::new(text).frame_when_inactive(false));
            let name = format!("Add an alternative of {}", Theme::letter(index));
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
            add(ui, cx, index, &button);
        });
    });
}

/// The list that opens on a button: a copy of the present parameters, or a preset.
fn add(ui: &Ui, cx: &mut Cx, index: usize, button: &egui::Response) {
    let document = cx.document;
    let present = &document.system.devices[index];
    if present.alternatives.len() >= MAX_ALTERNATIVES {
        let words = format!("a device has at most {MAX_ALTERNATIVES} alternatives; remove one first");
        button.clone().on_hover_text(words);
        return;
    }
    let Some(built) = document.built(index) else { return };
    let copy_id = id("copy as alternative", index);
    let above = |ui: &mut Ui| {
        if ui.button("a copy of the present parameters, to edit").clicked() {
            ui.data_mut(|data| data.insert_temp(copy_id, true));
            ui.close();
        }
        ui.separator();
    };
    let preset = preset_picker::popup_below(button, cx.theme, &cx.presets.devices, None, above);
    let new = match preset {
        Some(preset) => Some(with_power_limit(built, preset.device())),
        None if ui.data_mut(|data| data.remove_temp::<bool>(copy_id)).is_some() => Some(Device {
            alternatives: Vec::new(),
            ..built.clone()
        }),
        None => None,
    };
    if let Some(new) = new {
        cx.edit(Action::AddAlternative(index, new));
    }
}

/// A device in the place of another keeps that one's power limit, which is a wish and no property of a device.
pub fn with_power_limit(old: &Device, mut new: Device) -> Device {
    new.power_limit_w = old.power_limit_w;
    let source = old.sources.get_key_value("power_limit_w");
    new.sources
        .extend(source.map(|(name, source)| (name.clone(), source.clone())));
    new
}
