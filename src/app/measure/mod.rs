//! Measuring this machine from the window: what is asked, the work in a process of its own, what was found, and the dialog that shows it.
//!
//! - `dialog` the whole; `form` what is asked; `found` what came of it

mod dialog;
mod form;
mod found;

pub use dialog::Dialog;

use super::App;
use super::workers::PathPurpose;
use crate::cost::profile::measure::{Existing, Inputs, Line, Progress, Report, Settings, Timing};
use crate::jobs::{Ticket, child};
use crate::presets::read_preset;
use crate::project::Origin;
use crate::system::Device;
use crate::system::preset::DevicePreset;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The name of its worker.
pub const NAME: &str = "measuring";

/// Least time between two answers of a measurement under way.
const PACE: Duration = Duration::from_millis(100);

/// What is to be measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// How.
    pub settings: Settings,
    /// The profile's file.
    pub out: PathBuf,
    /// Whether the device takes sums of single blocks for bundles that are not measured.
    pub estimate: bool,
}

/// Asks for a measurement.
#[derive(Debug, Clone)]
pub struct MeasureRequest {
    /// The program that measures; `None` = this one.
    pub program: Option<PathBuf>,
    /// Where the network is.
    pub origin: Origin,
    /// Sizes of its symbolic dimensions.
    pub symbols: BTreeMap<String, u64>,
    /// How it is measured.
    pub wish: Wish,
    /// What becomes of a profile that is there.
    pub existing: Existing,
}

/// How far a measurement came.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It goes on.
    Running,
    /// It was stopped: what was measured is in the file.
    Stopped,
    /// It came to its end.
    Done(Arc<Report>),
    /// It could not be done, in words.
    Failed(String),
}

/// What is known of a measurement.
#[derive(Debug, Clone)]
pub struct Measured {
    /// What was asked.
    pub request: Arc<MeasureRequest>,
    /// How far it is.
    pub progress: Option<Progress>,
    /// What bundles took so far, each in its last repetition, in the order of their first.
    pub timings: Vec<Timing>,
    /// What the user should know.
    pub notes: Vec<String>,
    /// How far it came.
    pub state: State,
    /// What was measured as a device; an error in words. `None` = not at its end.
    pub device: Option<Result<Arc<Device>, String>>,
}

impl MeasureRequest {
    /// The device preset that is written beside the profile; no name a design file has by itself.
    fn preset(&self) -> PathBuf {
        self.wish.out.with_extension("device.ron")
    }

    fn arguments(&self) -> Vec<OsString> {
        let settings = &self.wish.settings;
        let model = match &self.origin {
            Origin::File(path) => path.clone().into_os_string(),
            Origin::Example(name) => name.into(),
        };
        let mut arguments: Vec<OsString> = vec!["profile".into(), model];
        let symbols = self.symbols.iter();
        arguments.extend(symbols.map(|(name, size)| format!("--symbol={name}={size}").into()));
        let mut option = |name: &str, value: OsString| arguments.extend([OsString::from(name), value]);
        option("--progress", "json".into());
        option("--out", self.wish.out.clone().into());
        option("--preset", self.preset().into());
        option("--iterations", settings.iterations.to_string().into());
        option("--runs", settings.runs.to_string().into());
        option("--warm-up", settings.warm_up.to_string().into());
        option("--threads", settings.threads.to_string().into());
        if let Some(longest) = settings.longest {
            option("--longest", longest.to_string().into());
        }
        match &settings.inputs {
            Inputs::Noise { seed } => option("--seed", seed.to_string().into()),
            Inputs::Images(folder) => option("--images", folder.clone().into()),
        }
        if self.wish.estimate {
            arguments.push("--estimate".into());
        }
        match self.existing {
            Existing::Keep => {}
            Existing::Continue => arguments.push("--resume".into()),
            Existing::Replace => arguments.push("--replace".into()),
        }
        arguments
    }
}

