//! Design files: a document as RON text.
//!
//! Reading happens in two steps, because the design speaks of layers of a network that lies in another file:
//! [`read`] checks all that can be checked without the network, [`DesignFile::into_document`] the rest. Boundaries are
//! stored by the names of their maximal raw layers, so that a file means the same in both views; every parameter stands
//! in the file, so that it never depends on presets (rulings.md 1, 2, 9).

mod format;
mod reading;
#[cfg(test)]
mod tests;
mod writing;

pub use reading::{DesignFile, parse};
pub use writing::{boundary_names, to_text};

use super::store::{self, Previous};
use super::{Document, OpenNetwork, Origin};
use crate::units::Unit;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The version of the format this program writes, and the only one it reads.
pub const VERSION: u32 = 1;
/// Largest design file in bytes: many times the largest that is written, and little enough to be refused within a second.
pub const MAX_BYTES: u64 = 4_000_000;

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

/// A message that may quote the file, at a length a person reads.
fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl FileError {
    fn faulty(file: &str, place: Place, problem: impl AsRef<str>, remedy: &str) -> Self {
        Self::Faulty {
            file: file.to_owned(),
            place,
            problem: shortened(problem.as_ref()),
            remedy: remedy.to_owned(),
        }
    }
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

/// Reads a design file.
pub fn read(path: &Path) -> Result<DesignFile, FileError> {
    let file = path.display().to_string();
    let text = store::read_text(path, MAX_BYTES).map_err(|error| {
        let problem = format!("the file cannot be read: {error}");
        FileError::faulty(
            &file,
            Place::File,
            problem,
            "Give the path of a design file that this program wrote",
        )
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

/// Writes a document to a design file in one step (see [`store::write_atomically`]).
pub fn save(path: &Path, document: &Document, previous: Previous) -> Result<(), FileError> {
    let file = path.display().to_string();
    let faulty = |problem: String, remedy: &str| FileError::faulty(&file, Place::File, problem, remedy);
    let text = to_text(document, path.parent()).map_err(|error| {
        faulty(
            format!("the design cannot be written as text: {error}"),
            "Give the network's file and folders names in UTF-8",
        )
    })?;
    if text.len() as u64 > MAX_BYTES {
        let size = |bytes: u64| Unit::Bytes.format(bytes as f64);
        return Err(faulty(
            format!(
                "the design takes {}, more than the {} a file may have",
                size(text.len() as u64),
                size(MAX_BYTES)
            ),
            "Unpin designs you no longer compare with",
        ));
    }
    store::write_atomically(path, text.as_bytes(), previous).map_err(|error| {
        faulty(
            format!("the file cannot be written: {error}"),
            "Choose a folder that exists and may be written to",
        )
    })
}
