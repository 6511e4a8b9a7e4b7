//! Operators that fold axes away.

use super::{Call, Dims, Gap, Rule, axis, one};
use crate::network::DataType;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "ReduceL1" | "ReduceL2" | "ReduceLogSum" | "ReduceLogSumExp" | "ReduceMax" | "ReduceMean" | "ReduceMin"
        | "ReduceProd" | "ReduceSum" | "ReduceSumSquare" => {
            |call| one(call.dtype(0)?, without(call.dims(0)?, &axes(call)?, keeps(call)))
        }
        "ArgMax" | "ArgMin" => |call| {
            let dims = call.dims(0)?;
            let along = call.axis_attribute("axis", 0, dims.len())?;
            one(DataType::Int64, without(dims, &[along], keeps(call)))
        },
        _ => return None,
    })
}

fn keeps(call: &Call) -> bool {
    call.node.int("keepdims").unwrap_or(1) != 0
}

/// The axes a Reduce folds.
pub fn axes(call: &Call) -> Result<Vec<usize>, Gap> {
    let rank = call.dims(0)?.len();
    let axes = call.list("axes", 1)?.unwrap_or_default();
    if !axes.is_empty() {
        return axes.into_iter().map(|a| axis(a, rank)).collect();
    }
    let nothing = call.node.int("noop_with_empty_axes") == Some(1);
    Ok(if nothing { Vec::new() } else { (0..rank).collect() })
}

fn without(dims: &Dims, axes: &[usize], keep: bool) -> Dims {
    let folded = dims.iter().enumerate().map(|(i, &d)| (axes.contains(&i), d));
    if keep {
        folded
            .map(|(is_folded, d)| if is_folded { Some(1) } else { d })
            .collect()
    } else {
        folded.filter(|(is_folded, _)| !is_folded).map(|(_, d)| d).collect()
    }
}
