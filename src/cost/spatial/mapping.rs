//! A mapping: how the loops of a layer are cut and laid over levels and instances.

use super::dim::{Dim, Extents, Operand, PerOperand};
use std::fmt::Write;

/// The loops of a layer, level by level.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mapping {
    /// By level of the architecture, the main memory first.
    pub levels: Vec<LevelMapping>,
}

/// What happens at one level.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LevelMapping {
    /// Whether it stores weights, inputs, outputs.
    pub keep: PerOperand<bool>,
    /// Loops over time with factors above 1, the innermost first.
    pub temporal: Vec<(Dim, u64)>,
    /// Loops spread over the instances below, factors above 1.
    pub spatial: Vec<(Dim, u64)>,
}

impl Mapping {
    /// The product of all factors by dimension: the loop bounds, padding included.
    pub fn bounds(&self) -> Extents {
        let mut bounds = [1; super::dim::DIMS];
        for level in &self.levels {
            for &(dim, factor) in level.temporal.iter().chain(&level.spatial) {
                bounds[dim.index()] *= factor;
            }
        }
        bounds
    }

    /// The nest as text, the outermost loop first, one loop a line with the level it belongs to.
    pub fn nest(&self, names: &[&str]) -> String {
        let mut text = String::new();
        let mut depth = 0;
        for (level, name) in self.levels.iter().zip(names) {
            let kept = Operand::ALL.iter().filter(|operand| level.keep[operand.index()]);
            let kept: Vec<&str> = kept.map(|operand| operand.word()).collect();
            let kept = if kept.is_empty() {
                "stores nothing".to_owned()
            } else {
                format!("stores {}", kept.join(", "))
            };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}: {kept}");
            let loops = level.temporal.iter().rev().map(|entry| (entry, "for"));
            let spread = level.spatial.iter().map(|entry| (entry, "parallel for"));
            for (&(dim, factor), word) in loops.chain(spread) {
                depth += 1;
                let (indent, letter) = ("  ".repeat(depth), dim.letter().to_lowercase());
                let _ = writeln!(text, "{indent}{word} {letter} in 0..{factor}  ({})", dim.words());
            }
        }
        let _ = writeln!(text, "{}multiply and accumulate", "  ".repeat(depth + 1));
        text
    }
}
