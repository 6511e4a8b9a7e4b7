//! The plot in words: what hovering a layer, a partition, a roof or a link's slope tells, and what is not shown.

use super::scene::{self, DeviceRoof, Dot, Meant, Scene, Slope};
use crate::app::{Cx, Theme, theme, widgets, words};
use crate::cost::LimitedBy;
use crate::cost::roof::{Roof, Roofless};
use crate::design::feeds::Feed;
use crate::units::Unit;
use egui::{RichText, Ui};

/// Names of layers at one place told at most.
const MOST_NAMES: usize = 3;

/// What the horizontal axis counts.
pub const INTENSITY: &str = "Multiply-accumulates per byte: for a layer, of what it moves between arithmetic and memory; for a partition (a letter in a ring), of \
                             what the link brings it.";
/// What the vertical axis counts.
pub const RATE: &str = "Multiply-accumulates per second while a layer runs or a partition computes; the roof is the most that the device reaches.";

/// What is missing from the plot and what dots mean, in sentences.
pub fn notes(cx: &Cx<'_>, scene: &Scene) -> Vec<String> {
    let mut notes = scene.left_out.sentences();
    notes.extend(scene.roofless.iter().map(|&(device, why)| roofless(cx, device, why)));
    if !scene.dots.is_empty() {
        notes.push("area of dots: time".to_owned());
    }
    notes
}

/// The same as long and as short as can be.
pub fn caption(cx: &Cx<'_>, scene: &Scene) -> Vec<String> {
    let notes = notes(cx, scene);
    let mut texts = vec![notes.join(" · ")];
    let sentences = scene.left_out.sentences();
    texts.extend([sentences.join(" · "), sentences.first().cloned().unwrap_or_default()]);
    texts.push(format!("not shown: {}", scene.left_out.count()));
    texts
}

/// Why a device has no roof.
pub fn roofless(cx: &Cx<'_>, device: usize, why: Roofless) -> String {
    let letter = Theme::letter(device);
    match why {
        Roofless::Table => format!("{letter} has no roof: its times stand in a table"),
        Roofless::TooWide => {
            let built = cx.document.built(device);
            let bits = built.map_or(0, |built| built.bits.max(built.weight_bits()));
            format!("{letter} has no roof: it does not compute with {bits} bit")
        }
    }
}

/// Why no layer is in the plot.
pub fn empty(cx: &Cx<'_>, scene: &Scene) -> Option<String> {
    if !scene.dots.is_empty() {
        return None;
    }
    if cx.network.layers.is_empty() {
        return Some("This network has no layers.".to_owned());
    }
    let why = scene.left_out.sentences().join(". ");
    Some(format!("No layer has a place here. {why}."))
}

/// What is under the pointer or the keyboard as one line, for a screen reader.
pub fn spoken(cx: &Cx<'_>, scene: &Scene, meant: Option<Meant>) -> String {
    match meant {
        Some(Meant::Dot(index)) => scene.dots.get(index).map_or(String::new(), |dot| {
            let name = &cx.network.layers[dot.layer].name;
            let letter = Theme::letter(dot.device);
            format!("{name} on {letter}: {}, {}", numbers(dot), bound(dot))
        }),
        Some(Meant::Feed(index)) => scene
            .feeds
            .get(index)
            .map_or(String::new(), |feed| format!("{}: {}", fed(cx, feed), verdict(feed))),
        None => {
            let (count, roofs) = (scene.dots.len(), scene.roofs.len());
            let layers = if count == 1 { "layer" } else { "layers" };
            let roofs = match roofs {
                1 => "1 roof".to_owned(),
                roofs => format!("{roofs} roofs"),
            };
            let mut sentences = vec![format!("{count} {layers}, {roofs}")];
            sentences.extend(notes(cx, scene));
            sentences.join("; ")
        }
    }
}

/// Intensity and rate of a layer.
fn numbers(dot: &Dot) -> String {
    format!(
        "{}, {}",
        Unit::MacsPerByte.format(dot.run.intensity()),
        Unit::MacsPerSecond.format(dot.run.macs_per_s())
    )
}

/// How near a layer comes to its roof, and what holds it down.
fn bound(dot: &Dot) -> String {
    let limit = match dot.limited_by {
        LimitedBy::Compute => "limited by arithmetic",
        LimitedBy::Memory => "limited by memory traffic",
        LimitedBy::Overhead => "limited by the start of a layer",
        LimitedBy::Table => "from a table of layer costs, which knows no roof",
    };
    match dot.run.share() {
        Some(share) => format!("{} of the roof, {limit}", Unit::Percent.format(share)),
        None => limit.to_owned(),
    }
}

/// Which partition a message feeds.
fn fed(cx: &Cx<'_>, feed: &Feed) -> String {
    let link = words::link(&cx.document.system, feed.link);
    let letter = Theme::letter(feed.device);
    match scene::message(cx, feed).and_then(|message| message.cut) {
        Some(cut) => format!("partition on {letter} after cut {}, fed over {link}", cut + 1),
        None => format!("partition on {letter}, fed with the input over {link}"),
    }
}

/// What limits a partition and its message.
fn verdict(feed: &Feed) -> String {
    let [send, compute] = [feed.transfer_s, feed.compute_s].map(|seconds| Unit::Seconds.format(seconds));
    match feed.transfer_s > feed.compute_s {
        true => format!("sending {send} takes longer than computing {compute}"),
        false => format!("computing {compute} takes longer than sending {send}"),
    }
}

