//! The problem with some numbers set to other values.

use super::{Knob, Reading, knob};
use crate::cost::table::CostTable;
use crate::design::{Constraints, Design, Metrics, Problem, evaluate};
use crate::system::System;

/// A problem's system, limits and costs with other values.
pub(super) struct At {
    system: System,
    constraints: Constraints,
    table: CostTable,
}

impl At {
    /// With the knobs set; knobs the system does not have change nothing.
    pub(super) fn new<'k>(problem: &Problem, knobs: impl IntoIterator<Item = (&'k Knob, f64)>) -> Self {
        let (mut system, mut constraints) = (problem.system.clone(), *problem.constraints);
        knob::set_all(&mut system, &mut constraints, knobs);
        let table = problem.table.on(problem.network, &system);
        Self {
            system,
            constraints,
            table,
        }
    }

    pub(super) fn problem<'a>(&'a self, problem: &Problem<'a>) -> Problem<'a> {
        Problem {
            system: &self.system,
            constraints: &self.constraints,
            table: &self.table,
            ..*problem
        }
    }
}

/// A design's numbers.
pub(super) fn reading(problem: &Problem, design: &Design) -> Reading {
    let evaluation = evaluate(problem, design);
    Reading {
        metrics: Metrics::from(&evaluation),
        feasible: evaluation.violations.is_empty(),
    }
}
