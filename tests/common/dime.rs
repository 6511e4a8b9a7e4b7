//! The reference files of the published optimiser of bundles: by kind, whatever the network they begin with.

use super::golden::{cases, reference};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The rows of a CSV file.
pub fn rows<T: for<'a> Deserialize<'a>>(path: &Path) -> Vec<T> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let rows = reader.deserialize();
    rows.map(|row| row.unwrap_or_else(|e| panic!("{}: {e}", path.display())))
        .collect()
}

/// All files `NETWORK_kind.csv`, with the network; a kind the project's own copy does not hold is an empty list there.
pub fn of_kind(kind: &str) -> Vec<(String, PathBuf)> {
    let files = cases(&reference("dime"), "csv").into_iter();
    let named = files.filter_map(|path| {
        let network = path.file_stem()?.to_str()?.strip_suffix(kind)?.to_owned();
        Some((network, path))
    });
    named.collect()
}
