//! The Timeline tab over real networks and systems: what it lays out, names, highlights and selects.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[path = "support/dock.rs"]
mod dock;

use cutscape::app::Theme;
use cutscape::app::command::Command;
use cutscape::app::session::{Part, Selection};
use cutscape::design::Bottleneck;
use cutscape::project::{Document, Metrics, Pin};
use cutscape::system::preset::Presets;
use dock::{World, harness, looks, picture, window};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

/// Where a step of a frame is on the screen.
fn span(harness: &Harness<'_, World>, frame: usize, step: usize) -> egui::Rect {
    let spans = harness.state().dock.timeline().spans();
    spans.iter().find(|span| (span.0, span.1) == (frame, step)).unwrap().2
}

fn value(harness: &Harness<'_, World>) -> String {
    harness.get_by_label("Timeline chart").value().unwrap()
}

fn click(harness: &mut Harness<'_, World>, at: egui::Pos2) {
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        harness.run();
    }
}

/// Keeps the present design.
fn pin(world: &mut World) {
    let metrics = Metrics::from(world.derived.evaluation.as_ref().unwrap());
    let document = &mut world.document;
    document.pins.push(Pin {
        name: "P1".to_owned(),
        system: document.system.clone(),
        design: document.design.clone(),
        view: document.view,
        metrics,
    });
}

#[test]
fn frames_follow_each_other_and_the_bottleneck_is_named() {
    let mut harness = window("mobilenet_v2");
    let evaluation = harness.state().derived.evaluation.clone().unwrap();
    let steps = evaluation.steps.len();
    assert_eq!(harness.state().dock.timeline().spans().len(), 3 * steps);
    for frame in 0..3 {
        for step in 1..steps {
            assert!(span(&harness, frame, step - 1).right() <= span(&harness, frame, step).left() + 2.0);
        }
    }
    let value = value(&harness);
    let Bottleneck::Device(device) = evaluation.bottleneck else {
        panic!("{:?}", evaluation.bottleneck);
    };
    let named = format!("bottleneck: {} ", Theme::letter(device));
    assert!(value.starts_with(&named) && value.contains(" → "), "{value}");
    harness.get_by_label_contains("in flight");
    harness.get_by_label_contains("timeline of: 3 frames").click();
    harness.run();
    harness.get_by_label("one inference").click();
    harness.run();
    assert_eq!(harness.state().dock.timeline().spans().len(), steps);
    harness.get_by_label_contains("idle    latency ");
}

#[test]
fn hovering_a_span_marks_its_layers_or_cut_and_a_click_selects() {
    let mut harness = window("mobilenet_v2");
    let at = span(&harness, 1, 0).center();
    harness.hover_at(at);
    harness.run();
    assert_eq!(harness.state().session.hovered_part, Some(Part::Partition(0)));
    harness.get_by_label_contains("of the latency");
    click(&mut harness, at);
    let selected = Command::Select(Some(Selection::Device(0)));
    assert!(harness.state().asked.contains(&selected), "{:?}", harness.state().asked);
    let sent = span(&harness, 0, 1).center();
    harness.hover_at(sent);
    harness.run();
    assert_eq!(harness.state().session.hovered_part, Some(Part::Cut(0)));
    click(&mut harness, sent);
    let selected = Command::Select(Some(Selection::Cut(0)));
    assert!(harness.state().asked.contains(&selected), "{:?}", harness.state().asked);
}

#[test]
fn arrow_keys_walk_the_spans() {
    let mut harness = window("mobilenet_v2");
    harness.get_by_label("Timeline chart").focus();
    harness.run();
    assert!(value(&harness).starts_with("f1 on A"), "{}", value(&harness));
    harness.key_press(egui::Key::ArrowRight);
    harness.run();
    assert!(!value(&harness).starts_with("f1 on A"), "{}", value(&harness));
    assert!(harness.state().session.hovered_part.is_some());
}

