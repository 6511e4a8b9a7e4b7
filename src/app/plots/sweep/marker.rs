//! The line of the present value, which a hand can take.

use super::canvas::Canvas;
use super::{chart, knobs};
use crate::app::Cx;
use crate::app::input::{self, Slid};
use crate::explore::sweep::{Knob, snapped};
use crate::presets::Parameter;
use egui::{CursorIcon, Key, PointerButton, Pos2, Response, Ui, pos2};

/// Distance in points within which the line is meant by the pointer.
const REACH: f32 = 6.0;

/// Draws the present value, which can be dragged where it is no share of what is there; whether it is in the hand.
pub fn show(held: &mut bool, ui: &Ui, cx: &mut Cx<'_>, canvas: &Canvas<'_>, knob: &Knob, response: &Response) -> bool {
    let Some(parameter) = knob.parameter(&cx.document.system, &cx.document.constraints) else {
        return false;
    };
    let line = canvas.x(parameter.value).filter(|_| !knob.is_share());
    let is_near = |at: Pos2| line.is_some_and(|x| (x - at.x).abs() <= REACH);
    let slid = drag(held, ui, canvas, &parameter, response, is_near);
    let is_meant = *held || response.hover_pos().is_some_and(is_near);
    if is_meant {
        ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let commands: Vec<_> = slid.commands(|value| knobs::action(cx, knob, value)).collect();
    cx.commands.extend(commands);
    chart::marker(canvas, parameter.value, is_meant);
    *held
}

/// What the hand does to the line.
fn drag(
    held: &mut bool,
    ui: &Ui,
    canvas: &Canvas<'_>,
    parameter: &Parameter,
    response: &Response,
    is_near: impl Fn(Pos2) -> bool,
) -> Slid {
    let pressed = ui.input(|input| input.pointer.press_origin());
    let begins = response.drag_started_by(PointerButton::Primary) && pressed.is_some_and(is_near);
    *held |= begins;
    let mut slid = Slid {
        begins,
        ..Slid::default()
    };
    if !*held {
        return slid;
    }
    // egui ends a drag when Esc is pressed.
    let escaped = ui.input(|input| input.key_down(Key::Escape));
    let hand = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() && !escaped);
    if let Some(at) = hand {
        let frame = canvas.frame();
        let [value, _] = canvas.values(pos2(at.x.clamp(frame.left(), frame.right()), at.y));
        let value = snapped(parameter.allowed, input::as_shown(parameter.unit, value));
        slid.value = Some(value).filter(|value| *value != parameter.value);
    } else {
        *held = false;
        slid.ends = !escaped;
        slid.cancelled = escaped;
    }
    slid
}
