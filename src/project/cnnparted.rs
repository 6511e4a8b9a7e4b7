//! CNNParted's files on disk: a system description and the tables of layer costs that belong to it.
//!
//! A description names simulators, not costs. Its tables are taken from its own folder, by the names the original gives them:
//! `<id>_<accelerator>_tl_layers.csv` (or `mnsim_layers`, `zigzag_layers`, `layers`), with the network's name in place of the id in older
//! files, and `.json` in place of `.csv`. A node may instead name a device preset by the key `preset`.

use super::store;
use crate::cnnparted::description::{self, Description, NodeDescription};
use crate::cnnparted::import::{Imported, NodeCosts};
use crate::cnnparted::{InputError, NodeTable, tables};
use crate::system::preset::Presets;
use std::path::{Path, PathBuf};

/// Whether the name of a file says that it is a description.
pub fn is_description(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    ["yaml", "yml"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads a description.
pub fn read_description(path: &Path) -> Result<Description, InputError> {
    description::parse(&read(path, description::MAX_BYTES)?, &path.display().to_string())
}

/// Reads a table of layer costs.
pub fn read_table(path: &Path) -> Result<NodeTable, InputError> {
    tables::parse(&read(path, tables::MAX_BYTES)?, &path.display().to_string())
}

/// Reads the text of a file of at most `most` bytes.
pub fn read(path: &Path, most: u64) -> Result<String, InputError> {
    store::read_text(path, most).map_err(|error| InputError {
        file: path.display().to_string(),
        place: String::new(),
        problem: error.to_string(),
        remedy: "Choose another file".to_owned(),
    })
}

/// Reads a description with the costs of its nodes as a system named after the file.
pub fn import(path: &Path, presets: &Presets) -> Result<Imported, InputError> {
    let description = read_description(path)?;
    let costs = description
        .nodes
        .iter()
        .map(|node| costs_of(path, &description, node, presets));
    let costs = costs.collect::<Result<_, _>>()?;
    let name = path
        .file_stem()
        .map_or("CNNParted".into(), |stem| stem.to_string_lossy());
    description.system(&name, costs, &path.display().to_string())
}

/// The table of a node beside its description.
pub fn table_beside(
    path: &Path,
    description: &Description,
    node: &NodeDescription,
) -> Result<(NodeTable, PathBuf), InputError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let names = table_names(description, node);
    let Some(found) = names.iter().map(|name| folder.join(name)).find(|table| table.is_file()) else {
        return Err(InputError {
            file: path.display().to_string(),
            place: format!(", node {}", node.id),
            problem: format!(
                "there is no table of layer costs for {}, which {} would compute",
                node.name(),
                node.simulator.name()
            ),
            remedy: format!(
                "Put one beside the description as {} (columns Layer, Latency [ms], Energy [mJ], Area [mm2]), or name a device preset \
                 by the key “preset”",
                names.first().map_or("a CSV file", String::as_str)
            ),
        });
    };
    Ok((read_table(&found)?, found))
}

fn costs_of(
    path: &Path,
    description: &Description,
    node: &NodeDescription,
    presets: &Presets,
) -> Result<NodeCosts, InputError> {
    let Some(preset) = &node.preset else {
        let (table, found) = table_beside(path, description, node)?;
        let name = found
            .file_name()
            .map_or("a table".into(), |name| name.to_string_lossy());
        return Ok(NodeCosts::Table(table, format!("table {name}")));
    };
    let device = presets.device(preset).ok_or_else(|| InputError {
        file: path.display().to_string(),
        place: format!(", node {}", node.id),
        problem: format!("there is no device preset “{preset}”"),
        remedy: "Name a device of the catalogue, or leave the key out and put a table beside the description"
            .to_owned(),
    })?;
    Ok(NodeCosts::Preset(Box::new(device)))
}

/// Names a node's table may have, the original's first.
fn table_names(description: &Description, node: &NodeDescription) -> Vec<String> {
    let accelerator = node.accelerator.as_deref().unwrap_or(node.simulator.name());
    let mut names = Vec::new();
    let id = node.id.to_string();
    for owner in [Some(id.as_str()), description.workload.as_deref()]
        .into_iter()
        .flatten()
    {
        for kind in ["tl_layers", "mnsim_layers", "zigzag_layers", "layers"] {
            for extension in ["csv", "json"] {
                names.push(format!("{owner}_{accelerator}_{kind}.{extension}"));
            }
        }
    }
    // A name is no path: whatever the description says stays in its folder.
    names.retain(|name| Path::new(name).components().count() == 1 && !name.contains(['/', '\\', '\0']));
    names
}
