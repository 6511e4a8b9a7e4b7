//! Reading networks from files.

/// Something the importer wants the user to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportNote {
    /// The layer it is about, where there is one.
    pub layer: Option<String>,
    /// The sentence.
    pub text: String,
    /// How much it matters.
    pub weight: NoteWeight,
}

/// How much an import note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteWeight {
    /// Good to know.
    Info,
    /// Numbers rest on an assumption.
    Warning,
}
