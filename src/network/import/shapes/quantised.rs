//! Conversions between floats and integers.

use super::{Answer, Call, Rule, Shaped, one};
use crate::network::DataType;
use crate::network::import::decode::data_type;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "QuantizeLinear" => quantize,
        "DequantizeLinear" => |call| one(given(call).unwrap_or(call.dtype(1)?), call.dims(0)?.clone()),
        "DynamicQuantizeLinear" => |call| {
            Ok(vec![
                Shaped::new(DataType::Uint8, call.dims(0)?.clone()),
                Shaped::new(DataType::Float32, Vec::new()),
                Shaped::new(DataType::Uint8, Vec::new()),
            ])
        },
        _ => return None,
    })
}

/// The `output_dtype` attribute (opset 21 and 23), 0 = not given.
fn given(call: &Call) -> Option<DataType> {
    call.node.int("output_dtype").filter(|&d| d != 0).map(data_type)
}

fn quantize(call: &Call) -> Answer {
    let zero_point = call.optional(2).map(|fact| fact.dtype);
    let dtype = given(call).or(zero_point).unwrap_or(DataType::Uint8);
    one(dtype, call.dims(0)?.clone())
}
