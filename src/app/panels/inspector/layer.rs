//! The selected layer: what it computes, what it costs here and on every other device.

use super::mapping;
use super::rows::{card, head, note, row, row_why};
use crate::app::input::WidthPicker;
use crate::app::{Command, Cx, Theme, icon, widgets, words};
use crate::cost::{Infeasible, LayerCost, LimitedBy};
use crate::design::Quantity;
use crate::network::statistics::{self, CountedAt};
use crate::network::{Attribute, Layer, LayerId, TensorId};
use crate::project::Action;
use crate::system::DeviceModel;
use crate::units::Unit;
use egui::{Align, CollapsingHeader, Layout, Ui};

/// Members named before the rest is counted.
const MEMBERS_SHOWN: usize = 12;

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx, id: LayerId) {
    let network = cx.network;
    let layer = &network.layers[id];
    let device = cx.document.design.device_of(id);
    head(ui, cx, &layer.name, Some(device));
    let operator = match layer.domain.as_str() {
        "" => format!("{} · {}", layer.op, layer.kind.name()),
        domain => format!("{} of {domain} · {}", layer.op, layer.kind.name()),
    };
    row(ui, cx, "operator", &operator);
    shapes(ui, cx, "input", &layer.inputs);
    shapes(ui, cx, "output", &layer.outputs);
    numbers(ui, cx, layer, device);
    if let Some(unknown) = &layer.unknown {
        note(ui, &format!("{} {unknown}", icon::WARNING), cx.theme.warning);
    }
    details(ui, cx, layer);
    required_bits(ui, cx, id, layer);
    ui.add_space(2.0);
    costs(ui, cx, id, device);
    if let (Some(built), Some(Ok(cost))) = (cx.document.built(device), cx.cost(device, id)) {
        let cost = cost.clone();
        mapping::ui(ui, cx, built, &cost);
    }
}

fn shapes(ui: &mut Ui, cx: &mut Cx, name: &str, tensors: &[TensorId]) {
    for (index, &tensor) in tensors.iter().enumerate() {
        let shape = words::shape(cx.network.tensors[tensor].shape.as_deref());
        row(ui, cx, if index == 0 { name } else { "" }, &shape);
    }
}

fn numbers(ui: &mut Ui, cx: &mut Cx, layer: &Layer, device: usize) {
    let Some(device) = cx.document.built(device) else {
        return;
    };
    let macs = layer.macs.map_or("unknown".to_owned(), |m| Unit::Macs.format(m as f64));
    let params = Unit::Count.format(layer.params as f64);
    row(ui, cx, "MACs · params", &format!("{macs} · {params}"));
    let at = CountedAt {
        weight_bits: device.weight_bits(),
        activation_bits: device.bits,
    };
    let counted = statistics::layer(cx.network, layer, at);
    if layer.macs.is_some() {
        row(ui, cx, "intensity", &Unit::MacsPerByte.format(counted.intensity()));
    }
    let weights = Unit::Bytes.format(counted.weight_bytes as f64);
    let moved = Unit::Bytes.format(counted.moved_bytes() as f64);
    row(ui, cx, "weights · moved", &format!("{weights} · {moved}"));
}

/// Attributes and fused members, folded.
fn details(ui: &mut Ui, cx: &mut Cx, layer: &Layer) {
    if !layer.attributes.is_empty() {
        let title = format!("attributes ({})", layer.attributes.len());
        CollapsingHeader::new(title)
            .id_salt("attributes")
            .show_unindented(ui, |ui| {
                for (name, value) in &layer.attributes {
                    row(ui, cx, name, &attribute(value));
                }
            });
    }
    if layer.members.len() > 1 {
        let title = format!("stands for {} layers of the file", layer.members.len());
        CollapsingHeader::new(title)
            .id_salt("members")
            .show_unindented(ui, |ui| {
                for member in layer.members.iter().take(MEMBERS_SHOWN) {
                    row(ui, cx, "", member);
                }
                if let Some(more) = layer.members.len().checked_sub(MEMBERS_SHOWN).filter(|&m| m > 0) {
                    note(ui, &format!("and {more} more"), cx.theme.weak);
                }
            });
    }
}

