//! Layer costs in the background.

use crate::cost::table::CostTable;
use crate::jobs::Ticket;
use crate::network::{Schedule, ScheduleKind};
use crate::project::{OpenNetwork, View};
use crate::system::System;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything layer costs depend on.
#[derive(Debug, Clone)]
pub struct TableRequest {
    /// The network with both views.
    pub network: Arc<OpenNetwork>,
    /// Which view.
    pub view: View,
    /// Which order.
    pub schedule: ScheduleKind,
    /// The devices; links change no layer's cost.
    pub system: System,
    /// Bits that layers need at least, by the name of the raw layer.
    pub required_bits: BTreeMap<String, u32>,
}

impl TableRequest {
    /// What gives layers and positions their meaning; requests that agree in it differ in devices only.
    pub fn shape(&self) -> (*const OpenNetwork, View, ScheduleKind) {
        (Arc::as_ptr(&self.network), self.view, self.schedule)
    }

    /// Whether another request has the same answer.
    pub fn gives_same_table(&self, other: &Self) -> bool {
        self.shape() == other.shape()
            && self.system.devices == other.system.devices
            && self.required_bits == other.required_bits
    }
}

/// Layer costs and the schedule they are shown in.
#[derive(Clone)]
pub struct TableAnswer {
    /// The order.
    pub schedule: Arc<Schedule>,
    /// The costs.
    pub table: Arc<CostTable>,
}

/// Keeps the last table, so that editing one device recomputes only its row.
pub(super) fn compute() -> impl FnMut(TableRequest, &Ticket) -> Option<TableAnswer> + Send + 'static {
    let mut last: Option<(TableRequest, TableAnswer)> = None;
    move |request, _| {
        let network = request.network.view(request.view);
        let known = last
            .as_ref()
            .filter(|(asked, _)| asked.shape() == request.shape())
            .map(|(_, answer)| answer);
        let schedule = known.map(|k| Arc::clone(&k.schedule));
        let schedule = schedule.unwrap_or_else(|| Arc::new(network.schedule(request.schedule)));
        let table = Arc::new(match known {
            Some(known) => known.table.for_system(network, &request.system, &request.required_bits),
            None => CostTable::requiring(network, &request.system, &request.required_bits),
        });
        let answer = TableAnswer { schedule, table };
        last = Some((request, answer.clone()));
        Some(answer)
    }
}
