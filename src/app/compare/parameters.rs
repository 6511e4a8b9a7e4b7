//! What differs in the systems that designs were made on, parameter by parameter.

use super::build::between;
use super::subject::Subject;
use crate::app::Theme;
use crate::project::comparison::{Better, ComparedRow, Group, Value};
use crate::system::System;
use crate::system::differences::{self, Difference, Owner};
use crate::units::Unit;

/// One row per parameter that is not the same in all systems.
pub fn rows(subjects: &[Subject<'_>]) -> Vec<ComparedRow> {
    let systems: Vec<&System> = subjects.iter().map(|subject| subject.system).collect();
    let found = differences::differences(&systems);
    found.iter().map(|difference| row(difference, &systems)).collect()
}

fn row(difference: &Difference, systems: &[&System]) -> ComparedRow {
    let unit = difference.values.iter().find_map(|value| match value {
        differences::Value::Number(_, unit) => Some(*unit),
        _ => None,
    });
    let label = label(&difference.name);
    let (name, owner, key) = match difference.owner {
        Owner::System => (label, "the system".to_owned(), "system".to_owned()),
        Owner::Device(index) => {
            let letter = Theme::letter(index);
            let key = format!("device_{}", letter.to_ascii_lowercase());
            (label, format!("device {letter}"), key)
        }
        Owner::Link(ends) => {
            let between = between(ends);
            let key = format!("link_{}", between.to_ascii_lowercase().replace('–', "_"));
            (format!("{between} {label}"), format!("the link {between}"), key)
        }
    };
    let values = difference.values.iter().zip(systems);
    ComparedRow {
        group: Group::Systems,
        name,
        column: format!("{key}_{}", difference.name),
        device: match difference.owner {
            Owner::Device(index) => Some(index),
            Owner::System | Owner::Link(_) => None,
        },
        hint: format!("{} of {owner}", difference.name),
        unit: unit.unwrap_or(Unit::Count),
        better: Better::Neither,
        values: values
            .map(|(value, system)| match value {
                differences::Value::Number(number, _) => Value::Number(*number),
                differences::Value::Word(word) => Value::Words(word.clone()),
                differences::Value::Place(index) => Value::Words(match system.devices.get(*index) {
                    Some(device) => format!("{} {}", Theme::letter(*index), device.name),
                    None => Theme::letter(*index).to_string(),
                }),
                differences::Value::Absent => Value::Absent(absent(difference, system)),
            })
            .collect(),
    }
}

/// What it means that a system has no such parameter.
fn absent(difference: &Difference, system: &System) -> String {
    let is_there = match difference.owner {
        Owner::System => true,
        Owner::Device(index) => index < system.devices.len(),
        Owner::Link(ends) => (0..system.link_count()).any(|link| differences::ends(system, link) == ends),
    };
    let words = match (is_there, difference.name.as_str()) {
        (false, "name") => "not there",
        (false, _) => "",
        (true, "memory_limit_bytes" | "power_limit_w") => "no limit",
        (true, "frame_rate_hz") => "none asked for",
        (true, "weight_bits") => "as activations",
        (true, "bits") => "as the sender has it",
        (true, "area_m2") => "not known",
        (true, "preset") => "by hand",
        (true, _) => "",
    };
    words.to_owned()
}

/// A parameter's name as the System panel says it.
fn label(name: &str) -> String {
    if let Some(rest) = name.strip_prefix("alternatives.")
        && let Some((number, inner)) = rest.split_once('.')
    {
        return format!("alternative {number}: {}", label(inner));
    }
    if let Some(rest) = name.strip_prefix("arithmetic.")
        && let Some((bits, field)) = rest.split_once('.')
    {
        let field = if field == "macs_per_s" { "rate" } else { "energy" };
        return format!("{bits} bit {field}");
    }
    let known = match name {
        "bits" => "activations",
        "weight_bits" => "weights",
        "overhead_s" => "time per layer",
        "input_at" => "input arrives at",
        "output_at" => "output is wanted at",
        "frame_rate_hz" => "frame rate",
        "rate_bytes_per_s" => "rate",
        "bandwidth_bytes_per_s" => "bandwidth",
        "transmit_j_per_byte" => "energy to send",
        "receive_j_per_byte" => "energy to receive",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    // The unit stands with the value.
    const UNITS: [&str; 8] = ["_bytes_per_s", "_bytes", "_m2", "_hz", "_s", "_j", "_w", "_m"];
    let plain = UNITS.iter().find_map(|unit| name.strip_suffix(unit)).unwrap_or(name);
    plain.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_called_as_in_the_system_panel() {
        for (name, words) in [
            ("arithmetic.8.macs_per_s", "8 bit rate"),
            (
                "alternatives.2.arithmetic.16.energy_per_mac_j",
                "alternative 2: 16 bit energy",
            ),
            ("idle_power_w", "idle power"),
            ("memory_limit_bytes", "memory limit"),
            ("energy_per_byte_j", "energy per byte"),
            ("latency_s", "latency"),
            ("name", "name"),
        ] {
            assert_eq!(label(name), words);
        }
    }
}
