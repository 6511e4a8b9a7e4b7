//! Power limits at a design's own throughput, carried along a partial design as one number.
//!
//! Average power of a device is its energy per result over the time between results, so a design keeps all power limits if
//! B ≥ Q, where B is the longest busy time of a device or link and Q the longest time any device needs between results to stay within its
//! limit. A partial design with B ≥ Q so far stays within limits as long as what is added keeps its own: only B matters, and more is
//! better. One with B < Q needs a later part with a busy time of at least Q: only Q matters, and less is better. Any of the first
//! kind can be completed in every way one of the second kind can, so one number orders all of them.

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

    /// As a whole number of the same order.
    pub(crate) fn key(self) -> i128 {
        // Adding 0 makes -0 and 0 the same. Bits of numbers above 0 rise with them, those of the others fall.
        let strain = self.0 + 0.0;
        let bits = i128::from(strain.abs().to_bits());
        if strain < 0.0 { -bits } else { bits }
    }

    /// The strain with this key.
    pub(crate) fn of_key(key: i128) -> Self {
        let size = f64::from_bits(u64::try_from(key.unsigned_abs()).unwrap_or(0));
        Self(if key < 0 { -size } else { size })
    }

    /// Whether a whole design keeps the limits.
    pub(crate) fn is_met(self) -> bool {
        self.0 <= 0.0
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
        let order = [
            Strain::default().with(3.0, 0.0),
            Strain::default().with(1.0, 0.0),
            Strain::default(),
            Strain::default().with(0.5, 2.0),
            hungry,
        ];
        assert!(order.map(Strain::key).is_sorted_by(|a, b| a < b));
        assert_eq!(order.map(|strain| Strain::of_key(strain.key())), order);
    }
}
