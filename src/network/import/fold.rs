//! Calculating with small constants, so that shapes computed inside the graph (Shape, Gather, Concat, Range …) are known.
//! Large constants never get here: they have no [`Fact::value`], only a shape.

use super::limits;
use super::model::Attribute;
use super::shapes::{Call, Fact, Shaped, axis, layout, reduce, sources};
use crate::network::DataType;

/// How many elements may still be read or written, so that no file makes us calculate for long.
pub struct Effort(usize);

impl Default for Effort {
    fn default() -> Self {
        Self(limits::FOLDED_ELEMENTS)
    }
}

impl Effort {
    /// Takes what a node costs; `false` if there is not so much left.
    fn spend(&mut self, call: &Call, shaped: &[Shaped]) -> bool {
        let read = call
            .inputs
            .iter()
            .flatten()
            .filter_map(|fact| Some(fact.value.as_ref()?.len()));
        let written = shaped.iter().filter_map(small_shape).map(|shape| count(&shape));
        let left = read.chain(written).try_fold(self.0, usize::checked_sub);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// The elements of a node's outputs, as far as they can be calculated from `call`; one entry per entry of `shaped`.
pub fn evaluate(call: &Call, shaped: &[Shaped], effort: &mut Effort) -> Vec<Option<Vec<f64>>> {
    let mut values = vec![None; shaped.len()];
    if !call.node.domain.is_empty() || !effort.spend(call, shaped) {
        return values;
    }
    if call.node.op == "Split" {
        if let Some(parts) = split(call) {
            values = parts.into_iter().map(Some).collect();
            values.resize(shaped.len(), None);
        }
        return values;
    }
    let Some(first) = shaped.first() else {
        return values;
    };
    let Some(shape) = small_shape(first) else {
        return values;
    };
    if count(&shape) == 0 {
        values[0] = Some(Vec::new());
        return values;
    }
    let mut result = value(call, &shape).filter(|v| v.len() == count(&shape));
    if let Some(elements) = &mut result
        && !first.dtype.is_float()
    {
        elements.iter_mut().for_each(|v| *v = v.trunc());
    }
    values[0] = result;
    values
}

/// Number of elements, saturating; 0 if any dimension is.
fn count(shape: &[usize]) -> usize {
    if shape.contains(&0) {
        return 0;
    }
    shape.iter().fold(1, |product: usize, &d| product.saturating_mul(d))
}

/// The shape if it is known and small enough to calculate with.
fn small_shape(shaped: &Shaped) -> Option<Vec<usize>> {
    let dims = shaped.dims.as_ref()?;
    let elements = super::shapes::product(dims)?;
    if elements > limits::VALUE_ELEMENTS as u64 || dims.iter().any(|d| d.is_none_or(|d| d > u64::from(u32::MAX))) {
        return None;
    }
    dims.iter().map(|d| usize::try_from((*d)?).ok()).collect()
}

/// An operand with its small shape and elements.
struct Small<'a> {
    shape: Vec<usize>,
    elements: &'a [f64],
}

fn small<'a>(call: &Call<'a>, index: usize) -> Option<Small<'a>> {
    let fact: &Fact = call.optional(index)?;
    let shape: Vec<usize> = fact
        .shape()?
        .into_iter()
        .map(usize::try_from)
        .collect::<Result<_, _>>()
        .ok()?;
    let elements = fact.value.as_deref()?;
    (elements.len() == count(&shape)).then_some(Small { shape, elements })
}

