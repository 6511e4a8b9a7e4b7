//! What the pointer holds on the canvas while its button is down.

use super::index::Index;
use super::layout::{Layout, NODE, ROW};
use crate::network::{Ideal, Network};
use egui::{Pos2, pos2};
use std::ops::RangeInclusive;

/// Screen points within which a position crossed by a single tensor attracts the cut.
pub const SNAP: f32 = 6.0;

/// What is held.
pub enum Grip {
    /// The sheet.
    Sheet,
    /// The part in view, on the map.
    Map,
    /// Cuts.
    Cut(CutGrip),
}

/// Cuts in the hand: several at one boundary until the direction tells which.
pub struct CutGrip {
    /// The cuts at the boundary that was grabbed.
    pub cuts: RangeInclusive<usize>,
    /// The one that moves, once that is known.
    pub held: Option<usize>,
    /// The boundary when it was grabbed.
    pub before: Ideal,
    /// Where the pointer is told to be (in graph space) while it is where it was pressed: on the line.
    pub start: Pos2,
    /// Line minus pointer when grabbed, in graph space.
    pub offset: f32,
    /// Whether only the lane under the pointer moves.
    pub is_branch: bool,
    /// The boundary asked for last.
    pub asked: Ideal,
}

impl CutGrip {
    /// Which cut moves when the pointer has moved by `dy` screen points: of several the one that has room that way.
    pub fn choose(&self, dy: f32) -> Option<usize> {
        match (self.cuts.start() == self.cuts.end(), dy) {
            (true, _) => Some(*self.cuts.start()),
            (false, dy) if dy > 3.0 => Some(*self.cuts.end()),
            (false, dy) if dy < -3.0 => Some(*self.cuts.start()),
            _ => None,
        }
    }

    /// The boundary a lane asks for: its layers between the line as it was and the pointer change sides, by the closure rule.
    pub fn branch(&self, network: &Network, layout: &Layout, index: &Index, pointer: Pos2) -> Ideal {
        let mut ideal = self.before.clone();
        for layer in index.lane(self.start.x) {
            let y = layout.centres[layer].y;
            if y > self.start.y && y < pointer.y {
                ideal.include(network, layer);
            } else if y < self.start.y && y > pointer.y {
                ideal.exclude(network, layer);
            }
        }
        ideal
    }
}

/// Whether a point of a line lies on a lane beside the spine: a layer stands close above or below it.
pub fn is_on_side_lane(index: &Index, layout: &Layout, point: Pos2) -> bool {
    point.x.abs() > NODE.x / 2.0
        && index
            .lane(point.x)
            .any(|layer| (layout.centres[layer].y - point.y).abs() < 1.5 * ROW)
}

/// The point of graph space a grabbed line is asked to go to.
pub fn wanted(grip: &CutGrip, pointer: Pos2) -> Pos2 {
    pos2(pointer.x, pointer.y + grip.offset)
}
