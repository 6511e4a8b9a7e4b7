//! Logs of an ODROID SmartPower 3 supply, and the energy of runs by them.
//!
//! Columns by heading: `channel 0 power (mW)`, `channel 1 power (mW)` and `timestamp`, nanoseconds since 1970 at the host. Others are
//! ignored. Power between two samples is interpolated; beyond the ends it is constant for one sample period at most.

use super::damaged::ascending;
pub use super::damaged::{Damaged, Faults, rows_in_words};
use super::error::{ProfileError, quoted};
use super::plausible::MOST_W;
use super::runs::Run;
use super::sheet::{Row, Sheet};

/// Number of the supply's channels.
pub const CHANNELS: usize = 2;

/// Samples this many sample periods apart have a hole between them: fewer may have been damaged rows.
const HOLE_PERIODS: f64 = 10.0;

/// Units that timestamps may be in by mistake, in nanoseconds.
const UNITS_NS: [(&str, f64); 3] = [("microseconds", 1e3), ("milliseconds", 1e6), ("seconds", 1e9)];

/// A power log.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerLog {
    file: String,
    /// Nanoseconds since 1970, strictly ascending, at least two.
    stamps_ns: Vec<i64>,
    /// Watts by channel.
    power_w: [Vec<f64>; CHANNELS],
}

/// How a power log is joined with runs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Join {
    /// Which of the supply's channels feeds the device, from 0.
    pub channel: usize,
    /// Seconds that the host's clock is ahead of the device's.
    pub clock_offset_s: f64,
    /// Watts of the idle device that are subtracted; `None` = energies include them.
    pub idle_power_w: Option<f64>,
}

/// What a join could not know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// Rows of the profile whose run lies outside the log, at least in part: their energy is 0, which stands for missing.
    pub outside: Vec<u64>,
    /// Rows whose run lies in a hole of the log, at least in part: their energy is 0 as well.
    pub in_holes: Vec<u64>,
    /// How many runs had an energy before.
    pub replaced: usize,
}

/// A sample with its line.
struct Sample {
    line: u64,
    stamp_ns: i64,
    power_w: [f64; CHANNELS],
}

impl Joined {
    /// Takes out the runs without energy: that the log does not have them does not mean that they took none.
    pub fn keep_inside(&self, runs: &mut Vec<Run>) {
        let is_known = |row| self.outside.binary_search(&row).is_err() && self.in_holes.binary_search(&row).is_err();
        runs.retain(|run| run.energy_j != Some(0.0) || is_known(run.row));
    }

    /// What is to be told of it, in words.
    pub fn notes(&self) -> Vec<String> {
        let reasons = [
            (&self.outside, "outside the power log"),
            (&self.in_holes, "in a hole of the power log"),
        ];
        let reasons = reasons.into_iter().filter(|(rows, _)| !rows.is_empty());
        let left_out = reasons.map(|(rows, reason)| {
            let (count, rows) = (rows.len(), rows_in_words(rows));
            let runs = if count == 1 { "run" } else { "runs" };
            format!("{count} {runs} {reason}, hence without energy and left out: rows {rows}")
        });
        let replaced = (self.replaced > 0).then(|| {
            let count = self.replaced;
            let runs = if count == 1 { "run" } else { "runs" };
            format!("energies of {count} {runs} in the profile are replaced by those of the power log")
        });
        left_out.chain(replaced).collect()
    }
}

impl PowerLog {
    /// Reads a log; `file` names it in errors.
    ///
    /// # Errors
    /// A column is missing, a row is damaged, or time stands still or runs backwards: by row and column.
    pub fn read(text: &str, file: &str) -> Result<Self, ProfileError> {
        Self::read_with(text, file, Damaged::Refuse).map(|(log, _)| log)
    }

