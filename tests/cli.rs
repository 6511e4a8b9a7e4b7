//! The headless commands, as another program sees them: exit codes, what goes where, and the shape of the answers.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

#[path = "support/branches.rs"]
mod branches;
#[expect(dead_code, reason = "files made here are valid")]
#[path = "common/onnx.rs"]
mod onnx;

use cutscape::project::file;
use cutscape::project::store::Previous;
use cutscape::project::{Document, OpenNetwork, Origin, example};
use cutscape::system::preset::Presets;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutscape"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    for display in ["DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(display);
    }
    command
}

fn run(arguments: &[&str]) -> Answer {
    let output = program(arguments).output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[track_caller]
fn json(arguments: &[&str]) -> Value {
    let answer = run(arguments);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&answer.out).unwrap()
}

#[track_caller]
fn csv_rows(arguments: &[&str]) -> Vec<std::collections::BTreeMap<String, String>> {
    let answer = run(arguments);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{arguments:?}");
    csv::Reader::from_reader(answer.out.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

/// The start document as a design file.
fn design(folder: &Path) -> PathBuf {
    let document = Document::start(Presets::load(None).start_system()).unwrap();
    let path = folder.join("design.ron");
    file::save(&path, &document, Previous::Keep).unwrap();
    path
}

#[test]
fn inspect_answers_in_json_for_every_model() {
    for name in example::names() {
        let answer = json(&["inspect", &format!("models/{name}.onnx"), "--json"]);
        assert_eq!(answer["name"], name);
        let layers = answer["layers"].as_array().unwrap();
        assert_eq!(answer["totals"]["layers"], layers.len());
        for total in ["macs", "params", "weight_bytes"] {
            let sum: u64 = layers.iter().map(|layer| layer[total].as_u64().unwrap()).sum();
            assert_eq!(answer["totals"][total], sum, "{name} {total}");
        }
        for layer in layers {
            assert!(layer["name"].is_string() && layer["op"].is_string(), "{layer}");
            assert!(
                layer["output_shape"].as_array().is_some_and(|shape| !shape.is_empty()),
                "{layer}"
            );
        }
        assert!(answer["totals"]["peak_activation_bytes"].as_u64() > Some(0));
    }
}

#[test]
fn inspect_knows_views_widths_and_examples() {
    let raw = json(&["inspect", "resnet50", "--json", "--raw"]);
    let fused = json(&["inspect", "resnet50", "--json", "--fused", "--bits", "16"]);
    assert_eq!(raw["totals"]["layers"], 122);
    assert_eq!(fused["totals"]["layers"], 72);
    assert_eq!(raw["totals"]["macs"], fused["totals"]["macs"]);
    assert_eq!(
        fused["totals"]["weight_bytes"],
        2 * raw["totals"]["weight_bytes"].as_u64().unwrap()
    );
    let rows = csv_rows(&["inspect", "resnet50", "--csv", "--fused"]);
    assert_eq!(rows.len(), 72);
    assert!(rows[0]["made_by"].starts_with("cutscape "));
    let text = run(&["inspect", "resnet50"]);
    assert_eq!(text.code, 0);
    assert!(
        text.out.contains("4.09 GMAC") && text.out.contains("25.5 M"),
        "{}",
        text.out
    );
}

#[test]
fn evaluate_and_explore_answer_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let path = design(folder.path());
    let path = path.to_str().unwrap();
    let evaluation = json(&["evaluate", path, "--json"]);
    let saved = *file::read(Path::new(path)).unwrap().metrics();
    // Reading JSON may round the last bit.
    for (field, saved) in [("latency_s", saved.latency_s), ("energy_j", saved.energy_j)] {
        let read = evaluation["metrics"][field].as_f64().unwrap();
        assert!((read - saved).abs() <= saved * f64::EPSILON, "{field}: {read} {saved}");
    }
    let layers: u64 = evaluation["devices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["layers"].as_u64().unwrap())
        .sum();
    let rows = csv_rows(&["evaluate", path, "--csv"]);
    assert_eq!(rows.len() as u64, layers);
    assert!(
        rows.iter()
            .all(|row| row["latency_s"].parse::<f64>().is_ok() && !row["device"].is_empty())
    );

    let front = json(&["explore", path, "--json", "--check"]);
    assert_eq!(front["exact"], true);
    for check in front["checks"].as_array().unwrap() {
        let number = |name: &str| check[name].as_f64().unwrap();
        assert!(
            (number("found") - number("bound")).abs() < 1e-6 * number("bound"),
            "{check}"
        );
    }
    let points = front["points"].as_array().unwrap();
    let best = points
        .iter()
        .filter(|p| p["kind"] == "front")
        .map(|p| p["latency_s"].as_f64().unwrap());
    assert!(best.fold(f64::INFINITY, f64::min) <= saved.latency_s);
    assert_eq!(csv_rows(&["explore", path, "--csv"]).len(), points.len());
    for command in ["evaluate", "explore"] {
        let text = run(&[command, path]);
        assert_eq!(text.code, 0);
        assert!(text.out.contains("mobilenet_v2"), "{}", text.out);
    }
}

#[test]
fn nsga2_stands_beside_the_front() {
    let folder = tempfile::tempdir().unwrap();
    let path = design(folder.path());
    let path = path.to_str().unwrap();
    let asked = [
        "explore",
        path,
        "--nsga2",
        "--population",
        "20",
        "--generations",
        "60",
        "--seed",
        "7",
    ];
    let with = |format: &'static str| [&asked[..], &[format]].concat();
    let answer = json(&with("--json"));
    let found = &answer["nsga2"];
    let number = |name: &str| found[name].as_u64().unwrap();
    assert_eq!(
        (number("seed"), number("population"), number("generations")),
        (7, 20, 60)
    );
    assert!(
        number("evaluations") >= 20 && number("matched") <= number("of"),
        "{found}"
    );
    let share = found["hypervolume_share"].as_f64().unwrap();
    assert!((0.5..=1.0 + 1e-9).contains(&share), "{found}");
    let points = answer["points"].as_array().unwrap();
    let of_kind = |kind: &str| points.iter().filter(|p| p["kind"] == kind).count() as u64;
    assert_eq!((of_kind("nsga2"), of_kind("front")), (number("points"), number("of")));
    assert!(number("points") > 0 && answer["bound_gap"].is_null() && answer["hull_exact"].is_null());
    assert_eq!(json(&with("--json")), answer, "the seed decides everything");
    let rows = csv_rows(&with("--csv"));
    assert_eq!(rows.len(), points.len());
    let evolved = rows.iter().filter(|row| row["kind"] == "nsga2").count() as u64;
    assert_eq!(evolved, number("points"));
    let text = run(&asked);
    assert!(
        text.out.contains("of the exact hypervolume") && text.out.contains("seed 7, heuristic"),
        "{}",
        text.out
    );
    // Without being asked for nothing is searched by chance.
    let plain = json(&["explore", path, "--json"]);
    assert!(plain["nsga2"].is_null() && plain["points"].as_array().unwrap().iter().all(|p| p["kind"] != "nsga2"));
}

#[test]
fn a_front_that_is_not_over_all_cuts_tells_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let network = folder.path().join("branches.onnx");
    std::fs::write(&network, branches::onnx(7, 5)).unwrap();
    let opened = OpenNetwork::open(Origin::File(network), Default::default()).unwrap();
    let document = Document::new(Arc::new(opened), Presets::load(None).start_system()).unwrap();
    let path = folder.path().join("design.ron");
    file::save(&path, &document, Previous::Keep).unwrap();
    let path = path.to_str().unwrap();
    let answer = json(&["explore", path, "--json"]);
    assert_eq!(answer["space"], "cuts at the positions of the schedule");
    let gap = answer["bound_gap"].as_f64().unwrap();
    assert!((0.0..0.5).contains(&gap) && answer["hull_exact"].is_boolean(), "{gap}");
    let text = run(&["explore", path]);
    assert!(
        text.out.contains("of the hull of all designs; at most ") && text.out.contains(" from any design"),
        "{}",
        text.out
    );
}

#[test]
fn a_sweep_answers_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let design = design(folder.path());
    let design = design.to_str().unwrap();
    let report = json(&["sweep", design, "--vary", "links[0].rate", "--json"]);
    assert_eq!(
        (&report["varied"], &report["objective"]),
        (&"links[0].rate".into(), &"latency".into())
    );
    let regions = report["regions"].as_array().unwrap();
    assert_eq!(regions[0]["from"], report["from"]);
    assert_eq!(regions[regions.len() - 1]["to"], report["to"]);
    let rows = csv_rows(&["sweep", design, "--vary", "links[0].rate", "--csv"]);
    let best = rows.iter().filter(|row| row["kind"] == "best");
    for (best, present) in best.zip(rows.iter().filter(|row| row["kind"] == "present")) {
        assert_eq!(best["value"], present["value"]);
        let latency = |row: &std::collections::BTreeMap<String, String>| row["latency_s"].parse::<f64>().unwrap();
        assert!(latency(best) <= latency(present) || present["feasible"] == "false");
    }
    let range = ["--from", "1 Mbit/s", "--to", "10 Mbit/s"];
    let text = run(&[
        &["sweep", design, "--vary", "links[0].rate", "--objective", "energy"],
        &range[..],
    ]
    .concat());
    assert_eq!(text.code, 0, "{}", text.err);
    assert!(
        text.out.contains("best in energy") && text.out.contains("10.0 Mbit/s: "),
        "{}",
        text.out
    );
    for (arguments, expected) in [
        (
            ["--vary", "links[7].rate"].as_slice(),
            "the system has no such number. It has: links[0].rate",
        ),
        (
            &["--vary", "links[0].rate", "--from", "soon"],
            "--from, --to of links[0].rate",
        ),
        (
            &["--vary", "links[0].rate", "--from", "2 Gbit/s", "--to", "1 Mbit/s"],
            "must end above its start",
        ),
        (&["--vary", "input_bits", "--to", "10000000000000"], "its end is"),
        (&["--vary", "devices[0].speed", "--from", "0"], "its start is"),
    ] {
        let answer = run(&[&["sweep", design], arguments].concat());
        assert!(answer.code == 1 && answer.err.contains(expected), "{}", answer.err);
    }
}

