//! Taking the workers' answers into derived state and the document.

use super::compare::Form;
use super::evolution::State;
use super::opening::{self, OpenRequest, Opened};
use super::shell::overlay::Overlay;
use super::workers::{PathPurpose, SavePurpose, TableAnswer};
use super::writing::Goal;
use super::{Age, App, Command, Mappings, MenuCommand, accelerators, evolution, measure};
use crate::cnnparted::InputError;
use crate::cnnparted::import::Imported;
use crate::cost::profile::measure::Inputs;
use crate::jobs::Answer;
use crate::project::Action;
use crate::project::History;
use crate::project::file::Trust;
use crate::project::{architecture, cnnparted};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the best mappings may take before the first ones are shown in their place: most edits need less, and a flicker helps nobody.
const PATIENCE: Duration = Duration::from_millis(120);

impl App {
    /// Takes every answer that has arrived. Never waits.
    pub(super) fn take_answers(&mut self) {
        while let Some(answer) = self.workers.table.poll() {
            match self.done("layer costs", answer) {
                Some(answer) if answer.is_provisional => self.first_mappings = Some((Instant::now(), answer)),
                Some(answer) => {
                    self.first_mappings = None;
                    self.take_table(answer);
                }
                None => self.stop_refining(),
            }
        }
        let is_due = |(since, _): &(Instant, TableAnswer)| since.elapsed() >= PATIENCE;
        if self.derived.table.is_none() || self.first_mappings.as_ref().is_some_and(is_due) {
            self.take_first_mappings();
        }
        while let Some(answer) = self.workers.front.poll() {
            // One that failed leaves the older front where it is.
            self.derived.front_age.stop();
            if let Some(answer) = self.done("front", answer) {
                self.derived.front_age = Age::Current;
                self.derived.front = Some(answer.front.into());
                self.derived.front_s = (!self.still).then_some(answer.front_s);
                self.derived.flips = answer.flips;
                self.compare_evolution();
            }
        }
        while let Some(answer) = self.workers.evolution.poll() {
            match (self.done(evolution::NAME, answer), &mut self.derived.evolution) {
                (Some(found), _) => self.take_evolution(found),
                (None, Some(evolution)) => evolution.found.state = State::Stopped,
                (None, None) => {}
            }
        }
        while let Some(answer) = self.workers.accelerators.poll() {
            match (self.done(accelerators::NAME, answer), &mut self.derived.accelerators) {
                (Some(found), accelerators) => *accelerators = Some(found),
                (None, Some(found)) => found.state = accelerators::State::Stopped,
                (None, None) => {}
            }
        }
        while let Some(answer) = self.workers.measure.poll() {
            match (self.done(measure::NAME, answer), &mut self.derived.measurement) {
                (Some(found), measurement) => *measurement = Some(found),
                (None, Some(found)) => found.state = measure::State::Stopped,
                (None, None) => {}
            }
        }
        while let Some(answer) = self.workers.comparison.poll() {
            if let Some(comparison) = self.done("comparison", answer)
                && let Some(evolution) = &mut self.derived.evolution
            {
                evolution.comparison = Some(comparison);
            }
        }
        while let Some(answer) = self.workers.optimum.poll() {
            if let Some(front) = self.done("optimum", answer)
                && let [objective] = front.search.objectives[..]
            {
                self.load_best(&front, objective);
            }
        }
        while let Some(answer) = self.workers.sweep.poll() {
            self.derived.sweep_age.stop();
            if let Some(answer) = self.done("sweep", answer) {
                self.derived.sweep_age = Age::Current;
                self.derived.sweep = Some(answer.swept.into());
                self.derived.sweep_s = (!self.still).then_some(answer.took_s);
                self.derived.along.clear();
                self.refresh();
            }
        }
        while let Some(answer) = self.workers.along.poll() {
            if let Some(readings) = self.done("design along the sweep", answer) {
                self.derived.along = readings;
            }
        }
        while let Some(answer) = self.workers.bundles.poll() {
            self.derived.bundles_age.stop();
            if let Some(mut answer) = self.done("bundles", answer) {
                answer.took_s = answer.took_s.filter(|_| !self.still);
                self.derived.bundles_age = Age::Current;
                let answer = Arc::new(answer);
                if answer.solved.as_ref().is_ok_and(|solved| solved.conflict.is_none()) {
                    self.workers.bundles_bound.request(Arc::clone(&answer));
                }
                self.derived.bundles = Some(answer);
            }
        }
        while let Some(answer) = self.workers.bundles_bound.poll() {
            if let Some(bound) = self.done("bound of bundles", answer) {
                self.derived.bundles_bound = bound.value.map(|value| (bound.answer, value));
            }
        }
        while let Some(answer) = self.workers.measured.poll() {
            if let Some(answer) = self.done("measured device", answer) {
                self.derived.measured = Some(answer.into());
            }
        }
        while let Some(answer) = self.workers.curve.poll() {
            if let Some(answer) = self.done("curve", answer)
                && let Some(hand) = self.derived.hand.as_mut().filter(|hand| hand.cut == answer.cut)
            {
                hand.curve = answer.curve;
            }
        }
        while let Some(answer) = self.workers.compare.poll() {
            if let Some(pinned) = self.done("compare", answer) {
                self.derived.pinned = Some(pinned.into());
            }
        }
        while let Some(answer) = self.workers.layout.poll() {
            if let Some(layout) = self.done("layout", answer) {
                self.derived.layout = Some(layout.into());
            }
        }
        while let Some(answer) = self.workers.check.poll() {
            for line in self.done("check", answer).into_iter().flatten() {
                self.tell(line);
            }
        }
        while let Some(answer) = self.workers.open.poll() {
            if let Some(opened) = self.done("opening", answer) {
                self.take_opened(opened);
            }
        }
        while let Some(answer) = self.workers.save.poll() {
            if let Some((request, written)) = self.done("saving", answer) {
                match (written, request.purpose) {
                    (Err(error), _) => {
                        self.quit_after_save = false;
                        self.fail(error);
                    }
                    (Ok(()), SavePurpose::Design(revision)) => {
                        self.history.mark_revision_saved(revision);
                        self.remember(request.path.clone());
                        self.file = Some(request.path);
                        if self.quit_after_save {
                            self.commands.push(Command::Menu(MenuCommand::Quit));
                        }
                    }
                    (Ok(()), SavePurpose::Export(what)) => {
                        self.tell(format!("{what} written to {}", request.path.display()));
                    }
                    (Ok(()), SavePurpose::State) => {}
                }
            }
        }
        while let Some(answer) = self.workers.dialog.poll() {
            if let Some(answer) = self.done("file dialog", answer) {
                if answer.paths.is_empty() {
                    match answer.no_service {
                        true => self.ask_typed(answer.purpose, &answer.proposed),
                        false => self.quit_after_save = false,
                    }
                }
                for path in answer.paths {
                    self.path_given(answer.purpose, path);
                }
            }
        }
    }

