//! The Bundles tab for hands, eyes and keyboards: what others do within budgets, names that can be read, plots walked by arrow keys.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests of the window open files and compare numbers")]
#[path = "support/app.rs"]
mod support;

#[expect(dead_code, reason = "other tests of the tab read files and tap")]
#[path = "support/bundles.rs"]
mod measured;

use cutscape::app::plots::bundles::{Chosen, View};
use cutscape::app::{Command, MenuCommand};
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use measured::{ask, bundles, click, solved};
use support::{Window, app, command, picture, settle};

const LARGE: [f32; 2] = [1440.0, 900.0];

fn look_at(window: &mut Window<'_>, view: View) {
    let (_, text) = View::ALL.into_iter().find(|(own, _)| *own == view).unwrap();
    window.get_by_label_contains("view: ").click();
    window.run_steps(3);
    window.get_by_label(text).click();
    settle(window);
}

/// What rows of the table of others say.
fn rows(window: &Window<'_>) -> Vec<String> {
    let rows = window.get_all_by_role(Role::Row);
    rows.filter_map(|row| row.accesskit_node().label()).collect()
}

fn value(window: &Window<'_>, label: &str) -> String {
    window.get_by_label(label).accesskit_node().value().unwrap_or_default()
}

fn press(window: &mut Window<'_>, key: Key) {
    window.key_press(key);
    settle(window);
}

#[test]
fn what_breaks_a_budget_is_not_compared_with_the_best() {
    let mut window = bundles(LARGE, true);
    let plans = solved(&window).front.plans;
    let thriftiest = plans.last().unwrap().energy_j();
    assert!(rows(&window).iter().all(|row| !row.contains("breaks")));
    ask(&mut window, |bundling| bundling.energy_j = Some(thriftiest * 1.001));
    picture(&mut window, "bundles_others_within");
    let rows = rows(&window);
    let fastest = rows
        .iter()
        .find(|row| row.starts_with("all on Nano at 921.6 MHz"))
        .unwrap();
    assert!(fastest.contains("breaks the energy budget of"), "{fastest}");
    assert!(rows.iter().any(|row| row.contains("+0.0 %")), "{rows:?}");
    assert!(rows.iter().all(|row| !row.contains(", -")), "{rows:?}");
    assert!(
        rows.iter().all(|row| !(row.contains('%') && row.contains("breaks"))),
        "{rows:?}"
    );
}

#[test]
fn clocks_of_a_device_stand_below_its_name() {
    for (size, dark, name) in [
        (LARGE, true, "dark"),
        (LARGE, false, "light"),
        ([1100.0, 700.0], true, "low"),
    ] {
        let mut window = bundles(size, dark);
        let head = window.get_by_label("all on Nano").rect();
        let first = window.get_by_label_contains("all on Nano at 460.8 MHz").rect();
        assert_eq!(first.top(), head.bottom());
        window.get_by_label_contains("best single cut").scroll_to_me();
        window.run_steps(40);
        picture(&mut window, &format!("bundles_others_{name}"));
    }
}

#[test]
fn a_click_on_a_swept_budget_tells_its_schedule() {
    for (size, name) in [(LARGE, "large"), ([1100.0, 700.0], "low")] {
        let mut window = bundles(size, true);
        look_at(&mut window, View::Sweep);
        window.get_by_label("best schedule");
        let steps = app(&window).dock().bundles().steps().to_vec();
        let (_, at) = *steps.first().unwrap();
        click(&mut window, at);
        assert!(matches!(app(&window).session().bundles.chosen, Chosen::Front(_)));
        picture(&mut window, &format!("bundles_sweep_chosen_{name}"));
        window.get_by_label("of the front");
        window.get_by_label("Use this schedule").click();
        settle(&mut window);
        command(&mut window, Command::Menu(MenuCommand::Undo));
    }
}

