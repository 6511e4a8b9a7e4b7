//! Explanations of a layer's cost on a spatial accelerator, from its mapping down to the energies of single accesses.

use super::{Node, source};
use crate::cost::LayerCost;
use crate::cost::spatial::Spatial;
use crate::cost::spatial::architecture::Level;
use crate::cost::spatial::count::{Counted, OperandCount, charged_instances};
use crate::cost::spatial::dim::Operand;
use crate::cost::spatial::model::Detail;
use crate::cost::spatial::search::Found;
use crate::design::Explanation;
use crate::system::Device;
use crate::units::Unit;

/// Where counts of accesses come from.
const COUNTED: &str = "counted from the mapping (Timeloop's dense rules)";

/// Where counts of operations come from.
const SHAPES: &str = "counted from the shapes of the layer";

/// A layer on a spatial accelerator.
pub(super) struct Array<'a> {
    device: &'a Device,
    model: &'a Spatial,
    detail: &'a Detail,
}

impl<'a> Array<'a> {
    /// The layer that costs this, as far as the cost says how it runs.
    pub fn of(device: &'a Device, model: &'a Spatial, cost: &'a LayerCost) -> Option<Self> {
        let detail = cost.detail.as_deref()?;
        Some(Self { device, model, detail })
    }

    /// Completes the node of the layer's seconds.
    pub fn latency(&self, node: Node) -> Explanation {
        let cycles = match self.detail {
            Detail::Nothing => return node.given("it takes no time of its own"),
            Detail::Vector { cycles, ops, .. } => self.vector_cycles(*cycles, *ops),
            Detail::Array { repeat, found, .. } => {
                let runs = count("k", "runs, one after another", *repeat).given(COUNTED);
                return node.formula("k × c / f", vec![runs, self.cycles(found), self.clock()]);
            }
        };
        node.formula("c / f", vec![cycles, self.clock()])
    }

    /// Completes the node of the layer's joules.
    pub fn energy(&self, node: Node) -> Explanation {
        match self.detail {
            Detail::Nothing => node.given("it takes no energy of its own"),
            Detail::Vector {
                ops: number,
                energy_j: [of_ops, of_words],
                cycles,
                ..
            } => {
                let each = self.parameter(
                    "e_op",
                    "energy of an operation of the vector unit",
                    Unit::Joules,
                    self.model.vector.energy_per_op_j,
                    "vector.energy_per_op_j",
                );
                let ops_j = Node::new("E_op", "operations of the vector unit", Unit::Joules, *of_ops);
                let ops = count("n_op", "operations", *number).given(SHAPES);
                let words = "words read and written once in the level that all share";
                let words = Node::new("E_mem", words, Unit::Joules, *of_words).given(COUNTED);
                let leaked = self.model.architecture.leakage_w * *cycles as f64 / self.model.architecture.clock_hz;
                node.sum(vec![
                    ops_j.formula("n_op × e_op", vec![ops, each]),
                    words,
                    self.leakage(leaked, self.vector_cycles(*cycles, *number)),
                ])
            }
            Detail::Array {
                repeat,
                found,
                workload,
            } => {
                let runs = count("k", "runs, one after another", *repeat).given(COUNTED);
                let counted = &found.counted;
                let run = Node::new("e", "energy of one run", Unit::Joules, counted.energy_j);
                let mut parts = vec![self.macs(counted, workload.macs())];
                let levels = self.model.architecture.levels.iter().zip(&counted.levels).enumerate();
                for (index, (level, count)) in levels {
                    for operand in Operand::ALL {
                        if let Some(accesses) = &count.operands[operand.index()] {
                            parts.push(self.accesses(index, level, operand, accesses, count.instances_used));
                        }
                    }
                }
                if counted.network_energy_j > 0.0 {
                    let meaning = "words that hop between instances";
                    parts.push(Node::new("E_net", meaning, Unit::Joules, counted.network_energy_j).given(COUNTED));
                }
                parts.push(self.leakage(counted.leakage_j, self.cycles(found)));
                node.formula("k × e", vec![runs, run.sum(parts)])
            }
        }
    }

    fn parameter(&self, symbol: &str, meaning: &str, unit: Unit, value: f64, name: &str) -> Explanation {
        Node::new(symbol, meaning, unit, value).given(source(&self.device.sources, name))
    }

    fn clock(&self) -> Explanation {
        let clock = self.model.architecture.clock_hz;
        self.parameter("f", "clock", Unit::Hertz, clock, "clock_hz")
    }

    fn vector_cycles(&self, cycles: u64, ops: u64) -> Explanation {
        let node = count("c", "cycles of the vector unit", cycles);
        let lanes = u64::from(self.model.vector.lanes);
        let lanes = count("n_lane", "lanes", lanes).given(source(&self.device.sources, "vector.lanes"));
        let ops = count("n_op", "operations", ops).given(SHAPES);
        node.formula("ceil(n_op / n_lane)", vec![ops, lanes])
    }

