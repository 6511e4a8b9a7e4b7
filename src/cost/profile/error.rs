//! The error of all files of profiles.

use std::fmt;

/// Why a profile or a power log cannot be used. Reads as two sentences: where and what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {problem}. {remedy}", Place(*row, column.as_deref()))]
pub struct ProfileError {
    /// The file as the user named it.
    pub file: String,
    /// The line in it, from 1.
    pub row: Option<u64>,
    /// The column by its heading.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

struct Place<'a>(Option<u64>, Option<&'a str>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(row) = self.0 {
            write!(f, ", row {row}")?;
        }
        match self.1 {
            Some(column) => write!(f, ", column {}", column.escape_debug()),
            None => Ok(()),
        }
    }
}

/// The longest quotation from a file in a message.
const QUOTED: usize = 60;

/// What a file says, at a length a person reads.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("“{}…”", text[..end].escape_debug()),
        None => format!("“{}”", text.escape_debug()),
    }
}
