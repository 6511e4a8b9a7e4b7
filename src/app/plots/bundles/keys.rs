//! The plots of the tab under the keyboard: arrow keys walk their marks, Enter or Space chooses one, the tooltip stands at the mark.

use crate::app::Cx;
use egui::{EventFilter, Key, Modifiers, Pos2, Response, StrokeKind, Tooltip, Ui, vec2};

/// Walks `count` marks with the arrow keys left and right while the plot has the keyboard; the mark it stands on.
pub fn step(ui: &Ui, response: &Response, cursor: &mut Option<usize>, count: usize) -> Option<usize> {
    let (right, _) = arrows(ui, response, false).filter(|_| count > 0).or_else(|| {
        *cursor = None;
        None
    })?;
    *cursor = Some(match *cursor {
        Some(at) => moved(at, right, count),
        None => 0,
    });
    *cursor
}

/// How often the arrow keys were pressed in this frame, to the right and downwards; `None` = the keyboard is elsewhere.
pub fn arrows(ui: &Ui, response: &Response, vertical: bool) -> Option<(isize, isize)> {
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: vertical,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    // Used up: they shall not also move the selected cut.
    let pressed = |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key)) as isize;
    let right = pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
    let down = match vertical {
        true => pressed(Key::ArrowDown) - pressed(Key::ArrowUp),
        false => 0,
    };
    Some((right, down))
}

/// A place among `count`, moved but not beyond the ends.
pub fn moved(at: usize, by: isize, count: usize) -> usize {
    at.saturating_add_signed(by).min(count.saturating_sub(1))
}

/// Says which plot has the keyboard.
pub fn outline(ui: &Ui, cx: &Cx<'_>, response: &Response) {
    if response.has_focus() {
        let outline = cx.theme.selection();
        ui.painter().rect_stroke(response.rect, 2, outline, StrokeKind::Inside);
    }
}

/// The tooltip of a mark: at the pointer, or beside the place the keyboard stands on.
pub fn tooltip(response: &Response, place: Option<Pos2>, contents: impl FnOnce(&mut Ui)) {
    let mut tooltip = Tooltip::for_widget(response);
    match place {
        None => {
            tooltip = tooltip.at_pointer().gap(14.0);
        }
        Some(at) => tooltip.popup = tooltip.popup.at_position(at + vec2(14.0, 14.0)),
    }
    tooltip.show(contents);
}