    /// Cycles of one run: those of the arithmetic, unless a level needs more to get its words in and out.
    fn cycles(&self, found: &Found) -> Explanation {
        let counted = &found.counted;
        let loops = found.mapping.levels.iter().zip(&self.model.architecture.levels);
        let loops = loops.flat_map(|(mapped, level)| mapped.temporal.iter().rev().map(|entry| (entry, &level.name)));
        let factors = loops.enumerate().map(|(index, (&(dim, factor), level))| {
            let meaning = format!("loop over {} at {level}", dim.words());
            count(&format!("n_{index}"), &meaning, factor).given("chosen by the search")
        });
        let factors: Vec<Explanation> = factors.collect();
        let arithmetic = count("c_mac", "cycles of the arithmetic", counted.compute_cycles);
        let arithmetic = match factors.len() {
            0 => arithmetic.given("one step: no loop over time"),
            _ => {
                let symbols: Vec<&str> = factors.iter().map(|factor| factor.symbol.as_str()).collect();
                let formula = symbols.join(" × ");
                arithmetic.formula(&formula, factors)
            }
        };
        let levels = self.model.architecture.levels.iter().zip(&counted.levels).enumerate();
        let slower = levels.filter(|(_, (_, count))| count.cycles > counted.compute_cycles);
        let slower = slower.map(|(index, (level, levelled))| {
            let meaning = format!("cycles that {} needs for its words", level.name);
            count(&format!("c_{index}"), &meaning, levelled.cycles)
                .given(format!("{COUNTED}, over its words per cycle"))
        });
        let mut parts = vec![arithmetic];
        parts.extend(slower);
        let symbols: Vec<String> = parts.iter().map(|part| part.symbol.clone()).collect();
        let limit = match counted.bottleneck() {
            Some(level) => format!("limited by {}", self.model.architecture.levels[level].name),
            None => "limited by arithmetic".to_owned(),
        };
        let node = count("c", &format!("cycles of one run, {limit}"), counted.cycles);
        let formula = match symbols.as_slice() {
            [only] => only.clone(),
            several => format!("max({})", several.join(", ")),
        };
        node.formula(&formula, parts)
    }

    fn macs(&self, counted: &Counted, macs: u64) -> Explanation {
        let each = self.model.architecture.mac.energy_j;
        let each = self.parameter(
            "e_mac",
            "energy of a multiply-accumulate",
            Unit::Joules,
            each,
            "mac.energy_j",
        );
        let number = Node::new("n_mac", "multiply-accumulates", Unit::Macs, macs as f64).given("network file");
        let node = Node::new("E_mac", "multiply-accumulates", Unit::Joules, counted.mac_energy_j);
        node.formula("n_mac × e_mac", vec![number, each])
    }

    fn accesses(
        &self,
        index: usize,
        level: &Level,
        operand: Operand,
        accesses: &OperandCount,
        used: u64,
    ) -> Explanation {
        let name = |field: &str| format!("levels.{}.{field}", level.name);
        let meaning = format!("{} in {}", operand.word(), level.name);
        let symbol = format!("E_{index}{}", operand.letter());
        let node = Node::new(symbol, meaning, Unit::Joules, accesses.energy_j);
        let words = |symbol: &str, meaning: &str, value: u64| count(symbol, meaning, value).given(COUNTED);
        let charged = Node::new("u", "instances accessed", Unit::Count, charged_instances(level, used));
        let block = u64::from(level.block_words);
        let energy = |symbol: &str, meaning: &str, value: f64, field: &str| {
            self.parameter(symbol, meaning, Unit::Joules, value, &name(field))
        };
        node.formula(
            "u × (ceil(r / b) × e_r + (ceil(w / b) + ceil(v / b)) × e_w)",
            vec![
                charged.given(COUNTED),
                words("r", "words read from one instance", accesses.reads),
                words("w", "words that fill it from outside", accesses.fills),
                words("v", "words updated from inside", accesses.updates),
                count("b", "words per access", block).given(source(&self.device.sources, &name("block_words"))),
                energy("e_r", "energy of a read", level.read_energy_j, "read_energy_j"),
                energy("e_w", "energy of a write", level.write_energy_j, "write_energy_j"),
            ],
        )
    }

    fn leakage(&self, joules: f64, mut cycles: Explanation) -> Explanation {
        cycles.symbol = "c".to_owned();
        let watts = self.model.architecture.leakage_w;
        let watts = self.parameter("P_leak", "leakage", Unit::Watts, watts, "leakage_w");
        let node = Node::new("E_leak", "leakage while it runs", Unit::Joules, joules);
        node.formula("P_leak × c / f", vec![watts, cycles, self.clock()])
    }
}

fn count(symbol: &str, meaning: &str, value: u64) -> Node {
    Node::new(symbol, meaning, Unit::Count, value as f64)
}
