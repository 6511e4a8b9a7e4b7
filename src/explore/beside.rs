//! What stands beside a front: its knee, designs to compare with, and a sample of others.

use super::costs::{Costs, sums_before};
use super::crossings::Crossings;
use super::exact::{minus, plus};
use super::homeward::{self, Homeward};
use super::labels::Cuts;
use super::points::{design, point};
use super::terms::Term;
use super::{Baseline, FrontPoint, Objective};
use crate::design::{Design, Problem};
use crate::network::lattice::Lattice;

/// How many designs beside the front are shown at most.
const MOST_OTHERS: usize = 240;
/// How many single cuts are tried for a feasible one.
const MOST_TRIED: usize = 2_000;

/// The point farthest below the plane through the corners at which one objective is at its best and all others at their worst, every
/// objective scaled to 0..1 over the front.
///
/// With x the scaled objectives that plane is Σx = m - 1; for two objectives it is the chord between the ends (rulings.md 33). `None`
/// where no point lies below it.
pub(crate) fn knee(points: &[FrontPoint], objectives: &[Objective]) -> Option<usize> {
    let values = |objective: Objective| points.iter().map(move |p| p.metrics.get(objective));
    let ranges = objectives.iter().map(|&objective| {
        let least = values(objective).fold(f64::INFINITY, f64::min);
        let most = values(objective).fold(f64::NEG_INFINITY, f64::max);
        (objective, least, most - least)
    });
    let ranges: Vec<_> = ranges.filter(|&(.., range)| range > 0.0).collect();
    let plane = ranges.len() as f64 - 1.0;
    let depth = |p: &FrontPoint| {
        let scaled = ranges
            .iter()
            .map(|&(objective, least, range)| (p.metrics.get(objective) - least) / range);
        plane - scaled.sum::<f64>()
    };
    let depths = points.iter().map(depth).enumerate().filter(|&(_, depth)| depth > 1e-9);
    // The first of several equally far.
    depths.rev().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
}

/// Designs to compare with.
pub(crate) fn baselines(
    problem: &Problem,
    lattice: &Lattice,
    points: &[FrontPoint],
    objectives: &[Objective],
    knee: Option<usize>,
) -> Vec<Baseline> {
    let devices = &problem.system.devices;
    let all_on = devices.iter().enumerate().map(|(d, device)| Baseline {
        name: format!("all on {}", device.name),
        point: point(problem, Design::all_on(problem.network, devices.len(), d)),
    });
    let named = |name: &str, point: Option<FrontPoint>| {
        point.map(|point| Baseline {
            name: name.to_owned(),
            point,
        })
    };
    let best = objectives.iter().map(|&objective| {
        let value = |p: &&FrontPoint| p.metrics.get(objective);
        let best = points.iter().min_by(|a, b| value(a).total_cmp(&value(b)));
        let name = match objective {
            Objective::Interval => format!("highest {}", objective.name()),
            _ => format!("least {}", objective.name()),
        };
        named(&name, best.cloned())
    });
    let knee = knee.and_then(|k| points.get(k)).cloned();
    all_on
        .chain(named("best single cut", best_single_cut(problem, lattice)))
        .chain(best.flatten())
        .chain(named("knee", knee))
        .filter(|b| is_finite(&b.point))
        .collect()
}

fn is_finite(point: &FrontPoint) -> bool {
    point.metrics.latency_s.is_finite() && point.metrics.energy_j.is_finite()
}

/// The design of least latency among those with layers on exactly two devices; one that keeps all limits where there is one. Only on
/// a chain.
fn best_single_cut(problem: &Problem, lattice: &Lattice) -> Option<FrontPoint> {
    if !problem.system.is_plain_chain() {
        return None;
    }
    let devices = problem.system.devices.len();
    if !problem.table.is_additive() {
        return best_evaluated_cut(problem);
    }
    let crossings = Crossings::new(problem, lattice);
    let mut found = Vec::new();
    for second in 1..devices {
        let ways = homeward::ways(problem, false);
        let way = match ways.as_deref() {
            Some([Homeward::ByLayer]) => Homeward::ByLayer,
            // Whatever comes back beyond the cut is made by the second device.
            _ => Homeward::all_at(problem, problem.system.devices[second].bits),
        };
        let costs = Costs::new(problem, lattice, &crossings, [Term::Latency, Term::Energy], way);
        single_cuts(&costs, second, &mut found);
    }
    found.sort_unstable();
    let mut tried = found
        .iter()
        .take(MOST_TRIED)
        .map(|(_, cuts)| point(problem, design(lattice, devices, cuts)));
    let best = tried.next()?;
    if best.feasible {
        return Some(best);
    }
    tried.find(|p| p.feasible).or(Some(best))
}

