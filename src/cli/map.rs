//! `cutscape accelerator map MODEL --device DEVICE`: the best mapping of every layer on a spatial accelerator.

use super::{Failure, Format, output};
use crate::cost::spatial::model::Detail;
use crate::cost::spatial::rules;
use crate::cost::table::CostTable;
use crate::network::Network;
use crate::project::export::MADE_BY;
use crate::project::export_mappings::{Placed, mappings, written};
use crate::project::{OpenNetwork, View};
use crate::system::{Device, DeviceModel, System, Topology};
use crate::units::Unit;
use serde::Serialize;
use std::collections::BTreeMap;

/// Arguments of `accelerator map`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An ONNX file, or the name of an example inside the program
    model: String,
    /// Name of a device preset that is a spatial accelerator, or a preset's file (.ron)
    #[arg(long, value_name = "PRESET")]
    device: String,
    #[command(flatten)]
    format: Format,
    /// One layer per node, as in the file
    #[arg(long)]
    raw: bool,
    /// Size of a symbolic dimension, for example batch=1
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = super::symbol)]
    symbols: Vec<(String, u64)>,
    /// What mappings are chosen for, instead of what the preset says
    #[arg(long, value_enum)]
    objective: Option<Objective>,
    /// Mappings looked at per layer before the search gives up proving the best, instead of what the preset says
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    budget: Option<u64>,
    /// Print the mapping of this layer as a loop nest
    #[arg(long, value_name = "LAYER", conflicts_with_all = ["json", "csv"])]
    nest: Option<String>,
}

/// What mappings are chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Objective {
    /// Fewest cycles, then least energy
    Latency,
    /// Least energy, then fewest cycles
    Energy,
    /// Least product of energy and delay
    Edp,
}

/// The JSON document of `accelerator map`.
#[derive(Serialize)]
struct Report<'a, R: Serialize> {
    made_by: &'static str,
    network: &'a str,
    device: &'a str,
    area_m2: Option<f64>,
    totals: Totals,
    layers: R,
}

/// Sums over the layers that can run.
#[derive(Serialize, Default)]
struct Totals {
    latency_s: f64,
    energy_j: f64,
    /// Layers that cannot run; their share is missing from the sums.
    unmappable: usize,
    /// Layers on the array whose mapping is proven the best.
    proven: usize,
    /// Layers on the array.
    mapped: usize,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let device = device(arguments)?;
    let symbols: BTreeMap<String, u64> = arguments.symbols.iter().cloned().collect();
    let network = OpenNetwork::open(super::origin(&arguments.model), symbols)?;
    let network = network.view(if arguments.raw { View::Raw } else { View::Fused });
    let system = alone(device);
    let table = CostTable::new(network, &system);
    let device = &system.devices[0];
    let mut totals = Totals::default();
    for layer in 0..network.layers.len() {
        match table.layer(0, layer) {
            Ok(cost) => {
                totals.latency_s += cost.latency_s;
                totals.energy_j += cost.energy_j;
                if let Some(Detail::Array { found, .. }) = cost.detail.as_deref() {
                    totals.mapped += 1;
                    totals.proven += usize::from(found.search.gap == 0.0);
                }
            }
            Err(why) => {
                totals.unmappable += 1;
                output::complain("note", &why.reason);
            }
        }
    }
    if let Some(name) = &arguments.nest {
        return nest(network, &table, device, name);
    }
    let placed = (0..network.layers.len()).map(|layer| Placed {
        layer,
        device,
        cost: table.layer(0, layer),
    });
    let rows = mappings(network, placed.collect());
    if arguments.format.csv {
        return Ok(output::csv(rows)?);
    }
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: &network.name,
            device: &device.name,
            area_m2: device.area(),
            totals,
            layers: rows.json(),
        })?);
    }
    Ok(output::text(|out| {
        let area = device
            .area()
            .map_or("unknown".to_owned(), |area| Unit::SquareMetres.format(area));
        let proven = format!("{} of {} layers on the array", totals.proven, totals.mapped);
        output::pairs(
            out,
            &[
                ("network", network.name.clone()),
                ("device", device.name.clone()),
                ("area", area),
                ("latency", Unit::Seconds.format(totals.latency_s)),
                ("energy", Unit::Joules.format(totals.energy_j)),
                ("proven optimal", proven),
                ("unmappable", format!("{} layers", totals.unmappable)),
            ],
        )?;
        writeln!(out)?;
        let shown = [
            "name",
            "runs",
            "cycles_of_run",
            "latency_s",
            "energy_j",
            "utilisation",
            "limited_by",
            "mapping",
        ];
        rows.only(&shown).write_text(out)
    })?)
}

/// The preset, changed as asked.
fn device(arguments: &Arguments) -> Result<Device, Failure> {
    let mut device = super::spatial_device(&arguments.device)?;
    if let DeviceModel::Spatial(model) = &mut device.model {
        if let Some(objective) = arguments.objective {
            model.objective = match objective {
                Objective::Latency => rules::Objective::Latency,
                Objective::Energy => rules::Objective::Energy,
                Objective::Edp => rules::Objective::Edp,
            };
        }
        model.budget = arguments.budget.unwrap_or(model.budget);
    }
    Ok(device)
}

/// A system of one device.
fn alone(device: Device) -> System {
    System {
        name: device.name.clone(),
        input_bits: device.bits,
        devices: vec![device],
        links: Vec::new(),
        topology: Topology::Chain,
        direct: Vec::new(),
        input_at: 0,
        output_at: 0,
        frame_rate_hz: None,
    }
}

/// Prints the loop nest of one layer.
fn nest(network: &Network, table: &CostTable, device: &Device, name: &str) -> Result<(), Failure> {
    let refuse = |why: &str| Failure::NoNest(name.to_owned(), why.to_owned());
    let layer = network
        .layer_of_member(name)
        .ok_or_else(|| refuse("the network has no such layer"))?;
    let cost = table.layer(0, layer).map_err(|why| refuse(&why.reason))?;
    let (DeviceModel::Spatial(model), Some(Detail::Array { found, .. })) = (&device.model, cost.detail.as_deref())
    else {
        return Err(refuse("the layer does not run on the array, so it has no loop nest"));
    };
    let names: Vec<&str> = model
        .architecture
        .levels
        .iter()
        .map(|level| level.name.as_str())
        .collect();
    Ok(output::text(|out| {
        writeln!(out, "{}\n", written(model, &found.mapping))?;
        write!(out, "{}", found.mapping.nest(&names))
    })?)
}
