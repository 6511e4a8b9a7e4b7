//! The real window over designs that are not in chain order: a device comes again. One is loaded from the Pareto plot, and every view
//! shows and changes it: graph, ribbon, Inspector, keys, Timeline, menus, files.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests of the window open models")]
#[path = "support/app.rs"]
mod support;

use cutscape::app::session::{Selection, Tab};
use cutscape::app::{Command, MenuCommand};
use cutscape::design::Design;
use cutscape::explore::{DeviceOrder, Search};
use cutscape::network::Ideal;
use cutscape::project::{Action, Document, Metrics};
use cutscape::system::{DeviceModel, Topology};
use egui::accesskit::Role;
use egui::{Key, vec2};
use egui_kittest::kittest::Queryable as _;
use support::{Window, app, command, hold, metrics, picture, settle, window};

fn document<'w>(window: &'w Window<'_>) -> &'w Document {
    app(window).document()
}

fn design<'w>(window: &'w Window<'_>) -> &'w Design {
    &document(window).design
}

fn edit(window: &mut Window<'_>, action: Action) {
    command(window, Command::Edit(action));
}

fn devices(design: &Design) -> Vec<usize> {
    design.placements.iter().map(|p| p.device).collect()
}

/// Whether the design is one of the document, with numbers for it.
fn check(window: &Window<'_>) {
    let document = document(window);
    assert!(document.design.fits(document.network(), &document.system));
    let evaluation = app(window).derived().evaluation.as_ref().unwrap();
    assert_eq!(Metrics::from(evaluation), Metrics::from(&document.evaluate()));
}

/// Gives the focus to a cut in the ribbon, which selects it.
fn focus(window: &mut Window<'_>, cut: usize) {
    let name = format!("Cut {} (ribbon)", cut + 1);
    window.get_by_role_and_label(Role::Slider, &name).focus();
    settle(window);
    assert_eq!(app(window).session().selection, Some(Selection::Cut(cut)));
}

/// The window with a design of the front in which a device comes again, loaded by the keys of the Pareto plot: the output is wanted where
/// the input arrives, and only the device there has the bits that the first and the last layer need.
fn revisiting(size: [f32; 2], dark: bool) -> Window<'static> {
    let mut window = window(size, dark);
    let system = document(&window).system.clone();
    let settings = Action::SetSystemSettings {
        name: system.name,
        input_at: 0,
        output_at: 0,
        input_bits: system.input_bits,
        frame_rate_hz: None,
    };
    edit(&mut window, settings);
    let last = document(&window).network().layers.len() - 1;
    for layer in [0, last] {
        let bits = Some(system.devices[0].bits);
        edit(&mut window, Action::RequireBits { layer, bits });
    }
    let mut link = system.links[0].clone();
    link.model.set_rate(2.5e9);
    edit(&mut window, Action::SetLink(0, link));
    let search = Search {
        order: DeviceOrder::Free,
        revisits: true,
        ..document(&window).search.clone()
    };
    edit(&mut window, Action::SetSearch(search));
    let points = app(&window).derived().front.as_ref().unwrap().points.len();
    window.get_by_label("Pareto plot").focus();
    window.run_steps(3);
    for _ in 0..points {
        window.key_press(Key::ArrowRight);
        window.run_steps(2);
        window.key_press(Key::Enter);
        settle(&mut window);
        if !design(&window).is_in_chain_order(3) {
            check(&window);
            return window;
        }
    }
    panic!("no design of the front is out of order")
}

#[test]
fn every_view_shows_and_changes_a_design_in_which_a_device_comes_again() {
    for (dark, name) in [(true, "dark"), (false, "light")] {
        let mut window = revisiting([1440.0, 900.0], dark);
        let loaded = document(&window).clone();
        let all = devices(&loaded.design);
        picture(&mut window, &format!("orders-{name}"));

        // The Inspector's page of a cut tells the devices beside it.
        focus(&mut window, 0);
        let letter = |device: usize| char::from(b'A' + u8::try_from(device).unwrap());
        window.get_by_label(&format!("between: {} and {}", letter(all[0]), letter(all[1])));
        assert!(
            window.query_all_by_label_contains("why?").count() > 5,
            "bytes of the cut tell why"
        );
        picture(&mut window, &format!("orders-{name}-cut"));

        // Keys move the selected cut, one position at a time, and Enter to the best one.
        let before = design(&window).cut(0).len();
        let key = if before > 1 { Key::ArrowUp } else { Key::ArrowDown };
        window.key_press(key);
        settle(&mut window);
        assert_eq!(design(&window).cut(0).len().abs_diff(before), 1);
        assert_eq!(devices(design(&window)), all);
        check(&window);
        let moved = metrics(&window).latency_s;
        window.key_press(Key::Enter);
        settle(&mut window);
        assert!(metrics(&window).latency_s <= moved);
        check(&window);
        while document(&window) != &loaded {
            command(&mut window, Command::Menu(MenuCommand::Undo));
        }

        // A cut is dragged in the ribbon: one step, and the devices stay.
        let handle = window
            .get_by_role_and_label(Role::Slider, "Cut 1 (ribbon)")
            .rect()
            .center();
        let end = hold(&mut window, handle, vec2(120.0, 0.0));
        settle(&mut window);
        assert!(!app(&window).derived().hand.as_ref().unwrap().curve.is_empty());
        picture(&mut window, &format!("orders-{name}-drag"));
        window.drop_at(end);
        settle(&mut window);
        assert!(design(&window).cut(0).len() > before);
        assert_eq!(devices(design(&window)), all);
        check(&window);
        command(&mut window, Command::Menu(MenuCommand::Undo));
        assert!(document(&window) == &loaded);

        // The same in the graph.
        let handle = window.get_by_role_and_label(Role::Slider, "Cut 1").rect().center();
        let end = hold(&mut window, handle, vec2(0.0, 96.0));
        window.drop_at(end);
        settle(&mut window);
        assert_ne!(design(&window), &loaded.design);
        check(&window);
        command(&mut window, Command::Menu(MenuCommand::Undo));
        assert!(document(&window) == &loaded);

        command(&mut window, Command::ShowTab(Tab::Timeline));
        window.run_steps(3);
        picture(&mut window, &format!("orders-{name}-timeline"));
        command(&mut window, Command::ShowTab(Tab::Designs));
        window.run_steps(3);
        picture(&mut window, &format!("orders-{name}-designs"));
    }
}

