//! Opening files: protobuf, shapes, raw and fused view, statistics. Bars (medians on two cores): resnet50 20 ms, vit_b_16
//! 80 ms, a file with 500 MB of weights 100 ms.
#![expect(clippy::unwrap_used, reason = "a failed step ends the bench")]

use criterion::{Criterion, criterion_group, criterion_main};
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::statistics::{CountedAt, total};
use std::hint::black_box;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

#[path = "../common/onnx.rs"]
mod onnx;

fn everything(path: &Path) {
    let imported = open(path, &ImportOptions::default()).unwrap();
    let at = CountedAt {
        weight_bits: 8,
        activation_bits: 8,
    };
    black_box(total(&imported.network, at));
    black_box(fuse(&imported.network));
}

/// Fifty convolutions with 10 MB of weights each, written as holes of a sparse file.
fn big_file() -> tempfile::NamedTempFile {
    const LAYERS: usize = 50;
    const WEIGHT_BYTES: u64 = 4 * 530 * 530 * 9;
    let mut parts = Vec::new();
    for layer in 0..LAYERS {
        let weight = onnx::weight(&format!("w{layer}"), &[530, 530, 3, 3])
            .length(9, WEIGHT_BYTES)
            .0;
        parts.push((
            onnx::Message::default().length(5, weight.len() as u64 + WEIGHT_BYTES).0,
            weight,
        ));
    }
    let name = |i: usize| format!("v{i}");
    let mut tail = onnx::Message::default().message(11, onnx::value(&name(0), &[1, 530, 224, 224]));
    for layer in 0..LAYERS {
        let pads = onnx::ints("pads", &[1, 1, 1, 1]);
        let conv = onnx::node("Conv", &[&name(layer), &format!("w{layer}")], &[&name(layer + 1)]);
        tail = tail.message(1, conv.message(5, pads));
    }
    tail = tail.message(12, onnx::Message::default().bytes(1, name(LAYERS)));
    let weights: u64 = parts
        .iter()
        .map(|(tag, head)| (tag.len() + head.len()) as u64 + WEIGHT_BYTES)
        .sum();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let front = onnx::Message::default()
        .int(1, 8)
        .length(7, weights + tail.0.len() as u64);
    file.write_all(&front.0).unwrap();
    for (tag, head) in parts {
        file.write_all(&tag).unwrap();
        file.write_all(&head).unwrap();
        file.as_file_mut()
            .seek(SeekFrom::Current(WEIGHT_BYTES.cast_signed()))
            .unwrap();
    }
    file.write_all(&tail.0).unwrap();
    file
}

fn import(c: &mut Criterion) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    for name in ["resnet50", "densenet121", "vit_b_16"] {
        let path = models.join(format!("{name}.onnx"));
        c.bench_function(&format!("import {name}"), |b| b.iter(|| everything(&path)));
    }
    let file = big_file();
    assert!(file.as_file().metadata().unwrap().len() > 500_000_000);
    c.bench_function("import 500 MB of weights", |b| b.iter(|| everything(file.path())));
}

criterion_group!(benches, import);
criterion_main!(benches);
