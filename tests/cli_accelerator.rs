//! `cutscape accelerator` as another program sees it: presets from CNNParted's files, and searches of families.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const TREE: &str = "architecture:
  version: 0.3
  subtree:
    - name: chip
      attributes: {technology: 16nm}
      local:
        - {name: DRAM, class: DRAM, attributes: {width: 64, block-size: 8, word-bits: 8}}
        - {name: Buffer, class: SRAM, attributes: {depth: 4096, width: 64, word-bits: 8}}
      subtree:
        - name: PE[0..15]
          local:
            - {name: Registers, class: regfile, attributes: {depth: 16, word-bits: 8, meshX: 4}}
            - {name: mac, class: intmac, attributes: {datawidth: 8, meshX: 4, latency: 1}}
";

const LIMITS: &str = "constraints:
  targets:
    - {target: Buffer, type: bypass, bypass: [Weights], keep: [Inputs, Outputs]}
    - {target: Registers, type: bypass, keep: [Weights], bypass: [Inputs, Outputs]}
    - {target: Buffer, type: spatial, permutation: CM, split: 1, factors: N=1 P=1 Q=1 R=1 S=1}
";

struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutscape"));
    command.arg("accelerator").args(arguments);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[track_caller]
fn refused(answer: &Answer, words: &[&str]) {
    assert_eq!((answer.code, answer.out.as_str()), (1, ""), "{}", answer.err);
    for word in words {
        assert!(answer.err.contains(word), "no “{word}”: {}", answer.err);
    }
}

#[test]
fn an_architecture_becomes_a_preset() {
    let folder = tempfile::tempdir().unwrap();
    let tree = write(folder.path(), "chip.yaml", TREE);
    let limits = write(folder.path(), "limits.yaml", LIMITS);
    let printed = run(&["import", &tree, "--constraints", &limits]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    for word in ["16 nm", "200 MHz", "not used", "latency"] {
        assert!(printed.err.contains(word), "no “{word}”: {}", printed.err);
    }
    std::fs::create_dir(folder.path().join("devices")).unwrap();
    let out = folder.path().join("devices/chip.ron").display().to_string();
    let name = ["--name", "My chip", "--rules", "timeloop"];
    let written = run(&[&["import", &tree, "--constraints", &limits, "--out", &out][..], &name].concat());
    assert_eq!((written.code, written.out), (0, format!("written: {out}\n")));
    let presets = Presets::load(Some(folder.path()));
    assert_eq!(presets.problems().count(), 0);
    let device = presets.device("My chip").unwrap();
    assert!(matches!(&device.model, DeviceModel::Spatial(model) if model.rules.ignore_dilation));
    assert_eq!(device.validate(), []);
    assert!(device.area().unwrap() > 0.0);
    // What was written can be mapped onto at once.
    let mapped = run(&["map", "models/digits_resnet.onnx", "--csv", "--device", &out]);
    assert_eq!(mapped.code, 0, "{}", mapped.err);
    let lists = write(folder.path(), "lists.ron", "Eyeriss(())");
    let answer = run(&[
        "search",
        "models/digits_resnet.onnx",
        "--lists",
        &lists,
        "--device",
        &out,
    ]);
    refused(&answer, &["no level “shared_glb”"]);
    let answer = run(&[
        "search",
        "models/digits_resnet.onnx",
        "--lists",
        &lists,
        "--device",
        &lists,
    ]);
    refused(&answer, &["--device", "lists.ron"]);
}

#[test]
fn a_bad_architecture_is_code_1_with_file_place_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let tree = write(folder.path(), "chip.yaml", TREE);
    refused(&run(&["import", "none.yaml"]), &["none.yaml"]);
    let wrong = write(
        folder.path(),
        "wrong.yaml",
        &LIMITS.replace("target: Buffer", "target: Puffer"),
    );
    let answer = run(&["import", &tree, "--constraints", &wrong]);
    refused(
        &answer,
        &[
            "wrong.yaml, constraints.targets[0].target",
            "Puffer",
            "Write one of DRAM",
        ],
    );
    let answer = run(&[
        "import",
        &tree,
        "--out",
        &folder.path().join("no/chip.ron").display().to_string(),
    ]);
    assert_eq!(answer.code, 1);
}

