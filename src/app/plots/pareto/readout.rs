//! The plot in words: what the front is exact over, and what hovering a design tells.

use super::marks::{self, Mark, Subject};
use super::shown::Shown;
use crate::app::{Age, Cx, icon, theme, words};
use crate::cost::table::CostTable;
use crate::design::{Constraints, Evaluation};
use crate::explore::{Bound, Front, Guarantee, Metrics, Objective, Space};
use crate::units::Unit;
use egui::{RichText, Ui};

/// What is known about the whole front, for the caption.
pub fn guarantee(cx: &Cx<'_>, front: &Front) -> String {
    let [known, ..] = known(front);
    format!("{known}{}", counted(cx, front, Age::words))
}

/// The same, as long and as short as can be.
pub fn guarantees(cx: &Cx<'_>, front: &Front) -> [String; 3] {
    let [full, medium, short] = known(front);
    let few = counted(cx, front, Age::few_words);
    let full = format!("{full}{}", counted(cx, front, Age::words));
    [full, format!("{medium}{few}"), format!("{short}{few}")]
}

/// How good the points are, from in full to in short.
fn known(front: &Front) -> [String; 3] {
    let found = match front.guarantee {
        Guarantee::Exact => "exact".to_owned(),
        Guarantee::Within(share) => format!("approx. within {}", Unit::Percent.format(share)),
        Guarantee::Incomplete(_) => "not proven".to_owned(),
    };
    match (front.space, front.bound) {
        (Space::Ideals(_), _) => [(); 3].map(|()| found.clone()),
        (Space::Schedules(_), None) => [(); 3].map(|()| format!("{found} in this order")),
        (Space::Schedules(_), Some(bound)) if bound.closes() => {
            let short = "exact".to_owned();
            [format!("exact: {}", bound.words()), short.clone(), short]
        }
        (Space::Schedules(count), Some(bound)) => {
            let schedules = if count == 1 { "schedule" } else { "schedules" };
            let full = format!("approx.: cuts along {count} {schedules} + hull, {}", bound.words());
            match bound.gap.is_finite() {
                true => {
                    let share = Unit::Percent.format(bound.gap);
                    let medium = format!("approx.: {count} {schedules} + hull, within {share}");
                    [full, medium, format!("approx. within {share}")]
                }
                false => {
                    let medium = format!("not proven: {count} {schedules} + hull");
                    [full, medium, "not proven".to_owned()]
                }
            }
        }
    }
}

/// How many points there are, and how long they took.
fn counted(cx: &Cx<'_>, front: &Front, words: fn(Age) -> &'static str) -> String {
    let count = front.points.len();
    let points = if count == 1 { "point" } else { "points" };
    let time = match (cx.derived.front_age, cx.derived.front_s) {
        (Age::Current, Some(took)) => format!(", {}", Unit::Seconds.format(took)),
        (age, _) => words(age).to_owned(),
    };
    format!(", {count} {points}{time}")
}

/// What the caption means, in sentences.
pub fn guarantee_hint(cx: &Cx<'_>, front: &Front, shown: Shown) -> String {
    let names: Vec<_> = front.search.objectives.iter().map(|o| o.name()).collect();
    let mut sentences = vec![format!("The front of {}.", words::list(&names))];
    if cx.derived.front_age == Age::Stopped {
        sentences.push("The search for a newer one was stopped: this is the front of an earlier problem.".to_owned());
    }
    sentences.push(match (&front.guarantee, front.space) {
        (Guarantee::Incomplete(reason), _) => reason.clone(),
        (_, Space::Ideals(count)) => format!(
            "Every way of cutting that respects the data flow was considered, also cuts across branches: there are \
             {count} boundaries."
        ),
        (_, Space::Schedules(_)) => {
            let additive = cx.derived.table.as_deref().is_none_or(CostTable::is_additive);
            let why = match additive {
                true => "there are too many ideals to consider the other cuts across branches as well",
                false => "a measured device takes whole blocks, so cuts across branches were left out",
            };
            format!("Every combination of cuts at positions of a schedule was considered; {why}.")
        }
    });
    sentences.extend(front.bound.map(|bound| bound_hint(cx, bound)));
    let explored = shown.explored(&front.search);
    for (objective, _) in shown.axes.iter().zip(explored).filter(|(_, explored)| !explored) {
        sentences.push(format!(
            "It was not searched for {}, which is only shown.",
            objective.name()
        ));
    }
    if front
        .search
        .objectives
        .iter()
        .any(|objective| !shown.axes.contains(objective))
    {
        sentences.push("Paler points are beaten in what the axes show, but not in every objective.".to_owned());
    }
    sentences.join(" ")
}

/// What is known beyond the schedules.
fn bound_hint(cx: &Cx<'_>, bound: Bound) -> String {
    let corners = match bound.hull_is_exact {
        true => "all corners of the convex hull of all designs",
        false => "designs near the convex hull of all designs",
    };
    let far = match bound.gap.is_finite() && !bound.closes() {
        true => format!(
            "no design, whatever it cuts, is better than some point by more than {} in both objectives at once",
            Unit::Percent.format(bound.gap)
        ),
        false => bound.words(),
    };
    let document = cx.document;
    let is_limited = document.constraints != Constraints::default()
        || (document.system.devices.iter()).any(|d| d.memory_limit_bytes.is_some() || d.power_limit_w.is_some());
    let limits = match is_limited && !bound.closes() {
        true => " (limits were left out there, so it may be less)",
        false => "",
    };
    format!("Least cuts over all branches gave {corners}; {far}{limits}.")
}

