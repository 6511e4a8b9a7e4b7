//! The profiles as a table: a row per device, bundle and clock.

use super::readout;
use crate::app::cells::{self, HEADER, ROW};
use crate::app::workers::BundlesAnswer;
use crate::app::{Cx, theme};
use crate::cost::profile::BundleCost;
use crate::project::bundling::{Profiled, Solved};
use crate::units::Unit;
use egui::{Align, Align2, FontId, Layout, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use egui_extras::{Column, TableBuilder, TableRow};
use std::cmp::Ordering;
use std::sync::Arc;

/// Titles and widths of the columns; those with a number are at the right.
const COLUMNS: [(&str, f32, bool); 8] = [
    ("device", 96.0, false),
    ("bundle", 130.0, false),
    ("clock", 86.0, true),
    ("runs", 50.0, true),
    ("latency", 84.0, true),
    ("energy", 84.0, true),
    ("sum of blocks", 96.0, true),
    ("off by", 96.0, true),
];
/// Room for units.
const UNIT: f32 = 26.0;

/// By which column rows are sorted, and whether descending.
type Sort = Option<(usize, bool)>;

/// The table with the order of its rows, which is made anew only where they or the sort are others: there can be tens of thousands.
#[derive(Default)]
pub struct ProfileTable {
    order: Option<(Arc<BundlesAnswer>, Sort, Vec<Place>)>,
}

/// Where a row's cost stands: machine, first and last block, and which of the costs there.
type Place = (usize, usize, usize, usize);

/// A bundle on a device at a clock.
struct Row<'a> {
    machine: usize,
    device: &'a Profiled,
    first: usize,
    last: usize,
    cost: &'a BundleCost,
}

impl<'a> Row<'a> {
    fn at(devices: &'a [Profiled], (machine, first, last, at): Place) -> Option<Self> {
        let device = devices.get(machine)?;
        let cost = device.table.at(first, last).get(at)?;
        Some(Self {
            machine,
            device,
            first,
            last,
            cost,
        })
    }

    /// Seconds of the sum of single blocks, where there are several and they were measured together as well.
    fn sum_s(&self) -> Option<f64> {
        let sum = self.device.sum_of_blocks(self.first, self.last, self.cost.clock_hz);
        sum.filter(|_| self.first < self.last && !self.cost.estimated)
    }

    fn off(&self) -> Option<f64> {
        let off = self.device.off(self.first, self.last, self.cost);
        off.filter(|_| self.first < self.last)
    }

    /// What a column is sorted by.
    fn compare(&self, other: &Self, column: usize) -> Ordering {
        let number = |a: Option<f64>, b: Option<f64>| {
            a.unwrap_or(f64::NEG_INFINITY)
                .total_cmp(&b.unwrap_or(f64::NEG_INFINITY))
        };
        match column {
            0 => self.machine.cmp(&other.machine),
            1 => (self.last - self.first, self.first).cmp(&(other.last - other.first, other.first)),
            2 => self.cost.clock_hz.cmp(&other.cost.clock_hz),
            3 => self.cost.runs.cmp(&other.cost.runs),
            4 => self.cost.latency_s.total_cmp(&other.cost.latency_s),
            5 => number(self.cost.energy_j, other.cost.energy_j),
            6 => number(self.sum_s(), other.sum_s()),
            _ => number(self.off(), other.off()),
        }
    }
}

impl ProfileTable {
    /// Draws the view.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, answer: &Arc<BundlesAnswer>, solved: &Solved) {
        let order = self.ordered(answer, solved, cx.session.bundles.sort);
        ui.style_mut().interaction.selectable_labels = false;
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        ui.visuals_mut().widgets.hovered.bg_fill = cx.theme.card;
        let height = ui.available_height();
        ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
            let mut table = TableBuilder::new(ui)
                .id_salt("profiles")
                .sense(Sense::hover())
                .striped(false)
                .cell_layout(Layout::left_to_right(Align::Center))
                .auto_shrink(false)
                .min_scrolled_height(0.0)
                .max_scroll_height((height - HEADER).max(ROW));
            for (_, width, _) in COLUMNS {
                table = table.column(Column::exact(width).clip(true));
            }
            table
                .column(Column::remainder().clip(true))
                .header(HEADER, |mut header| titles(&mut header, cx))
                .body(|body| {
                    body.rows(ROW, order.len(), |mut row| {
                        let place = order.get(row.index()).copied();
                        if let Some(shown) = place.and_then(|place| Row::at(&solved.stated.profiled, place)) {
                            show(&mut row, cx, solved, &shown);
                        }
                    });
                });
        });
    }

    /// Where the rows' costs stand, in the order of a sort.
    fn ordered(&mut self, answer: &Arc<BundlesAnswer>, solved: &Solved, sort: Sort) -> &[Place] {
        let known = self.order.take();
        let known = known.filter(|(of, by, _)| Arc::ptr_eq(of, answer) && *by == sort);
        let order = known.map_or_else(|| places(&solved.stated.profiled, sort), |(.., order)| order);
        &self.order.insert((Arc::clone(answer), sort, order)).2
    }
}

