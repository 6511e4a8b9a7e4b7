//! A measurement as other programs, and the window, read it.

use super::{Outcome, Progress};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A line that a measurement in a process of its own prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// How far it is.
    Progress(Progress),
    /// What a bundle took.
    Timing(Timing),
    /// Something the user should know.
    Note(String),
    /// What it found; the last line.
    Report(Box<Report>),
}

/// What a bundle took in one repetition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// The bundle in words.
    pub bundle: String,
    /// Mean seconds of its runs.
    pub latency_s: f64,
}

/// What a measurement found; numbers in SI base units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The network's file.
    pub network: String,
    /// Its content.
    pub network_hash: String,
    /// The machine in words.
    pub machine: String,
    /// How it was measured, in words.
    pub settings: String,
    /// The profile's file.
    pub profile: PathBuf,
    /// The device preset that was written.
    pub preset: Option<PathBuf>,
    /// Bundles by size, then by first block.
    pub bundles: Vec<BundleLine>,
    /// Seconds of the network in one piece.
    pub end_to_end_s: f64,
    /// How many runs that is the mean of.
    pub end_to_end_runs: usize,
    /// Sums over bundles.
    pub predictions: Vec<PredictionLine>,
}

/// A bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BundleLine {
    /// First block, from 0.
    pub first: usize,
    /// Last block.
    pub last: usize,
    /// In words.
    pub bundle: String,
    /// Seconds.
    pub latency_s: f64,
    /// How many runs that is the mean of.
    pub runs: usize,
    /// By what share the sum of its single blocks is too much; `None` for single blocks.
    pub layer_sum_error: Option<f64>,
}

/// A sum over bundles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictionLine {
    /// Which sum.
    pub prediction: String,
    /// Its bundles.
    pub tiling: String,
    /// Seconds.
    pub latency_s: f64,
    /// By what share it is more than what was measured in one piece.
    pub deviation: f64,
}

impl Report {
    /// Of a measurement whose profile is in a file.
    pub fn new(outcome: &Outcome, profile: &Path, preset: Option<&Path>) -> Self {
        let header = &outcome.header;
        let mut bundles: Vec<BundleLine> = outcome
            .table
            .iter()
            .map(|((first, last), cost)| BundleLine {
                first,
                last,
                bundle: outcome.blocks.words(first, last),
                latency_s: cost.latency_s,
                runs: cost.runs,
                layer_sum_error: outcome.layer_sum_error(first, last),
            })
            .collect();
        bundles.sort_by_key(|line| (line.last - line.first, line.first));
        let predictions = outcome.predictions.iter().map(|prediction| PredictionLine {
            prediction: prediction.name.to_owned(),
            tiling: outcome.words(prediction),
            latency_s: prediction.latency_s,
            deviation: outcome.deviation(prediction),
        });
        Self {
            network: header.network.clone(),
            network_hash: header.hash.0.clone(),
            machine: format!("{}; measured on {}", header.machine.words(), header.sessions_words()),
            settings: header.settings.words(),
            profile: profile.to_owned(),
            preset: preset.map(Path::to_owned),
            bundles,
            end_to_end_s: outcome.end_to_end_s,
            end_to_end_runs: outcome.end_to_end_runs,
            predictions: predictions.collect(),
        }
    }
}
