//! From boundaries to designs, their numbers and what stands beside the front: knee, baselines, a sample of other designs.

use super::additive::Found;
use super::costs::{Costs, sums_before};
use super::exact::{minus, plus};
use super::labels::Cuts;
use super::{Baseline, FrontPoint, Metrics};
use crate::design::{Design, Placement, Problem, evaluate};
use crate::network::lattice::Lattice;

/// How many designs beside the front are shown at most.
const MOST_OTHERS: usize = 240;
/// How many single cuts are tried for a feasible one.
const MOST_TRIED: usize = 2_000;

/// The design that cuts every link at these boundaries.
pub(crate) fn design(lattice: &Lattice, devices: usize, cuts: &Cuts) -> Design {
    let places = lattice.places();
    let last = places.len() - 1;
    let end = |device: usize| {
        let place = if device + 1 < devices {
            cuts[device] as usize
        } else {
            last
        };
        places[place].clone()
    };
    Design {
        placements: (0..devices)
            .map(|device| Placement {
                device,
                end: end(device),
            })
            .collect(),
        alternatives: vec![0; devices],
    }
}

/// A design with its numbers.
pub(crate) fn point(problem: &Problem, design: Design) -> FrontPoint {
    let evaluation = evaluate(problem, &design);
    FrontPoint {
        metrics: Metrics::from(&evaluation),
        feasible: evaluation.violations.is_empty(),
        design,
    }
}

/// The feasible ones of the found designs, as a front by their evaluated numbers.
pub(crate) fn front_points(problem: &Problem, lattice: &Lattice, found: &[Found]) -> Vec<FrontPoint> {
    let devices = problem.system.devices.len();
    let points = found
        .iter()
        .map(|found| point(problem, design(lattice, devices, &found.cuts)));
    staircase(points.collect())
}

/// The feasible points no other is better than, by rising latency.
pub(crate) fn staircase(mut points: Vec<FrontPoint>) -> Vec<FrontPoint> {
    points.retain(|p| p.feasible && p.metrics.latency_s.is_finite() && p.metrics.energy_j.is_finite());
    // Stable: designs that evaluate to the same numbers stay in the order of their exact sums.
    points.sort_by(|a, b| {
        a.metrics
            .latency_s
            .total_cmp(&b.metrics.latency_s)
            .then(a.metrics.energy_j.total_cmp(&b.metrics.energy_j))
    });
    let mut least_j = f64::INFINITY;
    points.retain(|p| {
        let better = p.metrics.energy_j < least_j;
        least_j = least_j.min(p.metrics.energy_j);
        better
    });
    points
}

/// The point farthest below the chord between the ends of the front, both axes scaled to 0..1 (rulings.md 33).
pub(crate) fn knee(points: &[FrontPoint]) -> Option<usize> {
    let (first, last) = (points.first()?, points.last()?);
    let (width, height) = (
        last.metrics.latency_s - first.metrics.latency_s,
        first.metrics.energy_j - last.metrics.energy_j,
    );
    let depth = |p: &FrontPoint| {
        1.0 - (p.metrics.latency_s - first.metrics.latency_s) / width
            - (p.metrics.energy_j - last.metrics.energy_j) / height
    };
    let depths = points.iter().map(depth).enumerate().filter(|&(_, depth)| depth > 1e-9);
    // The first of several equally far.
    depths.rev().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
}

/// Designs to compare with.
pub(crate) fn baselines(costs: &Costs, points: &[FrontPoint], knee: Option<usize>) -> Vec<Baseline> {
    let problem = costs.problem;
    let devices = &problem.system.devices;
    let all_on = devices.iter().enumerate().map(|(d, device)| Baseline {
        name: format!("all on {}", device.name),
        point: point(problem, Design::all_on(problem.network, devices.len(), d)),
    });
    let named = [
        ("best single cut", best_single_cut(costs)),
        ("least latency", points.first().cloned()),
        ("least energy", points.last().cloned()),
        ("knee", knee.and_then(|k| points.get(k)).cloned()),
    ];
    let named = named.into_iter().filter_map(|(name, point)| {
        Some(Baseline {
            name: name.to_owned(),
            point: point?,
        })
    });
    all_on
        .chain(named)
        .filter(|b| b.point.metrics.latency_s.is_finite() && b.point.metrics.energy_j.is_finite())
        .collect()
}

/// The design of least latency among those with layers on exactly two devices; one that keeps all limits where there is one.
fn best_single_cut(costs: &Costs) -> Option<FrontPoint> {
    let problem = costs.problem;
    let devices = problem.system.devices.len();
    let last = costs.lattice.places().len() - 1;
    let barred = sums_before(costs.lattice, devices, |layer, d| {
        [i128::from(!costs.runs(layer, d)), 0]
    });
    let barred = |place: usize, device: usize| barred[place * devices + device][0];
    let mut found: Vec<Found> = Vec::new();
    for first in 0..devices {
        for second in first + 1..devices {
            let ends = costs
                .links(0, 0, first, None)
                .zip(costs.links(last, second, devices - 1, Some(second)));
            let Some((start, end)) = ends else { continue };
            let fixed = plus(plus(start, end), costs.before(last, second));
            for place in (1..last).filter(|&p| barred(p, first) == 0 && barred(p, second) == barred(last, second)) {
                if let Some(links) = costs.links(place, first, second, Some(first)) {
                    let layers = minus(costs.before(place, first), costs.before(place, second));
                    let mut cuts = Cuts::default();
                    cuts[first..second].fill(place as u32);
                    cuts[second..].fill(last as u32);
                    let cost = plus(fixed, plus(links, layers));
                    found.push(Found { cost, cuts });
                }
            }
        }
    }
    found.sort_unstable_by_key(|found| (found.cost, found.cuts));
    let mut tried = found
        .iter()
        .take(MOST_TRIED)
        .map(|f| point(problem, design(costs.lattice, devices, &f.cuts)));
    let best = tried.next()?;
    if best.feasible {
        return Some(best);
    }
    tried.find(|p| p.feasible).or(Some(best))
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
    designs
        .map(|design| point(problem, design))
        .filter(|p| p.metrics.latency_s.is_finite() && p.metrics.energy_j.is_finite())
        .collect()
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
