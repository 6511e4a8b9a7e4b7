//! The designs of the Pareto plot as a table: those in the box, or all. A click loads one, hovering previews it.

use super::pareto::marks::{self, Mark, Subject};
use super::pareto::readout;
use crate::app::cells::{self, HEADER, ROW};
use crate::app::command::{Command, MenuCommand};
use crate::app::{Cx, icon, theme, widgets, words};
use crate::explore::{Front, Objective};
use crate::project::Action;
use crate::project::export::{self, ExportedDesign};
use egui::{Align, Align2, FontId, Layout, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use egui_extras::{Column, TableBuilder, TableRow};
use std::io;

/// Width of the columns in points: what a design is, one metric; what the design does takes what is left, at least the last.
const WIDTHS: [f32; 3] = [128.0, 78.0, 200.0];
/// Room for units.
const UNIT: f32 = 26.0;

/// How the rows are sorted: by which metric and whether descending.
pub type Sort = Option<(Objective, bool)>;

/// The marks of the plot that lie in its box (all where there is none), sorted as the session says.
fn rows(cx: &Cx<'_>, front: &Front) -> Vec<Mark> {
    let mut rows = marks::collect(cx, front);
    if let Some(filter) = cx.session.box_filter {
        rows.retain(|mark| filter.contains(&mark.metrics));
    }
    let rank = |mark: &Mark| match mark.subject {
        Subject::Current => 0,
        Subject::Pin(_) => 1,
        Subject::Front(_) => 2,
        Subject::Evolved(_) => 3,
        Subject::Baseline(_) => 4,
        Subject::Other(_) => 5,
    };
    rows.sort_by_key(rank);
    if let Some((objective, descending)) = cx.session.design_sort {
        rows.sort_by(|a, b| {
            let order = a.metrics.shown(objective).total_cmp(&b.metrics.shown(objective));
            if descending { order.reverse() } else { order }
        });
    }
    rows
}

/// The metrics in the order of their columns: objectives of the search first.
fn columns(front: &Front) -> Vec<Objective> {
    let explored = &front.search.objectives;
    let others = Objective::ALL
        .into_iter()
        .filter(|objective| !explored.contains(objective));
    explored.iter().copied().chain(others).collect()
}

/// The buttons of the tab's bar, right to left.
pub fn bar(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(front) = cx.derived.front.clone() else {
        return;
    };
    if widgets::icon_button(ui, cx.theme, icon::EXPORT, "Export these designs as CSV").clicked() {
        cx.push(Command::Menu(MenuCommand::ExportDesigns));
    }
    if widgets::icon_button(ui, cx.theme, icon::COPY, "Copy these designs as CSV").clicked() {
        match csv(cx) {
            Some(Ok(text)) => cx.push(Command::Copy(text)),
            Some(Err(error)) => log::error!("the designs cannot be copied: {error}"),
            None => {}
        }
    }
    let (all, shown) = (marks::collect(cx, &front).len(), rows(cx, &front).len());
    let count = match cx.session.box_filter {
        Some(_) => format!("{shown} of {all} designs"),
        None => format!("{all} designs"),
    };
    if let Some(filter) = cx.session.box_filter {
        let clear = widgets::icon_button(ui, cx.theme, icon::REMOVE, "Clear the box");
        if clear.on_hover_text(filter.text()).clicked() {
            cx.session.box_filter = None;
        }
    }
    let label = ui.label(RichText::new(count).size(theme::SMALL).color(cx.theme.weak));
    label.on_hover_text(match cx.session.box_filter {
        Some(filter) => format!("designs with {}", filter.text()),
        None => "all designs of the Pareto plot; drag a box over it to see some".to_owned(),
    });
}

/// The table as it is shown, for a file or the clipboard; `None` while there is no front.
pub fn csv(cx: &Cx<'_>) -> Option<io::Result<String>> {
    let front = cx.derived.front.as_deref()?;
    let rows = rows(cx, front).into_iter().map(|mark| ExportedDesign {
        kind: kind(mark.subject),
        name: Some(readout::short_name(cx, front, mark.subject)),
        metrics: mark.metrics,
        feasible: mark.feasible,
        design: marks::design(cx, front, mark.subject),
    });
    let table = export::designs(&cx.document.network, cx.document.view, rows.collect());
    Some(table.csv())
}

fn kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Front(_) => "front",
        Subject::Other(_) => "other",
        Subject::Evolved(_) => "nsga2",
        Subject::Baseline(_) => "baseline",
        Subject::Pin(_) => "pin",
        Subject::Current => "current",
    }
}

