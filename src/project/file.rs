//! Design files: a document as RON text.
//!
//! Reading happens in two steps, because the design speaks of layers of a network that lies in another file:
//! [`read`] checks all that can be checked without the network, [`DesignFile::into_document`] the rest. Boundaries are
//! stored by the names of their maximal raw layers, so that a file means the same in both views; every parameter stands
//! in the file, so that it never depends on presets (rulings.md 1, 2, 9).

use super::check::{self, name};
use super::store::{self, Previous};
use super::{Document, MAX_PINS, Metrics, OpenNetwork, Origin, Pin, View, apply};
use crate::design::{Constraints, Design, Placement};
use crate::network::{ContentHash, Ideal, LayerId, ScheduleKind};
use crate::presets::Fault;
use crate::system::System;
use crate::units::Unit;
use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The version of the format this program writes, and the only one it reads.
pub const VERSION: u32 = 1;
/// Largest design file in bytes.
pub const MAX_BYTES: u64 = 16_000_000;

const HEADER: &str =
    "// Cutscape design. Numbers are SI base units. A partition ends with the layers named and all they depend on.\n";

/// The text of a design file, field by field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    network: StoredNetwork,
    schedule: ScheduleKind,
    system: System,
    constraints: Constraints,
    design: Vec<StoredPlacement>,
    #[serde(default)]
    pins: Vec<StoredPin>,
    metrics: Metrics,
}

/// What all versions have in common.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredNetwork {
    origin: Origin,
    hash: ContentHash,
    view: View,
    #[serde(default)]
    symbols: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPlacement {
    device: usize,
    /// Names of the maximal raw layers of the boundary.
    end: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPin {
    name: String,
    view: View,
    system: System,
    design: Vec<StoredPlacement>,
    metrics: Metrics,
}

/// A place in a design file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line and a column, both from 1.
    Text {
        /// The line.
        line: usize,
        /// The column in characters.
        column: usize,
    },
    /// A value, for example `system.devices[1].bits`.
    Value(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Text { line, column } => write!(f, ":{line}:{column}"),
            Self::Value(path) => write!(f, ", {path}"),
        }
    }
}

/// Why a design file cannot be read, written or shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file itself is at fault.
    #[error("{file}{place}: {problem}. {remedy}")]
    Faulty {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        place: Place,
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// The file is fine, but the network it was made on is not at hand: the window offers to locate it.
    #[error("{file}, network: {reason}. Locate the network the design was made on")]
    NeedsNetwork {
        /// The design file.
        file: String,
        /// Where the network was when the design was saved.
        origin: Origin,
        /// Why that is not good enough.
        reason: String,
        /// Whether a network was found, but another one: [`Trust::Names`] may make do with it.
        changed: bool,
    },
}

/// Which network a design file accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// Only the very network it was made on, by content hash.
    #[default]
    Content,
    /// Any network that has the layers it names.
    Names,
}

/// A document from a file, and what the user should know about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The document.
    pub document: Document,
    /// What differs from when it was saved.
    pub notes: Vec<String>,
}

/// The content of a design file, checked as far as is possible without its network.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignFile {
    stored: Stored,
    file: String,
    folder: Option<PathBuf>,
}

/// Reads a design file.
pub fn read(path: &Path) -> Result<DesignFile, FileError> {
    let file = path.display().to_string();
    let text = store::read_text(path, MAX_BYTES).map_err(|error| FileError::Faulty {
        file: file.clone(),
        place: Place::File,
        problem: format!("the file cannot be read: {error}"),
        remedy: "Give the path of a design file that this program wrote".to_owned(),
    })?;
    parse(&text, &file, path.parent())
}

/// Reads a design file and opens its network, from `located` where the user said it is, and evaluates the design anew.
pub fn open(path: &Path, located: Option<Origin>, trust: Trust) -> Result<Opened, FileError> {
    let file = read(path)?;
    let origin = located.unwrap_or_else(|| file.origin());
    let network = OpenNetwork::open(origin, file.symbols().clone()).map_err(|error| file.needs_network(error))?;
    file.into_document(Arc::new(network), trust)
}

