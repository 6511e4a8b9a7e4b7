//! The Inspector's building blocks: titles, rows of name and value, cards, quiet paragraphs.

use crate::app::panels::why;
use crate::app::{Command, Cx, icon, theme, widgets, words};
use crate::design::Quantity;
use egui::{
    Align, Align2, Color32, CornerRadius, CursorIcon, FontId, Frame, Label, Layout, Margin, Response, RichText, Role,
    Sense, Stroke, StrokeKind, TextWrapMode, Ui, WidgetInfo, vec2,
};

/// Height of a row.
pub const ROW: f32 = 20.0;

/// A title with room above it.
pub fn title(ui: &mut Ui, text: &str) {
    ui.add_space(10.0);
    ui.label(RichText::new(text).font(theme::semibold(theme::BODY)));
    ui.add_space(3.0);
}

/// The name of the selected thing, with the letter of the device it belongs to.
pub fn head(ui: &mut Ui, cx: &mut Cx, name: &str, device: Option<usize>) {
    let contents = |ui: &mut Ui| {
        if let Some(device) = device {
            widgets::badge(ui, cx.theme, device);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let font = theme::semibold(theme::TITLE);
            let shown = words::elide(ui, name, &font, ui.available_width());
            let label = ui.label(RichText::new(shown).font(font)).on_hover_text(name);
            copies(&label, cx, name);
        });
    };
    ui.horizontal(|ui| ui.with_layout(Layout::right_to_left(Align::Center), contents));
}

/// A row: the name quiet at the left, the value at the right; what does not fit gives way in its middle. A right click
/// copies the value, the tooltip shows all of it.
pub fn row(ui: &mut Ui, cx: &mut Cx, name: &str, value: &str) {
    let response = line(ui, cx, name, value);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value}")));
}

/// A row whose value tells on a click how it came about.
pub fn row_why(ui: &mut Ui, cx: &mut Cx, name: &str, value: &str, quantity: Quantity) {
    let response = line(ui, cx, name, value).on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {value}, why?")));
    if response.hovered() || response.has_focus() {
        let outline = response.rect.expand2(vec2(4.0, 0.0));
        let stroke = Stroke::new(1.0, cx.theme.weak);
        ui.painter()
            .rect_stroke(outline, CornerRadius::same(3), stroke, StrokeKind::Inside);
    }
    why::popover(&response, cx, quantity);
}

fn line(ui: &mut Ui, cx: &mut Cx, name: &str, value: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let font = FontId::proportional(theme::BODY);
    let painter = ui.painter();
    let (left, right) = (rect.left_center(), rect.right_center());
    let drawn = painter.text(left, Align2::LEFT_CENTER, name, font.clone(), cx.theme.weak);
    let room = (rect.right() - drawn.right() - 12.0).max(rect.width() * 0.3);
    let shown = words::elide(ui, value, &font, room);
    painter.text(right, Align2::RIGHT_CENTER, &shown, font, cx.theme.text);
    copies(&response, cx, value);
    if shown == value {
        response
    } else {
        response.on_hover_text(value)
    }
}

/// Offers a text to copy on a right click.
pub fn copies(response: &Response, cx: &mut Cx, text: &str) {
    response.context_menu(|ui| {
        if ui.button(format!("{} Copy “{text}”", icon::COPY)).clicked() {
            cx.push(Command::Copy(text.to_owned()));
            ui.close();
        }
    });
}

/// A framed box on the panel.
pub fn card<R>(ui: &mut Ui, stroke: Color32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let frame = Frame::new()
        .stroke(Stroke::new(1.0, stroke))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(8, 6));
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        contents(ui)
    });
    shown.inner
}

/// A sentence that wraps.
pub fn sentence(ui: &mut Ui, text: &str, colour: Color32) {
    ui.add(Label::new(RichText::new(text).color(colour)).wrap_mode(TextWrapMode::Wrap));
}

/// A small text that wraps.
pub fn note(ui: &mut Ui, text: &str, colour: Color32) {
    let text = RichText::new(text).color(colour).size(theme::SMALL);
    ui.add(Label::new(text).wrap_mode(TextWrapMode::Wrap));
}
