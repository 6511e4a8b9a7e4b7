//! Individuals in flat arrays, and the best ones found so far.

use super::ranking::compare;

/// Genomes with what they are worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    genes: usize,
    objectives: usize,
    genomes: Vec<u32>,
    values: Vec<f64>,
    violations: Vec<f64>,
}

impl Population {
    /// Without individuals, of so many genes (at least one) and objectives (at least one).
    pub(super) fn new(genes: usize, objectives: usize) -> Self {
        Self {
            genes,
            objectives,
            genomes: Vec::new(),
            values: Vec::new(),
            violations: Vec::new(),
        }
    }

    /// Number of individuals.
    pub fn len(&self) -> usize {
        self.violations.len()
    }

    /// Whether it has no individuals.
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// The genes of an individual.
    pub fn genome(&self, index: usize) -> &[u32] {
        &self.genomes[index * self.genes..][..self.genes]
    }

    /// The objectives of an individual.
    pub fn objectives(&self, index: usize) -> &[f64] {
        &self.values[index * self.objectives..][..self.objectives]
    }

    /// By how much an individual breaks limits; 0 = by nothing.
    pub fn violation(&self, index: usize) -> f64 {
        self.violations[index]
    }

    pub(super) fn is_feasible(&self, index: usize) -> bool {
        self.violations[index] <= 0.0
    }

    /// Whether it has this genome.
    pub(super) fn contains(&self, genome: &[u32]) -> bool {
        self.genomes.chunks_exact(self.genes).any(|own| own == genome)
    }

    pub(super) fn push(&mut self, genome: &[u32], objectives: &[f64], violation: f64) {
        self.genomes.extend_from_slice(genome);
        self.values.extend_from_slice(objectives);
        self.violations.push(violation);
    }

    /// Takes over an individual of another population.
    pub(super) fn take(&mut self, other: &Self, index: usize) {
        self.push(other.genome(index), other.objectives(index), other.violation(index));
    }

    pub(super) fn clear(&mut self) {
        self.genomes.clear();
        self.values.clear();
        self.violations.clear();
    }

    /// Keeps a feasible individual if no other of the population is at least as good, and drops those it is at least as good as.
    pub(super) fn keep_best(&mut self, objectives: &[f64], genome: &[u32]) {
        let mut index = 0;
        while index < self.len() {
            match compare(self.objectives(index), objectives) {
                Some(true) => return,
                None if self.objectives(index) == objectives => return,
                Some(false) => self.swap_remove(index),
                None => index += 1,
            }
        }
        self.push(genome, objectives, 0.0);
    }

    fn swap_remove(&mut self, index: usize) {
        let last = self.len() - 1;
        let (genes, objectives) = (self.genes, self.objectives);
        self.genomes.copy_within(last * genes.., index * genes);
        self.genomes.truncate(last * genes);
        self.values.copy_within(last * objectives.., index * objectives);
        self.values.truncate(last * objectives);
        self.violations.swap_remove(index);
    }
}
