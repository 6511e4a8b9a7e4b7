//! A network as flat arrays: what evaluation and search read thousands of times a second, without following pointers.

use crate::network::{LayerId, Network, TensorId, bytes_of};

/// Lists of small numbers, all in one allocation.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Lists {
    start: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    fn new<'a>(lists: impl Iterator<Item = &'a [usize]>) -> Self {
        let mut made = Self {
            start: vec![0],
            items: Vec::new(),
        };
        for list in lists {
            made.items.extend_from_slice(list);
            made.start.push(made.items.len());
        }
        made
    }

    /// The list at an index.
    pub(crate) fn get(&self, index: usize) -> &[usize] {
        &self.items[self.start[index]..self.start[index + 1]]
    }
}

/// The parts of a network that costs of a design depend on, apart from the layers' own costs.
#[derive(Debug, Clone, PartialEq)]
pub struct FlatNetwork {
    layers: usize,
    /// Tensors a layer reads.
    pub(crate) inputs: Lists,
    /// Tensors a layer makes.
    pub(crate) outputs: Lists,
    /// Layers that read a tensor.
    pub(crate) consumers: Lists,
    /// Layer that makes a tensor; `None` = it arrives from outside.
    pub(crate) producer: Vec<Option<LayerId>>,
    /// Whether the outside wants a tensor.
    pub(crate) wanted: Vec<bool>,
    /// Tensors that arrive from outside, ascending.
    pub(crate) raw: Vec<TensorId>,
    elements: Vec<u64>,
    own_bits: Vec<Option<u32>>,
}

impl FlatNetwork {
    /// Copies a network's structure.
    pub fn new(network: &Network) -> Self {
        let tensors = &network.tensors;
        Self {
            layers: network.layers.len(),
            inputs: Lists::new(network.layers.iter().map(|l| l.inputs.as_slice())),
            outputs: Lists::new(network.layers.iter().map(|l| l.outputs.as_slice())),
            consumers: Lists::new(tensors.iter().map(|t| t.consumers.as_slice())),
            producer: tensors.iter().map(|t| t.producer).collect(),
            wanted: tensors.iter().map(|t| t.is_output).collect(),
            raw: (0..tensors.len()).filter(|&t| tensors[t].producer.is_none()).collect(),
            elements: tensors.iter().map(|t| t.elements().unwrap_or(0)).collect(),
            own_bits: tensors.iter().map(|t| t.dtype.own_bits()).collect(),
        }
    }

    /// Number of layers.
    pub fn layers(&self) -> usize {
        self.layers
    }

    /// Number of tensors.
    pub fn tensors(&self) -> usize {
        self.producer.len()
    }

    /// Bytes of a tensor at `bits` per element, its own width going first; the same rule as [`crate::network::Tensor::bytes`].
    pub fn bytes(&self, tensor: TensorId, bits: u32) -> u64 {
        bytes_of(self.elements[tensor], self.own_bits[tensor].unwrap_or(bits))
    }

    /// Whether a tensor has bytes at any width.
    pub(crate) fn is_sized(&self, tensor: TensorId) -> bool {
        self.elements[tensor] > 0
    }

    /// Whether a tensor keeps its width on every device and link.
    pub(crate) fn has_own_width(&self, tensor: TensorId) -> bool {
        self.own_bits[tensor].is_some()
    }
}
