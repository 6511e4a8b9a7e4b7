//! What becomes of the best design, and of any other, while one number of the system or two are varied.
//!
//! A [`Sweep`] goes over one number: which design is the best from where to where ([`Region`]), and the numbers of those designs along the
//! way. Where every design's objective is a line over the number or its inverse (rates of links, speeds of devices, energies per operation) the
//! regions are exact with one search per region and flip, by the argument of Eisner and Severance (Journal of the ACM 23(4),
//! 1976): the least of lines bends only downwards, so that a design that is the best at both ends is the best between
//! them, and where two designs cost the same either both are the best or a third one is found. Otherwise the number is sampled first, and what [`Proof`] says about the
//! regions is less. A [`Map`] does the same along every row of a second number.

mod at;
mod knob;
mod map;
mod range;
mod regions;

use super::share::share;
use super::{Best, Guarantee, Metrics, Objective, Problem, Search, Space};
use crate::design::Design;
use at::At;
pub use knob::{DesignLimit, Knob, set_all};
pub use map::{Map, map};
pub use range::{Range, snapped};
use regions::Walk;

/// Values at which designs are evaluated.
pub const VALUES: usize = 65;

/// What is varied, and what is best.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The number.
    pub knob: Knob,
    /// From where to where.
    pub range: Range,
    /// What the best design has least of.
    pub objective: Objective,
}

/// The best designs over a range of one number.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// What was asked.
    pub question: Question,
    /// Values of the number, rising: evenly spread, and those at which the best design changes.
    pub values: Vec<f64>,
    /// Every design that is the best somewhere, in the order in which they come.
    pub designs: Vec<Design>,
    /// By design, then by value: what it costs there.
    pub readings: Vec<Vec<Reading>>,
    /// From end to end without gaps; neighbours differ.
    pub regions: Vec<Region>,
    /// What is known about the regions.
    pub proof: Proof,
}

/// A design's numbers at one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The numbers.
    pub metrics: Metrics,
    /// Whether it keeps every limit there.
    pub feasible: bool,
}

/// A stretch of values with one best design.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// The least value.
    pub from: f64,
    /// The greatest value.
    pub to: f64,
    /// Index of the best design; `None` where no design keeps every limit.
    pub design: Option<usize>,
}

/// What is known about regions.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// Every region is there, and its ends are exact.
    Exact,
    /// The designs are the best at the sampled values and the ends lie where two of them change places, but a region narrower than the
    /// distance of two samples may be missing.
    Sampled,
    /// There may be better designs: why, in a sentence.
    NotProven(String),
}

impl Proof {
    fn weaker(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotProven(why), _) | (_, Self::NotProven(why)) => Self::NotProven(why),
            (Self::Sampled, _) | (_, Self::Sampled) => Self::Sampled,
            (Self::Exact, Self::Exact) => Self::Exact,
        }
    }

    /// Of one search.
    fn of(found: &Best) -> Self {
        match (&found.guarantee, found.space) {
            (Guarantee::Exact, Space::Ideals(_)) => Self::Exact,
            (Guarantee::Exact, Space::Schedules(_)) => Self::NotProven(
                "there are too many ways to cut across branches: only cuts at the positions of schedules were searched"
                    .to_owned(),
            ),
            (Guarantee::Within(share), _) => {
                let share = crate::units::Unit::Percent.format(*share);
                Self::NotProven(format!("the search was only exact within {share}"))
            }
            (Guarantee::Incomplete(why), _) => Self::NotProven(why.clone()),
        }
    }
}

impl Sweep {
    /// The region a value lies in, the one above at a flip.
    pub fn region_at(&self, value: f64) -> Option<&Region> {
        let index = self.regions.partition_point(|region| region.to <= value);
        self.regions.get(index).or(self.regions.last())
    }

    /// The values at which the best design changes, rising.
    pub fn flips(&self) -> impl Iterator<Item = f64> + '_ {
        self.regions.iter().skip(1).map(|region| region.from)
    }
}

/// Sweeps one number; `None` when `cancel` said so. A range that cannot be walked, or a number that the system does not have, gives no
/// regions.
///
/// `search` says which designs there are; its objectives do not count. `progress` is given the share done, 0 to 1.
pub fn sweep(
    problem: &Problem,
    search: &Search,
    question: &Question,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Sweep> {
    let lean = at::lean(problem);
    let problem = &Problem {
        system: &lean,
        ..*problem
    };
    let Some(walk) = Walk::new(problem, search, question) else {
        return Some(Sweep {
            question: question.clone(),
            values: Vec::new(),
            designs: Vec::new(),
            readings: Vec::new(),
            regions: Vec::new(),
            proof: Proof::Exact,
        });
    };
    let found = walk.regions(VALUES, cancel, &|share| progress(share * 0.9))?;
    let mut values = walk.values(VALUES);
    values.extend(found.regions.iter().skip(1).map(|region| region.from));
    values.sort_by(f64::total_cmp);
    values.dedup();
    let readings = readings(problem, &question.knob, &values, &found.designs, cancel)?;
    progress(1.0);
    Some(Sweep {
        question: question.clone(),
        values,
        designs: found.designs,
        readings,
        regions: found.regions,
        proof: found.proof,
    })
}

/// What designs cost at values of a number: by design, then by value; `None` when `cancel` said so.
pub fn readings(
    problem: &Problem,
    knob: &Knob,
    values: &[f64],
    designs: &[Design],
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<Vec<Reading>>> {
    let lean = at::lean(problem);
    let problem = &Problem {
        system: &lean,
        ..*problem
    };
    let by_value = share(values, cancel, |&value, is_cancelled| {
        if is_cancelled() {
            return None;
        }
        let at = At::new(problem, [(knob, value)]);
        let problem = at.problem(problem);
        Some(designs.iter().map(|design| at::reading(&problem, design)).collect())
    });
    let by_value: Vec<Vec<Reading>> = by_value.into_iter().collect::<Option<_>>()?;
    let of = |design: usize| by_value.iter().map(|readings| readings[design]).collect();
    Some((0..designs.len()).map(of).collect())
}
