//! How the model counts where originals and good sense differ, each choice by name.

use serde::{Deserialize, Serialize};

/// Choices of the model; [`Rules::default`] is what is right, [`Rules::TIMELOOP`] what CNNParted's use of Timeloop does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What becomes of groups.
    pub groups: Groups,
    /// Whether a dilated kernel is taken as a dense one (fault: dilation ignored).
    pub ignore_dilation: bool,
    /// Whether layers without multiply-accumulates cost nothing (fault: other operators are free).
    pub ignore_other_layers: bool,
    /// Whether a dimension may be padded to a multiple of the factor it is spread by.
    pub padding: bool,
    /// Whether the last read of a finished tile towards the next level is charged.
    pub drain_reads: bool,
}

/// What becomes of the groups of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Groups {
    /// One after another on the whole array.
    Serial,
    /// An eighth loop that a mapping may spread over the array.
    Packed,
}

impl Rules {
    /// What CNNParted's accelerators do with Timeloop 3.0.
    pub const TIMELOOP: Self = Self {
        groups: Groups::Serial,
        ignore_dilation: true,
        ignore_other_layers: true,
        padding: false,
        drain_reads: false,
    };
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            groups: Groups::Packed,
            ignore_dilation: false,
            ignore_other_layers: false,
            padding: true,
            drain_reads: true,
        }
    }
}

/// What a mapping is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Objective {
    /// Fewest cycles, then least energy.
    Latency,
    /// Least energy, then fewest cycles.
    Energy,
    /// Least product of energy and cycles.
    #[default]
    Edp,
}

impl Objective {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Latency, Self::Energy, Self::Edp];

    /// Its name in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Energy => "energy",
            Self::Edp => "energy × delay",
        }
    }

    /// What is compared, the first number first; less is better.
    pub fn key(self, energy_j: f64, cycles: f64) -> (f64, f64) {
        match self {
            Self::Latency => (cycles, energy_j),
            Self::Energy => (energy_j, cycles),
            Self::Edp => (energy_j * cycles, cycles),
        }
    }
}
