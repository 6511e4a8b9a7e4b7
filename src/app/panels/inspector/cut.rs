//! The selected cut: where it lies, what crosses it.

use super::rows::{head, note, row, row_why};
use crate::app::{Command, Cx, Theme, icon, words};
use crate::design::{Message, Quantity};
use crate::project::Action;
use crate::units::Unit;
use egui::Ui;

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx, cut: usize) {
    let design = &cx.document.design;
    let ideal = design.cut(cut);
    head(ui, cx, &format!("Cut {}", cut + 1), None);
    let (before, after) = (Theme::letter(cut), Theme::letter(cut + 1));
    let place = words::boundary(cx.network, cx.derived.schedule.as_deref(), ideal);
    row(ui, cx, "between", &format!("{before} and {after}"));
    row(ui, cx, "place", &place);
    let (done, all) = (ideal.len(), cx.network.layers.len());
    row(ui, cx, "layers before it", &format!("{done} of {all}"));
    if let Some(evaluation) = &cx.derived.evaluation {
        let messages = evaluation.links.iter().enumerate();
        let crossing = messages.flat_map(|(link, load)| load.messages.iter().map(move |m| (link, m)));
        // Raw inputs and outputs cross as well, on their way over this cut's link.
        let passes = |link: usize, message: &Message| message.cut.is_none() && message.forward && link == cut;
        let crossing: Vec<_> = crossing
            .filter(|&(link, message)| message.cut == Some(cut) || passes(link, message))
            .collect();
        for &(link, message) in &crossing {
            message_rows(ui, cx, cut, link, message);
        }
        if crossing.is_empty() {
            note(ui, "Nothing crosses here.", cx.theme.weak);
        }
    }
    ui.horizontal(|ui| {
        let best = ui.button(format!("{} best position", icon::OPTIMISE));
        if best.on_hover_text("Enter").clicked() {
            cx.push(Command::BestPosition(cut));
        }
        let remove = ui.button(format!("{} remove", icon::TRASH));
        let hint = format!("Merge both sides; {after} becomes unused (Delete)");
        if remove.on_hover_text(hint).clicked() {
            cx.edit(Action::RemoveCut(cut));
        }
    });
}

/// One message over a link with its tensors.
fn message_rows(ui: &mut Ui, cx: &mut Cx, cut: usize, link: usize, message: &Message) {
    let links = &cx.document.system.links;
    let name = links.get(link).map_or("link", |link| link.name.as_str());
    let bytes = Unit::Bytes.format(message.bytes as f64);
    let text = format!("{bytes} · {}", Unit::Seconds.format(message.latency_s));
    if message.forward && link == cut && message.cut.is_some() {
        row_why(ui, cx, name, &text, Quantity::CutBytes(cut));
    } else {
        row(ui, cx, name, &text);
    }
    for &tensor in &message.tensors {
        let tensor = &cx.network.tensors[tensor];
        let layer = tensor.producer.map(|layer| &cx.network.layers[layer].name);
        let shape = words::shape(tensor.shape.as_deref());
        row(ui, cx, &shape, layer.map_or("input", String::as_str));
    }
}
