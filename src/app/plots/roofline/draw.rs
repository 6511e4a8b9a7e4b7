//! What is painted where: lines below, then dots, partitions and the labels that find a place.

use super::paint;
use super::readout;
use super::scene::{DeviceRoof, Meant, Scene, Slope};
use crate::app::plots::canvas::Canvas;
use crate::app::plots::labels::Labels;
use crate::app::session::Selection;
use crate::app::{Command, Cx, theme};
use crate::link::Direction;
use egui::{
    Align2, CursorIcon, FontId, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Distance from a mark's edge within which it is meant by the pointer.
const REACH: f32 = 3.0;
/// Dots so near to each other are at the same place.
const SAME: f32 = 1.5;

/// Marks on the screen.
pub struct Placed {
    /// Which, where and of what radius; those painted last come last.
    marks: Vec<(Meant, Pos2, f32)>,
}

impl Placed {
    /// Where marks are.
    pub fn new(canvas: &Canvas<'_>, scene: &Scene) -> Self {
        let longest = scene.dots.iter().map(|dot| dot.run.latency_s).fold(0.0, f64::max);
        let place = |meant: Meant| {
            let [x, y] = scene.values(meant)?;
            let radius = match meant {
                Meant::Dot(index) => paint::radius(scene.dots.get(index)?.run.latency_s / longest),
                Meant::Feed(_) => paint::MARK,
            };
            Some((meant, canvas.at(x, y)?, radius))
        };
        let mut marks: Vec<_> = scene.marks().filter_map(place).collect();
        // Large dots lie below small ones, partitions above all dots.
        marks.sort_by(|a, b| {
            let rank = |meant: Meant| matches!(meant, Meant::Feed(_));
            rank(a.0).cmp(&rank(b.0)).then(b.2.total_cmp(&a.2))
        });
        Self { marks }
    }

    /// The place and radius of a mark.
    pub fn of(&self, meant: Meant) -> Option<(Pos2, f32)> {
        let found = self.marks.iter().find(|(other, ..)| *other == meant)?;
        Some((found.1, found.2))
    }

    /// Marks in the order they are painted.
    pub fn all(&self) -> impl Iterator<Item = (Meant, Pos2, f32)> + '_ {
        self.marks.iter().copied()
    }

    /// The mark under the pointer: of several the one that is painted on top.
    pub fn pick(&self, at: Pos2) -> Option<Meant> {
        let near = |&&(_, place, radius): &&(Meant, Pos2, f32)| place.distance(at) <= radius + REACH;
        let inside = |&&(_, place, radius): &&(Meant, Pos2, f32)| place.distance(at) <= radius;
        let marks = || self.marks.iter().rev();
        let found = marks().find(inside).or_else(|| marks().find(near))?;
        Some(found.0)
    }

    /// Indices of all dots at the place of a mark, ascending.
    pub fn here(&self, meant: Meant) -> Vec<usize> {
        let Some((at, _)) = self.of(meant) else {
            return Vec::new();
        };
        let same = self.marks.iter().filter(|(_, place, _)| place.distance(at) <= SAME);
        let mut here: Vec<usize> = same
            .filter_map(|(meant, ..)| match meant {
                Meant::Dot(index) => Some(*index),
                Meant::Feed(_) => None,
            })
            .collect();
        here.sort_unstable();
        here
    }
}

