//! The dock's tabs over a real network, system and front: what clicks, keys and filters ask for.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "it arranges tabs and looks at none in all themes")]
#[path = "support/dock.rs"]
mod dock;

use cutscape::app::Theme;
use cutscape::app::command::{Command, MenuCommand};
use cutscape::app::dock::Arrangement;
use cutscape::app::session::{Selection, Tab};
use cutscape::project::Action;
use dock::{World, harness, picture, window};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn shows(harness: &Harness<'_, World>, label: &str) -> bool {
    harness.query_all_by_label(label).next().is_some()
}

#[test]
fn a_click_on_a_front_point_loads_it_and_hovering_previews_it() {
    let mut harness = window("mobilenet_v2");
    let positions = harness.state().dock.pareto().positions().to_vec();
    let front = harness.state().derived.front.clone().unwrap();
    assert_eq!(positions.len(), front.points.len());
    let index = positions.len() - 1;
    harness.hover_at(positions[index]);
    harness.run();
    let expected = front.points[index].design.clone();
    assert_eq!(harness.state().session.preview, Some(expected.clone()));
    harness.event(egui::Event::PointerButton {
        pos: positions[index],
        button: egui::PointerButton::Primary,
        pressed: true,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run();
    harness.event(egui::Event::PointerButton {
        pos: positions[index],
        button: egui::PointerButton::Primary,
        pressed: false,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run();
    assert_eq!(harness.state().asked, [Command::Edit(Action::LoadDesign(expected))]);
}

#[test]
fn arrow_keys_walk_the_front_and_enter_loads() {
    let mut harness = window("mobilenet_v2");
    harness.get_by_label("Pareto plot").focus();
    harness.run();
    for _ in 0..200 {
        harness.key_press(egui::Key::ArrowLeft);
    }
    harness.run();
    harness.key_press(egui::Key::ArrowRight);
    harness.run();
    let front = harness.state().derived.front.clone().unwrap();
    let second = front.points[1].design.clone();
    assert_eq!(harness.state().session.preview, Some(second.clone()));
    let value = harness.get_by_label("Pareto plot").value().unwrap();
    assert!(value.contains("point 2 of"), "{value}");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(harness.state().asked, [Command::Edit(Action::LoadDesign(second))]);
}

#[test]
fn the_table_sorts_filters_and_selects() {
    let mut harness = window("mobilenet_v2");
    harness.get_by_label("Layers").click();
    harness.run();
    let layers = harness.state().document.network().layers.len();
    harness.get_by_label(&format!("{layers} layers"));
    harness.get_by_label("sort by layer").click();
    harness.run();
    assert_eq!(harness.state().session.layer_sort, Some((1, false)));
    harness.get_by_label("sort by latency").click();
    harness.run();
    assert_eq!(harness.state().session.layer_sort, Some((4, true)));
    let slowest = {
        let world = harness.state();
        let table = world.derived.table.as_ref().unwrap();
        let cost = |l: &usize| table.layer(world.document.design.device_of(*l), *l).unwrap().latency_s;
        (0..layers).max_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap()
    };
    let name = harness.state().document.network().layers[slowest].name.clone();
    harness.get_by_label_contains(&format!("{name}, ")).click();
    harness.run();
    let selected = Command::Select(Some(Selection::Layer(slowest)));
    assert!(harness.state().asked.contains(&selected));
    harness.state_mut().session.layer_filter = "op:gemm device:c".into();
    harness.run();
    harness.get_by_label_contains(&format!(" of {layers} layers"));
    harness.get_by_label("Export the layer table as CSV").click();
    harness.run();
    let export = Command::Menu(MenuCommand::ExportLayers);
    assert!(harness.state().asked.contains(&export));
}

#[test]
fn an_empty_front_says_which_limit_leaves_nothing() {
    let mut world = World::new("squeezenet1_1", Theme::light());
    world.document.constraints.latency_s = Some(1e-9);
    world.compute();
    let harness = harness(world, Harness::builder().with_size([1140.0, 232.0]));
    harness.get_by_label_contains("No design keeps latency ≤ 1.00 ns");
}

#[test]
fn a_missing_front_is_said_and_the_inspector_can_be_a_tab() {
    let mut world = World::new("squeezenet1_1", Theme::light());
    world.derived.front = None;
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 232.0]));
    harness.get_by_label("computing the front…");
    assert!(harness.query_by_label("Inspector").is_none());
    harness.state_mut().dock.set_inspector_tab(true);
    harness.run();
    assert!(shows(&harness, "Where the time goes"));
    harness.state_mut().dock.show_tab(Tab::Layers);
    harness.run();
    assert!(!shows(&harness, "Where the time goes"));
    harness.state_mut().dock.set_inspector_tab(false);
    harness.run();
    assert!(harness.query_by_label("Inspector").is_none());
}

#[test]
fn a_narrow_dock_puts_its_tabs_behind_each_other_and_its_switches_into_a_menu() {
    let world = World::new("squeezenet1_1", Theme::dark());
    // A bar that scrolls to its tab takes a few frames more, as its arrows come and go.
    let builder = Harness::builder().with_size([480.0, 232.0]).with_max_steps(12);
    let mut harness = harness(world, builder.wgpu());
    picture(&mut harness, "dock_narrow");
    harness.get_by_label("Pareto plot");
    assert!(!shows(&harness, "sort by latency"));
    harness.get_by_label("What the plot shows").click();
    harness.run();
    harness.get_by_label("log energy").click();
    harness.run();
    assert_eq!(harness.state().session.log_axes, [false, true]);
    harness.key_press(egui::Key::Escape);
    harness.run();
    harness.get_by_label("All tabs").click();
    harness.run();
    harness.get_by_label("Show Layers").click();
    harness.run();
    harness.get_by_label("sort by latency");
    assert!(harness.state().session.dock.is_some(), "what was chosen is kept");
}

#[test]
fn the_wheel_zooms_to_the_pointer_and_the_button_shows_everything_again() {
    let mut harness = window("mobilenet_v2");
    let before = harness.state().dock.pareto().positions().to_vec();
    let span = |positions: &[egui::Pos2]| positions[positions.len() - 1].x - positions[0].x;
    harness.hover_at(before[0] + egui::vec2(60.0, 0.0));
    harness.run();
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 60.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run();
    let zoomed = harness.state().dock.pareto().positions().to_vec();
    assert!(
        span(&zoomed) > 1.1 * span(&before),
        "{} {}",
        span(&zoomed),
        span(&before)
    );
    harness.get_by_label_contains("Show the whole front").click();
    harness.run();
    assert_eq!(harness.state().dock.pareto().positions(), before);
}

#[test]
fn a_tab_dragged_onto_another_bar_moves_there_and_stays_there_in_the_session() {
    let mut harness = window("squeezenet1_1");
    let from = harness.get_by_label("Layers").rect().center();
    let to = harness.get_by_label("Pareto").rect().right_center() + egui::vec2(4.0, 0.0);
    harness.drag_at(from);
    harness.run_steps(2);
    for step in 1..=4 {
        harness.hover_at(from.lerp(to, step as f32 / 4.0));
        harness.run_steps(2);
    }
    harness.drop_at(to);
    harness.run_steps(4);
    let saved = harness.state().session.dock.clone().unwrap();
    let Arrangement::Split { parts, .. } = &saved else {
        panic!("{saved:?}");
    };
    let together = |part: &Arrangement| matches!(part, Arrangement::Tabs { tabs, .. } if tabs.contains(&Tab::Pareto) && tabs.contains(&Tab::Layers));
    assert!(parts.iter().any(|(_, part)| together(part)), "{saved:?}");
}
