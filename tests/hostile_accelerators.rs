//! Accelerators in CNNParted's files for Timeloop: what is read, and damaged, contradictory and hostile ones, which give an error that
//! names file, place and remedy, quickly, never a panic.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

use cutscape::cnnparted::InputError;
use cutscape::cnnparted::accelerator::{Imported, Source, import, to_ron};
use cutscape::cost::spatial::architecture::{Keep, Rule, StorageClass};
use cutscape::cost::spatial::dim::Dim;
use cutscape::cost::spatial::rules::Rules;
use cutscape::presets::PresetValue;
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Longest time a bad file may take.
const QUICKLY: Duration = Duration::from_secs(2);

const TREE: &str = "architecture:
  version: 0.3
  subtree:
    - name: system
      local:
        - name: DRAM
          class: DRAM
          attributes: {type: LPDDR4, width: 64, block-size: 4, word-bits: 16}
      subtree:
        - name: rows
          attributes: {technology: 45nm}
          local:
            - name: shared_glb
              class: smartbuffer_SRAM
              attributes: {memory_depth: 16384, memory_width: 64, n_banks: 32, block-size: 4, word-bits: 16,
                read_bandwidth: 16, write_bandwidth: 16}
            - name: DummyBuffer[0..13]
              class: regfile
              attributes: {depth: 16, width: 16, word-bits: 16, block-size: 1, meshX: 14}
          subtree:
            - name: PE[0..167]
              local:
                - name: ifmap_spad
                  class: smartbuffer_RF
                  attributes: {depth: 12, width: 16, word-bits: 16, block-size: 1, meshX: 14, read_bandwidth: 2, write_bandwidth: 2}
                - name: weights_spad
                  class: smartbuffer_RF
                  attributes: {depth: 192, width: 16, word-bits: 16, block-size: 1, meshX: 14, read_bandwidth: 2, write_bandwidth: 2}
                - name: psum_spad
                  class: smartbuffer_RF
                  attributes: {depth: 16, width: 16, word-bits: 16, block-size: 1, meshX: 14, read_bandwidth: 2, write_bandwidth: 2, update_fifo_depth: 2}
                - name: mac
                  class: intmac
                  attributes: {datawidth: 16, meshX: 14}
";

const LIMITS: &str = "architecture_constraints:
  version: 0.3
  targets:
    - {target: psum_spad, type: bypass, bypass: [Inputs, Weights], keep: [Outputs]}
    - {target: weights_spad, type: bypass, bypass: [Inputs, Outputs], keep: [Weights]}
    - {target: ifmap_spad, type: bypass, bypass: [Weights, Outputs], keep: [Inputs]}
    - {target: DummyBuffer, type: bypass, bypass: [Inputs, Outputs, Weights]}
    - {target: shared_glb, type: bypass, bypass: [Weights], keep: [Inputs, Outputs]}
    - {target: DummyBuffer, type: spatial, split: 4, permutation: NPQR SCM, factors: N=1 P=1 Q=1 R=1 S=0}
    - {target: shared_glb, type: spatial, split: 7, permutation: NCPRSQM, factors: N=1 C=1 P=1 R=1 S=1}
    - {target: psum_spad, type: temporal, permutation: NCPQRSM, factors: N=1 C=1 R=1 S=1 P=1 Q=1}
    - {target: weights_spad, type: temporal, permutation: NMPQSCR, factors: N=1 M=1 P=1 Q=1 S=1 R=0}
    - {target: ifmap_spad, type: temporal, factors: N=1 M=1 C=1 P=1 Q=1 R=1 S=1}
    - {target: DummyBuffer, type: temporal, factors: N=1 M=1 C=1 P=1 Q=1 R=1 S=1}
mapspace_constraints:
  targets:
    - {target: shared_glb, type: temporal, permutation: QRSCPNM, factors: 'Q=1, R=1, S=1, P=0'}
    - {target: DRAM, type: temporal, permutation: RSPCMNQ, factors: [R=1, S=1, P=1]}
";

