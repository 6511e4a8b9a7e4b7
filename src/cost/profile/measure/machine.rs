//! What machine a profile was taken on.

use super::clock;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;

/// What is said where a machine does not tell.
pub const NOT_KNOWN: &str = "not known";

/// The version of tract that measures.
pub const TRACT: &str = "0.23.9";

/// A machine, as far as it tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The processor's name.
    pub cpu: String,
    /// Physical cores; `None` = not known.
    pub cores: Option<usize>,
    /// Threads that run at once; `None` = not known.
    pub threads: Option<usize>,
    /// Bytes of memory; `None` = not known.
    pub memory_bytes: Option<u64>,
    /// Operating system.
    pub os: String,
    /// Kind of processor.
    pub architecture: String,
    /// Clock in hertz that what chooses it keeps it at; `None` = it comes and goes, or is not known. Clocks are not set here.
    pub clock_hz: Option<u64>,
    /// What chooses the clock.
    pub governor: String,
}

/// The program that measures, as far as times depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The program's version.
    pub version: String,
    /// Whether it was built for debugging.
    pub debug: bool,
    /// Instructions of the processor, as it finds them, that kernels are chosen by.
    pub features: Vec<String>,
}

impl Build {
    /// This program on this machine.
    pub fn of_this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            debug: cfg!(debug_assertions),
            features: features().into_iter().map(str::to_owned).collect(),
        }
    }

    /// What differs from another program, in words.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let kind = |debug: bool| if debug { "for debugging" } else { "for release" };
        let list = |features: &[String]| match features {
            [] => "none".to_owned(),
            features => features.join(", "),
        };
        let pairs = [
            ("version of this program", other.version.clone(), self.version.clone()),
            ("build", kind(other.debug).to_owned(), kind(self.debug).to_owned()),
            ("processor's instructions", list(&other.features), list(&self.features)),
        ];
        let differs = pairs.into_iter().find(|(_, was, is)| was != is);
        differs.map(|(what, was, is)| format!("its {what}: {was}, now: {is}"))
    }
}

/// Those of the instructions that the kernels know which the processor has.
fn features() -> Vec<&'static str> {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let found = [
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("f16c", std::arch::is_x86_feature_detected!("f16c")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
        ("avx512vnni", std::arch::is_x86_feature_detected!("avx512vnni")),
    ];
    #[cfg(target_arch = "aarch64")]
    let found = [
        ("neon", std::arch::is_aarch64_feature_detected!("neon")),
        ("fp16", std::arch::is_aarch64_feature_detected!("fp16")),
        ("dotprod", std::arch::is_aarch64_feature_detected!("dotprod")),
        ("i8mm", std::arch::is_aarch64_feature_detected!("i8mm")),
        ("sve", std::arch::is_aarch64_feature_detected!("sve")),
    ];
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    let found: [(&str, bool); 0] = [];
    found
        .into_iter()
        .filter(|(_, has)| *has)
        .map(|(name, _)| name)
        .collect()
}

impl Machine {
    /// This machine now. Linux tells everything; elsewhere most of it is not known.
    pub fn of_this() -> Self {
        let read = |path: &str| fs::read_to_string(path).ok();
        let cpuinfo = read("/proc/cpuinfo").unwrap_or_default();
        let version = read("/proc/sys/kernel/osrelease").map(|version| format!(", Linux {}", version.trim()));
        let name = read("/etc/os-release").as_deref().and_then(os_name);
        let name = name.unwrap_or_else(|| std::env::consts::OS.to_owned());
        let (governor, clock_hz) = clock::kept();
        Self {
            cpu: field(&cpuinfo, &["model name", "Model", "Hardware"]).map_or(NOT_KNOWN.to_owned(), str::to_owned),
            cores: cores(&cpuinfo),
            threads: std::thread::available_parallelism().ok().map(usize::from),
            memory_bytes: read("/proc/meminfo").as_deref().and_then(memory),
            os: name + version.as_deref().unwrap_or_default(),
            architecture: std::env::consts::ARCH.to_owned(),
            clock_hz,
            governor,
        }
    }

