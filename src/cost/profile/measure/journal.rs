//! The file of a measurement: the profile as CSV, written bundle by bundle, and beside it what it belongs to. A measurement that was
//! interrupted at any moment is continued from there.

use super::{Existing, Machine, MeasureError, Settings};
use crate::cost::profile::runs::{self, Run};
use crate::cost::profile::{Producer, read_text};
use crate::network::ContentHash;
use crate::network::blocks::Blocks;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a profile belongs to: stands in a file beside it, and must fit when it is continued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The network's file.
    pub network: String,
    /// Its content.
    pub hash: ContentHash,
    /// Its blocks.
    pub blocks: Vec<String>,
    /// Bytes between them, in which sizes of symbolic dimensions show.
    pub bytes: Vec<u64>,
    /// What it was measured on.
    pub machine: Machine,
    /// How it was measured.
    pub settings: Settings,
    /// The version of tract that ran it.
    pub tract: String,
    /// The day it began.
    pub date: String,
}

/// The file beside a profile: `p.csv` has `p.machine.ron`; a profile of another name keeps the whole name in it.
pub fn header_path(profile: &Path) -> PathBuf {
    if profile.extension().is_some_and(|extension| extension == "csv") {
        return profile.with_extension("machine.ron");
    }
    let mut name = profile.as_os_str().to_owned();
    name.push(".machine.ron");
    name.into()
}

/// A bundle in a repetition: repetition, first block, last block.
type Key = (u32, usize, usize);

/// The file of a measurement that is under way.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    clock_hz: Option<u64>,
    done: BTreeMap<Key, Vec<Run>>,
}

fn file_error(path: &Path, problem: impl ToString, remedy: &str) -> MeasureError {
    MeasureError::File {
        file: path.display().to_string(),
        problem: problem.to_string(),
        remedy: remedy.to_owned(),
    }
}

impl Journal {
    /// Opens the file of a measurement, and says in `notes` what of an earlier start is measured again.
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
        let is_there = path.exists();
        match existing {
            Existing::Keep if is_there => {
                let remedy = "Continue it by --resume, measure anew by --replace, or choose another file";
                return Err(file_error(path, "the file is there already", remedy));
            }
            Existing::Continue if is_there => return Self::continued(path, header, blocks, notes),
            Existing::Continue => notes.push(format!("{} is not there: nothing to continue", path.display())),
            Existing::Keep | Existing::Replace => {}
        }
        // Made as any file, so that it is readable by whom the system lets read new files.
        let made = File::create(path);
        made.map_err(|error| file_error(path, error, "Choose a file that can be written to"))?;
        write_header(path, header)?;
        Self::begun(path, header.machine.clock_hz, blocks, BTreeMap::new())
    }

    fn continued(path: &Path, header: &Header, blocks: &Blocks, notes: &mut Vec<String>) -> Result<Self, MeasureError> {
        let beside = read_header(path)?;
        if let Some(problem) = misfit(&beside, header) {
            let remedy = "Measure to another file, or anew by --replace";
            return Err(file_error(path, format!("it cannot be continued: {problem}"), remedy));
        }
        let name = path.display().to_string();
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
        let mut groups: BTreeMap<Key, Vec<Run>> = BTreeMap::new();
        for run in rows {
            let Some(iteration) = run.iteration else {
                return Err(file_error(path, "it has no column iter", "Measure to another file"));
            };
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
        let header = Header { settings, ..beside };
        write_header(path, &header)?;
        Self::begun(path, header.machine.clock_hz, blocks, done)
    }

    /// The file with what it held, in place of what was there; at any moment it is the old or the new one.
    fn begun(
        path: &Path,
        clock_hz: Option<u64>,
        blocks: &Blocks,
        done: BTreeMap<Key, Vec<Run>>,
    ) -> Result<Self, MeasureError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let begin = || -> io::Result<File> {
            let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
            let frequency = if clock_hz.is_some() { ",frequency" } else { "" };
            writeln!(file, "layers,durs,starts,ends,iter,run{frequency}")?;
            for runs in done.values() {
                file.write_all(&rows(blocks, clock_hz, runs)?)?;
            }
            // A temporary file is its owner's only.
            if let Ok(old) = fs::metadata(path) {
                file.as_file().set_permissions(old.permissions())?;
            }
            file.persist(path)?;
            OpenOptions::new().append(true).open(path)
        };
        let file = begin().map_err(|error| file_error(path, error, "Choose a file that can be written to"))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            clock_hz,
            done,
        })
    }

    /// The clock in hertz that all rows are labelled with.
    pub fn clock_hz(&self) -> Option<u64> {
        self.clock_hz
    }

    /// Whether a bundle is in the file for a repetition.
    pub fn has(&self, iteration: u32, (first, last): (usize, usize)) -> bool {
        self.done.contains_key(&(iteration, first, last))
    }

    /// Everything in the file.
    pub fn runs(&self) -> Vec<Run> {
        self.done.values().flatten().cloned().collect()
    }

    /// Adds all runs of a bundle in a repetition, in one piece.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, blocks: &Blocks, iteration: u32, runs: Vec<Run>) -> Result<(), MeasureError> {
        let rows = rows(blocks, self.clock_hz, &runs);
        let written = rows.and_then(|rows| self.file.write_all(&rows).and_then(|()| self.file.flush()));
        written.map_err(|error| file_error(&self.path, error, "Make room and continue by --resume"))?;
        if let Some(run) = runs.first() {
            self.done.insert((iteration, run.first, run.last), runs);
        }
        Ok(())
    }
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

