//! What was measured: the whole network beside its predictions, and all bundles.

use crate::app::cells::{self, ROW};
use crate::app::theme::{self, semibold};
use crate::app::{Cx, Theme};
use crate::cost::profile::measure::{Report, Timing};
use crate::units::Unit;
use egui::{Align2, Color32, FontId, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

/// Where the columns of numbers end, from the right.
const ENDS: [f32; 2] = [92.0, 0.0];

/// Draws a report into the room there is.
pub fn ui(ui: &mut Ui, cx: &Cx, report: &Report) {
    ui.spacing_mut().item_spacing.y = 0.0;
    heading(ui, cx.theme, "whole network", ["latency", "deviation"]);
    let measured = format!("measured in one piece, {} runs", report.end_to_end_runs);
    row(ui, cx.theme, &measured, Unit::Seconds.format(report.end_to_end_s), None);
    for own in &report.predictions {
        let name = format!("predicted by {}", own.prediction);
        let response = row(
            ui,
            cx.theme,
            &name,
            Unit::Seconds.format(own.latency_s),
            Some(own.deviation),
        );
        response.on_hover_text(&own.tiling);
    }
    ui.add_space(10.0);
    heading(ui, cx.theme, "bundle", ["latency", "sum of blocks"]);
    let scroll = ScrollArea::vertical()
        .id_salt("measured bundles")
        .auto_shrink([false, false]);
    scroll.show_rows(ui, ROW, report.bundles.len(), |ui, range| {
        for bundle in report.bundles.get(range).unwrap_or_default() {
            let latency = Unit::Seconds.format(bundle.latency_s);
            row(ui, cx.theme, &bundle.bundle, latency, bundle.layer_sum_error);
        }
    });
}

/// Draws what bundles took so far, the newest at the bottom in sight.
pub fn so_far(ui: &mut Ui, theme: &Theme, timings: &[Timing]) {
    if timings.is_empty() {
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    heading(ui, theme, "bundle, so far", ["", "latency"]);
    let scroll = ScrollArea::vertical()
        .id_salt("bundles so far")
        .auto_shrink([false, false])
        .stick_to_bottom(true);
    scroll.show_rows(ui, ROW, timings.len(), |ui, range| {
        for timing in timings.get(range).unwrap_or_default() {
            let latency = Unit::Seconds.format(timing.latency_s);
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            cells::text(ui, rect.with_max_x(rect.right() - 90.0), &timing.bundle, theme.text);
            let at = pos2(rect.right() - cells::PADDING, rect.center().y);
            let font = FontId::proportional(theme::SMALL);
            ui.painter().text(at, Align2::RIGHT_CENTER, &latency, font, theme.text);
            let spoken = format!("{}: {latency}", timing.bundle);
            response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &spoken));
        }
    });
}

fn heading(ui: &mut Ui, theme: &Theme, name: &str, columns: [&str; 2]) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let left = rect.left_center() + vec2(cells::PADDING, 0.0);
    let painter = ui.painter();
    painter.text(left, Align2::LEFT_CENTER, name, semibold(theme::SMALL), theme.weak);
    for (column, end) in columns.into_iter().zip(ENDS) {
        let at = pos2(rect.right() - end - cells::PADDING, rect.center().y);
        painter.text(
            at,
            Align2::RIGHT_CENTER,
            column,
            FontId::proportional(theme::SMALL),
            theme.weak,
        );
    }
    painter.hline(rect.x_range(), rect.bottom(), (1.0, theme.grid));
}

/// A name, a time and how far a sum is off it.
fn row(ui: &mut Ui, theme: &Theme, name: &str, latency: String, deviation: Option<f64>) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    cells::text(ui, rect.with_max_x(rect.right() - 170.0), name, theme.text);
    let told = deviation.map(percent).unwrap_or_default();
    let colours = [theme.text, deviation.map_or(theme.weak, |share| colour(theme, share))];
    for ((text, end), colour) in [&latency, &told].into_iter().zip(ENDS).zip(colours) {
        let at = pos2(rect.right() - end - cells::PADDING, rect.center().y);
        let font = FontId::proportional(theme::SMALL);
        ui.painter().text(at, Align2::RIGHT_CENTER, text, font, colour);
    }
    let spoken = match told.as_str() {
        "" => format!("{name}: {latency}"),
        told => format!("{name}: {latency}, {told}"),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &spoken));
    response
}

fn percent(share: f64) -> String {
    let sign = if share < 0.0 { "\u{2212}" } else { "+" };
    format!("{sign}{}", Unit::Percent.format(share.abs()))
}

/// Sums that are far off stand out.
fn colour(theme: &Theme, share: f64) -> Color32 {
    if share.abs() < 0.1 { theme.text } else { theme.warning }
}

/// The facts a report is about, in small words.
pub fn facts(ui: &mut Ui, theme: &Theme, report: &Report) {
    for words in [&report.machine, &report.settings] {
        let text = RichText::new(words).size(theme::SMALL).color(theme.weak);
        ui.add(egui::Label::new(text).truncate()).on_hover_text(words);
    }
}
