//! The spatial accelerators against Timeloop's evaluation of given mappings, against the tables of CNNParted's authors, and against
//! the best mappings known: counts of a given mapping one by one, the best mapping found never worse.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/golden.rs"]
mod golden;

use cutscape::cost::spatial::Spatial;
use cutscape::cost::spatial::architecture::Architecture;
use cutscape::cost::spatial::count::{Counted, OperandCount, count};
use cutscape::cost::spatial::dim::{Dim, Operand};
use cutscape::cost::spatial::mapping::{LevelMapping, Mapping};
use cutscape::cost::spatial::rules::{Objective, Rules};
use cutscape::cost::spatial::search::{Found, search};
use cutscape::cost::spatial::workload::Workload;
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use golden::{Deviations, cases, reference};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The preset that takes after an accelerator of the reference.
fn spatial(name: &str) -> Option<Spatial> {
    let preset = match name {
        "eyeriss_like" => "Eyeriss-like (CNNParted)".to_owned(),
        "simba_like" => "Simba-like (CNNParted)".to_owned(),
        "gemmini_like" => "Gemmini-like (CNNParted)".to_owned(),
        "simple_output_stationary" => "Output-stationary (CNNParted)".to_owned(),
        other => format!("Eyeriss-like {} (CNNParted)", other.strip_prefix("eyeriss_like")?),
    };
    match Presets::load(None).device(&preset)?.model {
        DeviceModel::Spatial(spatial) => Some(*spatial),
        _ => None,
    }
}

fn architecture(name: &str) -> Architecture {
    spatial(name)
        .unwrap_or_else(|| panic!("no preset for {name}"))
        .architecture
}

/// Network and accelerator that a file `KIND_NETWORK_ACCELERATOR.csv` is about.
fn subject(file: &Path, kind: &str) -> Option<(String, String)> {
    let rest = file.file_stem()?.to_str()?.strip_prefix(kind)?.strip_prefix('_')?;
    let names = ["eyeriss_like", "simba_like", "gemmini_like", "simple_output_stationary"];
    let start = names.iter().find_map(|name| rest.find(&format!("_{name}")))?;
    Some((rest[..start].to_owned(), rest[start + 1..].to_owned()))
}

/// The rows of a file by column name; rows with fewer columns come without the others.
fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).unwrap();
    let columns = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let fields = columns.iter().zip(&record);
        fields
            .map(|(column, field)| (column.to_owned(), field.to_owned()))
            .collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|e| panic!("{column}: {e} in {row:?}"))
}

fn whole(row: &BTreeMap<String, String>, column: &str) -> u64 {
    number(row, column) as u64
}

/// The best mapping for energy × delay.
fn best(spatial: &Spatial, workload: &Workload) -> Found {
    let (rules, budget) = (spatial.rules, spatial.budget);
    let found = search(
        &spatial.architecture,
        workload,
        rules,
        Objective::Edp,
        budget,
        &mut |_| {},
        &|| false,
    );
    found.unwrap_or_else(|why| panic!("{workload:?}: {why}"))
}

/// Loops written as letter and factor.
fn loops(value: &Value) -> Vec<(Dim, u64)> {
    let pairs = value.as_array().unwrap().iter();
    pairs
        .map(|pair| {
            (
                Dim::from_letter(pair[0].as_str().unwrap()).unwrap(),
                pair[1].as_u64().unwrap(),
            )
        })
        .collect()
}

fn kept(letters: &str) -> [bool; 3] {
    Operand::ALL.map(|operand| letters.contains(operand.letter()))
}

fn word(operand: Operand) -> &'static str {
    match operand {
        Operand::Weights => "Weights",
        Operand::Inputs => "Inputs",
        Operand::Outputs => "Outputs",
    }
}

/// Compares a number exactly but for one unit of rounding.
fn counts(deviations: &mut Deviations, what: &str, ours: u64, reference: f64) {
    deviations.check((ours as f64 - reference).abs() <= 1.0, || {
        format!("{what}: ours {ours}, reference {reference}")
    });
}

fn energy(deviations: &mut Deviations, what: &str, ours_pj: f64, reference_pj: f64) {
    // Two decimals in the file.
    let slack = 1e-4 * reference_pj.abs() + 0.01;
    deviations.check((ours_pj - reference_pj).abs() <= slack, || {
        format!("{what}: ours {ours_pj}, reference {reference_pj} pJ")
    });
}