/// The same at the positions of the schedule, where partitions do not cost the sum of their layers.
fn best_evaluated_cut(problem: &Problem) -> Option<FrontPoint> {
    let (order, devices) = (problem.schedule.order(), problem.system.devices.len());
    let mut best: Option<FrontPoint> = None;
    for second in 1..devices {
        for first in 0..second {
            for place in 1..order.len() {
                let rows = [(first, &order[..place]), (second, &order[place..])];
                if !rows
                    .iter()
                    .all(|&(device, layers)| problem.table.row(device).can(layers))
                {
                    continue;
                }
                let at = |link: usize| match link {
                    _ if link < first => 0,
                    _ if link < second => place,
                    _ => order.len(),
                };
                let positions: Vec<usize> = (0..devices - 1).map(at).collect();
                let found = point(problem, Design::at_positions(problem.schedule, &positions));
                let key = |point: &FrontPoint| (!point.feasible, point.metrics.latency_s);
                if best.as_ref().is_none_or(|best| key(&found) < key(best)) {
                    best = Some(found);
                }
            }
        }
    }
    best.filter(is_finite)
}

/// All designs with layers on exactly two devices, of which the later one is `second`.
fn single_cuts(costs: &Costs<2>, second: usize, found: &mut Vec<([i128; 2], Cuts)>) {
    let problem = costs.problem;
    let devices = problem.system.devices.len();
    let last = costs.lattice.places().len() - 1;
    let barred = sums_before(costs.lattice, devices, |layer, d| {
        [i128::from(!problem.table.runs(d, layer))]
    });
    let barred = |place: usize, device: usize| barred[place * devices + device][0];
    let Some(end) = costs.links(last, second, devices - 1, Some(second)) else {
        return;
    };
    for first in 0..second {
        let Some(start) = costs.links(0, 0, first, None) else {
            continue;
        };
        let fixed = plus(plus(start, end), costs.before(last, second));
        for place in (1..last).filter(|&p| barred(p, first) == 0 && barred(p, second) == barred(last, second)) {
            if let Some(links) = costs.links(place, first, second, Some(first)) {
                let layers = minus(costs.before(place, first), costs.before(place, second));
                let mut cuts = Cuts::default();
                cuts[first..second].fill(place as u32);
                cuts[second..].fill(last as u32);
                found.push((plus(fixed, plus(links, layers)), cuts));
            }
        }
    }
}

/// A sample of designs for the plot: single cuts evenly over the schedule, and nested positions drawn by a small generator.
pub(crate) fn others(problem: &Problem, points: &[FrontPoint]) -> Vec<FrontPoint> {
    let devices = problem.system.devices.len();
    let layers = problem.table.flat().layers();
    let mut seen: Vec<Vec<usize>> = Vec::new();
    if devices > 1 && layers > 0 {
        let singles = MOST_OTHERS / 2 / (devices - 1);
        for cut in 0..devices - 1 {
            for step in 0..singles.min(layers.saturating_sub(1)) {
                let position = 1 + step * (layers - 1) / singles.min(layers - 1);
                seen.push(
                    (0..devices - 1)
                        .map(|link| {
                            if link < cut {
                                0
                            } else if link == cut {
                                position
                            } else {
                                layers
                            }
                        })
                        .collect(),
                );
            }
        }
        let mut random = Generator(0x5EED);
        while seen.len() < MOST_OTHERS.min(layers.saturating_mul(devices)) {
            let mut positions: Vec<_> = (0..devices - 1).map(|_| random.below(layers + 1)).collect();
            positions.sort_unstable();
            seen.push(positions);
        }
    }
    seen.sort_unstable();
    seen.dedup();
    let designs = seen
        .iter()
        .map(|positions| Design::at_positions(problem.schedule, positions));
    let designs = designs.filter(|design| !points.iter().any(|p| p.design == *design));
    designs.map(|design| point(problem, design)).filter(is_finite).collect()
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same numbers on every machine.
struct Generator(u64);

impl Generator {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}
