//! The System panel in a harness: what a hand and a keyboard do becomes commands.
#![cfg(feature = "window")]

use cutscape::app::session::Selection;
use cutscape::app::theme::{self, Theme};
use cutscape::app::{Command, Cx, Derived, Session, panels};
use cutscape::cost::table::CostTable;
use cutscape::design::evaluate::evaluate;
use cutscape::explore::Problem;
use cutscape::link::LinkModel;
use cutscape::network::{ContentHash, DataType, Layer, Network, OpKind, Tensor};
use cutscape::project::{Action, Document, OpenNetwork, Origin};
use cutscape::system::BY_HAND;
use cutscape::system::preset::Presets;
use egui::{Frame, Key, Rect, UiBuilder, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A chain of convolutions with falling sizes.
fn chain(layers: usize) -> Network {
    let tensor = |index: usize| Tensor {
        name: format!("t{index}"),
        dtype: DataType::Float32,
        shape: Some(vec![1, 16 << (index / 4), 112 >> (index / 4), 112 >> (index / 4)]),
        producer: index.checked_sub(1),
        consumers: (index < layers).then_some(index).into_iter().collect(),
        is_output: index == layers,
    };
    let layer = |index: usize| Layer {
        name: format!("conv{index}"),
        op: "Conv".into(),
        domain: String::new(),
        kind: OpKind::Linear,
        attributes: Vec::new(),
        inputs: vec![index],
        outputs: vec![index + 1],
        constants: Vec::new(),
        macs: Some(20_000_000),
        params: 1000,
        unknown: None,
        members: vec![format!("conv{index}")],
    };
    Network {
        name: "chain".into(),
        layers: (0..layers).map(layer).collect(),
        tensors: (0..=layers).map(tensor).collect(),
        inputs: vec![0],
        outputs: vec![layers],
        symbols: BTreeMap::from([("batch".to_owned(), 1)]),
        hash: ContentHash("00".repeat(32)),
        fused: false,
    }
}

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
        let network = OpenNetwork::new(Origin::Example("chain".into()), chain(16), Vec::new());
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
    Harness::builder()
        .with_size(size)
        .wgpu()
        .with_theme(if theme.dark {
            egui::Theme::Dark
        } else {
            egui::Theme::Light
        })
        .with_context_setup(move |ctx| {
            theme::install_fonts(ctx);
            theme.apply(ctx);
        })
        .build_ui_state(|ui, world: &mut World| world.ui(ui), world)
}

/// Saves a picture to look at where `CUTSCAPE_PICTURES` names a folder.
fn picture(harness: &mut Harness<World>, name: &str) {
    if let Some(folder) = std::env::var_os("CUTSCAPE_PICTURES") {
        let image = harness.render().unwrap();
        image
            .save(std::path::Path::new(&folder).join(format!("{name}.png")))
            .unwrap();
    }
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
    world
}

#[test]
fn pictures() {
    for (name, theme) in [("dark", Theme::dark()), ("light", Theme::light())] {
        let mut harness = harness(World::new(theme.clone()));
        harness.run();
        picture(&mut harness, &format!("system-{name}"));
        harness = self::harness(busy(theme.clone()));
        harness.run();
        picture(&mut harness, &format!("system-{name}-busy"));
        let mut narrow = World::new(theme);
        narrow.size = vec2(220.0, 1500.0);
        harness = self::harness(narrow);
        harness.run();
        harness.get_by_label("Parameters of A").click();
        harness.get_by_label("Parameters of link 1").click();
        harness.run();
        harness.get_by_label("idle power of A").focus();
        harness.key_press(Key::ArrowUp);
        harness.run();
        harness.state_mut().apply();
        harness.get_by_label("Rate of link 1").focus();
        harness.run();
        harness.get_by_label("Rate of link 1").type_text("5 kg");
        harness.key_press(Key::Enter);
        harness.run();
        picture(&mut harness, &format!("system-{name}-narrow"));
        harness.get_by_label("Preset of A").click();
        harness.run();
        picture(&mut harness, &format!("system-{name}-presets"));
    }
}

#[test]
fn a_typed_rate_becomes_one_edit_of_the_link() {
    let mut harness = harness(World::new(Theme::dark()));
    harness.run();
    type_into(&mut harness, "Rate of link 1", "20 Mbit/s");
    let [Command::Edit(Action::SetLink(0, link))] = harness.state().commands.as_slice() else {
        panic!("{:?}", harness.state().commands)
    };
    let LinkModel::Plain(plain) = &link.model;
    assert_eq!(plain.rate_bytes_per_s, 2.5e6);
    assert_eq!(link.sources["rate_bytes_per_s"], BY_HAND);
}

/// Replaces the text of a field and presses Enter.
fn type_into(harness: &mut Harness<World>, label: &str, text: &str) {
    harness.get_by_label(label).focus();
    harness.run();
    harness.get_by_label(label).type_text(text);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
}
