use super::super::machine::Build;
use super::super::{Inputs, Machine, Settings};
use super::*;
use crate::network::ContentHash;

fn header(blocks: &Blocks) -> Header {
    Header {
        network: "alexnet.onnx".to_owned(),
        hash: ContentHash::default(),
        blocks: blocks.names().to_vec(),
        bytes: blocks.bytes().to_vec(),
        machine: Machine {
            clock_hz: Some(7_000_000),
            ..Machine::of_this()
        },
        settings: Settings {
            runs: 2,
            ..Settings::default()
        },
        tract: "1".to_owned(),
        date: "2026-01-02".to_owned(),
        build: Some(Build::of_this()),
        inputs_hash: None,
        sessions: Vec::new(),
    }
}

fn runs(first: usize, last: usize, iteration: u32) -> Vec<Run> {
    let run = |run| Run {
        first,
        last,
        clock_hz: Some(7_000_000),
        latency_s: 0.001_234_567,
        energy_j: None,
        start_ns: Some(1_700_000_000_000_000_001),
        end_ns: Some(1_700_000_000_001_234_568),
        iteration: Some(iteration),
        run: Some(run),
        row: 0,
    };
    vec![run(1), run(2)]
}

/// A folder with a profile of one bundle, and what it was opened with.
fn begun(name: &str) -> (tempfile::TempDir, PathBuf, Blocks, Header) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let blocks = Blocks::preset("alexnet").unwrap();
    let header = header(&blocks);
    let mut journal = Journal::open(&path, &header, &blocks, Existing::Keep, &mut Vec::new()).unwrap();
    journal.add(&blocks, 1, runs(0, 0, 1)).unwrap();
    (folder, path, blocks, header)
}

fn beside(path: &Path, more: &str) -> PathBuf {
    PathBuf::from(format!("{}{more}", path.display()))
}

