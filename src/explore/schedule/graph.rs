//! Schedules as paths of a graph without cycles.
//!
//! A node is a boundary with a device that ran the block before it, or that is ready to run the one behind it; an arc runs a bundle or
//! hands over. Numbers of nodes ascend along every arc. The rule on the number of bundles is not in the graph.

use super::choices::allowed;
use super::constraints::Constraint;
use super::plan::Piece;
use super::{Cost, Objective, Problem, Rules};
use std::ops::Range;

/// What an arc does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Deed {
    Run(Piece),
    /// `None` = nothing to send: the device may be any.
    HandOver {
        boundary: usize,
        ends: Option<(usize, usize)>,
    },
}

pub(super) struct Arc {
    pub from: usize,
    pub to: usize,
    pub deed: Deed,
    pub cost: Cost,
}

pub(super) struct Graph {
    pub nodes: usize,
    /// By node they leave.
    pub arcs: Vec<Arc>,
    starts: Vec<usize>,
}

pub(super) const SOURCE: usize = 0;

impl Graph {
    pub fn new(problem: &Problem, rules: &Rules) -> Self {
        let (blocks, machines) = (problem.blocks, problem.machines.len());
        let ran = |boundary: usize, machine: usize| 1 + 2 * boundary * machines + machine;
        let ready = |boundary: usize, machine: usize| ran(boundary, machine) + machines;
        let sink = ready(blocks, 0);
        let mut arcs = Vec::new();
        let mut hand_over = |from: usize, to: usize, boundary: usize, ends: Option<(usize, usize)>| {
            let cost = ends.map_or(Cost::default(), |(a, b)| problem.transfers.at(boundary, a, b));
            if cost.is_possible() {
                let deed = Deed::HandOver { boundary, ends };
                arcs.push(Arc { from, to, deed, cost });
            }
        };
        for machine in 0..machines {
            let ends = rules.input.map(|from| (from, machine));
            hand_over(SOURCE, ready(0, machine), 0, ends);
            let ends = rules.output.map(|to| (machine, to));
            hand_over(ran(blocks, machine), sink, blocks, ends);
            for boundary in 1..blocks {
                for to in (0..machines).filter(|&to| rules.follows(machine, to)) {
                    hand_over(
                        ran(boundary, machine),
                        ready(boundary, to),
                        boundary,
                        Some((machine, to)),
                    );
                }
            }
        }
        for first in 0..blocks {
            for last in first..blocks.min(first + rules.longest) {
                for (machine, own) in problem.machines.iter().enumerate() {
                    arcs.extend(allowed(own, machine, first, last, rules).map(|&choice| Arc {
                        from: ready(first, machine),
                        to: ran(last + 1, machine),
                        deed: Deed::Run(Piece {
                            first,
                            last,
                            machine,
                            choice,
                        }),
                        cost: Cost {
                            latency_s: choice.latency_s,
                            energy_j: choice.energy_j,
                        },
                    }));
                }
            }
        }
        // Stable: lower clocks stay before higher ones.
        arcs.sort_by_key(|arc| arc.from);
        let nodes = sink + 1;
        let starts = (0..=nodes).map(|node| arcs.partition_point(|arc| arc.from < node));
        Self {
            nodes,
            starts: starts.collect(),
            arcs,
        }
    }

    pub fn sink(&self) -> usize {
        self.nodes - 1
    }

    /// Arcs that leave a node.
    pub fn leaving(&self, node: usize) -> Range<usize> {
        let start = |node: usize| self.starts.get(node).copied().unwrap_or(self.arcs.len());
        start(node)..start(node + 1)
    }

    /// What every arc adds to the sum of a constraint.
    pub fn weights(&self, problem: &Problem, constraint: &Constraint) -> Vec<f64> {
        let weight = |arc: &Arc| match arc.deed {
            Deed::Run(piece) => constraint.of_bundle(piece.first, piece.last, piece.machine, &piece.choice),
            Deed::HandOver { boundary, ends } => ends.map_or(0.0, |(from, to)| {
                constraint.of_transfer(&problem.transfers, boundary, from, to)
            }),
        };
        self.arcs.iter().map(weight).collect()
    }

    /// The largest thing any arc adds before terms cancel each other: what sums lose by rounding is a share of it.
    pub fn magnitude(&self, problem: &Problem, constraint: &Constraint) -> f64 {
        let mut absolute = constraint.clone();
        for (factor, _) in &mut absolute.terms {
            *factor = factor.abs();
        }
        self.weights(problem, &absolute).into_iter().fold(0.0, f64::max)
    }

    /// What every arc adds to an objective.
    pub fn costs(&self, objective: Objective) -> Vec<f64> {
        let cost = |arc: &Arc| match objective {
            Objective::Latency => arc.cost.latency_s,
            Objective::Energy => arc.cost.energy_j,
        };
        self.arcs.iter().map(cost).collect()
    }

    /// The least sums of weights from the source to every node; infinite = no path.
    pub fn least_before(&self, weights: &[f64], alive: &[bool]) -> Vec<f64> {
        let mut least = vec![f64::INFINITY; self.nodes];
        least[SOURCE] = 0.0;
        for ((arc, weight), _) in self.arcs.iter().zip(weights).zip(alive).filter(|(_, alive)| **alive) {
            least[arc.to] = least[arc.to].min(least[arc.from] + weight);
        }
        least
    }

    /// The least sums of weights from every node to the sink; infinite = no path.
    pub fn least_behind(&self, weights: &[f64], alive: &[bool]) -> Vec<f64> {
        let mut least = vec![f64::INFINITY; self.nodes];
        least[self.sink()] = 0.0;
        let arcs = self.arcs.iter().zip(weights).zip(alive).rev();
        for ((arc, weight), _) in arcs.filter(|(_, alive)| **alive) {
            least[arc.from] = least[arc.from].min(weight + least[arc.to]);
        }
        least
    }

    /// The path of the least sum of weights; `None` = there is no path.
    pub fn shortest(&self, weights: &[f64], alive: &[bool]) -> Option<Vec<usize>> {
        let behind = self.least_behind(weights, alive);
        let (mut node, mut path) = (SOURCE, Vec::new());
        while node != self.sink() {
            let sum = |arc: usize| weights[arc] + behind[self.arcs[arc].to];
            let leaving = self.leaving(node).filter(|&arc| alive[arc] && sum(arc).is_finite());
            let arc = leaving.min_by(|&a, &b| sum(a).total_cmp(&sum(b)))?;
            path.push(arc);
            node = self.arcs[arc].to;
        }
        Some(path)
    }

    /// The bundles of a path in its order.
    pub fn pieces(&self, path: impl IntoIterator<Item = usize>) -> Vec<Piece> {
        let deeds = path.into_iter().filter_map(|arc| Some(self.arcs.get(arc)?.deed));
        let pieces = deeds.filter_map(|deed| match deed {
            Deed::Run(piece) => Some(piece),
            Deed::HandOver { .. } => None,
        });
        pieces.collect()
    }
}