/// A preset's name without what tells it apart from other measurements: `Intel Xeon` of `Intel(R) Xeon(R) Processor, 1 thread, alexnet`. Words
/// about schedules have it many times.
fn short(name: &str) -> String {
    let cpu = name.split(['@', ',']).next().unwrap_or_default();
    let cpu = cpu.replace("(R)", "").replace("(TM)", "");
    let words = cpu
        .split_whitespace()
        .filter(|word| !["CPU", "Processor"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// The work: lines of the process are handed out as they come; stopping ends it between two runs.
pub fn run(request: MeasureRequest, ticket: &Ticket, hand_out: &dyn Fn(Measured)) -> Option<Measured> {
    let request = Arc::new(request);
    let mut measured = Measured {
        request: Arc::clone(&request),
        progress: None,
        timings: Vec::new(),
        notes: Vec::new(),
        state: State::Running,
        device: None,
    };
    hand_out(measured.clone());
    let mut report = None;
    let mut told = Instant::now();
    let mut read = |line: &str| {
        match serde_json::from_str(line) {
            Ok(Line::Progress(progress)) => {
                ticket.set_progress(progress.done as f32 / progress.of.max(1) as f32);
                measured.progress = Some(progress);
            }
            Ok(Line::Timing(timing)) => match measured.timings.iter_mut().find(|own| own.bundle == timing.bundle) {
                Some(own) => *own = timing,
                None => measured.timings.push(timing),
            },
            Ok(Line::Note(words)) => measured.notes.push(words),
            Ok(Line::Report(found)) => report = Some(found),
            Err(error) => measured
                .notes
                .push(format!("a line of its process makes no sense: {error}")),
        }
        if told.elapsed() >= PACE {
            told = Instant::now();
            hand_out(measured.clone());
        }
    };
    let ended = child::stream(request.program.as_deref(), &request.arguments(), ticket, &mut read);
    if ticket.is_cancelled() {
        return None;
    }
    measured.state = match (ended, report) {
        (Ok(()), Some(report)) => State::Done(report.into()),
        (Ok(()), None) => State::Failed("its process ended without an answer".to_owned()),
        (Err(_), _) if ticket.is_stopped() => State::Stopped,
        (Err(error), _) => State::Failed(error),
    };
    if matches!(measured.state, State::Done(_)) {
        let read = read_preset::<DevicePreset>(&request.preset());
        let device = read.map(|preset| {
            let device = preset.device();
            let name = short(&device.name);
            Arc::new(Device { name, ..device })
        });
        measured.device = Some(device.map_err(|error| error.to_string()));
    }
    Some(measured)
}

impl App {
    /// Opens the dialog as it was left.
    pub(super) fn open_measuring(&mut self) {
        let usual = || Wish {
            settings: Settings::quick(),
            out: self.proposed("profile.csv"),
            estimate: false,
        };
        let running = self
            .derived
            .measurement
            .as_ref()
            .filter(|measured| measured.request.origin == self.history.document().network.origin)
            .map(|measured| measured.request.wish.clone());
        let wish = self.measure_wish.clone().or(running).unwrap_or_else(usual);
        self.overlay = super::shell::overlay::Overlay::Measure(Box::new(Dialog::new(wish)));
    }

    /// Asks where the profile is to be written; the dialog comes back with the answer.
    pub(super) fn choose_profile(&mut self, wish: Wish) {
        self.measure_wish = Some(wish);
        self.ask_path(PathPurpose::Profile, "profile.csv");
    }

    /// Looks for the folder of images; the dialog comes back with the answer.
    pub(super) fn choose_images(&mut self, wish: Wish) {
        self.measure_wish = Some(wish);
        self.ask_path(PathPurpose::Images, "images");
    }

    /// A path of the wish was chosen.
    pub(super) fn measure_chosen(&mut self, take: impl FnOnce(&mut Wish)) {
        let Some(wish) = &mut self.measure_wish else { return };
        take(wish);
        self.open_measuring();
    }

    /// Measures the network in the window; another measurement is given up.
    pub(super) fn measure(&mut self, wish: Wish, existing: Existing) {
        let network = &self.history.document().network;
        self.measure_wish = Some(wish.clone());
        self.derived.measurement = None;
        self.workers.measure.request(MeasureRequest {
            program: self.program.clone(),
            origin: network.origin.clone(),
            symbols: network.raw.symbols.clone(),
            wish,
            existing,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_processors_are_short() {
        let names = [
            ("Intel(R) Xeon(R) Processor, 1 thread, alexnet", "Intel Xeon"),
            (
                "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz, 4 threads, vit",
                "Intel Core i7-8550U",
            ),
            ("Cortex-A57, 2 threads, a, b", "Cortex-A57"),
        ];
        for (name, expected) in names {
            assert_eq!(short(name), expected);
        }
    }

    #[test]
    fn a_wish_becomes_arguments_of_the_command() {
        let mut request = MeasureRequest {
            program: None,
            origin: Origin::Example("alexnet".to_owned()),
            symbols: BTreeMap::from([("batch".to_owned(), 1)]),
            wish: Wish {
                settings: Settings::quick(),
                out: PathBuf::from("a b.csv"),
                estimate: false,
            },
            existing: Existing::Continue,
        };
        let text = |request: &MeasureRequest| {
            let arguments = request.arguments().into_iter();
            arguments
                .map(|own| own.into_string().unwrap())
                .collect::<Vec<_>>()
                .join("|")
        };
        assert_eq!(
            text(&request),
            "profile|alexnet|--symbol=batch=1|--progress|json|--out|a b.csv|--preset|a b.device.ron|--iterations|1|--runs|5|--warm-up|2|\
             --threads|1|--longest|3|--seed|1|--resume"
        );
        request.wish.settings = Settings {
            inputs: Inputs::Images(PathBuf::from("photos")),
            ..Settings::default()
        };
        request.existing = Existing::Replace;
        assert!(text(&request).ends_with("--threads|1|--images|photos|--replace"));
        request.wish.estimate = true;
        assert!(text(&request).ends_with("--images|photos|--estimate|--replace"));
    }
}
