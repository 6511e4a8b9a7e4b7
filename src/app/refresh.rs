//! What must be computed anew after the document changed, and asking for it.

use super::App;
use super::compare::PinnedRequest;
use super::derived::{Age, Derived, Hand, Mappings};
use super::graph::layout::LayoutRequest;
use super::plots::bundles;
use super::workers::{AlongRequest, BundlesRequest, CurveRequest, FrontRequest, SweepRequest, TableRequest};
use crate::cost::table::CostTable;
use crate::design::evaluate::evaluate;
use std::sync::Arc;

/// What was asked last, so that nothing is asked twice.
#[derive(Default)]
pub struct Asked {
    /// What the newest table was asked for.
    table: Option<TableRequest>,
    /// What the newest front was asked for.
    front: Option<FrontRequest>,
    /// What NSGA-II was last run on.
    pub(super) evolution: Option<FrontRequest>,
    /// What the newest sweep was asked for.
    sweep: Option<SweepRequest>,
    /// What the design's numbers along the sweep were asked for.
    along: Option<AlongRequest>,
    /// What schedules over bundles were asked for last.
    bundles: Option<BundlesRequest>,
    /// What the evaluation at hand belongs to: the document's revision and the table.
    evaluation: Option<(u64, Arc<CostTable>)>,
    /// Which pins and front were compared.
    pinned: Option<PinnedRequest>,
}

impl App {
    /// Brings derived state up to the document: evaluates the design where costs are at hand, asks workers for the rest.
    pub(super) fn refresh(&mut self) {
        let document = self.history.document();
        let wanted = TableRequest {
            network: Arc::clone(&document.network),
            view: document.view,
            schedule: document.schedule,
            system: document.system.clone(),
            required_bits: document.required_bits.clone(),
        };
        let asked = self.asked.table.as_ref();
        if !asked.is_some_and(|asked| asked.shape() == wanted.shape()) {
            // Positions and layers mean something else now: nothing of the old answers can be shown.
            let measurement = self.derived.measurement.take();
            self.derived = Derived {
                measurement,
                ..Derived::default()
            };
            self.workers.front.cancel();
            self.workers.optimum.cancel();
            self.workers.curve.cancel();
            self.workers.sweep.cancel();
            self.workers.along.cancel();
            self.workers.bundles.cancel();
            self.workers.bundles_bound.cancel();
            self.workers.evolution.cancel();
            self.workers.comparison.cancel();
            self.workers.accelerators.cancel();
            self.asked.front = None;
            self.asked.evolution = None;
            self.asked.pinned = None;
            self.asked.sweep = None;
            self.asked.along = None;
            self.asked.bundles = None;
            // A profile of one network is no file for another's.
            self.measure_wish = None;
            self.session.selection = None;
        }
        if !asked.is_some_and(|asked| asked.gives_same_table(&wanted)) {
            self.ask_for_table(wanted);
        }
        self.evaluate();
        self.ask_for_front();
        self.check_evolution();
        self.ask_for_pins();
        self.ask_for_sweep();
        self.ask_for_bundles();
    }

    /// Asks for layer costs. Those at hand belong to an earlier system from now on, and so does the front.
    fn ask_for_table(&mut self, wanted: TableRequest) {
        self.derived.mappings = Mappings::Full;
        self.first_mappings = None;
        if self.derived.front.is_some() {
            self.derived.front_age = Age::Updating;
        }
        self.workers.table.request(wanted.clone());
        self.asked.table = Some(wanted);
    }

    /// Goes on refining mappings where that was stopped.
    pub(super) fn refine_mappings(&mut self) {
        if self.derived.mappings == Mappings::Stopped
            && let Some(wanted) = self.asked.table.clone()
        {
            self.workers.table.request(wanted);
            self.derived.mappings = Mappings::Refining;
            if self.derived.front.is_some() {
                self.derived.front_age = Age::Updating;
            }
        }
    }

    /// The current problem, if its costs are at hand.
    pub(super) fn front_request(&self) -> Option<FrontRequest> {
        let document = self.history.document();
        let table = self
            .derived
            .table
            .as_ref()
            .filter(|t| t.fits(document.network(), &document.system))?;
        Some(FrontRequest {
            network: Arc::clone(&document.network),
            view: document.view,
            schedule: Arc::clone(self.derived.schedule.as_ref()?),
            table: Arc::clone(table),
            system: document.system.clone(),
            constraints: document.constraints,
            search: document.search.clone(),
        })
    }

    /// Evaluates the current design if the table at hand belongs to the document and something changed.
    fn evaluate(&mut self) {
        let revision = self.history.revision();
        let is_current = |(seen, table): &(u64, Arc<CostTable>)| {
            *seen == revision
                && self
                    .derived
                    .table
                    .as_ref()
                    .is_some_and(|newest| Arc::ptr_eq(newest, table))
        };
        if self.asked.evaluation.as_ref().is_some_and(is_current) && self.derived.evaluation.is_some() {
            return;
        }
        let document = self.history.document();
        let (Some(schedule), Some(table)) = (&self.derived.schedule, &self.derived.table) else {
            return;
        };
        // First mappings are of the document's system, whatever their table says about how they were searched.
        let (network, system) = (document.network(), &document.system);
        let fits = table.fits(network, system) || self.derived.mappings.are_first() && table.covers(network, system);
        if fits {
            let evaluation = evaluate(&document.problem(schedule, table), &document.design);
            self.asked.evaluation = Some((revision, Arc::clone(table)));
            self.derived.evaluation = Some(evaluation);
        }
    }

