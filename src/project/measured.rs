//! Measured devices from timing profiles: the files of one device, one or one per clock, become the costs of its bundles.
//!
//! [`load`] alone touches files; [`read`] is a pure function of their text.

use crate::cost::profile::plausible::{self, Seen};
use crate::cost::profile::power::{Join, PowerLog};
use crate::cost::profile::{
    BundleTable, Missing, Producer, Profile, ProfileError, Statistics, read_text, runs, statistics,
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
    /// The first of the others whose names the profile uses.
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
}

impl Reading {
    /// What is usual for a network of this name.
    pub fn usual(network: &str) -> Self {
        Self {
            producer: Producer::Seconds,
            statistics: Statistics::of_edge(network),
            estimate: false,
            division: Division::ByNames,
            join: Join::default(),
        }
    }
}

/// What one file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead {
    /// Its name without folders.
    pub name: String,
    /// Runs in it.
    pub runs: usize,
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
    let log = power.map(|source| PowerLog::read(&source.text, &shown(&source.path)));
    let log = log.transpose()?;
    let mut whole = BundleTable::of(blocks.len(), []);
    let mut told = Vec::new();
    let mut seen = Vec::new();
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
    let published = |index: usize| Blocks::PRESETS.get(index).and_then(|name| Blocks::preset(name));
    match reading.division {
        Division::Own => Ok(Blocks::of_network(raw)?),
        Division::Published(index) => {
            let blocks = published(index).map_or_else(|| Blocks::of_network(raw), Ok)?;
            blocks.laid_over(raw)?;
            Ok(blocks)
        }
        Division::ByNames => {
            let own = Blocks::of_network(raw);
            let others = (0..Blocks::PRESETS.len()).filter_map(published);
            let others = others.filter(|blocks| blocks.laid_over(raw).is_ok());
            let mut candidates = own.clone().into_iter().chain(others);
            let form = reading.producer.form().named_by(&file.path);
            let fits = |blocks: &Blocks| runs::read(&file.text, "", &form, blocks).is_ok();
            // Where none fits, the error of the network's own is the one to tell.
            candidates.find(fits).map_or_else(|| Ok(own?), Ok)
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
    let form = reading.producer.form().named_by(&source.path);
    let mut runs = runs::read(&source.text, &name, &form, blocks)?;
    let seen = plausible::file(&runs, &name, &form)?;
    let mut notes = Vec::new();
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
    let read = FileRead {
        name,
        runs: runs.len(),
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
mod tests {
    use super::*;
    use crate::network::import::{ImportOptions, open};

    fn alexnet() -> Network {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/alexnet.onnx");
        open(&path, &ImportOptions::default()).unwrap().network
    }

    fn source(name: &str, text: &str) -> Source {
        Source {
            path: PathBuf::from(format!("/somewhere/{name}")),
            text: text.to_owned(),
        }
    }

    #[test]
    fn one_file_per_clock_becomes_one_device() {
        let slow = source(
            "nano_alexnet_latencies_fixed_460800000.csv",
            "layers,durs\nconv1,0.2\nconv2,0.1\n",
        );
        let fast = source(
            "nano_alexnet_latencies_fixed_921600000.csv",
            "layers,durs\nconv1,0.1\nconv1_conv2,0.12\n",
        );
        let raw = alexnet();
        let reading = Reading::usual("alexnet");
        let read_both = |reading: &Reading| read(&[slow.clone(), fast.clone()], None, reading, &raw).unwrap();
        let both = read_both(&reading);
        assert_eq!(both.profile.clocks(), [460_800_000, 921_600_000]);
        assert_eq!(
            both.profile.source,
            "nano_alexnet_latencies_fixed_460800000.csv and 1 more"
        );
        assert!(
            both.missing.contains(&"conv2 at 921600000 Hz".to_owned()),
            "{:?}",
            both.missing
        );
        let filled = read_both(&Reading {
            estimate: true,
            ..reading
        });
        assert_eq!(filled.estimated, ["conv1..conv2 at 460800000 Hz"]);
        assert!(filled.device("Nano").validate().is_empty());
        assert_eq!(name_of(&slow.path), "nano");
        assert_eq!(name_of("alexnet_edge_profile.csv".as_ref()), "edge");
        let twice = read(&[slow.clone(), slow], None, &reading, &raw)
            .unwrap_err()
            .to_string();
        assert!(twice.contains("is in another file"), "{twice}");
    }

    #[test]
    fn faults_are_told_by_file_row_and_column() {
        let raw = alexnet();
        let reading = Reading::usual("alexnet");
        let error = |text: &str| {
            read(&[source("p.csv", text)], None, &reading, &raw)
                .unwrap_err()
                .to_string()
        };
        assert!(error("layers,durs\nconv1,-1\n").starts_with("p.csv, row 2, column durs"));
        let other = error("layers,durs\nencoder_layer_1,1\n");
        assert!(
            other.contains("p.csv, row 2, column layers") && other.contains("conv1, conv2"),
            "{other}"
        );
        let vit = Reading {
            division: Division::Published(2),
            ..reading
        };
        let refused = read(&[source("p.csv", "layers,durs\nhead,1\n")], None, &vit, &raw).unwrap_err();
        assert!(refused.to_string().contains("is not divided into"), "{refused}");
        assert_eq!(read(&[], None, &reading, &raw), Err(MeasuredError::NoFile));
    }
}
