//! The window: an immediate-mode shell over the library. It computes the cost of one design at a time at most; tables,
//! fronts, layouts and files come from named workers ([`crate::jobs`]).
//!
//! A frame: [`App::logic`] takes the workers' answers, [`App::show`] draws the views, which read a [`Cx`] and push
//! [`Command`]s, and [`App::run_commands`] carries these out.
//!
//! - `command` what can be asked; `run` what is done about it, `writing` to files and the clipboard; `answers` what workers bring; `refresh` what is asked of them
//! - `evolution` NSGA-II on demand; `accelerators` searches of families of accelerators; `measured` devices from timing profiles;
//!   `measure` profiles of this machine
//! - `session`, `derived` the two kinds of state beside the document; `storage` where the window's own files lie
//! - `shell/` bars and overlays; `panels/`, `graph/`, `ribbon/`, `plots/`, `table/`, `compare/`, `dock` the views

pub mod accelerators;
mod answers;
mod at_cut;
pub mod cells;
mod check;
pub mod command;
pub mod compare;
pub mod cut_keys;
pub mod derived;
mod dialog;
pub mod dock;
pub mod evolution;
pub mod graph;
pub mod hatch;
pub mod icon;
pub mod input;
pub mod measure;
pub mod measured;
mod opening;
pub mod panels;
pub mod picker;
pub mod plots;
mod refresh;
pub mod ribbon;
mod run;
pub mod session;
mod shell;
pub mod storage;
pub mod table;
pub mod theme;
pub mod widgets;
mod window;
pub mod words;
mod workers;
mod writing;

pub use command::{Command, MenuCommand};
pub use derived::{Age, Derived, Mappings};
pub use session::Session;
pub use storage::Storage;
pub use theme::Theme;
pub use window::{Options, run};

use crate::cost::{Infeasible, LayerCost};
use crate::jobs::Wake;
use crate::network::{LayerId, Network};
use crate::project::{Document, History};
use crate::system::preset::Presets;
use shell::overlay::Overlay;
use std::path::PathBuf;
use std::sync::Arc;
use workers::Workers;

/// What every view gets to see, and where it leaves its wishes.
pub struct Cx<'a> {
    /// The document; views never change it themselves.
    pub document: &'a Document,
    /// The network in the current view.
    pub network: &'a Network,
    /// Newest answers of the workers.
    pub derived: &'a Derived,
    /// Selection, colours and the like; views may change it.
    pub session: &'a mut Session,
    /// Devices, links and systems to choose from.
    pub presets: &'a Presets,
    /// Colours.
    pub theme: &'a Theme,
    /// Wishes, carried out after the frame's views are done.
    pub commands: &'a mut Vec<Command>,
}

impl Cx<'_> {
    /// Leaves a wish.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Cost of a layer on a device as the design has it built, or why the device cannot run it; `None` while that is on its way.
    pub fn cost(&self, device: usize, layer: LayerId) -> Option<Result<&LayerCost, &Infeasible>> {
        let derived = self.derived;
        let table = derived.table.as_deref()?;
        let known = table.covers(self.network, &self.document.system) && layer < self.network.layers.len();
        let chosen = *self.document.design.alternatives.get(device)?;
        known.then(|| table.layer_as(device, chosen, layer))
    }

    /// Leaves the wish to change the document.
    pub fn edit(&mut self, action: crate::project::Action) {
        self.commands.push(Command::Edit(action));
    }
}

/// Something the user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The words.
    pub text: String,
    /// Whether something failed: stays until dismissed. Other notices go with the next edit.
    pub is_error: bool,
}

/// The whole window's state.
pub struct App {
    history: History,
    session: Session,
    derived: Derived,
    theme: Theme,
    presets: Presets,
    storage: Storage,
    workers: Workers,
    commands: Vec<Command>,
    notices: Vec<Notice>,
    overlay: Overlay,
    /// The design file being edited.
    file: Option<PathBuf>,
    asked: refresh::Asked,
    /// First mappings that are not shown yet, and since when they are there.
    first_mappings: Option<(std::time::Instant, workers::TableAnswer)>,
    graph: graph::GraphView,
    ribbon: ribbon::RibbonView,
    dock: dock::Dock,
    /// What the measurement of this machine was asked for last.
    measure_wish: Option<measure::Wish>,
    /// The program that is started for work in a process of its own; `None` = this one.
    program: Option<PathBuf>,
    /// Set once the user has agreed to leave.
    quitting: bool,
    /// Leave as soon as the save that is under way succeeded.
    quit_after_save: bool,
    /// Leave measured times out of the window, so that two pictures of the same state are equal.
    still: bool,
    autosave: storage::Autosave,
}

