//! The budgets as lines over the front: an upright one for latency, a level one for energy. Where a budget is not set, its handle waits at
//! the end of the axis.

use super::keys;
use super::settings::edit;
use crate::app::input;
use crate::app::plots::canvas::Canvas;
use crate::app::{Command, Cx};
use crate::units::Unit;
use egui::{Align2, CursorIcon, Id, Key, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Distance in points within which a line is meant by the pointer.
const REACH: f32 = 5.0;
/// Side of a handle.
const HANDLE: f32 = 9.0;

/// Shows both lines; whether one is in the hand.
pub fn show(ui: &Ui, cx: &mut Cx<'_>, canvas: &Canvas<'_>) -> bool {
    let held = [0, 1].map(|side| line(ui, cx, canvas, side));
    held.contains(&true)
}

/// Shades what the budgets forbid.
pub fn shade(cx: &Cx<'_>, canvas: &Canvas<'_>) {
    let (frame, asked) = (canvas.frame(), &cx.document.bundling);
    let fill = cx.theme.worse.gamma_multiply(0.10);
    if let Some(x) = asked.latency_s.and_then(|budget| canvas.x(budget)) {
        canvas
            .painter
            .rect_filled(frame.with_min_x(x.max(frame.left())), 0, fill);
    }
    if let Some(y) = asked.energy_j.and_then(|budget| canvas.y(budget)) {
        canvas
            .painter
            .rect_filled(frame.with_max_y(y.min(frame.bottom())), 0, fill);
    }
}

fn line(ui: &Ui, cx: &mut Cx<'_>, canvas: &Canvas<'_>, side: usize) -> bool {
    let frame = canvas.frame();
    let asked = &cx.document.bundling;
    let (budget, unit, name) = match side {
        0 => (asked.latency_s, Unit::Seconds, "Latency budget line"),
        _ => (asked.energy_j, Unit::Joules, "Energy budget line"),
    };
    let end = if side == 0 { frame.right() } else { frame.top() };
    let at = match (budget, side) {
        (Some(budget), 0) => canvas.x(budget).map_or(end, |x| x.clamp(frame.left(), frame.right())),
        (Some(budget), _) => canvas.y(budget).map_or(end, |y| y.clamp(frame.top(), frame.bottom())),
        (None, _) => end,
    };
    let is_set = budget.is_some();
    let handle = match side {
        0 => pos2(at, frame.bottom()),
        _ => pos2(frame.left(), at),
    };
    let reach = match (side, is_set) {
        (0, true) => Rect::from_x_y_ranges(at - REACH..=at + REACH, frame.top()..=frame.bottom() + HANDLE),
        (_, true) => Rect::from_x_y_ranges(frame.left() - HANDLE..=frame.right(), at - REACH..=at + REACH),
        _ => Rect::from_center_size(handle, vec2(1.0, 1.0) * (2.0 * HANDLE)),
    };
    let response = ui.interact(reach, Id::unique(name), Sense::drag());
    let text = budget.map_or("none".to_owned(), |budget| unit.format(budget));
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(text.clone()),
        ..WidgetInfo::labeled(Role::Slider, true, name)
    });
    let is_held = drag(ui, cx, canvas, side, budget, &response);
    step(ui, cx, canvas, side, (budget, at), &response);
    let is_meant = is_held || response.hovered() || response.has_focus();
    if is_meant {
        ui.set_cursor_icon(match side {
            0 => CursorIcon::ResizeHorizontal,
            _ => CursorIcon::ResizeVertical,
        });
    }
    paint(ui, cx, canvas, side, handle, is_set, is_meant);
    if is_meant || is_set {
        let text = match is_set {
            true => format!("≤ {text}"),
            false => "drag to set a budget".to_owned(),
        };
        let (at, align) = match side {
            0 => (pos2(handle.x - 4.0, frame.bottom() - 8.0), Align2::RIGHT_CENTER),
            _ => (pos2(frame.left() + 8.0, handle.y + 9.0), Align2::LEFT_CENTER),
        };
        canvas.label(at, align, &text, if is_set { cx.theme.worse } else { cx.theme.weak });
    }
    is_held
}

