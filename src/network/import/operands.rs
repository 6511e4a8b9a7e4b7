//! What the operands of an operator are for, and which family it belongs to.

use super::model::Node;
use super::shapes::Fact;
use crate::network::OpKind;

/// Whether a constant operand only sets the operator up (a shape, axes, limits): it is neither a parameter nor a weight.
pub fn is_setting(node: &Node, operand: usize) -> bool {
    let from = match node.op.as_str() {
        "Reshape" | "Squeeze" | "Unsqueeze" | "Slice" | "Expand" | "Tile" | "Pad" | "Resize" | "Upsample" | "Split"
        | "Clip" | "TopK" | "Dropout" | "CumSum" | "Trilu" | "ReverseSequence" | "CenterCropPad" | "MaxUnpool"
        | "Col2Im" | "AffineGrid" | "DFT" | "STFT" => 1,
        op if op.starts_with("Reduce") => 1,
        "NonMaxSuppression" => 2,
        "LSTM" | "GRU" | "RNN" if operand == 4 => 4,
        "OneHot" => 1,
        _ => return false,
    };
    operand >= from
}

/// Whether the operator is one that has weights, so that even a single-element constant counts among them.
fn has_weights(node: &Node) -> bool {
    const WEIGHTED: [&str; 25] = [
        "Conv",
        "ConvInteger",
        "ConvTranspose",
        "DeformConv",
        "QLinearConv",
        "FusedConv",
        "Gemm",
        "FusedGemm",
        "MatMul",
        "MatMulInteger",
        "QLinearMatMul",
        "FusedMatMul",
        "MatMulIntegerToFloat",
        "DynamicQuantizeMatMul",
        "MatMulNBits",
        "BatchNormalization",
        "InstanceNormalization",
        "GroupNormalization",
        "LayerNormalization",
        "RMSNormalization",
        "PRelu",
        "RNN",
        "GRU",
        "LSTM",
        "Attention",
    ];
    WEIGHTED.contains(&node.op.as_str())
}

/// Whether a constant operand is kept with the layer: settings and lone numbers of layers without weights are not.
pub fn is_kept(node: &Node, operand: usize, elements: u64) -> bool {
    !is_setting(node, operand) && (elements != 1 || has_weights(node))
}

/// How many elements of a kept constant count as parameters (rulings.md 12): floats, and the integer weights and biases of
/// operators that compute with integers; of a batch normalisation scale and bias only.
pub fn parameters(node: &Node, operand: usize, fact: &Fact, elements: u64) -> u64 {
    let counts = match (node.op.as_str(), operand) {
        ("BatchNormalization", operand) => matches!(operand, 1 | 2),
        ("QLinearConv", operand) => matches!(operand, 3 | 8),
        ("QLinearMatMul", operand) => operand == 3,
        (
            "ConvInteger" | "MatMulInteger" | "MatMulIntegerToFloat" | "DynamicQuantizeMatMul" | "MatMulNBits",
            operand,
        ) => operand == 1,
        ("QuantizeLinear" | "DequantizeLinear", _) => false,
        _ => fact.dtype.is_float(),
    };
    if counts { elements } else { 0 }
}

