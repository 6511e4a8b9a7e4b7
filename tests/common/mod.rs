//! Where tests find the model files. Reference values: `golden.rs`; promises every network keeps: `checks.rs`.

use std::path::{Path, PathBuf};

/// A model file by network name: beside the reference values if they are outside the project, else in `models/`.
pub fn model(name: &str) -> PathBuf {
    let file = format!("{name}.onnx");
    let outside = std::env::var_os("CUTSCAPE_REFERENCE").map(PathBuf::from);
    let folders = outside
        .iter()
        .flat_map(|root| [root.join("models"), root.join("../models")]);
    let found = folders.map(|folder| folder.join(&file)).find(|path| path.is_file());
    found.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(file))
}
