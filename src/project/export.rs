//! What leaves the program beside design files: the layer table, the front and an evaluation.
//!
//! Column and field names carry SI base units. Every table and document names the program's version. Nothing here is drawn by chance but
//! the rows of kind `nsga2`; the command that wrote them tells the seed.

use super::file::boundary_names;
use super::table::{Cell, Table};
use super::{Document, Metrics, OpenNetwork, View};
use crate::cost::LayerCost;
use crate::cost::table::CostTable;
use crate::design::{Bottleneck, Design, Evaluation, Objective};
use crate::explore::{Front, FrontPoint};
use crate::network::statistics::{self, CountedAt};
use crate::network::{LayerId, Network};
use crate::system::System;
use crate::units::Unit;
use serde::Serialize;

/// The program and its version, as exports name it.
pub const MADE_BY: &str = concat!("cutscape ", env!("CARGO_PKG_VERSION"));

/// The layers of a network, with the bytes they take at these widths.
pub fn network_layers(network: &Network, at: CountedAt) -> Table<'_> {
    Table {
        columns: names(&LAYER_COLUMNS, &[]),
        rows: Box::new((0..network.layers.len()).map(move |layer| layer_cells(network, layer, at))),
    }
}

/// The layers of a document's current view with what each costs on the device it is placed on.
pub fn design_layers<'a>(document: &'a Document, table: &'a CostTable) -> Table<'a> {
    let network = document.network();
    let device_of = document.design.assignment(network.layers.len());
    let cost_columns = ["device", "latency_s", "energy_j", "utilisation", "limited_by", "note"];
    Table {
        columns: names(&LAYER_COLUMNS, &cost_columns),
        rows: Box::new(device_of.into_iter().enumerate().map(move |(layer, on)| {
            let device = document.built(on).unwrap_or(&document.system.devices[on]);
            let at = CountedAt {
                weight_bits: device.weight_bits(),
                activation_bits: device.bits,
            };
            let mut row = layer_cells(network, layer, at);
            row.push(Cell::text_of(&device.name));
            row.extend(match table.layer_as(on, document.design.alternatives[on], layer) {
                Ok(cost) => cost_cells(cost),
                Err(infeasible) => {
                    let unknown = std::iter::repeat_n(Cell::Unknown, 4);
                    unknown.chain([Cell::text_of(&infeasible.reason)]).collect()
                }
            });
            row
        })),
    }
}

const LAYER_COLUMNS: [&str; 13] = [
    "name",
    "op",
    "domain",
    "kind",
    "members",
    "output_shape",
    "macs",
    "params",
    "weight_bytes",
    "input_bytes",
    "output_bytes",
    "intensity_mac_per_byte",
    "unknown",
];

fn names(first: &[&str], then: &[&str]) -> Vec<String> {
    first.iter().chain(then).map(|&name| name.to_owned()).collect()
}

fn layer_cells(network: &Network, id: LayerId, at: CountedAt) -> Vec<Cell> {
    let layer = &network.layers[id];
    let counted = statistics::layer(network, layer, at);
    let shape = network.output_shape(id).map(|shape| Cell::Shape(shape.to_vec()));
    let macs = layer.macs.map(|macs| Cell::Count(macs, Unit::Macs));
    let intensity = layer
        .macs
        .map(|_| Cell::Quantity(counted.intensity(), Unit::MacsPerByte));
    vec![
        Cell::text_of(&layer.name),
        Cell::text_of(&layer.op),
        Cell::text_of(&layer.domain),
        Cell::text_of(layer.kind.name()),
        if network.fused {
            Cell::Names(layer.members.clone())
        } else {
            Cell::Nothing
        },
        shape.unwrap_or(Cell::Unknown),
        macs.unwrap_or(Cell::Unknown),
        Cell::Count(counted.params, Unit::Count),
        Cell::Count(counted.weight_bytes, Unit::Bytes),
        Cell::Count(counted.input_bytes, Unit::Bytes),
        Cell::Count(counted.output_bytes, Unit::Bytes),
        intensity.unwrap_or(Cell::Unknown),
        layer.unknown.as_ref().map_or(Cell::Nothing, Cell::text_of),
    ]
}

