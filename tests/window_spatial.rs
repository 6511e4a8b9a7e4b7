//! Spatial accelerators in the window: choosing one, editing its sizes, seeing where its energy goes and how a layer is mapped, what it
//! cannot run, and first mappings while the best ones are searched.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[path = "support/app.rs"]
#[expect(dead_code, reason = "these tests open the window over files and drag nothing")]
mod support;

use cutscape::app::command::Command;
use cutscape::app::session::Selection;
use cutscape::app::{Mappings, MenuCommand, Options, Storage};
use cutscape::cost::spatial::Spatial;
use cutscape::cost::spatial::architecture::{Keep, Rule};
use cutscape::cost::spatial::dim::Dim;
use cutscape::cost::spatial::rules::Rules;
use cutscape::project::Action;
use cutscape::system::preset::Presets;
use cutscape::system::{Device, DeviceModel};
use egui::Key;
use egui_kittest::kittest::Queryable as _;
use support::{Window, app, command, metrics, model, picture, settle, snapshot, window_with};

/// Mappings looked at per layer: few, because nothing here is optimised.
const BUDGET: f64 = 300.0;

const LARGE: [f32; 2] = [1440.0, 900.0];

/// A preset with a search short enough for a test.
fn preset(name: &str) -> Device {
    let mut device = Presets::load(None).device(name).unwrap();
    assert!(device.set("budget", BUDGET));
    device
}

/// The window over a network, one of its devices a spatial accelerator.
fn window(size: [f32; 2], dark: bool, file: &str, device: usize, with: Device) -> Window<'static> {
    let options = Options {
        dark: Some(dark),
        storage: Storage::default(),
        still: true,
        ..Options::default()
    };
    let mut window = window_with(size, options);
    command(&mut window, Command::Open(model(file)));
    command(&mut window, Command::Edit(Action::SetDevice(device, with)));
    window
}

fn eyeriss(size: [f32; 2], dark: bool) -> Window<'static> {
    window(size, dark, "digits_resnet.onnx", 1, preset("Eyeriss-like"))
}

fn spatial<'w>(window: &'w Window<'_>, device: usize) -> &'w Spatial {
    match &app(window).document().system.devices[device].model {
        DeviceModel::Spatial(model) => model,
        _ => panic!("device {device} is no spatial accelerator"),
    }
}

fn click(window: &mut Window<'_>, label: &str) {
    scroll_to(window, label);
    window.get_by_label(label).click();
    settle(window);
}

/// Brings something into view; scrolling takes its time.
fn scroll_to(window: &mut Window<'_>, label: &str) {
    window.get_by_label(label).scroll_to_me();
    for _ in 0..60 {
        window.step();
    }
}

fn type_into(window: &mut Window<'_>, label: &str, text: &str) {
    click(window, label);
    window.get_by_label(label).type_text(text);
    window.step();
    window.key_press(Key::Enter);
    settle(window);
}

/// The first layer of a kind that runs on a device.
fn layer_on(window: &Window<'_>, device: usize, op: &str) -> usize {
    let document = app(window).document();
    let layers = 0..document.network().layers.len();
    let on = |&layer: &usize| document.design.device_of(layer) == device;
    layers
        .filter(on)
        .find(|&layer| document.network().layers[layer].op == op)
        .unwrap()
}

#[test]
fn looks_in_both_themes_and_sizes() {
    for (size, dark, name) in [
        (LARGE, true, "spatial_dark"),
        (LARGE, false, "spatial_light"),
        ([1100.0, 700.0], true, "spatial_low"),
    ] {
        let mut window = eyeriss(size, dark);
        assert!(app(&window).notices().is_empty(), "{:?}", app(&window).notices());
        command(&mut window, Command::Select(Some(Selection::Device(1))));
        scroll_to(&mut window, "Words accessed by level");
        picture(&mut window, &format!("{name}_device"));
        let layer = layer_on(&window, 1, "Conv");
        command(&mut window, Command::Select(Some(Selection::Layer(layer))));
        picture(&mut window, &format!("{name}_layer"));
        if size == LARGE {
            scroll_to(&mut window, "Copy the mapping");
            picture(&mut window, &format!("{name}_mapping"));
        }
        click(&mut window, "Parameters of B");
        picture(&mut window, &format!("{name}_parameters"));
        click(&mut window, "rules of B");
        click(&mut window, "shared_glb of B");
        scroll_to(&mut window, "energy of a read of shared_glb of B");
        picture(&mut window, &format!("{name}_level"));
    }
}