    /// Reads a log, and gives what is wrong with the rows that were left out. A row is damaged if its fields are too few, too many or
    /// no amounts, or if its time does not fit between those of the others: as few rows as possible are.
    ///
    /// # Errors
    /// A column is missing, fewer than two samples are left, or a row is damaged and these are refused: the first by row and column, the
    /// others by row.
    pub fn read_with(text: &str, file: &str, damaged: Damaged) -> Result<(Self, Faults), ProfileError> {
        let sheet = Sheet::open(text, file)?;
        let stamp = sheet.needed("timestamp")?;
        let columns = [
            sheet.needed("channel 0 power (mW)")?,
            sheet.needed("channel 1 power (mW)")?,
        ];
        let mut samples = Vec::new();
        let mut faults = Faults::default();
        sheet.visit(|row| {
            match row.and_then(|row| sample(row, stamp, columns)) {
                Ok(sample) => samples.push(sample),
                Err(fault) => faults.add(fault),
            }
            Ok(())
        })?;
        let stamps: Vec<i64> = samples.iter().map(|sample| sample.stamp_ns).collect();
        let fits = ascending(&stamps);
        for (sample, _) in samples.iter().zip(&fits).filter(|(_, fits)| !**fits) {
            let problem = "the time does not fit between those of the rows around it";
            let remedy = "Sort the log, or delete the row";
            faults.add(sheet.fault(Some(sample.line), Some("timestamp"), problem, remedy));
        }
        if let (Damaged::Refuse, Some(error)) = (damaged, faults.all_in_one()) {
            return Err(error);
        }
        let kept = samples.iter().zip(&fits).filter(|(_, fits)| **fits);
        let kept: Vec<&Sample> = kept.map(|(sample, _)| sample).collect();
        if kept.len() < 2 {
            let problem = "one sample is no power over time";
            return Err(sheet.fault(None, None, problem, "Record the log while the runs are measured"));
        }
        let channel = |index: usize| kept.iter().map(|sample| sample.power_w[index]).collect();
        let log = Self {
            file: file.to_owned(),
            stamps_ns: kept.iter().map(|sample| sample.stamp_ns).collect(),
            power_w: [channel(0), channel(1)],
        };
        Ok((log, faults))
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.stamps_ns.len()
    }

    /// Seconds from the first sample: as seconds since 1970 they would exceed what a 64-bit float tells apart.
    fn seconds(&self, stamp_ns: i64) -> f64 {
        let first = self.stamps_ns.first().copied().unwrap_or(0);
        (i128::from(stamp_ns) - i128::from(first)) as f64 / 1e9
    }

    /// Seconds from the first sample to the last.
    fn length_s(&self) -> f64 {
        self.stamps_ns.last().map_or(0.0, |&last| self.seconds(last))
    }

