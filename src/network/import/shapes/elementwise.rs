//! Operators whose output has the shape of an operand, or of several broadcast together.

use super::{Answer, Call, Dims, Gap, Rule, Shaped, broadcast, gap, one};
use crate::network::DataType;
use crate::network::import::decode::data_type;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "Abs"
        | "Acos"
        | "Acosh"
        | "Asin"
        | "Asinh"
        | "Atan"
        | "Atanh"
        | "Bernoulli"
        | "BitwiseNot"
        | "Ceil"
        | "Celu"
        | "Clip"
        | "Cos"
        | "Cosh"
        | "CumProd"
        | "CumSum"
        | "Elu"
        | "Erf"
        | "Exp"
        | "Floor"
        | "Gelu"
        | "GroupNormalization"
        | "HardSigmoid"
        | "HardSwish"
        | "Hardmax"
        | "Identity"
        | "InstanceNormalization"
        | "LRN"
        | "LeakyRelu"
        | "Log"
        | "LogSoftmax"
        | "LpNormalization"
        | "MeanVarianceNormalization"
        | "Mish"
        | "Neg"
        | "PRelu"
        | "RMSNormalization"
        | "Reciprocal"
        | "Relu"
        | "ReverseSequence"
        | "RotaryEmbedding"
        | "Round"
        | "Scatter"
        | "ScatterElements"
        | "ScatterND"
        | "Selu"
        | "Shrink"
        | "Sigmoid"
        | "Sign"
        | "Sin"
        | "Sinh"
        | "Softmax"
        | "Softplus"
        | "Softsign"
        | "Sqrt"
        | "Swish"
        | "Tan"
        | "Tanh"
        | "TensorScatter"
        | "ThresholdedRelu"
        | "Trilu"
        | "ImageScaler"
        | "ParametricSoftplus"
        | "ScaledTanh"
        | "Affine" => same,
        "IsInf" | "IsNaN" | "Not" => |call| one(DataType::Bool, call.dims(0)?.clone()),
        "Add" | "BitShift" | "BitwiseAnd" | "BitwiseOr" | "BitwiseXor" | "Div" | "Max" | "Mean" | "Min" | "Mod"
        | "Mul" | "Pow" | "Sub" | "Sum" => |call| one(call.dtype(0)?, together(call)?),
        "And" | "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" | "Or" | "Xor" => {
            |call| one(DataType::Bool, together(call)?)
        }
        "Where" => |call| one(call.dtype(1)?, together(call)?),
        "Dropout" => dropout,
        "BatchNormalization" => batch_normalization,
        "LayerNormalization" => layer_normalization,
        "Cast" => cast,
        "CastLike" => |call| one(call.dtype(1)?, call.dims(0)?.clone()),
        _ => return None,
    })
}

pub(super) fn same(call: &Call) -> Answer {
    one(call.dtype(0)?, call.dims(0)?.clone())
}

fn together(call: &Call) -> Result<Dims, Gap> {
    let shapes = (0..call.inputs.len())
        .map(|i| call.dims(i))
        .collect::<Result<Vec<_>, _>>()?;
    // Before opset 7 the second operand was laid over an axis of the first, whose shape is the result.
    match shapes.first() {
        Some(&first) if call.opset < 7 && call.node.int("broadcast") == Some(1) => Ok(first.clone()),
        Some(_) => broadcast(&shapes),
        None => gap("it has no operands"),
    }
}

fn dropout(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    Ok(vec![
        Shaped::new(call.dtype(0)?, dims.clone()),
        Shaped::new(DataType::Bool, dims.clone()),
    ])
}

fn batch_normalization(call: &Call) -> Answer {
    let (dtype, dims) = (call.dtype(0)?, call.dims(0)?);
    let channels = vec![dims.get(1).copied().unwrap_or(Some(1))];
    let mut outputs = vec![Shaped::new(dtype, dims.clone())];
    outputs.resize(call.node.outputs.len().clamp(1, 5), Shaped::new(dtype, channels));
    Ok(outputs)
}

fn layer_normalization(call: &Call) -> Answer {
    let (dtype, dims) = (call.dtype(0)?, call.dims(0)?);
    let first = call.axis_attribute("axis", -1, dims.len())?;
    let moments: Dims = (0..dims.len())
        .map(|i| if i < first { dims[i] } else { Some(1) })
        .collect();
    Ok(vec![
        Shaped::new(dtype, dims.clone()),
        Shaped::new(DataType::Float32, moments.clone()),
        Shaped::new(DataType::Float32, moments),
    ])
}

fn cast(call: &Call) -> Answer {
    // Before opset 6 the type was written as a text; it is then not told apart, which only matters for integer widths.
    let dtype = call.node.int("to").map_or(DataType::Unknown, data_type);
    one(dtype, call.dims(0)?.clone())
}
