//! A network with both its views, and how boundaries are carried from one view to the other.

use super::{View, example};
use crate::network::import::{self, ImportError, ImportNote, ImportOptions, Place};
use crate::network::{Ideal, LayerId, Network, fusion};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;
use std::path::PathBuf;

/// Where a network came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// An example inside the program, by name.
    Example(String),
}

impl Origin {
    /// What a person calls it: the file's name, or the example's.
    pub fn label(&self) -> String {
        match self {
            Self::File(path) => path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
            Self::Example(name) => name.clone(),
        }
    }
}

/// A network with both its views.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenNetwork {
    /// Where it came from.
    pub origin: Origin,
    /// One layer per data-path node.
    pub raw: Network,
    /// A producer with its bias, batch-norm and activation as one layer.
    pub fused: Network,
    /// What the importer has to say.
    pub notes: Vec<ImportNote>,
    /// The fused layer every raw layer went into; `None` where fusion dropped it.
    fused_of: Vec<Option<LayerId>>,
    /// The raw layers every fused layer stands for.
    raw_of: Vec<Vec<LayerId>>,
}

impl OpenNetwork {
    /// Reads a network from where it is, with these sizes for its symbolic dimensions.
    pub fn open(origin: Origin, symbols: BTreeMap<String, u64>) -> Result<Self, ImportError> {
        let options = ImportOptions { symbols };
        let imported = match &origin {
            Origin::File(path) => import::open(path, &options)?,
            Origin::Example(name) => {
                let onnx = example::onnx(name).ok_or_else(|| ImportError {
                    file: name.clone(),
                    place: Place::File,
                    problem: "there is no example of this name".to_owned(),
                    remedy: format!("The examples are {}", example::names().join(", ")),
                })?;
                import::read(Cursor::new(onnx), &format!("{name}.onnx"), &options)?
            }
        };
        Ok(Self::new(origin, imported.network, imported.notes))
    }

    /// Makes the fused view of a raw network.
    pub fn new(origin: Origin, raw: Network, notes: Vec<ImportNote>) -> Self {
        let fused = fusion::fuse(&raw);
        let by_name: HashMap<&str, LayerId> = raw
            .layers
            .iter()
            .enumerate()
            .map(|(l, it)| (it.name.as_str(), l))
            .collect();
        let raw_of: Vec<Vec<LayerId>> = fused
            .layers
            .iter()
            .map(|layer| {
                layer
                    .members
                    .iter()
                    .filter_map(|m| by_name.get(m.as_str()).copied())
                    .collect()
            })
            .collect();
        let mut fused_of = vec![None; raw.layers.len()];
        for (group, members) in raw_of.iter().enumerate() {
            for &member in members {
                fused_of[member] = Some(group);
            }
        }
        Self {
            origin,
            raw,
            fused,
            notes,
            fused_of,
            raw_of,
        }
    }

    /// The network in one of its views.
    pub fn view(&self, view: View) -> &Network {
        match view {
            View::Fused => &self.fused,
            View::Raw => &self.raw,
        }
    }

    /// A boundary of either view as a boundary of the raw view. Nothing is lost: [`Self::from_raw`] gives it back.
    pub fn to_raw(&self, view: View, boundary: &Ideal) -> Ideal {
        match view {
            View::Raw => boundary.clone(),
            View::Fused => {
                let mut raw = Ideal::empty(self.raw.layers.len());
                for &member in boundary.iter().filter_map(|l| self.raw_of.get(l)).flatten() {
                    raw.include(&self.raw, member);
                }
                raw
            }
        }
    }

    /// A boundary of the raw view as a boundary of `view`. A fused layer belongs to it as soon as one of its members
    /// does, so a boundary inside a fused layer snaps to that layer's end; these layers are returned, ascending.
    pub fn from_raw(&self, view: View, boundary: &Ideal) -> (Ideal, Vec<LayerId>) {
        match view {
            View::Raw => (boundary.clone(), Vec::new()),
            View::Fused => {
                let mut fused = Ideal::empty(self.fused.layers.len());
                for group in boundary.iter().filter_map(|l| self.fused_of.get(l).copied().flatten()) {
                    fused.include(&self.fused, group);
                }
                let snapped = fused
                    .iter()
                    .filter(|&group| self.raw_of[group].iter().any(|&member| !boundary.contains(member)))
                    .collect();
                (fused, snapped)
            }
        }
    }
}
