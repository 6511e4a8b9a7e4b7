//! What a label carries: one number per objective, and one per limit that is no property of a single part of the design.

use super::Objective;

/// A number of a design that grows while the design is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// Seconds of one inference.
    Latency,
    /// Joules of one inference.
    Energy,
    /// Bytes over all links.
    LinkBytes,
    /// Square metres of the devices that have layers.
    Area,
    /// Number of devices that have layers.
    Devices,
    /// Seconds of one inference without what the varied links take for their bytes.
    Fixed(Varied),
    /// What the varied links take for their bytes, as a multiple of what they take per unit of the varied rate.
    Bytes(Varied),
    /// Longest busy time of a device or link.
    Interval,
    /// Largest memory of a device.
    Memory,
    /// How hard it is for the rest of the design to keep the power limits ([`super::whole`]).
    Strain,
}

/// Links whose rate is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Varied {
    /// One link; its rate is in bytes per second.
    One(usize),
    /// All links that have a tunable rate; the rate is a factor to their present ones.
    All,
}

impl Varied {
    /// Whether a link is among them.
    pub(crate) fn has(self, link: usize) -> bool {
        match self {
            Self::One(varied) => varied == link,
            Self::All => true,
        }
    }
}

impl Term {
    /// Whether it is the sum of what the parts of a design add.
    pub(crate) fn is_sum(self) -> bool {
        !matches!(self, Self::Interval | Self::Memory | Self::Strain)
    }
}

impl From<Objective> for Term {
    fn from(objective: Objective) -> Self {
        match objective {
            Objective::Latency => Self::Latency,
            Objective::Energy => Self::Energy,
            Objective::Interval => Self::Interval,
            Objective::Memory => Self::Memory,
            Objective::LinkBytes => Self::LinkBytes,
            Objective::Area => Self::Area,
        }
    }
}