    /// What differs from another machine so much that their numbers do not belong together; clocks come and go.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let pairs = [
            ("the processor", &self.cpu, &other.cpu),
            ("the operating system", &self.os, &other.os),
            ("the kind of processor", &self.architecture, &other.architecture),
        ];
        let differs = pairs.into_iter().find(|(_, own, other)| own != other);
        if let Some((what, own, other)) = differs {
            return Some(format!("{what} was {other} and is {own}"));
        }
        let words = |count: Option<usize>| count.map_or(NOT_KNOWN.to_owned(), |count| count.to_string());
        let differs = self.threads != other.threads;
        differs.then(|| {
            format!(
                "its threads were {} and are {}",
                words(other.threads),
                words(self.threads)
            )
        })
    }

    /// In words, for sources and reports.
    pub fn words(&self) -> String {
        let count = |count: Option<usize>, what: &str| count.map(|count| format!("{count} {what}"));
        let giga = |bytes: u64| format!("{:.1} GB memory", bytes as f64 / 1e9);
        let clock = self
            .clock_hz
            .map(|hz| format!("clock kept at {}", crate::units::clock(hz)));
        let governor = (self.governor != NOT_KNOWN).then(|| format!("governor {}", self.governor));
        let parts = [
            Some(self.cpu.clone()),
            count(self.cores, "cores"),
            count(self.threads, "threads"),
            self.memory_bytes.map(giga),
            clock,
            governor,
            Some(self.os.clone()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The first of some fields of `/proc/cpuinfo`, of the first processor that has it.
fn field<'a>(cpuinfo: &'a str, names: &[&str]) -> Option<&'a str> {
    let of = |name: &&str| {
        let mut pairs = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        pairs
            .find(|(key, _)| key.trim() == *name)
            .map(|(_, value)| value.trim())
    };
    names.iter().find_map(of).filter(|value| !value.is_empty())
}

/// Different pairs of package and core.
fn cores(cpuinfo: &str) -> Option<usize> {
    let of = |processor: &str| {
        Some((
            field(processor, &["physical id"])?.to_owned(),
            field(processor, &["core id"])?.to_owned(),
        ))
    };
    let pairs: BTreeSet<_> = cpuinfo.split("\n\n").filter_map(of).collect();
    (!pairs.is_empty()).then_some(pairs.len())
}

/// The clock in hertz that `/proc/cpuinfo` tells, of the first processor that has one.
pub(super) fn megahertz(cpuinfo: &str) -> Option<u64> {
    let megahertz: f64 = field(cpuinfo, &["cpu MHz"])?.parse().ok()?;
    // Whole megahertz: what is behind is noise of the reading.
    (1.0..1e6)
        .contains(&megahertz)
        .then(|| megahertz.round() as u64 * 1_000_000)
}

fn memory(meminfo: &str) -> Option<u64> {
    let kilobytes = field(meminfo, &["MemTotal"])?.strip_suffix("kB")?.trim();
    kilobytes.parse::<u64>().ok()?.checked_mul(1024)
}

fn os_name(release: &str) -> Option<String> {
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_CORES: &str = "processor\t: 0\nmodel name\t: A B\ncpu MHz\t\t: 2599.998\nphysical id\t: 0\ncore id\t\t: 0\n\n\
                             processor\t: 1\nmodel name\t: A B\nphysical id\t: 0\ncore id\t\t: 1\n\n\
                             processor\t: 2\nphysical id\t: 0\ncore id\t\t: 0\n\n";

    #[test]
    fn what_linux_tells_is_read() {
        assert_eq!(field(TWO_CORES, &["Model", "model name"]), Some("A B"));
        assert_eq!((cores(TWO_CORES), megahertz(TWO_CORES)), (Some(2), Some(2_600_000_000)));
        assert_eq!(
            (cores(""), megahertz("cpu MHz: x"), memory("MemTotal: 1")),
            (None, None, None)
        );
        assert_eq!(memory("MemTotal:       1000 kB\nMemFree: 3 kB\n"), Some(1_024_000));
        assert_eq!(os_name("ID=x\nPRETTY_NAME=\"An OS 1\"\n").as_deref(), Some("An OS 1"));
    }

    #[test]
    fn machines_are_told_apart_by_what_times_depend_on() {
        let own = Machine::of_this();
        let other = Machine {
            clock_hz: Some(1),
            governor: "other".to_owned(),
            ..own.clone()
        };
        // What chooses the clock is asked for by itself.
        assert_eq!(own.difference(&other), None);
        let other = Machine {
            cpu: "Another".to_owned(),
            ..own.clone()
        };
        assert!(own.difference(&other).is_some_and(|words| words.contains("Another")));
        assert!(own.words().contains(&own.os));
    }

    #[test]
    fn programs_are_told_apart_by_what_times_depend_on() {
        let own = Build::of_this();
        assert_eq!(own.difference(&own), None);
        let other = Build {
            features: vec!["odd".to_owned()],
            ..own.clone()
        };
        let told = own.difference(&other).unwrap();
        assert!(told.starts_with("its processor's instructions: odd, now: "), "{told}");
        let other = Build {
            debug: !own.debug,
            ..own.clone()
        };
        let told = own.difference(&other).unwrap();
        assert!(told.starts_with("its build: for "), "{told}");
    }

    #[test]
    fn the_version_of_tract_is_the_one_that_is_built_in() {
        let lock = include_str!("../../../../Cargo.lock");
        assert!(lock.contains(&format!("name = \"tract-core\"\nversion = \"{TRACT}\"")));
    }
}
