//! The result files of `cutscape cnnparted` beside those of the original: the same columns, and the same numbers for every candidate the
//! original lists (its own choice of candidates is random).
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/close.rs"]
mod close;
mod common;
#[path = "common/golden.rs"]
mod golden;

use close::close;
use golden::{Deviations, cases, reference};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const TOLERANCE: f64 = 1e-9;

/// The system that the original's files were made on: two platforms and a chiplet link (`partitioning/links.json`, `noi_ucie`).
const SYSTEM: &str = "
general: {num_pp: 1, optimization: all}
system:
  compute:
    - {id: 0, bits: 16, evaluation: {simulator: timeloop, accelerator: systolic}}
    - {id: 2, bits: 8, evaluation: {simulator: timeloop, accelerator: vector}}
  link:
    - {id: 1, data_bit_width: 8, fps: 25, noi: {noi_mode: UCIe, width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5}}
";

type Row = Vec<String>;

fn read(path: &Path) -> (Row, Vec<Row>) {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let headings = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    (headings, rows.collect())
}

/// A copy of a platform's table with its first design only, as the original's files were made.
fn first_design(letter: &str, folder: &Path) -> String {
    let table = reference("cnnparted").join(format!("tables/alexnet__{letter}.csv"));
    let text = std::fs::read_to_string(&table).unwrap();
    let lines = text
        .lines()
        .filter(|line| line.starts_with("design,") || line.starts_with("0,"));
    let copy = folder.join(format!("{letter}.csv"));
    std::fs::write(&copy, lines.collect::<Vec<_>>().join("\n")).unwrap();
    copy.display().to_string()
}

/// Writes the result files of alexnet on platforms A and B into a folder of its own.
fn write(extra: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let system = folder.path().join("gold.yaml");
    std::fs::write(&system, SYSTEM).unwrap();
    let tables = ["A", "B"].map(|letter| first_design(letter, folder.path()));
    let output = Command::new(env!("CARGO_BIN_EXE_cutscape"))
        .args(["cnnparted", "--network"])
        .arg(common::model("alexnet"))
        .arg("--system")
        .arg(system)
        .args(["--tables", &tables.join(","), "--out"])
        .arg(folder.path())
        .args(extra)
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    (folder, String::from_utf8(output.stdout).unwrap())
}

/// Cut and platforms of a row.
fn candidate(headings: &Row, row: &Row) -> Row {
    let is_key = |heading: &&String| heading.starts_with("PartitioningPoint") || heading.starts_with("Platform");
    headings
        .iter()
        .zip(row)
        .filter(|(heading, _)| is_key(heading))
        .map(|(_, cell)| cell.clone())
        .collect()
}

#[test]
fn the_originals_candidates_have_the_same_rows() {
    let folder = reference("cnnparted/export");
    let files: Vec<PathBuf> = cases(&folder, "csv");
    let (ours, _) = write(&["--published-header"]);
    let mut deviations = Deviations::default();
    let mut rows = 0;
    for file in &files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let (headings, expected) = read(file);
        let (own_headings, _) = read(&ours.path().join(name));
        deviations.equal(|| format!("{name}: headings"), &own_headings, &headings);
        let (_, all) = read(&ours.path().join("gold_result_all.csv"));
        let known: BTreeMap<Row, Row> = all.into_iter().map(|row| (candidate(&headings, &row), row)).collect();
        for row in expected {
            let key = candidate(&headings, &row);
            let own = known.get(&key).unwrap_or_else(|| panic!("{name}: no row for {key:?}"));
            for ((heading, own), expected) in headings.iter().zip(own).zip(&row) {
                // The number of a row and what it is dominated by depend on which rows there are.
                if heading == "idx" || heading == "Type" {
                    continue;
                }
                let place = || format!("{name}, {key:?}, {heading}");
                match (own.parse(), expected.parse()) {
                    (Ok(own), Ok(expected)) => close(&mut deviations, place, own, expected, TOLERANCE),
                    _ => deviations.equal(place, own, expected),
                }
            }
            rows += 1;
        }
    }
    deviations.finish(rows);
}

#[test]
fn headings_name_what_stands_below_them() {
    let (folder, told) = write(&["--optimization", "ppa"]);
    for (set, name) in [("nondom", "gold_result_nondom.csv"), ("all", "gold_result_all.csv")] {
        let (headings, rows) = read(&folder.path().join(name));
        assert_eq!(headings[..5], ["idx", "Schedule_ID", "Design_ID0", "Design_ID1", "PPs"]);
        let column = |heading: &str| headings.iter().position(|h| h == heading).unwrap();
        for row in &rows {
            let moves = row[column("Link_Latency_1")] != "0.0";
            assert_eq!(row[column("PPs")], if moves { "1" } else { "0" }, "{row:?}");
        }
        let (headings, short) = read(&folder.path().join(format!("gold_objectives_{set}.csv")));
        assert_eq!(
            headings[1..],
            [
                "Latency",
                "Energy",
                "Throughput",
                "Area",
                "Link_Latency",
                "Link_Energy",
                "Accuracy",
                "Type"
            ]
        );
        let tails = rows.iter().map(|row| row[row.len() - 8..].to_vec());
        assert!(tails.eq(short.iter().map(|row| row[1..].to_vec())));
    }
    let log = std::fs::read_to_string(folder.path().join("gold.log")).unwrap();
    assert!(
        log.starts_with("nondom: ") && log.contains(" Partitioning Point(s): "),
        "{log}"
    );
    assert!(told.starts_with(&log), "{told}");
    let schedule = std::fs::read_to_string(folder.path().join("alexnet_schedules.csv")).unwrap();
    assert!(
        schedule.starts_with("0,input,/features/features.0/Conv,") && schedule.ends_with(",output\n"),
        "{schedule}"
    );
    // Two objectives more cannot take points from a front.
    let (_, all) = read(&write(&[]).0.path().join("gold_result_nondom.csv"));
    let (_, three) = read(&folder.path().join("gold_result_nondom.csv"));
    assert!(all.len() >= three.len() && !three.is_empty());
}
