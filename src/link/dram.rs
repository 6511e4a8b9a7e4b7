//! A shared memory between two devices: one writes the message, the other reads it.

use super::field::{self, Choice, Described, Number, Options, Selector, number, selector};
use super::{Along, Direction, Formula, Transfer};
use crate::presets::Allowed::NotNegative;
use serde::{Deserialize, Serialize};

/// Bytes of one burst, the smallest amount moved.
pub(crate) const BURST_BYTES: f64 = 64.0;
/// Bytes of what CNNParted counts as a request.
pub(crate) const PUBLISHED_REQUEST_BYTES: f64 = 8.0;

/// n = ceil(b / 64) bursts are written, then read; each takes n c (1 + RFC/REFI) + RCD + CL + burst cycles.
///
/// c is the time between two bursts. The data bus takes one per CCD, activates one per RRD and four per FAW; around every refresh the
/// rows are closed and opened again, so that c = max(CCD, RRD, FAW/4) × (1 + (RP + RCD) / REFI). Writes to random rows also wait for the
/// recovery of their bank: there c is the mean a cycle-level simulation gives. Latency = both; energy of each = n × (burst + activates
/// per burst × activate) + time × standby power, the writer's at the sender and the reader's at the receiver. Replaces the unused DRAM
/// node of CNNParted, which counts a request per 8 bytes ([`RequestRule`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dram {
    /// Type and speed of the memory.
    pub bin: DramBin,
    /// Where successive bursts lie.
    pub pattern: AccessPattern,
    /// Joules of a burst of 64 bytes, read or written.
    pub burst_j: f64,
    /// Joules of opening and closing a row.
    pub activate_j: f64,
    /// Watts while it is in use, on top of bursts and activates.
    pub standby_w: f64,
    /// How bursts are counted.
    #[serde(default)]
    pub requests: RequestRule,
}

/// Type and speed of a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DramBin {
    /// DDR3-800D, 2 Gbit × 8, 64 bits wide.
    Ddr3_800D,
    /// DDR3-800E, 2 Gbit × 8, 64 bits wide.
    Ddr3_800E,
    /// LPDDR4-3200, two channels of 4 Gbit × 16, 32 bits wide.
    Lpddr4_3200,
}

/// Where successive bursts lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AccessPattern {
    /// One after the other, as feature maps do.
    #[default]
    Stream,
    /// Anywhere: every burst opens a row.
    Random,
}

/// How bursts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum RequestRule {
    /// One burst moves 64 bytes.
    #[default]
    PerBurst,
    /// As CNNParted publishes it: one burst for every 8 bytes, although each moves 64.
    PerEightBytes,
}

impl Options for DramBin {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Ddr3_800D, "DDR3-800D"),
        (Self::Ddr3_800E, "DDR3-800E"),
        (Self::Lpddr4_3200, "LPDDR4-3200"),
    ];
}

impl Options for AccessPattern {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Stream, "in order"), (Self::Random, "random rows")];
}

impl Options for RequestRule {
    const ALL: &'static [(Self, &'static str)] = &[(Self::PerBurst, "64 bytes"), (Self::PerEightBytes, "as CNNParted")];
}

/// Times of a memory, in clock cycles where not said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    /// Seconds of a clock cycle.
    pub clock_s: f64,
    /// From opening a row to reading it.
    pub rcd: f64,
    /// Closing a row.
    pub rp: f64,
    /// From the command to the data.
    pub cl: f64,
    /// Data of one burst.
    pub burst: f64,
    /// Between two bursts.
    pub ccd: f64,
    /// Between opening two rows.
    pub rrd: f64,
    /// For opening four rows.
    pub faw: f64,
    /// A refresh.
    pub rfc: f64,
    /// Between two refreshes.
    pub refi: f64,
    /// Between two bursts written to random rows, where a simulation knows it.
    pub random_write: Option<f64>,
    /// Rows opened per burst in order.
    pub stream_activates: f64,
}

impl DramBin {
    /// Times of the memory.
    ///
    /// DDR3: JEDEC JESD79-3F, speed bins 800D and 800E at 2 Gbit; random writes and activates as measured with the cycle-level
    /// simulator Ramulator (commit 214f635). LPDDR4: JEDEC JESD209-4 at 3200 Mbit/s, 4 Gbit a channel, in cycles of 0.625 ns; from
    /// memory, certainty medium; rows of 2 KiB in each of two channels = 64 bursts.
    pub(crate) fn timing(self) -> Timing {
        let ddr3 = Timing {
            clock_s: 2.5e-9,
            rcd: 5.0,
            rp: 5.0,
            cl: 5.0,
            burst: 4.0,
            ccd: 4.0,
            rrd: 4.0,
            faw: 16.0,
            rfc: 64.0,
            refi: 3120.0,
            random_write: Some(4.36),
            stream_activates: 1.0 / 104.0,
        };
        match self {
            Self::Ddr3_800D => ddr3,
            Self::Ddr3_800E => Timing {
                rcd: 6.0,
                rp: 6.0,
                cl: 6.0,
                random_write: Some(4.11),
                ..ddr3
            },
            Self::Lpddr4_3200 => Timing {
                clock_s: 0.625e-9,
                rcd: 29.0,
                rp: 29.0,
                cl: 28.0,
                burst: 8.0,
                ccd: 8.0,
                rrd: 16.0,
                faw: 64.0,
                rfc: 288.0,
                refi: 6246.0,
                random_write: None,
                stream_activates: 1.0 / 64.0,
            },
        }
    }

