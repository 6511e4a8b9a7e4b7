//! `cutscape profile`, as another program sees it: small networks are really measured.
#![cfg(feature = "tract")]
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::profile::measure::{Line, read_header};
use cutscape::cost::profile::{Producer, runs};
use cutscape::network::blocks::Blocks;
use cutscape::network::import::{ImportOptions, open};
use cutscape::presets::read_preset;
use cutscape::system::DeviceModel;
use cutscape::system::preset::DevicePreset;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const DIGITS: &str = "models/digits_resnet.onnx";

struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutscape"));
    command.arg("profile").args(arguments);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn run(arguments: &[&str]) -> Answer {
    let output = command(arguments).output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn text(&self, file: &str) -> String {
        self.path(file).display().to_string()
    }
}

fn blocks(model: &str) -> Blocks {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(model);
    Blocks::of_network(&open(&path, &ImportOptions::default()).unwrap().network).unwrap()
}

#[test]
fn a_quick_measurement_is_a_profile_with_predictions() {
    let folder = Folder::new();
    let (csv, preset, begin) = (folder.text("p.csv"), folder.text("p.ron"), std::time::Instant::now());
    let answer = run(&[DIGITS, "--quick", "--out", &csv, "--preset", &preset, "--json"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    let blocks = blocks(DIGITS);
    let bundles: usize = (1..=3).map(|size| blocks.len() + 1 - size).sum();

    let rows = runs::read(
        &fs::read_to_string(&csv).unwrap(),
        &csv,
        &Producer::Seconds.form(),
        &blocks,
    )
    .unwrap();
    assert_eq!(rows.len(), 5 * bundles);
    assert!(
        rows.iter()
            .all(|run| run.latency_s > 0.0 && run.end_ns > run.start_ns && run.iteration == Some(1))
    );

    let report: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(report["bundles"].as_array().unwrap().len(), bundles);
    let predictions = report["predictions"].as_array().unwrap();
    let named: Vec<&str> = predictions
        .iter()
        .map(|own| own["prediction"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["single blocks", "best tiling"]);
    let number = |value: &Value| value.as_f64().unwrap();
    let measured = number(&report["end_to_end_s"]);
    for own in predictions {
        let deviation = number(&own["latency_s"]) / measured - 1.0;
        assert!((number(&own["deviation"]) - deviation).abs() < 1e-9);
    }

    // Longer bundles are sums of single blocks only where that is asked for.
    let estimated = run(&[
        DIGITS,
        "--quick",
        "--out",
        &folder.text("q.csv"),
        "--preset",
        &folder.text("q.ron"),
        "--estimate",
    ]);
    assert_eq!(estimated.code, 0, "{}", estimated.err);
    assert!(estimated.err.contains("marked as estimated"), "{}", estimated.err);
    let longer = read_preset::<DevicePreset>(&folder.path("q.ron")).unwrap().device();
    let DeviceModel::Profile(longer) = &longer.model else {
        panic!("{:?}", longer.model)
    };
    let all = blocks.len() * (blocks.len() + 1) / 2;
    let sums = longer.bundles.iter().filter(|(_, cost)| cost.estimated).count();
    assert_eq!((longer.bundles.iter().count(), sums), (all, all - bundles));
    assert!(longer.source.contains("are estimated as sums"), "{}", longer.source);
    assert_eq!(run(&[DIGITS, "--quick", "--estimate"]).code, 2);

    // What it wrote is a device, with a source for every number,
    let device = read_preset::<DevicePreset>(Path::new(&preset)).unwrap().device();
    assert!(device.validate().is_empty());
    let without = device
        .parameters()
        .into_iter()
        .filter(|own| !device.sources.contains_key(&own.name));
    assert_eq!(without.map(|own| own.name).collect::<Vec<_>>(), Vec::<String>::new());
    let DeviceModel::Profile(profile) = &device.model else {
        panic!("{:?}", device.model)
    };
    assert_eq!(
        (profile.blocks.len(), profile.bundles.iter().count()),
        (blocks.len(), bundles)
    );

    assert!(profile.bundles.iter().all(|(_, cost)| !cost.estimated));

    // and an edge profile.
    let mut schedule = Command::new(env!("CARGO_BIN_EXE_cutscape"));
    schedule.args(["schedule", "--network", DIGITS, "--edge", &csv, "--longest", "3"]);
    let schedule = schedule.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(
        schedule.status.success(),
        "{}",
        String::from_utf8_lossy(&schedule.stderr)
    );
    // Its header tells the sizes it was measured at.
    let mut schedule = Command::new(env!("CARGO_BIN_EXE_cutscape"));
    schedule.args(["schedule", "--network", DIGITS, "--symbol", "batch=4", "--edge", &csv]);
    let schedule = schedule.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let err = String::from_utf8_lossy(&schedule.stderr);
    assert!(!schedule.status.success(), "{err}");
    assert!(
        err.contains("p.csv: it was measured with 1.02 kB input, open is 4.10 kB input"),
        "{err}"
    );
}

#[test]
fn an_interrupted_measurement_is_continued() {
    let folder = Folder::new();
    let csv = folder.text("p.csv");
    let usual = [
        DIGITS,
        "--iterations",
        "1",
        "--runs",
        "3",
        "--longest",
        "2",
        "--out",
        &csv,
    ];
    let first = run(&usual);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains("predicted by single blocks"), "{}", first.out);
    let text = fs::read_to_string(&csv).unwrap();
    // In the middle of a row of the third bundle.
    let kept: String = text.split_inclusive('\n').take(9).collect();
    fs::write(&csv, &kept[..kept.len() - 10]).unwrap();
    let second = run(&[&usual[..], &["--resume"]].concat());
    assert_eq!(second.code, 0, "{}", second.err);
    assert!(
        second.err.contains("its last row was written only in part"),
        "{}",
        second.err
    );
    assert!(
        second
            .err
            .contains("conv3 has 1 of 3 runs in repetition 1 and is measured again"),
        "{}",
        second.err
    );
    let whole = fs::read_to_string(&csv).unwrap();
    let lines = |text: &str| text.lines().take(7).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        (lines(&whole), whole.lines().count()),
        (lines(&text), text.lines().count())
    );

    // Both starts are named where the numbers come from; nothing keeps the clock, so that it is no label.
    let header = read_header(Path::new(&csv)).unwrap();
    assert_eq!(header.sessions.len(), 2);
    assert_eq!(
        header.machine.clock_hz.is_some(),
        whole.starts_with("layers,durs,starts,ends,iter,run,frequency")
    );
    assert!(second.out.contains(&header.sessions_words()), "{}", second.out);

    // A further repetition is added to what is there.
    let mut more = usual;
    more[2] = "2";
    let third = run(&[&more[..], &["--resume"]].concat());
    assert_eq!(third.code, 0, "{}", third.err);
    let longer = fs::read_to_string(&csv).unwrap();
    assert_eq!(longer.lines().count(), 2 * text.lines().count() - 1);
}

#[test]
fn what_cannot_be_measured_is_refused_in_words() {
    let folder = Folder::new();
    let csv = folder.text("p.csv");
    let refused = |arguments: &[&str], expected: &str| {
        let answer = run(arguments);
        assert_eq!(answer.code, 1, "{}", answer.out);
        assert!(answer.err.contains(expected), "{}", answer.err);
    };
    refused(&["models/nowhere.onnx", "--out", &csv], "models/nowhere.onnx");
    refused(&["models/README.md", "--out", &csv], "models/README.md");
    refused(
        &[DIGITS, "--out", &csv, "--runs", "0"],
        "the runs are 0, must be 1 to 10000",
    );
    refused(&[DIGITS, "--out", &csv, "--threads", "0"], "the threads are 0");
    refused(
        &[DIGITS, "--out", &csv, "--images", &folder.text("none")],
        "Choose a folder of PNG or JPEG images",
    );
    refused(
        &[DIGITS, "--out", &folder.text("none/p.csv")],
        "Choose a file that can be written to",
    );
    assert!(!folder.path("p.csv").exists());
    let model = folder.text("m.onnx");
    fs::copy(DIGITS, &model).unwrap();
    let before = fs::read(&model).unwrap();
    refused(&[&model, "--out", &model, "--replace"], "the network itself is there");
    refused(
        &[&model, "--out", &csv, "--preset", &folder.text("./m.onnx")],
        "the network itself is there",
    );
    assert!(fs::read(&model).unwrap() == before);
    // However the path is written.
    for own in ["./p.csv", "../NAME/p.csv", "p.csv.machine.ron"] {
        let name = folder.0.path().file_name().unwrap().to_string_lossy().into_owned();
        let own = folder.text(&own.replace("NAME", &name));
        refused(
            &[DIGITS, "--out", &csv, "--preset", &own],
            "the profile itself goes there",
        );
    }
    assert!(!folder.path("p.csv").exists());

    let quick = ["--quick", "--longest", "1", "--runs", "1", "--out", &csv];
    let first = run(&[&[DIGITS], &quick[..]].concat());
    assert_eq!(first.code, 0, "{}", first.err);
    refused(
        &[&[DIGITS], &quick[..]].concat(),
        "p.csv: the file is there already. Continue it by --resume",
    );
    let resume = |model: &str, more: &[&str]| run(&[&[model], &quick[..], more, &["--resume"]].concat());
    let other = resume("models/squeezenet1_1.onnx", &[]);
    assert!(
        other.err.contains("it cannot be continued: its blocks are conv1"),
        "{}",
        other.err
    );
    let other = resume(DIGITS, &["--warm-up", "7"]);
    assert!(
        other.err.contains("its untimed runs: 2, now asked for: 7"),
        "{}",
        other.err
    );
    let other = resume(DIGITS, &["--seed", "7"]);
    assert!(
        other
            .err
            .contains("its inputs: noise from seed 1, now asked for: noise from seed 7"),
        "{}",
        other.err
    );
    fs::write(&csv, "layers,durs,starts,ends,iter,run\nconv1,x,1,2,1,1\n").unwrap();
    let other = resume(DIGITS, &[]);
    assert!(other.err.contains("row 2, column durs: “x”"), "{}", other.err);
    assert_eq!(run(&[&[DIGITS], &quick[..], &["--replace"]].concat()).code, 0);
    assert!(
        fs::read_to_string(folder.path("p.csv.bak"))
            .unwrap()
            .contains("conv1,x,1")
    );
}

#[test]
fn a_profile_that_is_replaced_stays_until_something_is_measured() {
    let folder = Folder::new();
    let csv = folder.text("p.csv");
    let quick = ["--quick", "--longest", "1", "--runs", "1", "--out", &csv];
    assert_eq!(run(&[&[DIGITS], &quick[..]].concat()).code, 0);
    let before = ["p.csv", "p.csv.machine.ron"].map(|file| fs::read_to_string(folder.path(file)).unwrap());
    let now = || ["p.csv", "p.csv.machine.ron"].map(|file| fs::read_to_string(folder.path(file)).unwrap());
    let refused = run(&[
        &["models/squeezenet1_1.onnx"],
        &quick[..],
        &["--replace", "--images", "none"],
    ]
    .concat());
    assert_eq!((refused.code, now()), (1, before.clone()), "{}", refused.err);
    // Its standard input is at its end, so it stops before the first run.
    let mut stopped = command(&[
        DIGITS,
        "--longest",
        "1",
        "--runs",
        "10000",
        "--progress",
        "json",
        "--out",
        &csv,
        "--replace",
    ]);
    stopped
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let stopped = stopped.output().unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&stopped.stdout),
        String::from_utf8_lossy(&stopped.stderr),
    );
    assert_eq!((stopped.status.code(), now()), (Some(1), before.clone()), "{err}");
    assert!(out.contains("is as it was: nothing was measured yet"), "{out}");
    assert!(err.contains("stopped before anything was measured"), "{err}");

    assert_eq!(run(&[&[DIGITS], &quick[..], &["--replace"]].concat()).code, 0);
    let kept = ["p.csv.bak", "p.csv.machine.ron.bak"].map(|file| fs::read_to_string(folder.path(file)).unwrap());
    assert_eq!(kept, before);
    assert_ne!(now(), before);
}

