//! `cutscape sweep DESIGN.ron --vary links[0].rate`: the best design at every value of a number of the system, and the designs' numbers.

use super::{Failure, Format, output};
use crate::explore::Objective;
use crate::explore::sweep::{self, Knob, Proof, Question, Range, Region, Sweep};
use crate::project::export::{MADE_BY, cut_names};
use crate::project::{Document, export_sweep};
use crate::units::Unit;
use clap::ValueEnum;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The design file; its network, system, search and limits are used
    design: PathBuf,
    /// The number that is varied, as errors name it: links[0].rate, devices[1].speed, devices[0].static_power_w …
    #[arg(long, value_name = "NUMBER")]
    vary: String,
    /// Where the range begins, with its unit (usual: some decades around the present value)
    #[arg(long, value_name = "VALUE")]
    from: Option<String>,
    /// Where the range ends, with its unit
    #[arg(long, value_name = "VALUE")]
    to: Option<String>,
    /// What the best design is the best in
    #[arg(long, value_enum, default_value_t = Best::Latency)]
    objective: Best,
    /// The design's network, where it moved or changed: an ONNX file, or the name of an example
    #[arg(long, value_name = "MODEL")]
    network: Option<String>,
    #[command(flatten)]
    format: Format,
}

/// What can be best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Best {
    Latency,
    Energy,
    Throughput,
    Memory,
    LinkBytes,
    Area,
}

impl From<Best> for Objective {
    fn from(best: Best) -> Self {
        match best {
            Best::Latency => Self::Latency,
            Best::Energy => Self::Energy,
            Best::Throughput => Self::Interval,
            Best::Memory => Self::Memory,
            Best::LinkBytes => Self::LinkBytes,
            Best::Area => Self::Area,
        }
    }
}

/// The JSON document of `sweep`; numbers in SI base units.
#[derive(Serialize)]
struct Report<'a, R: Serialize> {
    made_by: &'static str,
    network: String,
    network_hash: &'a str,
    system: &'a str,
    varied: String,
    from: f64,
    to: f64,
    objective: &'static str,
    /// Whether no region is missing and all ends are exact.
    exact: bool,
    /// Why not; `null` if so.
    incomplete: Option<String>,
    regions: Vec<RegionReport>,
    values: R,
}

#[derive(Serialize)]
struct RegionReport {
    from: f64,
    to: f64,
    /// Indices into the system's devices, one per partition; empty where no design keeps every limit.
    devices: Vec<usize>,
    /// By device: which way it is built, 0 = as the device itself.
    alternatives: Vec<usize>,
    /// By cut: the names of the last raw layers before it.
    cuts: Vec<Vec<String>>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let document = super::open_design(&arguments.design, arguments.network.as_deref())?;
    let question = question(arguments, &document)?;
    let schedule = document.network().schedule(document.schedule);
    let table = document.cost_table();
    let problem = document.problem(&schedule, &table);
    let never = || false;
    let found = sweep::sweep(&problem, &document.search, &question, &never, &|_| ());
    let designs = std::slice::from_ref(&document.design);
    let Some((found, present)) = found.and_then(|found| {
        let present = sweep::readings(&problem, &question.knob, &found.values, designs, &never)?;
        Some((found, present))
    }) else {
        // Only a cancelled search finds nothing, and nobody cancels this one.
        return Ok(());
    };
    let present = present.first().map(|readings| (&document.design, readings.as_slice()));
    let table = export_sweep::sweep(&document.network, document.view, &found, present);
    if arguments.format.csv {
        return Ok(output::csv(table)?);
    }
    let incomplete = match &found.proof {
        Proof::Exact => None,
        Proof::Sampled => Some("a region narrower than the distance of two samples may be missing".to_owned()),
        Proof::NotProven(why) => Some(why.clone()),
    };
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: document.network.origin.label(),
            network_hash: &document.network.raw.hash.0,
            system: &document.system.name,
            varied: question.knob.path(),
            from: question.range.low,
            to: question.range.high,
            objective: question.objective.name(),
            exact: incomplete.is_none(),
            incomplete,
            regions: found
                .regions
                .iter()
                .map(|region| report(&document, &found, region))
                .collect(),
            values: table.json(),
        })?);
    }
    let unit = unit(&document, &question.knob);
    let lines: Vec<String> = found
        .regions
        .iter()
        .map(|region| words(&document, &found, region, unit))
        .collect();
    Ok(output::text(|out| {
        let known = incomplete.map_or("exact".to_owned(), |why| format!("not proven: {why}"));
        let pairs = [
            ("network", document.network.origin.label()),
            ("system", document.system.name.clone()),
            ("varied", question.knob.path()),
            ("regions", known),
        ];
        output::pairs(out, &pairs)?;
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        output::list(out, &format!("best in {}", question.objective.name()), &lines)
    })?)
}

