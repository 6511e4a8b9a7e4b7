//! Resize and its predecessor Upsample.

use super::{Answer, Call, Dim, Dims, Gap, Rule, axis, gap, one, size};
use crate::network::import::model::Attribute;
use std::sync::Arc;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "Resize" => resize,
        "Upsample" => upsample,
        _ => return None,
    })
}

/// floor(length × factor), in single precision as runtimes do it.
fn scaled(length: Dim, factor: f64) -> Result<Dim, Gap> {
    let Some(length) = length else { return Ok(None) };
    let result = (length as f32 * factor as f32).floor();
    if result.is_finite() && (0.0..1e18).contains(&result) {
        Ok(Some(result as u64))
    } else {
        gap(format!("a scale of {factor}"))
    }
}

fn upsample(call: &Call) -> Answer {
    let dims = call.dims(0)?;
    let scales = match (call.node.attribute("scales"), call.optional(1)) {
        (Some(Attribute::Floats(scales)), _) => scales.iter().map(|&s| f64::from(s)).collect(),
        (None, Some(fact)) => known_floats(fact.value.as_ref())?,
        _ => match (call.node.attribute("height_scale"), call.node.attribute("width_scale")) {
            (Some(&Attribute::Float(h)), Some(&Attribute::Float(w))) => vec![1.0, 1.0, f64::from(h), f64::from(w)],
            _ => return gap("the scales are missing"),
        },
    };
    one(call.dtype(0)?, all_scaled(dims, &scales)?)
}

fn known_floats(value: Option<&Arc<[f64]>>) -> Result<Vec<f64>, Gap> {
    value
        .map(|v| v.to_vec())
        .ok_or_else(|| Gap("the scales are computed while running".to_owned()))
}

fn all_scaled(dims: &Dims, scales: &[f64]) -> Result<Dims, Gap> {
    if scales.len() != dims.len() {
        return gap(format!("{} scales for {} axes", scales.len(), dims.len()));
    }
    dims.iter().zip(scales).map(|(&d, &s)| scaled(d, s)).collect()
}

fn resize(call: &Call) -> Answer {
    let dtype = call.dtype(0)?;
    let dims = call.dims(0)?;
    // Opset 10 knew only data and scales.
    if call.opset == 10 {
        return one(dtype, all_scaled(dims, &known_floats(call.input(1)?.value.as_ref())?)?);
    }
    let axes = match call.node.ints("axes") {
        Some(axes) => axes
            .iter()
            .map(|&a| axis(a, dims.len()))
            .collect::<Result<Vec<_>, _>>()?,
        None => (0..dims.len()).collect(),
    };
    let mut result = dims.clone();
    if call.optional(3).is_some() {
        let sizes = call.values(3)?;
        if sizes.len() != axes.len() {
            return gap(format!("{} sizes for {} axes", sizes.len(), axes.len()));
        }
        let sizes = sizes.into_iter().map(size).collect::<Result<Vec<_>, _>>()?;
        let policy = call.node.text("keep_aspect_ratio_policy").unwrap_or("stretch");
        for (&axis, length) in axes.iter().zip(fitted(dims, &axes, &sizes, policy)) {
            result[axis] = length;
        }
        return one(dtype, result);
    }
    let scales = known_floats(call.input(2)?.value.as_ref())?;
    if scales.len() != axes.len() {
        return gap(format!("{} scales for {} axes", scales.len(), axes.len()));
    }
    let crops = call.node.text("coordinate_transformation_mode") == Some("tf_crop_and_resize");
    let region = call.optional(1).and_then(|fact| fact.value.as_ref());
    for (i, (&axis, &scale)) in axes.iter().zip(&scales).enumerate() {
        let share = match region {
            Some(region) if crops => match (region.get(i), region.get(i + axes.len())) {
                (Some(start), Some(end)) => end - start,
                _ => return gap("the region has too few entries"),
            },
            _ => 1.0,
        };
        result[axis] = scaled(dims[axis], scale * share)?;
    }
    one(dtype, result)
}

/// Sizes under `keep_aspect_ratio_policy`: one scale for all axes, the least or the largest that is asked for.
fn fitted(dims: &Dims, axes: &[usize], sizes: &[u64], policy: &str) -> Vec<Dim> {
    let ratio = |(&axis, &size): (&usize, &u64)| dims[axis].filter(|&d| d > 0).map(|d| size as f64 / d as f64);
    let ratios: Option<Vec<f64>> = axes.iter().zip(sizes).map(ratio).collect();
    let pick = match (policy, ratios) {
        ("not_larger", Some(ratios)) => ratios.into_iter().fold(f64::INFINITY, f64::min),
        ("not_smaller", Some(ratios)) => ratios.into_iter().fold(0.0, f64::max),
        ("not_larger" | "not_smaller", None) => return vec![None; axes.len()],
        _ => return sizes.iter().map(|&s| Some(s)).collect(),
    };
    axes.iter()
        .map(|&axis| dims[axis].map(|d| (d as f64 * pick).round() as u64))
        .collect()
}
