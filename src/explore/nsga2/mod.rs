//! NSGA-II with CNNParted's encoding and operators (cnnparted.md section 7): to compare exact fronts with, and for searches no exact method carries.
//!
//! [`evolve`] knows nothing of networks: it works on any [`SearchSpace`] of whole numbers. [`search`] is its use on cuts at the positions of a
//! schedule and devices of partitions. Everything random comes from one generator with a seed that is passed in, on one thread: the same seed gives the
//! same result everywhere.

mod encoding;
mod evolve;
mod operators;
mod population;
mod ranking;
mod sums;

use super::points::{front, point};
use super::{FrontPoint, Metrics, Objective, Problem, Search};
use crate::design::{Design, evaluate};
use encoding::{Encoding, Part, cuts};
pub use evolve::{Evolved, Gene, Progress, SearchSpace, evolve};
pub use operators::Operator;
pub use population::Population;
use rand_pcg::Pcg64;
use sums::{Sums, excess};

/// How an evolution goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Individuals of a generation, and children made from it; at least 2.
    pub population: usize,
    /// Generations, the first population counting as one.
    pub generations: usize,
    /// How pairs are crossed.
    pub crossover: Operator,
    /// How individuals are changed.
    pub mutation: Operator,
    /// Where the random numbers start.
    pub seed: u64,
}

impl Settings {
    /// CNNParted's sizes and operators for a problem, from the number of layers counting `input` and `output` as layers.
    pub fn cnnparted(problem: &Problem, search: &Search, seed: u64) -> Self {
        let layers = problem.schedule.order().len() + 2;
        let (population, generations) = if problem.system.devices.len() == 1 || cuts(problem, search) == 0 {
            (2, 2)
        } else {
            let population = match layers {
                0..=20 => layers,
                21..=30 => 15,
                31..=100 => layers / 2,
                _ => 50,
            };
            (population, 50 * layers)
        };
        Self::sized(population, generations, seed)
    }

    /// Sizes, and CNNParted's operators.
    pub fn sized(population: usize, generations: usize, seed: u64) -> Self {
        Self {
            population,
            generations,
            crossover: Operator {
                probability: 0.9,
                eta: 15.0,
            },
            mutation: Operator {
                probability: 0.9,
                eta: 10.0,
            },
            seed,
        }
    }
}

/// How far a search has come, and what it has found.
#[derive(Clone, Copy)]
pub struct Generation<'g> {
    /// How far.
    pub progress: Progress<'g>,
    encoding: &'g Encoding<'g>,
    objectives: &'g [Objective],
}

impl Generation<'_> {
    /// The designs found so far that keep every limit and that no other is better than, by rising first objective.
    pub fn points(&self) -> Vec<FrontPoint> {
        points(self.encoding, self.objectives, self.progress.best)
    }
}

/// The outcome of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Evolution {
    /// The designs found that keep every limit and that no other one found is better than, by rising first objective.
    pub points: Vec<FrontPoint>,
    /// Designs evaluated.
    pub evaluations: u64,
    /// Generations done; fewer than asked for if it was cancelled or nothing new was left.
    pub generations: usize,
    /// Where the random numbers started.
    pub seed: u64,
}

/// Searches cuts at the positions of the problem's schedule and devices for the partitions.
///
/// `start` are designs to begin with, for example exact ones; those that are not cut at positions are left out. `stream` is told after every
/// generation; what was found until `cancel` says so is returned.
pub fn search(
    problem: &Problem,
    search: &Search,
    settings: &Settings,
    start: &[Design],
    cancel: &dyn Fn() -> bool,
    stream: &mut dyn FnMut(Generation),
) -> Evolution {
    let encoding = Encoding::new(problem, search);
    let objectives = search.objectives();
    let seeds: Vec<_> = start.iter().filter_map(|design| encoding.genome(design)).collect();
    let mut cuts = Cuts {
        sums: Sums::new(&encoding, &objectives),
        encoding: &encoding,
        objectives: &objectives,
        parts: Vec::new(),
    };
    let evolved = evolve(&mut cuts, settings, &seeds, cancel, &mut |progress| {
        stream(Generation {
            progress,
            encoding: &encoding,
            objectives: &objectives,
        });
    });
    Evolution {
        points: points(&encoding, &objectives, &evolved.best),
        evaluations: evolved.evaluations,
        generations: evolved.generations,
        seed: settings.seed,
    }
}

/// Cuts and devices of one problem.
struct Cuts<'a> {
    encoding: &'a Encoding<'a>,
    objectives: &'a [Objective],
    /// `None` where whole designs have to be evaluated.
    sums: Option<Sums<'a>>,
    parts: Vec<Part>,
}

impl SearchSpace for Cuts<'_> {
    fn genes(&self) -> &[Gene] {
        &self.encoding.genes
    }

    fn objectives(&self) -> usize {
        self.objectives.len()
    }

    fn evaluate(&mut self, genome: &[u32], objectives: &mut [f64]) -> f64 {
        let problem = self.encoding.problem;
        self.encoding.parts(genome, &mut self.parts);
        if let Some(sums) = &self.sums {
            let numbers = sums.numbers(&self.parts);
            for (value, &objective) in objectives.iter_mut().zip(self.objectives) {
                *value = numbers.get(objective);
            }
            return numbers.violation(problem);
        }
        let broken = self.encoding.broken_rules(&self.parts);
        if broken > 0 {
            objectives.fill(f64::INFINITY);
            // Above what limits of designs that can be evaluated amount to.
            return 1e6 * broken as f64;
        }
        let evaluation = evaluate(problem, &self.encoding.design(genome));
        let metrics = Metrics::from(&evaluation);
        for (value, &objective) in objectives.iter_mut().zip(self.objectives) {
            *value = metrics.get(objective);
        }
        let share = excess(problem, |objective| metrics.get(objective));
        evaluation.violations.len() as f64 + share.min(1e3)
    }

    fn sample(&mut self, index: usize, rng: &mut Pcg64, genome: &mut [u32]) {
        self.encoding.sample(index, rng, genome);
    }
}

/// The designs of the best individuals with their numbers.
fn points(encoding: &Encoding, objectives: &[Objective], best: &Population) -> Vec<FrontPoint> {
    // Sums over the schedule and over a design round differently, so a few may turn out equal or dominated.
    let designs = (0..best.len()).map(|index| point(encoding.problem, encoding.design(best.genome(index))));
    front(designs.collect(), objectives)
}
