//! Designs side by side: rows of numbers and words with one value per design, differences to a base, and layer by layer.
//!
//! The window shows a [`Comparison`] and [`tables`] writes the same one, so that a file holds what was seen.

mod change;
pub mod layers;
pub mod tables;

pub use change::{Change, signed};
pub use layers::{ComparedLayer, LayerCost, Measure, Of, Threshold};

use crate::units::Unit;

/// What several designs have to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Names of the designs, each once, in the order of the columns.
    pub designs: Vec<String>,
    /// Index of the design the others are compared with.
    pub base: usize,
    /// Rows in the order they are shown, group by group.
    pub rows: Vec<ComparedRow>,
    /// What the layers' numbers are.
    pub measure: Measure,
    /// The layers that are shown, in the order they are shown.
    pub layers: Vec<ComparedLayer>,
    /// Number of layers of the network.
    pub all_layers: usize,
    /// Sums over all layers by design; `None` where its layers cannot be compared or one of them cannot run.
    pub all: Vec<Option<f64>>,
}

/// What rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Group {
    /// The whole design.
    Result,
    /// What it asks of devices.
    Devices,
    /// What it asks of links.
    Links,
    /// Parameters in which the systems differ.
    Systems,
    /// The layers.
    Layers,
}

impl Group {
    /// All of them in the order they are shown.
    pub const ALL: [Self; 5] = [Self::Result, Self::Devices, Self::Links, Self::Systems, Self::Layers];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Result => "Result",
            Self::Devices => "Devices",
            Self::Links => "Links",
            Self::Systems => "Differences of systems",
            Self::Layers => "Layers",
        }
    }
}

/// Which values of a row are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The small ones.
    Less,
    /// The large ones.
    More,
    /// It is no matter of good or bad.
    Neither,
}

/// A row: one value per design.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedRow {
    /// What it is about.
    pub group: Group,
    /// What it is called.
    pub name: String,
    /// The name of its column in a table of designs, unit included (`latency_s`).
    pub column: String,
    /// The device it is about, for its letter.
    pub device: Option<usize>,
    /// What it means, or what there is to say about it.
    pub hint: String,
    /// How its numbers are shown.
    pub unit: Unit,
    /// Which values are good.
    pub better: Better,
    /// One per design.
    pub values: Vec<Value>,
}

/// What a row holds for one design.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number in SI base units.
    Number(f64),
    /// Words.
    Words(String),
    /// There is no such thing; the words say why, where that is worth saying.
    Absent(String),
    /// It is being computed.
    Pending,
}

impl Value {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Words(_) | Self::Absent(_) | Self::Pending => None,
        }
    }

    /// The value as a person reads it.
    pub fn text(&self, unit: Unit) -> String {
        match self {
            Self::Number(number) => unit.format(*number),
            Self::Words(words) => words.clone(),
            Self::Absent(why) if why.is_empty() => NOTHING.to_owned(),
            Self::Absent(why) => why.clone(),
            Self::Pending => "…".to_owned(),
        }
    }
}

/// What stands where there is no value.
pub const NOTHING: &str = "–";

impl ComparedRow {
    /// The difference of a design to the base; `None` for the base itself and where one of both has no number.
    pub fn change(&self, design: usize, base: usize) -> Option<Change> {
        let number = |index: usize| self.values.get(index)?.number();
        (design != base).then_some(())?;
        Some(Change::new(number(design)?, number(base)?))
    }

    /// Whether no design has a better value, and some design a worse one.
    pub fn is_best(&self, design: usize) -> bool {
        let Some(value) = self.values.get(design).and_then(Value::number) else {
            return false;
        };
        let is_worse = |other: f64| {
            let change = Change::new(other, value);
            match self.better {
                Better::Less => change.is_more(),
                Better::More => change.is_less(),
                Better::Neither => false,
            }
        };
        let is_better = |other: f64| {
            let change = Change::new(other, value);
            match self.better {
                Better::Less => change.is_less(),
                Better::More => change.is_more(),
                Better::Neither => false,
            }
        };
        let mut numbers = self.values.iter().filter_map(Value::number);
        let some_worse = numbers.clone().any(is_worse);
        some_worse && !numbers.any(is_better)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(better: Better, values: &[f64]) -> ComparedRow {
        ComparedRow {
            group: Group::Result,
            name: "latency".into(),
            column: "latency_s".into(),
            device: None,
            hint: String::new(),
            unit: Unit::Seconds,
            better,
            values: values.iter().copied().map(Value::Number).collect(),
        }
    }

    fn best(row: &ComparedRow) -> Vec<bool> {
        (0..row.values.len()).map(|design| row.is_best(design)).collect()
    }

    #[test]
    fn the_best_are_all_that_none_beats() {
        assert_eq!(best(&row(Better::Less, &[2.0, 1.0, 1.0])), [false, true, true]);
        assert_eq!(
            best(&row(Better::More, &[2.0, 1.0, f64::INFINITY])),
            [false, false, true]
        );
        assert_eq!(best(&row(Better::Neither, &[2.0, 1.0])), [false, false]);
        assert_eq!(best(&row(Better::Less, &[1.0, 1.0])), [false, false]);
    }

    #[test]
    fn what_has_no_number_is_neither_best_nor_different() {
        let mut row = row(Better::Less, &[2.0, 1.0, 3.0]);
        row.values[1] = Value::Absent("made for another network".into());
        assert_eq!(best(&row), [true, false, false]);
        assert_eq!(row.change(1, 0), None);
        assert_eq!(row.change(0, 0), None);
        assert_eq!(row.change(2, 0).unwrap().share, Some(0.5));
    }
}