#[test]
fn a_preset_is_chosen_and_undone() {
    let options = Options {
        dark: Some(true),
        storage: Storage::default(),
        still: true,
        ..Options::default()
    };
    let mut window = window_with(LARGE, options);
    let before = app(&window).document().clone();
    click(&mut window, "Preset of A");
    window.get_by_label("Search presets").type_text("gemmini");
    settle(&mut window);
    click(&mut window, "Gemmini-like (CNNParted)");
    assert_eq!(spatial(&window, 0).rules, Rules::TIMELOOP);
    assert!(metrics(&window).latency_s > 0.0);
    assert!(app(&window).derived().front.is_some());
    window.get_by_label_contains("Floor plan of A");
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(app(&window).document(), &before);
}

#[test]
fn a_capacity_takes_its_energies_along_and_is_undone() {
    let mut window = eyeriss(LARGE, true);
    let before = (app(&window).document().clone(), metrics(&window));
    click(&mut window, "Parameters of B");
    click(&mut window, "shared_glb of B");
    type_into(&mut window, "capacity, words of shared_glb of B", "16 384");
    let level = |window: &Window<'_>| spatial(window, 1).architecture.levels[1].clone();
    assert_eq!(level(&window).capacity_words, Some(16384));
    let DeviceModel::Spatial(original) = preset("Eyeriss-like").model else {
        panic!("the preset is spatial")
    };
    let given = &original.architecture.levels[1];
    assert!(level(&window).read_energy_j < given.read_energy_j);
    assert!(level(&window).area_m2 < given.area_m2);
    assert!(metrics(&window).energy_j != before.1.energy_j);
    // What makes no accelerator is refused where it is typed, in words.
    type_into(&mut window, "capacity, words of shared_glb of B", "1");
    window.get_by(|node| {
        let words = node.description();
        words.is_some_and(|words| words.contains("cannot hold one word each of the 2 operands"))
    });
    assert_eq!(level(&window).capacity_words, Some(16384));
    window.key_press(Key::Escape);
    settle(&mut window);
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(app(&window).document(), &before.0);
    assert_eq!(metrics(&window), before.1);
}

#[test]
fn the_array_takes_the_levels_along_that_are_as_wide() {
    let mut window = eyeriss(LARGE, true);
    click(&mut window, "Parameters of B");
    type_into(&mut window, "MAC columns of B", "16");
    let architecture = &spatial(&window, 1).architecture;
    assert_eq!(architecture.mac.mesh_x, 16);
    assert!(architecture.levels[2..].iter().all(|level| level.mesh_x == 16));
    assert_eq!(architecture.levels[1].mesh_x, 1);
    // One level alone cannot be of another width than what lies within it allows.
    click(&mut window, "ifmap_spad of B");
    type_into(&mut window, "in a row of ifmap_spad of B", "5");
    window.get_by(|node| {
        let words = node.description();
        words.is_some_and(|words| words.contains("must divide"))
    });
    assert_eq!(spatial(&window, 1).architecture.levels[3].mesh_x, 16);
}

#[test]
fn rules_orders_and_what_is_stored_are_edited() {
    let mut window = eyeriss(LARGE, true);
    click(&mut window, "Parameters of B");
    click(&mut window, "rules of B");
    click(&mut window, "take dilated kernels as dense");
    assert!(spatial(&window, 1).rules.ignore_dilation);
    click(&mut window, "Set of rules of B");
    click(&mut window, "Timeloop-compatible");
    assert_eq!(spatial(&window, 1).rules, Rules::TIMELOOP);
    click(&mut window, "DRAM of B");
    type_into(&mut window, "order, innermost first of DRAM of B", "m c");
    assert_eq!(
        spatial(&window, 1).architecture.levels[0].temporal.order,
        [Dim::M, Dim::C]
    );
    click(&mut window, "DRAM of B");
    click(&mut window, "shared_glb of B");
    click(&mut window, "weights in shared_glb of B");
    click(&mut window, "free");
    assert_eq!(spatial(&window, 1).architecture.levels[1].keep[0], Keep::Free);
    click(&mut window, "output channels over time of shared_glb of B");
    click(&mut window, "one: no loop here");
    let rule = |window: &Window<'_>| spatial(window, 1).architecture.levels[1].temporal.rule(Dim::M);
    assert_eq!(rule(&window), Rule::One);
    click(&mut window, "output channels over time of shared_glb of B");
    type_into(&mut window, "at most, output channels", "8");
    assert_eq!(rule(&window), Rule::AtMost(8));
    picture(&mut window, "spatial_rules");
    let levels = spatial(&window, 1).architecture.levels.len();
    click(&mut window, "Commands for shared_glb of B");
    click(&mut window, "Add a level below");
    assert_eq!(spatial(&window, 1).architecture.levels.len(), levels + 1);
}