fn write_header(profile: &Path, header: &Header) -> Result<(), MeasureError> {
    let path = header_path(profile);
    let text = ron::ser::to_string_pretty(header, ron::ser::PrettyConfig::new().indentor("    "));
    let text = text.map_err(|error| file_error(&path, error, "Measure without it"))?;
    let written = || {
        // In one step: half a header would be the end of hours of measuring.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        writeln!(file, "{text}")?;
        file.persist(&path).map_err(|error| error.error)
    };
    let written = written().map(drop);
    written.map_err(|error| file_error(&path, error, "Choose a file that can be written to"))
}

/// Reads what a profile belongs to.
///
/// # Errors
/// The file beside it is missing or damaged.
pub fn read_header(profile: &Path) -> Result<Header, MeasureError> {
    let path = header_path(profile);
    let remedy = "It says what the profile belongs to; without it, measure to another file or anew by --replace";
    let text = read_text(&path).map_err(|error| file_error(&path, error.problem, remedy))?;
    ron::from_str(&text).map_err(|error| file_error(&path, error, remedy))
}

/// Why a profile does not fit what is to be measured.
fn misfit(old: &Header, new: &Header) -> Option<String> {
    if old.blocks != new.blocks {
        return Some(format!(
            "its blocks are {}, those of {} are {}",
            old.blocks.join(", "),
            new.network,
            new.blocks.join(", ")
        ));
    }
    if old.hash != new.hash {
        return Some(format!(
            "it was taken of another network than {}: {}",
            new.network, old.network
        ));
    }
    if old.bytes != new.bytes {
        return Some("it was taken with other sizes of symbolic dimensions".to_owned());
    }
    if let Some(difference) = new.machine.difference(&old.machine) {
        return Some(format!("it was taken on another machine: {difference}"));
    }
    let (was, is) = (&old.settings, &new.settings);
    let pairs = [
        ("runs", was.runs.to_string(), is.runs.to_string()),
        ("untimed runs", was.warm_up.to_string(), is.warm_up.to_string()),
        ("threads", was.threads.to_string(), is.threads.to_string()),
        ("inputs", was.inputs.words(), is.inputs.words()),
        ("version of tract", old.tract.clone(), new.tract.clone()),
    ];
    let differs = pairs.into_iter().find(|(_, was, is)| was != is);
    differs.map(|(what, was, is)| format!("its {what}: {was}, now asked for: {is}"))
}

#[cfg(test)]
mod tests {
    use super::super::Inputs;
    use super::*;

