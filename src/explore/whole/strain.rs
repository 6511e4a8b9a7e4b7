//! Power limits at a design's own throughput, carried along a partial design as one number.
//!
//! Average power of a device is its energy per result over the time between results, so a design keeps all power limits if
//! B ≥ Q, where B is the longest busy time of a device or link and Q the longest time any device needs between results to stay within its
//! limit. A partial design with B ≥ Q so far stays within limits as long as what is added keeps its own: only B matters, and more is
//! better. One with B < Q needs a later part with a busy time of at least Q: only Q matters, and less is better. Any of the first
//! kind can be completed in every way one of the second kind can, so one number orders all of them.

use std::cmp::Ordering;

/// How hard a partial design makes it for the rest to keep the power limits; less is better.
///
/// Not above 0: -B of a design within its limits. Above 0: Q of one that is not yet.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Strain(f64);

impl Strain {
    /// With a part added that is busy for `busy_s` per result and needs `rest_s` between results.
    pub(crate) fn with(self, busy_s: f64, rest_s: f64) -> Self {
        let busy_s = busy_s.max(-self.0);
        let rest_s = rest_s.max(self.0);
        Self(if busy_s >= rest_s { -busy_s } else { rest_s })
    }

    /// Whether a whole design keeps the limits.
    pub(crate) fn is_met(self) -> bool {
        self.0 <= 0.0
    }
}

impl Eq for Strain {}

impl PartialOrd for Strain {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Strain {
    fn cmp(&self, other: &Self) -> Ordering {
        // Adding 0 makes -0 and 0 the same.
        (self.0 + 0.0).total_cmp(&(other.0 + 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_part_anywhere_makes_room_for_a_hungry_one() {
        let hungry = Strain::default().with(1.0, 3.0);
        assert!(!hungry.is_met());
        assert!(!hungry.with(2.0, 0.0).is_met());
        assert!(hungry.with(2.0, 0.0).with(3.0, 1.0).is_met());
        assert!(Strain::default().with(3.0, 0.0).with(1.0, 3.0).is_met());
        assert!(Strain::default().with(3.0, 0.0) < Strain::default().with(1.0, 0.0));
        assert!(Strain::default().with(0.5, 0.0) < hungry);
    }
}
