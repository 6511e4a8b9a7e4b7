//! The schedules a search goes through where there are too many ideals.

use super::Problem;
use crate::network::{LayerId, Network, Schedule, ScheduleKind};

/// Up to `count` different schedules, the problem's own first; at least one.
///
/// Each gives boundaries the others may not have: the named kinds of schedule, and depth first, which finishes a branch before it begins
/// the next one.
pub(crate) fn orders(problem: &Problem, count: usize) -> Vec<Schedule> {
    let network = problem.network;
    let kinds = [
        ScheduleKind::LeastCrossing,
        ScheduleKind::LevelOrder,
        ScheduleKind::FileOrder,
    ];
    let own = std::iter::once_with(|| problem.schedule.clone());
    let named = kinds.into_iter().map(|kind| network.schedule(kind));
    let deep = std::iter::once_with(|| depth_first(network));
    let mut orders: Vec<Schedule> = Vec::new();
    for order in own.chain(named).chain(deep) {
        if orders.len() >= count.max(1) {
            break;
        }
        if !orders.contains(&order) {
            orders.push(order);
        }
    }
    orders
}

/// Always goes on with what the last layer has made possible, ties by file order.
fn depth_first(network: &Network) -> Schedule {
    let layers = network.layers.len();
    let mut open: Vec<usize> = (0..layers).map(|l| network.predecessors(l).len()).collect();
    let mut ready: Vec<LayerId> = (0..layers).rev().filter(|&l| open[l] == 0).collect();
    let mut order = Vec::with_capacity(layers);
    while let Some(layer) = ready.pop() {
        order.push(layer);
        for successor in network.successors(layer).into_iter().rev() {
            open[successor] -= 1;
            if open[successor] == 0 {
                ready.push(successor);
            }
        }
    }
    Schedule::from_order(order)
}
