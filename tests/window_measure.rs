//! Measuring this machine from the window: a process of its own really measures, is stopped and continued, and becomes a device.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(all(feature = "window", feature = "tract"))]

#[path = "support/app.rs"]
#[expect(dead_code, reason = "these tests open the window over files and drag nothing")]
mod support;

use cutscape::app::command::Command;
use cutscape::app::measure::State;
use cutscape::app::{MenuCommand, Options, Storage};
use cutscape::system::DeviceModel;
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::{Window, app, command, model, picture, settle, window_with};

const LARGE: [f32; 2] = [1440.0, 900.0];

/// The window over a small network, with the program that measures.
fn window(size: [f32; 2], dark: bool) -> Window<'static> {
    let options = Options {
        dark: Some(dark),
        storage: Storage::default(),
        still: true,
        program: Some(PathBuf::from(env!("CARGO_BIN_EXE_cutscape"))),
        ..Options::default()
    };
    let mut window = window_with(size, options);
    command(&mut window, Command::Open(model("digits_resnet.onnx")));
    command(&mut window, Command::Menu(MenuCommand::MeasureMachine));
    window
}

fn click(window: &mut Window<'_>, label: &str) {
    window.get_by_label(label).click();
    settle(window);
}

fn type_into(window: &mut Window<'_>, label: &str, text: &str) {
    window.get_by_role_and_label(Role::TextInput, label).click();
    settle(window);
    window.get_by_role_and_label(Role::TextInput, label).type_text(text);
    window.step();
    window.key_press(Key::Enter);
    settle(window);
}

/// Says where the profile is written, as without native dialogs.
fn write_to(window: &mut Window<'_>, path: &Path) {
    choose(window, "Choose the profile's file", path);
}

fn choose(window: &mut Window<'_>, button: &str, path: &Path) {
    click(window, button);
    let field = window.get_by_label("Path");
    field.click();
    window.step();
    window.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.step();
    window.get_by_label("Path").type_text(&path.display().to_string());
    window.step();
    window.key_press(Key::Enter);
    settle(window);
}

fn state(window: &Window<'_>) -> State {
    app(window).derived().measurement.as_ref().unwrap().state.clone()
}

#[test]
fn a_measurement_becomes_a_device() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(LARGE, true);
    let before = app(&window).document().system.devices.len();
    write_to(&mut window, &folder.path().join("here.csv"));
    click(&mut window, "Measure this machine");
    let State::Done(report) = state(&window) else {
        panic!("{:?}", state(&window))
    };
    assert!(folder.path().join("here.csv").exists() && folder.path().join("here.csv.machine.ron").exists());
    window.get_by_label_contains("measured in one piece, 5 runs");
    window.get_by_label_contains("predicted by single blocks");
    let bundle = format!("{}: ", report.bundles[0].bundle);
    assert!(window.query_all_by_label_contains(&bundle).next().is_some());
    click(&mut window, "Add device");
    let devices = &app(&window).document().system.devices;
    assert_eq!(devices.len(), before + 1);
    assert!(matches!(devices[before].model, DeviceModel::Profile(_)));
    assert!(app(&window).notices().iter().all(|notice| !notice.is_error));
    // The file is there now: it can be continued or measured anew.
    click(&mut window, "Measure what the profile lacks");
    assert!(matches!(state(&window), State::Done(_)));
    window.get_by_label("Replace the profile that is there, which stays as .bak");
}

#[test]
fn longer_bundles_are_estimated_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(LARGE, true);
    write_to(&mut window, &folder.path().join("here.csv"));
    click(&mut window, "estimated");
    picture(&mut window, "measure_estimate");
    click(&mut window, "Measure this machine");
    window.get_by_label_contains("marked as estimated");
    click(&mut window, "Add device");
    let devices = &app(&window).document().system.devices;
    let DeviceModel::Profile(profile) = &devices.last().unwrap().model else {
        panic!("{:?}", devices.last())
    };
    let blocks = profile.blocks.len();
    assert_eq!(profile.bundles.iter().count(), blocks * (blocks + 1) / 2);
    assert!(profile.bundles.at(0, blocks - 1)[0].estimated && !profile.bundles.at(0, 1)[0].estimated);
}

#[test]
fn a_long_measurement_is_stopped_and_continued() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(LARGE, true);
    write_to(&mut window, &folder.path().join("long.csv"));
    type_into(&mut window, "repetitions", "9999");
    window.get_by_label("Measure this machine").click();
    let limit = Instant::now() + Duration::from_secs(40);
    let far = |window: &Window<'_>| {
        let progress = app(window)
            .derived()
            .measurement
            .as_ref()
            .and_then(|own| own.progress.clone());
        progress.is_some_and(|own| own.iteration > 0 && own.done > 3)
    };
    while !far(&window) {
        assert!(Instant::now() < limit, "{:?}", app(&window).derived().measurement);
        window.step();
        std::thread::sleep(Duration::from_millis(10));
    }
    window.get_by_label("Progress of the measurement");
    // What was measured so far stands below.
    let timings = &app(&window).derived().measurement.as_ref().unwrap().timings;
    let first = format!("{}: ", timings[0].bundle);
    assert!(window.query_all_by_label_contains(&first).next().is_some());
    picture(&mut window, "measure_running");
    window.get_by_label("Stop the measurement").click();
    settle(&mut window);
    assert_eq!(state(&window), State::Stopped);
    picture(&mut window, "measure_stopped");
    type_into(&mut window, "repetitions", "1");
    click(&mut window, "Measure what the profile lacks");
    assert!(matches!(state(&window), State::Done(_)), "{:?}", state(&window));
}

#[test]
fn what_cannot_be_measured_is_said_in_the_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(LARGE, true);
    write_to(&mut window, &folder.path().join("none/here.csv"));
    click(&mut window, "Measure this machine");
    let State::Failed(why) = state(&window) else {
        panic!("{:?}", state(&window))
    };
    assert!(why.contains("Choose a file that can be written to"), "{why}");
    window.get_by_label_contains("Choose a file that can be written to");
    type_into(&mut window, "longest bundle", "no");
    window.get_by(|node| node.description().is_some_and(|words| words.contains("or all")));
}

#[test]
fn a_folder_of_images_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(LARGE, false);
    click(&mut window, "images");
    choose(&mut window, "Choose the folder of images", folder.path());
    picture(&mut window, "measure_images");
    let shown = window
        .get_by_role_and_label(Role::TextInput, "folder of images")
        .value();
    assert_eq!(shown, Some(folder.path().display().to_string()));
    // There is none in it.
    write_to(&mut window, &folder.path().join("here.csv"));
    click(&mut window, "Measure this machine");
    assert!(matches!(state(&window), State::Failed(_)), "{:?}", state(&window));
    picture(&mut window, "measure_no_images");
}

#[test]
fn looks_in_both_themes_and_sizes() {
    let folder = tempfile::tempdir().unwrap();
    for (size, dark, name) in [
        (LARGE, true, "measure_dark"),
        (LARGE, false, "measure_light"),
        ([1100.0, 700.0], true, "measure_low"),
    ] {
        let mut window = window(size, dark);
        write_to(&mut window, &folder.path().join(format!("{name}.csv")));
        picture(&mut window, &format!("{name}_empty"));
        click(&mut window, "Measure this machine");
        picture(&mut window, &format!("{name}_done"));
        click(&mut window, "Add device");
        window.key_press(Key::Escape);
        settle(&mut window);
        picture(&mut window, &format!("{name}_added"));
    }
}
