//! Damaged, wrong and hostile descriptions and tables of CNNParted: an error that names file, place and remedy, quickly, never a panic.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

use cutscape::cnnparted::description::{self, Description};
use cutscape::cnnparted::{InputError, required_bits, tables};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Longest time a bad file may take.
const QUICKLY: Duration = Duration::from_secs(2);

const GOOD: &str = "general: {fixed_sys: false, num_pp: 2, optimization: all}
workload: [{name: alexnet, input-size: [1, 3, 224, 224]}]
system_constraints: {latency: 10, throughput: 5}
components:
  - {id: 0, bits: 16, instances: 2, max_memory_size: 600, evaluation: {simulator: timeloop, accelerator: a}}
  - {id: 1, data_bit_width: 8, fps: 25, noi: {noi_mode: UCIe, width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5}}
  - {id: 2, bits: {conv: 8}, evaluation: {simulator: mnsim}}
  - {id: 3, data_bit_width: 8, fps: 25, ethernet: {eth_mode: 10GBASE-T, cable_len_m: 5, enable_eee: true, eee_lmi_ratio: 0.1}}
  - {id: 4, data_bit_width: 8, fps: 25, ble: {mtu: 247, ppci: 6, ci: 0.03, phy: 1e6, tx_pow_cons: 0.015}}
";

fn parse(text: &str) -> Result<Description, InputError> {
    let begin = Instant::now();
    let result = description::parse(text, "system.yaml");
    assert!(begin.elapsed() < QUICKLY, "{:?}", begin.elapsed());
    result
}

fn check(error: &InputError) -> String {
    let words = error.to_string();
    assert!(
        words.starts_with(&error.file) && words.len() < 1500,
        "{} bytes: {words}",
        words.len()
    );
    assert!(!error.problem.is_empty() && !error.remedy.is_empty(), "{words}");
    words
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let words = check(&parse(text).unwrap_err());
    for word in expected {
        assert!(words.contains(word), "no “{word}”: {words}");
    }
}

#[test]
fn the_good_one_is_good() {
    let read = parse(GOOD).unwrap();
    assert_eq!((read.nodes.len(), read.links.len()), (3, 3));
}

#[test]
fn every_end_too_early_is_survived() {
    for end in 0..GOOD.len() {
        if let Err(error) = parse(&GOOD[..end]) {
            check(&error);
        }
    }
}

/// Every value replaced by what makes no sense there.
#[test]
fn every_value_of_a_wrong_kind_is_named_or_harmless() {
    let mut tried = 0;
    for (at, _) in GOOD.match_indices(": ") {
        let value = &GOOD[at + 2..];
        let end = value.find([',', '}', ']', '\n']).unwrap();
        for wrong in [
            "-1",
            "1e400",
            ".nan",
            "[[]]",
            "{x: y}",
            "~",
            "\"\"",
            "yes please",
            "0",
            "1.5",
        ] {
            let text = format!("{}{wrong}{}", &GOOD[..at + 2], &value[end..]);
            if let Err(error) = parse(&text) {
                check(&error);
            }
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    refused("", &["system.yaml", "not a mapping"]);
    refused("a: [1, 2", &["system.yaml:"]);
    refused("{}", &["no node", "system.compute"]);
    refused("components: 5", &["components", "a list"]);
    refused("components: [{id: 0}]", &["components[0]", "neither a node nor a link"]);
    refused(
        "components: [{evaluation: {simulator: timeloop}}]",
        &["components[0]", "“id” is missing"],
    );
    refused(
        &GOOD.replace("fps: 25, noi", "fps: 0, noi"),
        &["components[1].fps", "not above zero"],
    );
    refused(
        &GOOD.replace("width: 16", "width: many"),
        &["components[1].noi.width", "many"],
    );
    refused(
        &GOOD.replace("10GBASE-T", "token ring"),
        &["components[3].ethernet.eth_mode", "token ring", "BASE100-T"],
    );
    refused(
        &GOOD.replace("10GBASE-T", "BASE100-T"),
        &["components[3].ethernet.enable_eee", "no energy-efficient"],
    );
    refused(
        &GOOD.replace("phy: 1e6", "phy: 3e6"),
        &["components[4].ble.phy", "3000000"],
    );
    refused(
        &GOOD.replace("optimization: all", "optimization: best"),
        &["general.optimization", "ppa"],
    );
    refused(
        &GOOD.replace("num_pp: 2", "num_pp: 2.5"),
        &["general.num_pp", "whole number"],
    );
    refused(
        &GOOD.replace("instances: 2", "instances: 1000000000"),
        &["components[0].instances"],
    );
    refused(
        &GOOD.replace("latency: 10", "latency: -3"),
        &["system_constraints.latency", "below zero"],
    );
    refused(
        &GOOD.replace("{conv: 8}", "{conv: wide}"),
        &["components[2].bits.conv", "wide"],
    );
    let two = GOOD.replace("workload: [", "workload: [{name: other}, ");
    refused(&two, &["workload[1]", "one network"]);
    refused(
        &GOOD.replace("accelerator: a", &format!("accelerator: {}", "a".repeat(500))),
        &["500 characters"],
    );
}

#[test]
fn bombs_are_refused_quickly() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        laughs += &format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", "));
    }
    refused(&(laughs + GOOD), &["system.yaml"]);
    refused(&"[".repeat(100_000), &["system.yaml"]);
    refused(&"- ".repeat(100_000), &["system.yaml"]);
    refused(&"{a: ".repeat(50_000), &["system.yaml"]);
    refused(&"? ".repeat(100_000), &["system.yaml"]);
    refused(&format!("a: {}", "x".repeat(6_000_000)), &["system.yaml"]);
    refused(&"---\n".repeat(10_000), &["system.yaml"]);
    refused(&"a: &x 1\n".repeat(20_000), &["system.yaml"]);
    let many = format!(
        "components: [{}]",
        "{id: 0, instances: 64, zigzag: {accelerator: a}}, ".repeat(5_000)
    );
    if let Err(error) = parse(&many) {
        check(&error);
    }
}

#[test]
fn required_bits_are_checked() {
    assert_eq!(
        required_bits("{\"/conv/_wq\": 8}", "bits.json").unwrap()["/conv/_wq"],
        8.0
    );
    for wrong in ["", "[]", "{\"a\": \"b\"}", "{\"a\": -1}", "{\"a\": 1e9}", "{\"a\": 8"] {
        check(&required_bits(wrong, "bits.json").unwrap_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_text_is_survived(text in "[ -~\n]{0,300}") {
        if let Err(error) = parse(&text) {
            check(&error);
        }
        if let Err(error) = tables::parse(&text, "table.csv") {
            check(&error);
        }
    }

    #[test]
    fn random_damage_is_survived(at in 0..GOOD.len(), with in "[ -~\n]{0,8}", length in 0_usize..20) {
        let end = (at + length).min(GOOD.len());
        let text = format!("{}{with}{}", &GOOD[..at], &GOOD[end..]);
        if let Err(error) = parse(&text) {
            check(&error);
        }
    }

    #[test]
    fn random_tables_are_survived(rows in "([0-9a-z/;.,-]{0,12};){0,6}\n{0,3}") {
        let text = format!("Layer;Latency [ms];Energy [mJ]\n{rows}");
        if let Err(error) = tables::parse(&text, "table.csv") {
            check(&error);
        }
    }
}
