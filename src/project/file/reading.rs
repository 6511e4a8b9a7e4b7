//! From a design file to a document: the boundaries it names are looked up in its network.

use super::format::{self, Stored, StoredPlacement};
use super::{FileError, Opened, Place, Trust, shortened};
use crate::design::{Design, Placement};
use crate::network::{Ideal, LayerId};
use crate::presets::Fault;
use crate::project::{Document, Metrics, OpenNetwork, Origin, Pin, View, apply, check, store};
use crate::system::System;
use crate::units::Unit;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The content of a design file, checked as far as is possible without its network.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignFile {
    stored: Stored,
    file: String,
    folder: Option<PathBuf>,
}

/// Reads the text of a design; `file` names it in errors, `folder` is where relative paths start.
pub fn parse(text: &str, file: &str, folder: Option<&Path>) -> Result<DesignFile, FileError> {
    Ok(DesignFile {
        stored: format::parse(text, file)?,
        file: file.to_owned(),
        folder: folder.map(Path::to_owned),
    })
}

impl DesignFile {
    /// Where its network is: a relative path is taken from the design file's folder.
    pub fn origin(&self) -> Origin {
        match (&self.stored.network.origin, &self.folder) {
            (Origin::File(path), Some(folder)) => Origin::File(store::resolve(folder, path)),
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
    pub(super) fn needs_network(&self, reason: impl fmt::Display) -> FileError {
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
        let fail = |fault: Fault| {
            let problem = format!("the value {}", fault.problem);
            let remedy = "Correct the file, or open it with the network it was made on";
            FileError::faulty(&self.file, Place::Value(fault.parameter), problem, remedy)
        };
        let Stored {
            network: stored_network,
            schedule,
            system,
            constraints,
            design,
            alternatives,
            required_bits,
            search,
            bundling,
            pins,
            metrics,
            version: _,
        } = self.stored;
        let view = stored_network.view;
        let (design, snapped) = names.design(&design, &alternatives, view, &system).map_err(&fail)?;
        notes.extend(snapped);
        let pins = pins.into_iter().enumerate().map(|(index, pin)| {
            let inside = |fault: Fault| fail(fault.inside(&format!("pins[{index}]")));
            let pinned_on = pin.system.unwrap_or_else(|| system.clone());
            let design = names.design(&pin.design, &pin.alternatives, pin.view, &pinned_on);
            let (design, snapped) = design.map_err(inside)?;
            notes.extend(snapped.into_iter().map(|note| format!("{}: {note}", pin.name)));
            Ok(Pin {
                name: pin.name,
                system: pinned_on,
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
            required_bits,
            search,
            bundling,
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
    fn design(
        &self,
        stored: &[StoredPlacement],
        alternatives: &[usize],
        view: View,
        system: &System,
    ) -> Result<(Design, Vec<String>), Fault> {
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
        let design = Design {
            placements,
            alternatives: alternatives.to_vec(),
        };
        check::design(&design, self.network.view(view), system)?;
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
