//! Comparing measured or computed numbers with reference values.

use super::golden::Deviations;

/// Compares one number; `tolerance` is relative to the reference, infinities must be equal.
pub fn close(deviations: &mut Deviations, what: impl FnOnce() -> String, ours: f64, reference: f64, tolerance: f64) {
    let holds = ours == reference || (ours - reference).abs() <= tolerance * reference.abs();
    deviations.check(holds, || {
        let off = (ours - reference) / reference;
        format!("{}: ours {ours:?}, reference {reference:?}, off by {off:.2e}", what())
    });
}
