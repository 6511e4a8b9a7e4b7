//! What a profile belongs to: stands in a file beside it, and must fit when it is continued.

use super::clock::Clocks;
use super::machine::Build;
use super::{Inputs, Machine, MeasureError, Settings};
use crate::cost::profile::device::Sizes;
use crate::cost::profile::{ProfileError, read_text};
use crate::network::ContentHash;
use crate::network::blocks::Blocks;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a profile belongs to.
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
    /// The program that measured it; `None` = not recorded.
    #[serde(default)]
    pub build: Option<Build>,
    /// SHA-256 over names and contents of the images that were run; `None` = noise was, or it is not recorded.
    #[serde(default)]
    pub inputs_hash: Option<String>,
    /// Every start of the measurement that added to it; none = not recorded.
    #[serde(default)]
    pub sessions: Vec<Session>,
}

/// One start of a measurement, up to its end or interruption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The day.
    pub date: String,
    /// What the clock was while bundles ran; `None` = not known.
    pub clocks: Option<Clocks>,
}

impl Header {
    /// Days and clocks of all sessions: `2026-01-02 at 2900 MHz (800 to 3100 MHz), 2026-01-05`.
    pub fn sessions_words(&self) -> String {
        let words = |session: &Session| match &session.clocks {
            Some(clocks) => format!("{} at {}", session.date, clocks.words()),
            None => session.date.clone(),
        };
        match self.sessions.is_empty() {
            true => self.date.clone(),
            false => self.sessions.iter().map(words).collect::<Vec<_>>().join(", "),
        }
    }

    /// The days it was measured on, each once: `2026-01-02, 2026-01-05`.
    pub fn days(&self) -> String {
        let mut days: Vec<&str> = self.sessions.iter().map(|session| session.date.as_str()).collect();
        days.dedup();
        match days.is_empty() {
            true => self.date.clone(),
            false => days.join(", "),
        }
    }

    /// That the clock of the last session is far from that of an earlier one, in words.
    #[cfg(feature = "tract")]
    pub(super) fn other_clock(&self) -> Option<String> {
        let (last, before) = self.sessions.split_last()?;
        let own = last.clocks?;
        let of = |session: &Session| Some((session.date.clone(), session.clocks?));
        let mut before = before.iter().rev().filter_map(of);
        let (date, other) = before.find(|(_, other)| own.is_far_from(other))?;
        Some(format!(
            "the clock is {} and was {} on {date}: the profile mixes the times of both. For one clock, measure anew by --replace",
            own.words(),
            other.words()
        ))
    }
}

/// The file beside a profile: its whole name with `.machine.ron` behind.
pub fn header_path(profile: &Path) -> PathBuf {
    let mut name = profile.as_os_str().to_owned();
    name.push(".machine.ron");
    name.into()
}

/// Where it was once: `p.csv` had `p.machine.ron`, as `p` has.
fn former_path(profile: &Path) -> Option<PathBuf> {
    let is_csv = profile.extension().is_some_and(|extension| extension == "csv");
    is_csv.then(|| profile.with_extension("machine.ron"))
}

/// The file beside a profile that is there, wherever it is; where there is none, where it would be.
pub(super) fn found_path(profile: &Path) -> PathBuf {
    let own = header_path(profile);
    let former = former_path(profile).filter(|former| !own.exists() && former.exists());
    former.unwrap_or(own)
}

/// A fault of a file, with what to do.
pub(super) fn file_error(path: &Path, problem: impl ToString, remedy: &str) -> MeasureError {
    MeasureError::File {
        file: path.display().to_string(),
        problem: problem.to_string(),
        remedy: remedy.to_owned(),
    }
}

/// Writes what a profile belongs to, in one step: half a header would be the end of hours of measuring.
pub(super) fn write_header(profile: &Path, header: &Header) -> Result<(), MeasureError> {
    let path = header_path(profile);
    let text = ron::ser::to_string_pretty(header, ron::ser::PrettyConfig::new().indentor("    "));
    let text = text.map_err(|error| file_error(&path, error, "Measure without it"))?;
    let written = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        writeln!(file, "{text}")?;
        file.persist(&path).map_err(|error| error.error)
    };
    let written = written().map(drop);
    written.map_err(|error| file_error(&path, error, "Choose a file that can be written to"))
}

/// Before a profile `p` is made: where its header goes, that of `p.csv` may lie from earlier times. It moves to where it belongs now.
pub(super) fn make_room(profile: &Path) -> std::io::Result<()> {
    let header = header_path(profile);
    let mut csv = profile.as_os_str().to_owned();
    csv.push(".csv");
    let csv = PathBuf::from(csv);
    if csv.exists() && header.exists() && found_path(&csv) == header {
        fs::rename(&header, header_path(&csv))?;
    }
    Ok(())
}

