//! The window with measured devices: AlexNet at an edge and a server, and what tests of its Bundles tab do to it.

use super::support::{Window, app, command, settle, window};
use cutscape::app::Command;
use cutscape::app::session::Tab;
use cutscape::cost::profile::{Producer, Profile, Statistics, read_text, runs, statistics};
use cutscape::network::blocks::Blocks;
use cutscape::project::bundling::Solved;
use cutscape::project::{Action, Bundling};
use cutscape::system::preset::Presets;
use cutscape::system::{Device, DeviceModel, System};
use std::path::{Path, PathBuf};

pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/dime")
        .join(name)
}

/// A device with the costs of a profile among the goldens.
pub fn measured(window: &Window<'_>, name: &str, file: &str, settings: Statistics) -> Device {
    let document = app(window).document();
    let blocks = Blocks::preset("alexnet").unwrap();
    let text = read_text(&golden(file)).unwrap();
    let runs = runs::read(&text, file, &Producer::Seconds.form(), &blocks).unwrap();
    let (table, _) = statistics::table(&runs, &blocks, &settings);
    let profile = Profile::new(file, &document.network.raw, &blocks, table).unwrap();
    Device {
        name: name.to_owned(),
        preset: None,
        sources: Default::default(),
        model: DeviceModel::Profile(Box::new(profile)),
        alternatives: Vec::new(),
        ..document.system.devices[0].clone()
    }
}

/// Nano and server, both measured with AlexNet, over a link.
pub fn system(window: &Window<'_>, link: &str) -> System {
    let edge = measured(
        window,
        "Nano",
        "alexnet_edge_profile.csv",
        Statistics::of_edge("alexnet"),
    );
    let server = measured(window, "server", "alexnet_cloud_profile.csv", Statistics::PLAIN);
    let presets = Presets::load(None);
    System {
        name: "Measured".to_owned(),
        devices: vec![edge, server],
        links: vec![presets.link(link).unwrap()],
        direct: Vec::new(),
        input_at: 0,
        output_at: 0,
        ..app(window).document().system.clone()
    }
}

/// The window with the Bundles tab on top.
pub fn bundles(size: [f32; 2], dark: bool) -> Window<'static> {
    let mut window = window(size, dark);
    command(&mut window, Command::OpenExample("alexnet".to_owned()));
    let system = system(&window, "LTE (phone)");
    command(&mut window, Command::Edit(Action::SetSystem(system)));
    command(&mut window, Command::DismissNotice(0));
    command(&mut window, Command::ShowTab(Tab::Bundles));
    settle(&mut window);
    window
}

pub fn solved(window: &Window<'_>) -> Solved {
    app(window).derived().bundles.as_ref().unwrap().solved.clone().unwrap()
}

pub fn ask(window: &mut Window<'_>, change: impl FnOnce(&mut Bundling)) {
    let mut bundling = app(window).document().bundling.clone();
    change(&mut bundling);
    command(window, Command::Edit(Action::SetBundling(bundling)));
}

pub fn click(window: &mut Window<'_>, at: egui::Pos2) {
    for pressed in [true, false] {
        window.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        window.step();
    }
    settle(window);
}

/// A click whose press and release come in one frame, as those of a touchpad do.
pub fn tap(window: &mut Window<'_>, at: egui::Pos2) {
    window.hover_at(at);
    window.step();
    for pressed in [true, false] {
        let event = egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        window.input_mut().events.push(event);
    }
    settle(window);
}
