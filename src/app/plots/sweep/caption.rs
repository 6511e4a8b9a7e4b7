//! The line below the plot.

use super::titles::{self, Title};
use super::{Wish, knobs, menus, readout};
use crate::app::{Cx, icon, theme};
use egui::{Align2, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2};

/// The number that is varied at the left, what is known at the right.
pub fn line(ui: &Ui, cx: &mut Cx<'_>, rect: Rect, left: f32, wish: &Wish, known: &str, hint: String) {
    let y = rect.center().y + 2.0;
    let font = FontId::proportional(theme::SMALL);
    let galley = ui.painter().layout_no_wrap(known.to_owned(), font, cx.theme.weak);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), y), galley.size());
    if !known.is_empty() {
        let response = ui.interact(place, ui.scope_id().with("proof"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, known));
        ui.painter().galley(place.min, galley, cx.theme.weak);
        response.on_hover_text(hint);
    }
    let (knob, range) = (&wish.question.knob, wish.question.range);
    let name = knobs::name(&cx.document.system, knob);
    let unit = readout::unit(cx, knob);
    let (low, high) = (unit.format(range.low), unit.format(range.high));
    let caret = icon::CARET_DOWN;
    let title = Title {
        spoken: format!("horizontal axis: {name}"),
        texts: vec![
            format!("{name}, {low} to {high} {caret}"),
            format!("{name} {caret}"),
            caret.to_owned(),
        ],
    };
    if let Some(response) = titles::horizontal(ui, cx.theme, &title, pos2(left, y), place.left() - 12.0) {
        menus::first(&response, cx, wish);
    }
}
