//! NSGA-II in the plot: the panel that runs it, and what it found beside the front, in words.

use super::paint::Canvas;
use super::panel::{self, WIDTH};
use crate::app::command::{Command, MenuCommand};
use crate::app::evolution::{self, Evolution, MOST_GENERATIONS, MOST_INDIVIDUALS, State};
use crate::app::input::{TextField, small};
use crate::app::{Age, Cx, icon, theme};
use crate::explore::nsga2::Settings;
use crate::explore::{Comparison, Front};
use crate::units::Unit;
use egui::{
    Align, Align2, Button, FontId, Galley, Id, Label, Layout, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2,
};
use std::sync::Arc;

/// Width of its fields.
const FIELD: f32 = 148.0;
/// Width of the plot from which on the legend tells everything.
const WIDE: f32 = 560.0;
/// Share of the plot's width that the legend takes at most: at the left the front begins.
const LEGEND: f32 = 0.7;
/// Room for the legend's sample of a mark.
const SAMPLE: f32 = 14.0;

/// What was found, how good it is and what it took: for the legend, the panel and screen readers.
pub fn summary(evolution: &Evolution, front: &Front, age: Age) -> String {
    let found = &evolution.found;
    let mut parts = comparison(evolution, front, age);
    parts.push(format!("{} evaluations", Unit::Count.format(found.evaluations as f64)));
    parts.extend(progress(evolution));
    parts.extend(evolution.took_s.map(|took| Unit::Seconds.format(took)));
    parts.push(format!("seed {}", found.settings.seed));
    parts.push("heuristic".to_owned());
    format!("NSGA-II {}", parts.join(", "))
}

/// The same in as few words as can be.
fn short(evolution: &Evolution, front: &Front, age: Age) -> String {
    let parts: Vec<String> = match compared(evolution, age) {
        Some(comparison) => {
            let share = comparison.share.map(share);
            let points = format!("{} of {} points", comparison.matched, comparison.of);
            share.into_iter().chain([points]).collect()
        }
        None => comparison(evolution, front, age),
    };
    let how = match evolution.found.state {
        State::Running => "…",
        State::Stopped => ", stopped",
        State::Done => "",
    };
    format!("NSGA-II {}{how}", parts.join(", "))
}

/// The comparison with the front, where both are of the problem in the window or a newer front is on its way.
fn compared(evolution: &Evolution, age: Age) -> Option<Comparison> {
    let is_of_one_problem = !evolution.is_stale && age != Age::Stopped;
    evolution.comparison.filter(|_| is_of_one_problem)
}

fn comparison(evolution: &Evolution, front: &Front, age: Age) -> Vec<String> {
    let count = format!("{} points", evolution.found.points.len());
    if evolution.is_stale {
        return vec!["of the earlier problem".to_owned(), count];
    }
    if age == Age::Stopped {
        return vec!["not compared: the front is of an earlier problem".to_owned(), count];
    }
    let Some(comparison) = evolution.comparison else {
        return vec![count];
    };
    let whose = front.whose_hypervolume();
    let volume = comparison
        .share
        .map(|it| format!("{} of the {whose} hypervolume", share(it)));
    let points = format!("{} of {} points", comparison.matched, comparison.of);
    volume.into_iter().chain([points]).collect()
}

/// A share that is not the whole never reads as if it were.
fn share(share: f64) -> String {
    const NEARLY: f64 = 0.999;
    if share > NEARLY && share < 1.0 - 1e-9 {
        format!("> {}", Unit::Percent.format(NEARLY))
    } else {
        Unit::Percent.format(share)
    }
}

/// How far it is, or why it ended early; `None` once all generations are done.
fn progress(evolution: &Evolution) -> Option<String> {
    let found = &evolution.found;
    let (done, asked) = (found.generations, found.settings.generations);
    match found.state {
        State::Running => Some(format!("generation {done} of {asked}")),
        State::Stopped => Some(format!("stopped after generation {done}")),
        State::Done if done < asked => Some(format!("nothing new after generation {done}")),
        State::Done => None,
    }
}

