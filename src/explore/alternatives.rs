//! Searches where devices can be built in several ways: one search for every combination that can matter, merged.
//!
//! A way to build a device that is no better than another of the same device in any number a design is made of is left out first. What is
//! left is searched in full, so that the front is exact over cuts and ways together, as long as the combinations are not too many.

use super::chain::Answer;
use super::share::share;
use super::{Bound, FrontPoint, Guarantee, Problem, Search, Space, points};
use crate::design::Design;
use crate::system::{Device, System};

/// Combinations that are searched; more take too long to look at live.
const MOST: usize = 4096;

/// The front over all combinations, `search` being the one of devices that have no alternatives, which is told how many there are;
/// `None` when `cancel` said so.
pub(crate) fn front(
    problem: &Problem,
    of: &Search,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
    search: impl Fn(&Problem, usize, &dyn Fn() -> bool, &dyn Fn(f32)) -> Option<Answer> + Sync,
) -> Option<Answer> {
    if problem
        .system
        .devices
        .iter()
        .all(|device| device.alternatives.is_empty())
    {
        return search(problem, 1, cancel, progress);
    }
    let mut ways: Vec<Vec<usize>> = (0..problem.system.devices.len())
        .map(|device| worth_it(problem, device))
        .collect();
    let left_out = thin_out(problem, &mut ways);
    let all = combinations(&ways);
    let done = std::sync::atomic::AtomicUsize::new(0);
    let count = all.len() as f32;
    let cancel = || {
        progress(done.load(std::sync::atomic::Ordering::Relaxed) as f32 / count);
        cancel()
    };
    let answers = share(&all, &cancel, |chosen, cancel| {
        let resolved = problem.resolved(chosen);
        let mut answer = search(&resolved.problem(), all.len(), cancel, &|_| {})?;
        for point in &mut answer.points {
            name(&mut point.design, chosen);
        }
        done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Some(answer)
    });
    let mut merged: Option<Answer> = None;
    for answer in answers {
        let answer = answer?;
        merged = Some(match merged {
            None => answer,
            Some(merged) => merge(merged, answer),
        });
    }
    let mut merged = merged?;
    merged.points = points::front(merged.points, &of.objectives());
    if let Some(why) = left_out {
        merged.guarantee = Guarantee::Incomplete(why);
        // Nothing is known of the ways left out.
        merged.bound = None;
    }
    Some(merged)
}

/// In how many ways the devices of a system can be built together.
pub fn ways(system: &System) -> usize {
    let ways = system.devices.iter().map(|device| device.designs().count());
    ways.fold(1, usize::saturating_mul)
}

/// Works on the problem of every combination that can matter, one after the other, for searches that are not about fronts.
pub(crate) fn each(problem: &Problem, mut work: impl FnMut(&Problem, &[usize]) -> Option<()>) -> Option<()> {
    let ways: Vec<Vec<usize>> = (0..problem.system.devices.len())
        .map(|device| worth_it(problem, device))
        .collect();
    combinations(&ways)
        .iter()
        .try_for_each(|chosen| work(&problem.resolved(chosen).problem(), chosen))
}

/// Says which ways a design's devices are built; those without layers as themselves, so that one design has one form.
pub(crate) fn name(design: &mut Design, chosen: &[usize]) {
    let layers = design.placements.last().map_or(0, |placement| placement.end.len());
    design.alternatives = vec![0; chosen.len()];
    for device in design.assignment(layers) {
        design.alternatives[device] = chosen[device];
    }
}

fn merge(a: Answer, b: Answer) -> Answer {
    let bound = bound(&a).zip(bound(&b)).map(|(a, b)| a.weaker(b));
    let points: Vec<FrontPoint> = a.points.into_iter().chain(b.points).collect();
    let space = match (a.space, b.space) {
        (Space::Ideals(a), Space::Ideals(b)) => Space::Ideals(a.max(b)),
        (Space::Schedules(a), Space::Schedules(b)) => Space::Schedules(a.min(b)),
        (Space::Schedules(count), Space::Ideals(_)) | (Space::Ideals(_), Space::Schedules(count)) => {
            Space::Schedules(count)
        }
    };
    Answer {
        points,
        space,
        bound: bound.filter(|_| matches!(space, Space::Schedules(_))),
        guarantee: a.guarantee.weaker(b.guarantee),
        labels: a.labels + b.labels,
    }
}

