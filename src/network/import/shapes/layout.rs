//! Operators that rearrange elements without computing: reshapes, transposes, concatenation, slices.

use super::super::limits;
use super::{Answer, Call, Dim, Dims, Gap, Rule, Shaped, axis, broadcast, gap, one, product, size};

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "Reshape" => reshape,
        "Flatten" => flatten,
        "Squeeze" => squeeze,
        "Unsqueeze" => unsqueeze,
        "Transpose" => transpose,
        "Concat" => concat,
        "Split" => split,
        "Slice" => |call| one(call.dtype(0)?, Slice::of(call)?.output(call.dims(0)?)?),
        "Expand" => expand,
        "Tile" => tile,
        "Pad" => pad,
        "CenterCropPad" => center_crop_pad,
        "DepthToSpace" => depth_to_space,
        "SpaceToDepth" => space_to_depth,
        _ => return None,
    })
}

fn reshape(call: &Call) -> Answer {
    let dtype = call.dtype(0)?;
    let target = match call.list("shape", 1) {
        Ok(Some(target)) => target,
        Ok(None) => return gap("the new shape is missing"),
        // The rank is known from the length of the shape operand even where its values are not.
        Err(unknown) => match call.dims(1)?.first() {
            Some(&Some(rank)) if rank <= limits::RANK as u64 => return one(dtype, vec![None; rank as usize]),
            _ => return Err(unknown),
        },
    };
    let keep_zero = call.node.int("allowzero") == Some(1);
    let from = call.input(0)?.dims.as_ref();
    let mut dims = Dims::new();
    let mut open = None;
    for (index, &wanted) in target.iter().enumerate() {
        dims.push(match wanted {
            -1 if open.is_some() => return gap("more than one -1 in the new shape"),
            -1 => {
                open = Some(index);
                Some(1)
            }
            0 if !keep_zero => from.and_then(|d| d.get(index).copied().flatten()),
            wanted => Some(size(wanted)?),
        });
    }
    let total = from.and_then(|d| product(d));
    let rest = product(&dims);
    match (open, total, rest) {
        (Some(index), Some(total), Some(rest)) if rest > 0 && total % rest == 0 => dims[index] = Some(total / rest),
        (Some(_), Some(total), Some(rest)) => return gap(format!("{total} elements do not divide by {rest}")),
        (Some(index), ..) => dims[index] = None,
        (None, Some(total), Some(rest)) if total != rest => {
            return gap(format!("{total} elements do not fill a shape of {rest}"));
        }
        _ => {}
    }
    one(dtype, dims)
}

fn flatten(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    let at = call.node.int("axis").unwrap_or(1);
    let at = if at == dims.len() as i64 {
        dims.len()
    } else {
        axis(at, dims.len())?
    };
    one(call.dtype(0)?, vec![product(&dims[..at]), product(&dims[at..])])
}

fn squeeze(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    let axes = match call.list("axes", 1)? {
        Some(axes) => axes
            .into_iter()
            .map(|a| axis(a, dims.len()))
            .collect::<Result<Vec<_>, _>>()?,
        None if dims.contains(&None) => return gap("which axes have one element is not known"),
        None => (0..dims.len()).filter(|&i| dims[i] == Some(1)).collect(),
    };
    if let Some(&wrong) = axes.iter().find(|&&a| dims[a].is_some_and(|d| d != 1)) {
        return gap(format!("axis {wrong} has more than one element"));
    }
    let kept = (0..dims.len()).filter(|i| !axes.contains(i)).map(|i| dims[i]);
    one(call.dtype(0)?, kept.collect())
}

fn unsqueeze(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    let Some(axes) = call.list("axes", 1)? else {
        return gap("the axes are missing");
    };
    let rank = dims.len() + axes.len();
    if rank > limits::RANK {
        return gap(format!("its result has more than {} dimensions", limits::RANK));
    }
    let axes = axes.into_iter().map(|a| axis(a, rank)).collect::<Result<Vec<_>, _>>()?;
    let mut old = dims.iter();
    let new = (0..rank).map(|i| if axes.contains(&i) { Some(&Some(1)) } else { old.next() });
    let complete: Option<Dims> = new.map(Option::<&Dim>::copied).collect();
    match complete {
        Some(new) => one(call.dtype(0)?, new),
        None => gap("an axis is inserted twice"),
    }
}

