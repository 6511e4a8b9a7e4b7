//! Which part of the plane the plot shows at first: the front and what lies near it.

use super::marks::{Mark, Subject};
use crate::app::plots::axis::Axis;
use crate::explore::Front;
use crate::units::Unit;
use egui_plot::PlotBounds;
use std::sync::Arc;

/// Least distance between ticks in points: latency, energy.
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
    log: [bool; 2],
    /// Latency and energy.
    pub axes: [Axis; 2],
    /// In plot coordinates.
    pub bounds: PlotBounds,
}

impl View {
    /// The view for a front and its surroundings.
    pub fn fit(front: Arc<Front>, log: [bool; 2], marks: &[Mark]) -> Self {
        let latency = range(marks, |mark| mark.latency_s, log[0]);
        let energy = range(marks, |mark| mark.energy_j, log[1]);
        let axes = [
            Axis::new("latency", Unit::Seconds, log[0], latency, TICK_POINTS[0]),
            Axis::new("energy", Unit::Joules, log[1], energy, TICK_POINTS[1]),
        ];
        let side = |axis: &Axis, [low, high]: [f64; 2]| {
            let (low, high) = (
                axis.coordinate(low).unwrap_or(0.0),
                axis.coordinate(high).unwrap_or(1.0),
            );
            let margin = (high - low) * MARGIN;
            // A single point gets room around it: 20 % on a linear axis, about as much on a logarithmic one.
            let margin = if margin > 0.0 {
                margin
            } else {
                (high.abs() * 0.2).max(0.1)
            };
            (low - margin, high + margin)
        };
        let (x, y) = (side(&axes[0], latency), side(&axes[1], energy));
        Self {
            front,
            log,
            bounds: PlotBounds::from_min_max([x.0, y.0], [x.1, y.1]),
            axes,
        }
    }

    /// Whether it was made for this front and kind of axes.
    pub fn still_fits(&self, front: &Arc<Front>, log: [bool; 2]) -> bool {
        Arc::ptr_eq(&self.front, front) && self.log == log
    }
}

/// Least and greatest value to show: all of the front (the baselines where there is none) and the current design, the rest
/// as far as it lies near.
fn range(marks: &[Mark], value: fn(&Mark) -> f64, log: bool) -> [f64; 2] {
    let usable = |mark: &&Mark| value(mark).is_finite() && (!log || value(mark) > 0.0);
    let extent = |marks: &mut dyn Iterator<Item = &Mark>| {
        marks
            .filter(usable)
            .map(value)
            .fold(None, |range: Option<[f64; 2]>, value| {
                let [low, high] = range.unwrap_or([value; 2]);
                Some([low.min(value), high.max(value)])
            })
    };
    let has_front = marks.iter().any(|mark| matches!(mark.subject, Subject::Front(_)));
    let must = |mark: &&Mark| match mark.subject {
        Subject::Front(_) | Subject::Current => true,
        Subject::Baseline(_) => !has_front,
        Subject::Other(_) | Subject::Pin(_) => false,
    };
    let whole = extent(&mut marks.iter());
    let Some([low, high]) = extent(&mut marks.iter().filter(must)).or(whole) else {
        return [if log { 1e-3 } else { 0.0 }, 1.0];
    };
    if low == high {
        return whole.unwrap_or([low, high]);
    }
    let reach = |mark: &Mark| {
        let share = match mark.subject {
            Subject::Baseline(_) => NEAR_BASELINE,
            _ => NEAR,
        };
        match log {
            true => high * (high / low).powf(share),
            false => high + (high - low) * share,
        }
    };
    let near = extent(&mut marks.iter().filter(|mark| value(mark) <= reach(mark)));
    near.map_or([low, high], |[near_low, near_high]| {
        [low.min(near_low), high.max(near_high)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(subject: Subject, latency_s: f64) -> Mark {
        Mark {
            subject,
            latency_s,
            energy_j: 1.0,
            feasible: true,
        }
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
        assert_eq!(range(&marks, |m| m.latency_s, false), [1.0, 2.25]);
        let with_baselines = [4.5, 6.0].map(|latency_s| mark(Subject::Baseline(0), latency_s));
        let with_baselines = [marks.as_slice(), &with_baselines].concat();
        assert_eq!(range(&with_baselines, |m| m.latency_s, false), [1.0, 4.5]);
        let with_current = [marks.as_slice(), &[mark(Subject::Current, 10.0)]].concat();
        assert_eq!(range(&with_current, |m| m.latency_s, false), [1.0, 10.0]);
    }

    #[test]
    fn nothing_to_show_still_gives_bounds() {
        for log in [false, true] {
            let [low, high] = range(&[mark(Subject::Front(0), f64::INFINITY)], |m| m.latency_s, log);
            assert!(low < high);
        }
    }
}
