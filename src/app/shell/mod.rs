//! The frame of the window: bars, side panels, the centre, overlays.

mod keys;
mod notices;
pub mod overlay;
mod palette;
mod status;
mod top_bar;
mod welcome;

use super::{App, Cx, panels};
use egui::{CentralPanel, Frame, Margin, Panel, Sense, Ui, UiBuilder};

/// Below this width the Inspector is a tab of the dock (interaction.md E1).
const NARROW: f32 = 1200.0;
/// Height of the ribbon at the start, in points.
const RIBBON_HEIGHT: f32 = 178.0;
/// Least height of ribbon and dock.
const LEAST_HEIGHT: f32 = 120.0;
/// Height the graph keeps when the window is low or its contents are enlarged.
const GRAPH_HEIGHT: f32 = 200.0;

/// Draws the whole window.
pub fn show(app: &mut App, ui: &mut Ui) {
    let narrow = ui.available_width() < NARROW;
    app.dock.set_inspector_tab(narrow);
    let panel = app.theme.panel;
    let ground = app.theme.background;
    let bar = |height: f32| move |panel_: Panel| panel_.exact_size(height).resizable(false);
    let frame = |fill, x: i8, y: i8| Frame::new().fill(fill).inner_margin(Margin::symmetric(x, y));

    bar(34.0)(Panel::top("top bar"))
        .frame(frame(panel, 8, 4))
        .show(ui, |ui| top_bar::ui(app, ui));
    bar(24.0)(Panel::bottom("status"))
        .frame(frame(panel, 10, 2))
        .show(ui, |ui| status::ui(app, ui));

    let App {
        history,
        session,
        derived,
        theme,
        presets,
        commands,
        graph,
        ribbon,
        dock,
        ..
    } = app;
    let document = history.document();
    let network = document.network();
    let cx = &mut Cx {
        document,
        network,
        derived,
        session,
        theme,
        presets,
        commands,
    };

    if !cx.session.hide_system {
        let left = Panel::left("system")
            .default_size(264.0)
            .size_range(228.0..=420.0)
            .frame(frame(panel, 0, 0));
        left.show(ui, |ui| filled(ui, |ui| panels::system::ui(ui, cx)));
    }
    if !cx.session.hide_inspector && !narrow {
        let right = Panel::right("inspector")
            .default_size(300.0)
            .size_range(260.0..=460.0)
            .frame(frame(panel, 0, 0));
        right.show(ui, |ui| filled(ui, |ui| panels::inspector::ui(ui, cx)));
    }
    if !cx.session.hide_dock {
        let height = (ui.available_height() * 0.28).clamp(160.0, 240.0);
        let most = (ui.available_height() - GRAPH_HEIGHT - LEAST_HEIGHT).max(LEAST_HEIGHT);
        let bottom = Panel::bottom("dock")
            .default_size(height)
            .size_range(LEAST_HEIGHT..=most)
            .resizable(true)
            .frame(frame(panel, 0, 0));
        bottom.show(ui, |ui| filled(ui, |ui| dock.ui(ui, cx)));
    }
    let most = (ui.available_height() - GRAPH_HEIGHT).max(LEAST_HEIGHT);
    let below = Panel::bottom("ribbon")
        .default_size(RIBBON_HEIGHT)
        .size_range(LEAST_HEIGHT..=most)
        .resizable(true);
    below
        .frame(frame(ground, 0, 0))
        .show(ui, |ui| filled(ui, |ui| ribbon.ui(ui, cx)));
    CentralPanel::default()
        .frame(frame(ground, 0, 0))
        .show(ui, |ui| graph.ui(ui, cx));

    notices::ui(app, ui.ctx());
    overlay::ui(app, ui.ctx());
}

/// Draws into a panel so that the panel keeps the size its edge was dragged to, whatever its contents need: egui makes a
/// panel as large as what was drawn in it.
fn filled(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let room = ui.max_rect();
    let mut inner = ui.new_child(UiBuilder::new().max_rect(room));
    inner.set_clip_rect(room.intersect(ui.clip_rect()));
    contents(&mut inner);
    ui.allocate_rect(room, Sense::hover());
}