/// A mark for a screen reader: what it is, with its numbers.
pub fn spoken(cx: &Cx<'_>, front: &Front, mark: &Mark) -> String {
    let number = |objective: Objective| {
        let value = objective.unit().format(mark.metrics.shown(objective));
        format!("{} {value}", objective.name())
    };
    let numbers: Vec<_> = Objective::ALL.into_iter().map(number).collect();
    format!("{}: {}", name(cx, front, mark.subject), numbers.join(", "))
}

/// What a mark is: `knee · point 12 of 28 of the front`.
pub fn name(cx: &Cx<'_>, front: &Front, subject: Subject) -> String {
    match subject {
        Subject::Front(index) => {
            let place = format!("point {} of {} of the front", index + 1, front.points.len());
            let point = &front.points[index];
            let same = front.baselines.iter().filter(|baseline| {
                let same =
                    |objective: &Objective| baseline.point.metrics.get(*objective) == point.metrics.get(*objective);
                front.search.objectives.iter().all(same)
            });
            let names = (front.knee == Some(index)).then(|| "knee".to_owned()).into_iter();
            let mut names: Vec<_> = names.chain(same.map(|baseline| baseline.name.clone())).collect();
            names.dedup();
            names.push(place);
            names.join(" · ")
        }
        Subject::Other(index) => match front.others.get(index).is_some_and(|point| point.feasible) {
            true => "dominated design".to_owned(),
            false => "breaks a limit".to_owned(),
        },
        Subject::Evolved(index) => {
            let run = cx.derived.evolution.as_ref();
            run.map_or_else(String::new, |run| {
                let stale = if run.is_stale { ", earlier problem" } else { "" };
                format!(
                    "NSGA-II, seed {}, generation {}{stale} · point {} of {}",
                    run.found.settings.seed,
                    run.found.generations,
                    index + 1,
                    run.found.points.len()
                )
            })
        }
        Subject::Baseline(index) => front.baselines.get(index).map_or_else(String::new, |b| b.name.clone()),
        Subject::Pin(index) => {
            let pin = cx.document.pins.get(index);
            pin.map_or_else(String::new, |pin| format!("pin {}", pin.name))
        }
        Subject::Current => "this design".to_owned(),
    }
}

/// What a mark is, for a narrow column.
pub fn short_name(cx: &Cx<'_>, front: &Front, subject: Subject) -> String {
    match subject {
        Subject::Front(index) if front.knee == Some(index) => format!("front {} · knee", index + 1),
        Subject::Front(index) => format!("front {}", index + 1),
        Subject::Other(_) => "beside the front".to_owned(),
        Subject::Evolved(index) => format!("NSGA-II {}", index + 1),
        Subject::Baseline(_) | Subject::Pin(_) | Subject::Current => name(cx, front, subject),
    }
}

/// A signed change with an arrow: `▼ −2.10 ms`; no colour carries it (rulings.md 16).
pub fn delta(unit: Unit, change: f64) -> String {
    let arrow = match change {
        c if c < 0.0 => "▼ ",
        c if c > 0.0 => "▲ ",
        _ => "",
    };
    format!("{arrow}{}", unit.format_delta(change).replace('-', "−"))
}

/// Why a design cannot be loaded.
pub const FOREIGN: &str = "made for another network, view or number of devices";

/// How the knee is defined.
const KNEE: &str = "The knee is farthest from the line between the front's ends, both axes scaled to 0..1.";

/// What hovering a mark tells. `numbers` are the design's own, where it can be evaluated on the system in the window.
pub fn tooltip(ui: &mut Ui, cx: &Cx<'_>, front: &Front, mark: &Mark, numbers: Option<&Evaluation>) {
    ui.set_max_width(360.0);
    ui.label(RichText::new(name(cx, front, mark.subject)).font(theme::semibold(theme::BODY)));
    let now = cx.derived.evaluation.as_ref().map(Metrics::from);
    egui::Grid::new("pareto numbers")
        .num_columns(3)
        .spacing([12.0, 2.0])
        .show(ui, |ui| {
            for objective in Objective::ALL {
                let (unit, value) = (objective.unit(), mark.metrics.shown(objective));
                ui.weak(objective.name());
                ui.label(unit.format(value));
                let change = now.map_or(f64::NAN, |now| value - now.shown(objective));
                if change.is_finite() && mark.subject != Subject::Current {
                    ui.label(delta(unit, change));
                }
                ui.end_row();
            }
        });
    match marks::design(cx, front, mark.subject) {
        Some(design) => {
            let schedule = cx.derived.schedule.as_deref();
            ui.label(words::design(cx.network, schedule, &cx.document.system, design));
        }
        None => {
            ui.weak(FOREIGN);
        }
    }
    for violation in numbers.iter().flat_map(|numbers| &numbers.violations) {
        ui.label(RichText::new(format!("{} {}", icon::WARNING, violation.text)).color(cx.theme.worse));
    }
    if matches!(mark.subject, Subject::Front(index) if front.knee == Some(index)) {
        ui.label(RichText::new(KNEE).size(theme::SMALL).color(cx.theme.weak));
    }
    let hint = match mark.subject {
        Subject::Current => "the design in the window",
        _ => "differences are to this design · click loads",
    };
    ui.label(RichText::new(hint).size(theme::SMALL).color(cx.theme.weak));
}
