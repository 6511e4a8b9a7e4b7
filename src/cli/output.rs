//! Writing to standard output and standard error.

use crate::project::table::{Table, printable};
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Says something on standard error. When nobody listens there, nothing is lost that anybody could see.
pub fn complain(what: &str, text: &str) {
    let lines: Vec<String> = text.lines().map(printable).collect();
    drop(writeln!(io::stderr(), "{what}: {}", lines.join("\n")));
}

/// Writes a JSON document and a line end to standard output.
pub fn json(document: &impl Serialize) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, document)?;
    writeln!(out)?;
    out.flush()
}

/// Writes a table as CSV to standard output.
pub fn csv(table: Table) -> io::Result<()> {
    table.write_csv(io::stdout().lock())
}

/// Appends a table as CSV to a file: with column names if it is new or empty, else rows alone below the same names. `Ok(Err(…))` = the
/// names it has, which are others.
pub fn append(table: Table, path: &Path) -> io::Result<Result<(), String>> {
    let headings = table.csv_headings()?;
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut first = Vec::new();
    BufReader::new(&file).take(100_000).read_until(b'\n', &mut first)?;
    let first = String::from_utf8_lossy(&first).into_owned();
    if first.is_empty() {
        file.write_all(headings.as_bytes())?;
    } else if first.trim_end() != headings.trim_end() {
        return Ok(Err(first.trim_end().to_owned()));
    } else {
        // A last row without a line end would swallow the first new one.
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    let mut file = BufWriter::new(file);
    table.write_csv_rows(&mut file)?;
    file.flush()?;
    Ok(Ok(()))
}

/// Writes text to standard output.
pub fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out)?;
    out.flush()
}

/// A list of names and values, aligned.
pub fn pairs(out: &mut dyn Write, pairs: &[(&str, String)]) -> io::Result<()> {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    pairs
        .iter()
        .try_for_each(|(name, value)| writeln!(out, "{name:<width$}  {}", printable(value)))
}

/// A heading and lines below it; nothing if there are none.
pub fn list(out: &mut dyn Write, heading: &str, lines: &[&str]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    lines.iter().try_for_each(|line| writeln!(out, "  {}", printable(line)))
}
