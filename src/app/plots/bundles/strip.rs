//! The blocks of a schedule as a strip: every bundle in the colour, hatch and letter of its device, with its clock.

use super::readout;
use crate::app::hatch::{self, Hatch};
use crate::app::{Cx, Theme, theme, widgets};
use crate::explore::schedule::Plan;
use crate::project::bundling::Solved;
use egui::{Align2, FontId, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// Height of the strip.
const HEIGHT: f32 = 24.0;

/// Draws the strip over the whole width.
pub fn ui(ui: &mut Ui, cx: &Cx<'_>, solved: &Solved, plan: &Plan) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let width = rect.width() / solved.stated.blocks.len().max(1) as f32;
    for (index, piece) in plan.pieces.iter().enumerate() {
        let x = |block: usize| rect.left() + width * block as f32;
        let place = Rect::from_x_y_ranges(x(piece.first) + 0.5..=x(piece.last + 1) - 0.5, rect.y_range());
        let device = solved
            .stated
            .devices
            .get(piece.machine)
            .copied()
            .unwrap_or(piece.machine);
        let hue = cx.theme.device(device);
        let fill = cx.theme.tint(hue);
        ui.painter().rect_filled(place, 3, fill);
        let inside = ui.painter_at(place);
        Hatch::of_device(device).paint(&inside, place, 7.0, hatch::over(fill));
        ui.painter()
            .rect_stroke(place, 3, Stroke::new(1.0, hue), StrokeKind::Inside);
        let badge = Rect::from_min_size(place.min + vec2(4.0, 4.0), vec2(16.0, 16.0));
        if place.width() >= 24.0 {
            widgets::paint_badge(ui.painter(), cx.theme, badge, device);
            clock(
                ui,
                cx.theme,
                place.with_min_x(badge.right() + 4.0),
                piece.choice.clock_hz,
            );
        }
        let words = readout::piece(solved, piece);
        let response = ui.interact(place, ui.scope_id().with(("piece", index)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        response.on_hover_text(words);
    }
}

/// The clock, as long as it fits.
fn clock(ui: &Ui, theme: &Theme, room: Rect, clock_hz: Option<u64>) {
    let Some(hz) = clock_hz else { return };
    let font = FontId::proportional(theme::SMALL);
    let texts = [readout::clock(hz), format!("{:.0}", hz as f64 / 1e6)];
    let galleys = texts.map(|text| ui.painter().layout_no_wrap(text, font.clone(), theme.text));
    if let Some(galley) = galleys.into_iter().find(|galley| galley.size().x <= room.width() - 4.0) {
        let place = Align2::LEFT_CENTER.anchor_size(room.left_center(), galley.size());
        ui.painter().galley(place.min, galley, theme.text);
    }
}
