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
use crate::units::Unit;
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
        megahertz(run.clock_hz.unwrap_or(0)),
        megahertz(slowest),
        megahertz(fastest)
    );
    let remedy = "Choose the producer whose units the file has: clocks in Hz or in kHz";
    if form.clock_hz == run.clock_hz {
        let problem = format!("{problem}; the clock is the number at the end of the file's name");
        let error = fault(file, None, "", problem, remedy);
        return Err(ProfileError { column: None, ..error });
    }
    Err(fault(file, Some(run.row), "frequency", problem, remedy))
}

fn megahertz(hz: u64) -> String {
    format!("{} MHz", hz as f64 / 1e6)
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
            run.latency_s,
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

/// A number that may be absurdly large.
fn scientific(number: f64) -> String {
    match number.abs() < 1e15 {
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
        megahertz(slow),
        megahertz(fast),
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
        "{} takes {} but {} at {slow_hz} Hz in {}: units are mixed",
        fast.bundle(blocks),
        seconds(fast),
        seconds(slow),
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
mod tests {
    use super::super::form::Producer;
    use super::super::{runs, statistics};
    use super::*;

    const BLOCKS: [&str; 8] = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc1", "fc2", "fc3"];

    fn alexnet() -> Blocks {
        Blocks::preset("alexnet").unwrap()
    }

    fn seen_in(name: &str, text: &str, producer: Producer) -> Result<Seen, ProfileError> {
        let form = producer.form().named_by(name.as_ref());
        let runs = runs::read(text, name, &form, &alexnet())?;
        file(&runs, name, &form)
    }

    fn checked(text: &str, producer: Producer) -> Result<(), String> {
        let seen = seen_in("p.csv", text, producer).map_err(|error| error.to_string())?;
        device(&[seen], &alexnet()).map_err(|error| error.to_string())
    }

    /// A profile of all bundles with two runs of 10 ms and 30 mJ a block and more columns, changed as the closure says.
    fn profile(columns: &str, change: impl Fn(usize, usize, &mut f64, &mut f64) -> String) -> String {
        let mut text = format!("layers,durs,run_energy,iter,run{columns}\n");
        for first in 0..8 {
            for last in first..8 {
                let size = (last + 1 - first) as f64;
                for run in 1..=2 {
                    let (mut s, mut uj) = (0.01 * size, 30_000.0 * size);
                    let more = change(first, last, &mut s, &mut uj);
                    text += &format!("{},{s},{uj},1,{run}{more}\n", BLOCKS[first..=last].join("_"));
                }
            }
        }
        text
    }

    #[test]
    fn a_bundle_in_another_unit_than_its_blocks_is_named_beside_them() {
        let scaled = |factor: f64, which: fn(usize, usize) -> bool| {
            let text = profile("", |first, last, s, uj| {
                if which(first, last) {
                    *s *= factor;
                    *uj *= factor;
                }
                String::new()
            });
            checked(&text, Producer::Seconds)
        };
        assert_eq!(scaled(1000.0, |_, _| true), Ok(()));
        // A quarter of the sum, or four times it, may be.
        assert_eq!(scaled(0.25, |first, last| first < last), Ok(()));
        assert_eq!(scaled(4.0, |first, last| first < last), Ok(()));
        let whole: fn(usize, usize) -> bool = |first, last| (first, last) == (0, 7);
        assert_eq!(
            scaled(1e-3, whole).unwrap_err(),
            "p.csv, row 17, column durs: conv1..fc3 takes 80.0 µs but conv1..fc2, a part of it, 70.0 ms in row 15: units are mixed. Bring the files into one unit, or delete the rows"
        );
        let long = scaled(1e3, whole).unwrap_err();
        assert!(
            long.contains(
                "row 17, column durs: conv1..fc3 takes 80.0 s but its parts in row 15 and row 72 80.0 ms together"
            ),
            "{long}"
        );
        let block = scaled(1e3, |first, last| (first, last) == (0, 0)).unwrap_err();
        assert!(
            block.contains("conv1..conv2 takes 20.0 ms but conv1, a part of it, 10.0 s in row 2"),
            "{block}"
        );
        // Where the bundles between are missing their sum tells.
        let row = |name: &str, s: f64| format!("{name},{s}\n");
        let singles: String = BLOCKS.iter().map(|name| row(name, 0.01)).collect();
        let whole = |s| {
            checked(
                &format!("layers,durs\n{singles}{}", row(&BLOCKS.join("_"), s)),
                Producer::Seconds,
            )
        };
        assert_eq!(whole(0.05), Ok(()));
        assert!(whole(8e-5).unwrap_err().contains("row 10, column durs: conv1..fc3"));
        assert!(
            whole(80.0)
                .unwrap_err()
                .contains("its parts in rows 2, 3, 4, 5, 6, 7, 8, 9 80.0 ms together")
        );
    }

    #[test]
    fn clocks_of_a_device_are_of_one_unit_and_so_are_latencies_at_them() {
        let one = |name: &str, s: f64| seen_in(name, &format!("layers,durs\nfc1,{s}\n"), Producer::Seconds).unwrap();
        let both = |slow: f64, fast: f64| {
            let files = [one("fixed_76800000.csv", slow), one("fixed_921600000.csv", fast)];
            device(&files, &alexnet()).map_err(|error| error.to_string())
        };
        assert_eq!((both(0.12, 0.01), both(0.01, 0.01)), (Ok(()), Ok(())));
        let fast = both(0.12, 10.0).unwrap_err();
        assert!(
            fast.starts_with(
                "fixed_921600000.csv, row 2, column durs: fc1 at 921600000 Hz takes 10.0 s but 120 ms at 76800000 Hz in row 2 of fixed_76800000.csv"
            ),
            "{fast}"
        );
        assert!(both(120.0, 0.01).is_err() && both(0.000_12, 0.01).is_err());

        let clock = |hz: &str, producer| checked(&format!("layers,durs,frequency\nfc1,1,{hz}\n"), producer);
        assert_eq!(clock("-1", Producer::Seconds), Ok(()));
        assert_eq!(clock("921600000", Producer::Seconds), Ok(()));
        assert_eq!(
            clock("460800", Producer::Seconds).unwrap_err(),
            "p.csv, row 2, column frequency: no processor is clocked at 0.4608 MHz: clocks are from 1 MHz to 20000 MHz. Choose the producer whose units the file has: clocks in Hz or in kHz"
        );
        assert!(
            clock("921600000", Producer::Kilohertz)
                .unwrap_err()
                .contains("clocked at 921600 MHz")
        );
        let named = seen_in("fixed_460800.csv", "layers,durs\nfc1,1\n", Producer::Seconds)
            .unwrap_err()
            .to_string();
        assert!(
            named.starts_with("fixed_460800.csv: no processor") && named.contains("end of the file's name"),
            "{named}"
        );
        let mixed = checked(
            "layers,durs,frequency\nfc1,1,1512000000\nfc2,1,1512000\n",
            Producer::Seconds,
        );
        let mixed = mixed.unwrap_err();
        assert!(
            mixed.contains(
                "row 3, column frequency: the device has a clock of 1.512 MHz here and one of 1512 MHz in row 2"
            ),
            "{mixed}"
        );
    }

    #[test]
    fn energies_that_no_device_takes_are_refused() {
        let with = |energy: &str| {
            let usual = "conv1,0.01,30000\n".repeat(3);
            checked(
                &format!("layers,durs,run_energy\n{usual}conv1,0.01,{energy}\n"),
                Producer::Seconds,
            )
        };
        // None is missing, and a tenth may be.
        assert_eq!((with("0"), with("3000"), with("300000")), (Ok(()), Ok(()), Ok(())));
        let absurd = with("2e13").unwrap_err();
        assert!(
            absurd.contains(
                "row 5, column run_energy: 20000000000000 µJ in 0.01 s are 2.00 GW, more than any device takes"
            ),
            "{absurd}"
        );
        let huge = with("1e300").unwrap_err();
        assert!(
            huge.contains("1e300 µJ in 0.01 s are 1e296 W, more") && huge.len() < 300,
            "{huge}"
        );
        let milli = with("30").unwrap_err();
        assert!(
            milli
                .contains("30 µJ in 0.01 s are 3.00 mW where runs of this bundle usually take 3.00 W: units are mixed"),
            "{milli}"
        );
        let joules = profile("", |_, _, _, uj| {
            *uj /= 1e6;
            String::new()
        });
        let joules = checked(&joules, Producer::Seconds).unwrap_err();
        assert!(
            joules.contains("the energies are those of 3.00 µW, less than any device takes"),
            "{joules}"
        );
        let bundle = profile("", |first, last, _, uj| {
            if (first, last) == (2, 3) {
                *uj /= 1e3;
            }
            String::new()
        });
        let bundle = checked(&bundle, Producer::Seconds).unwrap_err();
        assert!(
            bundle.contains("runs of conv3..conv4 take 3.00 mW where those of"),
            "{bundle}"
        );
    }

    #[test]
    fn a_run_that_stands_twice_is_named_by_both_rows() {
        let text = "layers,durs,iter,run\nconv1,1,1,1\nconv2,1,1,1\nconv1,1,1,2\nconv1,1.1,1,1\n";
        let error = checked(text, Producer::Seconds).unwrap_err();
        assert_eq!(
            error,
            "p.csv, row 5, column run: run 1 of repetition 1 of this bundle stands in row 2 as well. Delete one of them, or number the repetitions of a second measurement on"
        );
        let again = "conv1,1,1,1\n".repeat(4);
        let error = checked(&format!("layers,durs,iter,run\n{again}"), Producer::Seconds).unwrap_err();
        assert!(
            error.contains("row 3") && error.contains("; 2 more rows repeat runs: 4, 5"),
            "{error}"
        );
        let clocks = "layers,durs,iter,run,frequency\nconv1,1,1,1,1000000\nconv1,1,1,1,2000000\n";
        assert_eq!(checked(clocks, Producer::Seconds), Ok(()));
        assert_eq!(
            checked("layers,durs,iter\nconv1,1,1\nconv1,1,1\n", Producer::Seconds),
            Ok(())
        );
    }

    #[test]
    fn bundles_with_far_fewer_runs_are_named() {
        let rows = |name: &str, count| format!("{name},1\n").repeat(count);
        let text = format!(
            "layers,durs\n{}{}{}",
            rows("conv1", 10),
            rows("conv2", 9),
            rows("conv1_conv2", 2)
        );
        let runs = runs::read(&text, "p.csv", &Producer::Seconds.form(), &alexnet()).unwrap();
        let (table, _) = statistics::table(&runs, &alexnet(), &statistics::Statistics::PLAIN);
        assert_eq!(
            fewer(&table, &alexnet()).as_deref(),
            Some("fewer runs than others: conv1..conv2 has 2, others 10")
        );
        assert_eq!(fewer(&BundleTable::of(8, []), &alexnet()), None);
    }
}
