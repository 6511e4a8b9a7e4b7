//! Networks as profiles see them: a chain of coarse blocks, runs of which (bundles) are measured as one unit.
//!
//! A block is a convolution or linear layer with the activation, pooling and reshaping that follow it, or whatever lies between two
//! boundaries crossed by one tensor. Profiles name a bundle by the names of its blocks, joined by a separator.

mod division;
mod laid;

pub use division::Division;

use super::{LayerId, Network, OpKind, bytes_of};

/// Bytes per element on the way between devices: profiles are taken with 32-bit floats.
const ELEMENT_BITS: u32 = 32;

/// Most blocks of a chain: bundles are quadratically many.
pub const MOST_BLOCKS: usize = 400;

/// What crosses a boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Elements whose width can be chosen.
    pub elements: u64,
    /// Bytes of elements whose type has a width of its own: indices, quantised numbers.
    pub fixed_bytes: u64,
}

/// A chain of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks {
    /// The network's name.
    pub network: String,
    names: Vec<String>,
    separator: &'static str,
    traffic: Vec<Traffic>,
    /// The same with 32 bits per element.
    bytes: Vec<u64>,
    is_published: bool,
}

/// Why a network is no chain of blocks, or a name no bundle of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlocksError {
    /// A tensor between blocks has no known size.
    #[error(
        "{network}: the size of {tensor} is not known, so what crosses there is not either. Give the file's symbolic sizes"
    )]
    Size {
        /// The network.
        network: String,
        /// The tensor, by name.
        tensor: String,
    },
    /// Nothing to cut.
    #[error("{0} has no layers. Choose a network with layers")]
    Empty(String),
    /// Too many blocks.
    #[error("{0} has {1} blocks, more than the {MOST_BLOCKS} of which bundles are listed. Choose a smaller network")]
    TooMany(String, usize),
    /// A name that no run of blocks has.
    #[error("“{name}” is no run of consecutive blocks of {network}, which are {blocks}")]
    Unknown {
        /// The name of the bundle.
        name: String,
        /// The network.
        network: String,
        /// Its blocks.
        blocks: String,
    },
    /// Blocks that are not those of a network.
    #[error(
        "{network} is not divided into {blocks}, but into {found}. Open the network the profile was taken of, or choose its profile"
    )]
    Other {
        /// The network.
        network: String,
        /// The blocks.
        blocks: String,
        /// The network's own blocks.
        found: String,
    },
    /// A name that several runs of blocks have.
    #[error("“{name}” may be more than one run of blocks of {network}")]
    Ambiguous {
        /// The name of the bundle.
        name: String,
        /// The network.
        network: String,
    },
}

/// Blocks of the published networks with the elements of their inputs.
const ALEXNET: [(&str, u64); 8] = [
    ("conv1", 3 * 224 * 224),
    ("conv2", 64 * 27 * 27),
    ("conv3", 192 * 13 * 13),
    ("conv4", 384 * 13 * 13),
    ("conv5", 256 * 13 * 13),
    ("fc1", 9216),
    ("fc2", 4096),
    ("fc3", 4096),
];

const VGG11: [(&str, u64); 11] = [
    ("conv1", 3 * 224 * 224),
    ("conv2", 64 * 112 * 112),
    ("conv3", 128 * 56 * 56),
    ("conv4", 256 * 56 * 56),
    ("conv5", 256 * 28 * 28),
    ("conv6", 512 * 28 * 28),
    ("conv7", 512 * 14 * 14),
    ("conv8", 512 * 14 * 14),
    ("fc1", 25088),
    ("fc2", 4096),
    ("fc3", 4096),
];

/// The published optimiser books all tokens before `head`, although it reads one.
const VIT: [(&str, u64); 16] = [
    ("conv_proj", 3 * 224 * 224),
    ("process_input_operations", 768 * 14 * 14),
    ("add_pos_embedding", 197 * 768),
    ("encoder_layer_0", 197 * 768),
    ("encoder_layer_1", 197 * 768),
    ("encoder_layer_2", 197 * 768),
    ("encoder_layer_3", 197 * 768),
    ("encoder_layer_4", 197 * 768),
    ("encoder_layer_5", 197 * 768),
    ("encoder_layer_6", 197 * 768),
    ("encoder_layer_7", 197 * 768),
    ("encoder_layer_8", 197 * 768),
    ("encoder_layer_9", 197 * 768),
    ("encoder_layer_10", 197 * 768),
    ("encoder_layer_11", 197 * 768),
    ("head", 197 * 768),
];

