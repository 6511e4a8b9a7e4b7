//! What an accelerator is made of: memory levels from the main memory inwards, the array of MAC units below them, and what its
//! dataflow allows a mapping to do (accelerators.md 2).

use super::dim::{Dim, PerOperand};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest number of levels.
pub const MAX_LEVELS: usize = 10;

/// A memory hierarchy over an array of MAC units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// Cycles per second.
    pub clock_hz: f64,
    /// Memory levels, the main memory first, one to [`MAX_LEVELS`].
    pub levels: Vec<Level>,
    /// The MAC units below the innermost level.
    pub mac: Mac,
    /// Joules for a word to reach the next instance of a level on the on-chip network; 0 = not charged.
    #[serde(default)]
    pub energy_per_hop_j: f64,
    /// Watts that leak while a layer runs; 0 = not charged.
    #[serde(default)]
    pub leakage_w: f64,
}

/// A level of the memory hierarchy: equal instances side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Its name, unique in the architecture.
    pub name: String,
    /// What it is built of, for estimates of energy and area.
    pub storage: Storage,
    /// Words one instance holds; `None` = not limited.
    #[serde(default)]
    pub capacity_words: Option<u64>,
    /// Bits per word.
    pub word_bits: u32,
    /// Words per access.
    #[serde(default = "one")]
    pub block_words: u32,
    /// Instances that share one storage and are accessed together.
    #[serde(default = "one")]
    pub cluster: u32,
    /// Instances in a row.
    #[serde(default = "one")]
    pub mesh_x: u32,
    /// Rows of instances.
    #[serde(default = "one")]
    pub mesh_y: u32,
    /// Words per cycle that one instance can be read at; `None` = not limited.
    #[serde(default)]
    pub read_words_per_cycle: Option<f64>,
    /// Words per cycle that one instance can be written at; `None` = not limited.
    #[serde(default)]
    pub write_words_per_cycle: Option<f64>,
    /// Words per cycle of reads and writes together; `None` = not limited.
    #[serde(default)]
    pub shared_words_per_cycle: Option<f64>,
    /// Joules of reading a block.
    pub read_energy_j: f64,
    /// Joules of writing a block.
    pub write_energy_j: f64,
    /// Square metres of one instance.
    #[serde(default)]
    pub area_m2: f64,
    /// Which operands it stores, in the order weights, inputs, outputs.
    pub keep: PerOperand<Keep>,
    /// What loops over time this level allows.
    #[serde(default)]
    pub temporal: Loops,
    /// How its work is spread over the instances below it; matters only where there are several.
    #[serde(default)]
    pub spatial: Spread,
}

/// What a level is built of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// The kind of memory.
    pub class: StorageClass,
    /// Bits per access; `None` = words of a block.
    #[serde(default)]
    pub width_bits: Option<u32>,
    /// Banks.
    #[serde(default = "one")]
    pub banks: u32,
    /// Two address generators work with it at every access (a “smart buffer”).
    #[serde(default)]
    pub address_generators: bool,
}

/// Kinds of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StorageClass {
    /// DRAM outside the chip.
    Dram(DramKind),
    /// SRAM.
    Sram,
    /// Addressed registers.
    RegisterFile,
    /// A single register.
    Register,
}

/// Kinds of DRAM, by their energy per bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum DramKind {
    Lpddr4,
    Lpddr,
    Ddr3,
    Gddr5,
    Hbm2,
}

/// Whether a level stores an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Keep {
    /// It does.
    Yes,
    /// It is passed by.
    No,
    /// The mapping decides.
    Free,
}

/// What a mapping may do with the loops of one slot.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loops {
    /// Rules by dimension.
    #[serde(default)]
    pub rules: BTreeMap<Dim, Rule>,
    /// The rule of all other dimensions.
    #[serde(default)]
    pub others: Rule,
    /// The dimensions that come first, from the innermost outwards; others follow in any order.
    #[serde(default)]
    pub order: Vec<Dim>,
}

/// What a mapping may do with the instances below a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Rules by dimension.
    #[serde(default)]
    pub rules: BTreeMap<Dim, Rule>,
    /// The rule of all other dimensions.
    #[serde(default = "Rule::one")]
    pub others: Rule,
    /// Dimensions laid along rows; all others lie along columns.
    #[serde(default)]
    pub along_x: Vec<Dim>,
}

