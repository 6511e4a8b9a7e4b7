//! The ONNX file as it is: nodes, constants by type and shape, declared inputs and outputs. No meaning is added here.

use crate::network::DataType;
use std::sync::Arc;

/// What was kept of a model file.
#[derive(Debug, Default)]
pub struct Model {
    /// Version of the standard operator set; 0 where the file names none.
    pub opset: i64,
    /// The main graph.
    pub graph: Graph,
    /// Functions the file defines for its own use.
    pub functions: Vec<Function>,
}

/// A graph or the body of a function.
#[derive(Debug, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub constants: Vec<Constant>,
    pub inputs: Vec<ValueInfo>,
    pub outputs: Vec<ValueInfo>,
    /// Shapes the file claims for values in between; never trusted where our own inference knows better.
    pub claims: Vec<ValueInfo>,
}

/// One operation.
#[derive(Debug, Default, Clone)]
pub struct Node {
    pub name: String,
    pub op: String,
    /// Empty for the standard domain.
    pub domain: String,
    /// Operand names; empty = optional operand left out.
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub attributes: Vec<(String, Attribute)>,
    /// Values its bodies (If, Loop, Scan …) read from the graph around.
    pub captured: Vec<String>,
}

/// The value of an attribute.
#[derive(Debug, Clone)]
pub enum Attribute {
    Int(i64),
    Float(f32),
    Text(String),
    Ints(Vec<i64>),
    Floats(Vec<f32>),
    Texts(Vec<String>),
    Tensor(Constant),
    /// A nested graph with this many nodes.
    Body(usize),
    /// Stands for an attribute of the calling node, inside a function.
    Reference(String),
    /// A kind the program has no use for, in words.
    Other(&'static str),
}

/// A constant tensor; its bytes stay in the file.
#[derive(Debug, Default, Clone)]
pub struct Constant {
    pub name: String,
    pub dtype: DataType,
    pub dims: Vec<u64>,
    /// All elements in order, kept only for small numeric tensors. Integers are exact up to 2^53; beyond that only
    /// "very large" matters (the open end of a slice).
    pub value: Option<Arc<[f64]>>,
}

/// A declared value.
#[derive(Debug, Default, Clone)]
pub struct ValueInfo {
    pub name: String,
    pub dtype: DataType,
    /// `None` = not declared.
    pub dims: Option<Vec<DeclaredDim>>,
    /// A sequence, map or optional instead of a tensor.
    pub is_container: bool,
}

/// A declared dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredDim {
    /// A number, as written.
    Size(i64),
    /// A name to be filled in.
    Symbol(String),
    /// Neither.
    Open,
}

/// A function defined in the file.
#[derive(Debug, Default)]
pub struct Function {
    pub name: String,
    pub domain: String,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub nodes: Vec<Node>,
    /// Values of attributes a call leaves out.
    pub defaults: Vec<(String, Attribute)>,
}

impl Node {
    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// An integer attribute.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.attribute(name)? {
            Attribute::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// An integer list; a lone integer counts as a list of one.
    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        match self.attribute(name)? {
            Attribute::Ints(values) => Some(values),
            Attribute::Int(value) => Some(std::slice::from_ref(value)),
            _ => None,
        }
    }

    /// A text attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.attribute(name)? {
            Attribute::Text(value) => Some(value),
            _ => None,
        }
    }

    /// What to call it: its name, else its first output's.
    pub fn label(&self) -> &str {
        let first = || self.outputs.iter().find(|o| !o.is_empty());
        if self.name.is_empty() {
            first().map_or(self.op.as_str(), String::as_str)
        } else {
            &self.name
        }
    }
}

impl Attribute {
    /// As shown to the user.
    pub fn shown(&self) -> crate::network::Attribute {
        use crate::network::Attribute as Shown;
        match self {
            Self::Int(value) => Shown::Int(*value),
            Self::Float(value) => Shown::Float(*value),
            Self::Text(value) => Shown::Text(value.clone()),
            Self::Ints(values) => Shown::Ints(values.clone()),
            Self::Floats(values) => Shown::Floats(values.clone()),
            Self::Texts(values) => Shown::Other(values.join(", ")),
            Self::Tensor(constant) => Shown::Other(format!("tensor {:?} {:?}", constant.dtype, constant.dims)),
            Self::Body(nodes) => Shown::Other(format!("graph of {nodes} nodes")),
            Self::Reference(name) => Shown::Other(format!("attribute {name} of the caller")),
            Self::Other(words) => Shown::Other((*words).to_owned()),
        }
    }
}
