//! The clock of the processor: whether something keeps it at one, and what it was while bundles ran.

use super::machine::{NOT_KNOWN, megahertz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// By what share clocks may differ before times taken at them no longer belong together.
pub const SAME: f64 = 0.05;

/// Clocks that were read while bundles ran, in hertz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// The slowest.
    pub least_hz: u64,
    /// The one in the middle.
    pub median_hz: u64,
    /// The fastest.
    pub most_hz: u64,
}

impl Clocks {
    /// Of what was read, in any order; `None` = nothing was.
    pub fn of(read: &[u64]) -> Option<Self> {
        let mut read = read.to_vec();
        read.sort_unstable();
        Some(Self {
            least_hz: *read.first()?,
            median_hz: *read.get(read.len() / 2)?,
            most_hz: *read.last()?,
        })
    }

    /// In words: `2900 MHz (1200 to 3100 MHz)`.
    pub fn words(&self) -> String {
        let megahertz = |hz: u64| hz / 1_000_000;
        let (least, median, most) = (
            megahertz(self.least_hz),
            megahertz(self.median_hz),
            megahertz(self.most_hz),
        );
        match least == most {
            true => format!("{median} MHz"),
            false => format!("{median} MHz ({least} to {most} MHz)"),
        }
    }

    /// Whether times taken at the one and the other do not belong together.
    pub fn is_far_from(&self, other: &Self) -> bool {
        let (own, other) = (self.median_hz as f64, other.median_hz as f64);
        (own - other).abs() > SAME * own.max(other)
    }
}

/// What chooses the clocks of this machine, and the clock in hertz it keeps them at; `None` = clocks come and go, differ, or are not known.
pub fn kept() -> (String, Option<u64>) {
    kept_by(Path::new("/sys/devices/system/cpu/cpufreq"))
}

fn kept_by(folder: &Path) -> (String, Option<u64>) {
    let entries = folder.read_dir().into_iter().flatten().filter_map(Result::ok);
    let policies = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("policy"));
    let policies: Vec<(String, Option<u64>)> = policies.map(|entry| policy(&entry.path())).collect();
    let governors: BTreeSet<&str> = policies.iter().map(|(governor, _)| governor.as_str()).collect();
    let clocks: BTreeSet<Option<u64>> = policies.iter().map(|(_, clock)| *clock).collect();
    let governor = match governors.is_empty() {
        true => NOT_KNOWN.to_owned(),
        false => governors.into_iter().collect::<Vec<_>>().join(", "),
    };
    match clocks.len() {
        1 => (governor, clocks.into_iter().next().flatten()),
        _ => (governor, None),
    }
}

/// Governor and kept clock of processors that share one.
fn policy(folder: &Path) -> (String, Option<u64>) {
    let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
    let clock = |file: &str| kilohertz(&read(file)?);
    let governor = read("scaling_governor").map_or(NOT_KNOWN.to_owned(), |text| text.trim().to_owned());
    let (least, most) = (clock("scaling_min_freq"), clock("scaling_max_freq"));
    let kept = match governor.as_str() {
        "userspace" => clock("scaling_setspeed").or_else(|| clock("scaling_cur_freq")),
        "performance" => most,
        _ => most.filter(|_| least == most),
    };
    (governor, kept)
}

fn kilohertz(text: &str) -> Option<u64> {
    text.trim().parse::<u64>().ok()?.checked_mul(1000)
}

/// The clock in hertz of the processor that this thread runs on; `None` = it does not tell.
pub fn now() -> Option<u64> {
    let stat = fs::read_to_string("/proc/thread-self/stat").ok();
    let processor = stat.as_deref().and_then(processor).unwrap_or(0);
    let file = format!("/sys/devices/system/cpu/cpu{processor}/cpufreq/scaling_cur_freq");
    let told = fs::read_to_string(file).ok().and_then(|text| kilohertz(&text));
    told.or_else(|| of_cpuinfo(&fs::read_to_string("/proc/cpuinfo").ok()?, processor))
}

/// The processor a thread ran on last, of its line in `/proc`.
fn processor(stat: &str) -> Option<usize> {
    // The name in brackets may hold spaces and brackets; the processor is the 37th field behind it.
    let (_, behind) = stat.rsplit_once(')')?;
    behind.split_whitespace().nth(36)?.parse().ok()
}

fn of_cpuinfo(cpuinfo: &str, processor: usize) -> Option<u64> {
    let mut own = cpuinfo.split("\n\n").filter(|part| !part.trim().is_empty());
    megahertz(own.nth(processor)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(policies: &[&[(&str, &str)]]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (index, files) in policies.iter().enumerate() {
            let own = folder.path().join(format!("policy{index}"));
            fs::create_dir(&own).unwrap();
            for (file, text) in *files {
                fs::write(own.join(file), format!("{text}\n")).unwrap();
            }
        }
        folder
    }

    #[track_caller]
    fn check(policies: &[&[(&str, &str)]], expected: (&str, Option<u64>)) {
        let (governor, kept) = kept_by(folder(policies).path());
        assert_eq!((governor.as_str(), kept), expected);
    }

    #[test]
    fn a_clock_is_a_label_only_where_something_keeps_it() {
        let idle = ("scaling_cur_freq", "800000");
        let (least, most) = (("scaling_min_freq", "800000"), ("scaling_max_freq", "3000000"));
        check(
            &[&[("scaling_governor", "powersave"), idle, least, most]],
            ("powersave", None),
        );
        check(
            &[&[("scaling_governor", "schedutil"), idle, least, most]],
            ("schedutil", None),
        );
        check(
            &[&[("scaling_governor", "performance"), idle, least, most]],
            ("performance", Some(3_000_000_000)),
        );
        let set = ("scaling_setspeed", "1512000");
        check(
            &[&[("scaling_governor", "userspace"), set, idle, least, most]],
            ("userspace", Some(1_512_000_000)),
        );
        check(
            &[&[("scaling_governor", "powersave"), ("scaling_min_freq", "3000000"), most]],
            ("powersave", Some(3_000_000_000)),
        );
        let slow = [("scaling_governor", "performance"), ("scaling_max_freq", "1800000")];
        let fast = [("scaling_governor", "performance"), most];
        check(&[&slow, &fast], ("performance", None));
        check(&[], (NOT_KNOWN, None));
    }

    #[test]
    fn clocks_are_told_by_the_least_the_middle_and_the_most() {
        let clocks = Clocks::of(&[3_000_000_000, 800_000_000, 2_900_000_000]).unwrap();
        assert_eq!(clocks.words(), "2900 MHz (800 to 3000 MHz)");
        assert_eq!(Clocks::of(&[7_000_000]).unwrap().words(), "7 MHz");
        assert_eq!(Clocks::of(&[]), None);
        let at = |hz| Clocks::of(&[hz]).unwrap();
        assert!(at(94).is_far_from(&at(100)) && at(100).is_far_from(&at(94)));
        assert!(!at(95).is_far_from(&at(100)));
    }

    #[test]
    fn the_processor_of_a_thread_is_found() {
        let stat = format!("7 (a) b) S {} 5 0 0", vec!["0"; 35].join(" "));
        assert_eq!(processor(&stat), Some(5));
        assert_eq!(processor("7 (a"), None);
        let two = "processor\t: 0\ncpu MHz\t\t: 800.0\n\nprocessor\t: 1\ncpu MHz\t\t: 2599.998\n\n";
        assert_eq!(of_cpuinfo(two, 1), Some(2_600_000_000));
        assert_eq!(of_cpuinfo(two, 2), None);
    }
}
