//! What a partly chosen mapping costs at least; of a complete one, what it costs exactly.
//!
//! Loops are chosen from the innermost level outwards. Once a loop has moved an operand's tile, everything outside only repeats it, so
//! its accesses are known however the outer loops are cut. Before that they are bounded from below by what the dimensions still left
//! can save at best: loops that do not move the tile may all come first and cost nothing, and inputs may overlap along one axis.

use super::super::count::{Walk, access_energy, charged_instances, distinct_tiles, stalled_cycles, true_words};
use super::super::dim::{DIMS, Dim, Extents, Operand, PerOperand};
use super::problem::{Problem, product};
use super::spread::Spreading;

/// A spreading and what each level stores, with everything that follows.
pub(super) struct Frame<'a> {
    pub problem: &'a Problem<'a>,
    pub spreading: &'a Spreading,
    pub keeps: &'a [PerOperand<bool>],
    /// What levels store, by operand and from the innermost outwards.
    stores: Vec<Store>,
    compute: f64,
    macs_used: f64,
    /// Joules whatever the mapping.
    fixed_j: f64,
    /// By level and operand, different tiles below it; of inputs at least so many.
    distinct: Vec<PerOperand<f64>>,
    /// Levels below which inputs are spread along one axis by two dimensions, so that their tiles depend on loops further in.
    depends: Vec<bool>,
    spatial: Vec<Vec<(Dim, u64)>>,
    /// Levels with a limited rate.
    limited: Vec<usize>,
}

/// An operand in a level that stores it.
struct Store {
    operand: Operand,
    level: usize,
    /// The next level inwards that stores it, plus one; 0 = the MAC units.
    from: usize,
    outermost: bool,
    /// Words of finished results per instance, padding aside.
    partition: f64,
    /// True words per padded word.
    share: f64,
    charged: f64,
    used: f64,
    /// Whether instances lie between this level and the next inwards.
    crosses: bool,
    /// Words that every mapping fills an instance with.
    least_fills: f64,
}

/// The loops chosen so far: those of levels below [`Node::level`].
#[derive(Clone)]
pub(super) struct Node {
    /// Levels whose loops over time are chosen.
    pub level: usize,
    /// Extents inside the loops chosen.
    pub extents: Extents,
    /// What further loops over time must make up.
    pub left: Extents,
    /// By store, how its tile fares; `None` = its level is not chosen yet.
    walks: Vec<Option<Walk>>,
    /// Different input tiles by level, where they depend on the loops.
    inputs: Vec<f64>,
}

/// Energy and cycles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cost {
    pub energy_j: f64,
    pub cycles: f64,
}

impl<'a> Frame<'a> {
    pub fn new(problem: &'a Problem<'a>, spreading: &'a Spreading, keeps: &'a [PerOperand<bool>]) -> Self {
        let levels = problem.levels.len();
        let spatial: Vec<Vec<(Dim, u64)>> = spreading.factors.iter().map(loops).collect();
        let unit = [1; DIMS];
        let distinct = spatial.iter().map(|loops| {
            Operand::ALL.map(|operand| match operand {
                Operand::Inputs => least_distinct_inputs(problem, loops),
                _ => distinct_tiles(problem.workload, operand, loops, &unit),
            })
        });
        let distinct: Vec<_> = distinct.collect();
        let depends = spatial.iter().map(|loops| shares_an_axis(problem, loops)).collect();
        let compute = product(&spreading.left) as f64;
        let mac = &problem.architecture.mac;
        let limited = (0..levels).filter(|&level| {
            let level = problem.levels[level].level;
            level.read_words_per_cycle.is_some()
                || level.write_words_per_cycle.is_some()
                || level.shared_words_per_cycle.is_some()
        });
        Self {
            limited: limited.collect(),
            stores: stores(problem, spreading, keeps, &spatial),
            compute,
            macs_used: spreading.macs_used() as f64,
            fixed_j: problem.workload.macs() as f64 * mac.energy_j,
            distinct,
            depends,
            spatial,
            problem,
            spreading,
            keeps,
        }
    }

    /// Nothing chosen yet.
    pub fn root(&self) -> Node {
        let mut node = Node {
            level: 0,
            extents: [1; DIMS],
            left: self.spreading.left,
            walks: vec![None; self.stores.len()],
            inputs: self.distinct.iter().map(|distinct| distinct[1]).collect(),
        };
        self.spread(&mut node);
        node
    }

