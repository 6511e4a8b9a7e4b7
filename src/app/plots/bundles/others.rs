//! What others do, as a table: latency, energy, and how much worse than the best schedule, or which budget they break.

use super::readout;
use super::settings::{Chosen, answered, least};
use crate::app::cells::{self, ROW};
use crate::app::{Cx, icon, theme};
use crate::explore::schedule::{Baseline, Objective, Plan, within};
use crate::project::Bundling;
use crate::project::bundling::Solved;
use crate::units::Unit;
use egui::{Align2, Color32, FontId, Rect, Role, Sense, Ui, WidgetInfo, vec2};

/// Width of a number and of a share.
const NUMBER: f32 = 60.0;
const SHARE: f32 = 54.0;
/// How far the clocks of one device stand in from the line that names them.
const INDENT: f32 = 10.0;
/// Width from which on latency and energy are both shown.
const ROOM_FOR_BOTH: f32 = 258.0;
/// Room for units.
const UNIT: f32 = 20.0;

/// Draws the table.
pub fn ui(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved) {
    let knows_energy = solved.stated.problem.knows_energy();
    let asked = answered(cx);
    let objective = least(solved, asked);
    let best = solved.best(asked).and_then(|best| solved.front.plans.get(best));
    ui.spacing_mut().item_spacing.y = 0.0;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let heads = columns(rect, knows_energy, objective);
    let titles = ["compared with", "latency", "energy", "+"];
    for (place, (rect, text)) in heads.iter().zip(titles).enumerate() {
        let Some(rect) = rect else { continue };
        let (at, align) = match place {
            0 => (rect.left_center() + vec2(cells::PADDING, 0.0), Align2::LEFT_CENTER),
            _ => (rect.right_center() - vec2(cells::PADDING, 0.0), Align2::RIGHT_CENTER),
        };
        let font = FontId::proportional(theme::SMALL);
        ui.painter().text(at, align, text, font, cx.theme.weak);
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), (1.0, cx.theme.grid));
    let asked = asked.as_known(knows_energy);
    let table = Table {
        knows_energy,
        objective,
        asked: &asked,
        best,
    };
    let mut above = None;
    for (index, baseline) in solved.baselines.iter().enumerate() {
        let of_clock = at_clock(baseline);
        let group = of_clock.as_ref().map(|(all, _)| *all);
        let next = solved.baselines.get(index + 1).and_then(at_clock);
        // A single one needs no line above it.
        let is_group = group.is_some() && (group == above || group == next.map(|(all, _)| all));
        if is_group && group != above {
            table.group(ui, cx, group.unwrap_or_default());
        }
        above = group;
        let name = of_clock.filter(|_| is_group).map(|(_, clock)| clock);
        table.row(ui, cx, baseline, name.as_deref());
    }
}

/// What all on one device at one of its clocks is called without the clock, and the clock; `None` = it is not of this kind.
pub fn at_clock(baseline: &Baseline) -> Option<(&str, String)> {
    let [only] = baseline.plan.as_ref()?.pieces[..] else {
        return None;
    };
    let clock = readout::clock(only.choice.clock_hz?);
    let all = baseline.name.strip_suffix(&format!(" at {clock}"))?;
    Some((all, clock))
}

/// Places of name, latency, energy and share in a row; where room is scarce, of what is to be least alone.
fn columns(rect: Rect, knows_energy: bool, objective: Objective) -> [Option<Rect>; 4] {
    if rect.width() < ROOM_FOR_BOTH {
        let (rest, share) = rect.split_left_right_at_x(rect.right() - SHARE);
        let (name, value) = rest.split_left_right_at_x(rest.right() - NUMBER);
        return match objective {
            Objective::Latency => [Some(name), Some(value), None, Some(share)],
            Objective::Energy => [Some(name), None, Some(value), Some(share)],
        };
    }
    let (rest, share) = rect.split_left_right_at_x(rect.right() - SHARE);
    let (rest, energy) = match knows_energy {
        true => {
            let (rest, energy) = rest.split_left_right_at_x(rest.right() - NUMBER);
            (rest, Some(energy))
        }
        false => (rest, None),
    };
    let (name, latency) = rest.split_left_right_at_x(rest.right() - NUMBER);
    [Some(name), Some(latency), energy, Some(share)]
}

/// What the rows have in common.
struct Table<'a> {
    knows_energy: bool,
    objective: Objective,
    /// What the answer was asked, as far as its energies are known.
    asked: &'a Bundling,
    best: Option<&'a Plan>,
}

