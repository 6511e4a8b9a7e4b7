//! Layer costs in the background.

use crate::cost::Watch;
use crate::cost::table::CostTable;
use crate::jobs::Ticket;
use crate::network::{Network, Schedule, ScheduleKind};
use crate::project::{OpenNetwork, View};
use crate::system::{Device, DeviceModel, System};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Mappings looked at for the first one: the search goes on until there is one at all.
const FIRST: u64 = 1;

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
    /// Whether layers of spatial accelerators have the first mappings that were found; the best ones follow.
    pub is_provisional: bool,
}

/// Keeps the last table, so that editing one device recomputes only its row. Where mappings have to be searched for, first ones are
/// handed out at once.
pub(super) fn compute()
-> impl FnMut(TableRequest, &Ticket, &dyn Fn(TableAnswer)) -> Option<TableAnswer> + Send + 'static {
    let mut last: Option<(TableRequest, TableAnswer)> = None;
    move |request, ticket, hand_out| {
        let network = request.network.view(request.view);
        let known = last
            .as_ref()
            .filter(|(asked, _)| asked.shape() == request.shape())
            .map(|(_, answer)| answer);
        let schedule = known.map(|k| Arc::clone(&k.schedule));
        let schedule = schedule.unwrap_or_else(|| Arc::new(network.schedule(request.schedule)));
        let answer = |table, is_provisional| TableAnswer {
            schedule: Arc::clone(&schedule),
            table,
            is_provisional,
        };
        let (cancelled, progress) = (|| ticket.is_cancelled(), |share| ticket.set_progress(share));
        let mut watch = Watch {
            cancelled: Some(&cancelled),
            progress: None,
        };
        let mut known = known.map(|known| Arc::clone(&known.table));
        let mut found = |system: &System, watch: &Watch| {
            let bits = &request.required_bits;
            let table = Arc::new(CostTable::watched(known.as_deref(), network, system, bits, watch));
            known = Some(Arc::clone(&table));
            (!ticket.is_cancelled()).then_some(table)
        };
        if let Some(hasty) = with_first_mappings(network, &request.system) {
            hand_out(answer(found(&hasty, &watch)?, true));
        }
        watch.progress = Some(&progress);
        let full = answer(found(&request.system, &watch)?, false);
        last = Some((request, full.clone()));
        Some(full)
    }
}

/// The system in which spatial accelerators whose mappings are not known yet take the first one they find; `None` where there is none.
fn with_first_mappings(network: &Network, system: &System) -> Option<System> {
    let mut hasty = system.clone();
    let mut is_needed = false;
    let mut hurry = |device: &mut Device| {
        let widths = device.widths();
        if let DeviceModel::Spatial(model) = &mut device.model
            && model.budget > FIRST
            && !model.is_mapped(network, widths)
        {
            model.budget = FIRST;
            is_needed = true;
        }
    };
    for device in &mut hasty.devices {
        hurry(device);
        device.alternatives.iter_mut().for_each(&mut hurry);
    }
    is_needed.then_some(hasty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::{Answer, Worker};
    use crate::project::{Origin, sample};
    use std::time::{Duration, Instant};

    fn request(system: System) -> TableRequest {
        let origin = Origin::Example("sample".into());
        TableRequest {
            network: Arc::new(OpenNetwork::new(origin, sample::convolutions(), Vec::new())),
            view: View::default(),
            schedule: ScheduleKind::default(),
            system,
            required_bits: BTreeMap::new(),
        }
    }

    /// A system with a spatial accelerator that no other test asks about.
    fn spatial(clock_hz: f64) -> System {
        let mut system = sample::system(2);
        system.devices[1] = sample::spatial("S");
        assert!(system.devices[1].set("levels.Buffer.read_energy_j", clock_hz));
        system
    }

    fn answers(worker: &Worker<TableRequest, TableAnswer>) -> Vec<TableAnswer> {
        let limit = Instant::now() + Duration::from_secs(60);
        let mut heard = Vec::new();
        while Instant::now() < limit {
            match worker.poll() {
                Some(Answer::Interim(answer)) => heard.push(answer),
                Some(Answer::Done(answer, _)) => {
                    heard.push(answer);
                    return heard;
                }
                Some(Answer::Panicked(text)) => panic!("{text}"),
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        panic!("no answer");
    }

    #[test]
    fn first_mappings_come_before_the_best_ones_and_only_where_they_are_news() {
        let worker = Worker::streaming("test", Arc::new(|| {}), compute()).unwrap();
        let wanted = request(spatial(1.25e-12));
        worker.request(wanted.clone());
        let [first, best] = &answers(&worker)[..] else {
            panic!("a provisional table and the full one are expected")
        };
        assert!(first.is_provisional && !best.is_provisional);
        let network = wanted.network.view(wanted.view);
        assert!(first.table.covers(network, &wanted.system) && !first.table.fits(network, &wanted.system));
        assert!(best.table.fits(network, &wanted.system));
        for layer in 0..network.layers.len() {
            let product = |answer: &TableAnswer| {
                let cost = answer.table.layer(1, layer).unwrap();
                cost.energy_j * cost.latency_s
            };
            assert!(product(first) >= product(best));
        }
        // Nothing is searched twice: neither after other edits nor after going back.
        let mut other = wanted.clone();
        other.system.devices[0].bits = 16;
        worker.request(other);
        assert_eq!(answers(&worker).len(), 1);
        worker.request(wanted);
        assert_eq!(answers(&worker).len(), 1);
        let rooflines = request(sample::system(2));
        worker.request(rooflines);
        assert_eq!(answers(&worker).len(), 1);
    }

    #[test]
    fn an_edit_lets_nothing_of_the_older_system_through() {
        let worker = Worker::streaming("test", Arc::new(|| {}), compute()).unwrap();
        worker.request(request(spatial(1.5e-12)));
        let newest = request(spatial(1.75e-12));
        worker.request(newest.clone());
        let heard = answers(&worker);
        let network = newest.network.view(newest.view);
        let full = heard.last().unwrap();
        assert!(full.table.fits(network, &newest.system));
        let provisional = heard.iter().filter(|answer| answer.is_provisional);
        let hasty = with_first_mappings(network, &spatial(1.75e-12));
        assert_eq!(hasty, None, "the mappings are known now");
        assert!(provisional.count() <= 1);
    }
}
