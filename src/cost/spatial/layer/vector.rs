//! What layers without multiply-accumulates ask of the vector unit.

use super::{Reader, Vector, Work};
use crate::network::OpKind;

impl Reader<'_> {
    /// Passes of the vector unit, one operation an element and step: pooling as many as its window, normalisation two with constants and
    /// six with statistics of its own, softmax four, everything else one per operand.
    pub(super) fn vector(&self) -> Work {
        let words = |tensors: &[usize]| {
            let all = tensors.iter().filter_map(|&t| self.network.tensors[t].elements());
            all.fold(0, u64::saturating_add)
        };
        let (inputs, outputs) = (words(&self.layer.inputs), words(&self.layer.outputs));
        let (op, kind) = (self.layer.op.as_str(), self.layer.kind);
        let free = [
            "Concat",
            "Reshape",
            "Flatten",
            "Identity",
            "Dropout",
            "Squeeze",
            "Unsqueeze",
            "Split",
            "Slice",
        ];
        if free.contains(&op) || self.is_done_on_the_way(op, kind) {
            return Work::Nothing;
        }
        let (ops, assumption) = match kind {
            _ if kind == OpKind::Unknown || self.layer.macs.is_none() => {
                let what = match kind {
                    OpKind::Unknown => format!("{op} is not modelled"),
                    _ => format!("The work of {op} is not known"),
                };
                let text = format!("{what}: counted as one pass of the vector unit over its data");
                (inputs.max(outputs), Some(text))
            }
            OpKind::Pool => {
                let window = self.ints("kernel_shape").iter().product::<u64>();
                let global = self.ints("kernel_shape").is_empty();
                (if global { inputs } else { outputs.saturating_mul(window) }, None)
            }
            OpKind::Norm if op == "BatchNormalization" => (outputs.saturating_mul(2), None),
            OpKind::Norm => (outputs.saturating_mul(6), None),
            _ if op.contains("Softmax") => (outputs.saturating_mul(4), None),
            _ => {
                let operands = self.layer.inputs.len().saturating_sub(1).max(1) as u64;
                (outputs.saturating_mul(operands), None)
            }
        };
        Work::Vector(Vector {
            ops,
            inputs,
            outputs,
            assumption,
        })
    }

    /// Whether an activation or a folded normalisation happens where the array hands out its results.
    fn is_done_on_the_way(&self, op: &str, kind: OpKind) -> bool {
        let follows = kind == OpKind::Activation || op == "BatchNormalization";
        let &[from] = self.layer.inputs.as_slice() else {
            return false;
        };
        let producer = self.network.tensors[from].producer.map(|id| &self.network.layers[id]);
        follows && producer.is_some_and(|layer| layer.macs.unwrap_or(0) > 0)
    }
}
