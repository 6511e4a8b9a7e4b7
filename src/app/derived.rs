//! What is computed from the document and never saved: the newest answers of the background workers.

use super::compare::Pinned;
use super::evolution::Evolution;
use super::graph::layout::Layout;
use super::plots::sweep::Swept;
use crate::cost::table::CostTable;
use crate::design::{Design, Evaluation};
use crate::explore::sweep::Reading;
use crate::explore::{Flip, Front};
use crate::network::Schedule;
use std::sync::Arc;

/// Newest answers; `None` = not there yet. Everything here belongs to the same network and view, tables also to the
/// same system; [`super::App`] clears what a change makes meaningless.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The order of layers in the ribbon.
    pub schedule: Option<Arc<Schedule>>,
    /// Costs of all layers on all devices.
    pub table: Option<Arc<CostTable>>,
    /// The current design's numbers.
    pub evaluation: Option<Evaluation>,
    /// The front; still shown while a newer one is computed.
    pub front: Option<Arc<Front>>,
    /// Seconds the front took; `None` = not told, so that pictures of the same state are equal.
    pub front_s: Option<f64>,
    /// Whether a newer front is on its way.
    pub front_is_stale: bool,
    /// What NSGA-II found when it was run last.
    pub evolution: Option<Evolution>,
    /// Rates at which the best-latency design changes, one list per link.
    pub flips: Vec<Vec<Flip>>,
    /// The pins, each on its own system, and what they dominate of the front.
    pub pinned: Option<Arc<Pinned>>,
    /// What is best while a number is varied; still shown while a newer answer is computed.
    pub sweep: Option<Arc<Swept>>,
    /// Seconds the sweep took; `None` = not told, as with the front.
    pub sweep_s: Option<f64>,
    /// Whether a newer sweep is on its way.
    pub sweep_is_stale: bool,
    /// The current design at the values of the sweep; empty until computed.
    pub along: Vec<Reading>,
    /// The drawing of the graph.
    pub layout: Option<Arc<Layout>>,
    /// The cut in the hand.
    pub hand: Option<Hand>,
}

/// A cut in the hand.
#[derive(Debug, Clone)]
pub struct Hand {
    /// Which cut.
    pub cut: usize,
    /// The design when it was taken.
    pub before: Design,
    /// Its numbers then.
    pub before_evaluation: Option<Evaluation>,
    /// The objective for every position this cut could take (index = schedule position); empty until computed.
    pub curve: Vec<f64>,
}
