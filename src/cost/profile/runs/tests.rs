use super::*;
use crate::cost::profile::form::Producer;

fn alexnet(text: &str, producer: Producer) -> Result<Vec<Run>, String> {
    let blocks = Blocks::preset("alexnet").unwrap();
    read(text, "p.csv", &producer.form(), &blocks).map_err(|error| error.to_string())
}

#[test]
fn columns_may_stand_in_any_order_and_lists_are_taken_apart() {
    let text = ",ends,durs,layers,starts,other\n0,1700000000.5000001,0.25,conv1_conv2,1700000000.25,x\n";
    let runs = alexnet(text, Producer::Seconds).unwrap();
    assert_eq!((runs[0].first, runs[0].last, runs[0].latency_s), (0, 1, 0.25));
    assert_eq!(runs[0].end_ns, Some(1_700_000_000_500_000_100));

    let values: Vec<String> = (0..40).map(|k| format!("{}", 1.0 + f64::from(k) / 100.0)).collect();
    let text = format!("layers,durs\nfc3,\"[{}]\"\n", values.join(", "));
    let runs = alexnet(&text, Producer::Milliseconds).unwrap();
    assert_eq!(runs.len(), 40);
    assert_eq!((runs[21].iteration, runs[21].run), (Some(2), Some(2)));
    assert_eq!(runs[21].latency_s, 0.00121);
}

#[test]
fn repetitions_beside_lists_hold_and_others_are_counted_off() {
    let blocks = Blocks::preset("alexnet").unwrap();
    let numbers = |text: &str, runs_per_iteration| {
        let form = Form {
            runs_per_iteration,
            ..Producer::Seconds.form()
        };
        let runs = read(text, "p.csv", &form, &blocks).map_err(|error| error.to_string())?;
        let numbers = runs.iter().map(|run| (run.iteration.unwrap(), run.run.unwrap()));
        Ok::<Vec<_>, String>(numbers.collect())
    };
    let four = "layers,durs\nconv1,\"[1, 2, 3, 4]\"\n";
    assert_eq!(numbers(four, 2).unwrap(), [(1, 1), (1, 2), (2, 1), (2, 2)]);
    assert_eq!(numbers(four, 20).unwrap(), [(1, 1), (1, 2), (1, 3), (1, 4)]);
    let error = numbers(four, 3).unwrap_err();
    assert!(
        error.contains("row 2, column durs: the list has 4 values, which is no number of repetitions of 3 runs"),
        "{error}"
    );
    let one = "layers,durs,iter,run\nconv1,\"[1, 2, 3]\",7,1\n";
    assert_eq!(numbers(one, 2).unwrap(), [(7, 1), (7, 2), (7, 3)]);
    let each = "layers,durs,iter\nconv1,\"[1, 2, 3]\",\"[1, 2, 1]\"\n";
    assert_eq!(numbers(each, 2).unwrap(), [(1, 1), (2, 1), (1, 2)]);
    let both = "layers,durs,iter,run\nconv1,\"[1, 2, 3]\",\"[1, 2, 2]\",\"[4, 5, 6]\"\n";
    assert_eq!(numbers(both, 2).unwrap(), [(1, 4), (2, 5), (2, 6)]);
    let short = "layers,durs,iter\nconv1,\"[1, 2, 3]\",\"[1, 2]\"\n";
    assert!(
        numbers(short, 2)
            .unwrap_err()
            .contains("column iter: the list has 2 values, that of durs 3")
    );
    let none = "layers,durs,iter\nconv1,\"[1, 2]\",x\n";
    assert!(numbers(none, 2).unwrap_err().contains("row 2, column iter: “x”"));
}

#[test]
fn units_of_producers_are_kept() {
    let text = "layers,durs,starts,ends,frequency\nconv1,2000000,1700000000000000000,1700000000002000000,1512000\n";
    let runs = alexnet(text, Producer::Nanoseconds).unwrap();
    assert_eq!((runs[0].latency_s, runs[0].clock_hz), (0.002, Some(1_512_000_000)));
    assert_eq!(runs[0].start_ns, Some(1_700_000_000_000_000_000));
    let named = Producer::Nanoseconds
        .form()
        .named_by("a/potato_alexnet_latencies_fixed_100000.csv".as_ref());
    assert_eq!(named.clock_hz, Some(100_000_000));
    let by_name = |text: &str| clock_by_name(text, &named);
    assert_eq!(
        by_name("layers,durs\nconv1,1\n").unwrap(),
        "clock from the name: 100 MHz"
    );
    assert_eq!(by_name("layers,durs,frequency\nconv1,1,1\n"), None);
}

