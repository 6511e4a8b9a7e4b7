//! What a given mapping costs: accesses, cycles and energy, by the counting rules of accelerators.md 4.
//!
//! Inside this file levels count from the innermost (0) outwards, as in the formulas; [`Counted::levels`] is in the order of the
//! architecture, the main memory first.

use super::architecture::{Architecture, Level};
use super::dim::{DIMS, Dim, Extents, Operand, PerOperand};
use super::mapping::{LevelMapping, Mapping};
use super::rules::Rules;
use super::workload::Workload;

/// Cost of one layer (of one group where groups run one after another) with one mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Cycles, stalls included.
    pub cycles: u64,
    /// Cycles of the arithmetic alone.
    pub compute_cycles: u64,
    /// Joules of everything.
    pub energy_j: f64,
    /// Joules of the MAC units.
    pub mac_energy_j: f64,
    /// Joules of the on-chip network.
    pub network_energy_j: f64,
    /// Joules that leaked.
    pub leakage_j: f64,
    /// MAC units that work.
    pub macs_used: u64,
    /// By level of the architecture, the main memory first.
    pub levels: Vec<LevelCount>,
}

/// Cost at one level.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelCount {
    /// Cycles it needs for its accesses, at least those of the arithmetic.
    pub cycles: u64,
    /// Instances that work.
    pub instances_used: u64,
    /// By operand, `None` where it is not stored.
    pub operands: PerOperand<Option<OperandCount>>,
}

/// Accesses of one instance of a level to one operand, in words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OperandCount {
    /// Words held at a time.
    pub tile: u64,
    /// Words that pass through one instance in all.
    pub partition: u64,
    /// Words read.
    pub reads: u64,
    /// Words written from the next level outwards.
    pub fills: u64,
    /// Words written from the next level inwards.
    pub updates: u64,
    /// Joules of all instances.
    pub energy_j: f64,
}

impl LevelCount {
    /// Joules of all operands.
    pub fn energy_j(&self) -> f64 {
        self.operands.iter().flatten().map(|operand| operand.energy_j).sum()
    }

    /// Words read, filled and updated by one instance, all operands together.
    pub fn words(&self) -> u64 {
        let words = |operand: &OperandCount| operand.reads + operand.fills + operand.updates;
        self.operands.iter().flatten().map(words).sum()
    }
}

impl Counted {
    /// Achieved share of the peak MAC rate.
    pub fn utilisation(&self, workload: &Workload, architecture: &Architecture) -> f64 {
        let peak = architecture.mac.units() as f64 * self.cycles as f64;
        if peak > 0.0 { workload.macs() as f64 / peak } else { 0.0 }
    }

    /// The level that stalls the arithmetic most, by index; `None` where nothing does.
    pub fn bottleneck(&self) -> Option<usize> {
        let stalls = |index: &usize| self.levels[*index].cycles > self.compute_cycles;
        let stalled = (0..self.levels.len()).filter(stalls);
        stalled.max_by_key(|&index| (self.levels[index].cycles, std::cmp::Reverse(index)))
    }
}

