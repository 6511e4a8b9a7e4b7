//! The window's background work: what is asked of each worker, and what comes back.

use super::compare::{self, Pinned, PinnedRequest};
use super::evolution::{self, CompareRequest, EvolutionRequest, Found};
use super::graph::layout::{self, Layout, LayoutRequest};
use super::opening::{self, OpenRequest, Opened};
use super::plots::sweep::{Swept, Wish};
use crate::cost::table::CostTable;
use crate::design::{Constraints, Design};
use crate::explore::sweep::{self, Reading};
use crate::explore::{self, Comparison, Flip, Front, Objective, Problem, Search};
use crate::jobs::{Status, Ticket, Wake, Worker};
use crate::network::{Network, Schedule, ScheduleKind};
use crate::project::store::{self, Previous};
use crate::project::{Document, OpenNetwork, View, file};
use crate::system::System;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Rows of a map of two numbers.
const MAP_ROWS: usize = 32;

/// Everything layer costs depend on.
#[derive(Debug, Clone)]
pub struct TableRequest {
    /// The network with both views.
    pub network: Arc<OpenNetwork>,
    /// Which view.
    pub view: View,
    /// Which order.
    pub schedule: ScheduleKind,
    /// The devices; links change no layer's cost.
    pub system: System,
    /// Bits that layers need at least, by the name of the raw layer.
    pub required_bits: BTreeMap<String, u32>,
}

impl TableRequest {
    /// What gives layers and positions their meaning; requests that agree in it differ in devices only.
    pub fn shape(&self) -> (*const OpenNetwork, View, ScheduleKind) {
        (Arc::as_ptr(&self.network), self.view, self.schedule)
    }

    /// Whether another request has the same answer.
    pub fn gives_same_table(&self, other: &Self) -> bool {
        self.shape() == other.shape()
            && self.system.devices == other.system.devices
            && self.required_bits == other.required_bits
    }
}

/// Layer costs and the schedule they are shown in.
#[derive(Clone)]
pub struct TableAnswer {
    /// The order.
    pub schedule: Arc<Schedule>,
    /// The costs.
    pub table: Arc<CostTable>,
}

/// Everything the front depends on.
#[derive(Debug, Clone)]
pub struct FrontRequest {
    /// The network with both views.
    pub network: Arc<OpenNetwork>,
    /// Which view.
    pub view: View,
    /// The order.
    pub schedule: Arc<Schedule>,
    /// The costs.
    pub table: Arc<CostTable>,
    /// Devices and links.
    pub system: System,
    /// Limits.
    pub constraints: Constraints,
    /// What is explored.
    pub search: Search,
}

impl FrontRequest {
    /// The network in its view.
    pub fn network(&self) -> &Network {
        self.network.view(self.view)
    }

    /// The same with a link at the rate 1, if it has a rate, and without what things are called.
    fn with_unit_rate(&self, link: usize) -> Self {
        let mut system = unnamed(&self.system);
        if let Some(link) = system.links.get_mut(link) {
            link.model.set_rate(1.0);
        }
        Self { system, ..self.clone() }
    }

    /// Whether flips of rates are the same: they depend on no objective and no limit but those of memory.
    fn gives_same_flips(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schedule, &other.schedule)
            && self.table.shares_network(&other.table)
            && self.system == other.system
    }

    /// The same as a problem for the explorer.
    pub fn problem(&self) -> Problem<'_> {
        Problem {
            network: self.network(),
            schedule: &self.schedule,
            system: &self.system,
            table: &self.table,
            constraints: &self.constraints,
        }
    }
}

/// Asks which designs are the best while one number or two are varied.
#[derive(Debug, Clone)]
pub struct SweepRequest {
    /// What it is computed from.
    pub problem: FrontRequest,
    /// What is varied.
    pub wish: Wish,
}

