//! Claims about the window: one step of it while a cut is dragged on densenet121 takes less than 4 ms, its first frame
//! with the embedded example less than a second.
//!
//! A step is everything but rasterising: answers, views, layout of text, hit testing (the window's own share of a frame).
#![expect(clippy::unwrap_used, reason = "a failed step ends the bench")]

use criterion::{Criterion, criterion_group, criterion_main};
use cutscape::app::{App, Command, Options};
use cutscape::network::Ideal;
use cutscape::project::Action;
use egui_kittest::Harness;
use std::path::Path;
use std::time::Duration;

type Window = Harness<'static, Option<App>>;

fn window() -> Window {
    let options = Options {
        dark: Some(true),
        ..Options::default()
    };
    let show = move |ui: &mut egui::Ui, app: &mut Option<App>| {
        let app = app.get_or_insert_with(|| App::new(ui.ctx(), &options).unwrap());
        app.logic(ui.ctx());
        // The harness leaves a margin; the window has none.
        let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
        app.show(&mut ui.new_child(whole));
    };
    Harness::builder()
        .with_size([1440.0, 900.0])
        .with_max_steps(64)
        .build_ui_state(show, None)
}

fn app(window: &mut Window) -> &mut App {
    window.state_mut().as_mut().unwrap()
}

fn settle(window: &mut Window) {
    let mut idle = 0;
    while idle < 6 {
        window.step();
        idle = if app(window).is_busy() { 0 } else { idle + 1 };
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn first_frame(c: &mut Criterion) {
    c.bench_function("window/first_frame", |b| b.iter(window));
}

fn drag(c: &mut Criterion) {
    let mut window = window();
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/densenet121.onnx");
    app(&mut window).push(Command::Open(model));
    settle(&mut window);
    app(&mut window).push(Command::HoldCut(0));
    settle(&mut window);
    let mut position = 0;
    c.bench_function("window/drag_step_densenet121", |b| {
        b.iter(|| {
            let app = app(&mut window);
            let schedule = app.derived().schedule.clone().unwrap();
            position = (position + 1) % schedule.order().len();
            app.push(Command::Edit(Action::MoveCut {
                cut: 0,
                to: Ideal::prefix(&schedule, position),
            }));
            window.step();
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = first_frame, drag
}
criterion_main!(benches);
