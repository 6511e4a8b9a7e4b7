//! The cuts as they are drawn: lines through the graph, bytes where tensors cross, a handle at the right end.

use super::layout::Layout;
use super::line::{Crossing, CutLine};
use super::scene::Scene;
use crate::app::session::Selection;
use crate::app::{Cx, Theme, at_cut, theme};
use crate::design::Design;
use crate::network::{Ideal, TensorId};
use crate::units::Unit;
use egui::{Align2, Color32, CornerRadius, FontId, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Size of a handle.
const HANDLE: Vec2 = vec2(136.0, 34.0);
/// Size of the handle of a cut out of view.
const CHIP: Vec2 = vec2(76.0, 20.0);
/// Room for the bytes at a crossing.
const PILL: Vec2 = vec2(74.0, 20.0);
/// Free space between a handle and the edge of the canvas.
const INSET: f32 = 16.0;
/// Where lines begin at the left edge of the canvas.
const LEFT: f32 = 16.0;

/// Cuts at the same boundary (the devices between them are unused) and their common line.
pub struct Group {
    /// Which cuts.
    pub cuts: RangeInclusive<usize>,
    /// Where they are drawn.
    pub line: Arc<CutLine>,
}

/// Lines of boundaries in one layout; those not asked for between two calls of [`Lines::sweep`] are forgotten.
#[derive(Default)]
pub struct Lines {
    known: Vec<(Ideal, Arc<CutLine>, bool)>,
}

impl Lines {
    /// The line of a boundary.
    pub fn get(&mut self, layout: &Layout, ideal: &Ideal) -> Arc<CutLine> {
        if let Some((_, line, used)) = self.known.iter_mut().find(|(known, ..)| known == ideal) {
            *used = true;
            return Arc::clone(line);
        }
        let line = Arc::new(CutLine::new(layout, ideal));
        self.known.push((ideal.clone(), Arc::clone(&line), true));
        line
    }

    /// Forgets what was not used since the last call.
    pub fn sweep(&mut self) {
        self.known.retain(|(.., used)| *used);
        for (.., used) in &mut self.known {
            *used = false;
        }
    }

    /// The cuts of a design, those at one boundary together.
    pub fn groups(&mut self, layout: &Layout, design: &Design) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for cut in 0..design.cuts() {
            match groups.last_mut() {
                Some(group) if design.cut(*group.cuts.end()) == design.cut(cut) => {
                    group.cuts = *group.cuts.start()..=cut;
                }
                _ => groups.push(Group {
                    cuts: cut..=cut,
                    line: self.get(layout, design.cut(cut)),
                }),
            }
        }
        groups
    }
}

impl Group {
    /// `cut 1` or `cuts 1, 2`.
    pub fn name(&self) -> String {
        let numbers: Vec<String> = self.cuts.clone().map(|cut| (cut + 1).to_string()).collect();
        let noun = if numbers.len() == 1 { "cut" } else { "cuts" };
        format!("{noun} {}", numbers.join(", "))
    }

    fn is_selected(&self, cx: &Cx) -> bool {
        matches!(cx.session.selection, Some(Selection::Cut(cut)) if self.cuts.contains(&cut))
    }

    /// Bytes sent ahead at this boundary, once there are numbers.
    fn bytes(&self, cx: &Cx) -> Option<u64> {
        at_cut::bytes(cx, self.cuts.clone())
    }
}

/// Where the handles of the groups stand: at the right end of their lines, clear of one another, of bytes and of layers as far as
/// the right third of the canvas has room; those of cuts out of view at the nearest edge.
pub fn handles(scene: &Scene, groups: &[Group], occupied: Option<Rect>) -> Vec<Rect> {
    let mut placed: Vec<Rect> = occupied.into_iter().collect();
    let first = placed.len();
    for group in groups {
        let pill = |c: &Crossing| Rect::from_center_size(scene.at(c.at), PILL);
        let pills: Vec<Rect> = group.line.crossings.iter().map(pill).collect();
        let rightmost = scene.view.right() - INSET;
        let steps = (scene.view.width() / 3.0 / 16.0) as usize;
        let candidates = || (0..=steps).map(|step| handle_at(scene, &group.line, rightmost - 16.0 * step as f32));
        let is_clear = |handle: &Rect, of: &[Rect]| !of.iter().any(|other| other.intersects(handle.expand(2.0)));
        let clear_of_tools = |handle: &Rect| is_clear(handle, &placed) && is_clear(handle, &pills);
        // A handle is a little higher than the space between rows.
        let clear_of_layers = |handle: &Rect| !scene.in_view.iter().any(|n| n.shrink(3.0).intersects(*handle));
        let found = candidates()
            .find(|h| clear_of_tools(h) && clear_of_layers(h))
            .or_else(|| candidates().find(clear_of_tools))
            .or_else(|| candidates().find(|handle| is_clear(handle, &placed)));
        placed.push(found.unwrap_or_else(|| handle_at(scene, &group.line, rightmost)));
    }
    placed.split_off(first)
}

