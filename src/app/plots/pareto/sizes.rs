//! The third metric: the area of the front's dots, with a legend.

use super::paint::{Canvas, DOT, DOTS};
use crate::app::theme;
use crate::explore::{Front, FrontPoint, Metrics, Objective};
use egui::{Align2, FontId, Rect, pos2, vec2};

/// From a metric to a radius.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// The metric with its range over the front; `None` = all dots are equal.
    of: Option<(Objective, [f64; 2])>,
}

impl Sizes {
    /// Sizes that tell the points of a front apart; equal dots where the metric is the same for all of them.
    pub fn new(front: &Front, size: Option<Objective>) -> Self {
        let range = |objective: Objective| {
            let values = front
                .points
                .iter()
                .map(|point: &FrontPoint| point.metrics.shown(objective));
            let values = values.filter(|value| value.is_finite()).map(|value| [value; 2]);
            let range = values.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])?;
            (range[0] < range[1]).then_some((objective, range))
        };
        Self {
            of: size.and_then(range),
        }
    }

    /// The radius of a dot in points. Its area grows in equal steps with the number from the front's least to its greatest.
    pub fn radius(&self, metrics: &Metrics) -> f32 {
        let Some((objective, [low, high])) = self.of else {
            return DOT;
        };
        let share = ((metrics.shown(objective) - low) / (high - low)).clamp(0.0, 1.0) as f32;
        let [least, most] = DOTS;
        (least * least + share * (most * most - least * least)).sqrt()
    }

    /// Paints what the areas mean into the upper right corner; its place.
    pub fn legend(&self, canvas: &Canvas<'_>) -> Option<Rect> {
        let (objective, range) = self.of?;
        let unit = objective.unit();
        let text = |text: &str| canvas.text(text, FontId::proportional(theme::SMALL), canvas.theme.weak);
        let title = text(&format!("{} ", objective.name()));
        let ends = [0, 1].map(|end| (DOTS[end], text(&unit.format(range[end]))));
        let gap = 4.0;
        let dots: f32 = ends
            .iter()
            .map(|(radius, galley)| 2.0 * radius + galley.size().x + 2.0 * gap)
            .sum();
        let size = vec2(title.size().x + dots + gap, 2.0 * DOTS[1] + 3.0);
        let corner = canvas.frame().right_top() + vec2(-4.0, 4.0);
        let place = Align2::RIGHT_TOP.anchor_size(corner, size);
        if !canvas.frame().contains_rect(place) {
            return None;
        }
        canvas
            .painter
            .rect_filled(place, 3, canvas.theme.background.gamma_multiply(0.85));
        let middle = |galley: &egui::Galley, x: f32| pos2(x, place.center().y - galley.size().y / 2.0);
        let mut x = place.left() + gap;
        let at = middle(&title, x);
        x += title.size().x;
        canvas.painter.galley(at, title, canvas.theme.weak);
        for (radius, galley) in ends {
            canvas.dot(pos2(x + radius, place.center().y), radius);
            x += 2.0 * radius + gap;
            let at = middle(&galley, x);
            x += galley.size().x + gap;
            canvas.painter.galley(at, galley, canvas.theme.weak);
        }
        Some(place)
    }
}