/// The family of an operator; `depthwise` = a convolution with one channel per group, `weighted` = multiplied with constants.
pub fn kind(node: &Node, depthwise: bool, weighted: bool) -> OpKind {
    match node.op.as_str() {
        "Conv" | "ConvInteger" | "QLinearConv" | "FusedConv" | "ConvTranspose" | "DeformConv" if depthwise => {
            OpKind::Depthwise
        }
        "Conv" | "ConvInteger" | "QLinearConv" | "FusedConv" | "ConvTranspose" | "DeformConv" | "Gemm"
        | "FusedGemm" | "MatMulNBits" => OpKind::Linear,
        "MatMul"
        | "MatMulInteger"
        | "QLinearMatMul"
        | "FusedMatMul"
        | "MatMulIntegerToFloat"
        | "DynamicQuantizeMatMul"
        | "Einsum"
            if weighted =>
        {
            OpKind::Linear
        }
        "MatMul"
        | "MatMulInteger"
        | "QLinearMatMul"
        | "FusedMatMul"
        | "MatMulIntegerToFloat"
        | "DynamicQuantizeMatMul"
        | "Einsum"
        | "Softmax"
        | "LogSoftmax"
        | "Attention"
        | "MultiHeadAttention"
        | "RotaryEmbedding"
        | "QLinearSoftmax" => OpKind::Attention,
        "LSTM" | "GRU" | "RNN" => OpKind::Recurrent,
        "MaxPool"
        | "AveragePool"
        | "LpPool"
        | "GlobalAveragePool"
        | "GlobalMaxPool"
        | "GlobalLpPool"
        | "MaxRoiPool"
        | "RoiAlign"
        | "QLinearGlobalAveragePool"
        | "QLinearAveragePool" => OpKind::Pool,
        op if op.starts_with("Reduce") => OpKind::Pool,
        op if op.ends_with("Normalization") || matches!(op, "LRN" | "GroupNorm") => OpKind::Norm,
        "Relu" | "LeakyRelu" | "PRelu" | "Elu" | "Selu" | "Celu" | "Sigmoid" | "HardSigmoid" | "HardSwish"
        | "Swish" | "Mish" | "Gelu" | "FastGelu" | "BiasGelu" | "QuickGelu" | "Tanh" | "Softplus" | "Softsign"
        | "Clip" | "Erf" | "ThresholdedRelu" | "Hardmax" | "Shrink" | "QLinearLeakyRelu" | "QLinearSigmoid" => {
            OpKind::Activation
        }
        "QuantizeLinear" | "DequantizeLinear" | "DynamicQuantizeLinear" => OpKind::Quantisation,
        "Abs" | "Acos" | "Acosh" | "Add" | "And" | "ArgMax" | "ArgMin" | "Asin" | "Asinh" | "Atan" | "Atanh"
        | "BiasAdd" | "BitShift" | "BitwiseAnd" | "BitwiseNot" | "BitwiseOr" | "BitwiseXor" | "Ceil" | "Cos"
        | "Cosh" | "CumSum" | "Div" | "Equal" | "Exp" | "Floor" | "Greater" | "GreaterOrEqual" | "IsInf" | "IsNaN"
        | "Less" | "LessOrEqual" | "Log" | "Max" | "Mean" | "Min" | "Mod" | "Mul" | "Neg" | "Not" | "Or" | "Pow"
        | "QLinearAdd" | "QLinearMul" | "Reciprocal" | "Round" | "Sign" | "Sin" | "Sinh" | "Sqrt" | "Sub" | "Sum"
        | "Tan" | "Where" | "Xor" => OpKind::Elementwise,
        "Reshape"
        | "Flatten"
        | "Squeeze"
        | "Unsqueeze"
        | "Transpose"
        | "Concat"
        | "Split"
        | "Slice"
        | "Expand"
        | "Tile"
        | "Pad"
        | "CenterCropPad"
        | "DepthToSpace"
        | "SpaceToDepth"
        | "Gather"
        | "GatherElements"
        | "GatherND"
        | "Scatter"
        | "ScatterElements"
        | "ScatterND"
        | "Shape"
        | "Size"
        | "Cast"
        | "CastLike"
        | "Identity"
        | "Dropout"
        | "Resize"
        | "Upsample"
        | "Compress"
        | "NonZero"
        | "NonMaxSuppression"
        | "OneHot"
        | "TopK"
        | "Unique"
        | "Trilu"
        | "ReverseSequence"
        | "GridSample"
        | "AffineGrid"
        | "Col2Im"
        | "MaxUnpool"
        | "QLinearConcat"
        | "EmbedLayerNormalization" => OpKind::Shape,
        _ => OpKind::Unknown,
    }
}