/// All costs, sorted.
fn places(devices: &[Profiled], sort: Sort) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for (machine, device) in devices.iter().enumerate() {
        let mut before = None;
        for (span, _) in device.table.iter() {
            let at = match (before, places.last()) {
                (Some(before), Some(place)) if before == span => place.3 + 1,
                _ => 0,
            };
            places.push((machine, span.0, span.1, at));
            before = Some(span);
        }
    }
    if let Some((column, descending)) = sort {
        let compare = |a: &Place, b: &Place| match (Row::at(devices, *a), Row::at(devices, *b)) {
            (Some(a), Some(b)) if descending => b.compare(&a, column),
            (Some(a), Some(b)) => a.compare(&b, column),
            _ => Ordering::Equal,
        };
        places.sort_by(compare);
    }
    places
}

fn titles(header: &mut TableRow<'_, '_>, cx: &mut Cx<'_>) {
    for (column, (name, _, is_numeric)) in COLUMNS.into_iter().enumerate() {
        let sorted = cx.session.bundles.sort.filter(|(by, _)| *by == column);
        let sorted = sorted.map(|(_, descending)| descending);
        if cells::title(header, cx.theme, name, is_numeric, sorted).clicked() {
            let next = cells::next_sort(sorted, is_numeric);
            cx.session.bundles.sort = next.map(|descending| (column, descending));
        }
    }
    header.col(|ui| {
        let rect = ui.max_rect();
        ui.painter().hline(rect.x_range(), rect.bottom(), (1.0, cx.theme.grid));
    });
}

fn show(row: &mut TableRow<'_, '_>, cx: &Cx<'_>, solved: &Solved, shown: &Row<'_>) {
    let theme = cx.theme;
    let bundle = solved.stated.blocks.words(shown.first, shown.last);
    let clock = shown.cost.clock_hz.map_or(String::new(), readout::clock);
    row.col(|ui| {
        cells::text(ui, ui.max_rect(), &shown.device.name, theme.text);
    });
    row.col(|ui| {
        cells::text(ui, ui.max_rect(), &bundle, theme.text);
    });
    let at_right = |row: &mut TableRow<'_, '_>, text: &str| {
        row.col(|ui| {
            let at = ui.max_rect().right_center() - vec2(cells::PADDING, 0.0);
            let font = FontId::proportional(theme::BODY - 1.0);
            ui.painter().text(at, Align2::RIGHT_CENTER, text, font, theme.text);
        });
    };
    at_right(row, &clock);
    at_right(
        row,
        &if shown.cost.estimated {
            String::new()
        } else {
            shown.cost.runs.to_string()
        },
    );
    let numbers = [
        (Some(shown.cost.latency_s), Unit::Seconds),
        (shown.cost.energy_j, Unit::Joules),
        (shown.sum_s(), Unit::Seconds),
    ];
    for (value, unit) in numbers {
        row.col(|ui| {
            if let Some(value) = value {
                cells::number(ui.painter(), theme, ui.max_rect(), UNIT, &unit.print(value));
            }
        });
    }
    let off = shown
        .off()
        .map_or(String::new(), |off| format!("{:+.1} %", off * 100.0));
    at_right(row, &off);
    row.col(|ui| {
        if shown.cost.estimated {
            cells::text(ui, ui.max_rect(), "estimated", theme.warning);
        }
    });
    let spoken = format!(
        "{bundle} on {} {clock}: {}",
        shown.device.name,
        Unit::Seconds.format(shown.cost.latency_s)
    );
    row.response()
        .widget_info(|| WidgetInfo::labeled(Role::Row, true, &spoken));
}
