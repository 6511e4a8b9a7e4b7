//! Searches of accelerators as tables: a row per design, or per design and layer.

use super::table::{Cell, Table};
use crate::cost::spatial::space::{Design, Metric};
use crate::explore::space::{Evaluated, Explored, LayerNumbers};
use crate::network::{LayerId, Network};
use crate::units::Unit;
use std::collections::BTreeSet;

/// A row per design, in the order of the search: sizes, totals over the network, whether it is on the front of energy, latency and area, and
/// among the best by a metric; an unmappable one has the reason of its first layer that cannot run.
pub fn designs<'a>(explored: &'a Explored, best: &[usize]) -> Table<'a> {
    let front = explored.front(&[Metric::Energy, Metric::Latency, Metric::Area]);
    let front: BTreeSet<usize> = front.into_iter().collect();
    let best: BTreeSet<usize> = best.iter().copied().collect();
    let sizes = explored.designs.first().map(|design| size_columns(&design.design));
    let fixed = [
        "area_m2",
        "latency_s",
        "energy_j",
        "edp_js",
        "edap",
        "on_front",
        "among_best",
        "unmappable_layers",
        "note",
    ];
    let sizes = sizes.unwrap_or_default().into_iter();
    Table {
        columns: ["family"]
            .into_iter()
            .chain(sizes)
            .chain(fixed)
            .map(str::to_owned)
            .collect(),
        rows: Box::new(explored.designs.iter().enumerate().map(move |(index, design)| {
            let mut row = vec![Cell::text_of(design.design.family().words())];
            row.extend(size_cells(&design.design));
            row.push(Cell::Quantity(design.area_m2, Unit::SquareMetres));
            let total = |metric, unit| {
                let value = design.metric(metric);
                value.map_or(Cell::Unknown, |value| Cell::Quantity(value, unit))
            };
            row.extend([
                total(Metric::Latency, Unit::Seconds),
                total(Metric::Energy, Unit::Joules),
                total(Metric::Edp, Unit::Count),
                total(Metric::Edap, Unit::Count),
                Cell::Flag(front.contains(&index)),
                Cell::Flag(best.contains(&index)),
                Cell::Count(design.unmappable().count() as u64, Unit::Count),
                note(design),
            ]);
            row
        })),
    }
}

/// A row per design and layer.
pub fn layers<'a>(network: &'a Network, ids: &'a [LayerId], explored: &'a Explored) -> Table<'a> {
    let columns = [
        "design",
        "sizes",
        "layer",
        "latency_s",
        "energy_j",
        "utilisation",
        "note",
    ];
    let rows = explored.designs.iter().enumerate().flat_map(move |(index, design)| {
        ids.iter().zip(&design.layers).map(move |(&id, layer)| {
            let mut row = vec![
                Cell::Count(index as u64, Unit::Count),
                Cell::Text(design.design.to_string()),
                Cell::text_of(&network.layers[id].name),
            ];
            match layer {
                Ok(numbers) => row.extend(numbers_cells(numbers)),
                Err(reason) => {
                    row.extend(std::iter::repeat_n(Cell::Unknown, 3));
                    row.push(Cell::text_of(reason));
                }
            }
            row
        })
    });
    Table {
        columns: columns.map(str::to_owned).to_vec(),
        rows: Box::new(rows),
    }
}

fn numbers_cells(numbers: &LayerNumbers) -> [Cell; 4] {
    let share = numbers.utilisation;
    [
        Cell::Quantity(numbers.latency_s, Unit::Seconds),
        Cell::Quantity(numbers.energy_j, Unit::Joules),
        share.map_or(Cell::Nothing, |share| Cell::Quantity(share, Unit::Percent)),
        Cell::Nothing,
    ]
}

fn note(design: &Evaluated) -> Cell {
    if let Some((_, reason)) = design.unmappable().next() {
        return Cell::text_of(reason);
    }
    match design.assumptions.as_slice() {
        [] => Cell::Nothing,
        all => Cell::Text(all.join("; ")),
    }
}

fn size_columns(design: &Design) -> Vec<&'static str> {
    match design {
        Design::Eyeriss(_) => vec![
            "rows",
            "columns",
            "shared_words",
            "input_words",
            "weight_words",
            "sum_words",
        ],
        Design::Simba(_) => vec![
            "elements",
            "lanes",
            "shared_rows",
            "input_rows",
            "weight_rows",
            "accumulator_rows",
        ],
        Design::Gemmini(_) => vec!["side", "scratchpad_rows", "accumulator_rows"],
    }
}

fn size_cells(design: &Design) -> Vec<Cell> {
    let numbers = match design {
        Design::Eyeriss(d) => vec![
            u64::from(d.rows),
            u64::from(d.columns),
            d.buffer_words(),
            d.input_words,
            d.weight_words,
            d.sum_words,
        ],
        Design::Simba(d) => vec![
            u64::from(d.elements),
            u64::from(d.lanes),
            d.buffer.rows,
            d.input.rows,
            d.weight.rows,
            d.accumulator.rows,
        ],
        Design::Gemmini(d) => vec![u64::from(d.side), d.scratchpad_rows(), d.accumulator_rows()],
    };
    numbers
        .into_iter()
        .map(|number| Cell::Count(number, Unit::Count))
        .collect()
}
