//! The window's background work: the workers, and by idea what is asked of each, what it does and what comes back.

mod bundles;
mod files;
mod front;
mod sweep;
mod table;

use super::accelerators::{self, Found as Accelerators, SpaceRequest};
use super::compare::{self, Pinned, PinnedRequest};
use super::evolution::{self, CompareRequest, EvolutionRequest, Found};
use super::graph::layout::{self, Layout, LayoutRequest};
use super::measure::{self, MeasureRequest, Measured};
use super::measured::{self, ReadAnswer, ReadRequest};
use super::opening::{self, OpenRequest, Opened};
use crate::explore::sweep::Reading;
use crate::explore::{Comparison, Front};
use crate::jobs::{Status, Wake, Worker};
use crate::project::OpenNetwork;
use crate::system::System;
use std::sync::Arc;

pub use bundles::{BundlesAnswer, BundlesBound, BundlesRequest};
pub use files::{DialogAnswer, DialogRequest, PathPurpose, SaveContent, SavePurpose, SaveRequest};
pub use front::{CurveAnswer, CurveRequest, FrontAnswer, FrontRequest};
pub use sweep::{AlongRequest, SweepAnswer, SweepRequest};
pub use table::{TableAnswer, TableRequest};

/// Checks that a user asks for.
pub enum CheckRequest {
    /// Solve the question of the front's ends and middle as linear programmes.
    LinearProgramme(Box<FrontRequest>),
    /// Compare shapes with tract's, in a process of its own.
    SecondOpinion(Arc<OpenNetwork>),
}

/// All workers of the window.
pub struct Workers {
    /// Layer costs.
    pub table: Worker<TableRequest, TableAnswer>,
    /// The front.
    pub front: Worker<FrontRequest, FrontAnswer>,
    /// The front of the one objective that Optimise looks at, where the other front is none of it.
    pub optimum: Worker<FrontRequest, Front>,
    /// NSGA-II, on demand; it streams what it finds.
    pub evolution: Worker<EvolutionRequest, Found>,
    /// How what NSGA-II found compares with the front.
    pub comparison: Worker<CompareRequest, Comparison>,
    /// Searches of a family of accelerators, on demand; they stream what they find.
    pub accelerators: Worker<SpaceRequest, Accelerators>,
    /// Measures this machine, on demand, in a process of its own.
    pub measure: Worker<MeasureRequest, Measured>,
    /// What is best while a number is varied.
    pub sweep: Worker<SweepRequest, SweepAnswer>,
    /// The design in the window along a sweep.
    pub along: Worker<AlongRequest, Vec<Reading>>,
    /// Schedules over bundles of measured devices.
    pub bundles: Worker<BundlesRequest, BundlesAnswer>,
    /// What no such schedule can undercut.
    pub bundles_bound: Worker<Arc<BundlesAnswer>, BundlesBound>,
    /// Reading the files of a measured device.
    pub measured: Worker<ReadRequest, ReadAnswer>,
    /// The curve under the hand.
    pub curve: Worker<CurveRequest, CurveAnswer>,
    /// The pins on their own systems.
    pub compare: Worker<PinnedRequest, Pinned>,
    /// The drawing of the graph.
    pub layout: Worker<LayoutRequest, Layout>,
    /// Opening files.
    pub open: Worker<OpenRequest, Opened>,
    /// Checks on demand.
    pub check: Worker<CheckRequest, Vec<String>>,
    /// Writing files.
    pub save: Worker<SaveRequest, (SaveRequest, Result<(), String>)>,
    /// Native file dialogs.
    pub dialog: Worker<DialogRequest, DialogAnswer>,
}

