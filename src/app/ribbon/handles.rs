//! The handles of the cuts: where they stand, how they are grabbed, dragged and drawn.

use super::RibbonView;
use super::axis::Axis;
use super::columns::Columns;
use crate::app::session::Selection;
use crate::app::{Command, Cx, Theme, at_cut, cut_keys, theme, words};
use crate::design::Design;
use crate::network::Ideal;
use crate::project::Action;
use crate::units::Unit;
use egui::accesskit::Action as Wish;
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, EventFilter, Key, Modifiers, Painter, Rect, Response, Sense, Shape,
    Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use std::collections::BTreeMap;

/// Width of one cut's tab.
const TAB: f32 = 24.0;
/// Height of a tab.
const TAB_HEIGHT: f32 = 18.0;
/// Width of the zone around a line that can be grabbed.
const GRAB: f32 = 12.0;

/// One cut as it stands in the ribbon.
struct Handle {
    cut: usize,
    /// Number of layers before it: its position, or where it is drawn if it is none.
    count: usize,
    /// Whether it is a position of the schedule.
    is_position: bool,
    /// Its own part of the tab it may share with cuts at the same place.
    tab: Rect,
    /// Its own part of the line's grab zone.
    line: Rect,
}

/// Draws the handles and turns grabs into commands.
pub fn ui(ui: &Ui, cx: &mut Cx, view: &mut RibbonView, columns: &Columns, axis: &Axis, area: Rect) {
    let handles = stand(&cx.document.design, columns, axis, area);
    let mut is_focused = false;
    for handle in &handles {
        let response = grab(ui, cx, columns, handle);
        is_focused |= response.has_focus();
        follow(ui, cx, view, columns, axis, handle, &response);
        paint_handle(ui.painter(), cx, axis, area, handle, &response);
    }
    paint_tabs(ui.painter(), cx.theme, &handles);
    if is_focused {
        cut_keys::cut_keys(ui, cx);
    }
}

/// Where the handles stand: cuts at one place share a tab, tabs of cuts close by move apart.
fn stand(design: &Design, columns: &Columns, axis: &Axis, area: Rect) -> Vec<Handle> {
    let counts: Vec<usize> = (0..design.cuts()).map(|cut| design.cut(cut).len()).collect();
    let groups: Vec<&[usize]> = counts.chunk_by(|a, b| a == b).collect();
    let width = |group: &[usize]| TAB * group.len() as f32;
    let mut lefts: Vec<f32> = Vec::with_capacity(groups.len());
    let mut free_from = f32::NEG_INFINITY;
    for group in &groups {
        let left = (axis.x(group[0]) - width(group) / 2.0).max(free_from);
        free_from = left + width(group) + 2.0;
        lefts.push(left);
    }
    let mut free_to = area.right();
    for (left, group) in lefts.iter_mut().zip(&groups).rev() {
        *left = left.min(free_to - width(group));
        free_to = *left - 2.0;
    }
    let mut handles = Vec::with_capacity(counts.len());
    for (left, group) in lefts.iter().zip(&groups) {
        for (index, &count) in group.iter().enumerate() {
            let cut = handles.len();
            let corner = pos2(left + TAB * index as f32, area.bottom() - TAB_HEIGHT);
            let part = GRAB / group.len() as f32;
            let grab_left = axis.x(count) - GRAB / 2.0 + part * index as f32;
            handles.push(Handle {
                cut,
                count,
                is_position: design.cut(cut).position(&columns.schedule).is_some(),
                tab: Rect::from_min_size(corner, vec2(TAB, TAB_HEIGHT)),
                line: Rect::from_min_max(
                    pos2(grab_left, area.top()),
                    pos2(grab_left + part, area.bottom() - TAB_HEIGHT),
                ),
            });
        }
    }
    handles
}

/// Makes tab and line one thing to grab, name and describe.
fn grab(ui: &Ui, cx: &Cx, columns: &Columns, handle: &Handle) -> Response {
    let id = ui.scope_id().with(("cut", handle.cut));
    let line = ui.interact(handle.line, id.with("line"), Sense::drag());
    let tab = ui.interact(handle.tab, id, Sense::click_and_drag());
    let response = tab.union(line).on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    let name = format!("Cut {} (ribbon)", handle.cut + 1);
    tab.widget_info(|| WidgetInfo::slider(true, handle.count as f64, &name));
    if response.dragged() {
        return response;
    }
    response.on_hover_ui(|ui| {
        let ideal = cx.document.design.cut(handle.cut);
        let place = words::boundary(cx.network, Some(&columns.schedule), ideal);
        ui.label(format!("Cut {} {place}", handle.cut + 1));
        if !handle.is_position {
            ui.weak("through branches: no single place of this order");
        }
        let evaluation = cx.derived.evaluation.as_ref();
        let sent = evaluation.map_or(Vec::new(), |e| at_cut::messages(cx.document, e, handle.cut));
        let mut by_link: BTreeMap<usize, u64> = BTreeMap::new();
        for (link, message) in sent {
            *by_link.entry(link).or_default() += message.bytes;
        }
        let links = cx.document.system.link_count();
        for (link, bytes) in by_link.into_iter().filter(|&(link, _)| link < links) {
            let name = words::link(&cx.document.system, link);
            ui.weak(format!("{} over {name}", Unit::Bytes.format(bytes as f64)));
        }
        ui.weak("drag, or ← →; Ctrl: next single tensor; Enter: best; Delete: remove");
    })
}

