//! How layers run on spatial accelerators, as a table: loops, cycles, energy by level, and the mapping itself.

use super::Document;
use super::table::{Cell, Table};
use crate::cost::spatial::Spatial;
use crate::cost::spatial::dim::Dim;
use crate::cost::spatial::mapping::Mapping;
use crate::cost::spatial::model::Detail;
use crate::cost::spatial::search::Found;
use crate::cost::spatial::workload::Workload;
use crate::cost::table::CostTable;
use crate::cost::{Infeasible, LayerCost};
use crate::network::{LayerId, Network};
use crate::system::{Device, DeviceModel};
use crate::units::Unit;
use std::fmt::Write;

/// A layer on the device that it is placed on.
pub struct Placed<'a> {
    /// The layer.
    pub layer: LayerId,
    /// The device.
    pub device: &'a Device,
    /// What it costs there, or why it cannot run.
    pub cost: Result<&'a LayerCost, &'a Infeasible>,
}

/// Columns before the energies of levels.
const FIRST: [&str; 24] = [
    "name",
    "op",
    "device",
    "n",
    "m",
    "c",
    "p",
    "q",
    "r",
    "s",
    "g",
    "stride_w",
    "stride_h",
    "dilation_w",
    "dilation_h",
    "runs",
    "cycles_of_run",
    "compute_cycles_of_run",
    "latency_s",
    "energy_j",
    "utilisation",
    "mac_units_used",
    "limited_by",
    "mac_energy_j",
];

/// Columns after them.
const LAST: [&str; 5] = ["gap", "mappings_looked_at", "mapping", "infeasible", "note"];

/// One row per layer that is placed on a spatial accelerator; energies are those of all runs.
pub fn mappings<'a>(network: &'a Network, placed: Vec<Placed<'a>>) -> Table<'a> {
    let mut levels: Vec<String> = Vec::new();
    for model in placed.iter().filter_map(|placed| spatial(placed.device)) {
        for level in &model.architecture.levels {
            if !levels.contains(&level.name) {
                levels.push(level.name.clone());
            }
        }
    }
    let of_levels = levels.iter().map(|name| format!("{name}_energy_j"));
    let first = FIRST.iter().map(|&name| name.to_owned());
    let last = LAST.iter().map(|&name| name.to_owned());
    Table {
        columns: first.chain(of_levels).chain(last).collect(),
        rows: Box::new(
            placed
                .into_iter()
                .filter_map(move |placed| row(network, &placed, &levels)),
        ),
    }
}

/// Whether a device of the document, as it is built, is a spatial accelerator.
pub fn has_any(document: &Document) -> bool {
    let devices = (0..document.system.devices.len()).filter_map(|index| document.built(index));
    devices.into_iter().any(|device| spatial(device).is_some())
}

/// The layers of a document's current view, each where its design places it.
pub fn design_mappings<'a>(document: &'a Document, table: &'a CostTable) -> Table<'a> {
    let network = document.network();
    let device_of = document.design.assignment(network.layers.len());
    let placed = device_of.into_iter().enumerate().map(|(layer, on)| Placed {
        layer,
        device: document.built(on).unwrap_or(&document.system.devices[on]),
        cost: table.layer_as(on, document.design.alternatives[on], layer),
    });
    mappings(network, placed.collect())
}

fn spatial(device: &Device) -> Option<&Spatial> {
    match &device.model {
        DeviceModel::Spatial(model) => Some(model),
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Profile(_) => None,
    }
}

