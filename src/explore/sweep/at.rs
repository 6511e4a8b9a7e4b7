//! The problem with some numbers set to other values.

use super::{Knob, Reading, knob};
use crate::cost::table::CostTable;
use crate::design::{Constraints, Design, Metrics, Problem, evaluate};
use crate::system::System;

/// A problem's system, limits and costs with other values.
pub(super) struct At {
    system: System,
    constraints: Constraints,
    /// `None` where no device is another.
    table: Option<CostTable>,
}

/// The system without where its numbers come from: it is copied for every value that is looked at.
pub(super) fn lean(problem: &Problem) -> System {
    let mut system = problem.system.clone();
    let designs = system.devices.iter_mut().flat_map(|device| {
        device.sources.clear();
        device.alternatives.iter_mut()
    });
    designs.for_each(|design| design.sources.clear());
    let direct = system.direct.iter_mut().map(|direct| &mut direct.link);
    system
        .links
        .iter_mut()
        .chain(direct)
        .for_each(|link| link.sources.clear());
    system
}

impl At {
    /// With the knobs set; knobs the system does not have change nothing.
    pub(super) fn new<'k>(problem: &Problem, knobs: impl IntoIterator<Item = (&'k Knob, f64)>) -> Self {
        let (mut system, mut constraints) = (problem.system.clone(), *problem.constraints);
        let knobs: Vec<_> = knobs.into_iter().collect();
        let is_of_devices = knobs
            .iter()
            .any(|(knob, _)| matches!(knob, Knob::Speed(_) | Knob::Device(..)));
        knob::set_all(&mut system, &mut constraints, knobs);
        let table = is_of_devices.then(|| problem.table.on(problem.network, &system));
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
            table: self.table.as_ref().unwrap_or(problem.table),
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
