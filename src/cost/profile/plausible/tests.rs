use super::*;
use crate::cost::profile::form::Producer;
use crate::cost::profile::{runs, statistics};

const BLOCKS: [&str; 8] = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc1", "fc2", "fc3"];

fn alexnet() -> Blocks {
    Blocks::preset("alexnet").unwrap()
}

fn seen_in(name: &str, text: &str, producer: Producer) -> Result<Seen, ProfileError> {
    let form = producer.form().named_by(name.as_ref());
    let runs = runs::read(text, name, &form, &alexnet())?;
    file(&runs, name, &form)
}

fn checked(text: &str, producer: Producer) -> Result<(), String> {
    let seen = seen_in("p.csv", text, producer).map_err(|error| error.to_string())?;
    device(&[seen], &alexnet()).map_err(|error| error.to_string())
}

/// A profile of all bundles with two runs of 10 ms and 30 mJ a block and more columns, changed as the closure says.
fn profile(columns: &str, change: impl Fn(usize, usize, &mut f64, &mut f64) -> String) -> String {
    let mut text = format!("layers,durs,run_energy,iter,run{columns}\n");
    for first in 0..8 {
        for last in first..8 {
            let size = (last + 1 - first) as f64;
            for run in 1..=2 {
                let (mut s, mut uj) = (0.01 * size, 30_000.0 * size);
                let more = change(first, last, &mut s, &mut uj);
                text += &format!("{},{s},{uj},1,{run}{more}\n", BLOCKS[first..=last].join("_"));
            }
        }
    }
    text
}

#[test]
fn a_bundle_in_another_unit_than_its_blocks_is_named_beside_them() {
    let scaled = |factor: f64, which: fn(usize, usize) -> bool| {
        let text = profile("", |first, last, s, uj| {
            if which(first, last) {
                *s *= factor;
                *uj *= factor;
            }
            String::new()
        });
        checked(&text, Producer::Seconds)
    };
    assert_eq!(scaled(1000.0, |_, _| true), Ok(()));
    // A quarter of the sum, or four times it, may be.
    assert_eq!(scaled(0.25, |first, last| first < last), Ok(()));
    assert_eq!(scaled(4.0, |first, last| first < last), Ok(()));
    let whole: fn(usize, usize) -> bool = |first, last| (first, last) == (0, 7);
    assert_eq!(
        scaled(1e-3, whole).unwrap_err(),
        "p.csv, row 17, column durs: conv1..fc3 takes 80.0 µs but conv1..fc2, a part of it, 70.0 ms in row 15: units are mixed. Bring the files into one unit, or delete the rows"
    );
    let long = scaled(1e3, whole).unwrap_err();
    assert!(
        long.contains(
            "row 17, column durs: conv1..fc3 takes 80.0 s but its parts in row 15 and row 73 80.0 ms together"
        ),
        "{long}"
    );
    let block = scaled(1e3, |first, last| (first, last) == (0, 0)).unwrap_err();
    assert!(
        block.contains("conv1..conv2 takes 20.0 ms but conv1, a part of it, 10.0 s in row 3"),
        "{block}"
    );
    // Where the bundles between are missing their sum tells.
    let row = |name: &str, s: f64| format!("{name},{s}\n");
    let singles: String = BLOCKS.iter().map(|name| row(name, 0.01)).collect();
    let whole = |s| {
        checked(
            &format!("layers,durs\n{singles}{}", row(&BLOCKS.join("_"), s)),
            Producer::Seconds,
        )
    };
    assert_eq!(whole(0.05), Ok(()));
    assert!(whole(8e-5).unwrap_err().contains("row 10, column durs: conv1..fc3"));
    assert!(
        whole(80.0)
            .unwrap_err()
            .contains("its parts in rows 2, 3, 4, 5, 6, 7, 8, 9 80.0 ms together")
    );
}

