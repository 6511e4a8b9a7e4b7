//! What is painted where: the order of the layers of the plot, and which marks get a label.

use super::marks::{Placed, Subject};
use super::paint::{self, Canvas};
use super::readout;
use crate::app::plots::labels::Labels;
use crate::app::{Cx, theme};
use crate::explore::{Front, FrontPoint};
use crate::units::Unit;
use egui::{FontId, Pos2, Rect, vec2};

/// Paints everything but what the pointer means.
pub fn draw(canvas: &Canvas<'_>, cx: &Cx<'_>, front: &Front, placed: &[Placed]) {
    let limits = &cx.document.constraints;
    let words = |name: &str, unit: Unit, limit: Option<f64>| Some((limit?, format!("{name} ≤ {}", unit.format(limit?))));
    canvas.forbidden(
        words("latency", Unit::Seconds, limits.latency_s),
        words("energy", Unit::Joules, limits.energy_j),
    );
    let on_front: Vec<Pos2> = placed
        .iter()
        .filter(|(mark, _)| matches!(mark.subject, Subject::Front(_)))
        .map(|(_, at)| *at)
        .collect();
    let utopia = utopia(canvas, front);
    if let Some(at) = utopia {
        canvas.star(at);
    }
    for (mark, at) in placed {
        match mark.subject {
            Subject::Other(_) if mark.feasible => canvas.faint(*at),
            Subject::Other(_) => canvas.hollow(*at),
            _ => {}
        }
    }
    canvas.staircase(&on_front);
    let mut last = None;
    for at in &on_front {
        // Points closer than a screen pixel look like one.
        if last.is_none_or(|last: Pos2| last.distance(*at) >= 1.0) {
            canvas.dot(*at);
            last = Some(*at);
        }
    }
    let mut labels = Labels::new(canvas.frame(), on_front);
    let mut wanted: Vec<(Pos2, f32, String)> = Vec::new();
    for (mark, at) in placed {
        match mark.subject {
            Subject::Baseline(_) => canvas.diamond(*at, mark.feasible),
            Subject::Front(index) if front.knee == Some(index) => canvas.double_ring(*at),
            _ => {}
        }
    }
    for (mark, at) in placed.iter().filter(|(_, at)| canvas.frame().contains(*at)) {
        labels.reserve(Rect::from_center_size(*at, vec2(4.0, 4.0)));
        match mark.subject {
            Subject::Pin(_) => {
                let name = readout::name(cx, front, mark.subject);
                labels.reserve(canvas.flag(*at, name.trim_start_matches("pin ")));
            }
            Subject::Front(index) if front.knee == Some(index) => wanted.insert(0, (*at, paint::RING, "knee".into())),
            Subject::Baseline(_) => wanted.push((*at, 5.0, readout::name(cx, front, mark.subject))),
            _ => {}
        }
    }
    if let Some((_, at)) = placed.iter().find(|(mark, _)| mark.subject == Subject::Current) {
        canvas.crosshair(*at);
        wanted.insert(0, (*at, paint::RING, "this design".into()));
    }
    for (at, radius, text) in merged(wanted) {
        let galley = canvas.text(&text, FontId::proportional(theme::SMALL), cx.theme.text);
        if let Some(place) = labels.place(at, radius, galley.size()) {
            canvas.label(place, galley);
        }
    }
}

/// Labels of marks that lie on each other become one.
fn merged(wanted: Vec<(Pos2, f32, String)>) -> Vec<(Pos2, f32, String)> {
    let mut kept: Vec<(Pos2, f32, String)> = Vec::new();
    for (at, radius, text) in wanted {
        match kept.iter_mut().find(|(other, ..)| other.distance(at) < 2.0) {
            Some((_, _, texts)) if texts.contains(&text) => {}
            Some((_, _, texts)) => *texts = format!("{texts}, {text}"),
            None => kept.push((at, radius, text)),
        }
    }
    kept
}

/// Where no design can be: the front's least latency and least energy together.
fn utopia(canvas: &Canvas<'_>, front: &Front) -> Option<Pos2> {
    if front.points.len() < 2 {
        return None;
    }
    let least = |pick: fn(&FrontPoint) -> f64| front.points.iter().map(pick).fold(f64::INFINITY, f64::min);
    canvas.at(least(|p| p.latency_s), least(|p| p.energy_j))
}
