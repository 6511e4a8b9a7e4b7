//! The graph alone, driven by pointer and keyboard as a person would. Verified:
//! - networks of all kinds are drawn without boxes over one another, the spine straight;
//! - the handle of a cut is a slider; dragging it moves the cut, Escape gives the drag up;
//! - arrow keys move a selected cut; clicking a box selects its layer; double click makes a cut.
//!
//! With `CUTSCAPE_PICTURES=FOLDER` pictures are left there, to be judged by eye.
#![cfg(feature = "window")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use cutscape::app::derived::Hand;
use cutscape::app::graph::GraphView;
use cutscape::app::graph::layout::{ROW, lay_out};
use cutscape::app::session::{ColourBy, HeatQuantity, Selection};
use cutscape::app::{Command, Cx, Derived, Session, Theme, theme};
use cutscape::cost::layer_table::{LayerRow, LayerTable, MissingRows};
use cutscape::cost::table::CostTable;
use cutscape::design::Design;
use cutscape::network::import::{ImportOptions, open};
use cutscape::network::{Ideal, ScheduleKind, fusion};
use cutscape::project::{Action, Document, OpenNetwork, Origin, View};
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::sync::Arc;

/// Networks of all kinds: a chain, residual blocks, modules with branches, dense skips, attention.
const MODELS: [&str; 7] = [
    "vgg16",
    "resnet50",
    "squeezenet1_1",
    "googlenet",
    "mobilenet_v3_small",
    "densenet121",
    "vit_b_16",
];

/// x of the middle of the canvas, where the spine is at the start.
const CENTRE: f32 = 438.0;

/// The graph in a window of its own, with the little of the program around it that it needs.
struct Bench {
    document: Document,
    derived: Derived,
    session: Session,
    view: GraphView,
    theme: Theme,
    /// Everything the view asked for.
    log: Vec<Command>,
    presets: Presets,
}

impl Bench {
    fn new(model: &str, view: View, dark: bool) -> Self {
        let raw = open(&common::model(model), &ImportOptions::default()).unwrap();
        let origin = Origin::Example(model.to_owned());
        let network = OpenNetwork::new(origin, raw.network, raw.notes);
        let presets = Presets::load(None);
        let mut document = Document::new(Arc::new(network), presets.start_system()).unwrap();
        if view == View::Raw {
            document.apply(Action::SetView(View::Raw)).unwrap();
        }
        let schedule = Arc::new(document.network().schedule(document.schedule));
        let layout = lay_out(document.network(), &schedule, &|| false).unwrap();
        let mut bench = Self {
            derived: Derived {
                table: Some(Arc::new(CostTable::new(document.network(), &document.system))),
                layout: Some(Arc::new(layout)),
                schedule: Some(schedule),
                ..Derived::default()
            },
            document,
            session: Session::default(),
            view: GraphView::default(),
            theme: if dark { Theme::dark() } else { Theme::light() },
            log: Vec::new(),
            presets,
        };
        bench.evaluate();
        bench
    }

    fn evaluate(&mut self) {
        self.derived.evaluation = Some(self.document.evaluate());
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        self.session.begin_frame();
        let mut commands = Vec::new();
        let mut cx = Cx {
            document: &self.document,
            network: self.document.network(),
            derived: &self.derived,
            session: &mut self.session,
            theme: &self.theme,
            presets: &self.presets,
            commands: &mut commands,
        };
        egui::Frame::new()
            .fill(self.theme.panel)
            .show(ui, |ui| self.view.ui(ui, &mut cx));
        for command in &commands {
            self.run(command);
        }
        self.log.extend(commands);
    }

    fn run(&mut self, command: &Command) {
        match command {
            // A refused edit changes nothing; the log tells that it was asked for.
            Command::Edit(action) if self.document.apply(action.clone()).is_ok() => self.evaluate(),
            Command::Select(selection) => self.session.selection = *selection,
            Command::ColourBy(colours) => self.session.colour_by = *colours,
            Command::HoldCut(cut) => {
                self.derived.hand = Some(Hand {
                    cut: *cut,
                    before: self.document.design.clone(),
                    before_evaluation: self.derived.evaluation.clone(),
                    curve: Vec::new(),
                });
            }
            Command::ReleaseCut => self.derived.hand = None,
            Command::CancelGesture => {
                if let Some(hand) = self.derived.hand.take() {
                    self.document.design = hand.before;
                    self.evaluate();
                }
            }
            _ => {}
        }
    }
}

