//! The Roofline tab over real networks and systems: what has a place, what hovering tells, what clicks and keys select.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(
    dead_code,
    reason = "it brings another tab to the top than the window of other tests"
)]
#[path = "support/dock.rs"]
mod dock;
#[expect(dead_code, reason = "other tests of the window open files and compare numbers")]
#[path = "support/app.rs"]
mod support;

use cutscape::app::Theme;
use cutscape::app::command::Command;
use cutscape::app::session::{Part, Selection, Tab};
use cutscape::cost::layer_table::{LayerRow, LayerTable, MissingRows};
use cutscape::design::{Design, feeds};
use cutscape::network::{DataType, LayerId};
use cutscape::project::{Action, Document, OpenNetwork, Origin};
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use dock::{World, harness, looks, picture};
use egui::{Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::sync::Arc;

/// A world with the Roofline tab on top, on a system of the catalogue.
fn world(model: &str, system: Option<&str>, theme: Theme) -> World {
    let mut world = World::new(model, theme);
    if let Some(name) = system {
        let system = Presets::load(None).system(name).unwrap();
        world.document = Document::new(Arc::clone(&world.document.network), system).unwrap();
        world.compute();
    }
    world.dock.show_tab(Tab::Roofline);
    world
}

fn window(model: &str) -> Harness<'static, World> {
    harness(
        world(model, None, Theme::dark()),
        Harness::builder().with_size([1140.0, 300.0]),
    )
}

/// A device whose layers cost what a table says; odd rows are missing and free.
fn table(world: &World) -> DeviceModel {
    let layers = world.document.network().layers.iter().step_by(2);
    let row = |(index, name): (usize, &String)| {
        let latency_s = 1e-4 * (index + 1) as f64;
        let energy_j = 1e-3;
        (name.clone(), LayerRow { latency_s, energy_j })
    };
    let rows = layers.flat_map(|layer| layer.members.iter().take(1)).enumerate();
    DeviceModel::Table(LayerTable {
        source: "bench".to_owned(),
        missing: MissingRows::Free,
        layers: Arc::new(rows.map(row).collect()),
    })
}

fn place(harness: &Harness<'_, World>, layer: LayerId) -> Pos2 {
    let dots = harness.state().dock.roofline().dots();
    dots.iter().find(|(other, _)| *other == layer).unwrap().1
}

fn with_macs(world: &World) -> Vec<LayerId> {
    let layers = &world.document.network().layers;
    (0..layers.len())
        .filter(|&layer| layers[layer].macs.is_some_and(|macs| macs > 0))
        .collect()
}

fn value(harness: &Harness<'_, World>) -> String {
    harness.get_by_label("Roofline plot").value().unwrap()
}

fn click(harness: &mut Harness<'_, World>, at: Pos2) {
    harness.hover_at(at);
    harness.run();
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        harness.run();
    }
}

/// The layer that was selected last.
fn selected(harness: &Harness<'_, World>) -> Option<Selection> {
    let asked = harness.state().asked.iter().rev();
    asked
        .filter_map(|command| match command {
            Command::Select(selection) => Some(*selection),
            _ => None,
        })
        .next()
        .flatten()
}

#[test]
fn every_layer_with_macs_has_a_dot_and_the_others_are_counted() {
    let harness = window("mobilenet_v2");
    let world = harness.state();
    let mut shown: Vec<LayerId> = world.dock.roofline().dots().iter().map(|(layer, _)| *layer).collect();
    shown.sort_unstable();
    let expected = with_macs(world);
    assert_eq!(shown, expected);
    let others = world.document.network().layers.len() - expected.len();
    assert!(others > 0);
    let words = format!("Layers without MACs are not shown: {others}");
    harness.get_by_label_contains(&words);
    assert!(value(&harness).contains(&words), "{}", value(&harness));
    for device in 0..world.document.system.devices.len() {
        let roof = format!(
            "{} {}: at most ",
            Theme::letter(device),
            world.document.system.devices[device].name
        );
        harness.get_by_label_contains(&roof);
    }
}

