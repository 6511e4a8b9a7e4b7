//! `cutscape evaluate DESIGN.ron`: what a design costs.

use super::{Failure, Format, output};
use crate::design::{Evaluation, evaluate};
use crate::project::table::{Cell, Table};
use crate::project::{Document, export};
use crate::units::Unit;
use std::path::PathBuf;

/// Arguments of `evaluate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The design file
    design: PathBuf,
    /// The design's network, where it moved or changed: an ONNX file, or the name of an example
    #[arg(long, value_name = "MODEL")]
    network: Option<String>,
    #[command(flatten)]
    format: Format,
}

/// Runs the command. CSV is the table of layers with their costs.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let document = super::open_design(&arguments.design, arguments.network.as_deref())?;
    let schedule = document.network().schedule(document.schedule);
    let table = document.cost_table();
    if arguments.format.csv {
        return Ok(output::csv(export::design_layers(&document, &table))?);
    }
    let evaluation = evaluate(&document.problem(&schedule, &table), &document.design);
    if arguments.format.json {
        return Ok(output::json(&export::evaluation(&document, &evaluation))?);
    }
    let violations: Vec<&str> = evaluation.violations.iter().map(|v| v.text.as_str()).collect();
    let assumptions: Vec<&str> = evaluation.assumptions.iter().map(String::as_str).collect();
    Ok(output::text(|out| {
        let pairs = [
            ("network", document.network.origin.label()),
            ("system", document.system.name.clone()),
            ("latency", Unit::Seconds.format(evaluation.latency_s)),
            ("energy", Unit::Joules.format(evaluation.energy_j)),
            (
                "throughput",
                format!(
                    "{}, set by {}",
                    Unit::PerSecond.format(evaluation.throughput_hz),
                    export::bottleneck(&document.system, &evaluation)
                ),
            ),
            ("over links", Unit::Bytes.format(evaluation.link_bytes as f64)),
        ];
        output::pairs(out, &pairs)?;
        writeln!(out)?;
        devices(&document, &evaluation).write_text(&mut *out)?;
        if document.system.link_count() > 0 {
            writeln!(out)?;
            links(&document, &evaluation).write_text(&mut *out)?;
        }
        output::list(out, "limits broken", &violations)?;
        output::list(out, "assumed", &assumptions)
    })?)
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn devices<'a>(document: &'a Document, evaluation: &'a Evaluation) -> Table<'a> {
    let built = (0..).map_while(|device| document.built(device));
    let rows = built.zip(&evaluation.devices);
    Table {
        columns: columns(&[
            "device",
            "layers",
            "compute time",
            "compute energy",
            "link energy",
            "weights",
            "activations",
            "power",
        ]),
        rows: Box::new(rows.map(|(device, load)| {
            vec![
                Cell::text_of(&device.name),
                Cell::Count(load.layers as u64, Unit::Count),
                Cell::Quantity(load.compute_s, Unit::Seconds),
                Cell::Quantity(load.compute_j, Unit::Joules),
                Cell::Quantity(load.link_j, Unit::Joules),
                Cell::Count(load.weight_bytes, Unit::Bytes),
                Cell::Count(load.activation_bytes, Unit::Bytes),
                Cell::Quantity(load.power_w, Unit::Watts),
            ]
        })),
    }
}

fn links<'a>(document: &'a Document, evaluation: &'a Evaluation) -> Table<'a> {
    let system = &document.system;
    let links = (0..system.link_count()).map(|link| system.link(link));
    let rows = links.zip(&evaluation.links);
    Table {
        columns: columns(&["link", "messages", "bytes", "transfers", "busy", "energy"]),
        rows: Box::new(rows.map(|(link, load)| {
            vec![
                Cell::text_of(&link.name),
                Cell::Count(load.messages.len() as u64, Unit::Count),
                Cell::Count(load.bytes, Unit::Bytes),
                Cell::Quantity(load.transfer_s, Unit::Seconds),
                Cell::Quantity(load.busy_s, Unit::Seconds),
                Cell::Quantity(load.energy_j, Unit::Joules),
            ]
        })),
    }
}
