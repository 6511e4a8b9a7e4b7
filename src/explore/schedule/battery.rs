//! What schedules mean for the edge's battery.

use super::{Plan, Problem};

/// The edge's battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Battery {
    /// Joules of a charge, above 0.
    pub energy_j: f64,
}

impl Battery {
    /// How many whole inferences a charge is good for; `None` = the edge's energies were not measured, or an inference takes none.
    pub fn inferences(self, problem: &Problem, plan: &Plan) -> Option<f64> {
        let of_one = plan.energy_j();
        let is_known = problem.knows_energy() && of_one > 0.0;
        // A quotient just below the whole number it means is not rounded down.
        is_known.then(|| (self.energy_j / of_one * (1.0 + 1e-12)).floor())
    }
}