/// Reads the text of a design; `file` names it in errors, `folder` is where relative paths start.
pub fn parse(text: &str, file: &str, folder: Option<&Path>) -> Result<DesignFile, FileError> {
    let faulty = |place: Place, problem: String, remedy: &str| FileError::Faulty {
        file: file.to_owned(),
        place,
        problem,
        remedy: remedy.to_owned(),
    };
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let text = text.trim_start_matches('\u{feff}');
    let parsed = options.from_str::<Stored>(text);
    let version = match &parsed {
        Ok(stored) => Some(stored.version),
        Err(_) => options.from_str::<Versioned>(text).ok().map(|it| it.version),
    };
    if let Some(version) = version.filter(|&version| version != VERSION) {
        return Err(faulty(
            Place::Value("version".to_owned()),
            format!("this is version {version} of the format, and this program reads version {VERSION}"),
            "Open it with the program that wrote it, or a newer one",
        ));
    }
    let stored = parsed.map_err(|error| {
        let place = Place::Text {
            line: error.span.start.line,
            column: error.span.start.col,
        };
        let problem = shortened(&error.code.to_string());
        faulty(place, problem, remedy_for(&error.code))
    })?;
    stored.check().map_err(|fault| {
        faulty(
            Place::Value(fault.parameter),
            shortened(&format!("the value {}", fault.problem)),
            "Correct the value in the file",
        )
    })?;
    Ok(DesignFile {
        stored,
        file: file.to_owned(),
        folder: folder.map(Path::to_owned),
    })
}

fn remedy_for(error: &ron::Error) -> &'static str {
    use ron::Error as E;
    match error {
        E::NoSuchStructField { .. } => "Remove this field or correct its name",
        E::MissingStructField { .. } => "Add this field",
        E::DuplicateStructField { .. } => "Remove one of the two",
        E::NoSuchEnumVariant { .. } => "Use one of these words",
        E::Eof => "The file breaks off: fetch it again or take its backup (.bak)",
        E::ExceededRecursionLimit => "Remove the nested brackets, which no design has",
        _ => "Correct the text there, or take the file's backup (.bak)",
    }
}

/// A message that may quote the file, at a length a person reads.
fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Stored {
    /// The first value that makes no sense.
    fn check(&self) -> Result<(), Fault> {
        check::system(&self.system).map_err(|fault| fault.inside("system"))?;
        check::constraints(&self.constraints).map_err(|fault| fault.inside("constraints"))?;
        check_placements(&self.design, &self.system)?;
        check_metrics(&self.metrics)?;
        if self.pins.len() > MAX_PINS {
            return Err(Fault {
                parameter: "pins".to_owned(),
                problem: format!("has {} pins, must have at most {MAX_PINS}", self.pins.len()),
            });
        }
        for (index, pin) in self.pins.iter().enumerate() {
            let system = check::system(&pin.system).map_err(|fault| fault.inside("system"));
            name("name", &pin.name)
                .and(system)
                .and_then(|()| check_placements(&pin.design, &pin.system))
                .and_then(|()| check_metrics(&pin.metrics))
                .map_err(|fault| fault.inside(&format!("pins[{index}]")))?;
        }
        Ok(())
    }
}

fn check_placements(placements: &[StoredPlacement], system: &System) -> Result<(), Fault> {
    let devices = system.devices.len();
    let in_order = placements.iter().enumerate().all(|(index, p)| p.device == index);
    if placements.len() == devices && in_order {
        return Ok(());
    }
    let found: Vec<_> = placements
        .iter()
        .take(devices + 1)
        .map(|p| p.device.to_string())
        .collect();
    Err(Fault {
        parameter: "design".to_owned(),
        problem: format!(
            "places partitions on the devices {}, must place one on each of 0 to {} in this order",
            found.join(", "),
            devices - 1
        ),
    })
}

fn check_metrics(metrics: &Metrics) -> Result<(), Fault> {
    let numbers = [
        ("latency_s", metrics.latency_s),
        ("energy_j", metrics.energy_j),
        ("throughput_hz", metrics.throughput_hz),
    ];
    match numbers.into_iter().find(|(_, value)| value.is_nan() || *value < 0.0) {
        None => Ok(()),
        Some((parameter, _)) => Err(Fault {
            parameter: format!("metrics.{parameter}"),
            problem: "is not a number or negative, must be 0 or more".to_owned(),
        }),
    }
}

