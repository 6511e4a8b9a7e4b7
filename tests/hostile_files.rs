//! Damaged, wrong and hostile design files: an error that names file, place and remedy, quickly, and never a panic.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

use cutscape::project::file::{self, FileError, Trust};
use cutscape::project::store::Previous;
use cutscape::project::{Action, Document, OpenNetwork};
use cutscape::system::preset::Presets;
use proptest::prelude::*;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Longest time a bad file may take.
const QUICKLY: Duration = Duration::from_secs(1);

static NETWORK: LazyLock<Arc<OpenNetwork>> = LazyLock::new(|| start().network);

/// A real design file, with a spatial accelerator among the devices.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut document = start();
    let accelerator = Presets::load(None).device("Simba-like").unwrap();
    document.apply(Action::AddAlternative(0, accelerator)).unwrap();
    document.apply(Action::Pin).unwrap();
    file::to_text(&document, None).unwrap()
});

fn start() -> Document {
    Document::start(Presets::load(None).start_system()).unwrap()
}

fn open(text: &str) -> Result<Document, FileError> {
    let file = file::parse(text, "design.ron", None)?;
    Ok(file.into_document(NETWORK.clone(), Trust::Content)?.document)
}

/// Opens the text and returns the error, which must be complete and come quickly.
#[track_caller]
fn refused(text: &str) -> String {
    let begin = Instant::now();
    let error = open(text).unwrap_err();
    assert!(begin.elapsed() < QUICKLY, "{:?}: {error}", begin.elapsed());
    let message = error.to_string();
    assert!(message.starts_with("design.ron"), "no file: {message}");
    assert!(message.len() < 1500, "too long: {} bytes", message.len());
    match error {
        FileError::Faulty { problem, remedy, .. } => assert!(!problem.is_empty() && !remedy.is_empty(), "{message}"),
        FileError::NeedsNetwork { reason, .. } => assert!(!reason.is_empty(), "{message}"),
    }
    message
}

/// Every number of the file replaced by what makes no sense there.
#[test]
fn every_number_is_checked() {
    let lines: Vec<&str> = TEXT.lines().collect();
    let mut tried = 0;
    for (index, line) in lines.iter().enumerate() {
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        let value = value.trim_end_matches(',');
        let number = value.trim_start_matches("Some(").trim_end_matches(')');
        if number.parse::<f64>().is_err() {
            continue;
        }
        for bad in [
            "NaN",
            "-1",
            "-inf",
            "\"8\"",
            "[]",
            "1e999",
            "-1.5",
            "()",
            "None None",
            "9999999999999999999999999999999999999999",
        ] {
            // A pin's metrics and the stored metrics may be infinite (a device that cannot run a layer takes for ever),
            // and whatever they are is only compared.
            if bad.contains("999") && ["latency_s", "energy_j", "throughput_hz", "area_m2"].contains(&name.trim()) {
                continue;
            }
            let mut changed = lines.clone();
            let line = format!("{name}: {},", value.replace(number, bad));
            changed[index] = &line;
            let message = match open(&changed.join("\n")) {
                Ok(_) => panic!("line {}: {line} was accepted", index + 1),
                Err(error) => error.to_string(),
            };
            assert!(message.starts_with("design.ron"), "{message}");
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn every_field_is_needed_and_no_other_is_taken() {
    let lines: Vec<&str> = TEXT.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let Some((name, _)) = line.split_once(": ") else {
            continue;
        };
        if !name.trim().chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            continue;
        }
        let mut changed = lines.clone();
        let more = format!(
            "{}surprise: 1,\n{line}",
            " ".repeat(name.len() - name.trim_start().len())
        );
        changed[index] = &more;
        let message = refused(&changed.join("\n"));
        let place = format!("design.ron:{}:", index + 1);
        assert!(
            message.starts_with(&place) && message.contains("surprise"),
            "{place} {message}"
        );
    }
}

#[test]
fn what_is_no_design_is_refused() {
    for text in [
        "",
        " ",
        "()",
        "[]",
        "42",
        "\u{0}",
        "not ron at all",
        "(version: 1)",
        "{\"version\": 1}",
        "(version: 7, new: ())",
    ] {
        refused(text);
    }
    let onnx = std::fs::read("models/squeezenet1_1.onnx").unwrap();
    refused(&String::from_utf8_lossy(&onnx));
}

#[test]
fn bombs_go_off_quickly() {
    let header =
        "(version: 1, network: (origin: Example(\"x\"), hash: \"\", view: Fused), schedule: FileOrder, system: ";
    for bomb in [
        "(",
        "[",
        "{",
        "Some(",
        "a(",
        "\"",
        "r#",
        "/*",
        "[[],",
        "1",
        "#![enable(",
        "\\",
        "'",
    ] {
        for count in [1, 200, 100_000] {
            let bomb = bomb.repeat(count);
            refused(&bomb);
            refused(&format!("{header}{bomb}"));
        }
    }
    let many = |item: &str| item.repeat(1_000_000 / item.len());
    refused(&TEXT.replacen("end: [", &format!("end: [{}", many("\"\",")), 1));
    refused(&TEXT.replacen("design: [", &format!("design: [{}", many("(device: 0, end: []),")), 1));
    refused(&TEXT.replacen("name: \"", &format!("name: \"{}", many("x")), 1));
    refused(&TEXT.replacen("symbols: {", &format!("surprise{}: {{", many("x")), 1));
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path, expected: &str| {
        let message = file::read(path).unwrap_err().to_string();
        assert!(
            message.contains(&path.display().to_string()) && message.contains(expected),
            "{message}"
        );
    };
    let file = folder.path().join("design.ron");
    refused(&file, "cannot be read");
    refused(folder.path(), "not a regular file");
    std::fs::write(&file, [b'(', 0xff, b')']).unwrap();
    refused(&file, "byte 1 is no valid UTF-8");
    // A hole in the file takes no space on the disk.
    std::fs::File::create(&file).unwrap().set_len(40_000_000_000).unwrap();
    let begin = Instant::now();
    refused(&file, "larger than 4.00 MB");
    assert!(begin.elapsed() < QUICKLY);
    #[cfg(unix)]
    refused(Path::new("/dev/zero"), "not a regular file");
}

#[test]
fn a_failed_save_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no such folder").join("design.ron");
    let message = file::save(&path, &start(), Previous::Keep).unwrap_err().to_string();
    assert!(
        message.contains("no such folder") && message.contains("Choose a folder"),
        "{message}"
    );
}

