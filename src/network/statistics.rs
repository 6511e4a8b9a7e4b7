//! Numbers that follow from a network alone: what layers compute and hold, and what is alive along a schedule.

use super::{Ideal, Layer, LayerId, Network, Schedule, Tensor, TensorId};

/// Widths at which sizes are counted; tensors and constants of integer types keep their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedAt {
    /// Bits per weight element.
    pub weight_bits: u32,
    /// Bits per activation element.
    pub activation_bits: u32,
}

/// What one layer, or a whole network, computes and moves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerStatistics {
    /// Multiply-accumulates of one inference; layers whose number is not known count 0.
    pub macs: u64,
    /// Elements of float constants.
    pub params: u64,
    /// Bytes of all constants.
    pub weight_bytes: u64,
    /// Bytes of the data-path operands.
    pub input_bytes: u64,
    /// Bytes of the results.
    pub output_bytes: u64,
    /// Layers with something unknown (0 or 1 for one layer): the other numbers are lower bounds if it is not 0.
    pub unknown: usize,
}

impl LayerStatistics {
    /// Bytes moved if nothing is reused between layers: weights, operands and results.
    pub fn moved_bytes(&self) -> u64 {
        let activations = self.input_bytes.saturating_add(self.output_bytes);
        self.weight_bytes.saturating_add(activations)
    }

    /// Multiply-accumulates per byte moved; 0 for a layer that moves nothing.
    pub fn intensity(&self) -> f64 {
        match self.moved_bytes() {
            0 => 0.0,
            bytes => self.macs as f64 / bytes as f64,
        }
    }

    fn add(self, other: Self) -> Self {
        Self {
            macs: self.macs.saturating_add(other.macs),
            params: self.params.saturating_add(other.params),
            weight_bytes: self.weight_bytes.saturating_add(other.weight_bytes),
            input_bytes: self.input_bytes.saturating_add(other.input_bytes),
            output_bytes: self.output_bytes.saturating_add(other.output_bytes),
            unknown: self.unknown + other.unknown,
        }
    }
}

/// Statistics of one layer.
pub fn layer(network: &Network, layer: &Layer, at: CountedAt) -> LayerStatistics {
    LayerStatistics {
        macs: layer.macs.unwrap_or(0),
        params: layer.params,
        weight_bytes: layer.weight_bytes(at.weight_bits),
        input_bytes: bytes_of_all(network, &layer.inputs, at),
        output_bytes: bytes_of_all(network, &layer.outputs, at),
        unknown: usize::from(layer.unknown.is_some()),
    }
}

/// Statistics of all layers together; a constant that several layers share counts at each.
pub fn total(network: &Network, at: CountedAt) -> LayerStatistics {
    let all = network.layers.iter().map(|l| layer(network, l, at));
    all.fold(LayerStatistics::default(), LayerStatistics::add)
}

fn tensor_bytes(network: &Network, tensor: TensorId, at: CountedAt) -> u64 {
    network.tensors[tensor].bytes(at.activation_bits)
}

fn bytes_of_all(network: &Network, tensors: &[TensorId], at: CountedAt) -> u64 {
    tensors
        .iter()
        .fold(0, |sum, &t| sum.saturating_add(tensor_bytes(network, t, at)))
}

/// Tensors that cross the boundary of an ideal, ascending: made inside it (or arriving from outside the network) and
/// read outside it or wanted at the end.
pub fn crossing(network: &Network, ideal: &Ideal) -> Vec<TensorId> {
    let crosses = |&id: &TensorId| {
        let tensor = &network.tensors[id];
        let is_made = tensor.producer.is_none_or(|p| ideal.contains(p));
        is_made && (tensor.is_output || tensor.consumers.iter().any(|&c| !ideal.contains(c)))
    };
    (0..network.tensors.len()).filter(crosses).collect()
}

/// What is alive along a schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Liveness {
    /// Per position (one more than layers) the bytes of the tensors that are made and still wanted.
    pub bytes: Vec<u64>,
    /// Per layer in schedule order the bytes held while it runs: what is alive before it and its results.
    pub running_bytes: Vec<u64>,
    /// First and last position at which each tensor is alive.
    spans: Vec<(usize, usize)>,
}

impl Liveness {
    /// Tensors alive at a position, ascending.
    pub fn live(&self, position: usize) -> Vec<TensorId> {
        let is_live = |id: &TensorId| (self.spans[*id].0..=self.spans[*id].1).contains(&position);
        (0..self.spans.len()).filter(is_live).collect()
    }

