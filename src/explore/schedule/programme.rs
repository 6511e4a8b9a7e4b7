//! Schedules by a programme: one unit of flow through the graph of bundles and transfers, constraints and budgets as rows.
//!
//! With whole flows its optimum is the best schedule; with any flows it bounds that from below, and the flow is a mix of schedules that
//! share the inferences among each other. Objective and rows are scaled: seconds beside microjoules span ten orders of magnitude.
//!
//! Whole flows are looked for one objective after the other: where several schedules are equally fast, the thriftiest of them, and so on.
//! Before the solver is asked, arcs no schedule within the limits can use are left out; often the shortest path of those left is the answer.

use super::choices::allowed;
use super::graph::{Deed, Graph, SOURCE};
use super::limits::{Limit, largest, prune, sum};
use super::plan::Plan;
use super::{Asked, Engine, Front, Objective, SLACK};
use minilp::{ComparisonOp, OptimizationDirection, ResumeOptions, SolveOptions, Variable};
use std::time::{Duration, Instant};

/// Longest time of a solution.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The solver is asked for so many branches at a time, and for so long, so that it hears when it is called off.
const SLICE: (u64, Duration) = (16, Duration::from_millis(20));
/// Most variables.
const MOST_VARIABLES: usize = 20_000;
/// Smaller flows are rounding.
const LEAST_FLOW: f64 = 1e-6;
/// By how much the solver may exceed rows and how far whole flows may be from whole numbers; the second where it fails by the first.
const TOLERANCES: [(f64, f64); 2] = [(1e-10, 1e-9), (1e-7, 1e-6)];
/// Most schedules that are refused because the solver's rounding let them pass.
const MOST_REFUSED: usize = 100;

/// What no schedule can undercut.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Seconds or joules.
    pub value: f64,
    /// The schedules that reach it together, the largest share first: over many inferences, this share of them runs so. A single one is
    /// the optimum itself. Each keeps the rules, but budgets, constraints and the rule on the number of bundles hold on average only.
    pub mix: Vec<Share>,
}

/// A part of the inferences.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// From 0 to 1.
    pub share: f64,
    /// How they run.
    pub plan: Plan,
}

/// Why there is no bound, or no best schedule.
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
    /// It was called off.
    #[error("the solver was stopped before it finished")]
    Cancelled,
    /// The solver failed.
    #[error("the solver failed: {0}")]
    Solver(String),
}

/// Rules and constraints of a problem over its graph.
struct Programme<'a> {
    asked: Asked<'a>,
    graph: &'a Graph,
    limits: Vec<Limit>,
}

pub(super) fn bound(asked: &Asked<'_>, objective: Objective) -> Result<Bound, BoundError> {
    let graph = Graph::new(asked.problem, &asked.rules);
    let programme = Programme::new(asked, &graph);
    let (value, mut flows) =
        programme.solve(&graph.costs(objective), &vec![true; graph.arcs.len()], &[], &[], false)?;
    let mut mix = Vec::new();
    while let Some((share, path)) = path(&graph, &mut flows) {
        let plan = Plan::of(asked.problem, &asked.rules, graph.pieces(path));
        mix.push(Share { share, plan });
    }
    mix.sort_by(|a, b| b.share.total_cmp(&a.share));
    Ok(Bound { value, mix })
}

/// The best schedule, `None` = none keeps rules and constraints; ties are broken as label setting does.
pub(super) fn best(asked: &Asked<'_>, objective: Objective) -> Result<Option<Plan>, BoundError> {
    let graph = Graph::new(asked.problem, &asked.rules);
    let programme = Programme::new(asked, &graph);
    let other = match objective {
        Objective::Latency => Objective::Energy,
        Objective::Energy => Objective::Latency,
    };
    let bundles = graph.arcs.iter().map(|arc| match arc.deed {
        Deed::Run(_) => 1.0,
        Deed::HandOver { .. } => 0.0,
    });
    let mut reached: Vec<Limit> = Vec::new();
    let mut found = None;
    for weights in [graph.costs(objective), graph.costs(other), bundles.collect()] {
        let Some(path) = programme.whole(&weights, &reached)? else {
            break;
        };
        let least = sum(&weights, &path);
        reached.push(Limit::budget(weights, least));
        found = Some(path);
    }
    Ok(found.map(|path| {
        let mut pieces = graph.pieces(path);
        for piece in &mut pieces {
            let machine = &asked.problem.machines[piece.machine];
            let mut all = allowed(machine, piece.machine, piece.first, piece.last, &asked.rules);
            let costs = |choice: &super::Choice| (choice.latency_s, choice.energy_j);
            // Clocks ascend.
            piece.choice = all
                .find(|own| costs(own) == costs(&piece.choice))
                .copied()
                .unwrap_or(piece.choice);
        }
        Plan::of(asked.problem, &asked.rules, pieces)
    }))
}