    /// Seconds between two samples: the median, which a hole does not change.
    pub fn period_s(&self) -> f64 {
        let pairs = self.stamps_ns.windows(2);
        let mut gaps: Vec<i64> = pairs.map(|pair| pair[1].saturating_sub(pair[0])).collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).map_or(0.0, |&gap| gap as f64 / 1e9)
    }

    /// Joules that a channel gave between two times in seconds from the first sample; `None` where the log does not reach.
    fn energy_j(&self, channel: usize, (start_s, end_s): (f64, f64), period: f64) -> Option<f64> {
        let length = self.length_s();
        let power = self.power_w.get(channel)?;
        if start_s < -period || end_s > length + period || end_s < start_s {
            return None;
        }
        let (first, last) = (*power.first()?, *power.last()?);
        // Constant beyond the ends.
        let before = (end_s.min(0.0) - start_s.min(0.0)) * first;
        let behind = (end_s.max(length) - start_s.max(length)) * last;
        let (start, end) = (start_s.clamp(0.0, length), end_s.clamp(0.0, length));
        let mut sum = before + behind;
        let from = self.stamps_ns.partition_point(|&at| self.seconds(at) <= start);
        for right in from.max(1)..self.stamps_ns.len() {
            let (left_s, right_s) = (
                self.seconds(self.stamps_ns[right - 1]),
                self.seconds(self.stamps_ns[right]),
            );
            if left_s >= end {
                break;
            }
            let at = |s: f64| {
                let share = (s - left_s) / (right_s - left_s);
                power[right - 1] + (power[right] - power[right - 1]) * share
            };
            let (a, b) = (start.max(left_s), end.min(right_s));
            sum += (at(a) + at(b)) / 2.0 * (b - a);
        }
        Some(sum)
    }

    /// Whether a run lies between two samples far apart, further from them than a period.
    fn is_in_hole(&self, start_s: f64, end_s: f64, period: f64) -> bool {
        let longest = HOLE_PERIODS * period;
        let from = self.stamps_ns.partition_point(|&at| self.seconds(at) <= start_s);
        let pairs = self
            .stamps_ns
            .get(from.saturating_sub(1)..)
            .unwrap_or_default()
            .windows(2);
        let pairs = pairs.map(|pair| (self.seconds(pair[0]), self.seconds(pair[1])));
        let mut pairs = pairs.take_while(|&(left, _)| left < end_s);
        pairs.any(|(left, right)| right - left > longest && start_s < right - period && end_s > left + period)
    }

    /// Gives every run its energy.
    ///
    /// # Errors
    /// Runs without start or end, a channel the supply does not have, a clock offset that is no number, no run inside the log (its clock
    /// and the device's are not synchronised), or an idle power above the power of a run; `file` names the profile.
    pub fn join(&self, runs: &mut [Run], join: &Join, file: &str) -> Result<Joined, ProfileError> {
        let fault = |file: &str, row, column: Option<&str>, problem: String, remedy: &str| ProfileError {
            file: file.to_owned(),
            row,
            column: column.map(str::to_owned),
            problem,
            remedy: remedy.to_owned(),
        };
        if join.channel >= CHANNELS {
            let problem = format!("the supply has no channel {}", join.channel);
            return Err(fault(&self.file, None, None, problem, "Choose channel 0 or 1"));
        }
        let idle_w = join.idle_power_w.unwrap_or(0.0);
        if !join.clock_offset_s.is_finite() || !idle_w.is_finite() || idle_w < 0.0 {
            let problem = "clock offset and idle power must be finite, idle power not negative".to_owned();
            return Err(fault(&self.file, None, None, problem, "Correct the setting"));
        }
        let mut joined = Joined::default();
        let period = self.period_s();
        for run in runs.iter_mut() {
            joined.replaced += usize::from(run.energy_j.is_some_and(|energy_j| energy_j > 0.0));
            let (Some(start_ns), Some(end_ns)) = (run.start_ns, run.end_ns) else {
                let problem = "a run without start and end cannot be found in a power log".to_owned();
                let remedy = "Measure with wall-clock times, or leave the power log out";
                return Err(fault(file, Some(run.row), Some("starts"), problem, remedy));
            };
            let start_s = self.seconds(start_ns) + join.clock_offset_s;
            let end_s = self.seconds(end_ns) + join.clock_offset_s;
            let Some(energy_j) = self.energy_j(join.channel, (start_s, end_s), period) else {
                joined.outside.push(run.row);
                run.energy_j = Some(0.0);
                continue;
            };
            if self.is_in_hole(start_s, end_s, period) {
                joined.in_holes.push(run.row);
                run.energy_j = Some(0.0);
                continue;
            }
            let above_idle = energy_j - idle_w * (end_s - start_s);
            if above_idle < 0.0 {
                let problem = format!("the run took less than the idle power of {idle_w} W");
                return Err(fault(file, Some(run.row), None, problem, "Give a lower idle power"));
            }
            run.energy_j = Some(above_idle);
        }
        if !runs.is_empty() && joined.outside.len() == runs.len() {
            let start_ns = runs.first().and_then(|run| run.start_ns).unwrap_or(0);
            let (why, remedy) = self.why_apart(start_ns);
            let problem = format!("no run lies within {}: {why}", self.file);
            return Err(fault(file, None, Some("starts"), problem, remedy));
        }
        if !runs.is_empty() && joined.outside.len() + joined.in_holes.len() == runs.len() {
            let problem = format!("no run lies within {} and outside its holes", self.file);
            let remedy = "Record the log while the runs are measured";
            return Err(fault(file, None, Some("starts"), problem, remedy));
        }
        Ok(joined)
    }

    /// Why a run that starts then cannot be in the log, and what is to be done.
    fn why_apart(&self, start_ns: i64) -> (String, &'static str) {
        let first_ns = self.stamps_ns.first().copied().unwrap_or(0);
        let ratio = start_ns as f64 / first_ns as f64;
        for (unit, factor) in UNITS_NS {
            // A hundredth of the time since 1970 is half a year: the ones that are that near were taken together.
            let is_near = |ratio: f64| (ratio / factor - 1.0).abs() < 0.01;
            if is_near(ratio) {
                let why = format!("its timestamps are in {unit}, not in nanoseconds");
                return (why, "Write the log's timestamps in nanoseconds since 1970");
            }
            if is_near(1.0 / ratio) {
                let why = format!("the runs start in 1970, their starts are in another unit by a factor of {factor}");
                return (why, "Choose the producer whose units the file has");
            }
        }
        let why = format!(
            "the first starts {:.3} s after the log, which is {:.3} s long; the clocks are not synchronised",
            self.seconds(start_ns),
            self.length_s()
        );
        (why, "Give the clock offset")
    }
}

