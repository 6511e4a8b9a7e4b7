//! An ONNX file of parallel branches that are joined at the end: (length + 1)^branches ideals and more.

use super::onnx::{Message, ints, node, value, weight};

/// Branches of so many 1×1 convolutions, whose widths differ from layer to layer and are the same in every run.
pub fn onnx(branches: usize, length: usize) -> Vec<u8> {
    const WIDTHS: [i64; 7] = [48, 12, 96, 24, 8, 64, 16];
    let graph = Message::default().bytes(2, "branches");
    let mut graph = graph.message(11, value("image", &[1, 24, 28, 28]));
    let mut ends = Vec::new();
    let mut wide = 0;
    for branch in 0..branches {
        let (mut input, mut channels) = ("image".to_owned(), 24);
        for place in 0..length {
            let next = WIDTHS[(3 * branch + 2 * place + branch * place) % WIDTHS.len()];
            let (name, output) = (format!("weight {branch} {place}"), format!("tensor {branch} {place}"));
            let conv = node("Conv", &[&input, &name], &[&output]);
            let conv = conv.bytes(3, format!("branch {branch} layer {place}"));
            graph = graph
                .message(1, conv.message(5, ints("kernel_shape", &[1, 1])))
                .message(5, weight(&name, &[next, channels, 1, 1]));
            (input, channels) = (output, next);
        }
        wide += channels;
        ends.push(input);
    }
    let ends: Vec<&str> = ends.iter().map(String::as_str).collect();
    let axis = Message::default().bytes(1, "axis").int(3, 1).int(20, 2);
    graph = graph
        .message(1, node("Concat", &ends, &["result"]).bytes(3, "join").message(5, axis))
        .message(12, value("result", &[1, wide, 28, 28]));
    let opset = Message::default().int(2, 17);
    Message::default().int(1, 8).message(7, graph).message(8, opset).0
}
