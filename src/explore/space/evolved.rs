//! Evolution over ranges of sizes (NSGA-II, the same as over cuts).

use super::{Cancelled, Evaluated, Explored, LayerCosts, Progress, evaluate};
use crate::cost::spatial::Spatial;
use crate::cost::spatial::space::{GenomeRanges, Metric, SpaceError};
use crate::explore::nsga2::{self, Gene, SearchSpace, Settings};
use std::cell::Cell;
use std::collections::BTreeMap;

/// How an evolution of accelerators goes.
#[derive(Debug, Clone, PartialEq)]
pub struct EvolveSettings {
    /// Individuals of a generation; at least 2.
    pub population: usize,
    /// Generations, the first population counting as one.
    pub generations: usize,
    /// What designs are to have little of; at least one.
    pub objectives: Vec<Metric>,
    /// Where the random numbers start.
    pub seed: u64,
}

impl Default for EvolveSettings {
    fn default() -> Self {
        Self {
            population: 24,
            generations: 20,
            objectives: vec![Metric::Energy, Metric::Latency, Metric::Area],
            seed: 1,
        }
    }
}

/// Violation of a genome that was not evaluated because the search was cancelled.
const NOT_EVALUATED: f64 = 1e9;

/// Evolves designs within `ranges`, made from `template`, until `cancel` says so; `stream` is told of every new design. A design is
/// evaluated once, however often it is met.
pub fn evolve(
    template: &Spatial,
    ranges: &GenomeRanges,
    settings: &EvolveSettings,
    costs: &dyn LayerCosts,
    cancel: Cancelled,
    stream: &mut dyn FnMut(Progress),
) -> Result<Explored, SpaceError> {
    let bounds = ranges.bounds()?;
    if settings.objectives.is_empty() {
        return Err(SpaceError("no objective is chosen, choose one".to_owned()));
    }
    // A template that is of another family is found before anything is drawn.
    let least: Vec<u32> = bounds.iter().map(|bound| bound.0).collect();
    if let Some(design) = ranges.decode(&least) {
        design.build(template)?;
    }
    let generation = Cell::new(0);
    let mut sizes = Sizes {
        genes: bounds.iter().map(|&(least, most)| Gene { least, most }).collect(),
        template,
        ranges,
        settings,
        costs,
        cancel,
        stream,
        met: BTreeMap::new(),
        explored: Explored::default(),
        generation: &generation,
        error: None,
    };
    let of_nsga2 = Settings::sized(settings.population, settings.generations, settings.seed);
    nsga2::evolve(&mut sizes, &of_nsga2, &[], cancel, &mut |progress| {
        generation.set(progress.generations);
    });
    if let Some(error) = sizes.error {
        return Err(error);
    }
    let mut explored = sizes.explored;
    explored.complete = !cancel();
    Ok(explored)
}

struct Sizes<'a> {
    genes: Vec<Gene>,
    template: &'a Spatial,
    ranges: &'a GenomeRanges,
    settings: &'a EvolveSettings,
    costs: &'a dyn LayerCosts,
    cancel: Cancelled<'a>,
    stream: &'a mut dyn FnMut(Progress),
    /// Index of a design by genome.
    met: BTreeMap<Vec<u32>, usize>,
    explored: Explored,
    /// Generations done.
    generation: &'a Cell<usize>,
    error: Option<SpaceError>,
}

impl Sizes<'_> {
    /// Index of the design of a genome; `None` if it was not evaluated.
    fn index(&mut self, genome: &[u32]) -> Option<usize> {
        if let Some(&index) = self.met.get(genome) {
            return Some(index);
        }
        if self.error.is_some() || (self.cancel)() {
            return None;
        }
        let design = self.ranges.decode(genome)?;
        match evaluate(self.template, &[design], self.costs, self.cancel) {
            Ok(evaluated) => {
                let index = self.explored.designs.len();
                self.explored.designs.extend(evaluated?);
                self.met.insert(genome.to_vec(), index);
                (self.stream)(Progress {
                    designs: &self.explored.designs,
                    done: self.generation.get(),
                    of: self.settings.generations,
                });
                Some(index)
            }
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}

impl SearchSpace for Sizes<'_> {
    fn genes(&self) -> &[Gene] {
        &self.genes
    }

    fn objectives(&self) -> usize {
        self.settings.objectives.len()
    }

    fn evaluate(&mut self, genome: &[u32], objectives: &mut [f64]) -> f64 {
        let index = self.index(genome);
        let design: Option<&Evaluated> = index.map(|index| &self.explored.designs[index]);
        let totals = design.and_then(Evaluated::totals);
        match (design, totals) {
            (_, Some(totals)) => {
                for (value, metric) in objectives.iter_mut().zip(&self.settings.objectives) {
                    *value = metric.value(totals);
                }
                0.0
            }
            (Some(design), None) => {
                objectives.fill(f64::INFINITY);
                design.unmappable().count() as f64
            }
            (None, None) => {
                objectives.fill(f64::INFINITY);
                NOT_EVALUATED
            }
        }
    }
}