/// What the hand does to a line; beyond the end of the axis there is no budget.
fn drag(
    ui: &Ui,
    cx: &mut Cx<'_>,
    canvas: &Canvas<'_>,
    side: usize,
    budget: Option<f64>,
    response: &egui::Response,
) -> bool {
    if response.drag_started() {
        cx.push(Command::BeginGesture);
    }
    if response.drag_stopped() {
        // The arrow keys go on from where the hand left it.
        response.request_focus();
    }
    let escaped = ui.input(|input| input.key_down(Key::Escape));
    if let Some(at) = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() && !escaped)
    {
        set(cx, side, budget, value_at(canvas, side, at));
    }
    if response.drag_stopped() {
        cx.push(if escaped {
            Command::CancelGesture
        } else {
            Command::EndGesture
        });
    }
    response.dragged()
}

/// The arrow keys move a line that has the keyboard by a hundredth of the axis each, one undo step each.
fn step(
    ui: &Ui,
    cx: &mut Cx<'_>,
    canvas: &Canvas<'_>,
    side: usize,
    (budget, at): (Option<f64>, f32),
    response: &egui::Response,
) {
    let Some((right, down)) = keys::arrows(ui, response, true).filter(|_| !response.dragged()) else {
        return;
    };
    // Both pairs of keys serve both lines: right and up is more.
    let more = right - down;
    if more == 0 {
        return;
    }
    let frame = canvas.frame();
    let steps = more as f32 / 100.0;
    let at = match side {
        0 => pos2(at + frame.width() * steps, frame.center().y),
        _ => pos2(frame.center().x, at - frame.height() * steps),
    };
    let shown = value_at(canvas, side, at);
    // Where a step is less than what is shown of a number, the number takes it in full.
    let value = match shown == budget && budget.is_some() {
        true => Some(canvas.values(frame.clamp(at))[side]),
        false => shown,
    };
    set(cx, side, budget, value);
}

/// The budget at a place, as it would be shown; beyond the end of the axis there is none.
fn value_at(canvas: &Canvas<'_>, side: usize, at: Pos2) -> Option<f64> {
    let (frame, unit) = (canvas.frame(), [Unit::Seconds, Unit::Joules][side]);
    let is_beyond = match side {
        0 => at.x >= frame.right() - 1.0,
        _ => at.y <= frame.top() + 1.0,
    };
    let value = input::as_shown(unit, canvas.values(frame.clamp(at))[side]);
    Some(value).filter(|value| *value > 0.0 && !is_beyond)
}

fn set(cx: &mut Cx<'_>, side: usize, budget: Option<f64>, value: Option<f64>) {
    if value != budget {
        edit(cx, |bundling| match side {
            0 => bundling.latency_s = value,
            _ => bundling.energy_j = value,
        });
    }
}

fn paint(ui: &Ui, cx: &Cx<'_>, canvas: &Canvas<'_>, side: usize, handle: Pos2, is_set: bool, is_meant: bool) {
    let frame = canvas.frame();
    let colour = match (is_set, is_meant) {
        (true, _) => cx.theme.worse,
        (false, true) => cx.theme.text,
        (false, false) => cx.theme.weak,
    };
    if is_set || is_meant {
        let stroke = Stroke::new(if is_meant { 2.0 } else { 1.0 }, colour);
        match side {
            0 => ui.painter().vline(handle.x, frame.y_range(), stroke),
            _ => ui.painter().hline(frame.x_range(), handle.y, stroke),
        };
    }
    let corners = match side {
        0 => vec![
            handle,
            handle + vec2(HANDLE / 2.0, HANDLE),
            handle + vec2(-HANDLE / 2.0, HANDLE),
        ],
        _ => vec![
            handle,
            handle + vec2(-HANDLE, -HANDLE / 2.0),
            handle + vec2(-HANDLE, HANDLE / 2.0),
        ],
    };
    ui.painter().add(Shape::convex_polygon(corners, colour, Stroke::NONE));
}
