//! The Compare tab over real networks and systems: percentages, thresholds, names, loading, files.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests of the window open files and compare numbers")]
#[path = "support/app.rs"]
mod app;
#[expect(dead_code, reason = "these tests make their own world")]
#[path = "support/dock.rs"]
mod dock;

use app::{Window, app, command, settle};
use cutscape::app::Theme;
use cutscape::app::command::{Command, MenuCommand};
use cutscape::app::session::{CompareBase, Tab};
use cutscape::design::{Design, Metrics};
use cutscape::network::Ideal;
use cutscape::project::comparison::{Comparison, Group, Measure, Of, Threshold, Value, tables};
use cutscape::project::{Action, Document, View};
use cutscape::system::preset::Presets;
use cutscape::system::{DeviceModel, System};
use dock::{World, harness, looks, picture};
use egui_kittest::kittest::Queryable;
use egui_kittest::{Harness, HarnessBuilder};
use std::sync::Arc;

/// The system with a first device that takes twice as long per byte and layer, and a slower link.
fn slower(system: &System) -> System {
    let mut system = system.clone();
    system.name = "Slower".to_owned();
    if let DeviceModel::Roofline(model) = &mut system.devices[0].model {
        model.bandwidth_bytes_per_s /= 2.0;
        model.overhead_s *= 2.0;
    }
    let rate = system.links[0].model.tunable().unwrap().rate_bytes_per_s;
    system.links[0].model.set_rate(rate / 4.0);
    system
}

/// Three designs: everything on B (P1), the even split on a slower system (P2), and the even split in the window.
fn world(model: &str, theme: Theme) -> World {
    let mut world = World::new(model, theme);
    let document = &mut world.document;
    let (system, split) = (document.system.clone(), document.design.clone());
    let devices = system.devices.len();
    let all_on_b = Design::all_on(document.network(), devices, 1);
    document.apply(Action::LoadDesign(all_on_b)).unwrap();
    document.apply(Action::Pin).unwrap();
    document.apply(Action::LoadDesign(split)).unwrap();
    document.apply(Action::SetSystem(slower(&system))).unwrap();
    document.apply(Action::Pin).unwrap();
    document.apply(Action::SetSystem(system)).unwrap();
    world.compute();
    world
}

fn shown(world: World, size: [f32; 2]) -> Harness<'static, World> {
    shown_by(world, Harness::builder().with_size(size))
}

fn shown_by(mut world: World, builder: HarnessBuilder<World>) -> Harness<'static, World> {
    world.dock.show_tab(Tab::Compare);
    harness(world, builder)
}

fn window() -> Harness<'static, World> {
    shown(world("mobilenet_v2", Theme::dark()), [1500.0, 900.0])
}

fn comparison<'a>(harness: &'a Harness<'_, World>) -> &'a Comparison {
    harness.state().dock.compare().comparison().unwrap()
}

/// What the window asked for, done.
fn carry_out(harness: &mut Harness<'_, World>) {
    let world = harness.state_mut();
    for command in std::mem::take(&mut world.asked) {
        if let Command::Edit(action) = command {
            world.document.apply(action).unwrap();
        }
    }
    world.compute();
    harness.run();
}

#[test]
fn without_a_pin_the_tab_says_what_to_do() {
    let mut harness = shown(World::new("squeezenet1_1", Theme::dark()), [1140.0, 232.0]);
    harness.get_by_label_contains("Nothing is pinned yet");
    harness.get_by_label("Pin this design").click();
    harness.run();
    assert_eq!(harness.state().asked, [Command::Edit(Action::Pin)]);
    carry_out(&mut harness);
    assert_eq!(comparison(&harness).designs, ["this design", "P1"]);
}

#[test]
fn percentages_are_those_of_the_metrics() {
    let harness = window();
    let compared = comparison(&harness);
    assert_eq!(compared.designs, ["this design", "P1", "P2"]);
    assert_eq!(compared.base, 1);
    let document = &harness.state().document;
    let metrics = [
        Metrics::from(&document.evaluate()),
        document.pins[0].metrics,
        document.pins[1].metrics,
    ];
    for (name, values) in [
        ("latency", metrics.map(|m| m.latency_s)),
        ("energy", metrics.map(|m| m.energy_j)),
        ("throughput", metrics.map(|m| m.throughput_hz)),
        ("peak memory", metrics.map(|m| m.peak_memory_bytes as f64)),
        ("link traffic", metrics.map(|m| m.link_bytes as f64)),
    ] {
        let row = compared.rows.iter().find(|row| row.name == name).unwrap();
        for (design, value) in values.into_iter().enumerate() {
            assert_eq!(row.values[design].number(), Some(value), "{name}");
            let change = row.change(design, 1);
            assert_eq!(change.is_some(), design != 1);
            if let Some(share) = change.and_then(|change| change.share) {
                assert!((share - (value / values[1] - 1.0)).abs() < 1e-12, "{name}");
            }
        }
    }
    let latency = compared.rows.iter().find(|row| row.name == "latency").unwrap();
    let share = latency.change(0, 1).unwrap().text(latency.unit);
    harness.get_by_label_contains(&format!(
        "latency: this design {}",
        latency.values[0].text(latency.unit)
    ));
    harness.get_by_label_contains(&share);
    // The pin on the slower system was evaluated on that, and only there.
    assert!(metrics[2].latency_s > metrics[0].latency_s);
    assert!(!compared.rows.iter().any(|row| row.name == "when pinned"));
}

