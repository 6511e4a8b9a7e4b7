//! Limits of the design and of the devices: what is asked, whether it is kept, and why not.

use super::{from_right, heading, id, is_narrow, rest};
use crate::app::input::{QuantityField, small, step};
use crate::app::theme::{SMALL, Theme};
use crate::app::widgets::icon_button;
use crate::app::{Cx, icon};
use crate::design::{Constraints, Evaluation, Limit};
use crate::presets::Allowed;
use crate::project::{Action, Document};
use crate::system::{BY_HAND, Device};
use crate::units::Unit;
use egui::{Align, Button, Label, Layout, Popup, RichText, Ui, vec2};

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    let limits = limits(cx.document);
    ui.horizontal(|ui| {
        heading(ui, "Constraints");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| add(ui, cx, &limits));
    });
    for &limit in &limits {
        if let Some(value) = asked(cx.document, limit) {
            row(ui, cx, limit, value);
        }
    }
    if limits.iter().all(|&limit| asked(cx.document, limit).is_none()) {
        ui.label(small(cx.theme, "none: every design is allowed"));
    }
}

/// Every limit a person can set, in the order shown.
fn limits(document: &Document) -> Vec<Limit> {
    let devices = 0..document.system.devices.len();
    let of_devices = devices.flat_map(|device| [Limit::Power(device), Limit::Memory(device)]);
    let whole = [
        Limit::Latency,
        Limit::Energy,
        Limit::Throughput,
        Limit::Area,
        Limit::Devices,
    ];
    whole.into_iter().chain(of_devices).collect()
}

fn name(limit: Limit) -> String {
    match limit {
        Limit::Latency => "latency".to_owned(),
        Limit::Energy => "energy".to_owned(),
        Limit::Throughput => "throughput".to_owned(),
        Limit::Area => "area".to_owned(),
        Limit::Devices => "devices used".to_owned(),
        Limit::Bandwidth(link) => format!("bandwidth of link {}", link + 1),
        Limit::Memory(device) => format!("memory at {}", Theme::letter(device)),
        Limit::Power(device) => format!("power at {}", Theme::letter(device)),
        Limit::Unsupported(device) => format!("operators on {}", Theme::letter(device)),
    }
}

fn unit(limit: Limit) -> Unit {
    match limit {
        Limit::Latency => Unit::Seconds,
        Limit::Energy => Unit::Joules,
        Limit::Throughput => Unit::PerSecond,
        Limit::Area => Unit::SquareMetres,
        Limit::Memory(_) => Unit::Bytes,
        Limit::Power(_) => Unit::Watts,
        Limit::Devices | Limit::Bandwidth(_) | Limit::Unsupported(_) => Unit::Count,
    }
}

/// The value of a limit, where one is set.
fn asked(document: &Document, limit: Limit) -> Option<f64> {
    match limit {
        Limit::Latency => document.constraints.latency_s,
        Limit::Energy => document.constraints.energy_j,
        Limit::Throughput => document.constraints.throughput_hz,
        Limit::Area => document.constraints.area_m2,
        Limit::Devices => document.constraints.most_devices.map(|most| most as f64),
        Limit::Memory(device) => document.built(device)?.memory_limit_bytes,
        Limit::Power(device) => document.built(device)?.power_limit_w,
        Limit::Bandwidth(_) | Limit::Unsupported(_) => None,
    }
}

/// What the current design needs of what is limited.
fn present(evaluation: &Evaluation, limit: Limit) -> Option<f64> {
    let device = |index: usize| evaluation.devices.get(index);
    match limit {
        Limit::Latency => Some(evaluation.latency_s),
        Limit::Energy => Some(evaluation.energy_j),
        Limit::Throughput => Some(evaluation.throughput_hz),
        Limit::Area => Some(evaluation.area_m2),
        Limit::Devices => Some(evaluation.devices.iter().filter(|load| load.layers > 0).count() as f64),
        Limit::Memory(index) => device(index).map(|load| load.memory_bytes() as f64),
        Limit::Power(index) => device(index).map(|load| load.power_w),
        Limit::Bandwidth(_) | Limit::Unsupported(_) => None,
    }
}

