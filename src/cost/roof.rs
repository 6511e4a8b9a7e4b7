//! The roof over a device's rates, and where a layer lies below it (Williams, Waterman and Patterson, CACM 52(4), 2009).
//!
//! A device model that is added says here what bounds it and which bytes its layers' intensities count.

use super::roofline::Work;
use super::spatial::architecture::{Architecture, Level};
use super::spatial::count::Counted;
use super::spatial::model::Detail;
use super::{LayerCost, Widths};
use crate::network::{LayerId, Network};
use crate::system::DeviceModel;

/// What no layer can go beyond on a device: min(peak, bandwidth × intensity).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roof {
    /// Multiply-accumulates per second at best.
    pub macs_per_s: f64,
    /// Bytes per second between the arithmetic and the memory; `None` = not limited.
    pub bandwidth_bytes_per_s: Option<f64>,
}

impl Roof {
    /// The highest rate in MAC/s at an intensity in MAC/B.
    pub fn at(&self, macs_per_byte: f64) -> f64 {
        let slope = self.bandwidth_bytes_per_s.map(|bandwidth| bandwidth * macs_per_byte);
        slope.map_or(self.macs_per_s, |slope| slope.min(self.macs_per_s))
    }

    /// The intensity in MAC/B from which on the arithmetic is the limit; `None` where it always is.
    pub fn ridge(&self) -> Option<f64> {
        Some(self.macs_per_s / self.bandwidth_bytes_per_s?)
    }
}

impl Architecture {
    /// The roof of a spatial accelerator: all MAC units at work, under what its main memory brings in and out.
    ///
    /// Where only its reads or only its writes are limited, the other way's words are not, and so the sum of both is not.
    pub fn roof(&self) -> Roof {
        let both_ways = |level: &Level| {
            let separate = level.read_words_per_cycle.zip(level.write_words_per_cycle);
            let separate = separate.map(|(read, write)| read + write);
            let least = level.shared_words_per_cycle.into_iter().chain(separate);
            least.reduce(f64::min)
        };
        let bandwidth = self.levels.first().and_then(|main| {
            let bytes_per_word = f64::from(main.word_bits) / 8.0;
            Some(both_ways(main)? * bytes_per_word * main.instances() as f64 * self.clock_hz)
        });
        Roof {
            macs_per_s: self.peak_macs_per_s(),
            bandwidth_bytes_per_s: bandwidth,
        }
    }

    /// Bytes a mapping moves in and out of the main memory: those that the bandwidth of [`Self::roof`] carries.
    pub fn main_memory_bytes(&self, counted: &Counted) -> u64 {
        let main = self.levels.first().zip(counted.levels.first());
        main.map_or(0, |(level, count)| {
            let words = count.words().saturating_mul(count.instances_used);
            words.saturating_mul(u64::from(level.word_bits)).div_ceil(8)
        })
    }
}

/// A layer as it runs on a device: what it computes, what it moves and how long that takes, none of them 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// Multiply-accumulates.
    pub macs: u64,
    /// Bytes moved between arithmetic and memory.
    pub bytes: u64,
    /// Seconds.
    pub latency_s: f64,
    /// Bits of the wider operand of its arithmetic, which the file may have quantised.
    pub operand_bits: u32,
    /// The roof at that width; `None` = the model knows none.
    pub roof: Option<Roof>,
}

impl Run {
    /// Multiply-accumulates per byte moved.
    pub fn intensity(&self) -> f64 {
        self.macs as f64 / self.bytes as f64
    }

    /// Multiply-accumulates per second.
    pub fn macs_per_s(&self) -> f64 {
        self.macs as f64 / self.latency_s
    }

    /// The rate as a share of what the roof allows at this intensity.
    pub fn share(&self) -> Option<f64> {
        Some(self.macs_per_s() / self.roof?.at(self.intensity()))
    }
}

/// Why a layer has no place below a roof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placeless {
    /// It has no multiply-accumulates.
    NoMacs,
    /// Nobody knows how many it has.
    UnknownMacs,
    /// A tensor of unknown size: the bytes are not known.
    UnknownBytes,
    /// It takes no time.
    NoTime,
}

/// Why a device has no roof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Roofless {
    /// Its latencies stand in a table, which does not say what bounds them.
    Table,
    /// It cannot compute with operands that wide.
    TooWide,
}

impl DeviceModel {
    /// The roof for operands of `bits` bits.
    pub fn roof(&self, bits: u32) -> Result<Roof, Roofless> {
        match self {
            Self::Roofline(model) => {
                let (_, arithmetic) = model.arithmetic_for(bits).ok_or(Roofless::TooWide)?;
                let bandwidth = Some(model.bandwidth_bytes_per_s).filter(|bandwidth| bandwidth.is_finite());
                Ok(Roof {
                    macs_per_s: arithmetic.macs_per_s,
                    bandwidth_bytes_per_s: bandwidth,
                })
            }
            Self::Table(_) | Self::Profile(_) => Err(Roofless::Table),
            Self::Spatial(model) if bits > model.architecture.mac.bits => Err(Roofless::TooWide),
            Self::Spatial(model) => Ok(model.architecture.roof()),
        }
    }

