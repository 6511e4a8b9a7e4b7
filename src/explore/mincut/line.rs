//! Links as lines: what a message costs as a constant and a share per byte.
//!
//! A cut through a flow network adds up what single tensors cost, so a message of several tensors must cost a constant and the sum of
//! what each of them adds. Links whose cost is such a line are carried exactly. For the others (frames, packets, bursts) a line
//! that lies below their cost at every size takes their place: optima found with it are bounds, which is all that a certified gap needs.

use super::super::Objective;
use crate::link::{Direction, Transfer};
use crate::system::System;

/// Cost of a message of b > 0 bytes: `fixed` + b × `per_byte`, in the SI units of two objectives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) fixed: [f64; 2],
    pub(crate) per_byte: [f64; 2],
    /// Whether messages cost exactly this, not more.
    pub(crate) exact: bool,
}

/// Sizes of messages that can occur.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sizes {
    /// About what is sent: there the line is to be tight.
    pub(crate) typical: f64,
    /// No message is larger.
    pub(crate) most: u64,
}

/// A cost that is no line is looked at for sizes that grow by this factor, so the line lies at most that far too low for it.
const GROWTH: f64 = 1.01;

impl Line {
    /// Whether anything can be sent at all.
    pub(crate) fn is_open(&self) -> bool {
        self.fixed.iter().chain(&self.per_byte).all(|cost| cost.is_finite())
    }

    /// The line of a link in one direction.
    pub(crate) fn below(
        system: &System,
        link: usize,
        way: Direction,
        objectives: [Objective; 2],
        sizes: Sizes,
    ) -> Self {
        let mut made = Self {
            fixed: [0.0; 2],
            per_byte: [0.0; 2],
            exact: true,
        };
        for (o, objective) in objectives.into_iter().enumerate() {
            let (fixed, per_byte) = match (objective, system.link(link).model.affine(way)) {
                (Objective::LinkBytes, _) => (0.0, 1.0),
                (_, Some(affine)) => (cost(objective, &affine.fixed), cost(objective, &affine.per_byte)),
                (_, None) => {
                    made.exact = false;
                    let of_bytes = |bytes| cost(objective, &system.transfer(link, bytes, way));
                    tight_line(of_bytes, sizes)
                }
            };
            made.fixed[o] = fixed;
            made.per_byte[o] = per_byte;
        }
        made
    }
}

/// What a transfer adds to a sum other than bytes.
fn cost(objective: Objective, transfer: &Transfer) -> f64 {
    match objective {
        Objective::Latency => transfer.latency_s,
        Objective::Energy => transfer.transmit_j + transfer.receive_j,
        _ => 0.0,
    }
}

/// Of all lines a + b × slope (neither below 0) that lie at or below a cost that never falls, for 1 to `most` bytes, one that is
/// highest for `typical` bytes.
fn tight_line(cost: impl Fn(u64) -> f64, sizes: Sizes) -> (f64, f64) {
    // Up to the next size looked at the cost is at least what it is at this one.
    let mut hull: Vec<(f64, f64)> = Vec::new();
    let mut size = 1;
    while size <= sizes.most && cost(size).is_finite() {
        let next = ((size as f64 * GROWTH) as u64).max(size + 1);
        let corner = (next as f64, cost(size));
        // Corners above the line of their neighbours hold no line down.
        while let [.., a, b] = hull.as_slice()
            && (b.1 - a.1) * (corner.0 - a.0) >= (corner.1 - a.1) * (b.0 - a.0)
        {
            hull.pop();
        }
        hull.push(corner);
        size = next;
    }
    let least_slope = hull.iter().map(|c| c.1 / c.0).fold(f64::INFINITY, f64::min);
    let edge = hull
        .windows(2)
        .find(|edge| sizes.typical <= edge[1].0)
        .or(hull.windows(2).last());
    let line = edge.map(|edge| {
        let slope = (edge[1].1 - edge[0].1) / (edge[1].0 - edge[0].0);
        (edge[0].1 - slope * edge[0].0, slope)
    });
    match line {
        Some((fixed, slope)) if fixed >= 0.0 && slope >= 0.0 => (fixed, slope),
        // Where the best line would start below 0: the steepest through the origin.
        _ if least_slope.is_finite() => (0.0, least_slope),
        _ => (0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_lies_below_frames_and_near_them() {
        let frames = |bytes: u64| 1e-3 + 1e-6 * (bytes.max(46) + 26 * bytes.div_ceil(1500)) as f64;
        let sizes = Sizes {
            typical: 100_000.0,
            most: 3_000_000,
        };
        let (fixed, slope) = tight_line(frames, sizes);
        for bytes in (1..2_000).chain((2_000..3_000_000).step_by(997)) {
            assert!(fixed + slope * bytes as f64 <= frames(bytes) * (1.0 + 1e-12), "{bytes}");
        }
        assert!(fixed + slope * 100_000.0 > 0.97 * frames(100_000));
    }

    #[test]
    fn a_line_never_starts_below_zero() {
        let growing = |bytes: u64| (bytes as f64).powi(2);
        let sizes = Sizes {
            typical: 50.0,
            most: 100,
        };
        let (fixed, slope) = tight_line(growing, sizes);
        assert!(fixed >= 0.0 && slope > 0.0 && slope <= 1.0);
        assert_eq!(tight_line(|_| 0.0, Sizes { typical: 1.0, most: 0 }), (0.0, 0.0));
    }
}
