//! Adding a measured device: its timing profiles are read in the background, looked at in a dialog, and become a device of the system.
//!
//! - `dialog` what is chosen and what was found; `settings` how files are read

mod dialog;
mod settings;

pub use dialog::Dialog;

use super::App;
use super::shell::overlay::Overlay;
use crate::cost::profile::measure::same_sizes;
use crate::jobs::Ticket;
use crate::project::OpenNetwork;
use crate::project::measured::{Measured, Reading, Source, load, read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Asks for what files hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRequest {
    /// Profiles of one device.
    pub files: Vec<PathBuf>,
    /// The log of its power.
    pub power: Option<PathBuf>,
    /// How they are read.
    pub reading: Reading,
    /// The network they are of.
    pub network: Arc<OpenNetwork>,
}

impl ReadRequest {
    /// Whether another request has the same answer.
    pub fn gives_same_answer(&self, other: &Self) -> bool {
        self.files == other.files
            && self.power == other.power
            && self.reading == other.reading
            && Arc::ptr_eq(&self.network, &other.network)
    }
}

/// What files hold, or in words why they are no profile.
#[derive(Debug, Clone)]
pub struct ReadAnswer {
    /// What was asked.
    pub request: ReadRequest,
    /// What they hold.
    pub found: Result<Measured, String>,
}

/// Length and time of the last change of a file, by which it is known to be the same.
type Stamp = Option<(u64, Option<std::time::SystemTime>)>;

fn stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

/// Keeps the text of the files: other settings do not read them again, unless they changed.
pub fn compute() -> impl FnMut(ReadRequest, &Ticket) -> Option<ReadAnswer> + Send + 'static {
    let mut known: Vec<(Source, Stamp)> = Vec::new();
    move |request, ticket| {
        let wanted = request.files.iter().chain(&request.power);
        let mut texts = Vec::new();
        for path in wanted {
            if ticket.is_cancelled() {
                return None;
            }
            let stamp = stamp(path);
            let is_same = |(source, read): &(Source, Stamp)| source.path == *path && read.is_some() && *read == stamp;
            let text = match known.iter().position(is_same) {
                Some(index) => Ok(known.swap_remove(index).0),
                None => load(path),
            };
            match text {
                Ok(source) => texts.push((source, stamp)),
                Err(error) => {
                    let found = Err(error.to_string());
                    return Some(ReadAnswer { request, found });
                }
            }
        }
        let (mut files, stamps): (Vec<Source>, Vec<Stamp>) = texts.into_iter().unzip();
        let power = files.split_off(request.files.len());
        let found = read(&files, power.first(), &request.reading, &request.network.raw);
        let found = found.map_err(|error| error.to_string()).and_then(|found| {
            let mut paths = request.files.iter();
            let same = paths.try_for_each(|path| same_sizes(path, &found.blocks));
            same.map(|()| found).map_err(|error| error.to_string())
        });
        known = files.into_iter().chain(power).zip(stamps).collect();
        Some(ReadAnswer { request, found })
    }
}

impl App {
    /// Opens the dialog without files.
    pub(super) fn open_measured(&mut self) {
        let dialog = Dialog::new(self.storage.native_dialogs);
        self.overlay = Overlay::Measured(Box::new(dialog));
    }

    /// Adds a file to the dialog, which is opened where it is not open.
    pub(super) fn measured_files(&mut self, path: PathBuf) {
        if !matches!(self.overlay, Overlay::Measured(_)) {
            self.open_measured();
        }
        if let Overlay::Measured(dialog) = &mut self.overlay {
            dialog.add_file(path);
        }
    }
}
