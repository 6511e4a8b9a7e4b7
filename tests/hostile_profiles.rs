//! Profiles and power logs that are damaged in any way: refused in words or read, never a crash, never a number that is none.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::profile::power::{Damaged, Join, PowerLog};
use cutscape::cost::profile::{Producer, Statistics, plausible, read_text, runs, statistics};
use cutscape::explore::schedule::{Machine, Problem, Rules, Transfers};
use cutscape::link::{LinkModel, PlainLink};
use cutscape::network::blocks::Blocks;
use proptest::prelude::*;

const PROFILE: &str = "layers,frequency,durs,starts,ends,iter,run,run_energy\n\
    conv1,460800000,0.0078,1700000000.1,1700000000.1078,1,1,24700.01\n\
    conv1_conv2,921600000,0.0073,1700000000.2,1700000000.2073,2,2,0\n\
    conv3_conv4_conv5_fc1_fc2_fc3,460800000,0.009,1700000000.3,1700000000.309,2,1,5\n";
const LISTS: &str =
    "layers,durs,starts,ends\nconv1,\"[0.1, 0.2]\",\"[1700000000, 1700000001]\",\"[1700000000.1, 1700000001.2]\"\n";
const LOG: &str = "timestamp,channel 0 power (mW),channel 1 power (mW)\n\
    1700000000000000000,02500,00000\n1700000000300000000,02600,00000\n1700000000400000000,02700,00000\n";

const PIECES: [&str; 24] = [
    "-1",
    "NaN",
    "inf",
    "1e308",
    "1e-320",
    "99999999999999999999",
    ",",
    "\n",
    "\"",
    "[",
    "]",
    "[]",
    "",
    "0",
    "conv1",
    "_",
    "durs",
    "layers",
    "\u{feff}",
    "\0",
    ".",
    "1700000000",
    "é",
    "-0.0",
];

/// A text with some of its places replaced.
fn damaged(text: &'static str) -> impl Strategy<Value = String> {
    let edit = (0..text.len(), 0_usize..12, 0..PIECES.len());
    prop::collection::vec(edit, 0..4).prop_map(move |edits| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, piece) in edits {
            let at = at.min(chars.len());
            let end = (at + length).min(chars.len());
            chars.splice(at..end, PIECES[piece].chars());
        }
        chars.into_iter().collect()
    })
}

