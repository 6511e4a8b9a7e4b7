//! Second step of the search: the loops over time.

use super::super::architecture::Rule;
use super::super::dim::{DIMS, Dim, Extents, PerOperand};
use super::super::mapping::{LevelMapping, Mapping};
use super::Statistics;
use super::bound::{Cost, Frame, Node, loops};
use super::orders::{Choices, Orders};
use super::problem::{Problem, divisors};
use super::spread::{Spreading, spreadings};
use std::rc::Rc;

/// How many nodes pass between two questions whether the search is cancelled.
const PATIENCE: u64 = 1024;

/// How many nodes of a level the first look at a spreading follows.
const BEAM: usize = 3;

/// How many spreadings get a first look before any is searched whole.
const LOOKS: usize = 48;

/// How many times its budget a search goes on while it has no mapping at all, and the budget it then counts with at least.
const PERSISTENCE: u64 = 10;
const FEWEST: u64 = 100_000;

/// What a search found.
pub(super) struct Explored {
    pub best: Option<Mapping>,
    pub statistics: Statistics,
    /// Whether something was left out that could have held a mapping.
    pub gave_up: bool,
}

/// The compared numbers, less is better.
type Key = (f64, f64);

/// A way on from a node: factors of its level with their order.
struct Step {
    key: Key,
    factors: Extents,
    orders: Choices,
    order: usize,
}

struct Explorer<'a> {
    problem: &'a Problem<'a>,
    orders: Orders,
    divisors: Vec<Rc<[u64]>>,
    nodes: u64,
    budget: u64,
    /// The best mapping so far with its key.
    best: Option<(Key, Mapping)>,
    /// The least key of what was not looked at for want of budget.
    unseen: Option<Key>,
    on_better: &'a mut dyn FnMut(&Mapping),
    is_cancelled: &'a dyn Fn() -> bool,
    /// Nodes at which that is asked again.
    next_question: u64,
    stopped: bool,
}