/// The permutation of a Transpose.
pub fn permutation(call: &Call, rank: usize) -> Result<Vec<usize>, Gap> {
    let Some(order) = call.node.ints("perm") else {
        return Ok((0..rank).rev().collect());
    };
    if order.len() != rank {
        return gap(format!("perm has {} entries for {rank} axes", order.len()));
    }
    let order = order.iter().map(|&a| axis(a, rank)).collect::<Result<Vec<_>, _>>()?;
    let is_complete = (0..rank).all(|i| order.contains(&i));
    if is_complete {
        Ok(order)
    } else {
        gap("perm is no permutation of the axes")
    }
}

fn transpose(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    let order = permutation(call, dims.len())?;
    one(call.dtype(0)?, order.into_iter().map(|i| dims[i]).collect())
}

fn concat(call: &Call) -> Answer {
    let first = call.dims(0)?;
    // Before opset 4 the axis had the default 1.
    let along = call.axis_attribute("axis", 1, first.len())?;
    let mut dims = first.clone();
    for index in 1..call.inputs.len() {
        let other = call.dims(index)?;
        if other.len() != first.len() {
            return gap(format!("operands of {} and {} dimensions", first.len(), other.len()));
        }
        for (i, (slot, &d)) in dims.iter_mut().zip(other).enumerate() {
            match (i == along, *slot, d) {
                (true, Some(a), Some(b)) => *slot = a.checked_add(b),
                (true, ..) => *slot = None,
                (false, None, d) => *slot = d,
                (false, Some(a), Some(b)) if a != b => {
                    return gap(format!(
                        "operands of {a} and {b} elements along axis {i}, which is not joined"
                    ));
                }
                _ => {}
            }
        }
    }
    one(call.dtype(0)?, dims)
}

/// Lengths of the parts of a Split.
pub fn parts(call: &Call, whole: Dim) -> Result<Vec<Dim>, Gap> {
    let count = call.node.outputs.len().max(1);
    if let Some(parts) = call.list("split", 1)? {
        return parts.into_iter().map(|p| size(p).map(Some)).collect();
    }
    let Some(whole) = whole else {
        return Ok(vec![None; count]);
    };
    // Equal parts, the last one shorter where they do not fit (opset 18).
    let each = whole.div_ceil(count as u64);
    let part = |i: u64| Some(each.min(whole.saturating_sub(i.saturating_mul(each))));
    Ok((0..count as u64).map(part).collect())
}

fn split(call: &Call) -> Answer {
    let (dtype, dims) = (call.dtype(0)?, call.dims(0)?);
    let along = call.axis_attribute("axis", 0, dims.len())?;
    let parts = parts(call, dims[along])?;
    if parts.len() != call.node.outputs.len() {
        return gap(format!("{} parts for {} outputs", parts.len(), call.node.outputs.len()));
    }
    let total = parts.iter().try_fold(0_u64, |sum, p| sum.checked_add((*p)?));
    if let (Some(total), Some(whole)) = (total, dims[along])
        && total != whole
    {
        return gap(format!("parts of {total} elements in all do not make {whole}"));
    }
    let shaped = parts.into_iter().map(|part| {
        let mut dims = dims.clone();
        dims[along] = part;
        Shaped::new(dtype, dims)
    });
    Ok(shaped.collect())
}

/// Start, end and step per axis of a Slice.
pub struct Slice {
    /// Axis, start, end, step as written.
    ranges: Vec<(usize, i64, i64, i64)>,
}

impl Slice {
    /// Reads the node (attributes before opset 10, operands from then on).
    pub fn of(call: &Call) -> Result<Self, Gap> {
        let rank = call.dims(0)?.len();
        let (starts, ends) = (call.list("starts", 1)?, call.list("ends", 2)?);
        let (Some(starts), Some(ends)) = (starts, ends) else {
            return gap("starts or ends are missing");
        };
        let axes = call
            .list("axes", 3)?
            .unwrap_or_else(|| (0..starts.len() as i64).collect());
        let steps = call.optional(4).map(|_| call.values(4)).transpose()?;
        let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
        if ends.len() != starts.len() || axes.len() != starts.len() || steps.len() != starts.len() {
            return gap("starts, ends, axes and steps differ in length");
        }
        let mut ranges = Vec::new();
        for (((&start, &end), &along), &step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
            if step == 0 {
                return gap("a step of 0");
            }
            ranges.push((axis(along, rank)?, start, end, step));
        }
        Ok(Self { ranges })
    }

