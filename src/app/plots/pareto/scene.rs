//! What is painted where: the order of the layers of the plot, and which marks get a label.

use super::marks::{Placed, Subject};
use super::paint::{self, Canvas};
use super::sizes::Sizes;
use super::{evolved, projection, readout};
use crate::app::plots::labels::Labels;
use crate::app::{Cx, evolution, theme};
use crate::explore::{Front, FrontPoint, Objective};
use egui::{Color32, FontId, Pos2, Rect, pos2, vec2};

/// A label that looks for a place.
struct Wanted {
    /// Where its mark is.
    at: Pos2,
    /// Radius of the mark.
    radius: f32,
    text: String,
    colour: Color32,
}

/// Paints everything but what the pointer means; the place of the legend of NSGA-II.
pub fn draw(canvas: &Canvas<'_>, cx: &Cx<'_>, front: &Front, placed: &[Placed]) -> Option<Rect> {
    let mut wanted = limits(canvas, cx);
    off_the_front(canvas, placed);
    let sizes = Sizes::new(front, canvas.shown.size);
    let steps = front_line(canvas, front, placed, sizes);
    let mut labels = Labels::new(canvas.frame(), along(&steps));
    let mut top = canvas.frame().top() + 4.0;
    if let Some(legend) = sizes.legend(canvas) {
        labels.reserve(legend);
        top = legend.bottom() + 2.0;
    }
    let mut legend = None;
    if let Some(run) = evolution::shown(cx) {
        evolved_line(canvas, placed, run.is_stale);
        legend = evolved::legend(canvas, run, front, cx.derived.front_age, top);
        legend.iter().for_each(|place| labels.reserve(*place));
    }
    let word = |at, radius, text: String| Wanted {
        at,
        radius,
        text,
        colour: cx.theme.text,
    };
    for (mark, at) in placed {
        let name = || readout::name(cx, front, mark.subject);
        match mark.subject {
            Subject::Baseline(index) if !is_knee(front, index) => {
                canvas.diamond(*at, mark.feasible);
                labels.reserve(Rect::from_center_size(*at, vec2(10.0, 10.0)));
                wanted.push(word(*at, 5.0, name()));
            }
            Subject::Front(index) if front.knee == Some(index) => {
                canvas.double_ring(*at);
                wanted.insert(0, word(*at, paint::RING, "knee".into()));
            }
            Subject::Pin(_) => labels.reserve(canvas.flag(*at, name().trim_start_matches("pin "))),
            Subject::Current => {
                let shown = canvas.crosshair(*at);
                labels.reserve(Rect::from_center_size(shown, vec2(10.0, 10.0)));
                wanted.insert(0, word(shown, paint::RING, name()));
            }
            _ => {}
        }
    }
    if let Some(at) = chosen(canvas, cx, front) {
        canvas.square(at);
        labels.reserve(Rect::from_center_size(at, vec2(14.0, 14.0)));
        wanted.insert(0, word(at, paint::RING + 2.0, "chosen".into()));
    }
    wanted.retain(|label| canvas.frame().contains(label.at));
    for label in merged(wanted) {
        let galley = canvas.text(&label.text, FontId::proportional(theme::SMALL), label.colour);
        if let Some(place) = labels.place(label.at, label.radius, galley.size()) {
            canvas.label(place, galley);
        }
    }
    legend
}

/// Shades what limits on the metrics of the axes forbid; their labels.
fn limits(canvas: &Canvas<'_>, cx: &Cx<'_>) -> Vec<Wanted> {
    let constraints = &cx.document.constraints;
    let label = |side: usize| {
        let objective = canvas.shown.axes[side];
        let limit = match objective {
            Objective::Latency => constraints.latency_s,
            Objective::Energy => constraints.energy_j,
            Objective::Interval => constraints.throughput_hz,
            Objective::Area => constraints.area_m2,
            // A limit on memory is one on a device, not on the largest use of any.
            Objective::Memory | Objective::LinkBytes => None,
        }?;
        let sign = if objective.more_is_better() { '≥' } else { '≤' };
        Some(Wanted {
            at: canvas.forbid(side, limit)?,
            radius: 0.0,
            text: format!("{} {sign} {}", objective.name(), objective.unit().format(limit)),
            colour: cx.theme.worse,
        })
    };
    [0, 1].into_iter().filter_map(label).collect()
}

/// Dominated designs and those that break a limit.
fn off_the_front(canvas: &Canvas<'_>, placed: &[Placed]) {
    for (mark, at) in placed {
        match mark.subject {
            Subject::Other(_) if mark.feasible => canvas.faint(*at),
            Subject::Other(_) => canvas.hollow(*at),
            _ => {}
        }
    }
}

