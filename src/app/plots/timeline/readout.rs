//! The timeline in words: what limits it, and what hovering a span or a gap tells.

use super::scene::{Lane, Meant};
use crate::app::{Cx, Theme, theme, widgets};
use crate::design::timeline::{Idle, Span};
use crate::design::{Evaluation, Limit, Work};
use crate::units::Unit;
use egui::{RichText, Ui};

/// Names of layers and tensors told at most.
const MOST_NAMES: usize = 4;

/// Why a design has no timeline.
pub fn no_timeline(evaluation: &Evaluation) -> String {
    let unsupported = |limit: Limit| matches!(limit, Limit::Unsupported(_));
    let why = evaluation
        .violations
        .iter()
        .find(|violation| unsupported(violation.limit));
    match why {
        Some(violation) => format!("Nothing to lay out: {}.", violation.text.trim_end_matches('.')),
        None => "Nothing to lay out: this design has no layers, or a step of it never ends.".to_owned(),
    }
}

/// What limits the throughput: `bottleneck: A 10.4 ms → 96.4 /s`.
pub fn bottleneck(lane: &Lane<'_>) -> String {
    let timeline = lane.timeline;
    let busy_s = timeline.tracks[timeline.bottleneck].busy_s;
    let name = lane.rows[timeline.bottleneck].short();
    let time = Unit::Seconds.format(busy_s);
    let best = Unit::PerSecond.format(1.0 / busy_s);
    let possible = Unit::PerSecond.format(1.0 / timeline.possible_s);
    let mut text = format!("bottleneck: {name} {time} → {best}");
    if !timeline.is_tight() {
        text += &format!(" at best, {possible} in this order");
    }
    if let Some(rate_hz) = lane.asked_hz {
        let asked = Unit::PerSecond.format(rate_hz);
        text += &match timeline.backlog_hz() {
            Some(_) => format!(", too slow for the {asked} asked for"),
            None => format!(", {asked} asked for"),
        };
    }
    text
}

/// What the sentence of [`bottleneck`] means.
pub fn bottleneck_hint(lane: &Lane<'_>) -> String {
    let timeline = lane.timeline;
    let row = &lane.rows[timeline.bottleneck];
    let mut text = format!(
        "{} is busy for {} with every frame, longer than everything else: results cannot come more often.",
        row.name,
        Unit::Seconds.format(timeline.tracks[timeline.bottleneck].busy_s)
    );
    if !timeline.is_tight() {
        text += " A frame comes back to a device or link it has used before. There frames get into each other's way when the oldest \
                 always goes first, so that not even the busiest one is busy all the time.";
    }
    if let Some(grows) = timeline.backlog_hz() {
        text += &format!(
            " Frames come faster than that: the queue grows by {} frames every second.",
            Unit::Count.format(grows)
        );
    }
    text
}

/// A row in words.
pub fn track(lane: &Lane<'_>, track: usize) -> String {
    let (row, busy_s) = (&lane.rows[track], lane.timeline.tracks[track].busy_s);
    let name = match row.device {
        Some(device) => format!("{} {}", Theme::letter(device), row.name),
        None => row.name.clone(),
    };
    if busy_s == 0.0 {
        return format!("{name}: not used by this design");
    }
    format!(
        "{name}: busy {} per frame, {} of the time",
        Unit::Seconds.format(busy_s),
        Unit::Percent.format(lane.timeline.utilisation(track))
    )
}

/// How much is going on.
pub fn summary(lane: &Lane<'_>, pipelined: bool) -> String {
    let timeline = lane.timeline;
    let latency = Unit::Seconds.format(lane.evaluation.latency_s);
    if !pipelined {
        return format!("latency {latency}");
    }
    let interval = Unit::Seconds.format(timeline.interval_s());
    match timeline.backlog_hz() {
        Some(grows) => format!("queue grows by {} frames a second", Unit::Count.format(grows)),
        None => {
            let plural = if timeline.in_flight == 1 { "frame" } else { "frames" };
            format!("{} {plural} in flight · a result every {interval}", timeline.in_flight)
        }
    }
}

