//! The selected link: what goes over it, and at which rates the best design changes.

use super::rows::{head, note, row, row_why, title};
use crate::app::{Cx, Theme, words};
use crate::design::{Bottleneck, LinkLoad, Message, Quantity};
use crate::units::Unit;
use egui::Ui;

/// Flips shown before the rest is counted.
const FLIPS_SHOWN: usize = 6;

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx, id: usize) {
    let link = &cx.document.system.links[id];
    head(ui, cx, &link.name, None);
    let (before, after) = (Theme::letter(id), Theme::letter(id + 1));
    row(ui, cx, "joins", &format!("{before} and {after}"));
    let derived = cx.derived;
    let Some(evaluation) = &derived.evaluation else {
        note(ui, "computing…", cx.theme.weak);
        return;
    };
    if let Some(load) = evaluation.links.get(id) {
        let is_bottleneck = evaluation.bottleneck == Bottleneck::Link(id);
        traffic(ui, cx, id, load, is_bottleneck);
    }
    flips(ui, cx, id);
}

fn traffic(ui: &mut Ui, cx: &mut Cx, id: usize, load: &LinkLoad, is_bottleneck: bool) {
    if load.messages.is_empty() {
        note(ui, "Nothing goes over it.", cx.theme.weak);
        return;
    }
    row(ui, cx, "bytes", &Unit::Bytes.format(load.bytes as f64));
    let time = Unit::Seconds.format(load.transfer_s);
    row_why(ui, cx, "time", &time, Quantity::LinkTransfer(id));
    row(ui, cx, "busy per result", &Unit::Seconds.format(load.busy_s));
    if is_bottleneck {
        note(ui, "It sets the throughput.", cx.theme.weak);
    }
    let energy = Unit::Joules.format(load.energy_j);
    row_why(ui, cx, "energy, both ends", &energy, Quantity::LinkEnergy(id));
    title(ui, "Messages");
    for message in &load.messages {
        let bytes = Unit::Bytes.format(message.bytes as f64);
        let time = Unit::Seconds.format(message.latency_s);
        row(ui, cx, &name(message), &format!("{bytes} · {time}"));
    }
}

/// What a message is, with its direction.
fn name(message: &Message) -> String {
    let arrow = if message.forward { "↓" } else { "↑" };
    match message.cut {
        Some(cut) => format!("{arrow} cut {}", cut + 1),
        None => format!("{arrow} input or output"),
    }
}

/// Rates at which the design of least latency changes.
fn flips(ui: &mut Ui, cx: &mut Cx, id: usize) {
    let derived = cx.derived;
    let Some(flips) = derived.flips.get(id).filter(|flips| !flips.is_empty()) else {
        return;
    };
    title(ui, "Where the best latency flips");
    let schedule = derived.schedule.as_deref();
    for flip in flips.iter().take(FLIPS_SHOWN) {
        let rate = Unit::BitsPerSecond.format(flip.rate_bytes_per_s);
        let [below, above] = [&flip.below, &flip.above].map(|d| words::design(cx.network, schedule, d));
        note(ui, &format!("below {rate}: {below}; above: {above}"), cx.theme.text);
    }
    if let Some(more) = flips.len().checked_sub(FLIPS_SHOWN).filter(|&more| more > 0) {
        note(ui, &format!("and {more} more"), cx.theme.weak);
    }
}
