//! The layer graph: the network from top to bottom, with the cuts as lines that can be moved.
//!
//! [`layout`] runs in a worker; everything else is painted every frame, in screen space, without a widget per layer. The view
//! keeps where it looks and what the pointer holds; all changes go out as commands.

mod camera;
mod colour;
mod cuts;
mod edges;
mod grip;
mod header;
mod hover;
mod index;
pub mod layout;
mod line;
mod minimap;
mod names;
mod nodes;
mod scene;
#[cfg(test)]
mod tests;

use super::ribbon::crossings;
use super::session::Selection;
use super::{Command, Cx, cut_keys};
use crate::network::{ContentHash, Ideal, LayerId, Schedule};
use crate::project::{Action, View};
use crate::units::Unit;
use camera::Camera;
use colour::Colours;
use cuts::{Group, Lines};
use egui::accesskit::Action as Wish;
use egui::{CursorIcon, EventFilter, Key, Modifiers, Pos2, Rect, Response, RichText, Sense, Ui, WidgetInfo, vec2};
use grip::{CutGrip, Grip};
use index::Index;
use layout::Layout;
use scene::Scene;
use std::sync::Arc;

/// Screen points around a line within which it can be grabbed.
const GRAB: f32 = 12.0;
/// The same where a layer lies under the pointer.
const GRAB_ON_LAYER: f32 = 4.0;
/// Screen points from the edge within which a held cut makes the sheet move.
const EDGE: f32 = 30.0;

/// State of the graph between frames.
#[derive(Default)]
pub struct GraphView {
    camera: Camera,
    /// The network and view the camera was set up for.
    seen: Option<(ContentHash, View)>,
    index: Option<Index>,
    lines: Lines,
    grip: Option<Grip>,
    /// The layer the context menu is about.
    menu_layer: Option<LayerId>,
    /// Whether edges tell shapes instead of bytes.
    shapes: bool,
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
        let Some((layout, schedule)) = fitting else {
            let text = RichText::new("laying out…").color(cx.theme.weak);
            ui.put(
                Rect::from_center_size(view.center(), vec2(160.0, 24.0)),
                egui::Label::new(text),
            );
            return;
        };
        self.prepare(cx, view, &layout, &schedule);
        self.navigate(ui, &canvas, view, &layout);
        self.canvas(ui, cx, &canvas, view, &layout, &schedule);
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
    fn prepare(&mut self, cx: &mut Cx, view: Rect, layout: &Arc<Layout>, schedule: &Arc<Schedule>) {
        if !self.index.as_ref().is_some_and(|index| index.is_of(layout, schedule)) {
            self.index = Some(Index::new(layout, schedule));
            self.lines = Lines::default();
        }
        let key = (cx.network.hash.clone(), cx.document.view);
        if self.seen.as_ref() != Some(&key) {
            let design = &cx.document.design;
            let inner = |cut: &&Ideal| !cut.is_empty() && cut.len() < cx.network.layers.len();
            let first = (0..design.cuts()).map(|c| design.cut(c)).find(inner);
            let y = first.map(|cut| self.lines.get(layout, cut).y_at(0.0));
            self.camera.start(view, layout, y);
            self.seen = Some(key);
        }
        if std::mem::take(&mut cx.session.fit) {
            self.camera.fit(view, layout.bounds);
        }
        if let Some(layer) = cx.session.focus.take().filter(|&l| l < layout.centres.len()) {
            self.camera.centre = layout.centres[layer];
            self.camera.zoom = self.camera.zoom.max(0.75);
        }
    }

    /// Wheel and pinch.
    fn navigate(&mut self, ui: &Ui, canvas: &Response, view: Rect, layout: &Layout) {
        if let Some(pointer) = canvas.hover_pos() {
            let (scroll, zoom) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
            if zoom != 1.0 {
                self.camera.zoom_at(view, pointer, zoom);
            }
            self.camera.pan(scroll);
        }
        self.camera.clamp(layout.bounds);
    }

