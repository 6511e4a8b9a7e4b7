//! Small widgets that several views share.

use super::theme::{self, Theme};
use egui::{Align2, Color32, CornerRadius, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};

/// A device's letter on its hue.
pub fn badge(ui: &mut Ui, theme: &Theme, device: usize) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
    paint_badge(ui.painter(), theme, rect, device);
    response
}

/// Paints a device's letter on its hue into a square.
pub fn paint_badge(painter: &egui::Painter, theme: &Theme, rect: Rect, device: usize) {
    let hue = theme.device(device);
    painter.rect_filled(rect, CornerRadius::same(4), hue);
    let font = theme::semibold((rect.height() * 0.64).max(7.0));
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        Theme::letter(device),
        font,
        Theme::on(hue),
    );
}

/// A horizontal bar filled to a share of its width; the share may exceed 1, which fills it in the colour of a broken limit.
pub fn meter(ui: &mut Ui, theme: &Theme, share: f32, hue: Color32, size: Vec2, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let rounding = CornerRadius::same(2);
    ui.painter().rect_filled(rect, rounding, theme.grid);
    let colour = if share > 1.0 { theme.worse } else { hue };
    let filled = Rect::from_min_size(rect.min, vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    ui.painter().rect_filled(filled, rounding, colour);
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, name));
    response
}