/// The handle of a line with its right side at an x of the screen.
fn handle_at(scene: &Scene, line: &CutLine, right: f32) -> Rect {
    let y = height_on_screen(scene, line, right - HANDLE.x);
    let size = if scene.view.y_range().contains(y) { HANDLE } else { CHIP };
    let inside = scene.view.y_range().shrink(size.y / 2.0 + 4.0);
    let centre = pos2(right - size.x / 2.0, y.clamp(inside.min, inside.max.max(inside.min)));
    Rect::from_center_size(centre, size)
}

/// The height of a line at an x, both on the screen.
fn height_on_screen(scene: &Scene, line: &CutLine, x: f32) -> f32 {
    let graph_x = scene.camera.to_graph(scene.view, pos2(x, 0.0)).x;
    scene.at(pos2(graph_x, line.y_at(graph_x))).y
}

/// Points of a line on the screen, from the left edge of the canvas to `right`.
fn screen_points(scene: &Scene, line: &CutLine, right: f32) -> Vec<Pos2> {
    let left = scene.view.left() + LEFT;
    let mut points = vec![pos2(left, height_on_screen(scene, line, left))];
    let inner = line.points.iter().map(|&p| scene.at(p));
    points.extend(inner.filter(|p| p.x > left && p.x < right));
    points.push(pos2(right, height_on_screen(scene, line, right)));
    points
}

/// Paints a cut without handle and bytes: the old place of a held cut, or a preview.
pub fn paint_ghost(scene: &Scene, line: &CutLine, colour: Color32, text: &str) {
    let points = screen_points(scene, line, scene.view.right() - INSET);
    let dashes = Shape::dashed_line(&points, Stroke::new(1.5, colour), 3.0, 4.0);
    scene.painter.extend(dashes);
    let galley = scene
        .painter
        .layout_no_wrap(text.to_owned(), theme::semibold(theme::SMALL), colour);
    let corner = points[0] + vec2(6.0, -4.0 - galley.size().y);
    label(scene, corner, galley, colour);
}

/// Paints line, devices beside it, bytes and handle of a group.
pub fn paint(scene: &Scene, cx: &Cx, group: &Group, handle: Rect, is_strong: bool) {
    // To the handle, and on where the drawing goes on behind it.
    let end = group.line.points.last().map_or(0.0, |&p| scene.at(p).x);
    let right = end.min(scene.view.right()).max(handle.left());
    let points = screen_points(scene, &group.line, right);
    let width = if is_strong || group.is_selected(cx) { 2.6 } else { 2.0 };
    let stroke = Stroke::new(width, cx.theme.text);
    scene.painter.extend(Shape::dashed_line(&points, stroke, 7.0, 4.0));
    paint_devices(scene, cx, group, handle.left());
    paint_crossings(scene, cx, group);
    paint_handle(scene, cx, group, handle);
}

/// Names of the devices above and below the line.
fn paint_devices(scene: &Scene, cx: &Cx, group: &Group, right: f32) {
    let boundary = cx.document.design.cut(*group.cuts.start());
    let placements = &cx.document.design.placements;
    let name = |placement: usize, is_above: bool| {
        let device = placements.get(placement)?.device;
        let instance = cx.document.built(device)?;
        let text = format!("{} {}", Theme::letter(device), instance.name);
        let hue = cx.theme.device(device);
        let galley = scene.painter.layout_no_wrap(text, theme::semibold(theme::SMALL), hue);
        label(
            scene,
            free_corner(scene, &group.line, galley.size(), is_above, right),
            galley,
            hue,
        );
        Some(())
    };
    if !boundary.is_empty() {
        name(*group.cuts.start(), true);
    }
    if boundary.len() < cx.network.layers.len() {
        name(*group.cuts.end() + 1, false);
    }
}

