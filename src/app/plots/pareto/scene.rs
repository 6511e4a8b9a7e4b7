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
    let words =
        |name: &str, unit: Unit, limit: Option<f64>| Some((limit?, format!("{name} ≤ {}", unit.format(limit?))));
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
    let mut labels = Labels::new(canvas.frame(), along(&paint::staircase(&on_front)));
    let mut wanted: Vec<(Pos2, f32, String)> = Vec::new();
    for (mark, at) in placed {
        match mark.subject {
            Subject::Baseline(index) if !is_knee(front, index) => canvas.diamond(*at, mark.feasible),
            Subject::Front(index) if front.knee == Some(index) => canvas.double_ring(*at),
            _ => {}
        }
    }
    for (mark, at) in placed.iter().filter(|(_, at)| canvas.frame().contains(*at)) {
        if !matches!(mark.subject, Subject::Front(_) | Subject::Other(_)) {
            labels.reserve(Rect::from_center_size(*at, vec2(8.0, 8.0)));
        }
        match mark.subject {
            Subject::Pin(_) => {
                let name = readout::name(cx, front, mark.subject);
                labels.reserve(canvas.flag(*at, name.trim_start_matches("pin ")));
            }
            Subject::Front(index) if front.knee == Some(index) => wanted.insert(0, (*at, paint::RING, "knee".into())),
            Subject::Baseline(index) if !is_knee(front, index) => {
                wanted.push((*at, 5.0, readout::name(cx, front, mark.subject)));
            }
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

/// Whether a baseline is the knee itself, which has its rings already.
fn is_knee(front: &Front, baseline: usize) -> bool {
    let knee = front.knee.and_then(|knee| front.points.get(knee));
    knee.is_some_and(|knee| front.baselines[baseline].name == "knee" && front.baselines[baseline].point == *knee)
}

/// Places along a line, close enough that no label slips in between.
fn along(line: &[Pos2]) -> Vec<Pos2> {
    let segment = |ends: &[Pos2]| {
        let (from, to) = (ends[0], ends[1]);
        let count = (from.distance(to) / 8.0).clamp(1.0, 1000.0) as usize;
        (0..=count).map(move |step| from.lerp(to, step as f32 / count as f32))
    };
    line.windows(2).flat_map(segment).collect()
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
