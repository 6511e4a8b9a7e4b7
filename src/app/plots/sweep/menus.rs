//! The menus of the axes and of the tab's bar: what is varied, from where to where, what is shown, what is best.

use super::knobs;
use super::settings::{Wish, usual_range};
use crate::app::input::QuantityField;
use crate::app::{Cx, icon};
use crate::explore::Objective;
use crate::explore::sweep::{Knob, Range};
use egui::{Id, Popup, PopupCloseBehavior, Response, Ui};

/// Which number of the sweep a menu is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The first, on the horizontal axis.
    First,
    /// The second, on the vertical axis of a map.
    Second,
}

/// The menu of the horizontal axis: the number that is varied, and its range.
pub fn first(button: &Response, cx: &mut Cx<'_>, wish: &Wish) {
    let menu = Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| {
        knobs::heading(ui, cx, "vary");
        if let Some(knob) = knobs::menu(ui, cx, Some(&wish.question.knob)) {
            cx.session.sweep.choose(knob, &wish.question.knob);
            ui.close();
        }
        ui.separator();
        range(ui, cx, Which::First, &wish.question.knob, wish.question.range);
    });
}

/// The menu of the vertical axis: the metric that is shown, or the second number of a map.
pub fn vertical(button: &Response, cx: &mut Cx<'_>, wish: &Wish) {
    let menu = Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| match &wish.second {
        Some((knob, second)) => {
            let (knob, second) = (knob.clone(), *second);
            if ui.button("a metric instead of a second number").clicked() {
                cx.session.sweep.choose_second(None);
                ui.close();
            }
            ui.separator();
            self::second(ui, cx, Some(&knob));
            ui.separator();
            range(ui, cx, Which::Second, &knob, second);
        }
        None => {
            metrics(ui, cx);
            ui.separator();
            ui.checkbox(&mut cx.session.sweep.log, "logarithmic");
            ui.menu_button("what is best", |ui| best_in(ui, cx));
            ui.separator();
            ui.menu_button("a second number: map of the best designs", |ui| second(ui, cx, None));
        }
    });
}

fn metrics(ui: &mut Ui, cx: &mut Cx<'_>) {
    for objective in Objective::ALL {
        let is_shown = cx.session.sweep.metric == objective;
        if ui.selectable_label(is_shown, objective.name()).clicked() {
            cx.session.sweep.metric = objective;
            ui.close();
        }
    }
}

fn second(ui: &mut Ui, cx: &mut Cx<'_>, current: Option<&Knob>) {
    knobs::heading(ui, cx, "vary as well");
    if let Some(knob) = knobs::menu(ui, cx, current) {
        cx.session.sweep.choose_second(Some(knob));
        ui.close();
    }
}

/// The fields of a range.
fn range(ui: &mut Ui, cx: &mut Cx<'_>, which: Which, knob: &Knob, shown: Range) {
    let Some(parameter) = knob.parameter(&cx.document.system, &cx.document.constraints) else {
        return;
    };
    let mut new = shown;
    ui.horizontal(|ui| {
        for (name, place) in [("from", &mut new.low), ("to", &mut new.high)] {
            ui.label(name);
            let label = format!("{name}, of the {}", words(which));
            let id = Id::unique(("sweep range", which == Which::First, name));
            let field = QuantityField::new(id, &label, parameter.unit).allowed(parameter.allowed);
            if let Some(value) = field.width(84.0).show(ui, cx.theme, *place) {
                *place = value;
            }
        }
    });
    ui.checkbox(&mut new.log, "equal steps are equal ratios");
    let usual = usual_range(cx, knob).filter(|usual| *usual != shown);
    if usual.is_some() && ui.button(format!("{}  the usual range", icon::RESET)).clicked() {
        set(cx, which, knob, usual);
        return;
    }
    if new == shown {
        return;
    }
    match new.fault(&parameter) {
        None => set(cx, which, knob, Some(new)),
        Some(fault) => cx.push(crate::app::Command::Tell(format!("The range cannot be used: {fault}"))),
    }
}

fn words(which: Which) -> &'static str {
    match which {
        Which::First => "number that is varied",
        Which::Second => "second number",
    }
}

fn set(cx: &mut Cx<'_>, which: Which, knob: &Knob, range: Option<Range>) {
    let settings = &mut cx.session.sweep;
    match which {
        Which::First => {
            settings.knob = Some(knob.clone());
            settings.range = range;
        }
        Which::Second => settings.second_range = range,
    }
}

/// What the best design is the best in.
pub fn best_in(ui: &mut Ui, cx: &mut Cx<'_>) {
    knobs::heading(ui, cx, "the best design has least");
    let chosen = cx.session.sweep.best_in;
    let same = format!("what is shown ({})", cx.session.sweep.metric.name());
    if ui.selectable_label(chosen.is_none(), same).clicked() {
        cx.session.sweep.best_in = None;
        ui.close();
    }
    for objective in Objective::ALL {
        let text = match objective.more_is_better() {
            true => format!("time between results ({})", objective.name()),
            false => objective.name().to_owned(),
        };
        if ui.selectable_label(chosen == Some(objective), text).clicked() {
            cx.session.sweep.best_in = Some(objective);
            ui.close();
        }
    }
}
