//! From protobuf to [`super::model`]: field numbers of `onnx.proto` (onnx 1.16, the ONNX project) and the rules for what is
//! kept of a tensor.

use super::error::{Fault, Place};
use super::limits;
use super::model::{Attribute, Constant, DeclaredDim, Function, Graph, Model, Node, ValueInfo};
use super::wire::{Field, Scope, Wire};
use crate::network::DataType;
use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::sync::Arc;

/// What a node, constant or value costs besides its texts, for the account of kept memory.
const ITEM_BYTES: u64 = 250;

/// Reads a whole model.
pub fn model<R: Read + Seek>(source: R) -> Result<Model, Fault> {
    let (mut wire, scope) = Wire::new(source)?;
    super::sniff::refuse_other_formats(wire.peek(64)?)?;
    let mut model = Model::default();
    let mut has_graph = false;
    let mut has_version = false;
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => has_version = wire.int(field).map(|version| version > 0)?,
            7 => {
                let inner = wire.enter(field, scope)?;
                model.graph = graph(&mut wire, inner)?;
                has_graph = true;
            }
            8 => {
                let inner = wire.enter(field, scope)?;
                let (domain, version) = opset(&mut wire, inner)?;
                if is_standard(&domain) {
                    model.opset = version;
                }
            }
            25 => {
                let inner = wire.enter(field, scope)?;
                model.functions.push(function(&mut wire, inner)?);
            }
            _ => wire.skip(field)?,
        }
    }
    if !has_graph {
        let problem = if has_version {
            "no graph in it; a TensorFlow SavedModel looks like this"
        } else {
            "no ONNX graph in it"
        };
        return Err(Fault::new(Place::File, problem, super::sniff::CONVERT));
    }
    Ok(model)
}

/// Whether a domain means the standard operators.
fn is_standard(domain: &str) -> bool {
    matches!(domain, "" | "ai.onnx")
}

fn standard_as_empty(domain: String) -> String {
    if is_standard(&domain) { String::new() } else { domain }
}

fn opset<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<(String, i64), Fault> {
    let (mut domain, mut version) = (String::new(), 0);
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => domain = wire.text(field)?,
            2 => version = wire.int(field)?,
            _ => wire.skip(field)?,
        }
    }
    Ok((domain, version))
}

fn graph<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<Graph, Fault> {
    let mut graph = Graph::default();
    while let Some(field) = wire.next(scope)? {
        let into_values = match field.number {
            11 => Some(&mut graph.inputs),
            12 => Some(&mut graph.outputs),
            13 => Some(&mut graph.claims),
            _ => None,
        };
        if let Some(values) = into_values {
            let inner = wire.enter(field, scope)?;
            values.push(value_info(wire, inner)?);
            continue;
        }
        match field.number {
            1 => {
                let inner = wire.enter(field, scope)?;
                graph.nodes.push(node(wire, inner)?);
                check_count(wire, graph.nodes.len())?;
            }
            5 => {
                let inner = wire.enter(field, scope)?;
                graph.constants.push(constant(wire, inner)?);
            }
            15 => {
                let inner = wire.enter(field, scope)?;
                graph.constants.push(sparse_constant(wire, inner)?);
            }
            _ => wire.skip(field)?,
        }
    }
    Ok(graph)
}

fn check_count<R: Read + Seek>(wire: &Wire<R>, nodes: usize) -> Result<(), Fault> {
    if nodes > limits::NODES {
        return Err(Fault::too_big(
            wire.position(),
            format!("more than {} nodes", limits::NODES),
        ));
    }
    Ok(())
}

fn function<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<Function, Fault> {
    let mut function = Function::default();
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => function.name = wire.text(field)?,
            4 => function.inputs.push(name(wire, field)?),
            5 => function.outputs.push(name(wire, field)?),
            7 => {
                let inner = wire.enter(field, scope)?;
                function.nodes.push(node(wire, inner)?);
                check_count(wire, function.nodes.len())?;
            }
            11 => {
                let inner = wire.enter(field, scope)?;
                // Bodies as defaults capture nothing: there is no graph around a function.
                function.defaults.push(attribute(wire, inner, &mut Vec::new())?);
            }
            10 => function.domain = standard_as_empty(wire.text(field)?),
            _ => wire.skip(field)?,
        }
    }
    Ok(function)
}

