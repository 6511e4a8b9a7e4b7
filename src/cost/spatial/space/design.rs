//! Members of the three families: what may change, and what follows from it.

use super::KIBIBYTE_BITS;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Families of accelerators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Family {
    /// Row stationary.
    Eyeriss,
    /// Vector units with local weights.
    Simba,
    /// A systolic array.
    Gemmini,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Eyeriss, Self::Simba, Self::Gemmini];

    /// Its name.
    pub fn words(self) -> &'static str {
        match self {
            Self::Eyeriss => "Eyeriss-like",
            Self::Simba => "Simba-like",
            Self::Gemmini => "Gemmini-like",
        }
    }
}

/// A member of a family.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Design {
    /// Row stationary.
    Eyeriss(EyerissDesign),
    /// Vector units with local weights.
    Simba(SimbaDesign),
    /// A systolic array.
    Gemmini(GemminiDesign),
}

/// Sizes of an Eyeriss-like accelerator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EyerissDesign {
    /// Rows of processing elements.
    pub rows: u32,
    /// Processing elements in a row.
    pub columns: u32,
    /// Kibibytes of the shared buffer.
    pub buffer_kib: f64,
    /// Words of 16 bit for inputs in a processing element.
    pub input_words: u64,
    /// Words of 16 bit for weights in a processing element.
    pub weight_words: u64,
    /// Words of 16 bit for partial sums in a processing element.
    pub sum_words: u64,
}

impl EyerissDesign {
    /// Bits of a word.
    pub const WORD_BITS: u64 = 16;
    /// Words of a row of the shared buffer.
    pub const BUFFER_BLOCK: u64 = 4;

    /// Rows of the shared buffer.
    pub fn buffer_rows(&self) -> u64 {
        rows(self.buffer_kib, Self::WORD_BITS * Self::BUFFER_BLOCK)
    }

    /// Words of the shared buffer.
    pub fn buffer_words(&self) -> u64 {
        self.buffer_rows().saturating_mul(Self::BUFFER_BLOCK)
    }

    /// Processing elements.
    pub fn units(&self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns)
    }

    /// Bytes of a scratchpad of so many words.
    pub fn bytes(words: u64) -> u64 {
        words * Self::WORD_BITS / 8
    }
}

/// Sizes of a Simba-like accelerator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SimbaDesign {
    /// Processing elements.
    pub elements: u32,
    /// MAC units in a processing element, a multiple of [`Self::BUFFERS`].
    pub lanes: u32,
    /// The shared buffer.
    pub buffer: Buffer,
    /// The input buffer of a processing element.
    pub input: Buffer,
    /// Each weight buffer.
    pub weight: Buffer,
    /// Each accumulation buffer.
    pub accumulator: Buffer,
}

/// A buffer in rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Buffer {
    /// Kibibytes, as reported.
    pub kib: f64,
    /// Rows, as built.
    pub rows: u64,
}

impl Buffer {
    /// So many kibibytes in rows of `row_bits`; what makes no whole row is lost.
    pub fn of_kib(kib: f64, row_bits: u64) -> Self {
        let rows = rows(kib, row_bits);
        Self { kib, rows }
    }

    /// So many rows of `row_bits`.
    pub fn of_rows(rows: u64, row_bits: u64) -> Self {
        let kib = (rows * row_bits) as f64 / KIBIBYTE_BITS;
        Self { kib, rows }
    }
}

impl SimbaDesign {
    /// Weight and accumulation buffers in a processing element.
    pub const BUFFERS: u32 = 4;
    /// Bits of a row of an input buffer.
    pub const INPUT_BITS: u64 = 64;
    /// Bits of a row of a weight buffer.
    pub const WEIGHT_BITS: u64 = 64;
    /// Bits of a row of an accumulation buffer.
    pub const ACCUMULATOR_BITS: u64 = 24;
    /// Bits of a row of the shared buffer.
    pub const BUFFER_BITS: u64 = 256;
}

