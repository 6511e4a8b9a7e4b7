//! Commands without a window, over the same library: `inspect`, `evaluate`, `explore`, `sweep`, `schedule`, `profile`,
//! `accelerator`, `cnnparted`.
//!
//! What was asked for goes to standard output, as text for people, JSON or CSV; everything else to standard error.
//! Exit code 0 = done, 1 = an input is bad, 2 = the command line is.

mod accelerator;
mod cnnparted;
mod evaluate;
mod explore;
mod inspect;
mod map;
mod output;
mod profile;
mod profiles;
mod schedule;
mod second_opinion;
mod sweep;
mod window;

pub use output::complain;
pub use window::{window_failure, without_window};

use crate::network::import::ImportError;
use crate::presets::read_preset;
use crate::project::file::{self, FileError, Trust};
use crate::project::{Document, Origin, example};
use crate::system::preset::{DevicePreset, Presets};
use crate::system::{Device, DeviceModel};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// See and choose how a neural network is split across several accelerators.
#[derive(Debug, Parser)]
#[command(name = "cutscape", version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// The network (.onnx), design (.ron) or system of CNNParted (.yaml) to open in the window
    pub file: Option<PathBuf>,
    /// Forget the window's layout, zoom and recent files
    #[arg(long)]
    pub reset_session: bool,
    /// Colours of the window
    #[arg(long, value_enum)]
    pub theme: Option<Theme>,
    /// What to do without a window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// Dark background.
    Dark,
    /// Light background.
    Light,
}

/// A command that needs no window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the layers of a network with MACs, parameters, shapes and bytes
    Inspect(inspect::Arguments),
    /// Evaluate a design: latency, energy, throughput, memory, violations
    Evaluate(evaluate::Arguments),
    /// Find the exact front of a design's network on its system
    Explore(explore::Arguments),
    /// Vary a number of a design's system and find the best design at every value
    Sweep(sweep::Arguments),
    /// Find the exact schedule of a network's bundles over devices and clocks, by profiles of real devices
    Schedule(Box<schedule::Arguments>),
    /// Measure a network's bundles on this machine, for `schedule` and as a device
    Profile(profile::Arguments),
    /// Map networks onto spatial accelerators, import these, or search families of them
    #[command(subcommand)]
    Accelerator(accelerator::Command),
    /// Partition a network as CNNParted does, by looking at every candidate, and write its result files
    Cnnparted(cnnparted::Arguments),
    /// Print the shapes that tract infers
    #[command(hide = true)]
    SecondOpinion(second_opinion::Arguments),
}

