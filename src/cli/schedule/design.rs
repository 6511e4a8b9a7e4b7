//! `cutscape schedule --design FILE`: the schedule the window shows for the measured devices of a design.

use super::super::{Failure, complain, open_design, output};
use super::Arguments;
use super::report::{PlanReport, engine, extent, plan, tell_extent, word};
use crate::cost::profile::Profile;
use crate::explore::schedule::{Battery, Plan};
use crate::project::bundling::{Solved, bound, solve, taken};
use crate::project::export::MADE_BY;
use crate::project::export_schedule;
use crate::project::store::Previous;
use crate::project::{Document, file};
use crate::system::DeviceModel;
use crate::units::Unit;
use serde::Serialize;
use std::path::Path;

/// The JSON document; numbers in SI base units.
#[derive(Serialize)]
struct Report<R: Serialize, B: Serialize> {
    made_by: &'static str,
    network: String,
    system: String,
    blocks: Vec<String>,
    devices: Vec<String>,
    /// Devices that take no part, with the reason.
    left_out: Vec<String>,
    objective: &'static str,
    best: PlanReport,
    /// Whole inferences of a charge of the edge's battery.
    inferences_per_charge: Option<f64>,
    /// What no schedule can undercut in the objective.
    bound: Option<f64>,
    /// How the front was found.
    engine: &'static str,
    front: R,
    baselines: B,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, path: &Path) -> Result<(), Failure> {
    let mut document = open_design(path, None)?;
    let bundling = document.bundling.clone();
    let chosen = document.design.alternatives.clone();
    let raw = &document.network.raw;
    let solved = solve(&document.system, &chosen, raw, &bundling, None, &|| false)?;
    let best = solved.best(&bundling).and_then(|index| solved.front.plans.get(index));
    let Some(best) = best else {
        return Err(Failure::NoSchedule(solved.conflict.clone().unwrap_or_default()));
    };
    for note in solved.stated.left_out.iter().chain(&solved.stated.notes) {
        complain("note", note);
    }
    report(arguments, &document, &solved, best)?;
    let Some(out) = &arguments.out else { return Ok(()) };
    let taken = taken(&document, &solved.stated, best).map_err(Failure::NoSchedule)?;
    for lost in &taken.lost {
        complain("note", lost);
    }
    for action in taken.actions(&document) {
        document.apply(action)?;
    }
    Ok(file::save(out, &document, Previous::Keep)?)
}

fn report(arguments: &Arguments, document: &Document, solved: &Solved, best: &Plan) -> Result<(), Failure> {
    let (problem, blocks) = (&solved.stated.problem, &solved.stated.blocks);
    let objective = document.bundling.objective;
    let bound = bound(solved, &document.bundling, &|| false);
    let front = export_schedule::plans(problem, blocks, &solved.front.plans);
    if arguments.format.csv {
        tell_extent(&solved.front);
        return Ok(output::csv(front)?);
    }
    let others = export_schedule::baselines(problem, blocks, &solved.baselines);
    let battery = edge(document, solved).and_then(|profile| profile.battery_j);
    let inferences = battery.and_then(|energy_j| Battery { energy_j }.inferences(problem, best));
    if arguments.format.json {
        let machines = problem.machines().iter();
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: document.network.origin.label(),
            system: document.system.name.clone(),
            blocks: blocks.names().to_vec(),
            devices: machines.map(|machine| machine.name.clone()).collect(),
            left_out: solved.stated.left_out.clone(),
            objective: word(objective),
            best: plan(problem, blocks, best),
            inferences_per_charge: inferences,
            bound,
            engine: engine(&solved.front),
            front: front.json(),
            baselines: others.json(),
        })?);
    }
    let energy = match problem.knows_energy() {
        true => Unit::Joules.format(best.energy_j()),
        false => "not measured".to_owned(),
    };
    let mut pairs = vec![
        ("network", document.network.origin.label()),
        ("system", document.system.name.clone()),
        (word(objective), "least".to_owned()),
        ("schedule", best.words(problem, blocks)),
        ("time", Unit::Seconds.format(best.latency_s())),
        ("edge energy", energy),
    ];
    pairs.extend(inferences.map(|count| ("per charge", format!("{count} inferences"))));
    pairs.push(("front", extent(&solved.front)));
    let unit = match objective {
        crate::explore::schedule::Objective::Latency => Unit::Seconds,
        crate::explore::schedule::Objective::Energy => Unit::Joules,
    };
    pairs.extend(bound.map(|bound| ("LP bound", unit.format(bound))));
    Ok(output::text(|out| {
        output::pairs(out, &pairs)?;
        writeln!(out)?;
        front.write_text(&mut *out)?;
        writeln!(out)?;
        others.write_text(out)
    })?)
}

/// The profile of the edge.
fn edge<'a>(document: &'a Document, solved: &Solved) -> Option<&'a Profile> {
    match &document.built(*solved.stated.devices.first()?)?.model {
        DeviceModel::Profile(profile) => Some(profile),
        _ => None,
    }
}
