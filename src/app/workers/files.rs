//! Writing files, and asking where, in the background.

use crate::project::store::{self, Previous};
use crate::project::{Document, file};
use std::path::PathBuf;

/// A file to write.
#[derive(Debug, Clone)]
pub struct SaveRequest {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub content: SaveContent,
    /// Why.
    pub purpose: SavePurpose,
}

/// What is written.
#[derive(Debug, Clone)]
pub enum SaveContent {
    /// A design file.
    Design(Box<Document>),
    /// A table or the session.
    Text(String),
}

/// Why a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavePurpose {
    /// The design file being edited, at this revision.
    Design(u64),
    /// An export; the words name it.
    Export(&'static str),
    /// Session or recovery: silent unless it fails.
    State,
}

/// A native file dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogRequest {
    /// What the path is for.
    pub purpose: PathPurpose,
    /// The file proposed; for a file to open only its folder counts.
    pub proposed: PathBuf,
}

/// What a path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathPurpose {
    /// Open a network or design.
    Open,
    /// Find the network of the design that was opened.
    LocateNetwork,
    /// Read a table of layer costs for the device of this index.
    LayerTable(usize),
    /// Read an architecture for the device of this index.
    Architecture(usize),
    /// Read timing profiles of a device, one or one per clock.
    Profiles,
    /// Read the log of a device's power.
    PowerLog,
    /// Save the design under a new name.
    SaveAs,
    /// Write a copy of the design.
    ExportDesign,
    /// Write the layer table.
    ExportLayers,
    /// Write the mappings of layers.
    ExportMappings,
    /// Write the front.
    ExportFront,
    /// Write the table of designs.
    ExportDesigns,
    /// Write the compared designs.
    ExportComparison,
    /// Write the compared layers.
    ExportComparedLayers,
    /// Write designs and layers for people to read.
    ExportComparisonText,
    /// Write the sweep.
    ExportSweep,
    /// Write the profile of this machine.
    Profile,
    /// Measure on the images of a folder.
    Images,
    /// Write what the Bundles tab shows.
    ExportBundles,
}

impl PathPurpose {
    /// The title of a dialog or prompt.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "Open network or design",
            Self::LocateNetwork => "Locate network",
            Self::LayerTable(_) => "Use a table of layer costs",
            Self::Architecture(_) => "Use an architecture for Timeloop",
            Self::Profiles => "Timing profiles of a device",
            Self::PowerLog => "Power log of a device",
            Self::SaveAs => "Save design as",
            Self::ExportDesign => "Export design",
            Self::ExportLayers => "Export layer table",
            Self::ExportMappings => "Export mappings",
            Self::ExportFront => "Export front",
            Self::ExportDesigns => "Export table of designs",
            Self::ExportComparison => "Export comparison",
            Self::ExportComparedLayers => "Export compared layers",
            Self::ExportComparisonText => "Export comparison as Markdown",
            Self::ExportSweep => "Export sweep",
            Self::Profile => "Profile of this machine",
            Self::Images => "Folder of images",
            Self::ExportBundles => "Export schedules over bundles",
        }
    }

    /// Whether a folder is looked for, not a file.
    pub fn is_folder(self) -> bool {
        self == Self::Images
    }

    /// Whether the file or folder should exist already.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Open
                | Self::LocateNetwork
                | Self::LayerTable(_)
                | Self::Architecture(_)
                | Self::Profiles
                | Self::PowerLog
                | Self::Images
        )
    }

    /// Whether several files can be chosen at once.
    pub fn takes_several(self) -> bool {
        self == Self::Profiles
    }

    /// Name and endings of the files it is about.
    pub fn filter(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Open => ("Networks, designs and systems", &["onnx", "ron", "yaml", "yml"]),
            Self::LocateNetwork => ("Networks", &["onnx"]),
            Self::LayerTable(_) => ("Tables of layer costs", &["csv", "json"]),
            Self::Architecture(_) => ("Architectures", &["yaml", "yml"]),
            Self::Profiles => ("Timing profiles", &["csv"]),
            Self::PowerLog => ("Power logs", &["csv"]),
            Self::SaveAs | Self::ExportDesign => ("Designs", &["ron"]),
            Self::ExportLayers
            | Self::ExportMappings
            | Self::ExportFront
            | Self::ExportDesigns
            | Self::ExportComparison
            | Self::ExportComparedLayers
            | Self::ExportSweep
            | Self::Profile
            | Self::ExportBundles => ("Tables", &["csv"]),
            Self::ExportComparisonText => ("Markdown", &["md"]),
            Self::Images => ("Images", &["png", "jpg", "jpeg"]),
        }
    }
}

/// What came of a dialog.
pub struct DialogAnswer {
    /// What the path is for.
    pub purpose: PathPurpose,
    /// The file proposed, for the typed prompt that replaces a missing dialog.
    pub proposed: PathBuf,
    /// The paths chosen; none where the dialog was given up.
    pub paths: Vec<PathBuf>,
    /// The dialog came back faster than a person can answer: there is no dialog service (stack.md, section 3).
    pub no_service: bool,
}

/// Writes a file; the error names it and says what to do.
pub(super) fn save(request: &SaveRequest) -> Result<(), String> {
    let path = &request.path;
    let is_state = request.purpose == SavePurpose::State;
    if let Some(folder) = path.parent().filter(|_| is_state) {
        // The window's own folder is made at the first write; a user's folder is never made up from a typing error.
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: cannot be made: {error}", folder.display()))?;
    }
    let previous = if is_state { Previous::Drop } else { Previous::Keep };
    match &request.content {
        SaveContent::Design(document) => file::save(path, document, previous).map_err(|error| error.to_string()),
        SaveContent::Text(text) => store::write_atomically(path, text.as_bytes(), Previous::Drop).map_err(|error| {
            let remedy = "Choose a folder that exists and may be written to";
            format!("{}: the file cannot be written: {error}. {remedy}", path.display())
        }),
    }
}
