//! Pins evaluated anew, each on the system it was pinned with, and how much of the front they dominate: work of the worker “compare”.

use crate::cost::table::CostTable;
use crate::design::{Constraints, Design, Evaluation, Metrics, Problem, evaluate};
use crate::explore::{Front, Objective, hypervolume, reference_point};
use crate::jobs::Ticket;
use crate::network::{Schedule, ScheduleKind};
use crate::project::{Document, OpenNetwork, Pin, View};
use crate::system::System;
use std::collections::BTreeMap;
use std::sync::Arc;

/// With more than three objectives the exact volume takes time that grows fast with the points: above this many it is not computed.
const MOST_POINTS: usize = 300;

/// What is evaluated: all pins of a document and the front they are held against.
#[derive(Debug, Clone)]
pub struct PinnedRequest {
    network: Arc<OpenNetwork>,
    schedule: ScheduleKind,
    required_bits: BTreeMap<String, u32>,
    constraints: Constraints,
    pins: Vec<Pin>,
    front: Option<Arc<Front>>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Pinned {
    /// By pin of the request; all of them were asked for at once.
    pins: Vec<(Pin, Result<PinNumbers, String>)>,
    /// The front's volume; `None` while there is no front.
    pub volume: Option<Result<Volume, String>>,
}

/// A pin's numbers on its own system.
#[derive(Debug, Clone)]
pub struct PinNumbers {
    /// Everything about the design.
    pub evaluation: Arc<Evaluation>,
    /// Layer costs on the pin's system as the design chose it to be.
    pub table: Arc<CostTable>,
    /// The order of the layers in the pin's view.
    pub schedule: Arc<Schedule>,
}

/// How much of the space of objectives the front dominates, and the pins together.
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    /// What the volume is taken over.
    pub objectives: Vec<Objective>,
    /// Designs of the front.
    pub designs: usize,
    /// The corner up to which it is measured.
    pub reference: Vec<f64>,
    /// The front's volume.
    pub front: f64,
    /// The volume of all pins that keep every limit.
    pub pins: f64,
}

impl PinnedRequest {
    /// The pins of a document and the newest front.
    pub fn of(document: &Document, front: Option<&Arc<Front>>) -> Self {
        Self {
            network: Arc::clone(&document.network),
            schedule: document.schedule,
            required_bits: document.required_bits.clone(),
            constraints: document.constraints,
            pins: document.pins.clone(),
            front: front.cloned(),
        }
    }

    /// Whether it is what [`PinnedRequest::of`] would give.
    pub fn is_of(&self, document: &Document, front: Option<&Arc<Front>>) -> bool {
        let same_front = match (&self.front, front) {
            (Some(asked), Some(newest)) => Arc::ptr_eq(asked, newest),
            (asked, newest) => asked.is_none() && newest.is_none(),
        };
        same_front
            && Arc::ptr_eq(&self.network, &document.network)
            && self.schedule == document.schedule
            && self.required_bits == document.required_bits
            && self.constraints == document.constraints
            && self.pins == document.pins
    }

    /// Whether tables and schedules of another request mean the same here.
    fn has_context_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.network, &other.network)
            && self.schedule == other.schedule
            && self.required_bits == other.required_bits
    }
}

impl Pinned {
    /// The numbers of a pin or why there are none; `None` where it was not asked for yet.
    pub fn get(&self, pin: &Pin) -> Option<Result<&PinNumbers, &str>> {
        let same = |known: &Pin| known.view == pin.view && known.design == pin.design && known.system == pin.system;
        let (_, numbers) = self.pins.iter().find(|(known, _)| same(known))?;
        Some(numbers.as_ref().map_err(String::as_str))
    }
}

impl Volume {
    /// The share of the front's volume that some designs dominate.
    pub fn share_of(&self, metrics: &[Metrics]) -> f64 {
        hypervolume(&points(&self.objectives, metrics.iter()), &self.reference) / self.front
    }
}

fn points<'a>(objectives: &[Objective], metrics: impl Iterator<Item = &'a Metrics>) -> Vec<Vec<f64>> {
    metrics
        .map(|metrics| objectives.iter().map(|&objective| metrics.get(objective)).collect())
        .collect()
}