/// The action that sets or lifts a limit; `None` for what is not a person's to set.
fn set(document: &Document, limit: Limit, value: Option<f64>) -> Option<Action> {
    let constraints = |change: fn(&mut Constraints, Option<f64>)| {
        let mut constraints = document.constraints;
        change(&mut constraints, value);
        Some(Action::SetConstraints(constraints))
    };
    let (index, parameter) = match limit {
        Limit::Latency => return constraints(|limits, value| limits.latency_s = value),
        Limit::Energy => return constraints(|limits, value| limits.energy_j = value),
        Limit::Throughput => return constraints(|limits, value| limits.throughput_hz = value),
        Limit::Area => return constraints(|limits, value| limits.area_m2 = value),
        Limit::Devices => {
            return constraints(|limits, value| limits.most_devices = value.map(|most| most.round().max(1.0) as usize));
        }
        Limit::Memory(index) => (index, "memory_limit_bytes"),
        Limit::Power(index) => (index, "power_limit_w"),
        Limit::Bandwidth(_) | Limit::Unsupported(_) => return None,
    };
    let by_hand = |device: &mut Device| device.sources.insert(parameter.to_owned(), BY_HAND.to_owned());
    if matches!(limit, Limit::Memory(_)) {
        let mut device = document.built(index)?.clone();
        device.memory_limit_bytes = value;
        by_hand(&mut device);
        return Some(document.rebuild(index, device));
    }
    // A limit of power is a wish, whatever the device is built as.
    let mut device = document.system.devices.get(index)?.clone();
    device.power_limit_w = value;
    by_hand(&mut device);
    for other in &mut device.alternatives {
        other.power_limit_w = value;
        by_hand(other);
    }
    Some(Action::SetDevice(index, device))
}

/// The first value offered for a limit: the step of the series 1, 2, 5 that the current design just keeps.
fn first_value(cx: &Cx, limit: Limit) -> Option<f64> {
    let unit = unit(limit);
    let present = cx.derived.evaluation.as_ref().and_then(|e| present(e, limit));
    let kept = present.and_then(|value| step(unit, value, limit != Limit::Throughput));
    kept.filter(|&value| value > 0.0)
        .or_else(|| unit.parse(unit.example()).ok())
}

/// “+ add”: a menu of the limits not set.
fn add(ui: &mut Ui, cx: &mut Cx, limits: &[Limit]) {
    let text = RichText::new("+ add").color(cx.theme.weak);
    let button = ui.add(Button::new(text).frame_when_inactive(false));
    Popup::menu(&button).show(|ui| {
        for &limit in limits.iter().filter(|&&limit| asked(cx.document, limit).is_none()) {
            if ui.button(name(limit)).clicked() {
                let value = first_value(cx, limit);
                let action = set(cx.document, limit, value);
                action.into_iter().for_each(|action| cx.edit(action));
            }
        }
    });
}

fn row(ui: &mut Ui, cx: &mut Cx, limit: Limit, value: f64) {
    let theme = cx.theme;
    let name = name(limit);
    let sign = if limit == Limit::Throughput { "≥ " } else { "≤ " };
    let mut new = None;
    let size = if is_narrow(ui) { SMALL } else { SMALL + 1.0 };
    from_right(ui, |ui| {
        verdict(ui, cx, limit, value);
        if icon_button(ui, theme, icon::REMOVE, &format!("Remove limit on {name}")).clicked() {
            new = Some(None);
        }
        let label = format!("Limit on {name}");
        let field = QuantityField::new(id(&name, 0), &label, unit(limit)).sign(sign);
        let field = field.allowed(Allowed::AboveZero).width(79.0);
        new = field.show_optional(ui, theme, Some(value), "no limit").or(new);
        let name = RichText::new(&name).size(size);
        rest(ui, |ui| ui.add(Label::new(name).truncate()));
    });
    let action = new.and_then(|new| set(cx.document, limit, new));
    action.into_iter().for_each(|action| cx.edit(action));
}

/// A check or a warning, with the words on hover.
fn verdict(ui: &mut Ui, cx: &Cx, limit: Limit, value: f64) {
    let theme = cx.theme;
    let Some(evaluation) = &cx.derived.evaluation else {
        ui.add_sized(vec2(18.0, 18.0), Label::new(small(theme, "…")))
            .on_hover_text("not computed yet");
        return;
    };
    let broken = evaluation.violations.iter().find(|violation| violation.limit == limit);
    let (icon, colour) = match broken {
        Some(_) => (icon::WARNING, theme.worse),
        None => (icon::CHECK, theme.better),
    };
    let words = match (broken, present(evaluation, limit)) {
        (Some(violation), _) => violation.text.clone(),
        (None, Some(present)) => {
            let unit = unit(limit);
            format!("kept: {} of {}", unit.format(present), unit.format(value))
        }
        (None, None) => "kept".to_owned(),
    };
    let mark = ui.add_sized(vec2(18.0, 18.0), Label::new(RichText::new(icon).color(colour)));
    mark.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
    mark.on_hover_text(words);
}
