//! The least weighted sum of latency and energy by a linear programme: a check of the label setting by other means.
//!
//! A design is a path from the empty boundary to the full one through states (boundary, device), so the least cost of all designs is
//! the least cost of sending one unit of flow along it. The flow problem is solved by the simplex method, whose optimal
//! value no path can undercut.

use super::additive::{Outcome, Stopped};
use super::chain;
use super::costs::Costs;
use super::crossings::Crossings;
use super::exact::{Pair, minus};
use super::homeward;
use super::plan::{Effort, Plan};
use super::points::{design, point};
use super::terms::Term;
use super::whole::Limits;
use super::{FrontPoint, MOST_IDEALS, Problem, Search};
use crate::network::lattice::Lattice;
use minilp::{ComparisonOp, OptimizationDirection, Variable};
use std::time::Duration;

/// Most variables of a programme.
const MOST_VARIABLES: usize = 60_000;

/// What a linear programme says about the front.
#[derive(Debug, Clone, PartialEq)]
pub struct LpBound {
    /// Weight of latency; that of energy is the rest to 1.
    pub weight: f64,
    /// The sum no design can undercut: weight × latency / least latency + (1 - weight) × energy / least energy.
    pub bound: f64,
    /// The same sum of the best design found by the search, limits kept; not below `bound`, and equal to it without limits.
    pub found: f64,
    /// That design.
    pub best: FrontPoint,
    /// Size of the programme.
    pub variables: usize,
    /// Size of the programme.
    pub constraints: usize,
}

/// Why there is no bound.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LpError {
    /// The weight is no number from 0 to 1.
    #[error("the weight of latency is {0}: give a number from 0 to 1")]
    Weight(f64),
    /// A device whose partitions do not cost the sum of their layers.
    #[error(
        "{0} was measured in bundles, which do not cost the sum of their layers: the programme cannot describe that"
    )]
    Whole(String),
    /// No design keeps the limits, or no device can run the network.
    #[error("no design can run this network within the limits: there is nothing to check")]
    Infeasible,
    /// The programme has too many variables.
    #[error(
        "the programme would have {variables} variables, more than the {MOST_VARIABLES} that can be solved: use fewer devices"
    )]
    TooLarge {
        /// How many.
        variables: usize,
    },
    /// The solver did not finish in time.
    #[error("the solver did not finish within {} s: use fewer devices or allow more time", .0.as_secs_f64())]
    Time(Duration),
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The solver failed.
    #[error("the solver failed: {0}")]
    Solver(String),
}