#[test]
fn more_intense_layers_stand_further_right_and_faster_ones_higher() {
    let harness = window("squeezenet1_1");
    let world = harness.state();
    let table = world.derived.table.as_ref().unwrap();
    let run = |layer: LayerId| {
        let device = world.document.design.device_of(layer);
        let built = world.document.built(device).unwrap();
        let cost = table.layer(device, layer).unwrap();
        let run = built.model.run(world.document.network(), layer, built.widths(), cost);
        run.unwrap()
    };
    let layers = with_macs(world);
    for pair in layers.windows(2) {
        let [a, b] = [run(pair[0]), run(pair[1])];
        let moved = place(&harness, pair[1]) - place(&harness, pair[0]);
        let differs = |a: f64, b: f64| (a / b).log10().abs() > 0.02;
        if differs(a.intensity(), b.intensity()) {
            assert_eq!(a.intensity() < b.intensity(), moved.x > 0.0);
        }
        if differs(a.macs_per_s(), b.macs_per_s()) {
            assert_eq!(a.macs_per_s() < b.macs_per_s(), moved.y < 0.0);
        }
        assert!(a.share().unwrap() <= 1.0 + 1e-9);
    }
}

#[test]
fn a_click_on_a_dot_selects_its_layer_and_hovering_tells_what_holds_it_down() {
    let mut harness = window("alexnet");
    let layer = with_macs(harness.state())[0];
    let at = place(&harness, layer);
    click(&mut harness, at);
    assert_eq!(selected(&harness), Some(Selection::Layer(layer)));
    assert_eq!(harness.state().session.hovered_layer, Some(layer));
    let name = harness.state().document.network().layers[layer].name.clone();
    let value = value(&harness);
    assert!(
        value.starts_with(&name) && value.contains(" of the roof, limited by"),
        "{value}"
    );
    harness.get_by_label_contains("; the roof here at ");
}

#[test]
fn clicks_go_through_the_layers_at_one_place() {
    let mut harness = window("resnet50");
    let dots = harness.state().dock.roofline().dots().to_vec();
    let same = |at: Pos2| dots.iter().filter(move |(_, other)| other.distance(at) < 0.5);
    let at = dots.iter().find(|(_, at)| same(*at).count() > 1).unwrap().1;
    let here: Vec<LayerId> = same(at).map(|(layer, _)| *layer).collect();
    let mut found = Vec::new();
    for _ in 0..here.len() {
        click(&mut harness, at);
        let selection = selected(&harness);
        harness.state_mut().session.selection = selection;
        if let Some(Selection::Layer(layer)) = selection {
            found.push(layer);
        }
    }
    harness.get_by_label_contains("at the same place: ");
    found.sort_unstable();
    let mut here = here;
    here.sort_unstable();
    assert_eq!(found, here);
}

#[test]
fn arrow_keys_walk_the_layers_and_enter_selects() {
    let mut harness = window("alexnet");
    harness.get_by_label("Roofline plot").focus();
    harness.run();
    let layers = with_macs(harness.state());
    let name = |layer: LayerId| harness.state().document.network().layers[layer].name.clone();
    let (first, second) = (name(layers[0]), name(layers[1]));
    assert!(value(&harness).starts_with(&first), "{}", value(&harness));
    harness.key_press(egui::Key::ArrowRight);
    harness.run();
    assert!(value(&harness).starts_with(&second), "{}", value(&harness));
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(selected(&harness), Some(Selection::Layer(layers[1])));
}

#[test]
fn a_partition_is_fed_by_its_cut_and_the_slope_of_a_link_is_explained() {
    let mut harness = window("mobilenet_v2");
    let world = harness.state();
    let evaluation = world.derived.evaluation.as_ref().unwrap();
    let feeds = feeds::feeds(world.document.network(), &world.document.design, evaluation);
    let rings = world.dock.roofline().rings().to_vec();
    assert_eq!(rings.len(), feeds.len());
    assert!(!feeds.is_empty());
    let (feed, at) = (feeds[0], rings[0].1);
    click(&mut harness, at);
    assert_eq!(
        harness.state().session.hovered_part,
        Some(Part::Partition(feed.placement))
    );
    assert_eq!(selected(&harness), Some(Selection::Cut(0)));
    let value = value(&harness);
    let longer = match feed.transfer_s > feed.compute_s {
        true => ": sending ",
        false => ": computing ",
    };
    assert!(value.contains("after cut 1") && value.contains(longer), "{value}");
    harness.get_by_label_contains("the link brings data for");
}

