//! The layer table: every layer with its costs on its device, sortable and filterable, linked to all other views.

mod columns;
mod filter;
mod rows;
mod view;

use super::command::{Command, MenuCommand};
use super::session::Selection;
use super::{Cx, icon, theme, widgets};
use crate::cost::table::CostTable;
use crate::design::Design;
use crate::network::{LayerId, Schedule};
use crate::project::{OpenNetwork, View};
use crate::system::Device;
use columns::Column;
use egui::{RichText, TextEdit, Ui};
use filter::Filter;
use rows::{Row, Totals};
use std::sync::Arc;

/// Room that the filter leaves to the tabs beside it.
const ROOM_FOR_TABS: f32 = 190.0;

/// State of the Layers tab between frames.
#[derive(Default)]
pub struct LayerTable {
    made: Option<(Key, Made)>,
    /// The selection of the last frame: a row is scrolled into view when it was selected elsewhere.
    selected: Option<LayerId>,
}

/// Everything the rows depend on.
struct Key {
    network: Arc<OpenNetwork>,
    view: View,
    schedule: Option<Arc<Schedule>>,
    table: Option<Arc<CostTable>>,
    devices: Vec<Device>,
    design: Design,
    latency_s: Option<f64>,
    filter: String,
    sort: Option<(usize, bool)>,
}

/// Rows as they are shown.
struct Made {
    rows: Vec<Row>,
    all: usize,
    totals: Totals,
}

impl Key {
    fn of(cx: &Cx<'_>) -> Self {
        Self {
            network: Arc::clone(&cx.document.network),
            view: cx.document.view,
            schedule: cx.derived.schedule.clone(),
            table: cx.derived.table.clone(),
            devices: cx.document.system.devices.clone(),
            design: cx.document.design.clone(),
            latency_s: cx.derived.evaluation.as_ref().map(|evaluation| evaluation.latency_s),
            filter: cx.session.layer_filter.clone(),
            sort: cx.session.layer_sort,
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
        Arc::ptr_eq(&self.network, &cx.document.network)
            && self.view == cx.document.view
            && same(self.schedule.as_ref(), cx.derived.schedule.as_ref())
            && same(self.table.as_ref(), cx.derived.table.as_ref())
            && self.latency_s == cx.derived.evaluation.as_ref().map(|evaluation| evaluation.latency_s)
            && self.sort == cx.session.layer_sort
            && self.filter == cx.session.layer_filter
            && self.design == cx.document.design
            && self.devices == cx.document.system.devices
    }
}

impl Made {
    fn new(cx: &Cx<'_>) -> Self {
        let mut rows = rows::rows(cx);
        let all = rows.len();
        let filter = Filter::new(&cx.session.layer_filter);
        let built: Vec<Device> = (0..).map_while(|device| cx.document.built(device).cloned()).collect();
        rows.retain(|row| filter.accepts(row, &built));
        if let Some((column, descending)) = cx.session.layer_sort
            && let Some(column) = Column::ALL.get(column)
        {
            column.sort(&mut rows, descending);
        }
        Self {
            totals: Totals::of(rows.iter()),
            rows,
            all,
        }
    }
}

impl LayerTable {
    /// The buttons and the filter of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if widgets::icon_button(ui, cx.theme, icon::EXPORT, "Export the layer table as CSV").clicked() {
            cx.push(Command::Menu(MenuCommand::ExportLayers));
        }
        if widgets::icon_button(ui, cx.theme, icon::COPY, "Copy the layer table").clicked() {
            cx.push(Command::Menu(MenuCommand::CopyLayers));
        }
        let hint = RichText::new(format!("{} filter: name, op:conv, device:b", icon::FILTER));
        let field = TextEdit::singleline(&mut cx.session.layer_filter)
            .hint_text(hint.color(cx.theme.weak))
            .font(egui::FontId::proportional(theme::SMALL))
            .align(egui::Align2::LEFT_CENTER)
            .desired_width((ui.available_width() - ROOM_FOR_TABS).clamp(70.0, 230.0));
        let response = ui.add(field);
        response.widget_info(|| {
            egui::WidgetInfo::text_edit(true, "", &cx.session.layer_filter, "filter of the layer table")
        });
        response.on_hover_text(filter::HELP);
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let made = match self.made.take() {
            Some((key, made)) if key.is_of(cx) => (key, made),
            _ => (Key::of(cx), Made::new(cx)),
        };
        let selected = match cx.session.selection {
            Some(Selection::Layer(layer)) => Some(layer),
            _ => None,
        };
        let scroll_to = selected.filter(|_| selected != self.selected);
        let scroll_to = scroll_to.and_then(|layer| made.1.rows.iter().position(|row| row.layer == layer));
        self.selected = selected;
        if let Some(clicked) = view::show(ui, cx, &made.1, selected, scroll_to) {
            self.selected = Some(clicked);
        }
        self.made = Some(made);
    }
}
