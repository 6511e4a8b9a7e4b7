//! Which design is the best from where to where.

use super::at::{At, reading};
use super::knob::Law;
use super::range::{self, is_stepped};
use super::{Knob, Proof, Question, Range, Region};
use crate::design::Design;
use crate::explore::share::share;
use crate::explore::{Objective, Problem, Search, best};
use crate::presets::Allowed;

/// Steps of a bisection: they halve the distance of two values to the last bit of a number.
const MOST_HALVINGS: usize = 80;
/// Values this close to each other, relative to the greater, are the same flip.
const CLOSE: f64 = 1e-12;
/// What costs less by at most this share costs the same: two ways of adding up differ by rounding.
const SAME: f64 = 1e-9;
/// Flips between two samples after which no more are looked for.
const MOST_SPLITS: usize = 64;

/// A number on its way through a range.
pub(super) struct Walk<'a> {
    problem: &'a Problem<'a>,
    search: Search,
    knob: &'a Knob,
    range: Range,
    objective: Objective,
    allowed: Allowed,
    law: Law,
    /// A second number and its value, the same all along.
    second: Option<(&'a Knob, f64)>,
}

/// What a walk has found.
pub(super) struct Found {
    pub(super) designs: Vec<Design>,
    pub(super) regions: Vec<Region>,
    pub(super) proof: Proof,
}

/// The best design at a value.
#[derive(Clone)]
struct Stop {
    value: f64,
    design: Option<Design>,
    proof: Proof,
}

/// The search was cancelled.
struct Cancelled;

impl<'a> Walk<'a> {
    /// `None` where the range cannot be walked or the system has no such number.
    pub(super) fn new(problem: &'a Problem<'a>, search: &Search, question: &'a Question) -> Option<Self> {
        let parameter = question.knob.parameter(problem.system, problem.constraints)?;
        if question.range.fault(&parameter).is_some() {
            return None;
        }
        Some(Self {
            problem,
            search: Search {
                objectives: vec![question.objective],
                ..search.clone()
            },
            knob: &question.knob,
            range: question.range,
            objective: question.objective,
            allowed: parameter.allowed,
            law: question.knob.law(problem, question.objective),
            second: None,
        })
    }

    /// The same with a second number at a value.
    pub(super) fn with(self, knob: &'a Knob, value: f64) -> Self {
        let second = Some((knob, value));
        Self { second, ..self }
    }

    /// Values from end to end.
    pub(super) fn values(&self, count: usize) -> Vec<f64> {
        self.range.values(self.allowed, count)
    }

    /// All regions, from `samples` values where lines do not say what lies between.
    pub(super) fn regions(&self, samples: usize, cancel: &dyn Fn() -> bool, progress: &dyn Fn(f32)) -> Option<Found> {
        let stepped = is_stepped(self.allowed);
        let values = match self.law {
            Law::Line if !stepped => vec![self.range.low, self.range.high],
            _ => self.values(samples),
        };
        let stops = share(&values, cancel, |&value, cancel| self.stop(value, cancel));
        let mut stops = stops.into_iter().collect::<Result<Vec<_>, _>>().ok()?;
        progress(0.5);
        self.prefer_neighbours(&mut stops);
        // A design per stretch; the end of a stretch is the start of the next.
        let mut stretches: Vec<(f64, Option<Design>)> = Vec::new();
        let mut proof = match self.law {
            Law::Line => Proof::Exact,
            // Every whole width was looked at.
            Law::Other if self.range.has_only(self.allowed, values.len()) => Proof::Exact,
            Law::Other => Proof::Sampled,
        };
        for stop in &stops {
            proof = proof.weaker(stop.proof.clone());
        }
        stretches.extend(stops.first().map(|first| (self.range.low, first.design.clone())));
        for (index, pair) in stops.windows(2).enumerate() {
            let [low, high] = pair else { continue };
            if low.design != high.design {
                let mut left = MOST_SPLITS;
                self.between(low, high, &mut left, &mut stretches, &mut proof, cancel)
                    .ok()?;
            }
            progress(0.5 + 0.5 * (index + 1) as f32 / stops.len() as f32);
        }
        Some(self.found(stretches, proof))
    }

    /// Where the design of the sample before costs the same, it stays: ties do not make regions.
    fn prefer_neighbours(&self, stops: &mut [Stop]) {
        for index in 1..stops.len() {
            let (before, rest) = stops.split_at_mut(index);
            let (Some(before), Some(stop)) = (before.last(), rest.first_mut()) else {
                continue;
            };
            if before.design == stop.design || before.design.is_none() || stop.design.is_none() {
                continue;
            }
            let at = self.at(stop.value);
            let problem = at.problem(self.problem);
            if !self.is_less(&problem, stop.design.as_ref(), before.design.as_ref()) {
                stop.design.clone_from(&before.design);
            }
        }
    }

