//! “+ device”: a device from a preset at the end, joined by a link from a preset where there is no bus that joins it.

use super::{id, preset_picker};
use crate::app::input::small;
use crate::app::{Command, Cx, MenuCommand};
use crate::link::preset::LinkPreset;
use crate::presets::Preset;
use crate::project::Action;
use crate::system::{MAX_DEVICES, Topology};
use egui::{Button, RichText, Ui};

/// The button with its list of presets.
pub fn button(ui: &mut Ui, cx: &mut Cx) {
    let count = cx.document.system.devices.len();
    let text = RichText::new("+ device").color(cx.theme.weak);
    let button = ui.add_enabled(count < MAX_DEVICES, Button::new(text).frame_when_inactive(false));
    let button = button
        .on_hover_text("add a device at the end")
        .on_disabled_hover_text(format!("a system has at most {MAX_DEVICES} devices; remove one first"));
    let Some(link) = chosen_link(ui, cx) else {
        return;
    };
    let is_on_bus = cx.document.system.topology == Topology::Bus && count > 1;
    let mut wants_measured = false;
    let above = |ui: &mut Ui| {
        if is_on_bus {
            ui.label(small(cx.theme, "joined by the bus"));
        } else {
            choose_link(ui, cx, link);
        }
        let command = MenuCommand::AddMeasured;
        wants_measured = ui.button(command.text()).on_hover_text(command.hint()).clicked();
        if wants_measured {
            ui.close();
        }
    };
    if let Some(preset) = preset_picker::popup_below(&button, cx.theme, &cx.presets.devices, None, above) {
        cx.push(Command::Edit(Action::AddDevice {
            at: count,
            device: preset.device(),
            link: link.link(),
        }));
    }
    if wants_measured {
        cx.push(Command::Menu(MenuCommand::AddMeasured));
    }
}

/// The link for new devices and direct links: the one chosen last, else the usual one.
pub(super) fn chosen_link<'a>(ui: &Ui, cx: &Cx<'a>) -> Option<&'a Preset<LinkPreset>> {
    let chosen: Option<String> = ui.data(|data| data.get_temp(id("link of new device", 0)));
    let chosen = chosen.and_then(|name| cx.presets.links.get(&name));
    chosen.or_else(|| cx.presets.usual_link())
}

pub(super) fn choose_link(ui: &mut Ui, cx: &Cx, current: &Preset<LinkPreset>) {
    ui.menu_button(format!("joined by {}", current.name), |ui| {
        for preset in cx.presets.links.iter() {
            let choice = ui.selectable_label(preset.name == current.name, &preset.name);
            if choice.on_hover_text(&preset.summary).clicked() {
                ui.data_mut(|data| data.insert_temp(id("link of new device", 0), preset.name.clone()));
            }
        }
    });
}
