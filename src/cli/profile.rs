//! `cutscape profile MODEL`: measures this machine, shows how far it is, and says what sums over bundles tell of the whole network.

use super::{Failure, output};
use crate::cost::profile::BundleTable;
use crate::cost::profile::measure::{
    Existing, Host, Inputs, Line, Machine, Outcome, Progress, Report, Request, Settings, Source, Timing, clock,
    header_path,
};
use crate::network::Network;
use crate::network::blocks::Division;
use crate::presets::PresetValue;
use crate::project::export::MADE_BY;
use crate::project::store::{Previous, write_atomically};
use crate::project::{OpenNetwork, Origin, example};
use crate::system::measured;
use crate::units::Unit;
use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Arguments of `profile`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An ONNX file, or the name of an example inside the program
    model: String,
    /// Size of a symbolic dimension, for example batch=1
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = super::symbol)]
    symbols: Vec<(String, u64)>,
    /// The profile that is written, as CSV; without it, named after the network
    #[arg(long, value_name = "CSV")]
    out: Option<PathBuf>,
    /// The device preset that is written, for systems in the window and the user's folder of presets
    #[arg(long, value_name = "RON")]
    preset: Option<PathBuf>,
    /// Outer repetitions (usual: 5)
    #[arg(long, value_name = "COUNT")]
    iterations: Option<u32>,
    /// Timed runs of a bundle in each repetition (usual: 20)
    #[arg(long, value_name = "COUNT")]
    runs: Option<u32>,
    /// Untimed runs of a bundle before these (usual: 2)
    #[arg(long, value_name = "COUNT")]
    warm_up: Option<u32>,
    /// Blocks of the longest bundle (usual: all)
    #[arg(long, value_name = "BLOCKS")]
    longest: Option<usize>,
    /// Threads that a run computes on (usual: 1)
    #[arg(long, value_name = "COUNT")]
    threads: Option<usize>,
    /// One repetition of 5 runs of bundles of up to 3 blocks, where nothing else is said
    #[arg(long)]
    quick: bool,
    /// In the preset, use sums of single blocks for bundles that were not measured, marked as estimated
    #[arg(long, requires = "preset")]
    estimate: bool,
    /// Run the PNG and JPEG images of a folder; without it, noise
    #[arg(long, value_name = "FOLDER")]
    images: Option<PathBuf>,
    /// Where the random numbers of the noise start
    #[arg(long, default_value_t = 1, conflicts_with = "images")]
    seed: u64,
    /// Continue the profile that is there
    #[arg(long, conflicts_with = "replace")]
    resume: bool,
    /// Measure anew where a profile is there
    #[arg(long)]
    replace: bool,
    /// How far it is: words on standard error, or with the answer as a line of JSON each; the latter ends when standard input does
    #[arg(long, value_enum, default_value_t = Shown::Words)]
    progress: Shown,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shown {
    /// For people
    Words,
    /// For programs
    Json,
    /// Not at all
    None,
}

impl Arguments {
    fn settings(&self) -> Settings {
        let usual = if self.quick {
            Settings::quick()
        } else {
            Settings::default()
        };
        Settings {
            iterations: self.iterations.unwrap_or(usual.iterations),
            runs: self.runs.unwrap_or(usual.runs),
            warm_up: self.warm_up.unwrap_or(usual.warm_up),
            longest: self.longest.or(usual.longest),
            threads: self.threads.unwrap_or(usual.threads),
            inputs: match &self.images {
                Some(folder) => Inputs::Images(folder.clone()),
                None => Inputs::Noise { seed: self.seed },
            },
        }
    }

    fn existing(&self) -> Existing {
        match (self.resume, self.replace) {
            (true, _) => Existing::Continue,
            (_, true) => Existing::Replace,
            _ => Existing::Keep,
        }
    }
}

/// Shows progress on standard error, or as lines of JSON on standard output.
struct Watched {
    shown: Shown,
    /// Set when nobody waits for the answer any more.
    given_up: Arc<AtomicBool>,
    is_terminal: bool,
    /// The repetition that was told last.
    told: Option<u32>,
}

impl Watched {
    fn new(shown: Shown) -> Self {
        let given_up = Arc::new(AtomicBool::new(false));
        if shown == Shown::Json {
            let given_up = Arc::clone(&given_up);
            // Whoever started this holds its standard input open for as long as it wants an answer.
            std::thread::spawn(move || {
                drop(io::stdin().read_to_end(&mut Vec::new()));
                given_up.store(true, Ordering::Relaxed);
            });
        }
        Self {
            shown,
            given_up,
            is_terminal: io::stderr().is_terminal(),
            told: None,
        }
    }

