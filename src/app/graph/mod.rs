//! The layer graph: layout and canvas.
pub mod layout;
