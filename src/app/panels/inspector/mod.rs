//! The Inspector: what the design costs, where that goes, the selected thing in detail, and what is worth knowing.

mod cut;
mod device;
mod front;
mod layer;
mod levels;
mod link;
mod mapping;
mod notes;
mod result;
mod rows;
mod shares;

pub use rows::copies;

use crate::app::Cx;
use crate::app::session::Selection;
use egui::{Frame, Margin, ScrollArea, Ui};

/// Draws the Inspector into the space there is; it scrolls.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    // The margin lies inside, so that the scroll bar floats over it.
    let frame = Frame::new().inner_margin(Margin {
        left: 12,
        right: 14,
        top: 6,
        bottom: 10,
    });
    let scroll = ScrollArea::vertical().id_salt("inspector").auto_shrink(false);
    scroll.show(ui, |ui| frame.show(ui, |ui| sections(ui, cx)));
}

fn sections(ui: &mut Ui, cx: &mut Cx) {
    ui.spacing_mut().item_spacing.y = 2.0;
    result::ui(ui, cx);
    if let Some(evaluation) = &cx.derived.evaluation {
        shares::ui(ui, cx, evaluation);
    }
    selected(ui, cx);
    notes::ui(ui, cx);
}

/// The selected thing, as far as it still exists.
fn selected(ui: &mut Ui, cx: &mut Cx) {
    let Some(selection) = cx.session.selection else { return };
    let (document, network) = (cx.document, cx.network);
    let exists = match selection {
        Selection::Layer(layer) => layer < network.layers.len(),
        Selection::Cut(cut) => cut < document.design.cuts(),
        Selection::Device(device) => device < document.system.devices.len(),
        Selection::Link(link) => link < document.system.link_count(),
    };
    if !exists {
        return;
    }
    ui.add_space(4.0);
    ui.separator();
    match selection {
        Selection::Layer(id) => layer::ui(ui, cx, id),
        Selection::Cut(id) => cut::ui(ui, cx, id),
        Selection::Device(id) => device::ui(ui, cx, id),
        Selection::Link(id) => link::ui(ui, cx, id),
    }
}
