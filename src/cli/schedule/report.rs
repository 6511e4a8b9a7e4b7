//! Tables, sweeps and plans of `schedule` as text, CSV and JSON.

use super::super::{Failure, complain, output};
use super::Arguments;
use crate::explore::schedule::{Clocked, Engine, Front, Objective, Plan, Problem, Step};
use crate::network::blocks::Blocks;
use crate::project::export::MADE_BY;
use crate::project::table::Table;
use crate::units::{self, Unit};
use serde::Serialize;

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

/// How a front was found.
pub(super) fn engine(front: &Front) -> &'static str {
    match front.engine {
        Engine::Labels => "label setting",
        Engine::Programme => "integer programme",
        Engine::Stopped => "none",
    }
}

/// How much of a front there is, in words.
pub(super) fn extent(front: &Front) -> String {
    match front.engine {
        Engine::Labels => format!("exact, {} schedules", front.plans.len()),
        Engine::Programme => {
            "its two ends alone, by an integer programme: there are too many partial schedules".to_owned()
        }
        Engine::Stopped => "not found in time".to_owned(),
    }
}

/// Tells beside a table of a front, which cannot, where it is not whole.
pub(super) fn tell_extent(front: &Front) {
    if front.engine != Engine::Labels {
        complain("note", &format!("the front is {}", extent(front)));
    }
}

/// Writes the bundles.
pub(super) fn bundles(arguments: &Arguments, table: Table) -> Result<(), Failure> {
    if arguments.format.csv || arguments.append.is_some() {
        return csv(arguments, table);
    }
    if arguments.format.json {
        return Ok(output::json(&table.json())?);
    }
    Ok(output::text(|out| table.write_text(out))?)
}

pub(super) fn word(objective: Objective) -> &'static str {
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

/// Writes a table as CSV, to the file it is to be appended to or to standard output.
pub(super) fn csv(arguments: &Arguments, table: Table) -> Result<(), Failure> {
    let Some(path) = &arguments.append else {
        return Ok(output::csv(table)?);
    };
    let name = path.display().to_string();
    match output::append(table, path) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(columns)) => Err(Failure::OtherColumns(name, columns.chars().take(200).collect())),
        Err(error) => Err(Failure::WriteFile(name, error)),
    }
}

/// Writes the comparison of clocks.
pub(super) fn clocks(
    arguments: &Arguments,
    blocks: &Blocks,
    table: Table,
    compared: &[Clocked],
    problem: &Problem,
) -> Result<(), Failure> {
    let lines = compared.iter().map(|own| {
        let clock = own
            .clock_hz
            .map_or(String::new(), |hz| format!(" ({})", units::clock(hz)));
        let name = format!("{}{clock}", own.name);
        line(&name, own.plan.as_ref(), problem, blocks)
    });
    let lines = lines.collect();
    let objective = word(arguments.objective.into());
    rows(
        arguments,
        blocks,
        table,
        &format!("least {objective} by clocks of the edge"),
        lines,
    )
}

/// `name: 12.3 ms, 4.56 mJ, schedule`.
fn line(name: &str, plan: Option<&Plan>, problem: &Problem, blocks: &Blocks) -> String {
    let Some(plan) = plan else {
        return format!("{name}: no schedule");
    };
    let latency = Unit::Seconds.format(plan.latency_s());
    let energy = match problem.knows_energy() {
        true => format!(" {},", Unit::Joules.format(plan.energy_j())),
        false => String::new(),
    };
    format!("{name}: {latency},{energy} {}", plan.words(problem, blocks))
}

/// Writes rows of schedules as asked: as a table, as JSON, or line by line below a heading.
fn rows(
    arguments: &Arguments,
    blocks: &Blocks,
    table: Table,
    heading: &str,
    lines: Vec<String>,
) -> Result<(), Failure> {
    if arguments.format.csv || arguments.append.is_some() {
        return csv(arguments, table);
    }
    if arguments.format.json {
        return Ok(output::json(&SweepReport {
            made_by: MADE_BY,
            network: blocks.network.clone(),
            objective: word(arguments.objective.into()),
            rows: table.json(),
        })?);
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let pairs = [
        ("network", blocks.network.clone()),
        ("edge runs", arguments.settings.words(blocks)),
    ];
    Ok(output::text(|out| {
        output::pairs(out, &pairs)?;
        output::list(out, heading, &lines)
    })?)
}

/// Writes a sweep.
pub(super) fn sweep(
    arguments: &Arguments,
    blocks: &Blocks,
    table: Table,
    steps: &[Step],
    problem: &Problem,
) -> Result<(), Failure> {
    let objective = Objective::from(arguments.objective);
    let unit = match (arguments.sweep_private, objective) {
        (true, _) => Unit::Count,
        (_, Objective::Latency) => Unit::Joules,
        (_, Objective::Energy) => Unit::Seconds,
    };
    let lines = steps
        .iter()
        .map(|step| line(&unit.format(step.at), step.plan.as_ref(), problem, blocks));
    let lines = lines.collect();
    let heading = match arguments.sweep_private {
        true => format!("least {} by blocks kept at the edge", word(objective)),
        false => format!("least {} by budget", word(objective)),
    };
    rows(arguments, blocks, table, &heading, lines)
}
