use super::*;
use crate::network::import::{ImportOptions, open};

fn alexnet_network() -> Network {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/alexnet.onnx");
    open(&path, &ImportOptions::default()).unwrap().network
}

fn source(name: &str, text: &str) -> Source {
    Source {
        path: PathBuf::from(format!("/somewhere/{name}")),
        text: text.to_owned(),
    }
}

#[test]
fn one_file_per_clock_becomes_one_device() {
    let slow = source(
        "nano_alexnet_latencies_fixed_460800000.csv",
        "layers,durs\nconv1,0.2\nconv2,0.1\n",
    );
    let fast = source(
        "nano_alexnet_latencies_fixed_921600000.csv",
        "layers,durs\nconv1,0.1\nconv1_conv2,0.12\n",
    );
    let raw = alexnet_network();
    let reading = Reading::usual(Division::ByNames, Role::Edge);
    let read_both = |reading: &Reading| read(&[slow.clone(), fast.clone()], None, reading, &raw).unwrap();
    let both = read_both(&reading);
    assert_eq!(both.profile.clocks(), [460_800_000, 921_600_000]);
    assert_eq!(
        both.profile.source,
        "nano_alexnet_latencies_fixed_460800000.csv and 1 more"
    );
    assert!(
        both.missing.contains(&"conv2 at 921.6 MHz".to_owned()),
        "{:?}",
        both.missing
    );
    let filled = read_both(&Reading {
        estimate: true,
        ..reading
    });
    assert_eq!(filled.estimated, ["conv1..conv2 at 460.8 MHz"]);
    assert!(filled.device("Nano").validate().is_empty());
    assert_eq!(name_of(&slow.path), "nano");
    assert_eq!(name_of("alexnet_edge_profile.csv".as_ref()), "edge");
    let twice = read(&[slow.clone(), slow], None, &reading, &raw)
        .unwrap_err()
        .to_string();
    assert!(twice.contains("is in another file"), "{twice}");
}

#[test]
fn the_usual_filters_are_those_of_published_blocks_at_the_edge() {
    let alexnet = Division::Published(0);
    let mut reading = Reading::usual(alexnet, Role::Edge);
    assert_eq!(reading.statistics, Statistics::of_edge("alexnet"));
    reading.statistics.trim = 0.5;
    reading.filter_as_usual(Role::Other);
    assert_eq!((reading.statistics.warm_up, reading.statistics.trim), (0, 0.5));
    for (division, role) in [
        (alexnet, Role::Other),
        (Division::Own, Role::Edge),
        (Division::ByNames, Role::Edge),
    ] {
        assert_eq!(Reading::usual(division, role).statistics, Statistics::PLAIN);
    }
    // Lists of runs are of as many repetitions as they are said to be.
    let text = "layers,durs\nconv1,\"[0.5, 0.5, 0.25, 0.25]\"\n";
    let listed = |runs_per_iteration| {
        let reading = Reading {
            runs_per_iteration,
            ..Reading::usual(alexnet, Role::Edge)
        };
        let read = read(&[source("p.csv", text)], None, &reading, &alexnet_network()).unwrap();
        read.profile.bundles.at(0, 0)[0].latency_s
    };
    assert_eq!((listed(2), listed(20)), (0.25, 0.375));
    // A profile of one repetition is all warm-up, and keeps its runs.
    let text = "layers,durs,iter\nconv1,0.25,1\nconv1,0.5,1\n";
    let reading = Reading::usual(alexnet, Role::Edge);
    let read = read(&[source("edge_20261128.csv", text)], None, &reading, &alexnet_network()).unwrap();
    assert_eq!(read.profile.bundles.at(0, 0)[0].latency_s, 0.375);
    // The date in its name is no clock.
    assert!(read.profile.clocks().is_empty());
    assert!(
        read.files[0].notes[0].starts_with("no warm-up is left out"),
        "{:?}",
        read.files
    );
}

#[test]
fn the_division_is_known_by_names_even_where_rows_are_damaged() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/vit_b_16.onnx");
    let raw = open(&path, &ImportOptions::default()).unwrap().network;
    let reading = Reading::usual(Division::ByNames, Role::Edge);
    let text = "layers,durs\nconv_proj,0.1\nconv_proj__process_input_operations,-1\nhead,0.1\n";
    let error = read(&[source("p.csv", text)], None, &reading, &raw)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("p.csv, row 3, column durs: “-1” is no number"),
        "{error}"
    );
    let text = "layers,durs\nconv_proj,0.1\nhaed,0.1\nhead,0.1\n";
    let error = read(&[source("p.csv", text)], None, &reading, &raw)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("p.csv, row 3, column layers: “haed”"), "{error}");
}

#[test]
fn damaged_rows_of_a_power_log_are_left_out_on_request_and_told() {
    let raw = alexnet_network();
    let profile = source(
        "p_latencies_460800000.csv",
        "layers,durs,starts,ends\nconv1,0.1,1700000000.1,1700000000.2\n",
    );
    let rows = (0..30_u64).map(|k| match k {
        4 | 9 => "1,2\n".to_owned(),
        k => format!("{},2000,0\n", 1_700_000_000_000_000_000 + k * 10_000_000),
    });
    let headings = "timestamp,channel 0 power (mW),channel 1 power (mW)\n".to_owned();
    let log = source("log.csv", &(headings + &rows.collect::<String>()));
    let mut reading = Reading::usual(Division::ByNames, Role::Edge);
    let both = |reading: &Reading| read(std::slice::from_ref(&profile), Some(&log), reading, &raw);
    let error = both(&reading).unwrap_err().to_string();
    assert!(
        error.contains("row 11 is damaged too") && error.contains("left out"),
        "{error}"
    );
    reading.damaged = Damaged::LeaveOut;
    let found = both(&reading).unwrap();
    assert!((found.profile.bundles.at(0, 0)[0].energy_j.unwrap() - 0.2).abs() < 1e-12);
    let [log, profile] = found.files.as_slice() else {
        panic!("{:?}", found.files)
    };
    assert_eq!(log.held, "28 samples of power");
    assert!(
        log.notes[0].starts_with("2 damaged rows left out: 6, 11 (the first: the row has 2"),
        "{log:?}"
    );
    assert_eq!(
        (profile.held.as_str(), profile.notes[0].as_str()),
        ("1 runs", "clock from the name: 460.8 MHz")
    );
}

#[test]
fn faults_are_told_by_file_row_and_column() {
    let raw = alexnet_network();
    let reading = Reading::usual(Division::ByNames, Role::Edge);
    let error = |text: &str| {
        read(&[source("p.csv", text)], None, &reading, &raw)
            .unwrap_err()
            .to_string()
    };
    assert!(error("layers,durs\nconv1,-1\n").starts_with("p.csv, row 2, column durs"));
    let other = error("layers,durs\nencoder_layer_1,1\n");
    assert!(
        other.contains("p.csv, row 2, column layers") && other.contains("conv1, conv2"),
        "{other}"
    );
    let vit = Reading {
        division: Division::Published(2),
        ..reading
    };
    let refused = read(&[source("p.csv", "layers,durs\nhead,1\n")], None, &vit, &raw).unwrap_err();
    assert!(refused.to_string().contains("is not divided into"), "{refused}");
    assert_eq!(read(&[], None, &reading, &raw), Err(MeasuredError::NoFile));
}