#[test]
fn bad_input_is_code_1_with_file_place_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let onnx = std::fs::read("models/resnet18.onnx").unwrap();
    let design = std::fs::read_to_string(design(folder.path())).unwrap();
    let truncated = path("truncated.onnx", &onnx[..onnx.len() / 2]);
    let empty = path("empty.onnx", b"");
    let unknown = path("unknown.ron", design.replacen("devices:", "gadgets:", 1).as_bytes());
    let orphan = path(
        "orphan.ron",
        design
            .replacen("Example(\"mobilenet_v2\")", "File(\"gone.onnx\")", 1)
            .as_bytes(),
    );
    let cases: [(&[&str], &[&str]); 7] = [
        (
            &["inspect", "no such file.onnx"],
            &["no such file.onnx", "cannot be opened", "Check the path"],
        ),
        (&["inspect", &truncated], &["truncated.onnx", "byte "]),
        (&["inspect", &empty], &["empty.onnx"]),
        (
            &["evaluate", &unknown],
            &["unknown.ron:", "gadgets", "correct its name"],
        ),
        (
            &["explore", &orphan],
            &["orphan.ron", "gone.onnx", "Locate the network"],
        ),
        (&["evaluate", &orphan, "--network", &empty], &["empty.onnx"]),
        (
            &["evaluate", &orphan, "--network", "vgg11"],
            &["orphan.ron", "design[", "names the layer"],
        ),
    ];
    for (arguments, words) in cases {
        for format in [None, Some("--json"), Some("--csv")] {
            let arguments: Vec<&str> = arguments.iter().copied().chain(format).collect();
            let answer = run(&arguments);
            assert_eq!((answer.code, answer.out.as_str()), (1, ""), "{arguments:?}");
            assert!(
                words.iter().all(|word| answer.err.contains(word)),
                "{words:?}: {}",
                answer.err
            );
        }
    }
    let located = run(&["evaluate", &orphan, "--network", "mobilenet_v2"]);
    assert_eq!((located.code, located.err.as_str()), (0, ""));
}

