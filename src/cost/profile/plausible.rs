//! What no measurement of a device can be: mixed units, absurd powers and clocks, runs that stand twice.
//!
//! [`file`] looks at the runs of one file, [`device`] at what all files of a device hold together. Whatever they refuse they name by row, with
//! what it disagrees with: which of the two is wrong only the person who measured knows.

use super::bundles::{BundleTable, Missing};
use super::damaged::rows_in_words;
use super::error::ProfileError;
use super::form::Form;
use super::runs::Run;
use crate::network::blocks::Blocks;
use crate::units::{Unit, clock};
use std::collections::BTreeMap;

/// Watts that no device takes: more than a cabinet of servers.
pub(super) const MOST_W: f64 = 10_000.0;
/// Watts that no device computes with.
const LEAST_W: f64 = 1e-4;
/// Hertz of the slowest and the fastest clock of processors.
const CLOCKS_HZ: (u64, u64) = (1_000_000, 20_000_000_000);
/// Clocks of a device that differ by this factor or more are in two units.
const OTHER_CLOCKS: f64 = 500.0;
/// Powers that differ from the usual one by this factor or more are in another unit: a load and its absence differ by ten.
const OTHER_POWER: f64 = 200.0;
/// Latencies that differ by this factor or more from what they should be near are in another unit: bundles take from half to twice the sum of
/// their blocks, a device has clocks that differ by up to twenty.
const APART: f64 = 50.0;
/// A bundle that takes this part of one of its blocks is faster than it can be, where it is far below their sum as well.
const FASTER: f64 = 10.0;
/// A bundle rests on few runs below this part of what others have.
const FEW: f64 = 0.75;
/// Most bundles that a note names.
const NAMED: usize = 10;

const ONE_UNIT: &str = "Bring the files into one unit, or delete the rows";

/// The usual run of a bundle at a clock in one file.
#[derive(Debug, Clone, PartialEq)]
struct Usual {
    first: usize,
    last: usize,
    clock_hz: Option<u64>,
    /// Median in seconds.
    latency_s: f64,
    /// Median in watts over the runs with energy; `None` = there are none.
    power_w: Option<f64>,
    /// The row of the median.
    row: u64,
}

/// What a file holds, as far as it is compared with others.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    file: String,
    usual: Vec<Usual>,
}

/// A row of a file.
#[derive(Clone, Copy)]
struct At<'a> {
    file: &'a str,
    usual: &'a Usual,
}

fn fault(file: &str, row: Option<u64>, column: &str, problem: String, remedy: &str) -> ProfileError {
    ProfileError {
        file: file.to_owned(),
        row,
        column: Some(column.to_owned()),
        problem,
        remedy: remedy.to_owned(),
    }
}

/// What the runs of a file are usually like, where each of them can be.
///
/// # Errors
/// A clock that no processor has, a run that stands twice, an energy whose power no device takes or that is far from that of the bundle's other
/// runs: by row and column.
pub fn file(runs: &[Run], file: &str, form: &Form) -> Result<Seen, ProfileError> {
    clocks(runs, file, form)?;
    twice(runs, file)?;
    let mut order: Vec<&Run> = runs.iter().collect();
    let key = |run: &Run| (run.first, run.last, run.clock_hz);
    order.sort_by(|a, b| key(a).cmp(&key(b)).then(a.latency_s.total_cmp(&b.latency_s)));
    let mut usual = Vec::new();
    for group in order.chunk_by(|a, b| key(a) == key(b)) {
        let Some(median) = group.get(group.len() / 2) else {
            continue;
        };
        usual.push(Usual {
            first: median.first,
            last: median.last,
            clock_hz: median.clock_hz,
            latency_s: median.latency_s,
            power_w: usual_power(group, file)?,
            row: median.row,
        });
    }
    let file = file.to_owned();
    Ok(Seen { file, usual })
}

/// That processors have such clocks.
fn clocks(runs: &[Run], file: &str, form: &Form) -> Result<(), ProfileError> {
    let (slowest, fastest) = CLOCKS_HZ;
    let is_none = |run: &&Run| run.clock_hz.is_some_and(|hz| !(slowest..=fastest).contains(&hz));
    let Some(run) = runs.iter().find(is_none) else {
        return Ok(());
    };
    let problem = format!(
        "no processor is clocked at {}: clocks are from {} to {}",
        clock(run.clock_hz.unwrap_or(0)),
        clock(slowest),
        clock(fastest)
    );
    let remedy = "Choose the producer whose units the file has: clocks in Hz or in kHz";
    if form.clock_hz == run.clock_hz {
        let problem = format!("{problem}; the clock is the number at the end of the file's name");
        let error = fault(file, None, "", problem, remedy);
        return Err(ProfileError { column: None, ..error });
    }
    Err(fault(file, Some(run.row), "frequency", problem, remedy))
}