#[test]
fn an_interrupted_run_is_believed_when_its_stamps_agree() {
    let quick = "conv1,0.000002,1700000000.0,1700000000.000002\n".repeat(3);
    let text = format!("layers,durs,starts,ends\n{quick}conv1,0.004,1700000001.0,1700000001.004\n");
    assert_eq!(alexnet(&text, Producer::Seconds).unwrap().len(), 4);
    let text = format!("layers,durs,starts,ends\n{quick}conv1,2,1700000001.0,1700000001.004\n");
    assert!(alexnet(&text, Producer::Seconds).is_err());
}

#[test]
fn what_is_wrong_is_told_by_row_and_column() {
    let cases = [
        ("layers,durs\nconv1,0.1\nconv1,-1\n", "p.csv, row 3, column durs: “-1”"),
        ("layers,durs\nconv1,NaN\n", "row 2, column durs: “NaN”"),
        ("layers,durs\nconv1,0\n", "row 2, column durs: a run of 0 s"),
        ("layers,durs\nconv1,1e9\n", "row 2, column durs: a run of 1000000000 s"),
        ("layers,durs\nconv1_conv3,1\n", "row 2, column layers: “conv1_conv3”"),
        (
            "layers,durs,iter\nconv1,0.1,1\nconv1,0.\n",
            "row 3: the row has 2 fields",
        ),
        (
            "layers,seconds\nconv1,1\n",
            "row 1, column durs: there is no such column",
        ),
        ("layers,durs\n", "the file has no rows"),
        ("", "the file has no rows"),
        ("layers,durs,durs\nconv1,1,1\n", "two columns"),
        (
            "layers,durs\nconv1,0.1\nconv1,0.1\nconv1,100\n",
            "row 4, column durs: a run of 100 s",
        ),
        (
            "layers,durs\nconv1,\"[0.1, 0.2\"\n",
            "row 2, column durs: “[0.1, 0.2” is no whole list",
        ),
        (
            "layers,durs,starts\nconv1,\"[0.1, 0.2]\",[1]\n",
            "row 2, column starts: the list has 1",
        ),
        (
            "layers,durs,starts,ends\nconv1,100,1700000000,1700000000.1\n",
            "units are mixed",
        ),
        (
            "layers,durs,starts,ends\nconv1,1,1700000001,1700000000\n",
            "row 2, column ends: the run ends before",
        ),
        (
            "layers,durs,frequency\nconv1,1,0\n",
            "row 2, column frequency: “0” is no clock",
        ),
        ("layers,durs,iter\nconv1,1,x\n", "row 2, column iter: “x”"),
        (
            "layers,durs,run_energy\nconv1,1,inf\n",
            "row 2, column run_energy: “inf”",
        ),
    ];
    for (text, expected) in cases {
        let error = alexnet(text, Producer::Seconds).unwrap_err();
        assert!(error.contains(expected), "{text:?}: {error}");
    }
}

#[test]
fn a_quotation_mark_does_not_hide_rows() {
    let hidden = [
        // It closes two rows later, or never; in a row of too few fields.
        "layers,durs,note\nconv1,0.1,\"a\nconv1,0.1,b\nconv1,0.1,c\"\n",
        "layers,durs,note\nconv1,0.1,x\nconv1,0.1,\"a\nconv1,0.1,b\n",
        "layers,durs,note\nconv1,0.1,x\nconv1,\"0.1\nconv1,0.1,b\nconv1,0.1,b\n",
    ];
    for (text, row) in hidden.into_iter().zip([2, 3, 3]) {
        let error = alexnet(text, Producer::Seconds).unwrap_err();
        let expected = format!("p.csv, row {row}: a quotation mark that opens in the row hides rows behind it");
        assert!(error.starts_with(&expected), "{error}");
    }
    let list = "layers,durs\nconv1,\"[0.1,\n 0.2]\"\nconv1,0.3\n";
    assert_eq!(alexnet(list, Producer::Seconds).unwrap().len(), 3);
}
