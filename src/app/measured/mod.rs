//! Adding a measured device: its timing profiles are read in the background, looked at in a dialog, and become a device of the system.
//!
//! - `dialog` what is chosen and what was found; `settings` how files are read

mod dialog;
mod settings;

pub use dialog::Dialog;

use super::shell::overlay::Overlay;
use super::{App, Cx, Theme, picker};
use crate::cost::profile::measure::same_sizes;
use crate::jobs::Ticket;
use crate::project::measured::{Measured, Reading, Source, load, read};
use crate::project::{Action, OpenNetwork};
use crate::system::{Device, MAX_DEVICES};
use egui::Ui;
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

/// A choice of the device that a measured one replaces, kept in `target`; `None` = it becomes a new one.
pub(super) fn target(ui: &mut Ui, cx: &Cx<'_>, target: &mut Option<usize>) {
    let devices = &cx.document.system.devices;
    *target = target.filter(|&index| index < devices.len());
    let others = devices.iter().enumerate().map(|(index, device)| {
        let letter = Theme::letter(index);
        (Some(index), format!("in place of {letter} {}", device.name))
    });
    let choices: Vec<(Option<usize>, String)> = std::iter::once((None, "a new device".to_owned()))
        .chain(others)
        .collect();
    let choices: Vec<(Option<usize>, &str)> = choices.iter().map(|(at, text)| (*at, text.as_str())).collect();
    if let Some(chosen) = picker::choose(ui, cx.theme, "becomes", *target, &choices) {
        *target = chosen;
    }
}

/// Why there can be no further device.
pub(super) fn full(cx: &Cx<'_>) -> Option<String> {
    let is_full = cx.document.system.devices.len() >= MAX_DEVICES;
    is_full.then(|| format!("a system has at most {MAX_DEVICES} devices; remove one first"))
}

impl App {
    /// Makes a measured device one of the system, as one undo step: in the place of another, which keeps its limits, or at the end.
    pub(super) fn take_measured(&mut self, device: Device, target: Option<usize>) {
        let document = self.history.document();
        if let Some((index, present)) = target.and_then(|index| Some((index, document.built(index)?))) {
            let device = Device {
                memory_limit_bytes: present.memory_limit_bytes,
                power_limit_w: present.power_limit_w,
                ..device
            };
            return self.edit(document.rebuild(index, device));
        }
        let Some(link) = self.link_like_the_last() else {
            return self.fail("There is no link preset to join the device by: put one into the folder of presets");
        };
        let at = document.system.devices.len();
        self.edit(Action::AddDevice { at, device, link });
    }

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
