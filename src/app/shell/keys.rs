//! The list of all keys.

use crate::app::{App, MenuCommand, theme};
use egui::{Grid, RichText, Ui};

/// Keys of the views, which are no commands of the menu.
const VIEWS: [(&str, &str); 14] = [
    ("drag a cut", "move it; the curve shows the objective at every position"),
    ("Shift + drag a cut", "move it along the branch under the pointer alone"),
    ("double-click an empty place", "new cut there"),
    ("right-click a layer", "put it on a device"),
    ("↑ ↓ or ← →", "move the selected cut by one layer"),
    ("Ctrl + arrow", "move it to the next place where one tensor crosses"),
    ("Enter", "move it to the best position"),
    ("Delete", "remove it"),
    ("Esc", "give up a drag, close what lies over the window"),
    ("wheel", "pan the graph"),
    ("Ctrl + wheel", "zoom the graph to the pointer"),
    ("Ctrl + / Ctrl − / Ctrl 0", "size of everything in the window"),
    ("Tab, Shift + Tab", "next and previous control"),
    ("click a number", "why it is what it is"),
];

/// Draws the list; true = close.
pub fn ui(app: &App, ui: &mut Ui) -> bool {
    let room = ui.ctx().content_rect().size();
    ui.set_max_width(940.0_f32.min(room.x - 64.0));
    ui.label(RichText::new("Keys").font(theme::semibold(theme::TITLE)));
    let commands = MenuCommand::ALL.into_iter();
    let commands = commands
        .filter_map(|command| Some((command.key_text(ui.ctx())?, command.text())))
        .collect();
    let views = VIEWS.into_iter().map(|(key, text)| (key.to_owned(), text)).collect();
    // Without this least height the list would take the size it had when it was first laid out.
    let height = room.y * 0.75;
    let list = egui::ScrollArea::vertical()
        .max_height(height)
        .min_scrolled_height(height);
    list.show(ui, |ui| {
        ui.horizontal_top(|ui| {
            table(app, ui, "commands", commands);
            ui.add_space(24.0);
            table(app, ui, "views", views);
        });
    });
    ui.button("Close").clicked()
}

/// Keys and what they do, one a row.
fn table(app: &App, ui: &mut Ui, name: &str, rows: Vec<(String, &str)>) {
    Grid::new(name).num_columns(2).spacing([16.0, 4.0]).show(ui, |ui| {
        for (key, text) in rows {
            ui.label(RichText::new(key).color(app.theme.accent));
            ui.label(text);
            ui.end_row();
        }
    });
}