    fn canvas(
        &mut self,
        ui: &Ui,
        cx: &mut Cx,
        canvas: &Response,
        view: Rect,
        layout: &Arc<Layout>,
        schedule: &Arc<Schedule>,
    ) {
        let groups = self.lines.groups(layout, &cx.document.design);
        let device_of = cx.document.design.assignment(layout.centres.len());
        let colours = Colours::new(cx, &device_of);
        let map = minimap::frame(&self.camera, view, layout);
        let scene = Scene {
            painter: ui.painter_at(view),
            view,
            camera: self.camera,
            layout,
            colours: &colours,
            theme: cx.theme,
            device_of: &device_of,
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
            .map(|(group, &rect)| handle_ui(ui, cx, group, rect, schedule))
            .collect();
        for (group, response) in groups.iter().zip(&responses) {
            let y = group.line.y_at(0.0);
            if response.clicked() && !scene.visible().y_range().contains(y) {
                self.camera.centre.y = y;
            }
        }
        self.grab(ui, cx, canvas, &responses, &scene, &pointed);
        self.paint(cx, &scene, &pointed);
        self.hold(ui, cx, view, layout, schedule);
    }

    /// Hover, click, double click, context menu.
    fn point(&mut self, ui: &Ui, cx: &mut Cx, canvas: &Response, scene: &Scene, pointed: &Pointed) {
        let Some(index) = &self.index else { return };
        let pointer = canvas.hover_pos().or(canvas.interact_pointer_pos());
        let on_map = |at: Pos2| pointed.map.is_some_and(|map| map.contains(at));
        if let Some(at) = pointer.filter(|&at| matches!(self.grip, None | Some(Grip::Sheet)) && !on_map(at)) {
            let in_graph = scene.camera.to_graph(scene.view, at);
            let layer = index.layer_at(in_graph);
            let line = pointed.line_at(scene, at, layer.is_some());
            if line.is_some() {
                ui.set_cursor_icon(CursorIcon::ResizeVertical);
            } else if let Some(layer) = layer {
                cx.session.hovered_layer = Some(layer);
                canvas.clone().on_hover_ui_at_pointer(|ui| hover::tell(ui, cx, layer));
            }
            if canvas.secondary_clicked() {
                self.menu_layer = layer;
            }
            if canvas.double_clicked() && layer.is_none() && line.is_none() {
                if let Some(schedule) = &cx.derived.schedule {
                    let position = index.position_at(in_graph.y, 0.0, &|_| false);
                    let boundary = Ideal::prefix(schedule, position);
                    cx.edit(Action::NewCut(boundary));
                }
            } else if canvas.clicked() && line.is_none() {
                cx.push(Command::Select(layer.map(Selection::Layer)));
            }
        }
        if let Some(layer) = self.menu_layer {
            canvas.context_menu(|ui| hover::menu(ui, cx, layer));
        }
    }

    /// The pointer's button goes down: what does it take hold of?
    fn grab(
        &mut self,
        ui: &Ui,
        cx: &mut Cx,
        canvas: &Response,
        handles: &[Response],
        scene: &Scene,
        pointed: &Pointed,
    ) {
        let (Some(index), true) = (&self.index, ui.input(|input| input.pointer.primary_pressed())) else {
            return;
        };
        let Some(at) = ui.input(|input| input.pointer.interact_pos()) else {
            return;
        };
        let in_graph = scene.camera.to_graph(scene.view, at);
        let by_handle = handles.iter().position(Response::is_pointer_button_down_on);
        if by_handle.is_none() && !canvas.is_pointer_button_down_on() {
            return;
        }
        if by_handle.is_none() && pointed.map.is_some_and(|map| map.contains(at)) {
            self.grip = Some(Grip::Map);
            return;
        }
        let by_line = || pointed.line_at(scene, at, index.layer_at(in_graph).is_some());
        let Some(group) = by_handle.or_else(by_line) else {
            self.grip = Some(Grip::Sheet);
            return;
        };
        let Group { cuts, line } = &pointed.groups[group];
        let on_line = egui::pos2(in_graph.x, line.y_at(in_graph.x));
        let is_branch = ui.input(|input| input.modifiers.shift)
            || (by_handle.is_none() && grip::is_on_side_lane(index, scene.layout, on_line));
        let before = cx.document.design.cut(*cuts.start()).clone();
        let selected = match cx.session.selection {
            Some(Selection::Cut(cut)) if cuts.contains(&cut) => Some(cut),
            _ => None,
        };
        let mut grip = CutGrip {
            cuts: cuts.clone(),
            held: None,
            asked: before.clone(),
            before,
            start: on_line,
            offset: on_line.y - in_graph.y,
            is_branch,
        };
        let known = selected.or(grip.choose(0.0));
        hold_one(cx, &mut grip, known);
        self.grip = Some(Grip::Cut(grip));
    }

    /// While something is held, and when it is let go.
    fn hold(&mut self, ui: &Ui, cx: &mut Cx, view: Rect, layout: &Layout, schedule: &Schedule) {
        let (Some(grip), Some(index)) = (&mut self.grip, &self.index) else {
            return;
        };
        let (is_down, at, moved, dt) = ui.input(|input| {
            let pointer = &input.pointer;
            (
                pointer.primary_down(),
                pointer.interact_pos(),
                pointer.delta(),
                input.stable_dt.min(0.1),
            )
        });
        let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if let (Some(at), true, false) = (at, is_down, escaped) {
            match grip {
                Grip::Sheet => {
                    self.camera.pan(moved);
                    ui.set_cursor_icon(CursorIcon::Grabbing);
                }
                Grip::Map => {
                    if let Some(frame) = minimap::frame(&self.camera, view, layout) {
                        self.camera.centre = layout.bounds.clamp(minimap::point(frame, layout, at));
                    }
                }
                Grip::Cut(grip) => {
                    ui.set_cursor_icon(CursorIcon::ResizeVertical);
                    follow(ui, cx, grip, &self.camera, index, layout, schedule, view, at);
                    if let Some(speed) = edge_speed(view, at) {
                        self.camera.pan(vec2(0.0, -speed * dt));
                        ui.request_repaint();
                    }
                }
            }
            return;
        }
        if let Grip::Cut(CutGrip { held: Some(_), .. }) = grip {
            cx.push(if escaped {
                Command::CancelGesture
            } else {
                Command::ReleaseCut
            });
        }
        self.grip = None;
    }

    fn paint(&mut self, cx: &Cx, scene: &Scene, pointed: &Pointed) {
        let Some(index) = &self.index else { return };
        let visible = scene.visible();
        let in_view = || index.layers_between(visible.top(), visible.bottom());
        nodes::paint_regions(scene, cx, in_view());
        edges::paint(scene, cx);
        edges::paint_ends(scene, cx);
        edges::paint_labels(scene, cx, self.shapes, &cuts::labelled(pointed.groups));
        nodes::paint(scene, cx, in_view());
        if let Some(hand) = &cx.derived.hand
            && let Some(before) = hand.before.placements.get(hand.cut)
            && cx.document.design.placements.get(hand.cut) != Some(before)
        {
            let line = self.lines.get(scene.layout, &before.end);
            cuts::paint_ghost(scene, &line, cx.theme.weak, &was_here(cx));
        }
        if let Some(preview) = &cx.session.preview {
            for group in self.lines.groups(scene.layout, preview) {
                let same = pointed.groups.iter().any(|g| Arc::ptr_eq(&g.line, &group.line));
                if !same {
                    cuts::paint_ghost(scene, &group.line, cx.theme.accent, &group.name());
                }
            }
        }
        for (group, &handle) in pointed.groups.iter().zip(pointed.handles) {
            let held =
                matches!(&self.grip, Some(Grip::Cut(grip)) if grip.held.is_some_and(|c| group.cuts.contains(&c)));
            cuts::paint(scene, cx, group, handle, held);
        }
        scene.colours.paint_legend(&scene.painter, cx.theme, scene.view);
        if let Some(map) = pointed.map {
            minimap::paint(scene, cx, map);
        }
    }
}

/// What lies under the pointer besides layers.
struct Pointed<'a> {
    groups: &'a [Group],
    handles: &'a [Rect],
    map: Option<Rect>,
}

