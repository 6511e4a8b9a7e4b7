//! Icons of the embedded Phosphor font (phosphoricons.com, MIT). Never alone: each stands beside a word or has a tooltip.

/// Opens a list.
pub const CARET_DOWN: &str = "\u{e136}";
/// Puts a text on the clipboard.
pub const COPY: &str = "\u{e1ca}";
/// Something worth knowing.
pub const INFO: &str = "\u{e2ce}";
/// Keeps a design for comparison.
pub const PIN: &str = "\u{e3e2}";
/// Forgets a kept design.
pub const UNPIN: &str = "\u{e3e4}";
/// A broken limit or an assumption.
pub const WARNING: &str = "\u{e4e0}";
/// A suggestion.
pub const HINT: &str = "\u{e2dc}";
/// Opens what is folded.
pub const CARET_RIGHT: &str = "\u{e13a}";
/// A limit is kept.
pub const CHECK: &str = "\u{e182}";
/// More commands.
pub const MORE: &str = "\u{e1fe}";
/// Removes or clears.
pub const REMOVE: &str = "\u{e4f6}";
/// Goes back to a preset's value.
pub const RESET: &str = "\u{e038}";
