//! Profiles of devices as the command line names them.

use super::{Failure, complain};
use crate::cost::profile::measure::same_sizes;
use crate::cost::profile::power::{Damaged, Join, PowerLog};
use crate::cost::profile::{
    BundleTable, Form, Missing, Producer, Role, Statistics, plausible, read_text, runs, statistics,
};
use crate::network::blocks::Blocks;
use crate::units::Unit;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// Units of a profile's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Units {
    /// Seconds and hertz: generic profiles, "nano", this program
    Seconds,
    /// Nanoseconds and kilohertz: "potato"
    Nanoseconds,
    /// Seconds and kilohertz: joint profiles of "potato"
    Kilohertz,
    /// Durations in milliseconds: "wiscad" with AlexNet and VGG-11
    Milliseconds,
}

impl From<Units> for Producer {
    fn from(units: Units) -> Self {
        match units {
            Units::Seconds => Self::Seconds,
            Units::Nanoseconds => Self::Nanoseconds,
            Units::Kilohertz => Self::Kilohertz,
            Units::Milliseconds => Self::Milliseconds,
        }
    }
}

/// How the edge's profile is averaged and joined with a power log.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Statistics")]
pub struct Settings {
    /// Share of the runs left out in all, half at each end
    #[arg(long, default_value_t = 0.2, value_parser = share, allow_hyphen_values = true)]
    trim: f64,
    /// Average energies over the runs whose durations were kept, not over all
    #[arg(long)]
    joint_trim: bool,
    /// Runs of an outer repetition, in profiles whose cells hold lists of all runs of a bundle
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    runs_per_repetition: u32,
    /// First repetitions of the edge's profile that only warm up, left out where others follow (usual: 1 for the published alexnet, else 0)
    #[arg(long, value_name = "COUNT")]
    warm_up: Option<u32>,
    /// Leave out the edge's runs of this energy in µJ or less (usual: 1 for the published alexnet, else none are)
    #[arg(long, value_name = "UJ", value_parser = amount, allow_hyphen_values = true)]
    least_energy: Option<f64>,
    /// Use sums of single blocks for bundles that were not measured, marked as estimated
    #[arg(long)]
    estimate: bool,
    /// Power log of the edge, as CSV; its profile then needs starts and ends
    #[arg(long, value_name = "CSV")]
    power: Option<PathBuf>,
    /// Leave damaged rows of the power log out, and say which; power is interpolated across them. Without it one refuses the log
    #[arg(long, requires = "power")]
    skip_damaged: bool,
    /// Channel of the power log
    #[arg(long, default_value_t = 0, requires = "power")]
    channel: usize,
    /// Seconds that the log's clock is ahead of the edge's
    #[arg(long, value_name = "SECONDS", requires = "power", allow_hyphen_values = true)]
    clock_offset: Option<f64>,
    /// Watts of the idle edge that are subtracted
    #[arg(long, value_name = "WATTS", requires = "power", allow_hyphen_values = true)]
    idle_power: Option<f64>,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..1.0).contains(share));
    share.ok_or_else(|| "write a share from 0 to below 1".to_owned())
}

pub(super) fn amount(text: &str) -> Result<f64, String> {
    let amount = text.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0);
    amount.ok_or_else(|| "write a number of 0 or more".to_owned())
}

impl Settings {
    fn statistics(&self, blocks: &Blocks, role: Role) -> Statistics {
        let usual = Statistics::usual(blocks, role);
        let own = Statistics {
            trim: self.trim,
            ..usual
        };
        match role {
            Role::Edge => Statistics {
                joint: self.joint_trim,
                least_energy_j: self.least_energy.map(|uj| uj / 1e6).or(usual.least_energy_j),
                warm_up: self.warm_up.unwrap_or(usual.warm_up),
                ..own
            },
            Role::Other => own,
        }
    }