/// Paints everything but what the pointer means, and answers for roofs and slopes.
pub fn draw(ui: &Ui, canvas: &Canvas<'_>, cx: &mut Cx<'_>, scene: &Scene, placed: &Placed) {
    let frame = canvas.frame();
    let dots: Vec<Pos2> = placed.all().map(|(_, at, _)| at).collect();
    let mut labels = Labels::new(frame, dots);
    let selected = cx.session.selection;
    for slope in &scene.slopes {
        if let Some(ends) = paint::slope(canvas, slope.bytes_per_s, f64::INFINITY) {
            let is_selected = |(link, _): &(usize, _)| selected == Some(Selection::Link(*link));
            paint::slope_line(canvas, slope, ends, slope.links.iter().any(is_selected));
        }
    }
    let roofs: Vec<(&DeviceRoof, Vec<Pos2>)> = scene
        .roofs
        .iter()
        .map(|shown| (shown, paint::roof(canvas, &shown.roof)))
        .collect();
    for (shown, corners) in &roofs {
        let is_selected = shown
            .devices
            .iter()
            .any(|&device| selected == Some(Selection::Device(device)));
        paint::roof_line(canvas, shown, corners, is_selected);
    }
    for (meant, at, _) in placed.all() {
        if let Meant::Feed(_) = meant
            && frame.contains(at)
        {
            labels.reserve(Rect::from_center_size(at, vec2(2.0, 2.0) * paint::MARK));
        }
    }
    marks(canvas, cx, scene, placed);
    roofless(ui, canvas, cx, scene, &mut labels);
    for (shown, corners) in &roofs {
        roof_label(ui, canvas, cx, shown, corners, &mut labels);
    }
    for slope in &scene.slopes {
        slope_label(ui, canvas, cx, scene, slope, &mut labels);
    }
}

/// Dots and partitions, with rings around what is selected or pointed at in another view.
fn marks(canvas: &Canvas<'_>, cx: &Cx<'_>, scene: &Scene, placed: &Placed) {
    let hovered = cx.session.hovered();
    let (mut rings, mut quiet) = (Vec::new(), Vec::new());
    for (meant, at, radius) in placed.all() {
        match meant {
            Meant::Dot(index) => {
                let Some(dot) = scene.dots.get(index) else { continue };
                paint::dot(&canvas.painter, canvas.theme, at, radius, dot.device);
                if hovered == Some(dot.layer) {
                    quiet.push((at, radius));
                }
            }
            Meant::Feed(index) => {
                let Some(feed) = scene.feeds.get(index) else { continue };
                if let Some(fed) = canvas.at(feed.intensity(), feed.fed_macs_per_s()) {
                    paint::partition(canvas, at, fed, feed.device, feed.link);
                }
            }
        }
        if cx.session.selection.is_some() && cx.session.selection == scene.selects(cx, meant) {
            rings.push((at, radius));
        }
    }
    for (at, radius) in quiet {
        paint::ring(canvas, at, radius + 2.5, false);
    }
    for (at, radius) in rings {
        paint::ring(canvas, at, radius + 3.5, true);
    }
}

