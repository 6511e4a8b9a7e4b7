//! First step of the search: how the loops are spread over the instances, and what every way costs at least.

use super::super::architecture::Rule;
use super::super::dim::{DIMS, Dim, Extents};
use super::problem::{LevelFacts, Problem, divisors, product};

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

/// Ways to spread the loops.
pub(super) struct Spreadings {
    pub all: Vec<Spreading>,
    /// MAC units used at most by those left out where there are too many; 0 = none was.
    pub left_out: u64,
}

/// How many ways of one slot, and of all slots together, are kept.
const MOST: usize = 4096;

/// How many are made at most before the best of them are kept; of one slot inside another that has several.
const TRIED: usize = 64 * MOST;
const TRIED_INSIDE: usize = 4 * MOST;

/// All ways that rules, fan-outs and bounds allow; of too many those that use most MAC units. After a cancellation some are missing.
pub(super) fn spreadings(problem: &Problem, is_cancelled: &dyn Fn() -> bool) -> Spreadings {
    let mut chooser = Chooser {
        problem,
        is_cancelled,
        candidates: candidates(problem),
        chosen: vec![[1; DIMS]; problem.levels.len()],
        open: open_slots(problem),
        tried: 0,
        found: Spreadings {
            all: Vec::new(),
            left_out: 0,
        },
    };
    chooser.choose(0);
    let mut found = chooser.found;
    if found.all.len() > MOST {
        found.all.sort_by_cached_key(|way| std::cmp::Reverse(way.macs_used()));
        found.left_out = found.left_out.max(found.all[MOST].macs_used());
        found.all.truncate(MOST);
    }
    found
}

/// By dimension, the factors worth trying for all slots together.
fn candidates(problem: &Problem) -> [Vec<u64>; DIMS] {
    Dim::ALL.map(|dim| {
        let bound = problem.workload.bounds[dim.index()];
        if !problem.rules.padding {
            return divisors(bound);
        }
        let rooms = problem.levels.iter().map(|level| level.fan_out.0.max(level.fan_out.1));
        (1..=bound.min(rooms.max().unwrap_or(1))).collect()
    })
}

struct Chooser<'a> {
    problem: &'a Problem<'a>,
    is_cancelled: &'a dyn Fn() -> bool,
    candidates: [Vec<u64>; DIMS],
    chosen: Vec<Extents>,
    open: Vec<[bool; DIMS]>,
    tried: usize,
    found: Spreadings,
}

impl Chooser<'_> {
    fn choose(&mut self, level: usize) {
        let Some(facts) = self.problem.levels.get(level) else {
            self.complete();
            return;
        };
        if facts.fan_out == (1, 1) {
            self.choose(level + 1);
            return;
        }
        if self.tried >= TRIED || (self.is_cancelled)() {
            self.found.left_out = self.everything();
            return;
        }
        let most = match self.chosen.iter().any(|factors| product(factors) > 1) {
            true => TRIED_INSIDE,
            false => TRIED,
        };
        let mut ways = Vec::new();
        let options = std::array::from_fn(|dim| {
            let (bound, padding) = (self.problem.workload.bounds[dim], self.problem.rules.padding);
            let mut options = allowed(facts.spatial[dim], &self.candidates[dim], bound, padding);
            let chosen: u64 = self.chosen.iter().map(|factors| factors[dim]).product();
            options.retain(|&factor| is_part(chosen.saturating_mul(factor), bound, padding));
            options
        });
        fill(facts, &options, 0, [1; DIMS], facts.fan_out, most, &mut ways);
        if ways.len() >= most {
            self.found.left_out = self.everything();
        }
        if ways.len() > MOST {
            ways.sort_by_cached_key(|way| std::cmp::Reverse(product(way)));
            let others = self.everything() / (facts.fan_out.0 * facts.fan_out.1);
            self.found.left_out = self.found.left_out.max(product(&ways[MOST]) * others);
            ways.truncate(MOST);
        }
        for way in ways {
            self.chosen[level] = way;
            self.choose(level + 1);
        }
        self.chosen[level] = [1; DIMS];
    }

    /// MAC units at most, whatever the way.
    fn everything(&self) -> u64 {
        let levels = self.problem.levels.iter();
        levels.map(|facts| facts.fan_out.0 * facts.fan_out.1).product()
    }

    /// Adds the choice with what it leaves to loops over time, unless these cannot make it up.
    fn complete(&mut self) {
        self.tried += 1;
        let mut bounds = self.problem.workload.bounds;
        let mut left = bounds;
        for dim in 0..DIMS {
            let factor: u64 = self.chosen.iter().map(|factors| factors[dim]).product();
            left[dim] = bounds[dim].div_ceil(factor);
            bounds[dim] = left[dim] * factor;
            if left[dim] > 1 && !self.open.iter().any(|level| level[dim]) {
                return;
            }
        }
        self.found.all.push(Spreading {
            factors: self.chosen.clone(),
            bounds,
            left,
            open: self.open.clone(),
        });
    }
}

/// Whether the factors of a dimension, of this product, can still be part of its bound.
fn is_part(factor: u64, bound: u64, padding: bool) -> bool {
    if padding {
        factor <= bound
    } else {
        factor > 0 && bound.is_multiple_of(factor)
    }
}

/// Factors of one slot whose products fit its fan-out.
fn fill(
    facts: &LevelFacts,
    options: &[Vec<u64>; DIMS],
    dim: usize,
    factors: Extents,
    room: (u64, u64),
    most: usize,
    ways: &mut Vec<Extents>,
) {
    if ways.len() >= most {
        return;
    }
    if dim == DIMS {
        ways.push(factors);
        return;
    }
    let along_x = facts.along_x[dim];
    let available = if along_x { room.0 } else { room.1 };
    // The largest first, so that of too many ways those that use most instances are made.
    for &factor in options[dim].iter().rev().filter(|&&factor| factor <= available) {
        let mut factors = factors;
        factors[dim] = factor;
        let left = available / factor;
        let room = if along_x { (left, room.1) } else { (room.0, left) };
        fill(facts, options, dim + 1, factors, room, most, ways);
    }
}

/// The factors a rule allows in one slot, ascending.
fn allowed(rule: Rule, candidates: &[u64], bound: u64, padding: bool) -> Vec<u64> {
    match rule {
        Rule::One => vec![1],
        Rule::Exactly(factor) if padding || bound.is_multiple_of(factor) => vec![factor],
        Rule::Exactly(_) => Vec::new(),
        Rule::Free | Rule::Full => candidates.to_vec(),
        Rule::AtMost(most) => candidates.iter().copied().filter(|&factor| factor <= most).collect(),
    }
}

/// Per level and dimension, whether a loop over time may have a factor.
fn open_slots(problem: &Problem) -> Vec<[bool; DIMS]> {
    let levels = problem.levels.iter();
    levels
        .map(|facts| facts.temporal.map(|rule| rule != Rule::One))
        .collect()
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
