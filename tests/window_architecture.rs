//! A device becomes the accelerator of an architecture file, in the real window: from the device's menu, constraints beside the file
//! included; what is wrong with a file is told and nothing changes.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]
#![cfg(feature = "window")]

#[expect(dead_code, reason = "these tests drag nothing and compare no snapshots")]
#[path = "support/app.rs"]
mod support;

use cutscape::app::{Command, MenuCommand};
use cutscape::system::DeviceModel;
use egui_kittest::kittest::Queryable as _;
use std::path::Path;
use support::{Window, app, command, metrics, picture, settle, window};

const TREE: &str = "architecture:
  version: 0.3
  subtree:
    - name: chip
      attributes: {technology: 16nm}
      local:
        - {name: DRAM, class: DRAM, attributes: {width: 64, block-size: 8, word-bits: 8}}
        - {name: Buffer, class: smartbuffer_SRAM, attributes: {depth: 8192, width: 64, word-bits: 8, n_banks: 4, latency: 1}}
      subtree:
        - name: PE[0..255]
          local:
            - {name: Registers, class: regfile, attributes: {depth: 16, word-bits: 8, meshX: 16}}
            - {name: mac, class: intmac, attributes: {datawidth: 8, meshX: 16}}
";

const LIMITS: &str = "constraints:
  targets:
    - {target: Buffer, type: bypass, bypass: [Weights], keep: [Inputs, Outputs]}
    - {target: Registers, type: bypass, keep: [Weights], bypass: [Inputs, Outputs]}
    - {target: Buffer, type: spatial, permutation: CM, split: 1, factors: N=1 P=1 Q=1 R=1 S=1}
    - {target: Buffer, type: temporal, permutation: RSPQCM}
    - {target: DRAM, type: temporal, permutation: RSPQCM}
    - {target: Registers, type: temporal, factors: N=1 M=1 P=1 Q=1}
";

fn import(window: &mut Window<'_>, path: &Path) {
    window.get_by_label("Commands for A").click();
    settle(window);
    window.get_by_label("Import architecture…").click();
    settle(window);
    window
        .get_by_label("Path")
        .set_text_value_accesskit(path.to_str().unwrap());
    window.step();
    window.get_by_label("OK").click();
    settle(window);
}

fn told(window: &Window<'_>) -> Vec<String> {
    let notices = app(window).notices().iter();
    notices.map(|notice| notice.text.clone()).collect()
}

fn imports(size: [f32; 2], dark: bool, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("chip.yaml");
    std::fs::write(&tree, TREE).unwrap();
    std::fs::write(folder.path().join("chip_constraints.yaml"), LIMITS).unwrap();
    let mut window = window(size, dark);
    let before = app(&window).document().clone();
    import(&mut window, &tree);
    let device = &app(&window).document().system.devices[0];
    assert!(matches!(&device.model, DeviceModel::Spatial(model) if model.architecture.mac.units() == 256));
    let told = told(&window);
    for words in [
        "chip.yaml and chip_constraints.yaml",
        "Assumed: ",
        "16 nm",
        "Not used: ",
        "latency",
    ] {
        assert!(told.iter().any(|text| text.contains(words)), "{words}: {told:?}");
    }
    assert!(metrics(&window).latency_s > 0.0);
    picture(&mut window, name);
    command(&mut window, Command::Menu(MenuCommand::Undo));
    assert!(*app(&window).document() == before);
}

#[test]
fn a_device_becomes_the_accelerator_of_an_architecture_file() {
    imports([1440.0, 900.0], true, "architecture_dark");
}

#[test]
fn the_same_in_the_light_theme_and_a_small_window() {
    imports([1100.0, 700.0], false, "architecture_light");
}

#[test]
fn a_bad_architecture_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("chip.yaml");
    std::fs::write(&tree, TREE.replace("depth: 8192", "depth: none")).unwrap();
    let mut window = window([1440.0, 900.0], true);
    let before = app(&window).document().clone();
    import(&mut window, &tree);
    assert!(*app(&window).document() == before);
    let told = told(&window);
    for words in [
        "chip.yaml, architecture.subtree[0].local[1].attributes.depth",
        "none",
        "Write a number",
    ] {
        assert!(told.iter().any(|text| text.contains(words)), "{words}: {told:?}");
    }
}
