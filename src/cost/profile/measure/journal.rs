//! The file of a measurement: the profile as CSV, written bundle by bundle, and beside it what it belongs to. A measurement that was
//! interrupted at any moment is continued from there.

use super::clock::Clocks;
use super::header::{
    Header, Session, file_error, found_path, header_path, make_room, misfit, not_recorded, read_header, write_header,
};
use super::{Existing, MeasureError};
use crate::cost::profile::runs::{self, Run};
use crate::cost::profile::{Producer, read_text};
use crate::network::blocks::Blocks;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A bundle in a repetition: repetition, first block, last block.
type Key = (u32, usize, usize);

/// What is to be done about a file that cannot be written.
const ELSEWHERE: &str = "Choose a file that can be written to";

/// The file of a measurement that is under way.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Takes the place of the profile that is there with the first bundle that is measured.
    waiting: Option<NamedTempFile>,
    header: Header,
    /// The day of this session, which is in the header from the first bundle on.
    date: String,
    has_begun: bool,
    /// Clocks in hertz that were read in this session.
    clocks: Vec<u64>,
    done: BTreeMap<Key, Vec<Run>>,
}

impl Journal {
    /// Opens the file of a measurement, and says in `notes` what of an earlier start is measured again and what is not known of it. A profile
    /// that is replaced stays until there is something to replace it by.
    ///
    /// # Errors
    /// The file is there and may not be touched, belongs to something else, is damaged before its end, or cannot be written.
    pub fn open(
        path: &Path,
        header: &Header,
        blocks: &Blocks,
        existing: Existing,
        notes: &mut Vec<String>,
    ) -> Result<Self, MeasureError> {
        let date = header.date.clone();
        let (done, header) = match existing {
            Existing::Keep if path.exists() => {
                let remedy = "Continue it by --resume, measure anew by --replace, or choose another file";
                return Err(file_error(path, "the file is there already", remedy));
            }
            Existing::Continue if path.exists() => continued(path, header, blocks, notes)?,
            Existing::Replace if path.exists() => {
                let made = made(path, header.machine.clock_hz, blocks, &BTreeMap::new());
                let opened = || -> io::Result<(File, NamedTempFile)> {
                    // What could not be written to is not to be replaced either.
                    if !fs::metadata(path)?.is_file() {
                        return Err(io::Error::other("it is not a regular file"));
                    }
                    OpenOptions::new().append(true).open(path)?;
                    let made = made?;
                    Ok((made.as_file().try_clone()?, made))
                };
                let (file, made) = opened().map_err(|error| file_error(path, error, ELSEWHERE))?;
                return Ok(Self::new(
                    path,
                    file,
                    Some(made),
                    header.clone(),
                    &date,
                    BTreeMap::new(),
                ));
            }
            Existing::Continue => {
                notes.push(format!("{} is not there: nothing to continue", path.display()));
                (BTreeMap::new(), header.clone())
            }
            Existing::Keep | Existing::Replace => (BTreeMap::new(), header.clone()),
        };
        if !path.exists() {
            make_room(path).map_err(|error| file_error(path, error, ELSEWHERE))?;
            // Made as any file, so that it is readable by whom the system lets read new files.
            File::create(path).map_err(|error| file_error(path, error, ELSEWHERE))?;
        }
        write_header(path, &header)?;
        let begin = || -> io::Result<File> {
            let made = made(path, header.machine.clock_hz, blocks, &done)?;
            made.persist(path)?;
            OpenOptions::new().append(true).open(path)
        };
        let file = begin().map_err(|error| file_error(path, error, ELSEWHERE))?;
        Ok(Self::new(path, file, None, header, &date, done))
    }

    fn new(
        path: &Path,
        file: File,
        waiting: Option<NamedTempFile>,
        header: Header,
        date: &str,
        done: BTreeMap<Key, Vec<Run>>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            file,
            waiting,
            header,
            date: date.to_owned(),
            has_begun: false,
            clocks: Vec::new(),
            done,
        }
    }

    /// The clock in hertz that all rows are labelled with; `None` = nothing keeps it, and rows have no label.
    pub fn clock_hz(&self) -> Option<u64> {
        self.header.machine.clock_hz
    }

    /// Whether a bundle is in the file for a repetition.
    pub fn has(&self, iteration: u32, (first, last): (usize, usize)) -> bool {
        self.done.contains_key(&(iteration, first, last))
    }

    /// Everything in the file.
    pub fn runs(&self) -> Vec<Run> {
        self.done.values().flatten().cloned().collect()
    }

    /// Whether the profile that is to be replaced still stands there.
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// The clock in hertz as it was while a bundle ran, where it was told.
    pub fn ran_at(&mut self, clock_hz: Option<u64>) {
        self.clocks.extend(clock_hz);
    }

    /// Adds all runs of a bundle in a repetition, in one piece.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, blocks: &Blocks, iteration: u32, runs: Vec<Run>) -> Result<(), MeasureError> {
        if !self.has_begun {
            self.begin()?;
        }
        let rows = rows(blocks, self.clock_hz(), &runs);
        let written = rows.and_then(|rows| self.file.write_all(&rows).and_then(|()| self.file.flush()));
        written.map_err(|error| file_error(&self.path, error, "Make room and continue by --resume"))?;
        if let Some(run) = runs.first() {
            self.done.insert((iteration, run.first, run.last), runs);
        }
        Ok(())
    }

    /// The session enters the header; a profile that is replaced makes room.
    fn begin(&mut self) -> Result<(), MeasureError> {
        let date = self.date.clone();
        self.header.sessions.push(Session { date, clocks: None });
        let waiting = self.waiting.take();
        if waiting.is_some() {
            keep_previous(&self.path).map_err(|error| file_error(&self.path, error, ELSEWHERE))?;
        }
        write_header(&self.path, &self.header)?;
        if let Some(made) = waiting {
            let put = made.persist(&self.path);
            put.map_err(|error| file_error(&self.path, error.error, ELSEWHERE))?;
        }
        self.has_begun = true;
        Ok(())
    }

    /// Writes into the header what the clock was until now.
    ///
    /// # Errors
    /// The header cannot be written.
    pub fn note_clocks(&mut self) -> Result<(), MeasureError> {
        let Some(session) = self.header.sessions.last_mut().filter(|_| self.has_begun) else {
            return Ok(());
        };
        session.clocks = Clocks::of(&self.clocks);
        write_header(&self.path, &self.header)
    }

    /// What the profile belongs to.
    pub fn header(&self) -> &Header {
        &self.header
    }
}

