//! The selected device: what the design asks of it.

use super::rows::{note, row};
use crate::app::{Cx, theme, widgets, words};
use crate::design::{Bottleneck, DeviceLoad};
use crate::system::Device;
use crate::units::Unit;
use egui::{Align, Layout, RichText, Ui, vec2};

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx, id: usize) {
    let document = cx.document;
    let device = &document.system.devices[id];
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        widgets::badge(ui, cx.theme, id);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let font = theme::semibold(theme::TITLE);
            let shown = words::elide(ui, &device.name, &font, ui.available_width());
            ui.label(RichText::new(shown).font(font)).on_hover_text(&device.name);
        });
    });
    let derived = cx.derived;
    let Some((evaluation, load)) = derived.evaluation.as_ref().and_then(|e| Some((e, e.devices.get(id)?))) else {
        note(ui, "computing…", cx.theme.weak);
        return;
    };
    if load.layers == 0 {
        note(
            ui,
            "No layer runs here: the device is unused and only forwards.",
            cx.theme.weak,
        );
    }
    row(ui, cx, "layers", &Unit::Count.format(load.layers as f64));
    row(ui, cx, "busy per result", &Unit::Seconds.format(load.compute_s));
    let share = load.compute_s * evaluation.throughput_hz;
    if share.is_finite() {
        let bottleneck = match evaluation.bottleneck {
            Bottleneck::Device(device) if device == id => " (bottleneck)",
            _ => "",
        };
        let share = Unit::Percent.format(share);
        row(ui, cx, "busy when pipelined", &format!("{share}{bottleneck}"));
    }
    let (compute, sends) = (Unit::Joules.format(load.compute_j), Unit::Joules.format(load.link_j));
    row(ui, cx, "energy · of its links", &format!("{compute} · {sends}"));
    memory(ui, cx, id, device, load);
    power(ui, cx, id, device, load);
}

fn memory(ui: &mut Ui, cx: &mut Cx, id: usize, device: &Device, load: &DeviceLoad) {
    let bytes = |value: f64| Unit::Bytes.format(value);
    let used = load.memory_bytes() as f64;
    let text = match device.memory_limit_bytes {
        Some(limit) => format!("{} of {}", bytes(used), bytes(limit)),
        None => bytes(used),
    };
    row(ui, cx, "memory", &text);
    meter(ui, cx, id, used, device.memory_limit_bytes, "memory used");
    let (weights, live) = (bytes(load.weight_bytes as f64), bytes(load.activation_bytes as f64));
    note(
        ui,
        &format!("weights {weights} + live activations {live}"),
        cx.theme.weak,
    );
}

fn power(ui: &mut Ui, cx: &mut Cx, id: usize, device: &Device, load: &DeviceLoad) {
    let watts = |value: f64| Unit::Watts.format(value);
    let text = match device.power_limit_w {
        Some(limit) => format!("{} of {}", watts(load.power_w), watts(limit)),
        None => watts(load.power_w),
    };
    row(ui, cx, "average power", &text);
    meter(ui, cx, id, load.power_w, device.power_limit_w, "power used");
    let rate = match cx.document.system.frame_rate_hz {
        Some(rate) => format!("at the {} asked for", Unit::PerSecond.format(rate)),
        None => "at the design's own throughput".to_owned(),
    };
    note(ui, &format!("{rate}, idle power included"), cx.theme.weak);
}

fn meter(ui: &mut Ui, cx: &Cx, id: usize, used: f64, limit: Option<f64>, name: &str) {
    if let Some(limit) = limit {
        let size = vec2(ui.available_width(), 6.0);
        let share = (used / limit) as f32;
        widgets::meter(ui, cx.theme, share, cx.theme.device(id), size, name);
    }
}
