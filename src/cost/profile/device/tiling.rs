//! Which bundles a run of blocks is executed as: those that take the least time together, of equal ones the least energy, then the fewest.

use super::Profile;
use crate::cost::profile::BundleCost;
use crate::cost::{Infeasible, Partitions};
use crate::network::{Layer, LayerId, Network};
use std::collections::BTreeMap;

/// A bundle as it runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tile {
    /// First block.
    pub first: usize,
    /// Last block.
    pub last: usize,
    /// Seconds, other load on the device included.
    pub latency_s: f64,
    /// Joules; 0 where the profile has none.
    pub energy_j: f64,
    /// Whether the cost is a sum of single blocks and not a measurement.
    pub estimated: bool,
}

/// The best way to run blocks up to some block.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Best {
    latency_s: f64,
    energy_j: f64,
    tiles: usize,
    /// First block of the last bundle.
    begins: usize,
}

/// A profile's bundles laid over a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundled {
    profile: Profile,
    /// By layer: first and last block it has raw layers of, several where fusion joined them; `None` = the layer, or a part of it, is no
    /// part of the network that was measured.
    blocks_of: Vec<Option<(usize, usize)>>,
    /// By first and last block.
    best: Vec<Option<Best>>,
}

impl Bundled {
    pub(super) fn new(profile: &Profile, network: &Network) -> Self {
        let named = profile.blocks.iter().enumerate();
        let by_name: BTreeMap<&str, usize> = named
            .flat_map(|(index, block)| block.layers.iter().map(move |name| (name.as_str(), index)))
            .collect();
        let blocks = |layer: &Layer| {
            let known = layer.members.iter().map(|name| by_name.get(name.as_str()).copied());
            let known: Vec<usize> = known.collect::<Option<_>>()?;
            Some((*known.iter().min()?, *known.iter().max()?))
        };
        let mut made = Self {
            best: Vec::new(),
            blocks_of: network.layers.iter().map(blocks).collect(),
            profile: profile.clone(),
        };
        made.best = made.tilings();
        made
    }

    fn blocks(&self) -> usize {
        self.profile.blocks.len()
    }

    /// The bundle of blocks `first..=last` at the device's clock, if it was measured and is not too long to be run as one.
    pub fn tile(&self, first: usize, last: usize) -> Option<Tile> {
        let profile = &self.profile;
        if profile.longest.is_some_and(|longest| last + 1 - first > longest.max(1)) {
            return None;
        }
        let cost: &BundleCost = profile.bundles.get(first, last, profile.clock_hz)?;
        Some(Tile {
            first,
            last,
            latency_s: cost.latency_s * profile.load,
            energy_j: cost.energy_j.unwrap_or(0.0),
            estimated: cost.estimated,
        })
    }

    /// The smallest bundle that holds a run of blocks, the first of several.
    pub(super) fn smallest(&self, first: usize, last: usize) -> Option<Tile> {
        (last + 1 - first..=self.blocks()).find_map(|size| {
            let begins = (last + 1).saturating_sub(size)..=first;
            begins
                .filter(|begin| begin + size <= self.blocks())
                .find_map(|begin| self.tile(begin, begin + size - 1))
        })
    }

    /// Layers that have a part of blocks `first..=last`, ascending.
    pub(super) fn layers(&self, first: usize, last: usize) -> Vec<LayerId> {
        let within = |layer: &LayerId| self.blocks_of[*layer].is_some_and(|(a, b)| a <= last && b >= first);
        (0..self.blocks_of.len()).filter(within).collect()
    }

    /// First and last block of a layer.
    ///
    /// # Errors
    /// It is no layer of the network that was measured.
    pub(super) fn blocks_of(&self, layer: LayerId) -> Result<(usize, usize), Infeasible> {
        self.blocks_of.get(layer).copied().flatten().ok_or_else(|| Infeasible {
            reason: format!(
                "it is no layer of the {} that was measured ({})",
                self.profile.network, self.profile.source
            ),
            layer: Some(layer),
        })
    }