impl SweepRequest {
    /// Whether another request has the same answer: then it differs at most in the present values of what is varied, and in what
    /// things are called.
    pub fn gives_same_sweep(&self, other: &Self) -> bool {
        let (a, b) = (&self.problem, &other.problem);
        self.wish == other.wish
            && Arc::ptr_eq(&a.schedule, &b.schedule)
            && a.table.shares_network(&b.table)
            && a.search == b.search
            && self.fixed() == other.fixed()
    }

    /// System and limits with what is varied at the start of its range.
    fn fixed(&self) -> (System, Constraints) {
        let (mut system, mut constraints) = (unnamed(&self.problem.system), self.problem.constraints);
        let first = (&self.wish.question.knob, self.wish.question.range);
        let second = self.wish.second.as_ref().map(|(knob, range)| (knob, *range));
        for (knob, range) in std::iter::once(first)
            .chain(second)
            .filter(|(knob, _)| !knob.is_share())
        {
            knob.set(&mut system, &mut constraints, range.low);
        }
        (system, constraints)
    }
}

/// A system without what things are called and where numbers come from, on which no number of a design depends.
fn unnamed(system: &System) -> System {
    let mut system = system.clone();
    system.name.clear();
    for device in &mut system.devices {
        device.name.clear();
        device.preset = None;
        device.sources.clear();
    }
    let direct = system.direct.iter_mut().map(|direct| &mut direct.link);
    for link in system.links.iter_mut().chain(direct) {
        link.name.clear();
        link.preset = None;
        link.sources.clear();
    }
    system
}

/// What a sweep found, and how long it took.
pub struct SweepAnswer {
    /// The regions.
    pub swept: Swept,
    /// Seconds it took.
    pub took_s: f64,
}

/// Asks for the numbers of one design along a sweep.
#[derive(Clone)]
pub struct AlongRequest {
    /// The sweep that was asked for.
    pub asked: SweepRequest,
    /// What it found.
    pub swept: Arc<Swept>,
    /// The design.
    pub design: Design,
}

impl AlongRequest {
    /// Whether another request has the same answer.
    pub fn gives_same_numbers(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.swept, &other.swept) && self.design == other.design
    }
}

/// The front and what goes with it.
pub struct FrontAnswer {
    /// The front.
    pub front: Front,
    /// Seconds it took.
    pub front_s: f64,
    /// Flip rates, one list per link.
    pub flips: Vec<Vec<Flip>>,
}

/// Asks for the objective of every position of one cut.
pub struct CurveRequest {
    /// What it is computed from.
    pub problem: FrontRequest,
    /// The design the cut is taken from.
    pub design: Design,
    /// Which cut.
    pub cut: usize,
    /// Which objective.
    pub objective: Objective,
}

/// The objective of every position of one cut.
pub struct CurveAnswer {
    /// Which cut.
    pub cut: usize,
    /// One value per schedule position.
    pub curve: Vec<f64>,
}

/// Checks that a user asks for.
pub enum CheckRequest {
    /// Solve the question of the front's ends and middle as linear programmes.
    LinearProgramme(Box<FrontRequest>),
    /// Compare shapes with tract's, in a process of its own.
    SecondOpinion(Arc<OpenNetwork>),
}

/// A file to write.
#[derive(Debug, Clone)]
pub struct SaveRequest {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub content: SaveContent,
    /// Why.
    pub purpose: SavePurpose,
}

/// What is written.
#[derive(Debug, Clone)]
pub enum SaveContent {
    /// A design file.
    Design(Box<Document>),
    /// A table or the session.
    Text(String),
}

/// Why a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavePurpose {
    /// The design file being edited, at this revision.
    Design(u64),
    /// An export; the words name it.
    Export(&'static str),
    /// Session or recovery: silent unless it fails.
    State,
}

/// A native file dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogRequest {
    /// What the path is for.
    pub purpose: PathPurpose,
    /// The file proposed; for a file to open only its folder counts.
    pub proposed: PathBuf,
}

