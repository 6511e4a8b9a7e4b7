//! “Choose for me”: weights or an order of priority pick one point of the front, which the plot marks while they are moved.

use super::panel::{self, WIDTH};
use super::readout;
use crate::app::input::{QuantityField, chip, small};
use crate::app::theme::{self, Theme};
use crate::app::{Cx, icon, widgets};
use crate::explore::{Front, Objective, choose};
use crate::presets::Allowed;
use crate::project::Action;
use crate::units::Unit;
use egui::{Align, Button, Id, Label, Layout, Response, RichText, Role, Slider, Ui, WidgetInfo};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Width of an objective's name.
const NAME: f32 = 84.0;
/// How much worse than the best an objective may be by default when it comes by priority.
const TOLERANCE: f64 = 0.05;

/// What is asked of the point to choose.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Whether the panel is open and the point marked.
    #[serde(skip)]
    pub is_open: bool,
    /// Which rule applies.
    pub rule: Rule,
    weights: BTreeMap<Objective, f64>,
    tolerances: BTreeMap<Objective, f64>,
    order: Vec<Objective>,
}

/// The rules that choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Rule {
    /// [`choose::by_weights`].
    #[default]
    Weights,
    /// [`choose::by_priority`].
    Priority,
}

impl Rule {
    fn name(self) -> &'static str {
        match self {
            Self::Weights => "by weights",
            Self::Priority => "by priority",
        }
    }

    fn definition(self) -> &'static str {
        match self {
            Self::Weights => {
                "The point with the least weighted sum of the objectives, each scaled linearly from 0 at the front's best \
                 to 1 at its worst."
            }
            Self::Priority => {
                "One objective after the other keeps the points that are at most its tolerance worse than the best of \
                 those left; the last objective keeps its best."
            }
        }
    }
}

impl Choice {
    /// The objectives of a front in the order of priority: as the search has them, until someone moves one.
    fn order(&self, front: &Front) -> Vec<Objective> {
        let explored = front.search.objectives();
        let mut order = self.order.clone();
        order.retain(|objective| explored.contains(objective));
        let rest = explored.into_iter().filter(|objective| !self.order.contains(objective));
        order.extend(rest);
        order
    }

    fn weight(&self, objective: Objective) -> f64 {
        self.weights.get(&objective).copied().unwrap_or(1.0)
    }

    fn tolerance(&self, objective: Objective) -> f64 {
        self.tolerances.get(&objective).copied().unwrap_or(TOLERANCE)
    }

    /// The point of the front that is chosen.
    pub fn index(&self, front: &Front) -> Option<usize> {
        let order = self.order(front);
        let numbers = |point: &crate::explore::FrontPoint| -> Vec<f64> {
            order.iter().map(|&objective| point.metrics.get(objective)).collect()
        };
        let points: Vec<_> = front.points.iter().map(numbers).collect();
        match self.rule {
            Rule::Weights => {
                let weights: Vec<_> = order.iter().map(|&objective| self.weight(objective)).collect();
                choose::by_weights(&points, &weights)
            }
            Rule::Priority => {
                let tolerances: Vec<_> = order.iter().map(|&objective| self.tolerance(objective)).collect();
                choose::by_priority(&points, &tolerances)
            }
        }
    }
}

/// The panel above the button that opens and closes it.
pub fn panel(button: &Response, cx: &mut Cx<'_>, front: &Front) {
    if button.clicked() {
        cx.session.choice.is_open ^= true;
        cx.session.evolution.is_open = false;
    }
    let is_open = cx.session.choice.is_open;
    cx.session.choice.is_open = panel::show(button, cx, "Choose for me", is_open, |ui, cx| contents(ui, cx, front));
}

fn contents(ui: &mut Ui, cx: &mut Cx<'_>, front: &Front) {
    ui.horizontal(|ui| {
        for rule in [Rule::Weights, Rule::Priority] {
            let on = cx.session.choice.rule == rule;
            let chip = chip(ui, cx.theme, rule.name(), on, (WIDTH - 6.0) / 2.0);
            chip.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, rule.name()));
            if chip.on_hover_text(rule.definition()).clicked() {
                cx.session.choice.rule = rule;
            }
        }
    });
    let order = cx.session.choice.order(front);
    match cx.session.choice.rule {
        Rule::Weights => weights(ui, cx.theme, &mut cx.session.choice, &order),
        Rule::Priority => priorities(ui, cx.theme, &mut cx.session.choice, &order),
    }
    ui.separator();
    result(ui, cx, front);
}

