//! Why a layer has no mapping: which constraint, which level, by how much.

use super::super::architecture::Rule;
use super::super::dim::{DIMS, Dim, Extents, Operand};
use super::problem::{LevelFacts, NO_WAY, Problem};

/// The first constraint, from the innermost level outwards, that no mapping can meet; `None` = each by itself can be met.
pub(super) fn constraint(problem: &Problem) -> Option<String> {
    let spread = (0..problem.levels.len()).find_map(|level| spread_fault(problem, level));
    spread.or_else(|| homeless(problem)).or_else(|| overfull(problem))
}

/// What is said where each constraint by itself can be met.
pub(super) fn together(problem: &Problem, gave_up: bool) -> String {
    let tried = "each constraint can be met by itself";
    if gave_up {
        return format!("{tried}, but no mapping that meets all was found before the search gave up; raise its budget");
    }
    let tightest = problem.levels.iter().filter(|facts| facts.capacity != u64::MAX);
    match tightest.min_by_key(|facts| facts.capacity) {
        Some(facts) => format!(
            "{tried}, but no factors meet all of them together; the smallest level is {} with {} words",
            facts.level.name, facts.capacity
        ),
        None => format!("{tried}, but no factors meet all of them together"),
    }
}

fn bound(problem: &Problem, dim: Dim) -> u64 {
    problem.workload.bounds[dim.index()]
}

fn room(facts: &LevelFacts, dim: Dim) -> u64 {
    let (x, y) = facts.fan_out;
    if facts.along_x[dim.index()] { x } else { y }
}

/// A rule for the instances below a level that the layer breaks.
fn spread_fault(problem: &Problem, level: usize) -> Option<String> {
    let facts = &problem.levels[level];
    if facts.fan_out == (1, 1) {
        return None;
    }
    let name = &facts.level.name;
    Dim::ALL.into_iter().find_map(|dim| {
        let (bound, room) = (bound(problem, dim), room(facts, dim));
        let words = dim.words();
        match facts.spatial[dim.index()] {
            // What loops over time further in hold is not spread.
            Rule::Full if bound > room && !held_further_in(problem, level, dim) => Some(format!(
                "{words} {bound} must be spread whole over the {room} instances below {name}: {} too many",
                bound - room
            )),
            NO_WAY => Some(format!(
                "{words} must be spread by a fixed factor below {name}, but a level further in takes all {bound} of them"
            )),
            Rule::Exactly(factor) if factor > room => Some(format!(
                "{words} must be spread by {factor} below {name}, which has {room} instances there: {} too few",
                factor - room
            )),
            Rule::Exactly(factor) if !problem.rules.padding && !bound.is_multiple_of(factor) => Some(format!(
                "{words} {bound} must be spread by {factor} below {name}, which leaves {} over (padding is off)",
                bound % factor
            )),
            _ => None,
        }
    })
}

fn held_further_in(problem: &Problem, level: usize, dim: Dim) -> bool {
    let inner = problem.levels.iter().take(level);
    let mut slots = inner.map(|facts| (facts.temporal[dim.index()], facts.spatial[dim.index()]));
    slots.any(|(temporal, spatial)| temporal != Rule::One || spatial != Rule::One)
}

/// A dimension that no slot may hold.
fn homeless(problem: &Problem) -> Option<String> {
    Dim::ALL.into_iter().find_map(|dim| {
        let needed = bound(problem, dim);
        let timed = problem.levels.iter().any(|facts| facts.temporal[dim.index()] != Rule::One);
        let spread = problem.levels.iter().filter(|facts| facts.spatial[dim.index()] != Rule::One);
        let most: u64 = spread.map(|facts| room(facts, dim)).product();
        (!timed && needed > most).then(|| {
            let words = dim.words();
            format!(
                "no level allows a loop over {words} {needed}, and at most {most} are spread over instances: {} too many",
                needed - most
            )
        })
    })
}

/// A level too small for what must be inside it.
fn overfull(problem: &Problem) -> Option<String> {
    (0..problem.levels.len()).find_map(|level| {
        let facts = &problem.levels[level];
        let inside: Extents = std::array::from_fn(|dim| least_inside(problem, level, dim));
        let kept = Operand::ALL
            .into_iter()
            .filter(|operand| facts.level.keep[operand.index()] == super::super::architecture::Keep::Yes);
        let kept: Vec<Operand> = kept.collect();
        let needed: u64 = kept
            .iter()
            .map(|&operand| problem.workload.volume(operand, &inside))
            .sum();
        (needed > facts.capacity).then(|| {
            let words: Vec<&str> = kept.iter().map(|operand| operand.word()).collect();
            format!(
                "{} must hold at least {needed} words of {}, it has room for {}: {} too few",
                facts.level.name,
                words.join(" and "),
                facts.capacity,
                needed - facts.capacity
            )
        })
    })
}

/// The least extent of a dimension inside a level, by what its rules force there.
fn least_inside(problem: &Problem, level: usize, dim: usize) -> u64 {
    let bound = problem.workload.bounds[dim];
    let outer = problem.levels.iter().skip(level + 1);
    let may_go_out = outer.clone().any(|facts| facts.temporal[dim] != Rule::One);
    let takes_all = problem.levels.iter().enumerate().any(|(at, facts)| {
        (at <= level && facts.temporal[dim] == Rule::Full)
            || (at <= level && facts.fan_out != (1, 1) && facts.spatial[dim] == Rule::Full)
    });
    if may_go_out && !takes_all {
        return 1;
    }
    let spread = outer.filter(|facts| facts.spatial[dim] != Rule::One);
    let most: u64 = spread.map(|facts| room(facts, Dim::ALL[dim])).product();
    debug_assert!(dim < DIMS);
    bound.div_ceil(most.max(1))
}
