//! The best design over two numbers at once: a sweep of the first along every row of the second.

use super::regions::Walk;
use super::{Knob, Proof, Question, Range, Region, at};
use crate::design::Design;
use crate::explore::share::share;
use crate::explore::{Problem, Search};
use crate::presets::Parameter;

/// Values of the first number that are sampled in every row where lines do not say what lies between.
const SAMPLES: usize = 33;

/// Which design is the best where.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// The first number, and what is best.
    pub question: Question,
    /// The second number, whose values the rows have.
    pub knob: Knob,
    /// From where to where the second goes.
    pub range: Range,
    /// Values of the second number, rising.
    pub rows: Vec<f64>,
    /// Every design that is the best somewhere, in the order of the rows.
    pub designs: Vec<Design>,
    /// By row: regions of the first number from end to end.
    pub regions: Vec<Vec<Region>>,
    /// What is known about the regions of every row; between rows nothing is.
    pub proof: Proof,
}

impl Map {
    /// The best design at values of both numbers, that of the nearest row; `None` outside the map or where no design keeps every limit.
    pub fn design_at(&self, first: f64, second: f64) -> Option<usize> {
        let near = |row: &&usize| (self.range.share(self.rows[**row]) - self.range.share(second)).abs();
        let rows: Vec<usize> = (0..self.rows.len()).collect();
        let row = rows.iter().min_by(|a, b| near(a).total_cmp(&near(b)))?;
        let mut regions = self.regions.get(*row)?.iter();
        regions
            .find(|region| (region.from..=region.to).contains(&first))?
            .design
    }
}

/// The map with `rows` rows (2 or more); `None` when `cancel` said so. Without rows where one of the numbers does not exist, its range cannot be
/// walked, or one changes the other.
pub fn map(
    problem: &Problem,
    search: &Search,
    question: &Question,
    (knob, range): (&Knob, Range),
    rows: usize,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Map> {
    let lean = at::lean(problem);
    let problem = &Problem {
        system: &lean,
        ..*problem
    };
    let mut map = Map {
        question: question.clone(),
        knob: knob.clone(),
        range,
        rows: Vec::new(),
        designs: Vec::new(),
        regions: Vec::new(),
        proof: Proof::Exact,
    };
    let parameter = knob.parameter(problem.system, problem.constraints);
    let sound = |parameter: &Parameter| range.fault(parameter).is_none();
    let Some(parameter) =
        parameter.filter(|parameter| sound(parameter) && !knob.conflicts(&question.knob, problem.system))
    else {
        return Some(map);
    };
    if Walk::new(problem, search, question).is_none() {
        return Some(map);
    }
    map.rows = range.values(parameter.allowed, rows);
    let done = std::sync::atomic::AtomicUsize::new(0);
    let count = map.rows.len();
    let cancel = || {
        progress(done.load(std::sync::atomic::Ordering::Relaxed) as f32 / count as f32);
        cancel()
    };
    let found = share(&map.rows, &cancel, |&value, cancel| {
        let walk = Walk::new(problem, search, question)?.with(knob, value);
        let found = walk.regions(SAMPLES, cancel, &|_| {});
        done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        found
    });
    for found in found {
        let found = found?;
        let designs: Vec<usize> = found.designs.into_iter().map(|design| map.index(design)).collect();
        let renamed = found.regions.into_iter().map(|region| Region {
            design: region.design.map(|design| designs[design]),
            ..region
        });
        map.regions.push(renamed.collect());
        map.proof = std::mem::replace(&mut map.proof, Proof::Exact).weaker(found.proof);
    }
    progress(1.0);
    Some(map)
}

impl Map {
    /// The index of a design, which becomes one of the map's.
    fn index(&mut self, design: Design) -> usize {
        let known = self.designs.iter().position(|other| *other == design);
        known.unwrap_or_else(|| {
            self.designs.push(design);
            self.designs.len() - 1
        })
    }
}