impl DesignFile {
    /// Where its network is: a relative path is taken from the design file's folder.
    pub fn origin(&self) -> Origin {
        match (&self.stored.network.origin, &self.folder) {
            (Origin::File(path), Some(folder)) => Origin::File(folder.join(path)),
            (origin, _) => origin.clone(),
        }
    }

    /// Sizes of the network's symbolic dimensions.
    pub fn symbols(&self) -> &BTreeMap<String, u64> {
        &self.stored.network.symbols
    }

    /// The numbers at the time of saving.
    pub fn metrics(&self) -> &Metrics {
        &self.stored.metrics
    }

    /// The error of a design whose network cannot be opened.
    fn needs_network(&self, reason: impl fmt::Display) -> FileError {
        FileError::NeedsNetwork {
            file: self.file.clone(),
            origin: self.origin(),
            reason: shortened(&reason.to_string()),
            changed: false,
        }
    }

    /// The document, once its network is open. Everything is evaluated anew, and whatever differs from the time of
    /// saving is said in the notes.
    pub fn into_document(self, network: Arc<OpenNetwork>, trust: Trust) -> Result<Opened, FileError> {
        let mut notes = Vec::new();
        if network.raw.hash != self.stored.network.hash {
            if trust == Trust::Content {
                return Err(FileError::NeedsNetwork {
                    reason: format!(
                        "{} is another network than the design was made on",
                        network.origin.label()
                    ),
                    file: self.file.clone(),
                    origin: self.origin(),
                    changed: true,
                });
            }
            notes.push(format!(
                "{} has changed since the design was saved; its layers are found by name",
                network.origin.label()
            ));
        }
        let names = Names::new(&network);
        let fail = |fault: Fault| FileError::Faulty {
            file: self.file.clone(),
            place: Place::Value(fault.parameter),
            problem: shortened(&format!("the value {}", fault.problem)),
            remedy: "Correct the file, or open it with the network it was made on".to_owned(),
        };
        let Stored {
            network: stored_network,
            schedule,
            system,
            constraints,
            design,
            pins,
            metrics,
            version: _,
        } = self.stored;
        let view = stored_network.view;
        let (design, snapped) = names.design(&design, view).map_err(&fail)?;
        notes.extend(snapped);
        let pins = pins.into_iter().enumerate().map(|(index, pin)| {
            let inside = |fault: Fault| fail(fault.inside(&format!("pins[{index}]")));
            let (design, snapped) = names.design(&pin.design, pin.view).map_err(inside)?;
            notes.extend(snapped.into_iter().map(|note| format!("{}: {note}", pin.name)));
            Ok(Pin {
                name: pin.name,
                system: pin.system,
                design,
                view: pin.view,
                metrics: pin.metrics,
            })
        });
        let pins = pins.collect::<Result<_, FileError>>()?;
        let document = Document {
            network,
            view,
            schedule,
            system,
            constraints,
            design,
            pins,
        };
        notes.extend(differences(&metrics, &Metrics::from(&document.evaluate())));
        Ok(Opened { document, notes })
    }
}

/// What to say about every number that is not bit for bit what it was.
fn differences(then: &Metrics, now: &Metrics) -> Vec<String> {
    let quantities = [
        ("latency", Unit::Seconds, then.latency_s, now.latency_s),
        ("energy", Unit::Joules, then.energy_j, now.energy_j),
        ("throughput", Unit::PerSecond, then.throughput_hz, now.throughput_hz),
        (
            "link traffic",
            Unit::Bytes,
            then.link_bytes as f64,
            now.link_bytes as f64,
        ),
        (
            "peak memory",
            Unit::Bytes,
            then.peak_memory_bytes as f64,
            now.peak_memory_bytes as f64,
        ),
    ];
    let changed = quantities.into_iter().filter(|(_, _, then, now)| then != now);
    changed
        .map(|(what, unit, then, now)| {
            let (before, after) = (unit.format(then), unit.format(now));
            format!(
                "{what} was {before} when saved and is {after} now ({})",
                unit.format_delta(now - then)
            )
        })
        .collect()
}

