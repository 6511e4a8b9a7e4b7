//! What a layer of a network asks of a spatial accelerator: a loop nest, or passes of the vector unit (accelerators.md 1).

use super::dim::{DIMS, Dim, Extents};
use super::rules::{Groups, Rules};
use super::workload::Workload;
use crate::network::{Attribute, Layer, LayerId, Network, OpKind};

/// What a layer asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// The array: a nest, so many times over.
    Nest(Nest),
    /// The vector unit.
    Vector(Vector),
    /// Nothing: its result is another view of its operand, or it is done on the way out of the layer before.
    Nothing,
}

/// Loops on the array.
#[derive(Debug, Clone, PartialEq)]
pub struct Nest {
    /// One run.
    pub workload: Workload,
    /// How often it runs, one after another.
    pub repeat: u64,
    /// What was assumed, in words.
    pub assumption: Option<String>,
}

/// Operations on the vector unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    /// Operations.
    pub ops: u64,
    /// Words read.
    pub inputs: u64,
    /// Words written.
    pub outputs: u64,
    /// What was assumed, in words.
    pub assumption: Option<String>,
}

impl Work {
    /// What `layer` of `network` asks for, or why it has no loop nest.
    pub fn of(network: &Network, layer: LayerId, rules: Rules) -> Result<Self, String> {
        let reader = Reader {
            network,
            layer: &network.layers[layer],
        };
        let layer = reader.layer;
        match layer.macs {
            Some(0) | None if rules.ignore_other_layers => Ok(Self::Nothing),
            Some(0) | None => Ok(reader.vector()),
            Some(macs) => {
                let nest = reader.nest(macs, rules)?;
                let counted = nest.workload.macs().saturating_mul(nest.repeat);
                // A convolution over a transposed one's input multiplies with the zeros between its elements too.
                if counted != macs && nest.assumption.is_none() {
                    return Err(format!(
                        "its loops make {counted} multiply-accumulates, the layer has {macs}"
                    ));
                }
                Ok(Self::Nest(nest))
            }
        }
    }
}

/// Reads the loops of one layer.
struct Reader<'a> {
    network: &'a Network,
    layer: &'a Layer,
}

