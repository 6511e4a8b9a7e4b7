//! What is typed and what is meant.

use super::parse::constraint;
use super::*;

fn read(text: &str) -> Result<Constraint, ConstraintError> {
    constraint(text, &Blocks::preset("alexnet").unwrap(), &["edge", "the cloud"])
}

#[track_caller]
fn check(text: &str, terms: &[(f64, Term)], sense: Sense, bound: f64, unit: Unit) {
    let found = read(text).unwrap();
    assert_eq!(
        (found.terms.as_slice(), found.sense, found.unit),
        (terms, sense, unit),
        "{text}"
    );
    assert!(
        (found.bound - bound).abs() <= 1e-12 * bound.abs(),
        "{text}: {}",
        found.bound
    );
}

#[test]
fn what_is_typed_is_what_is_meant() {
    let on = |block, machine| Term::On { block, machine };
    check(
        "bundles(edge) <= 2",
        &[(1.0, Term::BundlesOn(0))],
        Sense::AtMost,
        2.0,
        Unit::Count,
    );
    check(
        "time(\"the cloud\") <= 0.02 s",
        &[(1.0, Term::TimeOn(1))],
        Sense::AtMost,
        0.02,
        Unit::Seconds,
    );
    check(
        "energy<=50 mJ",
        &[(1.0, Term::Energy)],
        Sense::AtMost,
        0.05,
        Unit::Joules,
    );
    check(
        "energy ≤ 1 mWh",
        &[(1.0, Term::Energy)],
        Sense::AtMost,
        3.6,
        Unit::Joules,
    );
    check(
        "3 <= blocks(edge)",
        &[(1.0, Term::BlocksOn(0))],
        Sense::AtLeast,
        3.0,
        Unit::Count,
    );
    check(
        "bytes(up) <= 200 kB",
        &[(1.0, Term::Bytes(Way::Up))],
        Sense::AtMost,
        2e5,
        Unit::Bytes,
    );
    let terms = [(2.0, Term::TimeOn(0)), (1.0, Term::Transfer(Way::Any))];
    check(
        "2*time(edge) + transfer <= 0,1 s",
        &terms,
        Sense::AtMost,
        0.1,
        Unit::Seconds,
    );
    check("conv1 on edge", &[(1.0, on(0, 0))], Sense::Equal, 1.0, Unit::Count);
    check("conv1 not on edge", &[(1.0, on(0, 0))], Sense::Equal, 0.0, Unit::Count);
    let three = [(1.0, on(1, 1)), (1.0, on(2, 1)), (1.0, on(3, 1))];
    check("conv2..conv4 on \"the cloud\"", &three, Sense::Equal, 3.0, Unit::Count);
    let two = [(1.0, on(4, 0)), (1.0, on(5, 0))];
    check(
        "on(conv5, edge) + on(fc1, edge) <= 1",
        &two,
        Sense::AtMost,
        1.0,
        Unit::Count,
    );
    let mixed = [(10.0, Term::Time), (20.0, Term::Energy)];
    check(
        "time / 100 ms + energy / 50 mJ <= 2",
        &mixed,
        Sense::AtMost,
        2.0,
        Unit::Count,
    );
    let weighted = [(0.5, Term::TimeOn(0)), (-0.5, Term::TimeOn(1))];
    check(
        "(time(edge) - time(\"the cloud\")) / 2 >= -5 ms",
        &weighted,
        Sense::AtLeast,
        -5e-3,
        Unit::Seconds,
    );
    check(
        "-handovers = -2",
        &[(-1.0, Term::Handovers(Way::Any))],
        Sense::Equal,
        -2.0,
        Unit::Count,
    );
    check("time <= 1e-1", &[(1.0, Term::Time)], Sense::AtMost, 0.1, Unit::Seconds);
    check(
        "2 * (time + time) - time <= 3 s",
        &[(3.0, Term::Time)],
        Sense::AtMost,
        3.0,
        Unit::Seconds,
    );
}

#[test]
fn what_is_wrong_is_told_by_its_place() {
    for (text, at, problem) in [
        ("", 1, "a term or number is missing before the end"),
        ("bundles(egde) <= 2", 9, "no device is called “egde”"),
        ("conv9 on edge", 1, "no block is called “conv9”"),
        ("conv3..conv1 on edge", 1, "from the later to the earlier"),
        ("time + energy <= 1", 8, "seconds and joules cannot be added"),
        ("time <= 50 mJ", 6, "seconds and joules cannot be added or compared"),
        ("time * energy <= 2", 6, "two terms cannot be multiplied"),
        ("1 / time <= 2", 3, "a term cannot be divided by"),
        ("time / 0 <= 2", 6, "0 cannot be divided by"),
        ("time < 2 s", 6, "“<” means nothing here"),
        ("time <= 5 kg", 11, "“kg” is no unit"),
        ("time <= 5 m", 11, "“m” is no unit"),
        ("2 time <= 5 s", 3, "“time” is no unit"),
        ("time <= 2 s <= 3 s", 13, "“<=” is too much"),
        ("time", 5, "<=, >= or = is missing before the end"),
        ("(time <= 2", 7, "“)” is missing before “<=”"),
        ("speed <= 2", 1, "“speed” is no term"),
        ("on(conv1) = 1", 1, "on does not take 1 names"),
        ("bytes(edge) <= 2", 7, "bytes is taken of up or down"),
        ("time(\"edge) <= 2", 6, "the quotation has no end"),
        ("time - time <= 2", 1, "nothing of the schedule"),
        ("time <= 1e999", 9, "out of range"),
        ("1e300 * 1e300 * time <= 2", 1, "a number is out of range"),
        ("time + - energy <= 2", 6, "two signs"),
        ("time <= 2 ; energy", 11, "“;” means nothing here"),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.problem.contains(problem), "{text}: {error}");
    }
    let deep = format!("{}time{} <= 1", "(".repeat(200), ")".repeat(200));
    assert!(read(&deep).unwrap_err().problem.contains("too deep"));
    assert!(read(&"x".repeat(5000)).unwrap_err().problem.contains("longer than"));
    assert!(read("speed <= 2").unwrap_err().to_string().contains("bundles(DEVICE)"));
}