/// What a path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathPurpose {
    /// Open a network or design.
    Open,
    /// Find the network of the design that was opened.
    LocateNetwork,
    /// Read a table of layer costs for the device of this index.
    LayerTable(usize),
    /// Save the design under a new name.
    SaveAs,
    /// Write a copy of the design.
    ExportDesign,
    /// Write the layer table.
    ExportLayers,
    /// Write the front.
    ExportFront,
    /// Write the table of designs.
    ExportDesigns,
    /// Write the compared designs.
    ExportComparison,
    /// Write the compared layers.
    ExportComparedLayers,
    /// Write designs and layers for people to read.
    ExportComparisonText,
    /// Write the sweep.
    ExportSweep,
}

impl PathPurpose {
    /// The title of a dialog or prompt.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "Open network or design",
            Self::LocateNetwork => "Locate network",
            Self::LayerTable(_) => "Use a table of layer costs",
            Self::SaveAs => "Save design as",
            Self::ExportDesign => "Export design",
            Self::ExportLayers => "Export layer table",
            Self::ExportFront => "Export front",
            Self::ExportDesigns => "Export table of designs",
            Self::ExportComparison => "Export comparison",
            Self::ExportComparedLayers => "Export compared layers",
            Self::ExportComparisonText => "Export comparison as Markdown",
            Self::ExportSweep => "Export sweep",
        }
    }

    /// Whether the file should exist already.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::LocateNetwork | Self::LayerTable(_))
    }

    /// Name and endings of the files it is about.
    pub fn filter(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Open => ("Networks, designs and systems", &["onnx", "ron", "yaml", "yml"]),
            Self::LocateNetwork => ("Networks", &["onnx"]),
            Self::LayerTable(_) => ("Tables of layer costs", &["csv", "json"]),
            Self::SaveAs | Self::ExportDesign => ("Designs", &["ron"]),
            Self::ExportLayers
            | Self::ExportFront
            | Self::ExportDesigns
            | Self::ExportComparison
            | Self::ExportComparedLayers
            | Self::ExportSweep => ("Tables", &["csv"]),
            Self::ExportComparisonText => ("Markdown", &["md"]),
        }
    }
}

/// What came of a dialog.
pub struct DialogAnswer {
    /// What the path is for.
    pub purpose: PathPurpose,
    /// The file proposed, for the typed prompt that replaces a missing dialog.
    pub proposed: PathBuf,
    /// The path chosen, if any.
    pub path: Option<PathBuf>,
    /// The dialog came back faster than a person can answer: there is no dialog service (stack.md, section 3).
    pub no_service: bool,
}

/// All workers of the window.
pub struct Workers {
    /// Layer costs.
    pub table: Worker<TableRequest, TableAnswer>,
    /// The front.
    pub front: Worker<FrontRequest, FrontAnswer>,
    /// The front of the one objective that Optimise looks at, where the other front is none of it.
    pub optimum: Worker<FrontRequest, Front>,
    /// NSGA-II, on demand; it streams what it finds.
    pub evolution: Worker<EvolutionRequest, Found>,
    /// How what NSGA-II found compares with the front.
    pub comparison: Worker<CompareRequest, Comparison>,
    /// What is best while a number is varied.
    pub sweep: Worker<SweepRequest, SweepAnswer>,
    /// The design in the window along a sweep.
    pub along: Worker<AlongRequest, Vec<Reading>>,
    /// The curve under the hand.
    pub curve: Worker<CurveRequest, CurveAnswer>,
    /// The pins on their own systems.
    pub compare: Worker<PinnedRequest, Pinned>,
    /// The drawing of the graph.
    pub layout: Worker<LayoutRequest, Layout>,
    /// Opening files.
    pub open: Worker<OpenRequest, Opened>,
    /// Checks on demand.
    pub check: Worker<CheckRequest, Vec<String>>,
    /// Writing files.
    pub save: Worker<SaveRequest, (SaveRequest, Result<(), String>)>,
    /// Native file dialogs.
    pub dialog: Worker<DialogRequest, DialogAnswer>,
}

