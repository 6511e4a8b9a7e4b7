//! The cut ribbon and the Inspector, driven by pointer and keys without a window.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, the views are also rendered there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

use cutscape::app::derived::Hand;
use cutscape::app::ribbon::{RibbonView, crossings};
use cutscape::app::session::Selection;
use cutscape::app::{Command, Cx, Derived, Session, Theme, panels, theme};
use cutscape::cost::table::CostTable;
use cutscape::design::{Design, Evaluation, Problem, evaluate};
use cutscape::explore::{Search, flips, front};
use cutscape::network::Ideal;
use cutscape::project::{Action, Document, OpenNetwork, Origin, View};
use cutscape::system::preset::Presets;
use egui::{Frame, Key, Modifiers, PointerButton, Pos2, Ui, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What the window's shell does for the two views: derived values at once, commands after each frame.
struct Stage {
    document: Document,
    derived: Derived,
    session: Session,
    theme: Theme,
    presets: Presets,
    commands: Vec<Command>,
    done: Vec<Command>,
    ribbon: RibbonView,
}

impl Stage {
    fn new(network: &str, theme: Theme) -> Self {
        let network = OpenNetwork::open(Origin::Example(network.to_owned()), BTreeMap::new()).unwrap();
        let presets = Presets::load(None);
        let mut stage = Self {
            document: Document::new(Arc::new(network), presets.start_system()).unwrap(),
            derived: Derived::default(),
            session: Session::default(),
            theme,
            presets,
            commands: Vec::new(),
            done: Vec::new(),
            ribbon: RibbonView::default(),
        };
        stage.derive();
        stage
    }

    fn problem(&self) -> Problem<'_> {
        Problem {
            network: self.document.network(),
            schedule: self.derived.schedule.as_ref().unwrap(),
            system: &self.document.system,
            table: self.derived.table.as_ref().unwrap(),
            constraints: &self.document.constraints,
        }
    }

    fn evaluate(&self, design: &Design) -> Evaluation {
        evaluate(&self.problem(), design)
    }

    fn derive(&mut self) {
        let network = self.document.network();
        self.derived.schedule = Some(Arc::new(network.schedule(self.document.schedule)));
        self.derived.table = Some(Arc::new(CostTable::new(network, &self.document.system)));
        self.derived.evaluation = Some(self.evaluate(&self.document.design));
    }

    fn edit(&mut self, action: Action) {
        self.document.apply(action).unwrap();
        self.derive();
    }

    fn move_cut(&mut self, cut: usize, position: usize) {
        let to = Ideal::prefix(self.derived.schedule.as_ref().unwrap(), position);
        self.edit(Action::MoveCut { cut, to });
    }

    fn hold(&mut self, cut: usize) {
        let before = self.document.design.clone();
        let schedule = Arc::clone(self.derived.schedule.as_ref().unwrap());
        let latency = |position| {
            let mut design = before.clone();
            design.move_cut(cut, &Ideal::prefix(&schedule, position));
            self.evaluate(&design).latency_s
        };
        self.derived.hand = Some(Hand {
            cut,
            curve: (0..=schedule.order().len()).map(latency).collect(),
            before_evaluation: self.derived.evaluation.clone(),
            before,
        });
    }

    fn run_commands(&mut self) {
        for command in std::mem::take(&mut self.commands) {
            match command.clone() {
                Command::Edit(action) => self.edit(action),
                Command::HoldCut(cut) => self.hold(cut),
                Command::ReleaseCut => self.derived.hand = None,
                Command::CancelGesture => {
                    if let Some(hand) = self.derived.hand.take() {
                        self.edit(Action::LoadDesign(hand.before));
                    }
                }
                Command::Select(selection) => self.session.selection = selection,
                Command::Objective(objective) => self.session.objective = objective,
                _ => {}
            }
            self.done.push(command);
        }
    }

    /// One frame of a view.
    fn frame(&mut self, ui: &mut Ui, view: fn(&mut RibbonView, &mut Ui, &mut Cx)) {
        self.session.hovered_layer = None;
        self.session.preview = None;
        let mut cx = Cx {
            document: &self.document,
            network: self.document.network(),
            derived: &self.derived,
            session: &mut self.session,
            presets: &self.presets,
            theme: &self.theme,
            commands: &mut self.commands,
        };
        view(&mut self.ribbon, ui, &mut cx);
        self.run_commands();
    }

    fn show_ribbon(&mut self, ui: &mut Ui) {
        self.frame(ui, |ribbon, ui, cx| {
            let frame = Frame::new().fill(cx.theme.background);
            frame.show(ui, |ui| ribbon.ui(ui, cx));
        });
    }

    fn show_inspector(&mut self, ui: &mut Ui) {
        self.frame(ui, |_, ui, cx| {
            let frame = Frame::new().fill(cx.theme.panel);
            frame.show(ui, |ui| panels::inspector::ui(ui, cx));
        });
    }

    fn count(&self, cut: usize) -> usize {
        self.document.design.cut(cut).len()
    }

    fn has_done(&self, command: &Command) -> bool {
        self.done.contains(command)
    }
}

