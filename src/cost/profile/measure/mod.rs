//! Measuring the machine in front of the user: the bundles of a network are run with tract as they would be executed, and timed.
//!
//! [`Settings`] is what is asked for, [`order`] the bundles and how long they will take, [`journal`] the profile's file, which is written
//! bundle by bundle and continued where it ends, [`header`] what stands beside it, [`machine`] and [`clock`] what the numbers belong to,
//! [`outcome`] and [`report`] what they say of the whole network.
//! With the feature `tract`: `extract` cuts the network into sub-networks, `fill` gives networks without weights some, `inputs` makes what
//! is run, and [`run`] does the work. Nothing here knows what time it is: the caller's [`Host`] does.

pub mod clock;
#[cfg(feature = "tract")]
mod extract;
#[cfg(feature = "tract")]
mod fill;
pub mod header;
#[cfg(feature = "tract")]
mod inputs;
pub mod journal;
pub mod machine;
pub mod order;
pub mod outcome;
pub mod report;
#[cfg(feature = "tract")]
mod run;

pub use header::{Header, header_path, read_header, same_sizes};
pub use machine::Machine;
pub use order::Progress;
pub use outcome::{Outcome, Prediction};
pub use report::{Line, Report, Timing};
#[cfg(feature = "tract")]
pub use run::run;

use super::ProfileError;
use crate::network::Network;
use crate::network::blocks::Division;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Most runs of a bundle in a repetition, repetitions, untimed runs and threads: beyond these, a number is a slip of the finger.
pub const MOST: u32 = 10_000;
/// Most threads.
pub const MOST_THREADS: usize = 1024;

/// What is measured, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Outer repetitions, at least 1.
    pub iterations: u32,
    /// Timed runs of a bundle in each of them, at least 1.
    pub runs: u32,
    /// Untimed runs of a bundle before these.
    pub warm_up: u32,
    /// Blocks of the longest bundle; `None` = all.
    pub longest: Option<usize>,
    /// Threads that a run computes on, at least 1.
    pub threads: usize,
    /// What is run.
    pub inputs: Inputs,
}

/// What networks are run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inputs {
    /// Standard normal noise from a seed; small whole numbers where the network wants whole numbers.
    Noise {
        /// The seed.
        seed: u64,
    },
    /// The PNG and JPEG files of a folder, in the order of their names.
    Images(PathBuf),
}

impl Inputs {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Noise { seed } => format!("noise from seed {seed}"),
            Self::Images(folder) => format!("images of {}", folder.display()),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            iterations: 5,
            runs: 20,
            warm_up: 2,
            longest: None,
            threads: 1,
            inputs: Inputs::Noise { seed: 1 },
        }
    }
}

impl Settings {
    /// Repetitions of the quick measurement.
    pub const QUICK_ITERATIONS: u32 = 1;
    /// Runs of the quick measurement.
    pub const QUICK_RUNS: u32 = 5;
    /// Blocks of its longest bundle.
    pub const QUICK_LONGEST: usize = 3;

    /// One repetition of five runs of bundles of up to three blocks.
    pub fn quick() -> Self {
        Self {
            iterations: Self::QUICK_ITERATIONS,
            runs: Self::QUICK_RUNS,
            longest: Some(Self::QUICK_LONGEST),
            ..Self::default()
        }
    }

    /// In words, for sources and reports.
    pub fn words(&self) -> String {
        let longest = match self.longest {
            Some(longest) => format!("bundles of up to {longest} blocks"),
            None => "all bundles".to_owned(),
        };
        let threads = match self.threads {
            1 => "1 thread".to_owned(),
            threads => format!("{threads} threads"),
        };
        let Self {
            iterations,
            runs,
            warm_up,
            inputs,
            ..
        } = self;
        format!(
            "{longest}, {iterations} x {runs} runs after {warm_up} untimed ones, {threads}, {}",
            inputs.words()
        )
    }

