//! Timing profiles and joint profiles of time and energy: one run of a bundle after another.
//!
//! Columns by heading, in any order; others are ignored: `layers` (bundle), `durs`, and where known `starts`, `ends`, `iter`, `run`,
//! `frequency`, `run_energy` (µJ). A cell of `durs`, `starts` and `ends` may hold a bracketed list of all runs of a bundle; `iter` beside it is
//! one repetition or a list of them, else runs are counted off.

use super::error::{ProfileError, quoted};
use super::form::Form;
use super::sheet::{Row, Sheet};
use crate::network::blocks::Blocks;
use crate::units;
use std::collections::BTreeMap;

/// No run of a bundle takes longer: a day.
const LONGEST_S: f64 = 86_400.0;
/// Most runs of a file.
const MOST_RUNS: usize = 2_000_000;
/// Durations that differ from `ends` - `starts` by this factor or more are in another unit.
const OTHER_UNIT: f64 = 200.0;
/// Runs that differ from the median of their bundle by this factor or more are in another unit: an interrupted run stays below it.
const OUT_OF_LINE: f64 = 500.0;

/// One run of a bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// First block of the bundle.
    pub first: usize,
    /// Last block of the bundle.
    pub last: usize,
    /// Clock of the device in hertz; `None` = not recorded.
    pub clock_hz: Option<u64>,
    /// Seconds.
    pub latency_s: f64,
    /// Joules of the run; 0 = outside the power log; `None` = never measured.
    pub energy_j: Option<f64>,
    /// Nanoseconds since 1970 at the device.
    pub start_ns: Option<i64>,
    /// Nanoseconds since 1970 at the device.
    pub end_ns: Option<i64>,
    /// Outer repetition, from 1.
    pub iteration: Option<u32>,
    /// Run within the repetition, from 1.
    pub run: Option<u32>,
    /// Line in the file, from 1.
    pub row: u64,
}

struct Columns {
    layers: usize,
    durations: usize,
    starts: Option<usize>,
    ends: Option<usize>,
    iteration: Option<usize>,
    run: Option<usize>,
    frequency: Option<usize>,
    energy: Option<usize>,
}

/// That the clock of a profile's runs is the one in its file's name, in words; `None` = it is not.
pub fn clock_by_name(text: &str, form: &Form) -> Option<String> {
    let hz = form.clock_hz?;
    let has_clocks = Sheet::open(text, "").is_ok_and(|sheet| sheet.column("frequency").is_some());
    (!has_clocks).then(|| format!("clock from the name: {}", units::clock(hz)))
}

/// Reads a profile; `file` names it in errors.
///
/// # Errors
/// A column that is needed is missing, a bundle is none of the network, a number makes no sense, units are mixed, or a row is damaged:
/// by row and column.
pub fn read(text: &str, file: &str, form: &Form, blocks: &Blocks) -> Result<Vec<Run>, ProfileError> {
    let sheet = Sheet::open(text, file)?;
    let columns = Columns {
        layers: sheet.needed("layers")?,
        durations: sheet.needed("durs")?,
        starts: sheet.column("starts"),
        ends: sheet.column("ends"),
        iteration: sheet.column("iter"),
        run: sheet.column("run"),
        frequency: sheet.column("frequency"),
        energy: sheet.column("run_energy"),
    };
    let mut runs = Vec::new();
    sheet.visit(|row| {
        let row = row?;
        let name = row.text(columns.layers);
        let span = blocks.span(name).map_err(|error| {
            let remedy = "Choose the network the profile was taken of, or correct the name";
            row.fault(columns.layers, error.to_string(), remedy)
        })?;
        let durations = row.text(columns.durations);
        let is_list = durations.starts_with('[');
        let more = if is_list { values(durations) } else { 1 };
        if runs.len() + more > MOST_RUNS {
            let problem = format!("there are more than {MOST_RUNS} runs");
            return Err(row.fault(columns.layers, problem, "Split the profile"));
        }
        if is_list {
            exploded(row, &columns, form, span, &mut runs)?;
        } else {
            runs.push(single(row, &columns, form, span)?);
        }
        Ok(())
    })?;
    for run in &runs {
        checked(run, &sheet, form)?;
    }
    one_unit(&runs, &sheet)?;
    Ok(runs)
}

/// How many rows of a profile are of bundles of each of these divisions of a network. The column `layers` alone is looked at.
pub fn fitting(text: &str, divisions: &[Blocks]) -> Vec<usize> {
    let mut counts = vec![0; divisions.len()];
    let Ok(sheet) = Sheet::open(text, "") else {
        return counts;
    };
    let Some(layers) = sheet.column("layers") else {
        return counts;
    };
    // A file with too many rows is refused when it is read; those before fit as they do.
    let _ = sheet.visit(|row| {
        if let Ok(row) = row {
            for (count, blocks) in counts.iter_mut().zip(divisions) {
                *count += usize::from(blocks.span(row.text(layers)).is_ok());
            }
        }
        Ok(())
    });
    counts
}

