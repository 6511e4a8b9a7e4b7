//! Everything a candidate is judged by, prepared so that judging one takes time proportional to its cuts.

use super::error::{Fault, InputError, quoted};
use super::prefix::PrefixSums;
use super::{AreaRule, Graph, Platform, Rules};
use std::collections::BTreeMap;

/// Which sequences of platforms are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// Platform indices must not decrease along the chain.
    pub fixed: bool,
    /// Every partition, empty ones included, needs a platform of its own.
    pub each_once: bool,
    /// The largest number of different platforms.
    pub max_platforms: Option<usize>,
}

/// Limits on the totals; `None` = no limit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// Largest latency in milliseconds.
    pub latency_ms: Option<f64>,
    /// Largest energy in millijoules.
    pub energy_mj: Option<f64>,
    /// Largest area in square millimetres.
    pub area_mm2: Option<f64>,
    /// Smallest throughput in inferences per second.
    pub throughput_fps: Option<f64>,
}

/// What moving everything alive after a layer costs on a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// Bytes on the wire.
    pub bytes: u64,
    /// Milliseconds; infinite where the link has too little bandwidth.
    pub latency_ms: f64,
    /// Millijoules; infinite where the link has too little bandwidth.
    pub energy_mj: f64,
}

/// Bits that layers require, by a name that contains the layer's (`NAME/_wq` in the original's files).
pub type RequiredBits = BTreeMap<String, f64>;

/// A network on platforms with links, under rules and limits.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(super) graph: Graph,
    pub(super) platforms: Vec<Prepared>,
    /// Per link, what moving everything alive after each layer costs. No link = transfers are free.
    pub(super) links: Vec<Vec<Crossing>>,
    pub(super) order: Order,
    pub(super) limits: Limits,
    pub(super) rules: Rules,
}

/// A platform with its costs as running sums.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) name: String,
    pub(super) area: AreaRule,
    pub(super) designs: Vec<PreparedDesign>,
    /// Per layer the width it requires and the one it would get, where that is too little.
    pub(super) narrow: Vec<Option<Narrow>>,
    /// Number of too narrow layers before each index.
    narrow_before: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct PreparedDesign {
    pub(super) tag: u32,
    pub(super) latency_ms: PrefixSums,
    pub(super) energy_mj: PrefixSums,
    pub(super) layer_area_mm2: PrefixSums,
    pub(super) area_mm2: f64,
}

/// A layer that needs more bits than the platform has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Narrow {
    pub(super) required: f64,
    pub(super) available: f64,
}

impl Problem {
    /// Prepares the costs of `platforms`, each with at least one design. `links` hold the cost of every cut of the graph
    /// ([`super::links::crossings`]).
    pub fn new(
        graph: Graph,
        platforms: &[Platform],
        links: Vec<Vec<Crossing>>,
        required: &RequiredBits,
        rules: Rules,
    ) -> Self {
        let required: Vec<Option<f64>> = graph.layers.iter().map(|l| required_of(l, required, rules)).collect();
        let prepared = platforms.iter().map(|p| Prepared::new(p, &graph, &required, rules));
        Self {
            platforms: prepared.collect(),
            graph,
            links,
            order: Order::default(),
            limits: Limits::default(),
            rules,
        }
    }

    /// The same problem with only these sequences of platforms.
    pub fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// The same problem under these limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The network in running order.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Number of platforms.
    pub fn platforms(&self) -> usize {
        self.platforms.len()
    }

    /// The number in the tag of a platform's design.
    pub fn design_tag(&self, platform: usize, design: usize) -> Option<u32> {
        Some(self.platforms.get(platform)?.designs.get(design)?.tag)
    }
}

impl Prepared {
    fn new(platform: &Platform, graph: &Graph, required: &[Option<f64>], rules: Rules) -> Self {
        let narrow = |(layer, required): (&String, &Option<f64>)| {
            let (required, available) = ((*required)?, platform.bits.of(layer, rules)?);
            (required > available).then_some(Narrow { required, available })
        };
        let narrow: Vec<Option<Narrow>> = graph.layers.iter().zip(required).map(narrow).collect();
        let mut count = 0;
        let narrow_before = narrow.iter().map(|found| {
            count += usize::from(found.is_some());
            count
        });
        let designs = platform.table.designs.iter().map(|design| {
            let rows: BTreeMap<&str, _> = design.rows.iter().map(|(name, row)| (name.as_str(), *row)).collect();
            let row = |layer: &String| rows.get(layer.as_str()).copied().unwrap_or_default();
            PreparedDesign {
                tag: design.tag,
                latency_ms: PrefixSums::new(graph.layers.iter().map(|l| row(l).latency_ms)),
                energy_mj: PrefixSums::new(graph.layers.iter().map(|l| row(l).energy_mj)),
                layer_area_mm2: PrefixSums::new(graph.layers.iter().map(|l| row(l).area_mm2)),
                area_mm2: design.area_mm2(),
            }
        });
        Self {
            name: platform.name.clone(),
            area: platform.area,
            designs: designs.collect(),
            narrow_before: std::iter::once(0).chain(narrow_before).collect(),
            narrow,
        }
    }

    /// Whether every layer of a range has the width it requires.
    pub(super) fn is_wide_enough(&self, start: usize, end: usize) -> bool {
        self.narrow_before[start] == self.narrow_before[end]
    }
}

/// Reads required bits from JSON text: an object of layer names (with `/_wq` behind them in the original's files) and bits; `file`
/// names it in errors.
pub fn required_bits(text: &str, file: &str) -> Result<RequiredBits, InputError> {
    let read: Result<RequiredBits, _> = serde_json::from_str(text);
    let bits = read.map_err(|error| {
        let place = format!(":{}:{}", error.line(), error.column());
        let remedy = "Write one object of layer names and bits, for example {\"/conv1/Conv/_wq\": 8}";
        Fault::new(place, "this is no object of numbers", remedy).in_file(file)
    })?;
    if let Some((layer, bits)) = bits.iter().find(|(_, bits)| !(0.0..=64.0).contains(*bits)) {
        let problem = format!("{} requires {bits} bits", quoted(layer));
        return Err(Fault::new("", problem, "Write a number from 0 to 64").in_file(file));
    }
    Ok(bits)
}

/// Bits a layer requires; `None` = none.
fn required_of(layer: &str, required: &RequiredBits, rules: Rules) -> Option<f64> {
    let applies = |key: &str| {
        if rules.bits_by_substring {
            !layer.contains("input") && !layer.contains("output") && key.contains(layer)
        } else {
            key.strip_suffix("/_wq").unwrap_or(key) == layer
        }
    };
    let found = required.iter().filter(|(key, _)| applies(key)).map(|(_, &bits)| bits);
    found.reduce(f64::max)
}
