//! Further linear constraints on schedules, as a person types them: `bundles(edge) <= 2`, `2*time(edge) + transfer <= 0.1 s`, `conv1 on edge`.
//!
//! A constraint is a weighted sum of [`Term`]s beside a number. Every term is a sum over the bundles and the transfers of a schedule, so
//! a constraint is one number per bundle on its device and per transfer: one more resource of the label setting, one more row of a linear
//! programme. [`TERMS`] says how terms are written; `parse` reads them.

mod linear;
mod parse;
#[cfg(test)]
mod tests;
mod tokens;

pub use tokens::ConstraintError;

use super::choices::Choice;
use super::plan::Plan;
use super::{Problem, Rules, SLACK, Transfers};
use crate::network::blocks::Blocks;
use crate::units::Unit;

/// How terms are written and what they mean: the one place that help texts and errors are made of.
pub const TERMS: [(&str, &str); 14] = [
    ("time", "seconds of the inference"),
    ("time(DEVICE)", "seconds a device computes"),
    (
        "transfer, transfer(up), transfer(down)",
        "seconds of sending; up = to a later device",
    ),
    ("energy", "joules of the edge"),
    ("energy(DEVICE)", "joules of the edge while a device computes"),
    ("energy(transfer)", "joules of the edge for sending and receiving"),
    ("bundles, bundles(DEVICE)", "number of bundles"),
    ("blocks(DEVICE)", "number of blocks on a device"),
    ("bytes, bytes(up), bytes(down)", "bytes that are sent"),
    (
        "handovers, handovers(up), handovers(down)",
        "how often something is sent",
    ),
    ("on(BLOCK, DEVICE)", "1 if the block runs there, else 0"),
    (
        "BLOCK on DEVICE, BLOCK..BLOCK on DEVICE",
        "alone: these blocks run there",
    ),
    ("BLOCK not on DEVICE", "alone: it does not run there"),
    (
        "\"a name\"",
        "names that are not made of letters, digits and _ stand in quotes",
    ),
];

/// What [`TERMS`] are combined to, for help texts.
pub const FORM: &str = "A constraint compares sums of terms by <=, >= or =. Terms may be multiplied by numbers, divided by numbers or quantities, \
and stand in brackets; quantities have a unit (s, J, Wh, B with a prefix), a bare number is taken in s, J or B.";

/// Which way transfers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Either way.
    Any,
    /// To a later device.
    Up,
    /// To an earlier device.
    Down,
}

/// Something that is added up along a schedule, in SI base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Seconds of the inference.
    Time,
    /// Seconds a device computes.
    TimeOn(usize),
    /// Seconds of sending.
    Transfer(Way),
    /// Joules of the edge.
    Energy,
    /// Joules of the edge while a device computes.
    EnergyOn(usize),
    /// Joules of the edge for sending and receiving.
    EnergyOfTransfer,
    /// Number of bundles.
    Bundles,
    /// Number of bundles on a device.
    BundlesOn(usize),
    /// Number of blocks on a device.
    BlocksOn(usize),
    /// Bytes sent.
    Bytes(Way),
    /// Number of transfers.
    Handovers(Way),
    /// 1 if a block runs on a device.
    On {
        /// The block.
        block: usize,
        /// The device.
        machine: usize,
    },
}

/// How the sum compares with the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Not more.
    AtMost,
    /// Not less.
    AtLeast,
    /// Neither.
    Equal,
}

/// A linear constraint on schedules.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// As it was typed.
    pub text: String,
    /// Factors, not 0, and terms.
    pub terms: Vec<(f64, Term)>,
    /// How the sum compares with the bound.
    pub sense: Sense,
    /// The number on the other side, in SI base units.
    pub bound: f64,
    /// What the sum is measured in.
    pub unit: Unit,
}

impl Way {
    fn holds(self, from: usize, to: usize) -> bool {
        match self {
            Self::Any => true,
            Self::Up => from < to,
            Self::Down => from > to,
        }
    }
}

impl Term {
    /// What the sum is measured in.
    pub fn unit(self) -> Unit {
        match self {
            Self::Time | Self::TimeOn(_) | Self::Transfer(_) => Unit::Seconds,
            Self::Energy | Self::EnergyOn(_) | Self::EnergyOfTransfer => Unit::Joules,
            Self::Bytes(_) => Unit::Bytes,
            _ => Unit::Count,
        }
    }

