//! The list of all keys.

use crate::app::{App, MenuCommand, theme};
use egui::{Grid, RichText, Ui};

/// Keys of the views, which are no commands of the menu.
const VIEWS: [(&str, &str); 14] = [
    ("drag a cut", "move it; the curve shows the objective at every position"),
    (
        "Shift + drag a cut",
        "move it through branches: the layer under the pointer joins or leaves",
    ),
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
    ui.set_max_width(640.0);
    ui.label(RichText::new("Keys").font(theme::semibold(theme::TITLE)));
    let height = ui.ctx().content_rect().height() * 0.7;
    egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
        Grid::new("keys").num_columns(2).spacing([24.0, 4.0]).show(ui, |ui| {
            let commands = MenuCommand::ALL
                .into_iter()
                .filter_map(|c| Some((c.shortcut()?, c.text())));
            let commands = commands
                .map(|(key, text)| (ui.ctx().format_shortcut(&key), text))
                .collect::<Vec<_>>();
            let views = VIEWS.into_iter().map(|(key, text)| (key.to_owned(), text));
            for (key, text) in commands.into_iter().chain(views) {
                ui.label(RichText::new(key).color(app.theme.accent));
                ui.label(text);
                ui.end_row();
            }
        });
    });
    ui.button("Close").clicked()
}