/// Bounds the weighted sum of latency and energy from below by a linear programme, and compares the best design found.
///
/// The programme does not know limits, so with limits `found` may be larger than `bound`.
pub fn check_with_lp(
    problem: &Problem,
    weight: f64,
    time_limit: Duration,
    cancel: &dyn Fn() -> bool,
) -> Result<LpBound, LpError> {
    if !(0.0..=1.0).contains(&weight) {
        return Err(LpError::Weight(weight));
    }
    let devices = problem.system.devices.iter().enumerate();
    let whole = devices.filter(|&(index, _)| problem.table.row(index).partitions.is_some());
    if let Some((_, device)) = whole.into_iter().next() {
        return Err(LpError::Whole(device.name.clone()));
    }
    let terms = [Term::Latency, Term::Energy];
    let limited = Plan::new(problem, &Search::default());
    let lattice = chain::ideals(problem, &limited, MOST_IDEALS);
    let lattice = lattice.unwrap_or_else(|| Lattice::of_schedule(problem.schedule));
    let crossings = Crossings::new(problem, &lattice);
    let too_large = || LpError::Solver("the search to compare with would be too large".to_owned());
    let stopped = |stopped| match stopped {
        Stopped::Cancelled => LpError::Cancelled,
        Stopped::TooManyLabels | Stopped::TooLarge => too_large(),
    };
    let unlimited = Plan::of_two(terms, Limits::none(problem));
    let (unlimited, _) = unlimited
        .outcome(terms, &crossings, &lattice, Effort::default(), cancel, &|_| {})
        .map_err(stopped)?;
    let units = unlimited.least().ok_or(LpError::Infeasible)?;
    let weighted = |values: [f64; 2]| {
        let share = |i: usize| if units[i] > 0.0 { values[i] / units[i] } else { 0.0 };
        weight * share(0) + (1.0 - weight) * share(1)
    };
    let feasible = limited
        .front(&crossings, &lattice, Effort::default(), cancel, &|_| {})
        .map_err(stopped)?;
    let devices = problem.system.devices.len();
    let points = feasible.cuts.iter();
    let points = points.map(|cuts| point(problem, design(&lattice, devices, cuts)));
    let points = points.filter(|point| point.feasible);
    let points = points.map(|point| (weighted([point.metrics.latency_s, point.metrics.energy_j]), point));
    let best = points.min_by(|a, b| a.0.total_cmp(&b.0));
    let (found, best) = best.ok_or(LpError::Infeasible)?;

    // Each way to charge outputs on their way home is a programme of its own; the least of them is the bound.
    let ways = homeward::ways(problem, limited.needs_loads()).ok_or_else(too_large)?;
    let (mut bound, mut variables, mut constraints) = (f64::INFINITY, 0, 0);
    for way in ways {
        let costs = Costs::new(problem, &lattice, &crossings, terms, way);
        let flow = Flow::new(&costs, |sums| weighted(costs.values(sums)));
        variables = variables.max(flow.arcs.len());
        constraints = constraints.max(flow.nodes);
        if variables > MOST_VARIABLES {
            return Err(LpError::TooLarge { variables });
        }
        match flow.solve(time_limit) {
            Ok(least) => bound = bound.min(least),
            Err(LpError::Infeasible) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(LpBound {
        weight,
        bound,
        found,
        best,
        variables,
        constraints,
    })
}

impl Outcome<2> {
    /// The least of each number, in SI units; `None` without designs.
    fn least(&self) -> Option<[f64; 2]> {
        let least = |i: usize| self.found.iter().map(|found| found.cost[i]).min();
        Some([self.scales[0].value(least(0)?), self.scales[1].value(least(1)?)])
    }
}

/// A flow problem: one unit from node 0 to node 1.
struct Flow {
    nodes: usize,
    /// From, to, cost.
    arcs: Vec<(usize, usize, f64)>,
}

const SOURCE: usize = 0;
const SINK: usize = 1;

impl Flow {
    /// The states of a search as nodes, its transitions as arcs.
    fn new(costs: &Costs<2>, weighted: impl Fn(Pair) -> f64) -> Self {
        let devices = costs.problem.system.devices.len();
        let places = costs.lattice.places().len();
        let last = places - 1;
        // The device ran the last layer before the boundary; or it may run the next one.
        let ran = |place: usize, device: usize| 2 + 2 * (place * devices + device);
        let ready = |place: usize, device: usize| ran(place, device) + 1;
        let mut arcs = Vec::new();
        let mut arc = |from: usize, to: usize, cost: Option<Pair>| {
            arcs.extend(cost.map(|cost| (from, to, weighted(cost))));
        };
        if last == 0 {
            arc(SOURCE, SINK, costs.links(0, 0, devices - 1, None));
        }
        for device in 0..devices {
            arc(SOURCE, ready(0, device), costs.links(0, 0, device, None));
            arc(
                ran(last, device),
                SINK,
                costs.links(last, device, devices - 1, Some(device)),
            );
            for place in 0..last {
                arc(ran(place, device), ready(place, device), Some([0, 0]));
                for later in device + 1..devices {
                    let crossing = costs.links(place, device, later, Some(device));
                    arc(ran(place, device), ready(place, later), crossing);
                }
                for step in costs
                    .lattice
                    .steps(place)
                    .iter()
                    .filter(|step| costs.runs(step.layer, device))
                {
                    let layer = minus(costs.before(step.to, device), costs.before(place, device));
                    arc(ready(place, device), ran(step.to, device), Some(layer));
                }
            }
        }
        Self {
            nodes: 2 + 2 * places * devices,
            arcs,
        }
    }

    /// The least cost.
    fn solve(&self, time_limit: Duration) -> Result<f64, LpError> {
        let mut programme = minilp::Problem::new(OptimizationDirection::Minimize);
        let mut balance: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); self.nodes];
        for &(from, to, cost) in &self.arcs {
            let flow = programme.add_var(cost, (0.0, f64::INFINITY));
            balance[from].push((flow, -1.0));
            balance[to].push((flow, 1.0));
        }
        for (node, terms) in balance.iter().enumerate().filter(|(_, terms)| !terms.is_empty()) {
            let excess = match node {
                SOURCE => -1.0,
                SINK => 1.0,
                _ => 0.0,
            };
            programme.add_constraint(terms, ComparisonOp::Eq, excess);
        }
        programme.set_time_limit(time_limit);
        let outcome = programme.solve().map_err(|error| match error {
            minilp::Error::Infeasible => LpError::Infeasible,
            other => LpError::Solver(other.to_string()),
        })?;
        let solution = outcome.into_solution().map_err(|_| LpError::Time(time_limit))?;
        Ok(solution.objective())
    }
}