impl Workers {
    /// Starts all threads. Errors where the system refuses one.
    pub fn start(wake: &Wake) -> std::io::Result<Self> {
        Ok(Self {
            table: Worker::streaming("layer costs", wake.clone(), table::compute())?,
            front: Worker::latest("front", wake.clone(), front::compute())?,
            optimum: Worker::latest("optimum", wake.clone(), |request, ticket| {
                front::search(&request, ticket)
            })?,
            evolution: Worker::streaming(evolution::NAME, wake.clone(), |request, ticket, hand_out| {
                evolution::run(&request, ticket, hand_out)
            })?,
            comparison: Worker::latest("comparison", wake.clone(), |request: CompareRequest, _| {
                Some(request.run())
            })?,
            accelerators: Worker::streaming(accelerators::NAME, wake.clone(), accelerators::run)?,
            measure: Worker::streaming(measure::NAME, wake.clone(), measure::run)?,
            sweep: Worker::latest("sweep", wake.clone(), sweep::compute)?,
            along: Worker::latest("design along the sweep", wake.clone(), sweep::along)?,
            bundles: Worker::latest("bundles", wake.clone(), bundles::compute)?,
            bundles_bound: Worker::latest_after(
                bundles::BOUND_AFTER,
                "bound of bundles",
                wake.clone(),
                bundles::find_bound,
            )?,
            measured: Worker::latest("measured device", wake.clone(), measured::compute())?,
            curve: Worker::latest("curve", wake.clone(), |request: CurveRequest, _| Some(request.run()))?,
            compare: Worker::latest("compare", wake.clone(), compare::compute())?,
            layout: Worker::latest("layout", wake.clone(), |request: LayoutRequest, ticket| {
                layout::layout(&request, &|| ticket.is_cancelled())
            })?,
            open: Worker::latest("opening", wake.clone(), |request, _| Some(opening::open(&request)))?,
            check: Worker::latest("check", wake.clone(), |request, ticket| {
                Some(super::check::run(&request, ticket))
            })?,
            save: Worker::in_order("saving", wake.clone(), |request: SaveRequest, _| {
                let written = files::save(&request);
                Some((request, written))
            })?,
            dialog: Worker::in_order("file dialog", wake.clone(), |request, _| {
                Some(super::dialog::ask(request))
            })?,
        })
    }

    /// What is being worked on, the longest first among those worth showing.
    pub fn statuses(&self) -> Vec<Status> {
        let all = [
            self.open.status(),
            self.measured.status(),
            self.front.status(),
            self.optimum.status(),
            self.evolution.status(),
            self.accelerators.status(),
            self.measure.status(),
            self.sweep.status(),
            self.table.status(),
            self.layout.status(),
            self.check.status(),
            self.save.status(),
        ];
        all.into_iter().flatten().collect()
    }

    /// Whether anything but a dialog is under way.
    pub fn is_busy(&self) -> bool {
        let beside = [
            self.curve.status(),
            self.comparison.status(),
            self.compare.status(),
            self.along.status(),
            self.bundles.status(),
            self.bundles_bound.status(),
        ];
        beside.iter().any(Option::is_some) || !self.statuses().is_empty()
    }

    /// Cancels the work of the worker of this name; NSGA-II and the like keep what they have found.
    pub fn cancel(&self, name: &str) {
        match name {
            "layer costs" => self.table.cancel(),
            "front" => self.front.cancel(),
            "optimum" => self.optimum.cancel(),
            evolution::NAME => self.evolution.stop(),
            accelerators::NAME => self.accelerators.stop(),
            measure::NAME => self.measure.stop(),
            "sweep" => self.sweep.cancel(),
            "layout" => self.layout.cancel(),
            "opening" => self.open.cancel(),
            "check" => self.check.cancel(),
            _ => {}
        }
    }
}

/// A system without what things are called and where numbers come from, on which no number of a design depends.
fn unnamed(system: &System) -> System {
    let mut system = system.clone();
    system.name.clear();
    for device in &mut system.devices {
        device.name.clear();
        device.preset = None;
        device.sources.clear();
    }
    let direct = system.direct.iter_mut().map(|direct| &mut direct.link);
    for link in system.links.iter_mut().chain(direct) {
        link.name.clear();
        link.preset = None;
        link.sources.clear();
    }
    system
}