#[test]
fn layers_are_put_and_cuts_come_and_go() {
    let mut window = revisiting([1100.0, 700.0], true);
    let loaded = document(&window).clone();
    let all = devices(&loaded.design);
    let unused: Vec<usize> = (0..3).filter(|device| !all.contains(device)).collect();
    let layers = loaded.network().layers.len();
    for layer in 0..layers {
        for device in 0..3 {
            edit(&mut window, Action::PutLayer { layer, device });
            assert_eq!(design(&window).device_of(layer), device);
            check(&window);
            while document(&window) != &loaded {
                command(&mut window, Command::Menu(MenuCommand::Undo));
            }
        }
    }
    let schedule = app(&window).derived().schedule.clone().unwrap();
    for position in 1..layers {
        edit(&mut window, Action::NewCut(Ideal::prefix(&schedule, position)));
        check(&window);
        let notices = app(&window).notices();
        assert!(!notices.is_empty(), "a new cut, or why there is none, is told");
        if document(&window) != &loaded {
            assert!(!unused.is_empty());
            command(&mut window, Command::Menu(MenuCommand::Undo));
        }
    }
    for cut in 0..loaded.design.cuts() {
        focus(&mut window, cut);
        window.key_press(Key::Delete);
        settle(&mut window);
        check(&window);
        assert!(document(&window) != &loaded, "cut {cut} is still there");
        command(&mut window, Command::Menu(MenuCommand::Undo));
        assert!(document(&window) == &loaded);
    }
    for action in [
        Action::SwapDevices(0),
        Action::DuplicateDevice(1),
        Action::RemoveDevice(2),
        Action::SetTopology(Topology::Bus),
    ] {
        edit(&mut window, action);
        check(&window);
        let name = format!("orders-edited-{}", document(&window).system.devices.len());
        picture(&mut window, &name);
        command(&mut window, Command::Menu(MenuCommand::Undo));
        assert!(document(&window) == &loaded);
    }
}

#[test]
fn saved_and_opened_again_it_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("again.ron");
    let mut window = revisiting([1440.0, 900.0], true);
    edit(&mut window, Action::Pin);
    let (saved, numbers) = (document(&window).clone(), metrics(&window));
    window.key_press_modifiers(egui::Modifiers::COMMAND, Key::S);
    settle(&mut window);
    window
        .get_by_label("Path")
        .set_text_value_accesskit(file.to_str().unwrap());
    window.step();
    window.get_by_label("OK").click();
    settle(&mut window);
    let mut second = support::window([1440.0, 900.0], true);
    command(&mut second, Command::Open(file));
    assert!(app(&second).notices().iter().all(|notice| !notice.is_error));
    assert!(document(&second) == &saved);
    assert_eq!(metrics(&second), numbers);
}

#[test]
fn the_front_chooses_alternatives_and_says_which() {
    let mut window = window([1440.0, 900.0], true);
    let mut faster = document(&window).system.devices[0].clone();
    faster.name = "Quick node".to_owned();
    if let DeviceModel::Roofline(model) = &mut faster.model {
        model.bandwidth_bytes_per_s *= 4.0;
        model.overhead_s = 0.0;
    }
    edit(&mut window, Action::AddAlternative(0, faster));
    check(&window);
    let own = Action::BuildAs {
        device: 0,
        alternative: 0,
    };
    let quick = metrics(&window).latency_s;
    edit(&mut window, own);
    check(&window);
    assert!(metrics(&window).latency_s > quick);
    let front = app(&window).derived().front.clone().unwrap();
    let point = front
        .points
        .iter()
        .find(|point| point.design.alternatives[0] == 1)
        .unwrap();
    edit(&mut window, Action::LoadDesign(point.design.clone()));
    check(&window);
    assert_eq!(metrics(&window).latency_s, point.metrics.latency_s);
    command(&mut window, Command::ShowTab(Tab::Designs));
    window.run_steps(3);
    let row = window.query_all_by_role(Role::Row).next().unwrap();
    let place = row.rect().center();
    window.hover_at(place);
    window.run_steps(30);
    picture(&mut window, "orders-alternatives");
    assert!(window.query_all_by_label_contains("A as Quick node").count() > 0);
    command(&mut window, Command::Select(Some(Selection::Device(0))));
    window.get_by_label("built as: design 2 of 2");
}
