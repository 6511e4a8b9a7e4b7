//! Which sizes of tensors bundles were measured at: with another batch, a network of the same layers takes other times.

use crate::network::blocks::Blocks;
use crate::network::{Network, TensorId};
use crate::units::Unit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bits per element that bytes are counted with, as blocks count them.
const ELEMENT_BITS: u32 = 32;

/// Sizes of a network's tensors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// Symbolic dimensions of the file, such as the batch, and their sizes.
    #[serde(default)]
    pub symbols: BTreeMap<String, u64>,
    /// Bytes before each block and behind the last, with 32 bits per element; `None` = not known, and not compared.
    pub bytes: Vec<Option<u64>>,
}

impl Sizes {
    /// Those of `raw`, the raw view of a network, where the blocks are its own; those of the publication where they are published ones.
    pub fn of(raw: &Network, blocks: &Blocks) -> Self {
        let symbols = match blocks.is_published() {
            true => BTreeMap::new(),
            false => raw.symbols.clone(),
        };
        Self {
            symbols,
            bytes: blocks.comparable_bytes(),
        }
    }

    /// Those of a network in any view, by first and last block of its layers; what fusion joined has no sizes between.
    pub(super) fn over(network: &Network, blocks_of: &[Option<(usize, usize)>], blocks: usize) -> Self {
        let bytes = |tensor: TensorId| {
            let tensor = network.tensors.get(tensor)?;
            tensor.elements().map(|_| tensor.bytes(ELEMENT_BITS))
        };
        let sum = |tensors: &[TensorId]| {
            let each = tensors.iter().map(|&tensor| bytes(tensor));
            each.sum::<Option<u64>>()
        };
        let mut all = vec![Some(0_u64); blocks + 1];
        let block = |layer: usize| blocks_of.get(layer).copied().flatten();
        for (id, tensor) in network.tensors.iter().enumerate() {
            let read = tensor.consumers.iter().filter_map(|&layer| block(layer));
            let Some(read) = read.map(|(_, last)| last).max() else {
                continue;
            };
            let made = tensor.producer.map_or(Some(0), |layer| Some(block(layer)?.1));
            for own in made.into_iter().flat_map(|made| made + 1..=read) {
                if let Some(sum) = all.get_mut(own) {
                    *sum = sum.zip(bytes(id)).map(|(sum, own)| sum.saturating_add(own));
                }
            }
        }
        for &(first, last) in blocks_of.iter().flatten() {
            let inside = all.iter_mut().take(last + 1).skip(first + 1);
            inside.for_each(|own| *own = None);
        }
        if let Some(first) = all.first_mut() {
            *first = sum(&network.inputs);
        }
        if let Some(last) = all.last_mut() {
            *last = sum(&network.outputs);
        }
        Self {
            symbols: network.symbols.clone(),
            bytes: all,
        }
    }

