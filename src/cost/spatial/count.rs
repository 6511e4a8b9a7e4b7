//! What a given mapping costs: accesses, cycles and energy, by the counting rules of accelerators.md 4.
//!
//! Inside this file levels count from the innermost (0) outwards, as in the formulas; [`Counted::levels`] is in the order of the
//! architecture, the main memory first.

use super::architecture::{Architecture, Level};
use super::dim::{DIMS, Extents, Operand, PerOperand};
use super::mapping::{LevelMapping, Mapping};
use super::rules::Rules;
use super::tile::{Walk, distinct_tiles};
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
                let whole =
                    u128::from(partition) * u128::from(tile) / u128::from(self.workload.volume(operand, &spread));
                partition = u64::try_from(whole).unwrap_or(u64::MAX);
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
    // Where all instances make no whole cluster, the one storage is accessed all the same.
    (used as f64).min(together.max(1.0))
}