/// Changes of a text at random places.
#[derive(Debug, Clone)]
enum Damage {
    Cut(usize),
    Remove(usize, usize),
    Insert(usize, String),
    Copy(usize, usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = 0..1_000_000_usize;
    let piece = prop_oneof![
        "[-0-9a-z(){}\\[\\]\":,.#/*\\\\]{1,8}",
        Just("NaN".to_owned()),
        Just("-inf".to_owned()),
        Just("\u{202e}ü\u{0}".to_owned()),
        any::<String>(),
    ];
    prop_oneof![
        place.clone().prop_map(Damage::Cut),
        (place.clone(), 1..200_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        (place.clone(), piece).prop_map(|(at, text)| Damage::Insert(at, text)),
        (place.clone(), place, 1..400_usize).prop_map(|(from, to, length)| Damage::Copy(from, to, length)),
    ]
}

fn damaged(text: &str, damage: &Damage) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let length = chars.len() + 1;
    match *damage {
        Damage::Cut(at) => chars.truncate(at % length),
        Damage::Remove(at, count) => {
            let at = at % length;
            chars.drain(at..chars.len().min(at + count));
        }
        Damage::Insert(at, ref piece) => {
            chars.splice(at % length..at % length, piece.chars());
        }
        Damage::Copy(from, to, count) => {
            let from = from % length;
            let piece: Vec<char> = chars[from..chars.len().min(from + count)].to_vec();
            chars.splice(to % length..to % length, piece);
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What is accepted in spite of the damage is a document that can be evaluated and saved.
    #[test]
    fn damage_is_refused_or_harmless(damages in prop::collection::vec(damage(), 1..4)) {
        let text = damages.iter().fold(TEXT.clone(), |text, damage| damaged(&text, damage));
        let begin = Instant::now();
        match open(&text) {
            Ok(document) => {
                let evaluation = document.evaluate();
                prop_assert!(!evaluation.latency_s.is_nan() && !evaluation.energy_j.is_nan());
                prop_assert!(file::to_text(&document, None).is_ok());
            }
            Err(error) => {
                prop_assert!(error.to_string().starts_with("design.ron"));
                prop_assert!(error.to_string().len() < 1500);
            }
        }
        prop_assert!(begin.elapsed() < QUICKLY);
    }
}
