//! Which layers of an open network a chain of blocks stands for.

use super::{Blocks, BlocksError, starts};
use crate::network::{LayerId, Network};

/// How the beginning of a block of the published ViT is known in files torchvision exports.
const VIT_STARTS: [(&str, Start); 3] = [
    ("conv_proj", Start::Segment),
    ("process_input_operations", Start::Behind("conv_proj")),
    ("add_pos_embedding", Start::Layer("/encoder/Add")),
];

#[derive(Clone, Copy)]
enum Start {
    /// At the first layer with the block's name as a part of its path.
    Segment,
    /// Behind the last layer with this part in its path.
    Behind(&'static str),
    /// At the layer of this name.
    Layer(&'static str),
}

impl Blocks {
    /// Bytes at every boundary as [`Blocks::bytes`] has them; `None` where a published division counts otherwise than the network it is of: a
    /// class as the output, and all tokens before ViT's head.
    pub fn comparable_bytes(&self) -> Vec<Option<u64>> {
        let is_other = |at: usize| at == self.len() || self.names.get(at).is_some_and(|name| name == "head");
        let bytes = self.bytes.iter().enumerate();
        let known = |(at, &bytes): (usize, &u64)| (!(self.is_published && is_other(at))).then_some(bytes);
        bytes.map(known).collect()
    }

    /// Names of the raw layers of every block, in file order; `raw` must be the raw view. Blocks are those the network itself divides into, or begin where
    /// a layer has the block's name as a part of its path (`/encoder/layers/encoder_layer_3/…`).
    ///
    /// # Errors
    /// The network has other blocks.
    pub fn laid_over(&self, raw: &Network) -> Result<Vec<Vec<String>>, BlocksError> {
        let own = Self::of_network(raw);
        let starts = match &own {
            Ok(own) if own.names == self.names => Some(starts(raw)),
            _ => self.starts_by_path(raw),
        };
        let starts = starts.ok_or_else(|| BlocksError::Other {
            network: raw.name.clone(),
            blocks: self.names.join(", "),
            found: match own {
                Ok(own) => own.names.join(", "),
                Err(why) => why.to_string(),
            },
        })?;
        let ends = starts.iter().skip(1).copied().chain([raw.layers.len()]);
        let names = |(start, end): (LayerId, LayerId)| {
            let layers = raw.layers.get(start..end).unwrap_or_default();
            layers.iter().map(|layer| layer.name.clone()).collect()
        };
        Ok(starts.iter().copied().zip(ends).map(names).collect())
    }

    /// First layers of the blocks, the first of them 0; `None` = they are not all there, each before the next.
    fn starts_by_path(&self, raw: &Network) -> Option<Vec<LayerId>> {
        let has = |layer: LayerId, part: &str| raw.layers[layer].name.split('/').any(|segment| segment == part);
        let mut layers = 0..raw.layers.len();
        let start = |name: &String| {
            let known = VIT_STARTS.iter().find(|(block, _)| block == name);
            match known.map_or(Start::Segment, |(_, start)| *start) {
                Start::Segment => layers.clone().find(|&layer| has(layer, name)),
                Start::Behind(part) => layers
                    .clone()
                    .rev()
                    .find(|&layer| has(layer, part))
                    .map(|last| last + 1),
                Start::Layer(name) => layers.find(|&layer| raw.layers[layer].name == name),
            }
        };
        let mut starts: Vec<LayerId> = self.names.iter().map(start).collect::<Option<_>>()?;
        *starts.first_mut()? = 0;
        starts.is_sorted_by(|a, b| a < b).then_some(starts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::import::{ImportOptions, open};
    use std::path::Path;

    fn network(name: &str) -> Network {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{name}.onnx"));
        open(&path, &ImportOptions::default()).unwrap().network
    }

    #[test]
    fn the_published_blocks_are_found_in_exported_networks() {
        for (preset, file) in [("alexnet", "alexnet"), ("vgg11", "vgg11"), ("vit", "vit_b_16")] {
            let (blocks, raw) = (Blocks::preset(preset).unwrap(), network(file));
            let laid = blocks.laid_over(&raw).unwrap();
            assert_eq!(laid.len(), blocks.len());
            assert_eq!(laid.iter().map(Vec::len).sum::<usize>(), raw.layers.len(), "{file}");
            assert!(laid.iter().all(|layers| !layers.is_empty()), "{file}");
        }
        let vit = Blocks::preset("vit").unwrap().laid_over(&network("vit_b_16")).unwrap();
        assert!(
            vit[4].iter().all(|name| name.contains("/encoder_layer_1/")),
            "{:?}",
            vit[4]
        );
        assert!(vit[15].iter().any(|name| name.contains("head")), "{:?}", vit[15]);
    }

    #[test]
    fn other_networks_are_refused_by_name() {
        let error = Blocks::preset("vit")
            .unwrap()
            .laid_over(&network("alexnet"))
            .unwrap_err();
        assert!(error.to_string().contains("but into conv1, conv2"), "{error}");
    }
}