impl Pointed<'_> {
    /// The group whose line can be grabbed at a point of the screen.
    fn line_at(&self, scene: &Scene, at: Pos2, on_layer: bool) -> Option<usize> {
        let reach = if on_layer { GRAB_ON_LAYER } else { GRAB };
        let x = scene.camera.to_graph(scene.view, at).x;
        let distance = |group: &Group| (scene.at(egui::pos2(x, group.line.y_at(x))).y - at.y).abs();
        (0..self.groups.len())
            .map(|index| (distance(&self.groups[index]), index))
            .filter(|&(distance, _)| distance <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, index)| index)
    }
}

/// Makes a handle reachable by keyboard and screen reader.
fn handle_ui(ui: &Ui, cx: &mut Cx, group: &Group, rect: Rect, schedule: &Schedule) -> Response {
    let cut = match cx.session.selection {
        Some(Selection::Cut(cut)) if group.cuts.contains(&cut) => cut,
        _ => *group.cuts.start(),
    };
    let id = ui.scope_id().with(("cut handle", cut));
    let response = ui
        .interact(rect, id, Sense::click_and_drag())
        .on_hover_cursor(CursorIcon::ResizeVertical);
    let position = cx.document.design.cut(cut).len();
    response.widget_info(|| WidgetInfo::slider(true, position as f64, format!("Cut {}", cut + 1)));
    if response.clicked() || response.gained_focus() {
        cx.push(Command::Select(Some(Selection::Cut(cut))));
    }
    if response.has_focus() {
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        cut_keys::cut_keys(ui, cx);
    }
    let wishes = |wish| ui.input(|input| input.num_accesskit_action_requests(response.id, wish));
    let (up, down) = (wishes(Wish::Increment), wishes(Wish::Decrement));
    if up != down {
        let position = (position + up).saturating_sub(down).min(schedule.order().len());
        let to = Ideal::prefix(schedule, position);
        cx.edit(Action::MoveCut { cut, to });
    }
    response
}