#[test]
fn all_layers_on_one_device_have_its_letter_and_no_link() {
    let mut harness = window("mobilenet_v2");
    let last = harness.state().document.system.devices.len() - 1;
    harness.get_by_label("layers of: this design").click();
    harness.run();
    let name = format!(
        "all on {} {}",
        Theme::letter(last),
        harness.state().document.system.devices[last].name
    );
    harness.get_by_label(&name).click();
    harness.run();
    assert_eq!(harness.state().session.all_on, Some(last));
    assert!(harness.state().dock.roofline().rings().is_empty());
    let layer = with_macs(harness.state())[0];
    let at = place(&harness, layer);
    harness.hover_at(at);
    harness.run();
    assert!(
        value(&harness).contains(&format!(" on {}: ", Theme::letter(last))),
        "{}",
        value(&harness)
    );
}

#[test]
fn a_table_has_dots_and_its_missing_roof_is_told() {
    let mut world = world("alexnet", Some("Phone and server (Wi-Fi)"), Theme::light());
    let model = table(&world);
    world.document.system.devices[0].model = model;
    world.compute();
    world.session.all_on = Some(0);
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 300.0]));
    harness.get_by_label("A has no roof: its times stand in a table");
    harness.get_by_label_contains("Layers that take no time: ");
    let (layer, at) = harness.state().dock.roofline().dots()[0];
    harness.hover_at(at);
    harness.run();
    let name = harness.state().document.network().layers[layer].name.clone();
    let value = value(&harness);
    assert!(
        value.starts_with(&name) && value.contains("which knows no roof"),
        "{value}"
    );
    picture(&mut harness, "roofline_table");
}

#[test]
fn an_endless_bandwidth_is_a_flat_roof() {
    let mut world = world("alexnet", None, Theme::dark());
    let DeviceModel::Roofline(model) = &mut world.document.system.devices[0].model else {
        panic!("a roofline")
    };
    model.bandwidth_bytes_per_s = f64::INFINITY;
    world.compute();
    let harness = harness(world, Harness::builder().with_size([1140.0, 300.0]));
    harness.get_by_label_contains("its memory is no limit");
}

#[test]
fn equal_devices_share_a_roof_and_equal_links_a_slope() {
    let world = world("mobilenet_v2", Some("Four equal chiplets"), Theme::dark());
    let harness = harness(world, Harness::builder().with_size([1140.0, 300.0]));
    assert!(value(&harness).contains(" layers, 1 roof;"), "{}", value(&harness));
    harness.get_by_label("A–B, B–C, C–D 800 Gbit/s");
    for letter in ["A", "B", "C", "D"] {
        harness.get_by_label_contains(&format!("{letter} Die"));
    }
}

/// Operands that the file quantises have a roof of their own beside that of the device's width.
#[test]
fn quantised_layers_stand_below_the_roof_of_their_width() {
    let mut world = world("squeezenet1_1", Some("Phone and server (Wi-Fi)"), Theme::light());
    let mut raw = world.document.network.raw.clone();
    for tensor in &mut raw.tensors {
        tensor.dtype = DataType::Uint8;
    }
    for constant in raw.layers.iter_mut().flat_map(|layer| &mut layer.constants) {
        constant.dtype = DataType::Int8;
    }
    let quantised = OpenNetwork::new(Origin::Example("quantised".into()), raw, Vec::new());
    let mut system = world.document.system.clone();
    let DeviceModel::Roofline(model) = &system.devices[1].model else {
        panic!("a roofline")
    };
    let [narrow, wide] = [8, 16].map(|bits| model.arithmetic_for(bits).unwrap().1.macs_per_s);
    assert!(narrow > wide);
    (system.devices[1].bits, system.devices[1].weight_bits) = (16, None);
    world.document = Document::new(Arc::new(quantised), system).unwrap();
    world.compute();
    world.session.all_on = Some(1);
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 300.0]));
    let layer = with_macs(harness.state())[0];
    let at = place(&harness, layer);
    picture(&mut harness, "roofline_quantised");
    harness.hover_at(at);
    harness.run();
    harness.get_by_label_contains("; the roof here at 8 bit: ");
}

