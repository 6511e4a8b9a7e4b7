//! A sweep in words: its regions, what is known about them, and what hovering tells.

use super::knobs;
use crate::app::plots::pareto::readout::delta;
use crate::app::{Age, Cx, theme, words};
use crate::design::Design;
use crate::explore::Objective;
use crate::explore::sweep::{Knob, Proof, Reading, Region, Sweep};
use crate::units::Unit;
use egui::{RichText, Ui};

/// Words where no design keeps every limit.
pub const NOTHING: &str = "no design keeps every limit";

/// The unit of a number.
pub fn unit(cx: &Cx<'_>, knob: &Knob) -> Unit {
    let parameter = knob.parameter(&cx.document.system, &cx.document.constraints);
    parameter.map_or(Unit::Count, |parameter| parameter.unit)
}

/// What a design does.
pub fn design(cx: &Cx<'_>, design: &Design) -> String {
    words::design(cx.network, cx.derived.schedule.as_deref(), &cx.document.system, design)
}

/// What a design does, in full and by numbers.
pub fn texts(cx: &Cx<'_>, shown: &Design) -> Vec<String> {
    vec![design(cx, shown), words::design_by_numbers(&cx.document.system, shown)]
}

/// What is best in a region.
pub fn best(cx: &Cx<'_>, designs: &[Design], region: &Region) -> String {
    match region.design.and_then(|index| designs.get(index)) {
        Some(best) => design(cx, best),
        None => NOTHING.to_owned(),
    }
}

/// Every region in a sentence: `below 31.0 Mbit/s everything on A`.
pub fn regions(cx: &Cx<'_>, sweep: &Sweep) -> Vec<String> {
    let unit = unit(cx, &sweep.question.knob);
    let last = sweep.regions.len().saturating_sub(1);
    let sentence = |(index, region): (usize, &Region)| {
        let best = best(cx, &sweep.designs, region);
        let (from, to) = (unit.format(region.from), unit.format(region.to));
        match index {
            0 if last == 0 => format!("from {from} to {to}: {best}"),
            0 => format!("below {to}: {best}"),
            index if index == last => format!("from {from} on: {best}"),
            _ => format!("{from} to {to}: {best}"),
        }
    };
    sweep.regions.iter().enumerate().map(sentence).collect()
}

/// What is known, for the caption.
pub fn proof(cx: &Cx<'_>, proof: &Proof, regions: usize) -> String {
    let known = match proof {
        Proof::Exact => "exact",
        Proof::Sampled => "sampled",
        Proof::NotProven(_) => "not proven",
    };
    let plural = if regions == 1 { "" } else { "s" };
    let time = match (cx.derived.sweep_age, cx.derived.sweep_s) {
        (Age::Current, Some(took)) => format!(", {}", Unit::Seconds.format(took)),
        (age, _) => age.few_words().to_owned(),
    };
    format!("{known}, {regions} region{plural}{time}")
}

/// What the caption means.
pub fn proof_hint(cx: &Cx<'_>, proof: &Proof, best_in: Objective) -> String {
    let known = match proof {
        Proof::Exact => "Every region is there, and its ends are exact: the design was searched for again at every place where two of them \
                         cost the same."
            .to_owned(),
        Proof::Sampled => "The best design was searched for at samples, and the ends of regions lie exactly where two designs change places. A \
                           region narrower than the distance of two samples may be missing."
            .to_owned(),
        Proof::NotProven(why) => format!("There may be better designs: {why}."),
    };
    let age = match cx.derived.sweep_age {
        Age::Stopped => " The search for newer ones was stopped: these are of an earlier problem.",
        Age::Current | Age::Updating => "",
    };
    format!(
        "The best designs in {}, among those that keep every limit. {known}{age}",
        best_in.name()
    )
}

/// A reading of the metric shown, with what is broken.
fn number(metric: Objective, reading: &Reading) -> String {
    let number = metric.unit().format(reading.metrics.shown(metric));
    match reading.feasible {
        true => number,
        false => format!("{number}, breaks a limit"),
    }
}

/// What hovering a value of a sweep tells.
pub struct Hovered<'a> {
    /// The value.
    pub value: f64,
    /// The region it lies in.
    pub region: &'a Region,
    /// The best design's numbers at the nearest value that was evaluated.
    pub best: Option<Reading>,
    /// The present design's numbers there.
    pub present: Option<Reading>,
}

/// The tooltip of a value.
pub fn tooltip(ui: &mut Ui, cx: &Cx<'_>, sweep: &Sweep, hovered: &Hovered<'_>) {
    ui.set_max_width(360.0);
    let (knob, metric) = (&sweep.question.knob, cx.session.sweep.metric);
    let unit = unit(cx, knob);
    let title = format!(
        "{} {}",
        knobs::name(&cx.document.system, knob),
        unit.format(hovered.value)
    );
    ui.label(RichText::new(title).font(theme::semibold(theme::BODY)));
    ui.label(best(cx, &sweep.designs, hovered.region));
    let about = "≈ ";
    egui::Grid::new("sweep numbers")
        .num_columns(3)
        .spacing([12.0, 2.0])
        .show(ui, |ui| {
            if let Some(best) = &hovered.best {
                ui.weak(format!("best in {}", sweep.question.objective.name()));
                ui.label(format!("{} {about}{}", metric.name(), number(metric, best)));
                ui.end_row();
            }
            if let Some(present) = &hovered.present {
                ui.weak("this design");
                ui.label(format!("{} {about}{}", metric.name(), number(metric, present)));
                let change = hovered
                    .best
                    .map(|best| present.metrics.shown(metric) - best.metrics.shown(metric));
                if let Some(change) = change.filter(|change| change.is_finite()) {
                    ui.label(delta(metric.unit(), change));
                }
                ui.end_row();
            }
        });
    let range = format!(
        "best from {} to {}",
        unit.format(hovered.region.from),
        unit.format(hovered.region.to)
    );
    ui.label(RichText::new(range).size(theme::SMALL).color(cx.theme.weak));
    if hovered.region.design.is_some() {
        ui.label(RichText::new("click loads it").size(theme::SMALL).color(cx.theme.weak));
    }
}
