//! The handle of a cut as a control: reachable by keyboard, named and valued for a screen reader.

use super::cuts::Group;
use crate::app::session::Selection;
use crate::app::{Command, Cx, cut_keys, words};
use crate::network::{Ideal, Schedule};
use crate::project::Action;
use egui::accesskit::Action as Wish;
use egui::{CursorIcon, EventFilter, Rect, Response, Sense, Ui, WidgetInfo};

/// Lets a person without a mouse take hold of a group's cut; the pointer's drags are followed elsewhere ([`super::grip`]).
/// It tells what it is when pointed at, unless `tells` is false.
pub fn ui(ui: &Ui, cx: &mut Cx, group: &Group, rect: Rect, schedule: &Schedule, tells: bool) -> Response {
    let cut = match cx.session.selection {
        Some(Selection::Cut(cut)) if group.cuts.contains(&cut) => cut,
        _ => *group.cuts.start(),
    };
    let id = ui.scope_id().with(("cut handle", cut));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeVertical);
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
        let wanted = (position + up).saturating_sub(down).min(schedule.order().len());
        let to = Ideal::prefix(schedule, wanted);
        cx.edit(Action::MoveCut { cut, to });
    }
    if tells {
        response.on_hover_ui(|ui| tell(ui, cx, group, cut, schedule))
    } else {
        response
    }
}

fn tell(ui: &mut Ui, cx: &Cx, group: &Group, cut: usize, schedule: &Schedule) {
    let boundary = cx.document.design.cut(cut);
    let place = words::boundary(cx.network, Some(schedule), boundary);
    ui.label(format!("{} {place}", group.name()));
    if boundary.position(schedule).is_none() {
        ui.weak("through branches: no single place of this order");
    }
    ui.weak("drag, or ↑ ↓; Ctrl: next single tensor; Enter: best; Delete: remove");
    ui.weak("drag with Shift, or at a lane: that branch alone");
}
