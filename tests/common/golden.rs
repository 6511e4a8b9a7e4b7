//! Reference values: where they are and how deviations from them are reported.

use std::path::{Path, PathBuf};

/// The folder of a family of reference values: below `CUTSCAPE_REFERENCE` if that is set, else the project's own copy.
pub fn reference(family: &str) -> PathBuf {
    match std::env::var_os("CUTSCAPE_REFERENCE") {
        Some(root) => Path::new(&root).join(family),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(family),
    }
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
        self.check(ours == reference, || {
            format!("{}: ours {ours:?}, reference {reference:?}", what())
        });
    }

    /// Notes that something was compared, and how it deviates unless it holds.
    pub fn check(&mut self, holds: bool, deviation: impl FnOnce() -> String) {
        self.compared += 1;
        if !holds {
            self.found.push(deviation());
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