fn value(call: &Call, shape: &[usize]) -> Option<Vec<f64>> {
    let first = || small(call, 0);
    match call.node.op.as_str() {
        "Constant" => match &call.node.attributes.first()?.1 {
            Attribute::Tensor(tensor) => Some(tensor.value.as_ref()?.to_vec()),
            Attribute::Int(v) => Some(vec![*v as f64]),
            Attribute::Float(v) => Some(vec![f64::from(*v)]),
            Attribute::Ints(v) => Some(v.iter().map(|&v| v as f64).collect()),
            Attribute::Floats(v) => Some(v.iter().map(|&v| f64::from(v)).collect()),
            _ => None,
        },
        "ConstantOfShape" => {
            let element = match call.node.attribute("value") {
                Some(Attribute::Tensor(tensor)) => *tensor.value.as_ref()?.first()?,
                _ => 0.0,
            };
            Some(vec![element; count(shape)])
        }
        "Shape" => sources::shape_range(call)
            .ok()?
            .iter()
            .map(|d| d.map(|d| d as f64))
            .collect(),
        "Size" => Some(vec![super::shapes::product(call.dims(0).ok()?)? as f64]),
        "Range" => {
            let (start, step) = (*first()?.elements.first()?, *small(call, 2)?.elements.first()?);
            Some((0..count(shape)).map(|i| start + i as f64 * step).collect())
        }
        "Identity" | "Reshape" | "Squeeze" | "Unsqueeze" | "Flatten" | "Dropout" => Some(first()?.elements.to_vec()),
        "Cast" | "CastLike" => cast(call, first()?.elements),
        "Concat" => concat(call, shape),
        "Gather" => gather(call, shape),
        "Slice" => slice(call, shape),
        "Transpose" => {
            let from = first()?;
            let order = layout::permutation(call, from.shape.len()).ok()?;
            let steps = strides(&from.shape);
            let offset = |at: &[usize]| at.iter().zip(&order).map(|(&i, &axis)| i * steps[axis]).sum::<usize>();
            pick(&from, shape, offset)
        }
        "Expand" => {
            let from = first()?;
            pick(&from, shape, |at| broadcast_offset(&from.shape, at))
        }
        "Tile" => {
            let from = first()?;
            let steps = strides(&from.shape);
            pick(&from, shape, |at| {
                at.iter()
                    .zip(&from.shape)
                    .zip(&steps)
                    .map(|((&i, &length), &step)| i % length.max(1) * step)
                    .sum()
            })
        }
        "Where" => {
            let (condition, yes, no) = (first()?, small(call, 1)?, small(call, 2)?);
            let mut result = Vec::with_capacity(count(shape));
            for_each_index(shape, |at| {
                let holds = element(&condition, at)? != 0.0;
                result.push(element(if holds { &yes } else { &no }, at)?);
                Some(())
            })?;
            Some(result)
        }
        "ReduceProd" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceMean" => reduced(call),
        _ => unary(call).or_else(|| binary(call, shape)),
    }
}

fn unary(call: &Call) -> Option<Vec<f64>> {
    let calculate: fn(f64) -> f64 = match call.node.op.as_str() {
        "Abs" => f64::abs,
        "Ceil" => f64::ceil,
        "Exp" => f64::exp,
        "Floor" => f64::floor,
        "Log" => f64::ln,
        "Neg" => |v| -v,
        "Not" => |v| f64::from(v == 0.0),
        "Reciprocal" => f64::recip,
        "Round" => f64::round_ties_even,
        "Sign" => |v| if v == 0.0 { 0.0 } else { v.signum() },
        "Sqrt" => f64::sqrt,
        _ => return None,
    };
    Some(small(call, 0)?.elements.iter().map(|&v| calculate(v)).collect())
}