/// The tab's contents.
pub fn ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(front) = cx.derived.front.clone() else {
        return empty(ui, cx, &cx.derived.front_age.missing("the front"));
    };
    let rows = rows(cx, &front);
    if rows.is_empty() {
        return empty(ui, cx, "No design lies in the box: clear it, or drag another one.");
    }
    let columns = columns(&front);
    ui.style_mut().interaction.selectable_labels = false;
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    ui.visuals_mut().selection.bg_fill = cx.theme.grid;
    ui.visuals_mut().widgets.hovered.bg_fill = cx.theme.card;
    let height = ui.available_height();
    let fixed = WIDTHS[0] + WIDTHS[1] * columns.len() as f32;
    let last = (ui.available_width() - fixed).max(WIDTHS[2]);
    ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
        let mut table = TableBuilder::new(ui)
            .id_salt("designs")
            .sense(Sense::click())
            .striped(false)
            .cell_layout(Layout::left_to_right(Align::Center))
            .auto_shrink(false)
            .min_scrolled_height(0.0)
            .max_scroll_height((height - HEADER).max(ROW))
            .column(Column::exact(WIDTHS[0]).clip(true));
        for _ in &columns {
            table = table.column(Column::exact(WIDTHS[1]).clip(true));
        }
        table
            .column(Column::exact(last).clip(true))
            .header(HEADER, |mut header| titles(&mut header, cx, &columns))
            .body(|body| {
                body.rows(ROW, rows.len(), |mut row| {
                    if let Some(mark) = rows.get(row.index()) {
                        show_row(&mut row, cx, &front, mark, &columns);
                    }
                });
            });
    });
}

fn empty(ui: &Ui, cx: &Cx<'_>, text: &str) {
    let at = ui.available_rect_before_wrap().left_top() + vec2(cells::PADDING, HEADER);
    let font = FontId::proportional(theme::BODY);
    let place = ui.painter().text(at, Align2::LEFT_CENTER, text, font, cx.theme.weak);
    let response = ui.interact(place, ui.scope_id().with("empty"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}

fn titles(header: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, columns: &[Objective]) {
    let theme = cx.theme;
    plain_title(header, theme, "design");
    for &objective in columns {
        let sort = cx.session.design_sort.filter(|(by, _)| *by == objective);
        let sorted = sort.map(|(_, descending)| descending);
        let title = cells::title(header, theme, objective.name(), true, sorted);
        if title.clicked() {
            let next = cells::next_sort(sorted, objective.more_is_better());
            cx.session.design_sort = next.map(|descending| (objective, descending));
        }
        title.on_hover_text("sorts, the best first; once more: the other way round");
    }
    plain_title(header, theme, "partitions");
}

fn plain_title(header: &mut TableRow<'_, '_>, theme: &crate::app::Theme, text: &str) {
    header.col(|ui| {
        cells::text(ui, ui.max_rect(), text, theme.weak);
        ui.painter()
            .hline(ui.max_rect().x_range(), ui.max_rect().bottom(), (1.0, theme.grid));
    });
}

fn show_row(row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, front: &Front, mark: &Mark, columns: &[Objective]) {
    let name = readout::short_name(cx, front, mark.subject);
    let design = marks::design(cx, front, mark.subject).cloned();
    let is_current = design.as_ref() == Some(&cx.document.design);
    let partitions = match &design {
        Some(design) => words::design(cx.network, cx.derived.schedule.as_deref(), &cx.document.system, design),
        None => readout::FOREIGN.to_owned(),
    };
    row.set_selected(is_current);
    let text = match mark.feasible {
        true => name.clone(),
        false => format!("{} {name}", icon::WARNING),
    };
    let colour = if mark.feasible { cx.theme.text } else { cx.theme.weak };
    row.col(|ui| {
        cells::text(ui, ui.max_rect(), &text, colour);
    });
    for &objective in columns {
        let printed = objective.unit().print(mark.metrics.shown(objective));
        row.col(|ui| cells::number(ui.painter(), cx.theme, ui.max_rect(), UNIT, &printed));
    }
    row.col(|ui| {
        cells::text(ui, ui.max_rect(), &partitions, cx.theme.weak);
    });
    let response = row.response();
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_current, readout::spoken(cx, front, mark)));
    if let Some(design) = design.filter(|_| !is_current) {
        if response.hovered() {
            cx.session.preview = Some(design.clone());
        }
        if response.clicked() {
            cx.edit(Action::LoadDesign(design));
        }
    }
    // Its own column is often scrolled out of sight.
    response.on_hover_text(partitions);
}
