//! Families of accelerators that differ in the sizes of their array and buffers (cnnparted.md 9).
//!
//! - [`design`] one member of a family; [`lists`] all members that lists of sizes allow; [`genome`] members as whole numbers, for
//!   evolution; [`build`] a member as an architecture, made from a template; [`metric`] what members are compared by
//!
//! The search over them is `explore::space`.

pub mod build;
pub mod design;
pub mod genome;
pub mod lists;
pub mod metric;

pub use build::{Built, follow_the_array};
pub use design::{Design, EyerissDesign, Family, GemminiDesign, SimbaDesign};
pub use genome::{Decoding, GenomeRanges};
pub use lists::{EyerissLists, GemminiLists, Lists, MeshDims, SimbaLists};
pub use metric::{Metric, Totals, top};

/// Bits in a kibibyte.
pub(super) const KIBIBYTE_BITS: f64 = 8192.0;
/// The largest number of designs of one search.
pub const MAX_DESIGNS: usize = 20_000;
/// The largest side of an array of MAC units.
pub const MAX_SIDE: u32 = 4096;
/// The largest buffer in kibibytes.
pub const MAX_KIB: f64 = 1024.0 * 1024.0;

/// Why sizes make no search.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct SpaceError(pub String);
