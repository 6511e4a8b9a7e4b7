//! What a search needs to know of architecture and layer, laid out for speed. Levels count from the innermost (0) outwards, as in the
//! formulas of accelerators.md 3 and 4.

use super::super::architecture::{Architecture, Keep, Level, Rule};
use super::super::dim::{DIMS, Dim, Extents, Operand, PerOperand};
use super::super::rules::{Objective, Rules};
use super::super::workload::Workload;

/// Architecture and layer, levels from the innermost outwards.
pub(super) struct Problem<'a> {
    pub architecture: &'a Architecture,
    pub workload: &'a Workload,
    pub rules: Rules,
    pub objective: Objective,
    pub levels: Vec<LevelFacts<'a>>,
}

/// What is fixed about a level whatever the mapping.
pub(super) struct LevelFacts<'a> {
    pub level: &'a Level,
    /// Words it holds.
    pub capacity: u64,
    /// What its loops over time may be, with the layer's dimensions in mind.
    pub temporal: [Rule; DIMS],
    /// What may be spread over the instances below.
    pub spatial: [Rule; DIMS],
    /// Instances below along rows and columns.
    pub fan_out: (u64, u64),
    /// Dimensions that lie along rows.
    pub along_x: [bool; DIMS],
}

impl<'a> Problem<'a> {
    pub fn new(architecture: &'a Architecture, workload: &'a Workload, rules: Rules, objective: Objective) -> Self {
        let outermost_first = architecture.levels.iter().enumerate();
        let mut levels: Vec<LevelFacts> = outermost_first
            .map(|(index, level)| LevelFacts {
                level,
                capacity: level.capacity_words.unwrap_or(u64::MAX),
                temporal: Dim::ALL.map(|dim| adapted(level.temporal.rule(dim), workload.bounds[dim.index()])),
                spatial: Dim::ALL.map(|dim| adapted(level.spatial.rule(dim), workload.bounds[dim.index()])),
                fan_out: architecture.fan_out(index),
                along_x: Dim::ALL.map(|dim| level.spatial.along_x.contains(&dim)),
            })
            .collect();
        levels.reverse();
        take_all(&mut levels);
        Self {
            architecture,
            workload,
            rules,
            objective,
            levels,
        }
    }

    /// All choices of what each level stores, the innermost level first.
    pub fn keeps(&self) -> Vec<Vec<PerOperand<bool>>> {
        let mut all: Vec<Vec<PerOperand<bool>>> = vec![Vec::new()];
        for level in &self.levels {
            let choices = keep_choices(level.level.keep);
            let longer = all.iter().flat_map(|chosen| {
                choices.iter().map(move |&choice| {
                    let mut chosen = chosen.clone();
                    chosen.push(choice);
                    chosen
                })
            });
            all = longer.collect();
        }
        all
    }
}

/// A rule for a dimension of this bound: a fixed factor larger than the dimension is dropped and the dimension free (2.2).
fn adapted(rule: Rule, bound: u64) -> Rule {
    match rule {
        _ if bound == 1 => Rule::One,
        Rule::Exactly(factor) if factor > bound => Rule::Free,
        Rule::Exactly(1) | Rule::AtMost(1) => Rule::One,
        other => other,
    }
}

/// Leaves nothing of a dimension to the slots outside one that takes all of it.
fn take_all(levels: &mut [LevelFacts]) {
    let mut taken = [false; DIMS];
    for facts in levels {
        let has_instances = facts.fan_out != (1, 1);
        for (dim, taken) in taken.iter_mut().enumerate() {
            if *taken {
                facts.spatial[dim] = nothing_left(facts.spatial[dim]);
            }
            *taken |= has_instances && facts.spatial[dim] == Rule::Full;
            if *taken {
                facts.temporal[dim] = nothing_left(facts.temporal[dim]);
            }
            *taken |= facts.temporal[dim] == Rule::Full;
        }
    }
}

/// The rule of a slot outside one that takes all: no factor, and where one is asked for there is no way.
fn nothing_left(rule: Rule) -> Rule {
    match rule {
        Rule::Exactly(_) => NO_WAY,
        _ => Rule::One,
    }
}

/// A rule that no factor follows.
pub(super) const NO_WAY: Rule = Rule::Exactly(u64::MAX);

fn keep_choices(keep: PerOperand<Keep>) -> Vec<PerOperand<bool>> {
    let mut all = vec![[false; 3]];
    for operand in Operand::ALL {
        let options: &[bool] = match keep[operand.index()] {
            Keep::Yes => &[true],
            Keep::No => &[false],
            Keep::Free => &[true, false],
        };
        let longer = all.iter().flat_map(|chosen| {
            options.iter().map(move |&option| {
                let mut chosen: PerOperand<bool> = *chosen;
                chosen[operand.index()] = option;
                chosen
            })
        });
        all = longer.collect();
    }
    all
}

/// The divisors of a number, ascending.
pub(super) fn divisors(number: u64) -> Vec<u64> {
    let small = (1..)
        .take_while(|d| d * d <= number)
        .filter(|&d| number.is_multiple_of(d));
    let mut all: Vec<u64> = small.flat_map(|d| [d, number / d]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The product of all entries.
pub(super) fn product(extents: &Extents) -> u64 {
    extents.iter().product()
}