    /// That the numbers can be measured with.
    ///
    /// # Errors
    /// Names the first that cannot.
    pub fn checked(&self) -> Result<(), MeasureError> {
        let counts = [
            ("the repetitions", self.iterations, 1),
            ("the runs", self.runs, 1),
            ("the untimed runs", self.warm_up, 0),
        ];
        let fail = |what: &str, is: String, least: u32, most: u64| {
            Err(MeasureError::Settings(format!(
                "{what} are {is}, must be {least} to {most}"
            )))
        };
        for (what, count, least) in counts {
            if !(least..=MOST).contains(&count) {
                return fail(what, count.to_string(), least, MOST.into());
            }
        }
        if !(1..=MOST_THREADS).contains(&self.threads) {
            return fail("the threads", self.threads.to_string(), 1, MOST_THREADS as u64);
        }
        if self.longest == Some(0) {
            return Err(MeasureError::Settings(
                "the longest bundle has 0 blocks, must have at least 1".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Where a network's file is.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// On disk; weights in files beside it are found.
    File(&'a Path),
    /// In memory, with the name it is called by.
    Bytes(&'a str, &'a [u8]),
}

impl Source<'_> {
    /// What a person calls it.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Bytes(name, _) => (*name).to_owned(),
        }
    }
}

/// A measurement that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The network's file.
    pub source: Source<'a>,
    /// The network as it was read from it, in the raw view.
    pub network: &'a Network,
    /// Its blocks.
    pub division: &'a Division,
    /// How it is measured.
    pub settings: &'a Settings,
    /// What it is measured on.
    pub machine: &'a Machine,
    /// The day, for the description of the machine.
    pub date: &'a str,
    /// The profile's file.
    pub out: &'a Path,
    /// What becomes of a profile that is there already.
    pub existing: Existing,
}

/// What becomes of a profile that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Existing {
    /// It stays, and nothing is measured.
    #[default]
    Keep,
    /// What it lacks is measured and added.
    Continue,
    /// It is measured anew.
    Replace,
}

/// What the caller knows and wants to know while it is measured.
pub trait Host {
    /// Nanoseconds since 1970.
    fn now_ns(&self) -> i64;
    /// The clock of the processor in hertz, where it tells; asked behind the runs of every bundle, when it is as busy as it was in them.
    fn clock_hz(&self) -> Option<u64>;
    /// Whether to stop; asked between runs.
    fn is_cancelled(&self) -> bool;
    /// What is measured next.
    fn progress(&mut self, progress: &Progress);
    /// What was just measured and written.
    fn measured(&mut self, timing: &Timing);
    /// Something the user should know.
    fn note(&mut self, words: &str);
}

/// Why nothing, or not all, was measured. Reads as two sentences: what is wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A setting makes no sense.
    #[error("{0}. Correct the setting")]
    Settings(String),
    /// tract does not take the network.
    #[error("{network}: tract cannot {what}: {why}. The network cannot be measured here; simplify or export it anew")]
    Tract {
        /// The network's file.
        network: String,
        /// What it cannot do.
        what: &'static str,
        /// What it says.
        why: String,
    },
    /// A value between blocks is not to be found.
    #[error(
        "{network}: “{tensor}”, which crosses before {block}, is no value of the network as tract reads it. Export the network without local functions, or simplify it"
    )]
    Lost {
        /// The network's file.
        network: String,
        /// The tensor, by name.
        tensor: String,
        /// The block behind it.
        block: String,
    },
    /// A bundle is no function of the tensor that crosses before it.
    #[error(
        "{network}: {bundle} needs “{other}” besides the tensor that crosses before it, as tract reads the network. Simplify the network with a tool such as onnxsim"
    )]
    Unconnected {
        /// The network's file.
        network: String,
        /// The bundle.
        bundle: String,
        /// What else it needs.
        other: String,
    },
    /// There is nothing to run the network on.
    #[error("{0}")]
    Input(String),
    /// A file.
    #[error("{file}: {problem}. {remedy}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// The profile that is to be continued, or that was written, cannot be read.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// It was stopped.
    #[error("stopped: {0} holds what was measured. Continue it by --resume")]
    Cancelled(String),
    /// It was stopped before a profile that is there was replaced.
    #[error("stopped before anything was measured: {0} is as it was. Measure anew by --replace")]
    Unbegun(String),
}
