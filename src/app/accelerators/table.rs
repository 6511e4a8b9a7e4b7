//! The best designs of a search by a metric, as a table whose rows are chosen by a click.

use super::Found;
use crate::app::cells::{self, ROW};
use crate::app::{Cx, theme};
use crate::cost::spatial::space::Metric;
use crate::units::Unit;
use egui::{Align2, FontId, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Where the numbers' columns end, from the right: latency, energy, area.
const COLUMNS: [(&str, Unit, f32); 3] = [
    ("latency", Unit::Seconds, 152.0),
    ("energy", Unit::Joules, 76.0),
    ("area", Unit::SquareMetres, 0.0),
];

/// Draws `best` (indices of designs, the best first); a click chooses.
pub fn ui(ui: &mut Ui, cx: &Cx, found: &Found, best: &[usize], chosen: &mut Option<usize>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let font = FontId::proportional(theme::SMALL);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let painter = ui.painter();
    let left = rect.left_center() + vec2(26.0, 0.0);
    painter.text(left, Align2::LEFT_CENTER, "sizes", font.clone(), cx.theme.weak);
    for (name, _, end) in COLUMNS {
        let at = pos2(rect.right() - end - cells::PADDING, rect.center().y);
        painter.text(at, Align2::RIGHT_CENTER, name, font.clone(), cx.theme.weak);
    }
    painter.hline(rect.x_range(), rect.bottom(), (1.0, cx.theme.grid));
    for (rank, &index) in best.iter().enumerate() {
        row(ui, cx, found, rank, index, chosen);
    }
}

fn row(ui: &mut Ui, cx: &Cx, found: &Found, rank: usize, index: usize, chosen: &mut Option<usize>) {
    let Some(candidate) = found.designs.get(index) else {
        return;
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let is_chosen = *chosen == Some(index);
    if is_chosen {
        ui.painter().rect_filled(rect, 2.0, ui.visuals().selection.bg_fill);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 2.0, cx.theme.card);
    }
    let font = FontId::proportional(theme::SMALL);
    let number = pos2(rect.left() + 16.0, rect.center().y);
    let rank = (rank + 1).to_string();
    ui.painter()
        .text(number, Align2::RIGHT_CENTER, &rank, font.clone(), cx.theme.weak);
    let sizes = rect.with_min_x(rect.left() + 20.0).with_max_x(rect.right() - 226.0);
    cells::text(ui, sizes, &candidate.design.to_string(), cx.theme.text);
    let mut spoken = format!("{rank}: {}", candidate.design);
    for (metric, (name, unit, end)) in [Metric::Latency, Metric::Energy, Metric::Area].into_iter().zip(COLUMNS) {
        let text = candidate
            .metric(metric)
            .map_or("unknown".to_owned(), |value| unit.format(value));
        let at = pos2(rect.right() - end - cells::PADDING, rect.center().y);
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, &text, font.clone(), cx.theme.text);
        spoken = format!("{spoken}, {name} {text}");
    }
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_chosen, &spoken));
    if response.clicked() {
        *chosen = Some(index);
    }
    let assumed = match candidate.assumptions.as_slice() {
        [] => String::new(),
        all => format!("\nassumed: {}", all.join("; ")),
    };
    response.on_hover_text(format!("{spoken}{assumed}"));
}
