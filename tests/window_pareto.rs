//! The Pareto plot over a real network, system and front: axes, areas, filters, choosing, fronts laid over each other.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[path = "support/dock.rs"]
mod dock;

use cutscape::app::session::{DotArea, Tab};
use cutscape::app::{Command, Theme};
use cutscape::explore::Objective;
use cutscape::project::Action;
use dock::{World, harness, looks, picture, window};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// The dock as windows of both sizes have it, in both themes.
fn all_looks(prepare: impl Fn(&mut World), name: &str) {
    for (theme, size, look) in looks() {
        let mut world = World::new("mobilenet_v2", theme);
        prepare(&mut world);
        let mut harness = harness(world, Harness::builder().with_size(size).wgpu());
        picture(&mut harness, &format!("pareto_{name}_{look}"));
    }
}

#[test]
fn an_axis_shows_what_its_menu_is_told_to() {
    // High enough for the whole menu.
    let world = World::new("mobilenet_v2", Theme::dark());
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 400.0]));
    harness.get_by_label_contains("vertical axis: energy").click();
    harness.run();
    harness.get_by_label("throughput").click();
    harness.run();
    let world = harness.state();
    assert_eq!(world.session.axes, [Objective::Latency, Objective::Interval].map(Some));
    let front = world.derived.front.clone().unwrap();
    let positions = world.dock.pareto().positions();
    let rate = |index: &usize| front.points[*index].metrics.throughput_hz;
    let indices = 0..front.points.len();
    let fastest = indices.clone().max_by(|a, b| rate(a).total_cmp(&rate(b))).unwrap();
    assert!(
        indices
            .into_iter()
            .all(|index| positions[index].y <= positions[fastest].y),
        "the better the lower"
    );
    // The same metric on both axes would be a line: they change places instead.
    harness.get_by_label_contains("horizontal axis: latency").click();
    harness.run();
    harness.get_by_label("throughput").click();
    harness.run();
    assert_eq!(
        harness.state().session.axes,
        [Objective::Interval, Objective::Latency].map(Some)
    );
    harness.get_by_label_contains("horizontal axis: throughput").click();
    harness.run();
    harness.get_by_label("logarithmic").click();
    harness.run();
    assert_eq!(harness.state().session.log_axes, [true, false]);
    harness
        .get_by_label_contains("horizontal axis: throughput (/s, log)")
        .click();
    harness.run();
    harness.get_by_label("follow the objectives").click();
    harness.run();
    assert_eq!(harness.state().session.axes, [None; 2]);
    harness.get_by_label_contains("vertical axis: energy");
}

#[test]
fn the_area_of_the_dots_can_be_a_third_metric() {
    let mut harness = window("mobilenet_v2");
    harness.get_by_label("What the plot shows").click();
    harness.run();
    harness.get_by_label("area: peak memory").click();
    harness.run();
    assert_eq!(harness.state().session.dot_area, DotArea::Of(Objective::Memory));
}

/// Drags with the primary button from one place to another.
fn drag(harness: &mut Harness<'_, World>, from: egui::Pos2, to: egui::Pos2) {
    harness.hover_at(from);
    harness.run_steps(1);
    harness.drag_at(from);
    harness.run_steps(1);
    for step in 1_u8..=4 {
        harness.hover_at(from.lerp(to, f32::from(step) / 4.0));
        harness.run_steps(1);
    }
    harness.drop_at(to);
    harness.run();
}