/// A place of the plot that answers to the pointer and the keyboard like a button and selects something.
fn selects(
    ui: &Ui,
    cx: &mut Cx<'_>,
    id: impl egui::AsIdSalt,
    place: Rect,
    selection: Selection,
    text: &str,
) -> Response {
    let response = ui.interact(place, ui.scope_id().with(id), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, text));
    if response.has_focus() {
        let outline = Stroke::new(1.0, cx.theme.text);
        ui.painter()
            .rect_stroke(place.expand(1.0), 3, outline, StrokeKind::Outside);
    }
    if response.clicked() {
        cx.push(Command::Select(Some(selection)));
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// The letters of the devices of a roof, at its ridge if there is room.
fn roof_label(
    ui: &Ui,
    canvas: &Canvas<'_>,
    cx: &mut Cx<'_>,
    shown: &DeviceRoof,
    corners: &[Pos2],
    labels: &mut Labels,
) {
    let (Some(&first), Some(&last)) = (corners.first(), corners.last()) else {
        return;
    };
    let ridge = corners.iter().rev().nth(1).copied().unwrap_or(first);
    let inside = |at: Pos2| canvas.frame().shrink(4.0).clamp(at);
    let anchors = [ridge, ridge.lerp(last, 0.5), last, ridge.lerp(first, 0.5), first].map(inside);
    let size = vec2(paint::BADGE.x * shown.devices.len() as f32, paint::BADGE.y);
    if !shown.is_own {
        return width_label(canvas, shown, &anchors, labels);
    }
    let Some(place) = labels.place_at_one_of(&anchors, 0.0, size) else {
        return;
    };
    badges(ui, canvas, cx, place.min, &shown.devices, |cx, device| {
        readout::roof(cx, device, &shown.roof)
    });
}

/// The width of operands a further roof is for.
fn width_label(canvas: &Canvas<'_>, shown: &DeviceRoof, anchors: &[Pos2], labels: &mut Labels) {
    let font = FontId::proportional(theme::SMALL);
    let text = readout::width(shown);
    let galley = canvas.painter.layout_no_wrap(text, font, canvas.theme.weak);
    if let Some(place) = labels.place_at_one_of(anchors, 0.0, galley.size()) {
        let ground = canvas.theme.background.gamma_multiply(0.75);
        canvas.painter.rect_filled(place.expand2(vec2(2.0, 0.0)), 2, ground);
        canvas.painter.galley(place.min, galley, canvas.theme.weak);
    }
}

fn badges(
    ui: &Ui,
    canvas: &Canvas<'_>,
    cx: &mut Cx<'_>,
    at: Pos2,
    devices: &[usize],
    words: impl Fn(&Cx<'_>, usize) -> String,
) {
    for (index, &device) in devices.iter().enumerate() {
        let at = at + vec2(paint::BADGE.x * index as f32, 0.0);
        let place = Rect::from_min_size(at, paint::BADGE);
        paint::badge(&canvas.painter, canvas.theme, place, device);
        let text = words(cx, device);
        let response = selects(ui, cx, ("roof", device), place, Selection::Device(device), &text);
        response.on_hover_text(text);
    }
}

/// Devices without a roof, in the lower right corner.
fn roofless(ui: &Ui, canvas: &Canvas<'_>, cx: &mut Cx<'_>, scene: &Scene, labels: &mut Labels) {
    if scene.roofless.is_empty() {
        return;
    }
    let frame = canvas.frame().shrink(4.0);
    let devices: Vec<usize> = scene.roofless.iter().map(|(device, _)| *device).collect();
    let font = FontId::proportional(theme::SMALL);
    let text = canvas.painter.layout_no_wrap("no roof".to_owned(), font, cx.theme.weak);
    let width = paint::BADGE.x * devices.len() as f32;
    let size = vec2(width + text.size().x + 4.0, paint::BADGE.y);
    let place = Align2::RIGHT_BOTTOM.anchor_size(frame.right_bottom(), size);
    labels.reserve(place);
    let ground = canvas.theme.background.gamma_multiply(0.8);
    canvas.painter.rect_filled(place, 2, ground);
    let at = pos2(place.left() + width + 2.0, place.center().y - text.size().y / 2.0);
    canvas.painter.galley(at, text, cx.theme.weak);
    badges(ui, canvas, cx, place.min, &devices, |cx, device| {
        let why = scene.roofless.iter().find(|(other, _)| *other == device);
        why.map_or(String::new(), |&(_, why)| readout::roofless(cx, device, why))
    });
}

/// The name of a link along its slope.
fn slope_label(ui: &Ui, canvas: &Canvas<'_>, cx: &mut Cx<'_>, scene: &Scene, slope: &Slope, labels: &mut Labels) {
    let Some([from, to]) = paint::slope(canvas, slope.bytes_per_s, f64::INFINITY) else {
        return;
    };
    let text = readout::slope(cx, scene, slope);
    let font = FontId::proportional(theme::SMALL);
    let colour = if slope.is_used { cx.theme.text } else { cx.theme.weak };
    let galley = canvas.painter.layout_no_wrap(text.clone(), font, colour);
    let anchors = [0.85, 0.95, 0.65, 0.45, 0.25, 0.05].map(|share| from.lerp(to, share));
    let Some(place) = labels.place_at_one_of(&anchors, 2.0, galley.size()) else {
        return;
    };
    let ground = cx.theme.background.gamma_multiply(0.75);
    canvas.painter.rect_filled(place.expand2(vec2(2.0, 0.0)), 2, ground);
    canvas.painter.galley(place.min, galley, colour);
    let Some(&(link, direction)) = slope.links.first() else {
        return;
    };
    let id = ("slope", link, direction == Direction::Forward);
    let response = selects(ui, cx, id, place, Selection::Link(link), &text);
    response.on_hover_text(readout::slope_hint(cx, scene, slope));
}
