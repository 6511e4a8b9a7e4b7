//! The shapes of the timeline.

use super::scene::{Lane, Meant, Scene};
use crate::app::hatch::{self, Hatch};
use crate::app::plots::axis::{Axis, GRID_POINTS};
use crate::app::{Theme, theme, widgets};
use crate::design::timeline::Span;
use egui::{Align2, Color32, FontId, Painter, Rect, Stroke, StrokeKind, pos2, vec2};
use egui_plot::{GridInput, GridMark};

/// Distance between the lines of a hatch.
const HATCH: f32 = 7.0;
/// Least width of a gap that is called idle in words.
const ROOM_FOR_IDLE: f32 = 34.0;

/// Everything painted within the time area of one frame.
pub struct Canvas<'a> {
    /// Clipped to the time area.
    pub painter: Painter,
    pub scene: &'a Scene,
    pub theme: &'a Theme,
}

impl Canvas<'_> {
    /// The ground of a lane's rows.
    pub fn ground(&self, index: usize, lane: &Lane<'_>) {
        for track in 0..lane.rows.len() {
            let band = self.scene.band(index, track);
            let ground = Rect::from_x_y_ranges(self.scene.area.x_range(), band);
            self.painter.rect_filled(ground, 2, self.theme.background);
            if track == lane.timeline.bottleneck {
                let stroke = Stroke::new(1.0, self.theme.weak);
                self.painter.rect_stroke(ground, 2, stroke, StrokeKind::Inside);
            }
        }
    }

    /// Lines of the grid.
    pub fn grid(&self, axis: &Axis) {
        for mark in marks(axis, self.scene) {
            let x = self.scene.x(axis.value(mark.value));
            let stroke = Stroke::new(1.0, self.theme.grid.gamma_multiply(0.7));
            self.painter.vline(x, self.scene.area.y_range(), stroke);
        }
    }

    /// Gaps and spans of a lane.
    pub fn lane(&self, index: usize, lane: &Lane<'_>) {
        for gap in &lane.timeline.idle {
            let rect = self.scene.rect(index, gap.track, gap.start_s, gap.end_s);
            self.gap(rect.intersect(self.scene.area));
        }
        for span in &lane.timeline.spans {
            self.span(index, lane, span);
        }
    }

    fn gap(&self, rect: Rect) {
        if rect.width() < 2.0 {
            return;
        }
        idle(&self.painter, self.theme, rect);
        if rect.width() > ROOM_FOR_IDLE {
            let font = FontId::proportional(theme::SMALL);
            let galley = self.painter.layout_no_wrap("idle".to_owned(), font, self.theme.weak);
            let place = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
            self.painter
                .rect_filled(place.expand2(vec2(3.0, 0.0)), 2, self.theme.card);
            self.painter.galley(place.min, galley, self.theme.weak);
        }
    }

    fn span(&self, index: usize, lane: &Lane<'_>, span: &Span) {
        let rect = self.scene.rect(index, span.track, span.start_s, span.end_s);
        let visible = rect.intersect(self.scene.area);
        if visible.width() <= 0.0 {
            return;
        }
        let row = &lane.rows[span.track];
        let fill = self.theme.of_frame(row.hue, span.frame);
        // A hairline of ground keeps neighbours apart.
        let inset = if rect.width() > 4.0 { 0.5 } else { 0.0 };
        self.painter.rect_filled(rect.shrink2(vec2(inset, 0.0)), 2, fill);
        if visible.width() > 6.0 {
            row.hatch
                .paint(&self.painter, visible.shrink(1.0), HATCH, hatch::over(fill));
        }
        let font = theme::semibold(theme::SMALL);
        let name = format!("f{}", span.frame + 1);
        let galley = self.painter.layout_no_wrap(name, font, Theme::on(fill));
        if galley.size().x + 6.0 <= visible.width() {
            let place = Align2::CENTER_CENTER.anchor_size(visible.center(), galley.size());
            if row.hatch != Hatch::None {
                self.painter.rect_filled(place.expand2(vec2(2.0, -1.0)), 2, fill);
            }
            self.painter.galley(place.min, galley, Theme::on(fill));
        }
    }

    /// The outline of what is meant.
    pub fn emphasis(&self, lane: usize, meant: Meant) {
        let (track, start_s, end_s) = match meant {
            Meant::Span(span) => (span.track, span.start_s, span.end_s),
            Meant::Idle(gap) => (gap.track, gap.start_s, gap.end_s),
        };
        let rect = self.scene.rect(lane, track, start_s, end_s);
        let stroke = Stroke::new(1.5, self.theme.text);
        self.painter.rect_stroke(rect, 2, stroke, StrokeKind::Outside);
    }
}

/// The ground of a gap.
pub fn idle(painter: &Painter, theme: &Theme, rect: Rect) {
    painter.rect_filled(rect, 0, theme.card);
    Hatch::Rising.paint(painter, rect, 5.0, Stroke::new(1.0, theme.grid));
}

/// The letter of a device and its name, or the name of a link, in front of a row; bold for the bottleneck.
pub fn name(painter: &Painter, theme: &Theme, rect: Rect, lane: &Lane<'_>, track: usize) {
    let row = &lane.rows[track];
    let side = (rect.height() - 1.0).min(16.0);
    if let Some(device) = row.device {
        let badge = Rect::from_center_size(pos2(rect.left() + 8.0, rect.center().y), vec2(side, side));
        widgets::paint_badge(painter, theme, badge, device);
    }
    let is_used = lane.timeline.tracks[track].busy_s > 0.0;
    let (font, colour) = match (track == lane.timeline.bottleneck, is_used) {
        (true, _) => (theme::semibold(theme::SMALL), theme.text),
        (false, true) => (FontId::proportional(theme::SMALL), theme.text),
        (false, false) => (FontId::proportional(theme::SMALL), theme.weak),
    };
    let room = rect.right() - rect.left() - 22.0;
    let galley = one_line(painter, &row.name, font, colour, room);
    let at = pos2(rect.left() + 20.0, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, colour);
}

/// Text of one line that ends in `…` where `width` is too little.
pub fn one_line(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// Where lines of the grid stand.
fn marks(axis: &Axis, scene: &Scene) -> Vec<GridMark> {
    let bounds = scene.view.map(|seconds| axis.coordinate(seconds).unwrap_or(0.0));
    axis.marks(&GridInput {
        bounds: (bounds[0], bounds[1]),
        base_step_size: (bounds[1] - bounds[0]) * f64::from(GRID_POINTS / scene.area.width().max(1.0)),
    })
}

/// The times below the rows, and their unit at the right.
pub fn ticks(painter: &Painter, theme: &Theme, axis: &Axis, scene: &Scene, below: Rect) {
    let text = |text: String| painter.layout_no_wrap(text, FontId::proportional(theme::SMALL), theme.weak);
    let y = below.top() + 1.0;
    let unit = text(axis.symbol().to_owned());
    let place = Align2::RIGHT_TOP.anchor_size(pos2(below.right(), y), unit.size());
    painter.galley(place.min, unit, theme.weak);
    for mark in marks(axis, scene) {
        let galley = text(axis.tick(&mark));
        let at = Align2::CENTER_TOP.anchor_size(pos2(scene.x(axis.value(mark.value)), y), galley.size());
        if at.right() + 6.0 < place.left() {
            painter.galley(at.min, galley, theme.weak);
        }
    }
}
