//! The schedule that is looked at, in words and numbers, what can be done with it, and what others do.

use super::settings::{Chosen, shown};
use super::{others, readout, strip};
use crate::app::input::small;
use crate::app::{Command, Cx, icon, theme, widgets};
use crate::design::Constraints;
use crate::explore::schedule::{Battery, Objective, Plan};
use crate::project::bundling::{Solved, taken};
use crate::system::DeviceModel;
use crate::units::Unit;
use egui::{Align, Button, FontId, Label, Layout, RichText, Role, Ui, WidgetInfo};
use std::sync::Arc;

/// Draws the part.
pub fn ui(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved) {
    let Some((chosen, plan)) = shown(cx, solved) else {
        ui.add(Label::new(RichText::new(readout::nothing(solved)).color(cx.theme.worse)).wrap());
        return others::ui(ui, cx, solved);
    };
    heading(ui, cx, solved, &chosen, plan);
    ui.add(Label::new(readout::words(solved, plan)).wrap());
    strip::ui(ui, cx, solved, plan);
    numbers(ui, cx, solved, plan);
    ui.add_space(2.0);
    others::ui(ui, cx, solved);
    ui.add_space(4.0);
    for text in notes(cx, solved) {
        ui.add(Label::new(small(cx.theme, text)).wrap());
    }
}

/// Which schedule it is, the way back to the best, and the way into the design.
fn heading(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved, chosen: &Chosen, plan: &Plan) {
    let asked = &cx.document.bundling;
    let has_budget = asked.latency_s.is_some() || asked.energy_j.is_some();
    let text = match chosen {
        Chosen::Best if has_budget => "best within the budgets".to_owned(),
        Chosen::Best => "best schedule".to_owned(),
        Chosen::Front(_) => "of the front".to_owned(),
        Chosen::Baseline(name) => name.clone(),
    };
    let has_other = *chosen != Chosen::Best && solved.best(asked).is_some();
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = ui.add(Button::new("Use").small());
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Use this schedule"));
            let hint = "Use this schedule: the design in the window becomes it, as far as a design can express it";
            if button.on_hover_text(hint).clicked() {
                use_it(cx, solved, plan);
            }
            if has_other && widgets::icon_button(ui, cx.theme, icon::RESET, "Show the best schedule").clicked() {
                cx.session.bundles.chosen = Chosen::Best;
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(small(cx.theme, text)).truncate());
            });
        });
    });
}

/// Latency and energy with their parts, and what a charge is good for.
fn numbers(ui: &mut Ui, cx: &Cx<'_>, solved: &Solved, plan: &Plan) {
    let row = |ui: &mut Ui, name: &str, value: String, parts: &[String]| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.label(small(cx.theme, name));
            ui.label(RichText::new(value).font(theme::semibold(theme::BODY)));
            // A part goes to the next line as a whole: a number is not parted from its unit.
            let font = FontId::proportional(theme::SMALL);
            let width = ui.painter().layout_no_wrap(parts.join(" "), font, cx.theme.weak);
            let joined = [parts.join(" ")];
            let parts = match width.size().x <= ui.max_rect().width() {
                true => &joined,
                false => parts,
            };
            for part in parts {
                ui.add(Label::new(small(cx.theme, part)).extend());
            }
        });
    };
    let latency = Unit::Seconds.format(plan.latency_s());
    let parts = readout::parts(Unit::Seconds, plan.compute.latency_s, plan.transfer.latency_s);
    row(ui, "latency", latency, &parts);
    if solved.stated.problem.knows_energy() {
        let energy = Unit::Joules.format(plan.energy_j());
        let parts = readout::parts(Unit::Joules, plan.compute.energy_j, plan.transfer.energy_j);
        row(ui, "edge energy", energy, &parts);
        if let Some(charge) = battery(cx, solved).filter(|_| plan.energy_j() > 0.0) {
            let battery = Battery { energy_j: charge };
            let of = format!("of {}", Unit::Joules.format(charge));
            if let Some(count) = battery.inferences(&solved.stated.problem, plan) {
                row(ui, "inferences per charge", Unit::Count.format(count), &[of]);
            }
        }
    } else {
        ui.label(small(cx.theme, "edge energy: not measured"));
    }
    bound(ui, cx, solved);
}

