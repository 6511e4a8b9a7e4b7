//! CNNParted's files on disk: a system description and the tables of layer costs that belong to it.
//!
//! A description names simulators, not costs. Its tables are taken from its own folder, by the names the original gives them:
//! `<id>_<accelerator>_tl_layers.csv` (or `mnsim_layers`, `zigzag_layers`, `layers`), with the network's name in place of the id in older
//! files, and `.json` in place of `.csv`. A node may instead name a device preset by the key `preset`.

use super::{Action, Document, store};
use crate::cnnparted::description::{self, Description, NodeDescription};
use crate::cnnparted::import::{Imported, NodeCosts, designs_of_table};
use crate::cnnparted::{InputError, NodeDesign, NodeTable, tables};
use crate::cost::layer_table::MissingRows;
use crate::network::Layer;
use crate::system::Device;
use crate::system::preset::Presets;
use std::collections::BTreeSet;
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

/// The action that gives a device the costs of a table in place of its model, and what the user should know about it. The first design
/// takes the place of what the device is built as, the others become further alternatives.
///
/// Errors where the document has no such device, and where the table knows no layer of the network.
pub fn use_table(
    document: &Document,
    device: usize,
    table: &NodeTable,
    path: &Path,
) -> Result<(Action, Vec<String>), InputError> {
    let refuse = |problem: String, remedy: &str| InputError {
        file: path.display().to_string(),
        place: String::new(),
        problem,
        remedy: remedy.to_owned(),
    };
    let present = document.system.devices.get(device).zip(document.built(device));
    let (present, built) = present.ok_or_else(|| {
        let problem = "the device it was meant for is gone".to_owned();
        refuse(problem, "Choose the table for another device")
    })?;
    let name = path.file_name().map_or("a table".into(), |name| name.to_string_lossy());
    let mut notes = missing_rows(document, built, table, &name)
        .map_err(|problem| refuse(problem, "Name the layers in the column Layer as the network does"))?;
    let mut common = Device {
        preset: None,
        alternatives: Vec::new(),
        ..built.clone()
    };
    // What the sources say of the model before is void.
    let void: BTreeSet<String> = common.model.parameters().into_iter().map(|p| p.name).collect();
    common.sources.retain(|parameter, _| !void.contains(parameter));
    let source = format!("table {name}");
    let area = NodeDesign::area_mm2;
    let mut designs = designs_of_table(&common, table, &source, MissingRows::Unsupported, area, &mut notes).into_iter();
    let Some(first) = designs.next() else {
        return Err(refuse("it has no rows".to_owned(), "Write one row per layer"));
    };
    let others: Vec<Device> = designs.collect();
    if !others.is_empty() {
        let designs = match others.len() {
            1 => "Another design".to_owned(),
            more => format!("{more} further designs"),
        };
        notes.push(format!("{designs} of {name} can be chosen under “built as”"));
    }
    let mut new = in_place_of_built(document, device, present, first);
    new.alternatives.extend(others);
    Ok((Action::SetDevice(device, new), notes))
}

/// The device with `new` in place of what it is built as: itself, its alternatives staying, or one of these.
pub(super) fn in_place_of_built(document: &Document, device: usize, present: &Device, new: Device) -> Device {
    let chosen = document.design.alternatives.get(device).copied().unwrap_or(0);
    let mut changed = present.clone();
    match chosen.checked_sub(1) {
        None => {
            let alternatives = std::mem::take(&mut changed.alternatives);
            changed = Device { alternatives, ..new };
        }
        Some(place) => changed.alternatives[place] = new,
    }
    changed
}

/// Which layers of the network in view a table does not list, in words; an error where it lists none of them.
fn missing_rows(document: &Document, device: &Device, table: &NodeTable, file: &str) -> Result<Vec<String>, String> {
    let known: BTreeSet<&str> = table
        .designs
        .iter()
        .flat_map(|design| design.rows.iter().map(|(layer, _)| layer.as_str()))
        .collect();
    let layers = &document.network().layers;
    let is_missing = |layer: &&Layer| !layer.members.iter().any(|name| known.contains(name.as_str()));
    let missing: Vec<&str> = layers
        .iter()
        .filter(is_missing)
        .map(|layer| layer.name.as_str())
        .collect();
    if missing.len() == layers.len() {
        let (own, wanted) = (
            known.first().copied().unwrap_or(""),
            missing.first().copied().unwrap_or(""),
        );
        return Err(format!(
            "none of its layers ({own} …) is a layer of this network ({wanted} …)"
        ));
    }
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let first: Vec<&str> = missing.iter().copied().take(3).collect();
    let more = if missing.len() > 3 { " …" } else { "" };
    Ok(vec![format!(
        "{} of {} layers have no row in {file} ({}{more}): “{}” cannot run them, unless its parameters say that layers without a row cost \
         nothing",
        missing.len(),
        layers.len(),
        first.join(", "),
        device.name
    )])
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

#[cfg(test)]
mod tests {
    use super::super::sample::{device, document};
    use super::*;
    use crate::system::DeviceModel;

    #[test]
    fn a_table_of_layer_costs_becomes_the_model_of_a_device() {
        let mut document = document(2);
        let mut sourced = device("A");
        for name in ["bandwidth_bytes_per_s", "bits"] {
            sourced.sources.insert(name.to_owned(), "a book".to_owned());
        }
        document.apply(Action::SetDevice(0, sourced)).unwrap();
        document.apply(Action::AddAlternative(0, device("other"))).unwrap();
        document
            .apply(Action::BuildAs {
                device: 0,
                alternative: 0,
            })
            .unwrap();
        let read = |text: &str| tables::parse(text, "bench.csv").unwrap();
        let table = read(
            "Layer,Design Tag,Latency [ms],Energy [mJ],Area [mm2]\nlayer0,design_0,1,2,3\nlayer1,design_0,1,2,3\n\
             layer0,design_1,0.5,4,6\nlayer2,design_1,0.5,4,6\n",
        );
        let path = Path::new("bench.csv");
        let (action, notes) = use_table(&document, 0, &table, path).unwrap();
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(
            notes[0]
                .starts_with("4 of 7 layers have no row in bench.csv (layer3, layer4, layer5 …): “A” cannot run them")
        );
        assert_eq!(notes[1], "Another design of bench.csv can be chosen under “built as”");
        document.apply(action).unwrap();
        let names: Vec<&str> = document.system.devices[0].designs().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["A", "other", "A, design 1"]);
        let built = document.built(0).unwrap();
        let DeviceModel::Table(model) = &built.model else {
            panic!("no table")
        };
        assert_eq!(
            (model.source.as_str(), model.missing),
            ("table bench.csv", MissingRows::Unsupported)
        );
        assert_eq!(built.sources.keys().collect::<Vec<_>>(), ["area_m2", "bits"]);
        assert!((document.cost_table().layer_as(0, 0, 0).unwrap().latency_s - 1e-3).abs() < 1e-12);
        assert!(document.cost_table().layer_as(0, 2, 1).is_err());
        let foreign = read("Layer,Latency [ms],Energy [mJ]\nConv_0,1,2\n");
        let error = use_table(&document, 0, &foreign, path).unwrap_err().to_string();
        for words in [
            "bench.csv",
            "none of its layers (Conv_0 …)",
            "(layer0 …)",
            "Name the layers",
        ] {
            assert!(error.contains(words), "{error}");
        }
        assert!(use_table(&document, 7, &table, path).is_err());
    }
}