#[test]
fn a_second_opinion_is_shapes_or_a_reason() {
    let answer = run(&["second-opinion", "models/squeezenet1_1.onnx"]);
    if cfg!(feature = "tract") {
        let shapes: Value = serde_json::from_str(&answer.out).unwrap();
        assert!(
            shapes.as_object().is_some_and(|shapes| shapes.len() > 60),
            "{}",
            answer.out
        );
    } else {
        assert_eq!(answer.code, 1);
        assert!(answer.err.contains("built without tract"), "{}", answer.err);
    }
    let bad = run(&["second-opinion", "no such file.onnx"]);
    assert_eq!((bad.code, bad.out.as_str()), (1, ""));
    assert!(bad.err.contains("no such file.onnx"), "{}", bad.err);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let answer = run(&["inspect", pipe.to_str().unwrap()]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("no regular file"), "{}", answer.err);
}

#[test]
fn a_bad_command_line_is_code_2() {
    let cases: [&[&str]; 12] = [
        &["inspect"],
        &["explore", "a.ron", "--check", "--csv"],
        &["explore", "a.ron", "--seed", "2"],
        &["explore", "a.ron", "--nsga2", "--population", "1"],
        &["explore", "a.ron", "--nsga2", "--generations", "0"],
        &["inspect", "resnet18", "--json", "--csv"],
        &["inspect", "resnet18", "--raw", "--fused"],
        &["inspect", "resnet18", "--bits", "0"],
        &["inspect", "resnet18", "--symbol", "batch"],
        &["inspect", "resnet18", "--symbol", "batch=-1"],
        &["evaluate", "--nonsense"],
        &["--theme", "blue"],
    ];
    for arguments in cases {
        let answer = run(arguments);
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.err);
        assert!(answer.out.is_empty() && answer.err.contains("error:"), "{}", answer.err);
    }
    assert!(run(&["--help"]).out.contains("inspect"));
    assert!(run(&["--version"]).out.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = program(&["inspect", "densenet121", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), String::from_utf8(output.stderr).unwrap()),
        (Some(0), String::new())
    );
}