impl Workers {
    /// Starts all threads. Errors where the system refuses one.
    pub fn start(wake: &Wake) -> std::io::Result<Self> {
        Ok(Self {
            table: Worker::latest("layer costs", wake.clone(), compute_table())?,
            front: Worker::latest("front", wake.clone(), compute_front())?,
            optimum: Worker::latest("optimum", wake.clone(), |request, ticket| search(&request, ticket))?,
            evolution: Worker::streaming(evolution::NAME, wake.clone(), |request, ticket, hand_out| {
                evolution::run(&request, ticket, hand_out)
            })?,
            comparison: Worker::latest("comparison", wake.clone(), |request: CompareRequest, _| {
                Some(request.run())
            })?,
            sweep: Worker::latest("sweep", wake.clone(), compute_sweep)?,
            along: Worker::latest("design along the sweep", wake.clone(), compute_along)?,
            curve: Worker::latest("curve", wake.clone(), |request: CurveRequest, _| {
                let CurveRequest {
                    problem,
                    design,
                    cut,
                    objective,
                } = request;
                Some(CurveAnswer {
                    cut,
                    curve: explore::curve(&problem.problem(), &design, cut, objective),
                })
            })?,
            compare: Worker::latest("compare", wake.clone(), compare::compute())?,
            layout: Worker::latest("layout", wake.clone(), |request: LayoutRequest, ticket| {
                layout::layout(&request, &|| ticket.is_cancelled())
            })?,
            open: Worker::latest("opening", wake.clone(), |request, _| Some(opening::open(&request)))?,
            check: Worker::latest("check", wake.clone(), |request, ticket| {
                Some(super::check::run(&request, ticket))
            })?,
            save: Worker::in_order("saving", wake.clone(), |request: SaveRequest, _| {
                let written = save(&request);
                Some((request, written))
            })?,
            dialog: Worker::in_order("file dialog", wake.clone(), |request, _| {
                Some(super::dialog::ask(request))
            })?,
        })
    }

    /// What is being worked on, the longest first among those worth showing.
    pub fn statuses(&self) -> Vec<Status> {
        let all = [
            self.open.status(),
            self.front.status(),
            self.optimum.status(),
            self.evolution.status(),
            self.sweep.status(),
            self.table.status(),
            self.layout.status(),
            self.check.status(),
            self.save.status(),
        ];
        all.into_iter().flatten().collect()
    }

    /// Whether anything but a dialog is under way.
    pub fn is_busy(&self) -> bool {
        let beside = [
            self.curve.status(),
            self.comparison.status(),
            self.compare.status(),
            self.along.status(),
        ];
        beside.iter().any(Option::is_some) || !self.statuses().is_empty()
    }

    /// Cancels the work of the worker of this name; NSGA-II keeps what it has found.
    pub fn cancel(&self, name: &str) {
        match name {
            "layer costs" => self.table.cancel(),
            "front" => self.front.cancel(),
            "optimum" => self.optimum.cancel(),
            evolution::NAME => self.evolution.stop(),
            "sweep" => self.sweep.cancel(),
            "layout" => self.layout.cancel(),
            "opening" => self.open.cancel(),
            "check" => self.check.cancel(),
            _ => {}
        }
    }
}

/// Writes a file; the error names it and says what to do.
fn save(request: &SaveRequest) -> Result<(), String> {
    let path = &request.path;
    let is_state = request.purpose == SavePurpose::State;
    if let Some(folder) = path.parent().filter(|_| is_state) {
        // The window's own folder is made at the first write; a user's folder is never made up from a typing error.
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: cannot be made: {error}", folder.display()))?;
    }
    let previous = if is_state { Previous::Drop } else { Previous::Keep };
    match &request.content {
        SaveContent::Design(document) => file::save(path, document, previous).map_err(|error| error.to_string()),
        SaveContent::Text(text) => store::write_atomically(path, text.as_bytes(), Previous::Drop).map_err(|error| {
            let remedy = "Choose a folder that exists and may be written to";
            format!("{}: the file cannot be written: {error}. {remedy}", path.display())
        }),
    }
}

