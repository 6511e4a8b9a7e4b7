//! A table of bundles in files: one short row per bundle and clock.

use crate::cost::profile::{BundleCost, BundleTable};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// First and last block, clock in hertz, seconds, joules, runs, whether it is estimated.
type Row = (usize, usize, Option<u64>, f64, Option<f64>, usize, bool);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    /// Blocks of the network.
    blocks: usize,
    rows: Vec<Row>,
}

pub(super) fn serialize<S: Serializer>(table: &Arc<BundleTable>, serializer: S) -> Result<S::Ok, S::Error> {
    let row = |((first, last), cost): ((usize, usize), &BundleCost)| {
        let BundleCost {
            clock_hz,
            latency_s,
            energy_j,
            runs,
            estimated,
        } = *cost;
        (first, last, clock_hz, latency_s, energy_j, runs, estimated)
    };
    let stored = Stored {
        blocks: table.blocks(),
        rows: table.iter().map(row).collect(),
    };
    stored.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<BundleTable>, D::Error> {
    let Stored { blocks, rows } = Stored::deserialize(deserializer)?;
    let count = rows.len();
    let costs = rows
        .into_iter()
        .map(|(first, last, clock_hz, latency_s, energy_j, runs, estimated)| {
            let cost = BundleCost {
                clock_hz,
                latency_s,
                energy_j,
                runs,
                estimated,
            };
            ((first, last), cost)
        });
    let table = BundleTable::of(blocks, costs);
    if table.iter().count() < count {
        return Err(D::Error::custom("a bundle has two costs at one clock"));
    }
    Ok(Arc::new(table))
}
