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
mod tests {
    use super::*;
    use crate::network::import::{ImportOptions, open};

    fn alexnet_network() -> Network {
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
        let raw = alexnet_network();
        let reading = Reading::usual(Division::ByNames, Role::Edge);
        let read_both = |reading: &Reading| read(&[slow.clone(), fast.clone()], None, reading, &raw).unwrap();
        let both = read_both(&reading);
        assert_eq!(both.profile.clocks(), [460_800_000, 921_600_000]);
        assert_eq!(
            both.profile.source,
            "nano_alexnet_latencies_fixed_460800000.csv and 1 more"
        );
        assert!(
            both.missing.contains(&"conv2 at 921.6 MHz".to_owned()),
            "{:?}",
            both.missing
        );
        let filled = read_both(&Reading {
            estimate: true,
            ..reading
        });
        assert_eq!(filled.estimated, ["conv1..conv2 at 460.8 MHz"]);
        assert!(filled.device("Nano").validate().is_empty());
        assert_eq!(name_of(&slow.path), "nano");
        assert_eq!(name_of("alexnet_edge_profile.csv".as_ref()), "edge");
        let twice = read(&[slow.clone(), slow], None, &reading, &raw)
            .unwrap_err()
            .to_string();
        assert!(twice.contains("is in another file"), "{twice}");
    }

    #[test]
    fn the_usual_filters_are_those_of_published_blocks_at_the_edge() {
        let alexnet = Division::Published(0);
        let mut reading = Reading::usual(alexnet, Role::Edge);
        assert_eq!(reading.statistics, Statistics::of_edge("alexnet"));
        reading.statistics.trim = 0.5;
        reading.filter_as_usual(Role::Other);
        assert_eq!((reading.statistics.warm_up, reading.statistics.trim), (0, 0.5));
        for (division, role) in [
            (alexnet, Role::Other),
            (Division::Own, Role::Edge),
            (Division::ByNames, Role::Edge),
        ] {
            assert_eq!(Reading::usual(division, role).statistics, Statistics::PLAIN);
        }
        // Lists of runs are of as many repetitions as they are said to be.
        let text = "layers,durs\nconv1,\"[0.5, 0.5, 0.25, 0.25]\"\n";
        let listed = |runs_per_iteration| {
            let reading = Reading {
                runs_per_iteration,
                ..Reading::usual(alexnet, Role::Edge)
            };
            let read = read(&[source("p.csv", text)], None, &reading, &alexnet_network()).unwrap();
            read.profile.bundles.at(0, 0)[0].latency_s
        };
        assert_eq!((listed(2), listed(20)), (0.25, 0.375));
        // A profile of one repetition is all warm-up, and keeps its runs.
        let text = "layers,durs,iter\nconv1,0.25,1\nconv1,0.5,1\n";
        let reading = Reading::usual(alexnet, Role::Edge);
        let read = read(&[source("edge_20261128.csv", text)], None, &reading, &alexnet_network()).unwrap();
        assert_eq!(read.profile.bundles.at(0, 0)[0].latency_s, 0.375);
        // The date in its name is no clock.
        assert!(read.profile.clocks().is_empty());
        assert!(
            read.files[0].notes[0].starts_with("no warm-up is left out"),
            "{:?}",
            read.files
        );
    }

    #[test]
    fn the_division_is_known_by_names_even_where_rows_are_damaged() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/vit_b_16.onnx");
        let raw = open(&path, &ImportOptions::default()).unwrap().network;
        let reading = Reading::usual(Division::ByNames, Role::Edge);
        let text = "layers,durs\nconv_proj,0.1\nconv_proj__process_input_operations,-1\nhead,0.1\n";
        let error = read(&[source("p.csv", text)], None, &reading, &raw)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("p.csv, row 3, column durs: “-1” is no number"),
            "{error}"
        );
        let text = "layers,durs\nconv_proj,0.1\nhaed,0.1\nhead,0.1\n";
        let error = read(&[source("p.csv", text)], None, &reading, &raw)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("p.csv, row 3, column layers: “haed”"), "{error}");
    }

    #[test]
    fn damaged_rows_of_a_power_log_are_left_out_on_request_and_told() {
        let raw = alexnet_network();
        let profile = source(
            "p_latencies_100000.csv",
            "layers,durs,starts,ends\nconv1,0.1,1700000000.1,1700000000.2\n",
        );
        let rows = (0..30_u64).map(|k| match k {
            4 | 9 => "1,2\n".to_owned(),
            k => format!("{},2000,0\n", 1_700_000_000_000_000_000 + k * 10_000_000),
        });
        let headings = "timestamp,channel 0 power (mW),channel 1 power (mW)\n".to_owned();
        let log = source("log.csv", &(headings + &rows.collect::<String>()));
        let mut reading = Reading::usual(Division::ByNames, Role::Edge);
        let both = |reading: &Reading| read(std::slice::from_ref(&profile), Some(&log), reading, &raw);
        let error = both(&reading).unwrap_err().to_string();
        assert!(
            error.contains("row 11 is damaged too") && error.contains("left out"),
            "{error}"
        );
        reading.damaged = Damaged::LeaveOut;
        let found = both(&reading).unwrap();
        assert!((found.profile.bundles.at(0, 0)[0].energy_j.unwrap() - 0.2).abs() < 1e-12);
        let [log, profile] = found.files.as_slice() else {
            panic!("{:?}", found.files)
        };
        assert_eq!(log.held, "28 samples of power");
        assert!(
            log.notes[0].starts_with("2 damaged rows left out: 6, 11 (the first: the row has 2"),
            "{log:?}"
        );
        assert_eq!(
            (profile.held.as_str(), profile.notes[0].as_str()),
            ("1 runs", "clock from the name: 0.1 MHz")
        );
    }

    #[test]
    fn faults_are_told_by_file_row_and_column() {
        let raw = alexnet_network();
        let reading = Reading::usual(Division::ByNames, Role::Edge);
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