/// That no run stands twice.
fn twice(runs: &[Run], file: &str) -> Result<(), ProfileError> {
    let numbered = runs.iter().filter(|run| run.iteration.is_some() && run.run.is_some());
    let key = |run: &Run| (run.first, run.last, run.clock_hz, run.iteration, run.run);
    let mut order: Vec<&Run> = numbered.collect();
    order.sort_by_key(|run| (key(run), run.row));
    let pairs = order.windows(2).filter(|pair| key(pair[0]) == key(pair[1]));
    let mut again: Vec<(u64, &Run)> = pairs.map(|pair| (pair[1].row, pair[0])).collect();
    again.sort_by_key(|&(row, _)| row);
    let Some(&(row, before)) = again.first() else {
        return Ok(());
    };
    let mut rows: Vec<u64> = again.iter().map(|&(row, _)| row).skip(1).collect();
    rows.dedup();
    let others = match rows.len() {
        0 => String::new(),
        1 => format!("; row {} repeats one too", rows_in_words(&rows)),
        count => format!("; {count} more rows repeat runs: {}", rows_in_words(&rows)),
    };
    let number = |number: Option<u32>| number.unwrap_or(0);
    let problem = format!(
        "run {} of repetition {} of this bundle stands in row {} as well{others}",
        number(before.run),
        number(before.iteration),
        before.row
    );
    let remedy = "Delete one of them, or number the repetitions of a second measurement on";
    Err(fault(file, Some(row), "run", problem, remedy))
}

/// The median power in watts of runs of one bundle at one clock, where all of them are near it.
fn usual_power(runs: &[&Run], file: &str) -> Result<Option<f64>, ProfileError> {
    // No energy means that it was not measured.
    let measured = runs
        .iter()
        .filter(|run| run.energy_j.is_some_and(|energy| energy > 0.0));
    let power = |run: &Run| run.energy_j.unwrap_or(0.0) / run.latency_s;
    let mut powers: Vec<(f64, &Run)> = measured.map(|run| (power(run), *run)).collect();
    powers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.row.cmp(&b.1.row)));
    let Some(&(median, _)) = powers.get(powers.len() / 2) else {
        return Ok(None);
    };
    let drawn = |power: f64, run: &Run| {
        format!(
            "{} µJ in {} s are {}",
            scientific(run.energy_j.unwrap_or(0.0) * 1e6),
            scientific(run.latency_s),
            watts(power)
        )
    };
    let far = |&&(power, _): &&(f64, &Run)| !is_near(power, median, OTHER_POWER);
    let worst = powers.last().filter(|&&(power, _)| power > MOST_W);
    if let Some(&(power, run)) = worst {
        let problem = format!("{}, more than any device takes", drawn(power, run));
        let remedy = "Write run_energy in µJ, choose the producer whose units durs has, or delete the row";
        return Err(fault(file, Some(run.row), "run_energy", problem, remedy));
    }
    let mut outside: Vec<(f64, &Run)> = powers.iter().filter(far).copied().collect();
    outside.sort_by_key(|(_, run)| run.row);
    if let Some(&(power, run)) = outside.first() {
        let rows: Vec<u64> = outside.iter().skip(1).map(|(_, run)| run.row).collect();
        let others = match rows.len() {
            0 => String::new(),
            count => format!("; so have {count} more: {}", rows_in_words(&rows)),
        };
        let problem = format!(
            "{} where runs of this bundle usually take {}: units are mixed, or the row is damaged{others}",
            drawn(power, run),
            watts(median)
        );
        let remedy = "Write run_energy in µJ in every row, or delete the row";
        return Err(fault(file, Some(run.row), "run_energy", problem, remedy));
    }
    if median < LEAST_W {
        let row = powers.first().map(|(_, run)| run.row);
        let problem = format!(
            "the energies are those of {}, less than any device takes",
            watts(median)
        );
        let remedy = "Write run_energy in µJ, or choose the producer whose units durs has";
        return Err(fault(file, row, "run_energy", problem, remedy));
    }
    Ok(Some(median))
}

fn is_near(number: f64, other: f64, factor: f64) -> bool {
    let ratio = number / other;
    ratio < factor && ratio > 1.0 / factor
}

fn watts(power_w: f64) -> String {
    match power_w < 1e12 {
        true => Unit::Watts.format(power_w),
        false => format!("{} W", scientific(power_w)),
    }
}

