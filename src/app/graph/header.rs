//! The graph's head: what the colours mean, how much is shown.

use super::GraphView;
use crate::app::picker::{choose, menu};
use crate::app::session::{ColourBy, HeatQuantity};
use crate::app::{Command, Cx, MenuCommand};
use crate::project::View;
use egui::{Align, Button, Layout, RichText, TextStyle, Ui, vec2};

/// Draws the head.
pub fn ui(ui: &mut Ui, cx: &mut Cx, view: &mut GraphView) {
    ui.horizontal(|ui| {
        ui.add_space(12.0);
        ui.label(RichText::new("Graph").text_style(TextStyle::Heading));
        ui.add_space(8.0);
        colour_buttons(ui, cx);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            let shapes = ui.selectable_label(view.shapes, "shapes");
            if shapes.on_hover_text("shapes instead of bytes on the edges").clicked() {
                view.shapes = !view.shapes;
            }
            let views = [(View::Fused, "fused"), (View::Raw, "raw")];
            if let Some(chosen) = choose(ui, cx.theme, "layers", cx.document.view, &views) {
                cx.push(Command::Menu(match chosen {
                    View::Fused => MenuCommand::FusedView,
                    View::Raw => MenuCommand::RawView,
                }));
            }
            let quiet = |text: &str| Button::new(RichText::new(text).color(cx.theme.weak)).frame_when_inactive(false);
            if ui.add(quiet("1:1")).on_hover_text("actual size").clicked() {
                view.zoom_to(1.0);
            }
            if ui.add(quiet("fit")).on_hover_text("show the whole network").clicked() {
                cx.session.fit = true;
            }
        });
    });
}

/// What the colours mean: three buttons, of which the last opens a menu.
fn colour_buttons(ui: &mut Ui, cx: &mut Cx) {
    ui.spacing_mut().item_spacing.x = 4.0;
    let current = cx.session.colour_by;
    for (choice, text) in [(ColourBy::Partition, "partition"), (ColourBy::Operator, "operator")] {
        let button = Button::selectable(current == choice, text).min_size(vec2(78.0, 0.0));
        if ui.add(button).clicked() {
            cx.push(Command::ColourBy(choice));
        }
    }
    let text = match current {
        ColourBy::Heat(quantity) => format!("heat: {}", quantity.name()),
        _ => "heat".to_owned(),
    };
    let is_heat = matches!(current, ColourBy::Heat(_));
    menu(ui, cx.theme, "colour by", &text, is_heat, |ui| {
        for quantity in HeatQuantity::ALL {
            let choice = ColourBy::Heat(quantity);
            if ui.selectable_label(current == choice, quantity.name()).clicked() {
                cx.push(Command::ColourBy(choice));
                ui.close();
            }
        }
    });
}
