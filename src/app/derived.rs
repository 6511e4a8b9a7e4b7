//! What is computed from the document and never saved: the newest answers of the background workers.

use super::accelerators::Found as Accelerators;
use super::compare::Pinned;
use super::evolution::Evolution;
use super::graph::layout::Layout;
use super::measure::Measured;
use super::measured::ReadAnswer;
use super::plots::sweep::Swept;
use super::workers::BundlesAnswer;
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
    /// Whether these costs are those of the first mappings found for spatial accelerators.
    pub mappings: Mappings,
    /// The current design's numbers.
    pub evaluation: Option<Evaluation>,
    /// The front; still shown while a newer one is computed.
    pub front: Option<Arc<Front>>,
    /// Seconds the front took; `None` = not told, so that pictures of the same state are equal.
    pub front_s: Option<f64>,
    /// How the front stands to the document.
    pub front_age: Age,
    /// What NSGA-II found when it was run last.
    pub evolution: Option<Evolution>,
    /// What the last search of accelerators found.
    pub accelerators: Option<Accelerators>,
    /// What the last measurement of this machine found, of whatever network.
    pub measurement: Option<Measured>,
    /// Rates at which the best-latency design changes, one list per link.
    pub flips: Vec<Vec<Flip>>,
    /// The pins, each on its own system, and what they dominate of the front.
    pub pinned: Option<Arc<Pinned>>,
    /// What is best while a number is varied; still shown while a newer answer is computed.
    pub sweep: Option<Arc<Swept>>,
    /// Seconds the sweep took; `None` = not told, as with the front.
    pub sweep_s: Option<f64>,
    /// How the sweep stands to the document.
    pub sweep_age: Age,
    /// The current design at the values of the sweep; empty until computed.
    pub along: Vec<Reading>,
    /// Schedules over bundles of measured devices; still shown while newer ones are computed.
    pub bundles: Option<Arc<BundlesAnswer>>,
    /// How they stand to the document.
    pub bundles_age: Age,
    /// What none of them can undercut, with the answer it belongs to.
    pub bundles_bound: Option<(Arc<BundlesAnswer>, f64)>,
    /// What the files of a measured device hold that is about to be added.
    pub measured: Option<Arc<ReadAnswer>>,
    /// The drawing of the graph.
    pub layout: Option<Arc<Layout>>,
    /// The cut in the hand.
    pub hand: Option<Hand>,
}

/// How far the mappings of spatial accelerators are that the costs at hand belong to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mappings {
    /// They are the best within the budget of the search, or there are none.
    #[default]
    Full,
    /// They are the first that were found; better ones are being searched.
    Refining,
    /// They are the first that were found, and the search for better ones was stopped.
    Stopped,
}

impl Mappings {
    /// Whether numbers may still become better without any edit.
    pub fn are_first(self) -> bool {
        self != Self::Full
    }

    /// Nothing better is to be expected until it is asked for.
    pub fn stop(&mut self) {
        if *self == Self::Refining {
            *self = Self::Stopped;
        }
    }

    /// What is to be said about it; empty where there is nothing to say.
    pub fn words(self) -> &'static str {
        match self {
            Self::Full => "",
            Self::Refining => "first mappings, refining…",
            Self::Stopped => "first mappings only: refining was stopped",
        }
    }
}

/// How an answer that is shown stands to the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Age {
    /// It belongs to the document as it is.
    #[default]
    Current,
    /// A newer one is on its way.
    Updating,
    /// The newer one was stopped or failed: what is shown belongs to the problem before the last edits.
    Stopped,
}

impl Age {
    /// Whether it belongs to the document as it is.
    pub fn is_current(self) -> bool {
        self == Self::Current
    }

    /// Nothing newer is to be expected until something else is asked for.
    pub fn stop(&mut self) {
        if *self == Self::Updating {
            *self = Self::Stopped;
        }
    }

    /// The same after other words; empty for the document as it is.
    pub fn words(self) -> &'static str {
        match self {
            Self::Current => "",
            Self::Updating => ", updating…",
            Self::Stopped => ", stopped: of an earlier problem",
        }
    }

    /// The same where room is scarce; hovering tells the rest.
    pub fn few_words(self) -> &'static str {
        match self {
            Self::Stopped => ", out of date",
            Self::Current | Self::Updating => self.words(),
        }
    }

    /// What stands in place of an answer that is not there: `what` names it with its article.
    pub fn missing(self, what: &str) -> String {
        match self {
            Self::Current | Self::Updating => format!("computing {what}…"),
            Self::Stopped => {
                format!(
                    "There is nothing to show: computing {what} was stopped. A change of system, limits or search starts it anew."
                )
            }
        }
    }
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
