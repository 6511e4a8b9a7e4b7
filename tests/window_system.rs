//! The System panel in a harness: what a hand and a keyboard do becomes commands.
#![cfg(feature = "window")]
#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "support/panel.rs"]
mod panel;

use cutscape::app::session::Selection;
use cutscape::app::theme::Theme;
use cutscape::app::{Command, Cx, Derived, Session, panels};
use cutscape::cost::table::CostTable;
use cutscape::design::Design;
use cutscape::design::evaluate::evaluate;
use cutscape::explore::{DeviceOrder, Flip, Objective, Problem};
use cutscape::link::{EthernetMode, LinkModel};
use cutscape::network::Network;
use cutscape::project::{Action, Document, OpenNetwork, Origin};
use cutscape::system::preset::Presets;
use cutscape::system::{BY_HAND, Device, DeviceModel, Link, Topology};
use egui::{Frame, Key, Modifiers, Rect, UiBuilder, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use panel::{chain, picture, type_into};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The panel's world: what the window's shell would hold.
struct World {
    document: Document,
    derived: Derived,
    session: Session,
    theme: Theme,
    presets: Presets,
    commands: Vec<Command>,
    size: egui::Vec2,
}

impl World {
    fn new(theme: Theme) -> Self {
        let presets = Presets::load(None);
        let chain = Network {
            symbols: BTreeMap::from([("batch".to_owned(), 1)]),
            ..chain(16)
        };
        let network = OpenNetwork::new(Origin::Example("chain".into()), chain, Vec::new());
        let document = Document::new(Arc::new(network), presets.start_system()).unwrap();
        let mut world = Self {
            document,
            derived: Derived::default(),
            session: Session::default(),
            theme,
            presets,
            commands: Vec::new(),
            size: vec2(264.0, 868.0),
        };
        world.refresh();
        world
    }

    fn refresh(&mut self) {
        let document = &self.document;
        let network = document.network();
        let schedule = network.schedule(document.schedule);
        let table = CostTable::new(network, &document.system);
        let problem = Problem {
            network,
            schedule: &schedule,
            system: &document.system,
            table: &table,
            constraints: &document.constraints,
        };
        self.derived.evaluation = Some(evaluate(&problem, &document.design));
        self.derived.schedule = Some(Arc::new(schedule));
    }

    fn edit(&mut self, action: Action) {
        self.document.apply(action).unwrap();
        self.refresh();
    }

    /// Carries out the edits that were asked for, as the shell does.
    fn apply(&mut self) {
        for command in std::mem::take(&mut self.commands) {
            if let Command::Edit(action) = command {
                self.edit(action);
            }
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        let cx = &mut Cx {
            document: &self.document,
            network: self.document.network(),
            derived: &self.derived,
            session: &mut self.session,
            presets: &self.presets,
            theme: &self.theme,
            commands: &mut self.commands,
        };
        let place = Rect::from_min_size(pos2(0.0, 0.0), self.size);
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            Frame::new()
                .fill(cx.theme.panel)
                .show(ui, |ui| panels::system::ui(ui, cx));
        });
    }
}

fn harness(world: World) -> Harness<'static, World> {
    let (theme, size) = (world.theme.clone(), world.size);
    panel::harness(world, theme, size, |ui, world| world.ui(ui))
}

/// The world with limits, one of them broken, and an unused device.
fn busy(theme: Theme) -> World {
    let mut world = World::new(theme);
    world.session.selection = Some(Selection::Device(1));
    let mut limits = world.document.constraints;
    limits.latency_s = Some(0.05);
    limits.throughput_hz = Some(300.0);
    world.edit(Action::SetConstraints(limits));
    let mut device = world.document.system.devices[0].clone();
    device.memory_limit_bytes = Some(5e5);
    device.power_limit_w = Some(2.0);
    world.edit(Action::SetDevice(0, device));
    world.edit(Action::RemoveCut(1));
    let flip = Flip {
        rate_bytes_per_s: 2e6,
        below: world.document.design.clone(),
        above: Design::all_on(world.document.network(), 3, 2),
    };
    world.derived.flips = vec![vec![flip]];
    world
}