fn name(ui: &mut Ui, objective: Objective) -> Response {
    let label = Label::new(RichText::new(objective.name()).size(theme::SMALL + 1.0)).truncate();
    ui.scope(|ui| {
        ui.set_width(NAME);
        ui.add(label)
    })
    .inner
}

fn weights(ui: &mut Ui, theme: &Theme, choice: &mut Choice, order: &[Objective]) {
    let sum: f64 = order.iter().map(|&objective| choice.weight(objective)).sum();
    for &objective in order {
        let mut weight = choice.weight(objective);
        ui.horizontal(|ui| {
            let label = name(ui, objective);
            ui.spacing_mut().slider_width = WIDTH - NAME - 64.0;
            let slider = ui.add(Slider::new(&mut weight, 0.0..=1.0).show_value(false));
            if slider.labelled_by(label.id).changed() {
                choice.weights.insert(objective, weight);
            }
            let share = if sum > 0.0 { choice.weight(objective) / sum } else { 0.0 };
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(small(theme, Unit::Percent.format(share)));
            });
        });
    }
}

fn priorities(ui: &mut Ui, theme: &Theme, choice: &mut Choice, order: &[Objective]) {
    for (rank, &objective) in order.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.label(small(theme, format!("{}", rank + 1)));
            name(ui, objective);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let up = format!("{} comes earlier", objective.name());
                ui.add_enabled_ui(rank > 0, |ui| {
                    if widgets::icon_button(ui, theme, icon::CARET_UP, &up).clicked() {
                        choice.order = order.to_vec();
                        choice.order.swap(rank, rank - 1);
                    }
                });
                if rank + 1 == order.len() {
                    ui.label(small(theme, "its best"));
                    return;
                }
                let label = format!("Tolerance of {}", objective.name());
                let field = QuantityField::new(Id::unique(("tolerance", objective)), &label, Unit::Percent);
                let field = field.allowed(Allowed::NotNegative).width(64.0);
                if let Some(tolerance) = field.show(ui, theme, choice.tolerance(objective)) {
                    choice.tolerances.insert(objective, tolerance);
                }
                ui.label(small(theme, "within"));
            });
        });
    }
}

/// The point that is chosen, and the button that loads it.
fn result(ui: &mut Ui, cx: &mut Cx<'_>, front: &Front) {
    let chosen = cx
        .session
        .choice
        .index(front)
        .and_then(|index| Some((index, front.points.get(index)?)));
    let Some((index, point)) = chosen else {
        let why = match front.points.is_empty() {
            true => "The front has no point to choose.",
            false => "Give one objective a weight.",
        };
        ui.label(small(cx.theme, why));
        return;
    };
    let number = |objective: &Objective| {
        let value = objective.unit().format(point.metrics.shown(*objective));
        format!("{} {value}", objective.name())
    };
    let numbers: Vec<_> = cx.session.choice.order(front).iter().map(number).collect();
    ui.horizontal(|ui| {
        let subject = super::marks::Subject::Front(index);
        ui.label(readout::short_name(cx, front, subject));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let is_current = point.design == cx.document.design;
            let load = ui.add_enabled(!is_current, Button::new("load"));
            load.widget_info(|| WidgetInfo::labeled(Role::Button, !is_current, "Load the chosen design"));
            let load = load.on_disabled_hover_text("this is the design in the window");
            if load.hovered() {
                cx.session.preview = Some(point.design.clone());
            }
            if load.clicked() {
                cx.edit(Action::LoadDesign(point.design.clone()));
            }
        });
    });
    ui.add(Label::new(small(cx.theme, numbers.join(" · "))).wrap());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::made::front;

    #[test]
    fn the_order_follows_the_search_and_keeps_what_was_moved() {
        let front = front(&[(1.0, 3.0), (1.04, 2.0), (2.0, 1.0)]);
        let mut choice = Choice {
            rule: Rule::Priority,
            ..Choice::default()
        };
        assert_eq!(choice.index(&front), Some(1), "5 % of latency are given away");
        choice.order = vec![Objective::Energy, Objective::Area];
        assert_eq!(choice.order(&front), [Objective::Energy, Objective::Latency]);
        assert_eq!(choice.index(&front), Some(2));
        choice.rule = Rule::Weights;
        choice.weights.insert(Objective::Energy, 0.0);
        assert_eq!(choice.index(&front), Some(0));
    }
}