/// A text in a list, charged for its place in the list too.
fn name<R: Read + Seek>(wire: &mut Wire<R>, field: Field) -> Result<String, Fault> {
    wire.keep(size_of::<String>() as u64)?;
    wire.text(field)
}

fn node<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<Node, Fault> {
    wire.keep(ITEM_BYTES)?;
    let mut node = Node::default();
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => node.inputs.push(name(wire, field)?),
            2 => node.outputs.push(name(wire, field)?),
            3 => node.name = wire.text(field)?,
            4 => node.op = wire.text(field)?,
            5 => {
                let inner = wire.enter(field, scope)?;
                let attribute = attribute(wire, inner, &mut node.captured)?;
                node.attributes.push(attribute);
            }
            7 => node.domain = standard_as_empty(wire.text(field)?),
            _ => wire.skip(field)?,
        }
    }
    Ok(node)
}

/// `AttributeProto.type`, for attributes whose payload is left out because it is the default.
fn default_attribute(kind: i64) -> Attribute {
    match kind {
        1 => Attribute::Float(0.0),
        2 => Attribute::Int(0),
        3 => Attribute::Text(String::new()),
        6 => Attribute::Floats(Vec::new()),
        7 => Attribute::Ints(Vec::new()),
        8 => Attribute::Texts(Vec::new()),
        13 | 14 => Attribute::Other("type"),
        11 | 12 => Attribute::Other("sparse tensor"),
        9 => Attribute::Other("list of tensors"),
        10 => Attribute::Other("list of graphs"),
        _ => Attribute::Other("empty"),
    }
}

fn attribute<R: Read + Seek>(
    wire: &mut Wire<R>,
    scope: Scope,
    captured: &mut Vec<String>,
) -> Result<(String, Attribute), Fault> {
    wire.keep(ITEM_BYTES)?;
    let most = usize::try_from(limits::KEPT_BYTES).unwrap_or(usize::MAX);
    let (mut label, mut kind, mut found) = (String::new(), 0, None);
    let (mut ints, mut floats, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => label = wire.text(field)?,
            2 => found = Some(Attribute::Float(wire.float(field)?)),
            3 => found = Some(Attribute::Int(wire.int(field)?)),
            // Some private operators carry whole programs in a text.
            4 if wire.length(field)? > limits::TEXT_BYTES => {
                found = Some(Attribute::Other("long text"));
                wire.skip(field)?;
            }
            4 => found = Some(Attribute::Text(wire.text(field)?)),
            5 => {
                let inner = wire.enter(field, scope)?;
                found = Some(Attribute::Tensor(constant(wire, inner)?));
            }
            6 | 11 => {
                let inner = wire.enter(field, scope)?;
                let body = graph(wire, inner)?;
                found = Some(Attribute::Body(body.nodes.len()));
                captured.extend(free_values(&body));
            }
            7 => wire.floats(field, &mut floats, most)?,
            8 => wire.ints(field, &mut ints, most)?,
            9 => texts.push(name(wire, field)?),
            20 => kind = wire.int(field)?,
            21 => found = Some(Attribute::Reference(wire.text(field)?)),
            _ => wire.skip(field)?,
        }
    }
    let value = match found {
        Some(value) => value,
        None if !ints.is_empty() => Attribute::Ints(ints),
        None if !floats.is_empty() => Attribute::Floats(floats),
        None if !texts.is_empty() => Attribute::Texts(texts),
        None => default_attribute(kind),
    };
    Ok((label, value))
}