#[test]
fn a_family_is_searched_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let lists = "Gemmini((sides: Fixed([8, 16]), scratchpad_kib: (64.0, 64.0), accumulator_kib: (16.0, 32.0)))";
    let lists = write(folder.path(), "lists.ron", lists);
    let search =
        |extra: &[&str]| run(&[&["search", "models/digits_resnet.onnx", "--lists", &lists][..], extra].concat());
    let answer = search(&["--json", "--metric", "edp", "--top", "2"]);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&answer.out).unwrap();
    let designs = report["designs"].as_array().unwrap();
    assert_eq!(designs.len(), 4, "{report}");
    let best = report["best"].as_array().unwrap();
    assert_eq!(best.len(), 2);
    let edp = |design: &Value| design["edp_js"].as_f64().unwrap();
    let least = designs.iter().map(edp).fold(f64::INFINITY, f64::min);
    assert_eq!(edp(&designs[best[0].as_u64().unwrap() as usize]), least);
    for index in report["front"].as_array().unwrap() {
        assert_eq!(designs[index.as_u64().unwrap() as usize]["on_front"], true);
    }
    let answer = search(&["--csv"]);
    assert_eq!(answer.out.lines().count(), 5);
    let answer = search(&["--csv", "--layers"]);
    assert!(answer.out.starts_with("design,sizes,layer,latency_s,energy_j"));
    let answer = search(&[]);
    assert!(answer.out.contains("best in energy × latency × area"), "{}", answer.out);
}

#[test]
fn bad_sizes_are_code_1_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let search = |text: &str, extra: &[&str]| {
        let sizes = write(folder.path(), "sizes.ron", text);
        run(&[&["search", "models/alexnet.onnx"][..], extra, &[&sizes]].concat())
    };
    refused(&search("Eyeriss((rows: 5))", &["--lists"]), &["sizes.ron", "--help"]);
    refused(&search("Eyeriss((rows: [0]))", &["--lists"]), &["rows: 0 must be 1 to"]);
    let ranges = "(family: Simba, side: (1, 2), shared_kib: (64, 128), local: (16, 64), step_kib: 8)";
    refused(&search(ranges, &["--ranges"]), &["array", "multiple of 4"]);
    let answer = search("Eyeriss(())", &["--device", "Toaster", "--lists"]);
    refused(&answer, &["Toaster", "Eyeriss-like (CNNParted)"]);
    let answer = search("Eyeriss(())", &["--device", "Simba-like", "--lists"]);
    refused(&answer, &["no level “shared_glb”", "Eyeriss-like"]);
    assert_eq!(run(&["search", "models/alexnet.onnx"]).code, 2);
    for few in [["--population", "1"], ["--generations", "0"]] {
        let answer = search(ranges, &[&few[..], &["--ranges"]].concat());
        assert_eq!(answer.code, 2, "{}", answer.err);
    }
}

#[test]
fn map_writes_a_row_per_layer_and_the_nest_of_one() {
    let device = ["--device", "Eyeriss-like (CNNParted)"];
    let answer = run(&[&["map", "models/alexnet.onnx", "--csv"], &device[..]].concat());
    assert_eq!(answer.code, 0, "{}", answer.err);
    let mut reader = csv::Reader::from_reader(answer.out.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 12);
    let conv = rows
        .iter()
        .find(|row| &row[column("name")] == "/features/features.10/Conv")
        .unwrap();
    assert_eq!(&conv[column("cycles_of_run")], "638976");
    assert_eq!(conv[column("gap")].parse(), Ok(0.0));
    assert!(conv[column("mapping")].starts_with("DRAM["), "{conv:?}");
    let energy: f64 = conv[column("energy_j")].parse().unwrap();
    let parts = columns
        .iter()
        .enumerate()
        .filter(|(_, name)| name.ends_with("_energy_j"));
    let parts: f64 = parts.map(|(at, _)| conv[at].parse::<f64>().unwrap()).sum();
    assert!((energy - parts).abs() < 1e-12 * energy, "{energy} against {parts}");

    let nest = run(&[
        &["map", "models/alexnet.onnx", "--nest", "/features/features.10/Conv"],
        &device[..],
    ]
    .concat());
    assert_eq!(nest.code, 0, "{}", nest.err);
    for line in [
        "shared_glb: stores inputs, outputs",
        "parallel for",
        "multiply and accumulate",
    ] {
        assert!(nest.out.contains(line), "{}", nest.out);
    }
}

#[test]
fn map_names_layers_that_cannot_be_mapped_and_goes_on() {
    let answer = run(&[
        "map",
        "models/vit_b_16.onnx",
        "--device",
        "Eyeriss-like (CNNParted)",
        "--json",
    ]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let report: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(report["totals"]["unmappable"], 1);
    let words = "kernel height 16 must be spread whole over the 12 instances below DummyBuffer: 4 too many";
    assert!(answer.err.contains(words), "{}", answer.err);
    let refused = run(&["map", "models/alexnet.onnx", "--device", "Tesla T4"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("Simba-like"), "{}", refused.err);
}
