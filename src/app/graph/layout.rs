//! Where everything is drawn.

/// Positions of layers and edges in graph space.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {}