/// Work that keeps the last answer, so that a new pin, or one that was renamed, costs no table of the others.
pub fn compute() -> impl FnMut(PinnedRequest, &Ticket) -> Option<Pinned> + Send + 'static {
    let mut known: Option<(PinnedRequest, Pinned)> = None;
    move |request, ticket| {
        let answer = answer(&request, known.as_ref(), &|| ticket.is_cancelled())?;
        known = Some((request, answer.clone()));
        Some(answer)
    }
}

/// Evaluates all pins of a request; `None` where that was cancelled. `known` is an earlier request with its answer.
pub fn answer(
    request: &PinnedRequest,
    known: Option<&(PinnedRequest, Pinned)>,
    is_cancelled: &dyn Fn() -> bool,
) -> Option<Pinned> {
    let known = known.filter(|(asked, _)| asked.has_context_of(request));
    let mut ready = Ready {
        request,
        schedules: Vec::new(),
        tables: Vec::new(),
    };
    for (pin, numbers) in known.iter().flat_map(|(_, answer)| &answer.pins) {
        ready.keep(pin, numbers);
    }
    let mut answer = Pinned {
        pins: Vec::with_capacity(request.pins.len()),
        volume: None,
    };
    for pin in &request.pins {
        if is_cancelled() {
            return None;
        }
        let same_limits = known.filter(|(asked, _)| asked.constraints == request.constraints);
        let before = same_limits.and_then(|(_, answer)| answer.get(pin));
        let numbers = match before {
            Some(numbers) => numbers.cloned().map_err(str::to_owned),
            None => ready.evaluate(pin),
        };
        answer.pins.push((pin.clone(), numbers));
    }
    let volume = request.front.as_ref().map(|front| volume(front, &answer));
    answer.volume = volume;
    Some(answer)
}

/// Schedules and tables that are at hand.
struct Ready<'a> {
    request: &'a PinnedRequest,
    schedules: Vec<(View, Arc<Schedule>)>,
    tables: Vec<(View, System, Arc<CostTable>)>,
}

impl Ready<'_> {
    /// Remembers what an earlier answer holds.
    fn keep(&mut self, pin: &Pin, numbers: &Result<PinNumbers, String>) {
        let Ok(numbers) = numbers else { return };
        self.schedules.push((pin.view, Arc::clone(&numbers.schedule)));
        if pin.design.alternatives.iter().all(|&chosen| chosen == 0) {
            self.tables
                .push((pin.view, pin.system.clone(), Arc::clone(&numbers.table)));
        }
    }

    fn evaluate(&mut self, pin: &Pin) -> Result<PinNumbers, String> {
        let network = self.request.network.view(pin.view);
        if !fits(pin, &self.request.network) {
            return Err(
                "made for another network: its stored numbers are shown, and there are no layers to compare".to_owned(),
            );
        }
        let schedule = self.schedules.iter().find(|(view, _)| *view == pin.view);
        let schedule = match schedule {
            Some((_, schedule)) => Arc::clone(schedule),
            None => Arc::new(network.schedule(self.request.schedule)),
        };
        self.schedules.push((pin.view, Arc::clone(&schedule)));
        let same = |(view, system, _): &&(View, System, _)| *view == pin.view && system.devices == pin.system.devices;
        let table = match self.tables.iter().find(same) {
            Some((_, _, table)) => Arc::clone(table),
            None => Arc::new(CostTable::requiring(network, &pin.system, &self.request.required_bits)),
        };
        self.tables.push((pin.view, pin.system.clone(), Arc::clone(&table)));
        let problem = Problem {
            network,
            schedule: &schedule,
            system: &pin.system,
            table: &table,
            constraints: &self.request.constraints,
        };
        let evaluation = Arc::new(evaluate(&problem, &pin.design));
        let table = chosen(&table, &pin.design);
        Ok(PinNumbers {
            evaluation,
            table,
            schedule,
        })
    }
}

/// The table of the devices as a design chose them to be.
pub fn chosen(table: &Arc<CostTable>, design: &Design) -> Arc<CostTable> {
    match design.alternatives.iter().all(|&chosen| chosen == 0) {
        true => Arc::clone(table),
        false => Arc::new(table.resolved(&design.alternatives)),
    }
}

