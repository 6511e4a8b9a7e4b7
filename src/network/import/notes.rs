//! What the importer tells the user besides the network.

use super::limits;

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

/// Notes being collected; those of one kind are counted after the first few.
#[derive(Default)]
pub struct Notes {
    listed: Vec<ImportNote>,
    kinds: Vec<(&'static str, usize)>,
}

impl Notes {
    /// Adds a note of a kind; the kind's words finish the sentence "… and 12 more: ".
    pub fn add(&mut self, kind: &'static str, weight: NoteWeight, layer: Option<&str>, text: String) {
        let count = match self.kinds.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, count)) => count,
            None => &mut self.kinds.push_mut((kind, 0)).1,
        };
        *count += 1;
        if *count <= limits::NOTES_OF_A_KIND {
            self.listed.push(ImportNote {
                layer: layer.map(str::to_owned),
                text,
                weight,
            });
        }
    }

    /// All notes, warnings first.
    pub fn finish(mut self) -> Vec<ImportNote> {
        for (kind, count) in self.kinds {
            if let Some(more @ 1..) = count.checked_sub(limits::NOTES_OF_A_KIND) {
                self.listed.push(ImportNote {
                    layer: None,
                    text: format!("… and {more} more: {kind}"),
                    weight: NoteWeight::Info,
                });
            }
        }
        self.listed.sort_by_key(|note| std::cmp::Reverse(note.weight));
        self.listed
    }
}
