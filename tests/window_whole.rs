//! The real window, driven without a display:
//! - it opens on a living design, with a front, in both themes;
//! - opening a network, dragging a cut, changing a bandwidth, choosing a point of the front are each one undo step;
//! - saving and reopening gives bit-identical metrics;
//! - a broken file leaves the open document untouched and is told by name, place and remedy;
//! - a panic in a worker, a missing network and a narrow window are survived.
//!
//! The pictures in `screenshots/` are made and compared here; `UPDATE_SNAPSHOTS=1 cargo test --test window_whole` renews them.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[path = "support/app.rs"]
mod support;

use cutscape::app::session::Selection;
use cutscape::app::{Command, MenuCommand, Options, Storage};
use cutscape::project::Action;
use cutscape::system::DeviceModel;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use std::path::Path;
use std::time::{Duration, Instant};
use support::{Window, app, command, hold, metrics, model, picture, settle, snapshot, window, window_with};

#[test]
fn opens_on_a_living_design_in_the_dark_theme() {
    opens_on_a_living_design(true, "dark");
}

#[test]
fn opens_on_a_living_design_in_the_light_theme() {
    opens_on_a_living_design(false, "light");
}

fn opens_on_a_living_design(dark: bool, name: &str) {
    let mut window = window([1440.0, 900.0], dark);
    assert!(metrics(&window).latency_s > 0.0);
    assert!(app(&window).derived().front.as_ref().unwrap().points.len() > 1);
    assert!(app(&window).notices().is_empty(), "{:?}", app(&window).notices());
    snapshot(&mut window, name);
}

#[test]
fn a_narrow_window_keeps_everything_reachable() {
    let mut window = window([1100.0, 700.0], true);
    window.get_by_label_contains("Inspector");
    snapshot(&mut window, "narrow");
}

#[test]
fn dragging_a_cut_in_the_ribbon_is_one_undo_step() {
    let mut window = window([1440.0, 900.0], true);
    let before = app(&window).document().clone();
    let end = hold_in_ribbon(&mut window, 120.0);
    settle(&mut window);
    let hand = app(&window).derived().hand.as_ref().expect("the cut is in the hand");
    assert_eq!(hand.curve.len(), before.network().layers.len() + 1);
    assert_ne!(app(&window).document().design, before.design);
    snapshot(&mut window, "dragging");
    window.drop_at(end);
    settle(&mut window);
    assert!(app(&window).derived().hand.is_none());
    assert_ne!(app(&window).document().design, before.design);
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(app(&window).document(), &before);
}

#[test]
fn dragging_a_cut_in_the_graph_moves_it() {
    let mut window = window([1440.0, 900.0], true);
    let before = app(&window).document().clone();
    let handle = window.get_by_role_and_label(Role::Slider, "Cut 1").rect().center();
    let end = hold(&mut window, handle, egui::vec2(0.0, 96.0));
    window.drop_at(end);
    settle(&mut window);
    assert_ne!(app(&window).document().design, before.design);
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(app(&window).document(), &before);
}

#[test]
fn arrow_keys_move_the_selected_cut() {
    let mut window = window([1440.0, 900.0], true);
    let before = app(&window).document().design.cut(0).len();
    command(&mut window, Command::Select(Some(Selection::Cut(0))));
    window.key_press(egui::Key::ArrowDown);
    settle(&mut window);
    assert_eq!(app(&window).document().design.cut(0).len(), before + 1);
    assert!(!app(&window).derived().hand.as_ref().unwrap().curve.is_empty());
    window.key_press(egui::Key::ArrowUp);
    settle(&mut window);
    assert_eq!(app(&window).document().design.cut(0).len(), before);
}

/// Takes the first cut by its handle in the ribbon, which keeps the focus, and moves it; where the pointer is then.
fn hold_in_ribbon(window: &mut Window<'_>, by: f32) -> egui::Pos2 {
    let handle = window
        .get_by_role_and_label(Role::Slider, "Cut 1 (ribbon)")
        .rect()
        .center();
    hold(window, handle, egui::vec2(by, 0.0))
}

/// Drags the first cut in the ribbon and lets it go.
fn drag_in_ribbon(window: &mut Window<'_>, by: f32) {
    let end = hold_in_ribbon(window, by);
    window.drop_at(end);
    settle(window);
}

