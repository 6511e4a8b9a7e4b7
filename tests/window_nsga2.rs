//! NSGA-II in the window: run on demand, streamed into the plot, compared with the front, listed, stopped; and what the plot tells of
//! a front that is not over all cuts.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests open networks of the program")]
#[path = "support/app.rs"]
mod application;
#[path = "support/branches.rs"]
mod branches;
#[path = "support/dock.rs"]
mod dock;
#[expect(dead_code, reason = "files made here are valid")]
#[path = "common/onnx.rs"]
mod onnx;

use application::{Window, app, command, metrics, settle, window};
use cutscape::app::command::Command;
use cutscape::app::evolution::{Evolution, Found, State};
use cutscape::app::session::Tab;
use cutscape::app::{Age, App, MenuCommand, Theme};
use cutscape::explore::nsga2::{Settings, search};
use cutscape::explore::{Guarantee, compare};
use cutscape::project::Action;
use dock::{World, harness, looks, picture};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the workers would do.
fn evolve(world: &mut World, generations: usize, state: State) {
    let (schedule, table) = (
        world.derived.schedule.clone().unwrap(),
        world.derived.table.clone().unwrap(),
    );
    let of = world.document.search.clone();
    let problem = world.document.problem(&schedule, &table);
    let usual = Settings::cnnparted(&problem, &of, 1);
    let settings = Settings {
        population: 24,
        ..usual
    };
    let so_far = Settings {
        generations,
        ..settings
    };
    let evolution = search(&problem, &of, &so_far, &[], &|| false, &mut |_| {});
    let front = world.derived.front.clone().unwrap();
    let comparison = compare(&evolution.points, &front);
    world.derived.evolution = Some(Evolution {
        found: Found {
            points: Arc::new(evolution.points),
            evaluations: evolution.evaluations,
            generations: evolution.generations,
            settings,
            given: 0,
            took_s: 0.3,
            state,
        },
        search: of,
        took_s: Some(0.3),
        comparison: Some(comparison),
        is_stale: false,
    });
}

fn label(harness: &Harness<'_, World>) -> String {
    let legend = harness.get_by_label_contains(", heuristic");
    legend.accesskit_node().label().unwrap()
}

fn open(harness: &mut Harness<'_, World>) {
    harness.get_by_label("What the plot shows").click();
    harness.run();
    harness.get_by_label("NSGA-II…").click();
    harness.run();
}

#[test]
fn the_legend_compares_with_the_front_and_opens_the_panel() {
    let mut world = World::new("mobilenet_v2", Theme::dark());
    world.above = 300.0;
    evolve(&mut world, 6, State::Stopped);
    let mut harness = harness(world, Harness::builder().with_size([876.0, 532.0]).wgpu());
    let label = label(&harness);
    for part in [
        "of the exact hypervolume",
        " evaluations",
        "stopped after generation 6",
        "seed 1, heuristic",
    ] {
        assert!(label.contains(part), "no “{part}”: {label}");
    }
    harness.get_by_label(&label).click();
    harness.run();
    picture(&mut harness, "nsga2_panel");
    harness.get_by_label("Run NSGA-II").click();
    harness.run();
    let run = Command::Menu(MenuCommand::RunNsga2);
    assert_eq!(harness.state_mut().asked.drain(..).collect::<Vec<_>>(), [run]);
    harness.get_by_label("show what it found").click();
    harness.run();
    assert!(harness.state().session.evolution.hide);
    assert!(
        harness.query_by_role_and_label(Role::Button, &label).is_none(),
        "the legend goes with the points"
    );
    harness.get_by_label("Close “NSGA-II”").click();
    harness.run();
    assert!(!harness.state().session.evolution.is_open);
}

#[test]
fn settings_are_typed_and_empty_ones_are_those_of_cnnparted() {
    let mut world = World::new("mobilenet_v2", Theme::light());
    world.above = 300.0;
    let mut harness = harness(world, Harness::builder().with_size([876.0, 532.0]).wgpu());
    open(&mut harness);
    picture(&mut harness, "nsga2_panel_empty");
    write(&mut harness, "Seed", "42");
    write(&mut harness, "Population", "30");
    write(&mut harness, "Generations", "1");
    harness.get_by_label("begin with points of the front").click();
    harness.run();
    let wanted = harness.state().session.evolution.clone();
    assert_eq!(
        (wanted.seed, wanted.population, wanted.generations),
        (42, Some(30), Some(1))
    );
    assert!(wanted.from_front);
}