/// A number of 0 or more that may be absurdly large or small.
fn scientific(number: f64) -> String {
    match (1e-9..1e15).contains(&number) {
        true => format!("{number}"),
        false => format!("{number:e}"),
    }
}

/// That the files of a device agree with each other, and the bundles in them.
///
/// # Errors
/// Clocks, powers or latencies in two units: the row that is out of line with the one it disagrees with.
pub fn device(seen: &[Seen], blocks: &Blocks) -> Result<(), ProfileError> {
    let rows = seen.iter().flat_map(|seen| {
        let file = seen.file.as_str();
        seen.usual.iter().map(move |usual| At { file, usual })
    });
    let mut rows: Vec<At> = rows.collect();
    one_unit_of_clocks(&rows)?;
    one_unit_of_powers(&rows, blocks)?;
    rows.sort_by_key(|at| (at.usual.clock_hz, at.usual.first, at.usual.last));
    for at_clock in rows.chunk_by(|a, b| a.usual.clock_hz == b.usual.clock_hz) {
        bundles_of_blocks(at_clock, blocks)?;
    }
    rows.sort_by_key(|at| (at.usual.first, at.usual.last, at.usual.clock_hz));
    rows.windows(2)
        .try_for_each(|pair| near_at_clocks(pair[0], pair[1], blocks))
}

impl At<'_> {
    /// Where it stands, seen from a row of a file.
    fn words(&self, file: &str) -> String {
        match self.file == file {
            true => format!("row {}", self.usual.row),
            false => format!("row {} of {}", self.usual.row, self.file),
        }
    }

    fn bundle(&self, blocks: &Blocks) -> String {
        let Usual {
            first, last, clock_hz, ..
        } = *self.usual;
        Missing { first, last, clock_hz }.words(blocks)
    }

    fn fault(&self, column: &str, problem: String, remedy: &str) -> ProfileError {
        fault(self.file, Some(self.usual.row), column, problem, remedy)
    }
}

fn seconds(at: At) -> String {
    Unit::Seconds.format(at.usual.latency_s)
}

fn one_unit_of_clocks(rows: &[At]) -> Result<(), ProfileError> {
    let clocked = || rows.iter().filter_map(|at| Some((at.usual.clock_hz?, at)));
    let slowest = clocked().min_by_key(|&(hz, _)| hz);
    let fastest = clocked().max_by_key(|&(hz, _)| hz);
    let Some(((slow, at), (fast, other))) = slowest.zip(fastest) else {
        return Ok(());
    };
    if (fast as f64) < slow as f64 * OTHER_CLOCKS {
        return Ok(());
    }
    let problem = format!(
        "the device has a clock of {} here and one of {} in {}: units are mixed",
        clock(slow),
        clock(fast),
        other.words(at.file)
    );
    Err(at.fault(
        "frequency",
        problem,
        "Write all clocks in Hz, or all in kHz, and choose the producer",
    ))
}

fn one_unit_of_powers(rows: &[At], blocks: &Blocks) -> Result<(), ProfileError> {
    let mut powers: Vec<(f64, &At)> = rows.iter().filter_map(|at| Some((at.usual.power_w?, at))).collect();
    powers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(median, other)) = powers.get(powers.len() / 2) else {
        return Ok(());
    };
    let far = |(power, _): &&(f64, &At)| !is_near(*power, median, OTHER_POWER);
    let Some((power, at)) = powers.iter().find(far) else {
        return Ok(());
    };
    let problem = format!(
        "runs of {} take {} where those of {} in {} take {}: units are mixed",
        at.bundle(blocks),
        watts(*power),
        other.bundle(blocks),
        other.words(at.file),
        watts(median)
    );
    Err(at.fault("run_energy", problem, "Write run_energy in µJ in every row"))
}