fn use_it(text: &str, log: &str) {
    let blocks = Blocks::preset("alexnet").unwrap();
    let log = PowerLog::read(log, "log.csv");
    for producer in [
        Producer::Seconds,
        Producer::Nanoseconds,
        Producer::Kilohertz,
        Producer::Milliseconds,
    ] {
        let read = runs::read(text, "p.csv", &producer.form(), &blocks);
        let mut runs = match read {
            Ok(runs) => runs,
            Err(error) => {
                let words = error.to_string();
                assert!(words.starts_with("p.csv") && words.len() < 700, "{words}");
                continue;
            }
        };
        assert!(runs.iter().all(|run| run.latency_s > 0.0 && run.latency_s.is_finite()));
        let seen = plausible::file(&runs, "p.csv", &producer.form());
        if let Err(error) = seen.and_then(|seen| plausible::device(&[seen], &blocks)) {
            let words = error.to_string();
            assert!(words.starts_with("p.csv") && words.len() < 700, "{words}");
        }
        if let Ok(log) = &log {
            let joined = log.join(&mut runs, &Join::default(), "p.csv");
            assert!(joined.is_err() || runs.iter().all(|run| run.energy_j.unwrap().is_finite()));
        }
        let (mut table, _) = statistics::table(&runs, &blocks, &Statistics::of_edge("alexnet"));
        table.estimate_missing(blocks.len());
        let link = LinkModel::Plain(PlainLink {
            rate_bytes_per_s: 1e6,
            latency_s: 0.0,
            transmit_j_per_byte: 0.0,
            receive_j_per_byte: 0.0,
        });
        let transfers = Transfers::new(blocks.bytes(), 2, |_, _| &link);
        let machines = vec![Machine::edge("edge", &table), Machine::server("cloud", &table)];
        if let Ok(problem) = Problem::new(blocks.len(), machines, transfers) {
            let front = problem.front(&Rules::up_to(8));
            assert!(front.plans.iter().all(|plan| plan.latency_s().is_finite()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_profiles_are_refused_or_read(text in prop_oneof![damaged(PROFILE), damaged(LISTS)], log in damaged(LOG)) {
        use_it(&text, &log);
    }

    #[test]
    fn any_text_is_refused_or_read(text in "\\PC{0,200}", log in "\\PC{0,200}") {
        use_it(&text, &log);
    }
}

#[test]
fn what_is_not_damaged_is_read() {
    let blocks = Blocks::preset("alexnet").unwrap();
    for text in [PROFILE, LISTS] {
        runs::read(text, "p.csv", &Producer::Seconds.form(), &blocks).unwrap();
    }
    assert!(PowerLog::read(LOG, "log.csv").is_ok());
}

#[test]
fn files_that_are_no_text_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profile.parquet");
    std::fs::write(&path, b"PAR1\nabc\xff\xfe").unwrap();
    let error = read_text(&path).unwrap_err().to_string();
    assert!(
        error.contains("line 2 is no UTF-8") && error.contains("Parquet"),
        "{error}"
    );
    let missing = read_text(&folder.path().join("none.csv")).unwrap_err().to_string();
    assert!(missing.contains("none.csv"), "{missing}");
}

/// A refused text: the words of its error.
fn refused(read: impl Fn(&str) -> Option<String>, text: &str) -> String {
    let before = std::time::Instant::now();
    let words = read(text).unwrap();
    // Builds without optimisation take a few seconds where the program takes none.
    assert!(before.elapsed().as_secs() < 60, "{words}");
    assert!(words.len() < 700, "{words}");
    words
}

#[test]
fn files_of_any_length_are_refused_without_being_held() {
    let blocks = Blocks::preset("alexnet").unwrap();
    let profile = |text: &str| {
        let read = runs::read(text, "p.csv", &Producer::Seconds.form(), &blocks);
        read.err().map(|error| error.to_string())
    };
    let log = |damaged| {
        move |text: &str| {
            let read = PowerLog::read_with(text, "log.csv", damaged);
            read.err().map(|error| error.to_string())
        }
    };
    let rows = |heading: &str, row: &str, count: usize| format!("{heading}\n{}", row.repeat(count));

    // As many rows as a text of these lengths has: none of them is kept.
    for row in ["x\n", ",\n", "\"\n\"\n"] {
        let words = refused(profile, &row.repeat(5_000_000));
        assert!(words.starts_with("p.csv, row 1"), "{words}");
        let words = refused(profile, &rows("layers,durs", row, 5_000_000));
        assert!(words.starts_with("p.csv, row 2"), "{words}");
    }
    let heading = "timestamp,channel 0 power (mW),channel 1 power (mW)";
    for (row, damaged) in [("x\n", Damaged::Refuse), (",\n", Damaged::LeaveOut)] {
        let words = refused(log(damaged), &rows(heading, row, 2_100_000));
        assert!(
            words.starts_with("log.csv, row 2000002: there are more than 2000000 rows. Split"),
            "{words}"
        );
        let words = refused(log(damaged), &rows(heading, row, 200_000));
        let all = match damaged {
            Damaged::Refuse => "row 2: the row has 1 fields, the headings are 3; 199999 more rows are damaged: 3, 4,",
            Damaged::LeaveOut => "one sample is no power over time",
        };
        assert!(words.contains(all), "{words}");
    }
    let words = refused(profile, &rows("layers,durs", "conv1,0.1\n", 2_100_000));
    assert!(
        words.contains("row 2000002: there are more than 2000000 rows"),
        "{words}"
    );

    let list = rows("layers,durs", &format!("conv1,\"[{}1]\"\n", "1,".repeat(3_000_000)), 1);
    let words = refused(profile, &list);
    assert!(
        words.contains("row 2, column layers: there are more than 2000000 runs"),
        "{words}"
    );
    let unequal = format!("conv1,[1],\"[{}1]\"\n", "1,".repeat(3_000_000));
    let words = refused(profile, &rows("layers,durs,starts", &unequal, 1));
    assert!(
        words.contains("row 2, column starts: the list has 3000001 values"),
        "{words}"
    );
    for (text, row) in [
        (
            rows("layers,durs", &",".repeat(20_000_000), 1),
            "row 2: the row has too many",
        ),
        (",a".repeat(20_000_000), "row 1: the row has too many"),
        (
            rows("layers,durs\rx", &",".repeat(20_000_000), 1),
            "row 2: the row has too many",
        ),
        (
            rows("layers,durs", &format!("{},1\n", "conv1_".repeat(5_000_000)), 1),
            "row 2, column layers: “conv1_",
        ),
    ] {
        let words = refused(profile, &text);
        assert!(words.contains(row), "{words}");
    }

    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
        assert!(peak < 800_000, "the peak of memory is {peak} KB");
    }
}
