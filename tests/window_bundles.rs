//! The Bundles tab in the real window: the exact front of schedules over measured devices, budgets as lines, schedules in words, profiles.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests of the window open files and compare numbers")]
#[path = "support/app.rs"]
mod support;

#[path = "support/bundles.rs"]
mod measured;

use cutscape::app::plots::bundles::{Chosen, View};
use cutscape::app::session::Tab;
use cutscape::app::{Command, MenuCommand};
use cutscape::explore::schedule::Count;
use cutscape::project::Action;
use cutscape::project::bundling::Solved;
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use egui_kittest::kittest::Queryable as _;
use measured::{ask, bundles, click, golden, solved, system, tap};
use std::collections::BTreeSet;
use support::{app, command, hold, picture, settle, snapshot, window};

#[test]
fn the_front_is_exact_and_told_in_words() {
    let mut window = bundles([1440.0, 900.0], true);
    picture(&mut window, "bundles_dark");
    snapshot(&mut window, "bundles");
    // As published: one bundle per stay.
    ask(&mut window, |bundling| bundling.count = Count::Ceil);
    let solved = solved(&window);
    // As in the reference for radio energies with the units right: everything at the edge is thriftiest.
    let plans = &solved.front.plans;
    assert!(!plans.is_empty());
    assert!(
        (plans[0].latency_s() - 0.043_787_994).abs() < 1e-8,
        "{}",
        plans[0].latency_s()
    );
    let thriftiest = plans.last().unwrap();
    assert!(
        (thriftiest.energy_j() - 0.199_496_109).abs() < 1e-8,
        "{}",
        thriftiest.energy_j()
    );
    window.get_by_label("conv1..fc3 on Nano at 921.6 MHz");
    window.get_by_label_contains("best single cut");
}

#[test]
fn a_dragged_budget_is_one_undo_step_and_chooses_at_once() {
    let mut window = bundles([1440.0, 900.0], false);
    picture(&mut window, "bundles_light");
    ask(&mut window, |bundling| bundling.latency_s = Some(0.075));
    let line = window.get_by_label("Latency budget line").rect();
    let before = app(&window).document().bundling.latency_s;
    let at = hold(&mut window, line.center(), egui::vec2(-40.0, 0.0));
    picture(&mut window, "bundles_dragged");
    let during = app(&window).document().bundling.latency_s.unwrap();
    assert!(during < 0.075, "{during}");
    window.drop_at(at);
    settle(&mut window);
    assert!(app(&window).document().bundling.latency_s.unwrap() < 0.075);
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(app(&window).document().bundling.latency_s, before);
}

#[test]
fn a_click_chooses_a_schedule_that_can_become_the_design() {
    let mut window = bundles([1440.0, 900.0], true);
    let system = system(&window, "Wi-Fi (phone)");
    command(&mut window, Command::Edit(Action::SetSystem(system)));
    ask(&mut window, |bundling| bundling.bits = Some(8));
    let solved = solved(&window);
    let dots: Vec<(usize, egui::Pos2)> = {
        let dots = app(&window).dock().bundles().dots();
        dots.to_vec()
    };
    assert_eq!(dots.len(), solved.front.plans.len());
    let (last, at) = *dots.last().unwrap();
    window.hover_at(at);
    window.step();
    window.step();
    picture(&mut window, "bundles_hover");
    click(&mut window, at);
    assert!(matches!(app(&window).session().bundles.chosen, Chosen::Front(_)));
    let plan = &solved.front.plans[last];
    let before = app(&window).document().clone();
    window.get_by_label("Use this schedule").click();
    settle(&mut window);
    let document = app(&window).document();
    let devices: Vec<usize> = plan.pieces.iter().map(|piece| piece.machine).collect();
    let runs = |device: usize| (0..document.network().layers.len()).any(|l| document.design.device_of(l) == device);
    assert!(devices.iter().all(|&device| runs(device)));
    let DeviceModel::Profile(edge) = &document.system.devices[0].model else {
        panic!()
    };
    let at_edge = plan.pieces.iter().filter(|piece| piece.machine == 0);
    let clocks: BTreeSet<Option<u64>> = at_edge.map(|piece| piece.choice.clock_hz).collect();
    assert!(clocks.len() > 1 || clocks.contains(&edge.clock_hz));
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(*app(&window).document(), before);
}

#[test]
fn a_low_window_shows_the_tab_too() {
    let mut window = bundles([1100.0, 700.0], true);
    picture(&mut window, "bundles_low");
    window.get_by_label("What schedules must keep").click();
    window.run_steps(3);
    picture(&mut window, "bundles_low_form");
    window.get_by_label("Latency budget");
}

#[test]
fn what_is_missing_is_told() {
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::ShowTab(Tab::Bundles));
    picture(&mut window, "bundles_empty");
    window.get_by_label_contains("No device of this system is a measured one");
    let [add, measure] = ["Add measured device…", "Measure this machine…"].map(|text| window.get_by_label(text).rect());
    assert_eq!(add.top(), measure.top());
    // Another network than the one that was measured has the same two ways out.
    let mut window = bundles([1440.0, 900.0], true);
    let system = app(&window).document().system.clone();
    command(&mut window, Command::OpenExample("squeezenet1_1".to_owned()));
    command(&mut window, Command::Edit(Action::SetSystem(system)));
    window.get_by_label_contains("Open the network they were measured on");
    window.get_by_label("Measure this machine…");
    picture(&mut window, "bundles_other_network");
}

