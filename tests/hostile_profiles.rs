//! Profiles and power logs that are damaged in any way: refused in words or read, never a crash, never a number that is none.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::profile::power::{Join, PowerLog};
use cutscape::cost::profile::{Producer, Statistics, read_text, runs, statistics};
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
