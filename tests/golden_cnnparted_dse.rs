//! Families of accelerators against CNNParted's design-space search: lists of designs, genomes, metrics and pruning.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/close.rs"]
mod close;
#[path = "common/golden.rs"]
#[expect(dead_code, reason = "the files are known by name")]
mod golden;

use close::close;
use cutscape::cost::spatial::space::metric::total;
use cutscape::cost::spatial::space::{Decoding, Design, EyerissDesign, EyerissLists, Family, GemminiDesign};
use cutscape::cost::spatial::space::{GemminiLists, GenomeRanges, Lists, MeshDims, Metric, SimbaDesign, SimbaLists};
use cutscape::cost::spatial::space::{Totals, top};
use golden::{Deviations, reference};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

type Fields = Map<String, Value>;

fn read<T: for<'a> Deserialize<'a>>(file: &str) -> T {
    let path = reference("cnnparted").join("dse").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The original's fields of a design; those that never change are left out.
fn fields(design: &Design) -> Value {
    match design {
        Design::Eyeriss(d) => json!({
            "glb_size": d.buffer_kib,
            "glb_depth": d.buffer_rows(),
            "ifmap_spad_depth": d.input_words,
            "weight_spad_size": EyerissDesign::bytes(d.weight_words),
            "weight_spad_depth": d.weight_words,
            "psum_spad_size": EyerissDesign::bytes(d.sum_words),
            "psum_spad_depth": d.sum_words,
            "pe_dim_y": d.rows,
            "pe_dim_x": d.columns,
            "num_pes": d.units(),
        }),
        Design::Simba(d) => json!({
            "num_pes": d.elements,
            "lmacs": d.lanes,
            "weight_bufs": SimbaDesign::BUFFERS,
            "acc_bufs": SimbaDesign::BUFFERS,
            "wbuf_size": d.weight.kib,
            "wbuf_depth": d.weight.rows,
            "accbuf_size": d.accumulator.kib,
            "accbuf_depth": d.accumulator.rows,
            "globalbuf_size": d.buffer.kib,
            "globalbuf_depth": d.buffer.rows,
            "inbuf_size": d.input.kib,
            "inbuf_depth": d.input.rows,
        }),
        Design::Gemmini(d) => json!({
            "mesh_dim_x": d.side,
            "mesh_dim_y": d.side,
            "mesh_dim": d.side,
            "dim": d.side,
            "data_w": GemminiDesign::DATA_BITS,
            "acc_w": GemminiDesign::SUM_BITS,
            "spad_size": d.scratchpad_kib,
            "spad_banks": GemminiDesign::SCRATCHPAD_BANKS,
            "spad_width": d.scratchpad_row_bits,
            "spad_bank_rows": d.scratchpad_bank_rows,
            "spad_rows": d.scratchpad_rows(),
            "acc_size": d.accumulator_kib,
            "acc_banks": GemminiDesign::ACCUMULATOR_BANKS,
            "acc_width": d.accumulator_row_bits,
            "acc_bank_rows": d.accumulator_bank_rows,
            "acc_rows": d.accumulator_rows(),
        }),
    }
}

/// Fields of the original that are constants of the family, or that only one way of making a design sets.
const CONSTANT: [&str; 12] = [
    "word_bits",
    "word_bits_acc",
    "glb_block_size",
    "spad_block_size",
    "block_size_input_buf",
    "block_size_acc_buf",
    "block_size_weight_buf",
    "block_size_global_buf",
    "tile_dim",
    "output_w",
    "ifmap_spad_size",
    "ifmap_spad_depths",
];

fn compare(deviations: &mut Deviations, what: &str, ours: &Design, expected: &Fields) {
    let ours = fields(ours);
    for (name, expected) in expected {
        if CONSTANT.contains(&name.as_str()) {
            continue;
        }
        let (ours, expected) = (ours[name].as_f64(), expected.as_f64());
        deviations.equal(|| format!("{what}: {name}"), &ours, &expected);
    }
}

#[derive(Deserialize)]
struct Space {
    arch: String,
    constraints: Fields,
    designs: Vec<Fields>,
}

fn list<T: for<'a> Deserialize<'a>>(constraints: &Fields, key: &str, target: &mut Vec<T>) {
    if let Some(value) = constraints.get(key) {
        *target = serde_json::from_value(value.clone()).unwrap();
    }
}

fn lists(space: &Space) -> Lists {
    let given = &space.constraints;
    let number = |key: &str| given.get(key).and_then(Value::as_f64);
    match space.arch.as_str() {
        "eyeriss_like" => {
            let mut lists = EyerissLists::default();
            list(given, "pe_dims_y", &mut lists.rows);
            list(given, "pe_dims_x", &mut lists.columns);
            list(given, "gbuf_sizes", &mut lists.buffer_kib);
            list(given, "ifmap_spad_sizes", &mut lists.input_bytes);
            list(given, "weight_spad_sizes", &mut lists.weight_bytes);
            list(given, "psum_spad_sizes", &mut lists.sum_bytes);
            Lists::Eyeriss(lists)
        }
        "simba_like" => {
            let mut lists = SimbaLists::default();
            list(given, "num_pes", &mut lists.elements);
            list(given, "num_lmacs", &mut lists.lanes);
            list(given, "gbuf_sizes", &mut lists.buffer_kib);
            list(given, "inbuf_sizes", &mut lists.input_kib);
            list(given, "wbuf_sizes", &mut lists.weight_kib);
            list(given, "accbuf_sizes", &mut lists.accumulator_kib);
            Lists::Simba(lists)
        }
        "gemmini_like" => {
            let range = |least: &str, most: &str| (number(least).unwrap(), number(most).unwrap());
            let sides = match given.get("mesh_dims_fix") {
                Some(fixed) => MeshDims::Fixed(serde_json::from_value(fixed.clone()).unwrap()),
                None => MeshDims::PowersOfTwo {
                    least: number("mesh_dim_min").unwrap() as u32,
                    most: number("mesh_dim_max").unwrap() as u32,
                },
            };
            Lists::Gemmini(GemminiLists {
                sides,
                scratchpad_kib: range("min_spad_size", "max_spad_size"),
                accumulator_kib: range("min_acc_size", "max_acc_size"),
            })
        }
        other => panic!("{other}"),
    }
}

#[test]
fn lists_make_the_same_designs_in_the_same_order() {
    let spaces: Vec<Space> = read("design_spaces.json");
    let mut deviations = Deviations::default();
    for (index, space) in spaces.iter().enumerate() {
        let ours = lists(space).designs().unwrap();
        let what = format!("{} {index}", space.arch);
        deviations.equal(|| format!("{what}: designs"), &ours.len(), &space.designs.len());
        for (place, (ours, expected)) in ours.iter().zip(&space.designs).enumerate() {
            compare(&mut deviations, &format!("{what} design {place}"), ours, expected);
            if let Design::Eyeriss(design) = ours {
                let bytes = EyerissDesign::bytes(design.input_words);
                deviations.equal(|| what.clone(), &Some(bytes), &expected["ifmap_spad_size"].as_u64());
            }
        }
    }
    deviations.finish(spaces.len());
}

#[derive(Deserialize)]
struct Genome {
    arch: String,
    genome: Vec<u32>,
    #[serde(rename = "mem_step_kB")]
    step_kib: Vec<u32>,
    result: Fields,
    to_genome: Vec<u64>,
}

#[test]
fn genomes_are_read_as_published_and_as_meant() {
    let genomes: Vec<Genome> = read("genomes.json");
    let mut deviations = Deviations::default();
    for (index, row) in genomes.iter().enumerate() {
        let family = match row.arch.as_str() {
            "eyeriss_like" => Family::Eyeriss,
            "simba_like" => Family::Simba,
            "gemmini_like" => Family::Gemmini,
            other => panic!("{other}"),
        };
        let ranges = |decoding| GenomeRanges {
            step_kib: row.step_kib[0],
            decoding,
            ..GenomeRanges::usual(family)
        };
        let what = format!("genome {index}");
        let published = ranges(Decoding::CnnParted).decode(&row.genome).unwrap();
        compare(&mut deviations, &what, &published, &row.result);
        let back = match published {
            Design::Eyeriss(d) => vec![
                u64::from(d.rows),
                u64::from(d.columns),
                d.input_words,
                d.weight_words,
                d.sum_words,
                d.buffer_rows(),
            ],
            Design::Simba(d) => vec![
                u64::from(d.elements),
                u64::from(d.lanes),
                d.input.rows,
                d.weight.rows,
                d.accumulator.rows,
                d.buffer.rows,
            ],
            Design::Gemmini(d) => {
                let side = u64::from(d.side);
                vec![side, side, 1, 1, 1, d.scratchpad_rows(), d.accumulator_rows()]
            }
        };
        deviations.equal(|| format!("{what}: numbers"), &back, &row.to_genome);

        let meant = ranges(Decoding::Corrected).decode(&row.genome).unwrap();
        match (meant, published) {
            (Design::Eyeriss(meant), Design::Eyeriss(published)) => {
                let genes = u64::from(row.genome[3]);
                deviations.equal(|| what.clone(), &meant.input_words, &genes);
                let same = EyerissDesign {
                    input_words: meant.input_words,
                    ..published
                };
                deviations.equal(|| what.clone(), &meant, &same);
            }
            (Design::Simba(meant), Design::Simba(published)) => {
                deviations.equal(|| what.clone(), &meant.input.rows, &published.input.rows);
                let kib = meant.input.rows as f64 * 64.0 / 8192.0;
                deviations.equal(|| what.clone(), &meant.input.kib, &kib);
            }
            (Design::Gemmini(meant), Design::Gemmini(published)) => {
                let rows = |d: GemminiDesign| (d.scratchpad_rows(), d.accumulator_rows());
                deviations.equal(|| what.clone(), &rows(meant), &rows(published));
                let kib = f64::from(row.genome[2] * row.step_kib[0]);
                deviations.equal(|| what.clone(), &meant.accumulator_kib, &kib);
            }
            _ => unreachable!("one family"),
        }
    }
    deviations.finish(genomes.len());
}

#[derive(Deserialize)]
struct Case {
    energy: Vec<Vec<f64>>,
    latency: Vec<Vec<f64>>,
    area: Vec<f64>,
    metrics: BTreeMap<String, Vec<f64>>,
    pruned: Vec<Pruned>,
}

#[derive(Deserialize)]
struct Pruned {
    metric: String,
    strict: bool,
    top_k: i64,
    kept: Vec<String>,
}

fn metric(name: &str) -> Metric {
    match name {
        "edp" => Metric::Edp,
        "eap" => Metric::Eap,
        "adp" => Metric::Adp,
        "edap" => Metric::Edap,
        "eda2p" => Metric::Eda2p,
        "latency" => Metric::Latency,
        "energy" => Metric::Energy,
        "area" => Metric::Area,
        other => panic!("{other}"),
    }
}

#[test]
fn metrics_and_pruning_match() {
    let cases: Vec<Case> = read("metrics_and_pruning.json");
    let mut deviations = Deviations::default();
    for (index, case) in cases.iter().enumerate() {
        let designs = case.energy.iter().zip(&case.latency).zip(&case.area);
        let designs = designs.map(|((energy, latency), &area_m2)| {
            let layers = energy.iter().zip(latency);
            layers
                .map(|(&energy_j, &latency_s)| Totals {
                    energy_j,
                    latency_s,
                    area_m2,
                })
                .collect()
        });
        let designs: Vec<Vec<Totals>> = designs.collect();
        for (name, expected) in &case.metrics {
            for (design, &expected) in designs.iter().zip(expected) {
                let ours = metric(name).value(total(design).unwrap());
                close(&mut deviations, || format!("{index} {name}"), ours, expected, 1e-12);
            }
        }
        for pruned in &case.pruned {
            let count = usize::try_from(pruned.top_k).ok();
            let kept = top(&designs, metric(&pruned.metric), count, pruned.strict);
            let mut kept: Vec<String> = kept.iter().map(|design| format!("design_{design}")).collect();
            let mut expected = pruned.kept.clone();
            kept.sort();
            expected.sort();
            let what = || format!("{index} {} {} {}", pruned.metric, pruned.strict, pruned.top_k);
            deviations.equal(what, &kept, &expected);
        }
    }
    deviations.finish(cases.len());
}
