//! The Sweep tab in the real window: any number of the system on the horizontal axis, exact flips of rates, regions in words, the map of two
//! numbers, the present value under the hand.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests of the window open files and compare numbers")]
#[path = "support/app.rs"]
mod support;

use cutscape::app::plots::sweep::Swept;
use cutscape::app::session::Tab;
use cutscape::app::{Command, MenuCommand};
use cutscape::explore::sweep::{Knob, Proof, Sweep};
use cutscape::project::Action;
use egui_kittest::kittest::Queryable as _;
use std::sync::Arc;
use support::{Window, app, command, picture, settle, snapshot, window};

/// The window with the Sweep tab on top, on a system of two devices.
fn sweeping(size: [f32; 2], dark: bool) -> Window<'static> {
    let mut window = window(size, dark);
    command(&mut window, Command::OpenExample("alexnet".to_owned()));
    command(
        &mut window,
        Command::SystemPreset("Phone and server (Wi-Fi)".to_owned()),
    );
    command(&mut window, Command::ShowTab(Tab::Sweep));
    settle(&mut window);
    window
}

fn sweep(window: &Window<'_>) -> Sweep {
    match app(window).derived().sweep.as_deref() {
        Some(Swept::One(sweep)) => sweep.clone(),
        other => panic!("{other:?}"),
    }
}

fn words(window: &Window<'_>) -> String {
    window.get_by_label("Best designs").value().unwrap()
}

fn click(window: &mut Window<'_>, at: egui::Pos2) {
    for pressed in [true, false] {
        window.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        window.step();
    }
    settle(window);
}

#[test]
fn the_flips_of_a_rate_are_exact_and_told_in_words() {
    let mut window = sweeping([1440.0, 900.0], true);
    picture(&mut window, "sweep_dark");
    let sweep = sweep(&window);
    assert_eq!((&sweep.question.knob, &sweep.proof), (&Knob::Rate(0), &Proof::Exact));
    let flips: Vec<f64> = sweep.flips().collect();
    let known = &app(&window).derived().flips[0];
    let known = known.iter().map(|flip| flip.rate_bytes_per_s);
    let range = sweep.question.range;
    let known: Vec<f64> = known.filter(|rate| (range.low..range.high).contains(rate)).collect();
    assert!(!flips.is_empty() && flips.len() == known.len(), "{flips:?} {known:?}");
    assert!(flips.iter().zip(&known).all(|(a, b)| (a / b - 1.0).abs() < 1e-6));
    let words = words(&window);
    assert!(words.starts_with("below ") && words.contains("on: "), "{words}");
}

#[test]
fn a_click_on_a_region_loads_its_design() {
    let mut window = sweeping([1440.0, 900.0], false);
    picture(&mut window, "sweep_light");
    let sweep = sweep(&window);
    let strip = window.get_by_label("Best designs").rect();
    let last = sweep.regions.last().and_then(|region| region.design).unwrap();
    let at = strip.right_center() - egui::vec2(4.0, 0.0);
    window.hover_at(at);
    window.step();
    window.step();
    assert_eq!(app(&window).session().previewed(), Some(&sweep.designs[last]));
    picture(&mut window, "sweep_hover");
    click(&mut window, at);
    assert_eq!(app(&window).document().design, sweep.designs[last]);
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_ne!(app(&window).document().design, sweep.designs[last]);
}

#[test]
fn nothing_is_searched_while_the_swept_rate_moves() {
    let mut window = sweeping([1440.0, 900.0], true);
    let before = app(&window).derived().sweep.clone().unwrap();
    let mut link = app(&window).document().system.links[0].clone();
    link.model.set_rate(1.234e6);
    command(&mut window, Command::Edit(Action::SetLink(0, link)));
    let after = app(&window).derived().sweep.clone().unwrap();
    assert!(Arc::ptr_eq(&before, &after));
    // Another number of the system changes what is best.
    let mut device = app(&window).document().system.devices[0].clone();
    device.speed_up(3.0);
    command(&mut window, Command::Edit(Action::SetDevice(0, device)));
    assert!(!Arc::ptr_eq(&after, app(&window).derived().sweep.as_ref().unwrap()));
}

