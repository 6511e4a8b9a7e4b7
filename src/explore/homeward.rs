//! Outputs on their way home.
//!
//! An output made beyond the device where it is wanted travels at the width of the device that makes it, which is not chosen yet
//! when the links on its way are cut. Two ways lead around that:
//!
//! - What a link asks for a message is a constant and a share per byte (`LinkModel::affine`): every layer pays for its own outputs, and the
//!   cut pays the constant. This holds for costs that are added up.
//! - For all else the whole message must be known with the cut: for frames and packets, busy times, average power, and the question whether
//!   a link can carry its messages at all. Each combination of widths is then a search of its own, in which an output may
//!   only be made where its width is the assumed one (or where it need not come back).

use super::crossings::Messages;
use crate::design::Problem;
use crate::link::Direction;
use crate::network::{Ideal, LayerId, TensorId};

/// Most combinations that are searched.
const MOST: usize = 64;
/// Stands for any width, where it matters for no output of a layer.
const ANY: u32 = 0;

/// How outputs on their way home are charged.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Homeward {
    /// By the layers that make them.
    ByLayer,
    /// With the cuts they cross.
    WithCut(Widths),
}

/// The assumed widths of one search.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Widths {
    /// Layers that make outputs, with the width these have where they come back from.
    makers: Vec<(LayerId, u32)>,
}

/// All ways to charge them that a search must go through; `None` if they are too many.
///
/// `loads` says that busy times or energies of single links and devices matter.
pub(crate) fn ways(problem: &Problem, loads: bool) -> Option<Vec<Homeward>> {
    let (flat, system) = (problem.table.flat(), problem.system);
    let back = system.links.get(system.output_at..).unwrap_or_default();
    let affine = back.iter().all(|link| link.model.affine(Direction::Back).is_some());
    // A frame rate makes busy links a matter of what fits.
    if affine && !loads && (system.frame_rate_hz.is_none() || back.is_empty()) {
        return Some(vec![Homeward::ByLayer]);
    }
    let mut widths: Vec<u32> = system
        .devices
        .iter()
        .skip(system.output_at + 1)
        .map(|d| d.bits)
        .collect();
    widths.sort_unstable();
    widths.dedup();
    let as_made = back.iter().any(|link| link.bits.is_none());
    let mut all = vec![Widths::default()];
    for layer in (0..flat.layers()).filter(|&l| !widths.is_empty() && outputs(problem, l).next().is_some()) {
        let one_width = !as_made || outputs(problem, layer).all(|t| flat.has_own_width(t));
        let choices = if one_width { &[ANY][..] } else { &widths };
        if all.len() * choices.len() > MOST {
            return None;
        }
        let longer = |widths: &Widths, width: u32| {
            let mut longer = widths.clone();
            longer.makers.push((layer, width));
            longer
        };
        let combined = all
            .iter()
            .flat_map(|widths| choices.iter().map(move |&width| longer(widths, width)));
        all = combined.collect();
    }
    Some(all.into_iter().map(Homeward::WithCut).collect())
}

/// A layer's outputs that the outside wants and that have bytes.
fn outputs<'p>(problem: &'p Problem, layer: LayerId) -> impl Iterator<Item = TensorId> + 'p {
    let flat = problem.table.flat();
    let made = flat.outputs.get(layer).iter().copied();
    made.filter(|&t| flat.wanted[t] && flat.bytes(t, 8) > 0)
}

impl Homeward {
    /// Everything made at one width.
    pub(crate) fn all_at(problem: &Problem, bits: u32) -> Self {
        let makers = (0..problem.table.flat().layers()).filter(|&l| outputs(problem, l).next().is_some());
        Self::WithCut(Widths {
            makers: makers.map(|layer| (layer, bits)).collect(),
        })
    }

    /// Whether a layer may run on a device: its outputs have the assumed width there, or are not sent back.
    pub(crate) fn allows(&self, problem: &Problem, layer: LayerId, device: usize) -> bool {
        let Self::WithCut(Widths { makers }) = self else {
            return true;
        };
        let bits = problem.system.devices[device].bits;
        let assumed = makers.iter().find(|(maker, _)| *maker == layer);
        device <= problem.system.output_at || assumed.is_none_or(|&(_, width)| width == ANY || width == bits)
    }

    /// Adds the outputs still to be made after the boundary to the message that takes them home over `link`.
    pub(crate) fn complete(&self, problem: &Problem, boundary: &Ideal, link: usize, messages: &mut Messages) {
        let (Self::WithCut(Widths { makers }), Some(bytes)) = (self, &mut messages.output_back) else {
            return;
        };
        for &(maker, width) in makers.iter().filter(|(maker, _)| !boundary.contains(*maker)) {
            let bits = problem.system.links[link].bits.unwrap_or(width);
            for tensor in outputs(problem, maker) {
                *bytes = bytes.saturating_add(problem.table.flat().bytes(tensor, bits));
            }
        }
    }
}