#[test]
fn without_a_display_the_program_says_what_works() {
    let answer = run(&[]);
    assert_eq!((answer.code, answer.out.as_str()), (1, ""));
    assert!(answer.err.contains("cutscape inspect MODEL.onnx"), "{}", answer.err);
}

#[test]
fn partitioning_as_cnnparted_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let system = folder.path().join("system.yaml");
    let text = |num_pp: i32| {
        format!(
            "general: {{num_pp: {num_pp}}}\nsystem:\n  compute:\n    - {{id: 0, evaluation: {{simulator: timeloop, accelerator: a}}}}\n    \
             - {{id: 1, evaluation: {{simulator: timeloop, accelerator: b}}}}\n"
        )
    };
    let out = folder.path().join("results");
    let partition = |extra: &[&str]| {
        let (system, out) = (system.display().to_string(), out.display().to_string());
        let fixed = [
            "cnnparted",
            "--network",
            "models/alexnet.onnx",
            "--system",
            &system,
            "--out",
            &out,
        ];
        run(&[&fixed[..], extra].concat())
    };
    let refused = |answer: Answer, words: &[&str]| {
        assert_eq!((answer.code, answer.out.as_str()), (1, ""));
        for word in words {
            assert!(answer.err.contains(word), "no “{word}”: {}", answer.err);
        }
    };
    refused(partition(&[]), &["system.yaml"]);
    std::fs::write(&system, text(-1)).unwrap();
    refused(partition(&[]), &["system.yaml", "general.num_pp", "--cuts"]);
    refused(
        partition(&["--cuts", "1"]),
        &["system.yaml", "node 0", "0_a_tl_layers.csv"],
    );
    let costs = "Layer;Latency [ms];Energy [mJ]\n/features/features.0/Conv;2;1\n";
    for name in ["0_a_tl_layers.csv", "1_b_tl_layers.csv"] {
        std::fs::write(folder.path().join(name), costs).unwrap();
    }
    refused(
        partition(&["--cuts", "9"]),
        &["9 cuts over 22 layers and 2 platforms", "fewer cuts"],
    );
    refused(partition(&["--cuts", "1", "--tables", "none.csv"]), &["none.csv"]);
    let table = folder.path().join("0_a_tl_layers.csv").display().to_string();
    refused(
        partition(&["--cuts", "1", "--tables", &table]),
        &["1 tables", "a 0, b 1"],
    );
    let answer = partition(&["--cuts", "1", "--rules", "corrected"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(
        answer.out.starts_with("nondom: ") && out.join("system_result_all.csv").is_file(),
        "{}",
        answer.out
    );
    assert!(answer.err.contains("costs from"), "{}", answer.err);
}