    /// Bytes a layer moves between arithmetic and memory: those that the bandwidth of [`Self::roof`] carries.
    fn moved_bytes(&self, work: &Work, cost: &LayerCost) -> u64 {
        match (self, cost.detail.as_deref()) {
            (Self::Spatial(model), Some(Detail::Array { found, repeat, .. })) => {
                let run = model.architecture.main_memory_bytes(&found.counted);
                run.saturating_mul(*repeat)
            }
            // A table does not say: every operand once is the least that can be.
            (Self::Roofline(_) | Self::Table(_) | Self::Spatial(_) | Self::Profile(_), _) => work.bytes(),
        }
    }

    /// How a layer that costs this much on a device of this model runs there.
    pub fn run(&self, network: &Network, layer: LayerId, widths: Widths, cost: &LayerCost) -> Result<Run, Placeless> {
        let description = &network.layers[layer];
        let macs = match description.macs {
            None => return Err(Placeless::UnknownMacs),
            Some(0) => return Err(Placeless::NoMacs),
            Some(macs) => macs,
        };
        let mut tensors = description.inputs.iter().chain(&description.outputs);
        let work = Work::of(network, description, widths);
        let bytes = self.moved_bytes(&work, cost);
        if bytes == 0 || tensors.any(|&tensor| network.tensors[tensor].elements().is_none()) {
            return Err(Placeless::UnknownBytes);
        }
        if cost.latency_s <= 0.0 {
            return Err(Placeless::NoTime);
        }
        Ok(Run {
            macs,
            bytes,
            latency_s: cost.latency_s,
            operand_bits: work.operand_bits,
            roof: self.roof(work.operand_bits).ok(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::LimitedBy;
    use crate::cost::layer_table::{LayerRow, LayerTable, MissingRows};
    use crate::cost::spatial::count::count;
    use crate::cost::spatial::dim::Dim;
    use crate::cost::spatial::mapping::{LevelMapping, Mapping};
    use crate::cost::spatial::rules::Rules;
    use crate::cost::spatial::workload::Workload;
    use crate::project::sample;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    const WIDTHS: Widths = Widths {
        activation_bits: 8,
        weight_bits: 8,
    };

    fn table() -> DeviceModel {
        let row = LayerRow {
            latency_s: 1e-3,
            energy_j: 0.0,
        };
        DeviceModel::Table(LayerTable {
            source: "bench".to_owned(),
            missing: MissingRows::Free,
            layers: Arc::new(BTreeMap::from([("layer0".to_owned(), row)])),
        })
    }

    fn cost(model: &DeviceModel, network: &Network, layer: LayerId) -> LayerCost {
        let whole = model.cost_model().partition(network, &[layer], WIDTHS).unwrap();
        whole.layers[0].clone()
    }

    #[test]
    fn the_roof_rises_to_its_ridge_and_is_flat_from_there() {
        let roof = sample::device("A").model.roof(8).unwrap();
        assert_eq!(roof.ridge(), Some(1.1e9 / 4e9));
        assert_eq!((roof.at(0.1), roof.at(0.275), roof.at(100.0)), (4e8, 1.1e9, 1.1e9));
        let flat = Roof {
            bandwidth_bytes_per_s: None,
            ..roof
        };
        assert_eq!((flat.ridge(), flat.at(1e-9)), (None, 1.1e9));
        assert_eq!(sample::device("A").model.roof(16), Err(Roofless::TooWide));
        assert_eq!(table().roof(8), Err(Roofless::Table));
    }

    /// A main memory of 16-bit words, a buffer that holds everything, and four MAC units in a row.
    fn accelerator(limits: &str) -> Architecture {
        let level = |name: &str, storage: &str, limits: &str| {
            format!(
                "(name: \"{name}\", storage: (class: {storage}), word_bits: 16, {limits} read_energy_j: 1e-12, write_energy_j: 1e-12, \
                 keep: (Yes, Yes, Yes))"
            )
        };
        let levels = [level("DRAM", "Dram(Lpddr4)", limits), level("buffer", "Sram", "")].join(", ");
        let text =
            format!("(clock_hz: 1e9, levels: [{levels}], mac: (bits: 16, mesh_x: 4, mesh_y: 1, energy_j: 1e-12))");
        ron::from_str(&text).unwrap()
    }

    #[test]
    fn a_spatial_accelerator_is_bounded_by_its_units_and_its_main_memory() {
        let bandwidth = |limits: &str| accelerator(limits).roof().bandwidth_bytes_per_s;
        assert_eq!(bandwidth(""), None);
        assert_eq!(bandwidth("read_words_per_cycle: Some(3),"), None);
        let ways = "read_words_per_cycle: Some(3), write_words_per_cycle: Some(1),";
        assert_eq!(bandwidth(ways), Some(8e9));
        assert_eq!(
            bandwidth(&format!("{ways} shared_words_per_cycle: Some(2),")),
            Some(4e9)
        );
        assert_eq!(accelerator("").roof().macs_per_s, 4e9);
    }

    #[test]
    fn no_mapping_goes_beyond_the_roof_of_its_accelerator() {
        let architecture = accelerator("shared_words_per_cycle: Some(0.5),");
        let workload = Workload::convolution([1, 4, 8, 6, 6, 3, 3], [1, 1]);
        let temporal = [(Dim::P, 6), (Dim::C, 8), (Dim::Q, 6), (Dim::R, 3), (Dim::S, 3)];
        let level = |temporal: &[(Dim, u64)], spatial: &[(Dim, u64)]| LevelMapping {
            keep: [true; 3],
            temporal: temporal.to_vec(),
            spatial: spatial.to_vec(),
        };
        // All loops within the buffer, which moves every word once; then columns and channels outside, which moves outputs again and again.
        let spread = [(Dim::M, 4)];
        let mappings = [
            [level(&[], &[]), level(&temporal, &spread)],
            [level(&temporal[..2], &[]), level(&temporal[2..], &spread)],
        ];
        let mut moved = Vec::new();
        for levels in mappings {
            let mapping = Mapping {
                levels: levels.to_vec(),
            };
            let counted = count(&architecture, &workload, &mapping, Rules::default());
            let bytes = architecture.main_memory_bytes(&counted);
            let rate = workload.macs() as f64 * architecture.clock_hz / counted.cycles as f64;
            let roof = architecture.roof();
            assert!(rate <= roof.at(workload.macs() as f64 / bytes as f64) * (1.0 + 1e-9));
            moved.push(bytes);
        }
        let (weights, inputs, outputs) = (4 * 8 * 9, 8 * 8 * 8, 4 * 36);
        assert_eq!(moved[0], 2 * (weights + inputs + outputs));
        assert!(moved[1] > moved[0], "{moved:?}");
    }

    #[test]
    fn an_endless_bandwidth_is_no_limit() {
        let mut device = sample::device("A");
        let DeviceModel::Roofline(model) = &mut device.model else {
            panic!("a roofline")
        };
        model.bandwidth_bytes_per_s = f64::INFINITY;
        assert_eq!(device.model.roof(8).unwrap().bandwidth_bytes_per_s, None);
    }

    #[test]
    fn no_layer_lies_above_its_roof_and_without_overhead_it_lies_on_it() {
        let network = sample::branches();
        let mut model = sample::device("A").model;
        for overhead_s in [1e-6, 0.0] {
            *(match &mut model {
                DeviceModel::Roofline(model) => &mut model.overhead_s,
                _ => panic!("a roofline"),
            }) = overhead_s;
            for layer in 0..network.layers.len() {
                let cost = cost(&model, &network, layer);
                let run = model.run(&network, layer, WIDTHS, &cost).unwrap();
                // Every tensor has 128 bytes; layer 5 reads two.
                let bytes = 128 * (network.layers[layer].inputs.len() as u64 + 1);
                assert_eq!((run.macs, run.bytes), (1000 * (layer as u64 + 1), bytes));
                let share = run.share().unwrap();
                match overhead_s {
                    0.0 => assert!((share - 1.0).abs() < 1e-12, "{share}"),
                    _ => assert!(share < 1.0, "{share}"),
                }
            }
        }
    }

    #[test]
    fn a_table_has_rates_without_a_roof() {
        let network = sample::branches();
        let model = table();
        let run = model.run(&network, 0, WIDTHS, &cost(&model, &network, 0)).unwrap();
        assert_eq!((run.macs_per_s(), run.intensity()), (1e6, 1000.0 / 256.0));
        assert_eq!((run.roof, run.share()), (None, None));
        let free = cost(&model, &network, 1);
        assert_eq!(free.limited_by, LimitedBy::Table);
        assert_eq!(model.run(&network, 1, WIDTHS, &free), Err(Placeless::NoTime));
    }

    #[test]
    fn layers_without_numbers_have_no_place() {
        let mut network = sample::branches();
        let model = sample::device("A").model;
        let costs: Vec<_> = (0..3).map(|layer| cost(&model, &network, layer)).collect();
        network.layers[0].macs = Some(0);
        network.layers[1].macs = None;
        let output = network.layers[2].outputs[0];
        network.tensors[output].shape = None;
        let why = |layer: LayerId| model.run(&network, layer, WIDTHS, &costs[layer]).unwrap_err();
        let expected = [Placeless::NoMacs, Placeless::UnknownMacs, Placeless::UnknownBytes];
        assert_eq!([0, 1, 2].map(why), expected);
    }
}
