//! What screen readers and tooltips say of a row.

use crate::app::Theme;
use crate::project::comparison::{ComparedLayer, ComparedRow, Comparison, Group, signed};

/// A whole row: `latency: this design 12.0 ms, ▼ −3.0 %; P1 12.4 ms, base`.
pub fn row(comparison: &Comparison, row: &ComparedRow) -> String {
    let designs = 0..comparison.designs.len();
    let texts: Vec<String> = designs.map(|design| cell(comparison, row, design)).collect();
    let device = row
        .device
        .map_or_else(String::new, |device| format!("{} ", Theme::letter(device)));
    format!("{device}{}: {}", row.name, texts.join("; "))
}

/// The cell of one design in a row.
pub fn cell(comparison: &Comparison, row: &ComparedRow, design: usize) -> String {
    let name = comparison.designs.get(design).map_or("", String::as_str);
    let value = row
        .values
        .get(design)
        .map_or_else(String::new, |value| value.text(row.unit));
    let mut text = format!("{name} {value}");
    if design == comparison.base {
        text.push_str(", base");
    } else if let Some(change) = row
        .change(design, comparison.base)
        .filter(|_| row.group != Group::Systems)
    {
        text.push_str(&format!(", {}", change.text(row.unit)));
    }
    if row.is_best(design) {
        text.push_str(", the best");
    }
    text
}

/// A whole layer: `conv1: this design A 1.20 ms, ▼ −0.30 ms; P1 B 1.50 ms, base`.
pub fn layer(comparison: &Comparison, layer: &ComparedLayer) -> String {
    let designs = 0..comparison.designs.len();
    let texts: Vec<String> = designs
        .filter_map(|design| layer_cell(comparison, layer, design))
        .collect();
    format!("{}: {}", layer.name, texts.join("; "))
}

/// A layer in one design; `None` where its layers cannot be compared.
pub fn layer_cell(comparison: &Comparison, layer: &ComparedLayer, design: usize) -> Option<String> {
    let unit = comparison.measure.unit();
    let name = comparison.designs.get(design)?;
    let cost = layer.costs.get(design)?.as_ref()?;
    let device = Theme::letter(cost.device);
    let mut text = match &cost.value {
        Ok(value) => format!("{name} {device} {}", unit.format(*value)),
        Err(why) => format!("{name} {device} cannot run it: {why}"),
    };
    if design == comparison.base {
        text.push_str(", base");
    } else if let Some(change) = layer.change(design, comparison.base) {
        text.push_str(&format!(", {}", signed(unit, change.absolute)));
        if change.share.is_some_and(|share| share != 0.0) {
            text.push_str(&format!(", {}", change.text(unit)));
        }
    }
    Some(text)
}