    /// Usual joules of a burst, joules of an activate and watts of standby.
    pub(crate) fn usual_energy(self) -> (f64, f64, f64) {
        match self {
            Self::Ddr3_800D | Self::Ddr3_800E => (12e-9, 8.53e-9, 0.0451),
            Self::Lpddr4_3200 => (2e-9, 2e-9, 0.06),
        }
    }
}

/// What is done with the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The sender writes.
    Write,
    /// The receiver reads.
    Read,
}

const ALONG: [Along; 3] = [
    Along {
        name: "burst_j",
        source: "usual value of the memory's type, see its preset; certainty low",
    },
    Along {
        name: "activate_j",
        source: "usual value of the memory's type, see its preset; certainty low",
    },
    Along {
        name: "standby_w",
        source: "usual value of the memory's type, see its preset; certainty low",
    },
];

const NUMBERS: [Number<Dram>; 3] = [
    number!(
        burst_j,
        Joules,
        NotNegative,
        "per burst",
        "Energy of a burst of 64 bytes, read or written"
    ),
    number!(
        activate_j,
        Joules,
        NotNegative,
        "per row opened",
        "Energy of opening and closing a row"
    ),
    number!(
        standby_w,
        Watts,
        NotNegative,
        "standby",
        "Power while it is in use, on top of bursts and rows"
    ),
];

const SELECTORS: [Selector<Dram>; 3] = [
    selector!(bin: DramBin, "memory", "Type and speed of the memory", false),
    selector!(
        pattern: AccessPattern,
        "access",
        "Where successive bursts lie: in order, as feature maps do, or in random rows",
        false
    ),
    selector!(
        requests: RequestRule,
        "burst counted per",
        "64 bytes, or as CNNParted publishes it: 8 bytes, although each burst moves 64",
        true
    ),
];

impl Dram {
    /// Bursts of a message.
    pub(crate) fn bursts(&self, bytes: f64) -> f64 {
        match self.requests {
            RequestRule::PerBurst => (bytes / BURST_BYTES).ceil(),
            RequestRule::PerEightBytes => (bytes / PUBLISHED_REQUEST_BYTES).floor(),
        }
    }

    /// Cycles between two bursts, refreshes aside (c).
    pub(crate) fn cycles_per_burst(&self, access: Access) -> f64 {
        let timing = self.bin.timing();
        let random = self.pattern == AccessPattern::Random;
        if let (true, Access::Write, Some(measured)) = (random, access, timing.random_write) {
            return measured;
        }
        let rows = if random { timing.rrd.max(timing.faw / 4.0) } else { 0.0 };
        timing.ccd.max(rows) * (1.0 + (timing.rp + timing.rcd) / timing.refi)
    }

    /// By how much refreshes lengthen everything.
    pub(crate) fn refresh(&self) -> f64 {
        let timing = self.bin.timing();
        1.0 + timing.rfc / timing.refi
    }

    /// Cycles of writing or reading a number of bursts, 0 for none.
    pub(crate) fn cycles(&self, bursts: f64, access: Access) -> f64 {
        if bursts == 0.0 {
            return 0.0;
        }
        let timing = self.bin.timing();
        self.cycles_per_burst(access) * bursts * self.refresh() + timing.rcd + timing.cl + timing.burst
    }

    /// Rows opened per burst.
    pub(crate) fn activates(&self) -> f64 {
        match self.pattern {
            AccessPattern::Stream => self.bin.timing().stream_activates,
            AccessPattern::Random => 1.0,
        }
    }

    /// Seconds and joules of writing or reading a number of bursts.
    fn access(&self, bursts: f64, access: Access) -> (f64, f64) {
        let time_s = self.cycles(bursts, access) * self.bin.timing().clock_s;
        let energy_j = bursts * (self.burst_j + self.activates() * self.activate_j) + time_s * self.standby_w;
        (time_s, energy_j)
    }
}

impl Formula for Dram {
    fn transfer(&self, bytes: u64, _: Direction, _: Option<f64>) -> Transfer {
        let bursts = self.bursts(bytes as f64);
        let (write_s, transmit_j) = self.access(bursts, Access::Write);
        let (read_s, receive_j) = self.access(bursts, Access::Read);
        Transfer {
            latency_s: write_s + read_s,
            transmit_j,
            receive_j,
        }
    }

    /// Every burst is written and read.
    fn wire_bytes(&self, bytes: u64) -> f64 {
        2.0 * BURST_BYTES * self.bursts(bytes as f64)
    }

    fn available_bytes_per_s(&self, _: Direction) -> f64 {
        let cycles = self.cycles_per_burst(Access::Write) + self.cycles_per_burst(Access::Read);
        2.0 * BURST_BYTES / (cycles * self.refresh() * self.bin.timing().clock_s)
    }

    fn numbers(&self) -> Vec<Described> {
        field::describe(self, &NUMBERS)
    }

    fn number_mut(&mut self, name: &str) -> Option<&mut f64> {
        field::find(self, &NUMBERS, name)
    }

    fn choices(&self) -> Vec<Choice> {
        field::choices(self, &SELECTORS)
    }

    /// With the memory come its usual energies.
    fn choose(&mut self, name: &str, option: usize) -> &'static [Along] {
        let before = self.bin;
        field::choose(self, &SELECTORS, name, option);
        if self.bin == before {
            return &[];
        }
        (self.burst_j, self.activate_j, self.standby_w) = self.bin.usual_energy();
        &ALONG
    }
}
