//! Costs of bundles in the reference files.

use cutscape::cost::profile::{BundleCost, BundleTable};
use cutscape::network::blocks::Blocks;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Bundle {
    pub device: String,
    pub first: usize,
    pub last: usize,
    pub frequency: Option<i64>,
    pub latency_s: f64,
    pub energy_uj: Option<f64>,
}

pub fn table(blocks: &Blocks, bundles: &[Bundle], device: &str) -> BundleTable {
    let own = bundles.iter().filter(|bundle| bundle.device == device);
    let costs = own.map(|bundle| {
        let cost = BundleCost {
            clock_hz: bundle.frequency.and_then(|clock| u64::try_from(clock).ok()),
            latency_s: bundle.latency_s,
            energy_j: bundle.energy_uj.map(|energy| energy / 1e6),
            runs: 1,
            estimated: false,
        };
        ((bundle.first, bundle.last), cost)
    });
    BundleTable::of(blocks.len(), costs)
}