#[test]
fn its_points_are_marks_and_rows_that_load() {
    let mut world = World::new("mobilenet_v2", Theme::dark());
    evolve(&mut world, 6, State::Done);
    let mut harness = harness(world, Harness::builder().with_size([1140.0, 900.0]));
    harness.state_mut().dock.show_tab(Tab::Designs);
    harness.run();
    let points = harness.state().derived.evolution.as_ref().unwrap().found.points.len();
    let last = format!("point {points} of {points}: ");
    harness
        .get_by_label_contains(&format!("NSGA-II, seed 1, generation 6 · {last}"))
        .click();
    harness.run();
    let design = harness.state().derived.evolution.as_ref().unwrap().found.points[points - 1]
        .design
        .clone();
    assert_eq!(harness.state().asked, [Command::Edit(Action::LoadDesign(design))]);
    harness.get_by_label("Copy these designs as CSV").click();
    harness.run();
    let asked = harness.state().asked.last().cloned();
    let Some(Command::Copy(text)) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(
        text.lines().filter(|line| line.starts_with("nsga2,NSGA-II ")).count(),
        points
    );
    harness.state_mut().session.evolution.hide = true;
    harness.run();
    assert!(harness.query_by_label_contains("NSGA-II, seed 1").is_none());
}

#[test]
fn a_changed_problem_and_an_unproven_front_are_told() {
    let mut harness = dock::window("mobilenet_v2");
    evolve(harness.state_mut(), 6, State::Done);
    let front = harness.state().derived.front.as_deref().cloned().unwrap();
    harness.state_mut().derived.front = Some(Arc::new(cutscape::explore::Front {
        guarantee: Guarantee::Incomplete("too large".to_owned()),
        ..front
    }));
    harness.run();
    assert!(
        label(&harness).contains("of the best known front's hypervolume"),
        "{}",
        label(&harness)
    );
    harness.state_mut().derived.evolution.as_mut().unwrap().is_stale = true;
    harness.run();
    let label = label(&harness);
    assert!(
        label.starts_with("NSGA-II of the earlier problem") && !label.contains("hypervolume"),
        "{label}"
    );
}

#[test]
fn a_front_beside_too_many_ideals_tells_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("branches.onnx");
    std::fs::write(&path, branches::onnx(7, 5)).unwrap();
    for (theme, size, look) in [
        (Theme::dark(), [1140.0, 232.0], "dark"),
        (Theme::light(), [836.0, 180.0], "low"),
    ] {
        let world = World::of(path.clone(), theme);
        let bound = world.derived.front.as_ref().unwrap().bound.unwrap();
        assert!(bound.gap.is_finite() && !bound.closes(), "{bound:?}");
        let mut harness = harness(world, Harness::builder().with_size(size).wgpu());
        let told = format!("approx.: cuts along 1 schedule + hull, {}", bound.words());
        let caption = harness.get_by_label_contains(&told).rect();
        picture(&mut harness, &format!("bound_{look}"));
        harness.hover_at(caption.center());
        harness.run();
        harness.get_by_label_contains("Least cuts over all branches gave ");
    }
}

#[test]
fn pictures_of_both_themes_and_sizes() {
    let more = (Theme::light(), [1440.0, 300.0], "large");
    for (theme, size, look) in looks().into_iter().chain([more]) {
        let mut world = World::new("mobilenet_v2", theme);
        evolve(&mut world, 8, State::Running);
        world.derived.evolution.as_mut().unwrap().is_stale = look == "light";
        let mut harness = harness(world, Harness::builder().with_size(size).wgpu());
        picture(&mut harness, &format!("nsga2_{look}"));
    }
}