/// That bundles at one clock are near what their parts say. `rows` are sorted by bundle.
fn bundles_of_blocks(rows: &[At], blocks: &Blocks) -> Result<(), ProfileError> {
    let by_span: BTreeMap<(usize, usize), At> = rows.iter().map(|at| ((at.usual.first, at.usual.last), *at)).collect();
    let latency = |at: &At| at.usual.latency_s;
    for (&(first, last), &whole) in &by_span {
        if first == last {
            continue;
        }
        let part = |first, last| by_span.get(&(first, last)).copied();
        let (front, back) = (part(first, last - 1), part(first + 1, last));
        // A bundle takes as long as the longest of its parts about,
        for longer in [front, back].into_iter().flatten() {
            if latency(&whole) * APART < latency(&longer) {
                return Err(too_short(whole, longer, blocks));
            }
        }
        // and no longer than its parts one after another.
        for (one, other) in [(front, part(last, last)), (part(first, first), back)] {
            let (Some(one), Some(other)) = (one, other) else {
                continue;
            };
            if latency(&whole) > APART * (latency(&one) + latency(&other)) {
                let parts = format!("{} and {}", one.words(whole.file), other.words(whole.file));
                return Err(too_long(whole, latency(&one) + latency(&other), &parts, blocks));
            }
        }
        let singles: Option<Vec<At>> = (first..=last).map(|block| part(block, block)).collect();
        let Some(singles) = singles else { continue };
        let sum: f64 = singles.iter().map(latency).sum();
        let longest = singles.iter().max_by(|a, b| latency(a).total_cmp(&latency(b)));
        if let Some(&longest) = longest
            && latency(&whole) * APART < sum
            && latency(&whole) * FASTER < latency(&longest)
        {
            return Err(too_short(whole, longest, blocks));
        }
        if latency(&whole) > APART * sum {
            let rows: Vec<u64> = singles.iter().map(|at| at.usual.row).collect();
            return Err(too_long(whole, sum, &format!("rows {}", rows_in_words(&rows)), blocks));
        }
    }
    Ok(())
}

fn too_short(whole: At, part: At, blocks: &Blocks) -> ProfileError {
    let problem = format!(
        "{} takes {} but {}, a part of it, {} in {}: units are mixed",
        whole.bundle(blocks),
        seconds(whole),
        part.bundle(blocks),
        seconds(part),
        part.words(whole.file)
    );
    whole.fault("durs", problem, ONE_UNIT)
}

fn too_long(whole: At, parts_s: f64, parts: &str, blocks: &Blocks) -> ProfileError {
    let problem = format!(
        "{} takes {} but its parts in {parts} {} together: units are mixed",
        whole.bundle(blocks),
        seconds(whole),
        Unit::Seconds.format(parts_s)
    );
    whole.fault("durs", problem, ONE_UNIT)
}

/// That a bundle at a clock and at the next faster one take times that a clock explains.
fn near_at_clocks(slow: At, fast: At, blocks: &Blocks) -> Result<(), ProfileError> {
    let span = |at: At| (at.usual.first, at.usual.last);
    let (Some(slow_hz), Some(fast_hz)) = (slow.usual.clock_hz, fast.usual.clock_hz) else {
        return Ok(());
    };
    if span(slow) != span(fast) || slow_hz == fast_hz {
        return Ok(());
    }
    let ratio = slow.usual.latency_s / fast.usual.latency_s;
    if ratio * APART > 1.0 && ratio < APART * fast_hz as f64 / slow_hz as f64 {
        return Ok(());
    }
    let problem = format!(
        "{} takes {} but {} at {} in {}: units are mixed",
        fast.bundle(blocks),
        seconds(fast),
        seconds(slow),
        clock(slow_hz),
        slow.words(fast.file)
    );
    Err(fast.fault("durs", problem, ONE_UNIT))
}

/// Which bundles rest on far fewer runs than the others at their clock, in words; `None` = none do.
pub fn fewer(table: &BundleTable, blocks: &Blocks) -> Option<String> {
    let measured = || table.iter().filter(|(_, cost)| !cost.estimated);
    let mut counts: BTreeMap<Option<u64>, BTreeMap<usize, usize>> = BTreeMap::new();
    for (_, cost) in measured() {
        *counts.entry(cost.clock_hz).or_default().entry(cost.runs).or_default() += 1;
    }
    // The most frequent count, of several the largest.
    let usual = |clock| {
        let counts = counts.get(&clock)?;
        counts
            .iter()
            .max_by_key(|&(&runs, &bundles)| (bundles, runs))
            .map(|(&runs, _)| runs)
    };
    let few = measured().filter_map(|((first, last), cost)| {
        let clock_hz = cost.clock_hz;
        let usual = usual(clock_hz).filter(|&usual| (cost.runs as f64) < FEW * usual as f64)?;
        let bundle = Missing { first, last, clock_hz }.words(blocks);
        Some(format!("{bundle} has {}, others {usual}", cost.runs))
    });
    let few: Vec<String> = few.collect();
    if few.is_empty() {
        return None;
    }
    let named = few
        .iter()
        .take(NAMED)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("; ");
    let more = match few.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more bundles"),
    };
    Some(format!("fewer runs than others: {named}{more}"))
}

#[cfg(test)]
mod tests;