#[test]
fn keys_of_commands_work_after_a_cut_was_dragged() {
    let mut window = window([1440.0, 900.0], true);
    drag_in_ribbon(&mut window, 120.0);
    window.key_press(egui::Key::P);
    settle(&mut window);
    assert_eq!(app(&window).document().pins.len(), 1);
}

#[test]
fn enter_in_a_field_leaves_the_selected_cut_alone() {
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::Select(Some(Selection::Cut(0))));
    let before = app(&window).document().clone();
    let field = window.get_by_label("Rate of link 1");
    field.focus();
    window.run_steps(2);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.get_by_label("Rate of link 1").type_text("20 Mbit/s");
    window.key_press(egui::Key::Enter);
    settle(&mut window);
    let after = app(&window).document();
    assert_ne!(after.system.links[0], before.system.links[0]);
    assert_eq!(after.design, before.design);
}

#[test]
fn the_graph_follows_a_cut_dragged_in_the_ribbon() {
    let mut window = window([1440.0, 900.0], true);
    let before = window.get_by_role_and_label(Role::Slider, "Cut 1").rect();
    drag_in_ribbon(&mut window, 240.0);
    // A handle out of view is a small one at the edge.
    let after = window.get_by_role_and_label(Role::Slider, "Cut 1").rect();
    assert_eq!(after.size(), before.size());
    assert!(after.center().y > before.center().y);
}

#[test]
fn no_key_reaches_a_cut_under_an_overlay() {
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::Select(Some(Selection::Cut(0))));
    let before = app(&window).document().clone();
    command(&mut window, Command::Menu(MenuCommand::About));
    window.key_press(egui::Key::Delete);
    window.key_press(egui::Key::ArrowDown);
    settle(&mut window);
    assert_eq!(app(&window).document(), &before);
}

#[test]
fn the_search_finds_tabs() {
    let mut window = window([1440.0, 900.0], true);
    assert!(
        window
            .query_all_by_label_contains("Layers without MACs")
            .next()
            .is_none()
    );
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::K);
    settle(&mut window);
    window.get_by_label("Search").type_text("roofline");
    settle(&mut window);
    window.key_press(egui::Key::Enter);
    settle(&mut window);
    assert!(
        window
            .query_all_by_label_contains("Layers without MACs")
            .next()
            .is_some()
    );
}

#[test]
fn a_typed_bandwidth_changes_the_latency_and_can_be_undone() {
    let mut window = window([1440.0, 900.0], true);
    let before = metrics(&window);
    let mut link = app(&window).document().system.links[0].clone();
    let rate = link.model.tunable().unwrap().rate_bytes_per_s;
    link.model.set_rate(rate / 10.0);
    command(&mut window, Command::Edit(Action::SetLink(0, link)));
    assert!(metrics(&window).latency_s > before.latency_s);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    settle(&mut window);
    assert_eq!(metrics(&window), before);
}

#[test]
fn a_point_of_the_front_loads_its_design() {
    let mut window = window([1440.0, 900.0], true);
    let front = app(&window).derived().front.clone().unwrap();
    let plot = window.get_by_label("Pareto plot");
    plot.focus();
    window.run_steps(3);
    window.key_press(egui::Key::ArrowRight);
    window.run_steps(2);
    window.key_press(egui::Key::Enter);
    settle(&mut window);
    let design = &app(&window).document().design;
    let point = front
        .points
        .iter()
        .find(|point| &point.design == design)
        .expect("a design of the front is loaded");
    assert_eq!(
        (point.metrics.latency_s, point.metrics.energy_j),
        (metrics(&window).latency_s, metrics(&window).energy_j)
    );
}

#[test]
fn networks_of_every_kind_open_and_can_be_optimised() {
    let mut window = window([1440.0, 900.0], false);
    for name in ["squeezenet1_1", "resnet50", "vit_b_16"] {
        command(&mut window, Command::OpenExample(name.to_owned()));
        assert!(
            app(&window).notices().iter().all(|notice| !notice.is_error),
            "{:?}",
            app(&window).notices()
        );
        command(&mut window, Command::Menu(MenuCommand::Optimise));
        let best = app(&window).derived().front.as_ref().unwrap().points[0]
            .metrics
            .latency_s;
        let latency = metrics(&window).latency_s;
        assert!(
            (latency - best).abs() <= 1e-12 * best,
            "{name}: {latency} is not the front's {best}"
        );
    }
}

