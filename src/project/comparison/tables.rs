//! A comparison as files: designs as rows of a CSV table, layers as rows of another, and all of it as Markdown for people.

use super::{ComparedLayer, Comparison, Group, NOTHING, Value, signed};
use crate::project::export::MADE_BY;
use crate::project::table::{Cell, Table, printable};
use crate::units::Unit;
use std::fmt::Write;

/// One row per design: every number in SI base units, with its change as a share of the base in a column `…_change` beside.
pub fn designs(comparison: &Comparison) -> Table<'_> {
    let has_changes = |index: &usize| {
        let group = comparison.rows.get(*index).map(|row| row.group);
        group != Some(Group::Systems) && is_numeric(comparison, *index)
    };
    let mut columns = vec!["design".to_owned(), "compared_with".to_owned()];
    for (index, row) in comparison.rows.iter().enumerate() {
        columns.push(row.column.clone());
        if has_changes(&index) {
            columns.push(format!("{}_change", row.column));
        }
    }
    let base = comparison.designs.get(comparison.base);
    let row = move |(design, name): (usize, &String)| {
        let mut cells = vec![Cell::text_of(name), base.map_or(Cell::Nothing, Cell::text_of)];
        for (index, row) in comparison.rows.iter().enumerate() {
            cells.push(
                row.values
                    .get(design)
                    .map_or(Cell::Nothing, |value| cell(value, row.unit)),
            );
            if has_changes(&index) {
                let share = row.change(design, comparison.base).and_then(|change| change.share);
                cells.push(share.map_or(Cell::Nothing, |share| Cell::Quantity(share, Unit::Percent)));
            }
        }
        cells
    };
    Table {
        columns,
        rows: Box::new(comparison.designs.iter().enumerate().map(row)),
    }
}

fn is_numeric(comparison: &Comparison, index: usize) -> bool {
    let row = comparison.rows.get(index);
    row.is_some_and(|row| row.values.iter().any(|value| value.number().is_some()))
}

fn cell(value: &Value, unit: Unit) -> Cell {
    match value {
        Value::Number(number) => Cell::Quantity(*number, unit),
        Value::Words(words) => Cell::text_of(words),
        Value::Absent(_) => Cell::Nothing,
        Value::Pending => Cell::Unknown,
    }
}

/// One row per layer that is shown: by design its device, its seconds or joules, and the difference to the base.
pub fn layers(comparison: &Comparison) -> Table<'_> {
    let suffix = match comparison.measure.unit() {
        Unit::Joules => "j",
        _ => "s",
    };
    let measure = comparison.measure.name();
    let mut columns = vec!["number".to_owned(), "layer".to_owned()];
    for (design, name) in comparison.designs.iter().enumerate() {
        columns.extend([format!("{name} device"), format!("{name} {measure}_{suffix}")]);
        if design != comparison.base {
            columns.extend([
                format!("{name} difference_{suffix}"),
                format!("{name} difference_share"),
            ]);
        }
    }
    let row = move |layer: &ComparedLayer| {
        let number = u64::try_from(layer.number).unwrap_or(u64::MAX);
        let mut cells = vec![Cell::Count(number, Unit::Count), Cell::text_of(&layer.name)];
        for design in 0..comparison.designs.len() {
            let cost = layer.costs.get(design).and_then(Option::as_ref);
            cells.push(cost.map_or(Cell::Nothing, |cost| Cell::text_of(letter(cost.device))));
            cells.push(cost.map_or(Cell::Nothing, |cost| match cost.value {
                Ok(value) => Cell::Quantity(value, comparison.measure.unit()),
                Err(_) => Cell::Unknown,
            }));
            if design != comparison.base {
                let change = layer.change(design, comparison.base);
                let number = |number: Option<f64>, unit| number.map_or(Cell::Nothing, |n| Cell::Quantity(n, unit));
                cells.push(number(change.map(|c| c.absolute), comparison.measure.unit()));
                cells.push(number(change.and_then(|c| c.share), Unit::Percent));
            }
        }
        cells
    };
    Table {
        columns,
        rows: Box::new(comparison.layers.iter().map(row)),
    }
}

/// The letter of a device, as the window has it.
fn letter(device: usize) -> String {
    let offset = u8::try_from(device % 26).unwrap_or(0);
    char::from(b'A' + offset).to_string()
}

/// Everything as Markdown tables, numbers with prefixes and changes behind them, the best of a row in bold.
pub fn markdown(comparison: &Comparison) -> String {
    let mut text = String::new();
    let names: Vec<String> = comparison.designs.iter().map(|name| escaped(name)).collect();
    for group in Group::ALL {
        let rows: Vec<_> = comparison.rows.iter().filter(|row| row.group == group).collect();
        if !rows.is_empty() {
            heading(&mut text, group, &names, comparison.base);
        }
        for row in rows {
            line(
                &mut text,
                &row_name(row),
                (0..names.len()).map(|design| {
                    let Some(value) = row.values.get(design) else {
                        return NOTHING.to_owned();
                    };
                    let shown = escaped(&value.text(row.unit));
                    let shown = if row.is_best(design) {
                        format!("**{shown}**")
                    } else {
                        shown
                    };
                    match row.change(design, comparison.base).filter(|_| group != Group::Systems) {
                        Some(change) => format!("{shown} ({})", escaped(&change.text(row.unit))),
                        None => shown,
                    }
                }),
            );
        }
    }
    if !comparison.layers.is_empty() {
        heading(&mut text, Group::Layers, &names, comparison.base);
        for layer in &comparison.layers {
            let shown = |design| layer_text(comparison, layer, design);
            let name = format!("{} {}", layer.number, escaped(&layer.name));
            line(&mut text, &name, (0..names.len()).map(shown));
        }
        let sum = |design: usize| match comparison.all.get(design).copied().flatten() {
            Some(sum) => comparison.measure.unit().format(sum),
            None => NOTHING.to_owned(),
        };
        let name = format!("all {} layers ({})", comparison.all_layers, comparison.measure.name());
        line(&mut text, &name, (0..names.len()).map(sum));
    }
    // Writing to a string cannot fail.
    let _written = writeln!(text, "\nMade by {MADE_BY}.");
    text
}

