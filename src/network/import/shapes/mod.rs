//! Shape and type inference, written from the operator definitions of ONNX (<https://onnx.ai/onnx/operators/>), one file per
//! family. A rule gets the operands of one node and says what its outputs look like, or in words why it cannot.
//!
//! Nothing here fails as a whole: a [`Gap`] marks one layer, and everything that does not depend on it goes on.

pub mod contrib;
mod conv;
mod elementwise;
mod gather;
pub mod layout;
pub mod matmul;
mod quantised;
pub mod recurrent;
pub mod reduce;
mod resize;
pub mod sources;

use super::limits;
use super::model::Node;
use crate::network::DataType;
use std::sync::Arc;

/// A dimension; `None` = not known before running.
pub type Dim = Option<u64>;
/// A shape of known rank.
pub type Dims = Vec<Dim>;

/// What is known of a value.
#[derive(Debug, Clone, Default)]
pub struct Fact {
    pub dtype: DataType,
    pub dims: Option<Dims>,
    /// Whether it is the same for every input of the network.
    pub constant: bool,
    /// The elements of a small constant.
    pub value: Option<Arc<[f64]>>,
    /// The type a constant is stored in: that of the integers behind a dequantised weight, else `dtype`.
    pub stored: DataType,
}

/// One output as far as a rule can tell.
#[derive(Debug, Clone, Default)]
pub struct Shaped {
    pub dtype: DataType,
    pub dims: Option<Dims>,
}

/// Why something about a node is not known: a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap(pub String);

/// What a rule answers.
pub type Answer = Result<Vec<Shaped>, Gap>;

/// One node with what is known of its operands.
pub struct Call<'a> {
    pub node: &'a Node,
    /// `None` = optional operand left out.
    pub inputs: Vec<Option<&'a Fact>>,
    /// Version of the standard operators.
    pub opset: i64,
}

/// A gap from words.
pub fn gap<T>(words: impl Into<String>) -> Result<T, Gap> {
    Err(Gap(words.into()))
}

/// One output.
pub fn one(dtype: DataType, dims: Dims) -> Answer {
    Ok(vec![Shaped::new(dtype, dims)])
}

impl Shaped {
    pub fn new(dtype: DataType, dims: Dims) -> Self {
        Self {
            dtype,
            dims: Some(dims),
        }
    }
}

impl Fact {
    /// The shape if every dimension is known.
    pub fn shape(&self) -> Option<Vec<u64>> {
        self.dims.as_ref()?.iter().copied().collect()
    }

    /// The elements of a small constant as integers (out-of-range values saturate).
    pub fn ints(&self) -> Option<Vec<i64>> {
        Some(self.value.as_ref()?.iter().map(|&v| v as i64).collect())
    }
}

impl<'a> Call<'a> {
    /// A required operand.
    pub fn input(&self, index: usize) -> Result<&'a Fact, Gap> {
        self.optional(index)
            .ok_or_else(|| Gap(format!("operand {index} is missing")))
    }

    /// An operand that may be left out.
    pub fn optional(&self, index: usize) -> Option<&'a Fact> {
        self.inputs.get(index).copied().flatten()
    }

    fn operand_name(&self, index: usize) -> &str {
        self.node.inputs.get(index).map_or("", String::as_str)
    }

    /// Dimensions of a required operand, rank known.
    pub fn dims(&self, index: usize) -> Result<&'a Dims, Gap> {
        let fact = self.input(index)?;
        let unknown = || Gap(format!("the shape of “{}” is not known", self.operand_name(index)));
        fact.dims.as_ref().ok_or_else(unknown)
    }

    /// Type of a required operand.
    pub fn dtype(&self, index: usize) -> Result<DataType, Gap> {
        Ok(self.input(index)?.dtype)
    }

    /// Elements of a constant operand as integers.
    pub fn values(&self, index: usize) -> Result<Vec<i64>, Gap> {
        let unknown = || Gap(format!("“{}” is computed while running", self.operand_name(index)));
        self.input(index)?.ints().ok_or_else(unknown)
    }

    /// A single integer operand.
    pub fn scalar(&self, index: usize) -> Result<i64, Gap> {
        let empty = || Gap(format!("“{}” is empty", self.operand_name(index)));
        self.values(index)?.first().copied().ok_or_else(empty)
    }

    /// An integer list that moved from an attribute to an operand in a later operator version; `None` = given nowhere.
    pub fn list(&self, attribute: &str, operand: usize) -> Result<Option<Vec<i64>>, Gap> {
        if let Some(values) = self.node.ints(attribute) {
            if values.len() > limits::VALUE_ELEMENTS {
                return gap(format!("{attribute} has {} entries", values.len()));
            }
            return Ok(Some(values.to_vec()));
        }
        self.optional(operand).map(|_| self.values(operand)).transpose()
    }

    /// An axis attribute against a rank.
    pub fn axis_attribute(&self, name: &str, default: i64, rank: usize) -> Result<usize, Gap> {
        axis(self.node.int(name).unwrap_or(default), rank)
    }
}