#[test]
fn a_gap_is_shaded_and_tells_what_is_waited_for() {
    let mut harness = window("mobilenet_v2");
    let evaluation = harness.state().derived.evaluation.clone().unwrap();
    let steps = evaluation.steps.len();
    let (first, second) = (span(&harness, 0, steps - 1), span(&harness, 1, steps - 1));
    harness.hover_at(first.right_center().lerp(second.left_center(), 0.5));
    harness.run();
    assert!(value(&harness).contains("is idle for"), "{}", value(&harness));
    assert!(value(&harness).contains("f2 is still on"), "{}", value(&harness));
    harness.get_by_label_contains("in all idle for");
}

#[test]
fn a_frame_rate_that_is_too_high_is_told_with_its_queue() {
    let mut world = World::new("mobilenet_v2", Theme::light());
    let possible_hz = world.derived.evaluation.as_ref().unwrap().throughput_hz;
    world.document.system.frame_rate_hz = Some(2.0 * possible_hz);
    world.compute();
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 232.0]));
    assert!(value(&harness).contains("too slow for the"), "{}", value(&harness));
    harness.get_by_label_contains("queue grows by");
    harness.state_mut().document.system.frame_rate_hz = Some(possible_hz / 4.0);
    harness.state_mut().compute();
    harness.run();
    assert!(value(&harness).contains("asked for"), "{}", value(&harness));
    harness.get_by_label_contains("1 frame in flight");
}

#[test]
fn a_pin_is_laid_out_below_on_the_same_axis() {
    let mut world = World::new("mobilenet_v2", Theme::dark());
    pin(&mut world);
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 300.0]));
    let alone = span(&harness, 2, 0);
    harness.get_by_label_contains("compare with: ").click();
    harness.run();
    harness.get_by_label("P1").click();
    harness.run();
    assert_eq!(harness.state().session.timeline.against.as_deref(), Some("P1"));
    let compared = span(&harness, 2, 0);
    assert!((alone.left() - compared.left()).abs() < 1.0 && compared.height() < alone.height());
    harness.hover_at(compared.center() + egui::vec2(0.0, 140.0));
    harness.run();
    assert_eq!(
        harness.state().session.preview.as_ref(),
        Some(&harness.state().document.design)
    );
}

#[test]
fn the_wheel_zooms_a_drag_moves_and_the_button_shows_everything_again() {
    let mut harness = window("mobilenet_v2");
    let before = span(&harness, 1, 0);
    harness.hover_at(before.center());
    harness.run();
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 120.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run_steps(12);
    let zoomed = span(&harness, 1, 0);
    assert!(zoomed.width() > 1.3 * before.width(), "{before} {zoomed}");
    harness.get_by_label_contains("Show the whole timeline").click();
    harness.run();
    assert!((span(&harness, 1, 0).width() - before.width()).abs() < 0.5);
}

#[test]
fn without_a_design_the_tab_says_so() {
    let mut harness = window("squeezenet1_1");
    harness.state_mut().derived.evaluation = None;
    harness.run();
    harness.get_by_label_contains("No design is evaluated yet");
}

#[test]
fn pictures_of_both_themes_and_sizes() {
    for (theme, size, look) in looks() {
        for system in ["start", "four_chiplets"] {
            let mut world = World::new("mobilenet_v2", theme.clone());
            if system == "four_chiplets" {
                let system = Presets::load(None).system("Four equal chiplets").unwrap();
                world.document = Document::new(Arc::clone(&world.document.network), system).unwrap();
                world.compute();
                world.session.timeline.set_frames(6);
            }
            pin(&mut world);
            world.session.timeline.against = (look == "light").then(|| "P1".to_owned());
            let mut harness = harness(world, Harness::builder().with_size(size).wgpu());
            assert!(!harness.state().dock.timeline().spans().is_empty());
            picture(&mut harness, &format!("timeline_{system}_{look}"));
            let at = span(&harness, 1, 0).center();
            harness.hover_at(at);
            harness.run();
            picture(&mut harness, &format!("timeline_{system}_{look}_hover"));
        }
    }
}