/// Keeps the last table, so that editing one device recomputes only its row.
fn compute_table() -> impl FnMut(TableRequest, &Ticket) -> Option<TableAnswer> + Send + 'static {
    let mut last: Option<(TableRequest, TableAnswer)> = None;
    move |request, _| {
        let network = request.network.view(request.view);
        let known = last
            .as_ref()
            .filter(|(asked, _)| asked.shape() == request.shape())
            .map(|(_, answer)| answer);
        let schedule = known.map(|k| Arc::clone(&k.schedule));
        let schedule = schedule.unwrap_or_else(|| Arc::new(network.schedule(request.schedule)));
        let table = Arc::new(match known {
            Some(known) => known.table.for_system(network, &request.system, &request.required_bits),
            None => CostTable::requiring(network, &request.system, &request.required_bits),
        });
        let answer = TableAnswer { schedule, table };
        last = Some((request, answer.clone()));
        Some(answer)
    }
}

/// The front a request asks for; `None` when it was cancelled.
fn search(request: &FrontRequest, ticket: &Ticket) -> Option<Front> {
    let (cancel, progress) = (|| ticket.is_cancelled(), |share| ticket.set_progress(share));
    explore::front(&request.problem(), &request.search, &cancel, &progress)
}

/// Keeps the flips of every link: they do not depend on its present rate, so that nothing is searched for them while its
/// slider moves.
fn compute_front() -> impl FnMut(FrontRequest, &Ticket) -> Option<FrontAnswer> + Send + 'static {
    let mut known: Vec<(FrontRequest, Vec<Flip>)> = Vec::new();
    move |request, ticket| {
        let begin = std::time::Instant::now();
        let front = search(&request, ticket)?;
        let front_s = begin.elapsed().as_secs_f64();
        let links = 0..request.system.links.len();
        let found = links.map(|link| {
            let at_one_rate = request.with_unit_rate(link);
            let same = known.iter().find(|(asked, _)| asked.gives_same_flips(&at_one_rate));
            let flips = match same {
                Some((_, flips)) => flips.clone(),
                None => explore::flips(&request.problem(), link, &|| ticket.is_cancelled())?,
            };
            Some((at_one_rate, flips))
        });
        known = found.collect::<Option<_>>()?;
        let flips = known.iter().map(|(_, flips)| flips.clone()).collect();
        Some(FrontAnswer { front, front_s, flips })
    }
}

fn compute_sweep(request: SweepRequest, ticket: &Ticket) -> Option<SweepAnswer> {
    let begin = std::time::Instant::now();
    let (problem, wish) = (request.problem.problem(), &request.wish);
    let search = &request.problem.search;
    let (cancel, progress) = (|| ticket.is_cancelled(), |share| ticket.set_progress(share));
    let swept = match &wish.second {
        None => Swept::One(sweep::sweep(&problem, search, &wish.question, &cancel, &progress)?),
        Some((knob, range)) => {
            let second = (knob, *range);
            Swept::Two(sweep::map(
                &problem,
                search,
                &wish.question,
                second,
                MAP_ROWS,
                &cancel,
                &progress,
            )?)
        }
    };
    Some(SweepAnswer {
        swept,
        took_s: begin.elapsed().as_secs_f64(),
    })
}

fn compute_along(request: AlongRequest, ticket: &Ticket) -> Option<Vec<Reading>> {
    let Swept::One(sweep) = &*request.swept else {
        return Some(Vec::new());
    };
    let problem = &request.asked.problem;
    let designs = std::slice::from_ref(&request.design);
    let knob = &sweep.question.knob;
    let found = sweep::readings(&problem.problem(), knob, &sweep.values, designs, &|| {
        ticket.is_cancelled()
    });
    found?.into_iter().next()
}
