//! Tables that leave the program: named columns with units, written as CSV, as JSON or as aligned text.

use super::export::MADE_BY;
use crate::units::Unit;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::cell::RefCell;
use std::io::{self, Write};

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words or a name.
    Text(String),
    /// Several names; in CSV a JSON list, because a name may contain anything.
    Names(Vec<String>),
    /// A whole number of things or bytes.
    Count(u64, Unit),
    /// Dimensions.
    Shape(Vec<u64>),
    /// A quantity in SI base units.
    Quantity(f64, Unit),
    /// Yes or no.
    Flag(bool),
    /// There is a value, but it is not known.
    Unknown,
    /// There is nothing to say.
    Nothing,
}

/// Rows under named columns. Rows are made as they are written.
pub struct Table<'a> {
    /// Column names, unit included (`latency_s`).
    pub columns: Vec<String>,
    /// The rows, each with one cell per column.
    pub rows: Box<dyn Iterator<Item = Vec<Cell>> + 'a>,
}

impl<'a> Table<'a> {
    /// The table with these columns only, in this order; a name that is no column is left out.
    #[must_use]
    pub fn only(self, names: &[&str]) -> Self {
        let places = names
            .iter()
            .filter_map(|name| self.columns.iter().position(|column| column == name));
        let places: Vec<usize> = places.collect();
        let columns = places.iter().map(|&place| self.columns[place].clone()).collect();
        let pick = move |row: Vec<Cell>| places.iter().filter_map(|&place| row.get(place).cloned()).collect();
        Table {
            columns,
            rows: Box::new(self.rows.map(pick)),
        }
    }

    /// Writes CSV: a line of column names, then one line per row. A last column names the program's version, where a
    /// comment line would confuse readers of plain CSV.
    pub fn write_csv(self, mut to: impl Write) -> io::Result<()> {
        to.write_all(self.csv_headings()?.as_bytes())?;
        self.write_csv_rows(to)
    }

    /// The line of column names that [`Table::write_csv`] begins with, line end included.
    ///
    /// # Errors
    /// None that texts of this program cause.
    pub fn csv_headings(&self) -> io::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let columns = self.columns.iter().map(|name| inert(name));
        writer.write_record(columns.chain(["made_by".to_owned()]))?;
        let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// What [`Table::write_csv`] writes below the column names.
    pub fn write_csv_rows(self, to: impl Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        for row in self.rows {
            writer.write_record(row.iter().map(Cell::csv).chain([MADE_BY.to_owned()]))?;
        }
        writer.flush()
    }

    /// The text [`Table::write_csv`] writes.
    ///
    /// # Errors
    /// A cell that is no UTF-8, which texts of this program are not.
    pub fn csv(self) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.write_csv(&mut bytes)?;
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Writes text for people: columns aligned, quantities with prefixes, units left out of the column names, columns
    /// that say nothing left out altogether.
    pub fn write_text(self, mut to: impl Write) -> io::Result<()> {
        let rows: Vec<Vec<Cell>> = self.rows.collect();
        let columns = self.columns.iter().enumerate().filter_map(|(index, name)| {
            let cells: Vec<&Cell> = rows.iter().filter_map(|row| row.get(index)).collect();
            let texts: Vec<String> = cells.iter().map(|cell| cell.text()).collect();
            let says_something = texts.is_empty() || texts.iter().any(|text| !text.is_empty());
            says_something.then(|| Column::new(title(name), texts, cells.iter().any(|cell| cell.is_number())))
        });
        let columns: Vec<Column> = columns.collect();
        for line in 0..=rows.len() {
            let cells: Vec<String> = columns.iter().filter_map(|column| column.cell(line)).collect();
            writeln!(to, "{}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }

    /// The rows as a value for a JSON document: a list of objects. Can be written once.
    pub fn json(self) -> JsonRows<impl Iterator<Item = Vec<Cell>>> {
        JsonRows {
            columns: self.columns,
            rows: RefCell::new(self.rows),
        }
    }
}

/// A column of text, its title first.
struct Column {
    lines: Vec<String>,
    width: usize,
    to_right: bool,
}

impl Column {
    fn new(title: String, texts: Vec<String>, to_right: bool) -> Self {
        let lines: Vec<String> = std::iter::once(title).chain(texts).collect();
        let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        Self { lines, width, to_right }
    }

    fn cell(&self, line: usize) -> Option<String> {
        let (text, width) = (self.lines.get(line)?, self.width);
        Some(if self.to_right {
            format!("{text:>width$}")
        } else {
            format!("{text:<width$}")
        })
    }
}

/// `weight_bytes` → `weight`, `latency_s` → `latency`: the unit stands with the values.
fn title(column: &str) -> String {
    const UNITS: [&str; 7] = ["_s", "_j", "_w", "_hz", "_bytes", "_m2", "_mac_per_byte"];
    let plain = UNITS
        .iter()
        .find_map(|unit| column.strip_suffix(unit))
        .unwrap_or(column);
    plain.replace('_', " ")
}

/// Rows of a [`Table`] that are made while JSON is written.
pub struct JsonRows<I> {
    columns: Vec<String>,
    rows: RefCell<I>,
}

impl<I: Iterator<Item = Vec<Cell>>> Serialize for JsonRows<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for row in &mut *self.rows.borrow_mut() {
            list.serialize_element(&JsonRow(&self.columns, &row))?;
        }
        list.end()
    }
}

struct JsonRow<'a>(&'a [String], &'a [Cell]);

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (column, cell) in self.0.iter().zip(self.1) {
            object.serialize_entry(column, cell)?;
        }
        object.end()
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Names(names) => names.serialize(serializer),
            Self::Count(count, _) => serializer.serialize_u64(*count),
            Self::Shape(shape) => shape.serialize(serializer),
            Self::Quantity(value, _) => serializer.serialize_f64(*value),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Unknown | Self::Nothing => serializer.serialize_none(),
        }
    }
}