/// Looks raw layers up by name.
struct Names<'a> {
    network: &'a OpenNetwork,
    by_name: HashMap<&'a str, LayerId>,
}

impl<'a> Names<'a> {
    fn new(network: &'a OpenNetwork) -> Self {
        let layers = network.raw.layers.iter().enumerate();
        Self {
            by_name: layers.map(|(id, layer)| (layer.name.as_str(), id)).collect(),
            network,
        }
    }

    /// A design over the layers of `view`, and a note for every cut that had to snap.
    fn design(&self, stored: &[StoredPlacement], view: View) -> Result<(Design, Vec<String>), Fault> {
        let mut notes = Vec::new();
        let mut placements = Vec::with_capacity(stored.len());
        for (index, placement) in stored.iter().enumerate() {
            let raw = self.boundary(index, &placement.end)?;
            let (end, snapped) = self.network.from_raw(view, &raw);
            notes.extend(apply::snap_note(self.network, index, &snapped));
            placements.push(Placement {
                device: placement.device,
                end,
            });
        }
        let design = Design { placements };
        check::design(&design, self.network.view(view), stored.len())?;
        Ok((design, notes))
    }

    fn boundary(&self, index: usize, names: &[String]) -> Result<Ideal, Fault> {
        let raw = &self.network.raw;
        let mut ideal = Ideal::empty(raw.layers.len());
        for name in names {
            let layer = self.by_name.get(name.as_str()).ok_or_else(|| Fault {
                parameter: format!("design[{index}].end"),
                problem: format!(
                    "names the layer “{name}”, must name layers of {}",
                    self.network.origin.label()
                ),
            })?;
            ideal.include(raw, *layer);
        }
        Ok(ideal)
    }
}

/// The names of the maximal raw layers of a boundary: how files and exports write it.
pub fn boundary_names(network: &OpenNetwork, view: View, boundary: &Ideal) -> Vec<String> {
    let raw = network.to_raw(view, boundary);
    let maximal = raw.maximal(&network.raw);
    maximal
        .into_iter()
        .map(|layer| network.raw.layers[layer].name.clone())
        .collect()
}

/// The text of a document's design file; a network's path is written relative to `folder` where one is given.
pub fn to_text(document: &Document, folder: Option<&Path>) -> Result<String, ron::Error> {
    let placements = |design: &Design, view: View| {
        let placements = design.placements.iter().map(|placement| StoredPlacement {
            device: placement.device,
            end: boundary_names(&document.network, view, &placement.end),
        });
        placements.collect()
    };
    let origin = match (&document.network.origin, folder) {
        (Origin::File(path), Some(folder)) => Origin::File(store::relative_to(folder, path)),
        (origin, _) => origin.clone(),
    };
    let pins = document.pins.iter().map(|pin| StoredPin {
        name: pin.name.clone(),
        view: pin.view,
        system: pin.system.clone(),
        design: placements(&pin.design, pin.view),
        metrics: pin.metrics,
    });
    let stored = Stored {
        version: VERSION,
        network: StoredNetwork {
            origin,
            hash: document.network.raw.hash.clone(),
            view: document.view,
            symbols: document.network.raw.symbols.clone(),
        },
        schedule: document.schedule,
        system: document.system.clone(),
        constraints: document.constraints,
        design: placements(&document.design, document.view),
        pins: pins.collect(),
        metrics: Metrics::from(&document.evaluate()),
    };
    let pretty = PrettyConfig::new().new_line("\n").indentor("  ");
    Ok(format!("{HEADER}{}\n", ron::ser::to_string_pretty(&stored, pretty)?))
}