#[test]
fn saved_and_reopened_the_numbers_are_the_same_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("split.ron");
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::Open(model("squeezenet1_1.onnx")));
    command(&mut window, Command::Menu(MenuCommand::Optimise));
    let (document, numbers) = (app(&window).document().clone(), metrics(&window));
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::S);
    settle(&mut window);
    let field = window.get_by_label("Path");
    field.set_text_value_accesskit(file.to_str().unwrap());
    window.step();
    window.get_by_label("OK").click();
    settle(&mut window);
    assert!(file.exists(), "told: {:?}", app(&window).notices());

    let mut second = self::window([1440.0, 900.0], true);
    command(&mut second, Command::Open(file));
    assert_eq!(metrics(&second), numbers);
    assert_eq!(app(&second).document().design, document.design);
    assert_eq!(app(&second).document().system, document.system);
}

#[test]
fn what_was_not_saved_comes_back_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let recovery = folder.path().join("recovery.ron");
    let options = Options {
        dark: Some(true),
        storage: Storage {
            recovery: Some(recovery.clone()),
            ..Storage::default()
        },
        still: true,
        ..Options::default()
    };
    let mut window = window_with([1440.0, 900.0], options.clone());
    command(&mut window, Command::Menu(MenuCommand::Optimise));
    let written = |window: &Window<'_>| {
        let document = app(window).document();
        let file = cutscape::project::file::open(&recovery, None, cutscape::project::file::Trust::Content);
        file.is_ok_and(|file| file.document.design == document.design && file.document.pins == document.pins)
    };
    window
        .state_mut()
        .as_mut()
        .unwrap()
        .push(Command::Menu(MenuCommand::Pin));
    for _ in 0..3 {
        window.step();
        // Nothing else wakes an idle window.
        let delay = window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        assert!(delay <= Duration::from_secs(2), "{delay:?}");
    }
    let limit = Instant::now() + Duration::from_secs(20);
    while !written(&window) {
        assert!(Instant::now() < limit, "nothing is written");
        window.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = window_with([1440.0, 900.0], options);
    assert_eq!(app(&second).document().design, app(&window).document().design);
}

#[test]
fn a_broken_file_is_told_and_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.onnx");
    std::fs::write(&bad, b"\x08\x07\x12\xff\xff\xff\xff\xff\xff").unwrap();
    let mut window = window([1440.0, 900.0], true);
    let before = app(&window).document().clone();
    command(&mut window, Command::Open(bad));
    assert_eq!(app(&window).document(), &before);
    let notice = app(&window)
        .notices()
        .iter()
        .find(|notice| notice.is_error)
        .expect("the error is told");
    assert!(notice.text.contains("bad.onnx"), "{}", notice.text);
}

#[test]
fn a_description_of_cnnparted_gives_the_network_its_system() {
    let folder = tempfile::tempdir().unwrap();
    let system = folder.path().join("chiplets.yaml");
    let text = "system:
  compute:
    - {id: 0, bits: 16, evaluation: {simulator: timeloop, accelerator: systolic}}
    - {id: 1, bits: 8, evaluation: {simulator: timeloop, accelerator: vector}}
  link:
    - {id: 2, data_bit_width: 8, fps: 25, noi: {width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5}}
system_constraints: {latency: 40}
pipeline: {stages: [NodeEvaluation]}
";
    std::fs::write(&system, text).unwrap();
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::Open(model("alexnet.onnx")));
    let before = app(&window).document().clone();
    // Without layer costs nothing changes, and the error names what is missing.
    command(&mut window, Command::Open(system.clone()));
    assert_eq!(app(&window).document(), &before);
    assert!(
        app(&window)
            .notices()
            .iter()
            .any(|n| n.text.contains("0_systolic_tl_layers.csv"))
    );
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/cnnparted/tables");
    for (name, table) in [("0_systolic", "A"), ("1_vector", "B")] {
        let copy = folder.path().join(format!("{name}_tl_layers.csv"));
        std::fs::copy(tables.join(format!("alexnet__{table}.csv")), copy).unwrap();
    }
    command(&mut window, Command::Open(system));
    let document = app(&window).document();
    assert_eq!(
        (document.system.name.as_str(), document.system.devices.len()),
        ("chiplets", 2)
    );
    assert_eq!(document.constraints.latency_s, Some(0.04));
    assert!(
        app(&window)
            .notices()
            .iter()
            .any(|n| n.text.contains("Not taken over: pipeline"))
    );
    assert!(metrics(&window).latency_s > 0.0);
    assert!(
        app(&window)
            .derived()
            .front
            .as_ref()
            .is_some_and(|front| !front.points.is_empty())
    );
    picture(&mut window, "cnnparted_system");
}