fn binary(call: &Call, shape: &[usize]) -> Option<Vec<f64>> {
    let is_float = call.dtype(0).ok()?.is_float();
    let truncating = call.node.int("fmod") == Some(1);
    let calculate: &dyn Fn(f64, f64) -> f64 = match call.node.op.as_str() {
        "Add" | "Sum" => &|a, b| a + b,
        "Sub" => &|a, b| a - b,
        "Mul" => &|a, b| a * b,
        "Div" if is_float => &|a, b| a / b,
        "Div" => &|a, b| if b == 0.0 { f64::NAN } else { (a / b).trunc() },
        "Mod" if truncating => &|a, b| a % b,
        "Mod" => &|a, b| a - b * (a / b).floor(),
        "Pow" => &f64::powf,
        "Min" => &f64::min,
        "Max" => &f64::max,
        "Equal" => &|a, b| f64::from(a == b),
        "Less" => &|a, b| f64::from(a < b),
        "LessOrEqual" => &|a, b| f64::from(a <= b),
        "Greater" => &|a, b| f64::from(a > b),
        "GreaterOrEqual" => &|a, b| f64::from(a >= b),
        "And" => &|a, b| f64::from(a != 0.0 && b != 0.0),
        "Or" => &|a, b| f64::from(a != 0.0 || b != 0.0),
        "Xor" => &|a, b| f64::from((a != 0.0) != (b != 0.0)),
        _ => return None,
    };
    let operands = (0..call.inputs.len())
        .map(|i| small(call, i))
        .collect::<Option<Vec<_>>>()?;
    let mut result = Vec::with_capacity(count(shape));
    for_each_index(shape, |at| {
        let mut values = operands.iter().map(|operand| element(operand, at));
        let first = values.next()??;
        result.push(values.try_fold(first, |sum, v| Some(calculate(sum, v?)))?);
        Some(())
    })?;
    // A division by zero leaves the value unknown.
    result.iter().all(|v| !v.is_nan()).then_some(result)
}

fn cast(call: &Call, elements: &[f64]) -> Option<Vec<f64>> {
    let to = if call.node.op == "Cast" {
        super::decode::data_type(call.node.int("to")?)
    } else {
        call.dtype(1).ok()?
    };
    if to == DataType::Bool {
        return Some(elements.iter().map(|&v| f64::from(v != 0.0)).collect());
    }
    Some(elements.to_vec())
}

fn concat(call: &Call, shape: &[usize]) -> Option<Vec<f64>> {
    let along = call.axis_attribute("axis", 1, shape.len()).ok()?;
    let parts = (0..call.inputs.len())
        .map(|i| small(call, i))
        .collect::<Option<Vec<_>>>()?;
    let outer = count(shape.get(..along)?);
    let mut result = Vec::with_capacity(count(shape));
    for row in 0..outer {
        for part in &parts {
            let length = count(part.shape.get(along..)?);
            result.extend_from_slice(part.elements.get(row * length..(row + 1) * length)?);
        }
    }
    Some(result)
}

fn split(call: &Call) -> Option<Vec<Vec<f64>>> {
    let whole = small(call, 0).filter(|whole| !whole.elements.is_empty())?;
    let along = call.axis_attribute("axis", 0, whole.shape.len()).ok()?;
    let parts = layout::parts(call, Some(whole.shape[along] as u64)).ok()?;
    let inner = count(&whole.shape[along + 1..]);
    let outer = count(&whole.shape[..along]);
    let row = whole.shape[along] * inner;
    let mut start = 0;
    let mut result = Vec::new();
    for part in parts {
        let length = usize::try_from(part?).ok()?.checked_mul(inner)?;
        let rows = (0..outer).map(|i| whole.elements.get(i * row + start..i * row + start + length));
        result.push(rows.collect::<Option<Vec<_>>>()?.concat());
        start += length;
    }
    Some(result)
}

fn gather(call: &Call, shape: &[usize]) -> Option<Vec<f64>> {
    let (from, indices) = (small(call, 0)?, small(call, 1)?);
    let along = call.axis_attribute("axis", 0, from.shape.len()).ok()?;
    let length = from.shape[along];
    let steps = strides(&from.shape);
    let index_steps = strides(&indices.shape);
    let mut result = Vec::with_capacity(count(shape));
    for_each_index(shape, |at| {
        let (outer, rest) = at.split_at(along);
        let (index_at, inner) = rest.split_at(indices.shape.len());
        let place: usize = index_at.iter().zip(&index_steps).map(|(i, s)| i * s).sum();
        let index = axis(*indices.elements.get(place)? as i64, length).ok()?;
        let before: usize = outer.iter().zip(&steps).map(|(i, s)| i * s).sum();
        let after: usize = inner.iter().zip(&steps[along + 1..]).map(|(i, s)| i * s).sum();
        result.push(*from.elements.get(before + index * steps[along] + after)?);
        Some(())
    })?;
    Some(result)
}

