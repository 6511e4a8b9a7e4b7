//! What the colours and marks of the heat map mean, and the legend that says so.

use super::super::settings::Quantity;
use crate::app::graph::colour::Scale;
use crate::app::hatch::Hatch;
use crate::app::{Cx, theme};
use crate::units::Unit;
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// How values become colours: times and energies on a logarithmic scale whose ends few values lie beyond, as the graph has it; errors on a
/// plain one, because they may be below 0.
pub enum Colours {
    /// Between the 5th and the 95th percentile.
    Logarithmic(Scale),
    /// Between the least and the greatest.
    Plain([f64; 2]),
}

impl Colours {
    /// Of some values, between these ends.
    pub fn new(quantity: Quantity, values: &[Option<f64>], ends: [f64; 2]) -> Self {
        let scale = match quantity {
            Quantity::Latency | Quantity::Energy => Scale::new(values),
            Quantity::Error => None,
        };
        scale.map_or(Self::Plain(ends), Self::Logarithmic)
    }

    /// Where a value lies, 0 to 1.
    pub fn share(&self, value: f64) -> f32 {
        match self {
            Self::Logarithmic(scale) if scale.high > scale.low => scale.share(value),
            Self::Plain([low, high]) if high > low => ((value - low) / (high - low)) as f32,
            _ => 0.5,
        }
    }
}

/// Height of a line of the legend.
pub const LEGEND: f32 = 16.0;

/// What a hatch and a corner mean, where there are such cells.
pub fn legend(ui: &Ui, cx: &Cx<'_>, at: Pos2, small: bool, [missing, estimated]: [bool; 2]) {
    let font = FontId::proportional(theme::SMALL);
    let lines = [(missing, "not measured"), (estimated, "estimated")];
    for (line, (_, text)) in lines.into_iter().filter(|(is_there, _)| *is_there).enumerate() {
        let centre = at + vec2(0.0, LEGEND * line as f32);
        let swatch = Rect::from_min_size(centre - vec2(0.0, 5.0), vec2(10.0, 10.0));
        match text {
            "estimated" => {
                ui.painter().rect_filled(swatch, 1, cx.theme.grid);
                corner(ui.painter(), swatch, cx.theme.text);
            }
            _ if small => {
                ui.painter().rect_filled(swatch, 0, cx.theme.grid);
            }
            _ => unmeasured(ui, cx, swatch),
        }
        let place = swatch.right_center() + vec2(6.0, 0.0);
        let place = ui
            .painter()
            .text(place, Align2::LEFT_CENTER, text, font.clone(), cx.theme.weak);
        let response = ui.interact(place, ui.scope_id().with(text), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    }
}

/// The corner of a cell whose cost is an estimate.
pub fn corner(painter: &Painter, rect: Rect, colour: Color32) {
    let at = rect.right_top();
    let triangle = vec![at, at + vec2(-6.0, 0.0), at + vec2(0.0, 6.0)];
    painter.add(egui::Shape::convex_polygon(triangle, colour, Stroke::NONE));
}

/// A cell that was not measured.
pub fn unmeasured(ui: &Ui, cx: &Cx<'_>, rect: Rect) {
    ui.painter()
        .rect_stroke(rect, 1, Stroke::new(1.0, cx.theme.grid), StrokeKind::Inside);
    let inside = ui.painter_at(rect);
    Hatch::Rising.paint(&inside, rect, 5.0, Stroke::new(1.0, cx.theme.weak.gamma_multiply(0.6)));
}

/// The colour scale with its ends.
pub fn scale(ui: &Ui, cx: &Cx<'_>, bar: Rect, unit: Unit, colours: &Colours) {
    const STEPS: usize = 24;
    let height = bar.height() / STEPS as f32;
    for step in 0..STEPS {
        let top = bar.bottom() - height * (step + 1) as f32;
        let rect = Rect::from_min_size(pos2(bar.left(), top), vec2(bar.width(), height + 0.5));
        ui.painter()
            .rect_filled(rect, 0, cx.theme.heat(step as f32 / (STEPS - 1) as f32));
    }
    let font = FontId::proportional(theme::SMALL);
    let text = |value: f64| match unit {
        Unit::Percent => format!("{:+.1} %", value * 100.0),
        _ => unit.format(value),
    };
    let [low, high] = match colours {
        Colours::Logarithmic(Scale { low, high }) => [format!("≤ {}", text(*low)), format!("≥ {}", text(*high))],
        Colours::Plain(ends) => ends.map(text),
    };
    let is_logarithmic = matches!(colours, Colours::Logarithmic(_));
    if is_logarithmic && bar.height() >= 48.0 {
        let at = pos2(bar.right() + 6.0, bar.center().y);
        ui.painter()
            .text(at, Align2::LEFT_CENTER, "log", font.clone(), cx.theme.weak);
    }
    for (y, text) in [(bar.top() + 6.0, high), (bar.bottom() - 6.0, low)] {
        let at = pos2(bar.right() + 6.0, y);
        ui.painter()
            .text(at, Align2::LEFT_CENTER, text, font.clone(), cx.theme.weak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_on_a_logarithmic_scale_and_errors_on_a_plain_one() {
        let values = [1e-3, 1e-2, 1e-1].map(Some);
        let times = Colours::new(Quantity::Latency, &values, [1e-3, 1e-1]);
        assert!((times.share(1e-2) - 0.5).abs() < 1e-6);
        assert_eq!(times.share(1.0), 1.0);
        let errors = Colours::new(Quantity::Error, &[Some(-0.1), Some(0.3)], [-0.1, 0.3]);
        assert!((errors.share(0.1) - 0.5).abs() < 1e-6);
        let same = Colours::new(Quantity::Energy, &[Some(2.0)], [2.0, 2.0]);
        assert_eq!(same.share(2.0), 0.5);
    }
}