/// Cost of `mapping`, which must have a level for each of the architecture's; whether the architecture allows it is not asked here.
pub fn count(architecture: &Architecture, workload: &Workload, mapping: &Mapping, rules: Rules) -> Counted {
    let nest = Nest::new(architecture, workload, mapping);
    let compute = nest.compute;
    let levels = nest.tiles.len();
    let mut counts: Vec<LevelCount> = (0..levels)
        .map(|level| LevelCount {
            cycles: 0,
            instances_used: nest.used[level],
            operands: [None; 3],
        })
        .collect();
    let mut hops = 0.0;
    for operand in Operand::ALL {
        let kept: Vec<usize> = (0..levels).filter(|&l| nest.level(l).keep[operand.index()]).collect();
        let share = nest.true_share(operand);
        let partitions = nest.partitions(operand);
        // Words that one instance of the next level inwards, or one MAC unit, takes or gives; at first one a cycle (4.4).
        let mut below = compute;
        let mut from = 0;
        let mut receivers = nest.used_macs;
        for (place, &level) in kept.iter().enumerate() {
            let spread = (from..=level).map(|l| nest.distinct(l, operand)).product::<f64>();
            if (from..=level).any(|l| !nest.level(l).spatial.is_empty()) {
                hops += below * share * receivers as f64;
            }
            let accesses = true_words(below * spread, share);
            let fills_all = nest.fills(level, operand);
            let partition = partitions[level] as f64;
            let partition_true = true_words(partition, share);
            let is_outermost = place + 1 == kept.len();
            let filled = true_words(fills_all, share);
            let (reads, fills, updates) = match operand {
                Operand::Outputs => {
                    let drained = if rules.drain_reads && !is_outermost {
                        partition_true
                    } else {
                        0.0
                    };
                    let fills = if is_outermost { 0.0 } else { filled - partition_true };
                    ((accesses - partition_true).max(0.0) + drained, fills.max(0.0), accesses)
                }
                _ => (accesses, if is_outermost { 0.0 } else { filled }, 0.0),
            };
            let energy_j = access_energy(nest.memory(level), [reads, fills, updates]) * nest.charged(level);
            counts[level].operands[operand.index()] = Some(OperandCount {
                tile: workload.volume(operand, &nest.tiles[level]),
                partition: partitions[level],
                reads: reads as u64,
                fills: fills as u64,
                updates: updates as u64,
                energy_j,
            });
            (below, from, receivers) = (fills_all, level + 1, nest.used[level]);
        }
    }
    for (level, counted) in counts.iter_mut().enumerate() {
        counted.cycles = level_cycles(nest.memory(level), &counted.operands, compute);
    }
    let cycles = counts.iter().map(|level| level.cycles).max().unwrap_or(0);
    let cycles = cycles.max(compute as u64);
    let mac_energy_j = workload.macs() as f64 * architecture.mac.energy_j;
    let network_energy_j = hops * architecture.energy_per_hop_j;
    let leakage_j = architecture.leakage_w * cycles as f64 / architecture.clock_hz;
    let of_levels: f64 = counts.iter().map(LevelCount::energy_j).sum();
    counts.reverse();
    Counted {
        cycles,
        compute_cycles: compute as u64,
        energy_j: of_levels + mac_energy_j + network_energy_j + leakage_j,
        mac_energy_j,
        network_energy_j,
        leakage_j,
        macs_used: nest.used_macs,
        levels: counts,
    }
}

/// True words among padded ones, in whole words; what remains of a word by rounding is none.
pub(super) fn true_words(padded: f64, share: f64) -> f64 {
    if share == 1.0 {
        return padded.round();
    }
    (padded * share * (1.0 - 1e-12)).ceil()
}

/// Joules of one instance for words read, filled and updated: whole blocks of each (4.5).
pub(super) fn access_energy(level: &Level, [reads, fills, updates]: [f64; 3]) -> f64 {
    let block = f64::from(level.block_words.max(1));
    let blocks = |words: f64| (words / block).ceil();
    blocks(reads) * level.read_energy_j + (blocks(fills) + blocks(updates)) * level.write_energy_j
}

/// Cycles in which one instance gets its words in and out (4.6).
fn level_cycles(level: &Level, operands: &PerOperand<Option<OperandCount>>, compute: f64) -> u64 {
    let sum = |pick: fn(&OperandCount) -> u64| operands.iter().flatten().map(pick).sum::<u64>() as f64;
    stalled_cycles(level, sum(|o| o.reads), sum(|o| o.fills + o.updates), compute) as u64
}