fn harness(bench: Bench) -> Harness<'static, Bench> {
    let theme = bench.theme.clone();
    let mut harness = Harness::builder()
        .with_size(vec2(876.0, 430.0))
        .with_pixels_per_point(1.0)
        .with_max_steps(16)
        .with_step_dt(1.0 / 60.0)
        .with_theme(if theme.dark {
            egui::Theme::Dark
        } else {
            egui::Theme::Light
        })
        .with_context_setup(move |ctx| {
            theme::install_fonts(ctx);
            theme.apply(ctx);
        })
        .wgpu()
        .build_ui_state(|ui, bench: &mut Bench| bench.ui(ui), bench);
    harness.run();
    harness
}

/// Leaves a picture where `CUTSCAPE_PICTURES` asks for them.
fn picture(harness: &mut Harness<'_, Bench>, name: &str) {
    if let Some(folder) = std::env::var_os("CUTSCAPE_PICTURES") {
        let image = harness.render().unwrap();
        image
            .save(std::path::Path::new(&folder).join(format!("{name}.png")))
            .unwrap();
    }
}

/// Where the handle of a cut stands.
fn handle(harness: &Harness<'_, Bench>, cut: usize) -> Pos2 {
    let name = format!("Cut {}", cut + 1);
    harness.get_by_role_and_label(Role::Slider, &name).rect().center()
}

fn position(harness: &Harness<'_, Bench>, cut: usize) -> usize {
    harness.state().document.design.cut(cut).len()
}

/// Presses at a point and moves down by `dy`, without letting go.
fn drag(harness: &mut Harness<'_, Bench>, from: Pos2, dy: f32) {
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    for part in 1..=4 {
        harness.hover_at(from + vec2(0.0, dy * part as f32 / 4.0));
        harness.step();
    }
}

#[test]
fn every_kind_is_drawn_straight_and_without_overlap() {
    for name in MODELS {
        let raw = open(&common::model(name), &ImportOptions::default()).unwrap().network;
        for network in [fusion::fuse(&raw), raw] {
            let schedule = network.schedule(ScheduleKind::default());
            let layout = lay_out(&network, &schedule, &|| false).unwrap();
            let boxes: Vec<Rect> = (0..network.layers.len()).map(|l| layout.node(l)).collect();
            for (a, first) in boxes.iter().enumerate() {
                let over = boxes[a + 1..].iter().find(|b| first.intersects(**b));
                assert_eq!(over, None, "{}: {}", network.name, network.layers[a].name);
            }
            let rows = (layout.bounds.height() / ROW).round() as usize;
            let on_spine = layout.centres.iter().filter(|c| c.x == 0.0).count();
            assert!(
                on_spine >= rows,
                "{}: {on_spine} layers on the spine of {rows} rows",
                network.name
            );
        }
    }
}

#[test]
fn a_drag_moves_the_cut_and_is_one_gesture() {
    let mut harness = harness(Bench::new("mobilenet_v2", View::Fused, true));
    let (before, at) = (position(&harness, 0), handle(&harness, 0));
    drag(&mut harness, at, 150.0);
    assert_eq!(harness.state().derived.hand.as_ref().map(|h| h.cut), Some(0));
    assert_eq!(position(&harness, 0), before + 2);
    picture(&mut harness, "drag-dark");
    harness.drop_at(at + vec2(0.0, 150.0));
    harness.run();
    assert_eq!(position(&harness, 0), before + 2);
    let log = &harness.state().log;
    let count = |wanted: &Command| log.iter().filter(|c| *c == wanted).count();
    assert_eq!((count(&Command::HoldCut(0)), count(&Command::ReleaseCut)), (1, 1));
    assert_eq!(harness.state().session.selection, Some(Selection::Cut(0)));
}

#[test]
fn escape_gives_a_drag_up() {
    let mut harness = harness(Bench::new("mobilenet_v2", View::Fused, true));
    let (before, at) = (position(&harness, 0), handle(&harness, 0));
    drag(&mut harness, at, 150.0);
    harness.key_press(Key::Escape);
    harness.step();
    harness.drop_at(at);
    harness.run();
    assert_eq!(position(&harness, 0), before);
    assert!(harness.state().log.contains(&Command::CancelGesture));
    assert!(!harness.state().log.contains(&Command::ReleaseCut));
}

#[test]
fn the_line_itself_can_be_dragged() {
    let mut harness = harness(Bench::new("mobilenet_v2", View::Fused, true));
    let before = position(&harness, 0);
    let at = Pos2::new(260.0, handle(&harness, 0).y);
    drag(&mut harness, at, -72.0);
    assert_eq!(position(&harness, 0), before - 1);
}

