//! What is checked of everything that a person or a file puts into a document, beside what [`System::validate`] knows.

use super::Pin;
use crate::design::{Constraints, Design};
use crate::explore::{MOST_SCHEDULES, Search};
use crate::network::{Ideal, Network};
use crate::presets::{Allowed, Fault, Parameter};
use crate::system::{Device, Link, System};
use crate::units::Unit;

/// Longest name of a system, device, link or pin in characters.
pub const MAX_NAME: usize = 200;

/// The largest number of partitions of a design, empty ones included.
pub const MAX_PLACEMENTS: usize = 64;

/// The largest number of bits that a layer can be said to need.
pub const MAX_REQUIRED_BITS: u32 = 64;

/// The first fault of a whole system.
pub fn system(system: &System) -> Result<(), Fault> {
    name("name", &system.name)?;
    first(system.validate())?;
    for (index, device) in system.devices.iter().enumerate() {
        device_names(device).map_err(|fault| fault.inside(&format!("devices[{index}]")))?;
    }
    for (index, link) in system.links.iter().enumerate() {
        name("name", &link.name).map_err(|fault| fault.inside(&format!("links[{index}]")))?;
    }
    for (index, direct) in system.direct.iter().enumerate() {
        name("name", &direct.link.name).map_err(|fault| fault.inside(&format!("direct[{index}].link")))?;
    }
    Ok(())
}

/// The first fault of a device.
pub fn device(device: &Device) -> Result<(), Fault> {
    device_names(device)?;
    first(device.validate())
}

/// The names of a device and of what else it can be built as.
fn device_names(device: &Device) -> Result<(), Fault> {
    name("name", &device.name)?;
    for (index, other) in device.alternatives.iter().enumerate() {
        name("name", &other.name).map_err(|fault| fault.inside(&format!("alternatives[{index}]")))?;
    }
    Ok(())
}

/// The first fault of the bits that layers need.
pub fn required_bits(bits: u32) -> Result<(), Fault> {
    if (1..=MAX_REQUIRED_BITS).contains(&bits) {
        return Ok(());
    }
    Err(Fault {
        parameter: "required_bits".to_owned(),
        problem: format!("is {bits}, must be 1 to {MAX_REQUIRED_BITS} bits"),
    })
}

/// The first fault of a link.
pub fn link(link: &Link) -> Result<(), Fault> {
    name("name", &link.name)?;
    first(link.validate())
}

/// The first fault of the limits of a design.
pub fn constraints(constraints: &Constraints) -> Result<(), Fault> {
    let limits = [
        ("latency_s", constraints.latency_s, Unit::Seconds),
        ("energy_j", constraints.energy_j, Unit::Joules),
        ("throughput_hz", constraints.throughput_hz, Unit::PerSecond),
        ("area_m2", constraints.area_m2, Unit::SquareMetres),
        (
            "most_devices",
            constraints.most_devices.map(|count| count as f64),
            Unit::Count,
        ),
    ];
    let parameter =
        |(name, value, unit): (&str, Option<f64>, Unit)| Some(Parameter::new(name, value?, unit, Allowed::AboveZero));
    first(
        limits
            .into_iter()
            .filter_map(parameter)
            .filter_map(|limit| limit.fault())
            .collect(),
    )
}

/// The first fault of what is explored.
pub fn search(search: &Search) -> Result<(), Fault> {
    let refuse = |parameter: &str, problem: String| {
        Err(Fault {
            parameter: parameter.to_owned(),
            problem,
        })
    };
    let objectives = &search.objectives;
    if objectives.is_empty() {
        return refuse("objectives", "is empty, must name at least one".into());
    }
    let again = objectives
        .iter()
        .enumerate()
        .find(|(at, o)| objectives[..*at].contains(o));
    if let Some((_, objective)) = again {
        let problem = format!("names {} twice, must name each once", objective.name());
        return refuse("objectives", problem);
    }
    if search.most_partitions == Some(0) {
        return refuse("most_partitions", "is 0, must be 1 or more".into());
    }
    if !(1..=MOST_SCHEDULES).contains(&search.schedules) {
        let problem = format!("is {}, must be 1 to {MOST_SCHEDULES}", search.schedules);
        return refuse("schedules", problem);
    }
    Ok(())
}

