//! What schedules must keep, and what is to be least.

use super::settings::{edit, least};
use crate::app::input::{QuantityField, TextField, chip, small};
use crate::app::{Cx, Theme, picker, widgets};
use crate::explore::schedule::constraints::{FORM, TERMS};
use crate::explore::schedule::{Constraint, Count, Machine, Objective, Order};
use crate::presets::Allowed;
use crate::project::Bundling;
use crate::project::bundling::{MOST_BITS, MOST_LINES, Solved};
use crate::units::Unit;
use egui::{Align, Id, Label, Layout, Ui};

/// Width of fields in points.
const FIELD: f32 = 84.0;
/// Why nothing can be asked of energy.
const NO_ENERGY: &str = "the edge's energies were not measured";

/// A row with a name and a field at its right.
pub(super) fn line(ui: &mut Ui, theme: &Theme, name: &str, help: &str, field: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            field(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(small(theme, name)).truncate()).on_hover_text(help);
            });
        });
    });
}

fn id(name: &str) -> Id {
    Id::unique(("bundling", name))
}

/// A row with a menu of choices.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    (name, help): (&str, &str),
    current: T,
    choices: &[(T, String)],
    set: impl FnOnce(&mut Bundling, T),
) {
    let texts: Vec<(T, &str)> = choices.iter().map(|(choice, text)| (*choice, text.as_str())).collect();
    let mut chosen = None;
    line(ui, cx.theme, name, help, |ui| {
        chosen = picker::choose(ui, cx.theme, name, current, &texts);
    });
    if let Some(chosen) = chosen {
        edit(cx, |bundling| set(bundling, chosen));
    }
}

/// Something that can be used only where energy is known, else with the reason on hover.
fn with_energy(ui: &mut Ui, knows_energy: bool, contents: impl FnOnce(&mut Ui)) {
    match knows_energy {
        true => contents(ui),
        false => {
            let response = ui.add_enabled_ui(false, contents).response;
            response.on_disabled_hover_text(NO_ENERGY);
        }
    }
}

/// A row with a number that may be absent; `is_possible` = whether it can be asked for.
fn budget(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    (name, label, help): (&str, &str, &str),
    (unit, is_possible): (Unit, bool),
    value: Option<f64>,
    set: impl FnOnce(&mut Bundling, Option<f64>),
) {
    let mut new = None;
    line(ui, cx.theme, name, help, |ui| {
        let field = QuantityField::new(id(label), label, unit).allowed(Allowed::AboveZero);
        let field = field.sign("≤ ").width(FIELD);
        with_energy(ui, is_possible, |ui| {
            new = field.show_optional(ui, cx.theme, value, "none");
        });
    });
    if let Some(value) = new {
        edit(cx, |bundling| set(bundling, value));
    }
}

/// Draws the form.
pub fn ui(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved) {
    let asked = cx.document.bundling.clone();
    let knows_energy = solved.stated.problem.knows_energy();
    let shown = least(solved, &asked);
    let mut objective = None;
    line(ui, cx.theme, "least", "What is to be least", |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let choices = [(Objective::Energy, "energy"), (Objective::Latency, "latency")];
        for (choice, text) in choices {
            let is_possible = choice == Objective::Latency || knows_energy;
            with_energy(ui, is_possible, |ui| {
                if chip(ui, cx.theme, text, shown == choice, 58.0).clicked() {
                    objective = Some(choice);
                }
            });
        }
    });
    if let Some(objective) = objective {
        edit(cx, |bundling| bundling.objective = objective);
    }
    let help = "Most time of an inference; also the upright line of the plot";
    budget(
        ui,
        cx,
        ("latency", "Latency budget", help),
        (Unit::Seconds, true),
        asked.latency_s,
        |to, value| {
            to.latency_s = value;
        },
    );
    let help = "Most energy of the edge for an inference; also the level line of the plot";
    budget(
        ui,
        cx,
        ("edge energy", "Energy budget", help),
        (Unit::Joules, knows_energy),
        asked.energy_j,
        |to, value| {
            to.energy_j = value;
        },
    );
    of_blocks(ui, cx, solved, &asked);
    of_devices(ui, cx, solved, &asked);
    sending(ui, cx, &asked);
    constraints(ui, cx, solved, &asked);
}