fn cost_cells(cost: &LayerCost) -> Vec<Cell> {
    vec![
        Cell::Quantity(cost.latency_s, Unit::Seconds),
        Cell::Quantity(cost.energy_j, Unit::Joules),
        (cost.utilisation).map_or(Cell::Unknown, |share| Cell::Quantity(share, Unit::Percent)),
        Cell::text_of(cost.limited_by.word()),
        cost.assumption.as_ref().map_or(Cell::Nothing, Cell::text_of),
    ]
}

/// A design to be exported.
#[derive(Debug, Clone)]
pub struct ExportedDesign<'a> {
    /// How it came about: `front`, `baseline`, `other`, `nsga2` …
    pub kind: &'a str,
    /// A name of its own, if it has one.
    pub name: Option<String>,
    /// Its numbers.
    pub metrics: Metrics,
    /// Whether it keeps every limit.
    pub feasible: bool,
    /// The design, if it is one of this network and view.
    pub design: Option<&'a Design>,
}

/// The column that holds what [`Metrics::shown`] gives.
pub fn column(objective: Objective) -> &'static str {
    match objective {
        Objective::Latency => "latency_s",
        Objective::Energy => "energy_j",
        Objective::Interval => "throughput_hz",
        Objective::Memory => "peak_memory_bytes",
        Objective::LinkBytes => "link_bytes",
        Objective::Area => "area_m2",
    }
}

/// Designs with their numbers, so that every row can be evaluated again on the same system: `devices` and `alternatives` hold
/// indices into the system's devices, placement by placement and device by device, and `cut_1` … the names of the last raw layers
/// before each cut, as a design file does.
pub fn designs<'a>(network: &'a OpenNetwork, view: View, designs: Vec<ExportedDesign<'a>>) -> Table<'a> {
    let all_cuts = designs.iter().filter_map(|row| Some(row.design?.cuts()));
    let cuts = all_cuts.max().unwrap_or(0);
    let mut columns = names(&["kind", "name"], &Objective::ALL.map(column));
    columns.extend(names(&["feasible", "devices", "alternatives"], &[]));
    columns.extend((1..=cuts).map(|cut| format!("cut_{cut}")));
    let rows = designs.into_iter().map(move |row| {
        let mut cells = vec![Cell::text_of(row.kind), row.name.map_or(Cell::Nothing, Cell::text_of)];
        let number = |objective: Objective| Cell::Quantity(row.metrics.shown(objective), objective.unit());
        cells.extend(Objective::ALL.map(number));
        cells.push(Cell::Flag(row.feasible));
        let Some(design) = row.design else {
            cells.resize(cells.len() + 2 + cuts, Cell::Nothing);
            return cells;
        };
        let indices = |indices: &mut dyn Iterator<Item = usize>| Cell::Names(indices.map(|i| i.to_string()).collect());
        cells.push(indices(&mut design.placements.iter().map(|placement| placement.device)));
        cells.push(indices(&mut design.alternatives.iter().copied()));
        let boundaries = cut_names(network, view, design).into_iter().map(Cell::Names);
        cells.extend(boundaries.chain(std::iter::repeat(Cell::Nothing)).take(cuts));
        cells
    });
    Table {
        columns,
        rows: Box::new(rows),
    }
}

/// The points of a front and what stands beside it, as [`designs`].
pub fn front<'a>(network: &'a OpenNetwork, view: View, front: &'a Front) -> Table<'a> {
    front_and_evolved(network, view, front, &[])
}

/// As [`front`], with what NSGA-II found for the same problem, as kind `nsga2`.
pub fn front_and_evolved<'a>(
    network: &'a OpenNetwork,
    view: View,
    front: &'a Front,
    evolved: &'a [FrontPoint],
) -> Table<'a> {
    let row = |kind, name: Option<&str>, point: &'a FrontPoint| ExportedDesign {
        kind,
        name: name.map(str::to_owned),
        metrics: point.metrics,
        feasible: point.feasible,
        design: Some(&point.design),
    };
    let points = front.points.iter().enumerate();
    let points = points.map(|(index, point)| row("front", (front.knee == Some(index)).then_some("knee"), point));
    let baselines = front.baselines.iter().map(|b| row("baseline", Some(&b.name), &b.point));
    let others = front.others.iter().map(|point| row("other", None, point));
    let evolved = evolved.iter().map(|point| row("nsga2", None, point));
    let rows = points.chain(baselines).chain(others).chain(evolved);
    designs(network, view, rows.collect())
}

