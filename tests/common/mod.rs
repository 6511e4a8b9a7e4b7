//! Where golden tests find their reference files and models.

use cutscape::network::Network;
use std::path::{Path, PathBuf};

/// The folder of a family of reference values: below `CUTSCAPE_REFERENCE` if that is set, else the project's own copy.
pub fn reference(family: &str) -> PathBuf {
    match std::env::var_os("CUTSCAPE_REFERENCE") {
        Some(root) => Path::new(&root).join(family),
        None => project("tests/golden").join(family),
    }
}

/// A model file by network name: beside the reference values if they are outside the project, else in `models/`.
pub fn model(name: &str) -> PathBuf {
    let file = format!("{name}.onnx");
    let outside = std::env::var_os("CUTSCAPE_REFERENCE").map(PathBuf::from);
    let folders = outside
        .iter()
        .flat_map(|root| [root.join("models"), root.join("../models")]);
    let found = folders.map(|folder| folder.join(&file)).find(|path| path.is_file());
    found.unwrap_or_else(|| project("models").join(file))
}

/// A path inside the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// All files of a folder with an extension, sorted; at least one, or the test fails.
pub fn cases(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no .{extension} files in {}", folder.display());
    found
}

/// Collects deviations, so that a failing test shows every one of them.
#[derive(Default)]
pub struct Deviations {
    compared: usize,
    found: Vec<String>,
}

impl Deviations {
    /// Compares one value exactly.
    pub fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: impl FnOnce() -> String, ours: &T, reference: &T) {
        self.compared += 1;
        if ours != reference {
            self.found
                .push(format!("{}: ours {ours:?}, reference {reference:?}", what()));
        }
    }

    /// Fails with all deviations, or if nothing was compared; prints how much was.
    pub fn finish(self, cases: usize) {
        println!("{cases} cases, {} values compared", self.compared);
        assert!(self.compared > 0, "nothing was compared");
        assert!(
            self.found.is_empty(),
            "{} deviations:\n{}",
            self.found.len(),
            self.found.join("\n")
        );
    }
}

/// Asserts what every network promises: running order, links both ways, nothing computed for nobody.
pub fn check_network(network: &Network) {
    let name = &network.name;
    for (id, layer) in network.layers.iter().enumerate() {
        assert!(!layer.outputs.is_empty(), "{name}: {} has no outputs", layer.name);
        for &input in &layer.inputs {
            let tensor = &network.tensors[input];
            assert!(
                tensor.producer.is_none_or(|p| p < id),
                "{name}: {} runs before what it reads",
                layer.name
            );
            assert!(tensor.consumers.contains(&id), "{name}: {}", layer.name);
        }
        for &output in &layer.outputs {
            let tensor = &network.tensors[output];
            assert_eq!(tensor.producer, Some(id), "{name}: {}", layer.name);
            assert!(
                tensor.is_output || !tensor.consumers.is_empty(),
                "{name}: {} computes for nobody",
                layer.name
            );
        }
    }
    for (id, tensor) in network.tensors.iter().enumerate() {
        assert!(tensor.consumers.is_sorted_by(|a, b| a < b), "{name}: {}", tensor.name);
        assert_eq!(
            tensor.is_output,
            network.outputs.contains(&id),
            "{name}: {}",
            tensor.name
        );
        assert_eq!(
            tensor.producer.is_none(),
            network.inputs.contains(&id),
            "{name}: {}",
            tensor.name
        );
    }
    let mut names: Vec<&str> = network.layers.iter().map(|l| l.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), network.layers.len(), "{name}: names are not unique");
}