/// How many bits the layer needs at least; that of a fused layer is what its most demanding member needs.
fn required_bits(ui: &mut Ui, cx: &mut Cx, id: LayerId, layer: &Layer) {
    let needed = layer
        .members
        .iter()
        .filter_map(|name| cx.document.required_bits.get(name));
    let needed = needed.max().copied();
    let help = "devices that compute with fewer bits cannot run it; activations count, and weights where it has some";
    ui.horizontal(|ui| {
        let text = egui::RichText::new("needs at least").color(cx.theme.weak);
        ui.label(text).on_hover_text(help);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Bits that {} needs", layer.name);
            let picker = WidthPicker::new(egui::Id::unique(("required bits", id)), &name);
            if let Some(bits) = picker.show_optional(ui, cx.theme, needed, "any width") {
                cx.edit(Action::RequireBits { layer: id, bits });
            }
        });
    });
}

/// An attribute as the file has it.
fn attribute(value: &Attribute) -> String {
    fn list<T: ToString>(values: &[T]) -> String {
        let texts: Vec<_> = values.iter().map(T::to_string).collect();
        format!("[{}]", texts.join(", "))
    }
    match value {
        Attribute::Int(value) => value.to_string(),
        Attribute::Float(value) => value.to_string(),
        Attribute::Text(text) | Attribute::Other(text) => text.clone(),
        Attribute::Ints(values) => list(values),
        Attribute::Floats(values) => list(values),
    }
}

/// Where numbers come from that no model computes.
fn table(cx: &Cx, device: usize) -> String {
    match cx.document.built(device).map(|device| &device.model) {
        Some(DeviceModel::Profile(profile)) => format!("from the profile {}", profile.source),
        _ => "from a table of layer costs".to_owned(),
    }
}

/// Cost on every device; the layer's own first in words, the others with a button that puts it there.
fn costs(ui: &mut Ui, cx: &mut Cx, id: LayerId, own: usize) {
    let devices = 0..cx.document.system.devices.len();
    let costs: Option<Vec<Result<LayerCost, Infeasible>>> = devices
        .map(|device| Some(cx.cost(device, id)?.cloned().map_err(Clone::clone)))
        .collect();
    let Some(costs) = costs else {
        note(ui, "computing…", cx.theme.weak);
        return;
    };
    card(ui, cx.theme.grid, |ui| match &costs[own] {
        Err(infeasible) => note(ui, &format!("{} {infeasible}", icon::WARNING), cx.theme.worse),
        Ok(cost) => {
            let letter = Theme::letter(own);
            let device = Some(own);
            let (latency, energy) = (Unit::Seconds.format(cost.latency_s), Unit::Joules.format(cost.energy_j));
            let quantity = Quantity::LayerLatency { layer: id, device };
            row_why(ui, cx, &format!("latency on {letter}"), &latency, quantity);
            let quantity = Quantity::LayerEnergy { layer: id, device };
            row_why(ui, cx, &format!("energy on {letter}"), &energy, quantity);
            let limit = match cost.limited_by {
                LimitedBy::Compute => "limited by arithmetic".to_owned(),
                LimitedBy::Memory => "limited by memory traffic".to_owned(),
                LimitedBy::Overhead => "limited by the start of a layer".to_owned(),
                LimitedBy::Table => table(cx, own),
            };
            let utilisation = cost.utilisation.map(|share| Unit::Percent.format(share));
            let utilisation = utilisation.map_or(String::new(), |share| format!(" · {share} of the peak rate"));
            // A spatial accelerator says it in more detail where it shows the mapping.
            if cost.detail.is_none() {
                note(ui, &format!("{limit}{utilisation}"), cx.theme.weak);
            }
            if let Some(assumption) = &cost.assumption {
                note(ui, &format!("{} {assumption}", icon::WARNING), cx.theme.warning);
            }
        }
    });
    for (device, cost) in costs.iter().enumerate().filter(|&(device, _)| device != own) {
        ui.horizontal(|ui| {
            widgets::badge(ui, cx.theme, device);
            let text = match cost {
                Ok(cost) => {
                    let (latency, energy) = (Unit::Seconds.format(cost.latency_s), Unit::Joules.format(cost.energy_j));
                    format!("{latency} · {energy}")
                }
                Err(_) => "cannot run it".to_owned(),
            };
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let button = ui.small_button(format!("put on {}", Theme::letter(device)));
                if button.clicked() {
                    cx.push(Command::Edit(Action::PutLayer { layer: id, device }));
                }
                let hint = words::put_hint(&cx.document.design, device);
                let mut design = cx.document.design.clone();
                if button.hovered() {
                    design.put(cx.network, id, device);
                    cx.session.preview = Some(design);
                }
                button.on_hover_text(hint);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let label = ui.add(egui::Label::new(text).truncate());
                    if let Err(infeasible) = cost {
                        label.on_hover_text(infeasible.to_string());
                    }
                });
            });
        });
    }
}
