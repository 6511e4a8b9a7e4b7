//! The selected link: what goes over it, and at which rates the best design changes.

use super::rows::{head, note, row, row_why, sentence, title};
use crate::app::{Cx, Theme, words};
use crate::design::{Bottleneck, Design, LinkLoad, Message, Quantity};
use crate::explore;
use crate::units::Unit;
use egui::Ui;

/// Flips shown before the rest is counted.
const FLIPS_SHOWN: usize = 6;

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx, id: usize) {
    let system = &cx.document.system;
    head(ui, cx, &system.link(id).name, None);
    let joins = match system.ends(id) {
        None => "all devices".to_owned(),
        Some((before, after)) => {
            let how = if id < system.links.len() { "" } else { ", directly" };
            format!("{} and {}{how}", Theme::letter(before), Theme::letter(after))
        }
    };
    row(ui, cx, "joins", &joins);
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
    let system = &cx.document.system;
    for message in &load.messages {
        let bytes = Unit::Bytes.format(message.bytes as f64);
        let time = Unit::Seconds.format(message.latency_s);
        let name = match system.ends(id) {
            Some(_) => name(message),
            None => format!("{} {}", way(message), name(message)),
        };
        row(ui, cx, &name, &format!("{bytes} · {time}"));
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

/// The devices at the ends of a message.
fn way(message: &Message) -> String {
    format!("{}→{}", Theme::letter(message.from), Theme::letter(message.to))
}

/// The design of least latency between the rates at which it changes; the stretch of the present rate is marked.
fn flips(ui: &mut Ui, cx: &mut Cx, id: usize) {
    let derived = cx.derived;
    let Some(tunable) = cx.document.system.link(id).model.tunable() else {
        return;
    };
    if !cx.document.system.is_plain_chain() {
        title(ui, "Best latency by rate");
        let words = "Found for a plain chain only: not on a bus, and not beside direct links.";
        return note(ui, words, cx.theme.weak);
    }
    let ways = explore::ways(&cx.document.system);
    if ways > explore::MOST_WAYS {
        title(ui, "Best latency by rate");
        let words = format!(
            "Not looked for: the devices can be built in {ways} ways together. The Sweep tab can be asked for it."
        );
        return note(ui, &words, cx.theme.weak);
    }
    let Some(flips) = derived.flips.get(id) else { return };
    let Some(first) = flips.first() else { return };
    title(ui, "Best latency by rate");
    let now = tunable.rate_bytes_per_s;
    stretch(ui, cx, (0.0, first.rate_bytes_per_s), now, &first.below);
    for (index, flip) in flips.iter().take(FLIPS_SHOWN).enumerate() {
        let end = flips.get(index + 1).map_or(f64::INFINITY, |next| next.rate_bytes_per_s);
        stretch(ui, cx, (flip.rate_bytes_per_s, end), now, &flip.above);
    }
    if let Some(more) = flips.len().checked_sub(FLIPS_SHOWN).filter(|&more| more > 0) {
        note(ui, &format!("and {more} changes at higher rates"), cx.theme.weak);
    }
}

/// One stretch of rates with its best design.
fn stretch(ui: &mut Ui, cx: &Cx, (from, to): (f64, f64), now: f64, design: &Design) {
    let rate = |rate: f64| Unit::BitsPerSecond.format(rate);
    let range = match (from > 0.0, to.is_finite()) {
        (false, _) => format!("below {}", rate(to)),
        (true, true) => format!("{} to {}", rate(from), rate(to)),
        (true, false) => format!("above {}", rate(from)),
    };
    let is_now = from < now && now <= to;
    let (suffix, colour) = if is_now {
        (", as now", cx.theme.text)
    } else {
        ("", cx.theme.weak)
    };
    note(ui, &format!("{range}{suffix}"), colour);
    let design = words::design(cx.network, cx.derived.schedule.as_deref(), &cx.document.system, design);
    ui.indent(("stretch", from.to_bits()), |ui| sentence(ui, &design, cx.theme.text));
}
