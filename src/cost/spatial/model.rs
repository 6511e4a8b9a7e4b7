//! The cost model: every layer by the best mapping found, or by passes of the vector unit.

use super::Spatial;
use super::architecture::{Architecture, Level};
use super::count::access_energy;
use super::layer::{Nest, Vector, Work};
use super::memo::{Mapped, Question, SHARED};
use super::search::Found;
use super::workload::Workload;
use crate::cost::{CostModel, Infeasible, LayerCost, LimitedBy, PartitionCost, Watch, Widths};
use crate::network::{LayerId, Network};
use std::sync::Arc;

/// How a spatial accelerator runs a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// On the array: one run, how often it runs, and its mapping.
    Array {
        /// The loops of one run.
        workload: Workload,
        /// How often it runs.
        repeat: u64,
        /// The mapping with its counts, those of one run.
        found: Arc<Found>,
    },
    /// On the vector unit.
    Vector {
        /// Operations.
        ops: u64,
        /// Words read from and written to the level that all share.
        words: [u64; 2],
        /// Cycles.
        cycles: u64,
        /// Joules of the operations, and of the words.
        energy_j: [f64; 2],
    },
    /// Nowhere: it costs nothing.
    Nothing,
}

impl Spatial {
    /// Whether the mappings of all layers of `network` are known already, so that their costs take no time.
    pub fn is_mapped(&self, network: &Network, widths: Widths) -> bool {
        let layers = 0..network.layers.len();
        let works: Vec<_> = layers.map(|layer| self.work(network, layer, widths)).collect();
        SHARED.knows(&self.question(), &nests(&works))
    }

