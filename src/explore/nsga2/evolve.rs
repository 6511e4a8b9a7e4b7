//! The generations of NSGA-II over any search space.

use super::Settings;
use super::operators::{cross, mutate};
use super::population::Population;
use super::ranking::{Ranking, Worth};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// The whole numbers a gene can be, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gene {
    /// The smallest.
    pub least: u32,
    /// The largest, not below `least`.
    pub most: u32,
}

impl Gene {
    /// The nearest whole number within the bounds.
    pub(super) fn round(self, value: f64) -> u32 {
        // A cast to an integer saturates and turns NaN into 0.
        (value.round() as u32).clamp(self.least, self.most)
    }
}

/// What is evolved: genomes of whole numbers with objectives to be minimised and limits to be kept.
pub trait SearchSpace {
    /// The genes of a genome, at least one.
    fn genes(&self) -> &[Gene];

    /// Number of objectives, at least one.
    fn objectives(&self) -> usize;

    /// Writes the objectives of a genome (no NaN); returns by how much it breaks limits, 0 = by nothing.
    fn evaluate(&mut self, genome: &[u32], objectives: &mut [f64]) -> f64;

    /// Draws the individual `index` of the first population.
    fn sample(&mut self, _index: usize, rng: &mut Pcg64, genome: &mut [u32]) {
        for (gene, value) in self.genes().iter().zip(genome) {
            *value = rng.random_range(gene.least..=gene.most);
        }
    }
}

/// How far an evolution has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress<'p> {
    /// Generations done, the first population counting as one.
    pub generations: usize,
    /// Genomes evaluated.
    pub evaluations: u64,
    /// The feasible individuals found so far no other is better than.
    pub best: &'p Population,
}

/// The outcome of an evolution.
#[derive(Debug, Clone, PartialEq)]
pub struct Evolved {
    /// The feasible individuals no other one that was met is better than.
    pub best: Population,
    /// Genomes evaluated.
    pub evaluations: u64,
    /// Generations done.
    pub generations: usize,
}

/// Attempts at filling a generation with genomes that are new, after which it stays smaller.
const MOST_ATTEMPTS: usize = 100;

/// Runs all generations, or those until `cancel` says so.
///
/// `seeds` take the place of drawn individuals at the end of the first population. `stream` is told after every generation.
pub fn evolve<S: SearchSpace>(
    space: &mut S,
    settings: &Settings,
    seeds: &[Vec<u32>],
    cancel: &dyn Fn() -> bool,
    stream: &mut dyn FnMut(Progress),
) -> Evolved {
    let mut run = Run::new(space, settings);
    run.begin(seeds);
    let mut generations = 1;
    loop {
        stream(Progress {
            generations,
            evaluations: run.evaluations,
            best: &run.best,
        });
        if generations >= settings.generations || cancel() || !run.advance() {
            break;
        }
        generations += 1;
    }
    Evolved {
        best: run.best,
        evaluations: run.evaluations,
        generations,
    }
}

struct Run<'a, S> {
    space: &'a mut S,
    settings: &'a Settings,
    genes: Vec<Gene>,
    rng: Pcg64,
    /// The parents, best first.
    parents: Population,
    /// By parent.
    worth: Vec<Worth>,
    /// Parents and children together.
    all: Population,
    ranking: Ranking,
    best: Population,
    evaluations: u64,
    objectives: Vec<f64>,
    children: [Vec<u32>; 2],
}

impl<'a, S: SearchSpace> Run<'a, S> {
    fn new(space: &'a mut S, settings: &'a Settings) -> Self {
        let (genes, objectives) = (space.genes().to_vec(), space.objectives());
        let empty = Population::new(genes.len(), objectives);
        Self {
            rng: Pcg64::seed_from_u64(settings.seed),
            parents: empty.clone(),
            worth: Vec::new(),
            all: empty.clone(),
            best: empty,
            ranking: Ranking::default(),
            evaluations: 0,
            objectives: vec![0.0; objectives],
            children: [vec![0; genes.len()], vec![0; genes.len()]],
            space,
            settings,
            genes,
        }
    }

    /// The first population.
    fn begin(&mut self, seeds: &[Vec<u32>]) {
        let size = self.settings.population.max(2);
        let seeds = &seeds[..seeds.len().min(size)];
        let mut genome = vec![0; self.genes.len()];
        for index in 0..size - seeds.len() {
            for _ in 0..MOST_ATTEMPTS {
                self.space.sample(index, &mut self.rng, &mut genome);
                if self.add(&genome) {
                    break;
                }
            }
        }
        for seed in seeds.iter().filter(|seed| seed.len() == genome.len()) {
            self.add(seed);
        }
        self.select(0);
    }

    /// The next generation; `false` if there are no new genomes to be found.
    fn advance(&mut self) -> bool {
        let size = self.settings.population.max(2);
        self.all.clear();
        for index in 0..self.parents.len() {
            self.all.take(&self.parents, index);
        }
        let before = self.all.len();
        let mut attempts = 0;
        while self.all.len() < before + size && attempts < MOST_ATTEMPTS * size {
            attempts += 1;
            let mut children = std::mem::take(&mut self.children);
            for child in &mut children {
                let parent = self.tournament();
                child.copy_from_slice(self.parents.genome(parent));
            }
            let [first, second] = &mut children;
            cross(&mut self.rng, self.settings.crossover, &self.genes, first, second);
            for child in &mut children {
                mutate(&mut self.rng, self.settings.mutation, &self.genes, child);
                if self.all.len() < before + size {
                    self.add(child);
                }
            }
            self.children = children;
        }
        let is_new = self.all.len() > before;
        self.select(before);
        is_new
    }

    /// The better of two parents.
    fn tournament(&mut self) -> usize {
        let count = self.parents.len();
        let [a, b] = [0, 1].map(|_| self.rng.random_range(0..count));
        let better = |a: Worth, b: Worth| a.rank < b.rank || a.rank == b.rank && a.crowding > b.crowding;
        if better(self.worth[b], self.worth[a]) { b } else { a }
    }

    /// Evaluates a genome if it is new; whether it was.
    fn add(&mut self, genome: &[u32]) -> bool {
        if self.all.contains(genome) {
            return false;
        }
        let violation = self.space.evaluate(genome, &mut self.objectives);
        self.evaluations += 1;
        self.all.push(genome, &self.objectives, violation);
        true
    }

    /// Makes the best individuals the parents; those from `new` on are looked at for the best ever.
    fn select(&mut self, new: usize) {
        self.ranking.rank(&self.all);
        for index in new..self.all.len() {
            // What others of its own generation are better than is not among the best ever.
            if self.all.is_feasible(index) && self.ranking.worth[index].rank == 0 {
                self.best.keep_best(self.all.objectives(index), self.all.genome(index));
            }
        }
        self.parents.clear();
        self.worth.clear();
        for &index in self.ranking.order.iter().take(self.settings.population.max(2)) {
            self.parents.take(&self.all, index as usize);
            self.worth.push(self.ranking.worth[index as usize]);
        }
    }
}
