//! What stands on a layer's box: a short readable title, its size and, close up, its attributes.

use crate::network::{Attribute, Layer, LayerId, Network, OpKind};
use crate::units::Unit;

/// `Conv 3×3 s2`, `Depthwise 3×3`, `Max pool 2×2 s2`, `Linear` …
pub fn title(layer: &Layer) -> String {
    let mut text = operator(layer);
    if let Some(kernel) = integers(layer, "kernel_shape") {
        text.push(' ');
        text.push_str(&product(kernel));
    }
    if let Some(stride) = integers(layer, "strides").filter(|s| s.iter().any(|&n| n != 1)) {
        text.push_str(&format!(" s{}", same_or_product(stride)));
    }
    if let Some(dilation) = integers(layer, "dilations").filter(|d| d.iter().any(|&n| n != 1)) {
        text.push_str(&format!(" d{}", same_or_product(dilation)));
    }
    if layer.kind != OpKind::Depthwise
        && let Some(Attribute::Int(groups @ 2..)) = layer.attribute("group")
    {
        text.push_str(&format!(" g{groups}"));
    }
    text
}

/// `192 × 28 × 28 · 4.80 MMAC`; the batch stands there only where it is not 1.
pub fn size(network: &Network, layer: LayerId) -> String {
    let mut text = match network.output_shape(layer) {
        None => "unknown shape".to_owned(),
        Some(shape) => dimensions(shape),
    };
    if let Some(macs) = network.layers[layer].macs.filter(|&m| m > 0) {
        text.push_str(" · ");
        text.push_str(&Unit::Macs.format(macs as f64));
    }
    text
}

/// Dimensions without a batch of 1.
pub fn dimensions(shape: &[u64]) -> String {
    let shown = match shape {
        [1, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    let texts: Vec<String> = shown.iter().map(u64::to_string).collect();
    match texts.is_empty() {
        true => "scalar".to_owned(),
        false => texts.join(" × "),
    }
}

/// The attributes that the title does not tell: `pads 1 · axis 1`.
pub fn attributes(layer: &Layer) -> String {
    let told = ["kernel_shape", "strides", "dilations", "group", "auto_pad"];
    let list = |texts: Vec<String>| texts.join(", ");
    let texts: Vec<String> = layer
        .attributes
        .iter()
        .filter(|(name, _)| !told.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = match value {
                Attribute::Int(value) => value.to_string(),
                Attribute::Float(value) => value.to_string(),
                Attribute::Text(value) | Attribute::Other(value) => value.clone(),
                Attribute::Ints(values) if all_equal(values) => {
                    list(values.iter().take(1).map(i64::to_string).collect())
                }
                Attribute::Ints(values) => list(values.iter().map(i64::to_string).collect()),
                Attribute::Floats(values) => list(values.iter().map(f32::to_string).collect()),
            };
            format!("{name} {value}")
        })
        .collect();
    match texts.is_empty() {
        true => layer.name.clone(),
        false => texts.join(" · "),
    }
}

fn operator(layer: &Layer) -> String {
    let short = match layer.op.as_str() {
        "Conv" | "ConvInteger" | "QLinearConv" if layer.kind == OpKind::Depthwise => "Depthwise",
        "Conv" => "Conv",
        "ConvTranspose" => "Conv transposed",
        "Gemm" => "Linear",
        "MatMul" if layer.kind == OpKind::Linear => "Linear",
        "MaxPool" => "Max pool",
        "AveragePool" => "Avg pool",
        "GlobalAveragePool" => "Global avg pool",
        "GlobalMaxPool" => "Global max pool",
        "Relu" => "ReLU",
        "LeakyRelu" => "Leaky ReLU",
        "PRelu" => "PReLU",
        "Clip" => "Clip",
        "HardSwish" => "Hard swish",
        "HardSigmoid" => "Hard sigmoid",
        "BatchNormalization" => "Batch norm",
        "LayerNormalization" => "Layer norm",
        "InstanceNormalization" => "Instance norm",
        "GroupNormalization" => "Group norm",
        "LRN" => "Local response norm",
        "ReduceMean" => "Mean",
        "LSTM" | "GRU" | "RNN" => layer.op.as_str(),
        other => return words(other),
    };
    short.to_owned()
}

/// `DepthToSpace` as `Depth to space`; runs of capitals stay.
fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (index, &letter) in letters.iter().enumerate() {
        let before_lower = index > 0 && letters[index - 1].is_lowercase();
        let next_lower = letters.get(index + 1).is_some_and(|l| l.is_lowercase());
        if letter.is_uppercase() && before_lower {
            text.push(' ');
            if next_lower {
                text.extend(letter.to_lowercase());
                continue;
            }
        }
        text.push(letter);
    }
    text
}

fn integers<'a>(layer: &'a Layer, name: &str) -> Option<&'a [i64]> {
    match layer.attribute(name) {
        Some(Attribute::Ints(values)) => Some(values),
        _ => None,
    }
}

fn product(values: &[i64]) -> String {
    let texts: Vec<String> = values.iter().map(i64::to_string).collect();
    texts.join("×")
}

fn same_or_product(values: &[i64]) -> String {
    let shown = if all_equal(values) { &values[..1] } else { values };
    product(shown)
}

fn all_equal(values: &[i64]) -> bool {
    !values.is_empty() && values.iter().all(|v| *v == values[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operator_names_read_as_words() {
        assert_eq!(words("DepthToSpace"), "Depth to space");
        assert_eq!(words("QLinearConv"), "QLinear conv");
        assert_eq!(words("Add"), "Add");
        assert_eq!(words("my_op"), "my_op");
    }

    #[test]
    fn a_batch_of_one_is_not_told() {
        assert_eq!(dimensions(&[1, 192, 28, 28]), "192 × 28 × 28");
        assert_eq!(dimensions(&[8, 10]), "8 × 10");
        assert_eq!(dimensions(&[1]), "1");
        assert_eq!(dimensions(&[]), "scalar");
    }
}
