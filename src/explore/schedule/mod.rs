//! Exact schedules over measured bundles: which runs of blocks are executed as one unit, on which device, at which clock.
//!
//! The first device is the **edge**: there the input arrives and the result is wanted, and only its energy counts. One inference runs
//! strictly in sequence. [`Problem::front`] finds every trade-off of latency and energy by label setting (`labels`); every budget is a
//! look-up in it. [`baselines`] are what others do; [`sweep`] walks through budgets.
//!
//! A problem may hold further linear [`constraints`] that a person types. Then the schedules are paths of a graph (`graph`) whose label
//! setting counts them as resources (`resources`); where either label setting would take too long, an integer programme (`programme`)
//! finds the optimum alone. Its relaxation is a bound for any problem ([`Problem::bound`]), which most have from the `hull` of the front;
//! `conflict` says in words why nothing keeps the rules. [`Asked`] is a problem with its rules and whoever may call the search off.

mod asked;
mod baselines;
mod battery;
mod choices;
mod conflict;
pub mod constraints;
mod count;
mod extreme;
mod graph;
mod hull;
mod labels;
mod limits;
mod payload;
mod plan;
mod programme;
mod resources;
mod sweep;
#[cfg(test)]
mod tests;
mod transfers;

pub use asked::Asked;
pub use baselines::{Baseline, baselines, single_cut};
pub use battery::Battery;
pub use choices::{Choice, Machine};
pub use conflict::{Conflict, Kept};
pub use constraints::{Constraint, ConstraintError, Sense, Term, Way};
pub use payload::{PLAIN_BITS, Payload, PayloadError};
pub use plan::{Piece, Plan};
pub use programme::{Bound, BoundError, Share};
pub use sweep::{Clocked, Step, by_clocks, even, private, sweep};
pub use transfers::{Cost, Transfers};

/// Most devices of a problem.
pub const MOST_MACHINES: usize = 3;
/// A budget is kept up to this share: sums of other programs round differently.
const SLACK: f64 = 1e-9;

/// A chain of blocks, the devices with what bundles cost there, and what transfers between them cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    blocks: usize,
    machines: Vec<Machine>,
    transfers: Transfers,
    constraints: Vec<Constraint>,
}

/// Why a problem cannot be stated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// No device, or too many.
    #[error("{0} devices: a schedule has 1 to {MOST_MACHINES}")]
    Machines(usize),
    /// A table of another network.
    #[error("the profile of {machine} has {found} blocks, the network {blocks}: choose profiles of this network")]
    Blocks {
        /// The device.
        machine: String,
        /// Blocks of its table.
        found: usize,
        /// Blocks of the network.
        blocks: usize,
    },
    /// A load that is no factor.
    #[error("a load of {load} on {machine}: give how many times longer everything takes there, above 0")]
    Load {
        /// The device.
        machine: String,
        /// The factor.
        load: String,
    },
    /// Costs of transfers for other boundaries or devices, or some that are no amounts.
    #[error("the costs of sending are not those of this network over its devices, or are negative: check the links")]
    Transfers,
    /// An idle power that is negative or no number.
    #[error("an idle power of {0} W: give 0 or more")]
    IdlePower(String),
    /// A cost that is negative or no number.
    #[error("{machine}: a bundle of {latency_s} s and {energy_j} J cannot be: measure it anew")]
    Cost {
        /// The device.
        machine: String,
        /// Seconds.
        latency_s: String,
        /// Joules.
        energy_j: String,
    },
}

/// What is to be least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Objective {
    /// Seconds of one inference.
    #[default]
    Latency,
    /// Joules of the edge for one inference.
    Energy,
}

/// How many bundles a device may run. N = blocks on it, M = longest bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    /// Any number.
    #[default]
    Free,
    /// At most N / M, rounded up, on every device: the rule of the published optimisers.
    Ceil,
    /// N / M rounded down plus 1 on the last device, as the published program for latency alone has it; else as `Ceil`.
    FloorPlusOne,
}

/// In which order devices may be visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Any: back and forth.
    #[default]
    Any,
    /// Never back to an earlier device; the result returns all the same.
    Forward,
}

/// What a schedule must keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Blocks of the longest bundle, at least 1.
    pub longest: usize,
    /// How many bundles a device may run.
    pub count: Count,
    /// The first blocks that must run on the edge.
    pub private: usize,
    /// The only clock of the edge in hertz; `None` = any, and another one for each bundle.
    pub clock_hz: Option<u64>,
    /// In which order devices may be visited.
    pub order: Order,
    /// The device where the input arrives; `None` = wherever the first block runs.
    pub input: Option<usize>,
    /// The device where the result is wanted; `None` = wherever the last block runs.
    pub output: Option<usize>,
    /// Most seconds.
    pub latency_s: Option<f64>,
    /// Most joules of the edge.
    pub energy_j: Option<f64>,
}

impl Rules {
    /// Bundles of up to `longest` blocks, input and result at the edge, nothing else to keep.
    pub fn up_to(longest: usize) -> Self {
        Self {
            longest: longest.max(1),
            count: Count::Free,
            private: 0,
            clock_hz: None,
            order: Order::Any,
            input: Some(0),
            output: Some(0),
            latency_s: None,
            energy_j: None,
        }
    }

    /// Whether a number of blocks may run as one bundle on a device, the first block included.
    fn allows(&self, machine: usize, first: usize, size: usize) -> bool {
        size <= self.longest && (machine == 0 || first >= self.private)
    }

