//! Node tables: measured or modelled costs per layer, as CNNParted writes and reads them, and as anybody else may.
//!
//! **CSV**: one row per design and layer, separated by semicolons, commas or tabs, columns told by their headings in any order:
//!
//! | column | accepted headings |
//! | --- | --- |
//! | layer name, needed | `Layer` |
//! | latency in ms, needed | `Latency [ms]`, `latency_ms` |
//! | energy in mJ, needed | `Energy [mJ]`, `energy_mJ` |
//! | area in mm² | `Area [mm2]`, `area_mm2` |
//! | design | `Design Tag`, `design`: `design_0` or `0`; one design where it is missing |
//! | row number, not used | `No.` |
//!
//! **JSON**: one object per design, `{"design_0": {"layers": {NAME: {"latency": ms, "energy": mJ, "area": mm²}}}}`, by itself or as the
//! `eval` of a node, or the layers of one design alone.

use super::error::{Fault, InputError, quoted};
use super::{NodeCost, NodeDesign, NodeTable};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Largest table in bytes.
pub const MAX_BYTES: u64 = 50_000_000;
/// The largest number of designs of one table.
const MOST_DESIGNS: usize = 1000;

/// Reads the text of a node table; `file` names it in errors.
pub fn parse(text: &str, file: &str) -> Result<NodeTable, InputError> {
    let table = if text.trim_start().starts_with('{') {
        parse_json(text)
    } else {
        parse_csv(text)
    };
    table.and_then(checked).map_err(|fault| fault.in_file(file))
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Design,
    Layer,
    Latency,
    Energy,
    Area,
}

impl Column {
    fn of(heading: &str) -> Option<Self> {
        // The unit is part of the heading, so that a table in other units is refused instead of misread.
        Some(match heading.trim().to_ascii_lowercase().as_str() {
            "design tag" | "design" => Self::Design,
            "layer" => Self::Layer,
            "latency [ms]" | "latency_ms" => Self::Latency,
            "energy [mj]" | "energy_mj" => Self::Energy,
            "area [mm2]" | "area [mm²]" | "area_mm2" => Self::Area,
            _ => return None,
        })
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Design => "Design Tag",
            Self::Layer => "Layer",
            Self::Latency => "Latency [ms]",
            Self::Energy => "Energy [mJ]",
            Self::Area => "Area [mm2]",
        }
    }
}

fn parse_csv(text: &str) -> Result<NodeTable, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    let headings = text.lines().next().unwrap_or("");
    let most_frequent = [';', ',', '\t']
        .into_iter()
        .max_by_key(|&c| headings.matches(c).count());
    let delimiter = most_frequent.and_then(|c| u8::try_from(c).ok()).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let at = |column| headings.iter().position(|heading| Column::of(heading) == Some(column));
    let needed = |column| {
        at(column).ok_or_else(|| {
            let names: Vec<&str> = headings.iter().collect();
            Fault::new(
                ":1",
                format!("there is no column “{}”, only {}", column.heading(), quoted(&names.join(", "))),
                "Name the columns Layer, Latency [ms], Energy [mJ] and, where they are known, Design Tag and Area [mm2]",
            )
        })
    };
    let (layer, latency, energy) = (
        needed(Column::Layer)?,
        needed(Column::Latency)?,
        needed(Column::Energy)?,
    );
    let (area, design) = (at(Column::Area), at(Column::Design));
    let mut table = NodeTable::default();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        let place = record
            .position()
            .map_or(String::new(), |position| format!(":{}", position.line()));
        let cell = |index: usize| record.get(index).unwrap_or("");
        let amount = |index, column: Column| amount_of(cell(index), &format!("{place}, {}", column.heading()));
        let cost = NodeCost {
            latency_ms: amount(latency, Column::Latency)?,
            energy_mj: amount(energy, Column::Energy)?,
            area_mm2: area.map_or(Ok(0.0), |index| amount(index, Column::Area))?,
        };
        let tag = design.map_or(Ok(0), |index| tag_of(cell(index), &place))?;
        table.push(tag, cell(layer).to_owned(), cost, &place)?;
    }
    Ok(table)
}

fn unreadable(error: &csv::Error) -> Fault {
    let place = error
        .position()
        .map_or(String::new(), |position| format!(":{}", position.line()));
    let problem = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} fields, the header has {expected_len}")
        }
        _ => "the row is no CSV".to_owned(),
    };
    Fault::new(place, problem, "Correct the row, or write the table anew")
}

