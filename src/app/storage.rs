//! The window's own files: session, recovery, the user's presets. Each is written atomically, so that a crash loses at most
//! the few seconds since the last write.

use super::workers::{SaveContent, SavePurpose, SaveRequest};
use super::{App, Mappings, Session};
use std::path::PathBuf;
use std::time::Duration;

/// Seconds of quiet after which a changed document is written to the recovery file.
const AUTOSAVE_AFTER: Duration = Duration::from_secs(2);

/// Where the window keeps its own files; `None` = nowhere (tests).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storage {
    /// The session's RON file.
    pub session: Option<PathBuf>,
    /// The recovery file, a design file.
    pub recovery: Option<PathBuf>,
    /// The user's preset folder.
    pub presets: Option<PathBuf>,
    /// Whether native file dialogs may be shown; else paths are typed.
    pub native_dialogs: bool,
}

impl Storage {
    /// The platform's places: `~/.local/state`, `~/.config` and their like.
    pub fn of_platform() -> Self {
        let Some(dirs) = directories::ProjectDirs::from("", "", "cutscape") else {
            return Self {
                native_dialogs: true,
                ..Self::default()
            };
        };
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
        Self {
            session: Some(state.join("session.ron")),
            recovery: Some(state.join("recovery.ron")),
            presets: Some(dirs.config_dir().join("presets")),
            native_dialogs: true,
        }
    }

    /// The last run's session, or the default one; a damaged file is told, not swallowed.
    pub fn read_session(&self) -> (Session, Option<String>) {
        let first = Session::first();
        let Some(path) = self.session.as_ref().filter(|path| path.exists()) else {
            return (first, None);
        };
        let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
        match read.and_then(|text| ron::from_str(&text).map_err(|error| error.to_string())) {
            Ok(session) => (session, None),
            Err(error) => {
                let remedy = "the window starts as new and the file is replaced";
                (
                    first,
                    Some(format!(
                        "The last session could not be read ({error}; {}): {remedy}",
                        path.display()
                    )),
                )
            }
        }
    }
}

impl App {
    /// Writes the recovery file once the document was quiet for a moment.
    pub(super) fn autosave(&mut self, ctx: &egui::Context) {
        if self.storage.recovery.is_none() {
            return;
        }
        let revision = self.history.revision();
        let now = ctx.input(|input| input.time);
        let autosave = &mut self.autosave;
        if autosave.seen != revision {
            autosave.seen = revision;
            autosave.due = Some(now + AUTOSAVE_AFTER.as_secs_f64());
        }
        // A design file holds the numbers of the best mappings: while these are searched, writing one would search them a second time.
        let is_refining = self.derived.mappings == Mappings::Refining;
        let Some(due) = autosave.due.filter(|_| !self.history.in_gesture() && !is_refining) else {
            return;
        };
        if now >= due {
            autosave.due = None;
            self.write_state();
        } else {
            // In every frame until then: egui wakes up a little before the time asked for.
            ctx.request_repaint_after(Duration::from_secs_f64(due - now));
        }
    }

    /// Writes session and recovery file; the session goes first, so that the recovered document is never taken for
    /// another run's file.
    fn write_state(&mut self) {
        let request = |path: &Option<PathBuf>, content: SaveContent| {
            if let Some(path) = path.clone() {
                self.workers.save.request(SaveRequest {
                    path,
                    content,
                    purpose: SavePurpose::State,
                });
            }
        };
        self.session.file.clone_from(&self.file);
        match ron::ser::to_string_pretty(&self.session, ron::ser::PrettyConfig::default()) {
            Ok(text) => request(&self.storage.session, SaveContent::Text(text)),
            Err(error) => log::error!("the session cannot be written: {error}"),
        }
        let document = Box::new(self.history.document().clone());
        request(&self.storage.recovery, SaveContent::Design(document));
    }

    /// Holds the window open while a design with unsaved changes has not been decided on.
    pub(super) fn guard_close(&mut self, ctx: &egui::Context) {
        if ctx.input(|input| input.viewport().close_requested()) && self.history.is_modified() && !self.quitting {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.overlay = super::shell::overlay::Overlay::Leave;
        }
    }

    /// Writes session and recovery state and waits for everything that is still being written. At the end of the program.
    pub fn finish(mut self) {
        self.write_state();
        self.workers.save.finish();
    }
}

/// When the recovery file is due.
#[derive(Debug, Default)]
pub struct Autosave {
    /// The revision that is written or waits to be.
    seen: u64,
    /// The frame time at which it is written.
    due: Option<f64>,
}