    /// Whether a device may follow another.
    fn follows(&self, before: usize, after: usize) -> bool {
        self.order == Order::Any || before <= after
    }

    /// Whether sums are within both budgets.
    fn keeps(&self, latency_s: f64, energy_j: f64) -> bool {
        within(latency_s, self.latency_s) && within(energy_j, self.energy_j)
    }
}

/// Whether a value keeps a budget, up to rounding.
pub fn within(value: f64, budget: Option<f64>) -> bool {
    budget.is_none_or(|budget| value <= budget * (1.0 + SLACK))
}

/// All trade-offs of latency and energy: sorted by latency, energies descending, of equal ones a single schedule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Front {
    /// The schedules; empty = none keeps the rules.
    pub plans: Vec<Plan>,
    /// Partial schedules that were kept on the way.
    pub labels: usize,
    /// How it was found, hence whether it is whole.
    pub engine: Engine,
}

/// How a front was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// By label setting: the front is whole.
    #[default]
    Labels,
    /// By an integer programme, since there are too many partial schedules: the front holds the fastest and the thriftiest schedule
    /// alone, both exact up to a share of 1e-9.
    Programme,
    /// Neither finished in time, or the search was cancelled: the front says nothing.
    Stopped,
}

impl Front {
    /// Of a search that was given up.
    fn stopped() -> Self {
        Self {
            engine: Engine::Stopped,
            ..Self::default()
        }
    }

    /// The best schedule within a budget on the other quantity; `None` = no schedule keeps it.
    pub fn best(&self, objective: Objective, budget: Option<f64>) -> Option<&Plan> {
        match objective {
            Objective::Latency => self.plans.iter().find(|plan| within(plan.energy_j(), budget)),
            Objective::Energy => self.plans.iter().rev().find(|plan| within(plan.latency_s(), budget)),
        }
    }
}

impl Problem {
    /// States a problem; the first machine is the edge.
    ///
    /// # Errors
    /// No or too many devices, or a profile of another network or with costs that are no amounts.
    pub fn new(blocks: usize, machines: Vec<Machine>, transfers: Transfers) -> Result<Self, ScheduleError> {
        if !(1..=MOST_MACHINES).contains(&machines.len()) {
            return Err(ScheduleError::Machines(machines.len()));
        }
        for machine in &machines {
            machine.check(blocks)?;
        }
        let is_whole = transfers.size() == (blocks + 1, machines.len());
        if !is_whole || !transfers.costs().iter().all(|cost| cost.is_amount()) {
            return Err(ScheduleError::Transfers);
        }
        Ok(Self {
            blocks,
            machines,
            transfers,
            constraints: Vec::new(),
        })
    }

    /// The same with further constraints, on top of those it has.
    #[must_use]
    pub fn constrained(mut self, constraints: impl IntoIterator<Item = Constraint>) -> Self {
        self.constraints.extend(constraints);
        self
    }

    /// The same for an edge that takes this power while it waits: for every transfer and while other devices compute. Loads of devices count.
    ///
    /// # Errors
    /// A power that is negative or no number.
    pub fn waiting(mut self, power_w: f64) -> Result<Self, ScheduleError> {
        if !power_w.is_finite() || power_w < 0.0 {
            return Err(ScheduleError::IdlePower(power_w.to_string()));
        }
        for machine in self.machines.iter_mut().skip(1) {
            machine.wait(power_w);
        }
        self.transfers.wait(power_w);
        Ok(self)
    }

    /// The further constraints.
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// The devices, the edge first.
    pub fn machines(&self) -> &[Machine] {
        &self.machines
    }

    /// Whether the edge's energies were measured; otherwise sums of energy are those of transfers alone.
    pub fn knows_energy(&self) -> bool {
        self.machines.first().is_some_and(|edge| edge.knows_energy)
    }

    /// See [`Asked::front`].
    pub fn front(&self, rules: &Rules) -> Front {
        self.asked(rules).front()
    }

    /// See [`Asked::bound`].
    ///
    /// # Errors
    /// Not even a mix of schedules keeps rules and constraints, or the solver failed or took too long.
    pub fn bound(&self, rules: &Rules, objective: Objective) -> Result<Bound, BoundError> {
        self.asked(rules).bound(objective)
    }

    /// The same by the relaxed programme in any case: a check of the one by the other.
    ///
    /// # Errors
    /// As [`Problem::bound`].
    pub fn bound_by_programme(&self, rules: &Rules, objective: Objective) -> Result<Bound, BoundError> {
        programme::bound(&self.asked(rules), objective)
    }

    /// The best schedule by the integer programme instead of label setting: a check of the one by the other. `None` = none keeps the rules.
    ///
    /// # Errors
    /// The solver failed or took too long.
    pub fn best_by_programme(&self, rules: &Rules, objective: Objective) -> Result<Option<Plan>, BoundError> {
        programme::best(&self.asked(rules), objective)
    }

    /// See [`Asked::conflict`].
    pub fn conflict(&self, rules: &Rules) -> Option<Conflict> {
        self.asked(rules).conflict()
    }

    /// See [`Asked::best`]; `None` where it was not found as well.
    pub fn best(&self, rules: &Rules, objective: Objective) -> Option<Plan> {
        self.asked(rules).best(objective).ok()?
    }

    /// See [`Asked::most`].
    pub fn most(&self, rules: &Rules, objective: Objective) -> Option<f64> {
        self.asked(rules).most(objective)
    }
}