#[test]
fn both_themes_draw_every_state() {
    for (name, theme) in [("dark", Theme::dark()), ("light", Theme::light())] {
        let mut harness = harness(World::new(theme.clone()));
        harness.run();
        picture(&mut harness, &format!("system-{name}"));
        harness = self::harness(busy(theme.clone()));
        harness.run();
        picture(&mut harness, &format!("system-{name}-busy"));
        let track = harness.get_by_label("Rate of link 1, slider").rect();
        harness.hover_at(track.left_center() + vec2(6.0 + (track.width() - 12.0) * 0.301, -6.0));
        harness.run_steps(40);
        harness.get_by_label_contains("the fastest design changes");
        picture(&mut harness, &format!("system-{name}-flip"));
        harness.set_size(vec2(640.0, 868.0));
        harness.get_by_label("Preset of A").click();
        harness.run();
        harness.get_by_label("Coral Edge TPU").hover();
        harness.run_steps(40);
        picture(&mut harness, &format!("system-{name}-presets"));
        let mut narrow = World::new(theme);
        narrow.size = vec2(220.0, 1500.0);
        harness = self::harness(narrow);
        harness.run();
        harness.get_by_label("Parameters of A").click();
        harness.get_by_label("Parameters of link 1").click();
        harness.run();
        harness.get_by_label("idle power of A").focus();
        harness.run();
        harness.key_press(Key::ArrowUp);
        harness.run();
        harness.state_mut().apply();
        type_into(&mut harness, "Rate of link 1", "5 kg");
        picture(&mut harness, &format!("system-{name}-narrow"));
    }
}

#[test]
fn a_typed_rate_becomes_one_edit_of_the_link() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    type_into(&mut harness, "Rate of link 1", "20 Mbit/s");
    let link = edited_link(&harness);
    assert_eq!(rate(&link), 2.5e6);
    assert_eq!(link.sources["rate_bytes_per_s"], BY_HAND);
}

#[test]
fn what_cannot_be_read_stays_in_the_field_with_the_reason() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    type_into(&mut harness, "Rate of link 1", "5 kg");
    assert_eq!(harness.state().commands, []);
    assert_eq!(harness.get_by_label("Rate of link 1").value().as_deref(), Some("5 kg"));
    harness.get_by_label_contains("is not a unit of this");
    harness.key_press(Key::Escape);
    harness.run();
    let shown = harness.get_by_label("Rate of link 1").value();
    assert_eq!(shown.as_deref(), Some("200 Mbit/s"));
    type_into(&mut harness, "Rate of link 1", "0");
    harness.get_by_label_contains("must be a finite number above 0");
    assert_eq!(harness.state().commands, []);
}

#[test]
fn a_drag_of_the_slider_is_one_gesture() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    let track = harness.get_by_label("Rate of link 1, slider").rect();
    harness.drag_at(track.center());
    harness.run();
    harness.hover_at(track.center() + vec2(20.0, 0.0));
    harness.run();
    harness.drop_at(track.right_center());
    harness.run();
    let commands = &harness.state().commands;
    assert_eq!(commands.first(), Some(&Command::BeginGesture));
    assert_eq!(commands.last(), Some(&Command::EndGesture));
    let edits = &commands[1..commands.len() - 1];
    assert!(edits.len() >= 2, "{edits:?}");
    for edit in edits {
        assert!(matches!(edit, Command::Edit(Action::SetLink(0, _))), "{edit:?}");
    }
}

#[test]
fn escape_gives_a_drag_up() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    let track = harness.get_by_label("Rate of link 1, slider").rect();
    harness.drag_at(track.center());
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    harness.hover_at(track.right_center());
    harness.drop_at(track.right_center());
    harness.run();
    let commands = &harness.state().commands;
    assert_eq!(commands.last(), Some(&Command::CancelGesture), "{commands:?}");
}

#[test]
fn arrow_keys_move_the_slider_by_a_twentieth_of_a_decade() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    harness.get_by_label("Rate of link 1, slider").focus();
    harness.key_press(Key::ArrowRight);
    harness.run();
    let moved = rate(&edited_link(&harness)) / 25e6;
    assert!((moved.log10() - 0.05).abs() < 0.005, "{moved}");
}