fn read_both(tree: &str, limits: &str) -> Result<Imported, InputError> {
    let begin = Instant::now();
    let source = |name, text| Source { name, text };
    let files = [source("tree.yaml", tree), source("limits.yaml", limits)];
    let result = import(&files, Rules::TIMELOOP);
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
fn refused(tree: &str, limits: &str, expected: &[&str]) {
    let words = check(&read_both(tree, limits).unwrap_err());
    for word in expected {
        assert!(words.contains(word), "no “{word}”: {words}");
    }
}

#[test]
fn an_eyeriss_in_files_is_the_eyeriss_of_the_presets() {
    let imported = read_both(TREE, LIMITS).unwrap();
    assert_eq!(imported.name, "rows");
    let ours = &imported.spatial.architecture;
    let presets = Presets::load(None);
    let preset = presets.devices.get("Eyeriss-like (CNNParted)").unwrap();
    let DeviceModel::Spatial(expected) = &preset.value.model else {
        panic!("another model");
    };
    let expected = &expected.architecture;
    assert_eq!(ours.levels.len(), expected.levels.len());
    for (ours, expected) in ours.levels.iter().zip(&expected.levels) {
        let name = &ours.name;
        assert_eq!(name, &expected.name);
        assert_eq!(ours.storage, expected.storage, "{name}");
        let sizes = |level: &cutscape::cost::spatial::architecture::Level| {
            let mesh = (level.mesh_x, level.mesh_y);
            let rates = (level.read_words_per_cycle, level.write_words_per_cycle);
            (
                level.capacity_words,
                level.word_bits,
                level.block_words,
                level.cluster,
                mesh,
                rates,
            )
        };
        assert_eq!(sizes(ours), sizes(expected), "{name}");
        assert_eq!(ours.keep, expected.keep, "{name}");
        for dim in Dim::ALL.into_iter().filter(|&dim| dim != Dim::G) {
            assert_eq!(ours.temporal.rule(dim), expected.temporal.rule(dim), "{name} {dim:?}");
        }
        let pairs = [
            (ours.read_energy_j, expected.read_energy_j),
            (ours.write_energy_j, expected.write_energy_j),
            (ours.area_m2, expected.area_m2),
        ];
        for (ours, expected) in pairs {
            assert!((ours - expected).abs() <= 1e-5 * expected, "{name}: {ours} {expected}");
        }
    }
    for (index, dims) in [(1, vec![Dim::Q, Dim::M]), (2, vec![Dim::S, Dim::C, Dim::M])] {
        let (ours, expected) = (&ours.levels[index].spatial, &expected.levels[index].spatial);
        for dim in dims {
            assert_eq!(ours.rule(dim), expected.rule(dim));
            assert_eq!(ours.along_x.contains(&dim), expected.along_x.contains(&dim));
        }
    }
    assert_eq!(ours.mac, expected.mac);
    // What is left out is named, and nothing else.
    let left_out = &imported.ignored[..];
    assert!(
        matches!(left_out, [one] if one.ends_with("local[2].attributes.update_fifo_depth")),
        "{left_out:?}"
    );
    assert!(imported.assumptions.iter().any(|said| said.contains("estimated")));
}

#[test]
fn the_preset_file_can_be_read_again() {
    let imported = read_both(TREE, LIMITS).unwrap();
    let preset = imported.preset("My rows", "tree.yaml and limits.yaml");
    assert_eq!(preset.value.faults(), []);
    let names: Vec<String> = preset.device().parameters().into_iter().map(|p| p.name).collect();
    assert!(names.iter().all(|name| preset.sources.contains_key(name)));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("devices")).unwrap();
    std::fs::write(folder.path().join("devices/mine.ron"), to_ron(&preset).unwrap()).unwrap();
    let presets = Presets::load(Some(folder.path()));
    let problems: Vec<String> = presets.problems().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    let again = presets.devices.get("My rows").unwrap();
    assert_eq!((&again.value, &again.sources), (&preset.value, &preset.sources));
}

#[test]
fn sizes_follow_from_each_other() {
    let level = |attributes: &str| {
        let tree = format!(
            "architecture: {{subtree: [{{name: a, local: [{{name: D, class: DRAM}}, {{name: 'B[0..7]', class: SRAM, attributes: {attributes}}}, \
             {{name: 'mac[0..15]', class: intmac, attributes: {{meshX: 8}}}}]}}]}}"
        );
        read_both(&tree, "{}").unwrap().spatial.architecture.levels[1].clone()
    };
    // Block from the width, cluster from the width and the block, capacity from depth, entries or kilobytes.
    let block = level("{depth: 100, width: 64, word-bits: 8}");
    assert_eq!(
        (block.block_words, block.cluster, block.capacity_words),
        (8, 1, Some(800))
    );
    let cluster = level("{depth: 100, width: 64, word-bits: 8, block-size: 2}");
    assert_eq!(
        (cluster.block_words, cluster.cluster, cluster.capacity_words),
        (2, 4, Some(200))
    );
    let given = level("{entries: 64, word_bits: 8, cluster-size: 4, width: 64}");
    assert_eq!(
        (given.block_words, given.cluster, given.capacity_words),
        (2, 4, Some(64))
    );
    assert_eq!(level("{sizeKB: 2, word-bits: 8}").capacity_words, Some(2048));
    let halved = level("{entries: 65, multiple-buffering: 2.0, bandwidth: 6}");
    assert_eq!(
        (halved.capacity_words, halved.read_words_per_cycle),
        (Some(32), Some(3.0))
    );
    assert_eq!((halved.mesh_x, halved.mesh_y, halved.keep), (8, 1, [Keep::Free; 3]));
    let y = level("{entries: 4, meshY: 2}");
    assert_eq!((y.mesh_x, y.mesh_y), (4, 2));
    assert_eq!(y.storage.class, StorageClass::Sram);
}