#[test]
fn what_differs_in_the_systems_is_told_parameter_by_parameter() {
    let harness = window();
    let rows: Vec<_> = comparison(&harness)
        .rows
        .iter()
        .filter(|row| row.group == Group::Systems)
        .map(|row| row.name.clone())
        .collect();
    assert_eq!(rows, ["bandwidth", "time per layer", "A–B rate"]);
}

#[test]
fn a_click_on_a_head_compares_with_that_design() {
    let mut harness = window();
    harness.get_by_label("compare with P2").click();
    harness.run();
    assert_eq!(comparison(&harness).base, 2);
    harness.get_by_label("P2, the base of the comparison");
    harness.get_by_label("compare with this design").focus();
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(harness.state().session.compare.base, CompareBase::Current);
    assert_eq!(comparison(&harness).base, 0);
}

#[test]
fn a_threshold_hides_small_differences_and_says_how_many() {
    let mut harness = window();
    let all = comparison(&harness).all_layers;
    assert_eq!(comparison(&harness).layers.len(), all);
    harness.state_mut().session.compare.threshold = Threshold {
        share: Some(0.02),
        of: Of::Design,
    };
    harness.run();
    let compared = comparison(&harness);
    let whole = harness.state().document.pins[0].metrics.latency_s;
    let kept = compared.layers.len();
    assert!(kept > 0 && kept < all, "{kept} of {all}");
    assert!(compared.layers.iter().all(|layer| layer.difference(1) >= 0.02 * whole));
    let hidden = format!("{} of {all} hidden", all - kept);
    harness.state_mut().session.compare.folded = vec![Group::Result, Group::Devices, Group::Links, Group::Systems];
    harness.state_mut().session.compare.largest_first = true;
    harness.run();
    harness.get_by_label(&hidden);
    harness.get_by_label_contains(&format!("these {kept} layers: "));
    let differences: Vec<f64> = comparison(&harness).layers.iter().map(|l| l.difference(1)).collect();
    assert!(differences.windows(2).all(|pair| pair[0] >= pair[1]));
}

#[test]
fn a_typed_threshold_is_kept_and_the_measure_switches() {
    let mut harness = window();
    harness.state_mut().session.compare.folded = vec![Group::Result, Group::Devices, Group::Links, Group::Systems];
    harness.run();
    let fields: Vec<_> = harness.query_all_by_label("hide differences below").collect();
    assert_eq!(fields.len(), 2);
    fields[0].focus();
    harness.run();
    let field = harness.query_all_by_label("hide differences below").next().unwrap();
    field.type_text("5");
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(harness.state().session.compare.threshold.share, Some(0.05));
    harness.get_by_label_contains("layers by: latency").click();
    harness.run();
    harness.get_by_label("energy").click();
    harness.run();
    assert_eq!(comparison(&harness).measure, Measure::Energy);
}

#[test]
fn a_click_on_a_layer_brings_it_into_view_and_hovering_marks_it() {
    let mut harness = window();
    harness.state_mut().session.compare.folded = vec![Group::Result, Group::Devices, Group::Links, Group::Systems];
    harness.run();
    let layer = comparison(&harness).layers[3].clone();
    let label = format!("{}: this design", layer.name);
    harness.get_by_label_contains(&label).hover();
    harness.run();
    assert_eq!(harness.state().session.hovered_layer, Some(layer.layer));
    harness.get_by_label_contains(&label).click();
    harness.run();
    assert_eq!(harness.state().asked, [Command::FocusLayer(layer.layer)]);
}

#[test]
fn groups_fold() {
    let mut harness = window();
    harness.get_by_label("fold Devices").click();
    harness.run();
    assert_eq!(harness.state().session.compare.folded, [Group::Devices]);
    assert!(harness.query_by_label_contains("average power: ").is_none());
    harness.get_by_label("unfold Devices").click();
    harness.run();
    assert!(harness.state().session.compare.folded.is_empty());
}

