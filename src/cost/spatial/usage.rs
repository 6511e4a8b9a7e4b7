//! What several layers ask of a spatial accelerator together: joules and words by level and operand, and what holds a layer back.

use super::architecture::{Architecture, Level};
use super::count::{Counted, LevelCount};
use super::dim::{Operand, PerOperand};
use super::model::{Detail, shared_level};

/// Energy and accesses of any number of layers, all their runs and instances together.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// By level of the architecture, the main memory first.
    pub levels: Vec<LevelUsage>,
    /// Multiply-accumulates.
    pub macs: u64,
    /// Joules of the MAC units.
    pub mac_energy_j: f64,
    /// Operations of the vector unit.
    pub vector_ops: u64,
    /// Joules of the vector unit's operations.
    pub vector_energy_j: f64,
    /// Joules of the on-chip network.
    pub network_energy_j: f64,
    /// Joules that leaked.
    pub leakage_j: f64,
}

/// Energy and accesses at one level.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LevelUsage {
    /// Joules by operand.
    pub energy_j: PerOperand<f64>,
    /// Words read and written by operand.
    pub words: PerOperand<f64>,
}

impl LevelUsage {
    /// Joules of all operands.
    pub fn total_j(&self) -> f64 {
        self.energy_j.iter().sum()
    }

    /// Words of all operands.
    pub fn total_words(&self) -> f64 {
        self.words.iter().sum()
    }
}

impl Usage {
    /// What the layers of these details need on the accelerator they were found for.
    pub fn of<'d>(architecture: &Architecture, details: impl IntoIterator<Item = &'d Detail>) -> Self {
        let mut usage = Self {
            levels: vec![LevelUsage::default(); architecture.levels.len()],
            macs: 0,
            mac_energy_j: 0.0,
            vector_ops: 0,
            vector_energy_j: 0.0,
            network_energy_j: 0.0,
            leakage_j: 0.0,
        };
        for detail in details {
            usage.add(architecture, detail);
        }
        usage
    }

    fn add(&mut self, architecture: &Architecture, detail: &Detail) {
        match detail {
            Detail::Nothing => {}
            Detail::Vector {
                ops,
                words: [read, written],
                cycles,
                energy_j: [of_ops, of_words],
            } => {
                self.vector_ops += ops;
                self.vector_energy_j += of_ops;
                self.leakage_j += architecture.leakage_w * *cycles as f64 / architecture.clock_hz;
                let shared = shared_level(architecture).map(|shared| shared.name.as_str());
                let index = architecture
                    .levels
                    .iter()
                    .position(|level| Some(level.name.as_str()) == shared);
                let Some((level, index)) = index.and_then(|index| Some((self.levels.get_mut(index)?, index))) else {
                    return;
                };
                // Reads are of inputs, writes of outputs; a word of either costs what the level says.
                let memory = &architecture.levels[index];
                let shares = [
                    *read as f64 * memory.read_energy_j,
                    *written as f64 * memory.write_energy_j,
                ];
                let sum = shares[0] + shares[1];
                let (inputs, outputs) = (Operand::Inputs.index(), Operand::Outputs.index());
                for (operand, share, words) in [(inputs, shares[0], *read), (outputs, shares[1], *written)] {
                    level.words[operand] += words as f64;
                    level.energy_j[operand] += if sum > 0.0 { of_words * share / sum } else { 0.0 };
                }
            }
            Detail::Array {
                workload,
                repeat,
                found,
            } => {
                let (runs, counted) = (*repeat as f64, &found.counted);
                self.macs += workload.macs().saturating_mul(*repeat);
                self.mac_energy_j += runs * counted.mac_energy_j;
                self.network_energy_j += runs * counted.network_energy_j;
                self.leakage_j += runs * counted.leakage_j;
                for (level, count) in self.levels.iter_mut().zip(&counted.levels) {
                    for operand in Operand::ALL.map(Operand::index) {
                        if let Some(accesses) = count.operands[operand] {
                            let words = accesses.reads + accesses.fills + accesses.updates;
                            level.words[operand] += runs * words as f64 * count.instances_used as f64;
                            level.energy_j[operand] += runs * accesses.energy_j;
                        }
                    }
                }
            }
        }
    }

    /// Joules of everything.
    pub fn total_j(&self) -> f64 {
        let levels: f64 = self.levels.iter().map(LevelUsage::total_j).sum();
        levels + self.mac_energy_j + self.vector_energy_j + self.network_energy_j + self.leakage_j
    }
}

