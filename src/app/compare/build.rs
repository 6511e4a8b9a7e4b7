//! From designs to what is compared of them: the rows about the whole design, its devices and its links.

use super::subject::{Numbers, Subject};
use super::{layers, parameters, volume};
use crate::app::{Cx, Theme, words};
use crate::design::{Bottleneck, DeviceLoad, Evaluation, LinkLoad, Metrics, Objective};
use crate::project::Pin;
use crate::project::comparison::{Better, Change, ComparedRow, Comparison, Group, Value};
use crate::project::export;
use crate::system::System;
use crate::system::differences::ends;
use crate::units::Unit;
use std::collections::BTreeSet;

/// A comparison, and what is told beside it.
pub struct Made {
    pub comparison: Comparison,
    /// By design: the name of its system, and why its layers are not shown.
    pub systems: Vec<String>,
    pub without_layers: Vec<Option<String>>,
    /// Sentences below the rows of a group.
    pub notes: Vec<(Group, String)>,
    /// Whether some number is still being computed.
    pub is_pending: bool,
}

/// Compares the design in the window and all pins.
pub fn made(cx: &Cx<'_>) -> Made {
    let subjects = Subject::all(cx);
    let base = super::subject::base(cx);
    let mut rows: Vec<ComparedRow> = Objective::ALL.map(|objective| metric(&subjects, objective)).into();
    let mut notes = Vec::new();
    rows.extend(volume::row_of(cx, &subjects));
    notes.extend(volume::sentences(cx).into_iter().map(|text| (Group::Result, text)));
    rows.extend(words_rows(cx, &subjects));
    rows.extend(stored(cx, &subjects));
    rows.extend(devices(&subjects));
    rows.extend(links(&subjects));
    let differing = parameters::rows(&subjects);
    if differing.is_empty() {
        notes.push((Group::Systems, "All of these designs are on equal systems.".to_owned()));
    }
    rows.extend(differing);
    let without_layers: Vec<_> = subjects.iter().map(|subject| subject.without_layers(cx)).collect();
    notes.extend(without_layers.iter().flatten().map(|why| (Group::Layers, why.clone())));
    let layers = layers::compared(cx, &subjects, base);
    let is_pending = subjects.iter().any(|s| matches!(s.numbers, Numbers::Pending));
    Made {
        systems: subjects.iter().map(|subject| subject.system.name.clone()).collect(),
        comparison: Comparison {
            designs: subjects.into_iter().map(|subject| subject.name).collect(),
            base,
            rows,
            measure: cx.session.compare.measure,
            layers: layers.shown,
            all_layers: layers.count,
            all: layers.sums,
        },
        without_layers,
        notes,
        is_pending,
    }
}

