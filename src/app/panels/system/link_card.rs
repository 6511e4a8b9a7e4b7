//! One link: its rate under the hand, what the current design sends over it, and its parameters.

use super::device_card::{checked_name, fold_button};
use super::{from_right, id, link_parameters, preset_picker, rest};
use crate::app::input::{LogSlider, QuantityField, TextField, small};
use crate::app::session::Selection;
use crate::app::theme::{BODY, SMALL, semibold};
use crate::app::widgets::icon_button;
use crate::app::{Command, Cx, icon, widgets, words};
use crate::explore::Flip;
use crate::link::Direction;
use crate::presets::Allowed;
use crate::project::Action;
use crate::system::{BY_HAND, Link, System};
use crate::units::Unit;
use egui::{Frame, Label, Margin, Rect, RichText, Sense, Stroke, StrokeKind, Ui, UiBuilder};
use std::ops::RangeInclusive;

/// Room for the words before the badges of a bus, and for a badge with the gap beside it, in points.
const WORDS: f32 = 58.0;
const BADGE: f32 = 21.0;

/// How a card shows what its link joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It stands between the cards of its two devices.
    Between,
    /// It stands for itself and names its devices.
    Apart,
}

/// What stands where marks of rates would, and why there are none.
const NO_MARKS: (&str, &str) = (
    "no marks of rates here",
    "The rates at which the best design changes are found for a plain chain only: not on a bus, and not beside direct links.",
);

/// Draws the card of a link; returns where it is.
pub fn ui(ui: &mut Ui, cx: &mut Cx, index: usize, place: Place) -> Rect {
    let theme = cx.theme;
    let indent = match place {
        Place::Between => 26,
        Place::Apart => 0,
    };
    let card = UiBuilder::new().id_salt(("link", index)).sense(Sense::CLICK);
    let response = ui
        .scope_builder(card, |ui| {
            let frame = Frame::new()
                .fill(theme.background)
                .corner_radius(4)
                .stroke(Stroke::new(1.0, theme.grid));
            let margin = Margin {
                left: indent,
                right: 0,
                top: 4,
                bottom: 4,
            };
            frame
                .outer_margin(margin)
                .inner_margin(Margin::symmetric(6, 3))
                .show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = 1.0;
                    if place == Place::Apart {
                        joined(ui, cx, index);
                    }
                    header(ui, cx, index);
                    main_parameter(ui, cx, index);
                    let open = transfer(ui, cx, index);
                    shortage(ui, cx, index);
                    if open {
                        ui.separator();
                        link_parameters::ui(ui, cx, index);
                    }
                });
        })
        .response;
    let rect = response.rect;
    if place == Place::Between {
        ui.painter()
            .vline(rect.left() + 14.0, rect.y_range(), Stroke::new(2.0, theme.grid));
    }
    let mut body = rect.shrink2(egui::vec2(0.0, 4.0));
    body.min.x += f32::from(indent);
    if cx.session.selection == Some(Selection::Link(index)) {
        ui.painter()
            .rect_stroke(body, 4.0, theme.selection(), StrokeKind::Inside);
    } else if response.contains_pointer() {
        ui.painter()
            .rect_stroke(body, 4.0, Stroke::new(1.0, theme.weak), StrokeKind::Inside);
    }
    if response.clicked() {
        cx.push(Command::Select(Some(Selection::Link(index))));
    }
    body
}

/// What the link is called in names for screen readers.
pub(super) fn owner(system: &System, index: usize) -> String {
    match system.ends(index) {
        None => "the bus".to_owned(),
        Some(_) if index < system.links.len() => format!("link {}", index + 1),
        Some(_) => format!("direct link {}", words::ends(system, index)),
    }
}

/// The devices that the link joins, and for a direct link the button that removes it.
fn joined(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let system = &cx.document.system;
    from_right(ui, |ui| {
        if let Some(direct) = index.checked_sub(system.links.len()) {
            let name = format!("Remove {}", owner(system, index));
            if icon_button(ui, cx.theme, icon::TRASH, &name).clicked() {
                cx.edit(Action::RemoveDirectLink(direct));
            }
        }
        rest(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 3.0;
            let all = 0..system.devices.len();
            match system.ends(index) {
                Some((first, second)) => {
                    widgets::badge(ui, cx.theme, first);
                    ui.label(small(cx.theme, "–"));
                    widgets::badge(ui, cx.theme, second);
                }
                None => {
                    // Eight badges leave no room for words in a narrow panel.
                    if ui.available_width() >= WORDS + BADGE * all.len() as f32 {
                        ui.label(small(cx.theme, "shared by"));
                    }
                    all.for_each(|device| drop(widgets::badge(ui, cx.theme, device)));
                }
            }
        });
    });
}

/// The link at another rate.
fn at_rate(link: &Link, rate_bytes_per_s: f64) -> Link {
    let mut link = link.clone();
    for name in link.model.set_rate(rate_bytes_per_s) {
        link.sources.insert((*name).to_owned(), BY_HAND.to_owned());
    }
    link
}

fn header(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let theme = cx.theme;
    let link = cx.document.system.link(index);
    let owner = owner(&cx.document.system, index);
    from_right(ui, |ui| {
        if let Some(tunable) = link.model.tunable() {
            let label = format!("Rate of {owner}");
            let rate = QuantityField::new(id("link rate", index), &label, Unit::BitsPerSecond).quiet();
            let rate = rate.allowed(Allowed::AboveZero).width(88.0);
            if let Some(rate) = rate.show(ui, theme, tunable.rate_bytes_per_s) {
                cx.edit(Action::SetLink(index, at_rate(link, rate)));
            }
        }
        let button = icon_button(ui, theme, icon::CARET_DOWN, &format!("Preset of {owner}"));
        if let Some(preset) = preset_picker::popup(&button, theme, &cx.presets.links, link.preset.as_deref()) {
            cx.edit(Action::SetLink(index, preset.link()));
        }
        let label = format!("Name of {owner}");
        let name = TextField::new(id("link name", index), &label).quiet();
        let name = name.font(semibold(BODY - 1.0)).width(ui.available_width());
        name.show(ui, theme, &link.name, |text| {
            let name = checked_name(text)?;
            cx.edit(Action::SetLink(index, Link { name, ..link.clone() }));
            Ok(())
        });
    });
}

