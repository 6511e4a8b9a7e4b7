//! What memories and MAC units cost where nobody has said so: energy per access and area from what they are built of
//! (accelerators.md 6). Small logic and registers follow published 40/45 nm figures, DRAM an energy per bit, SRAM a table of CACTI 7
//! results.
//!
//! - [`logic`] adders, multipliers, registers; [`sram`] the table and how it is read between its points; [`resize`] levels and MAC units
//!   whose sizes change, their given numbers changing in the same proportion as the estimates

pub mod logic;
pub mod resize;
pub mod sram;

use super::architecture::{DramKind, Level, StorageClass};
use logic::{address_generators, register_file};

pub(super) const PICO: f64 = 1e-12;

/// Bytes below which an SRAM is built as a register file.
const SMALLEST_SRAM_BYTES: f64 = 64.0;
/// What a memory without a limit is taken to hold, in bits.
const UNLIMITED_BITS: f64 = 8.0 * 1024.0 * 1024.0;

/// Energy and area of one instance of a memory, or of one MAC unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Joules of reading a block; of a MAC unit, joules of one multiply-accumulate.
    pub read_energy_j: f64,
    /// Joules of writing a block; of a MAC unit the same as [`Self::read_energy_j`].
    pub write_energy_j: f64,
    /// Square metres.
    pub area_m2: f64,
    /// What had to be assumed, in words.
    pub assumption: Option<String>,
}

impl DramKind {
    /// Joules per bit read or written.
    pub fn energy_per_bit_j(self) -> f64 {
        PICO * match self {
            Self::Lpddr4 => 8.0,
            Self::Lpddr => 40.0,
            Self::Ddr3 => 70.0,
            Self::Gddr5 => 14.0,
            Self::Hbm2 => 3.9,
        }
    }
}

/// Estimates a level from its storage, capacity and widths; its own energies and area play no part.
pub fn estimate(level: &Level) -> Estimate {
    let width_bits = f64::from(level.width_bits());
    let (depth, unlimited) = depth(level, width_bits);
    let bytes = depth * width_bits / 8.0;
    let mut assumption = None;
    let mut estimate = match level.storage.class {
        StorageClass::Dram(kind) => {
            let energy_j = width_bits * kind.energy_per_bit_j();
            return Estimate {
                read_energy_j: energy_j,
                write_energy_j: energy_j,
                area_m2: 0.0,
                assumption: None,
            };
        }
        StorageClass::Register => register_file(1.0, width_bits),
        StorageClass::Sram if bytes >= SMALLEST_SRAM_BYTES => {
            let of_sram = sram::interpolate(&sram::TABLE, bytes, width_bits, level.storage.banks);
            assumption = of_sram.assumption.clone();
            of_sram
        }
        StorageClass::RegisterFile | StorageClass::Sram if depth > 0.0 => register_file(depth, width_bits),
        StorageClass::RegisterFile | StorageClass::Sram => Estimate {
            read_energy_j: 0.0,
            write_energy_j: 0.0,
            area_m2: 0.0,
            assumption: None,
        },
    };
    if level.storage.address_generators {
        let (energy_j, area_m2) = address_generators();
        estimate.read_energy_j += energy_j;
        estimate.write_energy_j += energy_j;
        estimate.area_m2 += area_m2;
    }
    let no_limit = unlimited.then(|| "no capacity is given, taken as 1 MiB".to_owned());
    let words: Vec<String> = [no_limit, assumption].into_iter().flatten().collect();
    estimate.assumption = (!words.is_empty()).then(|| format!("{}: {}", level.name, words.join("; ")));
    estimate
}

/// Rows of one access each, and whether they had to be assumed.
fn depth(level: &Level, width_bits: f64) -> (f64, bool) {
    let block = f64::from(level.block_words.max(1));
    match level.capacity_words {
        // Part of a row is a row.
        Some(words) => ((words as f64 / block).ceil(), false),
        None if level.storage.class == StorageClass::Register => (1.0, false),
        None => ((UNLIMITED_BITS / width_bits.max(1.0)).ceil(), true),
    }
}

/// Estimates a MAC unit for integers of so many bits.
pub fn estimate_mac(bits: u32) -> Estimate {
    let energy_j = logic::adder_j(bits) + logic::multiplier_j(bits);
    Estimate {
        read_energy_j: energy_j,
        write_energy_j: energy_j,
        area_m2: logic::adder_m2(bits) + logic::multiplier_m2(bits),
        assumption: None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cost::spatial::architecture::{Keep, Storage};

    pub(in crate::cost::spatial) fn level(class: StorageClass, words: Option<u64>, word_bits: u32) -> Level {
        Level {
            name: "memory".to_owned(),
            storage: Storage {
                class,
                width_bits: None,
                banks: 1,
                address_generators: false,
            },
            capacity_words: words,
            word_bits,
            block_words: 1,
            cluster: 1,
            mesh_x: 1,
            mesh_y: 1,
            read_words_per_cycle: None,
            write_words_per_cycle: None,
            shared_words_per_cycle: None,
            read_energy_j: 0.0,
            write_energy_j: 0.0,
            area_m2: 0.0,
            keep: [Keep::Yes; 3],
            temporal: Default::default(),
            spatial: Default::default(),
        }
    }

    #[track_caller]
    fn check(level: &Level, read_pj: f64, area_um2: f64) {
        let found = estimate(level);
        let close = |ours: f64, expected: f64| (ours - expected).abs() <= 1e-5 * expected;
        assert!(close(found.read_energy_j / PICO, read_pj), "{found:?}");
        assert!(close(found.area_m2 / PICO, area_um2) || area_um2 == 0.0, "{found:?}");
        assert_eq!(found.assumption, None);
    }

    #[test]
    fn register_files_and_dram_follow_their_formulas() {
        // The two checks of accelerators.md 6.1.
        let mut spad = level(StorageClass::RegisterFile, Some(12), 16);
        spad.storage.address_generators = true;
        check(&spad, 0.236322, 379.68);
        spad.capacity_words = Some(192);
        check(&spad, 1.58552, 3634.68);
        check(&level(StorageClass::Register, None, 16), 0.144, 95.68);
        let mut dram = level(StorageClass::Dram(DramKind::Lpddr4), None, 16);
        dram.block_words = 4;
        check(&dram, 512.0, 0.0);
        // An SRAM below 64 bytes is made of registers.
        check(&level(StorageClass::Sram, Some(1), 8), 0.072, 47.84);
    }

    #[test]
    fn what_holds_nothing_costs_nothing() {
        let nothing = estimate(&level(StorageClass::Sram, Some(0), 16));
        assert_eq!((nothing.read_energy_j, nothing.area_m2), (0.0, 0.0));
    }

    #[test]
    fn a_memory_without_a_limit_says_what_was_assumed() {
        let found = estimate(&level(StorageClass::Sram, None, 64));
        let words = found.assumption.unwrap();
        assert!(
            words.starts_with("memory: no capacity is given, taken as 1 MiB"),
            "{words}"
        );
    }

    #[test]
    fn mac_units_grow_with_the_square_of_their_width() {
        let [narrow, wide] = [8, 16].map(estimate_mac);
        assert!((wide.read_energy_j / PICO - 2.20035).abs() < 1e-9);
        assert!((narrow.read_energy_j / PICO - 0.5608).abs() < 1e-4);
        assert!((wide.area_m2 / PICO - 1239.5).abs() < 1e-9);
    }
}
