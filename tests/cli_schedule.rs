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
fn a_longest_bundle_limits_choices_and_no_fixed_schedule() {
    let of = |arguments: &[&str]| -> Value {
        serde_json::from_str(&with_cloud(&[arguments, &["--json"]].concat()).out).unwrap()
    };
    let short = of(&["--longest", "4"]);
    let baseline = |json: &Value, name: &str| {
        let baselines = json["baselines"].as_array().unwrap();
        let own = baselines.iter().find(|own| own["baseline"] == name).unwrap();
        own["latency_s"].as_f64()
    };
    // The whole network in one bundle at the edge is the best single cut, whatever bundles may be chosen.
    close(baseline(&short, "best single cut").unwrap(), 0.043787994);
    for name in ["all on edge at 921.6 MHz", "all on cloud", "best single cut"] {
        let latency_s = baseline(&short, name);
        assert!(latency_s.is_some(), "{name}");
        assert_eq!(latency_s, baseline(&of(&[]), name), "{name}");
    }
    for bundle in short["best"]["bundles"].as_array().unwrap() {
        assert!(bundle["blocks"].as_array().unwrap().len() <= 4, "{bundle}");
    }
    let listed = rows(&with_cloud(&["--bundles", "--csv", "--longest", "1"]).out);
    assert_eq!(listed.len(), 8 * 7 + 8);
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
            .contains("outside the power log, hence without energy and left out: rows 9"),
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

#[test]
fn constraints_are_kept_and_stand_beside_the_bound() {
    let answer = with_cloud(&[
        "--constraint",
        "time(cloud) >= 1 ms",
        "--constraint",
        "conv1 on edge",
        "--json",
    ]);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    let constraints = json["constraints"].as_array().unwrap();
    assert_eq!(constraints.len(), 2);
    assert!(constraints[0]["value"].as_f64().unwrap() >= 1e-3);
    close(constraints[1]["value"].as_f64().unwrap(), 1.0);
    assert_eq!(json["best"]["bundles"][0]["device"], "edge");
    assert_eq!(json["engine"], "label setting");
    let best = json["best"]["latency_s"].as_f64().unwrap();
    let (bound, gap) = (&json["bound"]["value"], &json["bound"]["gap"]);
    let (bound, gap) = (bound.as_f64().unwrap(), gap.as_f64().unwrap());
    assert!(bound <= best * (1.0 + 1e-9));
    assert!((bound * (1.0 + gap) - best).abs() < 1e-6 * best);
    let shares = json["bound"]["mix"].as_array().unwrap().iter();
    let shares: f64 = shares.map(|share| share["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-4);
    let text = with_cloud(&["--constraint", "time(cloud) >= 1 ms"]).out;
    assert!(
        text.contains("constraint   time(cloud) >= 1 ms: 1.") && text.contains("LP bound"),
        "{text}"
    );
    assert!(
        text.contains("without those of 1.00 µJ or less, without the first repetition"),
        "{text}"
    );

    let cloud = golden("alexnet_cloud_profile");
    for (text, expected) in [
        (
            "time(clod) <= 1 s",
            "character 6: no device is called “clod”. Devices: edge, cloud",
        ),
        (
            "time(cloud) >= 1 s",
            "“time(cloud) >= 1 s” cannot be kept by any schedule",
        ),
        ("speed <= 1", "“speed” is no term. A constraint compares"),
    ] {
        let answer = run(&["--cloud", &cloud, "--link", "4g", "--constraint", text]);
        assert_eq!((answer.code, answer.out.as_str()), (1, ""), "{text}");
        assert!(answer.err.contains(expected), "{text}: {}", answer.err);
    }
    let help = run(&["--help"]).out;
    assert!(help.contains("bundles, bundles(DEVICE): number of bundles"), "{help}");
}

fn latency(arguments: &[&str]) -> f64 {
    let json: Value = serde_json::from_str(&with_cloud(&[arguments, &["--json"]].concat()).out).unwrap();
    json["best"]["latency_s"].as_f64().unwrap()
}

#[test]
fn links_loads_tensors_and_batteries_are_settings() {
    // All blocks but the first in the cloud: 64 x 27 x 27 numbers there, a class back.
    let split = ["--constraint", "conv2..fc3 on cloud", "--constraint", "conv1 on edge"];
    let of = |more: &[&str]| latency(&[&split[..], more].concat());
    let (up, down) = (5.85e6 / 8.0, 13.76e6 / 8.0);
    let elements = 64.0 * 27.0 * 27.0;
    let usual = of(&[]);
    let close_to = |ours: f64, expected: f64| assert!((ours - expected).abs() < 1e-9, "{ours} {expected}");
    close_to(of(&["--rtt", "10 ms"]), usual + 0.01);
    close_to(of(&["--bits", "8"]), usual - 3.0 * elements / up);
    close_to(of(&["--bits", "16", "--compression", "2"]), usual - 3.0 * elements / up);
    close_to(
        of(&["--bits", "8", "--compress-result"]),
        usual - 3.0 * elements / up - 3.0 / down,
    );
    close_to(
        of(&["--up", "1 Gbit/s"]),
        usual - 4.0 * elements / up + 4.0 * elements / 1.25e8,
    );
    close_to(of(&["--down", "1 Gbit/s"]), usual - 4.0 / down + 4.0 / 1.25e8);
    // conv2..fc3 takes the cloud one more time as long.
    let alone: Value = serde_json::from_str(&with_cloud(&[&split[..], &["--json"]].concat()).out).unwrap();
    let cloud_s = alone["best"]["bundles"][1]["latency_s"].as_f64().unwrap();
    close_to(of(&["--load", "cloud=2"]), usual + cloud_s);
    let all = [
        &split[..],
        &[
            "--battery",
            "1 Wh",
            "--wait-power",
            "2 W",
            "--alpha-up",
            "8",
            "--alpha-down",
            "0",
            "--beta",
            "0 W",
            "--json",
        ],
    ];
    let waiting: Value = serde_json::from_str(&with_cloud(&all.concat()).out).unwrap();
    let energy_j = waiting["best"]["energy_j"].as_f64().unwrap();
    let edge_s = waiting["best"]["bundles"][0]["latency_s"].as_f64().unwrap();
    let wait_j = 2.0 * (waiting["best"]["latency_s"].as_f64().unwrap() - edge_s);
    let edge_j = waiting["best"]["bundles"][0]["energy_j"].as_f64().unwrap();
    // The published slip makes alpha 64 times too small.
    let radio_j = 8.0 * 8e-9 * 4.0 * elements / 64.0;
    assert!(
        (energy_j - wait_j - edge_j - radio_j).abs() < 1e-8,
        "{energy_j} {wait_j} {edge_j} {radio_j}"
    );
    assert_eq!(waiting["inferences_per_charge"], (3600.0 / energy_j).floor());
    let table = with_cloud(&["--battery", "1 Wh", "--csv"]).out;
    assert!(
        table.lines().next().unwrap().ends_with("inferences_per_charge,made_by"),
        "{table}"
    );

    let cloud = golden("alexnet_cloud_profile");
    for (arguments, code, expected) in [
        (
            &["--link", "4g", "--load", "hub=2"][..],
            1,
            "--load hub: there is no such device. Devices: edge, cloud",
        ),
        (&["--link", "4g", "--load", "cloud=0"], 2, "write DEVICE=FACTOR"),
        (&["--link", "4g", "--bits", "65"], 2, "65 is not in 1..=64"),
        (&["--link", "4g", "--compression", "0.5"], 2, "1 or more"),
        (
            &["--link", "4g", "--compare-clocks", "--slowest-clock", "5 MHz"],
            1,
            "not measured at 5 MHz",
        ),
        (
            &["--link", "Ethernet 1000BASE-T", "--up", "5 Mbit/s"],
            1,
            "--link Ethernet 1000BASE-T",
        ),
    ] {
        let answer = run(&[&["--cloud", &cloud][..], arguments].concat());
        assert_eq!((answer.code, answer.out.as_str()), (code, ""), "{arguments:?}");
        assert!(answer.err.contains(expected), "{arguments:?}: {}", answer.err);
    }
}

#[test]
fn clocks_are_compared_and_tables_appended() {
    let arguments = [
        "--compare-clocks",
        "--energy-budget",
        "95 mJ",
        "--slowest-clock",
        "537.6 MHz",
    ];
    let compared = rows(&with_cloud(&[&arguments[..], &["--csv"]].concat()).out);
    let column = |name: &str| compared.iter().map(|row| row[name].as_str()).collect::<Vec<_>>();
    assert_eq!(column("clocks"), ["all", "fastest", "slowest"]);
    assert_eq!(column("frequency_setting")[1..], ["921600000", "537600000"]);
    assert_eq!(column("energy_constr"), ["95000.0"; 3]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.csv");
    let file = path.to_str().unwrap();
    for _ in 0..2 {
        assert_eq!(with_cloud(&[&arguments[..], &["--append", file]].concat()).out, "");
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!((text.matches("lat,energy").count(), rows(&text).len()), (1, 6));
    // A row without a line end does not swallow the next one.
    std::fs::write(&path, text.trim_end()).unwrap();
    with_cloud(&[&arguments[..], &["--append", file]].concat());
    assert_eq!(rows(&std::fs::read_to_string(&path).unwrap()).len(), 9);
    let edge = golden("alexnet_edge_profile");
    let other = run_with(
        &["--network", "alexnet", "--edge", &edge],
        &["--append", file, "--sweep-private"],
    );
    assert!(
        other.code == 1 && other.err.contains("has other columns"),
        "{}",
        other.err
    );
    assert_eq!(rows(&std::fs::read_to_string(&path).unwrap()).len(), 9);
}

#[test]
fn usual_filters_are_those_of_published_networks_alone() {
    let edge = golden("alexnet_edge_profile");
    let answer = run_with(&["--network", "models/alexnet.onnx", "--edge", &edge], &["--json"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(!answer.err.contains("left out"), "{}", answer.err);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(json["statistics"], "mean without 20.0 %");
    let asked = run_with(
        &["--network", "models/alexnet.onnx", "--edge", &edge],
        &["--warm-up", "1", "--least-energy", "1", "--json"],
    );
    assert!(
        asked
            .err
            .contains("left out: 37 runs without energy, 1501 runs of the warm-up"),
        "{}",
        asked.err
    );
}

#[test]
fn a_profile_of_one_repetition_keeps_its_runs_and_a_date_in_its_name_is_no_clock() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| -> String {
        let path = folder.path().join(name);
        let rows = "layers,durs,iter,run\nconv1_conv2_conv3_conv4_conv5_fc1_fc2_fc3,0.5,1,1\n";
        std::fs::write(&path, rows).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let quick = |name: &str| {
        let answer = run_with(&["--network", "alexnet", "--edge", &file(name)], &["--json"]);
        assert_eq!(answer.code, 0, "{}", answer.err);
        let json: Value = serde_json::from_str(&answer.out).unwrap();
        (answer.err, json["best"]["words"].clone())
    };
    let (told, words) = quick("edge_20261128.csv");
    assert!(
        told.contains("no warm-up is left out: no repetition follows it"),
        "{told}"
    );
    assert!(!told.contains("clock"), "{told}");
    assert_eq!(words, "conv1..fc3 on edge");
    let (told, words) = quick("nano_alexnet_latencies_fixed_921600000.csv");
    assert!(told.contains("921600000.csv: clock from the name: 921.6 MHz"), "{told}");
    assert_eq!(words, "conv1..fc3 on edge at 921.6 MHz");
}

#[test]
fn lists_of_runs_have_as_many_repetitions_as_they_are_said_to_have() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edge.csv");
    let rows = "layers,durs\nconv1_conv2_conv3_conv4_conv5_fc1_fc2_fc3,\"[0.5, 0.5, 0.25, 0.25]\"\n";
    std::fs::write(&path, rows).unwrap();
    let profile = ["--network", "alexnet", "--edge", path.to_str().unwrap(), "--json"];
    for (arguments, latency_s) in [(&["--runs-per-repetition", "2"][..], 0.25), (&[], 0.375)] {
        let answer = run_with(&profile, arguments);
        let json: Value = serde_json::from_str(&answer.out).unwrap();
        close(json["best"]["latency_s"].as_f64().unwrap(), latency_s);
    }
    assert_eq!(run_with(&profile, &["--runs-per-repetition", "0"]).code, 2);
}

#[test]
fn damaged_rows_of_a_power_log_are_left_out_on_request_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> String {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let samples = (0..100_u64).map(|k| match k {
        10 | 20 => "1700000000".to_owned() + "\n",
        k => format!("{},2000,0\n", 1_700_000_000_000_000_000 + k * 10_000_000),
    });
    let headings = "timestamp,channel 0 power (mW),channel 1 power (mW)\n".to_owned();
    let log = file("log.csv", &(headings + &samples.collect::<String>()));
    let edge = file(
        "edge.csv",
        "layers,durs,starts,ends\nconv1_conv2_conv3_conv4_conv5_fc1_fc2_fc3,0.1,1700000000.1,1700000000.2\n",
    );
    let profile = [
        "--network",
        "alexnet",
        "--edge",
        &edge,
        "--warm-up",
        "0",
        "--power",
        &log,
    ];
    let refused = run_with(&profile, &[]);
    assert!(
        refused.code == 1
            && refused.err.contains("row 12: the row has 1 fields")
            && refused.err.contains("row 22 is damaged too"),
        "{}",
        refused.err
    );
    let answer = run_with(&profile, &["--skip-damaged", "--json"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.err.contains("2 damaged rows left out: 12, 22"), "{}", answer.err);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    close(json["best"]["energy_j"].as_f64().unwrap(), 0.2);
}

#[test]
fn what_no_measurement_can_be_is_refused_and_what_rests_on_little_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> String {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let of = |files: &[&str], more: &[&str]| {
        run_with(
            &[&["--network", "alexnet", "--edge"], files, &["--longest", "2"], more].concat(),
            &[],
        )
    };
    let mixed = file(
        "mixed.csv",
        "layers,durs\nconv1,0.01\nconv2,0.01\nconv1_conv2,0.00002\n",
    );
    let answer = of(&[&mixed], &[]);
    assert_eq!(answer.code, 1);
    assert!(
        answer.err.contains(
            "mixed.csv, row 4, column durs: conv1..conv2 takes 20.0 µs but conv1, a part of it, 10.0 ms in row 2"
        ),
        "{}",
        answer.err
    );
    // Between files of clocks as well.
    let slow = file("fixed_460800000.csv", "layers,durs\nconv1,0.02\n");
    let fast = file("fixed_921600000.csv", "layers,durs\nconv1,10\n");
    let answer = of(&[&slow, &fast], &[]);
    assert!(
        answer
            .err
            .contains("fixed_921600000.csv, row 2, column durs: conv1 at 921.6 MHz takes 10.0 s"),
        "{}",
        answer.err
    );
    let answer = of(&[&slow], &["--edge-units", "kilohertz"]);
    assert!(
        answer.err.contains("no processor is clocked at 460800 MHz"),
        "{}",
        answer.err
    );
    let twice = file("twice.csv", "layers,durs,iter,run\nconv1,1,1,1\nconv1,1,1,1\n");
    assert!(
        of(&[&twice], &[])
            .err
            .contains("row 3, column run: run 1 of repetition 1 of this bundle stands in row 2")
    );
    let few = format!(
        "layers,durs\n{}{}conv1_conv2,0.02\n",
        "conv1,0.01\n".repeat(4),
        "conv2,0.01\n".repeat(4)
    );
    let answer = of(&[&file("few.csv", &few)], &[]);
    assert!(
        answer
            .err
            .contains("few.csv: fewer runs than others: conv1..conv2 has 1, others 4"),
        "{}",
        answer.err
    );

    // A profile with energies, and a log with a hole.
    let stamps = |ms: u64| {
        format!(
            "{},{}",
            1_700_000_000.0 + ms as f64 / 1e3,
            1_700_000_000.0 + (ms + 10) as f64 / 1e3
        )
    };
    let row = |ms: u64| format!("conv1,0.01,{},20000\n", stamps(ms));
    let profile = format!("layers,durs,starts,ends,run_energy\n{}{}", row(100), row(500));
    let profile = file("powered.csv", &profile);
    let sample = |ms: u64| format!("{},2000,0\n", 1_700_000_000_000_000_000 + ms * 1_000_000);
    let samples: String = (0..40).chain(70..100).map(|k| sample(k * 10)).collect();
    let log = file(
        "log.csv",
        &format!("timestamp,channel 0 power (mW),channel 1 power (mW)\n{samples}"),
    );
    let answer = of(&[&profile], &["--power", &log]);
    assert!(
        answer
            .err
            .contains("powered.csv: 1 run in a hole of the power log, hence without energy and left out: rows 3")
            && answer
                .err
                .contains("powered.csv: energies of 2 runs in the profile are replaced by those of the power log"),
        "{}",
        answer.err
    );
}

#[test]
fn amounts_below_zero_reach_their_own_messages() {
    let answer = run(&["--constraint", "-time <= -0.01 s", "--json"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    assert!(json["best"]["latency_s"].as_f64().unwrap() >= 0.01);
    for (option, value) in [
        ("--battery", "-1 J"),
        ("--wait-power", "-1 W"),
        ("--latency-budget", "-1 s"),
    ] {
        let answer = run(&[option, value]);
        assert_eq!(answer.code, 2, "{option}");
        assert!(
            answer.err.contains("write a number and a unit"),
            "{option}: {}",
            answer.err
        );
    }
}