/// In which form the answer is written.
#[derive(Debug, Clone, Copy, Args)]
pub struct Format {
    /// Write JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write the table as CSV
    #[arg(long)]
    csv: bool,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Network(#[from] ImportError),
    #[error(transparent)]
    Design(#[from] FileError),
    #[error(transparent)]
    Cnnparted(#[from] crate::cnnparted::InputError),
    #[error(transparent)]
    Graph(#[from] crate::cnnparted::GraphError),
    #[error("{0}, general.num_pp: one cut per layer boundary makes too many candidates. Give their number by --cuts")]
    Unbounded(String),
    #[error(transparent)]
    Rejected(#[from] crate::cnnparted::Rejection),
    #[error("{0}: {1}. Choose a folder that can be written to")]
    Write(String, io::Error),
    #[error(transparent)]
    TooMany(#[from] crate::cnnparted::TooMany),
    #[error("--vary {0}: the system has no such number. It has: {1}")]
    NoNumber(String, String),
    #[error("--from, --to of {0}: {1}")]
    Range(String, String),
    #[error("{0}: {1}. Choose a file that can be written to")]
    WriteFile(String, io::Error),
    #[error("{0} cannot be written as a preset: {1}")]
    Preset(String, String),
    #[error("{0}: {1}. `cutscape accelerator search --help` shows how sizes are written")]
    Sizes(String, String),
    #[error(transparent)]
    Space(#[from] crate::cost::spatial::space::SpaceError),
    #[cfg(not(feature = "tract"))]
    #[error("this program was built without tract, which runs networks. Build it with the feature `tract`")]
    WithoutTract,
    #[error("{0}: tract gives no second opinion: {1}")]
    SecondOpinion(String, String),
    #[error(
        "--device {0}: no preset of a spatial accelerator has this name. Name a preset's .ron file, or choose one of: {1}"
    )]
    NoAccelerator(String, String),
    #[error("--device {0}")]
    DeviceFile(#[from] crate::presets::Problem),
    #[error(transparent)]
    Profile(#[from] crate::cost::profile::ProfileError),
    #[error(transparent)]
    Measure(#[from] crate::cost::profile::measure::MeasureError),
    #[error(transparent)]
    Blocks(#[from] crate::network::blocks::BlocksError),
    #[error(transparent)]
    Bundles(#[from] crate::explore::schedule::ScheduleError),
    #[error(
        "{0} {1}: neither a rate nor a link preset has this name. Write a rate such as 20 Mbit/s, or choose one of: wifi, 4g, 3g, {2}"
    )]
    NoLink(String, String, String),
    #[error("{0}: the profile has no energies. Give a power log by --power, or a profile with a column run_energy")]
    NoEnergy(String),
    #[error("the edge was not measured at {0}. Its clocks: {1}")]
    NoClock(String, String),
    #[error("--private {0}: the network has {1} blocks. Give no more than these")]
    Private(usize, usize),
    #[error("{0}")]
    NoSchedule(String),
    #[error(transparent)]
    Unstated(#[from] crate::project::bundling::Unstated),
    #[error("the schedule cannot be made the design: {0}")]
    Action(#[from] crate::project::ActionError),
    #[error(transparent)]
    Constraint(#[from] crate::explore::schedule::ConstraintError),
    #[error(transparent)]
    Payload(#[from] crate::explore::schedule::PayloadError),
    #[error("--load {0}: there is no such device. Devices: {1}")]
    NoDevice(String, String),
    #[error(
        "--link {0}: rates and radio powers cannot be set for this kind of link ({1}). Choose wifi, 4g, 3g or a rate"
    )]
    FixedRate(String, &'static str),
    #[error("--append {0}: the file has other columns than this answer: {1}. Name a new file")]
    OtherColumns(String, String),
    #[error("--nest {0}: {1}")]
    NoNest(String, String),
    #[error("standard output: {0}. Write to a place with enough space")]
    Output(#[from] io::Error),
}

/// `NAME=SIZE` of a symbolic dimension.
fn symbol(text: &str) -> Result<(String, u64), String> {
    let (name, size) = text.rsplit_once('=').ok_or("write NAME=SIZE, for example batch=1")?;
    let size: u64 = size
        .trim()
        .parse()
        .map_err(|_| format!("“{size}” is not a whole number"))?;
    if size == 0 {
        return Err("the size must be at least 1".to_owned());
    }
    Ok((name.trim().to_owned(), size))
}

/// A network as the command line names it: a file, or an example where no such file exists.
fn origin(model: &str) -> Origin {
    let path = Path::new(model);
    if !path.exists() && example::onnx(model).is_some() {
        Origin::Example(model.to_owned())
    } else {
        Origin::File(path.to_owned())
    }
}

/// A spatial accelerator among the device presets, or of a preset's file.
fn spatial_device(name: &str) -> Result<Device, Failure> {
    let presets = Presets::load(None);
    let is_spatial = |model: &DeviceModel| matches!(model, DeviceModel::Spatial(_));
    let device = match presets.device(name) {
        None if Path::new(name).extension().is_some_and(|ending| ending == "ron") => {
            Some(read_preset::<DevicePreset>(Path::new(name))?.device())
        }
        device => device,
    };
    let found = device.filter(|device| is_spatial(&device.model));
    found.ok_or_else(|| {
        let all = presets.devices.iter().filter(|preset| is_spatial(&preset.value.model));
        let names: Vec<&str> = all.map(|preset| preset.name.as_str()).collect();
        Failure::NoAccelerator(name.to_owned(), names.join(", "))
    })
}

/// Opens a design with its network, and says on standard error what differs from when it was saved.
fn open_design(design: &Path, network: Option<&str>) -> Result<Document, FileError> {
    let trust = if network.is_some() {
        Trust::Names
    } else {
        Trust::Content
    };
    let opened = file::open(design, network.map(origin), trust)?;
    for note in &opened.notes {
        complain("note", note);
    }
    Ok(opened.document)
}

impl Command {
    /// Runs the command and reports how it went.
    pub fn run(&self) -> ExitCode {
        let done = match self {
            Self::Inspect(arguments) => inspect::run(arguments),
            Self::Evaluate(arguments) => evaluate::run(arguments),
            Self::Explore(arguments) => explore::run(arguments),
            Self::Sweep(arguments) => sweep::run(arguments),
            Self::Schedule(arguments) => schedule::run(arguments),
            Self::Profile(arguments) => profile::run(arguments),
            Self::Accelerator(command) => accelerator::run(command),
            Self::Cnnparted(arguments) => cnnparted::run(arguments),
            Self::SecondOpinion(arguments) => second_opinion::run(arguments),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            // The reader has seen enough (`| head`).
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(failure) => {
                complain("error", &failure.to_string());
                ExitCode::FAILURE
            }
        }
    }
}
