//! Opening a file: a network, a design with its network, or a system description of CNNParted. Runs in a worker; the document that is open is
//! not touched until everything was read.

use crate::cnnparted::import::Imported;
use crate::cnnparted::{NodeTable, accelerator};
use crate::cost::spatial::rules::Rules;
use crate::project::file::{self, FileError, Trust};
use crate::project::{Document, OpenNetwork, Origin, architecture, cnnparted, example};
use crate::system::preset::Presets;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to open.
#[derive(Debug, Clone)]
pub enum OpenRequest {
    /// A file, told apart by content.
    File(PathBuf),
    /// A network, with sizes for its symbolic dimensions.
    Network {
        /// Where it is.
        origin: Origin,
        /// Sizes by the file's names.
        symbols: BTreeMap<String, u64>,
    },
    /// A design whose network was not where the design says.
    Located {
        /// The design's file.
        design: PathBuf,
        /// Where the network is now.
        network: PathBuf,
        /// Whether it must be the very same network.
        trust: Trust,
    },
    /// A system description of CNNParted, whose nodes may name device presets.
    System {
        /// Its file.
        path: PathBuf,
        /// The presets there are.
        presets: Box<Presets>,
    },
    /// A table of layer costs for a device.
    LayerTable {
        /// Its file.
        path: PathBuf,
        /// Index of the device.
        device: usize,
    },
    /// An accelerator's architecture for a device.
    Architecture {
        /// Its file.
        path: PathBuf,
        /// Index of the device.
        device: usize,
    },
    /// The state the last run left behind.
    Recovery(PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum Opened {
    /// A network to show.
    Network(Arc<OpenNetwork>),
    /// A design file.
    Design {
        /// What it holds.
        document: Box<Document>,
        /// Its file; `None` = recovered state that no file holds.
        path: Option<PathBuf>,
        /// What the user should be told.
        notes: Vec<String>,
    },
    /// A system for the network that is shown.
    System(Box<Imported>),
    /// A table of layer costs.
    LayerTable {
        /// Its file.
        path: PathBuf,
        /// Index of the device it is meant for.
        device: usize,
        /// What it says.
        table: Box<NodeTable>,
    },
    /// An accelerator's architecture.
    Architecture {
        /// The files that were read.
        files: Vec<PathBuf>,
        /// Index of the device it is meant for.
        device: usize,
        /// What they say.
        imported: Box<accelerator::Imported>,
    },
    /// A design file whose network is missing or is another one.
    NeedsNetwork {
        /// The design's file.
        design: PathBuf,
        /// What is wrong, and with which file.
        reason: String,
        /// The network that was found but differs, if one was.
        other: Option<PathBuf>,
    },
    /// Nothing was opened; the words name file, place and remedy.
    Failed(String),
}

/// Opens what is asked for.
pub fn open(request: &OpenRequest) -> Opened {
    match request {
        OpenRequest::File(path) if is_design(path) => open_design(path, None, Trust::Content, Some(path)),
        OpenRequest::File(path) => open_network(Origin::File(path.clone()), BTreeMap::new()),
        OpenRequest::Network { origin, symbols } => open_network(origin.clone(), symbols.clone()),
        OpenRequest::Located { design, network, trust } => {
            open_design(design, Some(Origin::File(network.clone())), *trust, Some(design))
        }
        OpenRequest::System { path, presets } => match cnnparted::import(path, presets) {
            Ok(imported) => Opened::System(Box::new(imported)),
            Err(error) => Opened::Failed(error.to_string()),
        },
        OpenRequest::LayerTable { path, device } => match cnnparted::read_table(path) {
            Ok(table) => Opened::LayerTable {
                path: path.clone(),
                device: *device,
                table: Box::new(table),
            },
            Err(error) => Opened::Failed(error.to_string()),
        },
        OpenRequest::Architecture { path, device } => match architecture::read_architecture(path, Rules::default()) {
            Ok((files, imported)) => Opened::Architecture {
                files,
                device: *device,
                imported: Box::new(imported),
            },
            Err(error) => Opened::Failed(error.to_string()),
        },
        OpenRequest::Recovery(path) => open_design(path, None, Trust::Content, None),
    }
}

/// The path from the root, so that what remembers it does not depend on the folder the program was started in.
pub fn absolute(path: PathBuf) -> PathBuf {
    // Only an empty path has none, or one in a folder that is gone: opening or writing it then tells what is wrong.
    std::path::absolute(&path).unwrap_or(path)
}

/// The document a first start shows: the embedded example on the embedded system.
pub fn start_document(presets: &Presets) -> Result<Document, String> {
    let network = OpenNetwork::open(Origin::Example(example::START.to_owned()), BTreeMap::new());
    let network = network.map_err(|error| error.to_string())?;
    Document::new(Arc::new(network), presets.start_system()).map_err(|fault| fault.to_string())
}

/// Whether a file is a design: by its ending, or because it begins like one.
fn is_design(path: &Path) -> bool {
    if path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("ron"))
    {
        return true;
    }
    let mut begin = [0; 64];
    // A file that cannot be read is no design; reading it as a network then tells why.
    let read = File::open(path).and_then(|mut file| file.read(&mut begin)).unwrap_or(0);
    let text = begin[..read].trim_ascii_start();
    text.starts_with(b"(") || text.starts_with(b"// Cutscape")
}

fn open_network(origin: Origin, symbols: BTreeMap<String, u64>) -> Opened {
    match OpenNetwork::open(origin, symbols) {
        Ok(network) => Opened::Network(Arc::new(network)),
        Err(error) => Opened::Failed(error.to_string()),
    }
}

/// Opens a design with its network; `keep` is the file the window then edits.
fn open_design(path: &Path, located: Option<Origin>, trust: Trust, keep: Option<&Path>) -> Opened {
    match file::open(path, located.clone(), trust) {
        Ok(file::Opened { document, notes }) => Opened::Design {
            document: Box::new(document),
            path: keep.map(Path::to_owned),
            notes,
        },
        Err(FileError::NeedsNetwork {
            origin,
            reason,
            changed,
            ..
        }) => Opened::NeedsNetwork {
            design: path.to_owned(),
            reason,
            other: match located.unwrap_or(origin) {
                Origin::File(found) if changed => Some(found),
                _ => None,
            },
        },
        Err(error @ FileError::Faulty { .. }) => Opened::Failed(error.to_string()),
    }
}