/// Reads what a profile belongs to.
///
/// # Errors
/// The file beside it is missing or damaged.
pub fn read_header(profile: &Path) -> Result<Header, MeasureError> {
    let path = found_path(profile);
    let remedy = "It says what the profile belongs to; without it, measure to another file or anew by --replace";
    let text = read_text(&path).map_err(|error| file_error(&path, error.problem, remedy))?;
    ron::from_str(&text).map_err(|error| file_error(&path, error, remedy))
}

/// That what is to be read was not measured with other sizes, where a header beside it tells; such profiles are only of the network as it was
/// opened then.
///
/// # Errors
/// It was, or the header is damaged.
pub fn same_sizes(profile: &Path, blocks: &Blocks) -> Result<(), ProfileError> {
    let path = found_path(profile);
    if !path.exists() {
        return Ok(());
    }
    let fail = |file: &Path, problem: String, remedy: &str| ProfileError {
        file: file.display().to_string(),
        row: None,
        column: None,
        problem,
        remedy: remedy.to_owned(),
    };
    let damaged = "It tells what the profile beside it belongs to; move it away to read that without it";
    let text = read_text(&path).map_err(|error| fail(&path, error.problem, damaged))?;
    let header: Header = ron::from_str(&text).map_err(|error| fail(&path, error.to_string(), damaged))?;
    // Other blocks are another division, which its header does not tell sizes of.
    if header.blocks != blocks.names() {
        return Ok(());
    }
    let sizes = |bytes| Sizes {
        symbols: BTreeMap::new(),
        bytes,
    };
    let measured = sizes(header.bytes.into_iter().map(Some).collect());
    let name = |at: usize| blocks.names().get(at).map_or("", String::as_str);
    match measured.unlike(&sizes(blocks.comparable_bytes()), name) {
        Some(words) => Err(fail(
            profile,
            format!("it was {words}"),
            "Open the network with the same sizes, or measure it",
        )),
        None => Ok(()),
    }
}

/// Why a profile does not fit what is to be measured.
pub(super) fn misfit(old: &Header, new: &Header) -> Option<String> {
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
        ("version of tract", old.tract.clone(), new.tract.clone()),
    ];
    if let Some((what, was, is)) = pairs.into_iter().find(|(_, was, is)| was != is) {
        return Some(format!("its {what}: {was}, now asked for: {is}"));
    }
    if let Some(words) = other_inputs(old, new) {
        return Some(words);
    }
    if old.machine.governor != new.machine.governor {
        let (was, is) = (&old.machine.governor, &new.machine.governor);
        return Some(format!("its governor, which chooses the clock: {was}, now: {is}"));
    }
    // Headers without sessions call the clock of an idle processor so.
    if !old.sessions.is_empty() && old.machine.clock_hz != new.machine.clock_hz {
        let words = |hz: Option<u64>| hz.map_or("not kept at one".to_owned(), crate::units::clock);
        let (was, is) = (words(old.machine.clock_hz), words(new.machine.clock_hz));
        return Some(format!("its clock: {was}, now: {is}"));
    }
    let (was, is) = (old.build.as_ref()?, new.build.as_ref()?);
    is.difference(was)
}

/// Images are told apart by what they are, not by where they lie.
fn other_inputs(old: &Header, new: &Header) -> Option<String> {
    let (was, is) = (&old.settings.inputs, &new.settings.inputs);
    if let (Inputs::Images(_), Inputs::Images(folder), Some(before), Some(now)) =
        (was, is, &old.inputs_hash, &new.inputs_hash)
    {
        let words = || {
            format!(
                "its images: those of {} have other names or contents now",
                folder.display()
            )
        };
        return (before != now).then(words);
    }
    let (was, is) = (was.words(), is.words());
    (was != is).then(|| format!("its inputs: {was}, now asked for: {is}"))
}

/// What cannot be compared because the profile does not tell, in words.
pub(super) fn not_recorded(old: &Header, new: &Header) -> Vec<String> {
    let mut told = Vec::new();
    if old.build.is_none() {
        told.push("which program measured it, and with which of the processor's instructions");
    }
    if old.inputs_hash.is_none() && new.inputs_hash.is_some() {
        told.push("what was in its images");
    }
    if old.sessions.is_empty() {
        told.push("what its clock was while bundles ran");
    }
    told.into_iter()
        .map(|what| format!("not recorded, hence not compared: {what}"))
        .collect()
}
