//! The real window in a test: opened without a display or files of its own, and stepped until its workers rest.

use cutscape::app::{App, Command, Options, Storage};
use cutscape::project::Metrics;
use egui_kittest::{Harness, SnapshotOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub type Window<'a> = Harness<'a, Option<App>>;

/// The window at a size, on the embedded example, without files of its own.
pub fn window(size: [f32; 2], dark: bool) -> Window<'static> {
    let storage = Storage::default();
    let options = Options {
        dark: Some(dark),
        storage,
        still: true,
        ..Options::default()
    };
    window_with(size, options)
}

pub fn window_with(size: [f32; 2], options: Options) -> Window<'static> {
    let show = move |ui: &mut egui::Ui, app: &mut Option<App>| {
        let app = app.get_or_insert_with(|| App::new(ui.ctx(), &options).unwrap());
        app.logic(ui.ctx());
        // The harness leaves a margin; the window has none.
        let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
        app.show(&mut ui.new_child(whole));
    };
    let builder = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(1.0)
        .with_max_steps(32)
        .wgpu();
    let mut window = builder.build_ui_state(show, None);
    settle(&mut window);
    window
}

/// Steps until no background work is left.
pub fn settle(window: &mut Window<'_>) {
    let limit = Instant::now() + Duration::from_secs(60);
    // An idle step may take the answer that ended the work before and start new work: only several in a row are rest.
    let mut idle = 0;
    window.step();
    while idle < 6 {
        let notices = app(window).notices();
        assert!(
            Instant::now() < limit,
            "background work does not end; told so far: {notices:?}"
        );
        window.step();
        idle = if app(window).is_busy() { 0 } else { idle + 1 };
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub fn app<'w>(window: &'w Window<'_>) -> &'w App {
    window.state().as_ref().unwrap()
}

pub fn command(window: &mut Window<'_>, command: Command) {
    window.state_mut().as_mut().unwrap().push(command);
    settle(window);
}

pub fn metrics(window: &Window<'_>) -> Metrics {
    Metrics::from(app(window).derived().evaluation.as_ref().unwrap())
}

pub fn model(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name)
}

/// Takes what lies at a place and moves it; where the pointer is then.
pub fn hold(window: &mut Window<'_>, from: egui::Pos2, by: egui::Vec2) -> egui::Pos2 {
    const STEPS: u8 = 12;
    window.hover_at(from);
    window.step();
    window.drag_at(from);
    window.step();
    for step in 1..=STEPS {
        window.hover_at(from + by * f32::from(step) / f32::from(STEPS));
        window.step();
    }
    from + by
}

/// Saves a picture to look at where `CUTSCAPE_PICTURES` names a folder.
pub fn picture(window: &mut Window<'_>, name: &str) {
    if let Some(folder) = std::env::var_os("CUTSCAPE_PICTURES") {
        let image = window.render().unwrap();
        image.save(Path::new(&folder).join(format!("{name}.png"))).unwrap();
    }
}

/// Compares the window with a picture in `screenshots/`; `UPDATE_SNAPSHOTS=1` renews it.
pub fn snapshot(window: &mut Window<'_>, name: &str) {
    // The software rasteriser compiles for the host's processor: a few pixels may differ by a shade.
    let options = SnapshotOptions::new()
        .threshold(1.0)
        .max_failed_pixels(10)
        .output_path("screenshots");
    window.snapshot_options(name, &options);
}