/// What the legend means, in sentences.
fn hint(evolution: &Evolution, front: &Front, age: Age) -> String {
    let found = &evolution.found;
    let mut sentences = vec![format!("{}.", summary(evolution, front, age))];
    sentences.push(format!(
        "A population of {} with CNNParted's operators, cut at positions of the schedule.",
        found.settings.population
    ));
    if found.given > 0 {
        sentences.push(format!(
            "It was given {} designs of the front to begin with; such that cut across branches are left out.",
            found.given
        ));
    }
    sentences.push(match (evolution.is_stale, front.is_exact()) {
        _ if age == Age::Stopped => {
            "The search for the front was stopped: what NSGA-II found cannot be compared with it.".to_owned()
        }
        (true, _) => "The problem has changed since: run it again to compare it with this front.".to_owned(),
        (false, true) => {
            "The hypervolume is what lies between the points and 1.1 times the front's worst values.".to_owned()
        }
        (false, false) => {
            "The front itself is not proven to be exact: the comparison is with the best designs known.".to_owned()
        }
    });
    if compared(evolution, age).is_some_and(|it| it.share.is_none() && it.of > 0) {
        sentences.push("There are too many points in too many objectives for a hypervolume.".to_owned());
    }
    sentences.join(" ")
}

/// Paints what the hollow squares are into the upper right corner below `top`; its place.
pub fn legend(canvas: &Canvas<'_>, evolution: &Evolution, front: &Front, age: Age, top: f32) -> Option<Rect> {
    let frame = canvas.frame();
    let text = match frame.width() < WIDE {
        true => short(evolution, front, age),
        false => summary(evolution, front, age),
    };
    let font = FontId::proportional(theme::SMALL);
    let room = (frame.width() * LEGEND - SAMPLE).max(40.0);
    let galley: Arc<Galley> = canvas.painter.layout(text, font, canvas.theme.text, room);
    let size = galley.size() + vec2(SAMPLE + 8.0, 2.0);
    let corner = egui::pos2(frame.right() - 4.0, top);
    let place = Align2::RIGHT_TOP.anchor_size(corner, size);
    if !frame.contains_rect(place) {
        return None;
    }
    let ground = canvas.theme.background.gamma_multiply(0.85);
    canvas.painter.rect_filled(place, 3, ground);
    let at = place.left_center() + vec2(SAMPLE / 2.0 + 2.0, 0.0);
    canvas.hollow_square(at, evolution.is_stale);
    let at = place.min + vec2(SAMPLE + 4.0, 1.0);
    canvas.painter.galley(at, galley, canvas.theme.text);
    Some(place)
}

/// The legend under the pointer: tells everything, and a click opens the panel.
pub fn legend_response(ui: &Ui, cx: &mut Cx<'_>, place: Rect, evolution: &Evolution, front: &Front) {
    let age = cx.derived.front_age;
    let response = ui.interact(place, ui.scope_id().with("NSGA-II legend"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, summary(evolution, front, age)));
    if response.clicked() {
        open(cx);
    }
    response.on_hover_text(hint(evolution, front, age));
}

/// Opens the panel in place of any other.
pub fn open(cx: &mut Cx<'_>) {
    cx.session.evolution.is_open = true;
    cx.session.choice.is_open = false;
}

/// The panel above the button of the menu that opens it.
pub fn panel(button: &Response, cx: &mut Cx<'_>, front: &Front) {
    let is_open = cx.session.evolution.is_open;
    cx.session.evolution.is_open = panel::show(button, cx, "NSGA-II", is_open, |ui, cx| contents(ui, cx, front));
}