    /// How the edge's runs are averaged, and which are left out.
    pub(super) fn words(&self, blocks: &Blocks) -> String {
        let own = self.statistics(blocks, Role::Edge);
        let mut words = format!("mean without {}", Unit::Percent.format(own.trim));
        if own.joint {
            words += ", energies of the same runs";
        }
        if let Some(least) = own.least_energy_j {
            words += &format!(", without those of {} or less", Unit::Joules.format(least));
        }
        match own.warm_up {
            0 => {}
            1 => words += ", without the first repetition of several",
            count => words += &format!(", without the first {count} repetitions of more"),
        }
        words
    }

    /// Reads the profile of a device, one file or one per clock, and says on standard error what was left out, and which bundles of up to
    /// `longest` blocks are missing or were estimated. Longer ones stay in the table: schedules of others may consist of them.
    pub(super) fn read(
        &self,
        files: &[PathBuf],
        units: Units,
        blocks: &Blocks,
        role: Role,
        longest: usize,
    ) -> Result<BundleTable, Failure> {
        let statistics = self.statistics(blocks, role);
        let log = self.power.as_ref().filter(|_| role == Role::Edge);
        let log = log.map(|path| self.log(path)).transpose()?;
        let mut whole: Option<BundleTable> = None;
        let mut seen = Vec::new();
        for path in files {
            let file = path.display().to_string();
            let form = Form {
                runs_per_iteration: self.runs_per_repetition,
                ..Producer::from(units).form()
            };
            let form = form.named_by(path);
            let text = read_text(path)?;
            same_sizes(path, blocks)?;
            if !text.ends_with('\n') {
                let words =
                    "its last row has no line end: where the file was written only in part, that row is damaged";
                complain("note", &format!("{file}: {words}"));
            }
            let mut runs = runs::read(&text, &file, &form, blocks)?;
            seen.push(plausible::file(&runs, &file, &form)?);
            if let Some(words) = runs::clock_by_name(&text, &form) {
                complain("note", &format!("{file}: {words}"));
            }
            if let Some(log) = &log {
                self.join(log, &mut runs, &file)?;
            }
            let (table, left_out) = statistics::table(&runs, blocks, &statistics);
            for words in left_out.words().into_iter().chain(plausible::fewer(&table, blocks)) {
                complain("note", &format!("{file}: {words}"));
            }
            match &mut whole {
                Some(whole) => whole.merge(table, blocks, &file)?,
                None => whole = Some(table),
            }
        }
        plausible::device(&seen, blocks)?;
        let mut table = whole.unwrap_or_else(|| BundleTable::of(blocks.len(), []));
        let file = files
            .first()
            .map_or(Path::new(""), PathBuf::as_path)
            .display()
            .to_string();
        let name = |missing: &Vec<Missing>| {
            let names: Vec<String> = missing.iter().map(|missing| missing.words(blocks)).collect();
            names.join(", ")
        };
        if self.estimate {
            let filled = table.estimate_missing(longest);
            if !filled.is_empty() {
                let text = format!("{file}: estimated as sums of single blocks: {}", name(&filled));
                complain("note", &text);
            }
        }
        let missing = table.missing(longest);
        if !missing.is_empty() {
            let text = format!("{file}: not measured, hence not available: {}", name(&missing));
            complain("note", &text);
        }
        Ok(table)
    }

    fn log(&self, path: &Path) -> Result<PowerLog, Failure> {
        let damaged = match self.skip_damaged {
            true => Damaged::LeaveOut,
            false => Damaged::Refuse,
        };
        let file = path.display().to_string();
        let (log, faults) = PowerLog::read_with(&read_text(path)?, &file, damaged)?;
        if let Some(words) = faults.words() {
            complain("note", &format!("{file}: {words}"));
        }
        Ok(log)
    }

    fn join(&self, log: &PowerLog, runs: &mut Vec<runs::Run>, file: &str) -> Result<(), Failure> {
        let join = Join {
            channel: self.channel,
            clock_offset_s: self.clock_offset.unwrap_or(0.0),
            idle_power_w: self.idle_power,
        };
        let joined = log.join(runs, &join, file)?;
        joined.keep_inside(runs);
        for words in joined.notes() {
            complain("note", &format!("{file}: {words}"));
        }
        Ok(())
    }
}