/// How far designs can be from an answer, whether all ideals were searched for it or not.
fn bound(answer: &Answer) -> Option<Bound> {
    let within = |gap, hull_is_exact| Some(Bound { gap, hull_is_exact });
    match (answer.space, &answer.guarantee) {
        (Space::Schedules(_), _) => answer.bound,
        (Space::Ideals(_), Guarantee::Exact) => within(0.0, true),
        (Space::Ideals(_), Guarantee::Within(share)) => within(*share, false),
        (Space::Ideals(_), Guarantee::Incomplete(_)) => None,
    }
}

/// The ways to build a device that no other way is at least as good as; of equal ones the first.
fn worth_it(problem: &Problem, device: usize) -> Vec<usize> {
    let designs: Vec<&Device> = problem.system.devices[device].designs().collect();
    // Where average power is taken at a design's own rate, a slower one may keep a limit that a faster one breaks.
    let limited = |device: &Device| device.designs().any(|design| design.power_limit_w.is_some());
    let at_own_rate = problem.system.frame_rate_hz.is_none();
    if at_own_rate && problem.system.devices.iter().any(limited) {
        return (0..designs.len()).collect();
    }
    let beats = |a: usize, b: usize| is_no_worse(problem, device, (designs[a], a), (designs[b], b));
    let beaten = |b: usize| (0..designs.len()).any(|a| a != b && beats(a, b) && (a < b || !beats(b, a)));
    (0..designs.len()).filter(|&way| !beaten(way)).collect()
}

/// Whether one way to build a device is at least as good as another in everything designs are made of.
fn is_no_worse(problem: &Problem, device: usize, (a, way_a): (&Device, usize), (b, way_b): (&Device, usize)) -> bool {
    let [row_a, row_b] = [way_a, way_b].map(|way| problem.table.row_of(device, way));
    if row_a.partitions.is_some() || row_b.partitions.is_some() {
        // Better layer by layer is not better partition by partition.
        return false;
    }
    let all = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a <= b);
    let limit = |limit: Option<f64>| limit.unwrap_or(f64::INFINITY);
    a.bits == b.bits
        && all(&row_a.latency_s, &row_b.latency_s)
        && all(&row_a.energy_j, &row_b.energy_j)
        && row_a.weight_bytes.iter().zip(&row_b.weight_bytes).all(|(a, b)| a <= b)
        && row_a
            .activation_bytes
            .iter()
            .zip(&row_b.activation_bytes)
            .all(|(a, b)| a <= b)
        && limit(a.memory_limit_bytes) >= limit(b.memory_limit_bytes)
        && limit(a.power_limit_w) >= limit(b.power_limit_w)
        && a.idle_power_w <= b.idle_power_w
        && a.area().unwrap_or(0.0) <= b.area().unwrap_or(0.0)
}

/// Takes ways away, those of the largest product of latency and energy of the whole network first and always from the device with the most ways,
/// until the combinations are not too many; says so.
fn thin_out(problem: &Problem, ways: &mut [Vec<usize>]) -> Option<String> {
    let product = |ways: &[Vec<usize>]| ways.iter().fold(1_usize, |all, ways| all.saturating_mul(ways.len()));
    let before = product(ways);
    while product(ways) > MOST {
        let most = (0..ways.len()).max_by_key(|&device| ways[device].len())?;
        let cost = |way: usize| {
            let row = problem.table.row_of(most, way);
            let sum = |costs: &[f64]| costs.iter().sum::<f64>();
            sum(&row.latency_s) * sum(&row.energy_j)
        };
        let worst = (0..ways[most].len()).max_by(|&a, &b| cost(ways[most][a]).total_cmp(&cost(ways[most][b])))?;
        ways[most].remove(worst);
    }
    (product(ways) < before).then(|| {
        format!(
            "the devices can be built in {before} ways together, of which {} were searched, those of the least latency × energy; NSGA-II \
             chooses among all",
            product(ways)
        )
    })
}

/// Every choice of one way per device, in rising order.
fn combinations(ways: &[Vec<usize>]) -> Vec<Vec<usize>> {
    ways.iter().fold(vec![Vec::new()], |all, ways| {
        let longer = |chosen: &Vec<usize>| {
            let one_more = |&way: &usize| chosen.iter().copied().chain([way]).collect::<Vec<usize>>();
            ways.iter().map(one_more).collect::<Vec<_>>()
        };
        all.iter().flat_map(longer).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_count_up() {
        assert_eq!(combinations(&[vec![0, 2], vec![1]]), [[0, 1], [2, 1]]);
        assert_eq!(combinations(&[]), [[0; 0]]);
    }
}