/// Clock in hertz of a row.
fn clock(row: &Row, columns: &Columns, form: &Form) -> Result<Option<u64>, ProfileError> {
    let Some(column) = columns.frequency else {
        return Ok(form.clock_hz);
    };
    let clock: i64 = row.whole(column)?;
    if clock == -1 {
        // How the original writes "no clock to choose".
        return Ok(None);
    }
    let hertz = u64::try_from(clock).ok().filter(|&clock| clock > 0);
    let hertz = hertz.and_then(|clock| clock.checked_mul(form.clocks.hertz()));
    hertz.map(Some).ok_or_else(|| {
        let problem = format!("{} is no clock rate", quoted(row.text(column)));
        row.fault(column, problem, "Write the clock as a whole number above 0")
    })
}

fn single(row: &Row, columns: &Columns, form: &Form, (first, last): (usize, usize)) -> Result<Run, ProfileError> {
    let stamp = |column: Option<usize>| {
        column
            .map(|column| stamp(row, column, row.text(column), form))
            .transpose()
    };
    let number = |column: Option<usize>| column.map(|column| row.whole(column)).transpose();
    // Microjoules.
    let energy = columns.energy.map(|column| row.amount(column)).transpose()?;
    Ok(Run {
        first,
        last,
        clock_hz: clock(row, columns, form)?,
        latency_s: form.durations.seconds(row.amount(columns.durations)?),
        energy_j: energy.map(|energy| energy / 1e6),
        start_ns: stamp(columns.starts)?,
        end_ns: stamp(columns.ends)?,
        iteration: number(columns.iteration)?,
        run: number(columns.run)?,
        row: row.line,
    })
}

/// A row that holds a list of runs per cell.
fn exploded(
    row: &Row,
    columns: &Columns,
    form: &Form,
    (first, last): (usize, usize),
    runs: &mut Vec<Run>,
) -> Result<(), ProfileError> {
    let clock_hz = clock(row, columns, form)?;
    if let Some(column) = columns.energy {
        let problem = "one energy stands beside a list of runs";
        return Err(row.fault(column, problem, "Write one row per run in profiles with energy"));
    }
    let durations = listed(row, columns.durations)?;
    let others = |column: Option<usize>| -> Result<Option<Vec<&str>>, ProfileError> {
        let Some(column) = column else { return Ok(None) };
        // A list of another length is never taken apart: it may be of any length.
        let count = values(row.text(column));
        if count == durations.len() {
            return listed(row, column).map(Some);
        }
        let problem = format!("the list has {count} values, that of durs {}", durations.len());
        Err(row.fault(column, problem, "Correct the lists or delete the row"))
    };
    let (starts, ends) = (others(columns.starts)?, others(columns.ends)?);
    // One number of a run cannot number a list of them.
    let is_list = |&column: &usize| row.text(column).starts_with('[');
    let numbers = match columns.iteration {
        Some(column) => {
            let own = others(columns.run.filter(is_list))?;
            let iterations = match is_list(&column) {
                true => others(Some(column))?.unwrap_or_default(),
                false => vec![row.text(column); durations.len()],
            };
            numbered(row, (column, &iterations), columns.run.zip(own.as_deref()))?
        }
        None => counted(row, columns.durations, durations.len(), form)?,
    };
    for (k, (text, (iteration, run))) in durations.iter().zip(numbers).enumerate() {
        let at = |list: &Option<Vec<&str>>, column: Option<usize>| match (list.as_ref().and_then(|l| l.get(k)), column)
        {
            (Some(text), Some(column)) => stamp(row, column, text, form).map(Some),
            _ => Ok(None),
        };
        let latency = row.amount_of(columns.durations, text)?;
        runs.push(Run {
            first,
            last,
            clock_hz,
            latency_s: form.durations.seconds(latency),
            energy_j: None,
            start_ns: at(&starts, columns.starts)?,
            end_ns: at(&ends, columns.ends)?,
            iteration: Some(iteration),
            run: Some(run),
            row: row.line,
        });
    }
    Ok(())
}

/// How many values a list has.
fn values(list: &str) -> usize {
    list.bytes().filter(|&byte| byte == b',').count() + 1
}

/// Repetition and run of every value of a list beside which repetitions stand; runs without numbers are counted within each.
fn numbered(
    row: &Row,
    iterations: (usize, &[&str]),
    runs: Option<(usize, &[&str])>,
) -> Result<Vec<(u32, u32)>, ProfileError> {
    let number = |column, text: &str| {
        text.parse().map_err(|_| {
            let problem = format!("{} is no whole number that fits", quoted(text));
            row.fault(column, problem, "Correct the number")
        })
    };
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    let each = iterations.1.iter().enumerate().map(|(k, text)| {
        let iteration = number(iterations.0, text)?;
        let count = counts.entry(iteration).or_default();
        *count += 1;
        let run = match runs.and_then(|(column, texts)| Some((column, texts.get(k)?))) {
            Some((column, text)) => number(column, text)?,
            None => *count,
        };
        Ok((iteration, run))
    });
    each.collect()
}