/// The names of the last raw layers before every cut.
pub fn cut_names(network: &OpenNetwork, view: View, design: &Design) -> Vec<Vec<String>> {
    let cuts = design.placements.iter().take(design.cuts());
    cuts.map(|placement| boundary_names(network, view, &placement.end))
        .collect()
}

/// An evaluation as a JSON document. Infinite values (the throughput of a network without cost) are written as `null`.
#[derive(Debug, Serialize)]
pub struct EvaluationReport<'a> {
    made_by: &'static str,
    network: String,
    network_hash: &'a str,
    view: View,
    system: &'a str,
    metrics: Metrics,
    bottleneck: &'a str,
    feasible: bool,
    violations: Vec<&'a str>,
    assumptions: &'a [String],
    cuts: Vec<Vec<String>>,
    devices: Vec<DeviceReport<'a>>,
    links: Vec<LinkReport<'a>>,
}

#[derive(Debug, Serialize)]
struct DeviceReport<'a> {
    name: &'a str,
    layers: usize,
    compute_s: f64,
    compute_j: f64,
    link_j: f64,
    weight_bytes: u64,
    activation_bytes: u64,
    memory_limit_bytes: Option<f64>,
    power_w: f64,
    power_limit_w: Option<f64>,
}

#[derive(Debug, Serialize)]
struct LinkReport<'a> {
    name: &'a str,
    transfer_s: f64,
    busy_s: f64,
    energy_j: f64,
    bytes: u64,
    messages: Vec<MessageReport<'a>>,
}

#[derive(Debug, Serialize)]
struct MessageReport<'a> {
    /// From 1, as the window counts; `null` for the raw input and the final output.
    cut: Option<usize>,
    forward: bool,
    tensors: Vec<&'a str>,
    bytes: u64,
    latency_s: f64,
    energy_j: f64,
}

/// Everything an evaluation of a document says.
pub fn evaluation<'a>(document: &'a Document, evaluation: &'a Evaluation) -> EvaluationReport<'a> {
    let system = &document.system;
    let network = document.network();
    EvaluationReport {
        made_by: MADE_BY,
        network: document.network.origin.label(),
        network_hash: &document.network.raw.hash.0,
        view: document.view,
        system: &document.system.name,
        metrics: Metrics::from(evaluation),
        bottleneck: bottleneck(&document.system, evaluation),
        feasible: evaluation.violations.is_empty(),
        violations: evaluation.violations.iter().map(|v| v.text.as_str()).collect(),
        assumptions: &evaluation.assumptions,
        cuts: cut_names(&document.network, document.view, &document.design),
        devices: (0..)
            .map_while(|index| document.built(index))
            .zip(&evaluation.devices)
            .map(|(device, load)| DeviceReport {
                name: &device.name,
                layers: load.layers,
                compute_s: load.compute_s,
                compute_j: load.compute_j,
                link_j: load.link_j,
                weight_bytes: load.weight_bytes,
                activation_bytes: load.activation_bytes,
                memory_limit_bytes: device.memory_limit_bytes,
                power_w: load.power_w,
                power_limit_w: device.power_limit_w,
            })
            .collect(),
        links: (0..system.link_count())
            .map(|link| system.link(link))
            .zip(&evaluation.links)
            .map(|(link, load)| LinkReport {
                name: &link.name,
                transfer_s: load.transfer_s,
                busy_s: load.busy_s,
                energy_j: load.energy_j,
                bytes: load.bytes,
                messages: load
                    .messages
                    .iter()
                    .map(|message| MessageReport {
                        cut: message.cut.map(|cut| cut + 1),
                        forward: message.forward,
                        tensors: message
                            .tensors
                            .iter()
                            .map(|&t| network.tensors[t].name.as_str())
                            .collect(),
                        bytes: message.bytes,
                        latency_s: message.latency_s,
                        energy_j: message.energy_j,
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// The name of the device or link that sets the throughput.
pub fn bottleneck<'a>(system: &'a System, evaluation: &Evaluation) -> &'a str {
    match evaluation.bottleneck {
        Bottleneck::Device(index) => &system.devices[index].name,
        Bottleneck::Link(index) => &system.link(index).name,
    }
}