#[test]
fn images_are_run_and_networks_without_weights_are_filled() {
    let folder = Folder::new();
    let picture = image::GrayImage::from_fn(30, 20, |x, y| image::Luma([(x * y) as u8]));
    picture.save(folder.path("a.png")).unwrap();
    let few = ["--quick", "--longest", "1", "--runs", "1", "--warm-up", "0"];
    let images = folder.0.path().display().to_string();
    let digits = run(&[
        &[DIGITS],
        &few[..],
        &["--images", &images, "--out", &folder.text("a.csv")],
    ]
    .concat());
    assert_eq!(digits.code, 0, "{}", digits.err);
    assert!(!digits.err.contains("the file has no weights"));
    let filled = run(&[
        &["squeezenet1_1"],
        &few[..],
        &["--threads", "2", "--out", &folder.text("b.csv")],
    ]
    .concat());
    assert_eq!(filled.code, 0, "{}", filled.err);
    assert!(filled.err.contains("the file has no weights"), "{}", filled.err);
    assert!(filled.out.contains("2 threads, noise from seed 1"), "{}", filled.out);
}

#[test]
fn another_program_follows_the_lines_and_ends_it() {
    let folder = Folder::new();
    let quick = ["--quick", "--progress", "json", "--out"];
    let start = |csv: &str, more: &[&str]| {
        let mut command = command(&[&[DIGITS], &quick[..], &[csv], more].concat());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let csv = folder.text("p.csv");
    let mut child = start(&csv, &[]);
    let held = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(held);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Line> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(matches!(lines.last(), Some(Line::Report(report)) if report.profile == Path::new(&csv)));
    let progress = lines.iter().filter_map(|line| match line {
        Line::Progress(progress) if progress.iteration > 0 => Some(progress),
        _ => None,
    });
    let progress: Vec<_> = progress.collect();
    assert_eq!(
        (progress[0].done, progress.last().unwrap().now.as_str()),
        (0, "whole network")
    );
    assert!(progress.iter().all(|own| own.of == progress.len()));
    assert!(
        progress[1..]
            .iter()
            .all(|own| own.remaining_s.is_some_and(|left| left > 0.0))
    );

    // Without anybody who holds its standard input open it stops between runs, and the file can be continued.
    let csv = folder.text("q.csv");
    let mut child = start(&csv, &["--runs", "10000", "--iterations", "10000"]);
    child.stdin.take().unwrap().flush().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(
        err.contains("holds what was measured. Continue it by --resume"),
        "{err}"
    );
}
