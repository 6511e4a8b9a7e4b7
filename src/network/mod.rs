//! The layer graph: what a file says a network computes, independent of devices and windows.
//!
//! A [`Network`] holds the **layers** on the data path in file order and the **tensors** between them. It exists in
//! two views of the same type: raw (one layer per data-path node) and fused ([`fusion::fuse`]). Every [`Layer`]
//! names the raw layers it stands for in [`Layer::members`], so that designs can be stored by raw name and survive
//! a change of view.
//!
//! Invariants (the importer and [`fusion::fuse`] keep them, [`Network::linked`] derives the links): layers are in topological order; every tensor has at most one
//! producer; consumers are sorted and without repetition; a layer's `inputs` list only tensors on the data path; every layer
//! without consumers produces a network output, so that nothing computed is free.

pub mod blocks;
pub mod cnnparted;
pub mod fusion;
pub mod ideal;
pub mod import;
pub mod lattice;
pub mod schedule;
pub mod statistics;

use std::collections::BTreeMap;

pub use ideal::Ideal;
pub use schedule::{Schedule, ScheduleKind};

/// Index into [`Network::layers`].
pub type LayerId = usize;
/// Index into [`Network::tensors`].
pub type TensorId = usize;

/// The layer DAG read from a file, in one view.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// The name shown: the file's stem, or the graph's own name where it says more.
    pub name: String,
    /// Layers in topological order (file order where that is one).
    pub layers: Vec<Layer>,
    /// All values on the data path.
    pub tensors: Vec<Tensor>,
    /// Tensors that arrive from outside.
    pub inputs: Vec<TensorId>,
    /// Tensors the outside wants.
    pub outputs: Vec<TensorId>,
    /// Symbolic dimensions of the file and the sizes used for them.
    pub symbols: BTreeMap<String, u64>,
    /// Hash over structure, shapes, types and small constants; never over the bytes of big tensors (rulings.md 9).
    /// It is taken from the raw view and carried over unchanged by fusion.
    pub hash: ContentHash,
    /// Whether this is the fused view.
    pub fused: bool,
}

/// Hexadecimal SHA-256 of a network's content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ContentHash(pub String);

/// One node of the graph, with what a cost model needs to know about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Unique within the network: the file's node name, or the first output's name where it has none.
    pub name: String,
    /// Operator type as in the file (`Conv`, `Gemm`, `Add` …).
    pub op: String,
    /// Operator domain; empty for the standard one.
    pub domain: String,
    /// Coarse family, for colour and filtering.
    pub kind: OpKind,
    /// Attributes in file order, values printed as in the file.
    pub attributes: Vec<(String, Attribute)>,
    /// Data-path inputs in operand order, without repetition.
    pub inputs: Vec<TensorId>,
    /// Outputs that are consumed or wanted (at least one).
    pub outputs: Vec<TensorId>,
    /// Constant operands (weights, biases, tables), never their bytes.
    pub constants: Vec<Constant>,
    /// Multiply-accumulates of one inference; `None` = not known (a shape or an operator is unknown).
    pub macs: Option<u64>,
    /// Elements of float constants by the rule of rulings.md 12.
    pub params: u64,
    /// What could not be known about this layer, in words; the rest of the program goes on.
    pub unknown: Option<String>,
    /// Names of the raw layers this layer stands for, in file order, vanished reshapes included; itself in the raw view.
    pub members: Vec<String>,
}

/// A value flowing between layers.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The file's name for the value.
    pub name: String,
    /// Element type.
    pub dtype: DataType,
    /// Dimensions in elements; `None` = not known.
    pub shape: Option<Vec<u64>>,
    /// The layer that computes it; `None` for a network input.
    pub producer: Option<LayerId>,
    /// Layers that read it, ascending.
    pub consumers: Vec<LayerId>,
    /// Whether the outside wants it.
    pub is_output: bool,
}

/// A constant operand of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    /// The file's name for it.
    pub name: String,
    /// Element type.
    pub dtype: DataType,
    /// Dimensions in elements.
    pub shape: Vec<u64>,
}

/// An operator attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// An integer.
    Int(i64),
    /// A float.
    Float(f32),
    /// A text.
    Text(String),
    /// A list of integers.
    Ints(Vec<i64>),
    /// A list of floats.
    Floats(Vec<f32>),
    /// Anything else (tensor, graph, …), described in words.
    Other(String),
}

/// Element types of ONNX, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum DataType {
    Float32,
    Float64,
    Float16,
    BFloat16,
    Float8,
    Float4,
    Int64,
    Int32,
    Int16,
    Int8,
    Int4,
    Uint64,
    Uint32,
    Uint16,
    Uint8,
    Uint4,
    Bool,
    Text,
    Complex,
    #[default]
    Unknown,
}

/// Operator families used for colour, filters and statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpKind {
    /// Convolutions and fully connected layers.
    Linear,
    /// Convolutions with one channel per group.
    Depthwise,
    /// Pooling.
    Pool,
    /// Normalisation.
    Norm,
    /// Activation functions.
    Activation,
    /// Element-wise arithmetic between tensors.
    Elementwise,
    /// Reshapes, transposes, concatenation and other data movement.
    Shape,
    /// Products of two computed tensors, softmax, attention.
    Attention,
    /// Quantise and dequantise.
    Quantisation,
    /// Recurrent cells.
    Recurrent,
    /// Everything the program has no model for.
    Unknown,
}

impl OpKind {
    /// All families in legend order.
    pub const ALL: [Self; 11] = [
        Self::Linear,
        Self::Depthwise,
        Self::Attention,
        Self::Recurrent,
        Self::Pool,
        Self::Norm,
        Self::Activation,
        Self::Elementwise,
        Self::Shape,
        Self::Quantisation,
        Self::Unknown,
    ];