/// What is under the pointer as one line, for a screen reader.
pub fn line(cx: &Cx<'_>, lane: &Lane<'_>, meant: Meant) -> String {
    match meant {
        Meant::Span(span) => {
            let seconds = Unit::Seconds.format(span.end_s - span.start_s);
            format!(
                "f{} on {}: {}, {seconds}",
                span.frame + 1,
                lane.rows[span.track].short(),
                what(cx, lane, span)
            )
        }
        Meant::Idle(gap) => idle(lane, gap),
    }
}

/// What a step does, in a few words.
fn what(cx: &Cx<'_>, lane: &Lane<'_>, span: Span) -> String {
    match lane.evaluation.steps[span.step].work {
        Work::Compute { placement, .. } => {
            let count = lane.layers(cx, placement).len();
            format!("{count} {}", if count == 1 { "layer" } else { "layers" })
        }
        Work::Transfer { link, message } => {
            let message = &lane.evaluation.links[link].messages[message];
            let bytes = Unit::Bytes.format(message.bytes as f64);
            match message.cut {
                Some(cut) => format!("{bytes} over cut {}", cut + 1),
                None => bytes,
            }
        }
    }
}

/// The tooltip of what is under the pointer.
pub fn tooltip(ui: &mut Ui, cx: &Cx<'_>, lane: &Lane<'_>, meant: Meant) {
    ui.set_max_width(340.0);
    match meant {
        Meant::Span(span) => span_tooltip(ui, cx, lane, span),
        Meant::Idle(gap) => {
            ui.label(idle(lane, gap));
            let share = 1.0 - lane.timeline.utilisation(gap.track);
            let busy_s = lane.timeline.tracks[gap.track].busy_s;
            ui.weak(format!(
                "in all idle for {} of every {} ({})",
                Unit::Seconds.format(lane.timeline.interval_s() - busy_s),
                Unit::Seconds.format(lane.timeline.interval_s()),
                Unit::Percent.format(share)
            ));
        }
    }
}

fn span_tooltip(ui: &mut Ui, cx: &Cx<'_>, lane: &Lane<'_>, span: Span) {
    let row = &lane.rows[span.track];
    ui.horizontal(|ui| {
        if let Some(device) = row.device {
            widgets::badge(ui, cx.theme, device);
        }
        let title = format!("{} · f{}", row.name, span.frame + 1);
        ui.label(RichText::new(title).font(theme::semibold(theme::BODY)));
    });
    let names = match lane.evaluation.steps[span.step].work {
        Work::Compute { placement, .. } => {
            let layers = lane.layers(cx, placement);
            range(
                &layers
                    .iter()
                    .map(|&layer| cx.network.layers[layer].name.as_str())
                    .collect::<Vec<_>>(),
            )
        }
        Work::Transfer { link, message } => {
            let tensors = &lane.evaluation.links[link].messages[message].tensors;
            list(
                &tensors
                    .iter()
                    .map(|&t| cx.network.tensors[t].name.as_str())
                    .collect::<Vec<_>>(),
            )
        }
    };
    ui.label(format!("{}: {names}", what(cx, lane, span)));
    let seconds = span.end_s - span.start_s;
    ui.label(format!(
        "{}, {} of the latency",
        Unit::Seconds.format(seconds),
        Unit::Percent.format(seconds / lane.evaluation.latency_s)
    ));
    let from_to = format!(
        "from {} to {}",
        Unit::Seconds.format(span.start_s),
        Unit::Seconds.format(span.end_s)
    );
    ui.label(RichText::new(from_to).size(theme::SMALL).color(cx.theme.weak));
}

/// Who waits for what.
fn idle(lane: &Lane<'_>, gap: Idle) -> String {
    let name = lane.rows[gap.track].short();
    let seconds = Unit::Seconds.format(gap.end_s - gap.start_s);
    let frame = gap.frame + 1;
    match gap.waits_for {
        Some(track) => format!(
            "{name} is idle for {seconds}: f{frame} is still on {}",
            lane.rows[track].short()
        ),
        None => format!("{name} is idle for {seconds} until f{frame} comes"),
    }
}

/// The first and the last of some names.
fn range(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, .., last] => format!("{first} … {last}"),
    }
}

/// Some names, the rest as a number.
fn list(names: &[&str]) -> String {
    let mut text = names.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
    if names.len() > MOST_NAMES {
        text += &format!(" and {} more", names.len() - MOST_NAMES);
    }
    text
}
