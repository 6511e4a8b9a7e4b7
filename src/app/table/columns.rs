//! The columns of the layer table: their titles, what they show, and how rows sort by them.

use super::rows::Row;
use crate::units::{Printed, Unit};
use std::cmp::Ordering;

/// A column. The order is the one on the screen: what tells layers apart and what they cost stands at the left, because
/// a narrow dock shows only that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Place in the schedule.
    Number,
    /// Name of the layer.
    Name,
    /// Operator type.
    Operator,
    /// Device it runs on.
    Device,
    /// Seconds on that device.
    Latency,
    /// Share of the design's latency.
    Share,
    /// Joules on that device.
    Energy,
    /// What bounds the latency.
    LimitedBy,
    /// Shape of the first output.
    Shape,
    /// Multiply-accumulates.
    Macs,
    /// Parameters.
    Params,
    /// Bytes of weights at the device's width.
    WeightBytes,
    /// Bytes of all outputs at the device's width.
    OutputBytes,
    /// MAC per byte moved.
    Intensity,
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, at the left.
    Text(String),
    /// A number, at the right, its unit quieter.
    Number(Printed),
    /// A device's letter.
    Device(usize),
    /// A share of 1, as a bar with its percentage.
    Share(f64, Printed),
    /// Nothing to show yet.
    Pending,
    /// What cannot be known, with the reason.
    Unknown(String),
}

impl Cell {
    /// The text a right click offers to copy.
    pub fn copied(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(printed) | Self::Share(_, printed) => Some(printed.to_string()),
            Self::Device(_) | Self::Pending | Self::Unknown(_) => None,
        }
    }
}

impl Column {
    /// All columns in order.
    pub const ALL: [Self; 14] = [
        Self::Number,
        Self::Name,
        Self::Operator,
        Self::Device,
        Self::Latency,
        Self::Share,
        Self::Energy,
        Self::LimitedBy,
        Self::Shape,
        Self::Macs,
        Self::Params,
        Self::WeightBytes,
        Self::OutputBytes,
        Self::Intensity,
    ];