/// Cycles in which one instance reads and writes so many words beside `compute` cycles of arithmetic.
pub(super) fn stalled_cycles(level: &Level, reads: f64, writes: f64, compute: f64) -> f64 {
    let limits = [
        (level.read_words_per_cycle, reads),
        (level.write_words_per_cycle, writes),
        (level.shared_words_per_cycle, reads + writes),
    ];
    let needed = limits.iter().filter_map(|&(rate, words)| rate.map(|rate| words / rate));
    needed.fold(compute, f64::max).ceil()
}

/// The loops with what follows from them, levels from the innermost outwards.
struct Nest<'a> {
    architecture: &'a Architecture,
    workload: &'a Workload,
    mapping: &'a Mapping,
    /// Extents inside a level, its loops over time included.
    tiles: Vec<Extents>,
    /// Extents one instance below the level works on.
    children: Vec<Extents>,
    /// Instances used.
    used: Vec<u64>,
    used_macs: u64,
    compute: f64,
    bounds: Extents,
}

impl<'a> Nest<'a> {
    fn new(architecture: &'a Architecture, workload: &'a Workload, mapping: &'a Mapping) -> Self {
        let count = mapping.levels.len();
        let mut extents: Extents = [1; DIMS];
        let (mut tiles, mut children) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut compute = 1.0;
        for level in mapping.levels.iter().rev() {
            children.push(extents);
            for &(dim, factor) in &level.spatial {
                extents[dim.index()] *= factor;
            }
            for &(dim, factor) in &level.temporal {
                extents[dim.index()] *= factor;
                compute *= factor as f64;
            }
            tiles.push(extents);
        }
        let mut used = vec![1; count];
        let mut product = 1_u64;
        for (place, level) in mapping.levels.iter().enumerate() {
            used[count - 1 - place] = product;
            product *= level.spatial.iter().map(|&(_, factor)| factor).product::<u64>();
        }
        Self {
            architecture,
            workload,
            mapping,
            tiles,
            children,
            used,
            used_macs: product,
            compute,
            bounds: extents,
        }
    }

    fn level(&self, level: usize) -> &LevelMapping {
        &self.mapping.levels[self.mapping.levels.len() - 1 - level]
    }

    fn memory(&self, level: usize) -> &Level {
        &self.architecture.levels[self.architecture.levels.len() - 1 - level]
    }

    /// Instances whose accesses are charged: clustered ones are accessed together.
    fn charged(&self, level: usize) -> f64 {
        charged_instances(self.memory(level), self.used[level])
    }

    /// True words of an operand per padded word.
    fn true_share(&self, operand: Operand) -> f64 {
        let padded = self.workload.volume(operand, &self.bounds);
        self.workload.volume(operand, &self.workload.bounds) as f64 / padded as f64
    }

    /// Words of the operand that pass through one instance, by level (4.4).
    fn partitions(&self, operand: Operand) -> Vec<u64> {
        let count = self.tiles.len();
        let mut partitions = vec![0; count];
        let mut partition = self.workload.volume(operand, &self.bounds);
        for level in (0..count).rev() {
            if level + 1 < count && !self.level(level + 1).spatial.is_empty() {
                let mut spread = self.tiles[level];
                for &(dim, factor) in &self.level(level + 1).spatial {
                    spread[dim.index()] *= factor;
                }
                let tile = self.workload.volume(operand, &self.tiles[level]);
                partition = partition * tile / self.workload.volume(operand, &spread);
            }
            partitions[level] = partition;
        }
        partitions
    }

    /// Different tiles among the instances that share one instance of `level` (4.2).
    fn distinct(&self, level: usize, operand: Operand) -> f64 {
        distinct_tiles(
            self.workload,
            operand,
            &self.level(level).spatial,
            &self.children[level],
        )
    }