/// Searches within the effort.
pub(super) fn explore(
    problem: &Problem,
    budget: u64,
    on_better: &mut dyn FnMut(&Mapping),
    is_cancelled: &dyn Fn() -> bool,
) -> Explored {
    let keeps = problem.keeps();
    let spreadings = spreadings(problem, is_cancelled);
    let mut explorer = Explorer {
        problem,
        orders: Orders::default(),
        divisors: Vec::new(),
        nodes: 0,
        budget,
        best: None,
        unseen: None,
        on_better,
        is_cancelled,
        next_question: 0,
        stopped: false,
    };
    let mut starts = explorer.starts(&spreadings.all, &keeps);
    explorer.leave_out(spreadings.left_out);
    starts.sort_by(|a, b| compare(a.0, b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let frame =
        |&(_, spreading, keep): &(Key, usize, usize)| Frame::new(problem, &spreadings.all[spreading], &keeps[keep]);
    for (place, start) in starts.iter().enumerate() {
        let looked_enough = place >= LOOKS || explorer.nodes >= budget;
        if !explorer.could_improve(start.0) || explorer.stopped || (looked_enough && explorer.best.is_some()) {
            break;
        }
        explorer.look(&frame(start));
    }
    for start in &starts {
        if !explorer.could_improve(start.0) {
            break;
        }
        let frame = frame(start);
        explorer.descend(&frame, &frame.root(), start.0, &mut Vec::new());
    }
    let found = explorer.best.as_ref();
    Explored {
        statistics: Statistics {
            nodes: explorer.nodes,
            gap: found.map_or(0.0, |(best, _)| gap(*best, explorer.unseen)),
        },
        gave_up: explorer.unseen.is_some(),
        best: explorer.best.map(|(_, mapping)| mapping),
    }
}

/// Share by which what was not seen may be better; in the second number where it cannot be in the first.
fn gap(best: Key, unseen: Option<Key>) -> f64 {
    match unseen.filter(|unseen| compare(*unseen, best).is_lt()) {
        None => 0.0,
        Some(unseen) if unseen.0 < best.0 => (best.0 - unseen.0) / best.0,
        Some(unseen) => (best.1 - unseen.1) / best.1,
    }
}

fn compare(a: Key, b: Key) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
}

impl Explorer<'_> {
    /// Every spreading with every choice of what levels store, with its bound.
    fn starts(&mut self, spreadings: &[Spreading], keeps: &[Vec<PerOperand<bool>>]) -> Vec<(Key, usize, usize)> {
        let mut starts = Vec::with_capacity(spreadings.len() * keeps.len());
        for (spreading, ways) in spreadings.iter().enumerate() {
            for (keep, kept) in keeps.iter().enumerate() {
                if self.is_stopped() {
                    return starts;
                }
                let frame = Frame::new(self.problem, ways, kept);
                if let Some(key) = self.bound(&frame, &frame.root()) {
                    starts.push((key, spreading, keep));
                }
            }
        }
        starts
    }

    fn key(&self, cost: Cost) -> Key {
        self.problem.objective.key(cost.energy_j, cost.cycles)
    }

    /// The key that completions of a node have at least, if they could be an improvement.
    fn bound(&mut self, frame: &Frame, node: &Node) -> Option<Key> {
        self.nodes += 1;
        let key = self.key(frame.cost(node));
        if !self.could_improve(key) {
            return None;
        }
        let by_next = frame.costs_by_next(node).map(|cost| self.key(cost));
        let key = match by_next.min_by(|a, b| compare(*a, *b)) {
            Some(by_next) if compare(by_next, key).is_gt() => by_next,
            _ => key,
        };
        self.could_improve(key).then_some(key)
    }

    fn could_improve(&self, key: Key) -> bool {
        self.best.as_ref().is_none_or(|(best, _)| compare(key, *best).is_lt())
    }

    fn is_stopped(&mut self) -> bool {
        if !self.stopped && self.nodes >= self.next_question {
            self.next_question = self.nodes + PATIENCE;
            self.stopped = (self.is_cancelled)();
        }
        self.stopped
    }

    /// Ways to spread that were left out use so many MAC units at most, 0 = none was: what they could reach.
    fn leave_out(&mut self, macs_used: u64) {
        if macs_used > 0 {
            let macs = self.problem.workload.macs() as f64;
            let energy_j = macs * self.problem.architecture.mac.energy_j;
            let cycles = (macs / macs_used as f64).ceil();
            let key = self.key(Cost { energy_j, cycles });
            self.miss(key);
        }
    }

    /// Something that costs this at least is not looked at.
    fn miss(&mut self, key: Key) {
        if self.unseen.is_none_or(|unseen| compare(key, unseen).is_lt()) {
            self.unseen = Some(key);
        }
    }

    /// Whether enough was looked at: the budget with a mapping in hand, many times that without one.
    fn is_spent(&self) -> bool {
        let budget = match self.best {
            Some(_) => self.budget,
            None => self.budget.max(FEWEST).saturating_mul(PERSISTENCE),
        };
        self.nodes >= budget
    }

    /// Follows the most promising nodes of every level.
    fn look(&mut self, frame: &Frame) {
        let mut kept: Vec<(Node, Vec<LevelMapping>)> = vec![(frame.root(), Vec::new())];
        for _ in 0..self.problem.levels.len() {
            let mut next: Vec<(Key, usize, Step)> = Vec::new();
            for (index, (node, _)) in kept.iter().enumerate() {
                let steps = self.steps(frame, node);
                next.extend(steps.into_iter().map(|step| (step.key, index, step)));
            }
            next.sort_by(|a, b| compare(a.0, b.0).then(a.1.cmp(&b.1)));
            next.truncate(BEAM);
            let follow = |(_, index, step): (Key, usize, Step)| {
                let (node, chosen) = &kept[index];
                let mut after = node.clone();
                frame.follow(node, &step.orders[step.order], &step.factors, &mut after);
                let mut chosen = chosen.clone();
                chosen.push(step.level(frame, node.level));
                (after, chosen)
            };
            kept = next.into_iter().map(follow).collect();
        }
        for (node, chosen) in kept {
            self.offer(self.key(frame.cost(&node)), &chosen);
        }
    }

    /// Searches everything behind a node.
    fn descend(&mut self, frame: &Frame, node: &Node, key: Key, chosen: &mut Vec<LevelMapping>) {
        if node.level == self.problem.levels.len() {
            self.offer(key, chosen);
            return;
        }
        if self.is_spent() || self.is_stopped() {
            self.miss(key);
            return;
        }
        let mut steps = self.steps(frame, node);
        // A level with very many ways on may not have been looked at whole.
        if self.is_spent() || self.stopped {
            self.miss(key);
        }
        steps.sort_by(|a, b| compare(a.key, b.key));
        let mut after = node.clone();
        for step in steps {
            if !self.could_improve(step.key) {
                break;
            }
            frame.follow(node, &step.orders[step.order], &step.factors, &mut after);
            chosen.push(step.level(frame, node.level));
            self.descend(frame, &after.clone(), step.key, chosen);
            chosen.pop();
        }
    }

    /// A complete mapping, its levels from the innermost outwards.
    fn offer(&mut self, key: Key, chosen: &[LevelMapping]) {
        if self.could_improve(key) {
            let levels = chosen.iter().rev().cloned().collect();
            let mapping = Mapping { levels };
            (self.on_better)(&mapping);
            self.best = Some((key, mapping));
        }
    }

    /// All ways on from a node that fit and could lead to something better.
    fn steps(&mut self, frame: &Frame, node: &Node) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut options: [Rc<[u64]>; DIMS] = std::array::from_fn(|_| Rc::from([]));
        for dim in Dim::ALL {
            match self.options(frame, node, dim) {
                Some(found) => options[dim.index()] = found,
                None => return steps,
            }
        }
        let mut scratch = node.clone();
        let matters = frame.unsettled(node);
        let mut factors = [1; DIMS];
        self.combine(frame, node, &options, 0, &mut factors, &mut |explorer, factors| {
            let present = Dim::ALL.iter().fold(0_u8, |mask, dim| {
                mask | u8::from(factors[dim.index()] > 1) << dim.index()
            });
            let temporal = &explorer.problem.levels[node.level].level.temporal;
            let orders = explorer.orders.of(node.level, temporal, present, matters);
            for order in 0..orders.len() {
                frame.follow(node, &orders[order], factors, &mut scratch);
                if let Some(key) = explorer.bound(frame, &scratch) {
                    let (factors, orders) = (*factors, Rc::clone(&orders));
                    steps.push(Step {
                        key,
                        factors,
                        orders,
                        order,
                    });
                }
            }
        });
        steps
    }

    /// The factors a dimension may have in the loops of a node's level, ascending; `None` where there is none.
    fn options(&mut self, frame: &Frame, node: &Node, dim: Dim) -> Option<Rc<[u64]>> {
        let index = dim.index();
        let left = node.left[index];
        let open = &frame.spreading.open;
        let further_out = open.iter().skip(node.level + 1).any(|level| level[index]);
        let rule = self.problem.levels[node.level].temporal[index];
        let all = self.divisors_of(left);
        let some = |keep: &dyn Fn(u64) -> bool| {
            let kept: Vec<u64> = all.iter().copied().filter(|&factor| keep(factor)).collect();
            (!kept.is_empty()).then(|| Rc::from(kept))
        };
        if !open[node.level][index] {
            return (left == 1 || further_out).then(|| Rc::from([1]));
        }
        let fits = |factor: u64| match rule {
            Rule::Free => true,
            Rule::One => factor == 1,
            Rule::Full => factor == left,
            Rule::Exactly(exactly) => factor == exactly,
            Rule::AtMost(most) => factor <= most,
        };
        some(&|factor| fits(factor) && (further_out || factor == left))
    }

    fn divisors_of(&mut self, number: u64) -> Rc<[u64]> {
        if let Some(known) = self.divisors.iter().find(|known| known.last() == Some(&number)) {
            return Rc::clone(known);
        }
        let found: Rc<[u64]> = divisors(number).into();
        self.divisors.push(Rc::clone(&found));
        found
    }

    /// Visits all combinations of factors whose tile the node's level can store.
    fn combine(
        &mut self,
        frame: &Frame,
        node: &Node,
        options: &[Rc<[u64]>; DIMS],
        dim: usize,
        factors: &mut Extents,
        visit: &mut dyn FnMut(&mut Self, &Extents),
    ) {
        if self.is_stopped() || self.is_spent() {
            return;
        }
        if dim == DIMS {
            visit(self, factors);
            return;
        }
        for &factor in options[dim].iter() {
            factors[dim] = factor;
            let tile = std::array::from_fn(|d| node.extents[d] * factors[d]);
            // Tiles only grow with factors, so that larger ones do not fit either.
            if frame.stored(node.level, &tile) > self.problem.levels[node.level].capacity {
                break;
            }
            self.combine(frame, node, options, dim + 1, factors, visit);
        }
        factors[dim] = 1;
    }
}

impl Step {
    fn level(&self, frame: &Frame, level: usize) -> LevelMapping {
        let order = self.orders[self.order].iter();
        LevelMapping {
            keep: frame.keeps[level],
            temporal: order.map(|&dim| (dim, self.factors[dim.index()])).collect(),
            spatial: loops(&frame.spreading.factors[level]),
        }
    }
}