fn unit(document: &Document, knob: &Knob) -> Unit {
    let parameter = knob.parameter(&document.system, &document.constraints);
    parameter.map_or(Unit::Count, |parameter| parameter.unit)
}

/// What the command line asks for; errors name the numbers the system has, or what is wrong with the range.
fn question(arguments: &Arguments, document: &Document) -> Result<Question, Failure> {
    let knobs = Knob::all(&document.system);
    let knob = knobs.iter().find(|knob| knob.path() == arguments.vary).cloned();
    let Some(knob) = knob else {
        let known: Vec<String> = knobs.iter().map(Knob::path).collect();
        let name = arguments.vary.clone();
        return Err(Failure::NoNumber(name, known.join(", ")));
    };
    let Some(usual) = knob.usual_range(&document.system, &document.constraints) else {
        let why = "it has no value to start from: no range can be made up".to_owned();
        return Err(Failure::Range(knob.path(), why));
    };
    let unit = unit(document, &knob);
    let typed = |text: &Option<String>| {
        let parsed = text.as_deref().map(|text| unit.parse(text)).transpose();
        parsed.map_err(|error| Failure::Range(knob.path(), error.to_string()))
    };
    let (low, high) = (typed(&arguments.from)?, typed(&arguments.to)?);
    let low = low.unwrap_or(usual.low);
    let range = Range {
        low,
        high: high.unwrap_or(usual.high),
        log: usual.log && low > 0.0,
    };
    let parameter = knob.parameter(&document.system, &document.constraints);
    if let Some(fault) = parameter.and_then(|parameter| range.fault(&parameter)) {
        return Err(Failure::Range(knob.path(), fault));
    }
    Ok(Question {
        knob,
        range,
        objective: arguments.objective.into(),
    })
}

fn report(document: &Document, found: &Sweep, region: &Region) -> RegionReport {
    let design = region.design.and_then(|design| found.designs.get(design));
    RegionReport {
        from: region.from,
        to: region.to,
        devices: design.map_or(Vec::new(), |design| {
            design.placements.iter().map(|p| p.device).collect()
        }),
        alternatives: design.map_or(Vec::new(), |design| design.alternatives.clone()),
        cuts: design.map_or(Vec::new(), |design| cut_names(&document.network, document.view, design)),
    }
}

/// A region with the number of layers on each device.
fn words(document: &Document, found: &Sweep, region: &Region, unit: Unit) -> String {
    let range = format!("{} to {}", unit.format(region.from), unit.format(region.to));
    let Some(design) = region.design.and_then(|design| found.designs.get(design)) else {
        return format!("{range}: no design keeps every limit");
    };
    let mut done = 0;
    let mut parts = Vec::new();
    for placement in &design.placements {
        let layers = placement.end.len() - done;
        done = placement.end.len();
        if let Some(device) = document.system.devices.get(placement.device).filter(|_| layers > 0) {
            let way = design.alternatives.get(placement.device).copied().unwrap_or(0);
            let built = device.alternative(way).filter(|_| way > 0);
            let built = built.map_or(String::new(), |built| format!(" as {}", built.name));
            parts.push(format!("{layers} layers on {}{built}", device.name));
        }
    }
    format!("{range}: {}", parts.join(", then "))
}
