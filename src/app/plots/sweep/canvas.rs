//! What both plots of the tab paint with: places of values, hues of designs, numbers on them.

use crate::app::plots::axis::Axis;
use crate::app::{Theme, theme};
use crate::design::Design;
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use egui_plot::{PlotPoint, PlotTransform};
use std::sync::Arc;

/// A painter that knows the axes.
pub struct Canvas<'a> {
    /// Clipped to the plot's frame.
    pub painter: Painter,
    /// From plot coordinates to the screen.
    pub transform: PlotTransform,
    /// Horizontal and vertical.
    pub axes: [Axis; 2],
    /// Colours.
    pub theme: &'a Theme,
}

impl Canvas<'_> {
    /// The plot's frame on the screen.
    pub fn frame(&self) -> Rect {
        *self.transform.frame()
    }

    /// Where a value of the horizontal axis lies.
    pub fn x(&self, value: f64) -> Option<f32> {
        let x = self.transform.position_from_point_x(self.axes[0].coordinate(value)?);
        // Far beyond the frame a screen coordinate loses its meaning in 32 bits; the edge of the visible suffices.
        Some(x.clamp(self.frame().left() - 1e4, self.frame().right() + 1e4))
    }

    /// Where a value of the vertical axis lies.
    pub fn y(&self, value: f64) -> Option<f32> {
        let y = self.transform.position_from_point_y(self.axes[1].coordinate(value)?);
        Some(y.clamp(self.frame().top() - 1e4, self.frame().bottom() + 1e4))
    }

    /// Where a pair of values lies.
    pub fn at(&self, x: f64, y: f64) -> Option<Pos2> {
        Some(pos2(self.x(x)?, self.y(y)?))
    }

    /// The values at a place.
    pub fn values(&self, at: Pos2) -> [f64; 2] {
        let PlotPoint { x, y } = self.transform.value_from_position(at);
        [self.axes[0].value(x), self.axes[1].value(y)]
    }

    /// A line on its own ground, so that what it crosses stays apart.
    pub fn label(&self, at: Pos2, align: Align2, text: &str, colour: Color32) -> Rect {
        let font = FontId::proportional(theme::SMALL);
        let galley = self.painter.layout_no_wrap(text.to_owned(), font, colour);
        let place = align.anchor_size(at, galley.size());
        // Within the frame, as far as it has room.
        let frame = self.frame().shrink(2.0);
        let shift = vec2(
            (frame.left() - place.left()).max(0.0) - (place.right() - frame.right()).max(0.0),
            (frame.top() - place.top()).max(0.0) - (place.bottom() - frame.bottom()).max(0.0),
        );
        let place = place.translate(shift);
        let ground = self.theme.background.gamma_multiply(0.8);
        self.painter.rect_filled(place.expand2(vec2(2.0, 0.0)), 2, ground);
        self.painter.galley(place.min, galley, colour);
        place
    }
}

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
