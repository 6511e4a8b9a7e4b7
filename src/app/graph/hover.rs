//! What the canvas says about a layer under the pointer, and what can be done with it.

use super::colour;
use super::names;
use crate::app::session::{ColourBy, HeatQuantity};
use crate::app::{Command, Cx, Theme, widgets, words};
use crate::network::{Ideal, LayerId};
use crate::project::Action;
use crate::units::Unit;
use egui::{RichText, Ui};

/// The tooltip of a layer.
pub fn tell(ui: &mut Ui, cx: &Cx, layer: LayerId) {
    let Some(found) = cx.network.layers.get(layer) else {
        return;
    };
    let device = cx.document.design.device_of(layer);
    ui.horizontal(|ui| {
        widgets::badge(ui, cx.theme, device);
        ui.label(RichText::new(&found.name).strong());
    });
    ui.label(names::title(found));
    let shape = |t: usize| words::shape(cx.network.tensors[t].shape.as_deref());
    for (what, tensors) in [("in", &found.inputs), ("out", &found.outputs)] {
        for &tensor in tensors.iter().take(4) {
            ui.weak(format!("{what}  {}", shape(tensor)));
        }
        if tensors.len() > 4 {
            ui.weak(format!("{what}  and {} more", tensors.len() - 4));
        }
    }
    let macs = found
        .macs
        .map_or("MACs not known".to_owned(), |m| Unit::Macs.format(m as f64));
    ui.weak(format!(
        "{macs} · {} parameters",
        Unit::Count.format(found.params as f64)
    ));
    let letter = Theme::letter(device);
    let heat = |quantity| colour::value(cx, quantity, layer, device).map(|v| colour::unit(quantity).format(v));
    if let (Some(latency), Some(energy)) = (heat(HeatQuantity::Latency), heat(HeatQuantity::Energy)) {
        ui.weak(format!("on {letter}  {latency} · {energy}"));
    }
    if let ColourBy::Heat(quantity) = cx.session.colour_by {
        let value = heat(quantity).unwrap_or("not known".to_owned());
        ui.label(format!("{}  {value}", quantity.name()));
    }
    if let Some(unknown) = &found.unknown {
        ui.colored_label(cx.theme.warning, unknown);
    }
    if found.members.len() > 1 {
        ui.weak(format!("{} layers of the file in one", found.members.len()));
    }
}

/// The menu of a layer. Pointing at a device shows what putting the layer there would do.
pub fn menu(ui: &mut Ui, cx: &mut Cx, layer: LayerId) {
    let Some(found) = cx.network.layers.get(layer) else {
        return;
    };
    ui.label(RichText::new(&found.name).color(cx.theme.weak));
    ui.separator();
    let current = cx.document.design.device_of(layer);
    for (device, instance) in cx.document.system.devices.iter().enumerate() {
        let text = format!("put on {} {}", Theme::letter(device), instance.name);
        let item = ui.add_enabled(device != current, egui::Button::new(text));
        if item.clicked() {
            cx.commands.push(Command::Edit(Action::PutLayer { layer, device }));
            ui.close();
        } else if item.hovered() {
            let mut design = cx.document.design.clone();
            design.put(cx.network, layer, device);
            cx.session.preview = Some(design);
        }
    }
    ui.separator();
    if ui.button("new cut after").clicked() {
        let boundary = after(cx, layer);
        cx.edit(Action::NewCut(boundary));
        ui.close();
    }
    if ui.button("copy name").clicked() {
        cx.push(Command::Copy(found.name.clone()));
        ui.close();
    }
}

/// The boundary behind a layer: its place in the schedule, or what it needs if there is none yet.
fn after(cx: &Cx, layer: LayerId) -> Ideal {
    match &cx.derived.schedule {
        Some(schedule) => Ideal::prefix(schedule, schedule.place(layer) + 1),
        None => {
            let mut ideal = Ideal::empty(cx.network.layers.len());
            ideal.include(cx.network, layer);
            ideal
        }
    }
}