/// Repetition and run of every value of a list by its place.
fn counted(row: &Row, column: usize, length: usize, form: &Form) -> Result<Vec<(u32, u32)>, ProfileError> {
    let each = form.runs_per_iteration.max(1);
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    // A list that is shorter is one repetition.
    if length > each && !length.is_multiple_of(each) {
        let problem = format!("the list has {length} values, which is no number of repetitions of {each} runs");
        let remedy = "Give the runs of a repetition that the profile was taken with, or a column iter";
        return Err(row.fault(column, problem, remedy));
    }
    Ok((0..length).map(|k| (k / each + 1, k % each + 1)).collect())
}

/// The values of a bracketed list.
fn listed<'a>(row: &'a Row, column: usize) -> Result<Vec<&'a str>, ProfileError> {
    let text = row.text(column);
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let values: Option<Vec<&str>> = inside.map(|inside| inside.split(',').map(str::trim).collect());
    values.filter(|values| !values.contains(&"")).ok_or_else(|| {
        let problem = format!("{} is no whole list [value, value, …]", quoted(text));
        let remedy = "Where the file was written only in part, measure the rest; else correct or delete the row";
        row.fault(column, problem, remedy)
    })
}

/// Nanoseconds since 1970, exactly: as a binary fraction of seconds they would be off by a hundred nanoseconds.
fn stamp(row: &Row, column: usize, text: &str, form: &Form) -> Result<i64, ProfileError> {
    nanoseconds(text, 9 - form.stamps.places()).ok_or_else(|| {
        let problem = format!("{} is no time in {} since 1970", quoted(text), form.stamps.symbol());
        row.fault(column, problem, "Correct the time, or choose the profile's producer")
    })
}

/// A decimal number times ten to the `places`, rounded down.
fn nanoseconds(text: &str, places: u32) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        // In scientific notation a 64-bit float is all there is.
        let value: f64 = text.parse().ok()?;
        let value = value * 10_f64.powi(places.cast_signed());
        let fits = value.is_finite() && (0.0..i64::MAX as f64).contains(&value) && text.contains(['e', 'E']);
        return fits.then_some(value as i64);
    }
    let kept: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(places as usize)
        .collect();
    format!("{whole}{kept}").parse().ok()
}

/// That a run's numbers agree with each other.
fn checked(run: &Run, sheet: &Sheet, form: &Form) -> Result<(), ProfileError> {
    let fault = |column: &str, problem: String, remedy| Err(sheet.fault(Some(run.row), Some(column), problem, remedy));
    let latency_s = run.latency_s;
    if latency_s == 0.0 || latency_s > LONGEST_S {
        let problem = format!("a run of {latency_s} s (read in {}) cannot be", form.durations.symbol());
        return fault(
            "durs",
            problem,
            "Choose the producer whose units the file has, or delete the row",
        );
    }
    let (Some(start), Some(end)) = (run.start_ns, run.end_ns) else {
        return Ok(());
    };
    if end < start {
        let problem = "the run ends before it starts".to_owned();
        return fault("ends", problem, "Correct the row, or choose the profile's producer");
    }
    let wall_s = (end - start) as f64 / 1e9;
    let ratio = wall_s / latency_s;
    // Short runs have coarse stamps; only a gap that a unit explains is a fault.
    if wall_s > 1e-3 && ratio >= OTHER_UNIT || latency_s > 1e-3 && ratio <= 1.0 / OTHER_UNIT {
        let problem =
            format!("the run took {latency_s} s by durs but {wall_s} s from its start to its end: units are mixed");
        return fault("durs", problem, "Choose the producer whose units the file has");
    }
    Ok(())
}

/// That no run is so far from the median of its bundle that it must be in another unit.
fn one_unit(runs: &[Run], sheet: &Sheet) -> Result<(), ProfileError> {
    let mut order: Vec<&Run> = runs.iter().collect();
    let key = |run: &Run| (run.first, run.last, run.clock_hz);
    order.sort_by(|a, b| key(a).cmp(&key(b)).then(a.latency_s.total_cmp(&b.latency_s)));
    for group in order.chunk_by(|a, b| key(a) == key(b)) {
        let Some(median) = group.get(group.len() / 2) else {
            continue;
        };
        for run in [group.first(), group.last()].into_iter().flatten() {
            let ratio = run.latency_s / median.latency_s;
            // A run of microseconds that was interrupted takes a thousand times as long; its stamps tell.
            if stamps_agree(run) {
                continue;
            }
            if !(1.0 / OUT_OF_LINE..=OUT_OF_LINE).contains(&ratio) {
                let problem = format!(
                    "a run of {} s where runs of this bundle usually take {} s: units are mixed, or the row is damaged",
                    run.latency_s, median.latency_s
                );
                let remedy = "Bring the file into one unit, or delete the row";
                return Err(sheet.fault(Some(run.row), Some("durs"), problem, remedy));
            }
        }
    }
    Ok(())
}

/// Whether a run has a start and an end, and took as long as it says between them.
fn stamps_agree(run: &Run) -> bool {
    let wall_s = run
        .start_ns
        .zip(run.end_ns)
        .map(|(start, end)| (end - start) as f64 / 1e9);
    wall_s.is_some_and(|wall_s| (0.5..=2.0).contains(&(wall_s / run.latency_s)))
}

#[cfg(test)]
mod tests;