    fn question(&self) -> Question<'_> {
        Question {
            architecture: &self.architecture,
            rules: self.rules,
            objective: self.objective,
            budget: self.budget,
        }
    }

    /// Costs of layers, each by itself.
    fn costs(
        &self,
        network: &Network,
        layers: &[LayerId],
        widths: Widths,
        watch: &Watch,
    ) -> Vec<Result<LayerCost, Infeasible>> {
        let works: Vec<Result<Work, Infeasible>> =
            layers.iter().map(|&layer| self.work(network, layer, widths)).collect();
        let mut mapped = SHARED.mappings(&self.question(), &nests(&works), watch).into_iter();
        let costs = works.iter().zip(layers).map(|(work, &layer)| match work {
            Err(why) => Err(why.clone()),
            Ok(Work::Nothing) => Ok(self.nothing(network, layer)),
            Ok(Work::Vector(vector)) => Ok(self.vector_cost(vector)),
            Ok(Work::Nest(nest)) => {
                let mapped = mapped.next();
                self.array_cost(network, layer, nest, mapped)
            }
        });
        costs.collect()
    }

    fn work(&self, network: &Network, layer: LayerId, widths: Widths) -> Result<Work, Infeasible> {
        let name = &network.layers[layer].name;
        let infeasible = |reason: String| Infeasible {
            reason,
            layer: Some(layer),
        };
        let work = Work::of(network, layer, self.rules);
        let work = work.map_err(|why| infeasible(format!("{name} is unmappable: {why}")))?;
        let (needed, bits) = (
            widths.activation_bits.max(widths.weight_bits),
            self.architecture.mac.bits,
        );
        if matches!(work, Work::Nest(_)) && needed > bits {
            return Err(infeasible(format!(
                "{name} needs {needed} bit, the MAC units have {bits} bit"
            )));
        }
        Ok(work)
    }

    fn nothing(&self, network: &Network, layer: LayerId) -> LayerCost {
        let (op, macs) = (&network.layers[layer].op, network.layers[layer].macs);
        let why = match macs {
            Some(_) => format!("{op} has no multiply-accumulates"),
            None => format!("The multiply-accumulates of {op} are not known"),
        };
        let assumption = self.rules.ignore_other_layers;
        let assumption = assumption.then(|| format!("{why}: counted as free, as CNNParted does"));
        LayerCost {
            latency_s: 0.0,
            energy_j: 0.0,
            utilisation: None,
            limited_by: LimitedBy::Compute,
            assumption,
            detail: Some(Arc::new(Detail::Nothing)),
        }
    }

    fn vector_cost(&self, vector: &Vector) -> LayerCost {
        let lanes = u64::from(self.vector.lanes.max(1));
        let cycles = vector.ops.div_ceil(lanes);
        let shared = shared_level(&self.architecture);
        let words = [vector.inputs as f64, vector.outputs as f64, 0.0];
        let of_words = shared.map_or(0.0, |level| access_energy(level, words));
        let of_ops = vector.ops as f64 * self.vector.energy_per_op_j;
        let latency_s = cycles as f64 / self.architecture.clock_hz;
        LayerCost {
            latency_s,
            energy_j: of_ops + of_words + self.architecture.leakage_w * latency_s,
            utilisation: None,
            limited_by: LimitedBy::Compute,
            assumption: vector.assumption.clone(),
            detail: Some(Arc::new(Detail::Vector {
                ops: vector.ops,
                words: [vector.inputs, vector.outputs],
                cycles,
                energy_j: [of_ops, of_words],
            })),
        }
    }

    fn array_cost(
        &self,
        network: &Network,
        layer: LayerId,
        nest: &Nest,
        mapped: Option<Mapped>,
    ) -> Result<LayerCost, Infeasible> {
        let name = &network.layers[layer].name;
        let found = match mapped {
            Some(Ok(found)) => found,
            Some(Err(why)) => {
                return Err(Infeasible {
                    reason: format!("{name} is {why}"),
                    layer: Some(layer),
                });
            }
            None => {
                return Err(Infeasible {
                    reason: format!("{name} was not mapped"),
                    layer: Some(layer),
                });
            }
        };
        let repeat = nest.repeat as f64;
        let counted = &found.counted;
        let limited_by = match counted.bottleneck() {
            Some(_) => LimitedBy::Memory,
            None => LimitedBy::Compute,
        };
        Ok(LayerCost {
            latency_s: repeat * counted.cycles as f64 / self.architecture.clock_hz,
            energy_j: repeat * counted.energy_j,
            utilisation: Some(counted.utilisation(&nest.workload, &self.architecture)),
            limited_by,
            assumption: nest.assumption.clone(),
            detail: Some(Arc::new(Detail::Array {
                workload: nest.workload.clone(),
                repeat: nest.repeat,
                found,
            })),
        })
    }
}

/// The loops of the works that have some.
fn nests(works: &[Result<Work, Infeasible>]) -> Vec<&Workload> {
    let nests = works.iter().filter_map(|work| match work {
        Ok(Work::Nest(nest)) => Some(&nest.workload),
        _ => None,
    });
    nests.collect()
}

/// The innermost level with one instance: what the vector unit reads from and writes to.
pub fn shared_level(architecture: &Architecture) -> Option<&Level> {
    architecture.levels.iter().rev().find(|level| level.instances() == 1)
}

impl CostModel for Spatial {
    fn each(
        &self,
        network: &Network,
        layers: &[LayerId],
        widths: Widths,
        watch: &Watch,
    ) -> Vec<Result<LayerCost, Infeasible>> {
        self.costs(network, layers, widths, watch)
    }

    fn partition(&self, network: &Network, layers: &[LayerId], widths: Widths) -> Result<PartitionCost, Infeasible> {
        let costs = self.costs(network, layers, widths, &Watch::default());
        let layers = costs.into_iter().collect::<Result<Vec<_>, _>>()?;
        let latency_s = layers.iter().map(|c| c.latency_s).sum();
        Ok(PartitionCost {
            latency_s,
            energy_j: layers.iter().map(|c| c.energy_j).sum(),
            interval_s: latency_s,
            area_m2: Some(self.architecture.area_m2()),
            layers,
        })
    }
}
