//! The Pareto plot over a real network, system and front: axes, areas, filters, choosing, fronts laid over each other.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[path = "support/dock.rs"]
mod dock;

use cutscape::app::Theme;
use cutscape::app::session::DotArea;
use cutscape::explore::Objective;
use dock::{World, harness, picture, window};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// The dock as windows of both sizes have it, in both themes.
fn all_looks(prepare: impl Fn(&mut World), name: &str) {
    for (theme, size, look) in [
        (Theme::dark(), [876.0, 232.0], "dark"),
        (Theme::light(), [876.0, 232.0], "light"),
        (Theme::dark(), [836.0, 180.0], "low"),
    ] {
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