    /// Words that fill one instance of `level` from outside (4.1).
    fn fills(&self, level: usize, operand: Operand) -> f64 {
        let mut walk = Walk::new(self.workload, operand, &self.tiles[level]);
        for outer in level + 1..self.tiles.len() {
            let mut extents = self.children[outer];
            for &(dim, factor) in &self.level(outer).spatial {
                extents[dim.index()] *= factor;
            }
            for &(dim, factor) in &self.level(outer).temporal {
                walk.step(self.workload, dim, factor, &extents);
                extents[dim.index()] *= factor;
            }
        }
        walk.words
    }
}

/// Instances of a level whose accesses are charged.
pub fn charged_instances(level: &Level, used: u64) -> f64 {
    let together = level.instances() as f64 / f64::from(level.cluster.max(1));
    (used as f64).min(together)
}

/// Different tiles of an operand among children spread by `spatial`, each of which works on `child` (4.2).
pub(super) fn distinct_tiles(workload: &Workload, operand: Operand, spatial: &[(Dim, u64)], child: &Extents) -> f64 {
    if operand != Operand::Inputs {
        let relevant = spatial.iter().filter(|(dim, _)| operand.is_moved_by(*dim));
        return relevant.map(|&(_, factor)| factor as f64).product();
    }
    let mut distinct = 1.0;
    let mut axes: [Vec<(u64, u64)>; 2] = [Vec::new(), Vec::new()];
    for &(dim, factor) in spatial {
        match workload.slide(dim) {
            Some((axis, step)) => axes[axis].push((factor, step * child[dim.index()])),
            None if operand.is_moved_by(dim) => distinct *= factor as f64,
            None => {}
        }
    }
    for axis in axes {
        distinct *= match axis[..] {
            [] => 1.0,
            [(factor, _)] => factor as f64,
            _ => distinct_sums(&axis) as f64,
        };
    }
    distinct
}

/// Number of different sums of one multiple of each step.
fn distinct_sums(parts: &[(u64, u64)]) -> usize {
    let mut sums = std::collections::BTreeSet::from([0_u64]);
    for &(factor, step) in parts {
        sums = sums
            .iter()
            .flat_map(|sum| (0..factor).map(move |i| sum + i * step))
            .collect();
    }
    sums.len()
}

/// The words that fill a tile while the loops outside it run, found by walking them from the innermost outwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Walk {
    operand: Operand,
    /// Words so far.
    pub(super) words: f64,
    /// Extents of the tile along the width and height of the input.
    extent: [u64; 2],
    tile: f64,
    state: Progress,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Progress {
    /// No loop that moves the tile so far; whether other loops were passed.
    Still { passed: bool },
    /// The innermost loop moves the tile, twice at each step so far: a next loop that goes on in the same way keeps the overlap.
    Sliding {
        dim: Dim,
        step: u64,
        fresh: f64,
        trips: u64,
    },
    /// Every further loop repeats what was counted.
    Repeating,
}

impl Walk {
    pub(super) fn new(workload: &Workload, operand: Operand, tile: &Extents) -> Self {
        let words = workload.volume(operand, tile) as f64;
        Self {
            operand,
            words,
            tile: words,
            extent: workload.input_extent(tile),
            state: Progress::Still { passed: false },
        }
    }

    /// Whether further loops only repeat what was counted.
    pub(super) fn is_settled(&self) -> bool {
        self.state == Progress::Repeating
    }

