//! The panels that open above a button of the tab's bar.

use crate::app::{Cx, icon, theme, widgets};
use egui::{Align, Layout, Popup, PopupCloseBehavior, RectAlign, Response, RichText, Ui, vec2};

/// Width of a panel in points.
pub const WIDTH: f32 = 272.0;

/// Shows a panel above its button while it is open; whether it still is.
pub fn show(
    button: &Response,
    cx: &mut Cx<'_>,
    title: &str,
    is_open: bool,
    contents: impl FnOnce(&mut Ui, &mut Cx<'_>),
) -> bool {
    let mut open = is_open;
    let popup = Popup::from_response(button)
        // One button may have several panels.
        .id(button.id.with(title))
        .open_bool(&mut open)
        .align(RectAlign::TOP_END)
        .gap(8.0)
        // It stays while the plot is looked at.
        .close_behavior(PopupCloseBehavior::IgnoreClicks);
    let shown = popup.show(|ui| {
        ui.set_width(WIDTH);
        ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
        ui.style_mut().interaction.selectable_labels = false;
        let closed = heading(ui, cx, title);
        contents(ui, cx);
        closed
    });
    open && !shown.is_some_and(|shown| shown.inner)
}

/// The title with the button that closes; whether it was clicked.
fn heading(ui: &mut Ui, cx: &Cx<'_>, title: &str) -> bool {
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).font(theme::semibold(theme::BODY)));
        let close =
            |ui: &mut Ui| widgets::icon_button(ui, cx.theme, icon::REMOVE, &format!("Close “{title}”")).clicked();
        ui.with_layout(Layout::right_to_left(Align::Center), close).inner
    })
    .inner
}
