//! Sums along paths of the graph that must not exceed a bound, and the arcs no path within all of them can use.

use super::constraints::{Constraint, slack};
use super::graph::{Deed, Graph};
use super::{Count, Problem, Rules, SLACK};

/// A sum that must not exceed its bound, by any slack that rounding takes.
pub(super) struct Limit {
    /// By arc.
    pub weights: Vec<f64>,
    pub bound: f64,
    pub slack: f64,
    /// The largest thing any arc adds before terms cancel each other.
    pub magnitude: f64,
}

impl Limit {
    /// A budget on costs of arcs, as [`Rules`] have it.
    pub fn budget(costs: Vec<f64>, budget: f64) -> Self {
        Self {
            magnitude: largest(&costs),
            weights: costs,
            bound: budget,
            slack: budget * (1.0 + SLACK) - budget,
        }
    }

    /// A typed constraint: once, or both ways.
    pub fn of(problem: &Problem, graph: &Graph, constraint: &Constraint) -> Vec<Self> {
        let weights = graph.weights(problem, constraint);
        let magnitude = graph.magnitude(problem, constraint);
        let signed = constraint.signs().iter().map(|sign| Self {
            weights: weights.iter().map(|weight| sign * weight).collect(),
            bound: sign * constraint.bound,
            // Of the largest addend for every step of a path.
            slack: slack(constraint.bound, magnitude * problem.blocks as f64),
            magnitude,
        });
        signed.collect()
    }

    /// The rule on the number of bundles: one of every device.
    pub fn counts(problem: &Problem, rules: &Rules, graph: &Graph) -> Vec<Self> {
        let machines = match rules.count {
            Count::Free => 0,
            _ => problem.machines.len(),
        };
        let longest = rules.longest as f64;
        let of = |machine: usize| {
            // bundles <= ⌈blocks / longest⌉, or ⌊blocks / longest⌋ + 1, times longest and for whole numbers.
            let is_looser = rules.count == Count::FloorPlusOne && machine + 1 == machines;
            let weights = graph.arcs.iter().map(|arc| match arc.deed {
                Deed::Run(piece) if piece.machine == machine => longest - (piece.last + 1 - piece.first) as f64,
                _ => 0.0,
            });
            let bound = if is_looser { longest } else { longest - 1.0 };
            Self {
                weights: weights.collect(),
                bound,
                slack: slack(bound, longest),
                magnitude: longest,
            }
        };
        (0..machines).map(of).collect()
    }

    /// The bound with its slack.
    pub fn most(&self) -> f64 {
        self.bound + self.slack
    }

    /// Whether a path keeps it.
    pub fn keeps(&self, path: &[usize]) -> bool {
        sum(&self.weights, path) <= self.most()
    }

    /// Whether a path of arcs still alive may not keep it.
    pub fn can_be_broken(&self, graph: &Graph, alive: &[bool]) -> bool {
        let negated: Vec<f64> = self.weights.iter().map(|weight| -weight).collect();
        -graph.least_behind(&negated, alive)[super::graph::SOURCE] > self.most()
    }
}

/// What a path adds up to.
pub(super) fn sum(weights: &[f64], path: &[usize]) -> f64 {
    path.iter().filter_map(|&arc| weights.get(arc)).sum()
}

pub(super) fn largest(weights: &[f64]) -> f64 {
    weights.iter().fold(0.0, |most, weight| most.max(weight.abs()))
}

/// Leaves out arcs that no path within all limits can use; gives up where `cancel` says so, with what is left out until then.
pub(super) fn prune(graph: &Graph, limits: &[Limit], alive: &mut [bool], cancel: &dyn Fn() -> bool) {
    let mut is_changed = true;
    while std::mem::take(&mut is_changed) {
        for limit in limits {
            if cancel() {
                return;
            }
            let (before, behind) = (
                graph.least_before(&limit.weights, alive),
                graph.least_behind(&limit.weights, alive),
            );
            for (index, arc) in graph.arcs.iter().enumerate() {
                let least = before[arc.from] + limit.weights[index] + behind[arc.to];
                if alive[index] && (least == f64::INFINITY || least > limit.most()) {
                    alive[index] = false;
                    is_changed = true;
                }
            }
        }
    }
}
