//! What the tables of the window share: sizes, titles that sort, numbers with a quieter unit, words that fit.

use super::theme::{self, Theme};
use super::{icon, words};
use crate::units::Printed;
use egui::{Align2, Color32, FontId, Painter, Rect, Response, Role, Ui, WidgetInfo, pos2, vec2};
use egui_extras::TableRow;

/// Height of the row of titles in points.
pub const HEADER: f32 = 22.0;
/// Height of a row.
pub const ROW: f32 = 21.0;
/// Room between a cell's contents and its edges.
pub const PADDING: f32 = 6.0;
/// Size of a cell's text.
const SIZE: f32 = 12.0;

/// The title of a column: numbers stand at the right, words at the left; `sorted` says whether rows are sorted by it, and
/// whether descending. A click is meant to sort.
pub fn title(
    header: &mut TableRow<'_, '_>,
    theme: &Theme,
    name: &str,
    is_numeric: bool,
    sorted: Option<bool>,
) -> Response {
    let (_, response) = header.col(|ui| {
        let rect = ui.max_rect();
        let arrow = match sorted {
            None => "",
            Some(true) => icon::ARROW_DOWN,
            Some(false) => icon::ARROW_UP,
        };
        let colour = if sorted.is_some() { theme.text } else { theme.weak };
        let (text, at, align) = match is_numeric {
            true => (
                format!("{arrow} {name}"),
                rect.right_center() - vec2(PADDING, 0.0),
                Align2::RIGHT_CENTER,
            ),
            false => (
                format!("{name} {arrow}"),
                rect.left_center() + vec2(PADDING, 0.0),
                Align2::LEFT_CENTER,
            ),
        };
        let font = FontId::proportional(theme::SMALL);
        ui.painter().text(at, align, text.trim(), font, colour);
        ui.painter().hline(rect.x_range(), rect.bottom(), (1.0, theme.grid));
    });
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, format!("sort by {name}")));
    response
}

/// What a click on a title does to how rows are sorted: in the usual direction of the column, then the other way round,
/// then not at all.
pub fn next_sort(sorted: Option<bool>, usually_descending: bool) -> Option<bool> {
    match sorted {
        None => Some(usually_descending),
        Some(descending) if descending == usually_descending => Some(!usually_descending),
        Some(_) => None,
    }
}

/// A number at the right; its unit is quieter and has a width of its own, so that the digits of a column end at one line.
pub fn number(painter: &Painter, theme: &Theme, rect: Rect, unit_width: f32, printed: &Printed) {
    number_in(painter, [theme.text, theme.weak], rect, unit_width, printed);
}

/// A number as [`number`] has it, in other colours for digits and unit.
pub fn number_in(painter: &Painter, colours: [Color32; 2], rect: Rect, unit_width: f32, printed: &Printed) {
    let right = rect.right_center() - vec2(PADDING, 0.0);
    let digits = pos2(right.x - unit_width, right.y);
    let font = FontId::proportional(SIZE);
    painter.text(digits, Align2::RIGHT_CENTER, &printed.number, font, colours[0]);
    let unit = pos2(digits.x + 3.0, right.y);
    let font = FontId::proportional(theme::SMALL);
    painter.text(unit, Align2::LEFT_CENTER, &printed.unit, font, colours[1]);
}

/// Room in points that a cell needs to show words whole.
pub fn width(ui: &Ui, text: &str) -> f32 {
    let font = FontId::proportional(SIZE);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x + 2.0 * PADDING
}

/// Words at the left, shortened in their middle where they do not fit; whether they were.
pub fn text(ui: &Ui, rect: Rect, text: &str, colour: Color32) -> bool {
    let font = FontId::proportional(SIZE);
    let fitting = words::elide(ui, text, &font, rect.width() - 2.0 * PADDING);
    let left = rect.left_center() + vec2(PADDING, 0.0);
    ui.painter().text(left, Align2::LEFT_CENTER, &fitting, font, colour);
    fitting != text
}