/// Whether a design belongs to a network and a system.
pub fn design(design: &Design, network: &Network, system: &System) -> Result<(), Fault> {
    let refuse = |parameter: String, problem: String| Err(Fault { parameter, problem });
    placements(design.placements.iter().map(|placement| placement.device), system)?;
    alternatives(&design.alternatives, system)?;
    let mut before = Ideal::empty(network.layers.len());
    for (index, placement) in design.placements.iter().enumerate() {
        let at = |field: &str| format!("design[{index}].{field}");
        if !placement.end.is_boundary_of(network) {
            return refuse(
                at("end"),
                "is no boundary of the network shown, must be made on this network and view".into(),
            );
        }
        if !before.is_subset(&placement.end) {
            return refuse(
                at("end"),
                "lies before the end of the partition ahead, must contain it".into(),
            );
        }
        before = placement.end.clone();
    }
    if before.len() != network.layers.len() {
        let last = design.placements.len().saturating_sub(1);
        let problem = "leaves layers on no device, must contain the network's last layers".into();
        return refuse(format!("design[{last}].end"), problem);
    }
    Ok(())
}

/// The first fault of the devices that partitions are placed on.
pub fn placements(devices: impl ExactSizeIterator<Item = usize>, system: &System) -> Result<(), Fault> {
    let refuse = |parameter: String, problem: String| Err(Fault { parameter, problem });
    let (placed, count) = (devices.len(), system.devices.len());
    if !(1..=MAX_PLACEMENTS).contains(&placed) {
        let problem = format!("has {placed} partitions, must have 1 to {MAX_PLACEMENTS}");
        return refuse("design".to_owned(), problem);
    }
    match devices.enumerate().find(|&(_, device)| device >= count) {
        None => Ok(()),
        Some((index, device)) => refuse(
            format!("design[{index}].device"),
            format!("is {device}, must be below {count}, the number of devices"),
        ),
    }
}

/// The first fault of what the devices are built as.
pub fn alternatives(chosen: &[usize], system: &System) -> Result<(), Fault> {
    let refuse = |parameter: String, problem: String| Err(Fault { parameter, problem });
    let (found, count) = (chosen.len(), system.devices.len());
    if found != count {
        let problem = format!("are {found}, must be {count}, one for each device");
        return refuse("alternatives".to_owned(), problem);
    }
    let mut choices = chosen.iter().zip(&system.devices).enumerate();
    match choices.find(|(_, (chosen, device))| device.alternative(**chosen).is_none()) {
        None => Ok(()),
        Some((index, (chosen, device))) => refuse(
            format!("alternatives[{index}]"),
            format!("is {chosen}, must be at most {}", device.alternatives.len()),
        ),
    }
}

/// Whether a pin may be called this: a name that can be shown and that no other pin has.
pub fn pin_name(pins: &[Pin], pin: usize, text: &str) -> Result<(), Fault> {
    name("name", text)?;
    let mut others = pins.iter().enumerate().filter(|(index, _)| *index != pin);
    if others.any(|(_, other)| other.name == text.trim()) {
        return Err(Fault {
            parameter: "name".to_owned(),
            problem: format!("is “{}”, which another pin has, must be one of its own", text.trim()),
        });
    }
    Ok(())
}

/// A name that can be shown.
pub(super) fn name(parameter: &str, text: &str) -> Result<(), Fault> {
    let problem = match text.chars().count() {
        _ if text.trim().is_empty() => "is empty, must be a name".to_owned(),
        length if length > MAX_NAME => format!("has {length} characters, must have at most {MAX_NAME}"),
        _ => return Ok(()),
    };
    Err(Fault {
        parameter: parameter.to_owned(),
        problem,
    })
}

fn first(faults: Vec<Fault>) -> Result<(), Fault> {
    faults.into_iter().next().map_or(Ok(()), Err)
}
