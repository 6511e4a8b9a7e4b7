//! How much of the front's dominated volume each design has, and all pins together.

use super::build::row;
use super::pinned::Volume;
use super::subject::Subject;
use crate::app::{Age, Cx, words};
use crate::design::Metrics;
use crate::project::comparison::{Better, ComparedRow, Group, Value};
use crate::units::Unit;

fn volume<'a>(cx: &Cx<'a>) -> Option<&'a Result<Volume, String>> {
    cx.derived.pinned.as_ref()?.volume.as_ref()
}

/// The share every design alone dominates.
pub fn row_of(cx: &Cx<'_>, subjects: &[Subject<'_>]) -> Option<ComparedRow> {
    let volume = volume(cx)?.as_ref().ok()?;
    let names = [
        "hypervolume",
        "hypervolume_share",
        "How large what the design alone dominates is beside the hypervolume of the front: more than 100 % where another system makes \
         better designs possible, nothing where a limit is broken",
    ];
    let share = |_: &Subject<'_>, evaluation: &crate::design::Evaluation| {
        Some(match evaluation.violations.is_empty() {
            true => Value::Number(volume.share_of(&[Metrics::from(evaluation)])),
            false => Value::Absent("breaks a limit".to_owned()),
        })
    };
    Some(row(Group::Result, names, Unit::Percent, Better::More, subjects, share))
}

/// The front's volume and what all pins together dominate of it, or why that is not known.
pub fn sentences(cx: &Cx<'_>) -> Vec<String> {
    match volume(cx) {
        Some(Ok(volume)) => told(volume, cx.derived.front_age).into(),
        Some(Err(why)) => vec![format!("{why}.")],
        None => Vec::new(),
    }
}

fn told(volume: &Volume, age: Age) -> [String; 2] {
    let names: Vec<&str> = volume.objectives.iter().map(|objective| objective.name()).collect();
    let corner: Vec<String> = volume
        .objectives
        .iter()
        .zip(&volume.reference)
        .map(|(objective, &value)| match objective.more_is_better() {
            true => objective.unit().format(1.0 / value),
            false => objective.unit().format(value),
        })
        .collect();
    let of_box = volume.front / volume.reference.iter().product::<f64>();
    let corners: Vec<&str> = corner.iter().map(String::as_str).collect();
    let age = match age {
        Age::Updating => ", a newer one is being computed",
        Age::Current | Age::Stopped => age.words(),
    };
    let designs = match volume.designs {
        1 => "1 design".to_owned(),
        count => format!("{count} designs"),
    };
    [
        format!(
            "Hypervolume of the front ({designs}{age}): {} of {} up to {}.",
            Unit::Percent.format(of_box),
            words::list(&names),
            words::list(&corners),
        ),
        format!(
            "All pins together: {} of the front's hypervolume.",
            Unit::Percent.format(volume.pins / volume.front)
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Objective;

    #[test]
    fn the_front_and_the_pins_are_told_in_percent() {
        let volume = Volume {
            objectives: vec![Objective::Latency, Objective::Interval],
            designs: 3,
            reference: vec![0.02, 0.01],
            front: 1e-4,
            pins: 5e-5,
        };
        let expected = [
            "Hypervolume of the front (3 designs): 50.0 % of latency and throughput up to 20.0 ms and 100 /s.",
            "All pins together: 50.0 % of the front's hypervolume.",
        ];
        assert_eq!(told(&volume, Age::Current), expected);
    }
}
