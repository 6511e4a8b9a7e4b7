//! What a file may ask for before it is refused: bounds that keep hostile input within a second and well below 500 MB,
//! far above what real networks need (a 6000-node transformer uses less than a tenth of each).

/// Nodes of the main graph, inlined functions included.
pub const NODES: usize = 200_000;
/// Protobuf messages inside each other; a body inside an attribute costs three.
pub const NESTING: usize = 100;
/// Protobuf fields read or skipped in a whole file.
pub const FIELDS: u64 = 8_000_000;
/// Bytes of names, attributes and small values kept from a file, with an allowance for what holds them.
pub const KEPT_BYTES: u64 = 64_000_000;
/// Bytes of one name.
pub const TEXT_BYTES: u64 = 65_536;
/// Dimensions of one tensor.
pub const RANK: usize = 32;
/// Elements of a constant whose values are kept and calculated with; anything larger is known by shape only.
pub const VALUE_ELEMENTS: usize = 1024;
/// Elements read and written in all calculations with small constants together; later ones stay unknown.
pub const FOLDED_ELEMENTS: usize = 8_000_000;
/// Notes of one kind after which they are counted instead of listed.
pub const NOTES_OF_A_KIND: usize = 8;
