//! `cutscape explore DESIGN.ron`: the exact latency-energy front of a design's network on its system.

use super::{Failure, Format, output};
use crate::explore::{self, Front, Guarantee, Problem, Space};
use crate::project::export::{self, MADE_BY};
use crate::project::table::{Cell, Table};
use crate::project::{Document, View};
use crate::units::Unit;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `explore`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The design file; its network, system and limits are explored
    design: PathBuf,
    /// The design's network, where it moved or changed: an ONNX file, or the name of an example
    #[arg(long, value_name = "MODEL")]
    network: Option<String>,
    /// Bound the front from below with linear programmes, for several weights of latency against energy
    #[arg(long, conflicts_with = "csv")]
    check: bool,
    #[command(flatten)]
    format: Format,
}

/// The weights of latency a check looks at: both ends of the front and between.
const WEIGHTS: [f64; 3] = [0.0, 0.5, 1.0];
/// Longest one linear programme may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a linear programme says about the front.
#[derive(Clone, Serialize)]
struct Check {
    /// Of latency; that of energy is the rest to 1.
    weight: f64,
    /// What no design can undercut, relative to the best of each; `null` if the programme could not be solved.
    bound: Option<f64>,
    /// The same sum of the best design found.
    found: Option<f64>,
    /// Why there is no bound.
    failure: Option<String>,
}

/// The JSON document of `explore`.
#[derive(Serialize)]
struct Report<'a, R: Serialize> {
    made_by: &'static str,
    network: String,
    network_hash: &'a str,
    view: View,
    system: &'a str,
    /// Which designs were searched.
    space: String,
    exact: bool,
    /// Why the front may miss designs; `null` if it is exact.
    incomplete: Option<&'a str>,
    /// Empty without `--check`.
    checks: &'a [Check],
    points: R,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let document = super::open_design(&arguments.design, arguments.network.as_deref())?;
    let schedule = document.network().schedule(document.schedule);
    let table = document.cost_table();
    let problem = document.problem(&schedule, &table);
    let found = explore::front(&problem, &document.search, &|| false, &|_| ());
    let Some(front) = found else {
        // Only a cancelled search finds nothing, and nobody cancels this one.
        return Ok(());
    };
    let incomplete = match &front.guarantee {
        Guarantee::Exact => None,
        Guarantee::Within(share) => Some(format!(
            "every point is within {} of the best",
            Unit::Percent.format(*share)
        )),
        Guarantee::Incomplete(reason) => Some(reason.clone()),
    };
    let points = export::front(&document.network, document.view, &front);
    if arguments.format.csv {
        return Ok(output::csv(points)?);
    }
    let checks = match arguments.check {
        true => WEIGHTS.map(|weight| check(&problem, weight)).to_vec(),
        false => Vec::new(),
    };
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: document.network.origin.label(),
            network_hash: &document.network.raw.hash.0,
            view: document.view,
            system: &document.system.name,
            space: space(front.space),
            exact: incomplete.is_none(),
            incomplete: incomplete.as_deref(),
            checks: &checks,
            points: points.json(),
        })?);
    }
    let found = match incomplete {
        None => format!("exact over {}", space(front.space)),
        Some(reason) => format!("searched {}; {reason}", space(front.space)),
    };
    Ok(output::text(|out| {
        let pairs = [
            ("network", document.network.origin.label()),
            ("system", document.system.name.clone()),
            ("front", format!("{} designs, {}", front.points.len(), found)),
        ];
        output::pairs(out, &pairs)?;
        writeln!(out)?;
        summary(&document, &front).write_text(&mut *out)?;
        let lines: Vec<String> = checks.iter().map(Check::words).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        output::list(
            out,
            "checked with linear programmes (limits are not part of them)",
            &lines,
        )
    })?)
}

fn check(problem: &Problem, weight: f64) -> Check {
    let solved = explore::check_with_lp(problem, weight, PATIENCE, &|| false);
    let failure = solved.as_ref().err().map(ToString::to_string);
    let solved = solved.ok();
    Check {
        weight,
        bound: solved.as_ref().map(|it| it.bound),
        found: solved.as_ref().map(|it| it.found),
        failure,
    }
}

impl Check {
    fn words(&self) -> String {
        let weight = Unit::Percent.format(self.weight);
        match (self.bound, self.found, &self.failure) {
            (Some(bound), Some(found), _) => {
                let gap = Unit::Percent.format((found - bound).max(0.0) / bound);
                format!("latency weighted {weight}: gap between the best design and the bound {gap}")
            }
            (_, _, failure) => format!(
                "latency weighted {weight}: {}",
                failure.as_deref().unwrap_or("no bound")
            ),
        }
    }
}

fn space(space: Space) -> String {
    match space {
        Space::Ideals(count) => format!("all cuts along {count} ideals"),
        Space::Schedules(1) => "cuts at the positions of the schedule".to_owned(),
        Space::Schedules(count) => format!("cuts at the positions of {count} schedules"),
    }
}

/// The front and the baselines, with the number of layers on each device.
fn summary<'a>(document: &'a Document, front: &'a Front) -> Table<'a> {
    let layers = document.network().layers.len();
    let points = front.points.iter().enumerate().map(|(index, point)| {
        let knee = if front.knee == Some(index) { "knee" } else { "" };
        (knee, point)
    });
    let rows = points.chain(front.baselines.iter().map(|b| (b.name.as_str(), &b.point)));
    let mut columns: Vec<String> = ["point", "latency_s", "energy_j"].map(str::to_owned).to_vec();
    columns.extend(document.system.devices.iter().map(|d| d.name.clone()));
    Table {
        columns,
        rows: Box::new(rows.map(move |(name, point)| {
            let mut row = vec![
                Cell::text_of(name),
                Cell::Quantity(point.metrics.latency_s, Unit::Seconds),
                Cell::Quantity(point.metrics.energy_j, Unit::Joules),
            ];
            let mut loads = vec![0; document.system.devices.len()];
            for device in point.design.assignment(layers) {
                loads[device] += 1;
            }
            row.extend(loads.into_iter().map(|load| Cell::Count(load, Unit::Count)));
            row
        })),
    }
}