/// The front itself; the corners of its steps. Points that others beat in what the axes show are pale and lie under the rest.
fn front_line(canvas: &Canvas<'_>, front: &Front, placed: &[Placed], sizes: Sizes) -> Vec<Pos2> {
    if let Some(at) = utopia(canvas, front) {
        canvas.star(at);
    }
    let is_front = |(mark, _): &&Placed| matches!(mark.subject, Subject::Front(_));
    let points: Vec<_> = placed.iter().filter(is_front).collect();
    let values: Vec<_> = points
        .iter()
        .map(|(mark, _)| canvas.shown.values(&mark.metrics))
        .collect();
    let on_edge = projection::edge(&values);
    let mut edge = Vec::new();
    for (&&(mark, at), on_edge) in points.iter().zip(on_edge) {
        let radius = sizes.radius(&mark.metrics);
        match on_edge {
            true => edge.push((at, radius)),
            false => canvas.pale_dot(at, radius),
        }
    }
    edge.sort_by(|(a, _), (b, _)| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    // Points closer than a screen pixel look like one.
    let steps = paint::staircase(&apart(edge.iter().map(|(at, _)| *at), 1.0));
    canvas.line(steps.clone());
    for (at, radius) in edge {
        canvas.dot(at, radius);
    }
    steps
}

/// What NSGA-II found: a square for each design, dashes through those that no other one beats in what the axes show.
fn evolved_line(canvas: &Canvas<'_>, placed: &[Placed], is_stale: bool) {
    let is_evolved = |(mark, _): &&Placed| matches!(mark.subject, Subject::Evolved(_));
    let points: Vec<_> = placed.iter().filter(is_evolved).collect();
    let values: Vec<_> = points
        .iter()
        .map(|(mark, _)| canvas.shown.values(&mark.metrics))
        .collect();
    let on_edge = projection::edge(&values);
    let edge = points.iter().zip(on_edge).filter(|(_, on_edge)| *on_edge);
    let mut edge: Vec<Pos2> = edge.map(|((_, at), _)| *at).collect();
    edge.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    canvas.dashes(&paint::staircase(&apart(edge.into_iter(), 1.0)), is_stale);
    for (_, at) in points {
        canvas.hollow_square(*at, is_stale);
    }
}

/// The places at least `distance` from the one kept before.
fn apart(places: impl Iterator<Item = Pos2>, distance: f32) -> Vec<Pos2> {
    let mut kept: Vec<Pos2> = Vec::new();
    for place in places {
        if kept.last().is_none_or(|last| last.distance(place) >= distance) {
            kept.push(place);
        }
    }
    kept
}

/// Where the point lies that “choose for me” has chosen, while its panel is open.
fn chosen(canvas: &Canvas<'_>, cx: &Cx<'_>, front: &Front) -> Option<Pos2> {
    let choice = &cx.session.choice;
    let index = choice.is_open.then(|| choice.index(front))??;
    canvas.at(&front.points.get(index)?.metrics)
}

/// Whether a baseline is the knee itself, which has its rings already.
fn is_knee(front: &Front, baseline: usize) -> bool {
    let knee = front.knee.and_then(|knee| front.points.get(knee));
    let baseline = front.baselines.get(baseline);
    baseline.is_some_and(|baseline| baseline.name == "knee" && Some(&baseline.point) == knee)
}

/// Places along a line, close enough that no label slips in between.
fn along(line: &[Pos2]) -> Vec<Pos2> {
    let segment = |ends: &[Pos2]| {
        let (from, to) = (ends[0], ends[1]);
        let count = (from.distance(to) / 8.0).clamp(1.0, 1000.0) as usize;
        (0..=count).map(move |step| from.lerp(to, step as f32 / count as f32))
    };
    apart(line.windows(2).flat_map(segment), 4.0)
}

/// Labels of marks that lie on each other become one.
fn merged(wanted: Vec<Wanted>) -> Vec<Wanted> {
    let mut kept: Vec<Wanted> = Vec::new();
    for label in wanted {
        match kept.iter_mut().find(|other| other.at.distance(label.at) < 2.0) {
            Some(other) if other.text.contains(&label.text) => {}
            Some(other) => other.text = format!("{}, {}", other.text, label.text),
            None => kept.push(label),
        }
    }
    kept
}

/// Where no design can be: the front's best of both axes together.
fn utopia(canvas: &Canvas<'_>, front: &Front) -> Option<Pos2> {
    let best = |side: usize| {
        let objective = canvas.shown.axes[side];
        let better = |a: &&FrontPoint, b: &&FrontPoint| a.metrics.get(objective).total_cmp(&b.metrics.get(objective));
        Some(front.points.iter().min_by(better)?.metrics)
    };
    let (best_x, best_y) = (canvas.at(&best(0)?)?, canvas.at(&best(1)?)?);
    (front.points.len() > 1).then_some(pos2(best_x.x, best_y.y))
}