impl Blocks {
    /// Names of the published networks that [`Blocks::preset`] knows.
    pub const PRESETS: [&'static str; 3] = ["alexnet", "vgg11", "vit"];

    /// A published network: AlexNet, VGG-11 or ViT-B/16 as the DIME optimisers divide them; its output is a class, 4 bytes.
    pub fn preset(name: &str) -> Option<Self> {
        let (blocks, separator): (&[(&str, u64)], _) = match name {
            "alexnet" => (&ALEXNET, "_"),
            "vgg11" => (&VGG11, "_"),
            "vit" => (&VIT, "__"),
            _ => return None,
        };
        let elements = blocks.iter().map(|&(_, elements)| elements).chain([1]);
        let traffic = elements.map(|elements| Traffic {
            elements,
            fixed_bytes: 0,
        });
        Some(Self {
            is_published: true,
            ..Self::of(
                name.to_owned(),
                blocks.iter().map(|&(name, _)| name.to_owned()).collect(),
                separator,
                traffic.collect(),
            )
        })
    }

    /// A network in file order, divided at the boundaries crossed by one tensor; what lies between two of them and multiplies nothing
    /// belongs to the block before. A block is called `convK` or `fcK` after its heaviest layer, else after its last layer.
    ///
    /// # Errors
    /// A boundary's tensor of unknown size, no layers, or too many blocks.
    pub fn of_network(network: &Network) -> Result<Self, BlocksError> {
        let layers = network.layers.len();
        if layers == 0 {
            return Err(BlocksError::Empty(network.name.clone()));
        }
        let starts = starts(network);
        let count = starts.len();
        if count > MOST_BLOCKS {
            return Err(BlocksError::TooMany(network.name.clone(), count));
        }
        let ends = starts.iter().skip(1).copied().chain([layers]);
        let names = named(network, starts.iter().copied().zip(ends));
        let separator = if names.iter().any(|name| name.contains('_')) {
            "__"
        } else {
            "_"
        };
        let size = |tensor: usize| {
            let tensor = &network.tensors[tensor];
            match (tensor.elements(), tensor.dtype.own_bits()) {
                (Some(elements), None) => Ok((elements, 0)),
                (Some(_), Some(bits)) => Ok((0, tensor.bytes(bits))),
                (None, _) => Err(BlocksError::Size {
                    network: network.name.clone(),
                    tensor: tensor.name.clone(),
                }),
            }
        };
        let sum = |tensors: &[usize]| {
            tensors.iter().try_fold(Traffic::default(), |sum, &tensor| {
                let (elements, fixed_bytes) = size(tensor)?;
                Ok(Traffic {
                    elements: sum.elements.saturating_add(elements),
                    fixed_bytes: sum.fixed_bytes.saturating_add(fixed_bytes),
                })
            })
        };
        let mut traffic = vec![sum(&network.inputs)?];
        for &start in &starts[1..] {
            traffic.push(sum(&crossing(network, start))?);
        }
        traffic.push(sum(&network.outputs)?);
        Ok(Self::of(network.name.clone(), names, separator, traffic))
    }

    fn of(network: String, names: Vec<String>, separator: &'static str, traffic: Vec<Traffic>) -> Self {
        let bytes = |own: &Traffic| bytes_of(own.elements, ELEMENT_BITS).saturating_add(own.fixed_bytes);
        Self {
            network,
            names,
            separator,
            bytes: traffic.iter().map(bytes).collect(),
            traffic,
            is_published: false,
        }
    }

    /// Whether this is a published network as [`Blocks::preset`] gives it, and not one that merely has its name.
    pub fn is_published(&self) -> bool {
        self.is_published
    }

    /// Number of blocks, at least 1.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no blocks; there always are.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Names of the blocks in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What crosses every boundary: before each block, and behind the last.
    pub fn traffic(&self) -> &[Traffic] {
        &self.traffic
    }

    /// Bytes at every boundary with 32 bits per element.
    pub fn bytes(&self) -> &[u64] {
        &self.bytes
    }

    /// The name of the bundle of blocks `first..=last`, as profiles write it.
    pub fn bundle(&self, first: usize, last: usize) -> String {
        self.names.get(first..=last).unwrap_or_default().join(self.separator)
    }

    /// A bundle in words: `conv1`, `conv1..conv5`.
    pub fn words(&self, first: usize, last: usize) -> String {
        let name = |at: usize| self.names.get(at).map_or("", String::as_str);
        if first == last {
            name(first).to_owned()
        } else {
            format!("{}..{}", name(first), name(last))
        }
    }

    /// First and last block of a bundle's name. The name is split by the known blocks from its beginning, never searched.
    ///
    /// # Errors
    /// No run of blocks has the name, or more than one.
    pub fn span(&self, name: &str) -> Result<(usize, usize), BlocksError> {
        let mut found = None;
        for first in 0..self.len() {
            let mut rest = name;
            for (last, block) in self.names.iter().enumerate().skip(first) {
                let Some(behind) = rest.strip_prefix(block.as_str()) else {
                    break;
                };
                if behind.is_empty() {
                    if found.replace((first, last)).is_some() {
                        return Err(BlocksError::Ambiguous {
                            name: name.to_owned(),
                            network: self.network.clone(),
                        });
                    }
                    break;
                }
                let Some(behind) = behind.strip_prefix(self.separator) else {
                    break;
                };
                rest = behind;
            }
        }
        found.ok_or_else(|| BlocksError::Unknown {
            name: name.chars().take(80).collect(),
            network: self.network.clone(),
            blocks: self.names.join(", "),
        })
    }
}

/// First layers of the blocks of a network with layers.
fn starts(network: &Network) -> Vec<LayerId> {
    let heavy = |layer: LayerId| network.layers[layer].macs.is_some_and(|macs| macs > 0);
    let mut starts = vec![0];
    let places = single_tensor_places(network);
    let behind = places.iter().skip(1).copied().chain([network.layers.len()]);
    for (&at, next) in places.iter().zip(behind) {
        let begun = starts.last().copied().unwrap_or(0);
        // A block holds something heavy before the next may begin, and the next one holds something heavy as well.
        if (begun..at).any(heavy) && (at..next).any(heavy) {
            starts.push(at);
        }
    }
    starts
}

/// Tensors that cross the boundary before a layer, in file order.
fn crossing(network: &Network, at: LayerId) -> Vec<usize> {
    let crosses = |&tensor: &usize| {
        let tensor = &network.tensors[tensor];
        tensor.producer.is_none_or(|made| made < at) && tensor.consumers.last().is_some_and(|&read| read >= at)
    };
    (0..network.tensors.len()).filter(crosses).collect()
}

/// Boundaries inside the network that one tensor crosses, ascending.
fn single_tensor_places(network: &Network) -> Vec<LayerId> {
    let mut change = vec![0_i64; network.layers.len() + 1];
    for tensor in &network.tensors {
        let made = tensor.producer.map_or(0, |layer| layer + 1);
        if let Some(&read) = tensor.consumers.last()
            && made <= read
        {
            change[made] += 1;
            change[read + 1] -= 1;
        }
    }
    let mut count = 0;
    let mut places = Vec::new();
    for (at, change) in change.iter().enumerate() {
        count += change;
        if count == 1 && (1..network.layers.len()).contains(&at) {
            places.push(at);
        }
    }
    places
}

fn named(network: &Network, blocks: impl Iterator<Item = (LayerId, LayerId)>) -> Vec<String> {
    let (mut convs, mut linears) = (0, 0);
    let mut name = |(start, end): (LayerId, LayerId)| {
        let layers = &network.layers[start..end];
        let heaviest = layers.iter().max_by_key(|layer| layer.macs.unwrap_or(0));
        let is_linear = |kind| matches!(kind, OpKind::Linear | OpKind::Depthwise);
        match heaviest.map(|layer| (layer.op.as_str(), layer.kind)) {
            Some(("Conv" | "QLinearConv" | "ConvInteger", _)) => {
                convs += 1;
                format!("conv{convs}")
            }
            Some((_, kind)) if is_linear(kind) => {
                linears += 1;
                format!("fc{linears}")
            }
            _ => layers.last().map(|layer| layer.name.clone()).unwrap_or_default(),
        }
    };
    blocks.map(&mut name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::import::{ImportOptions, open};
    use std::path::Path;

    #[test]
    fn alexnet_of_a_file_is_divided_like_the_preset() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/alexnet.onnx");
        let network = open(&path, &ImportOptions::default()).unwrap().network;
        let blocks = Blocks::of_network(&network).unwrap();
        let preset = Blocks::preset("alexnet").unwrap();
        assert_eq!(blocks.names(), preset.names());
        // The file's output are 1000 scores, the preset's a class.
        assert_eq!(blocks.bytes()[1..8], preset.bytes()[1..8]);
        assert_eq!(blocks.bytes()[8], 4000);
        let division = Division::of(&network).unwrap();
        assert_eq!((division.starts.len(), division.between.len()), (8, 7));
        for (&start, &tensor) in division.starts[1..].iter().zip(&division.between) {
            assert!(network.tensors[tensor].producer.is_some_and(|made| made < start));
        }
    }

    #[test]
    fn bundles_are_told_by_whole_names() {
        let vit = Blocks::preset("vit").unwrap();
        assert_eq!(vit.span("encoder_layer_1"), Ok((4, 4)));
        assert_eq!(vit.span("encoder_layer_1__encoder_layer_2"), Ok((4, 5)));
        assert_eq!(vit.span(&vit.bundle(0, 15)), Ok((0, 15)));
        for wrong in [
            "",
            "encoder_layer_1_",
            "encoder_layer_1__",
            "encoder_layer_1__head",
            "conv1",
        ] {
            assert!(matches!(vit.span(wrong), Err(BlocksError::Unknown { .. })), "{wrong}");
        }
        let alexnet = Blocks::preset("alexnet").unwrap();
        for first in 0..8 {
            for last in first..8 {
                assert_eq!(alexnet.span(&alexnet.bundle(first, last)), Ok((first, last)));
            }
        }
    }

    #[test]
    fn a_name_with_two_meanings_is_refused() {
        let names = ["a", "b", "a_b"].map(str::to_owned).to_vec();
        let blocks = Blocks::of("odd".to_owned(), names, "_", vec![Traffic::default(); 4]);
        assert!(matches!(blocks.span("a_b"), Err(BlocksError::Ambiguous { .. })));
    }
}
