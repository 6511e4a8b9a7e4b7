//! Operators that pick elements by index or find them.

use super::{Answer, Call, Dims, Rule, Shaped, axis, gap, one, size};
use crate::network::DataType;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "Gather" => gather,
        "GatherElements" => |call| one(call.dtype(0)?, call.dims(1)?.clone()),
        "GatherND" => gather_nd,
        "Compress" => compress,
        "NonZero" => |call| one(DataType::Int64, vec![Some(call.dims(0)?.len() as u64), None]),
        "NonMaxSuppression" => |_| one(DataType::Int64, vec![None, Some(3)]),
        "OneHot" => one_hot,
        "TopK" => top_k,
        "Unique" => unique,
        "ArrayFeatureExtractor" => |call| one(call.dtype(0)?, vec![Some(1), super::product(call.dims(1)?)]),
        _ => return None,
    })
}

fn gather(call: &Call) -> Answer {
    let (dims, indices) = (call.dims(0)?, call.dims(1)?);
    let along = call.axis_attribute("axis", 0, dims.len())?;
    let mut result = dims[..along].to_vec();
    result.extend_from_slice(indices);
    result.extend_from_slice(&dims[along + 1..]);
    one(call.dtype(0)?, result)
}

fn gather_nd(call: &Call) -> Answer {
    let (dims, indices) = (call.dims(0)?, call.dims(1)?);
    let batch = size(call.node.int("batch_dims").unwrap_or(0))?;
    let Some((&depth, lead)) = indices.split_last() else {
        return gap("the indices are a scalar");
    };
    let Some(depth) = depth else {
        return gap("the length of an index is not known");
    };
    let from = usize::try_from(batch.saturating_add(depth)).unwrap_or(usize::MAX);
    let Some(rest) = dims.get(from..) else {
        return gap("the indices are longer than the data has axes");
    };
    one(call.dtype(0)?, [lead, rest].concat())
}

fn compress(call: &Call) -> Answer {
    let mut dims = call.dims(0)?.clone();
    match call.node.int("axis") {
        Some(along) => {
            let along = axis(along, dims.len())?;
            dims[along] = None;
        }
        None => dims = vec![None],
    }
    one(call.dtype(0)?, dims)
}

fn one_hot(call: &Call) -> Answer {
    let mut dims = call.dims(0)?.clone();
    let along = call.axis_attribute("axis", -1, dims.len() + 1)?;
    dims.insert(along, Some(size(call.scalar(1)?)?));
    one(call.dtype(2)?, dims)
}

fn top_k(call: &Call) -> Answer {
    let mut dims: Dims = call.dims(0)?.clone();
    let along = call.axis_attribute("axis", -1, dims.len())?;
    let count = match call.node.int("k") {
        Some(count) => Ok(count),
        None => call.scalar(1),
    };
    dims[along] = match count {
        Ok(count) => Some(size(count)?),
        Err(_) => None,
    };
    Ok(vec![
        Shaped::new(call.dtype(0)?, dims.clone()),
        Shaped::new(DataType::Int64, dims),
    ])
}

fn unique(call: &Call) -> Answer {
    let mut dims = call.dims(0)?.clone();
    match call.node.int("axis") {
        Some(along) => {
            let along = axis(along, dims.len())?;
            dims[along] = None;
        }
        None => dims = vec![None],
    }
    let list = Shaped::new(DataType::Int64, vec![None]);
    let values = Shaped::new(call.dtype(0)?, dims);
    Ok(vec![values, list.clone(), list.clone(), list])
}
