//! The measurement itself.

use super::extract::{Runner, Whole};
use super::journal::Journal;
use super::machine::{Build, TRACT};
use super::order::{Pace, bundles, wanting};
use super::{Header, Host, Inputs, MeasureError, Outcome, Progress, Request, Timing, inputs};
use crate::cost::profile::runs::Run;
use std::path::Path;
use std::time::Instant;
use tract_onnx::prelude::*;

/// Most different inputs; further runs take them again in turn.
const MOST_INPUTS: u32 = 20;
/// Most bytes of tensors between blocks that are kept.
const MOST_BYTES: u64 = 1_000_000_000;

/// What bundles are run on: for every input, the tensors before every block.
type Tensors = Vec<Vec<TVec<TValue>>>;

/// Measures all bundles, repetition by repetition, and the whole network in one piece beside them.
///
/// # Errors
/// Something asked for makes no sense, tract does not take the network, a file is in the way, or the host cancelled: the profile then
/// holds all bundles that were measured.
pub fn run(request: &Request, host: &mut dyn Host) -> Result<Outcome, MeasureError> {
    let Request { settings, division, .. } = *request;
    settings.checked()?;
    let blocks = &division.blocks;
    let seed = match settings.inputs {
        Inputs::Noise { seed } => seed,
        Inputs::Images(_) => 1,
    };
    let header = Header {
        network: file_name(request),
        hash: request.network.hash.clone(),
        blocks: blocks.names().to_vec(),
        bytes: blocks.bytes().to_vec(),
        machine: request.machine.clone(),
        settings: settings.clone(),
        tract: TRACT.to_owned(),
        date: request.date.to_owned(),
        build: Some(Build::of_this()),
        inputs_hash: None,
        sessions: Vec::new(),
    };
    let (whole, filled) = Whole::open(request.source, request.network, division, seed)?;
    let threads = request.machine.threads.filter(|&threads| threads < settings.threads);
    let busy = threads.map(|threads| format!("the machine runs {threads} threads at once, fewer than asked for"));
    let debug = "this program was built for debugging: a release build is faster, and so are its times".to_owned();
    for note in [filled, busy, cfg!(debug_assertions).then_some(debug)]
        .into_iter()
        .flatten()
    {
        host.note(&note);
    }
    let (first, inputs_hash) = inputs::make(&whole.inputs(), &settings.inputs, input_count(request))?;
    let header = Header { inputs_hash, ..header };
    let mut notes = Vec::new();
    let mut journal = Journal::open(request.out, &header, blocks, request.existing, &mut notes)?;
    for note in &notes {
        host.note(note);
    }
    let order = bundles(blocks.len(), settings.longest);
    let left = wanting(&order, settings.iterations, |iteration, bundle| {
        journal.has(iteration, bundle)
    });
    // The whole network in one piece is measured in every repetition as well.
    let pieces = std::iter::repeat_n((0, blocks.len() - 1), settings.iterations as usize);
    let mut work = Work {
        request,
        whole: &whole,
        tensors: vec![first],
        pace: Pace::new(left.iter().map(|&(_, bundle)| bundle).chain(pieces)),
    };
    let of = (order.len() + 1) * settings.iterations as usize;
    let measured = work.all(&left, of, &mut journal, host);
    // Whatever came of it, the header tells what the clock was.
    let noted = journal.note_clocks();
    let end_to_end = match measured {
        Err(MeasureError::Cancelled(file)) if journal.is_waiting() => {
            host.note(&format!("{file} is as it was: nothing was measured yet"));
            return Err(MeasureError::Unbegun(file));
        }
        measured => measured?,
    };
    noted?;
    if let Some(note) = journal.header().other_clock() {
        host.note(&note);
    }
    let runs = journal.runs();
    Ok(Outcome::new(
        journal.header().clone(),
        blocks.clone(),
        &runs,
        end_to_end,
    ))
}

/// The name of the network's file.
fn file_name(request: &Request) -> String {
    let name = request.source.name();
    let short = Path::new(&name)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    short.unwrap_or(name)
}

/// How many different inputs there are: one per run, but not more than memory is sensibly spent on.
fn input_count(request: &Request) -> usize {
    let each: u64 = request.division.blocks.bytes().iter().sum();
    let fit = MOST_BYTES / each.max(1);
    let wanted = request.settings.runs.min(MOST_INPUTS);
    u64::from(wanted).min(fit).max(1) as usize
}

struct Work<'a> {
    request: &'a Request<'a>,
    whole: &'a Whole,
    /// By block, then by input.
    tensors: Tensors,
    pace: Pace,
}

