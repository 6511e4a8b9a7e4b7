//! Operators of the domain `com.microsoft` that ONNX Runtime's optimiser and quantiser write into files
//! (<https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md>).

use super::{Answer, Call, Dim, Rule, Shaped, elementwise, gap, matmul, one, product, size};
use crate::network::DataType;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "BiasAdd"
        | "BiasGelu"
        | "BiasSoftmax"
        | "FastGelu"
        | "Gelu"
        | "GroupNorm"
        | "QLinearLeakyRelu"
        | "QLinearSigmoid"
        | "QLinearSoftmax"
        | "QuickGelu"
        | "RotaryEmbedding"
        | "SimplifiedLayerNormalization"
        | "SkipSimplifiedLayerNormalization"
        | "SkipLayerNormalization" => elementwise::same,
        "FusedConv" => return super::rule("Conv"),
        "FusedGemm" => return super::rule("Gemm"),
        "QLinearGlobalAveragePool" => return super::rule("GlobalAveragePool"),
        "QLinearAveragePool" => return super::rule("AveragePool"),
        "QuantizeLinear" | "DequantizeLinear" | "GridSample" => return super::rule(op),
        "FusedMatMul" | "MatMulIntegerToFloat" | "DynamicQuantizeMatMul" => fused_matmul,
        "MatMulNBits" => |call| {
            let mut dims = call.dims(0)?.clone();
            if let Some(last) = dims.last_mut() {
                *last = call.node.int("N").map(size).transpose()?;
            }
            one(call.dtype(0)?, dims)
        },
        "QLinearAdd" | "QLinearMul" => |call| one(call.dtype(0)?, super::broadcast(&[call.dims(0)?, call.dims(3)?])?),
        "QLinearConcat" => concat,
        "Attention" => attention,
        "MultiHeadAttention" => |call| one(call.dtype(0)?, call.dims(0)?.clone()),
        "EmbedLayerNormalization" => embed,
        _ => return None,
    })
}

fn fused_matmul(call: &Call) -> Answer {
    let side = |index: usize, attribute: &str| {
        let mut dims = call.dims(index)?.clone();
        let rank = dims.len();
        if call.node.int(attribute) == Some(1) && rank > 1 {
            dims.swap(rank - 1, rank - 2);
        }
        Ok(dims)
    };
    let dims = matmul::product(&side(0, "transA")?, &side(1, "transB")?)?;
    one(DataType::Float32, dims)
}

/// Operands: output scale and zero point, then data, scale and zero point of each part.
fn concat(call: &Call) -> Answer {
    let mut dims = call.dims(2)?.clone();
    let along = call.axis_attribute("axis", 0, dims.len())?;
    for index in (5..call.inputs.len()).step_by(3) {
        let other = call.dims(index)?.get(along).copied().flatten();
        dims[along] = match (dims[along], other) {
            (Some(a), Some(b)) => a.checked_add(b),
            _ => None,
        };
    }
    one(call.dtype(2)?, dims)
}

/// Operands: data [batch, tokens, width], weights [width, 3 × hidden], bias.
fn attention(call: &Call) -> Answer {
    let (&[batch, tokens, _], &[_, three]) = (call.dims(0)?.as_slice(), call.dims(1)?.as_slice()) else {
        return gap("data of three and weights of two dimensions are wanted");
    };
    let hidden = match call.node.ints("qkv_hidden_sizes") {
        Some(&[_, _, value]) => Some(size(value)?),
        _ => three.map(|t| t / 3),
    };
    one(call.dtype(0)?, vec![batch, tokens, hidden])
}

fn embed(call: &Call) -> Answer {
    let (&[batch, tokens], table) = (call.dims(0)?.as_slice(), call.dims(2)?) else {
        return gap("token numbers of two dimensions are wanted");
    };
    let width = table.last().copied().flatten();
    Ok(vec![
        Shaped::new(call.dtype(2)?, vec![batch, tokens, width]),
        Shaped::new(DataType::Int32, vec![batch]),
        Shaped::new(call.dtype(2)?, vec![batch, tokens, width]),
    ])
}

/// Products of a packed attention: the projection, then query times key and weights times value.
pub fn attention_macs(call: &Call) -> Dim {
    let (&[batch, tokens, width], &[_, three]) = (call.dims(0).ok()?.as_slice(), call.dims(1).ok()?.as_slice()) else {
        return None;
    };
    let projection = product(&[batch, tokens, width, three])?;
    let scores = product(&[batch, tokens, tokens, three.map(|t| t / 3), Some(2)])?;
    projection.checked_add(scores)
}

/// Query times key plus weights times value; query [batch, queries, width], key and value [batch, keys, width].
pub fn multi_head_macs(call: &Call) -> Dim {
    let (&[batch, queries, width], &[_, keys, _]) = (call.dims(0).ok()?.as_slice(), call.dims(1).ok()?.as_slice())
    else {
        return None;
    };
    product(&[batch, queries, keys, width, Some(2)])
}
