//! The loop nest of a layer (accelerators.md 1).

use super::dim::{DIMS, Dim, Extents, Operand};

/// A layer as seven loops, or eight where groups are mapped too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Workload {
    /// Loop bounds, each at least 1.
    pub bounds: Extents,
    /// Stride along the width, then the height.
    pub stride: [u64; 2],
    /// Dilation along the width, then the height.
    pub dilation: [u64; 2],
}

impl Workload {
    /// Multiply-accumulates of the nest.
    pub fn macs(&self) -> u64 {
        self.bounds
            .iter()
            .fold(1, |product, &bound| product.saturating_mul(bound))
    }

    /// Words of an operand over a box of loop extents; inputs are counted from the first to the last touched along width and height.
    pub fn volume(&self, operand: Operand, extents: &Extents) -> u64 {
        let at = |dim: Dim| extents[dim.index()];
        match operand {
            Operand::Weights => product([at(Dim::M), at(Dim::C), at(Dim::R), at(Dim::S), at(Dim::G)]),
            Operand::Inputs => {
                let [x, y] = self.input_extent(extents);
                product([at(Dim::N), at(Dim::C), x, y, at(Dim::G)])
            }
            Operand::Outputs => product([at(Dim::N), at(Dim::M), at(Dim::P), at(Dim::Q), at(Dim::G)]),
        }
    }

    /// Input elements from the first to the last touched along the width and the height.
    pub fn input_extent(&self, extents: &Extents) -> [u64; 2] {
        let along = |axis: usize, output: Dim, kernel: Dim| {
            let (output, kernel) = (extents[output.index()], extents[kernel.index()]);
            let reach = (output - 1).saturating_mul(self.stride[axis]);
            reach
                .saturating_add((kernel - 1).saturating_mul(self.dilation[axis]))
                .saturating_add(1)
        };
        [along(0, Dim::P, Dim::R), along(1, Dim::Q, Dim::S)]
    }

    /// The axis (0 width, 1 height) and the step in input elements of a dimension that slides over the input.
    pub fn slide(&self, dim: Dim) -> Option<(usize, u64)> {
        match dim {
            Dim::P => Some((0, self.stride[0])),
            Dim::R => Some((0, self.dilation[0])),
            Dim::Q => Some((1, self.stride[1])),
            Dim::S => Some((1, self.dilation[1])),
            _ => None,
        }
    }

    /// A convolution without groups: bounds in the order n, m, c, p, q, r, s.
    pub fn convolution(bounds: [u64; 7], stride: [u64; 2]) -> Self {
        let mut all = [1; DIMS];
        all[..7].copy_from_slice(&bounds);
        Self {
            bounds: all,
            stride,
            dilation: [1, 1],
        }
    }
}

fn product(factors: [u64; 5]) -> u64 {
    factors.into_iter().fold(1, u64::saturating_mul)
}
