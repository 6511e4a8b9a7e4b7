//! All designs that lists of sizes allow, in CNNParted's order.

use super::design::Buffer;
use super::{Design, EyerissDesign, Family, GemminiDesign, KIBIBYTE_BITS, MAX_DESIGNS, MAX_KIB, MAX_SIDE};
use super::{SimbaDesign, SpaceError};
use serde::{Deserialize, Serialize};

/// The sizes to try, by family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Lists {
    /// Eyeriss-like designs.
    Eyeriss(EyerissLists),
    /// Simba-like designs.
    Simba(SimbaLists),
    /// Gemmini-like designs.
    Gemmini(GemminiLists),
}

/// Sizes of Eyeriss-like designs; every combination is a design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EyerissLists {
    /// Rows of processing elements.
    pub rows: Vec<u32>,
    /// Processing elements in a row.
    pub columns: Vec<u32>,
    /// Kibibytes of the shared buffer.
    pub buffer_kib: Vec<f64>,
    /// Bytes for inputs in a processing element.
    pub input_bytes: Vec<u64>,
    /// Bytes for weights in a processing element.
    pub weight_bytes: Vec<u64>,
    /// Bytes for partial sums in a processing element.
    pub sum_bytes: Vec<u64>,
}

impl Default for EyerissLists {
    fn default() -> Self {
        Self {
            rows: vec![12],
            columns: vec![14],
            buffer_kib: vec![128.0],
            input_bytes: vec![24],
            weight_bytes: vec![384],
            sum_bytes: vec![32],
        }
    }
}

/// Sizes of Simba-like designs; every combination is a design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SimbaLists {
    /// Processing elements.
    pub elements: Vec<u32>,
    /// MAC units in a processing element; those that are no multiple of four are left out.
    pub lanes: Vec<u32>,
    /// Kibibytes of the shared buffer.
    pub buffer_kib: Vec<f64>,
    /// Kibibytes of an input buffer.
    pub input_kib: Vec<f64>,
    /// Kibibytes of a weight buffer.
    pub weight_kib: Vec<f64>,
    /// Kibibytes of an accumulation buffer.
    pub accumulator_kib: Vec<f64>,
}

impl Default for SimbaLists {
    fn default() -> Self {
        Self {
            elements: vec![16],
            lanes: vec![16],
            buffer_kib: vec![128.0],
            input_kib: vec![64.0],
            weight_kib: vec![32.0],
            accumulator_kib: vec![0.375],
        }
    }
}

/// Sizes of Gemmini-like designs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GemminiLists {
    /// Sides of the array.
    pub sides: MeshDims,
    /// Smallest and largest scratchpad in kibibytes.
    pub scratchpad_kib: (f64, f64),
    /// Smallest and largest accumulators in kibibytes.
    pub accumulator_kib: (f64, f64),
}

impl Default for GemminiLists {
    fn default() -> Self {
        Self {
            sides: MeshDims::PowersOfTwo { least: 16, most: 16 },
            scratchpad_kib: (256.0, 256.0),
            accumulator_kib: (64.0, 64.0),
        }
    }
}

/// Sides of a square array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeshDims {
    /// The powers of two from one to another, both ends included.
    PowersOfTwo {
        /// The smallest side.
        least: u32,
        /// The largest side.
        most: u32,
    },
    /// These.
    Fixed(Vec<u32>),
}

