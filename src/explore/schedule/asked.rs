//! A problem with what is asked of it, and the engines that answer.

use super::{Bound, BoundError, Conflict, Count, Engine, Front, Objective, Plan, Problem, Rules};
use super::{conflict, extreme, hull, labels, programme, resources};

/// A problem, the rules its schedules must keep, and whoever may call the search off.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// What schedules must keep.
    pub rules: Rules,
    /// Says whether the answer is not wanted any more; asked every few milliseconds.
    pub cancel: &'a dyn Fn() -> bool,
}

/// Why label setting did not finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// It was called off.
    Cancelled,
    /// It would take too long or too much memory.
    TooMany,
}

fn never() -> bool {
    false
}

impl Problem {
    /// This problem with what its schedules must keep.
    pub fn asked(&self, rules: &Rules) -> Asked<'_> {
        Asked {
            problem: self,
            rules: *rules,
            cancel: &never,
        }
    }
}

impl<'a> Asked<'a> {
    /// The same, called off where `cancel` says so.
    #[must_use]
    pub fn until(self, cancel: &'a dyn Fn() -> bool) -> Self {
        Self { cancel, ..self }
    }

    /// The same under other rules.
    #[must_use]
    pub fn with(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// Whether the answer is not wanted any more.
    pub fn is_cancelled(&self) -> bool {
        (self.cancel)()
    }

    /// The whole front by label setting.
    fn labelled(&self) -> Result<Front, Stopped> {
        match self.problem.constraints.is_empty() {
            true => labels::front(self),
            false => resources::front(self),
        }
    }

    /// The exact front. Where there are too many partial schedules it holds its ends alone, see [`Front::engine`].
    pub fn front(&self) -> Front {
        match self.labelled() {
            Ok(front) => front,
            Err(Stopped::TooMany) => programme::ends(self),
            Err(Stopped::Cancelled) => Front::stopped(),
        }
    }

    /// The best schedule that keeps the rules, `None` = none does; ties are broken by the other quantity, then fewer bundles, then lower
    /// clocks.
    ///
    /// # Errors
    /// It was not found: called off, or there are too many partial schedules and the solver failed or took too long.
    pub fn best(&self, objective: Objective) -> Result<Option<Plan>, BoundError> {
        match self.labelled() {
            Ok(front) => Ok(front.best(objective, None).cloned()),
            Err(Stopped::TooMany) => programme::best(self, objective),
            Err(Stopped::Cancelled) => Err(BoundError::Cancelled),
        }
    }

    /// Whether any schedule keeps rules and constraints; `None` = it was not found out in time.
    pub(super) fn is_possible(&self) -> Option<bool> {
        match self.labelled() {
            Ok(front) => Some(!front.plans.is_empty()),
            Err(Stopped::TooMany) => programme::is_possible(self).ok(),
            Err(Stopped::Cancelled) => None,
        }
    }

    /// What no schedule can undercut in an objective, and the mix of schedules that reaches it: where budgets are all there is to keep, by the
    /// hull of the front, which is what the relaxed programme finds; else by that.
    ///
    /// # Errors
    /// Not even a mix of schedules keeps rules and constraints, or the solver failed, took too long or was called off.
    pub fn bound(&self, objective: Objective) -> Result<Bound, BoundError> {
        let free = self.with(Rules {
            latency_s: None,
            energy_j: None,
            ..self.rules
        });
        match self.has_hull().then(|| free.labelled()) {
            Some(Ok(front)) => hull::bound(&front.plans, &self.rules, objective),
            Some(Err(Stopped::Cancelled)) => Err(BoundError::Cancelled),
            Some(Err(Stopped::TooMany)) | None => programme::bound(self, objective),
        }
    }

    /// The same where the front under these rules, but for the budgets, is known.
    ///
    /// # Errors
    /// As [`Asked::bound`].
    pub fn bound_by(&self, front: &Front, objective: Objective) -> Result<Bound, BoundError> {
        match self.has_hull() && front.engine == Engine::Labels {
            true => hull::bound(&front.plans, &self.rules, objective),
            false => self.bound(objective),
        }
    }

    fn has_hull(&self) -> bool {
        self.rules.count == Count::Free && self.problem.constraints.is_empty()
    }

    /// The worst schedule that keeps the rules but for the budgets: where a sweep ends. `None` = no schedule keeps them.
    pub fn most(&self, objective: Objective) -> Option<f64> {
        extreme::most(self, objective)
    }

    /// Why no schedule keeps rules and constraints; `None` = one does.
    pub fn conflict(&self) -> Option<Conflict> {
        conflict::of(self)
    }
}
