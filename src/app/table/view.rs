//! Painting the layer table: header, rows and the line of totals.

use super::Made;
use super::columns::{Cell, Column};
use super::rows::Row;
use crate::app::cells::{self, HEADER, PADDING, ROW};
use crate::app::command::Command;
use crate::app::panels::inspector::copies;
use crate::app::session::Selection;
use crate::app::theme::{self, Theme};
use crate::app::{Cx, icon, widgets};
use crate::network::LayerId;
use egui::{Align, Align2, CornerRadius, FontId, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use egui_extras::{Column as Width, TableBuilder, TableRow};

const FOOTER: f32 = 24.0;

/// Shows the table; the layer that was clicked, if one was.
pub fn show(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    made: &Made,
    selected: Option<LayerId>,
    scroll_to: Option<usize>,
) -> Option<LayerId> {
    ui.style_mut().interaction.selectable_labels = false;
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    // Neutral, so that a selected row is not read as a device's hue.
    ui.visuals_mut().selection.bg_fill = cx.theme.grid;
    ui.visuals_mut().widgets.hovered.bg_fill = cx.theme.card;
    let others: f32 = Column::ALL.iter().map(|column| column.width()).sum();
    let name_width = Column::Name.width() + (ui.available_width() - others).max(0.0);
    let height = ui.available_height();
    let mut clicked = None;
    let scroll = ScrollArea::horizontal().auto_shrink(false);
    scroll.show(ui, |ui| {
        let left_top = ui.cursor().min;
        let mut table = TableBuilder::new(ui)
            .id_salt("layers")
            .sense(Sense::click())
            .striped(false)
            .cell_layout(egui::Layout::left_to_right(Align::Center))
            .auto_shrink(false)
            .min_scrolled_height(0.0)
            .max_scroll_height((height - HEADER - FOOTER).max(ROW));
        for column in Column::ALL {
            let width = if column == Column::Name {
                name_width
            } else {
                column.width()
            };
            table = table.column(Width::exact(width).clip(true));
        }
        if let Some(row) = scroll_to {
            table = table.scroll_to_row(row, Some(Align::Center)).animate_scrolling(false);
        }
        let mut places = Vec::new();
        table
            .header(HEADER, |mut header| {
                for (index, column) in Column::ALL.into_iter().enumerate() {
                    places.push(title(&mut header, cx, index, column));
                }
            })
            .body(|body| {
                body.rows(ROW, made.rows.len(), |mut table_row| {
                    let Some(row) = made.rows.get(table_row.index()) else {
                        return;
                    };
                    if show_row(&mut table_row, cx, row, selected) {
                        clicked = Some(row.layer);
                    }
                });
            });
        let top = left_top.y + height - FOOTER;
        footer(ui, cx, made, &places, top);
        if made.rows.is_empty() {
            let at = pos2(left_top.x + PADDING, left_top.y + HEADER + ROW);
            let font = FontId::proportional(theme::BODY);
            ui.painter().text(
                at,
                Align2::LEFT_CENTER,
                "no layer passes the filter",
                font,
                cx.theme.weak,
            );
        }
    });
    clicked
}

/// A header cell and its place: a click sorts by it, largest first for numbers.
fn title(header: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, index: usize, column: Column) -> Rect {
    let sort = cx.session.layer_sort.filter(|(by, _)| *by == index);
    let sorted = sort.map(|(_, descending)| descending);
    let response = cells::title(header, cx.theme, column.title(), column.is_numeric(), sorted);
    if response.clicked() {
        let first = column.is_numeric() && column != Column::Number;
        cx.session.layer_sort = cells::next_sort(sorted, first).map(|descending| (index, descending));
    }
    response.on_hover_text(column.meaning()).rect
}

/// One row; whether it was clicked.
fn show_row(table_row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, row: &Row, selected: Option<LayerId>) -> bool {
    table_row.set_selected(selected == Some(row.layer));
    table_row.set_hovered(cx.session.hovered() == Some(row.layer));
    for column in Column::ALL {
        let shown = column.cell(row);
        let mut elided = false;
        let (_, response) = table_row.col(|ui| {
            elided = cell(ui, cx.theme, ui.max_rect(), column, &shown);
            if column == Column::Number && selected == Some(row.layer) {
                let mut mark = ui.max_rect();
                mark.set_width(3.0);
                ui.painter().rect_filled(mark, 0, cx.theme.text);
            }
        });
        let hint = match (&shown, column) {
            (Cell::Unknown(reason), _) => Some(reason.clone()),
            (Cell::Text(text), _) if elided => Some(text.clone()),
            (_, Column::Latency | Column::Energy) => row.assumption.clone(),
            _ => None,
        };
        if let Some(text) = shown.copied() {
            copies(&response, cx, &text);
        }
        if let Some(hint) = hint {
            response.on_hover_text(hint);
        }
    }
    let response = table_row.response();
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected == Some(row.layer), row.spoken()));
    if response.hovered() {
        cx.session.hovered_layer = Some(row.layer);
    }
    if response.double_clicked() {
        cx.push(Command::FocusLayer(row.layer));
    } else if response.clicked() {
        cx.push(Command::Select(Some(Selection::Layer(row.layer))));
    }
    response.clicked()
}

