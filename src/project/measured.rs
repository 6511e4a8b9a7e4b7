//! Measured devices from timing profiles: the files of one device, one or one per clock, become the costs of its bundles.
//!
//! [`load`] alone touches files; [`read`] is a pure function of their text.

use crate::cost::profile::plausible::{self, Seen};
use crate::cost::profile::power::{Damaged, Join, PowerLog};
use crate::cost::profile::{
    BundleTable, Form, Missing, Producer, Profile, ProfileError, Role, Statistics, read_text, runs, statistics,
};
use crate::network::Network;
use crate::network::blocks::{Blocks, BlocksError};
use crate::system::{Device, DeviceModel};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file's text with its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it was.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// Which division into blocks a profile uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Division {
    /// Of the others the one whose names the profile uses; of several the first.
    #[default]
    ByNames,
    /// The open network's own.
    Own,
    /// A published one, by its index among [`Blocks::PRESETS`].
    Published(usize),
}

/// How profiles are read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Units.
    pub producer: Producer,
    /// How runs become costs.
    pub statistics: Statistics,
    /// Whether bundles that were not measured are estimated from single blocks.
    pub estimate: bool,
    /// Which blocks.
    pub division: Division,
    /// How a power log is joined.
    pub join: Join,
    /// What is done with damaged rows of the power log.
    pub damaged: Damaged,
    /// Runs of an outer repetition where a cell holds a list of all runs, at least 1.
    pub runs_per_iteration: u32,
}

impl Reading {
    /// How a file of this name is to be read.
    fn form(&self, path: &Path) -> Form {
        let form = Form {
            runs_per_iteration: self.runs_per_iteration,
            ..self.producer.form()
        };
        form.named_by(path)
    }

    /// What is usual for the profile of a device in this role.
    pub fn usual(division: Division, role: Role) -> Self {
        Self {
            producer: Producer::Seconds,
            statistics: division.usual(role),
            estimate: false,
            division,
            join: Join::default(),
            damaged: Damaged::default(),
            runs_per_iteration: Producer::Seconds.form().runs_per_iteration,
        }
    }

    /// Sets the filters to what is usual for a device in this role; the other settings stay.
    pub fn filter_as_usual(&mut self, role: Role) {
        let usual = self.division.usual(role);
        self.statistics.least_energy_j = usual.least_energy_j;
        self.statistics.warm_up = usual.warm_up;
    }
}

impl Division {
    /// The published blocks, if they are chosen.
    fn published(self) -> Option<Blocks> {
        match self {
            Self::Published(index) => Blocks::PRESETS.get(index).and_then(|name| Blocks::preset(name)),
            Self::ByNames | Self::Own => None,
        }
    }

    /// Filters are usual for published blocks alone: an open network is its own, whatever its name.
    fn usual(self, role: Role) -> Statistics {
        let published = self.published();
        published.map_or(Statistics::PLAIN, |blocks| Statistics::usual(&blocks, role))
    }
}

/// What one file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead {
    /// Its name without folders.
    pub name: String,
    /// How much is in it, in words: `3600 runs`, `1200 samples of power`.
    pub held: String,
    /// What is to be known about it, in words.
    pub notes: Vec<String>,
}

/// What files hold together.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The blocks its bundles are of.
    pub blocks: Blocks,
    /// The device's model.
    pub profile: Profile,
    /// The files.
    pub files: Vec<FileRead>,
    /// Bundles that were not measured, by name and clock.
    pub missing: Vec<String>,
    /// Bundles whose costs are sums of single blocks, by name and clock.
    pub estimated: Vec<String>,
}

