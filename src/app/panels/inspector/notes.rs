//! Notes: suggestions, what the importer had to say, what the numbers assume.

use super::rows::{card, note, sentence, title};
use crate::app::ribbon::crossings;
use crate::app::{Command, Cx, icon, words};
use crate::design::Design;
use crate::explore::{FrontPoint, Metrics, Objective};
use crate::network::import::NoteWeight;
use crate::project::Action;
use crate::units::Unit;
use egui::{Align, Color32, Layout, Link, RichText, Ui};

/// Share of the latency from which on a link is worth a remark.
const HEAVY_LINK: f64 = 0.3;
/// Saving from which on a design is worth a suggestion.
const WORTH_A_MOVE: f64 = 0.01;
/// Notes shown at first.
const NOTES_SHOWN: usize = 6;

/// A design that is better, with what it saves.
struct Suggestion<'a> {
    text: String,
    design: &'a Design,
}

/// Draws the section, if there is anything to say.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    let remarks = remarks(cx);
    let suggestion = suggestion(cx);
    let notes = notes(cx);
    if remarks.is_empty() && suggestion.is_none() && notes.is_empty() {
        return;
    }
    title(ui, "Notes");
    for remark in remarks {
        card(ui, cx.theme.grid, |ui| sentence(ui, &remark, cx.theme.text));
    }
    if let Some(suggestion) = suggestion {
        suggest(ui, cx, &suggestion);
    }
    let id = ui.scope_id().with("all notes");
    let shows_all = ui.data(|data| data.get_temp(id).unwrap_or(false));
    let count = if shows_all { notes.len() } else { NOTES_SHOWN };
    for (text, colour) in notes.iter().take(count) {
        card(ui, cx.theme.grid, |ui| note(ui, text, *colour));
    }
    if notes.len() > NOTES_SHOWN {
        let text = match shows_all {
            true => "show fewer".to_owned(),
            false => format!("show {} more", notes.len() - NOTES_SHOWN),
        };
        if ui.link(text).clicked() {
            ui.data_mut(|data| data.insert_temp(id, !shows_all));
        }
    }
}

/// Remarks on the current design.
fn remarks(cx: &Cx) -> Vec<String> {
    let Some(evaluation) = &cx.derived.evaluation else {
        return Vec::new();
    };
    let system = &cx.document.system;
    let links = evaluation.links.iter().take(system.link_count()).enumerate();
    let heavy = links.filter_map(|(index, load)| {
        let link = system.link(index);
        let share = load.transfer_s / evaluation.latency_s;
        let percent = Unit::Percent.format(share);
        (share > HEAVY_LINK).then(|| format!("{} takes {percent} of the latency.", link.name))
    });
    heavy.chain(more_than_the_input(cx)).collect()
}

/// From where on a cut sends fewer bytes than the raw input, if a cut of the design lies before that.
fn more_than_the_input(cx: &Cx) -> Option<String> {
    let (document, schedule) = (cx.document, cx.derived.schedule.as_ref()?);
    let layers = cx.network.layers.len();
    if schedule.order().len() != layers {
        return None;
    }
    let crossings = crossings(cx.network, schedule, &document.system, &document.design);
    let input = crossings.first()?.bytes;
    let less = (1..layers).find(|&position| crossings[position].bytes < input);
    let is_early = |cut| document.design.cut(cut).len() < less.unwrap_or(layers);
    if input == 0 || less == Some(1) || !(0..document.design.cuts()).any(is_early) {
        return None;
    }
    let input = Unit::Bytes.format(input as f64);
    Some(match less {
        Some(position) => {
            let place = words::position(cx.network, schedule, position);
            format!("The first cut that sends fewer bytes than the input ({input}) is {place}.")
        }
        None => format!("No cut between two layers sends fewer bytes than the input ({input})."),
    })
}