    /// First element, number of elements and step along every axis of fully known lengths.
    pub fn along(&self, axis: usize, length: u64) -> (i64, u64, i64) {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let Some(&(_, start, end, step)) = self.ranges.iter().rfind(|(a, ..)| *a == axis) else {
            return (0, length.cast_unsigned(), 1);
        };
        let from_front = |i: i64| if i < 0 { i.saturating_add(length) } else { i };
        let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
        let start = from_front(start).clamp(low.max(0), high.max(0));
        let end = from_front(end).clamp(low, high);
        let distance = if step > 0 { end - start } else { start - end };
        let count = if distance > 0 {
            distance.unsigned_abs().div_ceil(step.unsigned_abs())
        } else {
            0
        };
        (start, if length == 0 { 0 } else { count }, step)
    }

    fn output(&self, dims: &Dims) -> Result<Dims, Gap> {
        let mut result = dims.clone();
        for &(axis, ..) in &self.ranges {
            result[axis] = dims[axis].map(|length| self.along(axis, length).1);
        }
        Ok(result)
    }
}

fn expand(call: &Call) -> Answer {
    let target = call.values(1)?;
    let target = target
        .into_iter()
        .map(|d| size(d).map(Some))
        .collect::<Result<Dims, _>>()?;
    one(call.dtype(0)?, broadcast(&[call.dims(0)?, &target])?)
}

fn tile(call: &Call) -> Answer {
    let (dims, repeats) = (call.dims(0)?, call.values(1)?);
    if repeats.len() != dims.len() {
        return gap("one repeat per axis is wanted");
    }
    let times = |(&d, &r): (&Dim, &i64)| -> Result<Dim, Gap> {
        let repeat = size(r)?;
        Ok(d.and_then(|d| d.checked_mul(repeat)))
    };
    one(
        call.dtype(0)?,
        dims.iter().zip(&repeats).map(times).collect::<Result<_, _>>()?,
    )
}

fn pad(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    // `paddings` before opset 2.
    let pads = match call.list("pads", 1)? {
        Some(pads) => pads,
        None => call.node.ints("paddings").map(<[i64]>::to_vec).unwrap_or_default(),
    };
    let axes = match call.optional(3) {
        Some(_) => call
            .values(3)?
            .into_iter()
            .map(|a| axis(a, dims.len()))
            .collect::<Result<Vec<_>, _>>()?,
        None => (0..dims.len()).collect(),
    };
    if pads.len() != 2 * axes.len() {
        return gap(format!("pads has {} entries for {} axes", pads.len(), axes.len()));
    }
    let mut result = dims.clone();
    let (before, after) = pads.split_at(axes.len());
    for ((&axis, &before), &after) in axes.iter().zip(before).zip(after) {
        result[axis] = match dims[axis] {
            None => None,
            Some(length) => {
                let padded = i128::from(length) + i128::from(before) + i128::from(after);
                Some(u64::try_from(padded).map_err(|_| Gap(format!("a padded length of {padded}")))?)
            }
        };
    }
    one(call.dtype(0)?, result)
}

fn center_crop_pad(call: &Call) -> Answer {
    let (dims, sizes) = (call.dims(0)?, call.values(1)?);
    let all: Vec<i64> = (0..dims.len() as i64).collect();
    let axes = call.node.ints("axes").unwrap_or(&all);
    let mut result = dims.clone();
    for (&along, &length) in axes.iter().zip(&sizes) {
        result[axis(along, dims.len())?] = Some(size(length)?);
    }
    one(call.dtype(0)?, result)
}

/// Block size and its square, and the four axes.
fn blocks<'a>(call: &Call<'a>) -> Result<(&'a [Dim; 4], u64, u64), Gap> {
    let dims = call.dims(0)?.first_chunk::<4>();
    let block = call.node.int("blocksize").map(size).transpose()?.filter(|&b| b > 0);
    match (dims, block, block.and_then(|b| b.checked_mul(b))) {
        (Some(dims), Some(block), Some(square)) => Ok((dims, block, square)),
        _ => gap("it wants four dimensions and a positive blocksize"),
    }
}

fn depth_to_space(call: &Call) -> Answer {
    let (&[n, c, h, w], block, square) = blocks(call)?;
    let grown = |d: Dim| d.and_then(|d| d.checked_mul(block));
    one(call.dtype(0)?, vec![n, c.map(|c| c / square), grown(h), grown(w)])
}

fn space_to_depth(call: &Call) -> Answer {
    let (&[n, c, h, w], block, square) = blocks(call)?;
    let shrunk = |d: Dim| d.map(|d| d / block);
    one(
        call.dtype(0)?,
        vec![n, c.and_then(|c| c.checked_mul(square)), shrunk(h), shrunk(w)],
    )
}
