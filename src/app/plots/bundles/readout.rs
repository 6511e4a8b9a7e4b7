//! Schedules in words and numbers.

use crate::explore::schedule::{Piece, Plan};
use crate::project::bundling::Solved;
use crate::units::Unit;
pub use crate::units::clock;

/// The schedule in words: `conv1..conv5 on Nano at 691.2 MHz, fc1..fc3 on server`.
pub fn words(solved: &Solved, plan: &Plan) -> String {
    let estimated = if plan.is_estimated() { " (estimated)" } else { "" };
    let words = plan.words(&solved.stated.problem, &solved.stated.blocks);
    format!("{words}{estimated}")
}

/// Latency, and energy where it was measured: `43.8 ms, 199 mJ`.
pub fn numbers(solved: &Solved, plan: &Plan) -> String {
    let latency = Unit::Seconds.format(plan.latency_s());
    match solved.stated.problem.knows_energy() {
        true => format!("{latency}, {}", Unit::Joules.format(plan.energy_j())),
        false => latency,
    }
}

/// A sum by its parts: `43.8 ms computing +`, `12 ms sending`.
pub fn parts(unit: Unit, compute: f64, transfer: f64) -> Vec<String> {
    match transfer > 0.0 {
        true => vec![
            format!("{} computing +", unit.format(compute)),
            format!("{} sending", unit.format(transfer)),
        ],
        false => vec!["all of it computing".to_owned()],
    }
}

/// One bundle in words and numbers.
pub fn piece(solved: &Solved, piece: &Piece) -> String {
    let stated = &solved.stated;
    let bundle = stated.blocks.words(piece.first, piece.last);
    let machines = stated.problem.machines();
    let name = machines.get(piece.machine).map_or("", |machine| machine.name.as_str());
    let at = piece
        .choice
        .clock_hz
        .map(|hz| format!(" at {}", clock(hz)))
        .unwrap_or_default();
    let latency = Unit::Seconds.format(piece.choice.latency_s);
    let energy = match piece.machine == 0 && stated.problem.knows_energy() {
        true => format!(", {}", Unit::Joules.format(piece.choice.energy_j)),
        false => String::new(),
    };
    let estimated = match piece.choice.estimated {
        true => "\nestimated as the sum of its blocks",
        false => "",
    };
    format!("{bundle} on {name}{at}: {latency}{energy}{estimated}")
}

/// Why no schedule keeps budgets, rules and constraints.
pub fn nothing(solved: &Solved) -> String {
    // A budget that was just dragged to where no schedule is: the answer to it is on its way.
    let Some(why) = &solved.conflict else {
        return "No schedule keeps this; looking for the reason…".to_owned();
    };
    let mut letters = why.chars();
    // It is written as a part of a sentence.
    let first = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
