//! Moving the selected cut by keyboard; graph and ribbon both lead here, and the first to ask takes the key press.

use super::ribbon::crossings;
use super::session::Selection;
use super::{Command, Cx};
use crate::network::Ideal;
use crate::project::Action;
use egui::{Key, Modifiers, Ui};

/// Which way a cut moves along the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Earlier,
    Later,
}

/// Carries out the keys of the selected cut: ↑ ← earlier, ↓ → later, with Ctrl to the next position a single tensor
/// crosses, Enter to the best position, Delete merges the partitions beside it.
pub fn cut_keys(ui: &Ui, cx: &mut Cx) {
    let Some(Selection::Cut(cut)) = cx.session.selection else {
        return;
    };
    let is_covered = !ui.memory(|memory| memory.allows_interaction(ui.layer_id()));
    if cut >= cx.document.design.cuts() || is_covered || ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::NONE, Key::Enter) {
        cx.push(Command::BestPosition(cut));
    }
    if pressed(Modifiers::NONE, Key::Delete) {
        cx.edit(Action::RemoveCut(cut));
        return;
    }
    let ways = [
        (Key::ArrowLeft, Way::Earlier),
        (Key::ArrowUp, Way::Earlier),
        (Key::ArrowRight, Way::Later),
        (Key::ArrowDown, Way::Later),
    ];
    for (key, way) in ways {
        // Ctrl first: without modifiers a key press also matches when Shift is held.
        if pressed(Modifiers::COMMAND, key) {
            step(cx, cut, way, true);
        } else if pressed(Modifiers::NONE, key) {
            step(cx, cut, way, false);
        }
    }
}

/// Moves a cut by one position, or to the next one that a single tensor crosses.
fn step(cx: &mut Cx, cut: usize, way: Way, to_single: bool) {
    let Some(schedule) = cx.derived.schedule.clone() else {
        return;
    };
    let design = &cx.document.design;
    let layers = schedule.order().len();
    if layers != cx.network.layers.len() {
        return;
    }
    let now = design.cut(cut).len();
    let crossings = crossings(cx.network, &schedule, &cx.document.system, design);
    let is_stop = |&position: &usize| !to_single || crossings[position].is_single();
    let next = match way {
        Way::Earlier => (0..now).rev().find(is_stop),
        Way::Later => (now + 1..=layers).find(is_stop),
    };
    if let Some(next) = next {
        let to = Ideal::prefix(&schedule, next);
        cx.edit(Action::MoveCut { cut, to });
    }
}
