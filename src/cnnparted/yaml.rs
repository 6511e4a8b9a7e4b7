//! YAML texts of bounded size, depth and expansion.

use super::error::{Fault, InputError};
use serde_json::Value;

/// Reads a text; `file` names it in errors.
pub(super) fn parse(text: &str, file: &str) -> Result<Value, InputError> {
    let budget = serde_saphyr::budget! {
        max_events: 100_000,
        max_nodes: 50_000,
        max_depth: 32,
        max_aliases: 1_000,
        max_anchors: 1_000,
        max_recorded_anchor_events: 50_000,
        max_recorded_anchor_bytes: 4_000_000,
        max_documents: 1,
        max_total_scalar_bytes: 4_000_000,
        max_merge_keys: 1_000,
    };
    let alias_limits = serde_saphyr::alias_limits! {
        max_total_replayed_events: 100_000,
        max_replay_stack_depth: 16,
    };
    let options = serde_saphyr::options! {
        budget: budget,
        alias_limits: alias_limits,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let at = error.location().map(|at| format!(":{}:{}", at.line(), at.column()));
        let words = error.to_string();
        let first = words.lines().next().unwrap_or("the text is not YAML");
        let remedy = "Correct the text there; CNNParted's examples show the format";
        Fault::new(
            at.unwrap_or_default(),
            format!("not readable as YAML: {}", shortened(first)),
            remedy,
        )
        .in_file(file)
    })
}

/// A sentence that may quote the file, at a length a person reads.
fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}
