//! What the Bundles tab shows, as the session keeps it, and what it wants to know.

use crate::app::Cx;
use crate::explore::schedule::{Objective, Plan};
use crate::project::bundling::Solved;
use crate::project::{Action, Bundling};
use serde::{Deserialize, Serialize};

/// Most budgets that are swept.
pub const MOST_BUDGETS: usize = 200;

/// Views of the tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum View {
    /// The trade-offs of latency and energy, and the best schedule.
    #[default]
    Front,
    /// Every bundle from a block to another.
    Heat,
    /// The same as a table.
    Table,
    /// What clocks trade.
    Clocks,
    /// The best under many budgets.
    Sweep,
}

impl View {
    /// All views with what they are called.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Front, "front"),
        (Self::Heat, "heat map"),
        (Self::Table, "profile table"),
        (Self::Clocks, "clocks"),
        (Self::Sweep, "budget sweep"),
    ];
}

/// What the heat map shows of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Quantity {
    /// Seconds.
    #[default]
    Latency,
    /// Joules.
    Energy,
    /// By which share the sum of its single blocks is off.
    Error,
}

/// Which schedule is looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Chosen {
    /// The best within the budgets.
    #[default]
    Best,
    /// One of the front or of a sweep, by its bundles.
    Front(Vec<Key>),
    /// One of the baselines, by its name.
    Baseline(String),
}

/// A bundle of a schedule: first and last block, machine, clock.
pub type Key = (usize, usize, usize, Option<u64>);

/// The bundles of a schedule.
pub fn key(plan: &Plan) -> Vec<Key> {
    let pieces = plan.pieces.iter();
    pieces
        .map(|piece| (piece.first, piece.last, piece.machine, piece.choice.clock_hz))
        .collect()
}

/// What a person chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BundlesSettings {
    /// The view.
    pub view: View,
    /// What the heat map shows.
    pub quantity: Quantity,
    /// How many budgets are swept: 2 to [`MOST_BUDGETS`].
    pub budgets: usize,
    /// Whether the sweep looks for the least energy by budgets on latency, else for the least latency by budgets on energy.
    pub sweep_energy: bool,
    /// Whether the clocks are those of the whole schedule, else of one run of blocks.
    pub clocks_of_schedule: bool,
    /// The machine that heat map and clocks are about.
    #[serde(skip)]
    pub machine: usize,
    /// The clock of the heat map; `None` = the highest.
    #[serde(skip)]
    pub clock_hz: Option<u64>,
    /// First and last block whose clocks are shown; `None` = all blocks.
    #[serde(skip)]
    pub span: Option<(usize, usize)>,
    /// Which schedule is looked at.
    #[serde(skip)]
    pub chosen: Chosen,
    /// Sort of the table: column, whether descending.
    #[serde(skip)]
    pub sort: Option<(usize, bool)>,
}

impl Default for BundlesSettings {
    fn default() -> Self {
        Self {
            view: View::Front,
            quantity: Quantity::Latency,
            budgets: 20,
            sweep_energy: false,
            clocks_of_schedule: true,
            machine: 0,
            clock_hz: None,
            span: None,
            chosen: Chosen::Best,
            sort: None,
        }
    }
}

/// What a view wants to know besides the front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// How many budgets are swept each way, if any.
    pub sweep_by: Option<usize>,
    /// Whether the best schedule at every clock of the edge is wanted.
    pub by_clock: bool,
}

impl BundlesSettings {
    /// What it wants to know.
    pub fn wish(&self) -> Wish {
        Wish {
            sweep_by: (self.view == View::Sweep).then_some(self.budgets.clamp(2, MOST_BUDGETS)),
            by_clock: self.view == View::Clocks && self.clocks_of_schedule,
        }
    }

    /// What the sweep looks for.
    pub fn swept(&self) -> Objective {
        match self.sweep_energy {
            true => Objective::Energy,
            false => Objective::Latency,
        }
    }
}

/// The chosen schedule, with its index in the front where it is of it; `None` = it is gone.
pub fn subject<'a>(cx: &Cx<'_>, solved: &'a Solved) -> Option<(Option<usize>, &'a Plan)> {
    let plans = &solved.front.plans;
    let index = match &cx.session.bundles.chosen {
        Chosen::Best => solved.best(&cx.document.bundling)?,
        Chosen::Front(wanted) => match plans.iter().position(|plan| key(plan) == *wanted) {
            Some(index) => index,
            // Where the front is its two ends alone, a sweep finds what lies between.
            None => return Some((None, swept(solved).find(|plan| key(plan) == *wanted)?)),
        },
        Chosen::Baseline(name) => {
            let named = solved.baselines.iter().find(|baseline| baseline.name == *name)?;
            return Some((None, named.plan.as_ref()?));
        }
    };
    Some((Some(index), plans.get(index)?))
}

/// The schedules of both sweeps, where there are some.
fn swept(solved: &Solved) -> impl Iterator<Item = &Plan> {
    let sweeps = solved.sweeps.iter();
    let steps = sweeps.flat_map(|sweeps| sweeps.latency.iter().chain(&sweeps.energy));
    steps.filter_map(|step| step.plan.as_ref())
}

/// The schedule that is shown, and which it is: the chosen one, or where that is gone the best within the budgets.
pub fn shown<'a>(cx: &Cx<'_>, solved: &'a Solved) -> Option<(Chosen, &'a Plan)> {
    if let Some((_, plan)) = subject(cx, solved) {
        return Some((cx.session.bundles.chosen.clone(), plan));
    }
    let best = solved.best(&cx.document.bundling)?;
    Some((Chosen::Best, solved.front.plans.get(best)?))
}

/// What the answer that is shown was asked, which may be older than what the document asks.
pub fn answered<'a>(cx: &Cx<'a>) -> &'a Bundling {
    let (document, derived) = (cx.document, cx.derived);
    derived
        .bundles
        .as_ref()
        .map_or(&document.bundling, |answer| &answer.bundling)
}

/// What is to be least; where the edge's energies were not measured, that can be the latency alone.
pub fn least(solved: &Solved, asked: &Bundling) -> Objective {
    match solved.stated.problem.knows_energy() {
        true => asked.objective,
        false => Objective::Latency,
    }
}

/// Leaves the wish to ask something else.
pub fn edit(cx: &mut Cx<'_>, change: impl FnOnce(&mut Bundling)) {
    let mut bundling = cx.document.bundling.clone();
    change(&mut bundling);
    if bundling != cx.document.bundling {
        cx.edit(Action::SetBundling(bundling));
    }
}
