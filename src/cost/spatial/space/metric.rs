//! What designs are compared by, and which are kept.

use serde::{Deserialize, Serialize};

/// A number of a design, less being better. E = energy, D = latency, both summed over layers; A = area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Metric {
    /// E × D.
    Edp,
    /// E × A.
    Eap,
    /// A × D.
    Adp,
    /// E × D × A.
    #[default]
    Edap,
    /// E × D × A².
    Eda2p,
    /// D.
    Latency,
    /// E.
    Energy,
    /// A.
    Area,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Edp,
        Self::Eap,
        Self::Adp,
        Self::Edap,
        Self::Eda2p,
        Self::Latency,
        Self::Energy,
        Self::Area,
    ];

    /// Its name in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Edp => "energy × latency",
            Self::Eap => "energy × area",
            Self::Adp => "area × latency",
            Self::Edap => "energy × latency × area",
            Self::Eda2p => "energy × latency × area²",
            Self::Latency => "latency",
            Self::Energy => "energy",
            Self::Area => "area",
        }
    }

    /// Its value.
    pub fn value(self, totals: Totals) -> f64 {
        let Totals {
            energy_j: energy,
            latency_s: latency,
            area_m2: area,
        } = totals;
        match self {
            Self::Edp => energy * latency,
            Self::Eap => energy * area,
            Self::Adp => latency * area,
            Self::Edap => energy * latency * area,
            Self::Eda2p => energy * latency * area * area,
            Self::Latency => latency,
            Self::Energy => energy,
            Self::Area => area,
        }
    }
}

/// What a metric is made of, for a whole network or one layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Joules.
    pub energy_j: f64,
    /// Seconds.
    pub latency_s: f64,
    /// Square metres of the design.
    pub area_m2: f64,
}

/// Indices of the designs that are kept, ascending. `layers` are the designs, each with the same layers in the same order.
///
/// `strict` keeps the `count` best over all layers; otherwise the `count` best of every single layer are kept, all together. Equal ones: the
/// first. All are kept where `count` is `None` or there are no more than that.
pub fn top(layers: &[Vec<Totals>], metric: Metric, count: Option<usize>, strict: bool) -> Vec<usize> {
    let Some(count) = count.filter(|&count| count < layers.len()) else {
        return (0..layers.len()).collect();
    };
    let mut kept = std::collections::BTreeSet::new();
    let mut keep = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        kept.extend(order.into_iter().take(count));
    };
    let depth = layers.iter().map(Vec::len).min().unwrap_or(0);
    if strict {
        let of_all = layers
            .iter()
            .map(|layers| total(layers).map_or(f64::INFINITY, |all| metric.value(all)));
        keep(&of_all.collect::<Vec<f64>>());
    } else {
        for layer in 0..depth {
            let of_layer = layers.iter().map(|layers| metric.value(layers[layer]));
            keep(&of_layer.collect::<Vec<f64>>());
        }
    }
    kept.into_iter().collect()
}

/// The totals over a design's layers; `None` if it has none.
pub fn total(layers: &[Totals]) -> Option<Totals> {
    let first = layers.first()?;
    Some(Totals {
        energy_j: layers.iter().map(|layer| layer.energy_j).sum(),
        latency_s: layers.iter().map(|layer| layer.latency_s).sum(),
        area_m2: first.area_m2,
    })
}
