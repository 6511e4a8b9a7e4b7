//! CSV files as rows of named cells, with the place of everything for errors.

use super::error::{ProfileError, quoted};
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Largest file in bytes.
pub const MAX_BYTES: u64 = 200_000_000;

/// Reads a file of a profile as text.
///
/// # Errors
/// It cannot be read, is larger than [`MAX_BYTES`], or is no UTF-8.
pub fn read_text(path: &Path) -> Result<String, ProfileError> {
    let fail = |problem: String, remedy: &str| ProfileError {
        file: path.display().to_string(),
        row: None,
        column: None,
        problem,
        remedy: remedy.to_owned(),
    };
    let unreadable = |error: std::io::Error| fail(error.to_string(), "Choose a file that can be read");
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        let problem = format!("the file is larger than {} MB", MAX_BYTES / 1_000_000);
        return Err(fail(problem, "Split it, or measure with fewer runs"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        let problem = format!("line {} is no UTF-8 text", line + 1);
        fail(
            problem,
            "Write the profile as CSV; Parquet and other binary forms are not read",
        )
    })
}

/// Most rows of a file, damaged ones included.
pub(super) const MOST_ROWS: usize = 2_000_000;
/// Most columns of a file.
const MOST_COLUMNS: usize = 10_000;
/// Most commas of a line: three lists of all runs of a file.
const MOST_COMMAS: usize = 3 * MOST_ROWS + MOST_COLUMNS;

/// A CSV file with headings. Its rows are read one after another and never held together.
pub(super) struct Sheet<'a> {
    pub(super) file: &'a str,
    headings: Vec<String>,
    text: &'a str,
}

/// One row of a sheet.
pub(super) struct Row<'a> {
    sheet: &'a Sheet<'a>,
    /// Line in the file, from 1.
    pub(super) line: u64,
    record: &'a csv::StringRecord,
}

impl<'a> Sheet<'a> {
    /// Reads the headings.
    pub(super) fn open(text: &'a str, file: &'a str) -> Result<Self, ProfileError> {
        let mut sheet = Self {
            file,
            headings: Vec::new(),
            text: text.trim_start_matches('\u{feff}'),
        };
        if let Some(line) = too_wide(sheet.text) {
            let remedy = "Choose a profile or a power log; the widest have a dozen columns";
            return Err(sheet.fault(Some(line), None, "the row has too many fields", remedy));
        }
        let mut reader = sheet.reader();
        let headings = reader.headers().map_err(|error| sheet.unreadable(&error))?;
        sheet.headings = headings.iter().map(str::to_owned).collect();
        let mut known = HashSet::new();
        let named = sheet.headings.iter().filter(|heading| !heading.is_empty());
        if let Some(heading) = named.into_iter().find(|&heading| !known.insert(heading)) {
            let problem = format!("there are two columns {}", quoted(heading));
            return Err(sheet.fault(Some(1), Some(heading), problem, "Leave one of them out"));
        }
        if reader
            .read_record(&mut csv::StringRecord::new())
            .is_ok_and(|read| !read)
        {
            return Err(sheet.fault(
                None,
                None,
                "the file has no rows",
                "Measure anew, or choose another file",
            ));
        }
        Ok(sheet)
    }