impl Lists {
    /// The usual sizes of a family.
    pub fn usual(family: Family) -> Self {
        match family {
            Family::Eyeriss => Self::Eyeriss(EyerissLists::default()),
            Family::Simba => Self::Simba(SimbaLists::default()),
            Family::Gemmini => Self::Gemmini(GemminiLists::default()),
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        match self {
            Self::Eyeriss(_) => Family::Eyeriss,
            Self::Simba(_) => Family::Simba,
            Self::Gemmini(_) => Family::Gemmini,
        }
    }

    /// All designs, at least one and at most [`MAX_DESIGNS`]; the last size of a list changes fastest.
    pub fn designs(&self) -> Result<Vec<Design>, SpaceError> {
        let designs = match self {
            Self::Eyeriss(lists) => lists.designs()?,
            Self::Simba(lists) => lists.designs()?,
            Self::Gemmini(lists) => lists.designs()?,
        };
        if designs.is_empty() {
            let family = self.family().words();
            return Err(SpaceError(format!(
                "no {family} design has these sizes, give wider ranges or longer lists"
            )));
        }
        Ok(designs)
    }
}

/// Refuses lists whose combinations are too many.
fn limit(lengths: &[usize]) -> Result<(), SpaceError> {
    let designs = lengths
        .iter()
        .fold(1_usize, |product, &count| product.saturating_mul(count));
    if designs > MAX_DESIGNS {
        return Err(SpaceError(format!(
            "the lists make {designs} designs, shorten them to at most {MAX_DESIGNS}"
        )));
    }
    Ok(())
}

/// Refuses sides that no array has.
fn sides(what: &str, list: &[u32]) -> Result<(), SpaceError> {
    match list.iter().find(|&&side| side == 0 || side > MAX_SIDE) {
        Some(side) => Err(SpaceError(format!("{what}: {side} must be 1 to {MAX_SIDE}"))),
        None => Ok(()),
    }
}

/// Refuses sizes that are none.
fn kibibytes(what: &str, list: &[f64]) -> Result<(), SpaceError> {
    match list.iter().find(|&&kib| !(kib > 0.0 && kib <= MAX_KIB)) {
        Some(kib) => Err(SpaceError(format!(
            "{what}: {kib} KiB must be above 0 and at most {MAX_KIB}"
        ))),
        None => Ok(()),
    }
}

impl EyerissLists {
    fn designs(&self) -> Result<Vec<Design>, SpaceError> {
        sides("rows", &self.rows)?;
        sides("columns", &self.columns)?;
        kibibytes("shared buffer", &self.buffer_kib)?;
        let bytes = [&self.input_bytes, &self.weight_bytes, &self.sum_bytes];
        let word_bytes = EyerissDesign::bytes(1);
        let largest = (MAX_KIB * 1024.0) as u64;
        for &bytes in bytes.into_iter().flatten() {
            if bytes < word_bytes || bytes > largest {
                return Err(SpaceError(format!(
                    "scratchpads: {bytes} byte must be {word_bytes} to {largest}"
                )));
            }
        }
        limit(&[self.rows.len(), self.columns.len(), self.buffer_kib.len()])?;
        limit(&[
            self.rows.len(),
            self.columns.len(),
            self.buffer_kib.len(),
            self.input_bytes.len(),
            self.weight_bytes.len(),
            self.sum_bytes.len(),
        ])?;
        let words = |bytes: u64| bytes * 8 / EyerissDesign::WORD_BITS;
        let mut designs = Vec::new();
        for &rows in &self.rows {
            for &columns in &self.columns {
                for &buffer_kib in &self.buffer_kib {
                    for &input in &self.input_bytes {
                        for &weight in &self.weight_bytes {
                            designs.extend(self.sum_bytes.iter().map(|&sum| {
                                Design::Eyeriss(EyerissDesign {
                                    rows,
                                    columns,
                                    buffer_kib,
                                    input_words: words(input),
                                    weight_words: words(weight),
                                    sum_words: words(sum),
                                })
                            }));
                        }
                    }
                }
            }
        }
        Ok(designs)
    }
}

impl SimbaLists {
    fn designs(&self) -> Result<Vec<Design>, SpaceError> {
        sides("processing elements", &self.elements)?;
        sides("MAC units", &self.lanes)?;
        let kib = [
            ("shared buffer", &self.buffer_kib),
            ("input buffer", &self.input_kib),
            ("weight buffer", &self.weight_kib),
            ("accumulation buffer", &self.accumulator_kib),
        ];
        for (what, list) in kib {
            kibibytes(what, list)?;
        }
        let lengths = kib.map(|(_, list)| list.len());
        limit(&[&lengths[..], &[self.elements.len(), self.lanes.len()]].concat())?;
        let mut designs = Vec::new();
        let whole = |lanes: &&u32| lanes.is_multiple_of(SimbaDesign::BUFFERS);
        for &elements in &self.elements {
            for &lanes in self.lanes.iter().filter(whole) {
                for &weight in &self.weight_kib {
                    for &accumulator in &self.accumulator_kib {
                        for &buffer in &self.buffer_kib {
                            designs.extend(self.input_kib.iter().map(|&input| {
                                Design::Simba(SimbaDesign {
                                    elements,
                                    lanes,
                                    buffer: Buffer::of_kib(buffer, SimbaDesign::BUFFER_BITS),
                                    input: Buffer::of_kib(input, SimbaDesign::INPUT_BITS),
                                    weight: Buffer::of_kib(weight, SimbaDesign::WEIGHT_BITS),
                                    accumulator: Buffer::of_kib(accumulator, SimbaDesign::ACCUMULATOR_BITS),
                                })
                            }));
                        }
                    }
                }
            }
        }
        Ok(designs)
    }
}

impl GemminiLists {
    fn designs(&self) -> Result<Vec<Design>, SpaceError> {
        let list = match &self.sides {
            MeshDims::PowersOfTwo { least, most } => {
                sides("sides", &[*least, *most])?;
                let powers = (0..u32::BITS).map(|power| 1_u32 << power);
                powers.filter(|side| (least..=most).contains(&side)).collect()
            }
            MeshDims::Fixed(list) => list.clone(),
        };
        sides("sides", &list)?;
        kibibytes("scratchpad", &[self.scratchpad_kib.0, self.scratchpad_kib.1])?;
        kibibytes("accumulators", &[self.accumulator_kib.0, self.accumulator_kib.1])?;
        // A range holds at most some thirty powers of two.
        limit(&[list.len(), 32, 32])?;
        let mut designs = Vec::new();
        for &side in &list {
            let scratchpad_row = u64::from(side) * GemminiDesign::DATA_BITS * GemminiDesign::SCRATCHPAD_BANKS;
            for (_, scratchpad) in sizes(side, scratchpad_row, self.scratchpad_kib) {
                let rows_beside = (scratchpad * KIBIBYTE_BITS / (f64::from(side) * GemminiDesign::DATA_BITS as f64)
                    - 2.0 * f64::from(side))
                    / 2.0;
                let accumulator_row = u64::from(side) * GemminiDesign::SUM_BITS * GemminiDesign::ACCUMULATOR_BANKS;
                let fits = |rows: u64| !is_blocked(side) || rows as f64 <= rows_beside.floor();
                designs.extend(
                    sizes(side, accumulator_row, self.accumulator_kib)
                        .filter(|&(rows, _)| fits(rows))
                        .map(|(_, accumulator)| Design::Gemmini(GemminiDesign::new(side, scratchpad, accumulator))),
                );
            }
        }
        Ok(designs)
    }
}

/// Whether the generator's rules on whole blocks hold for a side.
fn is_blocked(side: u32) -> bool {
    side.is_multiple_of(16)
}

/// Rows of a bank and the kibibytes they make, for rows of `bits` over all banks: powers of two from 16 on.
fn sizes(side: u32, bits: u64, (least, most): (f64, f64)) -> impl Iterator<Item = (u64, f64)> {
    let all = (4..40).map(move |power| {
        let rows = 1_u64 << power;
        (rows, rows as f64 * bits as f64 / KIBIBYTE_BITS)
    });
    all.filter(move |&(rows, kib)| {
        let whole = !is_blocked(side) || rows.is_multiple_of(u64::from(side)) && kib.fract() == 0.0;
        whole && (least..=most).contains(&kib)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(lists: Lists, words: &str) {
        let error = lists.designs().unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn bad_sizes_are_refused_in_words() {
        let eyeriss = |change: fn(&mut EyerissLists)| {
            let mut lists = EyerissLists::default();
            change(&mut lists);
            Lists::Eyeriss(lists)
        };
        refused(eyeriss(|l| l.rows = vec![0]), "rows: 0 must be 1 to");
        refused(eyeriss(|l| l.buffer_kib = vec![f64::NAN]), "shared buffer: NaN KiB");
        refused(eyeriss(|l| l.input_bytes = vec![1]), "scratchpads: 1 byte must be 2 to");
        refused(eyeriss(|l| l.sum_bytes = Vec::new()), "no Eyeriss-like design");
        let many = eyeriss(|l| {
            l.rows = (1..=400).collect();
            l.columns = (1..=400).collect();
        });
        refused(many, "the lists make 160000 designs");
        let lanes = SimbaLists {
            lanes: vec![10],
            ..SimbaLists::default()
        };
        refused(Lists::Simba(lanes), "no Simba-like design");
        let sides = GemminiLists {
            sides: MeshDims::PowersOfTwo {
                least: 1,
                most: 1 << 20,
            },
            ..GemminiLists::default()
        };
        refused(Lists::Gemmini(sides), "sides: 1048576 must be");
    }

    #[test]
    fn the_usual_sizes_make_one_design() {
        for family in Family::ALL {
            assert_eq!(Lists::usual(family).designs().unwrap().len(), 1, "{family:?}");
        }
    }
}
