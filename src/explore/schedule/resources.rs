//! The exact front under further linear constraints: label setting with resources.
//!
//! Every constraint is a sum that must stay below a bound (one that must stay above is negated, an equation is both). A label holds its
//! sums beside latency and energy and is beaten only by one that is not worse in any. Whatever the signs: the graph has no cycles, so
//! sums and what can still be added are bounded. From every node the least and the most that can still be added are known. A label that
//! cannot come below the bound any more is dropped; one that can no longer exceed it keeps the largest harmless sum instead of its own,
//! so that a constraint already decided tells no labels apart. Before the search, arcs no schedule within the bounds can use are
//! left out, and constraints that all others keep anyway are too: `conv1 on edge` costs nothing.

use super::asked::Stopped;
use super::constraints::{Constraint, Term};
use super::count::{self, State};
use super::graph::{Deed, Graph, SOURCE};
use super::limits::{Limit, prune, sum};
use super::plan::Plan;
use super::{Asked, Engine, Front, MOST_MACHINES, Objective, Rules, programme, within};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Most sums of a label.
pub(super) const MOST_ROWS: usize = 6;
/// Most labels that are kept.
const MOST_LABELS: usize = 400_000;
/// Most labels that wait.
const MOST_WAITING: usize = 6_000_000;
/// Most comparisons of labels.
const MOST_COMPARISONS: u64 = 3_000_000_000;
/// Comparisons between two looks at whether the search is called off.
const COMPARISONS_AT_ONCE: u64 = 2_000_000;

/// A limit that may not be kept, with what it asks at every node.
struct Row {
    limit: Limit,
    /// By node, the least that is still added.
    least: Vec<f64>,
    /// By node, the sum below which the bound cannot be exceeded any more.
    harmless: Vec<f64>,
}

/// What is searched: paths by two objectives.
struct Task<'a> {
    graph: &'a Graph,
    rules: &'a Rules,
    cancel: &'a dyn Fn() -> bool,
    machines: usize,
    /// By objective and arc.
    costs: [Vec<f64>; 2],
    /// By objective.
    budgets: [Option<f64>; 2],
    /// By objective and node, the least that is still added.
    least: [Vec<f64>; 2],
    rows: Vec<Row>,
    alive: Vec<bool>,
}

/// A path from the source.
#[derive(Debug, Clone, Copy)]
struct Label {
    costs: [f64; 2],
    sums: [f64; MOST_ROWS],
    bundles: u32,
    before: u32,
    arc: u32,
}

const NONE: u32 = u32::MAX;

/// The exact front.
pub(super) fn front(asked: &Asked<'_>) -> Result<Front, Stopped> {
    let (problem, rules) = (asked.problem, &asked.rules);
    let constraints = problem.constraints.as_slice();
    let graph = Graph::new(problem, rules);
    let costs = [graph.costs(Objective::Latency), graph.costs(Objective::Energy)];
    let mut budgets = [rules.latency_s, rules.energy_j];
    for (term, budget) in constraints.iter().filter_map(Constraint::budget) {
        let own = &mut budgets[usize::from(term == Term::Energy)];
        *own = Some(own.map_or(budget, |own| own.min(budget)));
    }
    let others: Vec<&Constraint> = constraints.iter().filter(|own| own.budget().is_none()).collect();
    let (paths, labels) = Task::new(asked, &graph, costs, budgets, &others)?.paths()?;
    let plans = paths.into_iter();
    Ok(Front {
        plans: plans.map(|path| Plan::of(problem, rules, graph.pieces(path))).collect(),
        labels,
        engine: Engine::Labels,
    })
}

/// The largest value of an objective among all schedules that keep rules and constraints, but for the budgets of the rules. `None` = none
/// keeps them, or no engine finished in time.
pub(super) fn most(asked: &Asked<'_>, objective: Objective) -> Option<f64> {
    let graph = Graph::new(asked.problem, &asked.rules);
    let negated: Vec<f64> = graph.costs(objective).iter().map(|cost| -cost).collect();
    extreme(asked, &graph, negated).map(|least| -least)
}