impl Default for Spread {
    fn default() -> Self {
        Self {
            rules: BTreeMap::new(),
            others: Rule::One,
            along_x: Vec::new(),
        }
    }
}

/// Which factors a dimension may have in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Rule {
    /// Any.
    #[default]
    Free,
    /// None: the factor is 1.
    One,
    /// All of the dimension that slots further in leave.
    Full,
    /// This factor; a dimension smaller than it is free.
    Exactly(u64),
    /// This factor at most.
    AtMost(u64),
}

/// The MAC units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mac {
    /// Bits of an operand.
    pub bits: u32,
    /// Units in a row.
    pub mesh_x: u32,
    /// Rows of units.
    pub mesh_y: u32,
    /// Joules of one multiply-accumulate.
    pub energy_j: f64,
    /// Square metres of one unit.
    #[serde(default)]
    pub area_m2: f64,
}

fn one() -> u32 {
    1
}

impl Rule {
    fn one() -> Self {
        Self::One
    }
}

impl Loops {
    /// The rule of a dimension.
    pub fn rule(&self, dim: Dim) -> Rule {
        self.rules.get(&dim).copied().unwrap_or(self.others)
    }
}

impl Spread {
    /// The rule of a dimension.
    pub fn rule(&self, dim: Dim) -> Rule {
        self.rules.get(&dim).copied().unwrap_or(self.others)
    }
}

impl Level {
    /// Instances of the level.
    pub fn instances(&self) -> u64 {
        u64::from(self.mesh_x) * u64::from(self.mesh_y)
    }

    /// Bits of one access.
    pub fn width_bits(&self) -> u32 {
        let words = self.word_bits.saturating_mul(self.block_words);
        self.storage.width_bits.unwrap_or(words)
    }
}

impl Mac {
    /// Number of units.
    pub fn units(&self) -> u64 {
        u64::from(self.mesh_x) * u64::from(self.mesh_y)
    }
}

impl Architecture {
    /// Instances below level `level` (an index into [`Self::levels`]) per instance of it, along rows and along columns, at least 1; what
    /// does not divide, which [`Self::misfit`] names, is rounded down.
    pub fn fan_out(&self, level: usize) -> (u64, u64) {
        let here = &self.levels[level];
        let (x, y) = match self.levels.get(level + 1) {
            Some(below) => (below.mesh_x, below.mesh_y),
            None => (self.mac.mesh_x, self.mac.mesh_y),
        };
        let (x, y) = (x / here.mesh_x.max(1), y / here.mesh_y.max(1));
        (u64::from(x.max(1)), u64::from(y.max(1)))
    }

    /// The first level whose instances cannot share those below it evenly, in words; `None` where all can.
    pub fn misfit(&self) -> Option<String> {
        let of_levels = self
            .levels
            .iter()
            .map(|level| (level.mesh_x, level.mesh_y, level.name.as_str()));
        let below = of_levels
            .skip(1)
            .chain([(self.mac.mesh_x, self.mac.mesh_y, "MAC units")]);
        self.levels.iter().zip(below).find_map(|(level, (x, y, below))| {
            let (name, here_x, here_y) = (&level.name, level.mesh_x, level.mesh_y);
            let is_shared = |there: u32, here: u32| here > 0 && there > 0 && there.is_multiple_of(here);
            match (is_shared(x, here_x), is_shared(y, here_y)) {
                (false, _) => Some(format!(
                    "{x} {below} in a row cannot be shared evenly by {here_x} of {name}"
                )),
                (_, false) => Some(format!(
                    "{y} rows of {below} cannot be shared evenly by {here_y} of {name}"
                )),
                (true, true) => None,
            }
        })
    }

    /// Square metres of all instances and MAC units.
    pub fn area_m2(&self) -> f64 {
        let levels = self.levels.iter();
        let levels: f64 = levels.map(|level| level.area_m2 * level.instances() as f64).sum();
        levels + self.mac.area_m2 * self.mac.units() as f64
    }

    /// Multiply-accumulates per second when every unit works.
    pub fn peak_macs_per_s(&self) -> f64 {
        self.mac.units() as f64 * self.clock_hz
    }
}