impl Work<'_> {
    fn cancelled(&self) -> MeasureError {
        MeasureError::Cancelled(self.request.out.display().to_string())
    }

    /// Measures what is left, and the whole network in one piece; seconds of the latter.
    fn all(
        &mut self,
        left: &[(u32, (usize, usize))],
        of: usize,
        journal: &mut Journal,
        host: &mut dyn Host,
    ) -> Result<Vec<f64>, MeasureError> {
        let (blocks, iterations) = (&self.request.division.blocks, self.request.settings.iterations);
        if left.iter().any(|(_, (first, _))| *first > 0) {
            self.activations(host)?;
        }
        let whole_network = (0, blocks.len() - 1);
        let mut end_to_end = Vec::new();
        let mut left = left;
        for iteration in 1..=iterations {
            let own;
            (own, left) = left.split_at(left.partition_point(|&(k, _)| k <= iteration));
            let pieces = (iterations - iteration + 1) as usize;
            let own = own.iter().map(|&(_, bundle)| Some(bundle)).chain([None]);
            let behind = left.len() + pieces;
            let count = own.size_hint().0 - 1;
            for (index, bundle) in own.enumerate() {
                host.progress(&Progress {
                    iteration,
                    iterations,
                    now: bundle.map_or("whole network".to_owned(), |(first, last)| blocks.words(first, last)),
                    done: of - (count - index) - behind,
                    of,
                    remaining_s: self.pace.remaining(),
                });
                let begin = Instant::now();
                let (first, last) = bundle.unwrap_or(whole_network);
                let runs = self.measured(first, last, iteration, journal.clock_hz(), host)?;
                // It has run until now, and not yet rested.
                journal.ran_at(host.clock_hz());
                self.pace.took((first, last), begin.elapsed().as_secs_f64());
                match bundle {
                    Some((first, last)) => {
                        let sum: f64 = runs.iter().map(|run| run.latency_s).sum();
                        let timing = Timing {
                            bundle: blocks.words(first, last),
                            latency_s: sum / runs.len().max(1) as f64,
                        };
                        journal.add(blocks, iteration, runs)?;
                        host.measured(&timing);
                    }
                    None => end_to_end.extend(runs.iter().map(|run| run.latency_s)),
                }
            }
            journal.note_clocks()?;
        }
        Ok(end_to_end)
    }

    /// Runs the network block by block on every input and keeps what crosses between them.
    fn activations(&mut self, host: &mut dyn Host) -> Result<(), MeasureError> {
        let blocks = &self.request.division.blocks;
        for block in 0..blocks.len() - 1 {
            host.progress(&Progress {
                iteration: 0,
                iterations: self.request.settings.iterations,
                now: format!("what crosses behind {}", blocks.words(block, block)),
                done: block,
                of: blocks.len() - 1,
                remaining_s: None,
            });
            let mut runner = self.whole.runner(block, block, self.request.settings.threads)?;
            let mut behind = Vec::new();
            for inputs in &self.tensors[block] {
                if host.is_cancelled() {
                    return Err(self.cancelled());
                }
                let mut outputs = self.execute(&mut runner, inputs.clone(), (block, block))?;
                // What crosses comes first, outputs of the network behind it.
                outputs.truncate(1);
                behind.push(outputs);
            }
            self.tensors.push(behind);
        }
        Ok(())
    }

    fn execute(
        &self,
        runner: &mut Runner,
        inputs: TVec<TValue>,
        (first, last): (usize, usize),
    ) -> Result<TVec<TValue>, MeasureError> {
        let outputs = runner.run(inputs);
        outputs.map_err(|error| self.whole.failed("run a bundle", first, last, &error))
    }

    /// Prepares a bundle and runs it; only the executions are timed.
    fn measured(
        &self,
        first: usize,
        last: usize,
        iteration: u32,
        clock_hz: Option<u64>,
        host: &dyn Host,
    ) -> Result<Vec<Run>, MeasureError> {
        let settings = self.request.settings;
        let mut runner = self.whole.runner(first, last, settings.threads)?;
        let inputs = &self.tensors[first];
        // A copy of its own, as a tensor that has just arrived: the bundle may work in place.
        let fresh = |run: u32| -> TVec<TValue> {
            let inputs = &inputs[run as usize % inputs.len()];
            inputs.iter().map(|input| input.deep_clone().into_tvalue()).collect()
        };
        for run in 0..settings.warm_up {
            if host.is_cancelled() {
                return Err(self.cancelled());
            }
            self.execute(&mut runner, fresh(run), (first, last))?;
        }
        let mut runs = Vec::new();
        for run in 0..settings.runs {
            if host.is_cancelled() {
                return Err(self.cancelled());
            }
            let inputs = fresh(run);
            let start_ns = host.now_ns();
            let begin = Instant::now();
            let outputs = runner.run(inputs);
            let took = begin.elapsed();
            outputs.map_err(|error| self.whole.failed("run a bundle", first, last, &error))?;
            // A clock may be too coarse to tell, but nothing takes no time.
            let nanoseconds = i64::try_from(took.as_nanos()).unwrap_or(i64::MAX).max(1);
            runs.push(Run {
                first,
                last,
                clock_hz,
                latency_s: nanoseconds as f64 / 1e9,
                energy_j: None,
                start_ns: Some(start_ns),
                end_ns: Some(start_ns.saturating_add(nanoseconds)),
                iteration: Some(iteration),
                run: Some(run + 1),
                row: 0,
            });
        }
        Ok(runs)
    }
}
