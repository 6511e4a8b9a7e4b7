//! The System panel: what there is. Devices with the links that join them, where data enters and leaves, limits, and what is
//! looked for.

mod add_device;
mod alternatives;
mod constraints;
mod device_card;
mod device_menu;
mod device_parameters;
mod link_card;
mod link_parameters;
mod meters;
mod objective;
mod parameters;
mod preset_picker;
mod profile;
mod search;
mod settings;
mod spatial;
mod take_work;
mod topology;

use crate::app::Cx;
use egui::{Align, Frame, Id, Layout, Margin, ScrollArea, Ui, UiBuilder, vec2};

/// Height of the part that stays when the rest scrolls.
const FOOT: f32 = 38.0;

/// Draws the panel into the whole of `ui`: Optimise stays at its foot, the rest scrolls.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    let area = ui.available_rect_before_wrap();
    let (list, foot) = area.split_top_bottom_at_y(area.bottom() - FOOT);
    let child = |rect, name| UiBuilder::new().id_salt(name).max_rect(rect);
    ui.scope_builder(child(list, "list"), |ui| {
        let scroll = ScrollArea::vertical().id_salt("system").auto_shrink([false, false]);
        scroll.show(ui, |ui| {
            Frame::new().inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
                style(ui);
                sections(ui, cx);
            });
        });
    });
    ui.painter().hline(area.x_range(), foot.top(), (1.0, cx.theme.grid));
    ui.scope_builder(child(foot.shrink2(vec2(12.0, 0.0)), "foot"), |ui| {
        style(ui);
        objective::optimise(ui, cx);
    });
}

fn style(ui: &mut Ui) {
    ui.set_width(ui.available_width());
    ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
    ui.spacing_mut().button_padding = vec2(4.0, 3.0);
    ui.style_mut().interaction.selectable_labels = false;
}

/// What scrolls.
fn sections(ui: &mut Ui, cx: &mut Cx) {
    settings::title(ui, cx);
    topology::choice(ui, cx);
    settings::input(ui, cx);
    topology::devices(ui, cx);
    settings::output(ui, cx);
    topology::direct_links(ui, cx);
    settings::symbols(ui, cx);
    ui.separator();
    constraints::ui(ui, cx);
    ui.separator();
    objective::ui(ui, cx);
}

/// Identity of an input of this panel.
fn id(what: &str, index: usize) -> Id {
    Id::unique(("system panel", what, index))
}

/// Whether rows have so little room that they say less.
fn is_narrow(ui: &Ui) -> bool {
    ui.available_width() < 220.0
}

/// A row filled from its right end.
fn from_right<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            contents(ui)
        })
        .inner
    })
    .inner
}

/// The part of a row filled from its right end that is left over, filled from the left.
fn rest<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.with_layout(Layout::left_to_right(Align::Center), contents).inner
}

/// A heading within the panel.
fn heading(ui: &mut Ui, text: &str) {
    ui.label(egui::RichText::new(text).font(crate::app::theme::semibold(crate::app::theme::TITLE)));
}
