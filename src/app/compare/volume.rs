//! How much of the front's dominated volume each design has, and all pins together.

use super::build::row;
use super::pinned::Volume;
use super::subject::Subject;
use crate::app::{Cx, words};
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
        "of the front's volume",
        "hypervolume_share",
        "Share of the hypervolume of the front that the design alone dominates; designs that break a limit dominate nothing",
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
pub fn sentence(cx: &Cx<'_>) -> Option<String> {
    match volume(cx)? {
        Ok(volume) => Some(told(volume, cx.derived.front_is_stale)),
        Err(why) => Some(format!("{why}.")),
    }
}

fn told(volume: &Volume, is_stale: bool) -> String {
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
    let stale = if is_stale {
        " (a newer front is being computed)"
    } else {
        ""
    };
    format!(
        "Hypervolume{stale}: the front's {} designs dominate {} of the box of {} up to {}; all pins together dominate {} of that.",
        volume.designs,
        Unit::Percent.format(of_box),
        words::list(&names),
        words::list(&corners),
        Unit::Percent.format(volume.pins / volume.front),
    )
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
        let expected = "Hypervolume: the front's 3 designs dominate 50.0 % of the box of latency and throughput up to 20.0 ms and \
                        100 /s; all pins together dominate 50.0 % of that.";
        assert_eq!(told(&volume, false), expected);
    }
}
