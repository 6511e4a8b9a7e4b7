//! Buttons of the panels: a choice that opens a popup, a chip that is on or off.

use crate::app::icon;
use crate::app::theme::{SMALL, Theme};
use egui::{
    Align2, Button, FontId, Popup, Response, RichText, Role, Sense, Stroke, StrokeKind, TextStyle, TextWrapMode, Ui,
    WidgetInfo, WidgetText, vec2,
};

/// A button with the current choice and a caret; a text too long for `width` is cut off and shown whole on hover.
///
/// `name` is what the choice is about, for screen readers. Open a popup on it with [`Popup::menu`].
pub fn dropdown(ui: &mut Ui, theme: &Theme, name: &str, choice: impl Into<WidgetText>, width: f32) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(vec2(width, 22.0), Sense::click());
    let choice = choice.into();
    let text = choice.text().to_owned();
    let room = rect.width() - 26.0;
    let galley = choice.into_galley(ui, Some(TextWrapMode::Truncate), room, TextStyle::Body);
    let open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
    let outline = if response.hovered() || response.has_focus() || open {
        theme.weak
    } else {
        theme.grid
    };
    let painter = ui.painter();
    painter.rect(
        rect,
        4.0,
        theme.background,
        Stroke::new(1.0, outline),
        StrokeKind::Inside,
    );
    let place = rect.left_center() + vec2(8.0, -galley.size().y / 2.0);
    let cut_off = galley.elided;
    painter.galley(place, galley, theme.text);
    painter.text(
        rect.right_center() - vec2(6.0, 0.0),
        Align2::RIGHT_CENTER,
        icon::CARET_DOWN,
        FontId::proportional(SMALL),
        theme.weak,
    );
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(text.clone()),
        ..WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), name)
    });
    if cut_off {
        response = response.on_hover_text(text);
    }
    response
}

/// A rounded button that is one of several choices.
pub fn chip(ui: &mut Ui, theme: &Theme, text: &str, on: bool, width: f32) -> Response {
    let (fill, colour, outline) = if on {
        (theme.accent, Theme::on(theme.accent), theme.accent)
    } else {
        (theme.panel, theme.weak, theme.grid)
    };
    let text = RichText::new(text).size(SMALL).color(colour);
    let button = Button::new(text)
        .fill(fill)
        .stroke(Stroke::new(1.0, outline))
        .corner_radius(11)
        .selected(on)
        .min_size(vec2(width, 22.0));
    ui.add_sized(vec2(width, 22.0), button)
}