#[test]
fn a_dragged_box_filters_the_table_and_loads_nothing() {
    let world = World::new("mobilenet_v2", Theme::dark());
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 320.0]).wgpu());
    let positions = harness.state().dock.pareto().positions().to_vec();
    let front = harness.state().derived.front.clone().unwrap();
    // From the least energy, the last point, up to about the middle of the front.
    let low = positions[positions.len() - 1] + egui::vec2(6.0, 6.0);
    let high = positions[positions.len() - 4] + egui::vec2(-6.0, -6.0);
    drag(&mut harness, low, high);
    let filter = harness.state().session.box_filter.unwrap();
    let inside = front
        .points
        .iter()
        .filter(|point| filter.contains(&point.metrics))
        .count();
    assert!((4..front.points.len()).contains(&inside), "{inside}: {}", filter.text());
    assert_eq!(
        harness.state_mut().asked.drain(..).collect::<Vec<_>>(),
        [Command::ShowTab(Tab::Designs)],
        "a drag is no click"
    );
    harness.state_mut().dock.show_tab(Tab::Designs);
    harness.run();
    picture(&mut harness, "pareto_box");
    harness.get_by_label("sort by latency").click();
    harness.run();
    assert_eq!(harness.state().session.design_sort, Some((Objective::Latency, false)));
    let last = front.points.len();
    harness
        .get_by_label_contains(&format!("point {last} of {last} of the front: "))
        .click();
    harness.run();
    let design = front.points[last - 1].design.clone();
    assert_eq!(harness.state().asked, [Command::Edit(Action::LoadDesign(design))]);
    harness.get_by_label("Clear the box").click();
    harness.run();
    assert_eq!(harness.state().session.box_filter, None);
    assert!(harness.query_by_label("Clear the box").is_none());
}

#[test]
fn escape_gives_a_box_up_and_the_secondary_button_moves_the_view() {
    let mut harness = window("mobilenet_v2");
    let before = harness.state().dock.pareto().positions().to_vec();
    let from = before[before.len() - 1] + egui::vec2(-20.0, -20.0);
    harness.hover_at(from);
    harness.run_steps(1);
    harness.drag_at(from);
    harness.run_steps(1);
    harness.hover_at(from + egui::vec2(-40.0, -40.0));
    harness.run_steps(2);
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    harness.drop_at(from + egui::vec2(-50.0, -50.0));
    harness.run();
    assert_eq!(harness.state().session.box_filter, None);
    let button = |pressed| egui::Event::PointerButton {
        pos: from,
        button: egui::PointerButton::Secondary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    harness.hover_at(from);
    harness.run_steps(1);
    harness.event(button(true));
    harness.run_steps(1);
    for step in 1_u8..=4 {
        harness.hover_at(from + egui::vec2(10.0 * f32::from(step), 0.0));
        harness.run_steps(1);
    }
    harness.event(button(false));
    harness.run();
    let moved = harness.state().dock.pareto().positions()[0] - before[0];
    assert!((25.0..45.0).contains(&moved.x), "{moved:?}");
    assert_eq!(harness.state().session.box_filter, None);
}

#[test]
fn a_point_is_chosen_by_weights_or_by_priority_and_loaded() {
    let mut world = World::new("mobilenet_v2", Theme::dark());
    // The panel opens above the bar.
    world.above = 260.0;
    let mut harness = harness(world, Harness::builder().with_size([876.0, 492.0]).wgpu());
    let front = harness.state().derived.front.clone().unwrap();
    harness.get_by_label("choose for me").click();
    harness.run();
    picture(&mut harness, "pareto_choose_weights");
    let load = |harness: &mut Harness<'_, World>| {
        harness.get_by_label("Load the chosen design").click();
        harness.run();
        harness.state_mut().asked.drain(..).collect::<Vec<_>>()
    };
    let by_weights = harness.state().session.choice.index(&front).unwrap();
    let expected = Command::Edit(Action::LoadDesign(front.points[by_weights].design.clone()));
    assert_eq!(load(&mut harness), [expected]);
    harness.get_by_label("by priority").click();
    harness.run();
    harness.get_by_label("energy comes earlier").click();
    harness.run();
    picture(&mut harness, "pareto_choose_priority");
    let by_energy = harness.state().session.choice.index(&front).unwrap();
    let least = front
        .points
        .iter()
        .map(|p| p.metrics.energy_j)
        .fold(f64::INFINITY, f64::min);
    assert!(front.points[by_energy].metrics.energy_j <= 1.05 * least);
    let expected = Command::Edit(Action::LoadDesign(front.points[by_energy].design.clone()));
    assert_eq!(load(&mut harness), [expected]);
    harness.get_by_label("Close “Choose for me”").click();
    harness.run();
    assert!(!harness.state().session.choice.is_open);
}

#[test]
fn the_plot_in_all_looks() {
    all_looks(|_| {}, "plain");
    all_looks(
        |world| {
            world.session.axes = [Objective::Interval, Objective::LinkBytes].map(Some);
            world.session.log_axes = [true, false];
            world.session.dot_area = DotArea::Of(Objective::Memory);
        },
        "throughput",
    );
}