/// Rules about blocks and bundles.
fn of_blocks(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved, asked: &Bundling) {
    let (blocks, count) = (&solved.stated.blocks, solved.stated.blocks.len());
    let any = std::iter::once((None, "any".to_owned()));
    let sizes = any.chain((1..count).map(|size| (Some(size), size.to_string())));
    let help = "Blocks of the longest bundle";
    choice(
        ui,
        cx,
        ("longest bundle", help),
        asked.longest.filter(|&size| size < count),
        &sizes.collect::<Vec<_>>(),
        |to, size| {
            to.longest = size;
        },
    );
    let counts = [
        (Count::Free, "any number".to_owned()),
        (Count::Ceil, "N/M rounded up".to_owned()),
        (Count::FloorPlusOne, "N/M down, + 1".to_owned()),
    ];
    let help = "How many bundles a device may run: N = blocks on it, M = longest bundle. The published optimisers round N/M up; \
                their program for latency alone rounds it down and adds 1 on the last device";
    choice(ui, cx, ("bundles", help), asked.count, &counts, |to, count| {
        to.count = count;
    });
    let none = std::iter::once((0, "none".to_owned()));
    let private = none.chain((1..=count).map(|k| (k, blocks.words(0, k - 1))));
    let help = "The first blocks, which must run at the edge: what they compute stays private";
    choice(
        ui,
        cx,
        ("private blocks", help),
        asked.private.min(count),
        &private.collect::<Vec<_>>(),
        |to, k| {
            to.private = k;
        },
    );
}

/// Rules about devices.
fn of_devices(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved, asked: &Bundling) {
    let machines = solved.stated.problem.machines();
    let clocks = machines.first().map(Machine::clocks).unwrap_or_default();
    if !clocks.is_empty() {
        let any = std::iter::once((None, "any".to_owned()));
        let clocks = any.chain(clocks.into_iter().map(|hz| (Some(hz), super::readout::clock(hz))));
        let help = "The only clock the edge may run at; with any, each of its bundles has its own";
        choice(
            ui,
            cx,
            ("edge clock", help),
            asked.clock_hz,
            &clocks.collect::<Vec<_>>(),
            |to, clock| {
                to.clock_hz = clock;
            },
        );
    }
    if machines.len() < 2 {
        return;
    }
    let orders = [
        (Order::Any, "back and forth".to_owned()),
        (Order::Forward, "forward only".to_owned()),
    ];
    let help = "In which order devices may be visited";
    choice(ui, cx, ("direction", help), asked.order, &orders, |to, order| {
        to.order = order;
    });
    let mut toggled = [false; 2];
    let stated = &solved.stated;
    let name = |machine: usize| machines.get(machine).map_or("", |machine| machine.name.as_str());
    line(
        ui,
        cx.theme,
        "fixed places",
        "What enters or leaves where the system says, and so is sent where it is needed",
        |ui| {
            let ends = [
                (
                    "result",
                    asked.output_is_fixed,
                    format!(
                        "The result is wanted at {}, else wherever the last block runs",
                        name(stated.output_at)
                    ),
                ),
                (
                    "input",
                    asked.input_is_fixed,
                    format!(
                        "The input arrives at {}, else wherever the first block runs",
                        name(stated.input_at)
                    ),
                ),
            ];
            for (place, (text, on, hint)) in ends.into_iter().enumerate() {
                toggled[place] = widgets::toggle(ui, cx.theme, on, text, &hint).clicked();
            }
        },
    );
    if toggled != [false; 2] {
        edit(cx, |bundling| {
            bundling.output_is_fixed ^= toggled[0];
            bundling.input_is_fixed ^= toggled[1];
        });
    }
}

