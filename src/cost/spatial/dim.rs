//! Loop dimensions and operands of the nest, and which dimension moves which operand's tile.

use serde::{Deserialize, Serialize};

/// A loop of the nest. Tensors: weights `[G, M, C, R, S]`, inputs `[G, N, C, x, y]`, outputs `[G, N, M, P, Q]` with
/// x = P × stride + R × dilation along the width and y = Q × stride + S × dilation along the height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dim {
    /// Batch, or rows of a matrix product.
    N,
    /// Output channels.
    M,
    /// Input channels.
    C,
    /// Output width.
    P,
    /// Output height.
    Q,
    /// Kernel width.
    R,
    /// Kernel height.
    S,
    /// Groups, where they are mapped and not run one after another.
    G,
}

/// Number of loop dimensions.
pub const DIMS: usize = 8;

/// One number by dimension, in the order of [`Dim::ALL`].
pub type Extents = [u64; DIMS];

impl Dim {
    /// All dimensions in the order of [`Extents`].
    pub const ALL: [Self; DIMS] = [Self::N, Self::M, Self::C, Self::P, Self::Q, Self::R, Self::S, Self::G];

    /// Its place in [`Extents`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::N => "N",
            Self::M => "M",
            Self::C => "C",
            Self::P => "P",
            Self::Q => "Q",
            Self::R => "R",
            Self::S => "S",
            Self::G => "G",
        }
    }

    /// What it counts, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::N => "batch or rows",
            Self::M => "output channels",
            Self::C => "input channels",
            Self::P => "output width",
            Self::Q => "output height",
            Self::R => "kernel width",
            Self::S => "kernel height",
            Self::G => "groups",
        }
    }

    /// The dimension of a letter.
    pub fn from_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dim| dim.letter() == letter)
    }
}

/// A tensor of the nest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Operand {
    /// Kernel.
    Weights,
    /// Input activations.
    Inputs,
    /// Output activations and their partial sums.
    Outputs,
}

impl Operand {
    /// All operands; [`PerOperand`] is in this order.
    pub const ALL: [Self; 3] = [Self::Weights, Self::Inputs, Self::Outputs];

    /// Its place in [`PerOperand`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Weights => "W",
            Self::Inputs => "I",
            Self::Outputs => "O",
        }
    }

    /// Its name in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Inputs => "inputs",
            Self::Outputs => "outputs",
        }
    }

    /// Whether a loop over `dim` moves the operand's tile.
    pub fn is_moved_by(self, dim: Dim) -> bool {
        match self {
            Self::Weights => matches!(dim, Dim::M | Dim::C | Dim::R | Dim::S | Dim::G),
            Self::Inputs => !matches!(dim, Dim::M),
            Self::Outputs => matches!(dim, Dim::N | Dim::M | Dim::P | Dim::Q | Dim::G),
        }
    }
}

/// One value by operand, in the order of [`Operand::ALL`].
pub type PerOperand<T> = [T; 3];
