//! Errors of the importer: every one names the file, the place in it and what to do.

use std::fmt;

/// Why a file could not be opened as a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, {place}: {problem}. {remedy}")]
pub struct ImportError {
    /// The file as the user named it.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is wrong, without a full stop.
    pub problem: String,
    /// What the user can do, as a sentence.
    pub remedy: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A byte offset from its beginning.
    Byte(u64),
    /// A node of the graph, by name.
    Node(String),
    /// The graph.
    Graph,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("whole file"),
            Self::Byte(offset) => write!(f, "byte {offset}"),
            Self::Node(name) => write!(f, "node “{name}”"),
            Self::Graph => f.write_str("graph"),
        }
    }
}

/// An [`ImportError`] that does not know its file yet.
#[derive(Debug)]
pub(super) struct Fault {
    pub place: Place,
    pub problem: String,
    pub remedy: String,
}

/// Remedy for a file that breaks off or contradicts itself.
const DAMAGED: &str =
    "The file is damaged or incomplete: fetch or export it again and compare its size with the original";

impl Fault {
    pub fn new(place: Place, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// The bytes at `offset` are no valid ONNX.
    pub fn damaged(offset: u64, problem: impl Into<String>) -> Self {
        Self::new(Place::Byte(offset), problem, DAMAGED)
    }

    /// The file asks for more than [`super::limits`] allow.
    pub fn too_big(offset: u64, problem: impl Into<String>) -> Self {
        let remedy =
            "This is far more than known networks need: check that the file is an intact ONNX model, or split it";
        Self::new(Place::Byte(offset), problem, remedy)
    }

    /// The graph contradicts itself.
    pub fn graph(place: Place, problem: impl Into<String>) -> Self {
        let remedy =
            "Export the network again, or let onnx.checker.check_model name the fault in the exporting program";
        Self::new(place, problem, remedy)
    }

    /// The operating system refused to read.
    pub fn io(offset: u64, error: &std::io::Error) -> Self {
        let remedy = "Check that the file exists, is readable and is not being written at the moment";
        Self::new(Place::Byte(offset), format!("reading failed ({error})"), remedy)
    }

    pub fn in_file(self, file: &str) -> ImportError {
        ImportError {
            file: file.to_owned(),
            place: self.place,
            problem: self.problem,
            remedy: self.remedy,
        }
    }
}