    /// Puts what is spread below the node's level inside.
    fn spread(&self, node: &mut Node) {
        let level = node.level;
        if level < self.spatial.len() {
            if self.depends[level] {
                node.inputs[level] = distinct_tiles(
                    self.problem.workload,
                    Operand::Inputs,
                    &self.spatial[level],
                    &node.extents,
                );
            }
            for &(dim, factor) in &self.spatial[level] {
                node.extents[dim.index()] *= factor;
            }
        }
    }

    /// Words that what a level stores takes up, if its tile is `extents`.
    pub fn stored(&self, level: usize, extents: &Extents) -> u64 {
        let kept = Operand::ALL
            .into_iter()
            .filter(|operand| self.keeps[level][operand.index()]);
        kept.map(|operand| self.problem.workload.volume(operand, extents)).sum()
    }

    /// Makes `next` the node after the loops of the level of `node`, the innermost first; factors are above 1.
    pub fn follow(&self, node: &Node, order: &[Dim], factors: &Extents, next: &mut Node) {
        next.copy(node);
        let workload = self.problem.workload;
        for &dim in order {
            let factor = factors[dim.index()];
            for walk in next.walks.iter_mut().flatten() {
                walk.step(workload, dim, factor, &next.extents);
            }
            next.extents[dim.index()] *= factor;
            next.left[dim.index()] /= factor;
        }
        for (store, walk) in self.stores.iter().zip(&mut next.walks) {
            if store.level == node.level {
                *walk = Some(Walk::new(workload, store.operand, &next.extents));
            }
        }
        next.level += 1;
        self.spread(next);
    }

    /// Operands (a bit each) to which the order of further loops matters.
    pub fn unsettled(&self, node: &Node) -> u8 {
        let walks = self.stores.iter().zip(&node.walks);
        let open = walks.filter(|(_, walk)| walk.is_some_and(|walk| !walk.is_settled()));
        open.fold(0, |mask, (store, _)| mask | 1 << store.operand.index())
    }

    /// What every completion of the node costs at least; the cost itself where nothing is left to choose.
    pub fn cost(&self, node: &Node) -> Cost {
        self.cost_before(node, None)
    }

    /// What completions of the node cost at least, by what may be the innermost of the loops left; none where nothing is left or no two
    /// operands compete for that place. No loop suits all operands, so that each of these costs can be far above [`Self::cost`].
    pub fn costs_by_next<'n>(&'n self, node: &'n Node) -> impl Iterator<Item = Cost> + 'n {
        let compete = self.unsettled(node).count_ones() > 1;
        let left = move |dim: &Dim| compete && node.left[dim.index()] > 1;
        Dim::ALL
            .into_iter()
            .filter(left)
            .map(|dim| self.cost_before(node, Some(dim)))
    }

    fn cost_before(&self, node: &Node, next: Option<Dim>) -> Cost {
        let mut energy_j = self.fixed_j;
        let mut hops = 0.0;
        let mut words = [[0.0_f64; 2]; super::super::architecture::MAX_LEVELS];
        let repeats = product(&node.left) as f64;
        let mut below = self.compute;
        let mut receivers = self.macs_used;
        for (index, store) in self.stores.iter().enumerate() {
            if store.from == 0 {
                (below, receivers) = (self.compute, self.macs_used);
            }
            let spread: f64 = match store.operand {
                Operand::Inputs => (store.from..=store.level).map(|level| node.inputs[level]).product(),
                operand => (store.from..=store.level)
                    .map(|level| self.distinct[level][operand.index()])
                    .product(),
            };
            if store.crosses {
                hops += below * store.share * receivers;
            }
            let fills = match &node.walks[index] {
                Some(walk) => walk.least(self.problem.workload, &node.extents, &node.left, repeats, next),
                None => store.least_fills,
            };
            let accesses = true_words(below * spread, store.share);
            let filled = true_words(fills, store.share);
            let [reads, written, updates] = store.accesses(accesses, filled, self.problem.rules.drain_reads);
            let level = self.problem.levels[store.level].level;
            energy_j += access_energy(level, [reads, written, updates]) * store.charged;
            words[store.level][0] += reads;
            words[store.level][1] += written + updates;
            (below, receivers) = (fills, store.used);
        }
        let mut cycles = self.compute;
        for &level in &self.limited {
            let [reads, writes] = words[level];
            cycles = cycles.max(stalled_cycles(
                self.problem.levels[level].level,
                reads,
                writes,
                self.compute,
            ));
        }
        let architecture = self.problem.architecture;
        energy_j += hops * architecture.energy_per_hop_j + architecture.leakage_w * cycles / architecture.clock_hz;
        Cost { energy_j, cycles }
    }
}

impl Node {
    /// Becomes a copy without new memory.
    fn copy(&mut self, other: &Self) {
        (self.level, self.extents, self.left) = (other.level, other.extents, other.left);
        self.walks.copy_from_slice(&other.walks);
        self.inputs.copy_from_slice(&other.inputs);
    }
}

