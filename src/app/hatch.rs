//! Hatches: what tells devices apart without colour, and marks what is not known.

use super::Theme;
use egui::{Painter, Rect, Shape, Stroke, pos2, vec2};

/// A pattern of lines or dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hatch {
    /// Nothing.
    None,
    /// Lines that rise to the right.
    Rising,
    /// Lines that fall to the right.
    Falling,
    /// Both.
    Crossed,
    /// Dots.
    Dots,
    /// Lines from left to right.
    Level,
    /// Lines from top to bottom.
    Upright,
    /// Both.
    Grid,
}

impl Hatch {
    /// The pattern of the device at an index of the system.
    pub fn of_device(index: usize) -> Self {
        const ALL: [Hatch; 8] = [
            Hatch::None,
            Hatch::Rising,
            Hatch::Falling,
            Hatch::Crossed,
            Hatch::Dots,
            Hatch::Level,
            Hatch::Upright,
            Hatch::Grid,
        ];
        ALL[index % ALL.len()]
    }

    /// Paints the pattern into a box, its lines `spacing` points apart. The box should not reach far beyond what is visible.
    pub fn paint(self, painter: &Painter, rect: Rect, spacing: f32, stroke: Stroke) {
        let line = |from, to| Shape::line_segment([from, to], stroke);
        let steps = |length: f32| (1..=(length / spacing) as usize).map(move |index| index as f32 * spacing);
        // A diagonal from the top or right edge down to the left or bottom edge, at 45°.
        let rising = |along: f32| {
            let over = (along - rect.width()).max(0.0);
            let under = (along - rect.height()).max(0.0);
            let from = pos2(rect.left() + along - over, rect.top() + over);
            (from, pos2(rect.left() + under, rect.top() + along - under))
        };
        let mirrored = |x: f32| rect.left() + rect.right() - x;
        let diagonals = || steps(rect.width() + rect.height());
        let paint_rising = || painter.extend(diagonals().map(rising).map(|(a, b)| line(a, b)));
        let paint_falling = || {
            let falling = diagonals().map(rising);
            painter.extend(falling.map(|(a, b)| line(pos2(mirrored(a.x), a.y), pos2(mirrored(b.x), b.y))));
        };
        let paint_level = || {
            let lines = steps(rect.height()).map(|y| rect.top() + y);
            painter.extend(lines.map(|y| line(pos2(rect.left(), y), pos2(rect.right(), y))));
        };
        let paint_upright = || {
            let lines = steps(rect.width()).map(|x| rect.left() + x);
            painter.extend(lines.map(|x| line(pos2(x, rect.top()), pos2(x, rect.bottom()))));
        };
        match self {
            Self::None => {}
            Self::Rising => paint_rising(),
            Self::Falling => paint_falling(),
            Self::Crossed => {
                paint_rising();
                paint_falling();
            }
            Self::Dots => {
                let dots = steps(rect.width()).flat_map(|x| steps(rect.height()).map(move |y| rect.min + vec2(x, y)));
                painter.extend(dots.map(|at| Shape::circle_filled(at, stroke.width, stroke.color)));
            }
            Self::Level => paint_level(),
            Self::Upright => paint_upright(),
            Self::Grid => {
                paint_level();
                paint_upright();
            }
        }
    }
}

/// The stroke of a hatch over a fill of this colour.
pub fn over(fill: egui::Color32) -> Stroke {
    Stroke::new(1.0, Theme::on(fill).gamma_multiply(0.3))
}
