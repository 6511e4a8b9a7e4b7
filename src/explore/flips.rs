//! The best design at every rate of a link at once (algorithms.md F7).
//!
//! With everything else fixed, the latency of a design is a + b / rate, where b is what it sends over the link. The best design at any rate is
//! on the front of a and b, and which one it is follows from the lower envelope of those lines over 1 / rate: one search answers for
//! every rate, and a rate that moves under the hand needs no other.

use super::additive::{Found, Outcome, Stopped};
use super::alternatives;
use super::chain;
use super::crossings::Crossings;
use super::plan::{Effort, Plan};
use super::points::design;
use super::terms::{Term, Varied};
use super::whole::Limits;
use super::{Flip, MOST_IDEALS, Problem};
use crate::design::Design;
use crate::network::lattice::Lattice;

/// Ways to build the devices together up to which flips are looked for: every one is a search of its own.
pub const MOST_WAYS: usize = 256;

/// Which rate is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// That of one link, in bytes per second.
    Of(usize),
    /// Those of all links that have a tunable one, as a factor to their present ones.
    All,
}

/// The designs of least latency over all rates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Envelope {
    /// From the lowest rate up.
    lines: Vec<Line>,
    /// The rate at which each line but the first becomes the best, rising.
    rates: Vec<f64>,
}

/// A design whose latency is `fixed_s` + `bytes` / rate.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    fixed_s: f64,
    bytes: f64,
    design: Design,
}

impl Envelope {
    /// The design of least latency at a rate above 0, and its latency in seconds; `None` if there is none at all.
    ///
    /// At a flip it is the one for higher rates. Takes time that is logarithmic in the number of designs.
    pub fn best_at(&self, rate: f64) -> Option<(&Design, f64)> {
        let line = self.lines.get(self.rates.partition_point(|&flip| flip <= rate))?;
        Some((&line.design, line.fixed_s + line.bytes / rate))
    }

    /// The best designs, from the lowest rate up, each with the rate it is the best from.
    pub fn designs(&self) -> impl ExactSizeIterator<Item = (f64, &Design)> {
        let from = |index: usize| index.checked_sub(1).and_then(|i| self.rates.get(i));
        let lines = self.lines.iter().enumerate();
        lines.map(move |(index, line)| (from(index).copied().unwrap_or(0.0), &line.design))
    }

    /// The rates at which the best design changes, rising.
    pub fn flips(&self) -> Vec<Flip> {
        let pairs = self.lines.windows(2).zip(&self.rates);
        let flip = |(pair, &rate): (&[Line], &f64)| match pair {
            [below, above] => Some(Flip {
                rate_bytes_per_s: rate,
                below: below.design.clone(),
                above: above.design.clone(),
            }),
            _ => None,
        };
        pairs.filter_map(flip).collect()
    }
}

/// Every rate of `link` at which the design of least latency changes, rising; as [`envelope`] finds them.
pub fn flips(problem: &Problem, link: usize, cancel: &dyn Fn() -> bool) -> Option<Vec<Flip>> {
    envelope(problem, Rate::Of(link), cancel).map(|envelope| envelope.flips())
}

/// The designs of least latency at every rate; `None` when `cancel` said so.
///
/// Designs that exceed a device's memory are left out; limits on power, throughput, latency and energy, which themselves depend on the
/// rate, are not looked at, and no more is the question whether a link carries its messages at a frame rate. Without designs where
/// the link has no tunable rate, where devices are joined otherwise than in a chain, or the search would be too large; more than [`MOST_WAYS`]
/// ways to build the devices are.
pub fn envelope(problem: &Problem, rate: Rate, cancel: &dyn Fn() -> bool) -> Option<Envelope> {
    let links = &problem.system.links;
    let is_tunable = |link: &crate::system::Link| link.model.tunable().is_some();
    let (varied, some) = match rate {
        Rate::Of(link) => (Varied::One(link), links.get(link).is_some_and(is_tunable)),
        Rate::All => (Varied::All, links.iter().any(is_tunable)),
    };
    if !some || !problem.system.is_plain_chain() {
        return Some(Envelope::default());
    }
    let system = crate::system::System {
        frame_rate_hz: None,
        ..problem.system.clone()
    };
    let problem = Problem {
        system: &system,
        ..*problem
    };
    if problem
        .system
        .devices
        .iter()
        .all(|device| device.alternatives.is_empty())
    {
        return of_devices(&problem, varied, cancel);
    }
    if alternatives::ways(&system) > MOST_WAYS {
        return Some(Envelope::default());
    }
    let mut lines = Vec::new();
    alternatives::each(&problem, |problem, chosen| {
        let mut of_these = of_devices(problem, varied, cancel)?.lines;
        for line in &mut of_these {
            alternatives::name(&mut line.design, chosen);
        }
        lines.extend(of_these);
        Some(())
    })?;
    Some(lowest(lines))
}

