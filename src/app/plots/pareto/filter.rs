//! The box a person drags over the plot: a filter on both metrics of the axes.

use super::paint::Canvas;
use super::shown::Shown;
use crate::app::plots::axis::Axis;
use crate::explore::{Metrics, Objective};
use egui::{Key, Modifiers, PointerButton, Pos2, Rect, Response, Stroke, StrokeKind, Ui};
use egui_plot::{PlotPoint, PlotTransform};

/// A drag shorter than this many points along an axis makes no box.
const LEAST: f32 = 5.0;

/// Ranges of two metrics, as the axes show them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxFilter {
    sides: [(Objective, [f64; 2]); 2],
}

impl BoxFilter {
    /// The box between two places of the plot.
    fn between(shown: &Shown, axes: &[Axis; 2], from: PlotPoint, to: PlotPoint) -> Self {
        let side = |side: usize, from: f64, to: f64| {
            let [a, b] = [from, to].map(|coordinate| axes[side].value(coordinate));
            (shown.axes[side], [a.min(b), a.max(b)])
        };
        Self {
            sides: [side(0, from.x, to.x), side(1, from.y, to.y)],
        }
    }

    /// Whether a design lies in it.
    pub fn contains(&self, metrics: &Metrics) -> bool {
        let inside =
            |(objective, [low, high]): &(Objective, [f64; 2])| (*low..=*high).contains(&metrics.shown(*objective));
        self.sides.iter().all(inside)
    }

    /// The ranges in words.
    pub fn text(&self) -> String {
        let range = |(objective, [low, high]): &(Objective, [f64; 2])| {
            let unit = objective.unit();
            format!("{} {} to {}", objective.name(), unit.format(*low), unit.format(*high))
        };
        self.sides.each_ref().map(range).join(", ")
    }

    /// Its place on the screen, where the axes show its metrics.
    fn rect(&self, canvas: &Canvas<'_>) -> Option<Rect> {
        let shown = canvas.shown.axes;
        let side = |side: usize| self.sides.iter().find(|(objective, _)| *objective == shown[side]);
        let place = |end: usize| {
            let coordinate = |at: usize| canvas.axes[at].coordinate(side(at)?.1[end]);
            Some(
                canvas
                    .transform
                    .position_from_point(&PlotPoint::new(coordinate(0)?, coordinate(1)?)),
            )
        };
        Some(Rect::from_two_pos(place(0)?, place(1)?))
    }

    /// Paints it.
    pub fn draw(&self, canvas: &Canvas<'_>) {
        if let Some(rect) = self.rect(canvas) {
            frame(canvas, rect);
        }
    }
}

fn frame(canvas: &Canvas<'_>, rect: Rect) {
    let stroke = Stroke::new(1.0, canvas.theme.text);
    canvas
        .painter
        .rect_filled(rect, 0, canvas.theme.text.gamma_multiply(0.07));
    canvas.painter.rect_stroke(rect, 0, stroke, StrokeKind::Inside);
}

/// A box being dragged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drag {
    start: Option<Pos2>,
}

impl Drag {
    /// Whether a box is being dragged.
    pub fn is_on(&self) -> bool {
        self.start.is_some()
    }

    /// Follows the pointer; the box, once it is let go. Esc gives it up.
    pub fn follow(&mut self, ui: &Ui, response: &Response, canvas: &Canvas<'_>) -> Option<BoxFilter> {
        if response.drag_started_by(PointerButton::Primary) {
            self.start = ui.input(|input| input.pointer.press_origin());
        }
        let (start, now) = (self.start?, response.interact_pointer_pos());
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.start = None;
            return None;
        }
        let dragged = now.map(|now| Rect::from_two_pos(start, canvas.frame().clamp(now)));
        let large = dragged.filter(|rect| rect.width() >= LEAST && rect.height() >= LEAST);
        if response.drag_stopped() || now.is_none() {
            self.start = None;
            let transform: &PlotTransform = &canvas.transform;
            let corner = |at: Pos2| transform.value_from_position(at);
            return large
                .map(|rect| BoxFilter::between(&canvas.shown, &canvas.axes, corner(rect.min), corner(rect.max)));
        }
        if let Some(rect) = large {
            frame(canvas, rect);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Unit;

    #[test]
    fn a_box_holds_what_lies_between_its_corners_also_on_a_reversed_axis() {
        let shown = Shown {
            axes: [Objective::Latency, Objective::Interval],
            log: [false; 2],
            size: None,
        };
        let axes = [
            Axis::new("latency", Unit::Seconds, false, [0.0, 0.1], 40.0),
            Axis::new("throughput", Unit::PerSecond, false, [1.0, 50.0], 40.0).reversed(true),
        ];
        // 10 to 20 ms, 20 to 40 results per second.
        let filter = BoxFilter::between(&shown, &axes, PlotPoint::new(20.0, -40.0), PlotPoint::new(10.0, -20.0));
        let metrics = |latency_s, throughput_hz| Metrics {
            latency_s,
            energy_j: 1.0,
            throughput_hz,
            link_bytes: 0,
            peak_memory_bytes: 0,
            area_m2: 0.0,
        };
        assert!(filter.contains(&metrics(0.015, 30.0)));
        assert!(!filter.contains(&metrics(0.025, 30.0)));
        assert!(!filter.contains(&metrics(0.015, 50.0)));
        assert_eq!(
            filter.text(),
            "latency 10.0 ms to 20.0 ms, throughput 20.0 /s to 40.0 /s"
        );
    }
}
