//! Operators that make tensors from sizes, attributes or nothing.

use super::{Answer, Call, Dim, Dims, Fact, Gap, Rule, Shaped, gap, one, size};
use crate::network::DataType;
use crate::network::import::decode::data_type;
use crate::network::import::model::Attribute;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "Constant" => constant,
        "ConstantOfShape" => constant_of_shape,
        "ConstantFill" => |call| one(DataType::Float32, attribute_shape(call)?),
        "Shape" => |call| one(DataType::Int64, vec![Some(shape_range(call)?.len() as u64)]),
        "Size" => |call| call.dims(0).and_then(|_| one(DataType::Int64, Vec::new())),
        "Range" => range,
        "EyeLike" => |call| one(typed(call).unwrap_or(call.dtype(0)?), call.dims(0)?.clone()),
        "RandomNormal" | "RandomUniform" => {
            |call| one(typed(call).unwrap_or(DataType::Float32), attribute_shape(call)?)
        }
        "RandomNormalLike" | "RandomUniformLike" => {
            |call| one(typed(call).unwrap_or(call.dtype(0)?), call.dims(0)?.clone())
        }
        "Multinomial" => |call| {
            let samples = size(call.node.int("sample_size").unwrap_or(1))?;
            let batch = call.dims(0)?.first().copied().flatten();
            one(typed(call).unwrap_or(DataType::Int32), vec![batch, Some(samples)])
        },
        "HannWindow" | "HammingWindow" | "BlackmanWindow" => |call| {
            let dtype = call.node.int("output_datatype").map_or(DataType::Float32, data_type);
            one(dtype, vec![Some(size(call.scalar(0)?)?)])
        },
        "DFT" => dft,
        "STFT" => stft,
        _ => return None,
    })
}

/// The `dtype` attribute.
fn typed(call: &Call) -> Option<DataType> {
    call.node.int("dtype").map(data_type)
}

fn attribute_shape(call: &Call) -> Result<Dims, Gap> {
    let shape = call
        .node
        .ints("shape")
        .ok_or_else(|| Gap("the shape is missing".to_owned()))?;
    shape.iter().map(|&d| size(d).map(Some)).collect()
}

fn constant(call: &Call) -> Answer {
    let list = |dtype, length: usize| one(dtype, vec![Some(length as u64)]);
    match call.node.attributes.first().map(|(_, value)| value) {
        Some(Attribute::Tensor(tensor)) => one(tensor.dtype, tensor.dims.iter().map(|&d| Some(d)).collect()),
        Some(Attribute::Int(_)) => one(DataType::Int64, Vec::new()),
        Some(Attribute::Float(_)) => one(DataType::Float32, Vec::new()),
        Some(Attribute::Text(_)) => one(DataType::Text, Vec::new()),
        Some(Attribute::Ints(values)) => list(DataType::Int64, values.len()),
        Some(Attribute::Floats(values)) => list(DataType::Float32, values.len()),
        Some(Attribute::Texts(values)) => list(DataType::Text, values.len()),
        _ => gap("a constant of a kind that is not known"),
    }
}

fn constant_of_shape(call: &Call) -> Answer {
    let dtype = match call.node.attribute("value") {
        Some(Attribute::Tensor(value)) => value.dtype,
        _ => DataType::Float32,
    };
    let dims = call
        .values(0)?
        .into_iter()
        .map(|d| size(d).map(Some))
        .collect::<Result<_, _>>()?;
    one(dtype, dims)
}

/// The dimensions a `Shape` node reports (opset 15 lets it report a range of them).
pub fn shape_range<'a>(call: &Call<'a>) -> Result<&'a [Dim], Gap> {
    let dims = call.dims(0)?;
    let rank = dims.len() as i64;
    let place = |index: i64| (if index < 0 { index.saturating_add(rank) } else { index }).clamp(0, rank) as usize;
    let start = place(call.node.int("start").unwrap_or(0));
    let end = place(call.node.int("end").unwrap_or(rank));
    Ok(dims.get(start..end).unwrap_or(&[]))
}

fn range(call: &Call) -> Answer {
    let dtype = call.dtype(0)?;
    let bound = |index: usize| {
        call.input(index)
            .map(|fact| fact.value.as_ref().and_then(|v| v.first().copied()))
    };
    let (Some(start), Some(limit), Some(step)) = (bound(0)?, bound(1)?, bound(2)?) else {
        return one(dtype, vec![None]);
    };
    if step == 0.0 {
        return gap("a step of 0");
    }
    let count = ((limit - start) / step).ceil().max(0.0);
    if count < 1e18 {
        one(dtype, vec![Some(count as u64)])
    } else {
        gap(format!("a range of {count} elements"))
    }
}

fn dft(call: &Call) -> Answer {
    let mut dims = call.dims(0)?.clone();
    let rank = dims.len();
    let along = match call.optional(2) {
        Some(_) => super::axis(call.scalar(2)?, rank)?,
        // An attribute with the default 1 before opset 20, then an operand with the default -2.
        None => call.axis_attribute("axis", if call.opset < 20 { 1 } else { -2 }, rank)?,
    };
    if call.optional(1).is_some() {
        dims[along] = Some(size(call.scalar(1)?)?);
    }
    let inverse = call.node.int("inverse") == Some(1);
    let one_sided = call.node.int("onesided") == Some(1);
    if one_sided && !inverse {
        dims[along] = dims[along].map(|d| d / 2 + 1);
    }
    if one_sided && inverse && call.optional(1).is_none() {
        dims[along] = dims[along].and_then(|d| d.checked_sub(1)?.checked_mul(2));
    }
    if let Some(last) = dims.last_mut() {
        *last = Some(if one_sided && inverse { 1 } else { 2 });
    }
    one(call.dtype(0)?, dims)
}

fn stft(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    let step = size(call.scalar(1)?)?;
    let window = call.optional(2).and_then(Fact::shape).and_then(|s| s.first().copied());
    let length = match (call.optional(3), window) {
        (Some(_), _) => size(call.scalar(3)?)?,
        (None, Some(window)) => window,
        (None, None) => return gap("the frame length is missing"),
    };
    let frames = match dims.get(1).copied().flatten() {
        Some(signal) if step > 0 && signal >= length => Some((signal - length) / step + 1),
        _ => None,
    };
    let bins = if call.node.int("onesided").unwrap_or(1) == 1 {
        length / 2 + 1
    } else {
        length
    };
    Ok(vec![Shaped::new(
        call.dtype(0)?,
        vec![dims.first().copied().flatten(), frames, Some(bins), Some(2)],
    )])
}
