//! Which part of the plane is shown: all that has a place, until the user looks elsewhere.

use super::scene::Scene;
use crate::app::plots::axis::Axis;
use crate::units::Unit;
use egui_plot::PlotBounds;

/// Least distance between ticks in points: horizontal, vertical.
const TICK_POINTS: [f32; 2] = [64.0, 24.0];
/// Ends of the view are whole multiples of this many decades, so that it does not tremble with every change.
const STEP: f64 = 0.25;
/// Room around what is shown, as a share of it.
const MARGIN: f64 = 0.06;
/// What is shown where nothing has a place: MAC/B, MAC/s.
const NOTHING: [[f64; 2]; 2] = [[1.0, 100.0], [1e9, 1e12]];

/// Axes and bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Intensity and rate.
    pub axes: [Axis; 2],
    /// Least and greatest decade of both axes.
    decades: [[f64; 2]; 2],
}

impl View {
    /// The view of all that has a place.
    pub fn of(scene: &Scene) -> Self {
        let mut values: Vec<[f64; 2]> = scene.marks().filter_map(|meant| scene.values(meant)).collect();
        // What a link that is no limit could bring may lie far up.
        let limiting = scene.feeds.iter().filter(|feed| feed.transfer_s > feed.compute_s);
        values.extend(limiting.map(|feed| [feed.intensity(), feed.fed_macs_per_s()]));
        let ridges = scene.roofs.iter().filter_map(|roof| roof.roof.ridge());
        let peaks = scene.roofs.iter().map(|roof| roof.roof.macs_per_s);
        let decades = [
            decades(values.iter().map(|value| value[0]).chain(ridges), NOTHING[0]),
            decades(values.iter().map(|value| value[1]).chain(peaks), NOTHING[1]),
        ];
        Self::over(decades)
    }

    fn over(decades: [[f64; 2]; 2]) -> Self {
        let ends = |side: usize| decades[side].map(|decade: f64| 10_f64.powf(decade));
        let axis = |side: usize, name, unit| Axis::new(name, unit, true, ends(side), TICK_POINTS[side]);
        let intensity = axis(0, "intensity", Unit::MacsPerByte);
        Self {
            axes: [intensity.without_prefix(), axis(1, "rate", Unit::MacsPerSecond)],
            decades,
        }
    }

    /// A view that shows what either does.
    pub fn union(&self, other: &Self) -> Self {
        let union = |side: usize| {
            let (a, b) = (self.decades[side], other.decades[side]);
            [a[0].min(b[0]), a[1].max(b[1])]
        };
        Self::over([union(0), union(1)])
    }

    /// In plot coordinates.
    pub fn bounds(&self) -> PlotBounds {
        let with_margin = |[low, high]: [f64; 2]| {
            let margin = (high - low).max(STEP) * MARGIN;
            [low - margin, high + margin]
        };
        let [x, y] = self.decades.map(with_margin);
        PlotBounds::from_min_max([x[0], y[0]], [x[1], y[1]])
    }
}

/// Least and greatest decade of some values, rounded outwards.
fn decades(values: impl Iterator<Item = f64>, nothing: [f64; 2]) -> [f64; 2] {
    let shown = values.filter(|value| *value > 0.0 && value.is_finite());
    let range = shown
        .map(|value| [value; 2])
        .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    let [low, high] = range.unwrap_or(nothing).map(f64::log10);
    [(low / STEP).floor() * STEP, (high / STEP).ceil() * STEP]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_rounded_outwards_and_values_without_a_place_ignored() {
        let found = decades([3.0, 0.0, f64::INFINITY, 200.0].into_iter(), NOTHING[0]);
        assert_eq!(found, [0.25, 2.5]);
        assert_eq!(decades(std::iter::empty(), NOTHING[0]), [0.0, 2.0]);
    }

    #[test]
    fn a_view_grows_over_another() {
        let (a, b) = (
            View::over([[0.0, 1.0], [9.0, 10.0]]),
            View::over([[-1.0, 0.5], [9.5, 12.0]]),
        );
        assert_eq!(a.union(&b), View::over([[-1.0, 1.0], [9.0, 12.0]]));
        let (low, high) = (a.bounds().min(), a.bounds().max());
        assert!(low[0] < 0.0 && high[1] > 10.0);
        assert_eq!(View::of(&Scene::default()).axes[0].title(), "intensity (MAC/B, log)");
    }
}