/// The level that holds a mapping back and how many words per cycle it is limited to: `Scratchpad: 8 words per cycle`; `None` where the
/// arithmetic sets the time.
pub fn bottleneck_words(architecture: &Architecture, counted: &Counted) -> Option<String> {
    let index = counted.bottleneck()?;
    let (level, count) = (architecture.levels.get(index)?, counted.levels.get(index)?);
    let (rate, what) = binding_rate(level, count)?;
    let plural = if rate == 1.0 { "word" } else { "words" };
    Some(format!("{}: {rate} {plural} {what}per cycle", level.name))
}

/// Which of a level's rates its accesses use most, and of what.
fn binding_rate(level: &Level, count: &LevelCount) -> Option<(f64, &'static str)> {
    let operands = || count.operands.iter().flatten();
    let reads = operands().map(|o| o.reads).sum::<u64>() as f64;
    let writes = operands().map(|o| o.fills + o.updates).sum::<u64>() as f64;
    let limits = [
        (level.read_words_per_cycle, reads, "read "),
        (level.write_words_per_cycle, writes, "written "),
        (level.shared_words_per_cycle, reads + writes, ""),
    ];
    let needed = limits
        .into_iter()
        .filter_map(|(rate, words, what)| rate.map(|rate| (words / rate, rate, what)));
    let most = needed.max_by(|a, b| a.0.total_cmp(&b.0));
    most.map(|(_, rate, what)| (rate, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{CostModel, Watch};
    use crate::project::sample;
    use crate::system::DeviceModel;

    #[test]
    fn parts_add_up_to_the_energy_of_the_layers() {
        let network = sample::convolutions();
        let device = sample::spatial("S");
        let DeviceModel::Spatial(model) = &device.model else {
            panic!("the sample is spatial")
        };
        let layers: Vec<usize> = (0..network.layers.len()).collect();
        let costs = model.each(&network, &layers, device.widths(), &Watch::default());
        let costs: Vec<_> = costs.into_iter().map(Result::unwrap).collect();
        let usage = Usage::of(
            &model.architecture,
            costs.iter().filter_map(|cost| cost.detail.as_deref()),
        );
        let expected: f64 = costs.iter().map(|cost| cost.energy_j).sum();
        assert!((usage.total_j() / expected - 1.0).abs() < 1e-9, "{usage:?}, {expected}");
        let macs: u64 = network.layers.iter().filter_map(|layer| layer.macs).sum();
        assert_eq!(usage.macs, macs);
        assert!(usage.vector_ops > 0, "the pooling layer runs on the vector unit");
        // The scratchpad keeps no inputs.
        assert_eq!(usage.levels[2].energy_j[Operand::Inputs.index()], 0.0);
        assert!(usage.levels[0].energy_j.iter().all(|&energy| energy > 0.0));
    }

    #[test]
    fn the_bottleneck_is_named_with_its_rate() {
        let network = sample::convolutions();
        let device = sample::spatial("S");
        let DeviceModel::Spatial(mut model) = device.model.clone() else {
            panic!("the sample is spatial")
        };
        model.architecture.levels[0].shared_words_per_cycle = Some(0.25);
        let costs = model.each(&network, &[0], device.widths(), &Watch::default());
        let cost = costs.into_iter().next().unwrap().unwrap();
        let Some(Detail::Array { found, .. }) = cost.detail.as_deref() else {
            panic!("a convolution runs on the array")
        };
        let words = bottleneck_words(&model.architecture, &found.counted);
        assert_eq!(words.as_deref(), Some("DRAM: 0.25 words per cycle"));
    }
}
