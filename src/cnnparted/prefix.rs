//! Sums over ranges from running sums, without losing small ranges at the end of large sums.

/// Running sums kept with the part that rounding cut off, so that a difference of two of them is as precise as adding up
/// the range itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PrefixSums {
    sums: Vec<(f64, f64)>,
}

impl PrefixSums {
    pub(super) fn new(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = (0.0, 0.0);
        let running = values.into_iter().map(|value| {
            sum = plus(sum, value);
            sum
        });
        let sums = std::iter::once((0.0, 0.0)).chain(running).collect();
        Self { sums }
    }

    /// Sum of the values at `start..end`; both at most the number of values.
    pub(super) fn range(&self, start: usize, end: usize) -> f64 {
        let (from, to) = (self.sums[start], self.sums[end]);
        (to.0 - from.0) + (to.1 - from.1)
    }
}

/// Adds without error: the rounded sum and what rounding cut off (Knuth, The Art of Computer Programming 2, 4.2.2).
fn plus((high, low): (f64, f64), value: f64) -> (f64, f64) {
    let sum = high + value;
    let taken = sum - high;
    let lost = (high - (sum - taken)) + (value - taken);
    (sum, low + lost)
}

#[cfg(test)]
mod tests {
    use super::PrefixSums;

    #[test]
    fn a_small_range_after_a_large_sum_keeps_its_digits() {
        let sums = PrefixSums::new([1e9, 0.1, 1e-9, 2e-9, 0.0]);
        assert!((sums.range(2, 4) / 3e-9 - 1.0).abs() < 1e-14);
        assert_eq!(sums.range(4, 5), 0.0);
        assert_eq!(sums.range(0, 1), 1e9);
    }
}