/// Steps until something is so.
fn until(window: &mut Window<'_>, what: &str, is_so: impl Fn(&App) -> bool) {
    let limit = Instant::now() + Duration::from_secs(60);
    window.step();
    while !is_so(app(window)) {
        assert!(Instant::now() < limit, "no {what}: {:?}", app(window).notices());
        window.step();
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn push(window: &mut Window<'_>, command: Command) {
    window.state_mut().as_mut().unwrap().push(command);
    window.step();
}

/// Types into a field in place of what is there.
fn write<S>(window: &mut Harness<'_, S>, label: &str, text: &str) {
    window.get_by_label(label).click();
    window.run_steps(4);
    window.get_by_label(label).type_text(text);
    window.run_steps(4);
    window.key_press(egui::Key::Enter);
    window.run_steps(4);
}

fn state(app: &App) -> Option<State> {
    app.derived().evolution.as_ref().map(|run| run.found.state)
}

#[test]
fn a_run_streams_can_be_stopped_and_ages_with_the_problem() {
    let mut window = window([1440.0, 900.0], true);
    push(&mut window, Command::Menu(MenuCommand::RunNsga2));
    until(&mut window, "first points", |app| state(app).is_some());
    assert_eq!(
        state(app(&window)),
        Some(State::Running),
        "the whole run takes longer than its first answer"
    );
    until(&mut window, "progress", |app| {
        let run = app.derived().evolution.as_ref();
        run.is_some_and(|run| run.found.generations > 1 && run.comparison.is_some())
    });
    application::picture(&mut window, "nsga2_running");
    push(&mut window, Command::CancelJob(cutscape::app::evolution::NAME));
    until(&mut window, "end", |app| {
        state(app) != Some(State::Running) && !app.is_busy()
    });
    settle(&mut window);
    let run = app(&window).derived().evolution.clone().unwrap();
    if run.found.state == State::Stopped {
        assert!(run.found.generations < run.found.settings.generations);
        assert!(window.query_all_by_label_contains("stopped after generation ").count() > 0);
    }
    assert!(!run.is_stale && !run.found.points.is_empty() && run.took_s.is_none());
    let comparison = run.comparison.unwrap();
    assert!(
        comparison.share.unwrap() <= 1.0 + 1e-9 && comparison.of > 0,
        "{comparison:?}"
    );
    application::picture(&mut window, "nsga2_window");
    // A small whole run from points of the front, by the panel.
    window.get_by_label_contains(", heuristic").click();
    settle(&mut window);
    write(&mut window, "Generations", "3");
    window.get_by_label("begin with points of the front").click();
    window.get_by_label("Run NSGA-II").click();
    until(&mut window, "a whole run with its comparison", |app| {
        let run = app.derived().evolution.as_ref();
        run.is_some_and(|run| run.found.generations == 3 && run.comparison.is_some())
    });
    let run = app(&window).derived().evolution.as_ref().unwrap();
    assert_eq!((run.found.generations, run.found.settings.generations), (3, 3));
    assert!(
        run.found.given > 1 && run.comparison.unwrap().matched > 1,
        "{:?}",
        run.comparison
    );
    application::picture(&mut window, "nsga2_window_panel");
    window.get_by_label("Close “NSGA-II”").click();
    settle(&mut window);
    let latency_s = metrics(&window).latency_s;
    let limits = cutscape::design::Constraints {
        latency_s: Some(latency_s * 10.0),
        ..Default::default()
    };
    command(&mut window, Command::Edit(Action::SetConstraints(limits)));
    let run = app(&window).derived().evolution.as_ref().unwrap();
    assert!(run.is_stale, "it belongs to the problem without that limit");
    // The pointer may rest on the legend, whose hint begins the same way.
    assert!(
        window
            .query_all_by_label_contains("NSGA-II of the earlier problem")
            .count()
            > 0
    );
    command(&mut window, Command::OpenExample("squeezenet1_1".to_owned()));
    assert!(
        app(&window).derived().evolution.is_none(),
        "its layers mean nothing here"
    );
}

#[test]
fn a_bound_is_told_by_status_line_and_inspector() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("branches.onnx");
    std::fs::write(&path, branches::onnx(7, 5)).unwrap();
    let mut window = window([1440.0, 900.0], true);
    command(&mut window, Command::Open(path));
    let front = app(&window).derived().front.clone().unwrap();
    let bound = front.bound.unwrap();
    window.get_by_label_contains("cuts along the schedule + hull · approximate front: ");
    let first = front.points[0].design.clone();
    command(&mut window, Command::Edit(Action::LoadDesign(first)));
    let within = cutscape::units::Unit::Percent.format(bound.gap);
    window.get_by_label_contains(&format!("on the front: yes, ≤ {within}. No other design"));
    application::picture(&mut window, "bound_window");
}

#[test]
fn what_is_stopped_never_looks_as_if_it_were_of_the_problem_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("branches.onnx");
    std::fs::write(&path, branches::onnx(7, 5)).unwrap();
    let mut window = window([1440.0, 900.0], false);
    command(&mut window, Command::Open(path));
    command(&mut window, Command::ShowTab(Tab::Sweep));
    let latency_s = metrics(&window).latency_s;
    let ages = |window: &Window<'_>| [app(window).derived().front_age, app(window).derived().sweep_age];
    let limit = |factor: f64| {
        let latency_s = Some(latency_s * factor);
        Command::Edit(Action::SetConstraints(cutscape::design::Constraints {
            latency_s,
            ..Default::default()
        }))
    };
    // An answer may be quicker than the hand that stops it.
    let stopped = (0..20_u8).any(|attempt| {
        push(&mut window, limit(10.0 + f64::from(attempt)));
        for job in ["front", "sweep"] {
            window.state_mut().as_mut().unwrap().push(Command::CancelJob(job));
        }
        window.step();
        ages(&window) == [Age::Stopped; 2]
    });
    assert!(stopped, "{:?}", ages(&window));
    settle(&mut window);
    assert_eq!(ages(&window), [Age::Stopped; 2], "nothing starts it anew by itself");
    let words = "stopped: of an earlier problem";
    window.get_by_label_contains(words);
    window.get_by_label_contains("regions, out of date");
    window.get_by_label_contains("on the front: ?, stopped. ");
    application::picture(&mut window, "stopped_sweep");
    command(&mut window, Command::Menu(MenuCommand::RunNsga2));
    until(&mut window, "a run", |app| {
        state(app).is_some_and(|state| state != State::Running)
    });
    settle(&mut window);
    let compared = "NSGA-II not compared: the front is of an earlier problem";
    assert!(window.query_all_by_label_contains(compared).count() > 0);
    assert_eq!(
        window.query_all_by_label_contains(words).count(),
        2,
        "status line and caption"
    );
    application::picture(&mut window, "stopped_front");
    command(&mut window, limit(9.0));
    assert_eq!(ages(&window)[0], Age::Current);
    assert_eq!(window.query_all_by_label_contains(words).count(), 0);
}