fn slice(call: &Call, shape: &[usize]) -> Option<Vec<f64>> {
    let from = small(call, 0)?;
    let slice = layout::Slice::of(call).ok()?;
    let steps = strides(&from.shape);
    let ranges: Vec<(i64, i64)> = (0..from.shape.len())
        .map(|i| slice.along(i, from.shape[i] as u64))
        .map(|(start, _, step)| (start, step))
        .collect();
    pick(&from, shape, |at| {
        let place = |((&i, &(start, step)), &stride): ((&usize, &(i64, i64)), &usize)| {
            let index = start.saturating_add(step.saturating_mul(i as i64));
            usize::try_from(index).unwrap_or(usize::MAX).saturating_mul(stride)
        };
        at.iter()
            .zip(&ranges)
            .zip(&steps)
            .map(place)
            .fold(0, usize::saturating_add)
    })
}

fn reduced(call: &Call) -> Option<Vec<f64>> {
    let from = small(call, 0)?;
    let axes = reduce::axes(call).ok()?;
    let kept: Vec<usize> = (0..from.shape.len())
        .map(|i| if axes.contains(&i) { 1 } else { from.shape[i] })
        .collect();
    let steps = strides(&kept);
    let mut result: Vec<Option<f64>> = vec![None; count(&kept)];
    let calculate: fn(f64, f64) -> f64 = match call.node.op.as_str() {
        "ReduceProd" => |a, b| a * b,
        "ReduceMax" => f64::max,
        "ReduceMin" => f64::min,
        _ => |a, b| a + b,
    };
    let mut elements = from.elements.iter();
    for_each_index(&from.shape, |at| {
        let places = at.iter().zip(&kept).zip(&steps);
        let place: usize = places.map(|((&i, &length), &step)| i.min(length - 1) * step).sum();
        let slot = result.get_mut(place)?;
        let &v = elements.next()?;
        *slot = Some(slot.map_or(v, |sum| calculate(sum, v)));
        Some(())
    })?;
    let folded = from.elements.len() as f64 / result.len().max(1) as f64;
    let scale = if call.node.op == "ReduceMean" { folded } else { 1.0 };
    result.into_iter().map(|v| v.map(|v| v / scale)).collect()
}

/// Elements to step over for one step along each axis.
fn strides(shape: &[usize]) -> Vec<usize> {
    let mut steps = vec![1_usize; shape.len()];
    for axis in (1..shape.len()).rev() {
        steps[axis - 1] = steps[axis].saturating_mul(shape[axis]);
    }
    steps
}

/// Calls `visit` for every index of a shape in row-major order; `None` from it ends the walk.
fn for_each_index(shape: &[usize], mut visit: impl FnMut(&[usize]) -> Option<()>) -> Option<()> {
    let mut at = vec![0; shape.len()];
    for _ in 0..count(shape) {
        visit(&at)?;
        for (index, &length) in at.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < length {
                break;
            }
            *index = 0;
        }
    }
    Some(())
}

/// A tensor of `shape` whose elements come from the places `offset` gives.
fn pick(from: &Small, shape: &[usize], offset: impl Fn(&[usize]) -> usize) -> Option<Vec<f64>> {
    let mut result = Vec::with_capacity(count(shape));
    for_each_index(shape, |at| {
        result.push(*from.elements.get(offset(at))?);
        Some(())
    })?;
    Some(result)
}

/// Place of an index of a broadcast shape in the operand of shape `shape`.
fn broadcast_offset(shape: &[usize], at: &[usize]) -> usize {
    let own = at.get(at.len().saturating_sub(shape.len())..).unwrap_or(&[]);
    let places = own.iter().zip(shape).zip(strides(shape));
    places
        .map(|((&i, &length), step)| if length == 1 { 0 } else { i * step })
        .sum()
}

fn element(operand: &Small, at: &[usize]) -> Option<f64> {
    operand.elements.get(broadcast_offset(&operand.shape, at)).copied()
}
