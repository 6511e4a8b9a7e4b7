//! Panels at the sides of the window.

pub mod inspector;
pub mod system;
pub mod why;