    /// Shows layer costs.
    fn take_table(&mut self, answer: TableAnswer) {
        self.derived.mappings = match answer.is_provisional {
            true => Mappings::Refining,
            false => Mappings::Full,
        };
        let new_schedule = self.derived.schedule.as_ref() != Some(&answer.schedule);
        self.derived.schedule = Some(answer.schedule);
        self.derived.table = Some(answer.table);
        if new_schedule || self.derived.layout.is_none() {
            self.ask_for_layout();
        }
        self.refresh();
    }

    fn take_first_mappings(&mut self) {
        if let Some((_, answer)) = self.first_mappings.take() {
            self.take_table(answer);
        }
    }

    /// Nothing better than the first mappings is to be expected: they are shown, and that they are.
    pub(super) fn stop_refining(&mut self) {
        self.take_first_mappings();
        self.derived.mappings.stop();
        self.derived.front_age.stop();
    }

    /// The result of an answer; a panic becomes a message and the window lives on.
    fn done<A>(&mut self, what: &str, answer: Answer<A>) -> Option<A> {
        match answer {
            Answer::Done(result, _) | Answer::Interim(result) => Some(result),
            Answer::Panicked(message) => {
                self.fail(format!(
                    "The computation “{what}” failed inside ({message}): the document is unchanged; undo the last edit or \
                     report this text with the file"
                ));
                None
            }
        }
    }

    fn take_opened(&mut self, opened: Opened) {
        match opened {
            Opened::Network(network) => {
                if let crate::project::Origin::File(path) = &network.origin {
                    self.remember(path.clone());
                }
                let was_saved = !self.history.is_modified();
                self.edit(Action::OpenNetwork(network));
                self.file = None;
                if was_saved {
                    // Whoever only looks at a network is not asked to save it.
                    self.history.mark_saved();
                }
                self.overlay = Overlay::None;
                self.refresh();
            }
            Opened::Design { document, path, notes } => {
                let is_recovery = path.is_none();
                if let Some(path) = &path {
                    self.remember(path.clone());
                    self.file = Some(path.clone());
                }
                if is_recovery {
                    self.history = History::new(*document, false);
                    self.file = self.session.file.clone();
                } else {
                    self.history.replace(*document, "open design", true);
                }
                for note in notes {
                    self.tell(note);
                }
                self.overlay = Overlay::None;
                self.refresh();
            }
            Opened::System(imported) => self.take_system(*imported),
            Opened::LayerTable { path, device, table } => {
                let used = cnnparted::use_table(self.history.document(), device, &table, &path);
                self.use_for_device(used);
            }
            Opened::Architecture {
                files,
                device,
                imported,
            } => {
                let used = architecture::use_architecture(self.history.document(), device, &imported, &files);
                self.use_for_device(used);
            }
            Opened::NeedsNetwork { design, reason, other } => {
                self.overlay = Overlay::Locate {
                    design,
                    reason,
                    other,
                    typed: String::new(),
                };
            }
            Opened::Failed(error) => self.fail(error),
        }
    }

