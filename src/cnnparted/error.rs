//! The error of all files of CNNParted that are read.

/// Why a file of CNNParted cannot be used. Reads as one or two sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{place}: {problem}. {remedy}")]
pub struct InputError {
    /// The file as the user named it.
    pub file: String,
    /// Where in it, ready to follow the file's name: `:3:7`, `, components[2].noi`, or nothing.
    pub place: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// An [`InputError`] that does not know its file yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) place: String,
    pub(super) problem: String,
    pub(super) remedy: String,
}

/// The longest quotation from a file in a message.
const QUOTED: usize = 80;

/// What a file says, at a length a person reads.
pub(super) fn quoted(text: &str) -> String {
    let cut = text.char_indices().nth(QUOTED);
    match cut {
        Some((end, _)) => format!("“{}…”", text[..end].escape_debug()),
        None => format!("“{}”", text.escape_debug()),
    }
}

impl Fault {
    pub(super) fn new(place: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    pub(super) fn in_file(self, file: &str) -> InputError {
        InputError {
            file: file.to_owned(),
            place: self.place,
            problem: self.problem,
            remedy: self.remedy,
        }
    }
}
