//! Which part of the plane the plot shows at first: the front and what lies near it.

use super::marks::{Mark, Subject};
use super::shown::Shown;
use crate::app::plots::axis::Axis;
use crate::explore::{Front, Objective};
use egui_plot::PlotBounds;
use std::sync::Arc;

/// Least distance between ticks in points: horizontal, vertical.
const TICK_POINTS: [f32; 2] = [56.0, 26.0];

/// Margin around what is shown, as a share of it.
const MARGIN: f64 = 0.1;

/// Marks farther from the front than this many times its extent do not stretch the view.
const NEAR: f64 = 0.35;

/// The same for baselines, which are what the front is compared with.
const NEAR_BASELINE: f64 = 3.0;

/// Axes and bounds for one front; panning and zooming go on from there.
pub struct View {
    front: Arc<Front>,
    shown: Shown,
    /// Horizontal and vertical.
    pub axes: [Axis; 2],
    /// In plot coordinates.
    pub bounds: PlotBounds,
}

impl View {
    /// The view for a front and its surroundings.
    pub fn fit(front: Arc<Front>, shown: Shown, marks: &[Mark]) -> Self {
        let sides = [0, 1].map(|side| Side::fit(shown.axes[side], shown.log[side], marks, TICK_POINTS[side]));
        let [low, high] = [0, 1].map(|end| [sides[0].bounds[end], sides[1].bounds[end]]);
        Self {
            front,
            shown,
            bounds: PlotBounds::from_min_max(low, high),
            axes: sides.map(|side| side.axis),
        }
    }

    /// Whether it was made for this front and these metrics.
    pub fn still_fits(&self, front: &Arc<Front>, shown: Shown) -> bool {
        Arc::ptr_eq(&self.front, front) && (self.shown.axes, self.shown.log) == (shown.axes, shown.log)
    }
}

/// One axis and what it shows.
struct Side {
    axis: Axis,
    bounds: [f64; 2],
}

impl Side {
    fn fit(objective: Objective, log: bool, marks: &[Mark], tick_points: f32) -> Self {
        let reversed = objective.more_is_better();
        // On an axis of factor 1, where distances are the same as on the axis shown.
        let plain = |range| Axis::new(objective.name(), objective.unit(), log, range, tick_points).reversed(reversed);
        let place = plain([1.0, 1.0]);
        let range = range(marks, |mark| place.coordinate(mark.metrics.shown(objective)));
        let [low, high] = range.map_or([if log { 1e-3 } else { 0.0 }, 1.0], |range| {
            let [a, b] = range.map(|coordinate| place.value(coordinate));
            [a.min(b), a.max(b)]
        });
        let axis = plain([low, high]);
        let ends = [low, high].map(|value| axis.coordinate(value).unwrap_or(0.0));
        let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        // A single point gets room around it: 20 % on a linear axis, about as much on a logarithmic one.
        let margin = match (high - low) * MARGIN {
            margin if margin > 0.0 => margin,
            _ => (high.abs() * 0.2).max(0.1),
        };
        Self {
            axis,
            bounds: [low - margin, high + margin],
        }
    }
}

/// Least and greatest coordinate to show: all of the front (the baselines where there is none) and the current design, the
/// rest as far as it lies near. `None` where no mark has a coordinate.
fn range(marks: &[Mark], coordinate: impl Fn(&Mark) -> Option<f64>) -> Option<[f64; 2]> {
    let extent = |wanted: &dyn Fn(&Mark, f64) -> bool| {
        let placed = marks.iter().filter_map(|mark| Some((mark, coordinate(mark)?)));
        let wanted = placed.filter(|(mark, at)| wanted(mark, *at)).map(|(_, at)| [at; 2]);
        wanted.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
    };
    let has_front = marks.iter().any(|mark| matches!(mark.subject, Subject::Front(_)));
    let must = |mark: &Mark, _| match mark.subject {
        Subject::Front(_) | Subject::Current => true,
        Subject::Baseline(_) => !has_front,
        Subject::Other(_) | Subject::Evolved(_) | Subject::Pin(_) => false,
    };
    let whole = extent(&|_, _| true)?;
    let [low, high] = extent(&must).unwrap_or(whole);
    if low == high {
        return Some(whole);
    }
    let near = extent(&|mark, at| {
        let share = match mark.subject {
            Subject::Baseline(_) => NEAR_BASELINE,
            _ => NEAR,
        };
        at <= high + (high - low) * share
    });
    let [near_low, near_high] = near.unwrap_or([low, high]);
    Some([low.min(near_low), high.max(near_high)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::Metrics;

    fn mark(subject: Subject, latency_s: f64) -> Mark {
        Mark {
            subject,
            metrics: Metrics {
                latency_s,
                energy_j: 1.0,
                throughput_hz: 1.0 / latency_s,
                link_bytes: 0,
                peak_memory_bytes: 0,
                area_m2: 0.0,
            },
            feasible: true,
        }
    }

    fn latencies(marks: &[Mark]) -> Option<[f64; 2]> {
        let finite = |mark: &Mark| Some(mark.metrics.latency_s).filter(|value| value.is_finite());
        range(marks, finite)
    }

    #[test]
    fn a_far_design_does_not_squash_the_front() {
        let marks = [
            mark(Subject::Other(0), 1000.0),
            mark(Subject::Other(1), 2.25),
            mark(Subject::Front(0), 1.0),
            mark(Subject::Front(1), 2.0),
            mark(Subject::Other(2), f64::NAN),
        ];
        assert_eq!(latencies(&marks), Some([1.0, 2.25]));
        let with_baselines = [4.5, 6.0].map(|latency_s| mark(Subject::Baseline(0), latency_s));
        let with_baselines = [marks.as_slice(), &with_baselines].concat();
        assert_eq!(latencies(&with_baselines), Some([1.0, 4.5]));
        let with_current = [marks.as_slice(), &[mark(Subject::Current, 10.0)]].concat();
        assert_eq!(latencies(&with_current), Some([1.0, 10.0]));
    }

    #[test]
    fn the_best_throughput_stands_at_the_left() {
        let marks = [mark(Subject::Front(0), 0.1), mark(Subject::Front(1), 0.05)];
        let side = Side::fit(Objective::Interval, false, &marks, 40.0);
        let [slow, fast] = [10.0, 20.0].map(|rate| side.axis.coordinate(rate).expect("a place"));
        assert!(side.bounds[0] < fast && fast < slow && slow < side.bounds[1]);
    }

    #[test]
    fn nothing_to_show_still_gives_bounds() {
        for log in [false, true] {
            let side = Side::fit(Objective::Latency, log, &[mark(Subject::Front(0), f64::INFINITY)], 40.0);
            assert!(side.bounds[0] < side.bounds[1]);
            let side = Side::fit(Objective::Area, log, &[mark(Subject::Front(0), 1.0)], 40.0);
            assert!(side.bounds[0] < side.bounds[1]);
        }
    }
}