    /// Carries out what a file says about a device, and tells what there is to know about it.
    fn use_for_device(&mut self, used: Result<(Action, Vec<String>), InputError>) {
        match used {
            Ok((action, notes)) => {
                let before = self.history.revision();
                self.edit(action);
                // A device that was refused has been told about.
                if self.history.revision() != before {
                    notes.into_iter().for_each(|note| self.tell(note));
                }
            }
            Err(error) => self.fail(error.to_string()),
        }
        self.refresh();
    }

    /// Asks for a path where no dialog could be shown.
    fn ask_typed(&mut self, purpose: PathPurpose, proposed: &std::path::Path) {
        let reason = "No file dialog service was found (xdg-desktop-portal or zenity): type the path";
        match purpose {
            // Their own dialog stays open, which has a field for paths.
            PathPurpose::Profiles | PathPurpose::PowerLog => self.tell(reason),
            _ => self.overlay = Overlay::path(purpose, proposed, reason),
        }
    }

    /// A path was chosen in a dialog or typed.
    pub(super) fn path_given(&mut self, purpose: PathPurpose, path: PathBuf) {
        let path = opening::absolute(path);
        match purpose {
            PathPurpose::Open => self.commands.push(Command::Open(path)),
            PathPurpose::LocateNetwork => self.locate(path, Trust::Content),
            PathPurpose::LayerTable(device) => self.workers.open.request(OpenRequest::LayerTable { path, device }),
            PathPurpose::Architecture(device) => {
                self.workers.open.request(OpenRequest::Architecture { path, device });
            }
            PathPurpose::Profiles => self.measured_files(path),
            PathPurpose::PowerLog => {
                if let Overlay::Measured(dialog) = &mut self.overlay {
                    dialog.set_power(path);
                }
            }
            PathPurpose::SaveAs => self.write(Goal::Design, path),
            PathPurpose::ExportDesign => self.write(Goal::ExportDesign, path),
            PathPurpose::ExportLayers => self.write(Goal::Layers, path),
            PathPurpose::ExportMappings => self.write(Goal::Mappings, path),
            PathPurpose::ExportFront => self.write(Goal::Front, path),
            PathPurpose::ExportDesigns => self.write(Goal::Designs, path),
            PathPurpose::ExportComparison => self.write(Goal::Comparison(Form::Designs), path),
            PathPurpose::ExportComparedLayers => self.write(Goal::Comparison(Form::Layers), path),
            PathPurpose::ExportComparisonText => self.write(Goal::Comparison(Form::Text), path),
            PathPurpose::ExportSweep => self.write(Goal::Sweep, path),
            PathPurpose::Profile => self.measure_chosen(|wish| wish.out = path),
            PathPurpose::Images => self.measure_chosen(|wish| wish.settings.inputs = Inputs::Images(path)),
            PathPurpose::ExportBundles => self.write(Goal::Bundles, path),
        }
    }

    /// Uses a system that was read, with its limits, and tells what it does not hold.
    fn take_system(&mut self, imported: Imported) {
        let Imported {
            system,
            constraints,
            notes,
        } = imported;
        // One step to undo, although it is two edits.
        self.history.begin_gesture();
        self.edit(Action::SetSystem(system.clone()));
        // A system that was refused has been told about; its limits are not wanted then.
        let document = self.history.document();
        if document.system == system {
            if document.constraints != constraints {
                self.edit(Action::SetConstraints(constraints));
            }
            for note in notes {
                self.tell(note);
            }
        }
        self.history.end_gesture();
        self.overlay = Overlay::None;
        self.refresh();
    }

    /// Puts a file at the top of the recent list.
    fn remember(&mut self, path: PathBuf) {
        const LENGTH: usize = 12;
        self.session.recent.retain(|p| p != &path);
        self.session.recent.insert(0, path);
        self.session.recent.truncate(LENGTH);
    }
}
