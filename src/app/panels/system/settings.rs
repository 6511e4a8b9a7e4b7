//! What belongs to the system as a whole: its name, where data enters and leaves and at which width and rate, and the sizes
//! of the network's symbolic dimensions.

use super::device_card::checked_name;
use super::{add_device, from_right, heading, id, is_narrow, preset_picker, rest};
use crate::app::input::{QuantityField, TextField, WidthPicker, integer_field, small};
use crate::app::theme::Theme;
use crate::app::widgets::icon_button;
use crate::app::{Command, Cx, icon, picker};
use crate::presets::Allowed;
use crate::project::Action;
use crate::system::System;
use crate::units::Unit;
use egui::{Align, Label, Layout, Ui};

/// The heading with “+ device”, and the system's name with its presets.
pub fn title(ui: &mut Ui, cx: &mut Cx) {
    ui.horizontal(|ui| {
        heading(ui, "System");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| add_device::button(ui, cx));
    });
    from_right(ui, |ui| {
        let button = icon_button(ui, cx.theme, icon::CARET_DOWN, "System presets");
        let system = &cx.document.system;
        let chosen = preset_picker::popup(&button, cx.theme, &cx.presets.systems, Some(&system.name));
        if let Some(system) = chosen.and_then(|preset| cx.presets.system(&preset.name)) {
            cx.edit(Action::SetSystem(system));
        }
        let name = TextField::new(id("system name", 0), "Name of the system").quiet();
        name.width(ui.available_width())
            .show(ui, cx.theme, &system.name, |text| {
                let name = checked_name(text)?;
                set(cx, |system| system.name = name);
                Ok(())
            });
    });
}

/// Asks for other settings of the system.
fn set(cx: &mut Cx, change: impl FnOnce(&mut System)) {
    let mut system = cx.document.system.clone();
    change(&mut system);
    cx.edit(Action::SetSystemSettings {
        name: system.name,
        input_at: system.input_at,
        output_at: system.output_at,
        input_bits: system.input_bits,
        frame_rate_hz: system.frame_rate_hz,
    });
}

/// A choice among the devices by letter.
fn place(ui: &mut Ui, cx: &Cx, name: &str, current: usize) -> Option<usize> {
    let devices = 0..cx.document.system.devices.len();
    let letters: Vec<_> = devices.map(|device| Theme::letter(device).to_string()).collect();
    let choices: Vec<_> = letters.iter().map(String::as_str).enumerate().collect();
    picker::choose(ui, cx.theme, name, current, &choices)
}

/// Where the input arrives, how big it is and at which width.
pub fn input(ui: &mut Ui, cx: &mut Cx) {
    let system = &cx.document.system;
    let tensors = || cx.network.inputs.iter().filter_map(|&t| cx.network.tensors.get(t));
    let bytes = tensors().fold(0_u64, |sum, tensor| sum.saturating_add(tensor.bytes(system.input_bits)));
    let size = if tensors().all(|tensor| tensor.elements().is_some()) {
        Unit::Bytes.format(bytes as f64)
    } else {
        "size unknown".to_owned()
    };
    row(ui, |ui| {
        let text = if is_narrow(ui) { "input at" } else { "input arrives at" };
        ui.label(small(cx.theme, text));
        if let Some(device) = place(ui, cx, "Input arrives at", system.input_at) {
            set(cx, |system| system.input_at = device);
        }
        ui.label(small(cx.theme, format!("· {size}")));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let bits = WidthPicker::new(id("input bits", 0), "Bits per input element").width(64.0);
            if let Some(bits) = bits.show(ui, cx.theme, system.input_bits) {
                set(cx, |system| system.input_bits = bits);
            }
        });
    });
}

/// Where the output is wanted and how often.
pub fn output(ui: &mut Ui, cx: &mut Cx) {
    let system = &cx.document.system;
    row(ui, |ui| {
        let text = if is_narrow(ui) { "output at" } else { "output wanted at" };
        ui.label(small(cx.theme, text));
        if let Some(device) = place(ui, cx, "Output wanted at", system.output_at) {
            set(cx, |system| system.output_at = device);
        }
        let help = "results per second that the application asks for: average power is taken at this rate, or at the \
                    design's own throughput where none is given";
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let field = QuantityField::new(id("frame rate", 0), "Frame rate", Unit::PerSecond);
            let field = field.allowed(Allowed::AboveZero).width(ui.available_width().min(92.0));
            let rate = ui.scope(|ui| field.show_optional(ui, cx.theme, system.frame_rate_hz, "any rate"));
            if let Some(rate) = rate.inner {
                set(cx, |system| system.frame_rate_hz = rate);
            }
            rate.response.on_hover_text(help);
        });
    });
}

/// The sizes of the network's symbolic dimensions.
pub fn symbols(ui: &mut Ui, cx: &mut Cx) {
    for (index, (name, &size)) in cx.network.symbols.iter().enumerate() {
        from_right(ui, |ui| {
            let label = format!("Size of dimension {name}");
            if let Some(size) = integer_field(ui, cx.theme, id("symbol", index), &label, size, 1) {
                let name = name.clone();
                cx.push(Command::SetSymbol { name, size });
            }
            let help = format!("size of the network's dimension “{name}”; a change reads the network again");
            rest(ui, |ui| ui.add(Label::new(small(cx.theme, name)).truncate())).on_hover_text(help);
        });
    }
}

fn row(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        contents(ui);
    });
}
