//! What a search has to carry: from objectives and limits to the numbers of a label.

use super::additive::{self, Outcome, Stopped};
use super::costs::Costs;
use super::crossings::Crossings;
use super::homeward;
use super::labels::{Cuts, Rules};
use super::stairs::Stairs;
use super::terms::Term;
use super::whole::{self, Limits};
use super::{Caps, Objective, Problem, Search};
use crate::network::lattice::Lattice;

/// The numbers of a label and what is asked of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// The objectives, then what is carried for the sake of a limit; one to eight.
    pub(crate) terms: Vec<Term>,
    /// By term: the largest value a design may have.
    pub(crate) most: Vec<Option<f64>>,
    /// How many of the terms are objectives.
    pub(crate) objectives: usize,
    /// Limits of single devices and links.
    pub(crate) limits: Limits,
}

/// How hard one attempt tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effort {
    /// 1 / δ for merging labels; `None` = exact.
    pub(crate) tolerance: Option<i128>,
    /// Labels it looks at.
    pub(crate) most_labels: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            tolerance: None,
            most_labels: Caps::default().labels,
        }
    }
}

/// What a search over one set of boundaries found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Boundaries {
    /// The boundaries of designs, in rising order of their numbers.
    pub(crate) cuts: Vec<Cuts>,
    /// The share by which a design may be better than the one that stands for it.
    pub(crate) within: f64,
    /// Labels that were looked at.
    pub(crate) labels: u64,
}

impl Plan {
    /// For these objectives (repeated ones count once) under all limits of the problem.
    pub(crate) fn new(problem: &Problem, search: &Search) -> Self {
        let limits = Limits::of(problem);
        let constraints = problem.constraints;
        let objectives = search.objectives();
        let mut terms: Vec<Term> = objectives.iter().map(|&objective| objective.into()).collect();
        let devices = problem.system.devices.len();
        let most_devices = [constraints.most_devices, search.most_partitions];
        let most_devices = most_devices.into_iter().flatten().min().filter(|&most| most < devices);
        // What differs by rounding alone breaks no limit (`design::exceeds`).
        let limit = |limit: Option<f64>| limit.map(|limit| limit * (1.0 + 1e-9));
        let limited = [
            (Term::Latency, limit(constraints.latency_s)),
            (Term::Energy, limit(constraints.energy_j)),
            (Term::Area, limit(constraints.area_m2)),
            (Term::Devices, most_devices.map(|most| most as f64)),
        ];
        for (term, _) in limited.iter().filter(|(_, limit)| limit.is_some()) {
            if !terms.contains(term) {
                terms.push(*term);
            }
        }
        if limits.needs_strain() {
            terms.push(Term::Strain);
        }
        let most = |term: &Term| limited.iter().find(|(limited, _)| limited == term).and_then(|l| l.1);
        Self {
            most: terms.iter().map(most).collect(),
            terms,
            objectives: objectives.len(),
            limits,
        }
    }

    /// The least of all sums of two numbers, under limits on memory only.
    pub(crate) fn of_two(terms: [Term; 2], limits: Limits) -> Self {
        Self {
            terms: terms.to_vec(),
            most: vec![None; 2],
            objectives: 2,
            limits,
        }
    }

    /// Whether partitions are searched as a whole.
    pub(crate) fn is_whole(&self, problem: &Problem) -> bool {
        self.limits.any() || !self.terms.iter().all(|term| term.is_sum()) || !problem.table.is_additive()
    }

    /// Whether busy times or energies of single links and devices matter.
    pub(crate) fn needs_loads(&self) -> bool {
        self.limits.any_load() || self.terms.contains(&Term::Interval)
    }

    /// The front over some boundaries.
    pub(crate) fn front(
        &self,
        crossings: &Crossings,
        lattice: &Lattice,
        effort: Effort,
        cancel: &dyn Fn() -> bool,
        progress: &dyn Fn(f32),
    ) -> Result<Boundaries, Stopped> {
        macro_rules! with {
            ($($term:ident),+) => {{
                let (outcome, within) = self.outcome([$($term),+], crossings, lattice, effort, cancel, progress)?;
                Ok(Boundaries {
                    cuts: outcome.found.iter().map(|found| found.cuts).collect(),
                    within,
                    labels: outcome.labels,
                })
            }};
        }
        match *self.terms.as_slice() {
            [a] => with!(a),
            [a, b] => with!(a, b),
            [a, b, c] => with!(a, b, c),
            [a, b, c, d] => with!(a, b, c, d),
            [a, b, c, d, e] => with!(a, b, c, d, e),
            [a, b, c, d, e, f] => with!(a, b, c, d, e, f),
            [a, b, c, d, e, f, g] => with!(a, b, c, d, e, f, g),
            [a, b, c, d, e, f, g, h] => with!(a, b, c, d, e, f, g, h),
            // There are no more terms than that.
            _ => Err(Stopped::TooLarge),
        }
    }

    /// The front with the numbers of its designs, and the share by which a design may be better.
    pub(crate) fn outcome<const M: usize>(
        &self,
        terms: [Term; M],
        crossings: &Crossings,
        lattice: &Lattice,
        effort: Effort,
        cancel: &dyn Fn() -> bool,
        progress: &dyn Fn(f32),
    ) -> Result<(Outcome<M>, f64), Stopped> {
        let problem = crossings.problem;
        let ways = homeward::ways(problem, self.needs_loads()).ok_or(Stopped::TooLarge)?;
        let count = ways.len() as f32;
        let mut all: Option<Outcome<M>> = None;
        let mut within = 0.0;
        for (index, way) in ways.into_iter().enumerate() {
            let costs = Costs::new(problem, lattice, crossings, terms, way);
            let rules = self.rules(&costs, effort);
            let progress = |share| progress((index as f32 + share) / count);
            let outcome = if self.is_whole(problem) {
                whole::front(&costs, &self.limits, &rules, cancel, &progress)?
            } else {
                additive::front(&costs, &rules, cancel, &progress)?
            };
            within = f64::max(within, rules.within(outcome.debt));
            match &mut all {
                // Their scales are the same: what layers cost depends on the way only where there is but one.
                Some(all) => {
                    all.found.extend(outcome.found);
                    all.labels += outcome.labels;
                }
                None => all = Some(outcome),
            }
        }
        let mut all = all.ok_or(Stopped::TooLarge)?;
        // Designs of different ways and states may be better than each other.
        all.found.sort_unstable_by_key(|found| (found.cost, found.cuts));
        let mut stairs = Stairs::default();
        all.found.retain(|found| {
            let worth = stairs.at_most(&found.cost).is_none();
            if worth {
                stairs.keep(&found.cost);
            }
            worth
        });
        Ok((all, within))
    }

    fn rules<const M: usize>(&self, costs: &Costs<M>, effort: Effort) -> Rules<M> {
        let most = |i: usize| self.most.get(i).copied().flatten();
        Rules {
            most: std::array::from_fn(|i| {
                most(i)
                    .and_then(|most| costs.scales[i].exact(most))
                    .unwrap_or(i128::MAX)
            }),
            tolerance: effort.tolerance,
            most_labels: effort.most_labels,
            tolerant: std::array::from_fn(|i| i < self.objectives && most(i).is_none()),
        }
    }
}

impl Search {
    /// The objectives, each once; latency if none is given.
    pub fn objectives(&self) -> Vec<Objective> {
        let mut objectives: Vec<Objective> = Vec::new();
        for &objective in &self.objectives {
            if !objectives.contains(&objective) {
                objectives.push(objective);
            }
        }
        if objectives.is_empty() {
            objectives.push(Objective::default());
        }
        objectives
    }
}