/// Where a text beside a line covers no layer: as far left as possible, at the left end if there is no such place.
fn free_corner(scene: &Scene, line: &CutLine, size: Vec2, is_above: bool, right: f32) -> Pos2 {
    let left = scene.view.left() + LEFT + 4.0;
    let dy = if is_above { -4.0 - size.y } else { 4.0 };
    let corner = |x: f32| pos2(x, height_on_screen(scene, line, x) + dy);
    let is_free = |corner: &Pos2| {
        let around = Rect::from_min_size(*corner, size).expand(4.0);
        !scene.in_view.iter().any(|node| node.intersects(around))
    };
    let steps = ((right - size.x - left) / 24.0).max(0.0) as usize;
    let mut corners = (0..=steps).map(|step| corner(left + 24.0 * step as f32));
    corners.find(is_free).unwrap_or(corner(left))
}

/// Text that stays legible over edges, from its upper left corner.
fn label(scene: &Scene, corner: Pos2, galley: Arc<egui::Galley>, colour: Color32) {
    let ground = scene.theme.background.gamma_multiply(0.85);
    let rect = Rect::from_min_size(corner, galley.size()).expand2(vec2(4.0, 1.0));
    scene.painter.rect_filled(rect, CornerRadius::same(3), ground);
    scene.painter.galley(corner, galley, colour);
}

/// The bytes of every crossing tensor on the line; a dot where there is no room for them.
fn paint_crossings(scene: &Scene, cx: &Cx, group: &Group) {
    let bits = at_cut::wire_bits(cx.document, group.cuts.clone());
    let mut crossings = group.line.crossings.clone();
    crossings.sort_by(|a, b| a.at.x.abs().total_cmp(&b.at.x.abs()));
    let mut pills: Vec<(Rect, Arc<egui::Galley>)> = Vec::new();
    for crossing in &crossings {
        let at = scene.at(crossing.at);
        if !scene.view.expand(40.0).contains(at) {
            continue;
        }
        let text = match crossing.pays {
            true => Unit::Bytes.format(cx.network.tensors[crossing.tensor].bytes(bits) as f64),
            false => "paid once".to_owned(),
        };
        let font = theme::semibold(theme::SMALL);
        let galley = scene.painter.layout_no_wrap(text, font, cx.theme.background);
        let pill = Rect::from_center_size(at, galley.size() + vec2(18.0, 6.0));
        if pills.iter().any(|(other, _)| other.intersects(pill)) {
            scene.painter.circle_filled(at, 3.5, cx.theme.text);
        } else {
            pills.push((pill, galley));
        }
    }
    for (pill, galley) in pills {
        scene.painter.rect_filled(pill, CornerRadius::same(10), cx.theme.text);
        let corner = pill.center() - galley.size() / 2.0;
        scene.painter.galley(corner, galley, cx.theme.background);
    }
}

/// Tensors whose bytes stand on a line.
pub fn labelled(groups: &[Group]) -> Vec<TensorId> {
    let crossings = groups.iter().flat_map(|g| &g.line.crossings);
    crossings.filter(|c| c.pays).map(|c| c.tensor).collect()
}

fn paint_handle(scene: &Scene, cx: &Cx, group: &Group, rect: Rect) {
    let rounding = CornerRadius::same(5);
    scene.painter.rect_filled(rect, rounding, cx.theme.text);
    if group.is_selected(cx) {
        let stroke = Stroke::new(1.5, cx.theme.text);
        let ring = rect.expand(2.0);
        scene
            .painter
            .rect_stroke(ring, CornerRadius::same(7), stroke, StrokeKind::Outside);
    }
    let ink = cx.theme.background;
    let centred = |text: &str, size: f32, y: f32| {
        let galley = scene.one_line(text, theme::semibold(size), ink, rect.width() - 8.0);
        let corner = pos2(rect.center().x - galley.size().x / 2.0, y - galley.size().y / 2.0);
        scene.painter.galley(corner, galley, ink);
    };
    if rect.height() < HANDLE.y {
        let is_above = rect.center().y < scene.view.center().y;
        let arrow = if is_above { "↑" } else { "↓" };
        return centred(&format!("{} {arrow}", group.name()), theme::SMALL, rect.center().y);
    }
    let title = match group.bytes(cx) {
        Some(bytes) => format!("{} · {}", group.name(), Unit::Bytes.format(bytes as f64)),
        None => group.name(),
    };
    centred(&title, theme::BODY, rect.top() + 11.0);
    let (at, font) = (
        pos2(rect.center().x, rect.bottom() - 3.0),
        FontId::proportional(theme::SMALL),
    );
    let text = "drag ↕ or ↑ ↓";
    scene
        .painter
        .text(at, Align2::CENTER_BOTTOM, text, font, ink.gamma_multiply(0.85));
}
