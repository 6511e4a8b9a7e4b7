//! Blocks with their places in the network they were made of.

use super::{Blocks, BlocksError, crossing, starts};
use crate::network::{LayerId, Network, TensorId};

/// The blocks of a network with the layers they begin at and the tensors between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// The blocks.
    pub blocks: Blocks,
    /// The first layer of every block, ascending; block `b` holds the layers from `starts[b]` to before `starts[b + 1]`.
    pub starts: Vec<LayerId>,
    /// The tensor that crosses before every block but the first: one less than blocks.
    pub between: Vec<TensorId>,
}

impl Division {
    /// Divides a network as [`Blocks::of_network`] does.
    ///
    /// # Errors
    /// A boundary's tensor of unknown size, no layers, or too many blocks.
    pub fn of(network: &Network) -> Result<Self, BlocksError> {
        let blocks = Blocks::of_network(network)?;
        let starts = starts(network);
        // One tensor each: that is what makes a place.
        let between = starts
            .iter()
            .skip(1)
            .flat_map(|&start| crossing(network, start))
            .collect();
        Ok(Self {
            blocks,
            starts,
            between,
        })
    }
}
