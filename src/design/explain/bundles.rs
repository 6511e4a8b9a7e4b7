//! Explanations of computing on measured devices: bundle by bundle.

use super::{Context, Node, source};
use crate::cost::profile::Profile;
use crate::cost::profile::device::Tile;
use crate::design::Explanation;
use crate::system::DeviceModel;
use crate::units::Unit;

impl Context<'_> {
    /// The bundles a measured device runs, each with its seconds or joules; `None` where its model is another one.
    pub(super) fn bundles(&self, device: usize, unit: Unit) -> Option<Vec<Explanation>> {
        let description = &self.problem.system.devices[device];
        let DeviceModel::Profile(profile) = &description.model else {
            return None;
        };
        let bundled = profile.bundled(self.problem.network);
        let mut parts = Vec::new();
        for placement in self.placed.visits(device) {
            let layers = &self.placed.layers[placement];
            let span = bundled.span(layers);
            let tiles = span.and_then(|(first, last)| bundled.tiles(first, last));
            match tiles {
                Some(tiles) => {
                    for tile in &tiles {
                        let load = source(&description.sources, "load");
                        parts.push(bundle(profile, tile, parts.len(), unit, load));
                    }
                }
                None => {
                    let why = self.problem.table.partition(device, layers).err();
                    let why = why.map_or(String::new(), |why| why.reason);
                    let node = Node::new(format!("b_{}", parts.len()), "a partition", unit, f64::INFINITY);
                    parts.push(node.given(format!("{} cannot run it: {why}", description.name)));
                }
            }
        }
        Some(parts)
    }
}

fn bundle(profile: &Profile, tile: &Tile, index: usize, unit: Unit, load_source: String) -> Explanation {
    let words = profile.words(tile.first, tile.last);
    let clock = profile
        .clock_hz
        .map(|hz| format!(" at {}", Unit::Hertz.format(hz as f64)));
    let how = match (tile.estimated, tile.first == tile.last) {
        (true, _) => "sum of its blocks, because it was not measured as a whole",
        (false, true) => "measured",
        (false, false) => "measured as one",
    };
    let meaning = format!("{words}{}, {how}", clock.unwrap_or_default());
    let symbol = format!("b_{index}");
    if unit == Unit::Joules {
        let given = match profile.knows_energy() {
            true => profile.source.clone(),
            false => format!("{}: it has no energies, so computing counts as 0 J", profile.source),
        };
        return Node::new(symbol, meaning, unit, tile.energy_j).given(given);
    }
    let node = Node::new(symbol, meaning, unit, tile.latency_s);
    if profile.load == 1.0 {
        return node.given(profile.source.as_str());
    }
    let measured_s = profile.bundles.get(tile.first, tile.last, profile.clock_hz);
    let measured_s = measured_s.map_or(f64::NAN, |cost| cost.latency_s);
    let measured = Node::new("t_m", "as measured", Unit::Seconds, measured_s).given(profile.source.as_str());
    let load = Node::new("K", "load factor of times", Unit::Percent, profile.load).given(load_source);
    node.formula("t_m × K", vec![measured, load])
}
