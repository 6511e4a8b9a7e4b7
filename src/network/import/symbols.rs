//! Sizes for the dimensions a file leaves open.

use super::error::{Fault, Place};
use super::model::{DeclaredDim, ValueInfo};
use super::notes::{NoteWeight, Notes};
use super::shapes::Dims;
use std::collections::BTreeMap;

/// Side of the image assumed where a file leaves height and width open: what most image classifiers were trained on.
const IMAGE_SIDE: u64 = 224;

/// Sizes chosen by the user, and those in use.
pub struct Symbols<'a> {
    chosen: &'a BTreeMap<String, u64>,
    /// Every symbol of the file with the size used for it.
    pub used: BTreeMap<String, u64>,
}

impl<'a> Symbols<'a> {
    /// Takes over the user's choices; a size of 0 is refused.
    pub fn new(chosen: &'a BTreeMap<String, u64>) -> Result<Self, Fault> {
        if let Some((name, _)) = chosen.iter().find(|(_, size)| **size == 0) {
            let problem = format!("size 0 for the dimension “{name}”");
            return Err(Fault::new(Place::Graph, problem, "Give a size of 1 or more"));
        }
        Ok(Self {
            chosen,
            used: BTreeMap::new(),
        })
    }

    /// Shape of a network input with every open dimension filled in.
    pub fn fill_input(&mut self, input: &ValueInfo, notes: &mut Notes) -> Option<Dims> {
        let declared = input.dims.as_ref()?;
        let filled = declared.iter().enumerate().map(|(index, dim)| {
            let name = match dim {
                &DeclaredDim::Size(size) if size > 0 => return Some(size.unsigned_abs()),
                DeclaredDim::Symbol(name) => name.clone(),
                _ => format!("{}.{index}", input.name),
            };
            Some(self.size(name, index, declared, notes))
        });
        Some(filled.collect())
    }

    fn size(&mut self, name: String, index: usize, declared: &[DeclaredDim], notes: &mut Notes) -> u64 {
        if let Some(&size) = self.used.get(&name) {
            return size;
        }
        let size = self.chosen.get(&name).copied().unwrap_or_else(|| {
            let size = default(index, declared);
            let (weight, hint) = match index {
                0 => (NoteWeight::Info, "as batch size"),
                _ => (NoteWeight::Warning, "and every number below rests on it"),
            };
            let text = format!("the file leaves the dimension “{name}” open: {size} is used {hint}, until you set it");
            notes.add("dimensions left open", weight, None, text);
            size
        });
        self.used.insert(name, size);
        size
    }

    /// A declared shape as far as it is known now.
    pub fn resolve(&self, declared: &[DeclaredDim]) -> Dims {
        let resolve = |dim: &DeclaredDim| match dim {
            DeclaredDim::Size(size) => u64::try_from(*size).ok().filter(|&s| s > 0),
            DeclaredDim::Symbol(name) => self.used.get(name).copied(),
            DeclaredDim::Open => None,
        };
        declared.iter().map(resolve).collect()
    }

    /// Says which of the user's choices meet no symbol of the file.
    pub fn report_unused(&self, notes: &mut Notes) {
        for name in self.chosen.keys().filter(|name| !self.used.contains_key(*name)) {
            let text = format!("the file has no dimension called “{name}”; the size given for it is not used");
            notes.add("sizes without a dimension", NoteWeight::Info, None, text);
        }
    }
}

/// 1, but the usual side for height and width of what looks like an image batch (N, C, H, W or N, H, W, C).
fn default(index: usize, declared: &[DeclaredDim]) -> u64 {
    let is_colour = |at: usize| matches!(declared.get(at), Some(DeclaredDim::Size(1 | 3 | 4)));
    let is_side = declared.len() == 4 && ((is_colour(1) && index >= 2) || (is_colour(3) && (1..=2).contains(&index)));
    if is_side { IMAGE_SIDE } else { 1 }
}
