//! Fronts by looking at every design, for devices whose partitions do not cost the sum of their layers where the order of the devices is free,
//! devices may be revisited, or the system is no plain chain.
//!
//! Such devices run whole blocks, so few positions of a schedule can be cut at, and the designs are few: they are listed, those of fewest
//! partitions first, and evaluated. Where there are more than [`MOST`], the answer says that not all were looked at.

use super::chain::Answer;
use super::{FrontPoint, Guarantee, Problem, Search, Space, orders, points};
use crate::design::{Design, Placement};
use crate::explore::DeviceOrder;
use crate::network::Ideal;
use rayon::prelude::*;
use std::cell::Cell;

/// Most designs that are evaluated for one schedule.
const MOST: usize = 60_000;
/// Most beginnings of designs that are looked at for one schedule.
const MOST_BEGUN: usize = 5_000_000;
/// Partitions of a design with revisits where nothing else is asked for.
const MOST_PARTITIONS: usize = 6;
/// Designs evaluated between two looks at the cancel flag.
const CHUNK: usize = 512;

/// Partitions as (device, position it ends at), each with layers.
type Parts = Vec<(usize, usize)>;

/// The front; `None` when `cancel` said so.
pub(crate) fn front(
    problem: &Problem,
    search: &Search,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Answer> {
    let orders = orders::orders(problem, search.schedules);
    let objectives = search.objectives();
    let mut answer = Answer {
        points: Vec::new(),
        space: Space::Schedules(orders.len()),
        guarantee: Guarantee::Exact,
        labels: 0,
        bound: None,
    };
    for (index, order) in orders.iter().enumerate() {
        let problem = Problem {
            schedule: order,
            ..*problem
        };
        let share = |share: f32| progress((index as f32 + share) / orders.len() as f32);
        let (found, is_complete) = over(&problem, search, cancel, &share)?;
        answer.labels += found.len() as u64;
        answer.points.extend(points::front(found, &objectives));
        if !is_complete {
            let why = format!(
                "devices measured in bundles are searched by looking at every design, and there are more than {MOST}: those of most \
                 partitions were left out"
            );
            answer.guarantee = Guarantee::Incomplete(why);
        }
    }
    answer.points = points::front(answer.points, &objectives);
    Some(answer)
}

/// All designs at the positions of the problem's schedule, and whether none was left out.
fn over(
    problem: &Problem,
    search: &Search,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<(Vec<FrontPoint>, bool)> {
    let devices = problem.system.devices.len();
    let usual = if search.revisits { MOST_PARTITIONS } else { devices };
    let most = search.most_partitions.unwrap_or(usual).max(1);
    let list = List::new(problem, search, cancel)?;
    let (mut found, mut is_complete) = (Vec::new(), true);
    for count in 1..=most {
        let mut designs: Vec<Parts> = Vec::new();
        is_complete = list.extend(
            count,
            &mut Vec::new(),
            MOST.saturating_sub(found.len()),
            &mut designs,
            cancel,
        )?;
        for chunk in designs.chunks(CHUNK) {
            if cancel() {
                return None;
            }
            progress(found.len() as f32 / MOST as f32);
            let points = chunk
                .par_iter()
                .map(|parts| points::point(problem, Design::of_placements(devices, placements(problem, parts))));
            found.extend(points.collect::<Vec<_>>());
        }
        if !is_complete {
            break;
        }
    }
    Some((found, is_complete))
}

fn placements(problem: &Problem, parts: &Parts) -> Vec<Placement> {
    let placement = |&(device, end): &(usize, usize)| Placement {
        device,
        end: Ideal::prefix(problem.schedule, end),
    };
    parts.iter().map(placement).collect()
}

/// Which partitions there can be.
struct List {
    positions: usize,
    devices: usize,
    any_order: bool,
    revisits: bool,
    /// By device and first position: the positions a partition can end at.
    ends: Vec<Vec<usize>>,
    /// Beginnings of designs that were looked at.
    begun: Cell<usize>,
}

impl List {
    fn new(problem: &Problem, search: &Search, cancel: &dyn Fn() -> bool) -> Option<Self> {
        let order = problem.schedule.order();
        let devices = problem.system.devices.len();
        let mut ends = Vec::with_capacity(devices * order.len());
        for device in 0..devices {
            for start in 0..order.len() {
                if cancel() {
                    return None;
                }
                let can = |end: &usize| problem.table.row(device).can(&order[start..*end]);
                ends.push((start + 1..=order.len()).filter(can).collect());
            }
        }
        Some(Self {
            positions: order.len(),
            devices,
            any_order: search.order == DeviceOrder::Free || search.revisits,
            revisits: search.revisits,
            ends,
            begun: Cell::new(0),
        })
    }

    /// Adds all designs of `left` more partitions behind those there are; whether none was left out because there would be more than `most`. `None` when
    /// `cancel` said so.
    fn extend(
        &self,
        left: usize,
        parts: &mut Parts,
        most: usize,
        found: &mut Vec<Parts>,
        cancel: &dyn Fn() -> bool,
    ) -> Option<bool> {
        let start = parts.last().map_or(0, |&(_, end)| end);
        if left == 0 || start == self.positions {
            if left == 0 && start == self.positions {
                if found.len() >= most {
                    return Some(false);
                }
                found.push(parts.clone());
            }
            return Some(true);
        }
        if cancel() {
            return None;
        }
        self.begun.set(self.begun.get() + 1);
        if self.begun.get() > MOST_BEGUN {
            return Some(false);
        }
        for device in 0..self.devices {
            let is_allowed = match parts.last() {
                None => true,
                Some(&(last, _)) if !self.any_order => device > last,
                Some(&(last, _)) => device != last && (self.revisits || parts.iter().all(|&(used, _)| used != device)),
            };
            if !is_allowed {
                continue;
            }
            let ends = &self.ends[device * self.positions + start];
            // The last partition takes all that is left.
            let ends = if left == 1 {
                &ends[ends.partition_point(|&end| end < self.positions)..]
            } else {
                ends
            };
            for &end in ends {
                parts.push((device, end));
                let is_complete = self.extend(left - 1, parts, most, found, cancel);
                parts.pop();
                if is_complete != Some(true) {
                    return is_complete;
                }
            }
        }
        Some(true)
    }
}