/// What no schedule can undercut, and how far the best one is above it.
fn bound(ui: &mut Ui, cx: &Cx<'_>, solved: &Solved) {
    let (Some(answer), Some((of, bound))) = (&cx.derived.bundles, &cx.derived.bundles_bound) else {
        return;
    };
    let (asked, bound) = (&answer.bundling, *bound);
    let objective = asked.objective;
    let is_known = objective == Objective::Latency || solved.stated.problem.knows_energy();
    let best = solved.best(asked).and_then(|best| solved.front.plans.get(best));
    let Some(best) = best.filter(|_| is_known && Arc::ptr_eq(answer, of)) else {
        return;
    };
    let (unit, value) = match objective {
        Objective::Latency => (Unit::Seconds, best.latency_s()),
        Objective::Energy => (Unit::Joules, best.energy_j()),
    };
    let gap = if bound > 0.0 {
        (value / bound - 1.0).max(0.0)
    } else {
        0.0
    };
    let bound = unit.format(bound);
    let words = match gap < 0.0005 {
        true => format!("bound of the linear programme: {bound}, reached"),
        false => {
            let gap = Unit::Percent.format(gap);
            format!("bound of the linear programme: {bound}, the best {gap} above")
        }
    };
    let hint = "The relaxed programme may mix schedules over many inferences, so that budgets hold on average only";
    ui.add(Label::new(small(cx.theme, words)).wrap()).on_hover_text(hint);
}

/// Joules of the edge's battery.
fn battery(cx: &Cx<'_>, solved: &Solved) -> Option<f64> {
    let edge = solved.stated.devices.first()?;
    match &cx.document.built(*edge)?.model {
        DeviceModel::Profile(profile) => profile.battery_j,
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Spatial(_) => None,
    }
}

/// What is to be known about the problem.
fn notes(cx: &Cx<'_>, solved: &Solved) -> Vec<String> {
    let stated = &solved.stated;
    let mut notes = Vec::new();
    if let [only] = stated.problem.machines() {
        notes.push(format!(
            "{} is the only measured device: bundles and clocks are all there is to choose",
            only.name
        ));
    }
    notes.extend(stated.notes.iter().cloned());
    let taking = stated.devices.iter().filter_map(|&device| cx.document.built(device));
    let mut limits = taking.flat_map(|device| [device.memory_limit_bytes, device.power_limit_w]);
    if cx.document.constraints != Constraints::default() || limits.any(|limit| limit.is_some()) {
        let text = "the system's limits on memory, power and the like are not looked at here, only what this tab asks";
        notes.push(text.to_owned());
    }
    notes.extend(stated.left_out.iter().map(|text| format!("left out: {text}")));
    let missing: usize = stated.profiled.iter().map(|device| device.missing.len()).sum();
    let first = stated
        .profiled
        .iter()
        .find_map(|device| Some((&device.name, device.missing.first()?.words(&stated.blocks))));
    if let Some((name, words)) = first {
        notes.push(format!(
            "{} {missing} bundles were not measured and cannot be chosen, such as {words} on {name}",
            icon::WARNING
        ));
    }
    notes
}

/// Makes the schedule the design, as one undo step, and tells what is lost.
fn use_it(cx: &mut Cx<'_>, solved: &Solved, plan: &Plan) {
    match taken(cx.document, &solved.stated, plan) {
        Ok(taken) => {
            cx.push(Command::BeginGesture);
            for action in taken.actions(cx.document) {
                cx.edit(action);
            }
            cx.push(Command::EndGesture);
            for lost in taken.lost {
                cx.push(Command::Tell(lost));
            }
        }
        Err(why) => cx.push(Command::Tell(why)),
    }
}
