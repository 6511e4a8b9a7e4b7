//! Schedules by a programme: one unit of flow through the graph of bundles and transfers, constraints and budgets as rows.
//!
//! With whole flows its optimum is the best schedule; with any flows it bounds that from below, and the flow is a mix of schedules that
//! share the inferences among each other. Objective and rows are scaled to 1: seconds beside microjoules span ten orders of magnitude.

use super::constraints::{Constraint, slack};
use super::graph::{Deed, Graph, SOURCE};
use super::plan::Plan;
use super::{Count, Objective, Problem, Rules};
use minilp::{ComparisonOp, OptimizationDirection, Variable};
use std::time::Duration;

/// Longest time of a solution.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// Most variables.
const MOST_VARIABLES: usize = 20_000;
/// Smaller flows are rounding.
const LEAST_FLOW: f64 = 1e-6;

/// What no schedule can undercut.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Seconds or joules.
    pub value: f64,
    /// The schedules that reach it together, the largest share first: over many inferences, this share of them runs so. A single one is
    /// the optimum itself. Each keeps the rules, but budgets, constraints and the rule on the number of bundles hold on average only.
    pub mix: Vec<Share>,
    /// Variables of the programme.
    pub variables: usize,
    /// Rows of the programme.
    pub rows: usize,
}

/// A part of the inferences.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// From 0 to 1.
    pub share: f64,
    /// How they run.
    pub plan: Plan,
}

/// Why there is no bound.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BoundError {
    /// Nothing keeps the rules.
    #[error("no schedule keeps rules and constraints, not even a mix of several")]
    Infeasible,
    /// The programme is too large.
    #[error(
        "the programme would have {0} variables, more than the {MOST_VARIABLES} that are solved: allow shorter bundles only"
    )]
    TooLarge(usize),
    /// It took too long.
    #[error("the solver did not finish within {} s: allow shorter bundles only", TIME_LIMIT.as_secs())]
    Time,
    /// The solver failed.
    #[error("the solver failed: {0}")]
    Solver(String),
}

struct Flow {
    value: f64,
    /// By arc.
    flows: Vec<f64>,
    rows: usize,
}

pub(super) fn bound(problem: &Problem, rules: &Rules, objective: Objective) -> Result<Bound, BoundError> {
    let graph = Graph::new(problem, rules);
    let costs = graph.costs(objective);
    let flow = solve(problem, rules, &graph, &costs, &problem.constraints, false)?;
    let mut flows = flow.flows;
    let mut mix = Vec::new();
    while let Some((share, path)) = path(&graph, &mut flows) {
        let plan = Plan::of(problem, rules, graph.pieces(path));
        mix.push(Share { share, plan });
    }
    mix.sort_by(|a, b| b.share.total_cmp(&a.share));
    Ok(Bound {
        value: flow.value,
        mix,
        variables: graph.arcs.len(),
        rows: flow.rows,
    })
}

