//! The answers of `schedule` as text and JSON.

use super::super::{Failure, output};
use super::Arguments;
use crate::explore::schedule::{Baseline, Front, Objective, Plan, Problem, Step};
use crate::network::blocks::Blocks;
use crate::project::export::MADE_BY;
use crate::project::export_schedule;
use crate::project::table::Table;
use crate::units::Unit;
use serde::Serialize;

/// The JSON document of `schedule`; numbers in SI base units.
#[derive(Serialize)]
struct Report<R: Serialize, B: Serialize> {
    made_by: &'static str,
    network: String,
    blocks: Vec<String>,
    devices: Vec<String>,
    link: Option<String>,
    objective: &'static str,
    best: PlanReport,
    front: R,
    baselines: B,
}

#[derive(Serialize)]
pub(super) struct PlanReport {
    latency_s: f64,
    compute_s: f64,
    transfer_s: f64,
    /// Joules of the edge; `null` = not measured.
    energy_j: Option<f64>,
    compute_j: Option<f64>,
    transfer_j: Option<f64>,
    words: String,
    bundles: Vec<PieceReport>,
}

#[derive(Serialize)]
struct PieceReport {
    /// Names of the blocks.
    blocks: Vec<String>,
    device: String,
    /// Clock in hertz; `null` = none to choose.
    clock_hz: Option<u64>,
    latency_s: f64,
    energy_j: Option<f64>,
    /// Whether the cost is the sum of single blocks.
    estimated: bool,
}

/// The JSON document of a sweep, rows as in CSV.
#[derive(Serialize)]
struct SweepReport<R: Serialize> {
    made_by: &'static str,
    network: String,
    objective: &'static str,
    rows: R,
}

/// Writes the whole answer as JSON.
pub(super) fn json(
    arguments: &Arguments,
    blocks: &Blocks,
    problem: &Problem,
    best: PlanReport,
    front: Table,
    beside: Table,
) -> Result<(), Failure> {
    Ok(output::json(&Report {
        made_by: MADE_BY,
        network: blocks.network.clone(),
        blocks: blocks.names().to_vec(),
        devices: problem.machines().iter().map(|machine| machine.name.clone()).collect(),
        link: arguments.link.clone(),
        objective: word(arguments.objective.into()),
        best,
        front: front.json(),
        baselines: beside.json(),
    })?)
}

/// Writes the bundles.
pub(super) fn bundles(arguments: &Arguments, table: Table) -> Result<(), Failure> {
    if arguments.format.csv {
        return Ok(output::csv(table)?);
    }
    if arguments.format.json {
        return Ok(output::json(&table.json())?);
    }
    Ok(output::text(|out| table.write_text(out))?)
}

fn word(objective: Objective) -> &'static str {
    match objective {
        Objective::Latency => "latency",
        Objective::Energy => "energy",
    }
}

pub(super) fn plan(problem: &Problem, blocks: &Blocks, plan: &Plan) -> PlanReport {
    let known = |joules: f64| problem.knows_energy().then_some(joules);
    let pieces = plan.pieces.iter().map(|piece| PieceReport {
        blocks: blocks.names()[piece.first..=piece.last].to_vec(),
        device: problem.machines()[piece.machine].name.clone(),
        clock_hz: piece.choice.clock_hz,
        latency_s: piece.choice.latency_s,
        energy_j: known(piece.choice.energy_j),
        estimated: piece.choice.estimated,
    });
    PlanReport {
        latency_s: plan.latency_s(),
        compute_s: plan.compute.latency_s,
        transfer_s: plan.transfer.latency_s,
        energy_j: known(plan.energy_j()),
        compute_j: known(plan.compute.energy_j),
        transfer_j: known(plan.transfer.energy_j),
        words: plan.words(problem, blocks),
        bundles: pieces.collect(),
    }
}

pub(super) fn text(
    arguments: &Arguments,
    blocks: &Blocks,
    problem: &Problem,
    best: &Plan,
    front: &Front,
    others: &[Baseline],
) -> Result<(), Failure> {
    let parts = |unit: Unit, whole: f64, compute: f64, transfer: f64| {
        let [whole, compute, transfer] = [whole, compute, transfer].map(|value| unit.format(value));
        format!("{whole} = {compute} computing + {transfer} sending")
    };
    let (compute, transfer) = (best.compute, best.transfer);
    let words = best.words(problem, blocks);
    let estimated = if best.is_estimated() { " (estimated)" } else { "" };
    let pairs = [
        ("network", blocks.network.clone()),
        ("link", arguments.link.clone().unwrap_or_else(|| "none".to_owned())),
        (word(arguments.objective.into()), "least".to_owned()),
        ("schedule", format!("{words}{estimated}")),
        (
            "time",
            parts(Unit::Seconds, best.latency_s(), compute.latency_s, transfer.latency_s),
        ),
        (
            "edge energy",
            match problem.knows_energy() {
                true => parts(Unit::Joules, best.energy_j(), compute.energy_j, transfer.energy_j),
                false => "not measured".to_owned(),
            },
        ),
        ("front", format!("exact, {} schedules", front.plans.len())),
    ];
    Ok(output::text(|out| {
        output::pairs(out, &pairs)?;
        writeln!(out)?;
        export_schedule::plans(problem, blocks, &front.plans).write_text(&mut *out)?;
        writeln!(out)?;
        export_schedule::baselines(problem, blocks, others).write_text(out)
    })?)
}

pub(super) fn sweep(
    arguments: &Arguments,
    blocks: &Blocks,
    table: Table,
    steps: &[Step],
    problem: &Problem,
) -> Result<(), Failure> {
    if arguments.format.csv {
        return Ok(output::csv(table)?);
    }
    let objective = Objective::from(arguments.objective);
    if arguments.format.json {
        return Ok(output::json(&SweepReport {
            made_by: MADE_BY,
            network: blocks.network.clone(),
            objective: word(objective),
            rows: table.json(),
        })?);
    }
    let unit = match (arguments.sweep_private, objective) {
        (true, _) => Unit::Count,
        (_, Objective::Latency) => Unit::Joules,
        (_, Objective::Energy) => Unit::Seconds,
    };
    let lines = steps.iter().map(|step| {
        let at = unit.format(step.at);
        match &step.plan {
            Some(plan) => {
                let latency = Unit::Seconds.format(plan.latency_s());
                let energy = match problem.knows_energy() {
                    true => format!(" {},", Unit::Joules.format(plan.energy_j())),
                    false => String::new(),
                };
                format!("{at}: {latency},{energy} {}", plan.words(problem, blocks))
            }
            None => format!("{at}: no schedule"),
        }
    });
    let lines: Vec<String> = lines.collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let heading = match arguments.sweep_private {
        true => format!("least {} by blocks kept at the edge", word(objective)),
        false => format!("least {} by budget", word(objective)),
    };
    Ok(output::text(|out| {
        output::pairs(out, &[("network", blocks.network.clone())])?;
        output::list(out, &heading, &lines)
    })?)
}