/// The least sum of weights, by constraint or otherwise, of all schedules that keep rules and constraints, but for the budgets of the rules.
/// `None` as with [`most`].
pub(super) fn extreme(asked: &Asked<'_>, graph: &Graph, weights: Vec<f64>) -> Option<f64> {
    let constraints: Vec<&Constraint> = asked.problem.constraints.iter().collect();
    let nothing = vec![0.0; graph.arcs.len()];
    let task = Task::new(asked, graph, [weights.clone(), nothing], [None; 2], &constraints);
    match task.and_then(|task| task.paths()) {
        Ok((paths, _)) => paths.first().map(|path| sum(&weights, path)),
        Err(Stopped::Cancelled) => None,
        Err(Stopped::TooMany) => {
            let free = asked.with(Rules {
                latency_s: None,
                energy_j: None,
                ..asked.rules
            });
            programme::least(&free, graph, &weights).ok()?
        }
    }
}

impl<'a> Task<'a> {
    fn new(
        asked: &'a Asked<'a>,
        graph: &'a Graph,
        costs: [Vec<f64>; 2],
        budgets: [Option<f64>; 2],
        constraints: &[&Constraint],
    ) -> Result<Self, Stopped> {
        let mut alive = vec![true; graph.arcs.len()];
        let limits = constraints.iter().flat_map(|own| Limit::of(asked.problem, graph, own));
        let limits: Vec<Limit> = limits.collect();
        prune(graph, &limits, &mut alive, asked.cancel);
        let limits = limits.into_iter().filter(|limit| limit.can_be_broken(graph, &alive));
        let rows: Vec<Row> = limits.map(|limit| Row::new(graph, limit, &alive)).collect();
        if rows.len() > MOST_ROWS {
            return Err(Stopped::TooMany);
        }
        let least = [0, 1].map(|index| graph.least_behind(&costs[index], &alive));
        Ok(Self {
            graph,
            rules: &asked.rules,
            cancel: asked.cancel,
            machines: asked.problem.machines.len(),
            costs,
            budgets,
            least,
            rows,
            alive,
        })
    }

    /// Arcs of all paths that no other beats, by the first objective, and how many labels it took.
    fn paths(&self) -> Result<(Vec<Vec<usize>>, usize), Stopped> {
        let mut kept: Vec<Label> = Vec::new();
        let mut waiting: Vec<BTreeMap<State, Vec<Label>>> = vec![BTreeMap::new(); self.graph.nodes];
        let source = Label {
            costs: [0.0; 2],
            sums: [0.0; MOST_ROWS],
            bundles: 0,
            before: NONE,
            arc: NONE,
        };
        waiting[SOURCE].insert([0; MOST_MACHINES], vec![source]);
        let (mut in_wait, mut comparisons) = (1, 0);
        for node in 0..self.graph.sink() {
            for (state, labels) in std::mem::take(&mut waiting[node]) {
                if (self.cancel)() {
                    return Err(Stopped::Cancelled);
                }
                in_wait -= labels.len();
                let labels = self.undominated(labels, &kept, &mut comparisons)?;
                let base = kept.len();
                kept.extend_from_slice(&labels);
                if kept.len() > MOST_LABELS {
                    return Err(Stopped::TooMany);
                }
                for arc in self.graph.leaving(node).filter(|&arc| self.alive[arc]) {
                    let own = &self.graph.arcs[arc];
                    let next = match own.deed {
                        Deed::Run(piece) => {
                            let size = piece.last + 1 - piece.first;
                            count::after(state, piece.machine, size, self.machines, self.rules)
                        }
                        // At the end all states are one.
                        Deed::HandOver { .. } if own.to == self.graph.sink() => Some([0; MOST_MACHINES]),
                        Deed::HandOver { .. } => Some(state),
                    };
                    let Some(next) = next else { continue };
                    let longer = labels.iter().enumerate();
                    let longer = longer.filter_map(|(index, label)| self.longer(label, (base + index) as u32, arc));
                    let list = waiting[own.to].entry(next).or_default();
                    let before = list.len();
                    list.extend(longer);
                    in_wait += list.len() - before;
                    if in_wait > MOST_WAITING {
                        return Err(Stopped::TooMany);
                    }
                }
            }
        }
        let last = std::mem::take(&mut waiting[self.graph.sink()]);
        let home: Vec<Label> = last.into_values().flatten().collect();
        let home = self.undominated(home, &kept, &mut comparisons)?;
        let path = |label: &Label| {
            let mut arcs: Vec<usize> = chain(&kept, label).map(|label| label.arc as usize).collect();
            arcs.reverse();
            // The label of the source has no arc.
            arcs.into_iter().filter(|&arc| arc < self.graph.arcs.len()).collect()
        };
        Ok((home.iter().map(path).collect(), kept.len()))
    }