#[test]
fn the_present_value_can_be_dragged_as_one_undo_step() {
    let mut window = sweeping([1440.0, 900.0], true);
    let rate = |window: &Window<'_>| {
        let model = &app(window).document().system.links[0].model;
        model.tunable().unwrap().rate_bytes_per_s
    };
    let before = rate(&window);
    let sweep = sweep(&window);
    let plot = window.get_by_label("Best designs").rect();
    let share = sweep.question.range.share(before) as f32;
    let start = egui::pos2(plot.left() + share * plot.width(), plot.bottom() + 40.0);
    window.hover_at(start);
    window.step();
    window.drag_at(start);
    window.step();
    for step in 1..=6 {
        window.hover_at(start + egui::vec2(-10.0 * step as f32, 0.0));
        window.step();
    }
    picture(&mut window, "sweep_dragged");
    window.drop_at(start - egui::vec2(60.0, 0.0));
    settle(&mut window);
    let after = rate(&window);
    let expected = sweep.question.range.at(f64::from(share - 60.0 / plot.width()));
    assert!((after / expected - 1.0).abs() < 0.05, "{after} instead of {expected}");
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(rate(&window), before);
}

#[test]
fn any_number_and_any_metric_can_be_chosen() {
    let mut window = sweeping([1440.0, 900.0], true);
    window.get_by_label_contains("horizontal axis: rate of").click();
    window.run_steps(3);
    picture(&mut window, "sweep_menu");
    window.get_by_label("system").click();
    window.run_steps(3);
    window.get_by_label("bits per input element").click();
    settle(&mut window);
    let of_bits = sweep(&window);
    assert_eq!(
        (&of_bits.question.knob, &of_bits.proof),
        (&Knob::InputBits, &Proof::Exact)
    );
    window.get_by_label_contains("vertical axis: latency").click();
    window.run_steps(3);
    window.get_by_label("energy").click();
    settle(&mut window);
    let of_energy = sweep(&window);
    assert_eq!(of_energy.question.objective, cutscape::explore::Objective::Energy);
    picture(&mut window, "sweep_bits");
}

#[test]
fn two_numbers_make_a_map_of_the_best_designs() {
    let mut window = sweeping([1440.0, 900.0], true);
    window.get_by_label_contains("vertical axis: latency").click();
    window.run_steps(3);
    window.get_by_label_contains("a second number").click();
    window.run_steps(3);
    let phone = &app(&window).document().system.devices[0].name;
    let title = format!("A {phone}");
    window.get_by_label(&title).click();
    window.run_steps(3);
    window.get_by_label("speed").click();
    settle(&mut window);
    let Some(Swept::Two(map)) = app(&window).derived().sweep.as_deref().cloned() else {
        panic!("no map");
    };
    assert_eq!((&map.knob, &map.proof), (&Knob::Speed(0), &Proof::Exact));
    assert!(map.designs.len() > 1);
    picture(&mut window, "sweep_map_dark");
    let name = "design 2: ";
    let legend = window.get_by_label_contains(name).rect().center();
    click(&mut window, legend);
    assert_eq!(app(&window).document().design, map.designs[1]);
    picture(&mut window, "sweep_map_clicked");
}

#[test]
fn a_narrow_window_shows_the_sweep_too() {
    let mut window = sweeping([1100.0, 700.0], false);
    window.get_by_label("Best designs");
    picture(&mut window, "sweep_narrow");
}

/// The picture of the README: regions of a rate at the left, the best design beside the one before at the right.
#[test]
fn a_sweep_stands_beside_a_comparison() {
    let mut window = sweeping([1440.0, 900.0], true);
    command(&mut window, Command::Menu(MenuCommand::Pin));
    command(&mut window, Command::Menu(MenuCommand::Optimise));
    command(&mut window, Command::ShowTab(Tab::Compare));
    command(&mut window, Command::DismissNotice(0));
    assert!(app(&window).notices().is_empty());
    window.get_by_label("Best designs");
    snapshot(&mut window, "sweep");
}
