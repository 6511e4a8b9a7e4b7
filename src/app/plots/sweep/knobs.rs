//! Numbers that can be varied, in words and as menus, and what sets them.

use crate::app::{Cx, Theme, theme, words};
use crate::explore::sweep::Knob;
use crate::project::Action;
use crate::system::{BY_HAND, Link, System, number};
use egui::{RichText, Ui};

/// What a number is called: `rate of Wi-Fi 5`, `A static power`.
pub fn name(system: &System, knob: &Knob) -> String {
    match knob {
        Knob::Rate(link) => format!("rate of {}", words::link(system, *link)),
        Knob::Rates => "all link rates".to_owned(),
        Knob::Speed(device) => format!("speed of {}", Theme::letter(*device)),
        Knob::Device(device, name) => format!("{} {}", Theme::letter(*device), number::words(name)),
        Knob::Link(link, _) => format!("{} {}", words::link(system, *link), short(system, knob)),
        Knob::InputBits => "bits per input element".to_owned(),
        Knob::FrameRate => "frame rate".to_owned(),
        Knob::Limit(limit) => format!("limit on {}", limit.objective().name()),
    }
}

/// The name within the part of the system it belongs to.
fn short(system: &System, knob: &Knob) -> String {
    match knob {
        Knob::Rate(_) => "rate".to_owned(),
        Knob::Speed(_) => "speed".to_owned(),
        Knob::Device(_, name) => number::words(name),
        Knob::Link(link, name) => {
            let described = system.link(*link).model.numbers();
            let number = described.iter().find(|number| number.parameter.name == *name);
            number.map_or_else(|| number::words(name), |number| number.label.to_owned())
        }
        _ => name(system, knob),
    }
}

/// A menu of all numbers, by the parts of the system they belong to; the one that was clicked.
pub fn menu(ui: &mut Ui, cx: &Cx<'_>, current: Option<&Knob>) -> Option<Knob> {
    let system = &cx.document.system;
    let all = Knob::all(system);
    let mut chosen = None;
    let mut group = |ui: &mut Ui, title: String, belongs: &dyn Fn(&Knob) -> bool| {
        let knobs: Vec<&Knob> = all.iter().filter(|knob| belongs(knob)).collect();
        if knobs.is_empty() {
            return;
        }
        let has_current = knobs.iter().any(|knob| Some(*knob) == current);
        let title = RichText::new(title).color(if has_current { cx.theme.text } else { cx.theme.weak });
        ui.menu_button(title, |ui| {
            for knob in knobs {
                if ui
                    .selectable_label(Some(knob) == current, short(system, knob))
                    .clicked()
                {
                    chosen = Some(knob.clone());
                    ui.close();
                }
            }
        });
    };
    for (index, device) in system.devices.iter().enumerate() {
        let title = format!("{} {}", Theme::letter(index), device.name);
        group(
            ui,
            title,
            &|knob| matches!(knob, Knob::Speed(device) | Knob::Device(device, _) if *device == index),
        );
    }
    for index in 0..system.link_count() {
        group(
            ui,
            words::link(system, index),
            &|knob| matches!(knob, Knob::Rate(link) | Knob::Link(link, _) if *link == index),
        );
    }
    group(ui, "limits".to_owned(), &|knob| matches!(knob, Knob::Limit(_)));
    group(ui, "system".to_owned(), &|knob| {
        matches!(knob, Knob::Rates | Knob::InputBits | Knob::FrameRate)
    });
    chosen
}

/// A line that says what a menu is about.
pub fn heading(ui: &mut Ui, cx: &Cx<'_>, text: &str) {
    ui.label(RichText::new(text).size(theme::SMALL).color(cx.theme.weak));
}

/// The action that sets a number of the document; `None` for a share of what is there, and for what the system does not have.
pub fn action(cx: &Cx<'_>, knob: &Knob, value: f64) -> Option<Action> {
    let (mut system, mut constraints) = (cx.document.system.clone(), cx.document.constraints);
    let is_set = !knob.is_share() && knob.set(&mut system, &mut constraints, value);
    is_set.then_some(())?;
    let by_hand = |link: &mut Link, names: &[&str]| {
        for name in names {
            link.sources.insert((*name).to_owned(), BY_HAND.to_owned());
        }
    };
    let set_link = |index: usize, names: &[&str]| {
        let mut link = system.link(index).clone();
        by_hand(&mut link, names);
        Action::SetLink(index, link)
    };
    Some(match knob {
        Knob::Rate(index) => {
            let rate = system.link(*index).model.tunable()?.rate_bytes_per_s;
            let names = system.link(*index).model.clone().set_rate(rate);
            set_link(*index, names)
        }
        Knob::Link(index, name) => set_link(*index, &[name]),
        Knob::Device(index, name) => {
            let mut device = system.devices.get(*index)?.clone();
            device.sources.insert(name.clone(), BY_HAND.to_owned());
            Action::SetDevice(*index, device)
        }
        Knob::InputBits | Knob::FrameRate => Action::SetSystemSettings {
            name: system.name,
            input_at: system.input_at,
            output_at: system.output_at,
            input_bits: system.input_bits,
            frame_rate_hz: system.frame_rate_hz,
        },
        Knob::Limit(_) => Action::SetConstraints(constraints),
        Knob::Rates | Knob::Speed(_) => return None,
    })
}