#[test]
fn a_branch_moves_alone() {
    let mut harness = harness(Bench::new("googlenet", View::Fused, true));
    let bench = harness.state_mut();
    let schedule = bench.derived.schedule.clone().unwrap();
    let pool = bench
        .document
        .network()
        .layers
        .iter()
        .position(|l| l.op == "MaxPool" && l.name.contains("maxpool2"))
        .unwrap();
    let to = Ideal::prefix(&schedule, schedule.place(pool) + 1);
    bench
        .document
        .apply(Action::MoveCut { cut: 0, to: to.clone() })
        .unwrap();
    bench.session.focus = Some(pool);
    harness.run();
    // The lane left of the spine; its first layer is two thirds of a row below the line.
    let line = handle(&harness, 0).y;
    let lane = Pos2::new(CENTRE - 224.0, line);
    drag(&mut harness, lane, 72.0);
    picture(&mut harness, "branch-dark");
    let cut = harness.state().document.design.cut(0);
    assert_eq!(cut.len(), to.len() + 1, "one layer joined the boundary");
    assert!(to.is_subset(cut));
}

#[test]
fn keys_move_a_selected_cut() {
    let mut harness = harness(Bench::new("resnet50", View::Fused, true));
    harness.get_by_role_and_label(Role::Slider, "Cut 1").focus();
    harness.run();
    let before = position(&harness, 0);
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!(position(&harness, 0), before + 1);
    harness.key_press(Key::ArrowUp);
    harness.key_press(Key::ArrowUp);
    harness.run();
    assert_eq!(position(&harness, 0), before - 1);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowDown);
    harness.run();
    assert!(position(&harness, 0) > before - 1);
}

#[test]
fn arrows_walk_through_the_layers() {
    let mut harness = harness(Bench::new("googlenet", View::Fused, true));
    harness
        .get_by_role_and_label(Role::Canvas, "Graph of 81 layers")
        .focus();
    harness.run();
    let selected = |harness: &Harness<'_, Bench>| match harness.state().session.selection {
        Some(Selection::Layer(layer)) => layer,
        other => panic!("{other:?} is selected"),
    };
    harness.key_press(Key::ArrowDown);
    harness.run();
    let first = selected(&harness);
    harness.key_press(Key::ArrowDown);
    harness.run();
    let schedule = harness.state().derived.schedule.clone().unwrap();
    assert_eq!(schedule.place(selected(&harness)), schedule.place(first) + 1);
    harness.key_press(Key::ArrowUp);
    harness.run();
    assert_eq!(selected(&harness), first);
}

#[test]
fn a_click_selects_and_a_double_click_cuts() {
    let mut harness = harness(Bench::new("mobilenet_v2", View::Fused, true));
    let middle = Pos2::new(CENTRE, handle(&harness, 0).y + 36.0);
    harness.hover_at(middle);
    harness.step();
    click(&mut harness, middle);
    let selected = harness.state().session.selection;
    let first = harness.state().derived.schedule.as_ref().unwrap().order()[position(&harness, 0)];
    assert_eq!(selected, Some(Selection::Layer(first)), "the layer below the line");
    picture(&mut harness, "selected-dark");
    let empty = Pos2::new(120.0, handle(&harness, 0).y - 80.0);
    harness.hover_at(empty);
    // Longer than what makes two clicks a double click.
    harness.run_steps(40);
    click(&mut harness, empty);
    click(&mut harness, empty);
    let is_new_cut = |c: &Command| matches!(c, Command::Edit(Action::NewCut(_)));
    assert_eq!(harness.state().log.iter().filter(|c| is_new_cut(c)).count(), 1);
}

