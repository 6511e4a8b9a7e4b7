//! Walking through the layers by keyboard while the canvas has the focus.

use super::index::Index;
use super::layout::Layout;
use super::scene::Scene;
use crate::app::session::Selection;
use crate::app::{Command, Cx};
use crate::network::{LayerId, Schedule};
use egui::{EventFilter, Key, Modifiers, Response, Role, Ui, WidgetInfo};

/// Names the canvas and the selected layer for a screen reader; with the focus on it, ↑ ↓ select the layer before or after
/// in the schedule, ← → the one beside.
pub fn ui(ui: &Ui, cx: &mut Cx, canvas: &Response, index: &Index, scene: &Scene, schedule: &Schedule) {
    let layers = &cx.network.layers;
    let selected = match cx.session.selection {
        Some(Selection::Layer(layer)) if layer < layers.len() => Some(layer),
        _ => None,
    };
    canvas.widget_info(|| {
        let name = selected.map_or(String::new(), |layer| format!(", {} selected", layers[layer].name));
        WidgetInfo::labeled(Role::Canvas, true, format!("Graph of {} layers{name}", layers.len()))
    });
    if !canvas.has_focus() {
        return;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(canvas.id, filter));
    if matches!(cx.session.selection, Some(Selection::Cut(_))) {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let order = schedule.order();
    let along = |by: isize| match selected {
        Some(layer) => order.get(schedule.place(layer).checked_add_signed(by)?).copied(),
        None => index
            .layers_between(scene.visible().top(), scene.visible().bottom())
            .next(),
    };
    let beside = |sign: f32| beside(index, scene.layout, selected?, sign);
    let next = if pressed(Key::ArrowUp) {
        along(-1)
    } else if pressed(Key::ArrowDown) {
        along(1)
    } else if pressed(Key::ArrowLeft) {
        beside(-1.0)
    } else if pressed(Key::ArrowRight) {
        beside(1.0)
    } else {
        None
    };
    if let Some(next) = next {
        cx.push(Command::Select(Some(Selection::Layer(next))));
        if !scene.visible().contains_rect(scene.layout.node(next)) {
            cx.session.focus = Some(next);
        }
    }
}

/// The nearest layer of the same row to one side.
fn beside(index: &Index, layout: &Layout, layer: LayerId, sign: f32) -> Option<LayerId> {
    let own = layout.centres[layer];
    let distance = |other: LayerId| (layout.centres[other].x - own.x) * sign;
    index
        .layers_between(own.y, own.y)
        .filter(|&other| layout.centres[other].y == own.y && distance(other) > 0.0)
        .min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
}