    fn reader(&self) -> csv::Reader<&'a [u8]> {
        let mut builder = csv::ReaderBuilder::new();
        builder.trim(csv::Trim::All).from_reader(self.text.as_bytes())
    }

    /// Shows the rows in the order of the file, or what is wrong with those that are damaged, until one of them is answered with an error.
    ///
    /// # Errors
    /// That answer, or there are too many rows, or a field that is no list goes over several lines.
    pub(super) fn visit(
        &self,
        mut show: impl FnMut(Result<&Row<'_>, ProfileError>) -> Result<(), ProfileError>,
    ) -> Result<(), ProfileError> {
        let mut reader = self.reader();
        let mut record = csv::StringRecord::new();
        let mut count = 0_usize;
        loop {
            let read = reader.read_record(&mut record);
            if matches!(read, Ok(false)) {
                return Ok(());
            }
            let line = record.position().map_or(0, csv::Position::line);
            count += 1;
            if count > MOST_ROWS {
                let problem = format!("there are more than {MOST_ROWS} rows");
                return Err(self.fault(Some(line), None, problem, "Split the file, or measure with fewer runs"));
            }
            let is_long = |field: &str| field.contains(['\n', '\r']) && !field.starts_with('[');
            let hides = match &read {
                Ok(_) => record.iter().any(is_long),
                Err(_) => reader.position().line() > line + 1,
            };
            if hides {
                // Rows behind it would be dropped without a word.
                let problem = "a quotation mark that opens in the row hides rows behind it";
                return Err(self.fault(Some(line), None, problem, "Delete the quotation mark"));
            }
            match read {
                Ok(_) => show(Ok(&Row {
                    sheet: self,
                    line,
                    record: &record,
                }))?,
                Err(error) => show(Err(self.unreadable(&error)))?,
            }
        }
    }

    fn unreadable(&self, error: &csv::Error) -> ProfileError {
        let row = error.position().map(csv::Position::line);
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                let problem = format!("the row has {len} fields, the headings are {expected_len}");
                let remedy =
                    "Where the file was written only in part, measure the rest; else correct or delete the row";
                self.fault(row, None, problem, remedy)
            }
            _ => self.fault(row, None, "the row is no CSV", "Correct or delete the row"),
        }
    }

    pub(super) fn fault(
        &self,
        row: Option<u64>,
        column: Option<&str>,
        problem: impl Into<String>,
        remedy: &str,
    ) -> ProfileError {
        ProfileError {
            file: self.file.to_owned(),
            row,
            column: column.map(str::to_owned),
            problem: problem.into(),
            remedy: remedy.to_owned(),
        }
    }

    /// The place of a column.
    pub(super) fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|own| own == heading)
    }

    /// The place of a column that must be there.
    pub(super) fn needed(&self, heading: &str) -> Result<usize, ProfileError> {
        self.column(heading).ok_or_else(|| {
            let known = self.headings.join(", ");
            let problem = format!("there is no such column, only {}", quoted(&known));
            self.fault(Some(1), Some(heading), problem, "Name the columns in the first line")
        })
    }
}

/// The first line with more fields than any file has: they would all have to be held at once.
fn too_wide(text: &str) -> Option<u64> {
    let lines = text.split('\n').zip(1_u64..);
    let mut wide = lines.filter(|&(line, number)| {
        let most = if number == 1 { MOST_COLUMNS } else { MOST_COMMAS };
        let commas = |part: &str| part.bytes().filter(|&byte| byte == b',').count();
        // Some files end their lines with a carriage return alone.
        line.len() > most && line.split('\r').any(|part| part.len() > most && commas(part) > most)
    });
    wide.next().map(|(_, number)| number)
}

impl Row<'_> {
    pub(super) fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or("")
    }

    pub(super) fn fault(&self, column: usize, problem: impl Into<String>, remedy: &str) -> ProfileError {
        let heading = self.sheet.headings.get(column).map(String::as_str);
        self.sheet.fault(Some(self.line), heading, problem, remedy)
    }

    /// A whole number.
    pub(super) fn whole<T: std::str::FromStr>(&self, column: usize) -> Result<T, ProfileError> {
        let text = self.text(column);
        // Tables of measurements that passed through other programs write 3 as 3.0.
        let digits = text.strip_suffix(".0").unwrap_or(text);
        digits.parse().map_err(|_| {
            let problem = format!("{} is no whole number that fits", quoted(text));
            self.fault(column, problem, "Correct the number")
        })
    }

    /// A finite number of 0 or more.
    pub(super) fn amount(&self, column: usize) -> Result<f64, ProfileError> {
        self.amount_of(column, self.text(column))
    }

    /// A finite number of 0 or more that stands in a column.
    pub(super) fn amount_of(&self, column: usize, text: &str) -> Result<f64, ProfileError> {
        let amount = text.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0);
        amount.ok_or_else(|| {
            let problem = format!("{} is no number of 0 or more", quoted(text));
            self.fault(column, problem, "Correct the number or delete the row")
        })
    }
}