pub(super) fn best(
    problem: &Problem,
    rules: &Rules,
    objective: Objective,
    constraints: &[Constraint],
) -> Result<Option<Plan>, BoundError> {
    let graph = Graph::new(problem, rules);
    match solve(problem, rules, &graph, &graph.costs(objective), constraints, true) {
        Ok(mut flow) => {
            let path = path(&graph, &mut flow.flows);
            Ok(path.map(|(_, path)| Plan::of(problem, rules, graph.pieces(path))))
        }
        Err(BoundError::Infeasible) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The least sum of weights of all schedules that keep rules and constraints. `None` = none does.
pub(super) fn least(
    problem: &Problem,
    rules: &Rules,
    graph: &Graph,
    weights: &[f64],
) -> Result<Option<f64>, BoundError> {
    match solve(problem, rules, graph, weights, &problem.constraints, true) {
        Ok(flow) => Ok(Some(flow.value)),
        Err(BoundError::Infeasible) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The path along the largest flows, and its share, which is taken off; `None` = no flow is left.
fn path(graph: &Graph, flows: &mut [f64]) -> Option<(f64, Vec<usize>)> {
    let (mut node, mut path, mut share) = (SOURCE, Vec::new(), f64::INFINITY);
    while node != graph.sink() {
        let arc = graph.leaving(node).max_by(|&a, &b| flows[a].total_cmp(&flows[b]))?;
        share = share.min(flows[arc]);
        if share < LEAST_FLOW {
            return None;
        }
        path.push(arc);
        node = graph.arcs[arc].to;
    }
    for &arc in &path {
        flows[arc] -= share;
    }
    Some((share, path))
}

fn solve(
    problem: &Problem,
    rules: &Rules,
    graph: &Graph,
    costs: &[f64],
    constraints: &[Constraint],
    is_integer: bool,
) -> Result<Flow, BoundError> {
    if graph.arcs.len() > MOST_VARIABLES {
        return Err(BoundError::TooLarge(graph.arcs.len()));
    }
    let mut programme = minilp::Problem::new(OptimizationDirection::Minimize);
    let unit = largest(costs);
    let unit = if unit > 0.0 { unit } else { 1.0 };
    let variables = costs.iter().map(|cost| match is_integer {
        true => programme.add_binary_var(cost / unit),
        false => programme.add_var(cost / unit, (0.0, 1.0)),
    });
    let variables: Vec<Variable> = variables.collect();
    let mut balance: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); graph.nodes];
    for (arc, &flow) in graph.arcs.iter().zip(&variables) {
        balance[arc.from].push((flow, -1.0));
        balance[arc.to].push((flow, 1.0));
    }
    let mut rows = 0;
    for (node, terms) in balance.iter().enumerate() {
        let excess = match node {
            SOURCE => -1.0,
            node if node == graph.sink() => 1.0,
            _ => 0.0,
        };
        if terms.is_empty() && excess != 0.0 {
            return Err(BoundError::Infeasible);
        }
        if !terms.is_empty() {
            programme.add_constraint(terms, ComparisonOp::Eq, excess);
            rows += 1;
        }
    }
    for (weights, bound, scale) in limits(problem, rules, graph, constraints) {
        if scale == 0.0 {
            if bound < 0.0 {
                return Err(BoundError::Infeasible);
            }
            continue;
        }
        let terms = variables.iter().zip(&weights).filter(|(_, weight)| **weight != 0.0);
        let terms: Vec<(Variable, f64)> = terms.map(|(&flow, weight)| (flow, weight / scale)).collect();
        programme.add_constraint(&terms, ComparisonOp::Le, bound / scale);
        rows += 1;
    }
    programme.set_time_limit(TIME_LIMIT);
    let outcome = programme.solve().map_err(|error| match error {
        minilp::Error::Infeasible => BoundError::Infeasible,
        other => BoundError::Solver(other.to_string()),
    })?;
    if !outcome.is_optimal() {
        return Err(BoundError::Time);
    }
    let solution = outcome.into_solution().map_err(|_| BoundError::Time)?;
    Ok(Flow {
        value: solution.objective() * unit,
        flows: variables.iter().map(|&flow| solution.var_value(flow)).collect(),
        rows,
    })
}

fn largest(weights: &[f64]) -> f64 {
    weights.iter().fold(0.0, |most, weight| most.max(weight.abs()))
}

/// Weighted sums of flows that must not exceed a number: budgets, constraints, and the rule on the number of bundles.
/// Each with its scale.
fn limits(problem: &Problem, rules: &Rules, graph: &Graph, constraints: &[Constraint]) -> Vec<(Vec<f64>, f64, f64)> {
    let mut limits = Vec::new();
    let budgets = [
        (rules.latency_s, Objective::Latency),
        (rules.energy_j, Objective::Energy),
    ];
    for (budget, objective) in budgets {
        if let Some(budget) = budget {
            let costs = graph.costs(objective);
            let scale = largest(&costs);
            limits.push((costs, budget + slack(budget, 0.0), scale));
        }
    }
    for constraint in constraints {
        let weights = graph.weights(problem, constraint);
        // Where terms cancel each other, what is left is rounding.
        let scale = graph.magnitude(problem, constraint);
        for sign in constraint.signs() {
            let bound = sign * constraint.bound + slack(constraint.bound, scale);
            limits.push((weights.iter().map(|weight| sign * weight).collect(), bound, scale));
        }
    }
    if rules.count != Count::Free {
        let (machines, longest) = (problem.machines.len(), rules.longest as f64);
        for machine in 0..machines {
            // bundles <= ⌈blocks / longest⌉, or ⌊blocks / longest⌋ + 1, times longest and for whole numbers.
            let is_looser = rules.count == Count::FloorPlusOne && machine + 1 == machines;
            let weights = graph.arcs.iter().map(|arc| match arc.deed {
                Deed::Run(piece) if piece.machine == machine => longest - (piece.last + 1 - piece.first) as f64,
                _ => 0.0,
            });
            limits.push((
                weights.collect(),
                if is_looser { longest } else { longest - 1.0 },
                longest,
            ));
        }
    }
    limits
}