fn harness(stage: Stage, size: [f32; 2], show: fn(&mut Stage, &mut Ui)) -> Harness<'static, Stage> {
    let theme = stage.theme.clone();
    let base = if theme.dark {
        egui::Theme::Dark
    } else {
        egui::Theme::Light
    };
    let setup = move |ctx: &egui::Context| {
        theme::install_fonts(ctx);
        theme.apply(ctx);
    };
    let builder = Harness::builder()
        .with_size(size)
        .with_theme(base)
        .with_max_steps(16)
        .with_step_dt(0.02)
        .wgpu();
    let ui = move |ui: &mut Ui, stage: &mut Stage| show(stage, ui);
    builder.with_context_setup(setup).build_ui_state(ui, stage)
}

fn ribbon(stage: Stage) -> Harness<'static, Stage> {
    let mut harness = harness(stage, [876.0, 190.0], Stage::show_ribbon);
    harness.run();
    harness
}

fn inspector(stage: Stage, width: f32) -> Harness<'static, Stage> {
    let mut harness = harness(stage, [width, 1000.0], Stage::show_inspector);
    harness.run();
    harness
}

fn tab(harness: &Harness<Stage>, cut: usize) -> Pos2 {
    harness
        .get_by_label(&format!("Cut {} (ribbon)", cut + 1))
        .rect()
        .center()
}

fn take(harness: &mut Harness<Stage>, at: Pos2) {
    harness.hover_at(at);
    harness.step();
    harness.drag_at(at);
    harness.step();
}

fn drag(harness: &mut Harness<Stage>, from: Pos2, by: f32) {
    take(harness, from);
    for part in 1..=8 {
        harness.hover_at(from + vec2(by * part as f32 / 8.0, 0.0));
        harness.step();
    }
}

/// A click; two of them are a double click.
fn click(harness: &mut Harness<Stage>, pos: Pos2) {
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
}

fn picture(harness: &mut Harness<Stage>, name: &str) {
    if let Some(folder) = std::env::var_os("CUTSCAPE_PICTURES").map(PathBuf::from) {
        let image = harness.render().unwrap();
        image.save(folder.join(format!("{name}.png"))).unwrap();
    }
}

#[test]
fn a_drag_moves_the_cut_and_shows_the_curve() {
    let mut harness = ribbon(Stage::new("mobilenet_v2", Theme::dark()));
    let before = harness.state().count(0);
    let from = tab(&harness, 0);
    drag(&mut harness, from, 60.0);
    let held = harness.state();
    assert!(held.has_done(&Command::HoldCut(0)));
    assert!(held.derived.hand.is_some());
    assert_eq!(held.session.selection, Some(Selection::Cut(0)));
    let moved = held.count(0);
    assert!(moved > before, "{moved} > {before}");
    harness.drop_at(from + vec2(60.0, 0.0));
    harness.run();
    assert!(harness.state().has_done(&Command::ReleaseCut));
    assert!(harness.state().derived.hand.is_none());
    assert_eq!(harness.state().count(0), moved);
}

#[test]
fn escape_gives_the_drag_up() {
    let mut harness = ribbon(Stage::new("mobilenet_v2", Theme::dark()));
    let before = harness.state().document.design.clone();
    let from = tab(&harness, 1);
    drag(&mut harness, from, -80.0);
    assert_ne!(harness.state().document.design, before);
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.state().has_done(&Command::CancelGesture));
    assert!(!harness.state().has_done(&Command::ReleaseCut));
    assert_eq!(harness.state().document.design, before);
}

