//! What both plots of the tab paint with: hues of designs, numbers on them, words that fit.

pub use crate::app::plots::canvas::Canvas;
use crate::app::{Theme, theme};
use crate::design::Design;
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, vec2};
use std::sync::Arc;

/// A design's number on its hue.
pub fn badge(painter: &Painter, hue: Color32, center: Pos2, index: usize) {
    let rect = Rect::from_center_size(center, vec2(16.0, 14.0));
    painter.rect_filled(rect, 3, hue);
    painter.rect_stroke(rect, 3, Stroke::new(1.0, Theme::on(hue)), StrokeKind::Inside);
    let font = theme::semibold(theme::SMALL - 1.0);
    let text = (index + 1).to_string();
    painter.text(center, Align2::CENTER_CENTER, text, font, Theme::on(hue));
}

/// Hues for the designs of a sweep: along the scale of heat maps, in the order of how far down the chain their layers run, so that neighbours
/// look alike. They are no hues of devices; numbers tell them apart as well.
pub fn hues(theme: &Theme, designs: &[Design]) -> Vec<Color32> {
    let depth = |design: &Design| {
        let layers = design.placements.last().map_or(0, |placement| placement.end.len());
        let devices = design.assignment(layers);
        devices.iter().sum::<usize>() as f64 / devices.len().max(1) as f64
    };
    let depths: Vec<f64> = designs.iter().map(depth).collect();
    let mut order: Vec<usize> = (0..designs.len()).collect();
    order.sort_by(|&a, &b| depths[a].total_cmp(&depths[b]));
    let mut hues = vec![theme.link; designs.len()];
    let last = order.len().saturating_sub(1).max(1) as f32;
    for (rank, &design) in order.iter().enumerate() {
        hues[design] = theme.heat(rank as f32 / last);
    }
    hues
}

/// The first of some texts that fits, else the last shortened in its middle; `None` where that would tell nothing.
pub fn fitting(ui: &egui::Ui, texts: &[String], colour: Color32, room: f32) -> Option<Arc<egui::Galley>> {
    let font = FontId::proportional(theme::SMALL);
    let galley = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), font.clone(), colour);
    let whole = texts
        .iter()
        .map(|text| galley(text))
        .find(|galley| galley.size().x <= room);
    whole.or_else(|| {
        let text = crate::app::words::elide(ui, texts.last()?, &font, room);
        (text.chars().count() > 4).then(|| galley(&text))
    })
}