/// The tooltip of a mark; `here` are all dots at its place.
pub fn tooltip(ui: &mut Ui, cx: &Cx<'_>, scene: &Scene, meant: Meant, here: &[usize]) {
    ui.set_max_width(340.0);
    match meant {
        Meant::Dot(index) => {
            if let Some(dot) = scene.dots.get(index) {
                let others = here.iter().filter(|&&other| other != index);
                let others: Vec<&Dot> = others.filter_map(|&other| scene.dots.get(other)).collect();
                dot_tooltip(ui, cx, dot, &others);
            }
        }
        Meant::Feed(index) => {
            if let Some(feed) = scene.feeds.get(index) {
                feed_tooltip(ui, cx, feed);
            }
        }
    }
}

fn heading(ui: &mut Ui, cx: &Cx<'_>, device: usize, title: &str) {
    ui.horizontal(|ui| {
        widgets::badge(ui, cx.theme, device);
        ui.label(RichText::new(title).font(theme::semibold(theme::BODY)));
    });
}

fn small(ui: &mut Ui, cx: &Cx<'_>, text: String) {
    ui.label(RichText::new(text).size(theme::SMALL).color(cx.theme.weak));
}

fn dot_tooltip(ui: &mut Ui, cx: &Cx<'_>, dot: &Dot, others: &[&Dot]) {
    heading(ui, cx, dot.device, &cx.network.layers[dot.layer].name);
    ui.label(numbers(dot));
    ui.label(bound(dot));
    let run = &dot.run;
    let mut text = format!(
        "{}, {}, {}",
        Unit::Macs.format(run.macs as f64),
        Unit::Bytes.format(run.bytes as f64),
        Unit::Seconds.format(run.latency_s)
    );
    if let Some(roof) = run.roof {
        let most = Unit::MacsPerSecond.format(roof.at(run.intensity()));
        text += &format!("; the roof here at {} bit: {most}", run.operand_bits);
    }
    small(ui, cx, text);
    if !others.is_empty() {
        let name = |dot: &&Dot| cx.network.layers[dot.layer].name.clone();
        let mut names: Vec<String> = others.iter().take(MOST_NAMES).map(name).collect();
        if others.len() > MOST_NAMES {
            names.push(format!("{} more", others.len() - MOST_NAMES));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        small(ui, cx, format!("at the same place: {}", words::list(&names)));
    }
}

fn feed_tooltip(ui: &mut Ui, cx: &Cx<'_>, feed: &Feed) {
    heading(ui, cx, feed.device, &fed(cx, feed));
    let rate = |rate: f64| Unit::MacsPerSecond.format(rate);
    ui.label(format!(
        "{} for {} sent: {}",
        Unit::Macs.format(feed.macs as f64),
        Unit::Bytes.format(feed.bytes as f64),
        Unit::MacsPerByte.format(feed.intensity())
    ));
    ui.label(format!(
        "computes {}, the link brings data for {}",
        rate(feed.macs_per_s()),
        rate(feed.fed_macs_per_s())
    ));
    ui.label(verdict(feed));
    let why = match feed.transfer_s > feed.compute_s {
        true => "The ring stands above the bar: the link is the lower roof.",
        false => "The ring stands below the bar: the link is not what limits.",
    };
    small(ui, cx, why.to_owned());
}

/// A roof in words.
pub fn roof(cx: &Cx<'_>, device: usize, roof: &Roof) -> String {
    let name = cx.document.built(device).map_or("", |built| built.name.as_str());
    let peak = Unit::MacsPerSecond.format(roof.macs_per_s);
    let letter = Theme::letter(device);
    match (roof.bandwidth_bytes_per_s, roof.ridge()) {
        (Some(bandwidth), Some(ridge)) => format!(
            "{letter} {name}: at most {peak}; below {} its memory is the limit ({})",
            Unit::MacsPerByte.format(ridge),
            Unit::BytesPerSecond.format(bandwidth)
        ),
        _ => format!("{letter} {name}: at most {peak}; its memory is no limit"),
    }
}

/// The devices and the width of operands that a further roof is for: `A, B 8 bit`.
pub fn width(shown: &DeviceRoof) -> String {
    let letters: Vec<String> = shown
        .devices
        .iter()
        .map(|&device| Theme::letter(device).to_string())
        .collect();
    format!("{} {} bit", letters.join(", "), shown.bits)
}

/// A slope's name and rate.
pub fn slope(cx: &Cx<'_>, scene: &Scene, slope: &Slope) -> String {
    let rate = Unit::BitsPerSecond.format(slope.bytes_per_s);
    format!("{} {rate}", scene::slope_name(cx, scene, slope))
}

/// What a slope means.
pub fn slope_hint(cx: &Cx<'_>, scene: &Scene, slope: &Slope) -> String {
    let name = scene::slope_name(cx, scene, slope);
    let rate = Unit::BitsPerSecond.format(slope.bytes_per_s);
    let mut text = format!(
        "What {name} feeds at best: {rate} × MACs per byte sent. A ring is the partition that waits for a message over it; the bar above or \
         below it is what the message really brings, with its fixed time and framing. A ring above its bar: sending takes longer than computing."
    );
    if !slope.is_used {
        text += " This design sends nothing to a partition over it.";
    }
    text
}