#[test]
fn given_mappings_count_as_timeloop_counts_them() {
    let path = reference("accelerators").join("timeloop_evaluations.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert!(!cases.is_empty(), "{}: no cases", path.display());
    let mut deviations = Deviations::default();
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let name = format!("{} {} {}", text("network"), text("arch"), text("layer"));
        let architecture = architecture(text("arch"));
        let bound = |letter: &str| case["dims"][letter].as_u64().unwrap();
        let bounds = ["N", "M", "C", "P", "Q", "R", "S"].map(bound);
        let stride = case["stride"].as_u64().unwrap();
        let workload = Workload::convolution(bounds, [stride, stride]);
        let levels = case["mapping"].as_array().unwrap().iter().map(|level| LevelMapping {
            keep: kept(level["keep"].as_str().unwrap()),
            temporal: loops(&level["temporal_inner_to_outer"]),
            spatial: loops(&level["spatial_inner_to_outer"]),
        });
        let mapping = Mapping {
            levels: levels.collect(),
        };
        let ours = count(&architecture, &workload, &mapping, Rules::TIMELOOP);
        compare_with_timeloop(&mut deviations, &name, &architecture, &ours, case);
    }
    deviations.finish(cases.len());
}

fn compare_with_timeloop(
    deviations: &mut Deviations,
    name: &str,
    architecture: &Architecture,
    ours: &Counted,
    case: &Value,
) {
    counts(
        deviations,
        &format!("{name}: cycles"),
        ours.cycles,
        case["cycles"].as_f64().unwrap(),
    );
    let total = case["energy_uJ"].as_f64().unwrap() * 1e6;
    // Two decimals of a microjoule in the file.
    let holds = (ours.energy_j * 1e12 - total).abs() <= 1e-4 * total + 0.005e6;
    deviations.check(holds, || {
        format!("{name}: energy {} against {total} pJ", ours.energy_j * 1e12)
    });
    for (level, counted) in architecture.levels.iter().zip(&ours.levels) {
        let place = format!("{name} {}", level.name);
        let reference = &case["per_level"][&level.name];
        counts(
            deviations,
            &format!("{place}: cycles"),
            counted.cycles,
            reference["cycles"].as_f64().unwrap(),
        );
        for operand in Operand::ALL {
            let (reference, counted) = (&reference[word(operand)], &counted.operands[operand.index()]);
            deviations.equal(
                || format!("{place}: whether {} are stored", operand.word()),
                &counted.is_some(),
                &!reference.is_null(),
            );
            let Some(found) = counted.as_ref().filter(|_| !reference.is_null()) else {
                continue;
            };
            let place = format!("{place} {}", operand.word());
            let number = |key: &str| reference[key].as_f64().unwrap();
            for (key, value) in fields(found) {
                counts(deviations, &format!("{place} {key}"), value, number(key));
            }
            counts(
                deviations,
                &format!("{place} instances"),
                ours.levels[at(architecture, &level.name)].instances_used,
                number("instances"),
            );
            energy(
                deviations,
                &format!("{place} energy"),
                found.energy_j * 1e12,
                number("energy_pJ"),
            );
        }
    }
}

fn at(architecture: &Architecture, level: &str) -> usize {
    architecture
        .levels
        .iter()
        .position(|other| other.name == level)
        .unwrap()
}