    /// Words at least once all further loops are passed, which have the factors `left` (of product `repeats`) in an order and at levels
    /// that are open still but for the innermost of them, `next`; `extents` is what lies inside. Exact where nothing is left or the walk
    /// is settled.
    pub(super) fn least(
        &self,
        workload: &Workload,
        extents: &Extents,
        left: &Extents,
        repeats: f64,
        next: Option<Dim>,
    ) -> f64 {
        // From the first loop that moves the tile on, everything outside repeats it, but for what slides along one axis.
        let slid = |dim: Dim| {
            let trips = left[dim.index()] as f64;
            let fresh = workload.slide(dim).filter(|_| self.operand == Operand::Inputs);
            let fresh = fresh.map_or(self.tile, |slide| self.fresh(slide, dim, extents));
            (self.tile + (trips - 1.0) * fresh) / trips
        };
        match (self.state, next) {
            (Progress::Repeating, _) => self.words * repeats,
            (Progress::Sliding { dim, fresh, trips, .. }, _) => {
                let more = left[dim.index()];
                let merged = self.tile + ((trips * more) as f64 - 1.0) * fresh;
                let goes_on = next.is_none_or(|next| next == dim);
                let apart = self.words * repeats;
                if goes_on {
                    apart.min(merged * repeats / more as f64)
                } else {
                    apart
                }
            }
            (Progress::Still { passed: true }, Some(next)) if self.operand.is_moved_by(next) => self.tile * repeats,
            (Progress::Still { passed: false }, Some(next)) if self.operand.is_moved_by(next) => slid(next) * repeats,
            (Progress::Still { passed }, _) => {
                let moves = Dim::ALL.into_iter().filter(|dim| self.operand.is_moved_by(*dim));
                let moves: f64 = moves.map(|dim| left[dim.index()] as f64).product();
                if passed || next.is_some() || self.operand != Operand::Inputs {
                    return self.tile * moves;
                }
                let slides = [Dim::P, Dim::Q, Dim::R, Dim::S].map(|dim| slid(dim) * moves);
                slides.into_iter().fold(self.tile * moves, f64::min)
            }
        }
    }

    /// Words that are new at a step of a sliding loop with `extents` inside it.
    fn fresh(&self, (axis, stride): (usize, u64), dim: Dim, extents: &Extents) -> f64 {
        let shared = self.extent[axis].saturating_sub(stride * extents[dim.index()]);
        self.tile - self.tile * shared as f64 / self.extent[axis] as f64
    }

    /// Passes the next loop outwards, of `factor` > 1 iterations, `extents` being what lies inside it.
    pub(super) fn step(&mut self, workload: &Workload, dim: Dim, factor: u64, extents: &Extents) {
        let trips = factor as f64;
        match self.state {
            Progress::Repeating => self.words *= trips,
            Progress::Still { .. } if !self.operand.is_moved_by(dim) => self.state = Progress::Still { passed: true },
            // A change of direction has thrown away what the tile shared with its successor.
            Progress::Still { passed: true } => {
                self.words *= trips;
                self.state = Progress::Repeating;
            }
            Progress::Still { passed: false } => {
                let slide = workload.slide(dim).filter(|_| self.operand == Operand::Inputs);
                let Some((axis, stride)) = slide else {
                    self.words *= trips;
                    self.state = Progress::Repeating;
                    return;
                };
                let step = stride * extents[dim.index()];
                let fresh = self.fresh((axis, stride), dim, extents);
                self.words = self.tile + (trips - 1.0) * fresh;
                self.state = match factor {
                    2 => Progress::Sliding {
                        dim,
                        step,
                        fresh,
                        trips: 2,
                    },
                    _ => Progress::Repeating,
                };
            }
            // Timeloop follows the tile exactly over two positions and extrapolates over more, so that it sees the next loop
            // go on in the same direction only after one of two trips.
            Progress::Sliding {
                dim: inner,
                step,
                fresh,
                trips: passed,
            } => {
                let goes_on = dim == inner
                    && workload
                        .slide(dim)
                        .is_some_and(|(_, stride)| stride * extents[dim.index()] == step * passed);
                if goes_on {
                    let all = passed * factor;
                    self.words = self.tile + (all as f64 - 1.0) * fresh;
                    self.state = match factor {
                        2 => Progress::Sliding {
                            dim,
                            step,
                            fresh,
                            trips: all,
                        },
                        _ => Progress::Repeating,
                    };
                } else {
                    self.words *= trips;
                    self.state = Progress::Repeating;
                }
            }
        }
    }
}
