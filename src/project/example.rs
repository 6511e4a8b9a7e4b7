//! The networks inside the program: what it shows when it starts without a file, and what the welcome page offers.

use include_dir::{Dir, include_dir};

/// The network shown at the first start: small, and its best cut moves with the link.
pub const START: &str = "mobilenet_v2";

static MODELS: Dir = include_dir!("$CARGO_MANIFEST_DIR/models");

/// Names of the example networks, in alphabetical order.
pub fn names() -> Vec<&'static str> {
    let models = MODELS
        .files()
        .filter_map(|file| file.path().to_str()?.strip_suffix(".onnx"));
    let mut names: Vec<_> = models.collect();
    names.sort_unstable();
    names
}

/// The ONNX file of an example.
pub fn onnx(name: &str) -> Option<&'static [u8]> {
    Some(MODELS.get_file(format!("{name}.onnx"))?.contents())
}