/// Turns what happened to a handle into commands.
fn follow(
    ui: &Ui,
    cx: &mut Cx,
    view: &mut RibbonView,
    columns: &Columns,
    axis: &Axis,
    handle: &Handle,
    response: &Response,
) {
    let cut = handle.cut;
    if response.clicked() || response.gained_focus() || response.drag_started() {
        cx.push(Command::Select(Some(Selection::Cut(cut))));
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.drag_started() {
        cx.push(Command::HoldCut(cut));
        view.held_at = Some(handle.count);
    }
    let pointer = ui.input(|input| input.pointer.latest_pos()).map(|at| at.x);
    if let (true, Some(pointer), Some(held_at)) = (response.dragged(), pointer, view.held_at) {
        let position = axis.snap(pointer, &columns.crossings);
        if position != held_at {
            let to = Ideal::prefix(&columns.schedule, position);
            cx.edit(Action::MoveCut { cut, to });
            view.held_at = Some(position);
        }
    }
    if response.drag_stopped() && view.held_at.take().is_some() {
        let is_given_up = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        cx.push(if is_given_up {
            Command::CancelGesture
        } else {
            Command::ReleaseCut
        });
    }
    if response.has_focus() {
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    let wishes = |wish| ui.input(|input| input.num_accesskit_action_requests(response.id, wish));
    let (up, down) = (wishes(Wish::Increment), wishes(Wish::Decrement));
    if up != down {
        let position = (handle.count + up).saturating_sub(down).min(axis.count);
        let to = Ideal::prefix(&columns.schedule, position);
        cx.edit(Action::MoveCut { cut, to });
    }
}

fn paint_handle(painter: &Painter, cx: &Cx, axis: &Axis, area: Rect, handle: &Handle, response: &Response) {
    let x = axis.x(handle.count);
    let is_strong =
        cx.session.selection == Some(Selection::Cut(handle.cut)) || response.hovered() || response.dragged();
    let stroke = Stroke::new(if is_strong { 3.0 } else { 2.0 }, cx.theme.text);
    let ends = [pos2(x, area.top()), pos2(x, handle.tab.top() + 1.0)];
    if handle.is_position {
        painter.line_segment(ends, stroke);
    } else {
        painter.extend(Shape::dashed_line(&ends, stroke, 2.0, 4.0));
    }
    if response.has_focus() {
        let ring = handle.tab.expand(2.0);
        painter.rect_stroke(
            ring,
            CornerRadius::same(5),
            Stroke::new(1.5, cx.theme.accent),
            StrokeKind::Outside,
        );
    }
}

/// Tabs with the cuts' numbers; those at one place become one tab.
fn paint_tabs(painter: &Painter, theme: &Theme, handles: &[Handle]) {
    for group in handles.chunk_by(|a, b| a.count == b.count) {
        let tab = group.iter().fold(Rect::NOTHING, |tab, handle| tab | handle.tab);
        painter.rect_filled(tab, CornerRadius::same(4), theme.text);
        for handle in group {
            let (centre, number) = (handle.tab.center(), handle.cut + 1);
            painter.text(
                centre,
                Align2::CENTER_CENTER,
                number,
                theme::semibold(theme::SMALL),
                theme.background,
            );
        }
    }
}

/// Dashed lines where the cuts of another design would stand.
pub fn paint_ghost(painter: &Painter, colour: Color32, axis: &Axis, area: Rect, counts: impl Iterator<Item = usize>) {
    for count in counts {
        let x = axis.x(count);
        let ends = [pos2(x, area.top()), pos2(x, area.bottom() - TAB_HEIGHT)];
        painter.extend(Shape::dashed_line(&ends, Stroke::new(1.5, colour), 4.0, 4.0));
    }
}

/// Letters of the devices, centred below their partitions where the tabs leave room.
pub fn paint_letters(painter: &Painter, theme: &Theme, design: &Design, axis: &Axis, area: Rect) {
    let mut done = 0;
    for placement in &design.placements {
        let count = placement.end.len();
        let (left, right) = (axis.x(done), axis.x(count));
        done = count;
        if right - left >= TAB + TAB_HEIGHT {
            let centre = pos2((left + right) / 2.0, area.bottom() - TAB_HEIGHT / 2.0);
            let badge = Rect::from_center_size(centre, vec2(16.0, 16.0));
            crate::app::widgets::paint_badge(painter, theme, badge, placement.device);
        }
    }
}
