//! A painter over the frame of a plot: where values lie, labels on their own ground.

use super::axis::Axis;
use crate::app::{Cx, Theme, theme};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use egui_plot::{PlotPoint, PlotTransform};

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

/// A message in place of a plot or over an empty one.
pub fn message(ui: &Ui, cx: &Cx<'_>, rect: Rect, text: &str) {
    let font = FontId::proportional(theme::BODY);
    let galley = ui
        .painter()
        .layout(text.to_owned(), font, cx.theme.weak, (rect.width() - 32.0).max(60.0));
    let place = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().galley(place.min, galley, cx.theme.weak);
    let response = ui.interact(place, ui.scope_id().with("message"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}