fn sample(row: &Row, stamp: usize, columns: [usize; CHANNELS]) -> Result<Sample, ProfileError> {
    let stamp_ns: i64 = row.whole(stamp)?;
    if stamp_ns < 0 {
        return Err(row.fault(stamp, "the time is before 1970", "Write nanoseconds since 1970"));
    }
    let mut power_w = [0.0; CHANNELS];
    for (power_w, column) in power_w.iter_mut().zip(columns) {
        *power_w = row.amount(column)? / 1e3;
        if *power_w > MOST_W {
            let problem = format!("{} mW are more than any device takes", quoted(row.text(column)));
            return Err(row.fault(column, problem, "Write the power in mW, or delete the row"));
        }
    }
    Ok(Sample {
        line: row.line,
        stamp_ns,
        power_w,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "timestamp,channel 0 power (mW),channel 1 power (mW)\n";

    fn log(rows: &[(i64, u32)]) -> Result<PowerLog, String> {
        let rows = rows.iter().map(|(ms, mw)| format!("{},{mw},00000\n", ms * 1_000_000));
        let text: String = std::iter::once(HEADINGS.to_owned()).chain(rows).collect();
        PowerLog::read(&text, "log.csv").map_err(|error| error.to_string())
    }

    fn run(start_ms: i64, end_ms: i64) -> Run {
        Run {
            first: 0,
            last: 0,
            clock_hz: None,
            latency_s: 1.0,
            energy_j: None,
            start_ns: Some(start_ms * 1_000_000),
            end_ns: Some(end_ms * 1_000_000),
            iteration: None,
            run: None,
            row: 2,
        }
    }

    #[test]
    fn energy_is_the_area_below_the_interpolated_power() {
        let log = log(&[(1000, 0), (2000, 2000), (3000, 2000)]).unwrap();
        let energy = |start, end| {
            let mut runs = [run(start, end), run(1000, 2000)];
            log.join(&mut runs, &Join::default(), "p.csv").unwrap();
            runs[0].energy_j.unwrap()
        };
        assert_eq!(energy(1000, 2000), 1.0);
        assert_eq!(energy(1500, 2000), 0.75);
        assert_eq!(energy(2250, 2750), 1.0);
        // Constant beyond the ends by a period, no further.
        assert_eq!(energy(3000, 4000), 2.0);
        assert_eq!(energy(0, 1000), 0.0);
        assert_eq!(energy(2500, 4001), 0.0);
    }

    #[test]
    fn offset_and_idle_power_are_settings() {
        let log = log(&[(1000, 1000), (2000, 1000)]).unwrap();
        let mut runs = [run(0, 500)];
        let join = Join {
            clock_offset_s: 1.25,
            idle_power_w: Some(0.5),
            ..Join::default()
        };
        log.join(&mut runs, &join, "p.csv").unwrap();
        assert_eq!(runs[0].energy_j, Some(0.25));
        let idle_power_w = Some(1.5);
        let error = log.join(&mut runs, &Join { idle_power_w, ..join }, "p.csv");
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("row 2: the run took less than the idle")
        );
    }

    #[test]
    fn holes_and_clocks_that_differ_are_told() {
        let mut rows: Vec<(i64, u32)> = (0..100).map(|k| (k, 1000)).collect();
        rows.push((5000, 1000));
        let holes = log(&rows).unwrap();
        let mut runs = [run(10, 20), run(90, 200)];
        let joined = holes.join(&mut runs, &Join::default(), "p.csv").unwrap();
        assert_eq!(joined.in_holes, [2]);
        let mut far = [run(3_600_000, 3_600_010)];
        let error = holes.join(&mut far, &Join::default(), "p.csv").unwrap_err().to_string();
        assert!(
            error.contains("not synchronised") && error.contains("3600.000 s after"),
            "{error}"
        );
    }

    #[test]
    fn runs_in_a_hole_have_no_energy_and_are_left_out() {
        let mut rows: Vec<(i64, u32)> = (0..100).map(|k| (k, 1000)).collect();
        rows.extend((300..400).map(|k| (k, 1000)));
        let log = log(&rows).unwrap();
        // Inside, up to a period into the hole, further, in the middle of it, behind it.
        let mut runs = [run(10, 20), run(90, 100), run(90, 101), run(150, 160), run(299, 310)];
        for (run, row) in runs.iter_mut().zip(2..) {
            run.row = row;
        }
        let mut runs = runs.to_vec();
        let joined = log.join(&mut runs, &Join::default(), "p.csv").unwrap();
        assert_eq!((joined.in_holes.as_slice(), joined.outside.len()), (&[4, 5][..], 0));
        joined.keep_inside(&mut runs);
        let rows: Vec<u64> = runs.iter().map(|run| run.row).collect();
        assert_eq!(rows, [2, 3, 6]);
        assert_eq!(
            joined.notes(),
            ["2 runs in a hole of the power log, hence without energy and left out: rows 4, 5"]
        );
        let mut all = [run(150, 160), run(1500, 1600)];
        let error = log.join(&mut all, &Join::default(), "p.csv").unwrap_err().to_string();
        assert!(
            error.contains("no run lies within log.csv and outside its holes"),
            "{error}"
        );
    }

    #[test]
    fn energies_that_are_replaced_are_told() {
        let log = log(&[(1000, 1000), (2000, 1000)]).unwrap();
        let mut runs = [run(1000, 1500), run(1500, 2000), run(1500, 2000)];
        (runs[0].energy_j, runs[1].energy_j) = (Some(7.0), Some(0.0));
        let joined = log.join(&mut runs, &Join::default(), "p.csv").unwrap();
        assert_eq!(runs[0].energy_j, Some(0.5));
        assert_eq!(
            joined.notes(),
            ["energies of 1 run in the profile are replaced by those of the power log"]
        );
    }

    #[test]
    fn another_unit_of_time_is_not_a_clock_that_differs() {
        let read = |stamps: [i64; 2]| {
            let text = format!("{HEADINGS}{},1,0\n{},1,0\n", stamps[0], stamps[1]);
            PowerLog::read(&text, "log.csv").unwrap()
        };
        let (ns, s) = (1_700_000_000_000_000_000, 1_700_000_000);
        let told = |log: &PowerLog, start_ns: i64| {
            let mut runs = [run(0, 0)];
            (runs[0].start_ns, runs[0].end_ns) = (Some(start_ns), Some(start_ns));
            log.join(&mut runs, &Join::default(), "p.csv").unwrap_err().to_string()
        };
        let milli = told(&read([s * 1000, s * 1000 + 5]), ns + 1_000_000_000);
        assert!(
            milli.contains(
                "no run lies within log.csv: its timestamps are in milliseconds, not in nanoseconds. Write the log's"
            ),
            "{milli}"
        );
        let whole = told(&read([s, s + 5]), ns);
        assert!(whole.contains("its timestamps are in seconds"), "{whole}");
        let runs = told(&read([ns, ns + 5]), s * 1_000_000);
        assert!(
            runs.contains("starts are in another unit by a factor of 1000. Choose the producer"),
            "{runs}"
        );
        let late = told(&read([ns, ns + 5]), ns + 3_600_000_000_000);
        assert!(late.contains("the clocks are not synchronised"), "{late}");
    }

    #[test]
    fn samples_that_no_device_takes_are_damaged() {
        let text = format!("{HEADINGS}1000,5,0\n2000,99999999999,0\n3000,5,0\n");
        let error = PowerLog::read(&text, "log.csv").unwrap_err().to_string();
        assert!(
            error.contains("row 3, column channel 0 power (mW): “99999999999” mW are more than any device takes"),
            "{error}"
        );
        let (log, _) = PowerLog::read_with(&text, "log.csv", Damaged::LeaveOut).unwrap();
        assert_eq!(log.power_w[0], [0.005, 0.005]);
    }

    #[test]
    fn damaged_logs_are_refused_by_row() {
        let backwards = log(&[(2, 1), (1, 1)]).unwrap_err();
        assert!(backwards.contains("log.csv, row 3, column timestamp"), "{backwards}");
        assert!(log(&[(2, 1)]).unwrap_err().contains("one sample"));
        let text = format!("{HEADINGS}1,5,0\n2,5\n");
        let short = PowerLog::read(&text, "log.csv").unwrap_err().to_string();
        assert!(short.contains("row 3: the row has 2 fields"), "{short}");
        let text = format!("{HEADINGS}1,5,0\n2,-5,0\n");
        let negative = PowerLog::read(&text, "log.csv").unwrap_err().to_string();
        assert!(negative.contains("row 3, column channel 0 power (mW)"), "{negative}");
    }
    #[test]
    fn damaged_rows_are_all_named_and_left_out_on_request_alone() {
        // Row 4 is short, row 5 negative, row 6 from the future.
        let text = format!("{HEADINGS}1000,5,0\n2000,7,0\n3000,5\n4000,-5,0\n9000,5,0\n5000,9,0\n6000,9,0\n");
        let error = PowerLog::read(&text, "log.csv").unwrap_err().to_string();
        assert!(
            error.contains("row 4: the row has 2 fields") && error.contains("2 more rows are damaged: 5, 6"),
            "{error}"
        );
        let (log, faults) = PowerLog::read_with(&text, "log.csv", Damaged::LeaveOut).unwrap();
        assert_eq!(log.stamps_ns, [1000, 2000, 5000, 6000]);
        assert_eq!(log.power_w[0], [0.005, 0.007, 0.009, 0.009]);
        assert!(
            faults
                .words()
                .unwrap()
                .starts_with("3 damaged rows left out: 4, 5, 6 (the first: the row has 2 fields"),
            "{faults:?}"
        );
        let text = format!("{HEADINGS}1,5,0\n2,5\n");
        assert!(PowerLog::read_with(&text, "log.csv", Damaged::LeaveOut).is_err());
        let none = format!("{HEADINGS}1,5\n2,5\n");
        assert!(PowerLog::read_with(&none, "log.csv", Damaged::LeaveOut).is_err());
    }
}