impl Cell {
    /// A text cell.
    pub fn text_of(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn csv(&self) -> String {
        match self {
            Self::Text(text) => inert(text),
            Self::Names(names) => serde_json::json!(names).to_string(),
            Self::Count(count, _) => count.to_string(),
            Self::Shape(shape) => dimensions(shape),
            Self::Quantity(value, _) => format!("{value:?}"),
            Self::Flag(flag) => flag.to_string(),
            Self::Unknown | Self::Nothing => String::new(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => printable(text),
            Self::Names(names) => printable(&names.join(", ")),
            Self::Count(count, unit) => unit.format(*count as f64),
            Self::Shape(shape) => dimensions(shape),
            Self::Quantity(value, unit) => unit.format(*value),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Unknown => "?".to_owned(),
            Self::Nothing => String::new(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Count(..) | Self::Quantity(..))
    }
}

/// A text that no spreadsheet takes for a formula and runs.
fn inert(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Text from a file without the control characters that could steer a terminal.
pub fn printable(text: &str) -> String {
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(plain).collect()
}

/// `1x3x224x224`.
fn dimensions(shape: &[u64]) -> String {
    shape.iter().map(u64::to_string).collect::<Vec<_>>().join("x")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<'static> {
        let rows = [
            vec![
                Cell::text_of("=1+1"),
                Cell::Names(vec!["a,b".into(), "c\"d".into()]),
                Cell::Quantity(1.0 / 3.0, Unit::Seconds),
            ],
            vec![Cell::text_of("conv"), Cell::Names(vec![]), Cell::Unknown],
        ];
        Table {
            columns: vec!["name".into(), "members".into(), "latency_s".into()],
            rows: Box::new(rows.into_iter()),
        }
    }

    #[test]
    fn csv_keeps_every_digit_and_starts_no_formula() {
        let mut bytes = Vec::new();
        table().write_csv(&mut bytes).unwrap();
        let expected = [
            "name,members,latency_s,made_by\n",
            "'=1+1,\"[\"\"a,b\"\",\"\"c\\\"\"d\"\"]\",0.3333333333333333,MADE_BY\n",
            "conv,[],,MADE_BY\n",
        ];
        let expected = expected.concat().replace("MADE_BY", MADE_BY);
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn json_has_one_object_per_row_in_column_order() {
        let json = serde_json::to_string(&table().json()).unwrap();
        let expected = r#"[{"name":"=1+1","members":["a,b","c\"d"],"latency_s":0.3333333333333333},{"name":"conv","members":[],"latency_s":null}]"#;
        assert_eq!(json, expected);
    }

    #[test]
    fn text_is_aligned_with_units_at_the_values() {
        let mut bytes = Vec::new();
        table().write_text(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text,
            "name  members   latency\n=1+1  a,b, c\"d   333 ms\nconv                  ?\n"
        );
    }
}