/// Sizes of a Gemmini-like accelerator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GemminiDesign {
    /// Rows and columns of the array.
    pub side: u32,
    /// Kibibytes of the scratchpad.
    pub scratchpad_kib: f64,
    /// Bits of a scratchpad row, as reported.
    pub scratchpad_row_bits: u64,
    /// Rows in each of the scratchpad's banks.
    pub scratchpad_bank_rows: u64,
    /// Kibibytes of the accumulators, as reported.
    pub accumulator_kib: f64,
    /// Bits of an accumulator row, as reported.
    pub accumulator_row_bits: u64,
    /// Rows in each of the accumulators' banks.
    pub accumulator_bank_rows: u64,
}

impl GemminiDesign {
    /// Bits of an operand.
    pub const DATA_BITS: u64 = 8;
    /// Bits of a sum.
    pub const SUM_BITS: u64 = 32;
    /// Banks of the scratchpad.
    pub const SCRATCHPAD_BANKS: u64 = 4;
    /// Banks of the accumulators.
    pub const ACCUMULATOR_BANKS: u64 = 2;

    /// An array of `side` × `side` with these buffers.
    pub fn new(side: u32, scratchpad_kib: f64, accumulator_kib: f64) -> Self {
        let of_row = |bits: u64| u64::from(side) * bits;
        let (scratchpad_row_bits, accumulator_row_bits) = (of_row(Self::DATA_BITS), of_row(Self::SUM_BITS));
        Self {
            side,
            scratchpad_kib,
            scratchpad_row_bits,
            scratchpad_bank_rows: rows(scratchpad_kib, Self::SCRATCHPAD_BANKS * scratchpad_row_bits),
            accumulator_kib,
            accumulator_row_bits,
            accumulator_bank_rows: rows(accumulator_kib, Self::ACCUMULATOR_BANKS * accumulator_row_bits),
        }
    }

    /// Rows of the scratchpad.
    pub fn scratchpad_rows(&self) -> u64 {
        Self::SCRATCHPAD_BANKS * self.scratchpad_bank_rows
    }

    /// Rows of the accumulators, which is the words of each column.
    pub fn accumulator_rows(&self) -> u64 {
        Self::ACCUMULATOR_BANKS * self.accumulator_bank_rows
    }
}

/// Whole rows of `row_bits` in so many kibibytes.
fn rows(kib: f64, row_bits: u64) -> u64 {
    // A cast to an integer saturates and turns NaN into 0.
    (kib * KIBIBYTE_BITS / row_bits.max(1) as f64).floor() as u64
}

impl Design {
    /// Its family.
    pub fn family(&self) -> Family {
        match self {
            Self::Eyeriss(_) => Family::Eyeriss,
            Self::Simba(_) => Family::Simba,
            Self::Gemmini(_) => Family::Gemmini,
        }
    }
}

/// The sizes in a line, for example `14 × 12, 128 KiB, 12 + 192 + 16 words`.
impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eyeriss(design) => {
                let EyerissDesign {
                    rows,
                    columns,
                    buffer_kib,
                    input_words,
                    weight_words,
                    sum_words,
                } = design;
                write!(
                    f,
                    "{columns} × {rows}, {buffer_kib} KiB, {input_words} + {weight_words} + {sum_words} words"
                )
            }
            Self::Simba(design) => {
                let (elements, lanes) = (design.elements, design.lanes);
                let [shared, input, weight, sums] =
                    [design.buffer, design.input, design.weight, design.accumulator].map(|buffer| buffer.rows);
                write!(
                    f,
                    "{elements} × {lanes}, {shared} shared rows, {input} + {weight} + {sums} rows"
                )
            }
            Self::Gemmini(design) => {
                let (side, scratchpad) = (design.side, design.scratchpad_kib);
                let rows = design.accumulator_rows();
                write!(f, "{side} × {side}, {scratchpad} KiB, {rows} sums a column")
            }
        }
    }
}
