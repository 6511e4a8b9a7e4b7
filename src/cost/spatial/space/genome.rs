//! Designs as whole numbers, for evolution: their bounds and what they mean.

use super::design::Buffer;
use super::{Design, EyerissDesign, Family, GemminiDesign, MAX_KIB, MAX_SIDE, SimbaDesign, SpaceError};
use serde::{Deserialize, Serialize};

/// How a genome is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Decoding {
    /// As it is meant.
    #[default]
    Corrected,
    /// As CNNParted reads it: the gene of an Eyeriss-like design's input words has no effect, and sizes of buffers are reported wrongly.
    CnnParted,
}

/// Words for inputs that every genome of an Eyeriss-like design has under [`Decoding::CnnParted`].
const FIXED_INPUT_WORDS: u64 = 64;
/// Kibibytes reported for buffers that [`Decoding::CnnParted`] does not compute.
const UNSET_KIB: f64 = 1.0;

/// The sizes an evolution may choose, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenomeRanges {
    /// The family.
    pub family: Family,
    /// Units along a side of the array; of a Simba-like design, processing elements and MAC units in each, in steps of four.
    pub side: (u32, u32),
    /// Kibibytes of the shared buffer or scratchpad, in steps of [`Self::step_kib`].
    pub shared_kib: (u32, u32),
    /// Rows of each local buffer; of a Gemmini-like design, kibibytes of the accumulators in steps of [`Self::step_kib`].
    pub local: (u32, u32),
    /// Kibibytes between two sizes.
    pub step_kib: u32,
    /// How genomes are read.
    #[serde(default)]
    pub decoding: Decoding,
}

impl GenomeRanges {
    /// Sizes around a family's usual ones.
    pub fn usual(family: Family) -> Self {
        let (shared_kib, local, step_kib) = match family {
            Family::Eyeriss => ((64, 512), (12, 256), 8),
            Family::Simba => ((32, 512), (64, 8192), 16),
            Family::Gemmini => ((64, 512), (16, 128), 8),
        };
        Self {
            family,
            side: (8, 32),
            shared_kib,
            local,
            step_kib,
            decoding: Decoding::Corrected,
        }
    }

    /// The smallest and largest value by gene: [rows, columns, shared, three local buffers]; of a Gemmini-like design [side, scratchpad,
    /// accumulators].
    pub fn bounds(&self) -> Result<Vec<(u32, u32)>, SpaceError> {
        let range = |what: &str, (least, most): (u32, u32), limit: u32| {
            if least == 0 || least > most || most > limit {
                return Err(SpaceError(format!(
                    "{what}: {least} to {most} must be a range within 1 to {limit}"
                )));
            }
            Ok((least, most))
        };
        let steps = |what: &str, (least, most): (u32, u32), step: u32| {
            let (least, most) = (least.div_ceil(step), most / step);
            if least > most {
                return Err(SpaceError(format!(
                    "{what}: the range holds no multiple of {step}, widen it"
                )));
            }
            Ok((least, most))
        };
        if self.step_kib == 0 {
            return Err(SpaceError("step: 0 KiB must be at least 1".to_owned()));
        }
        let largest = MAX_KIB as u32;
        let side = range("array", self.side, MAX_SIDE)?;
        let shared = steps(
            "shared buffer",
            range("shared buffer", self.shared_kib, largest)?,
            self.step_kib,
        )?;
        let local = range("local buffers", self.local, largest)?;
        Ok(match self.family {
            Family::Eyeriss => vec![side, side, shared, local, local, local],
            Family::Simba => {
                let side = steps("array", side, SimbaDesign::BUFFERS)?;
                vec![side, side, shared, local, local, local]
            }
            Family::Gemmini => vec![side, shared, steps("accumulators", local, self.step_kib)?],
        })
    }

    /// The design of a genome with as many genes as [`Self::bounds`]; further ones mean nothing.
    pub fn decode(&self, genome: &[u32]) -> Option<Design> {
        let kib = |gene: u32| f64::from(gene) * f64::from(self.step_kib);
        let compatible = self.decoding == Decoding::CnnParted;
        Some(match (self.family, genome) {
            (Family::Eyeriss, &[rows, columns, shared, input, weight, sum, ..]) => Design::Eyeriss(EyerissDesign {
                rows,
                columns,
                buffer_kib: kib(shared),
                input_words: if compatible {
                    FIXED_INPUT_WORDS
                } else {
                    u64::from(input)
                },
                weight_words: u64::from(weight),
                sum_words: u64::from(sum),
            }),
            (Family::Simba, &[elements, lanes, shared, input, weight, sum, ..]) => {
                let mut design = SimbaDesign {
                    elements: elements.saturating_mul(SimbaDesign::BUFFERS),
                    lanes: lanes.saturating_mul(SimbaDesign::BUFFERS),
                    buffer: Buffer::of_kib(kib(shared), SimbaDesign::BUFFER_BITS),
                    input: Buffer::of_rows(u64::from(input), SimbaDesign::INPUT_BITS),
                    weight: Buffer::of_rows(u64::from(weight), SimbaDesign::WEIGHT_BITS),
                    accumulator: Buffer::of_rows(u64::from(sum), SimbaDesign::ACCUMULATOR_BITS),
                };
                if compatible {
                    // All three sizes are written to the input buffer's, one after another.
                    design.input.kib = design.accumulator.kib.floor();
                    design.weight.kib = UNSET_KIB;
                    design.accumulator.kib = UNSET_KIB;
                }
                Design::Simba(design)
            }
            (Family::Gemmini, &[side, scratchpad, accumulator, ..]) => {
                let mut design = GemminiDesign::new(side, kib(scratchpad), kib(accumulator));
                if compatible {
                    design.accumulator_kib = (design.accumulator_kib / f64::from(side.max(1))).floor();
                    design.scratchpad_row_bits = GemminiDesign::DATA_BITS;
                    design.accumulator_row_bits = GemminiDesign::SUM_BITS;
                }
                Design::Gemmini(design)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_bounds_and_designs_at_both_ends() {
        for family in Family::ALL {
            let ranges = GenomeRanges::usual(family);
            let bounds = ranges.bounds().unwrap();
            let ends: [Vec<u32>; 2] = [
                bounds.iter().map(|bound| bound.0).collect(),
                bounds.iter().map(|bound| bound.1).collect(),
            ];
            for genome in ends {
                assert_eq!(ranges.decode(&genome).unwrap().family(), family);
            }
            assert_eq!(ranges.decode(&[1]), None);
        }
    }

    #[test]
    fn bad_ranges_are_refused_in_words() {
        let usual = GenomeRanges::usual(Family::Eyeriss);
        let refused = |ranges: GenomeRanges, words: &str| {
            let error = ranges.bounds().unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        refused(GenomeRanges { side: (9, 8), ..usual }, "array: 9 to 8");
        refused(GenomeRanges { step_kib: 0, ..usual }, "step: 0 KiB");
        let between = GenomeRanges {
            shared_kib: (9, 15),
            ..usual
        };
        refused(between, "holds no multiple of 8");
    }
}