    /// When nobody reads the lines, there is no more to be measured for either.
    fn print(&self, line: &Line) {
        if print(line).is_err() {
            self.given_up.store(true, Ordering::Relaxed);
        }
    }

    /// Leaves the line of progress.
    fn end(&self) {
        if self.shown == Shown::Words && self.is_terminal && self.told.is_some() {
            drop(write!(io::stderr(), "\r\x1b[K"));
        }
    }
}

fn print(line: &Line) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, line)?;
    writeln!(out)?;
    out.flush()
}

impl Host for Watched {
    fn now_ns(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
    }

    fn clock_hz(&self) -> Option<u64> {
        clock::now()
    }

    fn is_cancelled(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    fn progress(&mut self, progress: &Progress) {
        match self.shown {
            Shown::Json => self.print(&Line::Progress(progress.clone())),
            Shown::Words if self.is_terminal => {
                drop(write!(io::stderr(), "\r\x1b[K{}", words(progress)));
                drop(io::stderr().flush());
            }
            // A file is not filled with a line per bundle.
            Shown::Words if self.told != Some(progress.iteration) => output::complain("progress", &words(progress)),
            Shown::Words | Shown::None => {}
        }
        self.told = Some(progress.iteration);
    }

    fn measured(&mut self, timing: &Timing) {
        if self.shown == Shown::Json {
            self.print(&Line::Timing(timing.clone()));
        }
    }

    fn note(&mut self, words: &str) {
        self.end();
        match self.shown {
            Shown::Json => self.print(&Line::Note(words.to_owned())),
            Shown::Words | Shown::None => output::complain("note", words),
        }
    }
}

/// `repetition 2 of 5, conv1..conv3: 40 of 185, 12 s left`.
fn words(progress: &Progress) -> String {
    let Progress {
        iteration,
        iterations,
        now,
        done,
        of,
        ..
    } = progress;
    let stage = match iteration {
        0 => "before the first repetition".to_owned(),
        _ => format!("repetition {iteration} of {iterations}"),
    };
    let left = progress.left().map(|left| format!(", {left} left"));
    format!("{stage}, {now}: {done} of {of}{}", left.unwrap_or_default())
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let settings = arguments.settings();
    settings.checked()?;
    let origin = super::origin(&arguments.model);
    let network = OpenNetwork::open(origin, arguments.symbols.iter().cloned().collect())?;
    let division = Division::of(&network.raw)?;
    let source = match &network.origin {
        Origin::File(path) => Source::File(path),
        Origin::Example(name) => Source::Bytes(name, example::onnx(name).unwrap_or_default()),
    };
    let usual = || PathBuf::from(format!("{}_profile.csv", network.raw.name));
    let out = arguments.out.clone().unwrap_or_else(usual);
    let model = match &network.origin {
        Origin::File(path) => Some(path.as_path()),
        Origin::Example(_) => None,
    };
    check_places(&out, arguments.preset.as_deref(), model)?;
    let mut host = Watched::new(arguments.progress);
    let machine = Machine::of_this();
    let date = date(host.now_ns());
    let request = Request {
        source,
        network: &network.raw,
        division: &division,
        settings: &settings,
        machine: &machine,
        date: &date,
        out: &out,
        existing: arguments.existing(),
    };
    let measured = measure(&request, &mut host);
    host.end();
    let outcome = measured?;
    let preset = arguments.preset.as_deref();
    let mut table = outcome.table.clone();
    if arguments.estimate {
        let filled = table.estimate_missing(table.blocks()).len();
        host.note(&format!(
            "{filled} bundles were not measured: the preset has the sums of their single blocks, marked as estimated"
        ));
    }
    // What was found is told whatever becomes of the preset.
    let written = preset.map_or(Ok(()), |path| write_preset(path, &outcome, table, &network.raw));
    write(
        arguments,
        Report::new(&outcome, &out, preset.filter(|_| written.is_ok())),
    )?;
    written
}

/// Whether all can be written where it is wanted, before hours of measuring are spent: nothing over the model or over each other.
fn check_places(out: &Path, preset: Option<&Path>, model: Option<&Path>) -> Result<(), Failure> {
    let fail = |path: &Path, problem: &str| {
        let error = io::Error::other(problem.to_owned());
        Err(Failure::WriteFile(path.display().to_string(), error))
    };
    let header = header_path(out);
    let own = [out, &header];
    for path in own.into_iter().chain(preset) {
        if model.is_some_and(|model| place(model) == place(path)) {
            return fail(path, "the network itself is there");
        }
    }
    let Some(preset) = preset else { return Ok(()) };
    if own.into_iter().any(|own| place(preset) == place(own)) {
        return fail(preset, "the profile itself goes there");
    }
    let folder = preset.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.is_none_or(Path::is_dir) {
        true => Ok(()),
        false => fail(preset, "its folder does not exist"),
    }
}

/// Where a file is, or would be, however its path is written.
fn place(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = || {
        let folder = whole.parent()?.canonicalize().ok()?;
        Some(folder.join(whole.file_name()?))
    };
    whole.canonicalize().ok().or_else(real).unwrap_or(whole)
}

/// Writes what was measured as a device.
fn write_preset(path: &Path, outcome: &Outcome, table: BundleTable, raw: &Network) -> Result<(), Failure> {
    let preset = measured::preset(&outcome.header, raw, &outcome.blocks, table)?;
    let fail = |problem: String| Failure::Preset(preset.name.clone(), problem);
    if let Some(fault) = preset.value.faults().first() {
        return Err(fail(format!(
            "{fault}. Measure shorter bundles by --longest, and estimate none"
        )));
    }
    let text = preset.to_ron().map_err(|error| fail(error.to_string()))?;
    let written = write_atomically(path, text.as_bytes(), Previous::Keep);
    written.map_err(|error| Failure::WriteFile(path.display().to_string(), error))
}

#[cfg(feature = "tract")]
fn measure(request: &Request, host: &mut dyn Host) -> Result<Outcome, Failure> {
    Ok(crate::cost::profile::measure::run(request, host)?)
}

#[cfg(not(feature = "tract"))]
fn measure(_request: &Request, _host: &mut dyn Host) -> Result<Outcome, Failure> {
    Err(Failure::WithoutTract)
}

/// The JSON document of `profile`.
#[derive(Serialize)]
struct Document {
    made_by: &'static str,
    #[serde(flatten)]
    report: Report,
}

fn write(arguments: &Arguments, report: Report) -> Result<(), Failure> {
    if arguments.progress == Shown::Json {
        return Ok(print(&Line::Report(Box::new(report)))?);
    }
    if arguments.json {
        let made_by = MADE_BY;
        return Ok(output::json(&Document { made_by, report })?);
    }
    Ok(output::text(|out| text(out, &report))?)
}

fn text(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let seconds = |latency_s: f64| Unit::Seconds.format(latency_s);
    let percent = |share: f64| format!("{:+.1} %", 100.0 * share);
    let mut facts = vec![
        ("network", report.network.clone()),
        ("machine", report.machine.clone()),
        ("measured", report.settings.clone()),
        ("profile", report.profile.display().to_string()),
    ];
    facts.extend(
        report
            .preset
            .as_deref()
            .map(Path::display)
            .map(|path| ("preset", path.to_string())),
    );
    output::pairs(out, &facts)?;
    let mut rows = vec![["bundle", "latency", "sum of single blocks"].map(str::to_owned)];
    rows.extend(report.bundles.iter().map(|bundle| {
        let error = bundle.layer_sum_error.map_or(String::new(), percent);
        [bundle.bundle.clone(), seconds(bundle.latency_s), error]
    }));
    writeln!(out)?;
    columns(out, &rows)?;
    let mut rows = vec![["whole network", "latency", "deviation", "bundles"].map(str::to_owned)];
    let measured = format!("measured in one piece, {} runs", report.end_to_end_runs);
    rows.push([measured, seconds(report.end_to_end_s), String::new(), String::new()]);
    rows.extend(report.predictions.iter().map(|own| {
        let name = format!("predicted by {}", own.prediction);
        [name, seconds(own.latency_s), percent(own.deviation), own.tiling.clone()]
    }));
    writeln!(out)?;
    columns(out, &rows)
}

/// Rows with aligned columns.
fn columns<const N: usize>(out: &mut dyn Write, rows: &[[String; N]]) -> io::Result<()> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    for row in rows {
        let cells = row
            .iter()
            .enumerate()
            .map(|(column, cell)| format!("{cell:<0$}", width(column)));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// The day of a time in nanoseconds since 1970, by the Gregorian calendar in UTC.
fn date(ns: i64) -> String {
    let days = ns.div_euclid(86_400_000_000_000);
    // Years begin in March here, so that the leap day is the last of a year; 400 of them have 146,097 days.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + 400 * era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_right() {
        let day = 86_400_000_000_000;
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(day - 1), "1970-01-01");
        assert_eq!(date(11_016 * day), "2000-02-29");
        assert_eq!(date(20_785 * day), "2026-11-28");
    }
}