#[test]
fn keys_move_the_focused_cut() {
    let mut harness = ribbon(Stage::new("mobilenet_v2", Theme::dark()));
    let before = harness.state().count(0);
    harness.get_by_label("Cut 1 (ribbon)").focus();
    harness.run();
    assert_eq!(harness.state().session.selection, Some(Selection::Cut(0)));
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(harness.state().count(0), before + 1);
    harness.key_press(Key::ArrowUp);
    harness.run();
    assert_eq!(harness.state().count(0), before);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowDown);
    harness.run();
    let position = harness.state().count(0);
    let schedule = harness.state().derived.schedule.clone().unwrap();
    let crossing =
        |at| cutscape::network::statistics::crossing(harness.state().document.network(), &Ideal::prefix(&schedule, at));
    assert_eq!(crossing(position).len(), 1);
    assert!((before + 1..position).all(|at| crossing(at).len() > 1));
    harness.key_press(Key::Enter);
    harness.run();
    assert!(harness.state().has_done(&Command::BestPosition(0)));
    harness.key_press(Key::Delete);
    harness.run();
    assert!(harness.state().has_done(&Command::Edit(Action::RemoveCut(0))));
}

#[test]
fn touching_cuts_come_apart_on_their_own_sides() {
    let mut stage = Stage::new("mobilenet_v2", Theme::dark());
    stage.move_cut(0, 20);
    stage.move_cut(1, 20);
    let mut harness = ribbon(stage);
    let left = tab(&harness, 0);
    assert!(left.x < tab(&harness, 1).x);
    drag(&mut harness, left, -100.0);
    assert!(harness.state().count(0) < 20);
    assert_eq!(harness.state().count(1), 20);
}

#[test]
fn columns_are_pointed_at_selected_and_cut() {
    let mut stage = Stage::new("mobilenet_v2", Theme::dark());
    stage.edit(Action::RemoveCut(1));
    let used = |stage: &Stage| {
        stage
            .derived
            .evaluation
            .as_ref()
            .unwrap()
            .devices
            .iter()
            .filter(|d| d.layers > 0)
            .count()
    };
    assert_eq!(used(&stage), 2);
    let mut harness = ribbon(stage);
    let at = Pos2::new(700.0, 60.0);
    harness.hover_at(at);
    harness.run();
    let layer = harness.state().session.hovered_layer.unwrap();
    click(&mut harness, at);
    assert_eq!(harness.state().session.selection, Some(Selection::Layer(layer)));
    click(&mut harness, at);
    assert_eq!(used(harness.state()), 3);
}

#[test]
fn a_cut_through_branches_has_a_handle_too() {
    let mut stage = Stage::new("squeezenet1_1", Theme::dark());
    let network = stage.document.network();
    let schedule = stage.derived.schedule.clone().unwrap();
    let ideal = (0..network.layers.len()).find_map(|layer| {
        let mut ideal = Ideal::empty(network.layers.len());
        ideal.include(network, layer);
        ideal.position(&schedule).is_none().then_some(ideal)
    });
    stage.edit(Action::MoveCut {
        cut: 0,
        to: ideal.unwrap(),
    });
    let before = stage.document.design.clone();
    let mut harness = ribbon(stage);
    let from = tab(&harness, 0);
    take(&mut harness, from);
    assert_eq!(harness.state().document.design, before, "taking a cut does not move it");
    harness.drop_at(from);
    harness.run();
    assert_eq!(harness.state().document.design, before);
}

#[test]
fn the_inspector_compares_and_suggests() {
    let mut stage = Stage::new("mobilenet_v2", Theme::dark());
    stage.derived.front = front(&stage.problem(), &Search::default(), &|| false, &|_| {}).map(Arc::new);
    stage.edit(Action::Pin);
    stage.move_cut(0, 9);
    let mut harness = inspector(stage, 300.0);
    assert!(harness.query_by_label("compare: against P1").is_some());
    harness.get_by_label("apply").click();
    harness.run();
    let least = harness.state().derived.front.as_ref().unwrap().points[0].design.clone();
    assert_eq!(harness.state().document.design, least);
    harness.get_by_label("Pin this design").click();
    harness.run();
    assert_eq!(harness.state().document.pins.len(), 2);
    assert!(harness.query_by_label("compare: against P2").is_some());
}

#[test]
fn the_inspector_puts_a_layer_elsewhere() {
    let mut stage = Stage::new("mobilenet_v2", Theme::dark());
    stage.session.selection = Some(Selection::Layer(12));
    let mut harness = inspector(stage, 260.0);
    harness.get_by_label("put on C").click();
    harness.run();
    assert_eq!(harness.state().document.design.device_of(12), 2);
}

