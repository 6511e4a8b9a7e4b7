//! The selected cut: where it lies, what crosses it.

use super::rows::{head, note, row, row_why};
use crate::app::{Command, Cx, Theme, at_cut, icon, words};
use crate::design::{Message, Quantity};
use crate::project::Action;
use crate::units::Unit;
use egui::Ui;

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx, cut: usize) {
    let design = &cx.document.design;
    let ideal = design.cut(cut);
    head(ui, cx, &format!("Cut {}", cut + 1), None);
    let along_chain = at_cut::is_along_chain(&cx.document.system, design);
    let Some((first, second)) = at_cut::sides(design, cut) else {
        return;
    };
    let (before, after) = (Theme::letter(first), Theme::letter(second));
    let place = words::boundary(cx.network, cx.derived.schedule.as_deref(), ideal);
    row(ui, cx, "between", &format!("{before} and {after}"));
    row(ui, cx, "place", &place);
    let (done, all) = (ideal.len(), cx.network.layers.len());
    row(ui, cx, "layers before it", &format!("{done} of {all}"));
    if let Some(evaluation) = &cx.derived.evaluation {
        let crossing = at_cut::messages(cx.document, evaluation, cut);
        if !along_chain && !crossing.is_empty() {
            let bytes: u64 = crossing.iter().map(|(_, message)| message.bytes).sum();
            let bytes = Unit::Bytes.format(bytes as f64);
            let name = if crossing.len() == 1 {
                "sent here"
            } else {
                "over all links"
            };
            row_why(ui, cx, name, &bytes, Quantity::CutBytes(cut));
        }
        for &(link, message) in &crossing {
            message_rows(ui, cx, cut, link, message, along_chain);
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
        let hint = match along_chain || design.placements.iter().filter(|p| p.device == second).count() == 1 {
            true => format!("Merge both sides; {after} becomes unused (Delete)"),
            false => format!("Merge both sides; {before} takes over what {after} does here (Delete)"),
        };
        if remove.on_hover_text(hint).clicked() {
            cx.edit(Action::RemoveCut(cut));
        }
    });
}

/// One message over a link with its tensors.
fn message_rows(ui: &mut Ui, cx: &mut Cx, cut: usize, link: usize, message: &Message, along_chain: bool) {
    let system = &cx.document.system;
    if link >= system.link_count() {
        return;
    }
    let name = match along_chain {
        true => system.link(link).name.clone(),
        false => {
            let (from, to) = (Theme::letter(message.from), Theme::letter(message.to));
            format!("{from}→{to} {}", system.link(link).name)
        }
    };
    let bytes = Unit::Bytes.format(message.bytes as f64);
    let text = format!("{bytes} · {}", Unit::Seconds.format(message.latency_s));
    if along_chain && message.forward && link == cut && message.cut.is_some() {
        row_why(ui, cx, &name, &text, Quantity::CutBytes(cut));
    } else {
        row(ui, cx, &name, &text);
    }
    for &tensor in &message.tensors {
        let tensor = &cx.network.tensors[tensor];
        let layer = tensor.producer.map(|layer| &cx.network.layers[layer].name);
        let shape = words::shape(tensor.shape.as_deref());
        row(ui, cx, &shape, layer.map_or("input", String::as_str));
    }
}
