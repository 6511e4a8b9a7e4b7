//! Costs as fixed-point numbers of 128 bits.
//!
//! Sums of these are exact and do not depend on the order of adding, so two ways to the same design cost exactly the
//! same and ties are ties. The unit is a power of two chosen from the largest cost that occurs: that cost takes 100 bits, so a cost 10^14
//! times smaller is still carried over from its `f64` bit by bit, and 2^26 costs can be added. 64 bits would not do: where one device is
//! a million times slower than another, 20 of the 53 bits of the fast one's costs would be lost.

/// Several costs of a design or of a part of it.
pub(crate) type Sums<const M: usize> = [i128; M];

/// Two of them.
pub(crate) type Pair = Sums<2>;

/// The power of two between costs in SI units and their fixed-point form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    factor: f64,
}

impl Scale {
    /// For numbers that are whole anyway.
    pub(crate) const WHOLE: Self = Self { factor: 1.0 };

    /// The scale for costs up to `largest`, which is finite and not negative.
    pub(crate) fn up_to(largest: f64) -> Self {
        Self::within(largest, 100)
    }

    /// The scale on which `largest`, which is finite and not negative, takes so many bits.
    pub(crate) fn within(largest: f64, bits: i32) -> Self {
        let exponent = if largest > 0.0 { largest.log2().ceil() as i32 } else { 0 };
        Self {
            factor: 2_f64.powi((bits - exponent).min(1000)),
        }
    }

    /// A cost in fixed point; `None` if it is not finite.
    pub(crate) fn exact(self, cost: f64) -> Option<i128> {
        cost.is_finite().then(|| (cost * self.factor).round() as i128)
    }

    /// A sum back in SI units.
    pub(crate) fn value(self, sum: i128) -> f64 {
        sum as f64 / self.factor
    }
}

/// Component-wise sum.
pub(crate) fn plus<const M: usize>(a: Sums<M>, b: Sums<M>) -> Sums<M> {
    std::array::from_fn(|i| a[i] + b[i])
}

/// Component-wise difference.
pub(crate) fn minus<const M: usize>(a: Sums<M>, b: Sums<M>) -> Sums<M> {
    std::array::from_fn(|i| a[i] - b[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_of_very_different_size_come_back_exactly() {
        let scale = Scale::up_to(1000.0);
        for cost in [0.0, 1e-9, 0.1, 999.999] {
            assert_eq!(scale.exact(cost).map(|c| scale.value(c)), Some(cost));
        }
        assert_eq!(scale.exact(f64::INFINITY), None);
    }
}
