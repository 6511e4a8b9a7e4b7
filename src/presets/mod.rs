//! Presets: named parameter sets with the public source of every number, as RON files.
//!
//! One file holds one [`Preset`]. The files under `presets/` of the repository are embedded in the program; a user's own
//! folder with the same subfolders (`devices/`, `links/`, `systems/`) adds to them, and a file there with the name of an
//! embedded preset replaces it. A bad file never stops the program: it becomes a [`Problem`] that names file, place
//! and remedy, and the other files are used.
//!
//! This module knows nothing about devices or links. What a preset holds is said by the module it belongs to, by
//! implementing [`PresetValue`]: `DevicePreset` and `SystemPreset` in `system`, `LinkPreset` in `link`.
//!
//! # File format
//! ```ron
//! (
//!     name: "My board",                       // unique; what pickers show and systems refer to
//!     class: "Single-board computer",         // the heading it is listed under
//!     kind: Modelled,                         // Modelled | Fitted | Measured
//!     summary: "4 cores at 1.5 GHz, 8 bit",   // one line for the picker
//!     sources: {                              // parameter -> title, publisher, year, section, and how it was derived
//!         "idle_power_w": "Board data sheet, Maker, 2021, table 3",
//!     },
//!     value: (idle_power_w: 2.7, /* ... the fields of DevicePreset, LinkPreset or SystemPreset */),
//! )
//! ```
//! Numbers are SI base units, as the field names say; an optional field is left out or given without `Some`.
//! A new file under `presets/` is embedded at the next build that compiles this module anew.

mod catalogue;
mod parameter;

pub use catalogue::{Catalogue, Problem, read_preset};
pub use parameter::{Allowed, Fault, MAX_BITS, Parameter};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A named value together with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset<T> {
    /// Unique name.
    pub name: String,
    /// The heading it is listed under.
    pub class: String,
    /// How its numbers came about.
    pub kind: Kind,
    /// One line for the picker.
    pub summary: String,
    /// Parameter name -> public source and derivation.
    pub sources: BTreeMap<String, String>,
    /// The parameters themselves.
    pub value: T,
    /// Who supplied the file.
    #[serde(skip)]
    pub origin: Origin,
}

impl<T: Serialize> Preset<T> {
    /// The text of its file.
    ///
    /// # Errors
    /// A value that RON cannot hold.
    pub fn to_ron(&self) -> Result<String, ron::Error> {
        let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        Ok(options.to_string_pretty(self, ron::ser::PrettyConfig::default())? + "\n")
    }
}

/// How the numbers of a preset came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// From data sheets and published models.
    Modelled,
    /// Fitted to measurements.
    Fitted,
    /// Measured on the device itself.
    Measured,
}

impl Kind {
    /// The word shown beside a preset.
    pub fn word(self) -> &'static str {
        match self {
            Self::Modelled => "modelled",
            Self::Fitted => "fitted",
            Self::Measured => "measured",
        }
    }
}

/// Who supplied a preset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// The program.
    #[default]
    Embedded,
    /// The user, in this file.
    User(PathBuf),
}

/// What a kind of preset holds.
pub trait PresetValue: Clone + DeserializeOwned {
    /// The subfolder its files lie in.
    const FOLDER: &'static str;

    /// What is wrong with the values; empty if they can be used.
    fn faults(&self) -> Vec<Fault>;
}
