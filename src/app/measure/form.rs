//! What a measurement is asked for.

use super::Wish;
use crate::app::input::{TextField, chip, integer_field, small};
use crate::app::{Command, Cx, Theme, icon, widgets};
use crate::cost::profile::measure::{Inputs, MOST, MOST_THREADS, Settings};
use egui::{Align, Button, Id, Label, Layout, Role, Ui, WidgetInfo};
use std::path::PathBuf;

/// Width of the form in points.
pub const WIDTH: f32 = 236.0;

/// Draws the form over a wish.
pub fn ui(ui: &mut Ui, cx: &mut Cx, wish: &mut Wish) {
    let theme = cx.theme;
    let settings = &mut wish.settings;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let ways = [(Settings::quick(), "quick"), (Settings::default(), "thorough")];
        for (way, text) in ways {
            let counts = |own: &Settings| (own.iterations, own.runs, own.longest);
            let is_on = counts(settings) == counts(&way);
            if chip(ui, theme, text, is_on, 112.0).clicked() {
                settings.iterations = way.iterations;
                settings.runs = way.runs;
                settings.longest = way.longest;
            }
        }
    });
    ui.add_space(2.0);
    let most = u64::from(MOST);
    let count = |ui: &mut Ui, name: &str, help: &str, value: &mut u32, least: u32| {
        line(ui, theme, name, help, |ui| {
            let id = Id::unique(("measuring", name));
            let typed = integer_field(ui, theme, id, name, u64::from(*value), u64::from(least));
            if let Some(typed) = typed {
                *value = u32::try_from(typed.min(most)).unwrap_or(MOST);
            }
        });
    };
    let help = "How often all bundles are measured, one after another";
    count(ui, "repetitions", help, &mut settings.iterations, 1);
    count(
        ui,
        "runs",
        "Timed runs of a bundle in each repetition",
        &mut settings.runs,
        1,
    );
    let help = "Runs before these that are not timed";
    count(ui, "untimed runs", help, &mut settings.warm_up, 0);
    let help = "Blocks of the longest bundle; empty = all";
    line(ui, theme, "longest bundle", help, |ui| {
        let shown = settings.longest.map_or("all".to_owned(), |longest| longest.to_string());
        let field = TextField::new(Id::unique("measuring longest"), "longest bundle").right();
        field.show(ui, theme, &shown, |text| {
            settings.longest = longest(text)?;
            Ok(())
        });
    });
    let help = "Threads that a run computes on";
    line(ui, theme, "threads", help, |ui| {
        let id = Id::unique("measuring threads");
        if let Some(typed) = integer_field(ui, theme, id, "threads", settings.threads as u64, 1) {
            settings.threads = usize::try_from(typed).unwrap_or(MOST_THREADS).min(MOST_THREADS);
        }
    });
    let estimate = &mut wish.estimate;
    let help = "What becomes of bundles that are not measured, longer ones for example";
    line(ui, theme, "missing bundles", help, |ui| {
        let hint =
            "The device takes sums of single blocks for them, marked as estimated; else it cannot run them as one";
        if widgets::toggle(ui, theme, *estimate, "estimated", hint).clicked() {
            *estimate ^= true;
        }
    });
    ui.add_space(2.0);
    inputs(ui, cx, wish);
    ui.add_space(4.0);
    file(ui, cx, wish);
}

fn longest(text: &str) -> Result<Option<usize>, String> {
    if text.is_empty() || text == "all" {
        return Ok(None);
    }
    let count = text.parse().ok().filter(|&count: &usize| count > 0);
    count
        .map(Some)
        .ok_or_else(|| "write a number of blocks, or all".to_owned())
}

/// What the network is run on.
fn inputs(ui: &mut Ui, cx: &mut Cx, wish: &mut Wish) {
    let theme = cx.theme;
    let inputs = &mut wish.settings.inputs;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let is_noise = matches!(inputs, Inputs::Noise { .. });
        if chip(ui, theme, "noise", is_noise, 112.0).clicked() && !is_noise {
            *inputs = Inputs::Noise { seed: 1 };
        }
        if chip(ui, theme, "images", !is_noise, 112.0).clicked() && is_noise {
            *inputs = Inputs::Images(PathBuf::new());
        }
    });
    match inputs {
        Inputs::Noise { seed } => line(ui, theme, "seed", "Where the random numbers start", |ui| {
            if let Some(typed) = integer_field(ui, theme, Id::unique("measuring seed"), "seed", *seed, 0) {
                *seed = typed;
            }
        }),
        Inputs::Images(folder) => {
            let mut browse = false;
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    browse = open_button(ui, "Choose the folder of images");
                    let shown = folder.display().to_string();
                    let field = TextField::new(Id::unique("measuring images"), "folder of images");
                    field
                        .hint("folder of PNG or JPEG images")
                        .width(ui.available_width())
                        .show(ui, theme, &shown, |text| {
                            *folder = PathBuf::from(text);
                            Ok(())
                        });
                });
            });
            if browse {
                cx.push(Command::ChooseImages(Box::new(wish.clone())));
            }
        }
    }
}

/// Where the profile is written.
fn file(ui: &mut Ui, cx: &mut Cx, wish: &Wish) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if open_button(ui, "Choose the profile's file") {
                cx.push(Command::ChooseProfile(Box::new(wish.clone())));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = wish.out.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let label = ui.add(Label::new(small(cx.theme, format!("to {name}"))).truncate());
                label.on_hover_text(wish.out.display().to_string());
            });
        });
    });
}

/// A button that asks for a path; whether it was pressed.
fn open_button(ui: &mut Ui, name: &str) -> bool {
    let button = ui.add(Button::new(icon::OPEN)).on_hover_text(name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    button.clicked()
}

/// A row with a name and a field at its right.
fn line(ui: &mut Ui, theme: &Theme, name: &str, help: &str, field: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_max_width(WIDTH - 4.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            field(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(small(theme, name)).truncate()).on_hover_text(help);
            });
        });
    });
}
