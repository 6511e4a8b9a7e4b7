//! A schedule with what it costs, by part.

use super::choices::Choice;
use super::{Cost, Problem, Rules};
use crate::network::blocks::Blocks;
pub(super) use crate::units::clock as clock_words;

/// A bundle on its device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// First block.
    pub first: usize,
    /// Last block.
    pub last: usize,
    /// The device, 0 = the edge.
    pub machine: usize,
    /// Clock and cost.
    pub choice: Choice,
}

/// A schedule: bundles in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The bundles.
    pub pieces: Vec<Piece>,
    /// Of all bundles.
    pub compute: Cost,
    /// Of all transfers.
    pub transfer: Cost,
    /// Of both, added in the order things happen.
    total: Cost,
}

impl Plan {
    /// Adds up the costs of bundles in their order.
    pub fn of(problem: &Problem, rules: &Rules, pieces: Vec<Piece>) -> Self {
        let mut plan = Self {
            pieces: Vec::new(),
            compute: Cost::default(),
            transfer: Cost::default(),
            total: Cost::default(),
        };
        let add = |sum: &mut Cost, cost: Cost| {
            sum.latency_s += cost.latency_s;
            sum.energy_j += cost.energy_j;
        };
        let mut holder = rules.input;
        for piece in &pieces {
            if let Some(from) = holder {
                let cost = problem.transfers.at(piece.first, from, piece.machine);
                add(&mut plan.transfer, cost);
                add(&mut plan.total, cost);
            }
            let cost = Cost {
                latency_s: piece.choice.latency_s,
                energy_j: piece.choice.energy_j,
            };
            add(&mut plan.compute, cost);
            add(&mut plan.total, cost);
            holder = Some(piece.machine);
        }
        if let (Some(from), Some(to)) = (holder, rules.output) {
            let cost = problem.transfers.at(problem.blocks, from, to);
            add(&mut plan.transfer, cost);
            add(&mut plan.total, cost);
        }
        plan.pieces = pieces;
        plan
    }

    /// Whether there is a way between all devices that follow each other.
    pub(super) fn is_possible(&self) -> bool {
        self.total.is_possible()
    }

    /// Seconds of one inference.
    pub fn latency_s(&self) -> f64 {
        self.total.latency_s
    }

    /// Joules of the edge for one inference.
    pub fn energy_j(&self) -> f64 {
        self.total.energy_j
    }

    /// Whether a bundle's cost is an estimate.
    pub fn is_estimated(&self) -> bool {
        self.pieces.iter().any(|piece| piece.choice.estimated)
    }

    /// The bundles in a form programs read: `edge@921600000:conv1..conv5; cloud@-1:fc1..fc3`, clocks in hertz, -1 = none.
    pub fn written(&self, problem: &Problem, blocks: &Blocks) -> String {
        let piece = |piece: &Piece| {
            let name = problem.machines[piece.machine].name.as_str();
            let ends = [piece.first, piece.last].map(|at| blocks.words(at, at));
            let clock = piece.choice.clock_hz.map_or("-1".to_owned(), |hz| hz.to_string());
            format!("{name}@{clock}:{}..{}", ends[0], ends[1])
        };
        let pieces: Vec<String> = self.pieces.iter().map(piece).collect();
        pieces.join("; ")
    }

    /// In words: `conv1..conv5 on edge at 691.2 MHz, fc1, fc2..fc3 on cloud`. Bundles that follow each other on one device at one clock name
    /// it once.
    pub fn words(&self, problem: &Problem, blocks: &Blocks) -> String {
        let same = |a: &Piece, b: &Piece| a.machine == b.machine && a.choice.clock_hz == b.choice.clock_hz;
        let stay = |pieces: &[Piece]| {
            let bundles = pieces.iter().map(|piece| blocks.words(piece.first, piece.last));
            let bundles: Vec<String> = bundles.collect();
            let Some(piece) = pieces.first() else {
                return String::new();
            };
            let name = problem.machines[piece.machine].name.as_str();
            let clock = piece.choice.clock_hz.map(clock_words);
            let at = clock.map_or(String::new(), |clock| format!(" at {clock}"));
            format!("{} on {name}{at}", bundles.join(", "))
        };
        let stays: Vec<String> = self.pieces.chunk_by(same).map(stay).collect();
        stays.join(", ")
    }
}