/// How tensors are sent.
fn sending(ui: &mut Ui, cx: &mut Cx<'_>, asked: &Bundling) {
    let own = std::iter::once((None, "sender's width".to_owned()));
    let widths = [8, 16, 32, MOST_BITS].map(|bits| (Some(bits), format!("{bits} bit")));
    let widths: Vec<(Option<u32>, String)> = own.chain(widths).collect();
    let help = "Bits per element of tensors between devices and of the result; the input keeps those it arrives with";
    choice(ui, cx, ("sent with", help), asked.bits, &widths, |to, bits| {
        to.bits = bits;
    });
    let mut new = None;
    line(
        ui,
        cx.theme,
        "compression",
        "By which factor tensors shrink on the way, 1 = not at all",
        |ui| {
            let field = QuantityField::new(id("compression"), "Compression", Unit::Count).allowed(Allowed::AboveZero);
            let check = |value: Option<f64>| match value {
                Some(factor) if factor < 1.0 => Err("a factor of 1 or more".to_owned()),
                _ => Ok(()),
            };
            new = field.width(FIELD).check(&check).show(ui, cx.theme, asked.compression);
        },
    );
    if let Some(factor) = new {
        edit(cx, |bundling| bundling.compression = factor);
    }
}

/// Further constraints, one a line, and the field for a new one.
fn constraints(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved, asked: &Bundling) {
    let mut new = None;
    let help = "Power the edge takes while it waits for transfers and other devices";
    line(ui, cx.theme, "waiting power", help, |ui| {
        let field = QuantityField::new(id("waiting power"), "Waiting power", Unit::Watts);
        new = field.width(FIELD).show(ui, cx.theme, asked.idle_power_w);
    });
    if let Some(power) = new {
        edit(cx, |bundling| bundling.idle_power_w = power);
    }
    let terms = TERMS.map(|(term, meaning)| format!("{term}: {meaning}")).join("\n");
    ui.label(small(cx.theme, "further constraints"))
        .on_hover_text(format!("{FORM}\n\n{terms}"));
    let names = solved
        .stated
        .problem
        .machines()
        .iter()
        .map(|machine| machine.name.as_str());
    let names: Vec<&str> = names.collect();
    let lines = asked.constraints.iter().map(String::as_str).map(Some);
    let room = (asked.constraints.len() < MOST_LINES).then_some(None);
    for (index, known) in lines.chain(room).enumerate() {
        let label = format!("Constraint {}", index + 1);
        let hint = match names.first() {
            Some(edge) if known.is_none() => format!("bundles({edge}) <= 2"),
            _ => String::new(),
        };
        let mut typed = None;
        let width = ui.available_width() - 14.0;
        let field = TextField::new(id(&label), &label).hint(&hint).width(width);
        field.show(ui, cx.theme, known.unwrap_or(""), |text| {
            if !text.trim().is_empty() {
                Constraint::parse(text, &solved.stated.blocks, &names).map_err(|error| error.to_string())?;
            }
            typed = Some(text.trim().to_owned());
            Ok(())
        });
        if let Some(text) = typed {
            edit(cx, |bundling| set_line(&mut bundling.constraints, index, text));
        }
    }
}

/// Replaces a line, adds it, or removes it where it is empty.
fn set_line(lines: &mut Vec<String>, index: usize, text: String) {
    match (lines.get_mut(index), text.is_empty()) {
        (Some(_), true) => {
            lines.remove(index);
        }
        (Some(line), false) => *line = text,
        (None, true) => {}
        (None, false) => lines.push(text),
    }
}

/// Removes all constraints: those that mean nothing on this system cannot be shown beside others.
pub(super) fn remove_constraints(cx: &mut Cx<'_>) {
    edit(cx, |bundling| bundling.constraints.clear());
}