#[test]
fn every_headline_tells_why() {
    for name in ["latency", "energy", "throughput", "link bytes", "peak memory"] {
        let mut harness = harness(
            Stage::new("mobilenet_v2", Theme::dark()),
            [760.0, 560.0],
            Stage::show_inspector,
        );
        harness.run();
        let number = |node: &egui_kittest::Node<'_>| {
            let label = node.accesskit_node().label().unwrap_or_default();
            label.starts_with(name) && label.ends_with("why?")
        };
        harness
            .get_all_by_role(egui::Role::Button)
            .find(number)
            .unwrap()
            .click();
        harness.run();
        assert!(harness.query_by_label("Why this number").is_some(), "{name}");
        picture(&mut harness, &format!("why-{}", name.replace(' ', "-")));
        harness.get_by_label_contains("copy").click();
        harness.run();
        let copied = harness.state().done.iter().find_map(|command| match command {
            Command::Copy(text) => Some(text),
            _ => None,
        });
        assert!(copied.unwrap().contains(" = "), "{name}");
    }
}

#[test]
fn the_lower_bars_are_what_a_cut_sends() {
    for (network, output_at) in [("mobilenet_v2", 1), ("googlenet", 0), ("densenet121", 1)] {
        let mut stage = Stage::new(network, Theme::dark());
        stage.edit(Action::RemoveDevice(2));
        stage.document.system.output_at = output_at;
        let layers = stage.document.network().layers.len();
        for position in 0..=layers {
            stage.move_cut(0, position);
            let (problem, design) = (stage.problem(), &stage.document.design);
            let bars = crossings(problem.network, problem.schedule, problem.system, design);
            let messages = &stage.derived.evaluation.as_ref().unwrap().links[0].messages;
            let sent: Vec<_> = messages.iter().filter(|message| message.forward).collect();
            assert_eq!(
                bars[position].bytes,
                sent.iter().map(|m| m.bytes).sum::<u64>(),
                "{network} {position}"
            );
            assert_eq!(
                bars[position].tensors,
                sent.iter().map(|m| m.tensors.len()).sum::<usize>()
            );
        }
    }
}

#[test]
fn one_device_and_eight_fit() {
    let mut one = Stage::new("alexnet", Theme::light());
    one.edit(Action::RemoveDevice(0));
    one.edit(Action::RemoveDevice(0));
    let mut eight = Stage::new("vit_b_16", Theme::light());
    for _ in 3..8 {
        eight.edit(Action::DuplicateDevice(1));
    }
    for cut in 0..7 {
        eight.move_cut(cut, 30 + cut);
    }
    for (name, mut stage) in [("one", one), ("eight", eight)] {
        stage.session.selection = Some(Selection::Layer(4));
        stage.session.preview = None;
        let mut harness = ribbon(stage);
        harness.hover_at(Pos2::new(300.0, 60.0));
        harness.run();
        harness.run_steps(60);
        picture(&mut harness, &format!("ribbon-{name}"));
        let mut stage = harness.into_state();
        stage.done.clear();
        let mut harness = inspector(stage, 280.0);
        picture(&mut harness, &format!("inspector-{name}"));
    }
}

#[test]
fn everything_can_be_looked_at() {
    for theme in [Theme::dark(), Theme::light()] {
        let name = if theme.dark { "dark" } else { "light" };
        for network in ["mobilenet_v2", "densenet121"] {
            let mut stage = Stage::new(network, theme.clone());
            if network == "densenet121" {
                stage.edit(Action::SetView(View::Raw));
            }
            let mut harness = ribbon(stage);
            picture(&mut harness, &format!("ribbon-{name}-{network}"));
            let from = tab(&harness, 0);
            drag(&mut harness, from, 90.0);
            picture(&mut harness, &format!("ribbon-{name}-{network}-held"));
        }
        let selections = [
            ("layer", Selection::Layer(12), 300.0),
            ("cut", Selection::Cut(0), 260.0),
            ("device", Selection::Device(0), 300.0),
            ("link", Selection::Link(0), 260.0),
        ];
        for (what, selection, width) in selections {
            let mut stage = Stage::new("mobilenet_v2", theme.clone());
            stage.derived.front = front(&stage.problem(), &Search::default(), &|| false, &|_| {}).map(Arc::new);
            stage.edit(Action::Pin);
            stage.move_cut(0, 9);
            if what == "cut" {
                stage.document.constraints.latency_s = Some(0.01);
                stage.derive();
            }
            let flips = flips(&stage.problem(), 0, &|| false).unwrap();
            stage.derived.flips = vec![flips, Vec::new()];
            stage.session.selection = Some(selection);
            let mut harness = inspector(stage, width);
            picture(&mut harness, &format!("inspector-{name}-{what}"));
        }
    }
}