fn contents(ui: &mut Ui, cx: &mut Cx<'_>, front: &Front) {
    let what = "CNNParted's heuristic search, to compare with the exact front. It promises nothing.";
    ui.add(Label::new(small(cx.theme, what)).wrap());
    settings(ui, cx);
    let hint = "Half of the first population are points of the front, spread evenly over it";
    let text = "begin with points of the front";
    ui.checkbox(&mut cx.session.evolution.from_front, text)
        .on_hover_text(hint);
    let mut show = !cx.session.evolution.hide;
    ui.checkbox(&mut show, "show what it found")
        .on_hover_text("In the plot, and in the table of designs");
    cx.session.evolution.hide = !show;
    ui.separator();
    let newest = cx.derived.evolution.as_ref();
    let is_running = newest.is_some_and(|newest| newest.found.state == State::Running);
    let (text, command) = match is_running {
        true => ("Stop NSGA-II", Command::CancelJob(evolution::NAME)),
        false => (MenuCommand::RunNsga2.text(), Command::Menu(MenuCommand::RunNsga2)),
    };
    let icon = if is_running { icon::STOP } else { icon::PLAY };
    let button = ui.add_sized(vec2(WIDTH, 24.0), Button::new(format!("{icon}  {text}")));
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, text));
    if button.clicked() {
        cx.push(command);
    }
    if let Some(newest) = newest {
        ui.add(Label::new(small(cx.theme, summary(newest, front, cx.derived.front_age))).wrap());
    }
}

/// Seed and sizes.
fn settings(ui: &mut Ui, cx: &mut Cx<'_>) {
    let usual = usual(cx);
    let mut wanted = cx.session.evolution.clone();
    row(
        ui,
        cx,
        "seed",
        "where its random numbers start: the same seed finds the same",
        |ui, cx| {
            let field = TextField::new(Id::unique("NSGA-II seed"), "Seed").right().width(FIELD);
            field.show(ui, cx.theme, &wanted.seed.to_string(), |text| {
                let read: Result<u64, _> = text.parse();
                wanted.seed = read.map_err(|_| format!("“{text}” is no whole number of 0 or more"))?;
                Ok(())
            });
        },
    );
    let population = usual.map(|usual| usual.population);
    row(
        ui,
        cx,
        "population",
        "individuals of a generation, 2 or more",
        |ui, cx| {
            size(
                ui,
                cx,
                "Population",
                &mut wanted.population,
                population,
                2..=MOST_INDIVIDUALS,
            );
        },
    );
    let generations = usual.map(|usual| usual.generations);
    row(ui, cx, "generations", "how often a new population is made", |ui, cx| {
        size(
            ui,
            cx,
            "Generations",
            &mut wanted.generations,
            generations,
            1..=MOST_GENERATIONS,
        );
    });
    cx.session.evolution = wanted;
}

/// CNNParted's sizes for the problem in the window.
fn usual(cx: &Cx<'_>) -> Option<Settings> {
    let schedule = cx.derived.schedule.as_deref()?;
    let table = cx.derived.table.as_deref()?;
    let covers = table.covers(cx.network, &cx.document.system);
    covers.then(|| Settings::cnnparted(&cx.document.problem(schedule, table), &cx.document.search, 1))
}

fn row(ui: &mut Ui, cx: &Cx<'_>, name: &str, help: &str, field: impl FnOnce(&mut Ui, &Cx<'_>)) {
    ui.horizontal(|ui| {
        ui.label(small(cx.theme, name)).on_hover_text(help);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| field(ui, cx));
    });
}

/// A field for a number that is CNNParted's while nothing is typed.
fn size(
    ui: &mut Ui,
    cx: &Cx<'_>,
    label: &str,
    value: &mut Option<usize>,
    usual: Option<usize>,
    allowed: std::ops::RangeInclusive<usize>,
) {
    let hint = usual.map_or("CNNParted's".to_owned(), |usual| format!("CNNParted's: {usual}"));
    let field = TextField::new(Id::unique(("NSGA-II size", label)), label).right();
    let shown = value.map(|value| value.to_string()).unwrap_or_default();
    field.hint(&hint).width(FIELD).show(ui, cx.theme, &shown, |text| {
        let read: Result<usize, _> = text.parse();
        *value = match read {
            _ if text.is_empty() => None,
            Ok(size) if allowed.contains(&size) => Some(size),
            _ => {
                let (least, most) = (allowed.start(), allowed.end());
                return Err(format!(
                    "“{text}” is no whole number from {least} to {most}; empty = CNNParted's"
                ));
            }
        };
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all() {
        assert_eq!(share(1.0), "100 %");
        assert_eq!(share(0.999_97), "> 99.9 %");
        assert_eq!(share(0.973), "97.3 %");
    }
}