#[test]
fn limits_on_factors_are_read() {
    let limits =
        "constraints: {targets: [{target: shared_glb, type: temporal, factors: 'C<=16 K = 4 N1', permutation: C K}]}";
    let tree = TREE.replace("smartbuffer_RF", "regfile");
    let limits = LIMITS.replace("mapspace_constraints", "mapspace") + limits;
    let limits = limits
        .replace("factors: 'Q=1, R=1, S=1, P=0'", "factors: ")
        .replace("permutation: QRSCPNM, ", "");
    let read = read_both(&tree, &limits).unwrap();
    let loops = &read.spatial.architecture.levels[1].temporal;
    assert_eq!(loops.rule(Dim::C), Rule::AtMost(16));
    assert_eq!((loops.rule(Dim::M), loops.rule(Dim::N)), (Rule::Exactly(4), Rule::One));
    assert_eq!(loops.order, [Dim::C, Dim::M]);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    refused("", "{}", &["tree.yaml", "not a mapping"]);
    refused("{}", "{}", &["no architecture", "Give the file"]);
    refused("a: [1, 2", "{}", &["tree.yaml:"]);
    refused(TREE, TREE, &["limits.yaml, architecture", "second architecture"]);
    refused("architecture: {nodes: []}", "{}", &["architecture.nodes", "Timeloop 4"]);
    refused("architecture: {subtree: [{name: a}]}", "{}", &["no memory"]);
    let tree = |from: &str, to: &str| TREE.replacen(from, to, 1);
    refused(
        &tree("class: intmac", "class: wire"),
        LIMITS,
        &["no MAC units", "intmac"],
    );
    refused(
        &tree("PE[0..167]", "PE[0..]"),
        LIMITS,
        &["subtree[0].name", "PE[0..15]"],
    );
    refused(&tree("PE[0..167]", "PE[9..3]"), LIMITS, &["no name with a range"]);
    refused(
        &tree("PE[0..167]", "PE[0..99999999999]"),
        LIMITS,
        &["no name with a range"],
    );
    refused(
        &tree("PE[0..167]", "PE[0..166]"),
        LIMITS,
        &["ifmap_spad", "no mesh of 14"],
    );
    refused(
        &tree("name: ifmap_spad", "name: psum_spad"),
        LIMITS,
        &["psum_spad", "given twice"],
    );
    refused(&tree("name: ifmap_spad", "title: x"), LIMITS, &["“name” is missing"]);
    refused(
        &tree("meshX: 14}", "meshX: 5}"),
        LIMITS,
        &["no mesh of 5", "DummyBuffer"],
    );
    refused(
        &tree("meshX: 14, read", "meshX: 21, read"),
        LIMITS,
        &["21 × 8 instances of ifmap_spad", "14 × 1 of DummyBuffer"],
    );
    refused(
        &tree("memory_depth: 16384", "memory_depth: 0"),
        LIMITS,
        &["memory_depth", "above zero"],
    );
    refused(
        &tree("memory_depth: 16384, ", ""),
        LIMITS,
        &["shared_glb", "capacity", "depth"],
    );
    refused(
        &tree("memory_width: 64", "memory_width: 60"),
        LIMITS,
        &["width", "60 bit"],
    );
    refused(&tree("LPDDR4", "SDR"), LIMITS, &["type", "SDR", "HBM2"]);
    refused(&tree("datawidth: 16", "datawidth: 65"), LIMITS, &["datawidth", "65"]);
    refused(
        &tree("read_bandwidth: 16", "read_bandwidth: 0"),
        LIMITS,
        &["read_bandwidth"],
    );
    let deep = format!(
        "architecture: {}",
        "{subtree: [{name: a, ".repeat(12) + &"}]}".repeat(12)
    );
    check(&read_both(&deep, "{}").unwrap_err());
    let two = "architecture: {subtree: [{name: a}, {name: b}]}";
    refused(two, "{}", &["subtree[1]", "branches"]);

    let limits = |from: &str, to: &str| LIMITS.replacen(from, to, 1);
    refused(
        TREE,
        &limits("target: psum_spad", "target: nothing"),
        &["targets[0].target", "nothing", "DRAM, shared_glb"],
    );
    refused(
        TREE,
        &limits("type: bypass", "type: wrong"),
        &["targets[0].type", "wrong", "temporal"],
    );
    refused(
        TREE,
        &limits("keep: [Outputs]", "keep: [Inputs]"),
        &["targets[0].bypass", "inputs", "both kept"],
    );
    refused(
        TREE,
        &limits("keep: [Outputs]", "keep: [Bias]"),
        &["targets[0].keep", "Bias"],
    );
    refused(
        TREE,
        &limits("factors: N=1 P=1", "factors: N=x P=1"),
        &["factors", "R=0 C=3"],
    );
    refused(
        TREE,
        &limits("factors: N=1 P=1", "factors: X=1 P=1"),
        &["factors", "X", "no dimension"],
    );
    refused(
        TREE,
        &limits("permutation: NCPRSQM", "permutation: NNPRSQM"),
        &["permutation", "twice"],
    );
    let again = format!("{LIMITS}    - {{target: DRAM, type: temporal, factors: R=2}}\n");
    refused(TREE, &again, &["factors", "another factor of R"]);
    let again = format!("{LIMITS}    - {{target: DRAM, type: temporal, permutation: PQ}}\n");
    refused(TREE, &again, &["permutation", "another permutation"]);
    refused(TREE, &limits("split: 4", "split: -1"), &["split"]);
    // Without constraints the mapping would have to choose too much.
    refused(TREE, "{}", &["tree.yaml", "constraints"]);
}

