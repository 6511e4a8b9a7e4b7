//! The selected device: what the design asks of it.

use super::levels;
use super::rows::{head, note, row, row_why};
use crate::app::{Cx, widgets};
use crate::design::{Bottleneck, DeviceLoad, Quantity};
use crate::system::Device;
use crate::units::Unit;
use egui::{Ui, vec2};

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx, id: usize) {
    let document = cx.document;
    let Some(device) = document.built(id) else { return };
    head(ui, cx, &device.name, Some(id));
    let present = &document.system.devices[id];
    if !present.alternatives.is_empty() {
        let designs = present.alternatives.len() + 1;
        let number = document.design.alternatives.get(id).map_or(1, |chosen| chosen + 1);
        row(ui, cx, "built as", &format!("design {number} of {designs}"));
    }
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
    let busy = Unit::Seconds.format(load.compute_s);
    row_why(ui, cx, "busy per result", &busy, Quantity::DeviceLatency(id));
    let share = load.compute_s * evaluation.throughput_hz;
    if share.is_finite() {
        row(ui, cx, "busy when pipelined", &Unit::Percent.format(share));
    }
    if evaluation.bottleneck == Bottleneck::Device(id) {
        note(ui, "It sets the throughput.", cx.theme.weak);
    }
    let energy = Unit::Joules.format(load.compute_j);
    row_why(ui, cx, "energy of computing", &energy, Quantity::DeviceEnergy(id));
    row(ui, cx, "energy of its links", &Unit::Joules.format(load.link_j));
    if let Some(area) = device.area() {
        row(ui, cx, "area", &Unit::SquareMetres.format(area));
    }
    memory(ui, cx, id, device, load);
    power(ui, cx, id, device, load);
    levels::ui(ui, cx, id, device);
}

fn memory(ui: &mut Ui, cx: &mut Cx, id: usize, device: &Device, load: &DeviceLoad) {
    let bytes = |value: f64| Unit::Bytes.format(value);
    let used = load.memory_bytes() as f64;
    let text = match device.memory_limit_bytes {
        Some(limit) => format!("{} of {}", bytes(used), bytes(limit)),
        None => bytes(used),
    };
    row_why(ui, cx, "memory", &text, Quantity::DeviceMemory(id));
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
    row_why(ui, cx, "average power", &text, Quantity::DevicePower(id));
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