/// A row that is filled from evaluations.
pub fn row(
    group: Group,
    [name, column, hint]: [&str; 3],
    unit: Unit,
    better: Better,
    subjects: &[Subject<'_>],
    value: impl Fn(&Subject<'_>, &Evaluation) -> Option<Value>,
) -> ComparedRow {
    let of = |subject: &Subject<'_>| match (&subject.numbers, subject.evaluation()) {
        (_, Some(evaluation)) => value(subject, evaluation).unwrap_or(Value::Absent(String::new())),
        (Numbers::Pending, None) => Value::Pending,
        (_, None) => Value::Absent(String::new()),
    };
    ComparedRow {
        group,
        name: name.to_owned(),
        column: column.to_owned(),
        device: None,
        hint: hint.to_owned(),
        unit,
        better,
        values: subjects.iter().map(of).collect(),
    }
}

fn metric(subjects: &[Subject<'_>], objective: Objective) -> ComparedRow {
    let value = |subject: &Subject<'_>| match subject.metrics {
        Some(metrics) => Value::Number(metrics.shown(objective)),
        None => Value::Pending,
    };
    let hint = match objective {
        Objective::Latency => "Seconds from input to output of one inference",
        Objective::Energy => "Energy of one inference, transfers included",
        Objective::Interval => "Results per second when frames follow each other",
        Objective::Memory => "Memory of the device that needs most",
        Objective::LinkBytes => "Bytes over all links in one inference",
        Objective::Area => "Area of the devices that have layers, as far as it is known",
    };
    // An area that is not known would win.
    let no_matter = objective == Objective::Area && !subjects.iter().all(has_known_area);
    ComparedRow {
        group: Group::Result,
        name: objective.name().to_owned(),
        column: export::column(objective).to_owned(),
        device: None,
        hint: hint.to_owned(),
        unit: objective.unit(),
        better: match objective.more_is_better() {
            _ if no_matter => Better::Neither,
            true => Better::More,
            false => Better::Less,
        },
        values: subjects.iter().map(value).collect(),
    }
}

/// Whether the area of every device that has layers is known.
fn has_known_area(subject: &Subject<'_>) -> bool {
    let system = subject.system.resolved(&subject.design.alternatives);
    let loads = subject.evaluation().map_or(&[][..], |evaluation| &evaluation.devices);
    let mut used = system.devices.iter().zip(loads).filter(|(_, load)| load.layers > 0);
    !loads.is_empty() && used.all(|(device, _)| device.area().is_some())
}

/// What is told in words of the whole design.
fn words_rows(cx: &Cx<'_>, subjects: &[Subject<'_>]) -> Vec<ComparedRow> {
    let row = |names, value: &dyn Fn(&Subject<'_>, &Evaluation) -> Option<Value>| {
        row(Group::Result, names, Unit::Count, Better::Neither, subjects, value)
    };
    let limits = |evaluation: &Evaluation| {
        let texts: Vec<&str> = evaluation.violations.iter().map(|v| v.text.as_str()).collect();
        if texts.is_empty() {
            "none".to_owned()
        } else {
            texts.join("; ")
        }
    };
    let mut rows = vec![
        row(
            [
                "bottleneck",
                "bottleneck",
                "The device or link that sets the throughput",
            ],
            &|subject, evaluation| Some(Value::Words(bottleneck(subject.system, evaluation))),
        ),
        row(["partitions", "partitions", "Which layers run where"], &|subject, _| {
            subject.partitions(cx).map(Value::Words)
        }),
        row(
            [
                "broken limits",
                "broken_limits",
                "Limits of this document the design breaks",
            ],
            &|_, evaluation| Some(Value::Words(limits(evaluation))),
        ),
    ];
    let system = |subject: &Subject<'_>| Value::Words(subject.system.name.clone());
    rows.push(ComparedRow {
        group: Group::Result,
        name: "system".to_owned(),
        column: "system".to_owned(),
        device: None,
        hint: "The system the design is evaluated on; a pin keeps its own".to_owned(),
        unit: Unit::Count,
        better: Better::Neither,
        values: subjects.iter().map(system).collect(),
    });
    rows
}

fn bottleneck(system: &System, evaluation: &Evaluation) -> String {
    match evaluation.bottleneck {
        Bottleneck::Device(index) => match system.devices.get(index) {
            Some(device) => format!("{} {}", Theme::letter(index), device.name),
            None => Theme::letter(index).to_string(),
        },
        Bottleneck::Link(index) => words::link(system, index),
    }
}

/// What pins stored, where that is all there is or not what comes out today.
fn stored(cx: &Cx<'_>, subjects: &[Subject<'_>]) -> Option<ComparedRow> {
    let of = |subject: &Subject<'_>| -> Option<String> {
        let pin: &Pin = cx.document.pins.get(subject.pin?)?;
        match &subject.numbers {
            Numbers::Ready { evaluation, .. } => since_pinned(&pin.metrics, &Metrics::from(*evaluation)),
            Numbers::Unknown(why) => Some(why.clone()),
            Numbers::Pending => None,
        }
    };
    let told: Vec<Option<String>> = subjects.iter().map(of).collect();
    told.iter().any(Option::is_some).then(|| ComparedRow {
        group: Group::Result,
        name: "when pinned".to_owned(),
        column: "when_pinned".to_owned(),
        device: None,
        hint: "Numbers that were others when the design was pinned".to_owned(),
        unit: Unit::Count,
        better: Better::Neither,
        values: told
            .into_iter()
            .map(|text| text.map_or(Value::Absent(String::new()), Value::Words))
            .collect(),
    })
}

