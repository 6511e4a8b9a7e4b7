//! The dialog of a measured device in the real window: what is usual for its role, and a power log with damaged rows.
//!
//! With `CUTSCAPE_PICTURES` set to a folder, pictures are left there for a person to look at.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "other tests of the window open files and compare numbers")]
#[path = "support/app.rs"]
mod support;

use cutscape::app::{Command, MenuCommand};
use cutscape::system::DeviceModel;
use egui_kittest::kittest::Queryable as _;
use std::fmt::Write as _;
use support::{Window, app, command, picture, settle, window};

/// Chooses from a menu of the dialog.
fn choose(window: &mut Window<'_>, menu: &str, choice: &str) {
    window.get_by_label_contains(menu).click();
    window.run_steps(3);
    window.get_by_label(choice).click();
    settle(window);
}

/// What the dialog's field shows.
fn shown(window: &Window<'_>, field: &str) -> String {
    window.get_by_label(field).value().unwrap_or_default()
}

#[test]
fn filters_follow_the_role_and_damaged_rows_of_a_log_are_left_out_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("edge_20261128.csv");
    let rows =
        "layers,durs,starts,ends,iter\nconv1,0.1,1700000000.1,1700000000.2,1\nconv1,0.1,1700000000.3,1700000000.4,1\n";
    std::fs::write(&profile, rows).unwrap();
    let log = folder.path().join("power.csv");
    let mut samples = "timestamp,channel 0 power (mW),channel 1 power (mW)\n".to_owned();
    for k in 0..60_u64 {
        match k {
            7 | 21 => samples += "2000\n",
            _ => writeln!(samples, "{},2000,0", 1_700_000_000_000_000_000 + k * 10_000_000).unwrap(),
        }
    }
    std::fs::write(&log, samples).unwrap();

    for (size, dark, name) in [([1440.0, 900.0], true, "dark"), ([1100.0, 700.0], false, "low")] {
        let mut window = window(size, dark);
        command(&mut window, Command::OpenExample("alexnet".to_owned()));
        command(&mut window, Command::Menu(MenuCommand::AddMeasured));
        command(&mut window, Command::Open(profile.clone()));
        window.get_by_label_contains("edge_20261128.csv: 2 runs");
        // The date in the name is no clock.
        window.get_by_label_contains("no clocks");

        // The open network's own blocks have no usual filters, published ones have them at the edge, whatever the network is called.
        assert_eq!(shown(&window, "Warm-up repetitions"), "0");
        choose(&mut window, "blocks: ", "alexnet");
        assert_eq!(shown(&window, "Warm-up repetitions"), "1");
        window.get_by_label_contains("no warm-up is left out: no repetition follows it");
        choose(&mut window, "device: ", "a hub or server");
        assert_eq!(shown(&window, "Warm-up repetitions"), "0");
        assert!(window.query_by_label_contains("no warm-up is left out").is_none());

        let field = window.get_by_label("Path of a power log");
        field.focus();
        window.run_steps(2);
        window
            .get_by_label("Path of a power log")
            .type_text(&log.display().to_string());
        window.run_steps(2);
        window.key_press(egui::Key::Enter);
        settle(&mut window);
        window.get_by_label_contains("power.csv, row 9: the row has 1 fields");
        window.get_by_label_contains("row 23 is damaged too");
        picture(&mut window, &format!("measured_log_refused_{name}"));
        window.get_by_label("left out").click();
        settle(&mut window);
        window.get_by_label_contains("power.csv: 58 samples of power");
        window.get_by_label_contains("2 damaged rows left out: 9, 23 (the first: the row has 1 fields");
        window.get_by_label_contains("with energies");
        picture(&mut window, &format!("measured_log_{name}"));
        window.get_by_label("Add device").click();
        settle(&mut window);
        let added = app(&window).document().system.devices.last().unwrap();
        let DeviceModel::Profile(profile) = &added.model else {
            panic!("{added:?}")
        };
        assert!((profile.bundles.at(0, 0)[0].energy_j.unwrap() - 0.2).abs() < 1e-9);
    }
}
