use super::*;
use crate::cost::spatial::dim::Dim;
use crate::network::DataType;
use crate::project::sample;

/// A network of one layer with two data operands at most.
fn alone(op: &str, inputs: &[&[u64]], constants: &[&[u64]], output: &[u64], macs: u64) -> Network {
    let mut network = sample::convolutions();
    let (first, second) = (network.layers[0].inputs[0], network.layers[1].outputs[0]);
    let result = network.layers[0].outputs[0];
    for (tensor, shape) in [first, second].into_iter().zip(inputs) {
        network.tensors[tensor].shape = Some(shape.to_vec());
    }
    network.tensors[result].shape = Some(output.to_vec());
    let layer = &mut network.layers[0];
    layer.op = op.into();
    layer.macs = Some(macs);
    layer.inputs = [first, second][..inputs.len()].to_vec();
    layer.constants = constants
        .iter()
        .map(|shape| Constant {
            name: "w".into(),
            dtype: DataType::Float32,
            shape: shape.to_vec(),
        })
        .collect();
    network
}

fn nest(network: &Network) -> Nest {
    match Work::of(network, 0, Rules::default()).unwrap() {
        Work::Nest(nest) => nest,
        other => panic!("{other:?}"),
    }
}

fn product(network: &Network) -> ([u64; 3], u64) {
    let nest = nest(network);
    let at = |dim: Dim| nest.workload.bounds[dim.index()];
    ([at(Dim::N), at(Dim::M), at(Dim::C)], nest.repeat)
}

#[test]
fn what_is_added_to_a_product_is_none_of_its_operands() {
    // 64 windows of 32 heads: scores of 49 × 49 with the position bias of every head added.
    let macs = 64 * 32 * 49 * 49 * 32;
    let scores = [64 * 32, 49, 49];
    let operands: [&[u64]; 2] = [&[64 * 32, 49, 32], &[64 * 32, 32, 49]];
    let biased = alone("MatMul", &operands, &[&[1, 32, 49, 49]], &scores, macs);
    assert_eq!(product(&biased), ([49, 49, 32], 64 * 32));
    // A mask as large as one of the operands.
    let operands: [&[u64]; 2] = [&[4, 64, 64], &[4, 64, 64]];
    let masked = alone("MatMul", &operands, &[&[1, 64, 64]], &[4, 64, 64], 4 * 64 * 64 * 64);
    assert_eq!(product(&masked), ([64, 64, 64], 4));
    // A third operand of a Gemm that is larger than its matrix.
    let added = alone("Gemm", &[&[100, 10]], &[&[10, 20], &[100, 20]], &[100, 20], 20_000);
    assert_eq!(product(&added), ([100, 20, 10], 1));
    let computed = alone("Gemm", &[&[100, 10], &[100, 20]], &[&[10, 20]], &[100, 20], 20_000);
    assert_eq!(product(&computed), ([100, 20, 10], 1));
}

#[test]
fn operands_of_any_rank_and_packing_give_the_loops_of_a_product() {
    let vector = alone("MatMul", &[&[7, 5]], &[&[5]], &[7], 35);
    assert_eq!(product(&vector), ([7, 1, 5], 1));
    let shared = alone("MatMul", &[&[2, 7, 5]], &[&[5, 3]], &[2, 7, 3], 210);
    assert_eq!(product(&shared), ([14, 3, 5], 1));
    let stacked = alone("MatMul", &[&[2, 7, 5]], &[&[2, 5, 3]], &[2, 7, 3], 210);
    assert_eq!(product(&stacked), ([7, 3, 5], 2));
    let itself = alone("MatMul", &[&[2, 7, 7]], &[], &[2, 7, 7], 2 * 343);
    assert_eq!(product(&itself), ([7, 7, 7], 2));
    // Two weights in a byte.
    let packed = alone("MatMulNBits", &[&[6, 64]], &[&[32, 2, 16]], &[6, 32], 6 * 64 * 32);
    assert_eq!(product(&packed), ([6, 32, 64], 1));
}

#[test]
fn a_reshape_behind_a_convolution_does_not_change_its_loops() {
    let mut network = alone(
        "Conv",
        &[&[1, 3, 32, 64]],
        &[&[8, 3, 4, 4]],
        &[1, 8, 128],
        8 * 3 * 16 * 128,
    );
    network.layers[0].attributes = vec![("strides".into(), Attribute::Ints(vec![4, 4]))];
    let found = nest(&network);
    let at = |nest: &Nest, dim: Dim| nest.workload.bounds[dim.index()];
    assert_eq!((at(&found, Dim::Q), at(&found, Dim::P)), (8, 16));
    assert_eq!(found.assumption, None);
    // 4 × 16 could as well be 8 × 8.
    let shape = vec![1, 3, 16, 64];
    let input = network.layers[0].inputs[0];
    network.tensors[input].shape = Some(shape);
    let output = network.layers[0].outputs[0];
    network.tensors[output].shape = Some(vec![1, 512]);
    network.layers[0].macs = Some(8 * 3 * 16 * 64);
    let found = nest(&network);
    assert_eq!((at(&found, Dim::Q), at(&found, Dim::P)), (4, 16));
}

#[test]
fn a_large_constant_fused_into_a_convolution_is_not_its_kernel() {
    let constants: [&[u64]; 2] = [&[8, 4, 3, 3], &[1, 8, 8, 8]];
    let network = alone("Conv", &[&[1, 4, 8, 8]], &constants, &[1, 8, 8, 8], 8 * 4 * 9 * 64);
    let bounds = nest(&network).workload.bounds;
    assert_eq!(bounds[..7], [1, 8, 4, 8, 8, 3, 3]);
}

#[test]
fn work_that_is_not_known_is_said_to_be() {
    let mut network = alone("Conv", &[&[1, 4, 8, 8]], &[&[8, 4, 3, 3]], &[1, 8, 8, 8], 1);
    network.layers[0].macs = None;
    let Work::Vector(vector) = Work::of(&network, 0, Rules::default()).unwrap() else {
        panic!("it runs on the vector unit")
    };
    assert!(vector.assumption.unwrap().contains("The work of Conv is not known"));
}
