//! Searching a family of accelerators for those that suit a network: every design of lists of sizes ([`exhaustive`]), or evolution over
//! ranges ([`evolve`]).
//!
//! Designs are evaluated by [`LayerCosts`], layer by layer; a layer that an accelerator cannot run makes its design unmappable, with the
//! reason in words, and the other layers are evaluated all the same. The results are those of any number of threads.

mod alternative;
mod evolved;
mod exhaustive;
mod network;
#[cfg(test)]
mod tests;

use super::share::share;
use crate::cost::spatial::Spatial;
use crate::cost::spatial::architecture::Keep;
use crate::cost::spatial::space::{Design, Metric, SpaceError, Totals, metric, top};
pub use alternative::device_of;
pub use evolved::{EvolveSettings, evolve};
pub use exhaustive::exhaustive;
pub use network::NetworkCosts;

/// What the layers of a network cost on an accelerator.
pub trait LayerCosts: Sync {
    /// Number of layers.
    fn layers(&self) -> usize;

    /// By layer: its cost, or in words why it cannot run. What is returned after `cancelled` said so is thrown away.
    fn costs(&self, spatial: &Spatial, cancelled: Cancelled) -> Vec<Result<LayerNumbers, String>>;
}

/// Asked now and then, from any thread: whether the search is to end.
pub type Cancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// Cost of one layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerNumbers {
    /// Seconds.
    pub latency_s: f64,
    /// Joules.
    pub energy_j: f64,
    /// Achieved share of the peak MAC rate; `None` = without multiply-accumulates.
    pub utilisation: Option<f64>,
}

/// A design with what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// The sizes.
    pub design: Design,
    /// Square metres.
    pub area_m2: f64,
    /// What had to be assumed about memories, in words.
    pub assumptions: Vec<String>,
    /// By layer: its cost, or in words why it cannot run.
    pub layers: Vec<Result<LayerNumbers, String>>,
}

impl Evaluated {
    /// Energy and latency over all layers, and area; `None` if a layer cannot run.
    pub fn totals(&self) -> Option<Totals> {
        metric::total(&self.layer_totals()?)
    }

    /// The metric over all layers; `None` if a layer cannot run.
    pub fn metric(&self, metric: Metric) -> Option<f64> {
        Some(metric.value(self.totals()?))
    }

    /// The layers that cannot run, with the reason.
    pub fn unmappable(&self) -> impl Iterator<Item = (usize, &str)> {
        let layers = self.layers.iter().enumerate();
        layers.filter_map(|(index, layer)| Some((index, layer.as_ref().err()?.as_str())))
    }

    fn layer_totals(&self) -> Option<Vec<Totals>> {
        let layers = self.layers.iter().map(|layer| {
            let numbers = layer.as_ref().ok()?;
            Some(Totals {
                energy_j: numbers.energy_j,
                latency_s: numbers.latency_s,
                area_m2: self.area_m2,
            })
        });
        layers.collect()
    }
}

/// The outcome of a search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explored {
    /// Designs in the order in which they were taken; the unmappable ones among them.
    pub designs: Vec<Evaluated>,
    /// Whether the search came to its end.
    pub complete: bool,
}

impl Explored {
    /// Indices of the designs no other is at least as good as in all of `objectives`, by the first objective; the unmappable ones are not
    /// among them. Of equal ones the first.
    pub fn front(&self, objectives: &[Metric]) -> Vec<usize> {
        let totals: Vec<Option<Totals>> = self.designs.iter().map(Evaluated::totals).collect();
        front_of(&totals, objectives)
    }

    /// Indices of the best designs by a metric, ascending: the `count` best over the network if `strict`, otherwise those of every single
    /// layer. Unmappable ones are not among them.
    pub fn best(&self, metric: Metric, count: Option<usize>, strict: bool) -> Vec<usize> {
        let layers = self.designs.iter().enumerate();
        let layers = layers.filter_map(|(index, design)| Some((index, design.layer_totals()?)));
        let (indices, layers): (Vec<usize>, Vec<Vec<Totals>>) = layers.unzip();
        let kept = top(&layers, metric, count, strict);
        kept.into_iter().map(|place| indices[place]).collect()
    }

    /// Number of designs on which a layer cannot run.
    pub fn unmappable(&self) -> usize {
        self.designs.iter().filter(|design| design.totals().is_none()).count()
    }
}

/// Indices of the designs no other is at least as good as in all of `objectives`, by the first objective; those without totals are not among
/// them. Of equal ones the first.
pub fn front_of(totals: &[Option<Totals>], objectives: &[Metric]) -> Vec<usize> {
    let values = totals.iter().enumerate().filter_map(|(index, totals)| {
        let totals = (*totals)?;
        let values: Vec<f64> = objectives.iter().map(|objective| objective.value(totals)).collect();
        Some((index, values))
    });
    let mut values: Vec<(usize, Vec<f64>)> = values.collect();
    let order = |a: &[f64], b: &[f64]| {
        let pairs = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
        pairs.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    };
    values.sort_by(|(a, first), (b, second)| order(first, second).then(a.cmp(b)));
    let mut front: Vec<(usize, Vec<f64>)> = Vec::new();
    for (index, values) in values {
        // Only those before can be as good.
        let is_beaten = front
            .iter()
            .any(|(_, better)| better.iter().zip(&values).all(|(a, b)| a <= b));
        if !is_beaten {
            front.push((index, values));
        }
    }
    front.into_iter().map(|(index, _)| index).collect()
}

/// How far a search has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'p> {
    /// All designs so far.
    pub designs: &'p [Evaluated],
    /// Designs, or generations of an evolution, done.
    pub done: usize,
    /// All of them.
    pub of: usize,
}

/// Evaluates designs in parallel, in their order; `None` if cancelled on the way.
fn evaluate(
    template: &Spatial,
    designs: &[Design],
    costs: &dyn LayerCosts,
    cancel: Cancelled,
) -> Result<Option<Vec<Evaluated>>, SpaceError> {
    let built = designs.iter().map(|&design| Ok((design, design.build(template)?)));
    let built = built.collect::<Result<Vec<_>, _>>()?;
    let evaluated = share(&built, cancel, |(design, built), cancelled| {
        if cancelled() {
            return None;
        }
        let layers = match too_small(&built.spatial) {
            Some(reason) => vec![Err(reason); costs.layers()],
            None => costs.costs(&built.spatial, cancel),
        };
        (!cancel()).then(|| Evaluated {
            design: *design,
            area_m2: built.area_m2,
            assumptions: built.assumptions.clone(),
            layers,
        })
    });
    Ok(evaluated.into_iter().collect())
}

/// Why no layer at all can be mapped: a memory that does not hold a word of each operand it stores.
fn too_small(spatial: &Spatial) -> Option<String> {
    spatial.architecture.levels.iter().find_map(|level| {
        let stored = level.keep.iter().filter(|keep| **keep == Keep::Yes).count() as u64;
        let words = level.capacity_words.filter(|&words| words < stored.max(1))?;
        let name = &level.name;
        Some(format!(
            "unmappable: {name} holds {words} words, a word of each of {stored} operands does not fit"
        ))
    })
}