/// Whether a pin is a design of this network on its own system.
pub fn fits(pin: &Pin, network: &OpenNetwork) -> bool {
    let network = network.view(pin.view);
    pin.design.fits(network, &pin.system) && (pin.design.placements.iter()).all(|p| p.end.is_boundary_of(network))
}

fn volume(front: &Front, pinned: &Pinned) -> Result<Volume, String> {
    let objectives = front.search.objectives.clone();
    let count = front.points.len();
    if count == 0 {
        return Err("No design keeps every limit, so there is no front to dominate a part of".to_owned());
    }
    if objectives.len() > 3 && count > MOST_POINTS {
        return Err(format!(
            "The front has {count} designs over {} objectives: its volume is computed for at most {MOST_POINTS}, or for up to \
             three objectives",
            objectives.len()
        ));
    }
    let of_front = points(&objectives, front.points.iter().map(|point| &point.metrics));
    let reference = reference_point(&of_front);
    let evaluations = pinned
        .pins
        .iter()
        .filter_map(|(_, numbers)| Some(&numbers.as_ref().ok()?.evaluation));
    let feasible = evaluations.filter(|evaluation| evaluation.violations.is_empty());
    let feasible: Vec<Metrics> = feasible.map(|evaluation| Metrics::from(&**evaluation)).collect();
    Ok(Volume {
        designs: count,
        front: hypervolume(&of_front, &reference),
        pins: hypervolume(&points(&objectives, feasible.iter()), &reference),
        reference,
        objectives,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Action;
    use crate::project::sample::{document, system};

    fn pinned(document: &Document) -> Pinned {
        answer(&PinnedRequest::of(document, None), None, &|| false).unwrap()
    }

    #[test]
    fn a_pin_is_evaluated_on_its_own_system() {
        let mut document = document(2);
        document.apply(Action::Pin).unwrap();
        let then = document.pins[0].metrics;
        let mut slower = system(2);
        slower.devices[0].idle_power_w = 3.0;
        slower.devices[0].bits = 8;
        let crate::system::DeviceModel::Roofline(model) = &mut slower.devices[0].model else {
            panic!("{slower:?}");
        };
        model.overhead_s = 1.0;
        document.apply(Action::SetSystem(slower)).unwrap();
        document.apply(Action::Pin).unwrap();
        let answer = pinned(&document);
        let metrics = |pin: &Pin| Metrics::from(&*answer.get(pin).unwrap().unwrap().evaluation);
        assert_eq!(metrics(&document.pins[0]), then);
        assert_eq!(metrics(&document.pins[1]), Metrics::from(&document.evaluate()));
        assert!(metrics(&document.pins[1]).latency_s > 1.0 && then.latency_s < 1.0);
    }

    #[test]
    fn what_is_known_is_not_computed_again() {
        let mut document = document(2);
        document.apply(Action::Pin).unwrap();
        let request = PinnedRequest::of(&document, None);
        let first = pinned(&document);
        let rename = Action::RenamePin {
            pin: 0,
            name: "early".into(),
        };
        document.apply(rename).unwrap();
        let again = PinnedRequest::of(&document, None);
        assert!(!request.is_of(&document, None) && again.is_of(&document, None));
        let second = answer(&again, Some(&(request, first.clone())), &|| false).unwrap();
        let numbers = |answer: &Pinned| answer.get(&document.pins[0]).unwrap().unwrap().clone();
        assert!(Arc::ptr_eq(&numbers(&first).evaluation, &numbers(&second).evaluation));
        assert!(Arc::ptr_eq(&numbers(&first).table, &numbers(&second).table));
        assert!(answer(&again, None, &|| true).is_none());
    }

    #[test]
    fn a_pin_of_another_network_says_so() {
        let mut document = document(3);
        document.apply(Action::Pin).unwrap();
        document.pins[0].design.placements.pop();
        let answer = pinned(&document);
        let why = answer.get(&document.pins[0]).unwrap().unwrap_err();
        assert!(why.contains("another network"), "{why}");
    }
}
