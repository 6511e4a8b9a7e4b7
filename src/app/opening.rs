//! Opening a file by its content: a network, or a design with its network. Runs in a worker; the document that is open is
//! not touched until everything was read.

use crate::network::import::{self, ImportOptions};
use crate::project::file::{self, DesignFile, FileError, Trust};
use crate::project::{Document, OpenNetwork, Origin, example};
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
    /// A network again, with sizes for its symbolic dimensions.
    Network {
        /// Where it is.
        origin: Origin,
        /// Sizes by the file's names.
        symbols: BTreeMap<String, u64>,
    },
    /// A design whose network was not where the design says.
    Located {
        /// The design as read.
        design: Box<DesignFile>,
        /// The design's own file.
        path: PathBuf,
        /// Where the network is now.
        network: PathBuf,
        /// Whether it must be the very same network.
        trust: Trust,
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
    /// A design file whose network is missing or is another one.
    NeedsNetwork {
        /// The design as read.
        design: Box<DesignFile>,
        /// The design's own file.
        path: PathBuf,
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
        OpenRequest::File(path) if is_design(path) => open_design(path, Some(path)),
        OpenRequest::File(path) => network(&Origin::File(path.clone()), &BTreeMap::new()),
        OpenRequest::Network { origin, symbols } => network(origin, symbols),
        OpenRequest::Located {
            design,
            path,
            network,
            trust,
        } => {
            let origin = Origin::File(network.clone());
            finish(design, path, Some(path), &origin, *trust)
        }
        OpenRequest::Recovery(path) => open_design(path, None),
    }
}

/// Whether a file is a design: by its ending, or because it begins like RON text.
fn is_design(path: &Path) -> bool {
    if path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("ron"))
    {
        return true;
    }
    let mut begin = [0; 64];
    let read = File::open(path).and_then(|mut file| file.read(&mut begin)).unwrap_or(0);
    let text = begin[..read].trim_ascii_start();
    text.starts_with(b"(") || text.starts_with(b"// Cutscape")
}

/// Reads a design and its network; `keep` is the file the window then edits.
fn open_design(path: &Path, keep: Option<&Path>) -> Opened {
    match file::read(path) {
        Ok(design) => {
            let origin = design.origin();
            finish(&design, path, keep, &origin, Trust::Content)
        }
        Err(error) => Opened::Failed(error.to_string()),
    }
}

/// Joins a design with its network.
fn finish(design: &DesignFile, path: &Path, keep: Option<&Path>, origin: &Origin, trust: Trust) -> Opened {
    let needs = |error: FileError| match error {
        FileError::NeedsNetwork { reason, changed, .. } => Opened::NeedsNetwork {
            design: Box::new(design.clone()),
            path: path.to_owned(),
            reason,
            other: match origin {
                Origin::File(found) if changed => Some(found.clone()),
                _ => None,
            },
        },
        error @ FileError::Faulty { .. } => Opened::Failed(error.to_string()),
    };
    let network = match read_network(origin, design.symbols()) {
        Ok(network) => network,
        Err(reason) => return needs(design.needs_network(reason)),
    };
    match design.clone().into_document(Arc::new(network), trust) {
        Ok(file::Opened { document, notes }) => Opened::Design {
            document: Box::new(document),
            path: keep.map(Path::to_owned),
            notes,
        },
        Err(error) => needs(error),
    }
}

fn network(origin: &Origin, symbols: &BTreeMap<String, u64>) -> Opened {
    match read_network(origin, symbols) {
        Ok(network) => Opened::Network(Arc::new(network)),
        Err(error) => Opened::Failed(error),
    }
}

/// Reads a network from wherever it is; the error names file, place and remedy.
pub fn read_network(origin: &Origin, symbols: &BTreeMap<String, u64>) -> Result<OpenNetwork, String> {
    let options = ImportOptions {
        symbols: symbols.clone(),
    };
    let imported = match origin {
        Origin::File(path) => import::open(path, &options).map_err(|error| error.to_string())?,
        Origin::Example(name) => example::import(name, &options).map_err(|error| error.to_string())?,
    };
    Ok(OpenNetwork::new(origin.clone(), imported.network, imported.notes))
}

/// The document a first start shows: the embedded example on the embedded system.
pub fn start_document(presets: &Presets) -> Result<Document, String> {
    let network = read_network(&Origin::Example(example::START.to_owned()), &BTreeMap::new())?;
    Document::new(Arc::new(network), presets.start_system()).map_err(|fault| fault.to_string())
}
