//! The Compare tab: the design in the window and every pin side by side, each on its own system, down to single layers.
//!
//! The rows are made when something they depend on changed ([`build`]); pins are evaluated by a worker ([`pinned`]).

mod build;
mod columns;
mod empty;
mod head;
mod layers;
mod menus;
mod paint;
mod parameters;
mod pinned;
mod spoken;
mod subject;
mod tools;
mod view;
mod volume;

pub use pinned::{PinNumbers, Pinned, PinnedRequest, Volume, answer, compute};

use super::session::CompareSettings;
use super::{Age, Cx};
use crate::cost::table::CostTable;
use crate::design::Evaluation;
use crate::network::{LayerId, Schedule};
use crate::project::Document;
use crate::project::comparison::{Comparison, tables};
use build::Made;
use egui::Ui;
use std::io;
use std::sync::Arc;

/// As what a comparison leaves the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Designs as rows of a CSV table.
    Designs,
    /// Layers as rows of a CSV table.
    Layers,
    /// Everything as Markdown.
    Text,
}

/// The comparison as it is shown, for a file or the clipboard; `None` while its numbers are being computed.
pub fn text(cx: &Cx<'_>, form: Form) -> Option<io::Result<String>> {
    let made = build::made(cx);
    if made.is_pending {
        return None;
    }
    Some(match form {
        Form::Designs => tables::designs(&made.comparison).csv(),
        Form::Layers => tables::layers(&made.comparison).csv(),
        Form::Text => Ok(tables::markdown(&made.comparison)),
    })
}

/// State of the Compare tab between frames.
#[derive(Default)]
pub struct CompareTab {
    made: Option<(Key, Made)>,
    /// The selection of the last frame: a row is scrolled into view when it was selected elsewhere.
    selected: Option<LayerId>,
}

/// Everything the rows depend on.
struct Key {
    document: Document,
    evaluation: Option<Evaluation>,
    table: Option<Arc<CostTable>>,
    schedule: Option<Arc<Schedule>>,
    pinned: Option<Arc<Pinned>>,
    front_age: Age,
    settings: CompareSettings,
}

impl Key {
    fn of(cx: &Cx<'_>) -> Self {
        let derived = cx.derived;
        Self {
            document: cx.document.clone(),
            evaluation: derived.evaluation.clone(),
            table: derived.table.clone(),
            schedule: derived.schedule.clone(),
            pinned: derived.pinned.clone(),
            front_age: derived.front_age,
            settings: cx.session.compare.clone(),
        }
    }

    /// Whether it is what [`Key::of`] would give, without making one.
    fn is_of(&self, cx: &Cx<'_>) -> bool {
        fn same<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
            match (a, b) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            }
        }
        let derived = cx.derived;
        same(self.table.as_ref(), derived.table.as_ref())
            && same(self.schedule.as_ref(), derived.schedule.as_ref())
            && same(self.pinned.as_ref(), derived.pinned.as_ref())
            && self.front_age == derived.front_age
            && self.settings == cx.session.compare
            && self.evaluation == derived.evaluation
            && self.document == *cx.document
    }
}

impl CompareTab {
    /// What is shown; `None` before the first frame of the tab and while there is no pin.
    pub fn comparison(&self) -> Option<&Comparison> {
        self.made.as_ref().map(|(_, made)| &made.comparison)
    }

    /// The buttons of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        menus::bar(ui, cx);
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if cx.document.pins.is_empty() {
            self.made = None;
            return empty::ui(ui, cx);
        }
        let made = match self.made.take() {
            Some((key, made)) if key.is_of(cx) => (key, made),
            _ => (Key::of(cx), build::made(cx)),
        };
        self.selected = view::show(ui, cx, &made.1, self.selected);
        self.made = Some(made);
    }
}
