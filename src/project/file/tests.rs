//! Tests of design files as text.

use super::*;
use crate::project::Action;
use crate::project::sample::document;

fn text() -> String {
    let mut document = document(3);
    document.apply(Action::Pin).unwrap();
    to_text(&document, None).unwrap()
}

fn open(text: &str) -> Result<Opened, FileError> {
    parse(text, "d.ron", None)?.into_document(document(3).network, Trust::Content)
}

#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let text = text();
    assert!(text.contains(from), "{text}");
    let error = open(&text.replacen(from, to, 1)).unwrap_err().to_string();
    assert!(error.starts_with("d.ron"), "{error}");
    assert!(error.contains(expected), "{error}");
}

#[test]
fn what_is_written_is_read_back() {
    let mut before = document(3);
    before.apply(Action::Pin).unwrap();
    let opened = open(&text()).unwrap();
    assert_eq!(opened.document, before);
    assert_eq!(opened.notes, [""; 0]);
}

#[test]
fn a_design_that_cannot_run_is_read_back_too() {
    let mut before = document(2);
    before.system.devices[1].bits = 16;
    let text = to_text(&before, None).unwrap();
    let opened = parse(&text, "d.ron", None)
        .unwrap()
        .into_document(before.network.clone(), Trust::Content);
    assert_eq!(opened.unwrap().document, before);
}

#[test]
fn errors_name_file_place_and_remedy() {
    check(
        "version: 1",
        "version: 2",
        "d.ron, version: this is version 2 of the format",
    );
    check(
        "schedule:",
        "shedule: 1, schedule:",
        "d.ron:10:3: Unexpected field named `shedule`",
    );
    check("bits: 8", "bits: \"8\"", "d.ron:18:14: Expected integer");
    check(
        "bits: 8",
        "bits: 65",
        "d.ron, system.devices[0].bits: the value is 65 bit",
    );
    check(
        "idle_power_w: 0.1",
        "idle_power_w: NaN",
        "the value is not a number, must be",
    );
    check(
        "idle_power_w: 0.1",
        "idle_power_w: -0.1",
        "must be a finite number, 0 or more. Correct",
    );
    check(
        "rate_bytes_per_s: 2500000.0",
        "rate_bytes_per_s: inf",
        "system.links[0].rate_bytes_per_s",
    );
    check(
        "input_at: 0",
        "input_at: 3",
        "system.input_at: the value names device 3",
    );
    check(
        "device: 1,",
        "device: 9,",
        "design[1].device: the value is 9, must be below 3",
    );
    check(
        "\"layer2\",",
        "\"layer9\",",
        "names the layer “layer9”, must name layers of sample",
    );
    check("P1", "", "pins[0].name: the value is empty");
    check("throughput_hz: 9", "throughput_hz: -9", "pins[0].metrics.throughput_hz");
    check("view: Fused", "view: Melted", "`Melted`");
    check("))", "", "d.ron:");
}

#[test]
fn another_network_is_asked_for_and_accepted_by_name_on_demand() {
    let text = text().replacen("5a5a", "5a5b", 1);
    let file = parse(&text, "d.ron", Some(Path::new("/designs"))).unwrap();
    let network = document(3).network;
    let error = file.clone().into_document(network.clone(), Trust::Content).unwrap_err();
    assert!(
        matches!(error, FileError::NeedsNetwork { changed: true, .. }),
        "{error}"
    );
    let opened = file.into_document(network, Trust::Names).unwrap();
    assert_eq!(opened.notes.len(), 1);
    assert_eq!(opened.document.design, document(3).design);
}

#[test]
fn a_metric_that_differs_is_said() {
    let text = text();
    let value = text.rsplit_once("latency_s: ").unwrap().1.split_once(',').unwrap().0;
    let opened = open(&text.replace(&format!("latency_s: {value}"), "latency_s: 0.5")).unwrap();
    assert!(
        opened.notes[0].starts_with("latency was 500 ms when saved and is "),
        "{:?}",
        opened.notes
    );
}

#[test]
fn nesting_and_size_are_limited() {
    for bomb in ["(".repeat(1_000_000), "[".repeat(1_000_000), "Some(".repeat(300_000)] {
        assert!(parse(&bomb, "bomb", None).is_err());
        assert!(parse(&format!("(version: 1, network: {bomb}"), "bomb", None).is_err());
    }
}