/// The numbers that were others when a design was pinned, in words.
fn since_pinned(then: &Metrics, now: &Metrics) -> Option<String> {
    let differing = Objective::ALL.into_iter().filter(|&objective| {
        let change = Change::new(now.shown(objective), then.shown(objective));
        change.is_more() || change.is_less()
    });
    let texts: Vec<String> = differing
        .map(|objective| {
            let was = objective.unit().format(then.shown(objective));
            format!("{} was {was}", objective.name())
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// What is asked of every device.
fn devices(subjects: &[Subject<'_>]) -> Vec<ComparedRow> {
    type Pick = fn(&DeviceLoad) -> f64;
    const QUANTITIES: [(&str, &str, Unit, Better, Pick); 5] = [
        ("layers", "layers", Unit::Count, Better::Neither, |load| {
            load.layers as f64
        }),
        ("compute time", "compute_s", Unit::Seconds, Better::Less, |load| {
            load.compute_s
        }),
        ("energy", "energy_j", Unit::Joules, Better::Less, |load| {
            load.compute_j + load.link_j
        }),
        ("memory", "memory_bytes", Unit::Bytes, Better::Less, |load| {
            load.memory_bytes() as f64
        }),
        ("average power", "power_w", Unit::Watts, Better::Less, |load| {
            load.power_w
        }),
    ];
    let count = subjects.iter().map(|s| s.system.devices.len()).max().unwrap_or(0);
    let mut rows = Vec::new();
    for device in 0..count {
        let letter = Theme::letter(device);
        let name = |subject: &Subject<'_>| subject.system.devices.get(device).map(|device| device.name.clone());
        let names = named(subjects, name);
        for (name, column, unit, better, pick) in QUANTITIES {
            let column = format!("device_{}_{column}", letter.to_ascii_lowercase());
            let hint = format!("{name} of {letter} ({names})");
            let value = |_: &Subject<'_>, evaluation: &Evaluation| {
                let load = evaluation.devices.get(device);
                load.map(|load| Value::Number(pick(load)))
            };
            rows.push(ComparedRow {
                device: Some(device),
                ..row(Group::Devices, [name, &column, &hint], unit, better, subjects, value)
            });
        }
    }
    rows
}

/// What is asked of every link; links are matched by the devices they join.
fn links(subjects: &[Subject<'_>]) -> Vec<ComparedRow> {
    type Pick = fn(&LinkLoad) -> f64;
    const QUANTITIES: [(&str, &str, Unit, Pick); 3] = [
        ("time", "transfer_s", Unit::Seconds, |load| load.transfer_s),
        ("bytes", "bytes", Unit::Bytes, |load| load.bytes as f64),
        ("energy", "energy_j", Unit::Joules, |load| load.energy_j),
    ];
    let joined = |subject: &Subject<'_>| {
        let system = subject.system;
        (0..system.link_count())
            .map(|link| ends(system, link))
            .collect::<Vec<_>>()
    };
    let all: BTreeSet<_> = subjects.iter().flat_map(joined).collect();
    let mut rows = Vec::new();
    for which in all {
        let index = |subject: &Subject<'_>| joined(subject).iter().position(|ends| *ends == which);
        let between = between(which);
        let name = |subject: &Subject<'_>| Some(subject.system.link(index(subject)?).name.clone());
        let names = named(subjects, name);
        for (quantity, column, unit, pick) in QUANTITIES {
            let key = between.to_ascii_lowercase().replace('–', "_");
            let column = format!("link_{key}_{column}");
            let hint = format!("{quantity} of the link {between} in one inference ({names})");
            let name = format!("{between} {quantity}");
            let value = |subject: &Subject<'_>, evaluation: &Evaluation| {
                Some(Value::Number(pick(evaluation.links.get(index(subject)?)?)))
            };
            let better = Better::Less;
            rows.push(row(
                Group::Links,
                [&name, &column, &hint],
                unit,
                better,
                subjects,
                value,
            ));
        }
    }
    rows
}

/// The devices a link joins, by their letters.
pub fn between(ends: Option<(usize, usize)>) -> String {
    match ends {
        Some((first, second)) => format!("{}–{}", Theme::letter(first), Theme::letter(second)),
        None => "bus".to_owned(),
    }
}

/// One name for all designs, or the name in each.
fn named(subjects: &[Subject<'_>], name: impl Fn(&Subject<'_>) -> Option<String>) -> String {
    let names: Vec<(&str, String)> = subjects
        .iter()
        .filter_map(|subject| Some((subject.name.as_str(), name(subject)?)))
        .collect();
    match names.split_first() {
        Some(((_, first), rest)) if rest.iter().all(|(_, name)| name == first) => first.clone(),
        _ => {
            let texts: Vec<_> = names.iter().map(|(design, name)| format!("{design}: {name}")).collect();
            texts.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_changed_since_a_design_was_pinned_are_told() {
        let then = Metrics {
            latency_s: 0.012,
            energy_j: 0.5,
            throughput_hz: 100.0,
            link_bytes: 10,
            peak_memory_bytes: 2000,
            area_m2: 0.0,
        };
        assert_eq!(since_pinned(&then, &then), None);
        let now = Metrics {
            latency_s: 0.013,
            link_bytes: 11,
            ..then
        };
        assert_eq!(
            since_pinned(&then, &now).unwrap(),
            "latency was 12.0 ms, link traffic was 10 B"
        );
    }

    #[test]
    fn links_go_by_the_devices_they_join() {
        assert_eq!(between(Some((0, 2))), "A–C");
        assert_eq!(between(None), "bus");
    }
}