#[test]
fn a_pin_gets_another_name_and_is_forgotten() {
    let mut harness = window();
    harness.state_mut().session.compare.base = CompareBase::Pin("P2".into());
    harness.get_by_label("Commands for P2").click();
    harness.run();
    for (typed, taken) in [("P1", false), ("slow link", true)] {
        harness.get_by_label("Name of P2").focus();
        harness.run();
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.run();
        harness.get_by_label("Name of P2").type_text(typed);
        harness.run();
        harness.key_press(egui::Key::Enter);
        harness.run();
        assert_eq!(!harness.state().asked.is_empty(), taken);
    }
    carry_out(&mut harness);
    assert_eq!(comparison(&harness).designs, ["this design", "P1", "slow link"]);
    assert_eq!(comparison(&harness).base, 2);
    harness.get_by_label_contains("Forget slow link").click();
    harness.run();
    carry_out(&mut harness);
    assert_eq!(comparison(&harness).designs, ["this design", "P1"]);
}

#[test]
fn a_pin_is_loaded_with_its_system_in_one_gesture() {
    let mut harness = window();
    harness.get_by_label("Commands for P2").click();
    harness.run();
    harness.get_by_label("Load with its system").click();
    harness.run();
    let pin = harness.state().document.pins[1].clone();
    let expected = [
        Command::BeginGesture,
        Command::Edit(Action::SetSystem(pin.system)),
        Command::Edit(Action::LoadDesign(pin.design)),
        Command::EndGesture,
    ];
    assert_eq!(harness.state().asked, expected);
}

#[test]
fn files_hold_what_is_shown() {
    let harness = window();
    let compared = comparison(&harness);
    let text = tables::designs(compared).csv().unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let column = |name: &str| head.iter().position(|column| *column == name).unwrap();
    let row = compared.rows.iter().find(|row| row.name == "latency").unwrap();
    for (design, cells) in lines.enumerate() {
        assert_eq!(cells[0], compared.designs[design]);
        let number: f64 = cells[column("latency_s")].parse().unwrap();
        assert_eq!(Some(number), row.values[design].number());
        let change = row.change(design, compared.base).and_then(|change| change.share);
        assert_eq!(cells[column("latency_s_change")].parse().ok(), change);
    }
    let layers = tables::layers(compared).csv().unwrap();
    assert_eq!(layers.lines().count(), compared.layers.len() + 1);
    let markdown = tables::markdown(compared);
    for title in ["| Result |", "| Devices |", "| Differences of systems |", "| Layers |"] {
        assert!(markdown.contains(title), "{markdown}");
    }
}

#[test]
fn a_pin_of_another_network_shows_its_stored_numbers_and_says_why() {
    let mut world = world("mobilenet_v2", Theme::dark());
    world.document.pins[0].design = Design::all_on(World::new("squeezenet1_1", Theme::dark()).document.network(), 2, 1);
    world.compute();
    let harness = shown(world, [1500.0, 900.0]);
    let compared = comparison(&harness);
    let latency = compared.rows.iter().find(|row| row.name == "latency").unwrap();
    let stored = harness.state().document.pins[0].metrics.latency_s;
    assert_eq!(latency.values[1].number(), Some(stored));
    assert!(compared.layers.iter().all(|layer| layer.costs[1].is_none()));
    harness.get_by_label_contains("when pinned: ");
    let told = tables::markdown(compared);
    assert!(told.contains("made for another network"), "{told}");
}

#[test]
fn a_pin_of_the_other_view_has_numbers_but_no_layers() {
    let mut world = world("mobilenet_v2", Theme::dark());
    world.document.apply(Action::SetView(View::Raw)).unwrap();
    world.compute();
    let harness = shown(world, [1500.0, 900.0]);
    let compared = comparison(&harness);
    let latency = compared.rows.iter().find(|row| row.name == "latency").unwrap();
    let stored = harness.state().document.pins[0].metrics.latency_s;
    assert_eq!(latency.values[1].number(), Some(stored));
    assert!(compared.layers.iter().all(|layer| layer.costs[1].is_none()));
}

#[test]
fn the_front_s_volume_and_the_shares_of_it_are_told() {
    let mut world = world("mobilenet_v2", Theme::dark());
    let front = world.derived.front.clone().unwrap();
    let knee = front.points[front.points.len() / 2].design.clone();
    world.document.apply(Action::LoadDesign(knee)).unwrap();
    world.document.apply(Action::Pin).unwrap();
    world.compute();
    let harness = shown(world, [1500.0, 900.0]);
    let compared = comparison(&harness);
    let row = compared
        .rows
        .iter()
        .find(|row| row.column == "hypervolume_share")
        .unwrap();
    let shares: Vec<f64> = row.values.iter().filter_map(Value::number).collect();
    assert!(
        shares.iter().all(|share| (0.0..=1.0 + 1e-12).contains(share)),
        "{shares:?}"
    );
    assert!(shares[0] > 0.0 && shares[0] == shares[3], "{shares:?}");
    harness.get_by_label_contains("Hypervolume of the front");
    harness.get_by_label_contains("All pins together");
}