/// The fastest and the thriftiest schedule.
pub(super) fn ends(asked: &Asked<'_>) -> Front {
    let Ok(fastest) = best(asked, Objective::Latency) else {
        return Front::stopped();
    };
    let Ok(thriftiest) = best(asked, Objective::Energy) else {
        return Front::stopped();
    };
    let mut plans: Vec<Plan> = fastest.into_iter().collect();
    if let Some(last) = thriftiest {
        let is_beaten = |plan: &Plan, by: &Plan| {
            by.latency_s() <= plan.latency_s() * (1.0 + SLACK) && by.energy_j() <= plan.energy_j() * (1.0 + SLACK)
        };
        if !plans.iter().any(|first| is_beaten(&last, first)) {
            plans.retain(|first| !is_beaten(first, &last));
            plans.push(last);
        }
    }
    Front {
        plans,
        labels: 0,
        engine: Engine::Programme,
    }
}

/// Whether any schedule keeps rules and constraints.
pub(super) fn is_possible(asked: &Asked<'_>) -> Result<bool, BoundError> {
    let graph = Graph::new(asked.problem, &asked.rules);
    let weights = graph.costs(Objective::Latency);
    Ok(least(asked, &graph, &weights)?.is_some())
}

/// The least sum of weights of all schedules that keep rules and constraints. `None` = none does.
pub(super) fn least(asked: &Asked<'_>, graph: &Graph, weights: &[f64]) -> Result<Option<f64>, BoundError> {
    let path = Programme::new(asked, graph).whole(weights, &[])?;
    Ok(path.map(|path| sum(weights, &path)))
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

impl<'a> Programme<'a> {
    fn new(asked: &Asked<'a>, graph: &'a Graph) -> Self {
        let (problem, rules) = (asked.problem, &asked.rules);
        let budgets = [
            (rules.latency_s, Objective::Latency),
            (rules.energy_j, Objective::Energy),
        ];
        let budgets = budgets
            .into_iter()
            .filter_map(|(budget, objective)| Some((budget?, objective)));
        let budgets = budgets.map(|(budget, objective)| Limit::budget(graph.costs(objective), budget));
        let mut limits: Vec<Limit> = budgets.collect();
        limits.extend(
            problem
                .constraints
                .iter()
                .flat_map(|own| Limit::of(problem, graph, own)),
        );
        limits.extend(Limit::counts(problem, rules, graph));
        Self {
            asked: *asked,
            graph,
            limits,
        }
    }

    /// The path of the least sum of weights that keeps all limits, and further ones; `None` = none does.
    fn whole(&self, weights: &[f64], further: &[Limit]) -> Result<Option<Vec<usize>>, BoundError> {
        let graph = self.graph;
        let mut alive = vec![true; graph.arcs.len()];
        // One after the other, until neither leaves out more.
        let mut left = usize::MAX;
        loop {
            prune(graph, &self.limits, &mut alive, self.asked.cancel);
            prune(graph, further, &mut alive, self.asked.cancel);
            if self.asked.is_cancelled() {
                return Err(BoundError::Cancelled);
            }
            let now = alive.iter().filter(|alive| **alive).count();
            if now == left {
                break;
            }
            left = now;
        }
        let Some(shortest) = graph.shortest(weights, &alive) else {
            return Ok(None);
        };
        let all = || self.limits.iter().chain(further);
        if all().all(|limit| limit.keeps(&shortest)) {
            return Ok(Some(shortest));
        }
        // A schedule that breaks a limit by less than the solver's rounding is refused, and the solver asked for another one.
        let mut refused: Vec<Vec<usize>> = Vec::new();
        while refused.len() < MOST_REFUSED {
            let mut flows = match self.solve(weights, &alive, further, &refused, true) {
                Ok((_, flows)) => flows,
                Err(BoundError::Infeasible) => return Ok(None),
                Err(error) => return Err(error),
            };
            let Some((_, path)) = path(graph, &mut flows) else {
                return Err(BoundError::Solver("its flows make no path".to_owned()));
            };
            if all().all(|limit| limit.keeps(&path)) {
                return Ok(Some(path));
            }
            refused.push(path);
        }
        Err(BoundError::Solver(format!(
            "it let {MOST_REFUSED} schedules pass that break a limit"
        )))
    }

    /// The least sum of weights over arcs that are alive, and the flows by arc. Paths that are refused are no whole flows.
    fn solve(
        &self,
        weights: &[f64],
        alive: &[bool],
        further: &[Limit],
        refused: &[Vec<usize>],
        is_whole: bool,
    ) -> Result<(f64, Vec<f64>), BoundError> {
        let graph = self.graph;
        let arcs: Vec<usize> = (0..graph.arcs.len()).filter(|&arc| alive[arc]).collect();
        if arcs.len() > MOST_VARIABLES {
            return Err(BoundError::TooLarge(arcs.len()));
        }
        // The solver's rounding is a share of 1: the optimum shall not be far below.
        let least = graph.least_behind(weights, alive)[SOURCE];
        if least == f64::INFINITY {
            return Err(BoundError::Infeasible);
        }
        let of_arcs: Vec<f64> = arcs.iter().map(|&arc| weights[arc]).collect();
        let unit = least.abs().max(largest(&of_arcs) * 1e-6);
        let unit = if unit > 0.0 { unit } else { 1.0 };
        let mut last = BoundError::Infeasible;
        for (tolerance, off_whole) in TOLERANCES {
            let mut programme = minilp::Problem::new(OptimizationDirection::Minimize);
            let mut variables: Vec<Option<Variable>> = vec![None; graph.arcs.len()];
            let mut balance: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); graph.nodes];
            for &arc in &arcs {
                let cost = weights[arc] / unit;
                let flow = match is_whole {
                    true => programme.add_binary_var(cost),
                    false => programme.add_var(cost, (0.0, 1.0)),
                };
                variables[arc] = Some(flow);
                balance[graph.arcs[arc].from].push((flow, -1.0));
                balance[graph.arcs[arc].to].push((flow, 1.0));
            }
            for (node, terms) in balance.iter().enumerate().filter(|(_, terms)| !terms.is_empty()) {
                let excess = match node {
                    SOURCE => -1.0,
                    node if node == graph.sink() => 1.0,
                    _ => 0.0,
                };
                programme.add_constraint(terms, ComparisonOp::Eq, excess);
            }
            for limit in self.limits.iter().chain(further) {
                if limit.can_be_broken(graph, alive) {
                    // The solver's tolerance is then less than the slack, and taken off it: it exceeds no bound by more than that.
                    let scale = limit.bound.abs().max(0.01 * limit.magnitude);
                    let terms = arcs.iter().filter(|&&arc| limit.weights[arc] != 0.0);
                    let terms = terms.filter_map(|&arc| Some((variables[arc]?, limit.weights[arc] / scale)));
                    let most = limit.most() / scale - if is_whole { tolerance.min(TOLERANCES[0].0) } else { 0.0 };
                    programme.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Le, most);
                }
            }
            for path in refused {
                let terms: Vec<(Variable, f64)> = path.iter().filter_map(|&arc| Some((variables[arc]?, 1.0))).collect();
                programme.add_constraint(&terms, ComparisonOp::Le, path.len() as f64 - 1.0);
            }
            match self.run(&programme, tolerance, off_whole) {
                Ok(solution) => {
                    let flows = variables
                        .iter()
                        .map(|flow| flow.map_or(0.0, |flow| solution.var_value(flow)));
                    return Ok((solution.objective() * unit, flows.collect()));
                }
                Err(error @ BoundError::Solver(_)) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Solves in slices, until it is done, called off, or takes too long.
    fn run(&self, programme: &minilp::Problem, tolerance: f64, off_whole: f64) -> Result<minilp::Solution, BoundError> {
        let told = |error| match error {
            minilp::Error::Infeasible => BoundError::Infeasible,
            other => BoundError::Solver(other.to_string()),
        };
        if self.asked.is_cancelled() {
            return Err(BoundError::Cancelled);
        }
        let begin = Instant::now();
        let (nodes, mut slice) = SLICE;
        let mut options = SolveOptions::default();
        options.time_limit = Some(slice);
        options.node_limit = Some(nodes);
        options.tolerances.feasibility = tolerance;
        options.int_tol = off_whole;
        let mut outcome = programme.solve_with(options).map_err(told)?;
        let mut solved = 0;
        while !outcome.is_optimal() {
            if self.asked.is_cancelled() {
                return Err(BoundError::Cancelled);
            }
            if begin.elapsed() > TIME_LIMIT {
                return Err(BoundError::Time);
            }
            let now = outcome.stats().nodes_solved;
            if now == solved {
                // A branch that a slice cuts short starts anew.
                slice *= 2;
            }
            solved = now;
            let mut options = ResumeOptions::default();
            options.time_limit = Some(slice);
            options.node_limit = Some(nodes);
            outcome = outcome.resume_with(options).map_err(told)?;
        }
        outcome.into_solution().map_err(|_| BoundError::Time)
    }
}