    /// The title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Number => "#",
            Self::Name => "layer",
            Self::Operator => "operator",
            Self::Device => "on",
            Self::Latency => "latency",
            Self::Share => "share",
            Self::Energy => "energy",
            Self::LimitedBy => "limited by",
            Self::Shape => "output shape",
            Self::Macs => "MACs",
            Self::Params => "params",
            Self::WeightBytes => "weights",
            Self::OutputBytes => "output",
            Self::Intensity => "intensity",
        }
    }

    /// What the column means, for its tooltip.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Number => "Place in the schedule, the order in which layers run",
            Self::Name => "Name of the layer in the file",
            Self::Operator => "Operator type in the file",
            Self::Device => "Device the layer runs on in this design",
            Self::Latency => "Time the layer takes on its device",
            Self::Share => "Part of the design's whole latency, transfers included",
            Self::Energy => "Energy the layer takes on its device, static power during it included",
            Self::LimitedBy => "What bounds the latency: arithmetic, memory traffic or the fixed cost of a layer",
            Self::Shape => "Dimensions of the first output",
            Self::Macs => "Multiply-accumulates of one inference",
            Self::Params => "Elements of weights and biases",
            Self::WeightBytes => "Bytes of weights at the device's weight width",
            Self::OutputBytes => "Bytes of all outputs at the device's activation width",
            Self::Intensity => "Multiply-accumulates per byte of weights, inputs and outputs moved",
        }
    }

    /// Width in points; the name takes what is left.
    pub fn width(self) -> f32 {
        match self {
            Self::Number => 28.0,
            Self::Name => 150.0,
            Self::Operator => 80.0,
            Self::Device => 28.0,
            Self::LimitedBy => 72.0,
            Self::Shape => 132.0,
            Self::Share => 90.0,
            Self::Intensity => 92.0,
            Self::Latency | Self::Energy => 74.0,
            _ => 78.0,
        }
    }

    /// Room for the unit, so that the digits of a column end at one line.
    pub fn unit_width(self) -> f32 {
        match self {
            Self::Number => 0.0,
            Self::Intensity => 46.0,
            Self::Macs => 40.0,
            Self::Params => 14.0,
            _ => 20.0,
        }
    }

    /// Whether contents stand at the right.
    pub fn is_numeric(self) -> bool {
        !matches!(
            self,
            Self::Name | Self::Operator | Self::Device | Self::LimitedBy | Self::Shape
        )
    }

    /// What a row's cell shows.
    pub fn cell(self, row: &Row) -> Cell {
        let number = |unit: Unit, value: f64| Cell::Number(unit.print(value));
        let known = |unit: Unit, value: Option<f64>| match value {
            Some(value) => number(unit, value),
            None => Cell::Unknown(
                row.unknown
                    .clone()
                    .unwrap_or_else(|| "A shape of this layer is not known.".into()),
            ),
        };
        let costed = |unit: Unit, value: Option<f64>| match (&row.impossible, value) {
            (Some(reason), _) => Cell::Unknown(reason.clone()),
            (None, Some(value)) => number(unit, value),
            (None, None) => Cell::Pending,
        };
        match self {
            Self::Number => Cell::Number(Printed {
                number: row.number.to_string(),
                unit: String::new(),
            }),
            Self::Name => Cell::Text(row.name.clone()),
            Self::Operator => Cell::Text(row.operator.clone()),
            Self::Device => Cell::Device(row.device),
            Self::Latency => costed(Unit::Seconds, row.latency_s),
            Self::Energy => costed(Unit::Joules, row.energy_j),
            Self::Share => match row.share {
                Some(share) => Cell::Share(share, Unit::Percent.print(share)),
                None => costed(Unit::Percent, None),
            },
            Self::LimitedBy => match (&row.impossible, row.limited_by) {
                (Some(reason), _) => Cell::Unknown(reason.clone()),
                (None, Some(words)) => Cell::Text(words.to_owned()),
                (None, None) => Cell::Pending,
            },
            Self::Shape => match &row.shape {
                Some(shape) => Cell::Text(shape.clone()),
                None => known(Unit::Count, None),
            },
            Self::Macs => known(Unit::Macs, row.macs),
            Self::Params => number(Unit::Count, row.params),
            Self::WeightBytes => number(Unit::Bytes, row.weight_bytes),
            Self::OutputBytes => known(Unit::Bytes, row.output_bytes),
            Self::Intensity => known(Unit::MacsPerByte, row.intensity),
        }
    }

    /// Sorts rows by this column; rows whose value is not known come last either way.
    pub fn sort(self, rows: &mut [Row], descending: bool) {
        let directed = |order: Ordering| if descending { order.reverse() } else { order };
        rows.sort_by(|a, b| match self {
            Self::Name => directed(a.name.cmp(&b.name)),
            Self::Operator => directed(a.operator.cmp(&b.operator)),
            Self::LimitedBy => known_first(a.limited_by, b.limited_by, |a, b| directed(a.cmp(b))),
            _ => known_first(self.value(a), self.value(b), |a, b| directed(a.total_cmp(b))),
        });
    }

    /// The number a row is sorted by.
    fn value(self, row: &Row) -> Option<f64> {
        match self {
            Self::Number => Some(row.number as f64),
            Self::Device => Some(row.device as f64),
            Self::Latency => row.latency_s,
            Self::Share => row.share,
            Self::Energy => row.energy_j,
            Self::Shape => row.elements,
            Self::Macs => row.macs,
            Self::Params => Some(row.params),
            Self::WeightBytes => Some(row.weight_bytes),
            Self::OutputBytes => row.output_bytes,
            Self::Intensity => row.intensity,
            Self::Name | Self::Operator | Self::LimitedBy => None,
        }
    }
}

fn known_first<T>(a: Option<T>, b: Option<T>, order: impl Fn(&T, &T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => order(&a, &b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: usize, macs: Option<f64>) -> Row {
        Row {
            number,
            macs,
            ..Row::default()
        }
    }

    #[test]
    fn unknown_values_come_last_either_way() {
        let mut rows = [row(1, None), row(2, Some(5.0)), row(3, Some(9.0)), row(4, None)];
        let mut sorted = |descending| {
            Column::Macs.sort(&mut rows, descending);
            rows.iter().map(|row| row.number).collect::<Vec<_>>()
        };
        assert_eq!(sorted(true), [3, 2, 1, 4]);
        assert_eq!(sorted(false), [2, 3, 1, 4]);
    }

    #[test]
    fn what_is_unknown_is_said_with_its_reason() {
        let mut strange = row(1, None);
        strange.unknown = Some("operator Foo".into());
        assert_eq!(Column::Macs.cell(&strange), Cell::Unknown("operator Foo".into()));
        assert_eq!(Column::Latency.cell(&strange), Cell::Pending);
        strange.impossible = Some("no 16 bit arithmetic".into());
        assert_eq!(
            Column::Latency.cell(&strange),
            Cell::Unknown("no 16 bit arithmetic".into())
        );
    }
}
