//! Carrying out what views, menus and keys asked for.

use super::compare::Form;
use super::opening::{self, OpenRequest};
use super::session::{Selection, Tab};
use super::shell::overlay::Overlay;
use super::workers::{CheckRequest, PathPurpose};
use super::writing::Goal;
use super::{App, Command, MenuCommand, theme, words};
use crate::explore::{self, Front, FrontPoint, Objective};
use crate::network::Ideal;
use crate::presets::Preset;
use crate::project::file::Trust;
use crate::project::{Action, Origin, View, cnnparted};
use crate::system::Link;
use std::path::PathBuf;
use std::sync::Arc;

impl App {
    /// Carries out all waiting commands, then brings derived state up to the document.
    pub(super) fn run_commands(&mut self, ctx: &egui::Context) {
        while !self.commands.is_empty() {
            for command in std::mem::take(&mut self.commands) {
                self.run(ctx, command);
            }
        }
        self.refresh();
    }

    fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::Edit(action) => self.edit(action),
            Command::BeginGesture => self.history.begin_gesture(),
            Command::EndGesture => self.history.end_gesture(),
            Command::HoldCut(cut) => {
                self.history.begin_gesture();
                self.session.selection = Some(Selection::Cut(cut));
                self.take_in_hand(cut);
            }
            Command::ReleaseCut => {
                self.history.end_gesture();
                self.derived.hand = None;
            }
            Command::CancelGesture => {
                self.history.cancel_gesture();
                self.derived.hand = None;
            }
            Command::Select(selection) => {
                if self.session.selection != selection && !self.history.in_gesture() {
                    self.derived.hand = None;
                }
                self.session.selection = selection;
            }
            Command::FocusLayer(layer) => {
                self.session.selection = Some(Selection::Layer(layer));
                self.session.focus = Some(layer);
            }
            Command::ShowTab(tab) => {
                self.session.hide_dock = false;
                self.dock.show_tab(tab);
            }
            Command::ColourBy(colour_by) => self.session.colour_by = colour_by,
            Command::Objective(objective) => self.session.objective = objective,
            Command::BestPosition(cut) => self.best_position(cut),
            Command::Open(path) if is_csv(&path) => self.measured_files(opening::absolute(path)),
            Command::Open(path) => self.open_file(opening::absolute(path)),
            Command::Located { network, trust } => self.locate(opening::absolute(network), trust),
            Command::OpenExample(name) => {
                let origin = Origin::Example(name);
                self.workers.open.request(OpenRequest::Network {
                    origin,
                    symbols: std::collections::BTreeMap::new(),
                });
            }
            Command::SystemPreset(name) => match self.presets.system(&name) {
                Some(system) => self.edit(Action::SetSystem(system)),
                None => self.fail(format!("There is no system preset “{name}”: pick one of the list")),
            },
            Command::AddDevice(name) => self.add_device(&name),
            Command::SetSymbol { name, size } => {
                let network = &self.history.document().network;
                let mut symbols = network.raw.symbols.clone();
                symbols.insert(name, size);
                let origin = network.origin.clone();
                self.workers.open.request(OpenRequest::Network { origin, symbols });
            }
            Command::UseLayerTable(device) => self.ask_path(PathPurpose::LayerTable(device), "csv"),
            Command::UseArchitecture(device) => self.ask_path(PathPurpose::Architecture(device), "yaml"),
            Command::BrowseMeasured { power } => match power {
                true => self.ask_path(PathPurpose::PowerLog, "csv"),
                false => self.ask_path(PathPurpose::Profiles, "csv"),
            },
            Command::ReadMeasured(request) => self.workers.measured.request(*request),
            Command::Tell(text) => self.tell(text),
            Command::Copy(text) => ctx.copy_text(text),
            Command::CancelJob(name) => {
                self.workers.cancel(name);
                match name {
                    "layer costs" => self.stop_refining(),
                    "front" => self.derived.front_age.stop(),
                    "sweep" => self.derived.sweep_age.stop(),
                    _ => {}
                }
            }
            Command::OpenAccelerators(device) => self.open_accelerators(device),
            Command::SearchAccelerators { device, wish } => self.search_accelerators(device, *wish),
            Command::ChooseProfile(wish) => self.choose_profile(*wish),
            Command::ChooseImages(wish) => self.choose_images(*wish),
            Command::Measure { wish, existing } => self.measure(*wish, existing),
            Command::TakeMeasured { device, target } => self.take_measured(*device, target),
            Command::RefineMappings => self.refine_mappings(),
            Command::DismissNotice(index) => {
                if index < self.notices.len() {
                    self.notices.remove(index);
                }
            }
            Command::SaveAndLeave => {
                self.run_menu(ctx, MenuCommand::Save);
                self.quit_after_save = true;
            }
            Command::Menu(command) => self.run_menu(ctx, command),
        }
    }

    fn run_menu(&mut self, ctx: &egui::Context, command: MenuCommand) {
        // Any other command means that the user stayed.
        self.quit_after_save = false;
        match command {
            MenuCommand::Open => self.ask_path(PathPurpose::Open, "onnx"),
            MenuCommand::LocateNetwork => self.ask_path(PathPurpose::LocateNetwork, "onnx"),
            MenuCommand::Welcome => self.overlay = Overlay::Welcome,
            MenuCommand::Save => match self.file.clone() {
                Some(path) => self.write(Goal::Design, path),
                None => self.ask_path(PathPurpose::SaveAs, "ron"),
            },
            MenuCommand::SaveAs => self.ask_path(PathPurpose::SaveAs, "ron"),
            MenuCommand::ExportDesign => self.ask_path(PathPurpose::ExportDesign, "ron"),
            MenuCommand::ExportLayers => self.ask_path(PathPurpose::ExportLayers, "layers.csv"),
            MenuCommand::ExportMappings => self.ask_path(PathPurpose::ExportMappings, "mappings.csv"),
            MenuCommand::ExportFront => self.ask_path(PathPurpose::ExportFront, "front.csv"),
            MenuCommand::ExportDesigns => self.ask_path(PathPurpose::ExportDesigns, "designs.csv"),
            MenuCommand::ExportComparison => self.ask_path(PathPurpose::ExportComparison, "comparison.csv"),
            MenuCommand::ExportComparedLayers => {
                self.ask_path(PathPurpose::ExportComparedLayers, "compared layers.csv");
            }
            MenuCommand::ExportComparisonText => self.ask_path(PathPurpose::ExportComparisonText, "comparison.md"),
            MenuCommand::CopyComparison => self.copy_comparison(ctx, Form::Designs),
            MenuCommand::CopyComparedLayers => self.copy_comparison(ctx, Form::Layers),
            MenuCommand::CopyComparisonText => self.copy_comparison(ctx, Form::Text),
            MenuCommand::ExportSweep => self.ask_path(PathPurpose::ExportSweep, "sweep.csv"),
            MenuCommand::ExportBundles => self.ask_path(PathPurpose::ExportBundles, "bundles.csv"),
            MenuCommand::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            MenuCommand::Undo => self.step(true),
            MenuCommand::Redo => self.step(false),
            MenuCommand::Pin => self.edit(Action::Pin),
            MenuCommand::CopyMetrics => {
                if let Some(evaluation) = &self.derived.evaluation {
                    ctx.copy_text(words::metrics(evaluation));
                }
            }
            MenuCommand::CopyLayers => {
                if let Some(text) = self.table_text(Goal::Layers) {
                    ctx.copy_text(text);
                }
            }
            MenuCommand::AddDevice => {
                let last = self.history.document().system.devices.last().cloned();
                let preset = last.and_then(|device| device.preset);
                let first = self.presets.devices.iter().next().map(|preset| preset.name.clone());
                if let Some(name) = preset.or(first) {
                    self.add_device(&name);
                }
            }
            MenuCommand::AddMeasured => self.open_measured(),
            MenuCommand::RemoveCut => match self.session.selection {
                Some(Selection::Cut(cut)) => self.edit(Action::RemoveCut(cut)),
                _ => self.tell("Select a cut first: click its line or its handle"),
            },
            MenuCommand::Optimise => self.optimise(),
            MenuCommand::RunNsga2 => {
                self.run(ctx, Command::ShowTab(Tab::Pareto));
                self.evolve();
            }
            MenuCommand::CheckWithLp => match self.front_request() {
                Some(request) => {
                    let request = CheckRequest::LinearProgramme(Box::new(request));
                    self.workers.check.request(request);
                }
                None => self.tell("The layer costs are still being computed"),
            },
            MenuCommand::SecondOpinion => {
                let network = Arc::clone(&self.history.document().network);
                self.workers.check.request(CheckRequest::SecondOpinion(network));
            }
            MenuCommand::MeasureMachine => self.open_measuring(),
            MenuCommand::FitGraph => self.session.fit = true,
            MenuCommand::ActualSize => self.graph.zoom_to(1.0),
            MenuCommand::ZoomIn => self.graph.zoom_by(1.25),
            MenuCommand::ZoomOut => self.graph.zoom_by(0.8),
            MenuCommand::ToggleSystem => self.session.hide_system ^= true,
            MenuCommand::ToggleInspector => self.session.hide_inspector ^= true,
            MenuCommand::ToggleDock => self.session.hide_dock ^= true,
            MenuCommand::ToggleTheme => {
                self.session.dark ^= true;
                self.theme = if self.session.dark {
                    theme::Theme::dark()
                } else {
                    theme::Theme::light()
                };
                self.theme.apply(ctx);
            }
            MenuCommand::FusedView => self.edit(Action::SetView(View::Fused)),
            MenuCommand::RawView => self.edit(Action::SetView(View::Raw)),
            MenuCommand::Palette => self.overlay = Overlay::palette(),
            MenuCommand::Keys => self.overlay = Overlay::Keys,
            MenuCommand::About => self.overlay = Overlay::About,
        }
    }

    /// Applies an action; a cut that is dragged is always moved from where the drag began, so that cuts it pushed spring back.
    pub(super) fn edit(&mut self, action: Action) {
        if let Action::MoveCut { cut, .. } = &action {
            if self.history.in_gesture() {
                self.history.rewind_gesture();
            } else if self.derived.hand.as_ref().is_none_or(|hand| hand.cut != *cut) {
                self.take_in_hand(*cut);
            }
        } else if !self.history.in_gesture() {
            self.derived.hand = None;
        }
        self.notices.retain(|notice| notice.is_error);
        if action == Action::Pin && self.derived.mappings.are_first() {
            // A pin keeps the best mappings' numbers, and searching them takes its time.
            return self.tell("The mappings of spatial accelerators are not refined yet: pin the design when they are");
        }
        match self.history.apply(action) {
            Ok(applied) => {
                for note in applied.notes {
                    self.tell(note);
                }
            }
            Err(error) => self.tell(error.to_string()),
        }
    }

    /// Opens a file told apart by its name and content.
    fn open_file(&self, path: PathBuf) {
        self.workers.open.request(if cnnparted::is_description(&path) {
            let presets = Box::new(self.presets.clone());
            OpenRequest::System { path, presets }
        } else {
            OpenRequest::File(path)
        });
    }

    fn step(&mut self, back: bool) {
        self.derived.hand = None;
        self.history.end_gesture();
        let stepped = if back { self.history.undo() } else { self.history.redo() };
        if !stepped {
            self.tell(if back { "Nothing to undo" } else { "Nothing to redo" });
        }
    }

    /// Moves a cut to the position the curve is lowest at.
    fn best_position(&mut self, cut: usize) {
        let Some(request) = self.front_request() else { return };
        let design = &self.history.document().design;
        let curve = explore::curve(&request.problem(), design, cut, self.session.objective);
        if let Some(position) = explore::best_position(&curve) {
            let to = Ideal::prefix(&request.schedule, position);
            self.edit(Action::MoveCut { cut, to });
        }
    }

    /// Loads the best feasible design for the objective: from the front if it is one of this objective, else from a search of
    /// its own in the background.
    fn optimise(&mut self) {
        let objective = self.session.objective;
        let known = self
            .derived
            .front
            .clone()
            .filter(|_| self.derived.front_age.is_current());
        if let Some(front) = known.filter(|front| front.search.objectives.contains(&objective)) {
            return self.load_best(&front, objective);
        }
        let Some(mut request) = self.front_request() else {
            return self.tell("The layer costs are still being computed: try again in a moment");
        };
        request.search.objectives = vec![objective];
        self.workers.optimum.request(request);
    }

    /// Loads the point of a front that is best for an objective.
    pub(super) fn load_best(&mut self, front: &Front, objective: Objective) {
        let value = |point: &&FrontPoint| point.metrics.get(objective);
        let best = front.points.iter().min_by(|a, b| value(a).total_cmp(&value(b)));
        match best {
            Some(point) => self.edit(Action::LoadDesign(point.design.clone())),
            None => self.tell("No design keeps every limit: loosen one of them"),
        }
    }

    /// Appends a device, joined by a link like the one before it, or by the first link preset.
    fn add_device(&mut self, preset: &str) {
        let system = &self.history.document().system;
        match (self.presets.device(preset), self.link_like_the_last()) {
            (Some(device), Some(link)) => {
                let at = system.devices.len();
                self.edit(Action::AddDevice { at, device, link });
            }
            _ => self.fail(format!("There is no device preset “{preset}”: pick one of the list")),
        }
    }

    /// The link that joins a device that is added: like the last one, else the usual one.
    pub(super) fn link_like_the_last(&self) -> Option<Link> {
        let last = self.history.document().system.links.last().cloned();
        last.or_else(|| self.presets.usual_link().map(Preset::link))
    }

    /// The network of the design that waits in [`Overlay::Locate`] was found, or the open document's own moved.
    pub(super) fn locate(&mut self, network: PathBuf, trust: Trust) {
        match std::mem::replace(&mut self.overlay, Overlay::None) {
            Overlay::Locate { design, .. } => {
                self.workers
                    .open
                    .request(OpenRequest::Located { design, network, trust });
            }
            _ => self.commands.push(Command::Open(network)),
        }
    }

    /// Opens the state the last run left behind.
    pub(super) fn recover(&self, path: PathBuf) {
        self.workers.open.request(OpenRequest::Recovery(path));
    }

    /// Turns pressed keys into commands; text fields keep theirs.
    pub(super) fn keys(&mut self, ui: &egui::Ui) {
        let ctx = ui.ctx().clone();
        let typing = ctx.text_edit_focused();
        for command in MenuCommand::ALL {
            let Some(shortcut) = command.shortcut() else { continue };
            let is_plain = shortcut.modifiers.is_none();
            if is_plain && (typing || self.overlay.is_open()) {
                continue;
            }
            if ctx.input_mut(|input| input.consume_shortcut(&shortcut)) {
                self.commands.push(Command::Menu(command));
            }
        }
        for file in ctx.input(|input| input.raw.dropped_files.clone()) {
            self.commands.push(Command::Open(file.path().to_owned()));
        }
    }
}

/// Whether a file is a timing profile by its name: nothing else that is opened is a table.
fn is_csv(path: &std::path::Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}
