//! Candidates of CNNParted, and why one is rejected.

use std::fmt;

/// Where a network is cut and which platform runs each partition. Partition j has the layers after cut j - 1 up to and
/// including cut j; the last one ends with the network. Partitions may be empty, platforms may come again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Candidate {
    /// Index of the last layer of every partition but the last.
    pub cuts: Vec<usize>,
    /// Platform of every partition: one more than cuts.
    pub platforms: Vec<usize>,
}

/// Why a candidate has no numbers at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The lists do not belong together.
    #[error("{cuts} cuts need {} platforms, not {platforms}", cuts + 1)]
    Lengths {
        /// Number of cuts.
        cuts: usize,
        /// Number of platforms named.
        platforms: usize,
    },
    /// A cut lies behind the network.
    #[error("cut {cut} is behind the last layer, {last}")]
    CutOutside {
        /// The cut.
        cut: usize,
        /// Index of the last layer.
        last: usize,
    },
    /// There is no such platform.
    #[error("there is no platform {platform}, only 0 to {}", count.saturating_sub(1))]
    NoPlatform {
        /// The index named.
        platform: usize,
        /// Number of platforms.
        count: usize,
    },
    /// There is no link for a transfer.
    #[error("the transfer into partition {partition} has no link: there are {links}")]
    NoLink {
        /// The receiving partition.
        partition: usize,
        /// Number of links.
        links: usize,
    },
    /// A cut lies before the one in front of it.
    #[error("the cuts are not in order")]
    CutOrder,
    /// A platform comes twice although each may come once.
    #[error("a platform comes twice although each may come once")]
    PlatformAgain,
    /// A platform comes after one behind it although the order is fixed.
    #[error("the platforms are not in order although their order is fixed")]
    PlatformOrder,
    /// Too many different platforms.
    #[error("it uses {used} platforms, {allowed} are allowed")]
    TooManyPlatforms {
        /// Different platforms named.
        used: usize,
        /// Largest number allowed.
        allowed: usize,
    },
}

/// Why a candidate with numbers is not feasible.
#[derive(Debug, Clone, PartialEq)]
pub enum Broken {
    /// A layer needs more bits than its platform has.
    Bits {
        /// Layer name.
        layer: String,
        /// Platform name.
        platform: String,
        /// Bits it requires.
        required: f64,
        /// Bits the platform has.
        available: f64,
    },
    /// A link has too little bandwidth for the transfer into this partition.
    Bandwidth {
        /// The receiving partition.
        partition: usize,
        /// Bytes per inference.
        bytes: u64,
    },
    /// A total breaks its limit.
    Limit {
        /// Which total, with its unit.
        total: &'static str,
        /// What is compared.
        value: f64,
        /// The limit.
        limit: f64,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bits {
                layer,
                platform,
                required,
                available,
            } => write!(
                f,
                "layer “{layer}” requires {required} bits, “{platform}” has {available}"
            ),
            Self::Bandwidth { partition, bytes } => write!(
                f,
                "the link has too little bandwidth for the {bytes} bytes that partition {partition} receives at this frame rate"
            ),
            Self::Limit { total, value, limit } => write!(f, "{total} {value} breaks the limit of {limit}"),
        }
    }
}
