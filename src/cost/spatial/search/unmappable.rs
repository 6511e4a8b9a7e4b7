//! Why a layer has no mapping: which constraint, which level, by how much.

use super::super::architecture::Rule;
use super::super::dim::{DIMS, Dim, Extents, Operand};
use super::problem::{LevelFacts, Problem};

/// The reason in words: the first constraint, from the innermost level outwards, that no mapping can meet.
pub(super) fn reason(problem: &Problem) -> String {
    let spread = problem.levels.iter().find_map(|facts| spread_fault(problem, facts));
    spread
        .or_else(|| homeless(problem))
        .or_else(|| overfull(problem))
        .unwrap_or_else(|| "each constraint can be met by itself, but no factors meet all of them together".to_owned())
}

fn bound(problem: &Problem, dim: Dim) -> u64 {
    problem.workload.bounds[dim.index()]
}

fn room(facts: &LevelFacts, dim: Dim) -> u64 {
    let (x, y) = facts.fan_out;
    if facts.along_x[dim.index()] { x } else { y }
}

/// A rule for the instances below a level that the layer breaks.
fn spread_fault(problem: &Problem, facts: &LevelFacts) -> Option<String> {
    if facts.fan_out == (1, 1) {
        return None;
    }
    let name = &facts.level.name;
    Dim::ALL.into_iter().find_map(|dim| {
        let (bound, room) = (bound(problem, dim), room(facts, dim));
        let words = dim.words();
        match facts.spatial[dim.index()] {
            Rule::Full if bound > room => Some(format!(
                "{words} {bound} must be spread whole over the {room} instances below {name}: {} too many",
                bound - room
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