/// Names a body reads but does not define.
fn free_values(body: &Graph) -> Vec<String> {
    let inputs = body.inputs.iter().map(|v| &v.name);
    let constants = body.constants.iter().map(|c| &c.name);
    let outputs = body.nodes.iter().flat_map(|n| &n.outputs);
    let defined: BTreeSet<&String> = inputs.chain(constants).chain(outputs).collect();
    let read = body.nodes.iter().flat_map(|n| n.inputs.iter().chain(&n.captured));
    let wanted = body.outputs.iter().map(|v| &v.name);
    let free: BTreeSet<&String> = read
        .chain(wanted)
        .filter(|name| !name.is_empty() && !defined.contains(name))
        .collect();
    free.into_iter().cloned().collect()
}

fn value_info<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<ValueInfo, Fault> {
    wire.keep(ITEM_BYTES)?;
    let mut info = ValueInfo::default();
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => info.name = wire.text(field)?,
            2 => {
                let inner = wire.enter(field, scope)?;
                value_type(wire, inner, &mut info)?;
            }
            _ => wire.skip(field)?,
        }
    }
    Ok(info)
}

fn value_type<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope, info: &mut ValueInfo) -> Result<(), Fault> {
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => {
                let tensor = wire.enter(field, scope)?;
                while let Some(field) = wire.next(tensor)? {
                    match field.number {
                        1 => info.dtype = data_type(wire.int(field)?),
                        2 => {
                            let inner = wire.enter(field, tensor)?;
                            info.dims = Some(declared_dims(wire, inner)?);
                        }
                        _ => wire.skip(field)?,
                    }
                }
            }
            4 | 5 | 8 | 9 => {
                info.is_container = true;
                wire.skip(field)?;
            }
            _ => wire.skip(field)?,
        }
    }
    Ok(())
}

fn declared_dims<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<Vec<DeclaredDim>, Fault> {
    let mut dims = Vec::new();
    while let Some(field) = wire.next(scope)? {
        if field.number != 1 {
            wire.skip(field)?;
            continue;
        }
        let inner = wire.enter(field, scope)?;
        let mut dim = DeclaredDim::Open;
        while let Some(field) = wire.next(inner)? {
            match field.number {
                1 => dim = DeclaredDim::Size(wire.int(field)?),
                2 => dim = DeclaredDim::Symbol(wire.text(field)?),
                _ => wire.skip(field)?,
            }
        }
        if dim == DeclaredDim::Symbol(String::new()) {
            dim = DeclaredDim::Open;
        }
        wire.keep(size_of::<DeclaredDim>() as u64)?;
        dims.push(dim);
        check_rank(wire, dims.len())?;
    }
    Ok(dims)
}

fn check_rank<R: Read + Seek>(wire: &Wire<R>, rank: usize) -> Result<(), Fault> {
    if rank > limits::RANK {
        let problem = format!("a tensor of more than {} dimensions", limits::RANK);
        return Err(Fault::too_big(wire.position(), problem));
    }
    Ok(())
}

fn constant<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<Constant, Fault> {
    wire.keep(ITEM_BYTES)?;
    let most = limits::VALUE_ELEMENTS;
    let mut constant = Constant::default();
    let mut dims = Vec::new();
    let (mut ints, mut floats, mut doubles) = (Vec::new(), Vec::new(), Vec::new());
    let mut raw = None;
    let start = wire.position();
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => wire.ints(field, &mut dims, limits::RANK)?,
            2 => constant.dtype = data_type(wire.int(field)?),
            4 => wire.floats(field, &mut floats, most)?,
            5 | 7 | 11 => wire.ints(field, &mut ints, most)?,
            8 => constant.name = wire.text(field)?,
            9 if wire.length(field)? <= 8 * most as u64 => raw = Some(wire.bytes(field)?),
            10 => wire.doubles(field, &mut doubles, most)?,
            _ => wire.skip(field)?,
        }
    }
    check_rank(wire, dims.len())?;
    constant.dims = sizes(start, &dims)?;
    let elements = constant
        .dims
        .iter()
        .try_fold(1_u64, |product, &d| product.checked_mul(d));
    let Some(count) = elements
        .filter(|&n| n <= most as u64)
        .and_then(|n| usize::try_from(n).ok())
    else {
        return Ok(constant);
    };
    let dtype = constant.dtype;
    let typed = match dtype {
        DataType::Float32 => floats.into_iter().map(f64::from).collect(),
        DataType::Float64 => doubles,
        DataType::Float16 => ints.into_iter().map(|bits| half(bits as u16)).collect(),
        DataType::Uint64 => ints.into_iter().map(|v| v.cast_unsigned() as f64).collect(),
        _ => ints.into_iter().map(|v| v as f64).collect::<Vec<_>>(),
    };
    let value = raw.map_or(Some(typed), |bytes| raw_value(dtype, &bytes));
    constant.value = value
        .filter(|v| v.len() == count && dtype != DataType::Text)
        .map(Arc::from);
    wire.keep(8 * count as u64)?;
    Ok(constant)
}

