//! Why nothing keeps the rules.

use super::constraints::Constraint;
use super::graph::Graph;
use super::resources::extreme;
use super::{Asked, Objective, Problem, Rules, Sense};
use crate::units::Unit;

/// Why no schedule keeps rules and constraints.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// No schedule at all keeps the rules: bundles are missing.
    Rules,
    /// A single budget or constraint cannot be kept.
    Alone {
        /// Which.
        kept: Kept,
        /// The least or, for a sum that must not be below its bound, the most that the rules alone allow; `None` = not found in time.
        nearest: Option<f64>,
    },
    /// Whether anything keeps them could not be found out in time.
    Unknown,
    /// Each can be kept alone, these together not; without any one of them a schedule exists, as far as that was found out in time.
    Together(Vec<Kept>),
}

/// What is to be kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// The budget of the rules in seconds.
    Latency(f64),
    /// The budget of the rules in joules.
    Energy(f64),
    /// A typed constraint.
    Constraint(Constraint),
}

impl Kept {
    /// In words: `at most 50 ms`, `“bundles(edge) <= 2”`.
    pub fn words(&self) -> String {
        match self {
            Self::Latency(budget) => format!("at most {}", Unit::Seconds.format(*budget)),
            Self::Energy(budget) => format!("at most {}", Unit::Joules.format(*budget)),
            Self::Constraint(constraint) => format!("“{}”", constraint.text),
        }
    }
}

impl Conflict {
    /// In words, two sentences: what cannot be kept, and what to do.
    pub fn words(&self) -> String {
        match self {
            Self::Rules => "no schedule keeps the rules with the bundles that were measured. Measure more bundles, allow longer ones, or \
                estimate those that are missing"
                .to_owned(),
            Self::Unknown => "there are too many partial schedules to find out whether one keeps all that is asked. Remove a constraint, \
                or allow shorter bundles only"
                .to_owned(),
            Self::Alone { kept, nearest: None } => {
                format!("{} cannot be kept by any schedule. Loosen or remove it", kept.words())
            }
            Self::Alone {
                kept,
                nearest: Some(nearest),
            } => {
                let nearest = match kept {
                    Kept::Latency(_) => format!("the least time is {}", Unit::Seconds.format(*nearest)),
                    Kept::Energy(_) => format!("the least edge energy is {}", Unit::Joules.format(*nearest)),
                    Kept::Constraint(constraint) => {
                        let value = signed(constraint.unit, *nearest);
                        if constraint.sense == Sense::Equal {
                            // Sums that occur lie on both sides of the bound, or all on one; which is nearest is not known.
                            return format!(
                                "{} cannot be kept by any schedule: none has exactly this sum, one has {value}. Write it as <= or >=, or remove it",
                                kept.words()
                            );
                        }
                        format!("the sum of its terms comes no nearer to {} than {value}", signed(constraint.unit, constraint.bound))
                    }
                };
                format!("{} cannot be kept by any schedule: {nearest}. Loosen or remove it", kept.words())
            }
            Self::Together(all) => {
                let words: Vec<String> = all.iter().map(Kept::words).collect();
                format!(
                    "no schedule keeps {} together, though each alone can be kept. Loosen or remove one of them",
                    words.join(" and ")
                )
            }
        }
    }
}

fn signed(unit: Unit, value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{}", unit.format(value.abs()))
}

/// What is in the way; `None` = a schedule keeps all.
pub(super) fn of(asked: &Asked<'_>) -> Option<Conflict> {
    found(asked).unwrap_or(Some(Conflict::Unknown))
}

/// The same; `None` = it could not be found out.
fn found(asked: &Asked<'_>) -> Option<Option<Conflict>> {
    let rules = &asked.rules;
    let mut all: Vec<Kept> = Vec::new();
    all.extend(rules.latency_s.map(Kept::Latency));
    all.extend(rules.energy_j.map(Kept::Energy));
    all.extend(asked.problem.constraints.iter().cloned().map(Kept::Constraint));
    let is_possible = |kept: &[Kept]| {
        let (problem, rules) = alone(asked, kept);
        problem.asked(&rules).until(asked.cancel).is_possible()
    };
    if is_possible(&all)? {
        return Some(None);
    }
    if !is_possible(&[])? {
        return Some(Some(Conflict::Rules));
    }
    for kept in &all {
        if !is_possible(std::slice::from_ref(kept))? {
            let nearest = nearest(asked, kept);
            let kept = kept.clone();
            return Some(Some(Conflict::Alone { kept, nearest }));
        }
    }
    // Whatever can be left out without making a schedule possible has no part in the conflict.
    let mut index = 0;
    while index < all.len() {
        let mut fewer = all.clone();
        fewer.remove(index);
        match is_possible(&fewer) {
            Some(false) => all = fewer,
            Some(true) | None => index += 1,
        }
    }
    Some(Some(Conflict::Together(all)))
}

/// The problem with these constraints alone, and the rules with these budgets alone.
fn alone(asked: &Asked<'_>, kept: &[Kept]) -> (Problem, Rules) {
    let mut problem = asked.problem.clone();
    let mut rules = Rules {
        latency_s: None,
        energy_j: None,
        ..asked.rules
    };
    problem.constraints.clear();
    for kept in kept {
        match kept {
            Kept::Latency(budget) => rules.latency_s = Some(*budget),
            Kept::Energy(budget) => rules.energy_j = Some(*budget),
            Kept::Constraint(constraint) => problem.constraints.push(constraint.clone()),
        }
    }
    (problem, rules)
}

/// The sum nearest to its bound that the rules allow; `None` = not found in time.
fn nearest(asked: &Asked<'_>, kept: &Kept) -> Option<f64> {
    let (problem, free) = alone(asked, &[]);
    let asked = problem.asked(&free).until(asked.cancel);
    let graph = Graph::new(&problem, &free);
    let least = |weights: Vec<f64>| extreme(&asked, &graph, weights);
    let constraint = match kept {
        Kept::Latency(_) => return least(graph.costs(Objective::Latency)),
        Kept::Energy(_) => return least(graph.costs(Objective::Energy)),
        Kept::Constraint(constraint) => constraint,
    };
    let weights = graph.weights(&problem, constraint);
    let most = || least(weights.iter().map(|weight| -weight).collect()).map(|least| -least);
    let low = || least(weights.clone());
    match constraint.sense {
        Sense::AtMost => low(),
        Sense::AtLeast => most(),
        // Above it, below it, or between two values that occur.
        Sense::Equal => {
            let low = low()?;
            let most = if low <= constraint.bound { most() } else { None };
            Some(most.filter(|most| *most < constraint.bound).unwrap_or(low))
        }
    }
}
