//! What others do, as a table: latency, energy, and how much worse than the best schedule.

use super::settings::{Chosen, answered, least};
use crate::app::cells::{self, ROW};
use crate::app::{Cx, theme};
use crate::explore::schedule::{Baseline, Objective, Plan};
use crate::project::bundling::Solved;
use crate::units::Unit;
use egui::{Align2, FontId, Rect, Role, Sense, Ui, WidgetInfo, vec2};

/// Width of a number and of a share.
const NUMBER: f32 = 60.0;
const SHARE: f32 = 52.0;
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
    for baseline in &solved.baselines {
        row(ui, cx, knows_energy, objective, baseline, best);
    }
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

fn row(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    knows_energy: bool,
    objective: Objective,
    baseline: &Baseline,
    best: Option<&Plan>,
) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let is_chosen = baseline.plan.is_some() && cx.session.bundles.chosen == Chosen::Baseline(baseline.name.clone());
    if is_chosen || response.hovered() || response.has_focus() {
        let fill = if is_chosen { cx.theme.grid } else { cx.theme.card };
        ui.painter().rect_filled(rect, 2, fill);
    }
    let [name, latency, energy, share] = columns(rect, knows_energy, objective);
    let value = |plan: &Plan| match objective {
        Objective::Latency => plan.latency_s(),
        Objective::Energy => plan.energy_j(),
    };
    let painter = ui.painter();
    let colour = if baseline.plan.is_some() {
        cx.theme.text
    } else {
        cx.theme.weak
    };
    let mut spoken = baseline.name.clone();
    if let Some(name) = name {
        cells::text(ui, name, &shown(ui, &baseline.name, name.width()), colour);
    }
    match &baseline.plan {
        Some(plan) => {
            let numbers = [
                (latency, Unit::Seconds, plan.latency_s()),
                (energy, Unit::Joules, plan.energy_j()),
            ];
            for (rect, unit, value) in numbers {
                let Some(rect) = rect else { continue };
                cells::number(painter, cx.theme, rect, UNIT, &unit.print(value));
                spoken += &format!(", {}", unit.format(value));
            }
            let over = best
                .map(value)
                .filter(|best| *best > 0.0)
                .map(|best| value(plan) / best - 1.0);
            if let (Some(rect), Some(over)) = (share, over) {
                let text = format!("{:+.1} %", over * 100.0);
                let at = rect.right_center() - vec2(cells::PADDING, 0.0);
                let font = FontId::proportional(theme::SMALL);
                painter.text(at, Align2::RIGHT_CENTER, &text, font, cx.theme.weak);
                spoken += &format!(", {text}");
            }
        }
        None => {
            if let Some(rect) = share {
                let at = rect.right_center() - vec2(cells::PADDING, 0.0);
                let font = FontId::proportional(theme::SMALL);
                painter.text(at, Align2::RIGHT_CENTER, "none", font, cx.theme.weak);
            }
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

/// A name as it is, or where it is too long without the words that most of them begin with.
fn shown(ui: &Ui, name: &str, width: f32) -> String {
    let font = FontId::proportional(theme::BODY - 1.0);
    let galley = ui
        .painter()
        .layout_no_wrap(name.to_owned(), font, egui::Color32::PLACEHOLDER);
    let short = name
        .strip_prefix("all on ")
        .filter(|_| galley.size().x + 2.0 * cells::PADDING > width);
    short.map_or_else(|| name.to_owned(), |short| short.replace(" at ", " "))
}