    fn at(&self, value: f64) -> At {
        let first = (self.knob, value);
        At::new(self.problem, self.second.into_iter().chain([first]))
    }

    fn stop(&self, value: f64, cancel: &dyn Fn() -> bool) -> Result<Stop, Cancelled> {
        let at = self.at(value);
        let found = best(&at.problem(self.problem), &self.search, cancel).ok_or(Cancelled)?;
        Ok(Stop {
            value,
            proof: Proof::of(&found),
            design: found.point.map(|point| point.design),
        })
    }

    /// What a design costs; infinite where it breaks a limit, or where there is none.
    fn cost(&self, problem: &Problem, design: Option<&Design>) -> f64 {
        let reading = design.map(|design| reading(problem, design));
        let kept = reading.filter(|reading| reading.feasible);
        kept.map_or(f64::INFINITY, |reading| reading.metrics.get(self.objective))
    }

    /// Whether a design costs really less than another.
    fn is_less(&self, problem: &Problem, design: Option<&Design>, other: Option<&Design>) -> bool {
        let (cost, other) = (self.cost(problem, design), self.cost(problem, other));
        cost < other && !(other.is_finite() && other - cost <= SAME * other.abs())
    }

    /// Adds what begins between two stops with different best designs.
    fn between(
        &self,
        low: &Stop,
        high: &Stop,
        left: &mut usize,
        stretches: &mut Vec<(f64, Option<Design>)>,
        proof: &mut Proof,
        cancel: &dyn Fn() -> bool,
    ) -> Result<(), Cancelled> {
        let [below, above] = self.flip(low, high);
        // A third design may be better where the two change places; one that is not continuous there on one side only.
        for value in [below, above] {
            if *left == 0 || value <= low.value || value >= high.value {
                continue;
            }
            let middle = self.stop(value, cancel)?;
            *proof = proof.clone().weaker(middle.proof.clone());
            let at = self.at(value);
            let problem = at.problem(self.problem);
            let is_new = [low, high]
                .iter()
                .all(|end| self.is_less(&problem, middle.design.as_ref(), end.design.as_ref()));
            if is_new {
                *left -= 1;
                self.between(low, &middle, left, stretches, proof, cancel)?;
                return self.between(&middle, high, left, stretches, proof, cancel);
            }
        }
        if *left == 0 {
            *proof = proof.clone().weaker(Proof::Sampled);
        }
        stretches.push((above, high.design.clone()));
        Ok(())
    }

    /// Two neighbouring values between which two designs change places.
    fn flip(&self, low: &Stop, high: &Stop) -> [f64; 2] {
        let (mut below, mut above) = (low.value, high.value);
        let nothing_above = high.design.is_none();
        for _ in 0..MOST_HALVINGS {
            if above - below <= CLOSE * above.abs() {
                break;
            }
            let middle = range::snapped(self.allowed, self.range.between(below, above));
            if middle <= below || middle >= above {
                break;
            }
            let at = self.at(middle);
            let problem = at.problem(self.problem);
            let [low, high] = [low, high].map(|stop| self.cost(&problem, stop.design.as_ref()));
            // Where nothing keeps every limit above, that begins where the design below breaks one.
            if high < low || (nothing_above && low.is_infinite()) {
                above = middle;
            } else {
                below = middle;
            }
        }
        [below, above]
    }

    /// Stretches as regions, neighbours with one design as one, every design once.
    fn found(&self, stretches: Vec<(f64, Option<Design>)>, proof: Proof) -> Found {
        let mut designs: Vec<Design> = Vec::new();
        let mut regions: Vec<Region> = Vec::new();
        for (from, design) in stretches {
            let design = design.map(|design| {
                let known = designs.iter().position(|other| *other == design);
                known.unwrap_or_else(|| {
                    designs.push(design);
                    designs.len() - 1
                })
            });
            match regions.last_mut() {
                Some(last) if last.design == design => {}
                Some(last) => {
                    last.to = from;
                    let to = self.range.high;
                    regions.push(Region { from, to, design });
                }
                None => regions.push(Region {
                    from,
                    to: self.range.high,
                    design,
                }),
            }
        }
        Found {
            designs,
            regions,
            proof,
        }
    }
}
