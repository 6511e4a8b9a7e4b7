//! Widths of outputs on their way home.
//!
//! An output made beyond the device where it is wanted travels at the width of the device that makes it. Whether a link keeps its limits
//! must be known when it is cut, before that device is chosen, so each combination of widths is a search of its own in which an
//! output may only be made where its width is the assumed one (or where it need not come back).

use super::super::crossings::Messages;
use super::limits::Limits;
use crate::design::Problem;
use crate::network::{Ideal, LayerId, TensorId};

/// Most combinations that are searched.
const MOST: usize = 64;
/// Stands for any width, where all outputs of a layer have widths of their own.
const ANY: u32 = 0;

/// The assumed widths of one search.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Returns {
    /// Layers that make outputs, with the width these have where they come back from.
    makers: Vec<(LayerId, u32)>,
}

/// All combinations of widths that can matter; `None` if they are too many.
pub(crate) fn combinations(problem: &Problem, limits: &Limits) -> Option<Vec<Returns>> {
    let flat = problem.table.flat();
    let system = problem.system;
    let mut widths: Vec<u32> = system
        .devices
        .iter()
        .skip(system.output_at + 1)
        .map(|d| d.bits)
        .collect();
    widths.sort_unstable();
    widths.dedup();
    let mut all = vec![Returns::default()];
    if !limits.any_load() || widths.is_empty() {
        return Some(all);
    }
    for layer in (0..flat.layers()).filter(|&l| outputs(problem, l).next().is_some()) {
        let own_width = outputs(problem, layer).all(|t| flat.has_own_width(t));
        // One width is as good as any where none matters.
        let choices = if own_width { &[ANY][..] } else { &widths };
        if all.len() * choices.len() > MOST {
            return None;
        }
        let longer = |returns: &Returns, width: u32| {
            let mut longer = returns.clone();
            longer.makers.push((layer, width));
            longer
        };
        let combined = all
            .iter()
            .flat_map(|returns| choices.iter().map(move |&width| longer(returns, width)));
        all = combined.collect();
    }
    Some(all)
}

/// A layer's outputs that the outside wants and that have bytes.
fn outputs<'p>(problem: &'p Problem, layer: LayerId) -> impl Iterator<Item = TensorId> + 'p {
    let flat = problem.table.flat();
    let made = flat.outputs.get(layer).iter().copied();
    made.filter(|&t| flat.wanted[t] && flat.bytes(t, 8) > 0)
}

impl Returns {
    /// Whether a layer may run on a device: its outputs have the assumed width there, or are not sent back.
    pub(crate) fn allow(&self, problem: &Problem, layer: LayerId, device: usize) -> bool {
        let bits = problem.system.devices[device].bits;
        let assumed = self.makers.iter().find(|(maker, _)| *maker == layer);
        device <= problem.system.output_at || assumed.is_none_or(|&(_, width)| width == ANY || width == bits)
    }

    /// Adds the outputs still to be made after the boundary to the message that takes them home over `link`.
    pub(crate) fn complete(&self, problem: &Problem, boundary: &Ideal, link: usize, messages: &mut Messages) {
        let Some(bytes) = &mut messages.output_back else {
            return;
        };
        for &(maker, width) in self.makers.iter().filter(|(maker, _)| !boundary.contains(*maker)) {
            let bits = problem.system.links[link].bits.unwrap_or(width);
            for tensor in outputs(problem, maker) {
                *bytes = bytes.saturating_add(problem.table.flat().bytes(tensor, bits));
            }
        }
    }
}
