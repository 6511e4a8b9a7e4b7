//! What the Pareto plot shows: every design with its place, and which of them the pointer means.

use crate::app::{Cx, evolution};
use crate::design::{Design, Metrics};
use crate::explore::{Front, FrontPoint};
use crate::project::{Pin, check};
use egui::Pos2;

/// More designs off the front than this are thinned out evenly.
const MOST_OTHERS: usize = 2000;

/// Distance in points within which a mark is meant by the pointer.
const REACH: f32 = 12.0;

/// Which design a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Index into [`Front::points`].
    Front(usize),
    /// Index into [`Front::others`].
    Other(usize),
    /// Index into [`Front::baselines`].
    Baseline(usize),
    /// Index into the points of the newest run of NSGA-II.
    Evolved(usize),
    /// Index into the document's pins.
    Pin(usize),
    /// The design in the window.
    Current,
}

/// A design on the plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// Which.
    pub subject: Subject,
    /// Its numbers.
    pub metrics: Metrics,
    /// Whether it keeps every limit.
    pub feasible: bool,
}

impl Mark {
    fn of(subject: Subject, point: &FrontPoint) -> Self {
        Self {
            subject,
            metrics: point.metrics,
            feasible: point.feasible,
        }
    }
}

/// All marks, those painted first first.
pub fn collect(cx: &Cx<'_>, front: &Front) -> Vec<Mark> {
    let stride = front.others.len().div_ceil(MOST_OTHERS).max(1);
    let others = front.others.iter().enumerate().step_by(stride);
    let mut marks: Vec<_> = others
        .filter(|(_, point)| !(cx.session.hide_dominated && point.feasible))
        .map(|(index, point)| Mark::of(Subject::Other(index), point))
        .collect();
    let points = front.points.iter().enumerate();
    marks.extend(points.map(|(index, point)| Mark::of(Subject::Front(index), point)));
    let evolved = evolution::shown(cx).into_iter().flat_map(|run| run.found.points.iter());
    marks.extend(
        evolved
            .enumerate()
            .map(|(index, point)| Mark::of(Subject::Evolved(index), point)),
    );
    let baselines = front.baselines.iter().enumerate();
    marks.extend(baselines.map(|(index, baseline)| Mark::of(Subject::Baseline(index), &baseline.point)));
    let pins = cx.document.pins.iter().enumerate();
    marks.extend(pins.map(|(index, pin)| Mark {
        subject: Subject::Pin(index),
        metrics: pin.metrics,
        feasible: true,
    }));
    marks.extend(cx.derived.evaluation.as_ref().map(|evaluation| Mark {
        subject: Subject::Current,
        metrics: Metrics::from(evaluation),
        feasible: evaluation.violations.is_empty(),
    }));
    marks
}

/// A mark and where it is on the screen.
pub type Placed = (Mark, Pos2);

/// The mark the pointer means: the nearest within reach; where several lie together, the front's point before the others
/// and the current design last, because it is the one thing that need not be loaded.
pub fn pick(placed: &[Placed], pointer: Pos2) -> Option<Placed> {
    let rank = |mark: &Mark| match mark.subject {
        Subject::Front(_) => 0.0,
        Subject::Evolved(_) => 0.5,
        Subject::Baseline(_) | Subject::Pin(_) => 1.0,
        Subject::Other(_) => 2.0,
        Subject::Current => 3.0,
    };
    let near = placed.iter().filter(|(_, at)| at.distance(pointer) <= REACH);
    let score = |(mark, at): &&Placed| at.distance(pointer) + rank(mark);
    near.min_by(|a, b| score(a).total_cmp(&score(b))).copied()
}

/// The design a mark stands for, if it belongs to the network and system in the window: what a worker computed for an
/// earlier system, and what was pinned on another network or view, can be looked at but not loaded.
pub fn design<'a>(cx: &'a Cx<'_>, front: &'a Front, subject: Subject) -> Option<&'a Design> {
    let found = match subject {
        Subject::Front(index) => &front.points.get(index)?.design,
        Subject::Other(index) => &front.others.get(index)?.design,
        Subject::Baseline(index) => &front.baselines.get(index)?.point.design,
        Subject::Evolved(index) => &cx.derived.evolution.as_ref()?.found.points.get(index)?.design,
        Subject::Pin(index) => &matching_pin(cx, index)?.design,
        Subject::Current => &cx.document.design,
    };
    let fits = check::design(found, cx.network, &cx.document.system);
    fits.is_ok().then_some(found)
}

fn matching_pin<'a>(cx: &'a Cx<'_>, index: usize) -> Option<&'a Pin> {
    cx.document.pins.get(index).filter(|pin| pin.view == cx.document.view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    fn mark(subject: Subject) -> Mark {
        Mark {
            subject,
            metrics: Metrics {
                latency_s: 1.0,
                energy_j: 1.0,
                throughput_hz: 1.0,
                link_bytes: 0,
                peak_memory_bytes: 0,
                area_m2: 0.0,
            },
            feasible: true,
        }
    }

    #[test]
    fn the_nearest_mark_is_meant_and_the_front_wins_a_tie() {
        let placed = [
            (mark(Subject::Other(0)), pos2(10.0, 10.0)),
            (mark(Subject::Front(3)), pos2(10.0, 10.0)),
            (mark(Subject::Current), pos2(10.0, 10.0)),
            (mark(Subject::Other(1)), pos2(40.0, 10.0)),
        ];
        let picked = |x| pick(&placed, pos2(x, 10.0)).map(|(mark, _)| mark.subject);
        assert_eq!(picked(12.0), Some(Subject::Front(3)));
        assert_eq!(picked(36.0), Some(Subject::Other(1)));
        assert_eq!(picked(25.0), None);
    }
}