#[test]
fn arrow_keys_move_a_budget_one_undo_step_each() {
    let mut window = bundles(LARGE, true);
    ask(&mut window, |bundling| bundling.latency_s = Some(0.06));
    window.get_by_label("Latency budget line").focus();
    window.run_steps(2);
    press(&mut window, Key::ArrowLeft);
    let once = app(&window).document().bundling.latency_s.unwrap();
    press(&mut window, Key::ArrowLeft);
    let twice = app(&window).document().bundling.latency_s.unwrap();
    assert!(twice < once && once < 0.06, "{once} {twice}");
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(app(&window).document().bundling.latency_s, Some(once));
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(app(&window).document().bundling.latency_s, Some(0.06));
    // A line that waits at the end of its axis is a budget after the first step inwards.
    window.get_by_label("Energy budget line").focus();
    window.run_steps(2);
    press(&mut window, Key::ArrowDown);
    press(&mut window, Key::ArrowDown);
    assert!(app(&window).document().bundling.energy_j.is_some());
    press(&mut window, Key::ArrowUp);
    press(&mut window, Key::ArrowUp);
    assert_eq!(app(&window).document().bundling.energy_j, None);
}

#[test]
fn arrow_keys_walk_heat_map_and_sweep() {
    let mut window = bundles(LARGE, true);
    look_at(&mut window, View::Heat);
    window.get_by_label("Heat map of bundles").focus();
    window.run_steps(2);
    press(&mut window, Key::ArrowRight);
    assert!(value(&window, "Heat map of bundles").starts_with("conv1..conv2: "));
    press(&mut window, Key::ArrowDown);
    picture(&mut window, "bundles_heat_keys");
    assert!(value(&window, "Heat map of bundles").starts_with("conv2: "));
    look_at(&mut window, View::Sweep);
    window.get_by_label("Sweep of budgets").focus();
    window.run_steps(2);
    let first = value(&window, "Sweep of budgets");
    press(&mut window, Key::ArrowRight);
    let second = value(&window, "Sweep of budgets");
    assert!(first.starts_with("within ") && second.starts_with("within ") && first != second);
    picture(&mut window, "bundles_sweep_keys");
    press(&mut window, Key::Enter);
    assert!(matches!(app(&window).session().bundles.chosen, Chosen::Front(_)));
}

#[test]
fn a_bare_number_typed_into_a_budget_has_the_unit_that_is_shown() {
    let mut window = bundles(LARGE, true);
    ask(&mut window, |bundling| bundling.latency_s = Some(0.0414));
    window.get_by_label("What schedules must keep").click();
    window.run_steps(3);
    window.get_by_label("Latency budget").click();
    window.run_steps(2);
    window.get_by_label("Latency budget").type_text("60");
    window.step();
    press(&mut window, Key::Enter);
    assert_eq!(app(&window).document().bundling.latency_s, Some(0.06));
}

#[test]
fn the_search_finds_the_tab_by_other_words() {
    let mut window = bundles(LARGE, true);
    for (text, found) in [
        ("dvfs", "Bundles   ·  tab"),
        ("schedule", "Bundles   ·  tab"),
        ("budget", "Bundles   ·  tab"),
        ("clock", "Bundles   ·  tab"),
        ("profile", "Add measured device…   ·  command"),
        ("timing csv", "Add measured device…   ·  command"),
        ("benchmark", "Measure this machine…   ·  command"),
    ] {
        command(&mut window, Command::Menu(MenuCommand::Palette));
        window.get_by_label("Search").type_text(text);
        window.run_steps(3);
        assert!(window.query_by_label(found).is_some(), "{text}");
        window.key_press(Key::Escape);
        settle(&mut window);
    }
}

#[test]
fn a_measured_devices_numbers_name_their_profile() {
    let mut window = bundles(LARGE, true);
    command(&mut window, Command::FocusLayer(0));
    let layer = cutscape::app::session::Selection::Layer(0);
    command(&mut window, Command::Select(Some(layer)));
    picture(&mut window, "bundles_inspector");
    window.get_by_label("from the profile alexnet_edge_profile.csv");
    assert!(window.query_by_label_contains("from a table of layer costs").is_none());
}
