//! Compatibility with CNNParted (Kress et al., github.com/itiv-kit/CNNParted): its graph with pseudo layers and the layer
//! parameters its cost models read, known faults included, so that its published values can be matched. Nothing else in
//! the program uses these numbers.

use super::{Attribute, Layer, LayerId, Network, OpKind, Tensor};

/// The network as CNNParted sees it: a pseudo layer `input` in front that makes the first network input, and a pseudo
/// layer `output` behind that reads the first network output. Other inputs stay as they are.
pub fn with_pseudo_layers(network: &Network) -> Network {
    let mut with = network.clone();
    let (Some(&input), Some(&output)) = (network.inputs.first(), network.outputs.first()) else {
        return with;
    };
    let result = with.tensors.len();
    with.tensors.push(Tensor {
        name: "output".to_owned(),
        ..network.tensors[output].clone()
    });
    with.layers.insert(0, pseudo_layer("input", Vec::new(), input));
    with.layers.push(pseudo_layer("output", vec![output], result));
    with.inputs.retain(|&t| t != input);
    with.outputs = vec![result];
    with.linked()
}

fn pseudo_layer(name: &str, inputs: Vec<usize>, output: usize) -> Layer {
    Layer {
        name: name.to_owned(),
        op: "TENSOR".to_owned(),
        domain: String::new(),
        kind: OpKind::Shape,
        attributes: Vec::new(),
        inputs,
        outputs: vec![output],
        constants: Vec::new(),
        macs: Some(0),
        params: 0,
        unknown: None,
        members: vec![name.to_owned()],
    }
}

/// Parameters of a convolution in the notation of its cost models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(
    missing_docs,
    reason = "names of the original's notation; the function that fills them defines them"
)]
pub struct ConvParams {
    pub n: u64,
    pub m: u64,
    pub q: u64,
    pub p: u64,
    pub c: u64,
    pub s: u64,
    pub r: u64,
    pub wpad: i64,
    pub hpad: i64,
    pub wstride: u64,
    pub hstride: u64,
    pub ifms: u64,
    pub ofms: u64,
    pub weights: u64,
    pub groups: u64,
}

/// Parameters of a two-dimensional convolution with three deviations of the original: weights are not divided by the groups,
/// dilation counts as 1, and the two strides are named the wrong way round (which shows only where they differ). `None` for
/// other layers and unknown shapes.
pub fn conv_params(network: &Network, layer: LayerId) -> Option<ConvParams> {
    let node = network.layers.get(layer).filter(|l| l.op == "Conv")?;
    let &[_, c_in, ..] = network.tensors[*node.inputs.first()?].shape.as_ref()?.as_slice() else {
        return None;
    };
    let &[n, c_out, q, p] = network.output_shape(layer)? else {
        return None;
    };
    let &[_, _, s, r] = node.constants.first()?.shape.as_slice() else {
        return None;
    };
    let groups = ints(node, "group")
        .and_then(|g| u64::try_from(*g.first()?).ok())
        .unwrap_or(1);
    let pads = ints(node, "pads").unwrap_or(&[0, 0, 0, 0]);
    let stride = |axis: usize| match ints(node, "strides") {
        Some(strides) => u64::try_from(*strides.get(axis)?).ok(),
        None => Some(1),
    };
    let extent =
        |places: u64, stride: u64, kernel: u64| places.checked_sub(1)?.checked_mul(stride)?.checked_add(kernel);
    let product = |factors: [u64; 4]| factors.into_iter().try_fold(1_u64, u64::checked_mul);
    Some(ConvParams {
        n,
        m: c_out.checked_div(groups)?,
        q,
        p,
        c: c_in.checked_div(groups)?,
        s,
        r,
        wpad: *pads.first()?,
        hpad: *pads.get(1)?,
        wstride: stride(0)?,
        hstride: stride(1)?,
        ifms: product([n, c_in, extent(p, stride(1)?, r)?, extent(q, stride(0)?, s)?])?,
        ofms: product([n, c_out, q, p])?,
        weights: product([c_out, c_in, s, r])?,
        groups,
    })
}

/// Parameters of a fully connected layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(
    missing_docs,
    reason = "names of the original's notation; the function that fills them defines them"
)]
pub struct GemmParams {
    pub n: u64,
    pub m: u64,
    pub c: u64,
    pub weights: u64,
}

/// Parameters of a fully connected layer on two-dimensional data; the original's weights are the product of all input and
/// output dimensions, which is right for one row only. `None` for other layers and unknown shapes.
pub fn gemm_params(network: &Network, layer: LayerId) -> Option<GemmParams> {
    let node = network.layers.get(layer).filter(|l| l.op == "Gemm")?;
    let &[rows, c] = network.tensors[*node.inputs.first()?].shape.as_ref()?.as_slice() else {
        return None;
    };
    let &[n, m] = network.output_shape(layer)? else {
        return None;
    };
    let weights = [rows, c, n, m].into_iter().try_fold(1_u64, u64::checked_mul)?;
    Some(GemmParams { n, m, c, weights })
}

/// Parameters of a pooling layer with a window.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(
    missing_docs,
    reason = "names of the original's notation; they are the attributes of the file"
)]
pub struct PoolParams {
    pub kernel: Vec<i64>,
    pub padding: Option<Vec<i64>>,
    pub stride: Option<Vec<i64>>,
}

/// Attributes of a pooling layer as they stand in the file; `None` for layers without a window.
pub fn pool_params(network: &Network, layer: LayerId) -> Option<PoolParams> {
    let node = network
        .layers
        .get(layer)
        .filter(|l| matches!(l.op.as_str(), "MaxPool" | "AveragePool"))?;
    Some(PoolParams {
        kernel: ints(node, "kernel_shape")?.to_vec(),
        padding: ints(node, "pads").map(<[i64]>::to_vec),
        stride: ints(node, "strides").map(<[i64]>::to_vec),
    })
}

fn ints<'a>(layer: &'a Layer, name: &str) -> Option<&'a [i64]> {
    match layer.attribute(name)? {
        Attribute::Ints(values) => Some(values),
        Attribute::Int(value) => Some(std::slice::from_ref(value)),
        _ => None,
    }
}