/// Writes a document to a design file in one step (see [`store::write_atomically`]).
pub fn save(path: &Path, document: &Document, previous: Previous) -> Result<(), FileError> {
    let faulty = |problem: String, remedy: &str| FileError::Faulty {
        file: path.display().to_string(),
        place: Place::File,
        problem,
        remedy: remedy.to_owned(),
    };
    let text = to_text(document, path.parent()).map_err(|error| {
        faulty(
            format!("the design cannot be written as text: {error}"),
            "Give the network's file and folders names in UTF-8",
        )
    })?;
    store::write_atomically(path, text.as_bytes(), previous).map_err(|error| {
        faulty(
            format!("the file cannot be written: {error}"),
            "Choose a folder that exists and may be written to",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::document;
    use super::*;
    use crate::project::Action;

    fn text() -> String {
        let mut document = document(3);
        document.apply(Action::Pin).unwrap();
        to_text(&document, None).unwrap()
    }

    fn open(text: &str) -> Result<Opened, FileError> {
        parse(text, "d.ron", None)?.into_document(document(3).network, Trust::Content)
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        let text = text();
        assert!(text.contains(from), "{text}");
        let error = open(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.starts_with("d.ron"), "{error}");
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut before = document(3);
        before.apply(Action::Pin).unwrap();
        let opened = open(&text()).unwrap();
        assert_eq!(opened.document, before);
        assert_eq!(opened.notes, [""; 0]);
    }

    #[test]
    fn a_design_that_cannot_run_is_read_back_too() {
        let mut before = document(2);
        before.system.devices[1].bits = 16;
        let text = to_text(&before, None).unwrap();
        let opened = parse(&text, "d.ron", None)
            .unwrap()
            .into_document(before.network.clone(), Trust::Content);
        assert_eq!(opened.unwrap().document, before);
    }

    #[test]
    fn errors_name_file_place_and_remedy() {
        check(
            "version: 1",
            "version: 2",
            "d.ron, version: this is version 2 of the format",
        );
        check(
            "schedule:",
            "shedule: 1, schedule:",
            "d.ron:10:3: Unexpected field named `shedule`",
        );
        check("bits: 8", "bits: \"8\"", "d.ron:18:14: Expected integer");
        check(
            "bits: 8",
            "bits: 65",
            "d.ron, system.devices[0].bits: the value is 65 bit",
        );
        check(
            "idle_power_w: 0.1",
            "idle_power_w: NaN",
            "the value is not a number, must be",
        );
        check(
            "idle_power_w: 0.1",
            "idle_power_w: -0.1",
            "must be a finite number, 0 or more. Correct",
        );
        check(
            "rate_bytes_per_s: 2500000.0",
            "rate_bytes_per_s: inf",
            "system.links[0].rate_bytes_per_s",
        );
        check(
            "input_at: 0",
            "input_at: 3",
            "system.input_at: the value names device 3",
        );
        check(
            "device: 1,",
            "device: 2,",
            "design: the value places partitions on the devices 0, 2, 2",
        );
        check(
            "\"layer2\",",
            "\"layer9\",",
            "names the layer “layer9”, must name layers of sample",
        );
        check("P1", "", "pins[0].name: the value is empty");
        check("throughput_hz: 9", "throughput_hz: -9", "pins[0].metrics.throughput_hz");
        check("view: Fused", "view: Melted", "`Melted`");
        check("))", "", "d.ron:");
    }

    #[test]
    fn another_network_is_asked_for_and_accepted_by_name_on_demand() {
        let text = text().replacen("5a5a", "5a5b", 1);
        let file = parse(&text, "d.ron", Some(Path::new("/designs"))).unwrap();
        let network = document(3).network;
        let error = file.clone().into_document(network.clone(), Trust::Content).unwrap_err();
        assert!(
            matches!(error, FileError::NeedsNetwork { changed: true, .. }),
            "{error}"
        );
        let opened = file.into_document(network, Trust::Names).unwrap();
        assert_eq!(opened.notes.len(), 1);
        assert_eq!(opened.document.design, document(3).design);
    }

    #[test]
    fn a_metric_that_differs_is_said() {
        let text = text();
        let value = text.rsplit_once("latency_s: ").unwrap().1.split_once(',').unwrap().0;
        let opened = open(&text.replace(&format!("latency_s: {value}"), "latency_s: 0.5")).unwrap();
        assert!(
            opened.notes[0].starts_with("latency was 500 ms when saved and is "),
            "{:?}",
            opened.notes
        );
    }

    #[test]
    fn nesting_and_size_are_limited() {
        for bomb in ["(".repeat(1_000_000), "[".repeat(1_000_000), "Some(".repeat(300_000)] {
            assert!(parse(&bomb, "bomb", None).is_err());
            assert!(parse(&format!("(version: 1, network: {bomb}"), "bomb", None).is_err());
        }
    }
}
