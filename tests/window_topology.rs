//! The System panel over systems that are no plain chain of fixed devices: a bus, direct links, devices with alternatives.
#![cfg(feature = "window")]
#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "support/panel.rs"]
mod panel;

use cutscape::app::session::Selection;
use cutscape::app::theme::Theme;
use cutscape::app::{Command, Cx, Derived, Session, panels};
use cutscape::cost::table::CostTable;
use cutscape::project::{Action, Document, History, OpenNetwork, Origin};
use cutscape::system::preset::Presets;
use cutscape::system::{BY_HAND, Topology};
use egui::{Frame, Key, Rect, UiBuilder, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use panel::{chain, picture};
use std::sync::Arc;

/// What the window's shell would hold: the System panel at the left, the Inspector at the right.
struct World {
    history: History,
    derived: Derived,
    session: Session,
    theme: Theme,
    presets: Presets,
    commands: Vec<Command>,
}

/// Width of the System panel, and of both with the Inspector.
const WIDTHS: [f32; 2] = [264.0, 580.0];

impl World {
    fn new(theme: Theme) -> Self {
        let presets = Presets::load(None);
        let network = OpenNetwork::new(Origin::Example("chain".into()), chain(16), Vec::new());
        let document = Document::new(Arc::new(network), presets.start_system()).unwrap();
        let mut world = Self {
            history: History::new(document, true),
            derived: Derived::default(),
            session: Session::default(),
            theme,
            presets,
            commands: Vec::new(),
        };
        world.refresh();
        world
    }

    fn document(&self) -> &Document {
        self.history.document()
    }

    fn refresh(&mut self) {
        let document = self.history.document();
        let network = document.network();
        let table = CostTable::requiring(network, &document.system, &document.required_bits);
        self.derived.evaluation = Some(document.evaluate());
        self.derived.schedule = Some(Arc::new(network.schedule(document.schedule)));
        self.derived.table = Some(Arc::new(table));
    }

    fn edit(&mut self, action: Action) {
        self.history.apply(action).unwrap();
        self.refresh();
    }

    /// Carries out what was asked for, as the shell does.
    fn apply(&mut self) {
        for command in std::mem::take(&mut self.commands) {
            match command {
                Command::Edit(action) => self.edit(action),
                Command::Select(selection) => self.session.selection = selection,
                _ => {}
            }
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        let document = self.history.document();
        let cx = &mut Cx {
            document,
            network: document.network(),
            derived: &self.derived,
            session: &mut self.session,
            presets: &self.presets,
            theme: &self.theme,
            commands: &mut self.commands,
        };
        let height = ui.available_height();
        let fill = Frame::new().fill(cx.theme.panel);
        let place =
            |left: f32, right: f32| UiBuilder::new().max_rect(Rect::from_min_max(pos2(left, 0.0), pos2(right, height)));
        ui.scope_builder(place(0.0, WIDTHS[0]), |ui| {
            fill.show(ui, |ui| panels::system::ui(ui, cx));
        });
        ui.scope_builder(place(WIDTHS[0] + 8.0, WIDTHS[1]), |ui| {
            fill.show(ui, |ui| panels::inspector::ui(ui, cx));
        });
    }
}

fn harness(world: World, height: f32) -> Harness<'static, World> {
    let theme = world.theme.clone();
    let mut harness = panel::harness(world, theme, vec2(WIDTHS[1], height), |ui, world| world.ui(ui));
    harness.run();
    harness
}

fn themes() -> [(&'static str, Theme); 2] {
    [("dark", Theme::dark()), ("light", Theme::light())]
}

fn act(harness: &mut Harness<World>) {
    harness.run();
    harness.state_mut().apply();
    harness.run();
}

fn click(harness: &mut Harness<World>, label: &str) {
    harness.get_by_label(label).click();
    act(harness);
}

/// Types into a field and carries out what that asks for.
fn type_into(harness: &mut Harness<World>, label: &str, text: &str) {
    panel::type_into(harness, label, text);
    act(harness);
}

/// Nothing of the panel is wider than it.
fn check_widths(harness: &Harness<World>) {
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        if let Some(bounds) = node.bounding_box() {
            let right = f64::from(if bounds.x0 < f64::from(WIDTHS[0]) {
                WIDTHS[0]
            } else {
                WIDTHS[1]
            });
            let fits = bounds.x0 >= 0.0 && bounds.x1 <= right + 0.5;
            assert!(fits || bounds.x1 - bounds.x0 > 400.0, "{bounds:?} {:?}", node.label());
        }
    }
}

#[test]
fn a_chain_becomes_a_bus_in_one_step_and_its_link_is_shown_once() {
    for (name, theme) in themes() {
        let mut harness = harness(World::new(theme), 868.0);
        let before = harness.state().document().clone();
        click(&mut harness, "Devices are joined by");
        click(&mut harness, "one shared bus");
        let system = &harness.state().document().system;
        assert_eq!((system.topology, system.links.len()), (Topology::Bus, 1));
        assert_eq!(system.links[0], before.system.links[0]);
        assert_eq!(harness.state().document().design, before.design);
        harness.get_by_label("shared by");
        harness.get_by_label("no marks of rates here");
        assert!(harness.query_by_label("Rate of link 1").is_none());
        assert!(harness.query_by_label("+ direct link").is_none());
        type_into(&mut harness, "Rate of the bus", "20 Mbit/s");
        let link = &harness.state().document().system.links[0];
        assert_eq!(link.sources["rate_bytes_per_s"], BY_HAND);
        harness.state_mut().session.selection = Some(Selection::Link(0));
        harness.run();
        harness.get_by_label("joins: all devices");
        harness.get_by_label_contains("Found for a plain chain only");
        check_widths(&harness);
        picture(&mut harness, &format!("topology-{name}-bus"));
        for _ in 0..2 {
            harness.state_mut().history.undo();
        }
        assert_eq!(harness.state().document(), &before);
    }
}

#[test]
fn a_bus_of_one_device_says_that_it_needs_another() {
    let mut world = World::new(Theme::dark());
    for device in [2, 1] {
        world.edit(Action::RemoveDevice(device));
    }
    world.edit(Action::SetTopology(Topology::Bus));
    let mut harness = harness(world, 868.0);
    harness.get_by_label("a bus comes with a second device");
    harness.get_by_label("+ device").click();
    harness.run();
    harness.get_by_label("Search presets").type_text("jetson nano");
    harness.run();
    harness.key_press(Key::Enter);
    act(&mut harness);
    harness.get_by_label("Preset of the bus");
    harness.get_by_label("+ device").click();
    harness.run();
    harness.get_by_label("joined by the bus");
}

#[test]
fn a_direct_link_is_added_changed_looked_at_and_removed() {
    for (name, theme) in themes() {
        let mut harness = harness(World::new(theme), 1180.0);
        harness.get_by_label("direct links: none");
        click(&mut harness, "+ direct link");
        click(&mut harness, "A–C");
        let system = &harness.state().document().system;
        assert_eq!(system.direct[0].ends, (0, 2));
        // Three devices have one such pair.
        assert!(harness.query_by_label("+ direct link").is_none());
        click(&mut harness, "Preset of direct link A–C");
        harness.get_by_label("Search presets").type_text("wi-fi");
        harness.run();
        harness.key_press(Key::Enter);
        act(&mut harness);
        type_into(&mut harness, "Rate of direct link A–C", "300 Mbit/s");
        let link = &harness.state().document().system.direct[0].link;
        assert_eq!(link.model.tunable().unwrap().rate_bytes_per_s, 37.5e6);
        assert!(link.sources.values().any(|source| source == BY_HAND));
        harness.get_by_label("Rate of direct link A–C, slider").focus();
        harness.key_press(Key::ArrowRight);
        act(&mut harness);
        let link = &harness.state().document().system.direct[0].link;
        assert!(link.model.tunable().unwrap().rate_bytes_per_s > 37.5e6);
        click(&mut harness, "Parameters of direct link A–C");
        harness.state_mut().edit(Action::PutLayer { layer: 8, device: 2 });
        harness.state_mut().session.selection = Some(Selection::Link(2));
        harness.run();
        harness.get_by_label("joins: A and C, directly");
        check_widths(&harness);
        picture(&mut harness, &format!("topology-{name}-direct"));
        click(&mut harness, "Remove direct link A–C");
        assert!(harness.state().document().system.direct.is_empty());
        assert_eq!(
            harness.state().history.undo_label().map(|l| l.starts_with("remove ")),
            Some(true)
        );
    }
}

#[test]
fn a_device_gets_alternatives_and_the_design_is_built_as_one() {
    for (name, theme) in themes() {
        let mut harness = harness(World::new(theme), 1180.0);
        let before = harness.state().document().clone();
        let designs = |harness: &Harness<World>| -> Vec<String> {
            let device = &harness.state().document().system.devices[0];
            device.designs().map(|d| d.name.clone()).collect()
        };
        let latency = |harness: &Harness<World>| harness.state().derived.evaluation.as_ref().unwrap().latency_s;
        click(&mut harness, "Parameters of A");
        click(&mut harness, "Add an alternative of A");
        click(&mut harness, "a copy of the present parameters, to edit");
        assert_eq!(designs(&harness), ["Sensor node", "Sensor node 2"]);
        let slow = latency(&harness);
        type_into(&mut harness, "bandwidth of A", "80 GB/s");
        type_into(&mut harness, "16 bit rate of A", "50 TMAC/s");
        let device = &harness.state().document().system.devices[0];
        assert_eq!(device.alternatives[0].sources["bandwidth_bytes_per_s"], BY_HAND);
        assert_eq!(device.model, before.system.devices[0].model);
        let fast = latency(&harness);
        assert!(fast < slow, "{fast} {slow}");
        click(&mut harness, "Add an alternative of A");
        harness.get_by_label("Search presets").type_text("jetson nano");
        harness.run();
        harness.key_press(Key::Enter);
        act(&mut harness);
        assert_eq!(designs(&harness), ["Sensor node", "Sensor node 2", "Jetson Nano"]);
        harness.state_mut().session.selection = Some(Selection::Device(0));
        harness.run();
        harness.get_by_label("built as: design 3 of 3");
        type_into(&mut harness, "area of A", "90 mm²");
        let area = harness.state().document().built(0).unwrap().area_m2;
        assert!((area.unwrap() - 90e-6).abs() < 1e-12);
        picture(&mut harness, &format!("topology-{name}-alternatives"));
        click(&mut harness, "Built as, A");
        picture(&mut harness, &format!("topology-{name}-built-as"));
        click(&mut harness, "Sensor node 2");
        assert_eq!(latency(&harness), fast);
        click(&mut harness, "Alternatives of A");
        click(&mut harness, "Make it the device itself");
        assert_eq!(designs(&harness), ["Sensor node 2", "Sensor node", "Jetson Nano"]);
        assert_eq!(latency(&harness), fast);
        click(&mut harness, "Built as, A");
        click(&mut harness, "Sensor node");
        assert_eq!(latency(&harness), slow);
        click(&mut harness, "Alternatives of A");
        click(&mut harness, "Remove this alternative");
        assert_eq!(designs(&harness), ["Sensor node 2", "Jetson Nano"]);
        assert_eq!(latency(&harness), fast);
        check_widths(&harness);
        while harness.state_mut().history.undo() {}
        assert_eq!(harness.state().document(), &before);
    }
}

#[test]
fn a_layer_says_how_many_bits_it_needs_and_which_devices_have_too_few() {
    for (name, theme) in themes() {
        let mut world = World::new(theme);
        world.session.selection = Some(Selection::Layer(3));
        let mut harness = harness(world, 868.0);
        click(&mut harness, "Bits that conv3 needs");
        click(&mut harness, "32 bit");
        assert_eq!(harness.state().document().required_bits["conv3"], 32);
        assert!(
            harness
                .query_all_by_label_contains("needs 32 bits, the device has")
                .count()
                > 0
        );
        picture(&mut harness, &format!("topology-{name}-bits"));
        click(&mut harness, "Bits that conv3 needs");
        click(&mut harness, "any width");
        assert!(harness.state().document().required_bits.is_empty());
        assert_eq!(harness.state().history.undo_label(), Some("change the bits of conv3"));
    }
}