#[test]
fn energy_by_level_and_the_mapping_are_shown() {
    let mut window = eyeriss(LARGE, true);
    command(&mut window, Command::Select(Some(Selection::Device(1))));
    for bar in ["DRAM: ", "shared_glb: ", "MAC units: "] {
        assert!(window.query_all_by_label_contains(bar).next().is_some(), "{bar}");
    }
    let layer = layer_on(&window, 1, "Conv");
    command(&mut window, Command::Select(Some(Selection::Layer(layer))));
    window.get_by_label("Best mapping");
    assert!(window.query_all_by_label_contains("in 0..").count() > 3);
    assert!(window.query_all_by_label_contains("limited by: ").next().is_some());
    assert!(
        window
            .query_all_by_label_contains("mappings looked at")
            .next()
            .is_some()
    );
    window.get_by_label_contains("weights in weights_spad: tile");
}

#[test]
fn the_utilisation_of_the_array_is_a_heat_map() {
    use cutscape::app::session::{ColourBy, HeatQuantity};
    let mut window = eyeriss(LARGE, true);
    command(
        &mut window,
        Command::ColourBy(ColourBy::Heat(HeatQuantity::Utilisation)),
    );
    picture(&mut window, "spatial_heat");
    let document = app(&window).document();
    let table = app(&window).derived().table.as_ref().unwrap();
    let layer = layer_on(&window, 1, "Conv");
    let share = table.layer(1, layer).unwrap().utilisation.unwrap();
    assert!(share > 0.0 && share <= 1.0, "{}", document.network().layers[layer].name);
    assert!(window.query_all_by_label_contains("%").next().is_some());
}

#[test]
fn layers_that_cannot_be_mapped_are_named_with_the_reason() {
    let mut device = preset("Eyeriss-like (CNNParted)");
    let DeviceModel::Spatial(model) = &mut device.model else {
        panic!("the preset is spatial")
    };
    // The kernel's height must lie along 12 rows at once; with two rows no kernel of 3 fits.
    model.architecture.levels[2].spatial.rules.insert(Dim::S, Rule::Full);
    assert!(device.set("mac.units_y", 2.0));
    for level in ["ifmap_spad", "weights_spad", "psum_spad"] {
        assert!(device.set(&format!("levels.{level}.mesh_y"), 2.0));
    }
    let mut window = window(LARGE, true, "digits_resnet.onnx", 1, device);
    command(&mut window, Command::Select(Some(Selection::Device(1))));
    let shown = window.query_all_by_label_contains("is unmappable:");
    assert!(shown.count() > 0, "{:?}", app(&window).notices());
    let layer = layer_on(&window, 1, "Conv");
    command(&mut window, Command::Select(Some(Selection::Layer(layer))));
    picture(&mut window, "spatial_unmappable");
    assert!(window.query_all_by_label_contains("unmappable").next().is_some());
}