    /// The family's name in the window.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "convolution, linear",
            Self::Depthwise => "depthwise",
            Self::Pool => "pooling",
            Self::Norm => "normalisation",
            Self::Activation => "activation",
            Self::Elementwise => "element-wise",
            Self::Shape => "data movement",
            Self::Attention => "attention, matmul",
            Self::Quantisation => "quantisation",
            Self::Recurrent => "recurrent",
            Self::Unknown => "not modelled",
        }
    }
}

impl DataType {
    /// Bits of one element; `None` where it has no fixed width.
    pub fn bits(self) -> Option<u32> {
        Some(match self {
            Self::Float64 | Self::Int64 | Self::Uint64 => 64,
            Self::Float32 | Self::Int32 | Self::Uint32 => 32,
            Self::Float16 | Self::BFloat16 | Self::Int16 | Self::Uint16 => 16,
            Self::Float8 | Self::Int8 | Self::Uint8 | Self::Bool => 8,
            Self::Float4 | Self::Int4 | Self::Uint4 => 4,
            Self::Complex => 64,
            Self::Text | Self::Unknown => return None,
        })
    }

    /// Whether elements are real numbers (the kind whose constants count as parameters).
    pub fn is_float(self) -> bool {
        matches!(
            self,
            Self::Float32 | Self::Float64 | Self::Float16 | Self::BFloat16 | Self::Float8 | Self::Float4
        )
    }

    /// The width this type brings into a design of its own accord: a network quantised in the file keeps its
    /// integer widths (rulings.md 5), floats take the device's width.
    pub fn own_bits(self) -> Option<u32> {
        if self.is_float() { None } else { self.bits() }
    }
}

impl Tensor {
    /// Number of elements; `None` = shape not known or the product exceeds 2^63.
    pub fn elements(&self) -> Option<u64> {
        let product = self
            .shape
            .as_ref()?
            .iter()
            .try_fold(1_u64, |product, &d| product.checked_mul(d))?;
        (product <= i64::MAX as u64).then_some(product)
    }

    /// Bytes at a width of `bits` per element, rounded up to whole bytes; the type's own width wins where it has
    /// one. An unknown shape counts 0: its layer is marked and the evaluation says so.
    pub fn bytes(&self, bits: u32) -> u64 {
        bytes_of(self.elements().unwrap_or(0), self.dtype.own_bits().unwrap_or(bits))
    }
}

impl Constant {
    /// Number of elements (saturating).
    pub fn elements(&self) -> u64 {
        self.shape.iter().fold(1_u64, |product, &d| product.saturating_mul(d))
    }

    /// Bytes at a width of `bits` per element; the type's own width wins where it has one.
    pub fn bytes(&self, bits: u32) -> u64 {
        bytes_of(self.elements(), self.dtype.own_bits().unwrap_or(bits))
    }
}

impl Layer {
    /// Bytes of all constant operands at a weight width of `bits`.
    pub fn weight_bytes(&self, bits: u32) -> u64 {
        let each = self.constants.iter().map(|c| c.bytes(bits));
        each.fold(0, u64::saturating_add)
    }

    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }
}

/// ceil(elements × bits / 8), saturating.
pub fn bytes_of(elements: u64, bits: u32) -> u64 {
    u64::try_from((u128::from(elements) * u128::from(bits)).div_ceil(8)).unwrap_or(u64::MAX)
}

/// The ids in order, each only where it first occurs.
fn each_once(ids: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut seen = std::collections::HashSet::new();
    ids.filter(|&id| seen.insert(id)).collect()
}

impl Network {
    /// Fills in who produces and who reads every tensor, and which tensors are outputs, from the layers' lists and
    /// `outputs`; whatever stood there before is replaced.
    pub(crate) fn linked(mut self) -> Self {
        for tensor in &mut self.tensors {
            tensor.producer = None;
            tensor.consumers.clear();
            tensor.is_output = false;
        }
        for (id, layer) in self.layers.iter().enumerate() {
            for &output in &layer.outputs {
                self.tensors[output].producer = Some(id);
            }
            for &input in &layer.inputs {
                let consumers = &mut self.tensors[input].consumers;
                if consumers.last() != Some(&id) {
                    consumers.push(id);
                }
            }
        }
        for &output in &self.outputs {
            self.tensors[output].is_output = true;
        }
        self
    }

    /// Shape of a layer's first output, if known.
    pub fn output_shape(&self, layer: LayerId) -> Option<&[u64]> {
        let tensor = *self.layers.get(layer)?.outputs.first()?;
        self.tensors.get(tensor)?.shape.as_deref()
    }

    /// Layers that feed `layer`, ascending, without repetition.
    pub fn predecessors(&self, layer: LayerId) -> Vec<LayerId> {
        let mut found: Vec<_> = self.layers[layer]
            .inputs
            .iter()
            .filter_map(|&t| self.tensors[t].producer)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Layers that `layer` feeds, ascending, without repetition.
    pub fn successors(&self, layer: LayerId) -> Vec<LayerId> {
        let outputs = &self.layers[layer].outputs;
        let mut found: Vec<_> = outputs
            .iter()
            .flat_map(|&t| self.tensors[t].consumers.iter().copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The layer that stands for a raw layer of this name.
    pub fn layer_of_member(&self, raw_name: &str) -> Option<LayerId> {
        self.layers
            .iter()
            .position(|layer| layer.members.iter().any(|m| m == raw_name))
    }
}
