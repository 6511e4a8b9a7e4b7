//! Writing the design, tables and plots to files and to the clipboard.

use super::compare::{self, Form};
use super::derived::Age;
use super::plots::{bundles, designs, sweep};
use super::shell::overlay::Overlay;
use super::workers::{DialogRequest, PathPurpose, SaveContent, SavePurpose, SaveRequest};
use super::{App, opening};
use crate::project::{Origin, export, export_mappings};
use std::path::PathBuf;

/// What is written to a chosen path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The design, which is then the file being edited.
    Design,
    /// A copy of the design.
    ExportDesign,
    /// The layer table.
    Layers,
    /// How layers run on spatial accelerators.
    Mappings,
    /// The front.
    Front,
    /// The table of designs as it is shown.
    Designs,
    /// The comparison of designs as it is shown.
    Comparison(Form),
    /// The sweep as it is shown.
    Sweep,
    /// What the Bundles tab shows.
    Bundles,
}

impl App {
    /// Asks for a path by the native dialog; [`App::take_answers`] falls back to a typed path where there is none.
    pub(super) fn ask_path(&mut self, purpose: PathPurpose, ending: &str) {
        let proposed = self.proposed(ending);
        if self.storage.native_dialogs {
            self.workers.dialog.request(DialogRequest { purpose, proposed });
        } else {
            self.overlay = Overlay::path(purpose, &proposed, "");
        }
    }

    /// A file beside the one being edited, else beside the network's, else in the folder the program was started in.
    pub(super) fn proposed(&self, ending: &str) -> PathBuf {
        let network = &self.history.document().network;
        let beside = match (&self.file, &network.origin) {
            (Some(path), _) => Some(path),
            (None, Origin::File(path)) => Some(path),
            (None, Origin::Example(_)) => None,
        };
        let stem = match &self.file {
            Some(path) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            None => network.raw.name.clone(),
        };
        let name = format!("{stem}.{ending}");
        opening::absolute(beside.map_or_else(|| PathBuf::from(&name), |path| path.with_file_name(&name)))
    }

    /// The text of a table; `None` with a notice where its numbers are not there yet.
    pub(super) fn table_text(&mut self, goal: Goal) -> Option<String> {
        let document = self.history.document();
        if goal == Goal::Mappings && !export_mappings::has_any(document) {
            self.tell("No device of this system is a spatial accelerator, so there are no mappings");
            return None;
        }
        let age = self.derived.front_age;
        let written = match (goal, &self.derived.front, &self.derived.table) {
            (Goal::Front | Goal::Designs, ..) if !age.is_current() => None,
            (Goal::Front, Some(front), _) => Some(export::front(&document.network, document.view, front).csv()),
            (Goal::Layers, _, Some(table)) if table.covers(document.network(), &document.system) => {
                Some(export::design_layers(document, table).csv())
            }
            (Goal::Mappings, _, Some(table)) if table.fits(document.network(), &document.system) => {
                Some(export_mappings::design_mappings(document, table).csv())
            }
            (Goal::Designs, ..) => designs::csv(&self.cx()),
            (Goal::Comparison(form), ..) => compare::text(&self.cx(), form),
            (Goal::Sweep, ..) if self.sweep_is_current() => {
                let with_design = self.along_is_current();
                sweep::csv(&self.cx(), with_design)
            }
            (Goal::Bundles, ..) if self.bundles_are_current() => bundles::csv(&self.cx()),
            _ => None,
        };
        let Some(written) = written else {
            self.tell(match goal {
                Goal::Front | Goal::Designs if age == Age::Stopped => {
                    "The front that is shown is of an earlier problem, because its successor was stopped: change something to search again"
                }
                Goal::Sweep => "There is no sweep of this system yet: open the Sweep tab and wait for it",
                Goal::Bundles => "There are no schedules over bundles yet: open the Bundles tab on a system with a measured device",
                _ => "The numbers are still being computed: try again in a moment",
            });
            return None;
        };
        match written {
            Ok(text) => Some(text),
            Err(error) => {
                self.fail(format!("The table cannot be made: {error}"));
                None
            }
        }
    }

    /// Puts the comparison of designs on the clipboard.
    pub(super) fn copy_comparison(&mut self, ctx: &egui::Context, form: Form) {
        if let Some(text) = self.table_text(Goal::Comparison(form)) {
            ctx.copy_text(text);
        }
    }

    /// Writes to a path in the background.
    pub(super) fn write(&mut self, goal: Goal, path: PathBuf) {
        let content = match goal {
            Goal::Design | Goal::ExportDesign => SaveContent::Design(Box::new(self.history.document().clone())),
            Goal::Layers
            | Goal::Mappings
            | Goal::Front
            | Goal::Designs
            | Goal::Comparison(_)
            | Goal::Sweep
            | Goal::Bundles => match self.table_text(goal) {
                Some(text) => SaveContent::Text(text),
                None => return,
            },
        };
        let purpose = match goal {
            Goal::Design => SavePurpose::Design(self.history.revision()),
            Goal::ExportDesign => SavePurpose::Export("The design was"),
            Goal::Layers => SavePurpose::Export("The layer table was"),
            Goal::Mappings => SavePurpose::Export("The table of mappings was"),
            Goal::Front => SavePurpose::Export("The front was"),
            Goal::Designs => SavePurpose::Export("The table of designs was"),
            Goal::Comparison(Form::Designs | Form::Text) => SavePurpose::Export("The comparison was"),
            Goal::Comparison(Form::Layers) => SavePurpose::Export("The table of compared layers was"),
            Goal::Sweep => SavePurpose::Export("The sweep was"),
            Goal::Bundles => SavePurpose::Export("The table of the Bundles tab was"),
        };
        self.workers.save.request(SaveRequest { path, content, purpose });
    }
}