/// The rate where it can be chosen freely, else what the standard leaves to choose.
fn main_parameter(ui: &mut Ui, cx: &mut Cx, index: usize) {
    match cx.document.system.link(index).model.tunable() {
        Some(tunable) => slider(ui, cx, index, tunable.rate_bytes_per_s),
        None => link_parameters::main_choice(ui, cx, index),
    }
}

fn slider(ui: &mut Ui, cx: &mut Cx, index: usize, rate: f64) {
    let system = &cx.document.system;
    let link = system.link(index);
    let preset = link.preset.as_deref().and_then(|name| cx.presets.links.get(name));
    let usual = preset.and_then(|preset| preset.value.model.tunable());
    let range = decades(usual.map(|usual| usual.rate_bytes_per_s), rate);
    let flips = cx.derived.flips.get(index).map_or(&[][..], Vec::as_slice);
    let marks: Vec<f64> = flips.iter().map(|flip| flip.rate_bytes_per_s).collect();
    let label = format!("Rate of {}, slider", owner(system, index));
    let slider = LogSlider::new(id("link slider", index), &label, Unit::BitsPerSecond, range).marks(&marks);
    let slid = slider.show(ui, cx.theme, rate, |mark| explain_flip(cx, &flips[mark]));
    cx.commands
        .extend(slid.commands(|rate| Action::SetLink(index, at_rate(link, rate))));
    if !system.is_plain_chain() {
        let text = Label::new(small(cx.theme, NO_MARKS.0)).truncate();
        ui.add(text).on_hover_text(NO_MARKS.1);
    }
}

/// From about three decades below a preset's rate to one above (without a preset from 1 kbit/s to 1 Tbit/s), in whole
/// decades of bits per second, widened where the present rate lies outside.
fn decades(preset: Option<f64>, rate: f64) -> RangeInclusive<f64> {
    const BITS: f64 = 8.0;
    let power = |rate: f64| (rate * BITS).log10();
    let (low, high) = match preset {
        Some(preset) => (power(preset).floor() - 2.0, power(preset).ceil() + 1.0),
        None => (3.0, 12.0),
    };
    let low = low.min(power(rate).floor());
    let high = high.max(power(rate).ceil());
    10_f64.powf(low) / BITS..=10_f64.powf(high) / BITS
}

fn explain_flip(cx: &Cx, flip: &Flip) -> String {
    let schedule = cx.derived.schedule.as_deref();
    let design = |design| words::design(cx.network, schedule, &cx.document.system, design);
    format!(
        "At {} the fastest design changes.\nSlower: {}.\nFaster: {}.",
        Unit::BitsPerSecond.format(flip.rate_bytes_per_s),
        design(&flip.below),
        design(&flip.above)
    )
}

/// Time and bytes of the current design; returns whether the parameters are unfolded.
fn transfer(ui: &mut Ui, cx: &Cx, index: usize) -> bool {
    let load = cx.derived.evaluation.as_ref().and_then(|e| e.links.get(index));
    let kind = cx.document.system.link(index).model.kind();
    let text = match load {
        None => kind.to_owned(),
        Some(load) if load.messages.is_empty() => format!("{kind}: nothing sent"),
        Some(load) => format!(
            "{kind}: {}   {}",
            Unit::Seconds.format(load.transfer_s),
            Unit::Bytes.format(load.bytes as f64)
        ),
    };
    from_right(ui, |ui| {
        let open = fold_button(
            ui,
            cx.theme,
            &owner(&cx.document.system, index),
            id("link parameters", index),
        );
        let label = rest(ui, |ui| ui.add(Label::new(small(cx.theme, text)).truncate()));
        if let Some(load) = load {
            let count = load.messages.len();
            let plural = if count == 1 { "" } else { "s" };
            let energy = Unit::Joules.format(load.energy_j);
            label.on_hover_text(format!("{count} message{plural} per inference, {energy} at both ends"));
        }
        open
    })
}

/// Says in words that the messages need more than the link has at the frame rate.
fn shortage(ui: &mut Ui, cx: &Cx, index: usize) {
    let system = &cx.document.system;
    let load = cx.derived.evaluation.as_ref().and_then(|e| e.links.get(index));
    let (Some(load), Some(frame_rate_hz)) = (load, system.frame_rate_hz) else {
        return;
    };
    let direction = |forward| if forward { Direction::Forward } else { Direction::Back };
    let messages = load.messages.iter().map(|m| (m.bytes, direction(m.forward)));
    let messages: Vec<_> = messages.collect();
    let link = system.link(index);
    let Some(shortage) = link.model.shortage(link.duplex, &messages, frame_rate_hz) else {
        return;
    };
    let rate = |bytes_per_s: f64| Unit::BitsPerSecond.format(bytes_per_s);
    let text = format!(
        "{} needs {} at {}, has {}",
        icon::WARNING,
        rate(shortage.needed_bytes_per_s),
        Unit::PerSecond.format(frame_rate_hz),
        rate(shortage.available_bytes_per_s)
    );
    ui.label(RichText::new(text).size(SMALL).color(cx.theme.worse));
}