/// Takes one cut of a grip into the hand, if it is known which.
fn hold_one(cx: &mut Cx, grip: &mut CutGrip, cut: Option<usize>) {
    if let (None, Some(cut)) = (grip.held, cut) {
        grip.held = Some(cut);
        cx.push(Command::Select(Some(Selection::Cut(cut))));
        cx.push(Command::HoldCut(cut));
    }
}

/// Asks for the boundary the pointer shows.
#[expect(
    clippy::too_many_arguments,
    reason = "one frame of a drag needs all of the view it happens in"
)]
fn follow(
    ui: &Ui,
    cx: &mut Cx,
    grip: &mut CutGrip,
    camera: &Camera,
    index: &Index,
    layout: &Layout,
    schedule: &Schedule,
    view: Rect,
    at: Pos2,
) {
    let wanted = grip::wanted(grip, camera.to_graph(view, at));
    let known = grip.choose((wanted.y - grip.start.y) * camera.zoom);
    hold_one(cx, grip, known);
    let Some(cut) = grip.held else { return };
    let is_still = ui.input(|input| !input.pointer.is_decidedly_dragging()) && grip.asked == grip.before;
    if is_still {
        return;
    }
    let to = if grip.is_branch {
        grip.branch(cx.network, layout, index, wanted)
    } else {
        let device_of = cx.document.design.assignment(layout.centres.len());
        let crossings = crossings(cx.network, schedule, &cx.document.system, &device_of);
        let position = index.position_at(wanted.y, grip::SNAP / camera.zoom, &|p| crossings[p].is_single());
        Ideal::prefix(schedule, position)
    };
    if to != grip.asked {
        grip.asked = to.clone();
        cx.edit(Action::MoveCut { cut, to });
    }
}

/// Screen points per second by which the sheet moves under a held cut near the edge; positive = downward.
fn edge_speed(view: Rect, at: Pos2) -> Option<f32> {
    let above = view.top() + EDGE - at.y;
    let below = at.y - (view.bottom() - EDGE);
    let depth = if above > 0.0 { -above } else { below };
    (above > 0.0 || below > 0.0).then(|| depth.clamp(-2.0 * EDGE, 2.0 * EDGE) * 14.0)
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
