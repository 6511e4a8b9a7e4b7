//! Multiply-accumulates of one node. Operators that multiply a tensor with weights or another tensor count; element-wise
//! arithmetic, pooling and normalisation count 0, as in the usual tables.

use super::shapes::{Call, Dim, Dims, contrib, is_known, matmul, product, recurrent};

/// MACs of a node whose first output has the dimensions `output`; `None` = not known.
pub fn macs(call: &Call, output: Option<&Dims>) -> Option<u64> {
    let op = call.node.op.as_str();
    match op {
        // Every output element sums over one group's channels and the kernel, which is what one filter holds.
        "Conv" | "ConvInteger" | "DeformConv" | "FusedConv" => {
            outputs_times(output, product(call.dims(1).ok()?.get(1..)?))
        }
        "QLinearConv" => outputs_times(output, product(call.dims(3).ok()?.get(1..)?)),
        // Every input element is multiplied with one filter of its channel.
        "ConvTranspose" => product(call.dims(0).ok()?)?.checked_mul(product(call.dims(1).ok()?.get(1..)?)?),
        "Gemm" | "FusedGemm" => {
            let dims = call.dims(0).ok()?;
            let swap = call.node.int("transA").unwrap_or(0) != 0;
            let inner = if swap { *dims.first()? } else { product(dims.get(1..)?) };
            outputs_times(output, inner)
        }
        "MatMul"
        | "MatMulInteger"
        | "QLinearMatMul"
        | "FusedMatMul"
        | "MatMulIntegerToFloat"
        | "DynamicQuantizeMatMul"
        | "MatMulNBits" => {
            let dims = call.dims(0).ok()?;
            let swap = call.node.int("transA").unwrap_or(0) != 0 && dims.len() > 1;
            outputs_times(output, *dims.get(dims.len().checked_sub(1 + usize::from(swap))?)?)
        }
        "Einsum" => {
            let sum = matmul::Einsum::of(call).ok()?;
            // One operand is only rearranged or summed; more than two multiply at every point.
            sum.points()?.checked_mul(sum.operands.saturating_sub(1) as u64)
        }
        "RNN" | "GRU" | "LSTM" => recurrent::Cells::of(call).ok()?.macs(),
        "Attention" if call.node.domain.is_empty() => matmul::Heads::of(call).ok()?.macs(),
        "Attention" => contrib::attention_macs(call),
        "MultiHeadAttention" => contrib::multi_head_macs(call),
        _ => is_known(call.node).then_some(0),
    }
}

fn outputs_times(output: Option<&Dims>, each: Dim) -> Option<u64> {
    product(output?)?.checked_mul(each?)
}
