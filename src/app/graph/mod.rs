//! The layer graph: the network from top to bottom, with the cuts as lines that can be moved.
//!
//! [`layout`] runs in a worker; everything else is painted every frame, in screen space, without a widget per layer. The view
//! keeps where it looks and what the pointer holds ([`grip`]); all changes go out as commands.

mod camera;
pub mod colour;
mod cuts;
mod edges;
mod grip;
mod handle;
mod header;
mod hover;
mod index;
mod keys;
pub mod layout;
mod line;
mod minimap;
mod names;
mod nodes;
mod scene;
#[cfg(test)]
mod tests;

use super::session::{Part, Selection};
use super::{Command, Cx, cut_keys};
use crate::network::{ContentHash, Ideal, Schedule};
use crate::project::{Action, View};
use crate::units::Unit;
use camera::Camera;
use colour::Colours;
use cuts::{Group, Lines};
use egui::{CursorIcon, PointerButton, Pos2, Rect, Response, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use grip::Grip;
use hover::Subject;
use index::Index;
use layout::Layout;
use scene::Scene;
use std::sync::Arc;

/// Screen points around a line within which it can be grabbed.
const GRAB: f32 = 12.0;
/// The same where a layer lies under the pointer.
const GRAB_ON_LAYER: f32 = 4.0;

/// Screen points between a cut that is followed and the edge of the canvas.
const FOLLOW: f32 = 70.0;

/// State of the graph between frames.
#[derive(Default)]
pub struct GraphView {
    camera: Camera,
    /// The network and view the camera was set up for.
    seen: Option<(ContentHash, View)>,
    index: Option<Index>,
    lines: Lines,
    grip: Option<Grip>,
    /// Where the cut in the hand was when it was last brought into view.
    followed: Option<Ideal>,
    /// The first cut of the line under the pointer.
    pointed_cut: Option<usize>,
    /// What the context menu is about.
    subject: Option<Subject>,
    /// Whether edges tell shapes instead of bytes.
    shapes: bool,
}

/// What the canvas shows in one frame, and where.
struct Sheet<'a> {
    view: Rect,
    layout: &'a Arc<Layout>,
    schedule: &'a Arc<Schedule>,
}

/// What lies on the canvas besides layers.
struct Pointed<'a> {
    groups: &'a [Group],
    handles: &'a [Rect],
    map: Option<Rect>,
}

