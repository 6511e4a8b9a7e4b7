//! What is best while numbers of the system are varied, in the background.

use super::{FrontRequest, unnamed};
use crate::app::plots::sweep::{Swept, Wish};
use crate::design::{Constraints, Design};
use crate::explore::sweep::{self, Reading};
use crate::jobs::Ticket;
use crate::system::System;
use std::sync::Arc;

/// Rows of a map of two numbers.
const MAP_ROWS: usize = 32;

/// Asks which designs are the best while one number or two are varied.
#[derive(Debug, Clone)]
pub struct SweepRequest {
    /// What it is computed from.
    pub problem: FrontRequest,
    /// What is varied.
    pub wish: Wish,
}

impl SweepRequest {
    /// Whether another request has the same answer: then it differs at most in the present values of what is varied, and in what
    /// things are called.
    pub fn gives_same_sweep(&self, other: &Self) -> bool {
        let (a, b) = (&self.problem, &other.problem);
        self.wish == other.wish
            && Arc::ptr_eq(&a.schedule, &b.schedule)
            && a.table.shares_network(&b.table)
            && a.search == b.search
            && self.fixed() == other.fixed()
    }

    /// System and limits with what is varied at the start of its range.
    fn fixed(&self) -> (System, Constraints) {
        let (mut system, mut constraints) = (unnamed(&self.problem.system), self.problem.constraints);
        let first = (&self.wish.question.knob, self.wish.question.range);
        let second = self.wish.second.as_ref().map(|(knob, range)| (knob, *range));
        let varied = std::iter::once(first)
            .chain(second)
            .filter(|(knob, _)| !knob.is_share());
        sweep::set_all(
            &mut system,
            &mut constraints,
            varied.map(|(knob, range)| (knob, range.low)),
        );
        (system, constraints)
    }
}

/// What a sweep found, and how long it took.
pub struct SweepAnswer {
    /// The regions.
    pub swept: Swept,
    /// Seconds it took.
    pub took_s: f64,
}

/// Asks for the numbers of one design along a sweep.
#[derive(Clone)]
pub struct AlongRequest {
    /// The sweep that was asked for.
    pub asked: SweepRequest,
    /// What it found.
    pub swept: Arc<Swept>,
    /// The design.
    pub design: Design,
}

impl AlongRequest {
    /// Whether another request has the same answer.
    pub fn gives_same_numbers(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.swept, &other.swept) && self.design == other.design
    }
}

pub(super) fn compute(request: SweepRequest, ticket: &Ticket) -> Option<SweepAnswer> {
    let begin = std::time::Instant::now();
    let (problem, wish) = (request.problem.problem(), &request.wish);
    let search = &request.problem.search;
    let (cancel, progress) = (|| ticket.is_cancelled(), |share| ticket.set_progress(share));
    let swept = match &wish.second {
        None => Swept::One(sweep::sweep(&problem, search, &wish.question, &cancel, &progress)?),
        Some((knob, range)) => {
            let second = (knob, *range);
            Swept::Two(sweep::map(
                &problem,
                search,
                &wish.question,
                second,
                MAP_ROWS,
                &cancel,
                &progress,
            )?)
        }
    };
    Some(SweepAnswer {
        swept,
        took_s: begin.elapsed().as_secs_f64(),
    })
}

pub(super) fn along(request: AlongRequest, ticket: &Ticket) -> Option<Vec<Reading>> {
    let Swept::One(sweep) = &*request.swept else {
        return Some(Vec::new());
    };
    let problem = &request.asked.problem;
    let designs = std::slice::from_ref(&request.design);
    let knob = &sweep.question.knob;
    let found = sweep::readings(&problem.problem(), knob, &sweep.values, designs, &|| {
        ticket.is_cancelled()
    });
    found?.into_iter().next()
}