#[test]
fn a_limit_is_added_changed_and_removed() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    harness.get_by_label("+ add").click();
    harness.run();
    harness.get_by_label("latency").click();
    harness.run();
    harness.state_mut().apply();
    assert!(harness.state().document.constraints.latency_s.is_some());
    harness.run();
    type_into(&mut harness, "Limit on latency", "1 us");
    harness.state_mut().apply();
    harness.run();
    assert_eq!(harness.state().document.constraints.latency_s, Some(1e-6));
    let words = &harness.state().derived.evaluation.as_ref().unwrap().violations[0].text;
    harness.get_by_label(words);
    harness.get_by_label("Remove limit on latency").click();
    harness.run();
    harness.state_mut().apply();
    assert_eq!(harness.state().document.constraints.latency_s, None);
}

#[test]
fn an_unused_device_takes_half_of_the_work_on_request() {
    let mut world = World::new(Theme::dark());
    world.edit(Action::RemoveCut(1));
    let layers = |world: &World| -> Vec<usize> {
        let loads = &world.derived.evaluation.as_ref().unwrap().devices;
        loads.iter().map(|load| load.layers).collect()
    };
    let before = layers(&world);
    let mut harness = harness(world);
    harness.run();
    harness.get_by_label("Use C").click();
    harness.run();
    harness.state_mut().apply();
    let after = layers(harness.state());
    assert_eq!(after[0], before[0]);
    assert_eq!(after[1] + after[2], before[1]);
    assert!(after[1].abs_diff(after[2]) <= 1, "{after:?}");
}

#[test]
fn a_preset_is_found_by_typing_and_keeps_the_users_name() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    harness.get_by_label("Preset of A").click();
    harness.run();
    harness.get_by_label("Search presets").type_text("jetson nano");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let [Command::Edit(Action::SetDevice(0, device))] = harness.state().commands.as_slice() else {
        panic!("{:?}", harness.state().commands)
    };
    assert_eq!(
        (device.name.as_str(), device.preset.as_deref()),
        ("Sensor node", Some("Jetson Nano"))
    );
}

#[test]
fn a_parameter_set_by_hand_goes_back_to_the_presets_value() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    let before = harness.state().document.system.clone();
    harness.get_by_label("Parameters of A").click();
    harness.run();
    type_into(&mut harness, "bandwidth of A", "1 GB/s");
    harness.state_mut().apply();
    harness.run();
    let device = &harness.state().document.system.devices[0];
    assert_eq!(device.sources["bandwidth_bytes_per_s"], BY_HAND);
    harness
        .get_by_label("Reset bandwidth of A to the preset's value")
        .click();
    harness.run();
    harness.state_mut().apply();
    assert_eq!(harness.state().document.system, before);
}

#[test]
fn a_width_is_chosen_or_typed() {
    let bits = |harness: &mut Harness<World>| {
        harness.run();
        harness.state_mut().apply();
        harness.run();
        harness.state().document.system.devices[0].bits
    };
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    harness.get_by_label("Parameters of A").click();
    harness.run();
    harness.get_by_label("activations of A").click();
    harness.run();
    harness.get_by_label("4 bit").click();
    assert_eq!(bits(&mut harness), 4);
    harness.get_by_label("activations of A").click();
    harness.run();
    type_into(&mut harness, "activations of A, typed", "65");
    assert_eq!(bits(&mut harness), 4);
    harness.get_by_label_contains("from 1 to 64 bits");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.key_press(Key::Delete);
    harness.run();
    type_into(&mut harness, "activations of A, typed", "12");
    assert_eq!(bits(&mut harness), 12);
    assert!(harness.query_by_label("activations of A, typed").is_none());
}

#[test]
fn operand_widths_come_and_go() {
    let widths = |harness: &mut Harness<World>| -> Vec<u32> {
        harness.run();
        harness.state_mut().apply();
        harness.run();
        let DeviceModel::Roofline(model) = &harness.state().document.system.devices[0].model else {
            panic!("no roofline");
        };
        model.arithmetic.keys().copied().collect()
    };
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    harness.get_by_label("Parameters of A").click();
    harness.run();
    harness.get_by_label("Add or remove operand widths of A").click();
    harness.run();
    harness.get_by_label("add 8 bit").click();
    assert_eq!(widths(&mut harness), [8, 16]);
    harness.get_by_label("Add or remove operand widths of A").click();
    harness.run();
    harness.get_by_label("remove 16 bit").click();
    assert_eq!(widths(&mut harness), [8]);
}

