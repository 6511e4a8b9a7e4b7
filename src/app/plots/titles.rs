//! Titles of axes, most of which are also menus of what the axes show.

use super::axis::Axis;
use crate::app::{Theme, icon, theme};
use egui::epaint::TextShape;
use egui::{Align2, Color32, CursorIcon, FontId, Galley, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};
use std::f32::consts::FRAC_PI_2;
use std::sync::Arc;

/// Width of the strip that holds the vertical axis' title.
pub const STRIP: f32 = 16.0;

/// What the title of an axis says.
pub struct Title {
    /// For screen readers: which axis, and what it shows.
    pub spoken: String,
    /// The words, as long and as short as can be; the first that fits is shown, with a caret.
    pub texts: Vec<String>,
}

impl Title {
    /// Of an axis along which less is better; `name` is what the axis is called in words.
    pub fn of(axis: &Axis, name: &str) -> Self {
        let caret = icon::CARET_DOWN;
        Self {
            spoken: format!("{name}: {}", axis.title()),
            texts: vec![
                format!("{} {caret}  ← better", axis.title()),
                format!("{} {caret}", axis.title()),
                format!("{} {caret}", axis.name()),
            ],
        }
    }
}

/// Paints the title of a horizontal axis from `start` to the right, at most to `end`; `None` where there is no room.
pub fn horizontal(ui: &Ui, theme: &Theme, title: &Title, start: Pos2, end: f32) -> Option<Response> {
    let galley = fitting(ui, theme, &title.texts, end - start.x)?;
    let place = Align2::LEFT_CENTER.anchor_size(start, galley.size());
    let response = button(ui, "horizontal", place, &title.spoken);
    ui.painter().galley(place.min, galley, colour(theme, &response));
    Some(response)
}

/// Paints the title of a vertical axis, reading upwards in the middle of `strip`; `None` where there is no room.
pub fn vertical(ui: &Ui, theme: &Theme, title: &Title, strip: Rect) -> Option<Response> {
    let (galley, place) = upright(ui, theme, &title.texts, strip)?;
    let response = button(ui, "vertical", place, &title.spoken);
    turned(ui, galley, place, colour(theme, &response));
    Some(response)
}

/// Paints the title of a vertical axis that shows one thing only: a label. `None` where there is no room.
pub fn vertical_label(ui: &Ui, theme: &Theme, title: &Title, strip: Rect) -> Option<Response> {
    let (galley, place) = upright(ui, theme, &title.texts, strip)?;
    turned(ui, galley, place, theme.weak);
    Some(label(ui, "vertical", place, &title.spoken))
}

/// Paints the title of a horizontal axis that shows one thing only: a label. `None` where there is no room.
pub fn horizontal_label(ui: &Ui, theme: &Theme, title: &Title, start: Pos2, end: f32) -> Option<Response> {
    let galley = fitting(ui, theme, &title.texts, end - start.x)?;
    let place = Align2::LEFT_CENTER.anchor_size(start, galley.size());
    ui.painter().galley(place.min, galley, theme.weak);
    Some(label(ui, "horizontal", place, &title.spoken))
}

/// The words that fit the middle of a strip, and their place.
fn upright(ui: &Ui, theme: &Theme, texts: &[String], strip: Rect) -> Option<(Arc<Galley>, Rect)> {
    let galley = fitting(ui, theme, texts, strip.height())?;
    let size = vec2(galley.size().y, galley.size().x);
    Some((galley, Rect::from_center_size(strip.center(), size)))
}

fn turned(ui: &Ui, galley: Arc<Galley>, place: Rect, colour: Color32) {
    // Turned about its upper left corner, which thereby comes to lie at the lower left.
    let text = TextShape::new(place.left_bottom(), galley, colour).with_angle(-FRAC_PI_2);
    ui.painter().add(text.with_override_text_color(colour));
}

fn label(ui: &Ui, side: &str, place: Rect, spoken: &str) -> Response {
    let response = ui.interact(place.expand(3.0), ui.scope_id().with(("axis", side)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
    response
}

fn fitting(ui: &Ui, theme: &Theme, texts: &[String], room: f32) -> Option<Arc<Galley>> {
    let font = FontId::proportional(theme::SMALL);
    let galley = |text: &String| ui.painter().layout_no_wrap(text.clone(), font.clone(), theme.weak);
    texts.iter().map(galley).find(|galley| galley.size().x <= room)
}

fn button(ui: &Ui, side: &str, place: Rect, spoken: &str) -> Response {
    let id = ui.scope_id().with(("axis", side));
    let response = ui.interact(place.expand(3.0), id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, spoken));
    if response.has_focus() {
        let outline = egui::Stroke::new(1.0, ui.visuals().text_color());
        ui.painter()
            .rect_stroke(response.rect, 3, outline, egui::StrokeKind::Inside);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

fn colour(theme: &Theme, response: &Response) -> Color32 {
    if response.hovered() { theme.text } else { theme.weak }
}
