//! The top bar: menus, what is open, undo, search, background work, theme.

use crate::app::{App, Command, MenuCommand, icon, theme};
use crate::project::{Origin, View, example};
use crate::units::Unit;
use egui::{Align, Button, Layout, MenuBar, RichText, Ui, vec2};

const FILE: &[MenuCommand] = &[
    MenuCommand::Welcome,
    MenuCommand::Open,
    MenuCommand::LocateNetwork,
    MenuCommand::Save,
    MenuCommand::SaveAs,
    MenuCommand::ExportDesign,
    MenuCommand::ExportLayers,
    MenuCommand::ExportMappings,
    MenuCommand::ExportFront,
    MenuCommand::ExportDesigns,
    MenuCommand::ExportComparison,
    MenuCommand::ExportComparedLayers,
    MenuCommand::ExportComparisonText,
    MenuCommand::ExportSweep,
    MenuCommand::ExportBundles,
    MenuCommand::Quit,
];
const EDIT: &[MenuCommand] = &[
    MenuCommand::Undo,
    MenuCommand::Redo,
    MenuCommand::AddDevice,
    MenuCommand::AddMeasured,
    MenuCommand::RemoveCut,
    MenuCommand::Pin,
    MenuCommand::CopyMetrics,
    MenuCommand::CopyLayers,
];
const VIEW: &[MenuCommand] = &[
    MenuCommand::FitGraph,
    MenuCommand::ActualSize,
    MenuCommand::ZoomIn,
    MenuCommand::ZoomOut,
    MenuCommand::FusedView,
    MenuCommand::RawView,
    MenuCommand::ToggleSystem,
    MenuCommand::ToggleInspector,
    MenuCommand::ToggleDock,
    MenuCommand::ToggleTheme,
];
const EXPLORE: &[MenuCommand] = &[
    MenuCommand::Optimise,
    MenuCommand::RunNsga2,
    MenuCommand::CheckWithLp,
    MenuCommand::SecondOpinion,
    MenuCommand::MeasureMachine,
];
const HELP: &[MenuCommand] = &[MenuCommand::Keys, MenuCommand::Palette, MenuCommand::About];

/// Draws the bar.
pub fn ui(app: &mut App, ui: &mut Ui) {
    MenuBar::new().ui(ui, |ui| {
        for (title, commands) in [
            ("File", FILE),
            ("Edit", EDIT),
            ("View", VIEW),
            ("Explore", EXPLORE),
            ("Help", HELP),
        ] {
            ui.menu_button(title, |ui| menu(app, ui, commands));
        }
        ui.add_space(8.0);
        network_menu(app, ui);
        system_menu(app, ui);
        history_buttons(app, ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let icon = if app.session.dark { icon::MOON } else { icon::SUN };
            if icon_button(ui, icon, MenuCommand::ToggleTheme, true).clicked() {
                app.commands.push(Command::Menu(MenuCommand::ToggleTheme));
            }
            progress(app, ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| search_button(app, ui));
        });
    });
}

fn menu(app: &mut App, ui: &mut Ui, commands: &[MenuCommand]) {
    ui.set_min_width(240.0);
    for &command in commands {
        let label = match command {
            MenuCommand::Undo => app.history.undo_label().map(|label| format!("Undo {label}")),
            MenuCommand::Redo => app.history.redo_label().map(|label| format!("Redo {label}")),
            _ => None,
        };
        let enabled = match command {
            MenuCommand::Undo | MenuCommand::Redo => label.is_some(),
            _ => true,
        };
        let mut button = Button::new(label.unwrap_or_else(|| command.text().to_owned()));
        if let Some(key) = command.key_text(ui.ctx()) {
            button = button.shortcut_text(key);
        }
        if let Some(is_on) = is_on(app, command) {
            button = button.selected(is_on);
        }
        let mut response = ui.add_enabled(enabled, button);
        if !command.hint().is_empty() {
            response = response.on_hover_text(command.hint());
        }
        if response.clicked() {
            app.commands.push(Command::Menu(command));
            ui.close();
        }
    }
}

/// Whether what a command switches is on; `None` for a command that switches nothing.
fn is_on(app: &App, command: MenuCommand) -> Option<bool> {
    let view = app.history.document().view;
    match command {
        MenuCommand::FusedView => Some(view == View::Fused),
        MenuCommand::RawView => Some(view == View::Raw),
        MenuCommand::ToggleSystem => Some(!app.session.hide_system),
        MenuCommand::ToggleInspector => Some(!app.session.hide_inspector),
        MenuCommand::ToggleDock => Some(!app.session.hide_dock),
        _ => None,
    }
}