/// Paints a cell; whether its text had to be shortened.
fn cell(ui: &Ui, theme: &Theme, rect: Rect, column: Column, shown: &Cell) -> bool {
    let painter = ui.painter();
    let font = FontId::proportional(12.0);
    let left = rect.left_center() + vec2(PADDING, 0.0);
    let right = rect.right_center() - vec2(PADDING, 0.0);
    match shown {
        Cell::Text(text) => {
            let quiet = matches!(column, Column::Operator | Column::Shape | Column::LimitedBy);
            let colour = if quiet { theme.weak } else { theme.text };
            return cells::text(ui, rect, text, colour);
        }
        Cell::Number(printed) => cells::number(painter, theme, rect, column.unit_width(), printed),
        Cell::Device(device) => {
            let side = 15.0;
            let place = Rect::from_min_size(pos2(left.x, rect.center().y - side / 2.0), vec2(side, side));
            widgets::paint_badge(painter, theme, place, *device);
        }
        Cell::Share(share, printed) => {
            cells::number(painter, theme, rect, column.unit_width(), printed);
            let track = Rect::from_min_max(
                pos2(rect.left() + PADDING, rect.center().y - 3.0),
                pos2(right.x - 56.0, rect.center().y + 3.0),
            );
            if track.is_positive() {
                let width = track.width() * (*share as f32).clamp(0.0, 1.0);
                painter.rect_filled(track, CornerRadius::same(2), theme.grid);
                let filled = Rect::from_min_size(track.min, vec2(width, track.height()));
                painter.rect_filled(filled, CornerRadius::same(2), theme.accent);
            }
        }
        Cell::Pending => {
            painter.text(right, Align2::RIGHT_CENTER, "…", font, theme.weak);
        }
        Cell::Unknown(_) => {
            let (at, align) = match column.is_numeric() {
                true => (right, Align2::RIGHT_CENTER),
                false => (left, Align2::LEFT_CENTER),
            };
            painter.text(at, align, format!("{} unknown", icon::WARNING), font, theme.warning);
        }
    }
    false
}

/// The line of totals, in line with the columns.
fn footer(ui: &Ui, cx: &Cx<'_>, made: &Made, places: &[Rect], top: f32) {
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return;
    };
    let line = Rect::from_min_max(pos2(first.left(), top), pos2(last.right(), top + FOOTER));
    ui.painter().hline(line.x_range(), top, (1.0, cx.theme.grid));
    let count = match made.rows.len() {
        shown if shown == made.all => format!("{shown} layers"),
        shown => format!("{shown} of {} layers", made.all),
    };
    let warning = made.totals.warning();
    let (text, colour) = match warning {
        Some(_) => (format!("{} {count}", icon::WARNING), cx.theme.warning),
        None => (count, cx.theme.weak),
    };
    let at = pos2(line.left() + PADDING, line.center().y);
    let place = ui.painter().text(
        at,
        Align2::LEFT_CENTER,
        &text,
        FontId::proportional(theme::SMALL),
        colour,
    );
    let response = ui.interact(place, ui.scope_id().with("totals"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    if let Some(warning) = warning {
        response.on_hover_text(warning);
    }
    for (column, place) in Column::ALL.into_iter().zip(places) {
        if let Some(shown) = made.totals.cell(column) {
            let rect = Rect::from_x_y_ranges(place.x_range(), line.y_range());
            cell(ui, cx.theme, rect, column, &shown);
        }
    }
}
