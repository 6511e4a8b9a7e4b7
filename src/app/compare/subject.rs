//! The designs that are compared: the one in the window and every pin, each with its own system.

use super::pinned;
use crate::app::session::CompareBase;
use crate::app::{Cx, words};
use crate::cost::table::CostTable;
use crate::design::{Design, Evaluation, Metrics};
use crate::network::{Network, Schedule};
use crate::project::{Pin, View};
use crate::system::System;
use std::sync::Arc;

/// What the design in the window is called.
pub const CURRENT: &str = "this design";

/// A design that is compared.
pub struct Subject<'a> {
    pub name: String,
    /// Index of the pin; `None` = the design in the window.
    pub pin: Option<usize>,
    pub view: View,
    pub system: &'a System,
    pub design: &'a Design,
    /// The headline numbers, a pin's stored ones where it cannot be evaluated; `None` = being computed.
    pub metrics: Option<Metrics>,
    pub numbers: Numbers<'a>,
}

/// What is known of a design beyond its headline numbers.
pub enum Numbers<'a> {
    Ready {
        evaluation: &'a Evaluation,
        /// Layer costs on the system as the design chose it to be.
        table: Arc<CostTable>,
        schedule: &'a Schedule,
    },
    Pending,
    /// It cannot be evaluated; the words say why.
    Unknown(String),
}

impl<'a> Subject<'a> {
    /// The design in the window, then every pin.
    pub fn all(cx: &Cx<'a>) -> Vec<Self> {
        let pins = cx.document.pins.iter().enumerate();
        let pins = pins.map(|(index, pin)| Self::of_pin(cx, index, pin));
        std::iter::once(Self::current(cx)).chain(pins).collect()
    }

    fn current(cx: &Cx<'a>) -> Self {
        let (document, derived) = (cx.document, cx.derived);
        let is_of_system = |evaluation: &&Evaluation| evaluation.devices.len() == document.system.devices.len();
        let evaluation = derived.evaluation.as_ref().filter(is_of_system);
        let table = derived
            .table
            .as_ref()
            .filter(|t| t.covers(cx.network, &document.system));
        let ready = evaluation.zip(table).zip(derived.schedule.as_deref());
        Self {
            name: CURRENT.to_owned(),
            pin: None,
            view: document.view,
            system: &document.system,
            design: &document.design,
            metrics: evaluation.map(Metrics::from),
            numbers: match ready {
                Some(((evaluation, table), schedule)) => Numbers::Ready {
                    evaluation,
                    table: pinned::chosen(table, &document.design),
                    schedule,
                },
                None => Numbers::Pending,
            },
        }
    }

    fn of_pin(cx: &Cx<'a>, index: usize, pin: &'a Pin) -> Self {
        let known = cx.derived.pinned.as_ref().and_then(|pinned| pinned.get(pin));
        let numbers = match known {
            Some(Ok(numbers)) => Numbers::Ready {
                evaluation: &numbers.evaluation,
                table: Arc::clone(&numbers.table),
                schedule: &numbers.schedule,
            },
            Some(Err(why)) => Numbers::Unknown(why.to_owned()),
            None => Numbers::Pending,
        };
        let metrics = match &numbers {
            Numbers::Ready { evaluation, .. } => Metrics::from(*evaluation),
            Numbers::Pending | Numbers::Unknown(_) => pin.metrics,
        };
        Self {
            name: pin.name.clone(),
            pin: Some(index),
            view: pin.view,
            system: &pin.system,
            design: &pin.design,
            metrics: Some(metrics),
            numbers,
        }
    }

    /// Everything about the design, if it is known.
    pub fn evaluation(&self) -> Option<&'a Evaluation> {
        match self.numbers {
            Numbers::Ready { evaluation, .. } => Some(evaluation),
            Numbers::Pending | Numbers::Unknown(_) => None,
        }
    }

    /// The network in the view of the design.
    pub fn network(&self, cx: &Cx<'a>) -> &'a Network {
        cx.document.network.view(self.view)
    }

    /// What the design does, partition by partition; `None` where it belongs to another network.
    pub fn partitions(&self, cx: &Cx<'a>) -> Option<String> {
        let network = self.network(cx);
        let schedule = match self.numbers {
            Numbers::Ready { schedule, .. } => Some(schedule),
            Numbers::Pending => None,
            Numbers::Unknown(_) => return None,
        };
        (self.design.fits(network, self.system)).then(|| words::design(network, schedule, self.system, self.design))
    }

    /// Why the design cannot be compared layer by layer, if so.
    pub fn without_layers(&self, cx: &Cx<'_>) -> Option<String> {
        match &self.numbers {
            Numbers::Unknown(why) => Some(format!("{} was {why}.", self.name)),
            _ if self.view != cx.document.view => {
                let kind = match self.view {
                    View::Fused => "fused",
                    View::Raw => "raw",
                };
                Some(format!(
                    "{} was made over {kind} layers: show {kind} layers to compare it layer by layer.",
                    self.name
                ))
            }
            _ => None,
        }
    }
}

/// Index of the design the others are compared with: 0 is the one in the window, `i` the pin `i - 1`.
pub fn base(cx: &Cx<'_>) -> usize {
    let pins = &cx.document.pins;
    let first = usize::from(!pins.is_empty());
    match &cx.session.compare.base {
        CompareBase::FirstPin => first,
        CompareBase::Current => 0,
        CompareBase::Pin(name) => pins.iter().position(|pin| pin.name == *name).map_or(first, |at| at + 1),
    }
}
