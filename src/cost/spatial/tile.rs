//! Tiles of operands: how many different ones lie side by side, and how many words fill one while loops move it on
//! (accelerators.md 4.1, 4.2).

use super::dim::{Dim, Extents, Operand};
use super::workload::Workload;

/// Different tiles of an operand among children spread by `spatial`, each of which works on `child` (4.2).
pub(super) fn distinct_tiles(workload: &Workload, operand: Operand, spatial: &[(Dim, u64)], child: &Extents) -> f64 {
    if operand != Operand::Inputs {
        let relevant = spatial.iter().filter(|(dim, _)| operand.is_moved_by(*dim));
        return relevant.map(|&(_, factor)| factor as f64).product();
    }
    let mut distinct = 1.0;
    let mut axes: [Vec<(u64, u64)>; 2] = [Vec::new(), Vec::new()];
    for &(dim, factor) in spatial {
        match workload.slide(dim) {
            Some((axis, step)) => axes[axis].push((factor, step * child[dim.index()])),
            None if operand.is_moved_by(dim) => distinct *= factor as f64,
            None => {}
        }
    }
    for axis in axes {
        distinct *= match axis[..] {
            [] => 1.0,
            [(factor, _)] => factor as f64,
            _ => distinct_sums(&axis) as f64,
        };
    }
    distinct
}

/// Number of different sums of one multiple of each step.
fn distinct_sums(parts: &[(u64, u64)]) -> usize {
    let mut sums = std::collections::BTreeSet::from([0_u64]);
    for &(factor, step) in parts {
        sums = sums
            .iter()
            .flat_map(|sum| (0..factor).map(move |i| sum + i * step))
            .collect();
    }
    sums.len()
}

/// The words that fill a tile while the loops outside it run, found by walking them from the innermost outwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Walk {
    operand: Operand,
    /// Words so far.
    pub(super) words: f64,
    /// Extents of the tile along the width and height of the input.
    extent: [u64; 2],
    tile: f64,
    state: Progress,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Progress {
    /// No loop that moves the tile so far; whether other loops were passed.
    Still { passed: bool },
    /// The innermost loop moves the tile, twice at each step so far: a next loop that goes on in the same way keeps the overlap.
    Sliding {
        dim: Dim,
        step: u64,
        fresh: f64,
        trips: u64,
    },
    /// Every further loop repeats what was counted.
    Repeating,
}

impl Walk {
    pub(super) fn new(workload: &Workload, operand: Operand, tile: &Extents) -> Self {
        let words = workload.volume(operand, tile) as f64;
        Self {
            operand,
            words,
            tile: words,
            extent: workload.input_extent(tile),
            state: Progress::Still { passed: false },
        }
    }

    /// Whether further loops only repeat what was counted.
    pub(super) fn is_settled(&self) -> bool {
        self.state == Progress::Repeating
    }

    /// Words at least once all further loops are passed, which have the factors `left` (of product `repeats`) in an order and at levels
    /// that are open still but for the innermost of them, `next`; `extents` is what lies inside. Exact where nothing is left or the walk
    /// is settled.
    pub(super) fn least(
        &self,
        workload: &Workload,
        extents: &Extents,
        left: &Extents,
        repeats: f64,
        next: Option<Dim>,
    ) -> f64 {
        // From the first loop that moves the tile on, everything outside repeats it, but for what slides along one axis.
        let slid = |dim: Dim| {
            let trips = left[dim.index()] as f64;
            let fresh = workload.slide(dim).filter(|_| self.operand == Operand::Inputs);
            let fresh = fresh.map_or(self.tile, |slide| self.fresh(slide, dim, extents));
            (self.tile + (trips - 1.0) * fresh) / trips
        };
        match (self.state, next) {
            (Progress::Repeating, _) => self.words * repeats,
            (Progress::Sliding { dim, fresh, trips, .. }, _) => {
                let more = left[dim.index()];
                let merged = self.tile + ((trips * more) as f64 - 1.0) * fresh;
                let goes_on = next.is_none_or(|next| next == dim);
                let apart = self.words * repeats;
                if goes_on {
                    apart.min(merged * repeats / more as f64)
                } else {
                    apart
                }
            }
            (Progress::Still { passed: true }, Some(next)) if self.operand.is_moved_by(next) => self.tile * repeats,
            (Progress::Still { passed: false }, Some(next)) if self.operand.is_moved_by(next) => slid(next) * repeats,
            (Progress::Still { passed }, _) => {
                let moves = Dim::ALL.into_iter().filter(|dim| self.operand.is_moved_by(*dim));
                let moves: f64 = moves.map(|dim| left[dim.index()] as f64).product();
                if passed || next.is_some() || self.operand != Operand::Inputs {
                    return self.tile * moves;
                }
                let slides = [Dim::P, Dim::Q, Dim::R, Dim::S].map(|dim| slid(dim) * moves);
                slides.into_iter().fold(self.tile * moves, f64::min)
            }
        }
    }

    /// Words that are new at a step of a sliding loop with `extents` inside it.
    fn fresh(&self, (axis, stride): (usize, u64), dim: Dim, extents: &Extents) -> f64 {
        let shared = self.extent[axis].saturating_sub(stride * extents[dim.index()]);
        self.tile - self.tile * shared as f64 / self.extent[axis] as f64
    }

    /// Passes the next loop outwards, of `factor` > 1 iterations, `extents` being what lies inside it.
    pub(super) fn step(&mut self, workload: &Workload, dim: Dim, factor: u64, extents: &Extents) {
        let trips = factor as f64;
        match self.state {
            Progress::Repeating => self.words *= trips,
            Progress::Still { .. } if !self.operand.is_moved_by(dim) => self.state = Progress::Still { passed: true },
            // A change of direction has thrown away what the tile shared with its successor.
            Progress::Still { passed: true } => {
                self.words *= trips;
                self.state = Progress::Repeating;
            }
            Progress::Still { passed: false } => {
                let slide = workload.slide(dim).filter(|_| self.operand == Operand::Inputs);
                let Some((axis, stride)) = slide else {
                    self.words *= trips;
                    self.state = Progress::Repeating;
                    return;
                };
                let step = stride * extents[dim.index()];
                let fresh = self.fresh((axis, stride), dim, extents);
                self.words = self.tile + (trips - 1.0) * fresh;
                self.state = match factor {
                    2 => Progress::Sliding {
                        dim,
                        step,
                        fresh,
                        trips: 2,
                    },
                    _ => Progress::Repeating,
                };
            }
            // Timeloop follows the tile exactly over two positions and extrapolates over more, so that it sees the next loop
            // go on in the same direction only after one of two trips.
            Progress::Sliding {
                dim: inner,
                step,
                fresh,
                trips: passed,
            } => {
                let goes_on = dim == inner
                    && workload
                        .slide(dim)
                        .is_some_and(|(_, stride)| stride * extents[dim.index()] == step * passed);
                if goes_on {
                    let all = passed * factor;
                    self.words = self.tile + (all as f64 - 1.0) * fresh;
                    self.state = match factor {
                        2 => Progress::Sliding {
                            dim,
                            step,
                            fresh,
                            trips: all,
                        },
                        _ => Progress::Repeating,
                    };
                } else {
                    self.words *= trips;
                    self.state = Progress::Repeating;
                }
            }
        }
    }
}