    fn header(blocks: &Blocks) -> Header {
        Header {
            network: "alexnet.onnx".to_owned(),
            hash: ContentHash::default(),
            blocks: blocks.names().to_vec(),
            bytes: blocks.bytes().to_vec(),
            machine: Machine {
                clock_hz: Some(7_000_000),
                ..Machine::of_this()
            },
            settings: Settings {
                runs: 2,
                ..Settings::default()
            },
            tract: "1".to_owned(),
            date: "2026-01-02".to_owned(),
        }
    }

    fn runs(first: usize, last: usize, iteration: u32) -> Vec<Run> {
        let run = |run| Run {
            first,
            last,
            clock_hz: Some(7_000_000),
            latency_s: 0.001_234_567,
            energy_j: None,
            start_ns: Some(1_700_000_000_000_000_001),
            end_ns: Some(1_700_000_000_001_234_568),
            iteration: Some(iteration),
            run: Some(run),
            row: 0,
        };
        vec![run(1), run(2)]
    }

    #[test]
    fn what_was_written_in_part_is_measured_again_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.csv");
        let blocks = Blocks::preset("alexnet").unwrap();
        let header = header(&blocks);
        let mut notes = Vec::new();
        let mut journal = Journal::open(&path, &header, &blocks, Existing::Keep, &mut notes).unwrap();
        journal.add(&blocks, 1, runs(0, 0, 1)).unwrap();
        journal.add(&blocks, 1, runs(1, 2, 1)).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let row = "conv1,0.001234567,1700000000.000000001,1700000000.001234568,1,1,7000000\n";
        assert_eq!(text.lines().count(), 5);
        assert!(text.contains(row), "{text}");
        let refused = Journal::open(&path, &header, &blocks, Existing::Keep, &mut notes).unwrap_err();
        assert!(refused.to_string().contains("the file is there already"), "{refused}");

        fs::write(&path, &text[..text.len() - 5]).unwrap();
        let journal = Journal::open(&path, &header, &blocks, Existing::Continue, &mut notes).unwrap();
        assert!(journal.has(1, (0, 0)) && !journal.has(1, (1, 2)) && !journal.has(2, (0, 0)));
        assert_eq!(journal.runs().len(), 2);
        assert!(notes[0].ends_with("its last row was written only in part and is left out"));
        assert!(
            notes[1].ends_with("conv2..conv3 has 1 of 2 runs in repetition 1 and is measured again"),
            "{notes:?}"
        );
        drop(journal);
        let kept = fs::read_to_string(&path).unwrap();
        assert_eq!(
            kept,
            text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>()
        );
        let read = runs::read(&kept, "p.csv", &Producer::Seconds.form(), &blocks).unwrap();
        assert_eq!((read[1].latency_s, read[1].clock_hz), (0.001_234_567, Some(7_000_000)));
    }

    #[test]
    fn a_profile_of_something_else_is_not_continued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.csv");
        let blocks = Blocks::preset("alexnet").unwrap();
        let header = header(&blocks);
        drop(Journal::open(&path, &header, &blocks, Existing::Replace, &mut Vec::new()).unwrap());
        type Change = fn(&mut Header);
        let changes: [(&str, Change); 5] = [
            ("its blocks are", |header| header.blocks.truncate(3)),
            ("another network", |header| header.hash.0.push('x')),
            ("another machine", |header| header.machine.cpu.push('x')),
            ("its runs: 2, now asked for: 9", |header| header.settings.runs = 9),
            ("its inputs: noise from seed 1", |header| {
                header.settings.inputs = Inputs::Noise { seed: 2 };
            }),
        ];
        for (expected, change) in changes {
            let mut other = header.clone();
            change(&mut other);
            let refused = Journal::open(&path, &other, &blocks, Existing::Continue, &mut Vec::new()).unwrap_err();
            assert!(refused.to_string().contains(expected), "{refused}");
        }
        let mut longer = header.clone();
        longer.settings.iterations += 1;
        Journal::open(&path, &longer, &blocks, Existing::Continue, &mut Vec::new()).unwrap();
        fs::remove_file(header_path(&path)).unwrap();
        let refused = Journal::open(&path, &header, &blocks, Existing::Continue, &mut Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("p.machine.ron"), "{refused}");
    }
}