fn row(network: &Network, placed: &Placed, levels: &[String]) -> Option<Vec<Cell>> {
    let model = spatial(placed.device)?;
    let layer = &network.layers[placed.layer];
    let mut cells = vec![
        Cell::text_of(&layer.name),
        Cell::text_of(&layer.op),
        Cell::text_of(&placed.device.name),
    ];
    let nothing = |count: usize| std::iter::repeat_n(Cell::Nothing, count);
    let cost = match placed.cost {
        Ok(cost) => cost,
        Err(why) => {
            cells.extend(nothing(FIRST.len() - 3 + levels.len() + 3));
            cells.extend([Cell::text_of(&why.reason), Cell::Nothing]);
            return Some(cells);
        }
    };
    let total = [
        Cell::Quantity(cost.latency_s, Unit::Seconds),
        Cell::Quantity(cost.energy_j, Unit::Joules),
        cost.utilisation
            .map_or(Cell::Unknown, |share| Cell::Quantity(share, Unit::Percent)),
    ];
    match cost.detail.as_deref() {
        Some(Detail::Array {
            workload,
            repeat,
            found,
        }) => {
            cells.extend(loops(workload, *repeat, found));
            cells.extend(total);
            cells.push(count(found.counted.macs_used));
            cells.push(Cell::text_of(limit(model, found)));
            let runs = *repeat as f64;
            cells.push(Cell::Quantity(runs * found.counted.mac_energy_j, Unit::Joules));
            cells.extend(levels.iter().map(|name| level_energy(model, found, name, runs)));
            cells.push(Cell::Quantity(found.search.gap, Unit::Percent));
            cells.push(count(found.search.nodes));
            cells.push(Cell::text_of(written(model, &found.mapping)));
        }
        Some(Detail::Vector { cycles, .. }) => {
            cells.extend(nothing(12));
            cells.extend([count(1), count(*cycles), count(*cycles)]);
            cells.extend(total);
            cells.extend([Cell::Nothing, Cell::text_of("vector unit")]);
            cells.extend(nothing(1 + levels.len() + 3));
        }
        Some(Detail::Nothing) | None => {
            cells.extend(nothing(15));
            cells.extend(total);
            cells.extend(nothing(3 + levels.len() + 3));
        }
    }
    cells.push(Cell::Nothing);
    cells.push(cost.assumption.as_ref().map_or(Cell::Nothing, Cell::text_of));
    Some(cells)
}

fn count(number: u64) -> Cell {
    Cell::Count(number, Unit::Count)
}

/// The cells from the bounds to the cycles.
fn loops(workload: &Workload, repeat: u64, found: &Found) -> Vec<Cell> {
    let bounds = Dim::ALL.into_iter().map(|dim| workload.bounds[dim.index()]);
    let steps = workload.stride.into_iter().chain(workload.dilation);
    let cycles = [repeat, found.counted.cycles, found.counted.compute_cycles];
    bounds.chain(steps).chain(cycles).map(count).collect()
}

/// What sets the pace: a level by name, or the arithmetic.
fn limit(model: &Spatial, found: &Found) -> String {
    match found.counted.bottleneck() {
        Some(level) => model.architecture.levels[level].name.clone(),
        None => "compute".to_owned(),
    }
}

fn level_energy(model: &Spatial, found: &Found, name: &str, runs: f64) -> Cell {
    let levels = model.architecture.levels.iter().zip(&found.counted.levels);
    let level = levels.into_iter().find(|(level, _)| level.name == name);
    level.map_or(Cell::Nothing, |(_, count)| {
        Cell::Quantity(runs * count.energy_j(), Unit::Joules)
    })
}

/// A mapping on one line, loops from the outermost inwards: `DRAM[Q8 C3 |] shared_glb[M2 P56 | M2 Q7]` with loops over time before the
/// bar and those spread over instances behind it.
pub fn written(model: &Spatial, mapping: &Mapping) -> String {
    let mut text = String::new();
    for (level, mapped) in model.architecture.levels.iter().zip(&mapping.levels) {
        let write = |text: &mut String, loops: &mut dyn Iterator<Item = &(Dim, u64)>| {
            for (dim, factor) in loops {
                // Writing to a String cannot fail.
                let _ = write!(text, "{}{factor} ", dim.letter());
            }
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&level.name);
        text.push('[');
        write(&mut text, &mut mapped.temporal.iter().rev());
        text.push('|');
        for &(dim, factor) in &mapped.spatial {
            let _ = write!(text, " {}{factor}", dim.letter());
        }
        text.push(']');
    }
    text
}
