//! The welcome page: example networks, recent files, a path.

use crate::app::{App, Command, MenuCommand, theme};
use crate::project::example;
use egui::{Button, RichText, Ui, vec2};

/// Draws the page; true = close.
pub fn ui(app: &mut App, ui: &mut Ui) -> bool {
    const WIDTH: f32 = 620.0;
    ui.set_max_width(WIDTH.min(ui.ctx().content_rect().width() - 64.0));
    ui.label(RichText::new("Cutscape").font(theme::semibold(theme::HEADLINE)));
    ui.label("Open a network, drag cuts through it, pick a device for each partition and a rate for each link.");
    ui.add_space(8.0);
    ui.label(RichText::new("Example networks").font(theme::semibold(theme::BODY)));
    let mut chosen = false;
    ui.horizontal_wrapped(|ui| {
        for name in example::names() {
            if ui.add(Button::new(name).min_size(vec2(140.0, 28.0))).clicked() {
                app.commands.push(Command::OpenExample(name.to_owned()));
                chosen = true;
            }
        }
    });
    ui.add_space(8.0);
    ui.label(RichText::new("Example systems").font(theme::semibold(theme::BODY)));
    ui.horizontal_wrapped(|ui| {
        for preset in app.presets.systems.iter() {
            if ui
                .add(Button::new(&preset.name).min_size(vec2(190.0, 28.0)))
                .on_hover_text(&preset.summary)
                .clicked()
            {
                app.commands.push(Command::SystemPreset(preset.name.clone()));
                chosen = true;
            }
        }
    });
    if !app.session.recent.is_empty() {
        ui.add_space(8.0);
        ui.label(RichText::new("Recent files").font(theme::semibold(theme::BODY)));
    }
    for path in &app.session.recent {
        if ui
            .add(Button::new(path.display().to_string()).frame(false).truncate())
            .clicked()
        {
            app.commands.push(Command::Open(path.clone()));
            chosen = true;
        }
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if ui.button(MenuCommand::Open.text()).clicked() {
            app.commands.push(Command::Menu(MenuCommand::Open));
            chosen = true;
        }
        chosen |= ui.button("Close").clicked();
        ui.weak("or drop a file on the window");
    });
    chosen
}
