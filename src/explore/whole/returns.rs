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

/// The assumed widths of one search.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Returns {
    /// Outputs made by layers, with the layer and the width; `None` where the width does not matter.
    outputs: Vec<(TensorId, LayerId, Option<u32>)>,
}

/// All combinations of widths that can matter; `None` if they are too many.
pub(crate) fn combinations(problem: &Problem, limits: &Limits) -> Option<Vec<Returns>> {
    let flat = problem.table.flat();
    let system = problem.system;
    let made = (0..flat.tensors()).filter(|&t| flat.wanted[t] && flat.bytes(t, 8) > 0);
    let made: Vec<_> = made.filter_map(|t| Some((t, flat.producer[t]?))).collect();
    let beyond = system.output_at + 1..system.devices.len();
    let mut widths: Vec<u32> = beyond.map(|d| system.devices[d].bits).collect();
    widths.sort_unstable();
    widths.dedup();
    let mut all = vec![Returns::default()];
    if !limits.any_load() || widths.is_empty() {
        return Some(all);
    }
    for (tensor, layer) in made {
        let choices: Vec<Option<u32>> = match flat.has_own_width(tensor) {
            true => vec![None],
            false => widths.iter().copied().map(Some).collect(),
        };
        if all.len() * choices.len() > MOST {
            return None;
        }
        let extend = |returns: &Returns| {
            let one_more = |&choice: &Option<u32>| {
                let mut longer = returns.clone();
                longer.outputs.push((tensor, layer, choice));
                longer
            };
            choices.iter().map(one_more).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(extend).collect();
    }
    Some(all)
}

impl Returns {
    /// Whether a layer may run on a device: its outputs have the assumed width there, or are not sent back.
    pub(crate) fn allow(&self, problem: &Problem, layer: LayerId, device: usize) -> bool {
        let bits = problem.system.devices[device].bits;
        device <= problem.system.output_at
            || self
                .outputs
                .iter()
                .all(|&(_, l, width)| l != layer || width.is_none_or(|w| w == bits))
    }

    /// Adds the outputs still to be made after the boundary to the message that takes them home over `link`.
    pub(crate) fn complete(&self, problem: &Problem, boundary: &Ideal, link: usize, messages: &mut Messages) {
        let Some(bytes) = &mut messages.output_back else {
            return;
        };
        let link = &problem.system.links[link];
        for &(tensor, layer, width) in &self.outputs {
            if !boundary.contains(layer) {
                let bits = link.bits.or(width).unwrap_or(8);
                *bytes = bytes.saturating_add(problem.table.flat().bytes(tensor, bits));
            }
        }
    }
}
