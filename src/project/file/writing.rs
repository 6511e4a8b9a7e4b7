//! From a document to the text of its design file.

use super::VERSION;
use super::format::{Stored, StoredNetwork, StoredPin, StoredPlacement};
use crate::design::Design;
use crate::network::Ideal;
use crate::project::store;
use crate::project::{Document, Metrics, OpenNetwork, Origin, View};
use ron::ser::PrettyConfig;
use std::path::Path;

const HEADER: &str =
    "// Cutscape design. Numbers are SI base units. A partition ends with the layers named and all they depend on.\n";

/// The names of the maximal raw layers of a boundary: how files and exports write it.
pub fn boundary_names(network: &OpenNetwork, view: View, boundary: &Ideal) -> Vec<String> {
    let raw = network.to_raw(view, boundary);
    let maximal = raw.maximal(&network.raw);
    maximal
        .into_iter()
        .map(|layer| network.raw.layers[layer].name.clone())
        .collect()
}

/// The text of a document's design file; a network's path is written relative to `folder` where one is given.
pub fn to_text(document: &Document, folder: Option<&Path>) -> Result<String, ron::Error> {
    let placements = |design: &Design, view: View| {
        let placements = design.placements.iter().map(|placement| StoredPlacement {
            device: placement.device,
            end: boundary_names(&document.network, view, &placement.end),
        });
        placements.collect()
    };
    let origin = match (&document.network.origin, folder) {
        (Origin::File(path), Some(folder)) => Origin::File(store::relative_to(folder, path)),
        (origin, _) => origin.clone(),
    };
    let pins = document.pins.iter().map(|pin| StoredPin {
        name: pin.name.clone(),
        view: pin.view,
        system: (pin.system != document.system).then(|| pin.system.clone()),
        design: placements(&pin.design, pin.view),
        alternatives: pin.design.alternatives.clone(),
        metrics: pin.metrics,
    });
    let stored = Stored {
        version: VERSION,
        network: StoredNetwork {
            origin,
            hash: document.network.raw.hash.clone(),
            view: document.view,
            symbols: document.network.raw.symbols.clone(),
        },
        schedule: document.schedule,
        system: document.system.clone(),
        constraints: document.constraints,
        design: placements(&document.design, document.view),
        alternatives: document.design.alternatives.clone(),
        required_bits: document.required_bits.clone(),
        search: document.search.clone(),
        bundling: document.bundling.clone(),
        pins: pins.collect(),
        metrics: Metrics::from(&document.evaluate()),
    };
    let pretty = PrettyConfig::new().new_line("\n").indentor("  ");
    Ok(format!("{HEADER}{}\n", ron::ser::to_string_pretty(&stored, pretty)?))
}