/// A possibly negative axis as an index below `rank`.
pub fn axis(axis: i64, rank: usize) -> Result<usize, Gap> {
    let shifted = if axis < 0 { axis + rank as i64 } else { axis };
    match usize::try_from(shifted) {
        Ok(index) if index < rank => Ok(index),
        _ => gap(format!("axis {axis} does not exist in {rank} dimensions")),
    }
}

/// A size from the file as a dimension.
pub fn size(value: i64) -> Result<u64, Gap> {
    u64::try_from(value).map_err(|_| Gap(format!("a size of {value}")))
}

/// Product of dimensions; `None` if one is unknown or it exceeds 2^64.
pub fn product(dims: &[Dim]) -> Dim {
    dims.iter().try_fold(1_u64, |product, d| product.checked_mul((*d)?))
}

/// Numpy broadcasting of any number of shapes.
pub fn broadcast(shapes: &[&Dims]) -> Result<Dims, Gap> {
    let rank = shapes.iter().map(|s| s.len()).max().unwrap_or(0);
    let mut result: Dims = vec![Some(1); rank];
    for shape in shapes {
        for (slot, &dim) in result.iter_mut().rev().zip(shape.iter().rev()) {
            *slot = match (*slot, dim) {
                (Some(1), d) | (d, Some(1)) => d,
                (None, d) | (d, None) => d,
                (Some(a), Some(b)) if a == b => Some(a),
                (Some(a), Some(b)) => return gap(format!("{a} and {b} elements along one axis do not broadcast")),
            };
        }
    }
    Ok(result)
}

/// The rule for a node's outputs, as far as it can be told.
pub fn infer(call: &Call) -> Answer {
    let rule = match call.node.domain.as_str() {
        "" => rule(&call.node.op),
        "com.microsoft" => contrib::rule(&call.node.op),
        domain => return gap(format!("operators of the domain {domain} are not known")),
    };
    let Some(rule) = rule else {
        return gap(format!("the operator {} is not known", call.node.op));
    };
    let outputs = rule(call)?;
    let rank = |shaped: &Shaped| shaped.dims.as_ref().map_or(0, Vec::len);
    if outputs.iter().any(|shaped| rank(shaped) > limits::RANK) {
        return gap(format!("its result has more than {} dimensions", limits::RANK));
    }
    Ok(outputs)
}

/// Whether the operator has a rule at all.
pub fn is_known(node: &Node) -> bool {
    match node.domain.as_str() {
        "" => rule(&node.op).is_some(),
        "com.microsoft" => contrib::rule(&node.op).is_some(),
        _ => false,
    }
}

/// A shape rule.
pub type Rule = fn(&Call) -> Answer;

fn rule(op: &str) -> Option<Rule> {
    elementwise::rule(op)
        .or_else(|| conv::rule(op))
        .or_else(|| matmul::rule(op))
        .or_else(|| layout::rule(op))
        .or_else(|| gather::rule(op))
        .or_else(|| reduce::rule(op))
        .or_else(|| resize::rule(op))
        .or_else(|| sources::rule(op))
        .or_else(|| recurrent::rule(op))
        .or_else(|| quantised::rule(op))
}
