//! The spatial accelerators against Timeloop's evaluation of given mappings, against the tables of CNNParted's authors, and against
//! the best mappings known: counts of a given mapping one by one, the best mapping found never worse.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/golden.rs"]
mod golden;

use cutscape::cost::spatial::architecture::Architecture;
use cutscape::cost::spatial::count::{Counted, OperandCount, count};
use cutscape::cost::spatial::dim::{Dim, Operand};
use cutscape::cost::spatial::mapping::{LevelMapping, Mapping};
use cutscape::cost::spatial::rules::Rules;
use cutscape::cost::spatial::workload::Workload;
use golden::{Deviations, reference};
use serde_json::Value;

fn architecture(name: &str) -> Architecture {
    let text = std::fs::read_to_string(format!("/tmp/arch/{name}.ron")).unwrap();
    ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .from_str(&text)
        .unwrap()
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
            deviations.check(reference.is_null() == counted.is_none(), || {
                format!("{place}: keeps {operand:?}?")
            });
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