    fn tilings(&self) -> Vec<Option<Best>> {
        let blocks = self.blocks();
        let mut all = vec![None; blocks * blocks];
        for first in 0..blocks {
            for last in first..blocks {
                let mut best: Option<Best> = None;
                for begins in first..=last {
                    let Some(tile) = self.tile(begins, last) else { continue };
                    let before = match begins > first {
                        true => match all[first * blocks + begins - 1] {
                            Some(before) => before,
                            None => continue,
                        },
                        false => Best {
                            latency_s: 0.0,
                            energy_j: 0.0,
                            tiles: 0,
                            begins,
                        },
                    };
                    let found = Best {
                        latency_s: before.latency_s + tile.latency_s,
                        energy_j: before.energy_j + tile.energy_j,
                        tiles: before.tiles + 1,
                        begins,
                    };
                    let key = |best: &Best| (best.latency_s, best.energy_j, best.tiles);
                    if best.as_ref().is_none_or(|best| key(&found) < key(best)) {
                        best = Some(found);
                    }
                }
                all[first * blocks + last] = best;
            }
        }
        all
    }

    /// The bundles that blocks `first..=last` are run as, in order; `None` = the measured ones do not make them up.
    pub fn tiles(&self, first: usize, last: usize) -> Option<Vec<Tile>> {
        let mut tiles = Vec::new();
        let mut end = last;
        loop {
            let best = (*self.best.get(first * self.blocks() + end)?)?;
            tiles.push(self.tile(best.begins, end)?);
            if best.begins <= first {
                tiles.reverse();
                return Some(tiles);
            }
            end = best.begins - 1;
        }
    }

    /// First and last block of a set of layers, which must be all layers of consecutive blocks.
    ///
    /// # Errors
    /// A layer without a block, or one of these blocks that is not wholly there: in words.
    pub fn span(&self, layers: &[LayerId]) -> Result<(usize, usize), Infeasible> {
        let (mut first, mut last) = (usize::MAX, 0);
        for &layer in layers {
            let (a, b) = self.blocks_of(layer)?;
            first = first.min(a);
            last = last.max(b);
        }
        let whole = self.layers(first, last);
        if whole.len() == layers.len() && first <= last {
            return Ok((first, last));
        }
        let absent = whole.into_iter().find(|layer| !layers.contains(layer));
        let (a, b) = absent.and_then(|layer| self.blocks_of[layer]).unwrap_or((first, last));
        let block = self.profile.words(a, b);
        let is_split = layers.iter().any(|&layer| {
            let own = self.blocks_of[layer];
            own.is_some_and(|(c, d)| c <= b && d >= a)
        });
        Err(Infeasible {
            reason: match is_split {
                true => format!("{block} was measured as a whole, but a part of it runs elsewhere: cut between blocks"),
                false => {
                    format!("{block} lies between its blocks but runs elsewhere: only consecutive blocks were measured")
                }
            },
            layer: layers.first().copied(),
        })
    }
}

impl Partitions for Bundled {
    fn cost(&self, layers: &[LayerId]) -> Result<[f64; 2], Infeasible> {
        let (first, last) = self.span(layers)?;
        match self.best.get(first * self.blocks() + last).copied().flatten() {
            Some(best) => Ok([best.latency_s, best.energy_j]),
            None => Err(Infeasible {
                reason: format!(
                    "the measured bundles do not make up {}{} ({})",
                    self.profile.words(first, last),
                    self.profile
                        .clock_hz
                        .map_or(String::new(), |hz| format!(" at {} MHz", hz as f64 / 1e6)),
                    self.profile.source
                ),
                layer: layers.first().copied(),
            }),
        }
    }

    fn assumptions(&self, layers: &[LayerId]) -> Vec<String> {
        let mut found = Vec::new();
        let Ok((first, last)) = self.span(layers) else {
            return found;
        };
        if !self.profile.knows_energy() {
            found.push("its profile has no energies: computing counts as 0 J".to_owned());
        }
        let tiles = self.tiles(first, last).unwrap_or_default();
        for tile in tiles.iter().filter(|tile| tile.estimated) {
            let bundle = self.profile.words(tile.first, tile.last);
            found.push(format!(
                "{bundle} was not measured as a whole: estimated as the sum of its blocks"
            ));
        }
        found
    }
}