/// The envelope of the designs of devices without alternatives; `None` when `cancel` said so.
fn of_devices(problem: &Problem, varied: Varied, cancel: &dyn Fn() -> bool) -> Option<Envelope> {
    let terms = [Term::Fixed(varied), Term::Bytes(varied)];
    let plan = Plan::of_two(terms, Limits::of(problem).memory_only());
    let ideals = chain::ideals(problem, &plan, MOST_IDEALS);
    let lattices = ideals
        .into_iter()
        .chain(std::iter::once_with(|| Lattice::of_schedule(problem.schedule)));
    for lattice in lattices {
        let crossings = Crossings::new(problem, &lattice);
        match plan.outcome(terms, &crossings, &lattice, Effort::default(), cancel, &|_| {}) {
            Ok((front, _)) => return Some(of_front(problem, &lattice, &front)),
            Err(Stopped::Cancelled) => return None,
            Err(Stopped::TooManyLabels | Stopped::TooLarge) => {}
        }
    }
    Some(Envelope::default())
}

/// The lower envelope of any lines.
fn lowest(mut lines: Vec<Line>) -> Envelope {
    lines.sort_by(|a, b| a.fixed_s.total_cmp(&b.fixed_s).then(a.bytes.total_cmp(&b.bytes)));
    let mut hull: Vec<(f64, Line)> = Vec::new();
    for next in lines {
        loop {
            let Some((until, last)) = hull.last() else {
                hull.push((f64::INFINITY, next));
                break;
            };
            if next.bytes >= last.bytes {
                break;
            }
            let rate = (last.bytes - next.bytes) / (next.fixed_s - last.fixed_s);
            if rate < *until {
                hull.push((rate, next));
                break;
            }
            hull.pop();
        }
    }
    hull.reverse();
    Envelope {
        // The best at the highest rates, which now comes last, is so up to no other rate.
        rates: hull
            .iter()
            .take(hull.len().saturating_sub(1))
            .map(|(rate, _)| *rate)
            .collect(),
        lines: hull.into_iter().map(|(_, line)| line).collect(),
    }
}

/// The lower envelope of the lines of a front.
fn of_front(problem: &Problem, lattice: &Lattice, front: &Outcome<2>) -> Envelope {
    let devices = problem.system.devices.len();
    let mut hull: Vec<(f64, &Found<2>)> = Vec::new();
    // From the least fixed time on, which is the best at high rates, down to the fewest bytes.
    for next in &front.found {
        loop {
            let Some(&(until, last)) = hull.last() else {
                hull.push((f64::INFINITY, next));
                break;
            };
            let seconds = front.scales[0].value(next.cost[0] - last.cost[0]);
            let bytes = front.scales[1].value(last.cost[1] - next.cost[1]);
            let rate = bytes / seconds;
            if rate < until {
                hull.push((rate, next));
                break;
            }
            hull.pop();
        }
    }
    let line = |found: &Found<2>| Line {
        fixed_s: front.scales[0].value(found.cost[0]),
        bytes: front.scales[1].value(found.cost[1]),
        design: design(lattice, devices, &found.cuts),
    };
    Envelope {
        lines: hull.iter().rev().map(|(_, found)| line(found)).collect(),
        rates: hull.iter().skip(1).rev().map(|(rate, _)| *rate).collect(),
    }
}