#[test]
fn a_stopped_refinement_says_so_and_can_go_on() {
    let mut window = window(LARGE, true, "vgg16.onnx", 1, preset("Eyeriss-like"));
    let mut device = app(&window).document().system.devices[1].clone();
    // So much that it does not end while this test waits.
    assert!(device.set("budget", 1e11) && device.set("levels.DRAM.read_energy_j", 4.9e-10));
    window
        .state_mut()
        .as_mut()
        .unwrap()
        .push(Command::Edit(Action::SetDevice(1, device.clone())));
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while app(&window).derived().mappings != Mappings::Refining {
        assert!(std::time::Instant::now() < limit);
        window.step();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    for _ in 0..4 {
        window.step();
    }
    let first = metrics(&window);
    assert!(first.energy_j.is_finite());
    picture(&mut window, "spatial_refining");
    assert!(
        window
            .query_all_by_label_contains("first mappings, refining")
            .next()
            .is_some()
    );
    // A pin would need the best mappings.
    for _ in 0..4 {
        window.state_mut().as_mut().unwrap().push(Command::Edit(Action::Pin));
        window.step();
    }
    assert!(app(&window).document().pins.is_empty());
    assert!(
        app(&window)
            .notices()
            .iter()
            .any(|notice| notice.text.contains("not refined yet"))
    );
    command(&mut window, Command::CancelJob("layer costs"));
    assert_eq!(app(&window).derived().mappings, Mappings::Stopped);
    assert_eq!(metrics(&window), first);
    picture(&mut window, "spatial_stopped");
    assert!(
        window
            .query_all_by_label_contains("refining was stopped")
            .next()
            .is_some()
    );
    // An edit that needs less time ends it; nothing of the older system comes through.
    assert!(device.set("budget", BUDGET));
    command(&mut window, Command::Edit(Action::SetDevice(1, device)));
    assert_eq!(app(&window).derived().mappings, Mappings::Full);
    assert!(
        app(&window)
            .derived()
            .table
            .as_ref()
            .unwrap()
            .fits(app(&window).document().network(), &app(&window).document().system)
    );
}

#[test]
fn picture_for_readers() {
    let mut device = Presets::load(None).device("Simba-like").unwrap();
    assert!(device.set("budget", 2000.0));
    let mut window = window(LARGE, true, "squeezenet1_1.onnx", 1, device);
    command(&mut window, Command::ShowTab(cutscape::app::session::Tab::Roofline));
    command(&mut window, Command::Select(Some(Selection::Device(1))));
    scroll_to(&mut window, "Words accessed by level");
    snapshot(&mut window, "accelerator");
}

#[test]
fn designs_are_searched_compared_and_added_as_alternatives() {
    for (size, dark, name) in [
        (LARGE, true, "designs_dark"),
        (LARGE, false, "designs_light"),
        ([1100.0, 700.0], true, "designs_low"),
    ] {
        let mut device = preset("Gemmini-like");
        assert!(device.set("budget", 100.0));
        let mut window = window(size, dark, "digits_resnet.onnx", 1, device);
        command(&mut window, Command::OpenAccelerators(1));
        picture(&mut window, &format!("{name}_empty"));
        window.get_by_label_contains(" layers each");
        window.get_by_label("Start the search of designs").click();
        settle(&mut window);
        let found = app(&window).derived().accelerators.clone().unwrap();
        assert!(found.designs.len() > 8 && !found.front.is_empty());
        picture(&mut window, &format!("{name}_found"));
        if size != LARGE || !dark {
            continue;
        }
        let best = found.best(cutscape::cost::spatial::space::Metric::Edap, 5);
        let words = found.designs[best[1]].design.to_string();
        window.get_by_label_contains(&format!("2: {words}")).click();
        settle(&mut window);
        let before = app(&window).document().clone();
        window.get_by_label("Add as alternative").click();
        settle(&mut window);
        assert_eq!(app(&window).document().system.devices[1].alternatives.len(), 1);
        assert!(
            app(&window).document().system.devices[1].alternatives[0]
                .name
                .ends_with(&words)
        );
        window.get_by_label("Add the 5 best").click();
        settle(&mut window);
        assert_eq!(app(&window).document().system.devices[1].alternatives.len(), 6);
        command(&mut window, Command::Menu(MenuCommand::Undo));
        command(&mut window, Command::Menu(MenuCommand::Undo));
        assert_eq!(app(&window).document(), &before);
        window.get_by_label("Use for B").click();
        settle(&mut window);
        assert_eq!(
            app(&window).document().built(1).unwrap().model,
            found.device(best[1]).unwrap().model
        );
        window.get_by_label("found from the device as it was before it was changed");
        window.get_by_label("NSGA-II").click();
        settle(&mut window);
        picture(&mut window, "designs_evolution");
        window.get_by_label_contains("at most 480 designs");
        window.get_by_label("every design").click();
        settle(&mut window);
        // Sizes that make no accelerator are refused in words.
        type_into(&mut window, "sides to search", "0");
        window.get_by_label_contains("sides: 0 must be");
        window.get_by_label("Close the search of designs").click();
        settle(&mut window);
        assert!(window.query_by_label("Close the search of designs").is_none());
    }
}

#[test]
fn mappings_are_exported_and_a_system_without_arrays_says_that_it_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mappings.csv");
    let mut window = eyeriss(LARGE, true);
    export_mappings(&mut window, &file);
    let mut reader = csv::Reader::from_path(&file).unwrap();
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(!rows.is_empty() && rows.iter().any(|row| row[column("mapping")].starts_with("DRAM[")));
    assert!(
        rows.iter()
            .all(|row| row[column("device")] == app(&window).document().system.devices[1].name)
    );

    let roofline = Presets::load(None).device("Tesla T4").unwrap();
    command(&mut window, Command::Edit(Action::SetDevice(1, roofline)));
    let other = folder.path().join("none.csv");
    export_mappings(&mut window, &other);
    window.get_by_label_contains("No device of this system is a spatial accelerator");
    assert!(!other.exists());
}

fn export_mappings(window: &mut Window<'_>, file: &std::path::Path) {
    command(window, Command::Menu(MenuCommand::ExportMappings));
    let Some(path) = window.query_by_label("Path") else {
        return;
    };
    path.set_text_value_accesskit(file.to_str().unwrap());
    window.step();
    window.get_by_label("OK").click();
    settle(window);
}
