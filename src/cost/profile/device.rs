//! A device whose costs are those of a profile: bundles of a network's blocks, measured as units.
//!
//! Running blocks a..b takes what the best tiling of them with measured bundles takes, so a partition does not cost the sum of its
//! layers ([`Partitions`]). Where a single layer must have a number, it is its share of the smallest measured bundle it lies in.

mod sizes;
mod stored;
mod tiling;

use super::BundleTable;
use crate::cost::{CostModel, Infeasible, LayerCost, LimitedBy, PartitionCost, Partitions, Watch, Widths};
use crate::network::blocks::{Blocks, BlocksError};
use crate::network::{LayerId, Network};
use serde::{Deserialize, Serialize};
pub use sizes::Sizes;
use std::sync::Arc;
pub use tiling::{Bundled, Tile};

/// Most costs of bundles a device can have: files that hold a device stay small enough to be read at once.
pub const MOST_COSTS: usize = 20_000;

/// A measured device at one of its clocks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Where the numbers come from, in words.
    pub source: String,
    /// The network that was measured, by name.
    pub network: String,
    /// Its blocks in order, at least one.
    pub blocks: Arc<Vec<Block>>,
    /// What bundles of the blocks cost.
    #[serde(with = "stored")]
    pub bundles: Arc<BundleTable>,
    /// The clock it runs at in hertz, one of those that were measured; `None` where the profile has no clocks.
    #[serde(default)]
    pub clock_hz: Option<u64>,
    /// Blocks of the longest bundle that is run as one; `None` = any that was measured.
    #[serde(default)]
    pub longest: Option<usize>,
    /// What times are multiplied by, because the device does other work besides; above 0, 1 = as measured.
    #[serde(default = "unloaded")]
    pub load: f64,
    /// Joules of a full battery, of which inferences live; `None` = it has none.
    #[serde(default)]
    pub battery_j: Option<f64>,
    /// The sizes of tensors it was measured at; `None` = not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Sizes>,
}

/// Copies share their tables, which are then not compared cost by cost: systems are compared in every frame.
impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.clock_hz == other.clock_hz
            && self.longest == other.longest
            && self.load == other.load
            && self.battery_j == other.battery_j
            && self.network == other.network
            && self.source == other.source
            && self.sizes == other.sizes
            && (Arc::ptr_eq(&self.blocks, &other.blocks) || self.blocks == other.blocks)
            && (Arc::ptr_eq(&self.bundles, &other.bundles) || self.bundles == other.bundles)
    }
}

fn unloaded() -> f64 {
    1.0
}

/// A block of the network that was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Its name in the profile.
    pub name: String,
    /// The raw layers it consists of, by name, at least one.
    pub layers: Vec<String>,
}

impl Profile {
    /// A device with these costs of bundles of `blocks`, for `raw`, the raw view of the network they are blocks of; at the highest clock.
    ///
    /// # Errors
    /// The network has other blocks.
    pub fn new(
        source: impl Into<String>,
        raw: &Network,
        blocks: &Blocks,
        bundles: BundleTable,
    ) -> Result<Self, BlocksError> {
        let layers = blocks.laid_over(raw)?.into_iter();
        let names = blocks.names().iter().cloned();
        let clock_hz = bundles.clocks().last().copied().flatten();
        Ok(Self {
            source: source.into(),
            network: blocks.network.clone(),
            blocks: Arc::new(layers.zip(names).map(|(layers, name)| Block { name, layers }).collect()),
            bundles: Arc::new(bundles),
            clock_hz,
            longest: None,
            load: unloaded(),
            battery_j: None,
            sizes: Some(Sizes::of(raw, blocks)),
        })
    }

    /// All clocks that were measured, in hertz, ascending.
    pub fn clocks(&self) -> Vec<u64> {
        self.bundles.clocks().into_iter().flatten().collect()
    }

    /// Whether the bundles at its clock have energies; without them computing counts as 0 J.
    pub fn knows_energy(&self) -> bool {
        let mut own = self.bundles.iter().filter(|(_, cost)| cost.clock_hz == self.clock_hz);
        own.all(|(_, cost)| cost.energy_j.is_some())
    }

