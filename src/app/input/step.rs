//! Stepping a typed number by the arrow keys.

use super::Draft;
use crate::units::Unit;
use egui::{Id, Key, Modifiers, Ui};

/// Whether arrow up (`true`) or down was pressed in the field.
pub(super) fn stepped(ui: &Ui, id: Id) -> Option<bool> {
    if !ui.memory(|memory| memory.has_focus(id)) {
        return None;
    }
    ui.input_mut(|input| {
        if input.consume_key(Modifiers::NONE, Key::ArrowUp) {
            Some(true)
        } else {
            input.consume_key(Modifiers::NONE, Key::ArrowDown).then_some(false)
        }
    })
}

/// Steps the typed number and makes the result the draft; a draft that is no number stays.
pub(super) fn step_draft(
    ui: &Ui,
    id: Id,
    unit: Unit,
    up: bool,
    read: impl Fn(&str) -> Result<Option<f64>, String>,
    print: impl Fn(f64) -> String,
) -> Option<Option<f64>> {
    let mut draft: Draft = ui.data(|data| data.get_temp(id))?;
    let next = step(unit, read(&draft.text).ok()??, up)?;
    draft.text = print(next);
    draft.origin.clone_from(&draft.text);
    ui.data_mut(|data| data.insert_temp(id, draft));
    Some(Some(next))
}

/// The next number of the series 1, 2, 5, 10 … above or below, in the unit it is shown in.
pub fn step(unit: Unit, value: f64, up: bool) -> Option<f64> {
    const SERIES: [f64; 14] = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0,
    ];
    let printed = unit.print(value);
    let number: f64 = printed.number.parse().ok()?;
    let next = if up {
        SERIES.iter().find(|&&next| next > number)
    } else {
        SERIES.iter().rev().find(|&&next| next < number)
    };
    unit.parse(&format!("{} {}", next?, printed.unit)).ok()
}