impl Table<'_> {
    fn value(&self, plan: &Plan) -> f64 {
        match self.objective {
            Objective::Latency => plan.latency_s(),
            Objective::Energy => plan.energy_j(),
        }
    }

    /// By which share a schedule is worse than the best.
    fn over(&self, plan: &Plan) -> Option<f64> {
        let best = self.best.map(|best| self.value(best)).filter(|best| *best > 0.0)?;
        Some(self.value(plan) / best - 1.0)
    }

    /// What a schedule breaks, in words; `None` = it can be compared with the best.
    fn broken(&self, plan: &Plan) -> Option<String> {
        let budgets = [
            ("latency", Unit::Seconds, plan.latency_s(), self.asked.latency_s),
            ("energy", Unit::Joules, plan.energy_j(), self.asked.energy_j),
        ];
        let broken = budgets.into_iter().filter_map(|(name, unit, value, budget)| {
            let budget = budget.filter(|budget| !within(value, Some(*budget)))?;
            Some(format!("the {name} budget of {}", unit.format(budget)))
        });
        let broken: Vec<String> = broken.collect();
        match broken.is_empty() {
            false => Some(format!("breaks {}", broken.join(" and "))),
            // The best is the best of all that keep everything: only what does not can be better.
            true => (self.over(plan)? < -1e-9).then(|| "breaks a rule or a constraint".to_owned()),
        }
    }

    /// The line above the clocks of a device.
    fn group(&self, ui: &mut Ui, cx: &Cx<'_>, name: &str) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        cells::text(ui, rect, name, cx.theme.weak);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    }

    /// A row; `clock` = it is one of several clocks, under the line that names the rest.
    fn row(&self, ui: &mut Ui, cx: &mut Cx<'_>, baseline: &Baseline, clock: Option<&str>) {
        let broken = baseline.plan.as_ref().and_then(|plan| self.broken(plan));
        let colour = match baseline.plan.is_some() && broken.is_none() {
            true => cx.theme.text,
            false => cx.theme.weak,
        };
        let width = ui.available_width();
        let place = Rect::from_min_size(ui.cursor().min, vec2(width, ROW));
        let indent = if clock.is_some() { INDENT } else { 0.0 };
        let name = clock.unwrap_or(&baseline.name);
        let room = columns(place, self.knows_energy, self.objective)[0].map_or(0.0, |name| name.width() - indent);
        // A name too long for its column has a line of its own.
        let is_tall = cells::width(ui, name) > room;
        let height = if is_tall { 2.0 * ROW - 4.0 } else { ROW };
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
        let is_chosen = baseline.plan.is_some() && cx.session.bundles.chosen == Chosen::Baseline(baseline.name.clone());
        if is_chosen || response.hovered() || response.has_focus() {
            let fill = if is_chosen { cx.theme.grid } else { cx.theme.card };
            ui.painter().rect_filled(rect, 2, fill);
        }
        let line = rect.with_min_y(rect.bottom() - ROW);
        let places = columns(line, self.knows_energy, self.objective);
        let name_place = match (is_tall, places[0]) {
            (false, Some(place)) => place,
            _ => rect.with_max_y(rect.top() + ROW),
        };
        cells::text(ui, name_place.with_min_x(name_place.left() + indent), name, colour);
        let mut spoken = baseline.name.clone();
        match &baseline.plan {
            Some(plan) => spoken += &self.numbers(ui, cx, places, plan, broken.as_deref(), colour),
            None => {
                at_right(ui, places[3], "none", cx.theme.weak);
                spoken += ": no such schedule keeps rules and budgets, or a bundle was not measured";
            }
        }
        response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_chosen, &spoken));
        if response.clicked() && baseline.plan.is_some() {
            cx.session.bundles.chosen = match is_chosen {
                true => Chosen::Best,
                false => Chosen::Baseline(baseline.name.clone()),
            };
        }
        response.on_hover_text(spoken);
    }

    /// The numbers of a row; what is said of them.
    fn numbers(
        &self,
        ui: &Ui,
        cx: &Cx<'_>,
        [_, latency, energy, share]: [Option<Rect>; 4],
        plan: &Plan,
        broken: Option<&str>,
        colour: Color32,
    ) -> String {
        let mut spoken = String::new();
        let numbers = [
            (latency, Unit::Seconds, plan.latency_s()),
            (energy, Unit::Joules, plan.energy_j()),
        ];
        for (rect, unit, value) in numbers {
            let Some(rect) = rect else { continue };
            cells::number_in(ui.painter(), [colour, cx.theme.weak], rect, UNIT, &unit.print(value));
            spoken += &format!(", {}", unit.format(value));
        }
        match (broken, self.over(plan)) {
            (Some(broken), _) => {
                at_right(ui, share, icon::WARNING, cx.theme.warning);
                spoken += &format!(", {broken}");
            }
            (None, Some(over)) => {
                let text = more(over);
                at_right(ui, share, &text, cx.theme.weak);
                spoken += &format!(", {text}");
            }
            (None, None) => {}
        }
        spoken
    }
}

/// How much more than the best: `+7.4 %`, `+535 %`.
fn more(over: f64) -> String {
    let digits = usize::from(over < 1.0);
    format!("{:+.digits$} %", over * 100.0)
}

fn at_right(ui: &Ui, rect: Option<Rect>, text: &str, colour: Color32) {
    let Some(rect) = rect else { return };
    let at = rect.right_center() - vec2(cells::PADDING, 0.0);
    let font = FontId::proportional(theme::SMALL);
    ui.painter().text(at, Align2::RIGHT_CENTER, text, font, colour);
}

#[cfg(test)]
mod tests {
    use super::more;

    #[test]
    fn shares_are_short_enough_for_their_column() {
        assert_eq!(more(0.0), "+0.0 %");
        assert_eq!(more(0.0744), "+7.4 %");
        assert_eq!(more(11.675), "+1168 %");
    }
}
