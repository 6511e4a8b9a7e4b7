//! Which bundles a run of blocks is executed as: those that take the least time together, of equal ones the least energy, then the fewest.

use super::{Profile, Sizes};
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
    /// That the network's tensors have other sizes than those that were measured, in words: it then has no layers that were.
    other_sizes: Option<String>,
    /// By layer: first and last block it has raw layers of, several where fusion joined them; `None` = the layer, or a part of it, is no
    /// part of the network that was measured.
    blocks_of: Vec<Option<(usize, usize)>>,
    /// By first and last block: the bundle, where there is one.
    tiles: Vec<Option<Tile>>,
    /// By first and last block: layers that have a part of them.
    counts: Vec<usize>,
    /// By first and last block.
    best: Vec<Option<Best>>,
}

impl Bundled {
    pub(super) fn new(profile: &Profile, network: &Network) -> Self {
        let mut blocks_of = blocks_of(profile, network);
        let other_sizes = other_sizes(profile, network, &blocks_of);
        if other_sizes.is_some() {
            blocks_of.fill(None);
        }
        let mut made = Self {
            tiles: tiles(profile),
            counts: counts(profile.blocks.len(), &blocks_of),
            best: Vec::new(),
            blocks_of,
            other_sizes,
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
        *self.tiles.get(first * self.blocks() + last)?
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
    /// It is no layer of the network that was measured, or not with the sizes of its tensors.
    pub(super) fn blocks_of(&self, layer: LayerId) -> Result<(usize, usize), Infeasible> {
        self.blocks_of.get(layer).copied().flatten().ok_or_else(|| {
            let network = &self.profile.network;
            let reason = match &self.other_sizes {
                Some(words) => format!("{network} was {words}"),
                None => format!("it was measured on another network, {network}"),
            };
            Infeasible {
                reason,
                layer: Some(layer),
            }
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

    /// First and last block of a set of layers, each once; `None` = they are not all layers of consecutive blocks.
    pub fn span(&self, layers: &[LayerId]) -> Option<(usize, usize)> {
        let (mut first, mut last) = (usize::MAX, 0);
        for &layer in layers {
            let (a, b) = self.blocks_of.get(layer).copied().flatten()?;
            first = first.min(a);
            last = last.max(b);
        }
        let whole = self.counts.get(first.checked_mul(self.blocks())? + last)?;
        (first <= last && *whole == layers.len()).then_some((first, last))
    }
}

/// By layer of a network: first and last block it has raw layers of; `None` = the layer, or a part of it, is in none.
pub(super) fn blocks_of(profile: &Profile, network: &Network) -> Vec<Option<(usize, usize)>> {
    let named = profile.blocks.iter().enumerate();
    let by_name: BTreeMap<&str, usize> = named
        .flat_map(|(index, block)| block.layers.iter().map(move |name| (name.as_str(), index)))
        .collect();
    let blocks = |layer: &Layer| {
        let known = layer.members.iter().map(|name| by_name.get(name.as_str()).copied());
        let known: Vec<usize> = known.collect::<Option<_>>()?;
        Some((*known.iter().min()?, *known.iter().max()?))
    };
    // Other networks have layers of the same names: it is its own network only if all layers are those of the profile.
    let members = || network.layers.iter().flat_map(|layer| &layer.members);
    let is_own = members().count() == by_name.len() && members().all(|name| by_name.contains_key(name.as_str()));
    let layers = network.layers.iter();
    layers.map(|layer| blocks(layer).filter(|_| is_own)).collect()
}

/// How the sizes a profile was measured at differ from those of a network whose layers are all in its blocks, in words.
pub(super) fn other_sizes(
    profile: &Profile,
    network: &Network,
    blocks_of: &[Option<(usize, usize)>],
) -> Option<String> {
    let measured = profile.sizes.as_ref()?;
    if blocks_of.iter().any(Option::is_none) {
        // Another network has other sizes anyway.
        return None;
    }
    let open = Sizes::over(network, blocks_of, profile.blocks.len());
    measured.unlike(&open, |at| {
        profile.blocks.get(at).map_or("", |block| block.name.as_str())
    })
}

/// By first and last block: the bundle at the device's clock.
fn tiles(profile: &Profile) -> Vec<Option<Tile>> {
    let blocks = profile.blocks.len();
    let mut tiles = vec![None; blocks * blocks];
    for ((first, last), cost) in profile.bundles.iter() {
        let is_allowed = profile
            .longest
            .is_none_or(|longest| last.saturating_sub(first) < longest.max(1));
        if cost.clock_hz != profile.clock_hz || !is_allowed || first > last || last >= blocks {
            continue;
        }
        tiles[first * blocks + last] = Some(Tile {
            first,
            last,
            latency_s: cost.latency_s * profile.load,
            energy_j: cost.energy_j.unwrap_or(0.0),
            estimated: cost.estimated,
        });
    }
    tiles
}

/// By first and last block: how many layers have a part of them.
fn counts(blocks: usize, blocks_of: &[Option<(usize, usize)>]) -> Vec<usize> {
    let all = blocks_of.iter().flatten().count();
    let number =
        |holds: &dyn Fn(&(usize, usize)) -> bool| blocks_of.iter().flatten().filter(|&range| holds(range)).count();
    let before: Vec<usize> = (0..blocks).map(|first| number(&|&(_, last)| last < first)).collect();
    let behind: Vec<usize> = (0..blocks).map(|last| number(&|&(first, _)| first > last)).collect();
    let spans = (0..blocks).flat_map(|first| (0..blocks).map(move |last| (first, last)));
    // No layer lies both before and behind where the first is not behind the last; other spans are never asked for.
    spans
        .map(|(first, last)| all.saturating_sub(before[first] + behind[last]))
        .collect()
}

impl Partitions for Bundled {
    fn cost(&self, layers: &[LayerId]) -> Option<[f64; 2]> {
        let (first, last) = self.span(layers)?;
        let best = (*self.best.get(first * self.blocks() + last)?)?;
        Some([best.latency_s, best.energy_j])
    }

    fn why_not(&self, layers: &[LayerId]) -> Infeasible {
        let fail = |reason: String| Infeasible {
            reason,
            layer: layers.first().copied(),
        };
        let own: Result<Vec<(usize, usize)>, _> = layers.iter().map(|&layer| self.blocks_of(layer)).collect();
        let own = match own {
            Ok(own) => own,
            Err(why) => return why,
        };
        let first = own.iter().map(|&(first, _)| first).min().unwrap_or(0);
        let last = own.iter().map(|&(_, last)| last).max().unwrap_or(0);
        let absent = self
            .layers(first, last)
            .into_iter()
            .find(|layer| !layers.contains(layer));
        let Some((a, b)) = absent.and_then(|layer| self.blocks_of[layer]) else {
            let clock = self
                .profile
                .clock_hz
                .map(|hz| format!(" at {}", crate::units::clock(hz)));
            return fail(format!(
                "the measured bundles do not make up {}{} ({})",
                self.profile.words(first, last),
                clock.unwrap_or_default(),
                self.profile.source
            ));
        };
        let block = self.profile.words(a, b);
        fail(match own.iter().any(|&(c, d)| c <= b && d >= a) {
            true => format!("{block} was measured as a whole, but a part of it runs elsewhere: cut between blocks"),
            false => {
                format!("{block} lies between its blocks but runs elsewhere: only consecutive blocks were measured")
            }
        })
    }

    fn assumptions(&self, layers: &[LayerId]) -> Vec<String> {
        let mut found = Vec::new();
        let Some((first, last)) = self.span(layers) else {
            return found;
        };
        if !self.profile.knows_energy() {
            found.push("its profile has no energies: computing counts as 0 J".to_owned());
        }
        if self.profile.sizes.is_none() {
            found.push(
                "the sizes it was measured at are not recorded: they count as those of the open network".to_owned(),
            );
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
