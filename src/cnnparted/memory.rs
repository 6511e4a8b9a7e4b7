//! Memory of a partition by the published rule, in elements.

use super::Graph;

impl Graph {
    /// Weights of the layers `start..end` plus, at the layer where it is most, its own output and the outputs of earlier
    /// layers of the range that it reads or that any later layer, wherever it is, still reads. What arrives from outside the
    /// range does not count.
    pub(super) fn memory_elements(&self, start: usize, end: usize) -> u64 {
        let layers = start..end;
        let weights = layers.clone().map(|l| self.weights[l]).fold(0, u64::saturating_add);
        weights.saturating_add(self.peak_elements(start, end))
    }

    fn peak_elements(&self, start: usize, end: usize) -> u64 {
        // A layer's output counts from itself to its last reader, both included.
        let mut change = vec![0_i128; end - start + 1];
        for layer in start..end {
            let until = self.successors[layer]
                .last()
                .map_or(layer, |&reader| reader.min(end - 1));
            change[layer - start] += i128::from(self.elements[layer]);
            change[until + 1 - start] -= i128::from(self.elements[layer]);
        }
        let mut alive = 0;
        let peak = change.into_iter().map(|change| {
            alive += change;
            alive
        });
        u64::try_from(peak.max().unwrap_or(0)).unwrap_or(u64::MAX)
    }
}
