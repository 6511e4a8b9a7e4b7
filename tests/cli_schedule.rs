//! `cutscape schedule`, as another program sees it.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn golden(file: &str) -> String {
    format!("tests/golden/dime/{file}.csv")
}

/// Runs `schedule` with the reference profile of AlexNet at the edge.
fn run(arguments: &[&str]) -> Answer {
    let edge = golden("alexnet_edge_profile");
    run_with(&["--network", "alexnet", "--edge", &edge], arguments)
}

fn run_with(profile: &[&str], arguments: &[&str]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutscape"));
    command.arg("schedule").args(profile).args(arguments);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The same with a cloud behind a published link.
fn with_cloud(arguments: &[&str]) -> Answer {
    let cloud = golden("alexnet_cloud_profile");
    let common = [
        "--cloud",
        &cloud,
        "--link",
        "4g",
        "--published-energy",
        "--count-rule",
        "ceil",
    ];
    let answer = run(&[&common, arguments].concat());
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(
        answer.err,
        "note: tests/golden/dime/alexnet_edge_profile.csv: left out: 37 runs without energy, 1501 runs of the warm-up\n"
    );
    answer
}

fn close(ours: f64, reference: f64) {
    assert!((ours - reference).abs() <= 1e-9 * reference, "{ours} {reference}");
}

#[test]
fn the_best_schedule_front_and_baselines_in_json() {
    let answer: Value = serde_json::from_str(&with_cloud(&["--json"]).out).unwrap();
    close(answer["best"]["latency_s"].as_f64().unwrap(), 0.043787994);
    assert_eq!(answer["best"]["words"], "conv1..fc3 on edge at 921.6 MHz");
    assert_eq!(answer["front"].as_array().unwrap().len(), 19);
    let baselines = answer["baselines"].as_array().unwrap();
    let named = |name: &str| baselines.iter().find(|own| own["baseline"] == name).unwrap();
    assert_eq!(named("all on cloud")["schedule"], "cloud@-1:conv1..fc3");
    assert!(named("any number of bundles")["latency_s"].as_f64() < answer["best"]["latency_s"].as_f64());
    for name in [
        "best single cut",
        "single blocks",
        "fastest clock only",
        "slowest clock only",
    ] {
        assert!(named(name)["latency_s"].is_f64(), "{name}");
    }

    let thrifty: Value = serde_json::from_str(&with_cloud(&["--objective", "energy", "--json"]).out).unwrap();
    close(thrifty["best"]["energy_j"].as_f64().unwrap() * 1e6, 24954.154132);
    let bundles = thrifty["best"]["bundles"].as_array().unwrap();
    assert_eq!(bundles[0]["clock_hz"], 537_600_000);
    assert_eq!(bundles[1]["device"], "cloud");
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn sweeps_are_written_in_the_published_form() {
    let answer = with_cloud(&["--sweep", "20", "--csv"]);
    let columns = "lat,energy,energy_constr,frequency_setting,conn,edge_bundle,schedule,made_by\n";
    assert!(answer.out.starts_with(columns), "{}", answer.out);
    let swept = rows(&answer.out);
    assert_eq!(swept.len(), 20);
    assert_eq!(
        (swept[0]["edge_bundle"].as_str(), swept[0]["conn"].as_str()),
        ("conv1", "4g")
    );
    close(swept[0]["energy_constr"].parse().unwrap(), 24954.154132);

    let answer = with_cloud(&["--sweep", "3", "--objective", "energy", "--csv"]);
    assert!(answer.out.starts_with("lat,lat_constr,energy,"), "{}", answer.out);
    let answer = with_cloud(&["--sweep-private", "--objective", "energy", "--csv"]);
    let private = rows(&answer.out);
    assert_eq!((private.len(), private[7]["num_private_layers"].as_str()), (8, "8"));
}

#[test]
fn bundles_are_listed_beside_the_sums_of_their_blocks() {
    let listed = rows(&with_cloud(&["--bundles", "--csv"]).out);
    assert_eq!(listed.len(), 36 * 7 + 36);
    let is_row = |row: &&BTreeMap<String, String>| row["bundle"] == "conv1_conv2" && row["device"] == "cloud";
    let row = listed.iter().find(is_row).unwrap();
    close(row["latency_s"].parse().unwrap(), 0.00033944469375);
    close(row["layer_sum_s"].parse().unwrap(), 0.00044238338125);
    close(row["off"].parse().unwrap(), 0.00044238338125 / 0.00033944469375 - 1.0);
}

#[test]
fn text_tells_the_schedule_in_words() {
    let answer = with_cloud(&["--energy-budget", "130 mJ"]);
    assert!(
        answer
            .out
            .contains("conv1..conv5 on edge at 921.6 MHz, fc1..fc3 on cloud"),
        "{}",
        answer.out
    );
    assert!(answer.out.contains("50.4 ms sending"), "{}", answer.out);
}

#[test]
fn profiles_without_energy_give_latency_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edge.csv");
    std::fs::write(
        &path,
        "layers,durs\nconv1,0.001\nconv2,0.002\nconv1_conv2,0.0025\nconv3_conv4_conv5_fc1_fc2_fc3,0.01\n",
    )
    .unwrap();
    let edge = path.to_str().unwrap();
    let profile = ["--network", "alexnet", "--edge", edge];
    let answer = run_with(&profile, &["--json"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(
        answer.err.contains("not measured, hence not available: conv3, conv4"),
        "{}",
        answer.err
    );
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    close(json["best"]["latency_s"].as_f64().unwrap(), 0.0125);
    assert!(json["best"]["energy_j"].is_null());
    for (arguments, expected) in [
        (&["--objective", "energy"][..], "the profile has no energies"),
        (&["--longest", "2"], "no schedule keeps the rules"),
        (&["--latency-budget", "1 ms"], "the least time is 12.5 ms"),
        (&["--clock", "5 MHz"], "not measured at 5 MHz"),
    ] {
        let answer = run_with(&profile, arguments);
        assert_eq!((answer.code, answer.out.as_str()), (1, ""), "{arguments:?}");
        assert!(answer.err.contains(expected), "{arguments:?}: {}", answer.err);
    }
}

#[test]
fn what_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let damaged = file("damaged.csv", "layers,durs\nconv1,0.1\nconv2,-3\n");
    let profile = ["--network", "alexnet", "--edge", damaged.to_str().unwrap()];
    let answer = run_with(&profile, &[]);
    assert_eq!((answer.code, answer.out.as_str()), (1, ""));
    assert!(
        answer
            .err
            .contains("damaged.csv, row 3, column durs: “-3” is no number"),
        "{}",
        answer.err
    );
    let cloud = golden("alexnet_cloud_profile");
    let answer = run(&["--cloud", &cloud, "--link", "pigeon"]);
    assert!(
        answer.code == 1 && answer.err.contains("--link pigeon: neither a rate"),
        "{}",
        answer.err
    );
    assert_eq!(run(&["--cloud", &cloud]).code, 2);
    assert_eq!(run(&["--private", "9"]).code, 1);
    assert_eq!(run(&["--trim", "1.5"]).code, 2);
    let vit = run_with(&["--network", "vit", "--edge", &golden("alexnet_edge_profile")], &[]);
    assert!(
        vit.code == 1 && vit.err.contains("row 2, column layers: “conv1” is no run"),
        "{}",
        vit.err
    );
}

#[test]
fn energies_come_from_a_power_log_and_missing_bundles_are_estimated_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edge.csv");
    // One run of every block; the log covers two seconds from its beginning, the last run lies behind it.
    let names = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc1", "fc2", "fc3"];
    let runs = names.iter().enumerate().map(|(block, name)| {
        let start = 1_700_000_000 + u64::from(block == 7) * 60;
        format!("{name},0.01,{start}.{block}10,{start}.{block}20\n")
    });
    let text: String = std::iter::once("layers,durs,starts,ends\n".to_owned())
        .chain(runs)
        .collect();
    std::fs::write(&path, text).unwrap();
    let (log, cloud) = (golden("power_log"), golden("alexnet_cloud_profile"));
    let profile = [
        "--network",
        "models/alexnet.onnx",
        "--edge",
        path.to_str().unwrap(),
        "--power",
        &log,
    ];
    let others = [
        "--hub",
        &cloud,
        "--cloud",
        &cloud,
        "--link",
        "20 Mbit/s",
        "--estimate",
        "--json",
    ];
    let answer = run_with(
        &profile,
        &[&others[..], &["--objective", "energy", "--private", "7"]].concat(),
    );
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(
        answer
            .err
            .contains("outside the power log, hence without energy: rows 9"),
        "{}",
        answer.err
    );
    assert!(
        answer
            .err
            .contains("estimated as sums of single blocks: conv1..conv2, conv2..conv3"),
        "{}",
        answer.err
    );
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(json["devices"].as_array().unwrap().len(), 3);
    // The block without energy is not available at the edge.
    assert!((0.07..0.08).contains(&json["best"]["compute_s"].as_f64().unwrap()));
    assert_ne!(
        json["best"]["bundles"].as_array().unwrap().last().unwrap()["device"],
        "edge"
    );
    // 2.5 to 4.3 W for 70 ms.
    let energy_j = json["best"]["energy_j"].as_f64().unwrap();
    assert!((0.1..0.35).contains(&energy_j), "{energy_j}");
    assert_eq!(json["best"]["bundles"][0]["estimated"], true);
    let late = run_with(&profile, &["--clock-offset", "-3600"]);
    assert!(late.code == 1 && late.err.contains("not synchronised"), "{}", late.err);
}
