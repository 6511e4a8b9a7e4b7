//! Reading networks from ONNX files.
//!
//! The way of a file: [`decode`] reads its structure and skips the bytes of big tensors; [`inline`] writes
//! out the file's own functions; [`order`] finds who reads whom;
//! [`analyse`] walks the nodes once, inferring shapes ([`shapes`]), calculating what is constant ([`fold`]) and counting
//! ([`macs`]); [`assemble`] makes the [`Network`] of what depends on an input. Only a file that is no ONNX graph is an error:
//! an operator nobody knows marks its layer and the rest goes on.

mod analyse;
mod assemble;
mod decode;
mod error;
mod fold;
mod hash;
mod inline;
mod limits;
mod macs;
mod model;
mod notes;
mod operands;
mod order;
pub mod second_opinion;
mod shapes;
mod sniff;
mod symbols;
mod wire;

pub use error::{ImportError, Place};
pub use notes::{ImportNote, NoteWeight};

use super::Network;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::path::Path;

/// What the user decides about an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// Sizes of symbolic dimensions, by name. What is not named gets a default and a note.
    pub symbols: BTreeMap<String, u64>,
}

/// A network read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The raw view.
    pub network: Network,
    /// What had to be assumed or left out, most important first.
    pub notes: Vec<ImportNote>,
}

/// Reads an ONNX file.
///
/// # Errors
/// A file that cannot be read, is no ONNX model, contradicts itself or exceeds the bounds of a sane network.
pub fn open(path: &Path, options: &ImportOptions) -> Result<Imported, ImportError> {
    let name = path.display().to_string();
    let fail = |problem: String, remedy: &str| ImportError {
        file: name.clone(),
        place: Place::File,
        problem,
        remedy: remedy.to_owned(),
    };
    if path.is_dir() {
        return Err(fail("it is a folder".into(), "Open the .onnx file inside it"));
    }
    // Opening a pipe would wait for a writer, and a device may never end.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(fail("it is no regular file".into(), "Save the network to a file first"));
    }
    let file = std::fs::File::open(path).map_err(|e| {
        fail(
            format!("it cannot be opened ({e})"),
            "Check the path and the permission to read it",
        )
    })?;
    read(file, &name, options)
}

/// Reads an ONNX model from anywhere; `name` (a path or a title) appears in errors, its stem names the network.
///
/// # Errors
/// As [`open`].
pub fn read(source: impl Read + Seek, name: &str, options: &ImportOptions) -> Result<Imported, ImportError> {
    let title = Path::new(name)
        .file_stem()
        .map_or_else(|| name.into(), |stem| stem.to_string_lossy());
    decode::model(source)
        .and_then(|mut model| {
            inline::functions(&mut model)?;
            assemble::network(&model, &title, options)
        })
        .map_err(|fault| fault.in_file(name))
}
