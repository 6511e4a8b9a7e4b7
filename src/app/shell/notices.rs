//! What the user is told: a stack of cards in the lower right corner, where the Inspector is mostly empty; errors until dismissed, the rest until the next edit.

use crate::app::{App, Command, icon};
use egui::{Align, Align2, Area, Frame, Layout, Margin, Order, RichText, Stroke, vec2};

/// Most cards shown at once; the newest win.
const SHOWN: usize = 4;

/// Their greatest width, in points.
const WIDTH: f32 = 420.0;

/// Draws the cards.
pub fn ui(app: &mut App, ctx: &egui::Context) {
    if app.notices.is_empty() {
        return;
    }
    let theme = &app.theme;
    let area = Area::new(egui::Id::unique("notices"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, vec2(-12.0, -36.0));
    area.show(ctx, |ui| {
        ui.set_max_width(WIDTH);
        let first = app.notices.len().saturating_sub(SHOWN);
        for (index, notice) in app.notices.iter().enumerate().skip(first) {
            let (icon, hue) = if notice.is_error {
                (icon::WARNING, theme.worse)
            } else {
                (icon::INFO, theme.accent)
            };
            let card = Frame::new()
                .fill(theme.card)
                .stroke(Stroke::new(1.0, hue))
                .corner_radius(4)
                .inner_margin(Margin::same(8));
            card.show(ui, |ui| {
                ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                    let close = ui.add(egui::Button::new(icon::REMOVE).frame(false));
                    close.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Dismiss"));
                    if close.clicked() {
                        app.commands.push(Command::DismissNotice(index));
                    }
                    ui.with_layout(Layout::left_to_right(Align::TOP), |ui| {
                        ui.label(RichText::new(icon).color(hue));
                        ui.add(egui::Label::new(&notice.text).wrap().selectable(true));
                    });
                });
            });
        }
    });
}
