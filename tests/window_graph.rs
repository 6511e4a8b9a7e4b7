//! The graph alone, driven by pointer and keyboard as a person would. Verified:
//! - every network of `models/` is drawn without boxes over one another, the spine straight;
//! - the handle of a cut is a slider; dragging it moves the cut, Escape gives the drag up;
//! - arrow keys move a selected cut; clicking a box selects its layer; double click makes a cut.
//!
//! With `CUTSCAPE_PICTURES=FOLDER` pictures are left there, to be judged by eye.
#![cfg(feature = "window")]

mod common;

use cutscape::app::derived::Hand;
use cutscape::app::graph::GraphView;
use cutscape::app::graph::layout::lay_out;
use cutscape::app::session::{ColourBy, HeatQuantity};
use cutscape::app::{Command, Cx, Derived, Session, Theme, theme};
use cutscape::cost::table::CostTable;
use cutscape::network::import::{ImportOptions, open};
use cutscape::project::{Action, Document, OpenNetwork, Origin, View};
use cutscape::system::preset::Presets;
use egui::vec2;
use egui_kittest::Harness;
use std::sync::Arc;

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
            Command::Edit(action) => {
                self.document.apply(action.clone()).unwrap();
                self.evaluate();
            }
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

#[test]
fn pictures() {
    if std::env::var_os("CUTSCAPE_PICTURES").is_none() {
        return;
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