#[test]
fn without_costs_or_dots_the_tab_says_so() {
    let mut harness = window("squeezenet1_1");
    harness.state_mut().derived.table = None;
    harness.run();
    harness.get_by_label("The costs of the layers are being computed…");
    let mut world = world("squeezenet1_1", None, Theme::dark());
    for device in &mut world.document.system.devices {
        device.bits = 128;
        device.weight_bits = None;
    }
    world.compute();
    let harness = dock::harness(world, Harness::builder().with_size([1140.0, 300.0]));
    harness.get_by_label_contains("No layer has a place here.");
    harness.get_by_label("A has no roof: it does not compute with 128 bit");
}

#[test]
fn the_wheel_zooms_and_the_button_shows_everything_again() {
    let mut harness = window("alexnet");
    let layer = with_macs(harness.state())[0];
    let before = place(&harness, layer);
    let plot = harness.get_by_label("Roofline plot").rect();
    harness.hover_at(plot.center() + vec2(20.0, 10.0));
    harness.run();
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 120.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run_steps(12);
    assert!(place(&harness, layer).distance(before) > 5.0);
    harness.get_by_label_contains("Show all layers").click();
    harness.run();
    assert!(place(&harness, layer).distance(before) < 0.5);
}

#[test]
fn pictures_of_both_themes_and_sizes() {
    let systems = [
        ("start", None),
        ("wifi", Some("Phone and server (Wi-Fi)")),
        ("four_chiplets", Some("Four equal chiplets")),
    ];
    for (theme, size, look) in looks() {
        for (name, system) in systems {
            let mut world = world("mobilenet_v2", system, theme.clone());
            let layer = with_macs(&world)[3];
            world.session.selection = Some(Selection::Layer(layer));
            let mut harness = harness(world, Harness::builder().with_size(size).wgpu());
            assert!(!harness.state().dock.roofline().dots().is_empty());
            picture(&mut harness, &format!("roofline_{name}_{look}"));
            let at = place(&harness, with_macs(harness.state())[7]);
            harness.hover_at(at);
            harness.run();
            picture(&mut harness, &format!("roofline_{name}_{look}_hover"));
        }
    }
}

#[test]
fn in_the_window_a_click_selects_everywhere_and_a_cut_moves_dots_to_another_roof() {
    for (size, dark, look) in [([1440.0, 900.0], false, "light"), ([1100.0, 700.0], true, "narrow")] {
        let mut window = support::window(size, dark);
        support::command(&mut window, Command::ShowTab(Tab::Roofline));
        let spoken = |window: &support::Window<'_>| window.get_by_label("Roofline plot").value().unwrap();
        assert!(spoken(&window).contains(" layers, 3 roofs"), "{}", spoken(&window));
        window.get_by_label("Roofline plot").focus();
        window.run_steps(2);
        window.key_press(egui::Key::ArrowRight);
        window.run_steps(2);
        window.key_press(egui::Key::Enter);
        support::settle(&mut window);
        let selection = support::app(&window).session().selection;
        assert!(matches!(selection, Some(Selection::Layer(_))), "{selection:?}");
        support::picture(&mut window, &format!("roofline_window_{look}"));
        assert!(spoken(&window).contains(" on A: "), "{}", spoken(&window));
        let document = support::app(&window).document();
        let design = Design::all_on(document.network(), document.system.devices.len(), 1);
        support::command(&mut window, Command::Edit(Action::LoadDesign(design)));
        assert!(spoken(&window).contains(" on B: "), "{}", spoken(&window));
    }
}