    /// A label behind a further arc; `None` = it cannot keep budgets and bounds.
    fn longer(&self, label: &Label, before: u32, arc: usize) -> Option<Label> {
        let to = self.graph.arcs[arc].to;
        let mut next = *label;
        let objectives = self.costs.iter().zip(&self.least).zip(&self.budgets);
        for (sum, ((costs, least), budget)) in next.costs.iter_mut().zip(objectives) {
            *sum += costs[arc];
            let least = *sum + least[to];
            if least == f64::INFINITY || !within(least, *budget) {
                return None;
            }
        }
        for (sum, row) in next.sums.iter_mut().zip(&self.rows) {
            *sum += row.limit.weights[arc];
            if *sum + row.least[to] > row.limit.most() {
                return None;
            }
            *sum = sum.max(row.harmless[to]);
        }
        if to == self.graph.sink() {
            // Those that keep the bounds, by whatever margin, differ in costs alone.
            next.sums = [0.0; MOST_ROWS];
        }
        next.bundles += u32::from(matches!(self.graph.arcs[arc].deed, Deed::Run(_)));
        (next.before, next.arc) = (before, arc as u32);
        Some(next)
    }

    /// The labels no other beats, by costs and sums ascending; of equal ones that with fewer bundles, then lower clocks.
    fn undominated(
        &self,
        mut labels: Vec<Label>,
        kept: &[Label],
        comparisons: &mut u64,
    ) -> Result<Vec<Label>, Stopped> {
        let rows = self.rows.len();
        let order = |a: &Label, b: &Label| {
            let pairs = a
                .costs
                .iter()
                .chain(&a.sums[..rows])
                .zip(b.costs.iter().chain(&b.sums[..rows]));
            pairs
                .map(|(a, b)| a.total_cmp(b))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
                .then(a.bundles.cmp(&b.bundles))
        };
        labels.sort_by(|a, b| order(a, b).then_with(|| self.clocks(kept, a).cmp(&self.clocks(kept, b))));
        let mut found: Vec<Label> = Vec::new();
        let mut look = *comparisons + COMPARISONS_AT_ONCE;
        for label in labels {
            let beats = |other: &Label| {
                let sums = other.sums[..rows].iter().zip(&label.sums[..rows]);
                other.costs[1] <= label.costs[1] && sums.into_iter().all(|(a, b)| a <= b)
            };
            let is_beaten = match rows {
                0 => found.last().is_some_and(beats),
                // Those found last are nearest.
                _ => found.iter().rev().any(beats),
            };
            *comparisons += if rows == 0 { 1 } else { found.len() as u64 };
            if !is_beaten {
                found.push(label);
            }
            if *comparisons > MOST_COMPARISONS {
                return Err(Stopped::TooMany);
            }
            if *comparisons > look {
                look = *comparisons + COMPARISONS_AT_ONCE;
                if (self.cancel)() {
                    return Err(Stopped::Cancelled);
                }
            }
        }
        Ok(found)
    }

    fn clocks(&self, kept: &[Label], label: &Label) -> Vec<u64> {
        let arcs = chain(kept, label).filter_map(|label| self.graph.arcs.get(label.arc as usize));
        let clocks = arcs.filter_map(|arc| match arc.deed {
            Deed::Run(piece) => Some(piece.choice.clock_hz.unwrap_or(0)),
            Deed::HandOver { .. } => None,
        });
        let mut clocks: Vec<u64> = clocks.collect();
        clocks.reverse();
        clocks
    }
}

/// A label and those before it, from its end.
fn chain<'a>(kept: &'a [Label], label: &'a Label) -> impl Iterator<Item = &'a Label> {
    std::iter::successors(Some(label), |label| kept.get(label.before as usize))
}

impl Row {
    fn new(graph: &Graph, limit: Limit, alive: &[bool]) -> Self {
        let negated: Vec<f64> = limit.weights.iter().map(|weight| -weight).collect();
        let most = graph.least_behind(&negated, alive);
        Self {
            least: graph.least_behind(&limit.weights, alive),
            // Where nothing reaches the sink, no label goes.
            harmless: most.iter().map(|most| limit.bound + most).collect(),
            limit,
        }
    }
}
