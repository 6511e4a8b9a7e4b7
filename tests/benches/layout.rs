//! How long drawings take: 600 layers without dense skips < 50 ms, densenet121 (raw view) < 250 ms.

use criterion::Criterion;
use cutscape::app::graph::layout::lay_out;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{Network, ScheduleKind};
use std::hint::black_box;
use std::path::Path;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for name in ["resnet50", "googlenet", "efficientnet_b0", "vit_b_16", "densenet121"] {
        let network = model(name);
        let schedule = network.schedule(ScheduleKind::default());
        let id = format!("layout/{name}/{}", network.layers.len());
        criterion.bench_function(&id, |bencher| {
            bencher.iter(|| lay_out(black_box(&network), &schedule, &|| false));
        });
    }
    criterion.final_summary();
}

/// The raw view of a bundled network.
fn model(name: &str) -> Network {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{name}.onnx"));
    match open(&path, &ImportOptions::default()) {
        Ok(imported) => imported.network,
        Err(error) => panic!("{error}"),
    }
}