#[test]
fn what_was_written_in_part_is_measured_again_and_the_rest_stays() {
    let (_folder, path, blocks, header) = begun("p.csv");
    let mut notes = Vec::new();
    let mut journal = Journal::open(&path, &header, &blocks, Existing::Continue, &mut notes).unwrap();
    journal.add(&blocks, 1, runs(1, 2, 1)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let row = "conv1,0.001234567,1700000000.000000001,1700000000.001234568,1,1,7000000\n";
    assert_eq!(text.lines().count(), 5);
    assert!(text.contains(row), "{text}");
    let refused = Journal::open(&path, &header, &blocks, Existing::Keep, &mut notes).unwrap_err();
    assert!(refused.to_string().contains("the file is there already"), "{refused}");
    assert_eq!(notes, Vec::<String>::new());

    fs::write(&path, &text[..text.len() - 5]).unwrap();
    let journal = Journal::open(&path, &header, &blocks, Existing::Continue, &mut notes).unwrap();
    assert!(journal.has(1, (0, 0)) && !journal.has(1, (1, 2)) && !journal.has(2, (0, 0)));
    assert_eq!(journal.runs().len(), 2);
    assert!(notes[0].ends_with("its last row was written only in part and is left out"));
    assert!(
        notes[1].ends_with("conv2..conv3 has 1 of 2 runs in repetition 1 and is measured again"),
        "{notes:?}"
    );
    drop(journal);
    let kept = fs::read_to_string(&path).unwrap();
    assert_eq!(
        kept,
        text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>()
    );
    let read = runs::read(&kept, "p.csv", &Producer::Seconds.form(), &blocks).unwrap();
    assert_eq!((read[1].latency_s, read[1].clock_hz), (0.001_234_567, Some(7_000_000)));
}

#[test]
fn a_profile_of_something_else_is_not_continued() {
    let (_folder, path, blocks, header) = begun("p.csv");
    type Change = fn(&mut Header);
    let changes: [(&str, Change); 8] = [
        ("its blocks are", |header| header.blocks.truncate(3)),
        ("another network", |header| header.hash.0.push('x')),
        ("another machine", |header| header.machine.cpu.push('x')),
        ("its runs: 2, now asked for: 9", |header| header.settings.runs = 9),
        ("its inputs: noise from seed 1", |header| {
            header.settings.inputs = Inputs::Noise { seed: 2 };
        }),
        ("its governor, which chooses the clock:", |header| {
            header.machine.governor.push('x');
        }),
        ("its clock: 7 MHz, now: not kept at one", |header| {
            header.machine.clock_hz = None;
        }),
        ("its version of this program:", |header| {
            header.build.as_mut().unwrap().version.push('x');
        }),
    ];
    for (expected, change) in changes {
        let mut other = header.clone();
        change(&mut other);
        let refused = Journal::open(&path, &other, &blocks, Existing::Continue, &mut Vec::new()).unwrap_err();
        let refused = refused.to_string();
        assert!(
            refused.contains(expected) && refused.contains("anew by --replace"),
            "{refused}"
        );
    }
    let mut longer = header.clone();
    longer.settings.iterations += 1;
    Journal::open(&path, &longer, &blocks, Existing::Continue, &mut Vec::new()).unwrap();
    fs::remove_file(header_path(&path)).unwrap();
    let refused = Journal::open(&path, &header, &blocks, Existing::Continue, &mut Vec::new()).unwrap_err();
    assert!(refused.to_string().contains("p.csv.machine.ron"), "{refused}");
}

#[test]
fn images_are_told_apart_by_what_they_are() {
    let (_folder, path, blocks, noise) = begun("p.csv");
    let of = |folder: &str, hash: Option<&str>| {
        let mut header = noise.clone();
        header.settings.inputs = Inputs::Images(folder.into());
        header.inputs_hash = hash.map(str::to_owned);
        header
    };
    let resume = |header: &Header, notes: &mut Vec<String>| {
        let opened = Journal::open(&path, header, &blocks, Existing::Continue, notes);
        opened.map(drop).map_err(|error| error.to_string())
    };
    write_header(&path, &of("photos", Some("a"))).unwrap();
    let changed = resume(&of("photos", Some("b")), &mut Vec::new()).unwrap_err();
    assert!(changed.contains("its images: those of photos have other"), "{changed}");
    assert_eq!(resume(&of("moved", Some("a")), &mut Vec::new()), Ok(()));

    // Older headers know the folder alone.
    write_header(&path, &of("photos", None)).unwrap();
    assert!(resume(&of("moved", Some("a")), &mut Vec::new()).is_err());
    let mut notes = Vec::new();
    assert_eq!(resume(&of("photos", Some("b")), &mut notes), Ok(()));
    assert!(notes[0].contains("not compared: what was in its images"), "{notes:?}");
}

#[test]
fn a_replaced_profile_stays_until_something_is_measured() {
    let (_folder, path, blocks, header) = begun("p.csv");
    let (csv, ron) = (
        fs::read_to_string(&path).unwrap(),
        fs::read_to_string(header_path(&path)).unwrap(),
    );
    let mut other = header.clone();
    other.settings.warm_up += 1;
    other.date = "2026-01-05".to_owned();
    let open = || Journal::open(&path, &other, &blocks, Existing::Replace, &mut Vec::new()).unwrap();
    let stopped = open();
    assert!(stopped.is_waiting() && stopped.runs().is_empty());
    drop(stopped);
    assert_eq!(fs::read_to_string(&path).unwrap(), csv);
    assert_eq!(fs::read_to_string(header_path(&path)).unwrap(), ron);

    let mut journal = open();
    journal.add(&blocks, 1, runs(1, 1, 1)).unwrap();
    assert!(!journal.is_waiting());
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("layers,") && text.contains("\nconv2,") && !text.contains("conv1"),
        "{text}"
    );
    let new = read_header(&path).unwrap();
    assert_eq!((new.settings, new.sessions.len()), (other.settings.clone(), 1));
    assert_eq!(fs::read_to_string(beside(&path, ".bak")).unwrap(), csv);
    assert_eq!(fs::read_to_string(beside(&header_path(&path), ".bak")).unwrap(), ron);
    // What is written behind it goes to the new one.
    journal.add(&blocks, 1, runs(2, 2, 1)).unwrap();
    assert!(fs::read_to_string(&path).unwrap().ends_with("2,7000000\n"));
    let left = path.parent().unwrap().read_dir().unwrap().count();
    assert_eq!(left, 4);
}