fn click(harness: &mut Harness<'_, Bench>, at: Pos2) {
    harness.drag_at(at);
    harness.step();
    harness.event(egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    harness.step();
}

#[test]
fn the_menu_of_a_layer_previews_and_puts() {
    let mut harness = harness(Bench::new("mobilenet_v2", View::Fused, false));
    let middle = Pos2::new(CENTRE, handle(&harness, 0).y + 36.0);
    let before = position(&harness, 0);
    harness.hover_at(middle);
    harness.step();
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos: middle,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    harness.run();
    let put = harness.get_by_label_contains("put on C").rect().center();
    harness.hover_at(put);
    harness.run_steps(3);
    picture(&mut harness, "menu-light");
    assert!(harness.state().session.previewed().is_some());
    harness.get_by_label_contains("put on A").click();
    harness.run();
    assert_eq!(position(&harness, 0), before + 1);
}

#[test]
fn pictures() {
    if std::env::var_os("CUTSCAPE_PICTURES").is_none() {
        return;
    }
    let mut dense = harness(Bench::new("densenet121", View::Raw, true));
    let from = handle(&dense, 0);
    drag(&mut dense, from, 60.0);
    picture(&mut dense, "dense-drag-dark");
    let mut told = harness(Bench::new("resnet50", View::Fused, true));
    told.hover_at(Pos2::new(CENTRE, handle(&told, 0).y + 36.0));
    told.run_steps(40);
    picture(&mut told, "tooltip-dark");
    let mut bench = Bench::new("resnet50", View::Fused, true);
    bench.document.design = Design::all_on(bench.document.network(), 3, 1);
    bench.evaluate();
    bench.session.fit = true;
    let mut parked = harness(bench);
    picture(&mut parked, "parked-dark");
    parked.state_mut().view.zoom_to(1.0);
    parked.state_mut().session.focus = Some(1);
    parked.run();
    picture(&mut parked, "parked-close-dark");
    for dark in [true, false] {
        let mut bench = Bench::new("googlenet", View::Fused, dark);
        let mut raw = bench.document.network.raw.clone();
        for layer in raw.layers.iter_mut().step_by(2) {
            layer.unknown = Some("no shape rule for this operator".into());
        }
        let odd = OpenNetwork::new(Origin::Example("odd".into()), raw, Vec::new());
        bench.document.network = Arc::new(odd);
        let mut unknown = harness(bench);
        picture(&mut unknown, &format!("unknown-{dark}"));
        unknown.state_mut().session.colour_by = ColourBy::Heat(HeatQuantity::Macs);
        unknown.run();
        picture(&mut unknown, &format!("heat-{dark}"));
        let mut half = harness(half_known("googlenet", dark));
        half.state_mut().session.fit = dark;
        half.run();
        picture(&mut half, &format!("utilisation-{dark}"));
    }
    for model in [
        "squeezenet1_1",
        "resnet50",
        "googlenet",
        "densenet121",
        "vit_b_16",
        "mobilenet_v2",
    ] {
        for dark in [true, false] {
            let suffix = if dark { "dark" } else { "light" };
            let mut harness = harness(Bench::new(model, View::Fused, dark));
            picture(&mut harness, &format!("{model}-start-{suffix}"));
            if dark {
                harness.state_mut().session.fit = true;
                harness.run();
                picture(&mut harness, &format!("{model}-fit-{suffix}"));
                harness.state_mut().view.zoom_to(1.0);
                harness.state_mut().session.focus = Some(0);
                harness.run();
                picture(&mut harness, &format!("{model}-top-{suffix}"));
                harness.state_mut().view.zoom_to(0.5);
                harness.state_mut().session.colour_by = ColourBy::Operator;
                harness.run();
                picture(&mut harness, &format!("{model}-half-{suffix}"));
                harness.state_mut().view.zoom_to(1.6);
                harness.state_mut().session.colour_by = ColourBy::Heat(HeatQuantity::Latency);
                harness.run();
                picture(&mut harness, &format!("{model}-close-{suffix}"));
            }
        }
    }
}

/// Coloured by utilisation, with the first device's costs from a table, which knows no peak.
fn half_known(model: &str, dark: bool) -> Bench {
    let mut bench = Bench::new(model, View::Fused, dark);
    let row = LayerRow {
        latency_s: 1e-3,
        energy_j: 1e-3,
    };
    let members = bench.document.network().layers.iter().flat_map(|layer| &layer.members);
    let layers = members.map(|name| (name.clone(), row)).collect();
    bench.document.system.devices[0].model = DeviceModel::Table(LayerTable {
        source: "bench".to_owned(),
        missing: MissingRows::Free,
        layers: Arc::new(layers),
    });
    bench.derived.table = Some(Arc::new(bench.document.cost_table()));
    bench.evaluate();
    bench.session.colour_by = ColourBy::Heat(HeatQuantity::Utilisation);
    bench
}

#[test]
fn utilisation_is_a_share_of_the_peak_and_what_is_not_known_is_counted() {
    let mut known = Bench::new("googlenet", View::Fused, true);
    known.session.colour_by = ColourBy::Heat(HeatQuantity::Utilisation);
    let known = harness(known);
    let legend = known
        .get_by_label_contains("utilisation per layer: from ")
        .value()
        .unwrap();
    assert!(legend.ends_with(" %"), "{legend}");
    let mut half = harness(half_known("googlenet", true));
    let bench = half.state();
    let design = &bench.document.design;
    let on_first = (0..bench.document.network().layers.len()).filter(|&layer| design.device_of(layer) == 0);
    let count = on_first.count();
    assert!(count > 1);
    half.get_by_label_contains(&format!(" %; not known: {count} layers"));
    half.state_mut().document.design = Design::all_on(half.state().document.network(), 3, 0);
    half.run();
    let all = half.state().document.network().layers.len();
    half.get_by_label(&format!("utilisation per layer: not known: {all} layers"));
}
