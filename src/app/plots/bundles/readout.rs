//! Schedules in words and numbers.

use crate::explore::schedule::{Piece, Plan};
use crate::project::bundling::Solved;
use crate::units::Unit;

/// A clock with all its digits: `691.2 MHz`.
pub fn clock(hz: u64) -> String {
    format!("{} MHz", hz as f64 / 1e6)
}

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

/// A sum by its parts: `43.8 ms computing + 12 ms sending`.
pub fn parts(unit: Unit, compute: f64, transfer: f64) -> String {
    match transfer > 0.0 {
        true => format!("{} computing + {} sending", unit.format(compute), unit.format(transfer)),
        false => "all of it computing".to_owned(),
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

/// Why no schedule keeps the budgets or rules.
pub fn nothing(solved: &Solved) -> String {
    let plans = &solved.front.plans;
    match (plans.first(), plans.last()) {
        (Some(fastest), Some(thriftiest)) => {
            let energy = match solved.stated.problem.knows_energy() {
                true => format!(", the thriftiest {}", Unit::Joules.format(thriftiest.energy_j())),
                false => String::new(),
            };
            let latency = Unit::Seconds.format(fastest.latency_s());
            format!("No schedule keeps the budgets: the fastest takes {latency}{energy}. Raise one of them.")
        }
        _ => "No schedule keeps the rules: the measured bundles do not make up the network under them. Allow longer \
              bundles or other clocks, or estimate what was not measured when reading the profile."
            .to_owned(),
    }
}
