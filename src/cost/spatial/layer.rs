//! What a layer of a network asks of a spatial accelerator: a loop nest, or passes of the vector unit (accelerators.md 1).

#[cfg(test)]
mod tests;
mod vector;

use super::dim::{DIMS, Dim, Extents};
use super::rules::{Groups, Rules};
use super::workload::Workload;
use crate::network::{Attribute, Constant, Layer, LayerId, Network};

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

    /// The shape of the kernel, of three axes or more: what is fused into the layer comes after its own operands, however large it is.
    fn kernel_shape(&self) -> Option<&[u64]> {
        let shapes = self.layer.constants.iter().map(|constant| constant.shape.as_slice());
        shapes.into_iter().find(|shape| shape.len() >= 3)
    }

    /// The kernel: outputs, inputs per group, height, width.
    fn kernel(&self) -> Result<[u64; 4], String> {
        let shape = self.kernel_shape();
        let Some([outputs, inputs, sides @ ..]) = shape else {
            return Err("its kernel is computed by the network, not a constant".to_owned());
        };
        let [height, width] = self.height_width("kernel", sides)?;
        Ok([*outputs, *inputs, height, width])
    }

    /// Height and width of the result.
    fn plane(&self, batch: u64, channels: u64) -> Result<([u64; 2], u64, Option<String>), String> {
        let (_, elements) = self.elements()?;
        let axes = self.kernel_shape().map_or(0, |kernel| kernel.len() - 2);
        if let Some([n, m, rest @ ..]) = self.shape(&self.layer.outputs)
            && *m == channels
            && rest.len() == axes
        {
            return Ok((self.height_width("output", rest)?, *n, None));
        }
        // A reshape behind the layer hides height and width: only their product is left.
        let area = elements / channels.max(1) / batch.max(1);
        if let Some([height, width]) = self.convolved()
            && height.checked_mul(width) == Some(area)
        {
            return Ok(([height, width], batch, None));
        }
        let side = area.isqrt();
        if side * side == area {
            return Ok(([side, side], batch, None));
        }
        let assumption = format!("output of {area} elements a channel taken as one row");
        Ok(([1, area], batch, Some(assumption)))
    }

    /// Height and width of a convolution's result by its input, strides and padding; `None` where these do not say it.
    fn convolved(&self) -> Option<[u64; 2]> {
        let (Some([_, _, input @ ..]), [_, _, kernel @ ..]) = (self.shape(&self.layer.inputs), self.kernel_shape()?)
        else {
            return None;
        };
        let sides = |name: &str, list: &[u64]| self.height_width(name, list).ok();
        let (input, kernel) = (sides("input", input)?, sides("kernel", kernel)?);
        let strides = sides("strides", &self.ints("strides"))?;
        let dilations = sides("dilations", &self.ints("dilations"))?;
        let pads = match self.ints("pads")[..] {
            [] => [0, 0],
            [left, right] => [0, left.checked_add(right)?],
            [top, left, bottom, right] => [top.checked_add(bottom)?, left.checked_add(right)?],
            _ => return None,
        };
        let same = matches!(self.layer.attribute("auto_pad"), Some(Attribute::Text(text)) if text.starts_with("SAME"));
        let along = |axis: usize| {
            let stride = strides[axis].max(1);
            if same {
                return Some(input[axis].div_ceil(stride));
            }
            let reach = (kernel[axis].checked_sub(1)?).checked_mul(dilations[axis])?;
            let room = input[axis]
                .checked_add(pads[axis])?
                .checked_sub(reach)?
                .checked_sub(1)?;
            Some(room / stride + 1)
        };
        Some([along(0)?, along(1)?])
    }

    fn shape(&self, tensors: &[usize]) -> Option<&[u64]> {
        self.network.tensors[*tensors.first()?].shape.as_deref()
    }

    fn batch(&self) -> u64 {
        let shape = self.shape(&self.layer.inputs);
        shape.and_then(|shape| shape.first().copied()).unwrap_or(1)
    }

    fn convolution(&self, macs: u64, rules: Rules) -> Result<Nest, String> {
        let [outputs, inputs, height, width] = self.kernel()?;
        let ([q, p], batch, assumption) = self.plane(self.batch(), outputs)?;
        let [down, across] = self.height_width("strides", &self.ints("strides"))?;
        let channels = [outputs / self.groups(), inputs];
        let nest = self.grouped(
            [batch, p, q],
            channels,
            [width, height],
            [across.max(1), down.max(1)],
            rules,
        )?;
        let counted = nest.workload.macs().saturating_mul(nest.repeat);
        if counted != macs {
            return Err(format!(
                "its loops make {counted} multiply-accumulates, the layer has {macs}"
            ));
        }
        Ok(Nest { assumption, ..nest })
    }

    /// A transposed convolution is one of stride 1 over its input with zeros between the elements.
    fn transposed(&self, rules: Rules) -> Result<Nest, String> {
        let [inputs, outputs, height, width] = self.kernel()?;
        let ([q, p], batch, _) = self.plane(self.batch(), outputs * self.groups())?;
        let channels = [outputs, inputs / self.groups()];
        let nest = self.grouped([batch, p, q], channels, [width, height], [1, 1], rules)?;
        let assumption = "ConvTranspose is mapped as a convolution over its input with zeros between the elements";
        Ok(Nest {
            assumption: Some(assumption.to_owned()),
            ..nest
        })
    }

    fn groups(&self) -> u64 {
        self.int("group").unwrap_or(1).max(1)
    }

    /// The nest of a convolution: batch, width and height of the result, outputs and inputs of a group, width and height of the kernel,
    /// strides along width and height.
    fn grouped(
        &self,
        [batch, p, q]: [u64; 3],
        [outputs, inputs]: [u64; 2],
        [width, height]: [u64; 2],
        stride: [u64; 2],
        rules: Rules,
    ) -> Result<Nest, String> {
        let mut bounds = extents(&[
            (Dim::N, batch),
            (Dim::M, outputs),
            (Dim::C, inputs),
            (Dim::P, p),
            (Dim::Q, q),
            (Dim::R, width),
            (Dim::S, height),
        ]);
        let repeat = match rules.groups {
            Groups::Serial => self.groups(),
            Groups::Packed => {
                bounds[Dim::G.index()] = self.groups();
                1
            }
        };
        let [down, across] = self.height_width("dilations", &self.ints("dilations"))?;
        let dilation = if rules.ignore_dilation {
            [1, 1]
        } else {
            [across.max(1), down.max(1)]
        };
        Ok(Nest {
            workload: Workload {
                bounds,
                stride,
                dilation,
            },
            repeat,
            assumption: None,
        })
    }

    /// A matrix product, batched or not. With b products of x × k by k × y the operands have b·x·k and b·k·y elements, the result
    /// b·x·y, and b·x·k·y multiply-accumulates are made; that gives all four whatever the shapes look like after reshapes. One matrix
    /// that all products share makes them one product of more rows.
    fn product(&self, macs: u64) -> Result<Nest, String> {
        let (left, result) = self.elements()?;
        let unclear = "its loops do not follow from the sizes of its operands";
        let (columns, inner) = divided(macs, left).zip(divided(macs, result)).ok_or(unclear)?;
        let right = self
            .second_operand(left, inner.saturating_mul(columns))
            .ok_or(unclear)?;
        let rows = divided(macs, right).ok_or(unclear)?;
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

    /// Elements of the second operand of a product, which are those of `one` matrix or several times that: another tensor, a constant, or
    /// the first operand again. A bias or a mask that is added to the result is none of them.
    fn second_operand(&self, left: u64, one: u64) -> Option<u64> {
        if self.layer.op == "MatMulNBits" {
            // Its constant holds several weights in a word.
            return Some(one);
        }
        let tensors = self.layer.inputs.iter().skip(1);
        let tensors = tensors.filter_map(|&tensor| self.network.tensors[tensor].elements());
        let constants = self.layer.constants.iter().map(Constant::elements);
        let sizes: Vec<u64> = tensors.chain(constants).collect();
        // A Gemm is one product, and adds a third operand.
        if self.layer.op.contains("Gemm") || self.layer.inputs.len() < 2 && sizes.contains(&one) {
            return sizes.into_iter().find(|&size| size == one);
        }
        let mut several = sizes.into_iter().chain([left]);
        several.find(|&size| divided(size, one).is_some_and(|products| products > 0))
    }
}

/// The quotient where it is whole.
fn divided(whole: u64, part: u64) -> Option<u64> {
    (part > 0 && whole.is_multiple_of(part)).then(|| whole / part)
}

fn extents(given: &[(Dim, u64)]) -> Extents {
    let mut all = [1; DIMS];
    for &(dim, bound) in given {
        all[dim.index()] = bound.max(1);
    }
    all
}