    /// A run of blocks in words: `conv1`, `conv1..conv5`.
    pub fn words(&self, first: usize, last: usize) -> String {
        let name = |at: usize| self.blocks.get(at).map_or("", |block| block.name.as_str());
        if first == last {
            name(first).to_owned()
        } else {
            format!("{}..{}", name(first), name(last))
        }
    }

    /// Sets a number by its name, the clock to the nearest that was measured; `false` where there is no such one.
    pub fn set(&mut self, name: &str, value: f64) -> bool {
        match name {
            "load" => self.load = value,
            "battery_j" => self.battery_j = Some(value),
            "clock_hz" => {
                let clocks = self.clocks().into_iter();
                let nearest = clocks.min_by(|&a, &b| (a as f64 - value).abs().total_cmp(&(b as f64 - value).abs()));
                let Some(nearest) = nearest else { return false };
                self.clock_hz = Some(nearest);
            }
            _ => return false,
        }
        true
    }

    /// That a network of the same layers has tensors of other sizes than those it was measured at, in words: `measured with batch = 1 (602 kB
    /// input), open is batch = 64 (38.5 MB input)`. `None` = it has not, as far as is recorded.
    pub fn other_sizes(&self, network: &Network) -> Option<String> {
        tiling::other_sizes(self, network, &tiling::blocks_of(self, network))
    }

    /// Whether a network, in either view, is the one that was measured, with the sizes it was measured at.
    pub fn is_of(&self, network: &Network) -> bool {
        let blocks_of = tiling::blocks_of(self, network);
        blocks_of.iter().all(Option::is_some) && tiling::other_sizes(self, network, &blocks_of).is_none()
    }

    /// How partitions of a network are run.
    pub fn bundled(&self, network: &Network) -> Bundled {
        Bundled::new(self, network)
    }
}

impl CostModel for Profile {
    fn partitions(&self, network: &Network, _: Widths) -> Option<Arc<dyn Partitions>> {
        Some(Arc::new(self.bundled(network)))
    }

    fn each(&self, network: &Network, layers: &[LayerId], _: Widths, _: &Watch) -> Vec<Result<LayerCost, Infeasible>> {
        let bundled = self.bundled(network);
        layers
            .iter()
            .map(|&layer| self.share(network, &bundled, layer))
            .collect()
    }

    fn partition(&self, network: &Network, layers: &[LayerId], _: Widths) -> Result<PartitionCost, Infeasible> {
        let bundled = self.bundled(network);
        let [latency_s, energy_j] = bundled.cost(layers).ok_or_else(|| bundled.why_not(layers))?;
        let layers = layers.iter().map(|&layer| self.share(network, &bundled, layer));
        Ok(PartitionCost {
            latency_s,
            energy_j,
            interval_s: latency_s,
            area_m2: None,
            layers: layers.collect::<Result<_, _>>()?,
        })
    }
}

impl Profile {
    /// What a layer can be said to take: its share, by multiply-accumulates, of the smallest measured bundle it lies in.
    fn share(&self, network: &Network, bundled: &Bundled, layer: LayerId) -> Result<LayerCost, Infeasible> {
        let (first, last) = bundled.blocks_of(layer)?;
        let fail = || Infeasible {
            reason: format!("{} is in no measured bundle ({})", self.words(first, last), self.source),
            layer: Some(layer),
        };
        let tile = bundled.smallest(first, last).ok_or_else(fail)?;
        let within: Vec<LayerId> = bundled.layers(tile.first, tile.last);
        let macs = |layer: LayerId| network.layers[layer].macs.unwrap_or(0) as f64;
        let whole: f64 = within.iter().map(|&layer| macs(layer)).sum();
        let share = match whole > 0.0 {
            true => macs(layer) / whole,
            // Nobody knows which of them takes the time.
            false => 1.0 / within.len().max(1) as f64,
        };
        let bundle = self.words(tile.first, tile.last);
        Ok(LayerCost {
            latency_s: tile.latency_s * share,
            energy_j: tile.energy_j * share,
            utilisation: None,
            limited_by: LimitedBy::Table,
            assumption: Some(format!(
                "only {bundle} was measured as a whole: its layers' shares are those of their multiply-accumulates"
            )),
            detail: None,
        })
    }
}