fn row_name(row: &super::ComparedRow) -> String {
    match row.device {
        Some(device) => format!("{} {}", letter(device), escaped(&row.name)),
        None => escaped(&row.name),
    }
}

fn layer_text(comparison: &Comparison, layer: &ComparedLayer, design: usize) -> String {
    let unit = comparison.measure.unit();
    let Some(cost) = layer.costs.get(design).and_then(Option::as_ref) else {
        return NOTHING.to_owned();
    };
    let value = match &cost.value {
        Ok(value) => unit.format(*value),
        Err(why) => escaped(why),
    };
    let change = layer.change(design, comparison.base).map(|change| match change.share {
        Some(share) if share != 0.0 => format!(" ({}, {})", signed(unit, change.absolute), change.text(unit)),
        _ => format!(" ({})", signed(unit, change.absolute)),
    });
    format!(
        "{} {value}{}",
        letter(cost.device),
        escaped(&change.unwrap_or_default())
    )
}

fn heading(text: &mut String, group: Group, names: &[String], base: usize) {
    if !text.is_empty() {
        text.push('\n');
    }
    let title = |(index, name): (usize, &String)| match index == base {
        true => format!("{name} (base)"),
        false => name.clone(),
    };
    line(text, group.title(), names.iter().enumerate().map(title));
    line(text, "---", names.iter().map(|_| "---:".to_owned()));
}

fn line(text: &mut String, name: &str, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    // Writing to a string cannot fail.
    let _written = writeln!(text, "| {name} | {} |", cells.join(" | "));
}

/// A text in which nothing is taken for Markdown.
fn escaped(text: &str) -> String {
    let mut plain = String::new();
    for c in printable(text).chars() {
        if matches!(c, '|' | '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::super::{Better, ComparedRow, LayerCost, Measure};
    use super::*;

    fn comparison() -> Comparison {
        let row = |name: &str, column: &str, unit, values: [Value; 2]| ComparedRow {
            group: Group::Result,
            name: name.into(),
            column: column.into(),
            device: None,
            hint: String::new(),
            unit,
            better: Better::Less,
            values: values.into(),
        };
        let cost = |device, value: f64| {
            Some(LayerCost {
                device,
                value: Ok(value),
            })
        };
        Comparison {
            designs: vec!["this design".into(), "P|1".into()],
            base: 1,
            rows: vec![
                row(
                    "latency",
                    "latency_s",
                    Unit::Seconds,
                    [Value::Number(1.5), Value::Number(2.0)],
                ),
                row(
                    "partitions",
                    "partitions",
                    Unit::Count,
                    [Value::Words("everything on A".into()), Value::Absent(String::new())],
                ),
            ],
            measure: Measure::Latency,
            layers: vec![ComparedLayer {
                layer: 4,
                number: 5,
                name: "conv_5".into(),
                costs: vec![cost(0, 0.001), cost(1, 0.002)],
            }],
            all_layers: 9,
            all: vec![Some(0.01), None],
        }
    }

    #[test]
    fn designs_are_rows_with_units_in_the_columns() {
        let text = designs(&comparison()).csv().unwrap();
        let expected = [
            "design,compared_with,latency_s,latency_s_change,partitions,made_by\n",
            "this design,P|1,1.5,-0.25,everything on A,MADE_BY\n",
            "P|1,P|1,2.0,,,MADE_BY\n",
        ];
        assert_eq!(text, expected.concat().replace("MADE_BY", MADE_BY));
    }

    #[test]
    fn layers_are_rows_with_device_and_difference() {
        let text = layers(&comparison()).csv().unwrap();
        let expected = [
            "number,layer,this design device,this design latency_s,this design difference_s,this design difference_share,",
            "P|1 device,P|1 latency_s,made_by\n",
            "5,conv_5,A,0.001,-0.001,-0.5,B,0.002,MADE_BY\n",
        ];
        assert_eq!(text, expected.concat().replace("MADE_BY", MADE_BY));
    }

    #[test]
    fn markdown_marks_the_base_and_the_best_and_takes_no_name_for_markup() {
        let expected = [
            "| Result | this design | P\\|1 (base) |\n",
            "| --- | ---: | ---: |\n",
            "| latency | **1.50 s** (▼ −25.0 %) | 2.00 s |\n",
            "| partitions | everything on A | – |\n",
            "\n",
            "| Layers | this design | P\\|1 (base) |\n",
            "| --- | ---: | ---: |\n",
            "| 5 conv\\_5 | A 1.00 ms (▼ −1.00 ms, ▼ −50.0 %) | B 2.00 ms |\n",
            "| all 9 layers (latency) | 10.0 ms | – |\n",
            "\n",
            "Made by MADE_BY.\n",
        ];
        assert_eq!(markdown(&comparison()), expected.concat().replace("MADE_BY", MADE_BY));
    }
}
