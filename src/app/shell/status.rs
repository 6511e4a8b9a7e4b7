//! The status line: size of the network, of the search space and of the front; model; key help.

use crate::app::{Age, App, Command, Mappings, MenuCommand, icon, theme};
use crate::explore::{Guarantee, Space};
use crate::link::LinkModel;
use crate::system::{Device, DeviceModel, System};
use crate::units::Unit;
use egui::{Align, Layout, RichText, Ui};

/// Draws the line.
pub fn ui(app: &mut App, ui: &mut Ui) {
    let quiet = app.theme.weak;
    let weak = |text: String| RichText::new(text).size(theme::SMALL).color(quiet);
    let document = app.history.document();
    let network = document.network();
    let mut parts = vec![format!("{} layers", network.layers.len())];
    if let Some(front) = &app.derived.front {
        parts.push(match front.space {
            Space::Ideals(count) => format!("{count} ideals"),
            Space::Schedules(count) => {
                let schedules = if count == 1 {
                    "the schedule".to_owned()
                } else {
                    format!("{count} schedules")
                };
                let hull = if front.bound.is_some() { " + hull" } else { "" };
                format!("cuts along {schedules}{hull}")
            }
        });
        let took = app
            .derived
            .front_s
            .map(|s| format!(" in {}", Unit::Seconds.format(s)))
            .unwrap_or_default();
        let age = app.derived.front_age.words();
        let kind = match &front.guarantee {
            _ if front.is_exact() => "exact",
            Guarantee::Exact | Guarantee::Within(_) => "approximate",
            Guarantee::Incomplete(_) => "incomplete",
        };
        let bound = front
            .bound
            .map(|bound| format!(", {}", bound.words()))
            .unwrap_or_default();
        parts.push(format!("{kind} front: {} points{bound}{took}{age}", front.points.len()));
    } else {
        parts.push(match app.derived.front_age {
            Age::Stopped => "the front was stopped".to_owned(),
            Age::Current | Age::Updating => "front is being computed…".to_owned(),
        });
    }
    let unknown = network.layers.iter().filter(|layer| layer.unknown.is_some()).count();
    if unknown > 0 {
        parts.push(format!("{unknown} layers not fully known"));
    }
    // The line is lower than a button; without this the right half would hang below the left one.
    ui.spacing_mut().interact_size.y = theme::SMALL;
    ui.spacing_mut().button_padding.y = 0.0;
    let models = models(&document.system);
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.label(weak(parts.join(" · ")));
        mappings(app, ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let keys = egui::Button::new(weak("? keys".to_owned())).frame(false);
            if ui.add(keys).clicked() {
                app.commands.push(Command::Menu(MenuCommand::Keys));
            }
            let saved = match (app.history.is_modified(), &app.file) {
                (true, _) => "unsaved changes".to_owned(),
                (false, Some(path)) => {
                    format!(
                        "saved in {}",
                        path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()
                    )
                }
                (false, None) => String::new(),
            };
            ui.label(weak(saved));
            ui.label(weak(models));
        });
    });
}

/// Says that numbers rest on first mappings of spatial accelerators, and offers to go on where refining them was stopped.
fn mappings(app: &mut App, ui: &mut Ui) {
    let state = app.derived.mappings;
    if !state.are_first() {
        return;
    }
    let text = RichText::new(format!("{} {}", icon::WARNING, state.words())).size(theme::SMALL);
    let hint = "Latency and energy on spatial accelerators are those of the first mapping found for each layer; the front waits for the best ones";
    ui.label(text.color(app.theme.warning)).on_hover_text(hint);
    if state == Mappings::Stopped {
        let go_on = egui::Button::new(RichText::new("refine").size(theme::SMALL)).small();
        if ui.add(go_on).on_hover_text("Search the best mappings").clicked() {
            app.commands.push(Command::RefineMappings);
        }
    }
}

/// Which models the numbers come from, each once.
fn models(system: &System) -> String {
    let devices = system.devices.iter().flat_map(Device::designs);
    let devices = devices.map(|device| match device.model {
        DeviceModel::Roofline(_) => "roofline",
        DeviceModel::Table(_) => "layer tables",
        DeviceModel::Spatial(_) => "spatial arrays",
        DeviceModel::Profile(_) => "measured profiles",
    });
    let links = (0..system.link_count()).map(|index| match &system.link(index).model {
        LinkModel::Plain(_) => "plain links",
        other => other.kind(),
    });
    let mut words: Vec<&str> = Vec::new();
    for word in devices.chain(links) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    format!("model: {}", words.join(", "))
}
