//! “+ device”: a device from a preset at the end of the chain, joined by a link.

use super::preset_picker;
use crate::app::{Command, Cx};
use crate::project::Action;
use crate::system::preset::Presets;
use crate::system::{Link, MAX_DEVICES};
use egui::{Button, RichText, Ui};

/// The word that a link must have in its name to be the first choice for a new device.
const USUAL_LINK: &str = "Ethernet";

/// The button with its list of presets.
pub fn button(ui: &mut Ui, cx: &mut Cx) {
    let count = cx.document.system.devices.len();
    let text = RichText::new("+ device").color(cx.theme.weak);
    let button = ui.add_enabled(count < MAX_DEVICES, Button::new(text).frame_when_inactive(false));
    let button = button
        .on_hover_text("add a device at the end of the chain")
        .on_disabled_hover_text("a system has at most 8 devices; remove one first");
    let Some(preset) = preset_picker::popup(&button, cx.theme, &cx.presets.devices, None) else {
        return;
    };
    if let Some(link) = usual_link(cx.presets, &cx.document.system.links) {
        cx.push(Command::Edit(Action::AddDevice {
            at: count,
            device: preset.device(),
            link,
        }));
    }
}

/// The link a new device is joined by: Ethernet, else the first preset there is, else like the last link.
fn usual_link(presets: &Presets, links: &[Link]) -> Option<Link> {
    let usual = presets.links.iter().find(|preset| preset.name.contains(USUAL_LINK));
    let preset = usual.or_else(|| presets.links.iter().next());
    preset
        .map(crate::presets::Preset::link)
        .or_else(|| links.last().cloned())
}
