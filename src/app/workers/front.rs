//! The front, what flips it, and the curve of one cut in the background.

use super::unnamed;
use crate::cost::table::CostTable;
use crate::design::{Constraints, Design};
use crate::explore::{self, Flip, Front, Objective, Problem, Search};
use crate::jobs::Ticket;
use crate::network::{Network, Schedule};
use crate::project::{OpenNetwork, View};
use crate::system::System;
use std::sync::Arc;

/// Everything the front depends on.
#[derive(Debug, Clone)]
pub struct FrontRequest {
    /// The network with both views.
    pub network: Arc<OpenNetwork>,
    /// Which view.
    pub view: View,
    /// The order.
    pub schedule: Arc<Schedule>,
    /// The costs.
    pub table: Arc<CostTable>,
    /// Devices and links.
    pub system: System,
    /// Limits.
    pub constraints: Constraints,
    /// What is explored.
    pub search: Search,
}

impl FrontRequest {
    /// The network in its view.
    pub fn network(&self) -> &Network {
        self.network.view(self.view)
    }

    /// The same with a link at the rate 1, if it has a rate, and without what things are called.
    fn with_unit_rate(&self, link: usize) -> Self {
        let mut system = unnamed(&self.system);
        if let Some(link) = system.links.get_mut(link) {
            link.model.set_rate(1.0);
        }
        Self { system, ..self.clone() }
    }

    /// Whether flips of rates are the same: they depend on no objective and no limit but those of memory.
    fn gives_same_flips(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schedule, &other.schedule)
            && self.table.shares_network(&other.table)
            && self.system == other.system
    }

    /// The same as a problem for the explorer.
    pub fn problem(&self) -> Problem<'_> {
        Problem {
            network: self.network(),
            schedule: &self.schedule,
            system: &self.system,
            table: &self.table,
            constraints: &self.constraints,
        }
    }
}

/// The front and what goes with it.
pub struct FrontAnswer {
    /// The front.
    pub front: Front,
    /// Seconds it took.
    pub front_s: f64,
    /// Flip rates, one list per link.
    pub flips: Vec<Vec<Flip>>,
}

/// Asks for the objective of every position of one cut.
pub struct CurveRequest {
    /// What it is computed from.
    pub problem: FrontRequest,
    /// The design the cut is taken from.
    pub design: Design,
    /// Which cut.
    pub cut: usize,
    /// Which objective.
    pub objective: Objective,
}

impl CurveRequest {
    /// The work.
    pub fn run(&self) -> CurveAnswer {
        CurveAnswer {
            cut: self.cut,
            curve: explore::curve(&self.problem.problem(), &self.design, self.cut, self.objective),
        }
    }
}

/// The objective of every position of one cut.
pub struct CurveAnswer {
    /// Which cut.
    pub cut: usize,
    /// One value per schedule position.
    pub curve: Vec<f64>,
}

/// The front a request asks for; `None` when it was cancelled.
pub(super) fn search(request: &FrontRequest, ticket: &Ticket) -> Option<Front> {
    let (cancel, progress) = (|| ticket.is_cancelled(), |share| ticket.set_progress(share));
    explore::front(&request.problem(), &request.search, &cancel, &progress)
}

/// Keeps the flips of every link: they do not depend on its present rate, so that nothing is searched for them while its
/// slider moves.
pub(super) fn compute() -> impl FnMut(FrontRequest, &Ticket) -> Option<FrontAnswer> + Send + 'static {
    let mut known: Vec<(FrontRequest, Vec<Flip>)> = Vec::new();
    move |request, ticket| {
        let begin = std::time::Instant::now();
        let front = search(&request, ticket)?;
        let front_s = begin.elapsed().as_secs_f64();
        let links = 0..request.system.links.len();
        let found = links.map(|link| {
            let at_one_rate = request.with_unit_rate(link);
            let same = known.iter().find(|(asked, _)| asked.gives_same_flips(&at_one_rate));
            let flips = match same {
                Some((_, flips)) => flips.clone(),
                None => explore::flips(&request.problem(), link, &|| ticket.is_cancelled())?,
            };
            Some((at_one_rate, flips))
        });
        known = found.collect::<Option<_>>()?;
        let flips = known.iter().map(|(_, flips)| flips.clone()).collect();
        Some(FrontAnswer { front, front_s, flips })
    }
}
