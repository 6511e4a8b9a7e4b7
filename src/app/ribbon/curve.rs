//! The objective for every position the held cut could take.

use super::axis::Axis;
use crate::app::Theme;
use crate::app::derived::Hand;
use crate::design::Evaluation;
use crate::explore::{Metrics, Objective, best_position};
use egui::{Painter, Pos2, Rangef, Stroke, pos2};

/// Largest ratio of the curve's ends that is drawn on a linear scale.
const LINEAR_UP_TO: f64 = 20.0;

/// The number an objective looks at, the smaller the better.
pub fn value(objective: Objective, evaluation: &Evaluation) -> f64 {
    Metrics::from(evaluation).get(objective)
}

/// The best position and its change against the design before the drag, as a fraction (-0.09 = 9 % less).
pub fn best(hand: &Hand, objective: Objective) -> Option<(usize, f64)> {
    let before = value(objective, hand.before_evaluation.as_ref()?);
    let position = best_position(&hand.curve)?;
    let least = hand.curve.get(position)?;
    let change = least / before - 1.0;
    change.is_finite().then_some((position, change))
}

/// Whether the curve spans so much that it is drawn on a logarithmic scale.
pub fn is_logarithmic(curve: &[f64]) -> bool {
    range(curve).is_some_and(|(least, most)| least > 0.0 && most > LINEAR_UP_TO * least)
}

fn range(curve: &[f64]) -> Option<(f64, f64)> {
    let finite = || curve.iter().copied().filter(|v| v.is_finite());
    Some((finite().reduce(f64::min)?, finite().reduce(f64::max)?))
}

/// Draws the curve over the upper bars: the line, a ring at its minimum and a dot where the cut is now. Positions
/// that cannot be taken leave gaps.
pub fn paint(painter: &Painter, theme: &Theme, axis: &Axis, band: Rangef, curve: &[f64], now: usize) {
    let Some((least, most)) = range(curve) else { return };
    let scale = |v: f64| if is_logarithmic(curve) { v.ln() } else { v };
    let span = scale(most) - scale(least);
    let point = |position: usize| -> Option<Pos2> {
        let value = curve.get(position).copied().filter(|v| v.is_finite())?;
        let share = if span > 0.0 {
            (scale(value) - scale(least)) / span
        } else {
            0.5
        };
        Some(pos2(axis.x(position), band.max - share as f32 * band.span()))
    };
    let mut lines = vec![Vec::new()];
    for position in 0..curve.len() {
        match (point(position), lines.last_mut()) {
            (Some(point), Some(line)) => line.push(point),
            _ => lines.push(Vec::new()),
        }
    }
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        painter.line(line.clone(), Stroke::new(3.5, theme.background.gamma_multiply(0.6)));
        painter.line(line, Stroke::new(1.5, theme.text));
    }
    if let Some(minimum) = best_position(curve).and_then(point) {
        painter.circle(minimum, 4.5, theme.background, Stroke::new(1.5, theme.text));
    }
    if let Some(now) = point(now) {
        painter.circle(now, 4.5, theme.text, Stroke::new(1.5, theme.background));
    }
}
