//! The document: everything that is saved and undone, the [`Action`]s that change it, and the files it becomes.

pub mod action;
pub mod apply;
pub mod architecture;
pub mod bundling;
pub mod check;
pub mod cnnparted;
pub mod comparison;
pub mod cuts;
mod devices;
pub mod example;
pub mod export;
pub mod export_mappings;
pub mod export_schedule;
pub mod export_space;
pub mod export_sweep;
pub mod file;
pub mod history;
pub mod measured;
pub mod open;
#[cfg(test)]
pub(crate) mod sample;
pub mod store;
#[cfg(test)]
mod system_tests;
pub mod table;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use apply::{ActionError, MAX_PINS};
pub use bundling::Bundling;
pub use history::{Applied, History};
pub use open::{OpenNetwork, Origin};

use crate::cost::table::CostTable;
pub use crate::design::Metrics;
use crate::design::{Constraints, Design, Evaluation, Problem, evaluate};
use crate::explore::Search;
use crate::network::import::ImportError;
use crate::network::{Network, Schedule, ScheduleKind};
use crate::presets::Fault;
use crate::system::{Device, System};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state a design file holds. Cheap to clone: the network is shared.
#[derive(Debug, Clone)]
pub struct Document {
    /// The network and where it came from.
    pub network: Arc<OpenNetwork>,
    /// Which view of it designs are made in.
    pub view: View,
    /// The order of its layers.
    pub schedule: ScheduleKind,
    /// Devices and links.
    pub system: System,
    /// Limits.
    pub constraints: Constraints,
    /// The current design, over the layers of the current view.
    pub design: Design,
    /// Bits that layers need at least, by the name of the raw layer: a device with fewer cannot run them.
    pub required_bits: BTreeMap<String, u32>,
    /// What is explored.
    pub search: Search,
    /// What is asked of schedules over measured bundles.
    pub bundling: Bundling,
    /// Designs kept for comparison.
    pub pins: Vec<Pin>,
}

/// The two views of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum View {
    /// Fused layers (the default).
    #[default]
    Fused,
    /// One layer per data-path node.
    Raw,
}

/// A design kept for comparison, with its numbers at the time.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// `P1`, `P2` …
    pub name: String,
    /// The system it was evaluated on.
    pub system: System,
    /// The design, over the layers of the view it was made in.
    pub design: Design,
    /// The view it was made in.
    pub view: View,
    /// Its numbers when pinned.
    pub metrics: Metrics,
}

/// Why there is no document to start with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The network cannot be read.
    #[error(transparent)]
    Network(#[from] ImportError),
    /// The system cannot be evaluated.
    #[error(transparent)]
    System(#[from] Fault),
}

/// Documents are compared after every edit, so a shared network is not looked into.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        (Arc::ptr_eq(&self.network, &other.network) || self.network == other.network)
            && self.view == other.view
            && self.schedule == other.schedule
            && self.system == other.system
            && self.constraints == other.constraints
            && self.design == other.design
            && self.required_bits == other.required_bits
            && self.search == other.search
            && self.bundling == other.bundling
            && self.pins == other.pins
    }
}

impl Document {
    /// What the program shows at its first start: the embedded network on this system.
    pub fn start(system: System) -> Result<Self, StartError> {
        let network = OpenNetwork::open(Origin::Example(example::START.to_owned()), BTreeMap::new())?;
        Ok(Self::new(Arc::new(network), system)?)
    }

    /// The network in the current view.
    pub fn network(&self) -> &Network {
        self.network.view(self.view)
    }

    /// A device as the current design has it built.
    pub fn built(&self, device: usize) -> Option<&Device> {
        let found = self.system.devices.get(device)?;
        let chosen = self.design.alternatives.get(device).copied().unwrap_or(0);
        Some(found.alternative(chosen).unwrap_or(found))
    }

    /// The action that gives the design a device is built as other parameters.
    pub fn rebuild(&self, device: usize, to: Device) -> Action {
        match self.design.alternatives.get(device).copied().unwrap_or(0) {
            0 => {
                let present = self.system.devices.get(device);
                let alternatives = present.map_or(Vec::new(), |device| device.alternatives.clone());
                Action::SetDevice(device, Device { alternatives, ..to })
            }
            alternative => Action::SetAlternative {
                device,
                alternative,
                to,
            },
        }
    }

    /// What evaluation and exploration work on, from a ready schedule and table of this document.
    pub fn problem<'a>(&'a self, schedule: &'a Schedule, table: &'a CostTable) -> Problem<'a> {
        Problem {
            network: self.network(),
            schedule,
            system: &self.system,
            table,
            constraints: &self.constraints,
        }
    }

    /// The layer costs of the current view on the current system, with the widths its layers need.
    pub fn cost_table(&self) -> CostTable {
        CostTable::requiring(self.network(), &self.system, &self.required_bits)
    }

    /// Evaluates the current design from nothing; takes milliseconds, because the cost table is made for it alone.
    pub fn evaluate(&self) -> Evaluation {
        let schedule = self.network().schedule(self.schedule);
        let table = self.cost_table();
        evaluate(&self.problem(&schedule, &table), &self.design)
    }
}