impl GraphView {
    /// Draws head and canvas into all the space there is.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        header::ui(ui, cx, self);
        let size = ui.available_size().max(vec2(80.0, 60.0));
        let (view, canvas) = ui.allocate_exact_size(size, Sense::click_and_drag());
        ui.painter().rect_filled(view, 0, cx.theme.background);
        let layers = cx.network.layers.len();
        let ready = cx.derived.layout.clone().zip(cx.derived.schedule.clone());
        let fitting = ready.filter(|(l, s)| l.centres.len() == layers && s.order().len() == layers);
        let Some((layout, schedule)) = &fitting else {
            let text = RichText::new("laying out…").color(cx.theme.weak);
            let middle = Rect::from_center_size(view.center(), vec2(160.0, 24.0));
            ui.put(middle, egui::Label::new(text));
            return;
        };
        let sheet = Sheet { view, layout, schedule };
        self.prepare(cx, &sheet);
        self.navigate(ui, &canvas, &sheet);
        self.canvas(ui, cx, &canvas, &sheet);
        self.lines.sweep();
    }

    /// Shows at a zoom (1 = actual size), what is in the middle staying there.
    pub fn zoom_to(&mut self, zoom: f32) {
        self.zoom_by(zoom / self.camera.zoom);
    }

    /// Zooms by a factor, what is in the middle staying there.
    pub fn zoom_by(&mut self, factor: f32) {
        let anywhere = Rect::from_min_size(Pos2::ZERO, vec2(1.0, 1.0));
        self.camera.zoom_at(anywhere, anywhere.center(), factor);
    }

    /// Brings lookups and camera up to date, and does what the session asks for.
    fn prepare(&mut self, cx: &mut Cx, sheet: &Sheet) {
        let layout = sheet.layout;
        let is_known = self.index.as_ref().is_some_and(|i| i.is_of(layout, sheet.schedule));
        if !is_known {
            self.index = Some(Index::new(layout, sheet.schedule));
            self.lines = Lines::default();
        }
        let key = (cx.network.hash.clone(), cx.document.view);
        if self.seen.as_ref() != Some(&key) {
            let design = &cx.document.design;
            let divides = |cut: &&Ideal| !cut.is_empty() && cut.len() < cx.network.layers.len();
            let first = (0..design.cuts()).map(|c| design.cut(c)).find(divides);
            let y = first.map(|cut| self.lines.get(layout, cut).y_at(0.0));
            self.camera.start(sheet.view, layout, y);
            self.seen = Some(key);
        }
        if std::mem::take(&mut cx.session.fit) {
            self.camera.fit(sheet.view, layout.bounds);
        }
        if let Some(centre) = cx.session.focus.take().and_then(|l| layout.centres.get(l)) {
            self.camera.centre = *centre;
            self.camera.zoom = self.camera.zoom.max(0.75);
        }
        self.follow_hand(cx, sheet);
    }

    /// Keeps a cut in view that is moved from elsewhere, in the ribbon or by keys.
    fn follow_hand(&mut self, cx: &Cx, sheet: &Sheet) {
        let hand = cx.derived.hand.as_ref().filter(|_| self.grip.is_none());
        let ends = hand.and_then(|hand| {
            let now = cx.document.design.placements.get(hand.cut)?;
            Some((&hand.before.placements.get(hand.cut)?.end, &now.end))
        });
        let Some((before, now)) = ends else {
            self.followed = None;
            return;
        };
        if now != self.followed.as_ref().unwrap_or(before) {
            let y = self.lines.get(sheet.layout, now).y_at(0.0);
            self.camera.reveal(sheet.view, y, FOLLOW);
            self.followed = Some(now.clone());
        }
    }

    /// Wheel, pinch and middle button.
    fn navigate(&mut self, ui: &Ui, canvas: &Response, sheet: &Sheet) {
        if let Some(pointer) = canvas.hover_pos() {
            let (scroll, zoom) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
            if zoom != 1.0 {
                self.camera.zoom_at(sheet.view, pointer, zoom);
            }
            self.camera.pan(scroll);
        }
        if canvas.dragged_by(PointerButton::Middle) {
            self.camera.pan(canvas.drag_delta());
        }
        self.camera.clamp(sheet.layout.bounds);
    }

    fn canvas(&mut self, ui: &Ui, cx: &mut Cx, canvas: &Response, sheet: &Sheet) {
        let groups = self.lines.groups(sheet.layout, &cx.document.design);
        let device_of = cx.document.design.assignment(sheet.layout.centres.len());
        let colours = Colours::new(cx, &device_of);
        let map = minimap::frame(&self.camera, sheet.view, sheet.layout);
        let in_view = self.boxes_in_view(sheet);
        let scene = Scene {
            painter: ui.painter_at(sheet.view),
            view: sheet.view,
            camera: self.camera,
            layout: sheet.layout,
            colours: &colours,
            theme: cx.theme,
            device_of: &device_of,
            in_view,
        };
        let handles = cuts::handles(&scene, &groups, map);
        let pointed = Pointed {
            groups: &groups,
            handles: &handles,
            map,
        };
        self.point(ui, cx, canvas, &scene, &pointed);
        let responses: Vec<Response> = groups
            .iter()
            .zip(&handles)
            .map(|(group, &rect)| handle::ui(ui, cx, group, rect, sheet.schedule, self.grip.is_none()))
            .collect();
        for (group, response) in groups.iter().zip(&responses) {
            let y = group.line.y_at(0.0);
            if response.clicked() && !scene.visible().y_range().contains(y) {
                self.camera.centre.y = y;
            }
        }
        if let Some(index) = &self.index {
            keys::ui(ui, cx, canvas, index, &scene, sheet.schedule);
        }
        if canvas.has_focus() || ui.memory(|memory| memory.focused().is_none()) {
            cut_keys::cut_keys(ui, cx);
        }
        self.grab(ui, cx, canvas, &responses, &scene, &pointed);
        if let Some((place, words)) = self.paint(cx, &scene, &pointed) {
            let legend = ui.interact(place, ui.scope_id().with("legend"), Sense::hover());
            legend.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        }
        self.hold(ui, cx, sheet);
    }

    /// Boxes of the layers in view, on the screen.
    fn boxes_in_view(&self, sheet: &Sheet) -> Vec<Rect> {
        let visible = self.camera.visible(sheet.view);
        let layers = self
            .index
            .iter()
            .flat_map(|i| i.layers_between(visible.top(), visible.bottom()));
        let boxes = layers
            .map(|layer| sheet.layout.node(layer))
            .filter(|node| node.intersects(visible));
        boxes.map(|node| self.camera.rect_to_screen(sheet.view, node)).collect()
    }

    /// Hover, click, double click, context menu.
    fn point(&mut self, ui: &Ui, cx: &mut Cx, canvas: &Response, scene: &Scene, pointed: &Pointed) {
        let Some(index) = &self.index else { return };
        self.pointed_cut = None;
        let is_free = matches!(self.grip, None | Some(Grip::Sheet));
        let on_map = |at: Pos2| pointed.map.is_some_and(|map| map.contains(at));
        let pointer = canvas.hover_pos().or(canvas.interact_pointer_pos());
        if let Some(at) = pointer.filter(|&at| is_free && !on_map(at)) {
            let in_graph = scene.camera.to_graph(scene.view, at);
            let layer = index.layer_at(in_graph);
            let subject = match (pointed.line_at(scene, at, layer.is_some()), layer) {
                (Some(group), _) => Subject::Cut(*pointed.groups[group].cuts.start()),
                (None, Some(layer)) => Subject::Layer(layer),
                (None, None) => Subject::Position(index.position_at(in_graph.y, 0.0, &|_| false)),
            };
            if canvas.secondary_clicked() {
                self.subject = Some(subject);
            }
            if canvas.clicked() {
                canvas.request_focus();
            }
            let is_double = canvas.double_clicked();
            match subject {
                Subject::Cut(cut) => {
                    ui.set_cursor_icon(CursorIcon::ResizeVertical);
                    self.pointed_cut = Some(cut);
                }
                Subject::Layer(layer) => {
                    cx.session.hovered_layer = Some(layer);
                    canvas.clone().on_hover_ui_at_pointer(|ui| hover::tell(ui, cx, layer));
                    if canvas.clicked() {
                        cx.push(Command::Select(Some(Selection::Layer(layer))));
                    }
                }
                Subject::Position(position) if is_double => {
                    if let Some(schedule) = &cx.derived.schedule {
                        let boundary = Ideal::prefix(schedule, position);
                        cx.edit(Action::NewCut(boundary));
                    }
                }
                Subject::Position(_) if canvas.clicked() => cx.push(Command::Select(None)),
                Subject::Position(_) => {}
            }
        }
        if let Some(subject) = self.subject {
            canvas.context_menu(|ui| hover::menu(ui, cx, subject));
        }
    }

    /// Paints everything; the place and the words of the legend of a quantity.
    fn paint(&mut self, cx: &Cx, scene: &Scene, pointed: &Pointed) -> Option<(Rect, String)> {
        let index = self.index.as_ref()?;
        let visible = scene.visible();
        let in_view = || index.layers_between(visible.top(), visible.bottom());
        let is_divided = pointed.groups.iter().all(|g| g.line.separates);
        nodes::paint_regions(scene, cx, is_divided, in_view);
        edges::paint(scene, cx);
        edges::paint_ends(scene, cx);
        edges::paint_labels(scene, cx, self.shapes, &cuts::labelled(pointed.groups));
        nodes::paint(scene, cx, in_view());
        self.paint_ghosts(cx, scene, pointed.groups);
        for (group, &handle) in pointed.groups.iter().zip(pointed.handles) {
            let elsewhere = match cx.session.hovered_part() {
                Some(Part::Cut(cut)) => Some(cut),
                Some(Part::Partition(_)) | None => None,
            };
            let held = self
                .grip
                .as_ref()
                .and_then(Grip::held_cut)
                .or(self.pointed_cut)
                .or(elsewhere);
            let is_strong = held.is_some_and(|cut| group.cuts.contains(&cut));
            cuts::paint(scene, cx, group, handle, is_strong);
        }
        let legend = scene.colours.paint_legend(&scene.painter, cx.theme, scene.view);
        if let Some(map) = pointed.map {
            minimap::paint(scene, cx, map);
        }
        legend
    }

    /// Where the held cut was, and where the cuts of a previewed design would be.
    fn paint_ghosts(&mut self, cx: &Cx, scene: &Scene, groups: &[Group]) {
        if let Some(hand) = &cx.derived.hand
            && let Some(before) = hand.before.placements.get(hand.cut)
            && cx.document.design.placements.get(hand.cut) != Some(before)
        {
            let line = self.lines.get(scene.layout, &before.end);
            cuts::paint_ghost(scene, &line, cx.theme.weak, &was_here(cx));
        }
        if let Some(preview) = cx.session.previewed() {
            for group in self.lines.groups(scene.layout, preview) {
                let is_known = groups.iter().any(|g| Arc::ptr_eq(&g.line, &group.line));
                if !is_known {
                    cuts::paint_ghost(scene, &group.line, cx.theme.accent, &group.name());
                }
            }
        }
    }
}

impl Pointed<'_> {
    /// The group whose line can be grabbed at a point of the screen.
    fn line_at(&self, scene: &Scene, at: Pos2, on_layer: bool) -> Option<usize> {
        let reach = if on_layer { GRAB_ON_LAYER } else { GRAB };
        let x = scene.camera.to_graph(scene.view, at).x;
        let distance = |group: &Group| (scene.at(pos2(x, group.line.y_at(x))).y - at.y).abs();
        (0..self.groups.len())
            .map(|index| (distance(&self.groups[index]), index))
            .filter(|&(distance, _)| distance <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, index)| index)
    }
}

/// What the held cut has changed so far.
fn was_here(cx: &Cx) -> String {
    let hand = cx.derived.hand.as_ref();
    let before = hand.and_then(|h| h.before_evaluation.as_ref());
    match (before, &cx.derived.evaluation) {
        (Some(before), Some(now)) => {
            let delta = Unit::Seconds.format_delta(now.latency_s - before.latency_s);
            format!("was here · latency {}", delta.replace('-', "−"))
        }
        _ => "was here".to_owned(),
    }
}
