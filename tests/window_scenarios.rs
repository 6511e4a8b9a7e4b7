//! Scenarios a person sits down to, driven in the real window: a student slides a bandwidth, an architect wants the whole front, a
//! designer balances a pipeline of chiplets. Their numbers are checked in `scenarios.rs` and `exact_models.rs`.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests of the window open files and set options")]
#[path = "support/app.rs"]
mod support;

use cutscape::app::plots::sweep::Swept;
use cutscape::app::session::Tab;
use cutscape::app::{Command, MenuCommand};
use cutscape::design::Bottleneck;
use cutscape::explore::{Guarantee, Objective, Search};
use cutscape::project::Action;
use egui_kittest::kittest::Queryable as _;
use support::{Window, app, command, metrics, picture, settle, window};

const SIZE: [f32; 2] = [1440.0, 900.0];

fn opened(model: &str, system: &str) -> Window<'static> {
    let mut window = window(SIZE, true);
    command(&mut window, Command::OpenExample(model.to_owned()));
    command(&mut window, Command::SystemPreset(system.to_owned()));
    window
}

/// Sets the rate of the first link as its slider does.
fn slide(window: &mut Window<'_>, bits_per_s: f64) {
    let mut link = app(window).document().system.links[0].clone();
    link.model.set_rate(bits_per_s / 8.0);
    command(window, Command::Edit(Action::SetLink(0, link)));
}

/// Scenario 2: AlexNet on a phone and a server; the best cut goes from all-local over one behind a pooling layer to all-remote, at rates that are printed.
#[test]
fn a_student_slides_the_bandwidth_and_sees_the_best_cut_move() {
    let mut window = opened("alexnet", "Phone and server (Wi-Fi)");
    command(&mut window, Command::ShowTab(Tab::Sweep));
    settle(&mut window);
    let Some(Swept::One(sweep)) = app(&window).derived().sweep.as_deref().cloned() else {
        panic!("no sweep");
    };
    let words = window.get_by_label("Best designs").value().unwrap();
    assert!(
        words.contains("everything on A") && words.ends_with("everything on B"),
        "{words}"
    );
    let flips: Vec<f64> = sweep.flips().collect();
    for (index, region) in sweep.regions.iter().enumerate() {
        let middle = (region.from * region.to).sqrt();
        slide(&mut window, middle * 8.0);
        command(&mut window, Command::Objective(Objective::Latency));
        window.get_by_label("Optimise").click();
        settle(&mut window);
        let best = &sweep.designs[region.design.unwrap()];
        assert_eq!(&app(&window).document().design, best, "region {index} at {middle}");
    }
    // With two designs (T1, B1) and (T2, B2) the flip is 8 (B1 − B2) / (T2 − T1) bits per second.
    let last = *flips.last().unwrap();
    let [before, after] = [sweep.regions.len() - 2, sweep.regions.len() - 1].map(|region| {
        let design = sweep.designs[sweep.regions[region].design.unwrap()].clone();
        command(&mut window, Command::Edit(Action::LoadDesign(design)));
        let evaluation = app(&window).derived().evaluation.clone().unwrap();
        let sent = evaluation.links[0].bytes as f64;
        (
            evaluation.latency_s
                - sent
                    / app(&window).document().system.links[0]
                        .model
                        .tunable()
                        .unwrap()
                        .rate_bytes_per_s,
            sent,
        )
    });
    let by_hand = (after.1 - before.1) / (before.0 - after.0);
    assert!((last / by_hand - 1.0).abs() < 1e-9, "{last} instead of {by_hand}");
    picture(&mut window, "scenario_2");
}

/// Scenario 3: EfficientNet-B0 on a sensor and a zone computer; the whole front, its knee, a click on any point, another width.
#[test]
fn an_architect_sees_the_whole_front_and_its_knee() {
    let mut window = opened("efficientnet_b0", "Sensor ECU and zone computer (1 Gbit/s Ethernet)");
    let front = app(&window).derived().front.clone().unwrap();
    assert_eq!(front.guarantee, Guarantee::Exact);
    let knee = front.knee.unwrap();
    picture(&mut window, "scenario_3");
    command(
        &mut window,
        Command::Edit(Action::LoadDesign(front.points[knee].design.clone())),
    );
    assert_eq!(metrics(&window), front.points[knee].metrics);
    let bytes = |window: &Window<'_>| app(window).derived().evaluation.as_ref().unwrap().links[0].bytes;
    let at_16_bit = bytes(&window);
    let mut device = app(&window).document().system.devices[0].clone();
    device.bits = 8;
    command(&mut window, Command::Edit(Action::SetDevice(0, device)));
    assert!(at_16_bit == 0 || bytes(&window) < at_16_bit);
    let front = app(&window).derived().front.clone().unwrap();
    assert_eq!(front.guarantee, Guarantee::Exact);
}

/// Scenario 4: ResNet-50 on four equal dies; the balanced pipeline, its bottleneck by name, frames in flight, a fifth die.
#[test]
fn a_designer_balances_a_pipeline_of_chiplets() {
    let mut window = opened("resnet50", "Four equal chiplets");
    let search = Search {
        objectives: vec![Objective::Interval, Objective::Energy],
        ..Search::default()
    };
    command(&mut window, Command::Edit(Action::SetSearch(search)));
    command(&mut window, Command::Objective(Objective::Interval));
    window.get_by_label("Optimise").click();
    settle(&mut window);
    command(&mut window, Command::ShowTab(Tab::Timeline));
    let best = metrics(&window).throughput_hz;
    let evaluation = app(&window).derived().evaluation.clone().unwrap();
    let Bottleneck::Device(device) = evaluation.bottleneck else {
        panic!("{:?}", evaluation.bottleneck);
    };
    let named = window.get_by_label("Timeline chart").value().unwrap();
    let letter = cutscape::app::Theme::letter(device);
    assert!(named.starts_with(&format!("bottleneck: {letter} ")), "{named}");
    picture(&mut window, "scenario_4");
    // No cut moved by hand, wherever to, makes it faster.
    let before = app(&window).document().clone();
    let schedule = app(&window).derived().schedule.clone().unwrap();
    for cut in 0..3 {
        let at = before.design.cut(cut).position(&schedule).unwrap();
        for position in [at.saturating_sub(3), at.saturating_sub(1), at + 1, at + 3] {
            let to = cutscape::network::Ideal::prefix(&schedule, position.min(schedule.order().len()));
            command(&mut window, Command::Edit(Action::MoveCut { cut, to }));
            assert!(metrics(&window).throughput_hz <= best * (1.0 + 1e-9));
            command(&mut window, Command::Menu(MenuCommand::Undo));
        }
    }
    assert_eq!(app(&window).document().design, before.design);
    command(&mut window, Command::Edit(Action::DuplicateDevice(3)));
    window.get_by_label("Optimise").click();
    settle(&mut window);
    let five = metrics(&window).throughput_hz;
    assert!(five >= best && five < 2.0 * best, "{five} after {best}");
}
