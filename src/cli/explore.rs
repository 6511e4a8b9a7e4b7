//! `cutscape explore DESIGN.ron`: the exact latency-energy front of a design's network on its system.

use super::{Failure, Format, output};
use crate::cost::table::CostTable;
use crate::explore::{self, Front, Guarantee, Space};
use crate::project::export::{self, MADE_BY};
use crate::project::table::{Cell, Table};
use crate::project::{Document, View};
use crate::units::Unit;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `explore`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The design file; its network, system and limits are explored
    design: PathBuf,
    /// The design's network, where it moved or changed: an ONNX file, or the name of an example
    #[arg(long, value_name = "MODEL")]
    network: Option<String>,
    #[command(flatten)]
    format: Format,
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
    points: R,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let document = super::open_design(&arguments.design, arguments.network.as_deref())?;
    let schedule = document.network().schedule(document.schedule);
    let table = CostTable::new(document.network(), &document.system);
    let found = explore::front(&document.problem(&schedule, &table), &|| false, &|_| ());
    let Some(front) = found else {
        // Only a cancelled search finds nothing, and nobody cancels this one.
        return Ok(());
    };
    let incomplete = match &front.guarantee {
        Guarantee::Exact => None,
        Guarantee::Incomplete(reason) => Some(reason.as_str()),
    };
    let points = export::front(&document.network, document.view, &front);
    if arguments.format.csv {
        return Ok(output::csv(points)?);
    }
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: document.network.origin.label(),
            network_hash: &document.network.raw.hash.0,
            view: document.view,
            system: &document.system.name,
            space: space(front.space),
            exact: incomplete.is_none(),
            incomplete,
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
        summary(&document, &front).write_text(&mut *out)
    })?)
}

fn space(space: Space) -> String {
    match space {
        Space::Ideals(count) => format!("all cuts along {count} ideals"),
        Space::Schedule => "cuts at the positions of the schedule".to_owned(),
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
                Cell::Quantity(point.latency_s, Unit::Seconds),
                Cell::Quantity(point.energy_j, Unit::Joules),
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