    /// That something was measured at these sizes and not at those of the open network, in words; `name` tells blocks. `None` = they are the
    /// same, as far as both are known.
    pub fn unlike<'a>(&self, open: &Self, name: impl Fn(usize) -> &'a str) -> Option<String> {
        let pairs = self.bytes.iter().zip(&open.bytes).enumerate();
        let mut pairs = pairs.filter_map(|(at, (was, is))| Some((at, (*was)?, (*is)?)));
        let bytes = pairs.find(|(_, was, is)| was != is);
        let symbols: Vec<(&str, u64, u64)> = self
            .symbols
            .iter()
            .filter_map(|(symbol, &was)| Some((symbol.as_str(), was, *open.symbols.get(symbol)?)))
            .filter(|(_, was, is)| was != is)
            .collect();
        let place = |at: usize| match at {
            0 => "input".to_owned(),
            at if at + 1 == self.bytes.len() => "output".to_owned(),
            at => format!("before {}", name(at)),
        };
        let words = |own: &dyn Fn(u64, u64) -> u64| {
            let each = symbols
                .iter()
                .map(|&(symbol, was, is)| format!("{symbol} = {}", own(was, is)));
            let each = each.collect::<Vec<_>>().join(", ");
            let size = bytes.map(|(at, was, is)| format!("{} {}", Unit::Bytes.format(own(was, is) as f64), place(at)));
            match size {
                Some(size) if each.is_empty() => size,
                Some(size) => format!("{each} ({size})"),
                None => each,
            }
        };
        let differs = bytes.is_some() || !symbols.is_empty();
        differs.then(|| format!("measured with {}, open is {}", words(&|was, _| was), words(&|_, is| is)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::profile::{BundleCost, BundleTable, Profile};
    use crate::cost::{CostModel, Widths};
    use crate::network::fusion::fuse;
    use crate::network::import::{ImportOptions, open};
    use std::path::Path;

    const WIDTHS: Widths = Widths {
        activation_bits: 32,
        weight_bits: 32,
    };

    fn network(name: &str, symbols: &[(&str, u64)]) -> Network {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{name}.onnx"));
        let symbols = symbols
            .iter()
            .map(|&(symbol, size)| (symbol.to_owned(), size))
            .collect();
        open(&path, &ImportOptions { symbols }).unwrap().network
    }

    fn profile(raw: &Network, blocks: &Blocks) -> Profile {
        let cost = BundleCost {
            clock_hz: None,
            latency_s: 1.0,
            energy_j: None,
            runs: 1,
            estimated: false,
        };
        let whole = ((0, blocks.len() - 1), cost);
        Profile::new("bench", raw, blocks, BundleTable::of(blocks.len(), [whole])).unwrap()
    }

    #[test]
    fn every_network_has_the_sizes_it_was_measured_at_in_both_views() {
        for name in [
            "alexnet",
            "vgg11",
            "vit_b_16",
            "squeezenet1_1",
            "digits_resnet",
            "resnet50",
        ] {
            let raw = network(name, &[]);
            let fused = fuse(&raw);
            let published = Blocks::PRESETS.into_iter().filter_map(Blocks::preset);
            let published = published.filter(|blocks| blocks.laid_over(&raw).is_ok());
            for blocks in Blocks::of_network(&raw).into_iter().chain(published) {
                let profile = profile(&raw, &blocks);
                assert_eq!(profile.other_sizes(&raw), None, "{name}");
                assert_eq!(profile.other_sizes(&fused), None, "{name}");
                let known = profile.sizes.as_ref().map(|sizes| sizes.bytes.iter().flatten().count());
                assert!(known.is_some_and(|known| known + 2 > blocks.len()), "{name}: {known:?}");
            }
        }
    }

    #[test]
    fn another_batch_is_told_and_costs_nothing_known() {
        let one = network("digits_resnet", &[("batch", 1)]);
        let many = network("digits_resnet", &[("batch", 64)]);
        let profile = profile(&one, &Blocks::of_network(&one).unwrap());
        for view in [many.clone(), fuse(&many)] {
            let words = profile.other_sizes(&view).unwrap();
            assert!(words.starts_with("measured with batch = 1 ("), "{words}");
            assert!(words.contains("input), open is batch = 64 ("), "{words}");
            let layers: Vec<usize> = (0..view.layers.len()).collect();
            let partitions = profile.partitions(&view, WIDTHS).unwrap();
            assert_eq!(partitions.cost(&layers), None);
            assert!(partitions.why_not(&layers).reason.contains(&words));
            let refused = profile.partition(&view, &layers, WIDTHS).unwrap_err();
            assert!(refused.reason.contains("open is batch = 64"), "{}", refused.reason);
        }
        assert_eq!(profile.other_sizes(&fuse(&one)), None);
        // Files from before sizes were recorded serve as they did, and say so.
        let old = Profile { sizes: None, ..profile };
        let layers: Vec<usize> = (0..many.layers.len()).collect();
        let partitions = old.partitions(&many, WIDTHS).unwrap();
        assert!(partitions.cost(&layers).is_some());
        let told = partitions.assumptions(&layers);
        assert!(
            told.iter()
                .any(|words| words.contains("sizes it was measured at are not recorded")),
            "{told:?}"
        );
    }

    #[test]
    fn files_with_and_without_sizes_are_opened_and_saved_as_they_are() {
        let raw = network("digits_resnet", &[]);
        let new = profile(&raw, &Blocks::of_network(&raw).unwrap());
        let old = Profile {
            sizes: None,
            ..new.clone()
        };
        for own in [new, old] {
            let text = ron::to_string(&own).unwrap();
            assert_eq!(text.contains("sizes"), own.sizes.is_some());
            let opened: Profile = ron::from_str(&text).unwrap();
            assert_eq!(ron::to_string(&opened).unwrap(), text);
            assert_eq!(opened, own);
        }
    }

    #[test]
    fn without_symbols_the_bytes_tell() {
        let of = |bytes: [u64; 3]| Sizes {
            symbols: BTreeMap::new(),
            bytes: bytes.map(Some).to_vec(),
        };
        let name = |at: usize| ["conv1", "fc1"][at];
        let own = of([602_112, 1000, 4]);
        assert_eq!(own.unlike(&own, name), None);
        assert_eq!(
            own.unlike(&of([1_204_224, 2000, 8]), name).as_deref(),
            Some("measured with 602 kB input, open is 1.20 MB input")
        );
        assert_eq!(
            own.unlike(&of([602_112, 2000, 4]), name).as_deref(),
            Some("measured with 1.00 kB before fc1, open is 2.00 kB before fc1")
        );
        let unknown = Sizes {
            bytes: vec![Some(602_112), None, None],
            ..own.clone()
        };
        assert_eq!(unknown.unlike(&of([602_112, 7, 8]), name), None);
    }
}
