//! Pieces of cells: numbers with a quieter unit, differences, letters of devices, words.

use crate::app::cells::PADDING;
use crate::app::theme::{self, Theme};
use crate::app::{icon, widgets, words as app_words};
use crate::project::comparison::{Change, signed};
use crate::units::{Printed, Unit};
use egui::{Align2, Color32, FontId, Painter, Rect, Ui, pos2, vec2};

/// Size of a cell's text.
const SIZE: f32 = 12.0;
/// Room for units.
const UNIT: f32 = 22.0;
/// Room between digits and their unit.
const GAP: f32 = 3.0;
/// Side of a device's letter.
pub const BADGE: f32 = 15.0;

/// A number at the right of its place; the best of a row is set stronger and has a tick before it.
pub fn number(painter: &Painter, theme: &Theme, place: Rect, printed: &Printed, is_best: bool) {
    let font = match is_best {
        true => theme::semibold(SIZE),
        false => FontId::proportional(SIZE),
    };
    let right = place.right_center() - vec2(PADDING, 0.0);
    let unit = FontId::proportional(theme::SMALL);
    let unit = painter.layout_no_wrap(printed.unit.clone(), unit, theme.weak);
    // Digits end at one line unless a unit is longer than usual.
    let at = pos2(right.x - UNIT.max(unit.size().x + GAP), right.y);
    let place = Align2::LEFT_CENTER.anchor_size(at + vec2(GAP, 0.0), unit.size());
    painter.galley(place.min, unit, theme.weak);
    let drawn = painter.text(at, Align2::RIGHT_CENTER, &printed.number, font, theme.text);
    if is_best {
        let at = pos2(drawn.left() - 4.0, right.y);
        let font = FontId::proportional(theme::SMALL);
        painter.text(at, Align2::RIGHT_CENTER, icon::CHECK, font, theme.text);
    }
}

/// A difference at the right of its place.
pub fn change(painter: &Painter, theme: &Theme, place: Rect, text: &str) {
    let right = place.right_center() - vec2(PADDING, 0.0);
    painter.text(
        right,
        Align2::RIGHT_CENTER,
        text,
        FontId::proportional(SIZE),
        theme.text,
    );
}

/// A difference as a number that ends at `middle`, and as a share at the right.
pub fn difference(painter: &Painter, theme: &Theme, place: Rect, middle: f32, unit: Unit, difference: Change) {
    let font = FontId::proportional(SIZE);
    match difference.share {
        Some(0.0) => {
            let right = place.right_center() - vec2(PADDING, 0.0);
            painter.text(right, Align2::RIGHT_CENTER, "= 0", font, theme.weak);
        }
        share => {
            let at = pos2(middle, place.center().y);
            let text = signed(unit, difference.absolute);
            painter.text(at, Align2::RIGHT_CENTER, text, font, theme.text);
            if share.is_some() {
                let text = difference.text(Unit::Percent);
                change(painter, theme, place, text.trim_start_matches(['▲', '▼', ' ']));
            }
        }
    }
}

/// A device's letter at the left of a place.
pub fn device(painter: &Painter, theme: &Theme, place: Rect, device: usize) {
    let at = pos2(place.left() + PADDING, place.center().y - BADGE / 2.0);
    widgets::paint_badge(painter, theme, Rect::from_min_size(at, vec2(BADGE, BADGE)), device);
}

/// What a device cannot do.
pub fn impossible(painter: &Painter, theme: &Theme, place: Rect) {
    let right = place.right_center() - vec2(PADDING, 0.0);
    let text = format!("{} cannot", icon::WARNING);
    painter.text(
        right,
        Align2::RIGHT_CENTER,
        text,
        FontId::proportional(SIZE),
        theme.warning,
    );
}

/// Words at the left of a place, shortened in their middle where they do not fit; whether they were.
pub fn words(ui: &Ui, painter: &Painter, place: Rect, text: &str, colour: Color32) -> bool {
    let font = FontId::proportional(SIZE);
    let fitting = app_words::elide(ui, text, &font, place.width() - 2.0 * PADDING);
    let left = place.left_center() + vec2(PADDING, 0.0);
    painter.text(left, Align2::LEFT_CENTER, &fitting, font, colour);
    fitting != text
}

/// What stands where there is no number, at its right end.
pub fn absent(ui: &Ui, painter: &Painter, theme: &Theme, place: Rect, text: &str) {
    let font = FontId::proportional(SIZE);
    let fitting = app_words::elide(ui, text, &font, place.width() - 2.0 * PADDING);
    let right = place.right_center() - vec2(PADDING, 0.0);
    painter.text(right, Align2::RIGHT_CENTER, fitting, font, theme.weak);
}