    /// What a bundle adds.
    fn of_bundle(self, first: usize, last: usize, at: usize, choice: &Choice) -> f64 {
        let counts = |is: bool, value: f64| if is { value } else { 0.0 };
        match self {
            Self::Time => choice.latency_s,
            Self::TimeOn(machine) => counts(machine == at, choice.latency_s),
            Self::Energy => choice.energy_j,
            Self::EnergyOn(machine) => counts(machine == at, choice.energy_j),
            Self::Bundles => 1.0,
            Self::BundlesOn(machine) => counts(machine == at, 1.0),
            Self::BlocksOn(machine) => counts(machine == at, (last + 1 - first) as f64),
            Self::On { block, machine } => counts(machine == at && (first..=last).contains(&block), 1.0),
            Self::Transfer(_) | Self::EnergyOfTransfer | Self::Bytes(_) | Self::Handovers(_) => 0.0,
        }
    }

    /// What a transfer between two devices adds.
    fn of_transfer(self, transfers: &Transfers, boundary: usize, from: usize, to: usize) -> f64 {
        let cost = transfers.at(boundary, from, to);
        match self {
            Self::Time => cost.latency_s,
            Self::Transfer(way) if way.holds(from, to) => cost.latency_s,
            Self::Energy | Self::EnergyOfTransfer => cost.energy_j,
            Self::Bytes(way) if way.holds(from, to) => transfers.bytes(boundary, from, to) as f64,
            Self::Handovers(way) if way.holds(from, to) => 1.0,
            _ => 0.0,
        }
    }
}

impl Constraint {
    /// Reads a constraint on schedules of `blocks` over devices of these names, the edge first.
    ///
    /// # Errors
    /// It cannot be understood: by its place.
    pub fn parse(text: &str, blocks: &Blocks, machines: &[&str]) -> Result<Self, ConstraintError> {
        parse::constraint(text, blocks, machines)
    }

    /// Whether it speaks of what computing takes of the edge's energy, which not every profile knows.
    pub fn needs_energy(&self) -> bool {
        let of_computing = |term: &Term| matches!(term, Term::Energy | Term::EnergyOn(_));
        self.terms.iter().any(|(_, term)| of_computing(term))
    }

    /// What a bundle adds to the sum.
    pub(super) fn of_bundle(&self, first: usize, last: usize, machine: usize, choice: &Choice) -> f64 {
        let terms = self.terms.iter();
        terms
            .map(|(factor, term)| factor * term.of_bundle(first, last, machine, choice))
            .sum()
    }

    /// What handing over adds to the sum; nothing where no device changes.
    pub(super) fn of_transfer(&self, transfers: &Transfers, boundary: usize, from: usize, to: usize) -> f64 {
        if from == to {
            return 0.0;
        }
        let terms = self.terms.iter();
        terms
            .map(|(factor, term)| factor * term.of_transfer(transfers, boundary, from, to))
            .sum()
    }

    /// The sum of a schedule.
    pub fn value(&self, problem: &Problem, rules: &Rules, plan: &Plan) -> f64 {
        let mut sum = 0.0;
        let mut holder = rules.input;
        for piece in &plan.pieces {
            if let Some(from) = holder {
                sum += self.of_transfer(&problem.transfers, piece.first, from, piece.machine);
            }
            sum += self.of_bundle(piece.first, piece.last, piece.machine, &piece.choice);
            holder = Some(piece.machine);
        }
        if let (Some(from), Some(to)) = (holder, rules.output) {
            sum += self.of_transfer(&problem.transfers, problem.blocks, from, to);
        }
        sum
    }

    /// Signs under which the sum must stay below the bound: once, or both ways.
    pub(super) fn signs(&self) -> &'static [f64] {
        match self.sense {
            Sense::AtMost => &[1.0],
            Sense::AtLeast => &[-1.0],
            Sense::Equal => &[1.0, -1.0],
        }
    }

    /// The budget in seconds or joules that says the same, where one does.
    pub(super) fn budget(&self) -> Option<(Term, f64)> {
        match (self.terms.as_slice(), self.sense) {
            (&[(factor, term @ (Term::Time | Term::Energy))], Sense::AtMost) if factor > 0.0 => {
                Some((term, self.bound / factor))
            }
            _ => None,
        }
    }
}

/// By how much a sum may exceed its bound: the share of budgets, and for bounds near 0 what sums of this size lose by rounding.
pub(super) fn slack(bound: f64, scale: f64) -> f64 {
    SLACK * bound.abs() + 1e-12 * scale.abs()
}