#[test]
fn pictures_of_both_themes_and_sizes() {
    let more = (Theme::light(), [1500.0, 760.0], "tall");
    for (theme, size, look) in looks().into_iter().chain([more]) {
        let empty = World::new("mobilenet_v2", theme.clone());
        let mut empty = shown_by(empty, Harness::builder().with_size(size).wgpu());
        picture(&mut empty, &format!("compare_empty_{look}"));
        let world = world("mobilenet_v2", theme.clone());
        let mut harness = shown_by(world, Harness::builder().with_size(size).wgpu());
        assert_eq!(comparison(&harness).designs.len(), 3);
        picture(&mut harness, &format!("compare_{look}"));
        harness.state_mut().session.compare.folded = vec![Group::Result, Group::Devices, Group::Links];
        harness.state_mut().session.compare.threshold.share = Some(0.01);
        harness.state_mut().session.compare.largest_first = true;
        harness.run();
        picture(&mut harness, &format!("compare_layers_{look}"));
        harness.state_mut().session.compare.folded.push(Group::Systems);
        harness.run();
        picture(&mut harness, &format!("compare_only_layers_{look}"));
        let menu = if look == "tall" {
            "Commands for P2"
        } else {
            "Commands for P1"
        };
        harness.get_by_label(menu).click();
        harness.run();
        picture(&mut harness, &format!("compare_menu_{look}"));
    }
    let mut world = world("mobilenet_v2", Theme::dark());
    let schedule = world.document.network().schedule(world.document.schedule);
    for position in [10, 20, 30, 40] {
        let to = Ideal::prefix(&schedule, position);
        world.document.apply(Action::MoveCut { cut: 0, to }).unwrap();
        world.document.apply(Action::Pin).unwrap();
    }
    world.compute();
    let mut harness = shown_by(world, Harness::builder().with_size([876.0, 320.0]).wgpu());
    harness.hover_at(egui::pos2(700.0, 200.0));
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(-500.0, -320.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run_steps(24);
    picture(&mut harness, "compare_scrolled");
    let system = Presets::load(None).system("Four equal chiplets").unwrap();
    let mut world = World::new("mobilenet_v2", Theme::dark());
    world.document = Document::new(Arc::clone(&world.document.network), system).unwrap();
    world.document.apply(Action::Pin).unwrap();
    let two = Presets::load(None).start_system();
    world.document.apply(Action::SetSystem(two)).unwrap();
    world.compute();
    let mut harness = shown_by(world, Harness::builder().with_size([1200.0, 700.0]).wgpu());
    picture(&mut harness, "compare_other_system");
}

/// The whole window on the embedded example, with its design pinned.
fn with_a_pin() -> Window<'static> {
    let mut window = app::window([1440.0, 900.0], true);
    command(&mut window, Command::Menu(MenuCommand::Pin));
    command(&mut window, Command::ShowTab(Tab::Compare));
    window
}

#[test]
fn a_new_name_is_undone_and_a_pin_comes_back_with_its_system() {
    let document = |window: &Window<'_>| app(window).document().clone();
    let mut window = with_a_pin();
    let pinned = document(&window);
    let rename = Action::RenamePin {
        pin: 0,
        name: "start".into(),
    };
    command(&mut window, Command::Edit(rename));
    assert_eq!(document(&window).pins[0].name, "start");
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(document(&window), pinned);

    let mut system = pinned.system.clone();
    system.devices.truncate(2);
    system.links.truncate(1);
    system.output_at = 1;
    system.name = "Two of them".into();
    command(&mut window, Command::Edit(Action::SetSystem(system)));
    let changed = document(&window);
    assert_ne!(changed.system, pinned.system);
    // The worker has evaluated the pin on its own system.
    let answer = app(&window).derived().pinned.clone().unwrap();
    let numbers = answer.get(&changed.pins[0]).unwrap().unwrap();
    assert_eq!(numbers.evaluation.devices.len(), pinned.system.devices.len());

    window.get_by_label("Commands for P1").click();
    settle(&mut window);
    window.get_by_label("Load with its system").click();
    settle(&mut window);
    let loaded = document(&window);
    assert_eq!((&loaded.system, &loaded.design), (&pinned.system, &pinned.design));
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert_eq!(document(&window), changed);
}

#[test]
fn the_comparison_goes_to_the_clipboard() {
    let mut window = with_a_pin();
    let copy = Command::Menu(MenuCommand::CopyComparison);
    window.state_mut().as_mut().unwrap().push(copy);
    window.step();
    let commands = &window.output().platform_output.commands;
    let copied = commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let text = copied.unwrap();
    assert!(
        text.starts_with("design,compared_with,latency_s,latency_s_change,"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 3);
}
