//! The dock over a real network, system and front, without the rest of the window.

use cutscape::app::command::Command;
use cutscape::app::compare::{self, PinnedRequest};
use cutscape::app::dock::Dock;
use cutscape::app::{Cx, Derived, Session, Theme, theme};
use cutscape::cost::table::CostTable;
use cutscape::explore;
use cutscape::network::import::{self, ImportOptions};
use cutscape::project::{Document, OpenNetwork, Origin};
use cutscape::system::preset::Presets;
use egui_kittest::{Harness, HarnessBuilder};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All a dock needs, and what it asked for.
pub struct World {
    pub document: Document,
    pub derived: Derived,
    pub session: Session,
    theme: Theme,
    presets: Presets,
    pub dock: Dock,
    pub asked: Vec<Command>,
    /// Empty room above the dock, where the window has its graph.
    pub above: f32,
}

impl World {
    pub fn new(model: &str, theme: Theme) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{model}.onnx"));
        Self::of(path, theme)
    }

    /// Over the network of a file.
    pub fn of(path: PathBuf, theme: Theme) -> Self {
        let imported = import::open(&path, &ImportOptions::default()).unwrap();
        let network = OpenNetwork::new(Origin::File(path), imported.network, imported.notes);
        let presets = Presets::load(None);
        let document = Document::new(Arc::new(network), presets.start_system()).unwrap();
        let session = Session::default();
        let mut world = Self {
            dock: Dock::new(&session),
            document,
            derived: Derived::default(),
            session,
            theme,
            presets,
            asked: Vec::new(),
            above: 0.0,
        };
        world.compute();
        world
    }

    /// What the workers would do.
    pub fn compute(&mut self) {
        let network = self.document.network();
        let schedule = network.schedule(self.document.schedule);
        let table = CostTable::new(network, &self.document.system);
        let front = explore::front(
            &self.document.problem(&schedule, &table),
            &self.document.search,
            &|| false,
            &|_| {},
        );
        self.derived.front = front.map(Arc::new);
        self.derived.front_s = Some(0.000_42);
        let request = PinnedRequest::of(&self.document, self.derived.front.as_ref());
        self.derived.pinned = compare::answer(&request, None, &|| false).map(Arc::new);
        self.derived.evaluation = Some(self.document.evaluate());
        self.derived.schedule = Some(Arc::new(schedule));
        self.derived.table = Some(Arc::new(table));
    }

    fn show(&mut self, ui: &mut egui::Ui) {
        self.session.begin_frame();
        let mut cx = Cx {
            network: self.document.network(),
            document: &self.document,
            derived: &self.derived,
            session: &mut self.session,
            theme: &self.theme,
            presets: &self.presets,
            commands: &mut self.asked,
        };
        let (_, below) = ui.available_rect_before_wrap().split_top_bottom_at_y(self.above);
        ui.scope_builder(egui::UiBuilder::new().max_rect(below), |ui| self.dock.ui(ui, &mut cx));
    }
}

/// The dock in a window of its own.
pub fn harness(world: World, builder: HarnessBuilder<World>) -> Harness<'static, World> {
    let theme = world.theme.clone();
    let kind = if theme.dark {
        egui::Theme::Dark
    } else {
        egui::Theme::Light
    };
    let mut harness = builder
        .with_theme(kind)
        .with_context_setup(move |ctx| {
            theme::install_fonts(ctx);
            theme.apply(ctx);
        })
        .build_ui_state(
            |ui, world: &mut World| {
                let panel = world.theme.panel;
                ui.painter().rect_filled(ui.ctx().content_rect(), 0, panel);
                world.show(ui);
            },
            world,
        );
    harness.run();
    harness
}

/// Theme, size and name of the dock as windows of both sizes have it, in both themes.
pub fn looks() -> [(Theme, [f32; 2], &'static str); 3] {
    [
        (Theme::dark(), [876.0, 232.0], "dark"),
        (Theme::light(), [876.0, 232.0], "light"),
        (Theme::dark(), [836.0, 180.0], "low"),
    ]
}

/// Leaves a picture where `CUTSCAPE_PICTURES` names a folder.
pub fn picture(harness: &mut Harness<'_, World>, name: &str) {
    if let Some(folder) = std::env::var_os("CUTSCAPE_PICTURES") {
        let image = harness.render().unwrap();
        image.save(Path::new(&folder).join(format!("{name}.png"))).unwrap();
    }
}

/// The dock as a wide window has it, over a network of the models folder.
pub fn window(model: &str) -> Harness<'static, World> {
    harness(
        World::new(model, Theme::dark()),
        Harness::builder().with_size([1140.0, 232.0]),
    )
}
