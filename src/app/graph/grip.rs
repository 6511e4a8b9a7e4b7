//! What the pointer holds on the canvas while its button is down: the sheet, the map, or a cut.
//!
//! A held cut follows the pointer along the positions of the schedule. Held at a lane beside the spine, or with Shift, only the
//! layers of that lane change sides, with what the closure rule brings along.

use super::cuts::Group;
use super::index::Index;
use super::layout::{Layout, NODE, ROW};
use super::minimap;
use super::scene::Scene;
use super::{GraphView, Pointed, Sheet};
use crate::app::ribbon::crossings;
use crate::app::session::Selection;
use crate::app::{Command, Cx};
use crate::network::{Ideal, Network};
use crate::project::Action;
use egui::{CursorIcon, Key, Modifiers, Pos2, Rect, Response, Ui, pos2, vec2};
use std::ops::RangeInclusive;

/// Screen points within which a position crossed by a single tensor attracts the cut.
const SNAP: f32 = 6.0;
/// Screen points from the edge within which a held cut makes the sheet move.
const EDGE: f32 = 30.0;
/// Screen points per second by which it moves, for every point the pointer is beyond that.
const EDGE_SPEED: f32 = 14.0;

/// What is held.
pub enum Grip {
    /// The sheet.
    Sheet,
    /// The part in view, on the map.
    Map,
    /// Cuts.
    Cut(CutGrip),
}

/// Cuts in the hand: several at one boundary until the direction tells which.
pub struct CutGrip {
    /// The cuts at the boundary that was grabbed.
    cuts: RangeInclusive<usize>,
    /// The one that moves, once that is known.
    held: Option<usize>,
    /// The boundary when it was grabbed.
    before: Ideal,
    /// The point of the line that was grabbed, in graph space.
    start: Pos2,
    /// From the pointer to that point, downward in graph space.
    offset: f32,
    /// Whether only the lane under the pointer moves.
    is_branch: bool,
    /// The boundary asked for last.
    asked: Ideal,
}

impl Grip {
    /// The cut that is held.
    pub fn held_cut(&self) -> Option<usize> {
        match self {
            Self::Cut(grip) => grip.held,
            Self::Sheet | Self::Map => None,
        }
    }
}

impl GraphView {
    /// The pointer's button goes down: what does it take hold of?
    pub(super) fn grab(
        &mut self,
        ui: &Ui,
        cx: &mut Cx,
        canvas: &Response,
        handles: &[Response],
        scene: &Scene,
        pointed: &Pointed,
    ) {
        let pressed = ui.input(|input| input.pointer.primary_pressed().then(|| input.pointer.interact_pos()));
        let (Some(index), Some(Some(at))) = (&self.index, pressed) else {
            return;
        };
        let by_handle = handles.iter().position(Response::is_pointer_button_down_on);
        if by_handle.is_none() && !canvas.is_pointer_button_down_on() {
            return;
        }
        if by_handle.is_none() && pointed.map.is_some_and(|map| map.contains(at)) {
            self.grip = Some(Grip::Map);
            return;
        }
        let in_graph = scene.camera.to_graph(scene.view, at);
        let by_line = || pointed.line_at(scene, at, index.layer_at(in_graph).is_some());
        let Some(group) = by_handle.or_else(by_line) else {
            self.grip = Some(Grip::Sheet);
            return;
        };
        let Group { cuts, line } = &pointed.groups[group];
        let start = pos2(in_graph.x, line.y_at(in_graph.x));
        let is_lane = by_handle.is_none() && is_on_side_lane(index, scene.layout, start);
        let before = cx.document.design.cut(*cuts.start()).clone();
        let mut grip = CutGrip {
            cuts: cuts.clone(),
            held: None,
            asked: before.clone(),
            before,
            start,
            offset: start.y - in_graph.y,
            is_branch: is_lane || ui.input(|input| input.modifiers.shift),
        };
        let selected = match cx.session.selection {
            Some(Selection::Cut(cut)) => Some(cut).filter(|cut| cuts.contains(cut)),
            _ => None,
        };
        handles[group].request_focus();
        let known = selected.or(grip.choose(0.0));
        grip.hold(cx, known);
        self.grip = Some(Grip::Cut(grip));
    }

