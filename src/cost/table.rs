//! Layer costs of a network on every device of a system.

/// Layer costs of a network on every device of a system.
#[derive(Debug, Clone, PartialEq)]
pub struct CostTable {}