/// What a profile holds that is continued, and what it belongs to from now on.
fn continued(
    path: &Path,
    header: &Header,
    blocks: &Blocks,
    notes: &mut Vec<String>,
) -> Result<(BTreeMap<Key, Vec<Run>>, Header), MeasureError> {
    let beside = read_header(path)?;
    if let Some(problem) = misfit(&beside, header) {
        let remedy = "Measure to another file, or anew by --replace";
        return Err(file_error(path, format!("it cannot be continued: {problem}"), remedy));
    }
    let name = path.display().to_string();
    let untold = not_recorded(&beside, header).into_iter();
    notes.extend(untold.map(|words| format!("{name}: {words}")));
    let text = read_text(path)?;
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    if whole.len() < text.len() {
        notes.push(format!("{name}: its last row was written only in part and is left out"));
    }
    // A file that ends before its first row has nothing to read.
    let rows = match whole.lines().nth(1) {
        None => Vec::new(),
        Some(_) => runs::read(whole, &name, &Producer::Seconds.form(), blocks)?,
    };
    // Once, rows were labelled with the clock of an idle processor.
    let clock_hz = header.machine.clock_hz;
    if rows.iter().any(|run| run.clock_hz != clock_hz) {
        let words = match clock_hz {
            Some(_) => "its rows get the clock that is kept as their label",
            None => "the column frequency is left out, because nothing keeps the clock",
        };
        notes.push(format!("{name}: {words}"));
    }
    let mut groups: BTreeMap<Key, Vec<Run>> = BTreeMap::new();
    for run in rows {
        let Some(iteration) = run.iteration else {
            return Err(file_error(path, "it has no column iter", "Measure to another file"));
        };
        let run = Run { clock_hz, ..run };
        groups.entry((iteration, run.first, run.last)).or_default().push(run);
    }
    let count = header.settings.runs as usize;
    let (done, partial): (BTreeMap<Key, Vec<Run>>, BTreeMap<Key, Vec<Run>>) =
        groups.into_iter().partition(|(_, runs)| runs.len() == count);
    for ((iteration, first, last), runs) in &partial {
        let bundle = blocks.words(*first, *last);
        notes.push(format!(
            "{name}: {bundle} has {} of {count} runs in repetition {iteration} and is measured again",
            runs.len()
        ));
    }
    // Repetitions and longest bundle may have grown; what is in the file stays there where less is asked for now.
    let mut settings = header.settings.clone();
    settings.iterations = settings.iterations.max(beside.settings.iterations);
    settings.longest = match (settings.longest, beside.settings.longest) {
        (Some(is), Some(was)) => Some(is.max(was)),
        _ => None,
    };
    let mut sessions = beside.sessions;
    if sessions.is_empty() && !done.is_empty() {
        let date = beside.date.clone();
        sessions.push(Session { date, clocks: None });
    }
    let header = Header {
        settings,
        sessions,
        machine: header.machine.clone(),
        ..beside
    };
    Ok((done, header))
}

/// A profile that is to be replaced, with what it belongs to, stays beside the new one with `.bak` behind the names.
fn keep_previous(path: &Path) -> io::Result<()> {
    let backup = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".bak");
        PathBuf::from(name)
    };
    let (header, own) = (found_path(path), header_path(path));
    fs::rename(path, backup(path))?;
    if header == own && own.exists() {
        fs::rename(&own, backup(&own))?;
    } else if header.exists() {
        // Its former name may by now be that of another profile's.
        fs::copy(&header, backup(&own))?;
    }
    Ok(())
}

/// A file with what a profile holds, that can take the place of what is there in one step.
fn made(
    path: &Path,
    clock_hz: Option<u64>,
    blocks: &Blocks,
    done: &BTreeMap<Key, Vec<Run>>,
) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    let frequency = if clock_hz.is_some() { ",frequency" } else { "" };
    writeln!(file, "layers,durs,starts,ends,iter,run{frequency}")?;
    for runs in done.values() {
        file.write_all(&rows(blocks, clock_hz, runs)?)?;
    }
    // A temporary file is its owner's only.
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(file)
}

/// Runs as rows of the file.
fn rows(blocks: &Blocks, clock_hz: Option<u64>, runs: &[Run]) -> io::Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let stamp = |ns: Option<i64>| ns.map_or(String::new(), decimal_seconds);
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    for run in runs {
        let mut row = vec![
            blocks.bundle(run.first, run.last),
            format!("{:.9}", run.latency_s),
            stamp(run.start_ns),
            stamp(run.end_ns),
            number(run.iteration),
            number(run.run),
        ];
        row.extend(clock_hz.map(|clock| clock.to_string()));
        rows.write_record(row)?;
    }
    rows.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// Nanoseconds as seconds, exactly.
fn decimal_seconds(ns: i64) -> String {
    let second = 1_000_000_000;
    format!("{}.{:09}", ns.div_euclid(second), ns.rem_euclid(second))
}

#[cfg(test)]
mod tests;