fn sparse_constant<R: Read + Seek>(wire: &mut Wire<R>, scope: Scope) -> Result<Constant, Fault> {
    let mut constant_ = Constant::default();
    let mut dims = Vec::new();
    let start = wire.position();
    while let Some(field) = wire.next(scope)? {
        match field.number {
            1 => {
                let inner = wire.enter(field, scope)?;
                constant_ = constant(wire, inner)?;
            }
            3 => wire.ints(field, &mut dims, limits::RANK)?,
            _ => wire.skip(field)?,
        }
    }
    check_rank(wire, dims.len())?;
    constant_.dims = sizes(start, &dims)?;
    constant_.value = None;
    Ok(constant_)
}

/// Dimensions of a stored tensor, which must not be negative.
fn sizes(at: u64, dims: &[i64]) -> Result<Vec<u64>, Fault> {
    let size = |&d: &i64| u64::try_from(d).map_err(|_| Fault::damaged(at, format!("a tensor dimension of {d}")));
    dims.iter().map(size).collect()
}

/// Elements of little-endian raw data; `None` for types that are not calculated with.
fn raw_value(dtype: DataType, bytes: &[u8]) -> Option<Vec<f64>> {
    fn each<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        bytes.as_chunks::<N>().0.iter().map(|&chunk| read(chunk)).collect()
    }
    Some(match dtype {
        DataType::Float32 => each(bytes, |b| f64::from(f32::from_le_bytes(b))),
        DataType::Float64 => each(bytes, f64::from_le_bytes),
        DataType::Float16 => each(bytes, |b| half(u16::from_le_bytes(b))),
        DataType::Int64 => each(bytes, |b| i64::from_le_bytes(b) as f64),
        DataType::Uint64 => each(bytes, |b| u64::from_le_bytes(b) as f64),
        DataType::Int32 => each(bytes, |b| f64::from(i32::from_le_bytes(b))),
        DataType::Uint32 => each(bytes, |b| f64::from(u32::from_le_bytes(b))),
        DataType::Int16 => each(bytes, |b| f64::from(i16::from_le_bytes(b))),
        DataType::Uint16 => each(bytes, |b| f64::from(u16::from_le_bytes(b))),
        DataType::Int8 => each(bytes, |b| f64::from(i8::from_le_bytes(b))),
        DataType::Uint8 | DataType::Bool => each::<1>(bytes, |[b]| f64::from(b)),
        _ => return None,
    })
}

/// IEEE 754 half precision.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    match exponent {
        0 => sign * fraction * 2_f64.powi(-14),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1.0 + fraction) * 2_f64.powi(exponent - 15),
    }
}

/// `TensorProto.DataType` by number.
pub fn data_type(number: i64) -> DataType {
    match number {
        1 => DataType::Float32,
        2 => DataType::Uint8,
        3 => DataType::Int8,
        4 => DataType::Uint16,
        5 => DataType::Int16,
        6 => DataType::Int32,
        7 => DataType::Int64,
        8 => DataType::Text,
        9 => DataType::Bool,
        10 => DataType::Float16,
        11 => DataType::Float64,
        12 => DataType::Uint32,
        13 => DataType::Uint64,
        14 | 15 => DataType::Complex,
        16 => DataType::BFloat16,
        17..=20 | 24 => DataType::Float8,
        21 => DataType::Uint4,
        22 => DataType::Int4,
        23 => DataType::Float4,
        _ => DataType::Unknown,
    }
}