#[test]
fn every_end_too_early_is_survived() {
    for end in 0..TREE.len() {
        if let Err(error) = read_both(&TREE[..end], LIMITS) {
            check(&error);
        }
    }
    for end in 0..LIMITS.len() {
        if let Err(error) = read_both(TREE, &LIMITS[..end]) {
            check(&error);
        }
    }
}

/// Every value replaced by what makes no sense there.
#[test]
fn every_value_of_a_wrong_kind_is_named_or_harmless() {
    let wrong = [
        "-1",
        "1e400",
        ".nan",
        "[[]]",
        "{x: y}",
        "~",
        "\"\"",
        "0",
        "1.5",
        "1e18",
        "a[0..4194303]",
    ];
    let mut tried = 0;
    for (text, is_tree) in [(TREE, true), (LIMITS, false)] {
        for (at, _) in text.match_indices(": ") {
            let value = &text[at + 2..];
            let end = value.find([',', '}', ']', '\n']).unwrap();
            for wrong in wrong {
                let changed = format!("{}{wrong}{}", &text[..at + 2], &value[end..]);
                let result = if is_tree {
                    read_both(&changed, LIMITS)
                } else {
                    read_both(TREE, &changed)
                };
                if let Err(error) = result {
                    check(&error);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 800, "{tried}");
}

#[test]
fn bombs_are_refused_quickly() {
    let many = format!("architecture: {{subtree: [{}]}}", "{name: a},".repeat(100_000));
    check(&read_both(&many, "{}").unwrap_err());
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..10 {
        let last = n - 1;
        aliases += &format!("a{n}: &a{n} [{}]\n", format!("*a{last},").repeat(10));
    }
    check(&read_both(&aliases, "{}").unwrap_err());
    let deep = "architecture: ".to_owned() + &"[".repeat(100_000);
    check(&read_both(&deep, "{}").unwrap_err());
    let long = "x".repeat(2_000_000);
    refused(&long, "{}", &["2000000 byte", "1000000"]);
    let targets = "constraints: [".to_owned() + &"{target: DRAM, type: utilization},".repeat(2_000) + "]";
    refused(TREE, &targets, &["more than 1000 constraints"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_text_is_survived(at in 0..TREE.len(), cut in 0_usize..40, insert in "[\\[\\]{}:,&*!?|>\\-0-9A-Za-z\n ]{0,12}") {
        let end = (at + cut).min(TREE.len());
        prop_assume!(TREE.is_char_boundary(at) && TREE.is_char_boundary(end));
        let text = format!("{}{insert}{}", &TREE[..at], &TREE[end..]);
        if let Err(error) = read_both(&text, LIMITS) {
            check(&error);
        }
    }
}