#[test]
fn every_view_can_be_looked_at() {
    for (size, dark, name) in [
        ([1440.0, 900.0], true, "dark"),
        ([1440.0, 900.0], false, "light"),
        ([1100.0, 700.0], true, "low"),
    ] {
        let mut window = bundles(size, dark);
        for (view, text) in View::ALL.into_iter().skip(1) {
            window.get_by_label_contains("view: ").click();
            window.run_steps(3);
            window.get_by_label(text).click();
            settle(&mut window);
            assert_eq!(app(&window).session().bundles.view, view);
            picture(&mut window, &format!("bundles_{}_{name}", text.replace(' ', "_")));
        }
    }
}

#[test]
fn a_profile_is_read_in_the_background_and_becomes_a_device() {
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::OpenExample("alexnet".to_owned()));
    let before = app(&window).document().clone();
    command(&mut window, Command::Open(golden("alexnet_edge_profile.csv")));
    window.get_by_label_contains("costs of bundles of 8 blocks");
    window.get_by_label_contains("with energies");
    picture(&mut window, "measured_dialog");
    window.get_by_label("Add device").click();
    settle(&mut window);
    let devices = &app(&window).document().system.devices;
    assert_eq!(devices.len(), before.system.devices.len() + 1);
    let added = devices.last().unwrap();
    assert_eq!(added.name, "edge");
    assert!(matches!(&added.model, DeviceModel::Profile(profile) if profile.clocks().len() == 7));
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(*app(&window).document(), before);
}

#[test]
fn a_damaged_profile_is_told_by_row_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nano_alexnet_latencies_fixed_460800000.csv");
    std::fs::write(&path, "layers,durs\nconv1,0.1\nconv2,-1\n").unwrap();
    let mut window = window([1440.0, 900.0], false);
    command(&mut window, Command::OpenExample("alexnet".to_owned()));
    command(&mut window, Command::Menu(MenuCommand::AddMeasured));
    window.get_by_label_contains("No file is chosen yet");
    command(&mut window, Command::Open(path.clone()));
    window.get_by_label_contains("row 3, column durs");
    picture(&mut window, "measured_fault");
    std::fs::write(&path, "layers,durs\nconv1,0.1\nconv2,0.1\n").unwrap();
    assert!(window.query_by_label("Add device").is_some());
}

#[test]
fn typed_constraints_are_kept_and_what_they_leave_is_told() {
    let mut window = bundles([1440.0, 900.0], true);
    ask(&mut window, |bundling| {
        bundling.constraints = vec!["conv1..conv3 on server".to_owned()];
    });
    let kept = solved(&window);
    let runs_there = |plan: &cutscape::explore::schedule::Plan| {
        plan.pieces
            .iter()
            .filter(|piece| piece.first < 3)
            .all(|piece| piece.machine == 1)
    };
    assert!(!kept.front.plans.is_empty() && kept.front.plans.iter().all(runs_there));
    assert!(app(&window).derived().bundles_bound.is_some());
    picture(&mut window, "bundles_constrained");
    ask(&mut window, |bundling| bundling.latency_s = Some(0.001));
    window.get_by_label_contains("cannot be kept by any schedule");
    picture(&mut window, "bundles_nothing");
    ask(&mut window, |bundling| {
        bundling.constraints = vec!["conv1 on nowhere".to_owned()];
    });
    window.get_by_label_contains("constraint “conv1 on nowhere”");
    window.get_by_label("Remove all constraints").click();
    settle(&mut window);
    assert!(app(&window).document().bundling.constraints.is_empty());
}

#[test]
fn schedules_follow_a_link() {
    let mut window = bundles([1440.0, 900.0], true);
    let before = solved(&window);
    let mut link = Presets::load(None).link("Wi-Fi (phone)").unwrap();
    link.name = "faster".to_owned();
    command(&mut window, Command::Edit(Action::SetLink(0, link)));
    let after = solved(&window);
    let all_on_server = |solved: &Solved| {
        let found = solved
            .baselines
            .iter()
            .find(|baseline| baseline.name == "all on server");
        found.unwrap().plan.as_ref().unwrap().latency_s()
    };
    assert!(all_on_server(&after) < all_on_server(&before));
}

#[test]
fn a_click_on_a_clock_sets_it() {
    let mut window = bundles([1440.0, 900.0], true);
    window.get_by_label_contains("view: ").click();
    window.run_steps(3);
    window.get_by_label("clocks").click();
    settle(&mut window);
    let dots = app(&window).dock().bundles().clocks().to_vec();
    assert_eq!(dots.len(), 7);
    let (clock, at) = dots[0];
    click(&mut window, at);
    // Of the best schedule each dot is what the edge locked to that clock can do.
    assert_eq!(app(&window).document().bundling.clock_hz, Some(clock));
    let (_, at) = app(&window).dock().bundles().clocks()[0];
    click(&mut window, at);
    assert_eq!(
        app(&window).document().bundling.clock_hz,
        None,
        "a second click frees it"
    );
}

#[test]
fn a_menu_opens_over_its_dialog_every_time() {
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::OpenExample("alexnet".to_owned()));
    for round in 0..3 {
        command(&mut window, Command::Open(golden("alexnet_edge_profile.csv")));
        let button = window.get_by_label_contains("becomes: ").rect().center();
        tap(&mut window, button);
        picture(&mut window, &format!("measured_menu_{round}"));
        let choice = window.get_by_label_contains("in place of A").rect().center();
        tap(&mut window, choice);
        assert!(window.query_by_label("Replace device").is_some(), "round {round}");
        window.get_by_label("Cancel").click();
        settle(&mut window);
        assert!(window.query_by_label("Add a measured device").is_none());
    }
}
