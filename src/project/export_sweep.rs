//! Sweeps as tables: what is best at every value of a number, or where over two.

use super::export::{ExportedDesign, cut_names, designs};
use super::table::{Cell, Table};
use super::{OpenNetwork, View};
use crate::design::Design;
use crate::explore::sweep::{Map, Reading, Sweep};

/// A row per value and design: the best one, and `present` where its numbers are given. Numbers as in the table of designs, in front of them
/// what is varied and its value in SI base units.
pub fn sweep<'a>(
    network: &'a OpenNetwork,
    view: View,
    sweep: &'a Sweep,
    present: Option<(&'a Design, &'a [Reading])>,
) -> Table<'a> {
    let mut values = Vec::new();
    let mut rows = Vec::new();
    for (index, &value) in sweep.values.iter().enumerate() {
        let best = sweep.region_at(value).and_then(|region| region.design);
        let best =
            best.and_then(|best| Some(("best", sweep.designs.get(best)?, *sweep.readings.get(best)?.get(index)?)));
        let own = present.and_then(|(design, readings)| Some(("present", design, *readings.get(index)?)));
        for (kind, design, reading) in best.into_iter().chain(own) {
            values.push(value);
            rows.push(ExportedDesign {
                kind,
                name: None,
                metrics: reading.metrics,
                feasible: reading.feasible,
                design: Some(design),
            });
        }
    }
    let unit = sweep.question.knob.path();
    let Table { columns, rows } = designs(network, view, rows);
    Table {
        columns: ["varied", "value"]
            .map(str::to_owned)
            .into_iter()
            .chain(columns)
            .collect(),
        rows: Box::new(values.into_iter().zip(rows).map(move |(value, row)| {
            let varied = [Cell::text_of(&unit), Cell::Quantity(value, crate::units::Unit::Count)];
            varied.into_iter().chain(row).collect()
        })),
    }
}

/// A row per region of every row of a map: the value of the second number, from where to where of the first, and the best design as a
/// table of designs has it; empty where no design keeps every limit.
pub fn map<'a>(network: &'a OpenNetwork, view: View, map: &'a Map) -> Table<'a> {
    let cuts = map.designs.iter().map(Design::cuts).max().unwrap_or(0);
    let mut columns: Vec<String> = [
        "second",
        "second_value",
        "varied",
        "from",
        "to",
        "devices",
        "alternatives",
    ]
    .map(str::to_owned)
    .to_vec();
    columns.extend((1..=cuts).map(|cut| format!("cut_{cut}")));
    let (first, second) = (map.question.knob.path(), map.knob.path());
    let regions = map.rows.iter().zip(&map.regions);
    let regions = regions.flat_map(|(&row, regions)| regions.iter().map(move |region| (row, region)));
    let number = |value: f64| Cell::Quantity(value, crate::units::Unit::Count);
    let rows = regions.map(move |(row, region)| {
        let mut cells = vec![
            Cell::text_of(&second),
            number(row),
            Cell::text_of(&first),
            number(region.from),
            number(region.to),
        ];
        if let Some(design) = region.design.and_then(|index| map.designs.get(index)) {
            let names =
                |indices: &mut dyn Iterator<Item = usize>| Cell::Names(indices.map(|i| i.to_string()).collect());
            cells.push(names(&mut design.placements.iter().map(|placement| placement.device)));
            cells.push(names(&mut design.alternatives.iter().copied()));
            cells.extend(cut_names(network, view, design).into_iter().map(Cell::Names));
        }
        cells.resize(7 + cuts, Cell::Nothing);
        cells
    });
    Table {
        columns,
        rows: Box::new(rows),
    }
}
