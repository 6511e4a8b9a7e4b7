//! Weights for networks whose file has none: constants of equal elements become noise, so that times are those of real weights
//! (processors may be faster with zeros, and equal activations are nothing to measure).

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;
use std::collections::HashMap;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, TensorProto};

/// Constants of at most so many elements stay as they are: tables and masks rather than weights.
const FEW: u64 = 256;
/// More elements than any weight has.
const MANY: u64 = 1 << 31;
/// Different random numbers that weights are made of. It is a prime, so that rows of a weight do not repeat.
const POOL: usize = 65_521;

/// How a weight's noise is distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Noise {
    mean: f32,
    deviation: f32,
}

/// Gives weights that a file only says to be all equal (`ConstantOfShape`) normal noise from a seed; says what was filled.
pub fn weights(proto: &mut ModelProto, seed: u64) -> Option<String> {
    let graph = proto.graph.as_mut()?;
    let found = wanting(graph);
    if found.is_empty() {
        return None;
    }
    let mut random = Pcg64::seed_from_u64(seed);
    let pool: Vec<f32> = (0..POOL).map(|_| StandardNormal.sample(&mut random)).collect();
    let mut start = 0;
    for (name, (dims, noise)) in &found {
        let count = dims.iter().product::<i64>().unsigned_abs() as usize;
        let values = pool.iter().cycle().skip(start % POOL).take(count);
        let values = values.map(|z| (noise.mean + noise.deviation * z).to_le_bytes());
        let mut raw_data = Vec::with_capacity(4 * count);
        for value in values {
            raw_data.extend_from_slice(&value);
        }
        start += count;
        graph.initializer.push(TensorProto {
            name: name.clone(),
            data_type: DataType::Float as i32,
            dims: dims.clone(),
            raw_data,
            ..TensorProto::default()
        });
    }
    let count = found.len();
    let is_filled = |node: &NodeProto| {
        node.output
            .first()
            .is_some_and(|name| found.iter().any(|(own, _)| own == name))
    };
    graph.node.retain(|node| !is_filled(node));
    Some(format!(
        "the file has no weights: {count} of them, whose elements are all equal, were filled with noise from seed {seed}. \
         Times hold, the values that are computed do not"
    ))
}

type Wanting = (String, (Vec<i64>, Noise));

/// Weights to be filled, in the order of the file.
fn wanting(graph: &GraphProto) -> Vec<Wanting> {
    let constants: HashMap<&str, &TensorProto> = graph
        .initializer
        .iter()
        .map(|tensor| (tensor.name.as_str(), tensor))
        .chain(graph.node.iter().filter_map(constant))
        .collect();
    let mut readers: HashMap<&str, Vec<(&NodeProto, usize)>> = HashMap::new();
    for node in &graph.node {
        for (operand, name) in node.input.iter().enumerate() {
            readers.entry(name).or_default().push((node, operand));
        }
    }
    let of = |node: &NodeProto| -> Option<Wanting> {
        let name = node.output.first()?;
        let is_float = node
            .attribute
            .iter()
            .find(|own| own.name == "value")
            .and_then(|own| own.t.as_ref());
        if node.op_type != "ConstantOfShape" || is_float.is_some_and(|value| value.data_type != DataType::Float as i32)
        {
            return None;
        }
        let dims = whole_numbers(constants.get(node.input.first()?.as_str())?)?;
        let count = dims
            .iter()
            .try_fold(1_u64, |count, &dim| count.checked_mul(u64::try_from(dim).ok()?))?;
        let noise = noise(name, &dims, &readers, 0)?;
        (FEW + 1..MANY).contains(&count).then(|| (name.clone(), (dims, noise)))
    };
    graph.node.iter().filter_map(of).collect()
}

/// The name and value of a `Constant` node.
fn constant(node: &NodeProto) -> Option<(&str, &TensorProto)> {
    let value = node.attribute.iter().find(|own| own.name == "value")?.t.as_ref()?;
    (node.op_type == "Constant").then_some((node.output.first()?.as_str(), value))
}

fn whole_numbers(tensor: &TensorProto) -> Option<Vec<i64>> {
    if tensor.data_type != DataType::Int64 as i32 {
        return None;
    }
    if tensor.raw_data.is_empty() {
        return Some(tensor.int64_data.clone());
    }
    let (numbers, rest) = tensor.raw_data.as_chunks::<8>();
    rest.is_empty()
        .then(|| numbers.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect())
}

/// The noise of a weight by its first reader; `None` = it is no weight. Equal weights of a file are one, and read through `Identity`.
fn noise(name: &str, dims: &[i64], readers: &HashMap<&str, Vec<(&NodeProto, usize)>>, depth: usize) -> Option<Noise> {
    let around = |mean, deviation| Some(Noise { mean, deviation });
    let fan_in = |count: i64| around(0.0, (2.0 / count.max(1) as f32).sqrt());
    let first = *dims.first()?;
    readers
        .get(name)?
        .iter()
        .find_map(|&(node, operand)| match (node.op_type.as_str(), operand) {
            ("Identity", _) if depth < 4 => noise(node.output.first()?, dims, readers, depth + 1),
            ("Conv" | "ConvTranspose", 1) => fan_in(dims.iter().product::<i64>() / first.max(1)),
            ("Gemm", 1) => {
                let transposed = node.attribute.iter().any(|own| own.name == "transB" && own.i != 0);
                fan_in(if transposed { *dims.get(1)? } else { first })
            }
            ("MatMul", 0) => fan_in(*dims.last()?),
            ("MatMul", 1) => fan_in(dims.len().checked_sub(2).map_or(first, |at| dims[at])),
            // Scales and variances are above zero.
            ("BatchNormalization", 1 | 4) | ("LayerNormalization" | "InstanceNormalization" | "Mul", _) => {
                around(1.0, 0.02)
            }
            ("Conv" | "ConvTranspose" | "Gemm" | "BatchNormalization" | "Add", _) => around(0.0, 0.02),
            _ => None,
        })
}