#[test]
fn clocks_of_a_device_are_of_one_unit_and_so_are_latencies_at_them() {
    let one = |name: &str, s: f64| seen_in(name, &format!("layers,durs\nfc1,{s}\n"), Producer::Seconds).unwrap();
    let both = |slow: f64, fast: f64| {
        let files = [one("fixed_76800000.csv", slow), one("fixed_921600000.csv", fast)];
        device(&files, &alexnet()).map_err(|error| error.to_string())
    };
    assert_eq!((both(0.12, 0.01), both(0.01, 0.01)), (Ok(()), Ok(())));
    let fast = both(0.12, 10.0).unwrap_err();
    assert!(
        fast.starts_with(
            "fixed_921600000.csv, row 2, column durs: fc1 at 921.6 MHz takes 10.0 s but 120 ms at 76.8 MHz in row 2 of fixed_76800000.csv"
        ),
        "{fast}"
    );
    assert!(both(120.0, 0.01).is_err() && both(0.000_12, 0.01).is_err());

    let clock = |hz: &str, producer| checked(&format!("layers,durs,frequency\nfc1,1,{hz}\n"), producer);
    assert_eq!(clock("-1", Producer::Seconds), Ok(()));
    assert_eq!(clock("921600000", Producer::Seconds), Ok(()));
    assert_eq!(
        clock("460800", Producer::Seconds).unwrap_err(),
        "p.csv, row 2, column frequency: no processor is clocked at 0.4608 MHz: clocks are from 1 MHz to 20000 MHz. Choose the producer whose units the file has: clocks in Hz or in kHz"
    );
    assert!(
        clock("921600000", Producer::Kilohertz)
            .unwrap_err()
            .contains("clocked at 921600 MHz")
    );
    let named = seen_in("fixed_460800.csv", "layers,durs\nfc1,1\n", Producer::Seconds)
        .unwrap_err()
        .to_string();
    assert!(
        named.starts_with("fixed_460800.csv: no processor") && named.contains("end of the file's name"),
        "{named}"
    );
    let mixed = checked(
        "layers,durs,frequency\nfc1,1,1512000000\nfc2,1,1512000\n",
        Producer::Seconds,
    );
    let mixed = mixed.unwrap_err();
    assert!(
        mixed
            .contains("row 3, column frequency: the device has a clock of 1.512 MHz here and one of 1512 MHz in row 2"),
        "{mixed}"
    );
}

#[test]
fn energies_that_no_device_takes_are_refused() {
    let with = |energy: &str| {
        let usual = "conv1,0.01,30000\n".repeat(3);
        checked(
            &format!("layers,durs,run_energy\n{usual}conv1,0.01,{energy}\n"),
            Producer::Seconds,
        )
    };
    // None is missing, and a tenth may be.
    assert_eq!((with("0"), with("3000"), with("300000")), (Ok(()), Ok(()), Ok(())));
    let absurd = with("2e13").unwrap_err();
    assert!(
        absurd
            .contains("row 5, column run_energy: 20000000000000 µJ in 0.01 s are 2.00 GW, more than any device takes"),
        "{absurd}"
    );
    let huge = with("1e300").unwrap_err();
    assert!(
        huge.contains("1e300 µJ in 0.01 s are 1e296 W, more") && huge.len() < 300,
        "{huge}"
    );
    let milli = with("30").unwrap_err();
    assert!(
        milli.contains("30 µJ in 0.01 s are 3.00 mW where runs of this bundle usually take 3.00 W: units are mixed"),
        "{milli}"
    );
    let joules = profile("", |_, _, _, uj| {
        *uj /= 1e6;
        String::new()
    });
    let joules = checked(&joules, Producer::Seconds).unwrap_err();
    assert!(
        joules.contains("the energies are those of 3.00 µW, less than any device takes"),
        "{joules}"
    );
    let bundle = profile("", |first, last, _, uj| {
        if (first, last) == (2, 3) {
            *uj /= 1e3;
        }
        String::new()
    });
    let bundle = checked(&bundle, Producer::Seconds).unwrap_err();
    assert!(
        bundle.contains("runs of conv3..conv4 take 3.00 mW where those of"),
        "{bundle}"
    );
}

#[test]
fn a_run_that_stands_twice_is_named_by_both_rows() {
    let text = "layers,durs,iter,run\nconv1,1,1,1\nconv2,1,1,1\nconv1,1,1,2\nconv1,1.1,1,1\n";
    let error = checked(text, Producer::Seconds).unwrap_err();
    assert_eq!(
        error,
        "p.csv, row 5, column run: run 1 of repetition 1 of this bundle stands in row 2 as well. Delete one of them, or number the repetitions of a second measurement on"
    );
    let again = "conv1,1,1,1\n".repeat(4);
    let error = checked(&format!("layers,durs,iter,run\n{again}"), Producer::Seconds).unwrap_err();
    assert!(
        error.contains("row 3") && error.contains("; 2 more rows repeat runs: 4, 5"),
        "{error}"
    );
    let clocks = "layers,durs,iter,run,frequency\nconv1,1,1,1,1000000\nconv1,1,1,1,2000000\n";
    assert_eq!(checked(clocks, Producer::Seconds), Ok(()));
    assert_eq!(
        checked("layers,durs,iter\nconv1,1,1\nconv1,1,1\n", Producer::Seconds),
        Ok(())
    );
}

#[test]
fn bundles_with_far_fewer_runs_are_named() {
    let rows = |name: &str, count| format!("{name},1\n").repeat(count);
    let text = format!(
        "layers,durs\n{}{}{}",
        rows("conv1", 10),
        rows("conv2", 9),
        rows("conv1_conv2", 2)
    );
    let runs = runs::read(&text, "p.csv", &Producer::Seconds.form(), &alexnet()).unwrap();
    let (table, _) = statistics::table(&runs, &alexnet(), &statistics::Statistics::PLAIN);
    assert_eq!(
        fewer(&table, &alexnet()).as_deref(),
        Some("fewer runs than others: conv1..conv2 has 2, others 10")
    );
    assert_eq!(fewer(&BundleTable::of(8, []), &alexnet()), None);
}
