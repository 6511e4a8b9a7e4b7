//! Undo and redo: the present document, those before and after it, and which of them is on disk.

use super::{Action, ActionError, Document};
use std::collections::VecDeque;

/// Steps that can be undone; older ones are forgotten.
pub const MAX_STEPS: usize = 500;

/// What applying an action did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What the user should be told.
    pub notes: Vec<String>,
    /// Whether the document differs from the one before.
    pub changed: bool,
}

/// A document with its past and its future.
#[derive(Debug, Clone)]
pub struct History {
    present: Document,
    revision: u64,
    newest_revision: u64,
    saved: Option<u64>,
    past: VecDeque<Step>,
    future: Vec<Step>,
    gesture: Option<Gesture>,
}

/// A document beside the present one, and the edit that lies between.
#[derive(Debug, Clone)]
struct Step {
    document: Document,
    revision: u64,
    label: String,
}

/// A run of edits that will be one step.
#[derive(Debug, Clone)]
struct Gesture {
    start: Document,
    revision: u64,
    label: Option<String>,
}

impl History {
    /// A document without past; `saved` tells whether a file holds it.
    pub fn new(document: Document, saved: bool) -> Self {
        Self {
            present: document,
            revision: 0,
            newest_revision: 0,
            saved: saved.then_some(0),
            past: VecDeque::new(),
            future: Vec::new(),
            gesture: None,
        }
    }

    /// The document as it is.
    pub fn document(&self) -> &Document {
        &self.present
    }

    /// Names the present state: two equal numbers of one history mean the same document.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Applies an action to the document, as a step of its own or as part of the gesture going on.
    pub fn apply(&mut self, action: Action) -> Result<Applied, ActionError> {
        let before = self.present.clone();
        let label = action.label(&before);
        let notes = self.present.apply(action)?;
        let changed = self.present != before;
        if changed {
            let revision = self.revision;
            self.next_revision();
            match &mut self.gesture {
                Some(gesture) => gesture.label = Some(label),
                None => self.record(Step {
                    document: before,
                    revision,
                    label,
                }),
            }
        }
        Ok(Applied { notes, changed })
    }

    /// Shows another document (a design file was opened) as one step that can be undone.
    pub fn replace(&mut self, document: Document, label: &str, saved: bool) {
        self.end_gesture();
        let before = std::mem::replace(&mut self.present, document);
        let revision = self.revision;
        self.next_revision();
        self.record(Step {
            document: before,
            revision,
            label: label.to_owned(),
        });
        if saved {
            self.mark_saved();
        }
    }

    /// From here on, edits are one step until [`Self::end_gesture`]. A gesture going on is ended first.
    pub fn begin_gesture(&mut self) {
        self.end_gesture();
        self.gesture = Some(Gesture {
            start: self.present.clone(),
            revision: self.revision,
            label: None,
        });
    }

    /// Whether a gesture is going on.
    pub fn in_gesture(&self) -> bool {
        self.gesture.is_some()
    }

    /// The document as it was when the gesture began: the ghost and the reference of the deltas.
    pub fn gesture_start(&self) -> Option<&Document> {
        self.gesture.as_ref().map(|gesture| &gesture.start)
    }

    /// Takes the gesture back to where it began and lets it go on, so that the next edit counts from there
    /// (cuts that were pushed along spring back when the hand does).
    pub fn rewind_gesture(&mut self) {
        if let Some(gesture) = &mut self.gesture {
            self.present = gesture.start.clone();
            self.revision = gesture.revision;
            gesture.label = None;
        }
    }

    /// Makes the gesture one step; nothing is recorded if it changed nothing.
    pub fn end_gesture(&mut self) {
        let Some(gesture) = self.gesture.take() else { return };
        match gesture.label {
            Some(label) if gesture.start != self.present => self.record(Step {
                document: gesture.start,
                revision: gesture.revision,
                label,
            }),
            _ => self.revision = gesture.revision,
        }
    }

    /// Takes everything back that the gesture did.
    pub fn cancel_gesture(&mut self) {
        self.rewind_gesture();
        self.gesture = None;
    }

    /// Takes the last step back; `false` if there is none.
    pub fn undo(&mut self) -> bool {
        self.end_gesture();
        let Some(step) = self.past.pop_back() else { return false };
        let undone = self.exchange(step);
        self.future.push(undone);
        true
    }

    /// Does the last undone step again; `false` if there is none.
    pub fn redo(&mut self) -> bool {
        self.end_gesture();
        let Some(step) = self.future.pop() else { return false };
        let redone = self.exchange(step);
        self.past.push_back(redone);
        true
    }

    /// What [`Self::undo`] would take back, for `Undo …` in the menu.
    pub fn undo_label(&self) -> Option<&str> {
        let gesture = self.gesture.as_ref().and_then(|gesture| gesture.label.as_deref());
        gesture.or_else(|| self.past.back().map(|step| step.label.as_str()))
    }

    /// What [`Self::redo`] would do again, for `Redo …` in the menu.
    pub fn redo_label(&self) -> Option<&str> {
        self.future.last().map(|step| step.label.as_str())
    }

    /// Remembers that a file holds the present document.
    pub fn mark_saved(&mut self) {
        self.saved = Some(self.revision);
    }

    /// Remembers that a file holds the document of an earlier [`Self::revision`], from when a save in the background began.
    pub fn mark_revision_saved(&mut self, revision: u64) {
        self.saved = Some(revision);
    }

    /// Whether the present document differs from the file's.
    pub fn is_modified(&self) -> bool {
        self.saved != Some(self.revision)
    }

    fn next_revision(&mut self) {
        self.newest_revision += 1;
        self.revision = self.newest_revision;
    }

    fn record(&mut self, step: Step) {
        self.future.clear();
        self.past.push_back(step);
        if self.past.len() > MAX_STEPS {
            self.past.pop_front();
        }
    }

    /// Makes a step's document the present one and returns the step back.
    fn exchange(&mut self, step: Step) -> Step {
        Step {
            document: std::mem::replace(&mut self.present, step.document),
            revision: std::mem::replace(&mut self.revision, step.revision),
            label: step.label,
        }
    }
}