/// Why files are no profile of the open network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasuredError {
    /// A file is at fault.
    #[error(transparent)]
    File(#[from] ProfileError),
    /// The network has no such blocks.
    #[error(transparent)]
    Blocks(#[from] BlocksError),
    /// Nothing to read.
    #[error("no file is chosen. Choose the timing profile of a device, or one for each of its clocks")]
    NoFile,
}

/// Reads a file.
///
/// # Errors
/// It cannot be read or is no text.
pub fn load(path: &Path) -> Result<Source, ProfileError> {
    Ok(Source {
        path: path.to_owned(),
        text: read_text(path)?,
    })
}

/// Makes a profile of the files of one device, with the log of its power where there is one; `raw` is the raw view of the open network.
///
/// # Errors
/// A damaged file, by row and column; names of bundles that the open network does not have; a bundle that two files have at one clock.
pub fn read(
    files: &[Source],
    power: Option<&Source>,
    reading: &Reading,
    raw: &Network,
) -> Result<Measured, MeasuredError> {
    let first = files.first().ok_or(MeasuredError::NoFile)?;
    let blocks = division(first, reading, raw)?;
    let mut told = Vec::new();
    let mut seen = Vec::new();
    let mut log = None;
    if let Some(source) = power {
        let name = shown(&source.path);
        let (read, faults) = PowerLog::read_with(&source.text, &name, reading.damaged)?;
        told.push(FileRead {
            name,
            held: format!("{} samples of power", read.samples()),
            notes: faults.words().into_iter().collect(),
        });
        log = Some(read);
    }
    let mut whole = BundleTable::of(blocks.len(), []);
    for source in files {
        let (table, file, usual) = one(source, log.as_ref(), reading, &blocks)?;
        whole.merge(table, &blocks, &file.name)?;
        told.push(file);
        seen.push(usual);
    }
    plausible::device(&seen, &blocks)?;
    let longest = reading.statistics.longest.unwrap_or(blocks.len());
    let names = |missing: Vec<Missing>| missing.iter().map(|missing| missing.words(&blocks)).collect();
    let estimated = match reading.estimate {
        true => names(whole.estimate_missing(longest)),
        false => Vec::new(),
    };
    let missing = names(whole.missing(longest));
    let others = match files.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let profile = Profile::new(format!("{}{others}", shown(&first.path)), raw, &blocks, whole)?;
    Ok(Measured {
        blocks,
        profile,
        files: told,
        missing,
        estimated,
    })
}

/// The blocks a profile is about.
fn division(file: &Source, reading: &Reading, raw: &Network) -> Result<Blocks, MeasuredError> {
    match reading.division {
        Division::Own => Ok(Blocks::of_network(raw)?),
        Division::Published(_) => {
            let blocks = reading
                .division
                .published()
                .map_or_else(|| Blocks::of_network(raw), Ok)?;
            blocks.laid_over(raw)?;
            Ok(blocks)
        }
        Division::ByNames => {
            let own = Blocks::of_network(raw);
            let others = Blocks::PRESETS.iter().filter_map(|name| Blocks::preset(name));
            let others = others.filter(|blocks| blocks.laid_over(raw).is_ok());
            let candidates: Vec<Blocks> = own.clone().into_iter().chain(others).collect();
            // Damaged rows have names too: a file is of the blocks most of its rows are of, and what is wrong with the others is told by them.
            let counts = runs::fitting(&file.text, &candidates);
            let most = counts.iter().copied().max().filter(|&most| most > 0);
            let mut counted = candidates.into_iter().zip(counts);
            let fits = counted.find(|(_, count)| Some(*count) == most);
            // Where none fits, the error of the network's own is the one to tell.
            fits.map_or_else(|| Ok(own?), |(blocks, _)| Ok(blocks))
        }
    }
}

/// The costs one file holds.
fn one(
    source: &Source,
    log: Option<&PowerLog>,
    reading: &Reading,
    blocks: &Blocks,
) -> Result<(BundleTable, FileRead, Seen), ProfileError> {
    let name = shown(&source.path);
    let form = reading.form(&source.path);
    let mut runs = runs::read(&source.text, &name, &form, blocks)?;
    let seen = plausible::file(&runs, &name, &form)?;
    let mut notes: Vec<String> = runs::clock_by_name(&source.text, &form).into_iter().collect();
    if !source.text.ends_with('\n') {
        notes.push("its last row has no line end: where it was written only in part, that row is damaged".to_owned());
    }
    if let Some(log) = log {
        let joined = log.join(&mut runs, &reading.join, &name)?;
        joined.keep_inside(&mut runs);
        notes.extend(joined.notes());
    }
    let (table, left_out) = statistics::table(&runs, blocks, &reading.statistics);
    notes.extend(left_out.words());
    notes.extend(plausible::fewer(&table, blocks));
    let read = FileRead {
        name,
        held: format!("{} runs", runs.len()),
        notes,
    };
    Ok((table, read, seen))
}

/// A path as people name the file.
fn shown(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| path.display().to_string())
}

/// What a device may be called after its profile's file: `nano_alexnet_latencies_fixed_460800000.csv` is a nano's.
pub fn name_of(path: &Path) -> String {
    const OTHERS: [&str; 9] = [
        "alexnet",
        "vgg11",
        "vit",
        "latencies",
        "fixed",
        "segments",
        "profile",
        "timing",
        "measured",
    ];
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut words = stem.split(['_', '-', ' ']).filter(|word| {
        let is_number = word.chars().all(|c| c.is_ascii_digit());
        !word.is_empty() && !is_number && !OTHERS.contains(&word.to_lowercase().as_str())
    });
    words.next().map_or_else(|| "Measured".to_owned(), str::to_owned)
}

impl Measured {
    /// A device of this name with the profile as its model.
    pub fn device(&self, name: &str) -> Device {
        let source = format!("measured: {}", self.profile.source);
        Device {
            name: name.to_owned(),
            preset: None,
            sources: BTreeMap::from([("bundles".to_owned(), source)]),
            bits: 32,
            weight_bits: None,
            memory_limit_bytes: None,
            power_limit_w: None,
            idle_power_w: 0.0,
            area_m2: None,
            model: DeviceModel::Profile(Box::new(self.profile.clone())),
            alternatives: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