impl Store {
    /// Words read, filled and updated (4.4).
    fn accesses(&self, accesses: f64, filled: f64, drains: bool) -> [f64; 3] {
        let fills = if self.outermost { 0.0 } else { filled };
        if self.operand != Operand::Outputs {
            return [accesses, fills, 0.0];
        }
        let partition = true_words(self.partition, self.share);
        let drained = if drains && !self.outermost { partition } else { 0.0 };
        let fills = if self.outermost {
            0.0
        } else {
            (filled - partition).max(0.0)
        };
        [(accesses - partition).max(0.0) + drained, fills, accesses]
    }
}

/// The factors above 1 as loops.
pub(super) fn loops(factors: &Extents) -> Vec<(Dim, u64)> {
    let above_one = Dim::ALL.into_iter().map(|dim| (dim, factors[dim.index()]));
    above_one.filter(|&(_, factor)| factor > 1).collect()
}

fn shares_an_axis(problem: &Problem, spatial: &[(Dim, u64)]) -> bool {
    let axes: Vec<usize> = spatial
        .iter()
        .filter_map(|&(dim, _)| Some(problem.workload.slide(dim)?.0))
        .collect();
    axes.len() > 1
        && axes
            .iter()
            .any(|axis| axes.iter().filter(|other| *other == axis).count() > 1)
}

/// Different input tiles at least: two dimensions along one axis may meet in the same places.
fn least_distinct_inputs(problem: &Problem, spatial: &[(Dim, u64)]) -> f64 {
    let mut axes = [1_u64; 2];
    let mut others = 1.0;
    for &(dim, factor) in spatial {
        match problem.workload.slide(dim) {
            Some((axis, _)) => axes[axis] = axes[axis].max(factor),
            None if Operand::Inputs.is_moved_by(dim) => others *= factor as f64,
            None => {}
        }
    }
    others * (axes[0] * axes[1]) as f64
}

fn stores(
    problem: &Problem,
    spreading: &Spreading,
    keeps: &[PerOperand<bool>],
    spatial: &[Vec<(Dim, u64)>],
) -> Vec<Store> {
    let mut all = Vec::new();
    for operand in Operand::ALL {
        let kept: Vec<usize> = (0..keeps.len())
            .filter(|&level| keeps[level][operand.index()])
            .collect();
        let volume = |extents: &Extents| problem.workload.volume(operand, extents) as f64;
        let share = volume(&problem.workload.bounds) / volume(&spreading.bounds);
        let mut from = 0;
        for (place, &level) in kept.iter().enumerate() {
            let outside = spatial.iter().skip(level + 1).flatten();
            let spread = outside
                .filter(|(dim, _)| operand.is_moved_by(*dim))
                .map(|&(_, factor)| factor as f64);
            all.push(Store {
                operand,
                level,
                from,
                outermost: place + 1 == kept.len(),
                partition: volume(&spreading.bounds) / spread.product::<f64>(),
                share,
                charged: charged_instances(problem.levels[level].level, spreading.used(level)),
                used: spreading.used(level) as f64,
                crosses: spatial[from..=level].iter().any(|loops| !loops.is_empty()),
                least_fills: least_fills(problem, operand, spreading, level),
            });
            from = level + 1;
        }
    }
    all
}

/// Words that every mapping fills an instance of a level with: every different word it works on, once.
fn least_fills(problem: &Problem, operand: Operand, spreading: &Spreading, level: usize) -> f64 {
    let mut own = spreading.bounds;
    let mut spread_axis = [false; 2];
    for factors in spreading.factors.iter().skip(level + 1) {
        for (dim, factor) in loops(factors) {
            own[dim.index()] /= factor;
            if let Some((axis, _)) = problem.workload.slide(dim) {
                spread_axis[axis] = true;
            }
        }
    }
    if operand != Operand::Inputs {
        return problem.workload.volume(operand, &own) as f64;
    }
    let at = |dim: Dim| own[dim.index()] as f64;
    let along = |axis: usize, output: f64, kernel: f64| {
        let (stride, dilation) = (
            problem.workload.stride[axis] as f64,
            problem.workload.dilation[axis] as f64,
        );
        if spread_axis[axis] || dilation != 1.0 {
            output.max(kernel)
        } else {
            (output - 1.0) * stride.min(kernel) + kernel
        }
    };
    at(Dim::N) * at(Dim::C) * at(Dim::G) * along(0, at(Dim::P), at(Dim::R)) * along(1, at(Dim::Q), at(Dim::S))
}