#[test]
fn a_table_of_layer_costs_becomes_the_model_of_a_device() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window([1440.0, 900.0], true);
    let before = app(&window).document().clone();
    let names: Vec<String> = before
        .network
        .raw
        .layers
        .iter()
        .map(|layer| layer.name.clone())
        .collect();
    let rows = |cell: &str| -> String { names.iter().map(|name| format!("{name};{cell};0.25\n")).collect() };
    let write = |file: &str, cell: &str| {
        let path = folder.path().join(file);
        std::fs::write(&path, format!("Layer;Latency [ms];Energy [mJ]\n{}", rows(cell))).unwrap();
        path
    };
    let mut use_table = |path: &Path| {
        window.get_by_label("Commands for A").click();
        settle(&mut window);
        window.get_by_label("Use a table of layer costs…").click();
        settle(&mut window);
        window
            .get_by_label("Path")
            .set_text_value_accesskit(path.to_str().unwrap());
        window.step();
        window.get_by_label("OK").click();
        settle(&mut window);
        let told: Vec<String> = app(&window)
            .notices()
            .iter()
            .map(|notice| notice.text.clone())
            .collect();
        (app(&window).document().clone(), told)
    };
    // A wrong number names file, row and remedy.
    let (document, told) = use_table(&write("wrong.csv", "fast"));
    assert!(document == before);
    for words in ["wrong.csv:2, Latency [ms]", "fast", "Correct the number"] {
        assert!(told.iter().any(|text| text.contains(words)), "{words}: {told:?}");
    }
    let (document, told) = use_table(&write("bench.csv", "0.5"));
    let table = document.cost_table();
    assert_eq!(table.layer(0, 1).unwrap().limited_by.word(), "table");
    let DeviceModel::Table(model) = &document.system.devices[0].model else {
        panic!("{told:?}")
    };
    assert_eq!(model.source, "table bench.csv");
    assert_eq!(document.design, before.design);
}

#[test]
fn a_design_whose_network_moved_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (network, file) = (folder.path().join("net.onnx"), folder.path().join("split.ron"));
    std::fs::copy(model("alexnet.onnx"), &network).unwrap();
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::Open(network.clone()));
    let document = app(&window).document().clone();
    cutscape::project::file::save(&file, &document, cutscape::project::store::Previous::Drop).unwrap();
    let moved = folder.path().join("moved.onnx");
    std::fs::rename(&network, &moved).unwrap();
    command(&mut window, Command::OpenExample("mobilenet_v2".to_owned()));
    command(&mut window, Command::Open(file));
    window.get_by_label("Where is the network of this design?");
    window
        .get_by_label("Network path")
        .set_text_value_accesskit(moved.to_str().unwrap());
    window.step();
    window.get_by_label("OK").click();
    settle(&mut window);
    assert_eq!(app(&window).document().design, document.design);
}

#[test]
fn the_welcome_page_and_the_keys_open_and_close() {
    let mut window = window([1440.0, 900.0], false);
    command(&mut window, Command::Menu(MenuCommand::Welcome));
    snapshot(&mut window, "welcome");
    window.key_press(egui::Key::Escape);
    settle(&mut window);
    assert!(window.query_by_label("Example networks").is_none());
    command(&mut window, Command::Menu(MenuCommand::Keys));
    window.get_by_label("drag a cut");
}