/// The point of the front that is best for the objective, if it is better than the current design.
fn suggestion<'a>(cx: &Cx<'a>) -> Option<Suggestion<'a>> {
    if !cx.derived.front_age.is_current() || cx.derived.hand.is_some() {
        return None;
    }
    let (front, evaluation) = (cx.derived.front.as_ref()?, cx.derived.evaluation.as_ref()?);
    let objective = cx.session.objective;
    let value = |point: &&FrontPoint| -> f64 { point.metrics.get(objective) };
    let point = front.points.iter().min_by(|a, b| value(a).total_cmp(&value(b)))?;
    let now = Metrics::from(evaluation);
    let saving = 1.0 - value(&point) / now.get(objective);
    if saving.is_nan() || saving < WORTH_A_MOVE {
        return None;
    }
    let change = change(objective, now.shown(objective), point.metrics.shown(objective));
    let schedule = cx.derived.schedule.as_deref();
    let text = match only_move(&cx.document.design, &point.design) {
        Some(cut) => {
            let place = words::boundary(cx.network, schedule, point.design.cut(cut));
            format!("Cut {} {place}: {change}.", cut + 1)
        }
        None => {
            let design = words::design(cx.network, schedule, &cx.document.system, &point.design);
            // Only a front of this objective knows what is best.
            let best = match front.search.objectives.contains(&objective) {
                true => "the best there is",
                false => "the best of this front",
            };
            format!("{design}: {change}, {best}.")
        }
    };
    Some(Suggestion {
        text,
        design: &point.design,
    })
}

/// A change for the better in words: `79.3 % less latency`, `12.0 % more throughput`.
fn change(objective: Objective, now: f64, then: f64) -> String {
    let (share, word) = match objective.more_is_better() {
        true => (then / now - 1.0, "more"),
        false => (1.0 - then / now, "less"),
    };
    format!("{} {word} {}", Unit::Percent.format(share), objective.name())
}

/// The one cut by which two designs differ, if it is one.
fn only_move(now: &Design, then: &Design) -> Option<usize> {
    let devices = |design: &Design| -> Vec<usize> { design.placements.iter().map(|p| p.device).collect() };
    if now.alternatives != then.alternatives || devices(now) != devices(then) {
        return None;
    }
    let pairs = now.placements.iter().zip(&then.placements).enumerate();
    let mut moved = pairs.filter(|(_, (a, b))| a.end != b.end).map(|(cut, _)| cut);
    let first = moved.next()?;
    moved.next().is_none().then_some(first)
}

fn suggest(ui: &mut Ui, cx: &mut Cx, suggestion: &Suggestion) {
    card(ui, cx.theme.grid, |ui| {
        sentence(ui, &format!("{} {}", icon::HINT, suggestion.text), cx.theme.text);
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let apply = ui.add(Link::new(RichText::new("apply").color(cx.theme.accent)));
            if apply.hovered() {
                cx.session.preview = Some(suggestion.design.clone());
            }
            if apply.clicked() {
                cx.push(Command::Edit(Action::LoadDesign(suggestion.design.clone())));
            }
        });
    });
}

/// What the numbers assume, then what the importer says, warnings first.
fn notes(cx: &Cx) -> Vec<(String, Color32)> {
    let assumptions = cx.derived.evaluation.iter().flat_map(|e| &e.assumptions);
    let warning = |text: &str| (format!("{} {text}", icon::WARNING), cx.theme.warning);
    let mut notes: Vec<_> = assumptions.map(|text| warning(text)).collect();
    let of_weight = |weight: NoteWeight| cx.document.network.notes.iter().filter(move |n| n.weight == weight);
    let text = |layer: &Option<String>, text: &str| match layer {
        Some(layer) => format!("{layer}: {text}"),
        None => text.to_owned(),
    };
    notes.extend(of_weight(NoteWeight::Warning).map(|n| warning(&text(&n.layer, &n.text))));
    notes.extend(
        of_weight(NoteWeight::Info).map(|n| (format!("{} {}", icon::INFO, text(&n.layer, &n.text)), cx.theme.weak)),
    );
    notes
}