fn amount_of(text: &str, place: &str) -> Result<f64, Fault> {
    let amount = text
        .parse()
        .ok()
        .filter(|amount: &f64| amount.is_finite() && *amount >= 0.0);
    amount.ok_or_else(|| {
        let problem = format!("{} is not a number of 0 or more", quoted(text));
        Fault::new(place, problem, "Correct the number")
    })
}

fn tag_of(text: &str, place: &str) -> Result<u32, Fault> {
    let number = text.strip_prefix("design_").unwrap_or(text);
    number.parse().map_err(|_| {
        let problem = format!("{} is no design tag", quoted(text));
        Fault::new(place, problem, "Write design_0, design_1 …")
    })
}

fn parse_json(text: &str) -> Result<NodeTable, Fault> {
    let document: Value = serde_json::from_str(text).map_err(|error| {
        let place = format!(":{}:{}", error.line(), error.column());
        Fault::new(
            place,
            "the text is no JSON",
            "Correct the text there, or write the table anew",
        )
    })?;
    let Value::Object(node) = &document else {
        return Err(Fault::new(
            "",
            "it is no object",
            "Write one object with a design or its layers each",
        ));
    };
    let designs = node.get("eval").and_then(Value::as_object).unwrap_or(node);
    let mut table = NodeTable::default();
    if designs.keys().all(|key| key.starts_with("design_")) {
        for (tag, layers) in designs {
            let place = format!(", {}", quoted(tag));
            let Value::Object(layers) = layers else {
                return Err(Fault::new(
                    place,
                    "the design is no object",
                    "Write an object of layers",
                ));
            };
            push_layers(&mut table, tag_of(tag, &place)?, layers, &place)?;
        }
    } else {
        push_layers(&mut table, 0, designs, "")?;
    }
    Ok(table)
}

fn push_layers(table: &mut NodeTable, tag: u32, design: &Map<String, Value>, place: &str) -> Result<(), Fault> {
    let layers = match design.get("layers") {
        Some(Value::Object(layers)) => layers,
        _ => design,
    };
    for (layer, costs) in layers {
        let place = format!("{place}, layer {}", quoted(layer));
        let Value::Object(costs) = costs else {
            return Err(Fault::new(
                place,
                "the layer is no object",
                "Write {\"latency\": ms, \"energy\": mJ, \"area\": mm²}",
            ));
        };
        let amount = |key: &str| match costs.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => amount_of(&value.to_string(), &format!("{place}, {key}")).map(Some),
        };
        let needed = |key| {
            let remedy = format!("Add “{key}”");
            amount(key)?.ok_or_else(|| Fault::new(place.clone(), format!("“{key}” is missing"), remedy))
        };
        let cost = NodeCost {
            latency_ms: needed("latency")?,
            energy_mj: needed("energy")?,
            area_mm2: amount("area")?.unwrap_or(0.0),
        };
        table.push(tag, layer.clone(), cost, &place)?;
    }
    Ok(())
}

impl NodeTable {
    /// Adds a row to its design, which is made where it is new.
    fn push(&mut self, tag: u32, layer: String, cost: NodeCost, place: &str) -> Result<(), Fault> {
        if layer.is_empty() {
            return Err(Fault::new(
                place,
                "the layer has no name",
                "Name the layer as the network does",
            ));
        }
        let index = match self.designs.iter().rposition(|design| design.tag == tag) {
            Some(index) => index,
            None if self.designs.len() < MOST_DESIGNS => {
                let rows = Vec::new();
                self.designs.push(NodeDesign { tag, rows });
                self.designs.len() - 1
            }
            None => {
                let problem = format!("there are more than {MOST_DESIGNS} designs");
                return Err(Fault::new(place, problem, "Keep the best designs only"));
            }
        };
        self.designs[index].rows.push((layer, cost));
        Ok(())
    }
}

/// At least one row, and no layer twice in a design.
fn checked(table: NodeTable) -> Result<NodeTable, Fault> {
    if table.designs.is_empty() {
        return Err(Fault::new(
            "",
            "it has no rows",
            "Write one row per layer that the accelerator runs",
        ));
    }
    for design in &table.designs {
        let mut seen = BTreeSet::new();
        if let Some((layer, _)) = design.rows.iter().find(|(layer, _)| !seen.insert(layer)) {
            let place = format!(", design_{}", design.tag);
            let problem = format!("layer {} comes twice", quoted(layer));
            return Err(Fault::new(place, problem, "Keep one of the two rows"));
        }
    }
    Ok(table)
}
