//! First step of the search: how the loops are spread over the instances, and what every way costs at least.

use super::super::architecture::Rule;
use super::super::dim::{DIMS, Dim, Extents};
use super::problem::{Problem, divisors, product};

/// One way to spread the loops: factors by level (the innermost first) and what they leave to loops over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spreading {
    /// Factors below each level.
    pub factors: Vec<Extents>,
    /// Bounds, padded to multiples of the factors.
    pub bounds: Extents,
    /// What loops over time must make up, by dimension.
    pub left: Extents,
    /// Per level and dimension, whether a loop over time may have a factor there.
    pub open: Vec<[bool; DIMS]>,
}

/// All ways that rules, fan-outs and bounds allow.
pub(super) fn spreadings(problem: &Problem) -> Vec<Spreading> {
    let mut found = Vec::new();
    let mut chosen = vec![[1; DIMS]; problem.levels.len()];
    let candidates = candidates(problem);
    choose(problem, &candidates, &mut chosen, 0, &mut found);
    found
}

/// By dimension, the factors worth trying for all slots together.
fn candidates(problem: &Problem) -> [Vec<u64>; DIMS] {
    Dim::ALL.map(|dim| {
        let bound = problem.workload.bounds[dim.index()];
        if !problem.rules.padding {
            return divisors(bound);
        }
        let widest = problem.levels.iter().map(|level| level.fan_out.0 * level.fan_out.1).product::<u64>();
        (1..=bound.min(widest)).collect()
    })
}

fn choose(
    problem: &Problem,
    candidates: &[Vec<u64>; DIMS],
    chosen: &mut Vec<Extents>,
    level: usize,
    found: &mut Vec<Spreading>,
) {
    let Some(facts) = problem.levels.get(level) else {
        found.extend(completed(problem, chosen));
        return;
    };
    if facts.fan_out == (1, 1) {
        choose(problem, candidates, chosen, level + 1, found);
        return;
    }
    let mut ways = Vec::new();
    fill(problem, candidates, level, 0, [1; DIMS], facts.fan_out, &mut ways);
    for way in ways {
        chosen[level] = way;
        if still_possible(problem, chosen) {
            choose(problem, candidates, chosen, level + 1, found);
        }
    }
    chosen[level] = [1; DIMS];
}

/// Whether the factors of every dimension can still be part of its bound.
fn still_possible(problem: &Problem, chosen: &[Extents]) -> bool {
    (0..DIMS).all(|dim| {
        let factor: u64 = chosen.iter().map(|factors| factors[dim]).product();
        let bound = problem.workload.bounds[dim];
        if problem.rules.padding { factor <= bound } else { bound.is_multiple_of(factor) }
    })
}

/// Factors of one slot whose products fit its fan-out.
fn fill(
    problem: &Problem,
    candidates: &[Vec<u64>; DIMS],
    level: usize,
    dim: usize,
    factors: Extents,
    room: (u64, u64),
    ways: &mut Vec<Extents>,
) {
    if dim == DIMS {
        ways.push(factors);
        return;
    }
    let facts = &problem.levels[level];
    let along_x = facts.along_x[dim];
    let available = if along_x { room.0 } else { room.1 };
    for factor in allowed(facts.spatial[dim], &candidates[dim], problem.workload.bounds[dim], problem.rules.padding) {
        if factor > available {
            break;
        }
        let mut factors = factors;
        factors[dim] = factor;
        let left = available / factor;
        let room = if along_x { (left, room.1) } else { (room.0, left) };
        fill(problem, candidates, level, dim + 1, factors, room, ways);
    }
}

/// The factors a rule allows in one slot, ascending.
fn allowed(rule: Rule, candidates: &[u64], bound: u64, padding: bool) -> Vec<u64> {
    match rule {
        Rule::One => vec![1],
        Rule::Exactly(factor) if padding || bound.is_multiple_of(factor) => vec![factor],
        Rule::Exactly(_) => Vec::new(),
        // Padding to the same number of rounds by a larger factor only costs more.
        Rule::Free | Rule::AtMost(_) | Rule::Full => {
            let most = match rule {
                Rule::AtMost(most) => most,
                _ => u64::MAX,
            };
            let rounds = |factor: u64| bound.div_ceil(factor);
            let worth = |&factor: &u64| factor <= most && (factor == 1 || rounds(factor) < rounds(factor - 1));
            candidates.iter().copied().filter(worth).collect()
        }
    }
}

/// The choice with what it leaves to loops over time, unless these cannot make it up.
fn completed(problem: &Problem, chosen: &[Extents]) -> Option<Spreading> {
    let mut bounds = problem.workload.bounds;
    let mut left = bounds;
    let open = open_slots(problem);
    for dim in 0..DIMS {
        let factor: u64 = chosen.iter().map(|factors| factors[dim]).product();
        left[dim] = bounds[dim].div_ceil(factor);
        bounds[dim] = left[dim] * factor;
        if left[dim] > 1 && !open.iter().any(|level| level[dim]) {
            return None;
        }
    }
    Some(Spreading {
        factors: chosen.to_vec(),
        bounds,
        left,
        open,
    })
}

/// Per level and dimension, whether a loop over time may have a factor: its own rule allows one, and no slot further in takes all.
fn open_slots(problem: &Problem) -> Vec<[bool; DIMS]> {
    let mut taken = [false; DIMS];
    let mut open = Vec::with_capacity(problem.levels.len());
    for facts in &problem.levels {
        for dim in 0..DIMS {
            let spread = facts.fan_out != (1, 1);
            taken[dim] |= spread && facts.spatial[dim] == Rule::Full;
        }
        open.push(std::array::from_fn(|dim| !taken[dim] && facts.temporal[dim] != Rule::One));
        for dim in 0..DIMS {
            taken[dim] |= facts.temporal[dim] == Rule::Full;
        }
    }
    open
}

impl Spreading {
    /// MAC units used.
    pub fn macs_used(&self) -> u64 {
        self.factors.iter().map(product).product()
    }

    /// Instances used of a level.
    pub fn used(&self, level: usize) -> u64 {
        self.factors.iter().skip(level + 1).map(product).product()
    }
}
