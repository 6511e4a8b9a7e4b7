//! Accelerators in CNNParted's files for Timeloop, on disk: an architecture, the constraints beside it, and a device made of them.

use super::cnnparted::{in_place_of_built, read};
use super::{Action, Document};
use crate::cnnparted::InputError;
use crate::cnnparted::accelerator::{Imported, MAX_BYTES, Source, import, is_beside};
use crate::cost::spatial::rules::Rules;
use crate::system::Device;
use std::path::{Path, PathBuf};

/// The most files that are read beside an architecture.
const MOST_BESIDE: usize = 16;

/// Reads an architecture with the constraints beside it: YAML files of the same folder whose names begin with its own and go on, as
/// `chip.yaml` and `chip_constraints.yaml` do. The files that were read come first in the answer, the architecture's before all.
pub fn read_architecture(path: &Path, rules: Rules) -> Result<(Vec<PathBuf>, Imported), InputError> {
    let mut texts = vec![(path.to_owned(), read(path, MAX_BYTES)?)];
    for beside in beside(path) {
        let text = read(&beside, MAX_BYTES)?;
        if is_beside(&text) {
            texts.push((beside, text));
        }
    }
    let names: Vec<String> = texts.iter().map(|(path, _)| path.display().to_string()).collect();
    let sources = names.iter().zip(&texts).map(|(name, (_, text))| Source { name, text });
    let imported = import(&sources.collect::<Vec<_>>(), rules)?;
    Ok((texts.into_iter().map(|(path, _)| path).collect(), imported))
}

/// Files whose names say that they belong to an architecture, in order.
fn beside(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // A folder that cannot be listed has nothing to offer; the architecture itself was read.
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let belongs = |other: &PathBuf| {
        let name = other.file_stem().unwrap_or_default().to_string_lossy();
        let goes_on = name.strip_prefix(&stem).and_then(|rest| rest.chars().next());
        super::cnnparted::is_description(other) && goes_on.is_some_and(|next| ['_', '-', '.'].contains(&next))
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(belongs).collect();
    found.sort();
    found.truncate(MOST_BESIDE);
    found
}

/// The action that makes a device, or the alternative it is built as, the imported accelerator, and what the user should know about it. Name,
/// limits and power at rest stay.
///
/// An error where the document has no such device.
pub fn use_architecture(
    document: &Document,
    device: usize,
    imported: &Imported,
    files: &[PathBuf],
) -> Result<(Action, Vec<String>), InputError> {
    let present = document.system.devices.get(device).zip(document.built(device));
    let (present, built) = present.ok_or_else(|| InputError {
        file: files.first().map(|path| path.display().to_string()).unwrap_or_default(),
        place: String::new(),
        problem: "the device it was meant for is gone".to_owned(),
        remedy: "Choose the architecture for another device".to_owned(),
    })?;
    let names = files.iter().filter_map(|path| path.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    let names = names.join(" and ");
    let mut made = imported.preset(&built.name, &names).device();
    let kept = ["memory_limit_bytes", "power_limit_w", "idle_power_w"];
    for (parameter, source) in &built.sources {
        if kept.contains(&parameter.as_str()) {
            made.sources.insert(parameter.clone(), source.clone());
        }
    }
    let made = Device {
        preset: None,
        memory_limit_bytes: built.memory_limit_bytes,
        power_limit_w: built.power_limit_w,
        idle_power_w: built.idle_power_w,
        ..made
    };
    let mut notes = vec![format!("“{}” is the accelerator of {names} now", built.name)];
    notes.push(format!("Assumed: {}", imported.assumptions.join(". ")));
    if !imported.ignored.is_empty() {
        notes.push(format!("Not used: {}", imported.ignored.join(", ")));
    }
    let changed = in_place_of_built(document, device, present, made);
    Ok((Action::SetDevice(device, changed), notes))
}

#[cfg(test)]
mod tests {
    use super::super::sample::document;
    use super::*;
    use crate::system::DeviceModel;

    const TREE: &str = "architecture:
  version: 0.3
  subtree:
    - name: chip
      local:
        - {name: DRAM, class: DRAM, attributes: {width: 64, block-size: 8, word-bits: 8}}
        - {name: Buffer, class: SRAM, attributes: {depth: 4096, width: 64, word-bits: 8}}
        - {name: 'mac[0..15]', class: intmac, attributes: {datawidth: 8}}
";
    const LIMITS: &str = "constraints:
  targets:
    - {target: Buffer, type: bypass, bypass: [Weights], keep: [Inputs, Outputs]}
";

    #[test]
    fn a_device_becomes_the_accelerator_of_files_beside_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let tree = file("chip.yaml", TREE);
        let limits = file("chip_constraints.yaml", LIMITS);
        // Neither belongs to it: another name, and no constraints.
        file("chips.yaml", "constraints: {targets: [{target: x, type: bypass}]}");
        file("chip_components.yaml", "compound_components: {version: 0.3}");
        let (files, imported) = read_architecture(&tree, Rules::default()).unwrap();
        assert_eq!(files, [tree.clone(), limits]);
        let mut document = document(2);
        let before = document.system.devices[0].clone();
        let (action, notes) = use_architecture(&document, 0, &imported, &files).unwrap();
        document.apply(action).unwrap();
        let device = &document.system.devices[0];
        assert_eq!((&device.name, device.idle_power_w), (&before.name, before.idle_power_w));
        assert!(matches!(&device.model, DeviceModel::Spatial(model) if model.architecture.mac.mesh_x == 16));
        assert_eq!(device.bits, 8);
        assert_eq!(
            device.sources["levels.Buffer.capacity_words"],
            "Imported from chip.yaml and chip_constraints.yaml"
        );
        assert!(notes[0].contains("chip.yaml and chip_constraints.yaml"), "{notes:?}");
        assert!(notes[1].starts_with("Assumed: "), "{notes:?}");
        assert!(use_architecture(&document, 7, &imported, &files).is_err());
        let bad = file("chip_limits.yaml", "constraints: [");
        let error = read_architecture(&tree, Rules::default()).unwrap_err();
        assert_eq!(error.file, bad.display().to_string());
    }
}