#[test]
fn every_session_is_in_the_header_with_its_clock() {
    let (_folder, path, blocks, header) = begun("p.csv");
    let later = Header {
        date: "2026-01-05".to_owned(),
        ..header
    };
    let at = |bundle: usize, clocks: [u64; 3]| {
        let mut journal = Journal::open(&path, &later, &blocks, Existing::Continue, &mut Vec::new()).unwrap();
        let before = journal.header().sessions.len();
        for megahertz in clocks {
            journal.ran_at(Some(megahertz * 1_000_000));
        }
        // Where nothing was measured there was no session.
        journal.note_clocks().unwrap();
        assert_eq!(read_header(&path).unwrap().sessions.len(), before);
        journal.add(&blocks, 1, runs(bundle, bundle, 1)).unwrap();
        journal.note_clocks().unwrap();
        journal.header().other_clock()
    };
    assert_eq!(at(1, [2900, 800, 3000]), None);
    assert_eq!(at(2, [2950, 2950, 2800]), None);
    let told = at(3, [800, 810, 820]).unwrap();
    assert!(
        told.contains("the clock is 810 MHz (800 to 820 MHz) and was 2950 MHz"),
        "{told}"
    );
    let header = read_header(&path).unwrap();
    assert_eq!(
        header.sessions_words(),
        "2026-01-02, 2026-01-05 at 2900 MHz (800 to 3000 MHz), 2026-01-05 at 2950 MHz (2800 to 2950 MHz), \
         2026-01-05 at 810 MHz (800 to 820 MHz)"
    );
    assert_eq!(header.days(), "2026-01-02, 2026-01-05");
}

#[test]
fn the_clock_of_an_idle_processor_is_no_label_any_more() {
    let (_folder, path, blocks, mut header) = begun("p.csv");
    // As it was written before builds and sessions were: what is new is not there.
    let old = fs::read_to_string(header_path(&path)).unwrap();
    let old = &old[..old.find("    build:").unwrap()];
    fs::write(path.with_extension("machine.ron"), format!("{old})\n")).unwrap();
    fs::remove_file(header_path(&path)).unwrap();
    header.machine.clock_hz = None;
    let mut notes = Vec::new();
    let mut journal = Journal::open(&path, &header, &blocks, Existing::Continue, &mut notes).unwrap();
    assert_eq!((journal.clock_hz(), journal.runs()[0].clock_hz), (None, None));
    journal.add(&blocks, 1, runs(1, 1, 1)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("layers,durs,starts,ends,iter,run\n") && !text.contains(",7000000"),
        "{text}"
    );
    let told = notes.join("\n");
    for words in [
        "not compared: which program measured it",
        "not compared: what its clock was",
        "the column frequency is left out",
    ] {
        assert!(told.contains(words), "{told}");
    }
    let dates: Vec<String> = read_header(&path)
        .unwrap()
        .sessions
        .into_iter()
        .map(|s| s.date)
        .collect();
    assert_eq!(dates, ["2026-01-02", "2026-01-02"]);
}

#[test]
fn profiles_that_differ_in_their_ending_do_not_share_a_header() {
    let (folder, csv, blocks, header) = begun("p.csv");
    let plain = folder.path().join("p");
    // Where it was once.
    fs::rename(header_path(&csv), header_path(&plain)).unwrap();
    assert_eq!(read_header(&csv).unwrap().sessions.len(), 1);
    let mut other = header.clone();
    other.network = "other.onnx".to_owned();
    drop(Journal::open(&plain, &other, &blocks, Existing::Keep, &mut Vec::new()).unwrap());
    assert_eq!(read_header(&plain).unwrap().network, "other.onnx");
    assert_eq!(read_header(&csv).unwrap().network, "alexnet.onnx");
    Journal::open(&csv, &header, &blocks, Existing::Continue, &mut Vec::new()).unwrap();
}
