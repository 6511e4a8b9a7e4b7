//! Schedules over bundles of measured devices, in the background.

use crate::app::plots::bundles::Wish;
use crate::explore::schedule::Plan;
use crate::jobs::Ticket;
use crate::project::bundling::{Solved, Unstated, bound, by_clock, solve};
use crate::project::{Bundling, OpenNetwork};
use crate::system::System;
use std::sync::Arc;
use std::time::Duration;

/// Everything that schedules over bundles depend on.
#[derive(Debug, Clone)]
pub struct BundlesRequest {
    /// The network with both views.
    pub network: Arc<OpenNetwork>,
    /// Devices and links.
    pub system: System,
    /// By device: what it is built as.
    pub alternatives: Vec<usize>,
    /// What is asked.
    pub bundling: Bundling,
    /// What a view wants to know besides.
    pub wish: Wish,
}

impl BundlesRequest {
    /// Whether another request has the same answer.
    pub fn gives_same_answer(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.network, &other.network)
            && self.wish == other.wish
            && self.bundling == other.bundling
            && self.alternatives == other.alternatives
            && self.system == other.system
    }
}

/// What there is to say about schedules over bundles.
#[derive(Debug, Clone)]
pub struct BundlesAnswer {
    /// What was asked.
    pub bundling: Bundling,
    /// The answer, or why there is none.
    pub solved: Result<Solved, Unstated>,
    /// By clock of the edge: the best schedule at it alone, where that was asked for.
    pub by_clock: Vec<(u64, Option<Plan>)>,
    /// Seconds it took; `None` = not told, so that pictures of the same state are equal.
    pub took_s: Option<f64>,
}

pub(super) fn compute(request: BundlesRequest, ticket: &Ticket) -> Option<BundlesAnswer> {
    let begin = std::time::Instant::now();
    let BundlesRequest {
        network,
        system,
        alternatives,
        bundling,
        wish,
    } = &request;
    let cancel = || ticket.is_cancelled();
    let solved = solve(system, alternatives, &network.raw, bundling, wish.sweep_by, &cancel);
    let by_clock = match &solved {
        Ok(solved) if wish.by_clock && !cancel() => by_clock(&solved.stated, bundling, &cancel),
        _ => Vec::new(),
    };
    (!ticket.is_cancelled()).then(|| BundlesAnswer {
        bundling: bundling.clone(),
        solved,
        by_clock,
        took_s: Some(begin.elapsed().as_secs_f64()),
    })
}

/// What no schedule of an answer can undercut. It is no part of the answer, which shall not wait for it.
pub struct BundlesBound {
    /// Whose bound it is.
    pub answer: Arc<BundlesAnswer>,
    /// Seconds or joules; `None` = not known.
    pub value: Option<f64>,
}

/// How long an answer is held before its bound is worth the time: while a hand moves a budget, the next one replaces it before.
pub(super) const BOUND_AFTER: Duration = Duration::from_millis(60);

pub(super) fn find_bound(answer: Arc<BundlesAnswer>, ticket: &Ticket) -> Option<BundlesBound> {
    let solved = answer.solved.as_ref().ok();
    let value = solved.and_then(|solved| bound(solved, &answer.bundling, &|| ticket.is_cancelled()));
    (!ticket.is_cancelled()).then_some(BundlesBound { answer, value })
}