/// The open network; its menu lists examples and recent files.
fn network_menu(app: &mut App, ui: &mut Ui) {
    let origin = &app.history.document().network.origin;
    let hover = match origin {
        Origin::File(path) => path.display().to_string(),
        Origin::Example(name) => format!("{name}, an example inside the program"),
    };
    let title = format!("{} {}", origin.label(), icon::CARET_DOWN);
    let commands = &mut app.commands;
    let recent = &app.session.recent;
    let button = ui.menu_button(RichText::new(title), |ui| {
        ui.set_min_width(220.0);
        if ui.button(MenuCommand::Open.text()).clicked() {
            commands.push(Command::Menu(MenuCommand::Open));
            ui.close();
        }
        ui.separator();
        ui.weak("Examples");
        for name in example::names() {
            if ui.button(name).clicked() {
                commands.push(Command::OpenExample(name.to_owned()));
                ui.close();
            }
        }
        if !recent.is_empty() {
            ui.separator();
            ui.weak("Recent");
        }
        for path in recent {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                commands.push(Command::Open(path.clone()));
                ui.close();
            }
        }
    });
    button.response.on_hover_text(hover);
}

/// The system's name, with a dot while the design has unsaved changes; its menu loads a system preset.
fn system_menu(app: &mut App, ui: &mut Ui) {
    let modified = app.history.is_modified();
    let name = &app.history.document().system.name;
    let title = format!("{name}{} {}", if modified { " ●" } else { "" }, icon::CARET_DOWN);
    let hover = match (&app.file, modified) {
        (Some(path), true) => format!("{} has unsaved changes", path.display()),
        (Some(path), false) => path.display().to_string(),
        (None, true) => "This design is in no file yet".to_owned(),
        (None, false) => "As it was opened".to_owned(),
    };
    let App { presets, commands, .. } = app;
    let button = ui.menu_button(title, |ui| {
        ui.set_min_width(280.0);
        for command in [MenuCommand::Save, MenuCommand::SaveAs] {
            if ui.button(command.text()).clicked() {
                commands.push(Command::Menu(command));
                ui.close();
            }
        }
        ui.separator();
        ui.weak("Systems");
        for preset in presets.systems.iter() {
            if ui.button(&preset.name).on_hover_text(&preset.summary).clicked() {
                commands.push(Command::SystemPreset(preset.name.clone()));
                ui.close();
            }
        }
    });
    button.response.on_hover_text(hover);
}

fn history_buttons(app: &mut App, ui: &mut Ui) {
    let undo = app.history.undo_label().is_some();
    if icon_button(ui, icon::UNDO, MenuCommand::Undo, undo).clicked() {
        app.commands.push(Command::Menu(MenuCommand::Undo));
    }
    let redo = app.history.redo_label().is_some();
    if icon_button(ui, icon::REDO, MenuCommand::Redo, redo).clicked() {
        app.commands.push(Command::Menu(MenuCommand::Redo));
    }
}

fn search_button(app: &mut App, ui: &mut Ui) {
    const WIDTH: f32 = 280.0;
    let free = ui.available_width();
    if free < 120.0 {
        return;
    }
    ui.add_space(((free - WIDTH) * 0.5).max(0.0));
    let text = RichText::new(format!("{}  Search layers, actions, presets…", icon::SEARCH)).color(app.theme.weak);
    let key = MenuCommand::Palette.key_text(ui.ctx()).unwrap_or_default();
    let button = Button::new(text)
        .shortcut_text(RichText::new(key).color(app.theme.weak))
        .truncate();
    if ui.add(button.min_size(vec2(free.min(WIDTH), 24.0))).clicked() {
        app.commands.push(Command::Menu(MenuCommand::Palette));
    }
}

/// What the workers do, with a button that stops it; else how the front was found.
fn progress(app: &mut App, ui: &mut Ui) {
    let statuses = app.workers.statuses();
    // Work that ends within a blink is not worth a flicker.
    let shown = statuses.iter().find(|status| status.elapsed.as_secs_f64() > 0.15);
    if let Some(status) = shown {
        if ui
            .button(icon::REMOVE)
            .on_hover_text(format!("Stop {}", status.name))
            .clicked()
        {
            app.commands.push(Command::CancelJob(status.name));
        }
        let bar = egui::ProgressBar::new(status.progress)
            .desired_width(96.0)
            .desired_height(8.0);
        ui.add(bar).on_hover_text(format!(
            "{} since {}",
            status.name,
            Unit::Seconds.format(status.elapsed.as_secs_f64())
        ));
        ui.label(RichText::new(status.name).size(theme::SMALL).color(app.theme.weak));
        // Nothing else wakes the window while work goes on.
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(160));
    } else if !statuses.is_empty() {
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(160));
    } else if let Some(took) = app.derived.front_s {
        let took = Unit::Seconds.format(took);
        ui.label(
            RichText::new(format!("front in {took}"))
                .size(theme::SMALL)
                .color(app.theme.weak),
        );
    }
}

fn icon_button(ui: &mut Ui, icon: &str, command: MenuCommand, enabled: bool) -> egui::Response {
    let response = ui.add_enabled(
        enabled,
        Button::new(RichText::new(icon).size(16.0)).frame_when_inactive(false),
    );
    let key = command
        .key_text(ui.ctx())
        .map(|key| format!("  {key}"))
        .unwrap_or_default();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, command.text()));
    response.on_hover_text(format!("{}{key}", command.text()))
}