#[test]
fn a_device_moves_and_its_parameters_are_copied_from_the_menu() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    harness.get_by_label("Commands for B").click();
    harness.run();
    harness.get_by_label("Move up").click();
    harness.run();
    harness.get_by_label("Commands for B").click();
    harness.run();
    harness.get_by_label("Copy as RON").click();
    harness.run();
    let [Command::Edit(swap), Command::Copy(text)] = harness.state().commands.as_slice() else {
        panic!("{:?}", harness.state().commands)
    };
    assert_eq!(*swap, Action::SwapDevices(0));
    let device: Device = ron::from_str(text).unwrap();
    assert_eq!(device, harness.state().document.system.devices[1]);
}

#[test]
fn a_device_is_added_up_to_eight() {
    let mut world = World::new(Theme::dark());
    while world.document.system.devices.len() < 7 {
        world.edit(Action::DuplicateDevice(0));
    }
    let mut harness = harness(world);
    harness.run();
    harness.get_by_label("+ device").click();
    harness.run();
    harness.get_by_label("Search presets").type_text("jetson nano");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    harness.state_mut().apply();
    harness.run();
    let system = &harness.state().document.system;
    assert_eq!(system.devices.len(), 8);
    assert!(system.links[6].name.contains("Ethernet"));
    harness.get_by_label("+ device").click();
    harness.run();
    assert!(harness.query_by_label("Search presets").is_none());
}

#[test]
fn sizes_places_and_objective_are_asked_for() {
    let mut world = World::new(Theme::dark());
    world.size = vec2(264.0, 1100.0);
    let mut harness = harness(world);
    harness.run();
    type_into(&mut harness, "Size of dimension batch", "4");
    harness.get_by_label("Objective of curve and Optimise").click();
    harness.run();
    harness.get_by_label("energy").click();
    harness.run();
    type_into(&mut harness, "Frame rate", " ");
    let commands = std::mem::take(&mut harness.state_mut().commands);
    let batch = Command::SetSymbol {
        name: "batch".into(),
        size: 4,
    };
    assert_eq!(commands[..2], [batch, Command::Objective(Objective::Energy)]);
    assert!(matches!(
        commands[2],
        Command::Edit(Action::SetSystemSettings {
            frame_rate_hz: None,
            ..
        })
    ));
}

#[test]
fn objectives_have_a_rank_and_the_search_unfolds() {
    for (theme, name) in [(Theme::dark(), "dark"), (Theme::light(), "light")] {
        let mut world = World::new(theme);
        world.size = vec2(264.0, 1100.0);
        let mut harness = harness(world);
        harness.run();
        let act = |harness: &mut Harness<'_, World>| {
            harness.run();
            harness.state_mut().apply();
            harness.run();
        };
        let search = |harness: &Harness<'_, World>| harness.state().document.search.clone();
        harness.get_by_label("Objective: throughput").click();
        act(&mut harness);
        harness.get_by_label("Objective: latency").click();
        act(&mut harness);
        assert_eq!(search(&harness).objectives, [Objective::Energy, Objective::Interval]);
        harness.get_by_label("Objective: throughput").click_secondary();
        harness.run();
        harness.get_by_label("make it first").click();
        act(&mut harness);
        assert_eq!(search(&harness).objectives, [Objective::Interval, Objective::Energy]);
        harness.get_by_label("How the front is searched").click();
        harness.run();
        harness.get_by_label("Device order").click();
        harness.run();
        harness.get_by_label("any").click();
        act(&mut harness);
        assert_eq!(search(&harness).order, DeviceOrder::Free);
        picture(&mut harness, &format!("system-{name}-search"));
    }
}

#[test]
fn nothing_is_wider_than_the_narrowest_panel() {
    let mut harness = narrow(busy(Theme::dark()), 1600.0);
    harness.get_by_label("Parameters of A").click();
    harness.get_by_label("Parameters of link 1").click();
    harness.run();
    check_widths(&harness);
}