impl Reader<'_> {
    fn nest(&self, macs: u64, rules: Rules) -> Result<Nest, String> {
        match self.layer.op.as_str() {
            "Conv" | "ConvInteger" | "QLinearConv" | "FusedConv" => self.convolution(macs, rules),
            "ConvTranspose" => self.transposed(rules),
            "Gemm"
            | "FusedGemm"
            | "MatMul"
            | "MatMulInteger"
            | "QLinearMatMul"
            | "FusedMatMul"
            | "MatMulIntegerToFloat"
            | "DynamicQuantizeMatMul"
            | "MatMulNBits" => self.product(macs),
            op => Err(format!("{op} has no loop nest in this model")),
        }
    }

    fn ints(&self, name: &str) -> Vec<u64> {
        match self.layer.attribute(name) {
            Some(Attribute::Ints(list)) => list.iter().map(|&i| u64::try_from(i).unwrap_or(0)).collect(),
            _ => Vec::new(),
        }
    }

    fn int(&self, name: &str) -> Option<u64> {
        match self.layer.attribute(name) {
            Some(Attribute::Int(value)) => u64::try_from(*value).ok(),
            _ => None,
        }
    }

    /// Numbers along the height and the width; a missing list is all ones, one of a single axis is the width's.
    fn height_width(&self, name: &str, list: &[u64]) -> Result<[u64; 2], String> {
        match *list {
            [] => Ok([1, 1]),
            [width] => Ok([1, width]),
            [height, width] => Ok([height, width]),
            _ => Err(format!("its {name} has {} axes, a nest has at most 2", list.len())),
        }
    }

    /// Elements of the data operand and of the result, which reshapes beside the layer do not change.
    fn elements(&self) -> Result<(u64, u64), String> {
        let of = |tensors: &[usize], what: &str| {
            let tensor = tensors.first().and_then(|&t| self.network.tensors[t].elements());
            tensor
                .filter(|&n| n > 0)
                .ok_or_else(|| format!("the shape of its {what} is not known"))
        };
        Ok((of(&self.layer.inputs, "input")?, of(&self.layer.outputs, "output")?))
    }

    /// The kernel: outputs, inputs per group, height, width.
    fn kernel(&self) -> Result<[u64; 4], String> {
        let kernels = self.layer.constants.iter().filter(|constant| constant.shape.len() >= 3);
        let kernel = kernels.max_by_key(|constant| constant.elements());
        let kernel = kernel.ok_or("its kernel is computed by the network, not a constant")?;
        let [height, width] = self.height_width("kernel", &kernel.shape[2..])?;
        Ok([kernel.shape[0], kernel.shape[1], height, width])
    }

    /// Height and width of the result.
    fn plane(&self, batch: u64, channels: u64) -> Result<([u64; 2], u64, Option<String>), String> {
        let (_, elements) = self.elements()?;
        let shape = self
            .layer
            .outputs
            .first()
            .and_then(|&t| self.network.tensors[t].shape.as_deref());
        if let Some([n, m, rest @ ..]) = shape
            && *m == channels
            && (1..=2).contains(&rest.len())
        {
            return Ok((self.height_width("output", rest)?, *n, None));
        }
        // A reshape behind the layer hides height and width: only their product is left.
        let area = elements / channels.max(1) / batch.max(1);
        let side = area.isqrt();
        if side * side == area {
            return Ok(([side, side], batch, None));
        }
        let assumption = format!("output of {area} elements a channel taken as one row");
        Ok(([1, area], batch, Some(assumption)))
    }

    fn batch(&self) -> u64 {
        let shape = self
            .layer
            .inputs
            .first()
            .and_then(|&t| self.network.tensors[t].shape.as_deref());
        shape.and_then(|shape| shape.first().copied()).unwrap_or(1)
    }

    fn convolution(&self, macs: u64, rules: Rules) -> Result<Nest, String> {
        let [outputs, inputs, height, width] = self.kernel()?;
        let groups = self.int("group").unwrap_or(1).max(1);
        let ([q, p], batch, assumption) = self.plane(self.batch(), outputs)?;
        let stride = self.height_width("strides", &self.ints("strides"))?;
        let dilation = self.height_width("dilations", &self.ints("dilations"))?;
        let dilation = if rules.ignore_dilation { [1, 1] } else { dilation };
        let mut bounds = extents(&[
            (Dim::N, batch),
            (Dim::M, outputs / groups),
            (Dim::C, inputs),
            (Dim::P, p),
            (Dim::Q, q),
            (Dim::R, width),
            (Dim::S, height),
        ]);
        let repeat = match rules.groups {
            Groups::Serial => groups,
            Groups::Packed => {
                bounds[Dim::G.index()] = groups;
                1
            }
        };
        let counted = bounds
            .iter()
            .fold(repeat, |product, &bound| product.saturating_mul(bound));
        if counted != macs {
            return Err(format!(
                "its loops make {counted} multiply-accumulates, the layer has {macs}"
            ));
        }
        Ok(Nest {
            workload: Workload {
                bounds,
                stride: [stride[1].max(1), stride[0].max(1)],
                dilation: [dilation[1].max(1), dilation[0].max(1)],
            },
            repeat,
            assumption,
        })
    }

    /// A transposed convolution is one of stride 1 over its input with zeros between the elements.
    fn transposed(&self, rules: Rules) -> Result<Nest, String> {
        let [inputs, outputs, height, width] = self.kernel()?;
        let groups = self.int("group").unwrap_or(1).max(1);
        let ([q, p], batch, _) = self.plane(self.batch(), outputs * groups)?;
        let mut bounds = extents(&[
            (Dim::N, batch),
            (Dim::M, outputs),
            (Dim::C, inputs / groups),
            (Dim::P, p),
            (Dim::Q, q),
            (Dim::R, width),
            (Dim::S, height),
        ]);
        let repeat = match rules.groups {
            Groups::Serial => groups,
            Groups::Packed => {
                bounds[Dim::G.index()] = groups;
                1
            }
        };
        let dilation = self.height_width("dilations", &self.ints("dilations"))?;
        let dilation = if rules.ignore_dilation { [1, 1] } else { dilation };
        Ok(Nest {
            workload: Workload {
                bounds,
                stride: [1, 1],
                dilation: [dilation[1].max(1), dilation[0].max(1)],
            },
            repeat,
            assumption: Some(
                "ConvTranspose is mapped as a convolution over its input with zeros between the elements".to_owned(),
            ),
        })
    }

    /// A matrix product, batched or not. With b products of x × k by k × y the operands have b·x·k and b·k·y elements, the result
    /// b·x·y, and b·x·k·y multiply-accumulates are made; that gives all four whatever the shapes look like after reshapes. One matrix
    /// that all products share makes them one product of more rows.
    fn product(&self, macs: u64) -> Result<Nest, String> {
        let (left, result) = self.elements()?;
        let constant = self
            .layer
            .constants
            .iter()
            .filter(|c| c.shape.len() >= 2)
            .max_by_key(|c| c.elements());
        let right = match (constant, self.layer.inputs.as_slice()) {
            (Some(constant), _) => constant.elements(),
            (None, &[_, other, ..]) => self.network.tensors[other].elements().unwrap_or(0),
            // A product of a tensor with itself.
            (None, _) => left,
        };
        let divided = |whole: u64, part: u64| (part > 0 && whole.is_multiple_of(part)).then(|| whole / part);
        let found = divided(macs, left).zip(divided(macs, right)).zip(divided(macs, result));
        let ((columns, rows), inner) = found.ok_or("its loops do not follow from the sizes of its operands")?;
        let batch = divided(result, rows.saturating_mul(columns)).ok_or("its number of products is not whole")?;
        Ok(Nest {
            workload: Workload {
                bounds: extents(&[(Dim::N, rows), (Dim::M, columns), (Dim::C, inner)]),
                stride: [1, 1],
                dilation: [1, 1],
            },
            repeat: batch,
            assumption: None,
        })
    }

    /// Passes of the vector unit, one operation an element and step: pooling as many as its window, normalisation two with constants and
    /// six with statistics of its own, softmax four, everything else one per operand.
    fn vector(&self) -> Work {
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
            OpKind::Pool => {
                let window = self.ints("kernel_shape").iter().product::<u64>();
                let global = self.ints("kernel_shape").is_empty();
                (if global { inputs } else { outputs.saturating_mul(window) }, None)
            }
            OpKind::Norm if op == "BatchNormalization" => (outputs.saturating_mul(2), None),
            OpKind::Norm => (outputs.saturating_mul(6), None),
            _ if op.contains("Softmax") => (outputs.saturating_mul(4), None),
            OpKind::Unknown => {
                let text = format!("{op} is not modelled: counted as one pass of the vector unit over its data");
                (inputs.max(outputs), Some(text))
            }
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

fn extents(given: &[(Dim, u64)]) -> Extents {
    let mut all = [1; DIMS];
    for &(dim, bound) in given {
        all[dim.index()] = bound.max(1);
    }
    all
}
