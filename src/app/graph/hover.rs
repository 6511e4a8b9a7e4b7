//! What the canvas says about a layer under the pointer, and what can be done with it.

use super::colour;
use super::names;
use crate::app::session::{ColourBy, HeatQuantity};
use crate::app::{Command, Cx, MenuCommand, Theme, widgets, words};
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

/// What the pointer is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A layer.
    Layer(LayerId),
    /// The line of a cut.
    Cut(usize),
    /// Nothing: the position of the schedule nearest to it.
    Position(usize),
}

/// The context menu.
pub fn menu(ui: &mut Ui, cx: &mut Cx, subject: Subject) {
    match subject {
        Subject::Layer(layer) if layer < cx.network.layers.len() => layer_menu(ui, cx, layer),
        Subject::Layer(_) => ui.close(),
        Subject::Cut(cut) => {
            ui.label(RichText::new(format!("cut {}", cut + 1)).color(cx.theme.weak));
            ui.separator();
            item(ui, cx, "move to the best position", Command::BestPosition(cut));
            item(ui, cx, "remove this cut", Command::Edit(Action::RemoveCut(cut)));
        }
        Subject::Position(position) => {
            let boundary = cx.derived.schedule.as_ref().map(|s| Ideal::prefix(s, position));
            if let Some(boundary) = boundary {
                item(ui, cx, "new cut here", Command::Edit(Action::NewCut(boundary)));
            }
            item(ui, cx, "show the whole network", Command::Menu(MenuCommand::FitGraph));
            item(ui, cx, "actual size", Command::Menu(MenuCommand::ActualSize));
        }
    }
}

fn item(ui: &mut Ui, cx: &mut Cx, text: &str, command: Command) {
    if ui.button(text).clicked() {
        cx.push(command);
        ui.close();
    }
}

/// The menu of a layer. Pointing at a device shows what putting the layer there would do.
fn layer_menu(ui: &mut Ui, cx: &mut Cx, layer: LayerId) {
    let name = &cx.network.layers[layer].name;
    ui.label(RichText::new(name).color(cx.theme.weak));
    ui.separator();
    let current = cx.document.design.device_of(layer);
    let built = (0..).map_while(|device| cx.document.built(device));
    for (device, instance) in built.enumerate() {
        let text = format!("put on {} {}", Theme::letter(device), instance.name);
        let button = ui.add_enabled(device != current, egui::Button::new(text));
        if button.clicked() {
            cx.edit(Action::PutLayer { layer, device });
            ui.close();
        } else if button.hovered() && device != current {
            let mut design = cx.document.design.clone();
            design.put(cx.network, layer, device);
            cx.session.preview = Some(design);
        }
        if device != current {
            button.on_hover_text(words::put_hint(&cx.document.design, device));
        }
    }
    ui.separator();
    if let Some(schedule) = &cx.derived.schedule {
        let after = Ideal::prefix(schedule, schedule.place(layer) + 1);
        item(ui, cx, "new cut after", Command::Edit(Action::NewCut(after)));
    }
    item(ui, cx, "copy name", Command::Copy(name.clone()));
}
