//! Every parameter of a spatial accelerator, editable: clock and MAC array, what is counted how, the vector unit, and its memory levels,
//! each folded away until it is wanted.
//!
//! - `change` what an edit takes along, and whether it can be; `structure` the same of whole levels; `form` rows of numbers; `rules` what is counted how; `level` a memory
//!   level; `loops` what its loops may do; `floorplan` the accelerator drawn to scale

mod change;
mod floorplan;
mod form;
mod level;
mod loops;
mod rules;
mod structure;

pub use floorplan::ui as floorplan;

use super::parameters::{Editor, Row};
use crate::cost::spatial::architecture::MAX_LEVELS;
use crate::presets::Allowed;
use crate::system::Device;
use crate::units::Unit;
use egui::Ui;
use form::{Form, Numbers, fold};

/// Most instances in a row, and rows.
const MOST_IN_A_ROW: u64 = 4096;
/// Most words, lanes or instances together.
const MOST_TOGETHER: u64 = 1_048_576;
/// Largest capacity and budget.
const MOST: u64 = 1_000_000_000_000;

/// Shows the parameters of the model of `device` in `editor`, which edits a copy of it; why a change was refused, if one was.
pub fn ui(ui: &mut Ui, editor: &mut Editor<Device>, device: &Device) -> Option<String> {
    let preset = editor.preset.clone();
    let original = preset.as_ref().map(Numbers::of).unwrap_or_default();
    let now = Numbers::of(device);
    let levels = change::model(device).map_or(0, |model| model.architecture.levels.len());
    let mut form = Form {
        editor,
        base: device,
        preset: preset.as_ref(),
        now: &now,
        original: &original,
        refused: None,
    };
    array(ui, &mut form);
    rules::ui(ui, &mut form);
    fold(ui, &mut form, "vector unit", "", vector);
    for index in 0..levels.min(MAX_LEVELS) {
        level::ui(ui, &mut form, index);
    }
    form.refused
}

fn array(ui: &mut Ui, form: &mut Form) {
    let row = |name, text, help| Row { name, text, help };
    let clock = row("clock_hz", "clock", "Cycles per second of the whole accelerator");
    form.quantity(ui, clock, Unit::Hertz, Allowed::AboveZero, None);
    let columns = row(
        "mac.units_x",
        "MAC columns",
        "MAC units in a row; levels of the array that have as many instances in a row change along, and so do limits of the spread",
    );
    form.whole(ui, columns, 1, MOST_IN_A_ROW, None);
    let rows = row(
        "mac.units_y",
        "MAC rows",
        "Rows of MAC units; levels of the array that have as many rows of instances change along, and so do limits of the spread",
    );
    form.whole(ui, rows, 1, MOST_IN_A_ROW, None);
    let bits = row(
        "mac.bits",
        "MAC width",
        "Bits of an operand of the MAC units; their energy and area follow by the estimates for both widths",
    );
    form.whole(ui, bits, 1, u64::from(crate::presets::MAX_BITS), None);
    let energy = row("mac.energy_j", "energy per MAC", "Energy of one multiply-accumulate");
    form.quantity(ui, energy, Unit::Joules, Allowed::NotNegative, None);
    let area = row("mac.area_m2", "area of a MAC", "Area of one MAC unit");
    form.quantity(ui, area, Unit::SquareMetres, Allowed::NotNegative, None);
    let hop = row(
        "energy_per_hop_j",
        "energy per hop",
        "Energy for a word to reach the next instance of a level on the on-chip network; 0 = not charged",
    );
    form.quantity(ui, hop, Unit::Joules, Allowed::NotNegative, None);
    let leakage = row(
        "leakage_w",
        "leakage",
        "Power that leaks while a layer runs; 0 = not charged",
    );
    form.quantity(ui, leakage, Unit::Watts, Allowed::NotNegative, None);
}

fn vector(ui: &mut Ui, form: &mut Form) {
    let lanes = Row {
        name: "vector.lanes",
        text: "lanes",
        help: "Operations per cycle of the unit that pools, adds and normalises",
    };
    form.whole(ui, lanes, 1, MOST_TOGETHER, None);
    let energy = Row {
        name: "vector.energy_per_op_j",
        text: "energy per operation",
        help: "Energy of one operation of the vector unit",
    };
    form.quantity(ui, energy, Unit::Joules, Allowed::NotNegative, None);
}