    /// Largest number of bytes held while a layer runs, and that layer's place in the schedule.
    pub fn peak(&self) -> (u64, Option<usize>) {
        let places = self.running_bytes.iter().enumerate();
        // The first of equals: the place where the memory is first needed.
        let peak = places.max_by_key(|&(place, &bytes)| (bytes, std::cmp::Reverse(place)));
        peak.map_or((0, None), |(place, &bytes)| (bytes, Some(place)))
    }
}

/// Live tensors at every position of a schedule. Network inputs are alive from the beginning, outputs to the end.
pub fn liveness(network: &Network, schedule: &Schedule, at: CountedAt) -> Liveness {
    let end = schedule.order().len();
    let span = |tensor: &Tensor| {
        let born = tensor.producer.map_or(0, |p| schedule.place(p) + 1);
        let last_read = tensor.consumers.iter().map(|&c| schedule.place(c)).max();
        let dies = if tensor.is_output {
            end
        } else {
            last_read.unwrap_or(born)
        };
        (born, dies)
    };
    let spans: Vec<_> = network.tensors.iter().map(span).collect();
    // What comes and goes at each position; sums wider than a position's can be, so that they never saturate midway.
    let mut change = vec![0_i128; end + 2];
    for (id, &(born, dies)) in spans.iter().enumerate() {
        let size = i128::from(tensor_bytes(network, id, at));
        change[born] += size;
        change[dies + 1] -= size;
    }
    let running_sum = change.iter().scan(0_i128, |sum, change| {
        *sum += change;
        Some(u64::try_from(*sum).unwrap_or(u64::MAX))
    });
    let bytes: Vec<u64> = running_sum.take(end + 1).collect();
    let results = |&layer: &LayerId| bytes_of_all(network, &network.layers[layer].outputs, at);
    let order = schedule.order().iter();
    let running_bytes = order
        .zip(&bytes)
        .map(|(layer, before)| before.saturating_add(results(layer)))
        .collect();
    Liveness {
        bytes,
        running_bytes,
        spans,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{DataType, ScheduleKind};

    const BYTES: CountedAt = CountedAt {
        weight_bits: 8,
        activation_bits: 8,
    };

    /// in(10) → a(20) → b(30) → c(5), a also read by c.
    fn diamond() -> Network {
        let tensor = |name: &str, size: u64| Tensor {
            name: name.into(),
            dtype: DataType::Float32,
            shape: Some(vec![size]),
            producer: None,
            consumers: Vec::new(),
            is_output: false,
        };
        let node = |name: &str, inputs: Vec<TensorId>, output: TensorId| Layer {
            name: name.into(),
            op: "Add".into(),
            domain: String::new(),
            kind: crate::network::OpKind::Elementwise,
            attributes: Vec::new(),
            inputs,
            outputs: vec![output],
            constants: Vec::new(),
            macs: Some(100),
            params: 0,
            unknown: None,
            members: vec![name.into()],
        };
        let network = Network {
            name: "diamond".into(),
            layers: vec![node("a", vec![0], 1), node("b", vec![1], 2), node("c", vec![1, 2], 3)],
            tensors: vec![tensor("in", 10), tensor("ta", 20), tensor("tb", 30), tensor("tc", 5)],
            inputs: vec![0],
            outputs: vec![3],
            symbols: std::collections::BTreeMap::new(),
            hash: crate::network::ContentHash::default(),
            fused: false,
        };
        network.linked()
    }

    #[test]
    fn live_tensors_and_the_peak_follow_from_the_schedule() {
        let network = diamond();
        let schedule = network.schedule(ScheduleKind::FileOrder);
        let found = liveness(&network, &schedule, BYTES);
        let live: Vec<_> = (0..=3).map(|position| found.live(position)).collect();
        assert_eq!(live, vec![vec![0], vec![1], vec![1, 2], vec![3]]);
        assert_eq!(found.bytes, vec![10, 20, 50, 5]);
        assert_eq!(found.running_bytes, vec![30, 50, 55]);
        assert_eq!(found.peak(), (55, Some(2)));
        for (position, live) in live.iter().enumerate() {
            assert_eq!(
                &crossing(&network, &Ideal::prefix(&schedule, position)),
                live,
                "position {position}"
            );
        }
    }

    #[test]
    fn totals_add_up_and_intensity_divides_by_what_moves() {
        let network = diamond();
        let all = total(&network, BYTES);
        assert_eq!((all.macs, all.input_bytes, all.output_bytes), (300, 10 + 20 + 50, 55));
        let first = layer(&network, &network.layers[0], BYTES);
        assert_eq!(first.moved_bytes(), 30);
        assert!((first.intensity() - 100.0 / 30.0).abs() < 1e-12);
    }
}