impl App {
    /// The window's state at the start: the last run's state or the embedded example, and `options.open` on its way.
    ///
    /// Errors where the system refuses a thread or an embedded file is damaged.
    pub fn new(ctx: &egui::Context, options: &Options) -> Result<Self, String> {
        let wake: Wake = {
            let ctx = ctx.clone();
            Arc::new(move || ctx.request_repaint())
        };
        let workers = Workers::start(&wake).map_err(|error| format!("no thread for background work: {error}"))?;
        let storage = options.storage.clone();
        let (mut session, session_fault) = if options.reset_session {
            (Session::first(), None)
        } else {
            storage.read_session()
        };
        if let Some(dark) = options.dark {
            session.dark = dark;
        }
        let presets = Presets::load(storage.presets.as_deref());
        let document = opening::start_document(&presets)?;
        let theme = if session.dark { Theme::dark() } else { Theme::light() };
        theme::install_fonts(ctx);
        theme.apply(ctx);
        let mut app = Self {
            history: History::new(document, true),
            derived: Derived::default(),
            theme,
            storage,
            workers,
            commands: Vec::new(),
            notices: Vec::new(),
            overlay: Overlay::None,
            file: None,
            asked: refresh::Asked::default(),
            first_mappings: None,
            graph: graph::GraphView::default(),
            ribbon: ribbon::RibbonView::default(),
            dock: dock::Dock::new(&session),
            measure_wish: None,
            program: options.program.clone(),
            quitting: false,
            quit_after_save: false,
            still: options.still,
            autosave: storage::Autosave::default(),
            presets,
            session,
        };
        let preset_faults: Vec<_> = app.presets.problems().map(ToString::to_string).collect();
        for fault in session_fault.into_iter().chain(preset_faults) {
            app.fail(fault);
        }
        match (&options.open, app.storage.recovery.clone()) {
            (Some(path), _) => app.commands.push(Command::Open(path.clone())),
            (None, Some(path)) if !options.reset_session && path.exists() => app.recover(path),
            _ => {}
        }
        app.run_commands(ctx);
        Ok(app)
    }

    /// Takes the workers' answers; before the views of a frame.
    pub fn logic(&mut self, ctx: &egui::Context) {
        self.take_answers();
        self.run_commands(ctx);
        self.autosave(ctx);
        self.guard_close(ctx);
    }

    /// Draws a frame and carries out what was asked in it.
    pub fn show(&mut self, ui: &mut egui::Ui) {
        self.session.begin_frame();
        self.keys(ui);
        shell::show(self, ui);
        let ctx = ui.ctx().clone();
        let asked = !self.commands.is_empty();
        self.run_commands(&ctx);
        if asked || self.session.hover_changed() {
            // What was asked or pointed at shows in this very frame's successor, not at the next event.
            ctx.request_repaint();
        }
    }

    /// What views get to see.
    fn cx(&mut self) -> Cx<'_> {
        let document = self.history.document();
        Cx {
            document,
            network: document.network(),
            derived: &self.derived,
            session: &mut self.session,
            presets: &self.presets,
            theme: &self.theme,
            commands: &mut self.commands,
        }
    }

    /// The document.
    pub fn document(&self) -> &Document {
        self.history.document()
    }

    /// The newest answers of the workers.
    pub fn derived(&self) -> &Derived {
        &self.derived
    }

    /// The bottom dock.
    pub fn dock(&self) -> &dock::Dock {
        &self.dock
    }

    /// The window's own state.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the user is told at present.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Whether background work is under way.
    pub fn is_busy(&self) -> bool {
        self.workers.is_busy()
            || self.derived.front_age == Age::Updating
            || self.derived.evaluation.is_none()
            || self.derived.layout.is_none()
    }

    /// Asks for something as a view would.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    fn tell(&mut self, text: impl Into<String>) {
        self.notices.push(Notice {
            text: text.into(),
            is_error: false,
        });
    }

    fn fail(&mut self, text: impl Into<String>) {
        let notice = Notice {
            text: text.into(),
            is_error: true,
        };
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}