    /// While something is held, and when it is let go.
    pub(super) fn hold(&mut self, ui: &Ui, cx: &mut Cx, sheet: &Sheet) {
        let (Some(grip), Some(index)) = (&mut self.grip, &self.index) else {
            return;
        };
        let (is_down, at, moved) = ui.input(|input| {
            let pointer = &input.pointer;
            (pointer.primary_down(), pointer.interact_pos(), pointer.delta())
        });
        let is_given_up = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        let Some(at) = at.filter(|_| is_down && !is_given_up) else {
            if grip.held_cut().is_some() {
                cx.push(if is_given_up {
                    Command::CancelGesture
                } else {
                    Command::ReleaseCut
                });
            }
            self.grip = None;
            return;
        };
        match grip {
            Grip::Sheet => {
                self.camera.pan(moved);
                if moved != egui::Vec2::ZERO {
                    ui.set_cursor_icon(CursorIcon::Grabbing);
                }
            }
            Grip::Map => {
                if let Some(frame) = minimap::frame(&self.camera, sheet.view, sheet.layout) {
                    let wanted = minimap::point(frame, sheet.layout, at);
                    self.camera.centre = sheet.layout.bounds.clamp(wanted);
                }
            }
            Grip::Cut(grip) => {
                ui.set_cursor_icon(CursorIcon::ResizeVertical);
                let pointer = self.camera.to_graph(sheet.view, at);
                let is_drag = ui.input(|input| input.pointer.is_decidedly_dragging());
                grip.follow(cx, index, sheet, pointer, self.camera.zoom, is_drag);
                if let Some(speed) = edge_speed(sheet.view, at) {
                    let dt = ui.input(|input| input.stable_dt.min(0.1));
                    self.camera.pan(vec2(0.0, -speed * dt));
                    self.camera.clamp(sheet.layout.bounds);
                    ui.request_repaint();
                }
            }
        }
    }
}

impl CutGrip {
    /// Which cut moves when the pointer has moved down by `dy` screen points: of several the one that has room that way.
    fn choose(&self, dy: f32) -> Option<usize> {
        match (self.cuts.start() == self.cuts.end(), dy) {
            (true, _) => Some(*self.cuts.start()),
            (false, dy) if dy > 3.0 => Some(*self.cuts.end()),
            (false, dy) if dy < -3.0 => Some(*self.cuts.start()),
            _ => None,
        }
    }

    /// Takes one cut into the hand, once it is known which.
    fn hold(&mut self, cx: &mut Cx, cut: Option<usize>) {
        if let (None, Some(cut)) = (self.held, cut) {
            self.held = Some(cut);
            cx.push(Command::Select(Some(Selection::Cut(cut))));
            cx.push(Command::HoldCut(cut));
        }
    }

    /// Asks for the boundary that the pointer (in graph space) shows.
    fn follow(&mut self, cx: &mut Cx, index: &Index, sheet: &Sheet, pointer: Pos2, zoom: f32, is_drag: bool) {
        let wanted = pos2(pointer.x, pointer.y + self.offset);
        let known = self.choose((wanted.y - self.start.y) * zoom);
        self.hold(cx, known);
        let Some(cut) = self.held else { return };
        if !is_drag && self.asked == self.before {
            return;
        }
        let to = if self.is_branch {
            self.branch(cx.network, sheet.layout, index, wanted)
        } else {
            let crossings = crossings(cx.network, sheet.schedule, &cx.document.system, &cx.document.design);
            let is_magnetic = |position: usize| crossings[position].is_single();
            let position = index.position_at(wanted.y, SNAP / zoom, &is_magnetic);
            Ideal::prefix(sheet.schedule, position)
        };
        if to != self.asked {
            self.asked = to.clone();
            cx.edit(Action::MoveCut { cut, to });
        }
    }

    /// The boundary a lane asks for: its layers between the line as it was and the pointer change sides, by the closure rule.
    fn branch(&self, network: &Network, layout: &Layout, index: &Index, pointer: Pos2) -> Ideal {
        let mut ideal = self.before.clone();
        for layer in index.lane(self.start.x) {
            let y = layout.centres[layer].y;
            if y > self.start.y && y < pointer.y {
                ideal.include(network, layer);
            } else if y < self.start.y && y > pointer.y {
                ideal.exclude(network, layer);
            }
        }
        ideal
    }
}

/// Whether a point of a line lies on a lane beside the spine: a layer stands close above or below it.
fn is_on_side_lane(index: &Index, layout: &Layout, point: Pos2) -> bool {
    point.x.abs() > NODE.x / 2.0
        && index
            .lane(point.x)
            .any(|layer| (layout.centres[layer].y - point.y).abs() < 1.5 * ROW)
}

/// Screen points per second by which the sheet moves under a held cut near the edge; positive = the view moves down.
fn edge_speed(view: Rect, at: Pos2) -> Option<f32> {
    let above = view.top() + EDGE - at.y;
    let below = at.y - (view.bottom() - EDGE);
    let depth = if above > 0.0 { -above } else { below };
    (above > 0.0 || below > 0.0).then(|| depth.clamp(-2.0 * EDGE, 2.0 * EDGE) * EDGE_SPEED)
}
