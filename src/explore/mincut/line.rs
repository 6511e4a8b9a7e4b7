//! Links as lines: what a message costs as a constant and a share per byte.
//!
//! A cut through a flow network adds up what single tensors cost, so a message of several tensors must cost a constant and the sum of
//! what each of them adds.

use super::super::Objective;
use crate::link::{Direction, Transfer};
use crate::system::System;

/// Cost of a message of b > 0 bytes: `fixed` + b × `per_byte`, in the SI units of two objectives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) fixed: [f64; 2],
    pub(crate) per_byte: [f64; 2],
}

impl Line {
    /// Whether anything can be sent at all.
    pub(crate) fn is_open(&self) -> bool {
        self.fixed.iter().chain(&self.per_byte).all(|cost| cost.is_finite())
    }

    /// The line of a link in one direction.
    pub(crate) fn of(system: &System, link: usize, way: Direction, objectives: [Objective; 2]) -> Self {
        let model = &system.link(link).model;
        let fixed = system.transfer(link, 0, way);
        let per_byte = model.marginal(1, way, system.frame_rate_hz);
        Self {
            fixed: objectives.map(|objective| cost(objective, &fixed, 0.0)),
            per_byte: objectives.map(|objective| cost(objective, &per_byte, 1.0)),
        }
    }
}

/// What a transfer adds to a sum.
fn cost(objective: Objective, transfer: &Transfer, bytes: f64) -> f64 {
    match objective {
        Objective::Latency => transfer.latency_s,
        Objective::Energy => transfer.transmit_j + transfer.receive_j,
        Objective::LinkBytes => bytes,
        _ => 0.0,
    }
}