fn fields(found: &OperandCount) -> [(&'static str, u64); 5] {
    [
        ("partition", found.partition),
        ("capacity", found.tile),
        ("reads", found.reads),
        ("fills", found.fills),
        ("updates", found.updates),
    ]
}

/// What a row of the best mappings known says about one operand in one level.
fn written_count(text: &str) -> (String, Operand, [f64; 4], f64) {
    let (place, numbers) = text.split_once(':').unwrap();
    let (level, letter) = place.rsplit_once('.').unwrap();
    let operand = Operand::ALL
        .into_iter()
        .find(|operand| operand.letter() == letter)
        .unwrap();
    let mut fields = numbers.split_whitespace();
    let mut field = |prefix: &str| {
        fields
            .next()
            .unwrap()
            .strip_prefix(prefix)
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    let counts = [field("sz"), field("rd"), field("fl"), field("up")];
    (level.to_owned(), operand, counts, field("E"))
}

/// A mapping written as `DRAM[Q8 C3 |] shared_glb[M2 P56 |M2 Q7 ] …`, loops from the outermost inwards; what levels store follows from
/// the counts beside it.
fn written_mapping(text: &str, stored: &[(String, Operand, [f64; 4], f64)]) -> Mapping {
    let loops = |text: &str| -> Vec<(Dim, u64)> {
        let parts = text.split_whitespace().map(|part| part.split_at(1));
        parts
            .map(|(letter, factor)| (Dim::from_letter(letter).unwrap(), factor.parse().unwrap()))
            .collect()
    };
    let levels = text
        .split(']')
        .map(str::trim)
        .filter(|level| !level.is_empty())
        .map(|level| {
            let (name, rest) = level.split_once('[').unwrap();
            let (temporal, spatial) = rest.split_once('|').unwrap();
            let mut temporal = loops(temporal);
            temporal.reverse();
            let keep = Operand::ALL.map(|operand| stored.iter().any(|s| s.0 == name && s.1 == operand));
            LevelMapping {
                keep,
                temporal,
                spatial: loops(spatial),
            }
        });
    Mapping {
        levels: levels.collect(),
    }
}

fn written_workload(row: &BTreeMap<String, String>, stride: [&str; 2]) -> Workload {
    let bounds = ["N", "M", "C", "P", "Q", "R", "S"].map(|column| whole(row, column));
    Workload::convolution(bounds, stride.map(|column| whole(row, column)))
}

/// Energy × delay in pJ × cycles of Timeloop's mappings by accelerator, network and layer, with the slack of two decimals of a
/// microjoule (rulings.md 22).
fn timeloop_edp() -> BTreeMap<(String, String, String), f64> {
    let path = reference("accelerators").join("timeloop_evaluations.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut best = BTreeMap::new();
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        let energy = case["energy_uJ"].as_f64().unwrap() + 0.005;
        let edp = energy * 1e6 * case["cycles"].as_f64().unwrap();
        let known = best
            .entry((text("arch"), text("network"), text("layer")))
            .or_insert(f64::INFINITY);
        *known = known.min(edp);
    }
    best
}

#[test]
fn no_mapping_known_is_better_than_the_one_found() {
    let timeloop = timeloop_edp();
    let mut deviations = Deviations::default();
    let (mut compared, mut skipped, mut proven) = (0, 0, 0);
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for file in cases(&reference("accelerators"), "csv") {
        let Some((network, accelerator)) = subject(&file, "bestknown") else {
            continue;
        };
        let spatial = spatial(&accelerator).unwrap_or_else(|| panic!("no preset for {accelerator}"));
        for row in rows(&file) {
            let name = format!("{network} {accelerator} {}", row["layer"]);
            if row["C"] == "NA" {
                skipped += 1;
                continue;
            }
            let workload = written_workload(&row, ["stride", "stride"]);
            let stored: Vec<_> = row["per_level"]
                .split(';')
                .filter(|part| !part.trim().is_empty())
                .map(written_count)
                .collect();
            let mapping = written_mapping(&row["mapping"], &stored);
            let given = count(&spatial.architecture, &workload, &mapping, Rules::TIMELOOP);
            compare_with_written(&mut deviations, &name, &spatial.architecture, &given, &row, &stored);

            let found = best(&spatial, &workload);
            let ours = found.counted.energy_j * 1e12 * found.counted.cycles as f64;
            let known = number(&row, "cycles") * number(&row, "energy_pJ");
            let of_timeloop = timeloop.get(&(accelerator.clone(), network.clone(), row["layer"].clone()));
            let known = of_timeloop.map_or(known, |edp| known.min(*edp));
            deviations.check(ours <= known * 1.02, || {
                format!("{name}: EDP {ours:e}, best known {known:e}")
            });
            compared += 1;
            proven += usize::from(found.search.gap == 0.0);
            let sum = sums.entry(accelerator.clone()).or_default();
            *sum = (sum.0 + ours, sum.1 + known);
        }
    }
    for (accelerator, (ours, known)) in sums {
        println!("{accelerator}: EDP in sum {:.4} of the best known", ours / known);
    }
    println!("{proven} of {compared} proven optimal, {skipped} rows without a mapping skipped");
    deviations.finish(compared);
}

fn compare_with_written(
    deviations: &mut Deviations,
    name: &str,
    architecture: &Architecture,
    ours: &Counted,
    row: &BTreeMap<String, String>,
    stored: &[(String, Operand, [f64; 4], f64)],
) {
    counts(
        deviations,
        &format!("{name}: cycles"),
        ours.cycles,
        number(row, "cycles"),
    );
    counts(
        deviations,
        &format!("{name}: MAC units"),
        ours.macs_used,
        number(row, "mac_pe_used"),
    );
    energy(
        deviations,
        &format!("{name}: energy"),
        ours.energy_j * 1e12,
        number(row, "energy_pJ"),
    );
    for (level, operand, [tile, reads, fills, updates], joules) in stored {
        let found = ours.levels[at(architecture, level)].operands[operand.index()].unwrap();
        let place = format!("{name} {level} {}", operand.word());
        counts(deviations, &format!("{place} tile"), found.tile, *tile);
        counts(deviations, &format!("{place} reads"), found.reads, *reads);
        counts(deviations, &format!("{place} fills"), found.fills, *fills);
        counts(deviations, &format!("{place} updates"), found.updates, *updates);
        // One decimal in the file.
        let slack = 1e-4 * joules.abs() + 0.1;
        let holds = (found.energy_j * 1e12 - joules).abs() <= slack;
        deviations.check(holds, || {
            format!("{place} energy: {} against {joules} pJ", found.energy_j * 1e12)
        });
    }
}

#[test]
fn timeloops_own_best_mappings_are_not_better() {
    let mut deviations = Deviations::default();
    let path = reference("accelerators").join("timeloop_evaluations.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let spatial = spatial(text("arch")).unwrap_or_else(|| panic!("no preset for {}", text("arch")));
        let bounds = ["N", "M", "C", "P", "Q", "R", "S"].map(|letter| case["dims"][letter].as_u64().unwrap());
        let stride = case["stride"].as_u64().unwrap();
        let found = best(&spatial, &Workload::convolution(bounds, [stride, stride]));
        let ours = found.counted.energy_j * found.counted.cycles as f64;
        let theirs = (case["energy_uJ"].as_f64().unwrap() + 0.005) * 1e-6 * case["cycles"].as_f64().unwrap();
        let name = format!("{} {} {}", text("network"), text("arch"), text("layer"));
        deviations.check(ours <= theirs, || {
            format!("{name}: EDP {ours:e}, Timeloop's {theirs:e}")
        });
    }
    deviations.finish(cases.len());
}

/// The authors' energies per access have more digits than the reference prints: six, so that equal mappings differ by this at most.
const PRINTED: f64 = 1.0 + 1e-6;

/// The tables of CNNParted's authors; the project's own copy of the reference has none of them, as they are not ours to copy.
#[test]
fn published_tables_are_not_better() {
    let mut deviations = Deviations::default();
    let files = cases(&reference("accelerators"), "csv");
    let tables = files
        .iter()
        .filter_map(|file| Some((file, subject(file, "published")?)));
    let mut compared = 0;
    for (file, (network, accelerator)) in tables {
        let spatial = spatial(&accelerator).unwrap_or_else(|| panic!("no preset for {accelerator}"));
        let (mut ours_sum, mut published_sum) = (0.0, 0.0);
        for row in rows(file) {
            let name = format!("{network} {accelerator} {}", row["layer"]);
            let found = best(&spatial, &written_workload(&row, ["Wstride", "Hstride"]));
            let (cycles, published) = (found.counted.cycles as f64, number(&row, "cycles"));
            deviations.check(cycles <= published, || {
                format!("{name}: {cycles} cycles, published {published}")
            });
            let edp = found.counted.energy_j * 1e3 * cycles;
            let published = number(&row, "energy_mJ") * published;
            // The energies of the variants 1 to 4 hang on a class that the original defines twice (rulings.md 23).
            let has_energy = accelerator != "eyeriss_like" && accelerator.starts_with("eyeriss_like");
            deviations.check(has_energy || edp <= published * PRINTED, || {
                format!("{name}: EDP {edp:e}, published {published:e}")
            });
            (ours_sum, published_sum) = (ours_sum + edp, published_sum + published);
            compared += 1;
        }
        println!(
            "{network} {accelerator}: EDP in sum {:.4} of the published",
            ours_sum / published_sum
        );
    }
    if std::env::var_os("CUTSCAPE_REFERENCE").is_some() {
        deviations.finish(compared);
    } else {
        println!("{compared} rows of published tables compared");
    }
}