    /// Whether a problem is the one in the window.
    pub(super) fn is_current(&self, asked: &FrontRequest) -> bool {
        let document = self.history.document();
        let table = self.derived.table.as_ref();
        table.is_some_and(|newest| Arc::ptr_eq(newest, &asked.table))
            && asked.constraints == document.constraints
            && asked.search == document.search
            && asked.system == document.system
    }

    /// Asks for a new front where its inputs changed.
    fn ask_for_front(&mut self) {
        if self.asked.front.as_ref().is_some_and(|asked| self.is_current(asked)) {
            return;
        }
        let Some(request) = self.front_request() else { return };
        self.asked.front = Some(request.clone());
        self.derived.front_age = Age::Updating;
        // What was best before the change is not asked for any more.
        self.workers.optimum.cancel();
        self.workers.front.request(request);
    }

    /// Asks for the numbers of the pins where they, or the front they are held against, changed.
    fn ask_for_pins(&mut self) {
        let (document, front) = (self.history.document(), self.derived.front.as_ref());
        if document.pins.is_empty()
            || self
                .asked
                .pinned
                .as_ref()
                .is_some_and(|asked| asked.is_of(document, front))
        {
            return;
        }
        let request = PinnedRequest::of(document, front);
        self.workers.compare.request(request.clone());
        self.asked.pinned = Some(request);
    }

    /// Whether the sweep at hand is that of the document; nobody asks for a newer one while no view shows it.
    pub(super) fn sweep_is_current(&self) -> bool {
        let is_current = |asked: &SweepRequest| {
            let wish = asked.wish.clone();
            let now = self.front_request().map(|problem| SweepRequest { problem, wish });
            now.is_some_and(|now| asked.gives_same_sweep(&now))
        };
        self.derived.sweep_age.is_current() && self.asked.sweep.as_ref().is_some_and(is_current)
    }

    /// Whether the numbers along the sweep at hand are those of the document's design.
    pub(super) fn along_is_current(&self) -> bool {
        let is_current = |asked: &AlongRequest| {
            let swept = self.derived.sweep.as_ref();
            asked.design == self.history.document().design
                && swept.is_some_and(|swept| Arc::ptr_eq(swept, &asked.swept))
        };
        self.workers.along.status().is_none() && self.asked.along.as_ref().is_some_and(is_current)
    }

    /// Asks for the sweep that a view wants to show, and for the design's numbers along it, where these are not known.
    fn ask_for_sweep(&mut self) {
        let Some(wish) = self.session.sweep_wish.clone() else {
            return;
        };
        let Some(problem) = self.front_request() else { return };
        let wanted = SweepRequest { problem, wish };
        let asked = self.asked.sweep.as_ref();
        if !asked.is_some_and(|asked| asked.gives_same_sweep(&wanted)) {
            self.derived.sweep_age = Age::Updating;
            self.workers.sweep.request(wanted.clone());
            self.asked.sweep = Some(wanted);
            return;
        }
        let Some(swept) = self
            .derived
            .sweep
            .clone()
            .filter(|_| self.derived.sweep_age.is_current())
        else {
            return;
        };
        let wanted = AlongRequest {
            asked: wanted,
            swept,
            design: self.history.document().design.clone(),
        };
        let asked = self.asked.along.as_ref();
        if !asked.is_some_and(|asked| asked.gives_same_numbers(&wanted)) {
            self.workers.along.request(wanted.clone());
            self.asked.along = Some(wanted);
        }
    }

    /// What schedules over bundles of the present document would be asked for.
    fn bundles_request(&self, wish: bundles::Wish) -> BundlesRequest {
        let document = self.history.document();
        BundlesRequest {
            network: Arc::clone(&document.network),
            system: document.system.clone(),
            alternatives: document.design.alternatives.clone(),
            bundling: document.bundling.clone(),
            wish,
        }
    }

    /// Whether the schedules over bundles at hand are those of the present document.
    pub(super) fn bundles_are_current(&self) -> bool {
        let is_current = |asked: &BundlesRequest| asked.gives_same_answer(&self.bundles_request(asked.wish.clone()));
        self.derived.bundles_age.is_current() && self.asked.bundles.as_ref().is_some_and(is_current)
    }

    /// Asks for the schedules over bundles that a view wants to show.
    fn ask_for_bundles(&mut self) {
        let Some(wish) = self.session.bundles_wish.clone() else {
            return;
        };
        let wanted = self.bundles_request(wish);
        let asked = self.asked.bundles.as_ref();
        if !asked.is_some_and(|asked| asked.gives_same_answer(&wanted)) {
            self.derived.bundles_age = Age::Updating;
            self.workers.bundles.request(wanted.clone());
            self.asked.bundles = Some(wanted);
        }
    }

    /// Asks for the drawing of the graph; after a new schedule arrived.
    pub(super) fn ask_for_layout(&self) {
        let Some(schedule) = self.derived.schedule.clone() else {
            return;
        };
        let document = self.history.document();
        self.workers.layout.request(LayoutRequest {
            network: Arc::clone(&document.network),
            view: document.view,
            kind: document.schedule,
            schedule,
        });
    }

    /// Takes a cut into the hand: remembers how things were and asks for the curve.
    pub(super) fn take_in_hand(&mut self, cut: usize) {
        let before = self.history.document().design.clone();
        if let Some(problem) = self.front_request() {
            let objective = self.session.objective;
            self.workers.curve.request(CurveRequest {
                problem,
                design: before.clone(),
                cut,
                objective,
            });
        }
        let before_evaluation = self.derived.evaluation.clone();
        self.derived.hand = Some(Hand {
            cut,
            before,
            before_evaluation,
            curve: Vec::new(),
        });
    }
}
