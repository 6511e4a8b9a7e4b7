//! Small widgets that several views share.

use super::theme::{self, Theme};
use egui::{
    Align2, Button, Color32, CornerRadius, Rect, Response, RichText, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2,
};

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
    paint_meter(ui.painter(), theme, rect, share, hue);
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, name));
    response
}

/// A quiet button that shows an icon only; `name` is its tooltip and what a screen reader says.
pub fn icon_button(ui: &mut Ui, theme: &Theme, icon: &str, name: &str) -> Response {
    let text = RichText::new(icon).size(16.0).color(theme.weak);
    let button = Button::new(text).frame_when_inactive(false).min_size(Vec2::splat(24.0));
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name)
}

/// A small switch with a word on it; `hint` is its tooltip.
pub fn toggle(ui: &mut Ui, theme: &Theme, on: bool, text: &str, hint: &str) -> Response {
    let (colour, fill, stroke) = match on {
        // As chips have it: filled is on.
        true => (Theme::on(theme.accent), theme.accent, Stroke::new(1.0, theme.accent)),
        false => (theme.weak, Color32::TRANSPARENT, Stroke::new(1.0, theme.grid)),
    };
    let label = RichText::new(text).size(theme::SMALL).color(colour);
    let button = Button::new(label).fill(fill).stroke(stroke).corner_radius(10);
    let button = button.min_size(vec2(0.0, 20.0));
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, on, text));
    response.on_hover_text(hint)
}

/// Paints the bar of [`meter`].
pub fn paint_meter(painter: &egui::Painter, theme: &Theme, rect: Rect, share: f32, hue: Color32) {
    let rounding = CornerRadius::same(2);
    painter.rect_filled(rect, rounding, theme.grid);
    let colour = if share > 1.0 { theme.worse } else { hue };
    let filled = Rect::from_min_size(rect.min, vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    painter.rect_filled(filled, rounding, colour);
}