#[test]
fn eight_devices_on_a_bus_and_links_beside_a_chain_fit_too() {
    let mut world = World::new(Theme::light());
    world.edit(Action::AddAlternative(0, world.presets.device("Jetson Nano").unwrap()));
    let link = world.document.system.links[0].clone();
    world.edit(Action::AddDirectLink { ends: (0, 2), link });
    let mut direct = narrow(world, 1400.0);
    check_widths(&direct);
    picture(&mut direct, "system-narrow-direct");
    let mut world = World::new(Theme::light());
    for device in 0..5 {
        world.edit(Action::DuplicateDevice(device));
    }
    world.edit(Action::SetTopology(Topology::Bus));
    let mut bus = narrow(world, 1400.0);
    check_widths(&bus);
    picture(&mut bus, "system-narrow-bus");
}

/// The panel as narrow as it gets.
fn narrow(mut world: World, height: f32) -> Harness<'static, World> {
    world.size = vec2(220.0, height);
    let mut harness = harness(world);
    harness.run();
    harness
}

/// Nothing is wider than the narrowest panel.
fn check_widths(harness: &Harness<World>) {
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        if let Some(bounds) = node.bounding_box() {
            let fits = bounds.x0 >= 0.0 && bounds.x1 <= 220.5;
            assert!(fits, "{bounds:?} {:?}", node.label());
        }
    }
}

fn rate(link: &Link) -> f64 {
    link.model.tunable().unwrap().rate_bytes_per_s
}

/// The first link as the only command asks for it.
fn edited_link(harness: &Harness<World>) -> Link {
    match harness.state().commands.as_slice() {
        [Command::Edit(Action::SetLink(0, link))] => link.clone(),
        other => panic!("{other:?}"),
    }
}

/// The world with another first link from the presets.
fn linked(preset: &str) -> World {
    let mut world = World::new(Theme::dark());
    let link = world.presets.link(preset).unwrap();
    world.edit(Action::SetLink(0, link));
    world
}

#[test]
fn a_link_of_another_kind_is_chosen_from_the_presets_and_its_standard_from_the_card() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.set_size(vec2(640.0, 868.0));
    harness.run();
    harness.get_by_label("Preset of link 1").click();
    harness.run();
    harness.get_by_label("Search presets").type_text("ethernet 100base");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    harness.state_mut().apply();
    harness.run();
    assert!(harness.query_all_by_label_contains("Ethernet: ").count() > 0);
    assert!(harness.query_by_label("Rate of link 1, slider").is_none());
    harness.get_by_label("standard of link 1").click();
    harness.run();
    harness.get_by_label("10GBASE-T").click();
    harness.run();
    let LinkModel::Ethernet(ethernet) = edited_link(&harness).model else {
        panic!("no Ethernet")
    };
    assert_eq!((ethernet.mode, ethernet.power_w), (EthernetMode::Base10G, 4.0));
    harness.state_mut().apply();
    let sources = &harness.state().document.system.links[0].sources;
    assert_eq!(sources["mode"], BY_HAND);
    assert!(sources["power_w"].contains("CNNParted"), "{}", sources["power_w"]);
}

#[test]
fn a_link_says_in_words_that_it_is_short() {
    let mut harness = harness(linked("Bluetooth LE coded (125 kbit/s)"));
    harness.run();
    harness.get_by_label_contains("Bluetooth LE: ");
    harness.get_by_label_contains("needs ");
    picture(&mut harness, "system-link-short");
    harness.get_by_label("Parameters of link 1").click();
    harness.run();
    type_into(&mut harness, "attribute packet of link 1", "9 kB");
    harness.get_by_label_contains("must be 23 B to 512 B");
    picture(&mut harness, "system-link-parameters");
}

#[test]
fn the_slider_of_a_radio_keeps_the_ratio_of_its_rates() {
    let mut harness = harness(linked("LTE (phone)"));
    harness.run();
    harness.get_by_label("Rate of link 1, slider");
    type_into(&mut harness, "Rate of link 1", "11.7 Mbit/s");
    let LinkModel::Radio(radio) = edited_link(&harness).model else {
        panic!("no radio")
    };
    assert_eq!((radio.up_bytes_per_s, radio.down_bytes_per_s), (1.4625e6, 3.44e6));
}
